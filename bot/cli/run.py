"""``kawaraban run`` and ``kawaraban demo``."""

from __future__ import annotations

import asyncio
import logging
from importlib.util import find_spec
from typing import Annotated

import typer

from bot import bootstrap, roles
from bot.cli.help import SpokenCommand, WrongArgument, check_language
from bot.cli.terminal.asking import confirm, is_at_a_terminal
from bot.cli.terminal.console import SETTINGS_WRONG, log_to_console, out, run_to_end, stop
from bot.cli.terminal.messages import said, say, spoken
from bot.core.roles import Role, Roles, Shards
from bot.gateway.connection import CannotStay
from bot.instance_lock import AnotherRuns
from config.settings import Settings, load

log = logging.getLogger(__name__)

_OF_THE_DEMO = ("simcord", "markdown_it", "linkify_it", "PIL")
"""Modules of the extra ``demo``."""


def run(
    role: Annotated[list[Role] | None, typer.Option("--role", metavar="ROLE")] = None,
    shard_ids: Annotated[str | None, typer.Option("--shard-ids", metavar="N,…")] = None,
    shard_count: Annotated[int | None, typer.Option("--shard-count", metavar="N", min=1)] = None,
) -> None:
    """Run the bot (needs DISCORD_TOKEN); 2 where starting it again would not help."""
    settings = _with_token(load(), role)
    log_to_console(settings)
    named, count = settings.discord.shard_ids, shard_count or settings.discord.shard_count
    shards = Shards(tuple(named or ()) if shard_ids is None else _numbers(shard_ids), count)
    try:
        bootstrap.outlive_hangup()
        run_to_end(roles.run(settings, Roles.of(role or ()), shards, on_read=log_to_console))
    except asyncio.CancelledError:
        log.info("stopped")
    except (CannotStay, AnotherRuns) as error:
        stop(said(error.sentence), SETTINGS_WRONG)


def _with_token(settings: Settings, role: list[Role] | None) -> Settings:
    """The settings; without a token a person at a terminal is led through the setup first."""
    if settings.discord.token is not None or role or not is_at_a_terminal():
        return settings
    from bot.cli.setup import lead  # noqa: PLC0415 - for a first start alone

    lead()
    if not confirm(say("cli-setup-start"), default=True):
        raise typer.Exit
    return load()


def _numbers(text: str) -> tuple[int, ...]:
    """Numbers between commas. Raises ``WrongArgument``."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise WrongArgument(say("cli-shards-wrong"), param_hint="--shard-ids")
    return tuple(int(part[:9]) for part in parts)


def demo(
    language: Annotated[str | None, typer.Option("--language", metavar="ja|en")] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8750,
    seconds: Annotated[float | None, typer.Option("--seconds", min=1)] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
    speed: Annotated[float, typer.Option("--speed", min=1, max=60)] = 1,
) -> None:
    """Show the bot in the browser: a simulated Discord with the real bot in it."""
    check_language(language)
    if missing := next((name for name in _OF_THE_DEMO if find_spec(name) is None), None):
        stop(say("cli-demo-needs", name=missing), SETTINGS_WRONG)
    from bot.demo.folder import demo_folder  # noqa: PLC0415 - only the demo has one
    from bot.demo.run import run_demo  # noqa: PLC0415 - the demo's own dependencies are an extra

    with demo_folder() as folder:
        run_to_end(
            run_demo(
                folder,
                language=language or spoken(),
                port=port,
                seconds=seconds,
                open_browser=browser,
                announce=_announce,
                speed=speed,
            )
        )


def _announce(text: str) -> None:
    """Print a text line by line: the console takes each print for one line."""
    for line in text.splitlines():
        out.print(line)
    out.flush()


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command(cls=SpokenCommand)(run)
    cli.command(cls=SpokenCommand)(demo)
