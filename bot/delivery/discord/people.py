"""Notices to people: of channels that the bot lost, and of what is still paused where it is invited back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import discord
from discord import ui

from bot.core.models import Pausable, PauseReason, UserId
from bot.delivery.transport import Later, Notified
from bot.views.kit.text import Texts
from bot.views.quiet_hours import draw_invited_back, draw_paused, resume_view
from bot.views.subscriptions.cards import resume_all_button

from .channel_rights import everyone_sees
from .destinations import UNREACHABLE, Destinations, time_limit
from .refusals import FLAGGED, meaning

log = logging.getLogger(__name__)

_FAILED: Final = (discord.HTTPException, *UNREACHABLE)


class People:
    """Sends people notices, by direct message where they take one."""

    def __init__(self, client: discord.Client, texts: Texts, destinations: Destinations) -> None:
        self._client = client
        self._texts = texts
        self._destinations = destinations

    async def notify_paused(self, paused: Sequence[Pausable], why: PauseReason) -> Notified:
        """Send the notice by direct message, else in the system channel, mentioning only the person.

        With a button to resume, where a permission that comes back would help. Where everybody reads, topics of a
        channel that not everybody sees are not named.
        """
        try:
            async with time_limit():
                return await self._notify_paused(paused, why)
        except TimeoutError:
            return Notified.NOT_NOW

    async def _notify_paused(self, paused: Sequence[Pausable], why: PauseReason) -> Notified:
        first = paused[0]
        speaker = self._texts.speaker(first.settings.language)
        await self._destinations.load(first.guild_id, anew=True)
        guild = self._client.get_guild(first.guild_id)
        view = None if why is PauseReason.NOT_FOUND else resume_view(speaker, paused)
        text = draw_paused(speaker, paused, why, server=guild.name if guild else "")
        directly = await self._say_to(first.created_by, text, view)
        if directly is not Notified.NOBODY:
            return directly
        system = guild.system_channel if guild else None
        if guild is None or system is None or system.id in {one.channel_id for one in paused}:
            return Notified.NOBODY
        if not all(everyone_sees(guild, one.channel_id) for one in paused):
            text = speaker.say("paused-private")
        mentions = discord.AllowedMentions(users=[discord.Object(first.created_by)])
        return await _say(system, f"<@{first.created_by}> {text}", view, mentions)

    async def notify_invited_back(
        self, guild: discord.Guild, user_id: int, paused: Sequence[Pausable], seen: Sequence[Pausable]
    ) -> Notified:
        """Send the person who invited the bot back a direct message about what is still paused there.

        ``seen``: what is paused in channels that they see; nothing else is named.
        """
        speaker = self._texts.speaker(paused[0].settings.language)
        view = ui.View(timeout=None).add_item(resume_all_button(speaker, paused[0].guild_id))
        view.stop()
        return await self._say_to(
            UserId(user_id), draw_invited_back(speaker, paused, seen, server=guild.name), view
        )

    async def _say_to(self, user_id: UserId, text: str, view: ui.View | None) -> Notified:
        try:
            person = await self._client.fetch_user(user_id)
        except _FAILED as error:
            return _not_told(error)
        return await _say(person, text, view, discord.AllowedMentions.none())


async def _say(
    where: discord.abc.Messageable, text: str, view: ui.View | None, mentions: discord.AllowedMentions
) -> Notified:
    try:
        if view is None:
            await where.send(text, allowed_mentions=mentions)
        else:
            await where.send(text, view=view, allowed_mentions=mentions)
    except _FAILED as error:
        log.info("could not tell about a paused subscription: %s", error)
        return _not_told(error)
    return Notified.TOLD


def _not_told(error: Exception) -> Notified:
    """Whether a notice can be sent later: unless Discord says something of its person or place."""
    if isinstance(error, discord.HTTPException):
        if error.code == FLAGGED:  # often for direct messages alone, until Discord's staff lifts it
            return Notified.NOBODY
        found = meaning(error, guild_is_there=True)
        return Notified.NOT_NOW if isinstance(found, Later) else Notified.NOBODY
    return Notified.NOT_NOW
