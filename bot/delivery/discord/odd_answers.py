"""Answers to requests that discord.py 2.7 does not expect, as errors that every caller catches already.

A 429 of a block of our address is JSON without ``retry_after`` (discord.py#2544, #5221, discord-api-docs#5810):
discord.py raises ``KeyError``. One that asks for minutes (slow mode, discord-api-docs#2132) is slept out within
the request, so that whoever gives up waiting cannot know that nothing was taken. Something in Discord's place
answers 200 with a page, or JSON that is none: ``ValueError``, or a text where fields are read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, Final, cast

import aiohttp
import discord
from discord.http import HTTPClient, Route
from discord.webhook.async_ import async_context

LONGEST_LIMIT_S: Final = 45.0
"""Seconds that discord.py waits for a limit by itself: less than ``destinations.ANSWER_TIMEOUT_S``, more than
its own least of 30."""
_MADE: Final = frozenset(
    {
        ("POST", "/channels/{channel_id}/messages"),
        ("PATCH", "/channels/{channel_id}/messages/{message_id}"),
        ("POST", "/channels/{channel_id}/threads"),
    }
)
"""Requests whose answer is the message or post that they made."""
_NO_TIME: Final = "retry_after"
"""The field that discord.py looks for in every 429."""
_OF_A_TEXT: Final = "string indices"
"""Python's words where that field is looked for in a text: Cloudflare's 1015, to the adapter for interactions."""


class NoAnswer(aiohttp.ClientError):
    """Something answered that Discord does not say; whether the request was taken is unknown."""


class Limited(discord.HTTPException):
    """A 429 that was not waited out. ``retry_after``: seconds, as Discord asked; None: it named no time."""

    def __init__(self, retry_after: float | None) -> None:
        self.retry_after = retry_after
        headers = {}
        if retry_after is not None:
            headers = {"Retry-After": str(retry_after), "X-RateLimit-Scope": "user"}
        response = SimpleNamespace(status=429, reason="Too Many Requests", headers=headers)
        asked = "no time to wait" if retry_after is None else f"wait for {retry_after:.0f} s"
        super().__init__(cast("Any", response), asked)


def name_odd_answers(http: HTTPClient) -> None:
    """Have a client's requests raise ``NoAnswer`` and ``Limited`` in place of what discord.py happens to raise.

    Also those that answer interactions, which all clients of a process make by one adapter.
    """
    adapter = async_context.get()
    if not isinstance(adapter.request, _NamedRequest):
        adapter.request = _NamedRequest(adapter.request)  # type: ignore[method-assign]  # there is no other way
    if not isinstance(http.request, _NamedRequest):
        http.max_ratelimit_timeout = LONGEST_LIMIT_S
        http.request = _NamedRequest(http.request)  # type: ignore[method-assign]  # there is no other way


class _NamedRequest:
    """``HTTPClient.request``, or that of the adapter for interactions."""

    def __init__(self, request: Callable[..., Awaitable[Any]]) -> None:
        self._request = request

    async def __call__(self, route: Route, *session: Any, **options: Any) -> Any:
        try:
            answer = await self._request(route, *session, **options)
        except discord.RateLimited as limited:
            raise Limited(limited.retry_after) from limited
        except KeyError as error:
            if error.args != (_NO_TIME,):
                raise
            raise Limited(None) from error
        except TypeError as error:
            if _OF_A_TEXT not in str(error):
                raise
            raise Limited(None) from error
        except ValueError as error:
            msg = "an answer that is no JSON"
            raise NoAnswer(msg) from error
        if _is_none(route, answer):
            msg = "something else answered in Discord's place"
            raise NoAnswer(msg)
        return answer


def _is_none(route: Route, answer: object) -> bool:
    """Whether Discord does not answer so: with a text, or without the id of what was made."""
    if (route.method, route.path) in _MADE:
        return not (isinstance(answer, dict) and "id" in answer)
    return isinstance(answer, str) and answer != ""
