"""``kawaraban backup``."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import DATABASE_FAILED, SETTINGS_WRONG, print_text, run_to_end, stop
from bot.cli.terminal.copy_bar import CopyBar
from bot.cli.terminal.messages import said, say
from bot.core.errors import BackupProblem, BackupRefused, CopyFailed
from bot.core.limits.disk_space import MB
from bot.doctor.database_faults import why_no_backup
from bot.storage.opening import back_up, backup_command, is_server, need
from config.settings import load

INTERRUPTED: Final = 130
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|[^/\\\s]+@[^/\\\s]+:|\\\\")
"""Addresses, ``user@host:path`` and ``\\\\server\\share``."""


def backup(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    force: Annotated[bool, typer.Option("--force")] = False,
) -> None:
    """Copy the database to a file, also while the bot runs."""
    url = load().database.url
    if is_server(url):
        stop(say("cli-backup-server", command=backup_command(url)), SETTINGS_WRONG)
    if not file.strip() or _ELSEWHERE.match(file):
        stop(say("cli-backup-elsewhere", file=file), SETTINGS_WRONG)
    run_to_end(need(url))
    target = Path(file).expanduser()
    if file.endswith(("/", os.sep)):
        stop(say("cli-backup-folder", path=str(target.absolute())), SETTINGS_WRONG)
    with ExitStack() as stack:
        bar = CopyBar(stack, "cli-backup-progress")
        try:
            made = back_up(url, target, replace=force, progress=bar)
        except (BackupRefused, CopyFailed) as error:
            stop(said(why_no_backup(url, target, error)), _code(error))
        except KeyboardInterrupt:
            stop(say("cli-backup-stopped"), INTERRUPTED)
    megabytes = f"{made.size / MB:,.1f}"
    print_text(say("cli-backup-done", path=str(made.path.absolute()), mb=megabytes, version=str(made.version)))


def _code(error: BackupRefused | CopyFailed) -> int:
    """2 for a file that is not to be written to, 4 for one that cannot be."""
    wrong_name = {BackupProblem.SAME, BackupProblem.EXISTS, BackupProblem.IN_USE, BackupProblem.FOLDER}
    return SETTINGS_WRONG if isinstance(error, BackupRefused) and error.problem in wrong_name else DATABASE_FAILED


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command(cls=SpokenCommand)(backup)
