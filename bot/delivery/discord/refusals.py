"""The meaning of an error answer to a request of delivery: its code decides, not its status.

Discord stands behind Cloudflare, which answers for it: 403 with code 40333 or a page of HTML, 404 without a code,
429 without Discord's headers (error 1015: the whole address is banned). Such answers say nothing of a channel or
message (discord-api-docs#6473, #849, #1149, #1771, #7275).

A rate-limit proxy (``discord.api_base``) answers in Discord's stead where it cannot know what Discord did:
nirn-proxy 408 after its time-out, and a 429 of its own where one of its nodes failed; twilight's http-proxy 502.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import discord

from bot.core.models import Failure, FailureCode, PauseReason
from bot.delivery.rate_limit_listener import seconds
from bot.delivery.transport import ChannelLost, Later, Refused

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
TOO_MANY_EDITS = 30046
THREAD_ARCHIVED: Final = frozenset({50083, 160005})
"""The thread is archived or locked: a message wakes an archived one, only who manages threads a locked one."""

_ABOUT_THE_CHANNEL: Final[Mapping[int, PauseReason]] = {
    UNKNOWN_CHANNEL: PauseReason.NOT_FOUND,
    50001: PauseReason.FORBIDDEN,  # missing access
    50013: PauseReason.FORBIDDEN,  # missing permissions
    **dict.fromkeys(THREAD_ARCHIVED, PauseReason.FORBIDDEN),
}
"""Codes that speak of the channel or of our rights in it."""
_OF_THE_NETWORK = 40333
FLAGGED = 20026
_OF_THE_BOT: Final = frozenset({FLAGGED, 40001, 40002})
"""Discord takes nothing of this bot for now, whatever it is asked: a token that is not valid, an account that has
to be verified, or that its anti-spam system has flagged (modmailbot#490, DiscordPHP#467)."""
_UNKNOWN_GUILD = 10004
_INVALID_FORM = 50035
_TITLES_BLOCKED: Final = frozenset({200001, 20031})
"""AutoMod, or Discord's own list of words, does not let a title through."""
_FILTERED: Final = _TITLES_BLOCKED | {200000, 240000, 20009}
"""AutoMod, the filter of harmful links, and that of explicit pictures do not let a message through."""
_SWITCHED_OFF: Final = frozenset({20016, 20028, 20029, 40004, 40006, 40062, 130000})
"""Discord does not do this for now: slow mode, limits of a channel or server, sending or a feature that is
temporarily disabled (a 403: discord-api-docs#6014), an overloaded resource."""
_NO_ROOM = 160006
"""A server has as many active threads as it may have; they are archived with time."""
_NO_ROOM_S = 600.0
_NAMED_BY_CODE: Final[Mapping[int, FailureCode]] = {
    **dict.fromkeys(_ABOUT_THE_CHANNEL, FailureCode.FORBIDDEN),
    UNKNOWN_CHANNEL: FailureCode.CHANNEL_GONE,
    **dict.fromkeys(_FILTERED, FailureCode.FILTERED),
    **dict.fromkeys(_SWITCHED_OFF, FailureCode.DISCORD),
}
"""Names of failures by Discord's code, whatever the status."""
_TIMED_OUT = 408
_OF_A_PROXY = "generated-by-proxy"
"""The header of a 429 that nirn-proxy made itself."""
_ADDRESS_BANNED_S = 60.0
"""Seconds for which all requests wait after Cloudflare's 429 without Retry-After."""


def meaning(error: discord.HTTPException, *, guild_is_there: bool) -> Later | ChannelLost | Refused:
    """The outcome of an error for the message that was to be sent, read or changed.

    ``guild_is_there``: the client knows the server and it is available. Otherwise nothing that is said of its
    channels counts: Discord answers 10003 for the channels of a server in an outage.
    """
    failure = failure_of(error)
    why = _ABOUT_THE_CHANNEL.get(error.code)
    if why is not None and guild_is_there:
        return ChannelLost(why, failure, is_archived=error.code in THREAD_ARCHIVED)
    if why is not None or error.code == _UNKNOWN_GUILD:
        unavailable = Failure(FailureCode.GUILD_UNAVAILABLE, failure.detail)
        return Later(unavailable, guild_unavailable=True, may_have_arrived=False)
    if error.code == _NO_ROOM:
        return Later(failure, _NO_ROOM_S, may_have_arrived=False)
    if error.code in _SWITCHED_OFF and error.status in {400, 403}:
        return Later(failure, may_have_arrived=False)
    if error.code == UNKNOWN_MESSAGE:
        # To a send: the message of a repeated nonce was deleted.
        return Refused(Failure(FailureCode.DELETED, f"arrived and was deleted ({failure})"))
    return _by_status(error, failure)


def may_be_of_files(error: discord.HTTPException) -> bool:
    """Whether a request may have been refused for its files alone: too large, not permitted, or not found by name.

    Discord says so itself: answers without its code are no reason to leave files out.
    """
    if error.status == 413:
        return True
    not_of_files = {0, _OF_THE_NETWORK, *_OF_THE_BOT, *THREAD_ARCHIVED, *_SWITCHED_OFF}
    return error.status in {400, 403} and error.code not in not_of_files


def is_filtered(error: discord.HTTPException) -> bool:
    """Whether AutoMod or a filter of Discord's does not let through what a message says or shows."""
    return error.code in _FILTERED


def is_about_the_title(error: discord.HTTPException) -> bool:
    """Whether Discord does not take a forum's post for its title: some words are not allowed in some servers."""
    if error.code in _TITLES_BLOCKED:
        return True
    return error.status == 400 and error.code == _INVALID_FORM and "\nIn name: " in error.text


def failure_of(error: discord.HTTPException) -> Failure:
    """The failure that a person reads for an error answer."""
    return Failure(_code_of(error), f"{error.status} {error.code}: {error.text}".strip())


def _code_of(error: discord.HTTPException) -> FailureCode:
    if error.status == 401:
        return FailureCode.LOGIN
    if error.status == 429 and error.code not in _ABOUT_THE_CHANNEL:
        return FailureCode.BUSY
    if (named := _NAMED_BY_CODE.get(error.code)) is not None:
        return named
    # Of 403 and 404 what is left are answers of Cloudflare, and of a server that is away.
    of_discord = error.status in {403, 404, _TIMED_OUT} or error.status >= 500
    return FailureCode.DISCORD if of_discord else FailureCode.REFUSED


def _by_status(error: discord.HTTPException, failure: Failure) -> Later | Refused:
    """An error whose code speaks of no channel and no message."""
    if error.status == 429:
        return _limited(error, failure)
    if error.status == _TIMED_OUT:
        return Later(failure, guild_unavailable=True)
    if error.status >= 500:
        # A 500 can be this message's own fault for ever (discord-api-docs#6965, #8554); the others are outages.
        return Later(failure, guild_unavailable=error.status != 500)
    of_all = error.status == 401 or error.code in _OF_THE_BOT
    if of_all or (error.status in {403, 404} and error.code in {0, _OF_THE_NETWORK}):
        return Later(failure, everywhere=True, guild_unavailable=True, may_have_arrived=False)
    if error.code == 0:
        return Later(failure, may_have_arrived=False)
    return Refused(failure, is_of_content=error.code in _FILTERED or error.code == _INVALID_FORM)


def _limited(error: discord.HTTPException, failure: Failure) -> Later:
    """A 429: Discord's own, or Cloudflare's ban of our address, which has none of Discord's headers."""
    headers = error.response.headers
    after_s = seconds(headers.get("Retry-After"))
    if _OF_A_PROXY in headers:
        return Later(failure, after_s, guild_unavailable=True)
    if error.code or any(name.lower().startswith("x-ratelimit-") for name in headers):
        everywhere = "X-RateLimit-Global" in headers
        return Later(failure, after_s, everywhere=everywhere, may_have_arrived=False)
    return Later(
        failure, after_s or _ADDRESS_BANNED_S, everywhere=True, guild_unavailable=True, may_have_arrived=False
    )
