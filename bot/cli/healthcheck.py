"""``kawaraban healthcheck``: asks the HTTP server of a running bot, for containers and service managers."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Annotated, Any, Final

import typer

from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import FAULT, print_text, stop
from bot.cli.terminal.messages import say
from config.faults import SettingsError
from config.settings import HttpServerSettings, load

ANSWER_WITHIN_S: Final = 5.0
ANSWER_MAX: Final = 65_536
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where it listens, not where it is asked
"""Addresses at which a server that listens on all of them is asked."""


def healthcheck(ready: Annotated[bool, typer.Option("--ready")] = False) -> None:
    """Ask the bot whether it is alive (or ready); ends with 1 where it is not."""
    server = load().http_server
    if not server.enabled:
        raise SettingsError("cli-healthcheck-off")
    try:
        status, body = _get(server, "/readyz" if ready else "/healthz")
    except (OSError, HTTPException) as error:
        port, why = str(server.port), getattr(error, "strerror", None) or type(error).__name__
        stop(say("cli-healthcheck-silent", host=server.host, port=port, why=str(why)), FAULT)
    if status != 200:
        stop(say("cli-healthcheck-red", causes=_causes(body) or str(status)), FAULT)
    print_text(say("cli-healthcheck-ready" if ready else "cli-healthcheck-alive"))


def _get(server: HttpServerSettings, path: str) -> tuple[int, bytes]:
    """The status and body of an answer. Raises ``OSError`` and ``HTTPException``."""
    host = _EVERYWHERE.get(server.host, server.host)
    connection = HTTPConnection(host, server.port, timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(ANSWER_MAX)
    finally:
        connection.close()


def _causes(body: bytes) -> str:
    """The red checks of an answer with their causes; empty where it is none."""
    try:
        checks: dict[str, dict[str, Any]] = json.loads(body)["checks"]
        return ", ".join(f"{name}: {one['cause']}" for name, one in checks.items() if not one["ok"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command(cls=SpokenCommand)(healthcheck)
