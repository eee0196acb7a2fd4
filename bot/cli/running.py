"""``kawaraban run`` and ``kawaraban demo``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot import app
from bot.alone import AnotherRuns
from bot.connection import CannotStay
from config.settings import load

from .console import SETTINGS_WRONG, err, log_to_console, out, run_to_end, stop


def run() -> None:
    """Run the bot (needs DISCORD_TOKEN).

    Ends with 2 where starting it again would not help: the token is refused, or another one runs already.
    """
    settings = load()
    log_to_console(settings)
    try:
        run_to_end(app.run_bot(settings))
    except asyncio.CancelledError:
        err.print("stopped")
    except (CannotStay, AnotherRuns) as error:
        stop(str(error), SETTINGS_WRONG)


def demo(
    language: Annotated[str | None, typer.Option(help="ja or en; the system's language unless said.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 8750,
    seconds: Annotated[float | None, typer.Option(min=1, help="End by itself after so long.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
) -> None:
    """Show the bot in the browser.

    A simulated Discord with the real bot in it: no token, no network.
    """
    if language not in {None, "ja", "en"}:
        raise typer.BadParameter("it takes ja or en", param_hint="--language")
    try:
        from bot.demo.run import run_demo  # noqa: PLC0415 - the demo's own dependencies are an extra
    except ModuleNotFoundError as error:
        stop(f"the demo needs {error.name}: pip install 'kawaraban[demo]'", SETTINGS_WRONG)
    run_to_end(
        run_demo(
            language=language,
            port=port,
            seconds=seconds,
            open_browser=browser,
            announce=_announce,
        )
    )


def _announce(text: str) -> None:
    """Print a text line by line: the console takes each print for one line."""
    for line in text.splitlines():
        out.print(line, markup=False)


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(run)
    cli.command()(demo)
