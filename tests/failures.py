"""Failures as delivery writes them, from the line it writes for the log."""

from __future__ import annotations

from bot.core.models import Failure, FailureCode
from bot.storage.sqlite.failure_migration import code_of


def failed(detail: str) -> Failure:
    """``503 0: Service Unavailable`` and the like, with the code it has; a line without one is ``OTHER``."""
    return Failure(FailureCode(code_of(detail)), detail)
