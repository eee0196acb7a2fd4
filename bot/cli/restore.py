"""``kawaraban restore``."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from bot import bootstrap
from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import DATABASE_FAILED, SETTINGS_WRONG, print_text, run_to_end, stop
from bot.cli.terminal.copy_bar import CopyBar
from bot.cli.terminal.messages import said, say
from bot.core.errors import RestoreProblem, RestoreRefused
from bot.core.models import LaterTakeDowns, RestoreNote
from bot.doctor.database_faults import why_not_restored, why_unusable
from bot.instance_lock import AnotherRuns, alone_on
from bot.storage import opening
from bot.storage.opening import is_server, need, open_storage, restore_command, shown, unchecked_references
from bot.storage.sql.consistency import Finding
from bot.storage.take_down_file import NoTakeDownFile, read_take_downs, write_take_downs
from config.settings import load

INTERRUPTED: Final = 130
_WRONG_NAME: Final = frozenset(
    {RestoreProblem.MISSING, RestoreProblem.FOLDER, RestoreProblem.SAME, RestoreProblem.IN_USE}
)


def restore(
    file: Annotated[str, typer.Argument(metavar="[FILE]")] = "",
    note: Annotated[bool, typer.Option("--note")] = False,
    keep_hidden: Annotated[bool, typer.Option("--keep-hidden")] = False,
) -> None:
    """Put a copy in the place of the database, with the bot stopped."""
    url = load().database.url
    if note and keep_hidden:
        stop(say("cli-restore-one-of-two"), SETTINGS_WRONG)
    if keep_hidden:
        _keep(url, file)
    elif note:
        _record(url, file)
    else:
        _replace(url, file)


def _replace(url: str, file: str) -> None:
    """Put the copy in the place of the database. Stops with a sentence where that cannot be done."""
    if is_server(url):
        stop(say("cli-restore-server", command=restore_command(url, file)), SETTINGS_WRONG)
    if not file.strip():
        stop(say("cli-restore-no-file"), SETTINGS_WRONG)
    with ExitStack() as stack:
        try:
            stack.enter_context(alone_on(url))
            bar, copy = CopyBar(stack, "cli-restore-progress"), Path(file).expanduser()
            done = opening.restore(url, copy, bootstrap.utc_now(), check=_findings, hide=_hide, progress=bar)
        except AnotherRuns as error:
            stop(said(error.sentence), DATABASE_FAILED)
        except RestoreRefused as error:
            stop(said(why_not_restored(error)), _code(error))
        except OSError as error:
            stop(said(why_unusable(url, error)), DATABASE_FAILED)
        except KeyboardInterrupt:
            stop(say("cli-restore-stopped"), INTERRUPTED)
    print_text(say("cli-restore-done", path=str(done.path.absolute()), version=str(done.version)))
    if done.aside is not None:
        print_text(say("cli-restore-kept", path=str(done.aside.absolute())))
    if done.hidden:
        print_text(say("cli-restore-hidden", count=done.hidden))
    _say_what_follows(done.note, hidden_known=done.hidden is not None)


def _keep(url: str, file: str) -> None:
    """Write what is hidden to a file, before another program replaces the database."""
    if not file.strip():
        stop(say("cli-restore-keep-where"), SETTINGS_WRONG)
    run_to_end(need(url))
    path = Path(file).expanduser()
    try:
        with alone_on(url):
            take_downs = run_to_end(_take_downs(url))
            write_take_downs(path, take_downs)
    except AnotherRuns as error:
        stop(said(error.sentence), DATABASE_FAILED)
    except FileExistsError:
        stop(say("cli-restore-keep-exists", path=str(path.absolute())), SETTINGS_WRONG)
    except OSError as error:
        why = error.strerror or str(error)
        stop(say("cli-restore-keep-unwritten", path=str(path.absolute()), why=why), DATABASE_FAILED)
    print_text(
        say(
            "cli-restore-keep-done",
            path=str(path.absolute()),
            count=len(take_downs.hidden),
            file=shlex.quote(file),
        )
    )


async def _take_downs(url: str) -> LaterTakeDowns:
    storage = await open_storage(url, migrate=False)
    try:
        return await storage.moderation.take_downs()
    finally:
        await storage.close()


def _record(url: str, file: str) -> None:
    """Record that the database was put back by other means: ``pg_restore``, or a file by hand.

    ``file``: of ``--keep-hidden``, whose posts are hidden again.
    """
    later = _kept(Path(file).expanduser()) if file.strip() else None
    run_to_end(need(url))
    try:
        with alone_on(url):
            note, hidden = run_to_end(_recorded(url, later))
    except AnotherRuns as error:
        stop(said(error.sentence), DATABASE_FAILED)
    print_text(say("cli-restore-noted", path=shown(url)))
    if hidden:
        print_text(say("cli-restore-hidden", count=hidden))
    _say_what_follows(note, hidden_known=later is not None)


def _kept(path: Path) -> LaterTakeDowns:
    """The take-downs of a file. Stops with a sentence."""
    try:
        return read_take_downs(path)
    except NoTakeDownFile:
        stop(say("cli-restore-keep-not-one", path=str(path.absolute())), SETTINGS_WRONG)
    except OSError as error:
        why = error.strerror or str(error)
        stop(say("cli-restore-keep-unread", path=str(path.absolute()), why=why), SETTINGS_WRONG)


async def _recorded(url: str, later: LaterTakeDowns | None) -> tuple[RestoreNote, int]:
    """The note of the restore, and how many posts were hidden again."""
    storage, now = await open_storage(url), bootstrap.utc_now()
    try:
        hidden = 0 if later is None else await storage.moderation.hide_again(later, now)
        return await storage.restores.record(now), hidden
    finally:
        await storage.close()


def _say_what_follows(note: RestoreNote, *, hidden_known: bool) -> None:
    at = f"{note.copied_at:%Y-%m-%d %H:%M}"
    print_text(say("cli-restore-next", at=at))
    if not hidden_known:
        print_text(say("cli-restore-hidden-unknown", at=at), style="bold")


def _findings(url: str) -> list[Finding]:
    return run_to_end(_found(url))


async def _found(url: str) -> list[Finding]:
    storage = await open_storage(url)
    try:
        return await storage.consistency.findings(unchecked_references(url))
    finally:
        await storage.close()


def _hide(url: str, later: LaterTakeDowns) -> None:
    run_to_end(_hidden(url, later))


async def _hidden(url: str, later: LaterTakeDowns) -> None:
    storage = await open_storage(url)
    try:
        await storage.moderation.hide_again(later, bootstrap.utc_now())
    finally:
        await storage.close()


def _code(error: RestoreRefused) -> int:
    """2 for a file that is the wrong one to name, 4 for one that cannot be used."""
    return SETTINGS_WRONG if error.problem in _WRONG_NAME else DATABASE_FAILED


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command(cls=SpokenCommand)(restore)
