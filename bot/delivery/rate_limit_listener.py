"""Reads Discord's rate limits from the answers to all requests, so that delivery obeys them too."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import aiohttp

from .rate_limiter import LimitScope, RateLimiter

DEFAULT_GLOBAL_WAIT_S = 5.0
"""Seconds to wait after a global 429 without Retry-After."""


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


def _scope(headers: Mapping[str, str]) -> LimitScope:
    if "X-RateLimit-Global" in headers:
        return LimitScope.GLOBAL
    if _is_ban(headers):
        return LimitScope.BAN
    return LimitScope.SHARED if headers.get("X-RateLimit-Scope") == "shared" else LimitScope.ROUTE


def _is_ban(headers: Mapping[str, str]) -> bool:
    """Whether a 429 is Cloudflare's (error 1015): it bans our whole address and has none of Discord's headers."""
    is_json = "json" in headers.get("Content-Type", "")
    return not is_json and not any(name.lower().startswith("x-ratelimit-") for name in headers)


def seconds(text: str | None) -> float | None:
    """A number of seconds from a header, None where it is none."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
