"""A small server like OpenAI's on loopback, which answers, and fails as such servers do.

    async with ModelServer() as server:
        server.say("停電が続いている [1]。")
        ... LanguageModel(limits, url=server.url, model="small", key="secret", clock=clock) ...
        server.fault = MODEL_FAULTS["html"]

``asked`` holds the bodies of all requests, ``keys`` the ``Authorization`` of each.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web


def completion(text: object, *, finish_reason: str = "stop", **message: object) -> dict[str, Any]:
    """A chat completion with one choice."""
    said = {"role": "assistant", "content": text, **message}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "small",
        "choices": [{"index": 0, "message": said, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1},
    }


def _json(body: object, status: int = 200, **headers: str) -> web.Response:
    return web.Response(text=json.dumps(body), status=status, headers=headers, content_type="application/json")


def _stream() -> web.Response:
    """A stream that nobody asked for."""
    piece = {"choices": [{"delta": {"content": "停電 [1]。"}, "finish_reason": None}]}
    return web.Response(text=f"data: {json.dumps(piece)}\n\ndata: [DONE]\n\n", content_type="text/event-stream")


GOOD: Final = "停電が続いている [1]。"
MODEL_FAULTS: Final[Mapping[str, Callable[[], web.Response]]] = {
    "rate limit": lambda: _json(
        {"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}},
        429,
        **{"Retry-After": "20"},
    ),
    "quota": lambda: _json({"error": {"code": "insufficient_quota"}}, 429),
    "wrong key": lambda: _json({"error": {"code": "invalid_api_key"}}, 401),
    "no such model": lambda: _json({"error": {"message": "model not found"}}, 404),
    "down": lambda: web.Response(text="upstream connect error", status=503),
    "error under 200": lambda: _json({"error": {"message": "Provider returned error", "code": 502}}),
    "html": lambda: web.Response(text="<html><title>502 Bad Gateway</title></html>", content_type="text/html"),
    "truncated": lambda: web.Response(text=json.dumps(completion(GOOD))[:-40], content_type="application/json"),
    "stream": _stream,
    "no choices": lambda: _json({**completion(GOOD), "choices": []}),
    "null choices": lambda: _json({**completion(GOOD), "choices": None}),
    "null content": lambda: _json(completion(None, refusal=None)),
    "refusal": lambda: _json(completion(None, refusal="I can't help with that.")),
    "broken off": lambda: _json(completion(GOOD, finish_reason="length")),
    "filtered": lambda: _json(completion("", finish_reason="content_filter")),
    "thoughts alone": lambda: _json(completion("<think>The user wants one sentence [1].")),
    "tool call": lambda: _json(completion(None, finish_reason="tool_calls", tool_calls=[{"id": "1"}])),
    "number for text": lambda: _json(completion(7)),
    "a list": lambda: _json([completion(GOOD)]),
    "oversized": lambda: _json(completion("あ" * 200_000)),
    "empty": lambda: web.Response(text=""),
    "elsewhere": lambda: web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"}),
    "bytes": lambda: web.Response(body=b"\xff\xfe{}", content_type="application/json"),
}
"""Faults by what they are. Seen in reports of vLLM, Ollama, OpenRouter, Azure and others."""


class ModelServer:
    """Says ``text`` to whatever it is asked; ``fault`` answers instead, ``hangs`` answers never."""

    def __init__(self) -> None:
        self.text = GOOD
        self.fault: Callable[[], web.Response] | None = None
        self.hangs = False
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    def say(self, text: str) -> None:
        """The text of all further answers."""
        self.text, self.fault = text, None

    @property
    def data(self) -> list[dict[str, Any]]:
        """The data of each request: what stands beside the instructions."""
        return [json.loads(one["messages"][1]["content"]) for one in self.asked]

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        if self.hangs:
            await asyncio.Event().wait()
        return self.fault() if self.fault is not None else _json(completion(self.text))
