"""``kawaraban status``, once or again and again in the terminal (``--watch``)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Final

import typer

from bot.cli.help import SpokenCommand, WrongArgument
from bot.cli.status import status
from bot.cli.terminal.console import Json, out
from bot.cli.terminal.messages import say

EVERY_S: Final = 2.0
PAUSE_FACTOR: Final = 5.0
"""Pause in times of what reading the status took, where that is longer: a large database is read less often."""


def status_command(as_json: Json = False, watch: Annotated[bool, typer.Option("--watch")] = False) -> None:
    """Status of the sources; ``--watch``: drawn again every two seconds until Ctrl-C."""
    if not watch:
        status(as_json)
        return
    if as_json or not out.is_terminal:
        raise WrongArgument(say("cli-status-watch-terminal"), param_hint="--watch")
    live(status)


def live(show: Callable[[], None], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Draw what ``show`` prints in the place of what it printed before, until Ctrl-C."""
    from rich.console import Console  # noqa: PLC0415 - only where something is drawn
    from rich.live import Live  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    with Live(console=Console(highlight=False), auto_refresh=False, vertical_overflow="ellipsis") as drawn:
        try:
            while True:
                began = time.monotonic()
                with out.console.capture() as printed:
                    show()
                drawn.update(Text.from_ansi(printed.get()), refresh=True)
                sleep(max(EVERY_S, PAUSE_FACTOR * (time.monotonic() - began)))
        except KeyboardInterrupt:
            return


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("status", cls=SpokenCommand)(status_command)
