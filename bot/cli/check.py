"""``kawaraban check``: faults of the database, and their repair."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import DATABASE_FAILED, FAULT, print_text, run_to_end, stop
from bot.cli.terminal.messages import said, say
from bot.core.errors import BackupRefused, CopyFailed
from bot.doctor.database_faults import why_no_backup
from bot.instance_lock import AnotherRuns, alone_on
from bot.storage.opening import back_up, damage, need, open_storage, shown, sqlite_file, unchecked_references
from bot.storage.sql.consistency import Finding
from config.settings import load


def check(mend: Annotated[bool, typer.Option("--mend")] = False) -> None:
    """Look for faults in the database, and repair them with ``--mend``; 1 where any is left."""
    url = load().database.url
    run_to_end(need(url))
    faults = damage(url)
    for fault in faults:
        print_text(say("cli-check-damaged", path=shown(url), why=fault), style="red")
    if faults:
        print_text(say("cli-check-damaged-advice"))
        raise typer.Exit(FAULT)
    found = run_to_end(_findings(url))
    if not found:
        print_text(say("cli-check-ok", path=shown(url)), style="green")
        raise typer.Exit(0)
    _show(found)
    if mend:
        found = _mend(url, found)
    elif any(one.is_repairable for one in found):
        print_text(say("cli-check-mend"))
    raise typer.Exit(FAULT if found else 0)


def _show(found: Sequence[Finding]) -> None:
    """A sentence for each finding."""
    for one in found:
        repairable = "yes" if one.is_repairable else "no"
        values = {"rows": one.rows, "table": one.table, "parent": one.parent, "repairable": repairable}
        print_text(say(f"cli-check-{one.name}", **values), style="yellow", hanging="  ")


def _mend(url: str, found: Sequence[Finding]) -> list[Finding]:
    """Repair; returns what is left. Stops with a sentence where a bot runs, or no copy can be made before."""
    try:
        with alone_on(url):
            if (path := sqlite_file(url)) is not None:
                _copy_before(url, path)
            left = run_to_end(_repair(url))
    except AnotherRuns as error:
        stop(said(error.sentence), DATABASE_FAILED)
    print_text(say("cli-check-mended", count=len(found) - len(left), left=len(left)))
    return left


def _copy_before(url: str, path: Path) -> None:
    target = path.with_name(f"{path.name}.before-mend")
    try:
        made = back_up(url, target, replace=True)
    except (BackupRefused, CopyFailed) as error:
        stop(said(why_no_backup(url, target, error)), DATABASE_FAILED)
    print_text(say("cli-check-copied", path=str(made.path.absolute())))


async def _findings(url: str) -> list[Finding]:
    storage = await open_storage(url, migrate=False)
    try:
        return await storage.consistency.findings(unchecked_references(url))
    finally:
        await storage.close()


async def _repair(url: str) -> list[Finding]:
    storage = await open_storage(url, migrate=False)
    try:
        return await storage.consistency.repair(bootstrap.utc_now(), unchecked_references(url))
    finally:
        await storage.close()


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command(cls=SpokenCommand)(check)
