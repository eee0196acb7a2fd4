"""The requests that a host still allows within one fetch, updated by each answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.core.errors import SourceError
from bot.core.models import RateLimitWindow

from .rate_limit_headers import rate_limit_quota, rate_limit_remaining, rate_limit_reset

MAX_FETCH_S: Final = 60.0
"""Seconds after which a fetch sends no further request: a host that is slow for each answer, within time-outs,
would otherwise keep a slot of the poller for as long as there are posts to recheck."""


class RequestBudget:
    """Budget of one fetch. ``reset_at``: the host asks for no further request before this time (UTC).

    ``requests``: how many were answered. ``quota``: what the host said last that it still allows.
    """

    def __init__(self, now: datetime, *, timer: Callable[[], float] = time.monotonic) -> None:
        self.reset_at: datetime | None = None
        self.quota: RateLimitWindow | None = None
        self.requests = 0
        self._now = now
        self._remaining: int | None = None
        self._cut_short = False
        self._timer = timer
        self._ends_at = timer() + MAX_FETCH_S

    def record_response(self, headers: Mapping[str, str]) -> None:
        """Record the limits that an answer states; its header names are in lower case."""
        self.requests += 1
        self.quota = rate_limit_quota(headers, self._now) or self.quota
        self._remaining = rate_limit_remaining(headers)
        self.reset_at = rate_limit_reset(headers, self._now) or self.reset_at

    def can_request(self, reserve: int = 0) -> bool:
        """Whether there is time for another request, and it leaves ``reserve`` requests to others."""
        return self.host_allows(reserve) and self._timer() < self._ends_at

    def host_allows(self, reserve: int = 0) -> bool:
        """Whether the host allows another request, whatever time is left to us."""
        spent = self._remaining is not None and self._remaining <= reserve
        return not (self._cut_short or self.reset_at or spent)

    def end(self) -> None:
        """Send no further request in this fetch."""
        self._cut_short = True

    def stop(self, error: SourceError) -> None:
        """A request failed: send no further one in this fetch, and pass on how long to wait."""
        self.end()
        if error.retry_after is not None:
            self.reset_at = max(self._now + error.retry_after, self.reset_at or self._now)
