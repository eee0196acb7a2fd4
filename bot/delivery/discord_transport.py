"""The way to Discord over discord.py: draw, send with the nonce, read history."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import timedelta

import aiohttp
import discord

from bot.core.models import ChannelId, Message, OutboxEntry, PauseReason, Told
from bot.views.alert import draw, how_many_fit, redraw
from bot.views.channels import names_of, resume_view
from bot.views.text import Texts

from .ears import seconds
from .transport import (
    Absent,
    CannotTell,
    ChannelLost,
    Edited,
    EditOutcome,
    FindOutcome,
    Later,
    Refused,
    SendOutcome,
    Sent,
    TooManyEdits,
    Vanished,
)

log = logging.getLogger(__name__)

TRY_S = 60.0
"""discord.py may wait inside ``send``; after this we call it unknown and rely on the nonce."""
_HISTORY_LIMIT = 2000
"""Twenty requests; a channel that wrote more since the first try is not searched to the end."""
_UNKNOWN_CHANNEL = 10003
_UNKNOWN_MESSAGE = 10008
_TOO_MANY_EDITS = 30046
_THREAD_LOCKED = 50083
"""An archived thread that only those who manage threads can wake; it comes as a 400."""


class DiscordTransport:
    """Delivers through a logged-in client."""

    def __init__(self, client: discord.Client, texts: Texts) -> None:
        self._client = client
        self._texts = texts

    def how_many_fit(self, entries: Sequence[OutboxEntry]) -> int:
        """Ask the view that will draw them."""
        return how_many_fit(entries, self._texts)

    async def send(self, message: Message) -> SendOutcome:
        """One try. ``nonce`` makes discord.py set ``enforce_nonce``: within minutes a retry cannot double."""
        drawn = draw(message, self._texts, age_restricted=self._is_age_restricted(message.channel_id))
        channel = self._client.get_partial_messageable(message.channel_id, guild_id=message.guild_id)
        mentions = discord.AllowedMentions(
            everyone=False,
            users=False,
            replied_user=False,
            roles=[discord.Object(role) for role in drawn.role_ids],
        )
        try:
            async with asyncio.timeout(TRY_S):
                sent = await channel.send(view=drawn.view, nonce=message.nonce, allowed_mentions=mentions)
        except discord.HTTPException as error:
            return _refusal(error)
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError) as error:
            # RuntimeError: the session was closed under us while the bot stops.
            return Later(f"{type(error).__name__}: {error}")
        return Sent(sent.id)

    async def edit(self, message: Message) -> EditOutcome:
        """Draw it again in place; edits never notify anybody."""
        drawn = redraw(message, self._texts, age_restricted=self._is_age_restricted(message.channel_id))
        there = self._there(message)
        return await _changed(
            there.edit(view=drawn.view, allowed_mentions=discord.AllowedMentions.none()), Edited()
        )

    async def remove(self, message: Message) -> EditOutcome:
        """Delete it."""
        return await _changed(self._there(message).delete(), Vanished())

    def _there(self, message: Message) -> discord.PartialMessage:
        """The message in its channel; only for those whose id is known."""
        if message.discord_message_id is None:
            msg = f"message {message.id} is not known to be in its channel"
            raise ValueError(msg)
        channel = self._client.get_partial_messageable(message.channel_id, guild_id=message.guild_id)
        return channel.get_partial_message(message.discord_message_id)

    async def find(self, message: Message) -> FindOutcome:
        """Search the channel for the message's id, which every one of its buttons carries."""
        if not self._client.is_ready():
            # Channels and permissions are not known yet; to call the message uncertain would be for good.
            return Later("not connected to Discord yet", after_s=1.0)
        if not self._can_read_history(message.channel_id):
            return CannotTell("history cannot be read, so nobody can tell whether it arrived")
        try:
            async with asyncio.timeout(TRY_S):
                return await self._search(message)
        except discord.HTTPException as error:
            refusal = _refusal(error)
            return CannotTell(refusal.error) if isinstance(refusal, Refused | ChannelLost) else Later(str(error))
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError) as error:
            return Later(f"{type(error).__name__}: {error}")

    async def _search(self, message: Message) -> FindOutcome:
        """From just before the first try on: any of the tries may be the one that arrived."""
        channel = self._client.get_partial_messageable(message.channel_id, guild_id=message.guild_id)
        begun = (message.first_try_at or message.sealed_at) - timedelta(minutes=2)
        read = 0
        async for seen in channel.history(limit=_HISTORY_LIMIT, after=begun, oldest_first=True):
            if _carries(seen, message):
                return Sent(seen.id)
            read += 1
        if read >= _HISTORY_LIMIT:
            return CannotTell("too much was written in the channel since to tell whether it arrived")
        return Absent()

    async def tell_paused(self, resting: Sequence[Told], why: PauseReason) -> bool:
        """In the server's system channel, else by direct message; naming the person, mentioning nobody else.

        With a button to resume, where a permission that comes back would help.
        """
        first = resting[0]
        speaker = self._texts.speaker(first.language)
        topics, more = names_of(resting)
        text = speaker.say(
            f"paused-{why.replace('_', '-')}", topics=topics, more=more, channel=f"<#{first.channel_id}>"
        )
        view = resume_view(speaker, first.channel_id) if why is PauseReason.FORBIDDEN else None
        guild = self._client.get_guild(first.guild_id)
        system = guild.system_channel if guild else None
        if system is not None and system.id != first.channel_id:
            mentions = discord.AllowedMentions(users=[discord.Object(first.created_by)])
            if await self._say(system, f"<@{first.created_by}> {text}", view, mentions):
                return True
        try:
            person = await self._client.fetch_user(first.created_by)
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            return False
        return await self._say(person, text, view, discord.AllowedMentions.none())

    async def _say(
        self,
        where: discord.abc.Messageable,
        text: str,
        view: discord.ui.View | None,
        mentions: discord.AllowedMentions,
    ) -> bool:
        try:
            if view is None:
                await where.send(text, allowed_mentions=mentions)
            else:
                await where.send(text, view=view, allowed_mentions=mentions)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("could not tell about a paused subscription: %s", error)
            return False
        return True

    def _is_age_restricted(self, channel_id: ChannelId) -> bool:
        """Unknown channels count as not age-restricted: better one post too few."""
        channel = self._client.get_channel(channel_id)
        return bool(getattr(channel, "is_nsfw", lambda: False)())

    def _can_read_history(self, channel_id: ChannelId) -> bool:
        """Discord answers an empty list without the permission, which would look like absence."""
        channel = self._client.get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return False
        allowed = channel.permissions_for(channel.guild.me)
        return allowed.view_channel and allowed.read_message_history


async def _changed(request: Awaitable[object], done: Edited | Vanished) -> EditOutcome:
    """What came of an edit or a deletion."""
    try:
        async with asyncio.timeout(TRY_S):
            await request
    except discord.HTTPException as error:
        if error.code == _TOO_MANY_EDITS:
            return TooManyEdits(f"{error.status} {error.code}: {error.text}")
        refusal = _refusal(error)
        # A message or channel that is gone shows nothing any more: that is all a take-down wants.
        return Vanished() if isinstance(error, discord.NotFound) else refusal
    except KeyError:
        # discord.py looks for ``retry_after`` in every 429; the one for old edits (30046) may come without.
        return TooManyEdits("429 without a time to wait")
    except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError) as error:
        return Later(f"{type(error).__name__}: {error}")
    return done


def _refusal(error: discord.HTTPException) -> Later | ChannelLost | Refused:
    """What an error status of Discord means for the message."""
    detail = f"{error.status} {error.code}: {error.text}".strip()
    if isinstance(error, discord.Forbidden) or error.code == _THREAD_LOCKED:
        return ChannelLost(PauseReason.FORBIDDEN, detail)
    if isinstance(error, discord.NotFound):
        if error.code == _UNKNOWN_MESSAGE:
            # A nonce whose message was deleted: it was told, and somebody removed it (facts/discord.md).
            return Refused(f"arrived and was deleted ({detail})")
        return ChannelLost(PauseReason.NOT_FOUND, detail)
    if error.status == 429:
        after = error.response.headers.get("Retry-After")
        everywhere = error.response.headers.get("X-RateLimit-Global") is not None
        return Later(detail, after_s=seconds(after), everywhere=everywhere)
    if error.status >= 500 or error.status == 401:  # a revoked token is the operator's to mend, not the message's
        return Later(detail)
    return Refused(detail)


def _carries(seen: discord.Message, message: Message) -> bool:
    """Whether a message in the channel is this one."""
    marker = f"kw:{message.id}:"
    return any(marker in str(component.to_dict()) for component in seen.components)
