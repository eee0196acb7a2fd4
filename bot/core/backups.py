"""Scheduled copies of the database: their names, when the next is due, and which are deleted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass

OVERDUE_AFTER: Final = 2
"""Intervals without a copy after which the operator is to look."""
PART: Final = ".part-"
"""Follows the name of a copy that is not complete yet."""
_FORM: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"(?P<stem>.+)-(?P<at>\d{8}T\d{6}Z)\.db")


@dataclass(frozen=True, slots=True)
class BackupState:
    """State of the scheduled copies. ``failure``: why the last try made none; None where it did."""

    last: datetime | None = None
    kept: int = 0
    failure: str | None = None


def copy_name(stem: str, at: datetime) -> str:
    """Name of the copy of ``stem``.db that is made at a time."""
    return f"{stem}-{at.astimezone(UTC).strftime(_FORM)}.db"


def made_at(stem: str, name: str) -> datetime | None:
    """The time in the name of a scheduled copy of ``stem``.db; None for any other file."""
    found = _NAME.fullmatch(name)
    if found is None or found["stem"] != stem:
        return None
    try:
        return datetime.strptime(found["at"], _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def is_unfinished(stem: str, name: str) -> bool:
    """Whether a file is what is left of a scheduled copy whose process was killed."""
    made, mark, _ = name.partition(PART)
    return bool(mark) and made_at(stem, made) is not None


def is_due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether a copy is due. One whose time is further ahead than an interval was made by a wrong clock."""
    return last is None or abs(now - last) >= every


def is_overdue(state: BackupState, now: datetime, every: timedelta) -> bool:
    """Whether there has been no copy for so long that the operator is to look."""
    return state.last is None or now - state.last > OVERDUE_AFTER * every


def superseded(stem: str, names: Iterable[str], keep: int) -> list[str]:
    """Scheduled copies of ``stem``.db beyond the newest ``keep``; no other file."""
    dated = sorted((at, name) for name in names if (at := made_at(stem, name)) is not None)
    return [name for _, name in dated[: max(0, len(dated) - keep)]]
