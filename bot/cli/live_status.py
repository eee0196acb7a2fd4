"""``kawaraban status``, once or again and again in the terminal (``--watch``)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from bot.cli.help import SpokenCommand, WrongArgument
from bot.cli.status import status
from bot.cli.terminal.console import Json, out
from bot.cli.terminal.messages import say

EVERY_S: Final = 2.0
INTERRUPTED: Final = 130
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
    """Draw what ``show`` prints on a screen of its own, again and again until Ctrl-C; the last of it stays.

    On its own screen nothing is left of lines that a narrower terminal breaks anew.
    """
    from rich.console import Console  # noqa: PLC0415 - only where something is drawn
    from rich.live import Live  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    last = ""
    with Live(console=Console(highlight=False), screen=True, auto_refresh=False) as drawn, _until_interrupted():
        while True:
            began = time.monotonic()
            with out.console.capture() as printed:
                show()
            last = printed.get()
            drawn.update(Text.from_ansi(last), refresh=True)
            sleep(max(EVERY_S, PAUSE_FACTOR * (time.monotonic() - began)))
    sys.stdout.write(last)


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """Ctrl-C ends the block, also while something is read (``run_to_end`` ends then)."""
    try:
        yield
    except KeyboardInterrupt:
        return
    except SystemExit as ended:
        if ended.code != INTERRUPTED:
            raise


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("status", cls=SpokenCommand)(status_command)
