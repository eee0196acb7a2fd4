"""What all commands share: where they print, how they stop, how they run."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.logging import RichHandler

from bot.core.models import SourceName
from config.settings import Settings

SETTINGS_WRONG, SOURCE_FAILED, DATABASE_FAILED = 2, 3, 4

T = TypeVar("T")

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SourceArgument = Annotated[
    SourceName, typer.Argument(help="trendpage, mastodon, misskey, feed, bluesky or x.", metavar="SOURCE")
]
TopicArgument = Annotated[str, typer.Argument(help="A keyword, or a page's address.", metavar="TOPIC")]


def stop(sentence: str, code: int) -> NoReturn:
    """End with one line on stderr."""
    err.print(f"kawaraban: {sentence}", style="red", markup=False)
    raise SystemExit(code)


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C ends it without a traceback."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def print_json(data: object) -> None:
    """JSON for scripts, on stdout and nothing beside it."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def log_to_console(settings: Settings) -> None:
    """One handler; the libraries' chatter stays below warnings."""
    on_terminal = sys.stderr.isatty()
    handler: logging.Handler = (
        RichHandler(console=err, show_path=False) if on_terminal else logging.StreamHandler()
    )
    if not on_terminal:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(message)s", force=True)
    for ours in ("bot", "cogs", "config"):
        logging.getLogger(ours).setLevel(settings.log.level)
