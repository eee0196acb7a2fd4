"""Ids of posts on X: in the addresses that links anywhere on the web have, and the time an id holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

STATUS: Final = re.compile(
    r"^\s*(?:https?:)?//(?:[\w-]+\.)?(?:twitter|x)\.com/(?:#!/)?(?:i(?:/web)?|(\w{1,20}))/status(?:es)?/(\d{1,19})",
    re.ASCII | re.IGNORECASE,
)
"""Group 1: the author's handle, where the address names it. Group 2: the post's id."""

FIRST_SNOWFLAKE: Final = 29_700_859_247
"""X's ids hold their time since November 2010; smaller ones are plain numbers."""
SNOWFLAKE_EPOCH_MS: Final = 1_288_834_974_657
"""A snowflake's time is ``(id >> 22) + SNOWFLAKE_EPOCH_MS``, in milliseconds since 1970."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=SNOWFLAKE_EPOCH_MS)
_TIME_FROM: Final = 22
"""The bit above which the time stands; below it, which machine made the id, and a counter."""


def status_id(address: str) -> str | None:
    """The id of the post an address leads to; None for any other address."""
    found = STATUS.match(address)
    return found[2] if found else None


def written_at(snowflake: int) -> datetime:
    """The time of writing of a post (UTC, to the millisecond)."""
    return _EPOCH + timedelta(milliseconds=snowflake >> _TIME_FROM)


def last_id_at(when: datetime) -> int:
    """The largest id that a post written in that millisecond can have."""
    milliseconds = round(when.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS
    return ((milliseconds + 1) << _TIME_FROM) - 1
