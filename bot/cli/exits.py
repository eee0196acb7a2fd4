"""Ends of commands that could not do what they were asked: a sentence on stderr and an exit code."""

from __future__ import annotations

import logging
import sys
from typing import Any, NoReturn

from bot.cli.terminal.console import DATABASE_FAILED, FAULT, SETTINGS_WRONG, log_to_console, stop, stop_for
from bot.cli.terminal.messages import said, spoken
from bot.core.errors import StorageError
from bot.doctor.database_faults import why_unusable
from config.faults import SettingsError
from config.settings import load

log = logging.getLogger(__name__)


def of_usage(error: Any, lines: list[str]) -> NoReturn:
    """A command line is wrong; without ``lines`` the error is a help."""
    if not lines:
        sys.stderr.write(f"{error.format_message().rstrip()}\n")
        raise SystemExit(SETTINGS_WRONG)
    stop_for(lines, SETTINGS_WRONG)


def of(error: Exception) -> NoReturn:
    """A command failed: the errors we know become one line, the others a record with their trace."""
    if isinstance(error, SettingsError):
        stop(error.said(spoken()), SETTINGS_WRONG)
    if isinstance(error, StorageError):
        stop(said(why_unusable(load().database.url, error)), DATABASE_FAILED)
    log_to_console()
    log.critical("this should not have happened", exc_info=error)
    raise SystemExit(FAULT)
