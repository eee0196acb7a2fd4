"""``kawaraban healthcheck`` asks the HTTP server of a running bot and ends as its answer says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from .test_cli import Here, here, said

__all__ = ["here"]

RED = b'{"checks": {"gateway": {"ok": false, "cause": "0 of 1 shards"}, "polls": {"ok": true, "cause": ""}}}'
ANSWERS = {"/healthz": (200, b"{}"), "/readyz": (503, RED)}


@contextmanager
def running(answers: dict[str, tuple[int, bytes]], monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that gives these answers, named by the settings."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("KAWARABAN_HTTP_SERVER__ENABLED", "true")
        monkeypatch.setenv("KAWARABAN_HTTP_SERVER__HOST", "0.0.0.0")
        monkeypatch.setenv("KAWARABAN_HTTP_SERVER__PORT", str(server.server_port))
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_bot_that_answers_is_alive_and_one_that_is_not_ready_says_why(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(ANSWERS, monkeypatch):
        alive, ready = here("healthcheck"), here("healthcheck", "--ready")

    assert (alive.code, alive.out) == (0, said("cli-healthcheck-alive"))
    assert ready.code == 1
    assert "gateway: 0 of 1 shards" in ready.err
    assert "polls" not in ready.err


@pytest.mark.parametrize("body", [b"", b"[]", b'{"checks": 1}', b"<html>"])
def test_answer_of_something_else_is_not_ready(here: Here, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    with running({"/readyz": (502, body)}, monkeypatch):
        ended = here("healthcheck", "--ready")

    assert ended.code == 1
    assert "502" in ended.err


def test_nothing_that_answers_is_one_sentence_and_one(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(ANSWERS, monkeypatch) as port:
        pass

    ended = here("healthcheck")

    assert ended.code == 1
    assert str(port) in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_bot_without_the_server_cannot_be_asked(here: Here) -> None:
    assert here("healthcheck").code == 2
