"""The short fields of a post, as any source words them, held to what a database and a card can take. Pure.

The author of a post chooses its names, and the operator of a server its numbers: neither is believed blindly.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from bot.core.text import clean, excerpt, one_line

from .languages import tag_of

COUNT_MAX: Final = 2**53
"""A count from here on is nonsense, and would not fit a database column."""
NAME_MAX: Final = 200
"""UTF-16 units of a name; Mastodon allows 30, Bluesky 64, X 50."""
HANDLE_MAX: Final = 320
"""A user's name and the longest host there can be."""
LANGUAGE_MAX: Final = 35
"""The longest language tag a program need take (RFC 5646, 4.4.1)."""
WARNING_MAX: Final = 500
ROWS_MAX: Final = 200
"""Rows read of an answer, more than any page has; the rest of a longer one is left unread."""
TEXT_MAX: Final = 30_000
"""Characters kept of a text; Discord shows at most 4,000."""


def valid_count(number: int | None) -> int | None:
    """A count; unknown where it is none, below zero or absurd."""
    return number if number is not None and 0 <= number < COUNT_MAX else None


def utc_of(when: datetime) -> datetime:
    """A time in UTC, also one that names no zone. Raises ``ValueError`` for what leaves the calendar there."""
    try:
        return when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise ValueError("a time outside the calendar") from None


def clean_name(text: str | None, most: int = NAME_MAX) -> str | None:
    """A name in one line of at most so many UTF-16 units, an ellipsis where cut; None where nothing is left."""
    return excerpt(one_line((text or "")[: 4 * most]), most) or None


def language_of(tag: str | None) -> str | None:
    """A language's tag with its newer code; None for what names no language, or is too long to."""
    if tag is None:
        return None
    return _known_language(tag) if len(tag) <= LANGUAGE_MAX else _language(tag)


def _language(tag: str) -> str | None:
    named = clean_name(tag, LANGUAGE_MAX)
    return None if named is None or named.endswith("…") else tag_of(named)


_known_language = lru_cache(maxsize=1_024)(_language)
"""A page has one for each of its posts, and they are nearly always the same few."""


def clean_warning(text: str | None) -> str | None:
    """A content warning with its own lines; None where there is none."""
    return excerpt(clean((text or "")[: 4 * WARNING_MAX]).strip(), WARNING_MAX) or None
