"""``kawaraban doctor`` and ``kawaraban migrate``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Annotated

import typer

from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import (
    DATABASE_FAILED,
    FAULT,
    SETTINGS_WRONG,
    Json,
    err,
    print_json,
    print_text,
    progress,
    run_to_end,
    stop,
)
from bot.cli.terminal.messages import said, say, spoken
from bot.core.errors import CopyFailed, CopyRefused, StorageError
from bot.doctor.checks import MARKS, Check
from bot.doctor.database_faults import why_not_copied
from bot.instance_lock import AnotherRuns, alone_on
from bot.storage.copying import CopiedTable
from bot.storage.opening import copy_database, is_server, migration_status, need, open_storage, shown
from config.settings import Settings, load

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as shells have it."""


def doctor_command(as_json: Json = False) -> None:
    """Check that all is well, or say what to do; 1 where something needs a person."""
    from bot.doctor.examination import examine  # noqa: PLC0415 - of Discord and all sources, which migrate needs not

    checks = run_to_end(examine(load(), "en" if as_json else spoken()))
    wrong = sum(check.state == "fix" for check in checks)
    if as_json:
        print_json([_as_json(check) for check in checks])
    else:
        for check in checks:
            _show(check)
        print_text(say("cli-doctor-end", wrong=wrong))
    raise typer.Exit(FAULT if wrong else 0)


def _as_json(check: Check) -> dict[str, str | None]:
    """The shape that scripts rely on."""
    return {"name": check.name, "state": check.state, "detail": check.detail, "advice": check.advice}


def _show(check: Check) -> None:
    mark, style = MARKS[check.state]
    print_text(
        say("cli-doctor-line", mark=mark, title=check.title, detail=check.detail), style=style, hanging="  "
    )
    if check.advice:
        print_text(check.advice, indent="    ")


def migrate(to: Annotated[str | None, typer.Option("--to", metavar="URL")] = None) -> None:
    """Bring the database to this version, or copy it to another place."""
    settings = load()
    if to is None:
        print_text(run_to_end(_migrate(settings)))
    else:
        _copy(settings.database.url, to)


def _copy(source: str, target: str) -> None:
    """Copy one database to the other; stops with a sentence where that cannot be."""
    if shown(source) == _shown_target(target):
        stop(say("cli-copy-same", url=shown(target)), SETTINGS_WRONG)
    with ExitStack() as stack:
        bar = _Progress(stack)
        try:
            run_to_end(need(source))
            stack.enter_context(alone_on(source))
            _hold_target(stack, target)
            copied = copy_database(source, target, bar)
        except AnotherRuns as error:
            stop(said(error.sentence), DATABASE_FAILED)
        except (CopyFailed, CopyRefused) as error:
            stop(said(why_not_copied(source, target, error)), DATABASE_FAILED)
        except KeyboardInterrupt:
            stop(say("cli-copy-stopped", url=shown(target)), INTERRUPTED)
    rows = sum(table.rows for table in copied)
    about = {"source": shown(source), "target": shown(target), "tables": len(copied), "rows": rows}
    print_text(say("cli-copy-done", **about))
    print_text(say("cli-copy-set-server" if is_server(target) else "cli-copy-set", target=_setting(target)))
    print_text(say("cli-copy-kept", source=shown(source)))


def _shown_target(url: str) -> str:
    """The target's name; stops for an address that names no database."""
    try:
        return shown(url)
    except StorageError:
        stop(say("cli-copy-url"), SETTINGS_WRONG)


def _hold_target(stack: ExitStack, url: str) -> None:
    """Hold the target for this process. Raises ``AnotherRuns``, ``CopyFailed``."""
    try:
        stack.enter_context(alone_on(url))
    except StorageError as error:
        raise CopyFailed(url, error, is_target=True) from error


def _setting(url: str) -> str:
    """The value of ``database.url``, without a password."""
    return shown(url) if is_server(url) else f"sqlite:///{shown(url)}"


class _Progress:
    """Progress of a copy on stderr: a line for each table, and on a terminal a bar."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._update: Callable[[int], None] = lambda _: None
        self._done = 0

    def begun(self, rows: int) -> None:
        """See ``Progress.begun``."""
        self._update = self._stack.enter_context(progress("cli-copy-progress", rows))

    def rows_done(self, rows: int) -> None:
        """See ``Progress.rows_done``."""
        self._done += rows
        self._update(self._done)

    def table_done(self, table: CopiedTable) -> None:
        """See ``Progress.table_done``."""
        err.print(say("cli-copy-table", name=table.name, rows=table.rows, checksum=table.checksum))
        err.flush()


async def _migrate(settings: Settings) -> str:
    path = shown(settings.database.url)
    before = await migration_status(settings.database.url)
    await (await open_storage(settings.database.url)).close()
    after = await migration_status(settings.database.url)
    if before.current == after.current:
        return say("cli-migrate-nothing", path=path, version=str(after.current))
    return say("cli-migrate-done", path=path, before=str(before.current), after=str(after.current))


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command("doctor", cls=SpokenCommand)(doctor_command)
    cli.command(cls=SpokenCommand)(migrate)
