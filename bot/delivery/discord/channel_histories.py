"""Histories of channels: the search for one message, and what the bot sent since a copy of the database."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.core.models import Failure, FailureCode, Message, PauseReason, UnreadHistory
from bot.delivery.transport import (
    Absent,
    CannotTell,
    ChannelLost,
    FindOutcome,
    HistoryOutcome,
    Later,
    ReadHistory,
    Refused,
    Sent,
)

from .channel_rights import can_read_history
from .destinations import UNREACHABLE, Destinations, lost_post, server_away, time_limit, unreachable
from .files import files_of
from .forum_posts import find_post
from .own_messages import Pace, TooMuchHistory, read_forum, read_page
from .refusals import meaning

SEARCHED_MAX = 2000
"""Messages of a channel, in twenty requests; where more were written since, the search stops."""
_FORUM_TIMEOUT_S: Final = 900.0
"""Seconds for all posts of a forum after a restore; each takes a request or more."""
_BEFORE_THE_FIRST_TRY: Final = timedelta(minutes=2)


class ChannelHistories:
    """Reads the histories of channels."""

    def __init__(self, client: discord.Client, destinations: Destinations) -> None:
        self._client = client
        self._destinations = destinations

    async def find(self, message: Message) -> FindOutcome:
        """Search the channel for the message's id, which every one of its buttons carries."""
        return await self._destinations.load(message.guild_id, anew=True) or await self._find(message)

    async def read(self, history: UnreadHistory, since: datetime, until: datetime, pace: Pace) -> HistoryOutcome:
        """See ``Transport.read_history``."""
        if discord.utils.snowflake_time(history.channel_id) > until:
            return ReadHistory()
        wait = await self._destinations.load(history.guild_id, anew=True)
        return wait or await self._read(history, since, until, pace)

    async def _find(self, message: Message) -> FindOutcome:
        if not self._destinations.is_there(message.guild_id):
            return server_away()  # to call the message uncertain would be for good
        try:
            async with time_limit():
                channel = await self._destinations.fetched(message.guild_id, message.destination)
                if not can_read_history(channel):
                    unread = "history cannot be read, so nobody can tell whether it arrived"
                    return CannotTell(Failure(FailureCode.HISTORY, unread))
                if isinstance(channel, discord.ForumChannel):
                    return await find_post(self._client, channel, message, _carries)
                return await self._search(message)
        except discord.HTTPException as error:
            refusal = lost_post(self._destinations.meaning(error, message), message)
            return CannotTell(refusal.failure) if isinstance(refusal, Refused | ChannelLost) else refusal
        except UNREACHABLE as error:
            return unreachable(error)

    async def _search(self, message: Message) -> FindOutcome:
        """Search the channel's history from just before the first try on: any try may be the one that arrived."""
        begun = (message.first_try_at or message.sealed_at) - _BEFORE_THE_FIRST_TRY
        read = 0
        history = self._destinations.messageable(message).history
        async for seen in history(limit=SEARCHED_MAX, after=begun, oldest_first=True):
            if _carries(seen, message):
                return Sent(seen.id, files=files_of(seen))
            read += 1
        if read >= SEARCHED_MAX:
            crowded = "too much was written in the channel since to tell whether it arrived"
            return CannotTell(Failure(FailureCode.CROWDED, crowded), may_pass=False)
        return Absent()

    async def _read(self, history: UnreadHistory, since: datetime, until: datetime, pace: Pace) -> HistoryOutcome:
        me = self._client.user
        if me is None or not self._destinations.is_there(history.guild_id):
            return server_away()
        try:
            return await self._read_messages(history, me.id, since, until, pace)
        except TooMuchHistory:
            crowded = "too much was written in the forum since the copy"
            return CannotTell(Failure(FailureCode.CROWDED, crowded), may_pass=False)
        except discord.HTTPException as error:
            return self._unread(error, history)
        except UNREACHABLE as error:
            return unreachable(error)

    async def _read_messages(
        self, history: UnreadHistory, me: int, since: datetime, until: datetime, pace: Pace
    ) -> HistoryOutcome:
        """Raises ``TooMuchHistory``, and what discord.py raises."""
        channel = await self._destinations.fetched(history.guild_id, history.channel_id)
        if not can_read_history(channel):
            return CannotTell(Failure(FailureCode.HISTORY, "the channel's history cannot be read"))
        if isinstance(channel, discord.ForumChannel):
            async with asyncio.timeout(_FORUM_TIMEOUT_S):
                return ReadHistory(tuple(await read_forum(channel, me, since, until, pace)))
        await pace()
        there = self._client.get_partial_messageable(history.channel_id, guild_id=history.guild_id)
        after = history.after or discord.utils.time_snowflake(since)
        async with time_limit():
            found, last_id, is_last = await read_page(there, me, after, until)
        return ReadHistory(tuple(found), last_id, is_last)

    def _unread(self, error: discord.HTTPException, history: UnreadHistory) -> HistoryOutcome:
        """The outcome of an error answer to a request for history."""
        found = meaning(error, guild_is_there=self._destinations.is_there(history.guild_id))
        if isinstance(found, Later):
            return found
        if isinstance(found, ChannelLost) and found.why is PauseReason.NOT_FOUND:
            return ReadHistory()  # whatever was sent there is gone with it
        return CannotTell(found.failure)


def _carries(seen: discord.Message, message: Message) -> bool:
    """Whether a message in the channel is this one."""
    marker = f"kw:{message.id}:"
    return any(marker in str(component.to_dict()) for component in seen.components)
