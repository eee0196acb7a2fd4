"""When an entry of a feed was written, in whatever form its feed says so. Pure.

The parser reads most forms; some of them it takes for another time, and some it does not know.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import struct_time
from typing import Any, Final

from .fields import utc_of

TIME_MAX: Final = 60
"""Characters of a time, in any form."""
_ZONES: Final = {
    "UTC": "+0000", "CET": "+0100", "CEST": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300",
    "JST": "+0900", "KST": "+0900",
}  # fmt: skip
"""Names of zones that mean the same everywhere, and that the parser does not know; it knows those of America."""
_OFFSET: Final = re.compile(r"[+-][0-9]{4}")


def created_at(entry: Any, now: datetime) -> datetime | None:
    """When an entry was written, in UTC; None for what is no time, or has not come yet."""
    for name in ("published", "updated"):
        written = getattr(entry, name) or ""
        at = _iso_time(written) or _parsed_time(getattr(entry, f"{name}_parsed")) or _zoned_time(written)
        if at is not None and at <= now:
            return at
    return None


def _iso_time(written: str) -> datetime | None:
    """``2026-11-25T10:00:00+0900`` and its like, of which the parser takes some for UTC; whole seconds."""
    if written[4:5] != "-" or len(written) > TIME_MAX:
        return None
    head, _, zone = written.rpartition(" ")
    whole = head + _ZONES[zone] if zone in _ZONES else written.replace(" +", "+").replace(" -", "-")
    try:
        return utc_of(datetime.fromisoformat(whole)).replace(microsecond=0)
    except ValueError:
        return None


def _parsed_time(parsed: struct_time | None) -> datetime | None:
    """As the parser reads it."""
    if parsed is None:
        return None
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _zoned_time(written: str) -> datetime | None:
    """``Wed, 25 Nov 2026 10:00:00 JST`` or ``+09:00``, which the parser does not read; without a zone unknown."""
    head, _, zone = written.rpartition(" ")
    offset = _ZONES.get(zone) or zone.replace(":", "")
    if len(written) > TIME_MAX or not _OFFSET.fullmatch(offset):
        return None
    try:
        return utc_of(parsedate_to_datetime(f"{head} {offset}"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
