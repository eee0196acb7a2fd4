"""Reads from headers when a host wants to be asked again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.core.models import RateLimitWindow

MAX_DELAY = timedelta(hours=24)
"""No answer may silence its host for longer."""
_REMAINING = re.compile(r"(?:x-)?rate-?limit-remaining")
_RESET = re.compile(r"(?:x-)?rate-?limit-reset")
_LOOKS_LIKE_EPOCH = 1_000_000_000
_LATEST_EPOCH = 253_402_300_799  # 9999-12-31


def rate_limit_reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The time at which the host wants to be asked again (UTC), or None.

    ``Retry-After`` (seconds or an HTTP date) counts always; a reset (ISO-8601 as Mastodon sends it, epoch seconds
    as X and Bluesky do, or plain seconds) only once nothing remains. At most a day ahead, never in the past.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    when = _point_in_time(lower.get("retry-after", ""), now)
    if when is None and _nothing_remains(lower):
        when = _window_ends(lower, now)
    if when is None or when <= now:
        return None
    return min(when, now + MAX_DELAY)


def rate_limit_quota(headers: Mapping[str, str], now: datetime) -> RateLimitWindow | None:
    """The requests that the host still allows, and until when; None unless it gives both."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    left, ends = rate_limit_remaining(lower), _window_ends(lower, now)
    if left is None or ends is None or ends <= now:
        return None
    return RateLimitWindow(remaining=left, resets_at=min(ends, now + MAX_DELAY))


def rate_limit_remaining(headers: Mapping[str, str]) -> int | None:
    """The requests that the host still allows; None if it does not say. Header names are in lower case."""
    said = next((value for name, value in headers.items() if _REMAINING.fullmatch(name)), "")
    return int(said) if re.fullmatch(r"[0-9]{1,9}", said) else None


def _nothing_remains(headers: Mapping[str, str]) -> bool:
    return any(_REMAINING.fullmatch(name) and value in {"0", "0.0"} for name, value in headers.items())


def _window_ends(headers: Mapping[str, str], now: datetime) -> datetime | None:
    return next((_point_in_time(value, now) for name, value in headers.items() if _RESET.fullmatch(name)), None)


def _point_in_time(text: str, now: datetime) -> datetime | None:
    """Seconds from now, epoch seconds, ISO-8601 or an HTTP date; None where it is none of them."""
    if re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]+)?", text):
        seconds = float(text)
        if seconds < _LOOKS_LIKE_EPOCH:
            return now + min(timedelta(seconds=seconds), MAX_DELAY)
        return datetime.fromtimestamp(min(seconds, _LATEST_EPOCH), UTC)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(text)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
