"""Output, stopping and running, shared by all commands."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO, TypeVar

import msgspec
import typer

from bot.cli.terminal.layout import indented, table
from bot.cli.terminal.lines import NEEDS_ESCAPE, as_line
from bot.cli.terminal.messages import say
from bot.logs import JsonFormatter, LineFormatter, calm_discord
from config.settings import Settings
from config.tables import Secret, Table

if TYPE_CHECKING:
    from bot.cli.terminal.drawing import LineConsole

FAULT, SETTINGS_WRONG, SOURCE_FAILED, DATABASE_FAILED = 1, 2, 3, 4

T = TypeVar("T")


class Printer:
    """Prints on stdout or stderr. Every text is one line and says nothing to the terminal.

    Where no person reads it the line is written as it is; on a terminal it is drawn, and Rich imported for that
    takes 60 ms of CPU.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        self._stderr = stderr

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads it."""
        forced = os.environ.get("FORCE_COLOR")
        return self._stream.isatty() if forced is None else forced != ""

    @property
    def width(self) -> int | None:
        """The width of a line in cells; None if no person reads it."""
        return self.console.width if self.is_terminal else None

    @cached_property
    def console(self) -> LineConsole:
        """The terminal."""
        from bot.cli.terminal.drawing import LineConsole  # noqa: PLC0415 - see above

        return LineConsole(stderr=self._stderr)

    def print(self, text: str = "", *, style: str | None = None) -> None:
        """A line."""
        if self.is_terminal:
            self.console.print(text, style=style)
        else:
            self._stream.write(f"{as_line(text)}\n")

    def flush(self) -> None:
        """Hand on what was printed: a file or a pipe gets it else when its buffer is full or the command ends."""
        self._stream.flush()

    @property
    def _stream(self) -> TextIO:
        return sys.stderr if self._stderr else sys.stdout


out = Printer()
err = Printer(stderr=True)

Json = Annotated[bool, typer.Option("--json")]
TopicArgument = Annotated[str, typer.Argument(metavar="TOPIC")]


def print_text(text: str, *, style: str | None = None, indent: str = "", hanging: str = "") -> None:
    """A text on stdout, in lines that fit the terminal; those after the first are set in by ``hanging``."""
    across = out.width
    one = as_line(text)
    for line in [f"{indent}{one}"] if across is None else indented(one, across, indent, hanging):
        out.print(line, style=style)


def print_note(text: str) -> None:
    """Good to know, on stderr: it is no part of the answer."""
    _print_error(say("cli-note", text=text), None)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Collection[int] = ()) -> None:
    """A table on stdout that fits the terminal."""
    cells = [[as_line(str(cell)) for cell in row] for row in rows]
    for line in table(headings, cells, width=out.width, right=right, colon=say("cli-colon")):
        out.print(line)


@contextmanager
def progress(text_id: str, total: int, *, shown: bool = True) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, updated with how many of ``total`` are done; nothing elsewhere."""
    if not (shown and err.is_terminal):
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - only for a bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=err.console) as drawn:
        bar = drawn.add_task(say(text_id), total=total)
        yield lambda done: drawn.update(bar, completed=done, total=max(done, total))


def moment(at: datetime | str | None) -> str:
    """A time in a table, in UTC and to the minute."""
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return "" if known is None else f"{known:%Y-%m-%d %H:%M}"


def stop(sentence: str, code: int) -> NoReturn:
    """End with one line on stderr."""
    stop_for([sentence], code)


def stop_for(lines: Sequence[str], code: int) -> NoReturn:
    """End with lines on stderr; the first says what is wrong, the others where."""
    for number, text in enumerate(lines):
        _print_error(f"  {text}" if number else f"kawaraban: {text}", "red")
    raise SystemExit(code)


def _print_error(text: str, style: str | None) -> None:
    """A line on stderr; on a terminal, as many as it takes."""
    across, one = err.width, as_line(text)
    if across is None:
        err.print(one, style=style)
        return
    indent = " " * (len(one) - len(one.lstrip()))
    for line in indented(one.lstrip(), across, indent):
        err.print(line, style=style)


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C ends it without a traceback."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def print_json(data: object) -> None:
    """JSON for scripts, on stdout and nothing beside it; what a terminal would obey is escaped."""
    is_unicode = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    written = json.dumps(data, ensure_ascii=not is_unicode, indent=2)
    sys.stdout.write(NEEDS_ESCAPE.sub(lambda found: json.dumps(found[0])[1:-1], written) + "\n")


def log_to_console(settings: Settings | None = None) -> None:
    """One handler; the libraries' chatter stays below warnings. Without ``settings`` ours does, too."""
    secrets = [] if settings is None else list(secrets_of(settings))
    form = "text" if settings is None else settings.log.format
    on_terminal = sys.stderr.isatty() and form != "json"
    handler: logging.Handler = _drawn_log() if on_terminal else logging.StreamHandler()
    if on_terminal or form == "text":
        written = "%(message)s" if on_terminal else "%(asctime)s %(levelname)s %(name)s %(message)s"
        handler.setFormatter(LineFormatter(written, secrets))
    else:
        handler.setFormatter(JsonFormatter(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    calm_discord()
    logging.raiseExceptions = False  # a record that cannot be written would be shown with all that it was to say
    for ours in ("bot", "cogs", "config"):
        logging.getLogger(ours).setLevel(logging.WARNING if settings is None else settings.log.level)


def _drawn_log() -> logging.Handler:
    from rich.logging import RichHandler  # noqa: PLC0415 - only on a terminal

    return RichHandler(console=err.console, show_path=False)


def secrets_of(settings: Table) -> Iterator[str]:
    """The tokens and passwords in the settings."""
    for value in msgspec.structs.astuple(settings):
        if isinstance(value, Table):
            yield from secrets_of(value)
        elif isinstance(value, Secret):
            yield value.get_secret_value()
