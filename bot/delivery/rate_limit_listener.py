"""Reads Discord's rate limits from the answers to all requests, so that delivery obeys them too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import SimpleNamespace

import aiohttp
import discord.http

from .rate_limiter import LimitScope, RateLimiter

DEFAULT_GLOBAL_WAIT_S = 5.0
"""Seconds to wait after a global 429 without Retry-After."""
LONGEST_WAIT_S = 86400.0
"""The longest ban that was reported took a day (discord-api-docs#7145). What asks for more, a number without end
among it, is tried again then."""
GATE_EVERY_S = 5.0
"""Seconds between two looks at whether the wait of a global 429 is over."""


def global_limit_trace(rate_limiter: RateLimiter) -> aiohttp.TraceConfig:
    """A trace for discord.py's ``http_trace``: a global 429 on any route pauses the rate limiter.

    discord.py waits such a 429 out by itself; without this the rate limiter would go on at its old rate behind it.
    """

    async def on_response(
        _: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if end.response.status != 429:
            return
        headers = end.response.headers
        scope = _scope(headers)
        rate_limiter.refused[scope] += 1
        if scope in {LimitScope.GLOBAL, LimitScope.BAN}:
            rate_limiter.pause_for(seconds(headers.get("Retry-After")) or DEFAULT_GLOBAL_WAIT_S)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(on_response)
    return trace


def open_after_global_limits(http: discord.http.HTTPClient, rate_limiter: RateLimiter) -> None:
    """Have a logged-in client send requests again after each global 429, whatever becomes of the one that met it.

    A request that is given up while it waits for the end of a global limit leaves discord.py 2.7's gate for all
    requests closed: each later one would wait for ever, while the gateway stays connected.
    """
    http._global_over = _Gate(lambda: rate_limiter.held_s)  # noqa: SLF001 - there is no other way to it


class _Gate(asyncio.Event):
    """Open but during a global limit. ``held_s``: seconds until requests may be sent again, from its answer."""

    def __init__(self, held_s: Callable[[], float]) -> None:
        super().__init__()
        self._held_s = held_s
        self.set()

    def clear(self) -> None:
        """Close it until the limit is over."""
        super().clear()
        self._look_later()

    def _look_later(self) -> None:
        asyncio.get_running_loop().call_later(GATE_EVERY_S, self._look)

    def _look(self) -> None:
        if self._held_s() > GATE_EVERY_S:
            self._look_later()
        else:
            self.set()


def _scope(headers: Mapping[str, str]) -> LimitScope:
    if "X-RateLimit-Global" in headers:
        return LimitScope.GLOBAL
    if _is_ban(headers):
        return LimitScope.BAN
    return LimitScope.SHARED if headers.get("X-RateLimit-Scope") == "shared" else LimitScope.ROUTE


def _is_ban(headers: Mapping[str, str]) -> bool:
    """Whether a 429 is Cloudflare's: it bans our whole address and has none of Discord's headers.

    Its text is "error code: 1015", or JSON without a time to wait (discord-api-docs#5810).
    """
    says_when = "json" in headers.get("Content-Type", "") and "Retry-After" in headers
    return not says_when and not any(name.lower().startswith("x-ratelimit-") for name in headers)


def seconds(text: str | None) -> float | None:
    """A number of seconds from a header, at most ``LONGEST_WAIT_S``; None where it is none to wait for."""
    try:
        wait_s = 0.0 if text is None else float(text)
    except ValueError:
        return None
    return min(wait_s, LONGEST_WAIT_S) if wait_s > 0 else None
