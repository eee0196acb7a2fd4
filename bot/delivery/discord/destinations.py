"""Channels that messages go to: what is known of them, and what an error answer there means."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

import aiohttp
import discord

from bot.core.models import ChannelId, Failure, FailureCode, GuildId, Message, PauseReason, RoleId
from bot.delivery.transport import ChannelLost, GuildLoader, Later, PostLost, Refused

from .channel_rights import FetchedChannel, is_restricted, timed_out_s
from .refusals import UNKNOWN_CHANNEL, meaning

ANSWER_TIMEOUT_S = 60.0
"""Seconds until a request counts as unanswered: discord.py may wait inside it. Then the nonce is relied on."""
TIMED_OUT_CHECK_S = 3600.0
"""While a moderator has the bot timed out it is tried once an hour: a time-out can be ended early."""
UNREACHABLE: Final = (aiohttp.ClientError, OSError, TimeoutError, RuntimeError)
"""Errors of a request without an answer. RuntimeError: the client was closed while the bot stops."""


def time_limit() -> asyncio.Timeout:
    """The time limit of one request."""
    return asyncio.timeout(ANSWER_TIMEOUT_S)


def unreachable(error: Exception) -> Later:
    """The outcome without an answer: it may have arrived."""
    return Later(Failure(FailureCode.UNREACHABLE, f"{type(error).__name__}: {error}"), guild_unavailable=True)


def server_away() -> Later:
    """The outcome where a server is in an outage, or not known yet."""
    unavailable = "the server is not known or not available now"
    return Later(Failure(FailureCode.GUILD_UNAVAILABLE, unavailable), guild_unavailable=True)


def lost_post(
    refusal: Later | ChannelLost | Refused, message: Message
) -> Later | ChannelLost | PostLost | Refused:
    """The outcome for a message within a forum's post, which is deleted or locked by itself.

    Who may not write is kept out of the whole forum.
    """
    lost = isinstance(refusal, ChannelLost) and (refusal.why is PauseReason.NOT_FOUND or refusal.is_archived)
    return PostLost(refusal.failure) if lost and message.in_post else refusal


class Destinations:
    """Servers and channels of a logged-in client. ``guilds``: loads its cache where no gateway does."""

    def __init__(self, client: discord.Client, guilds: GuildLoader | None) -> None:
        self._client = client
        self._guilds = guilds

    async def load(self, guild_id: GuildId, *, anew: bool = False) -> Later | None:
        """Load a server where no gateway does. Where that fails, the outcome of a try that sent nothing."""
        if self._guilds is None:
            return None
        try:
            async with time_limit():
                await self._guilds.load(guild_id, anew=anew)
        except discord.HTTPException as error:
            found = meaning(error, guild_is_there=False)
            if isinstance(found, Later):
                return replace(found, may_have_arrived=False)
            return Later(found.failure, may_have_arrived=False)
        except UNREACHABLE as error:
            return replace(unreachable(error), may_have_arrived=False)
        return None

    def is_there(self, guild_id: GuildId) -> bool:
        """Whether what Discord says of a server's channels counts.

        Not while the server is in an outage, which is also what READY says of each before it is sent. A server
        that READY did not name is one that the bot left.
        """
        guild = self._client.get_guild(guild_id)
        return self._client.is_ready() if guild is None else not guild.unavailable

    def cached(self, message: Message) -> object:
        """The channel of a message as the client has it; None where it has none."""
        return self._client.get_channel(message.destination)

    def messageable(self, message: Message) -> discord.PartialMessageable:
        """The channel of a message, to send to without knowing it."""
        return self._client.get_partial_messageable(message.destination, guild_id=message.guild_id)

    def sent(self, message: Message) -> discord.PartialMessage:
        """A message in its channel. Raises ``ValueError`` for one whose id in Discord is not known."""
        if message.discord_message_id is None:
            msg = f"message {message.id} is not known to be in its channel"
            raise ValueError(msg)
        return self.messageable(message).get_partial_message(message.discord_message_id)

    async def fetched(self, guild_id: GuildId, channel_id: ChannelId) -> FetchedChannel | None:
        """A channel. Not cached is no fact: archived threads never are, so Discord is asked.

        Raises what discord.py raises.
        """
        known = self._client.get_channel(channel_id)
        if known is None:
            known = await self._client.fetch_channel(channel_id)
            if self._guilds is not None and self._client.get_guild(guild_id) is None:
                # The server's outage has ended: without the server nothing is known of the bot's permissions.
                await self._guilds.load(guild_id, anew=True)
                known = self._client.get_channel(channel_id) or known
        return known if isinstance(known, FetchedChannel) else None

    async def is_age_restricted(self, message: Message) -> bool:
        """A thread is what its parent is. An unknown channel counts as not restricted: better one post too few."""
        try:
            async with time_limit():
                channel = await self.fetched(message.guild_id, message.destination)
        except (discord.HTTPException, discord.InvalidData, *UNREACHABLE):
            return False
        return is_restricted(channel)

    def roles_left(self, message: Message) -> tuple[RoleId, ...]:
        """The roles to mention without those that were deleted, which would read "@deleted-role"."""
        guild = self._client.get_guild(message.guild_id)
        if guild is None or guild.unavailable:
            return message.mentions
        return tuple(role for role in message.mentions if guild.get_role(role) is not None)

    def meaning(self, error: discord.HTTPException, message: Message) -> Later | ChannelLost | Refused:
        """The outcome of an error answer for a message."""
        found = meaning(error, guild_is_there=self.is_there(message.guild_id))
        if isinstance(found, ChannelLost) and found.failure.code is FailureCode.FORBIDDEN:
            left_s = timed_out_s(self._client.get_guild(message.guild_id))
            if left_s is not None:
                failure = Failure(FailureCode.TIMED_OUT, found.failure.detail)
                return Later(failure, min(left_s, TIMED_OUT_CHECK_S), may_have_arrived=False)
        if self._guilds is not None and isinstance(found, ChannelLost):
            self._guilds.invalidate(message.guild_id)
        return found

    async def is_post_gone(self, error: discord.HTTPException, message: Message) -> bool:
        """Whether a post of a forum was deleted: Discord does not know it, and knows its forum."""
        if error.code != UNKNOWN_CHANNEL or not message.in_post or not self.is_there(message.guild_id):
            return False
        try:
            async with time_limit():
                await self._client.fetch_channel(message.channel_id)
        except (discord.HTTPException, *UNREACHABLE):
            return False
        return True
