"""Time and what is counted in it: the global limit, buckets, invalid answers and the ban they draw.

Limits: https://discord.com/developers/docs/topics/rate-limits and docs/discord-facts.md.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.fakes.discord.errors import ApiError

VIA = {"Via": "1.1 google"}
"""discord.py raises at once on a 429 without it (taken for a Cloudflare ban)."""


class Clock:
    """Real time, plus what a test skipped with ``advance``."""

    def __init__(self) -> None:
        self.skipped_s = 0.0

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic() + self.skipped_s

    def now(self) -> datetime:
        """UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.skipped_s)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self.skipped_s += seconds


class FrozenClock(Clock):
    """Time that passes only by ``advance``: for tests of the limits themselves."""

    def __init__(self) -> None:
        super().__init__()
        self._start = datetime.now(UTC)

    def monotonic(self) -> float:
        return self.skipped_s

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.skipped_s)


@dataclass(frozen=True)
class Window:
    """At most ``count`` in ``seconds``."""

    count: int
    seconds: float


@dataclass(frozen=True)
class Limits:
    """Every limit, with Discord's own value where it is known."""

    whole_bot: Window = Window(50, 1.0)
    send: Window = Window(5, 5.0)
    edit: Window = Window(5, 5.0)
    delete: Window = Window(5, 1.0)
    history: Window = Window(5, 5.0)
    webhook: Window = Window(5, 2.0)
    invalid_answers: Window = Window(10_000, 600.0)
    ban_s: float = 3600.0
    nonce_s: float = 300.0
    old_message_s: float = 3600.0
    old_edits: Window = Window(3, 20.0)
    """Not published; 3 in 20 s a channel is what starboard-4's author measured (its issue 118)."""
    old_edit_retry_after_s: float | None = 1.0
    """discord.py sleeps this long, five times, before it raises 30046; with ``None`` it raises at once."""
    interaction_answer_s: float = 3.0
    interaction_token_s: float = 900.0
    file_bytes: int = 10 << 20
    """The most of each file of a bot (discord-api-docs#8572)."""


PLENTY = Window(10**9, 5.0)
NO_BUCKETS = Limits(whole_bot=PLENTY, send=PLENTY, edit=PLENTY, delete=PLENTY, history=PLENTY, webhook=PLENTY)
"""For tests that are about something else."""


def ceil_ms(seconds: float) -> float:
    """Rounded up: a client that waits exactly as told is never early."""
    return math.ceil(seconds * 1000) / 1000


class SlidingCount:
    """How much happened in the last seconds: at most ``window.count`` in *any* stretch of that length."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._times: deque[float] = deque()

    def wait_s(self, now: float) -> float:
        """Seconds until one more is allowed, 0 when it is now."""
        while self._times and self._times[0] <= now - self._window.seconds:
            self._times.popleft()
        if len(self._times) < self._window.count:
            return 0.0
        return self._times[-self._window.count] + self._window.seconds - now

    def add(self, now: float) -> None:
        """Count one."""
        self._times.append(now)


class Bucket:
    """The limit of one route in one channel: a window that opens with its first request."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._used = 0
        self._resets_at = -math.inf

    def take(self, now: float) -> tuple[int, float, bool]:
        """Count a request: what remains, seconds to the reset, and whether it was allowed."""
        if now >= self._resets_at:
            self._used, self._resets_at = 0, now + self._window.seconds
        allowed = self._used < self._window.count
        self._used += allowed
        return self._window.count - self._used, self._resets_at - now, allowed


def rate_limited(retry_after: float, scope: str, headers: dict[str, str] | None = None) -> ApiError:
    """A 429 of ``scope`` ``user``, ``global`` or ``shared`` that tells to come back in ``retry_after`` seconds."""
    wait = ceil_ms(retry_after)
    all_headers = {**(headers or {}), **VIA, "Retry-After": str(math.ceil(wait)), "X-RateLimit-Scope": scope}
    if scope == "global":
        all_headers["X-RateLimit-Global"] = "true"
    message = "The resource is being rate limited." if scope == "shared" else "You are being rate limited."
    extra = {"retry_after": wait, "global": scope == "global"}
    return ApiError(429, 0, message, extra=extra, headers=all_headers)


class RateLimiter:
    """Decides on each request; one for the whole server, as there is one bot."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._clock = clock
        self._limits = limits
        self._all = SlidingCount(limits.whole_bot)
        self._invalid = SlidingCount(limits.invalid_answers)
        self._old_edits: dict[int, SlidingCount] = {}
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._banned_until = -math.inf
        self._windows = {
            "POST /channels/{channel_id}/messages": limits.send,
            "PATCH /channels/{channel_id}/messages/{message_id}": limits.edit,
            "DELETE /channels/{channel_id}/messages/{message_id}": limits.delete,
            "GET /channels/{channel_id}/messages": limits.history,
            "POST /webhooks/{application_id}/{token}": limits.webhook,
        }

    @property
    def is_banned(self) -> bool:
        """Whether Cloudflare turns everything away."""
        return self._clock.monotonic() < self._banned_until

    def ban(self, seconds: float) -> None:
        """Let Cloudflare turn everything away for so long (its error 1015)."""
        self._banned_until = self._clock.monotonic() + seconds

    @property
    def ban_left_s(self) -> float:
        """Seconds until the ban ends, 0 without one."""
        return max(0.0, self._banned_until - self._clock.monotonic())

    def take_global(self) -> None:
        """Count a request against the bot's limit; raises the 429."""
        now = self._clock.monotonic()
        wait = self._all.wait_s(now)
        if wait > 0:
            raise rate_limited(wait, "global")
        self._all.add(now)

    def take_bucket(self, route: str, major: str) -> dict[str, str]:
        """Count a request against its bucket and return the headers about it; raises the 429."""
        window = self._windows.get(route)
        if window is None:
            return {}
        bucket = self._buckets.setdefault((route, major), Bucket(window))
        remaining, reset_after, allowed = bucket.take(self._clock.monotonic())
        headers = self._headers(route, window, remaining, reset_after)
        if not allowed:
            raise rate_limited(reset_after, "user", headers)
        return headers

    def _headers(self, route: str, window: Window, remaining: int, reset_after: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(window.count),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{self._clock.now().timestamp() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{ceil_ms(reset_after):.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }

    def take_old_edit(self, channel_id: int) -> None:
        """Count an edit of a message older than an hour; raises 30046, as a 429."""
        now = self._clock.monotonic()
        count = self._old_edits.setdefault(channel_id, SlidingCount(self._limits.old_edits))
        if count.wait_s(now) > 0:
            message = "Maximum number of edits to messages older than 1 hour reached. Try again later."
            raise self._edit_refused(message)
        count.add(now)

    def _edit_refused(self, message: str) -> ApiError:
        wait = self._limits.old_edit_retry_after_s
        if wait is None:
            return ApiError(429, 30046, message)
        extra = {"retry_after": wait, "global": False}
        return ApiError(429, 30046, message, extra=extra, headers={**VIA, "X-RateLimit-Scope": "user"})

    def count_answer(self, status: int, scope: str | None) -> None:
        """Count an invalid answer (401, 403, 429 unless shared); too many draw the ban."""
        if status not in {401, 403, 429} or scope == "shared":
            return
        now = self._clock.monotonic()
        self._invalid.add(now)
        if self._invalid.wait_s(now) > 0:
            self._banned_until = now + self._limits.ban_s
