"""Answers that pages are turned in: whose message it is, who reads it, and putting view and picture there."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import Any

import discord
from discord import ui

from bot.core.models import ChannelId, GuildId, PostKey
from bot.core.text import excerpt
from bot.delivery.discord.refusals import may_be_of_files
from bot.views.kit.pictures import FILE_DESCRIPTION_MAX, FILENAME, Picture
from cogs.shared.acknowledging import answer_privately
from cogs.shared.reach import BotInteraction


def is_theirs(interaction: discord.Interaction[Any]) -> bool:
    """Whether the clicked message is seen by this person alone, or is the answer to their own command."""
    message = interaction.message
    if message is None or message.flags.ephemeral or interaction.guild_id is None:
        return True
    asked_by = message.interaction_metadata
    return asked_by is not None and asked_by.user.id == interaction.user.id


async def defer_page(interaction: discord.Interaction[Any]) -> bool:
    """Announce a turned page: in the message itself where it is theirs to turn, else in a copy for this person.

    Returns whether everybody reads it there.
    """
    edits_message = is_theirs(interaction)
    if edits_message:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)
    message = interaction.message
    return edits_message and message is not None and not message.flags.ephemeral


async def where_read_by_all(interaction: BotInteraction) -> tuple[GuildId, ChannelId, int] | None:
    """Server, channel and id of the message that everybody will read; None where there is no server."""
    if interaction.guild_id is None or interaction.channel_id is None:
        return None
    edits_message = interaction.response.type is discord.InteractionResponseType.deferred_message_update
    message = interaction.message if edits_message else None
    there = message or await interaction.original_response()
    return GuildId(interaction.guild_id), ChannelId(interaction.channel_id), there.id


async def put_answer(
    interaction: BotInteraction,
    view: ui.LayoutView,
    shows: Collection[PostKey],
    where: tuple[GuildId, ChannelId, int] | None,
    *,
    picture: Picture | None = None,
    without_picture: ui.LayoutView | None = None,
) -> None:
    """Show it where the deferred answer stands; what the channel reads is remembered.

    ``picture``: the one that the view shows. Where Discord takes no file, ``without_picture`` is shown instead.
    """
    moderation = interaction.client.services.moderation
    if where is not None:
        # Before it is shown: Discord's receipt may be lost, or this process end, when everybody reads it.
        await moderation.remember_answer(*where, shows, before=True)
    file = None if picture is None else await _file_of(interaction, picture)
    try:
        await _edit(interaction, view, file)
    except discord.HTTPException as refused:
        if file is None or without_picture is None or not may_be_of_files(refused):
            raise
        await _edit(interaction, without_picture, None)
    if where is not None:
        await moderation.remember_answer(*where, shows)


async def put_privately(
    interaction: BotInteraction,
    view: ui.LayoutView,
    *,
    picture: Picture | None = None,
    without_picture: ui.LayoutView | None = None,
) -> None:
    """Show it to the person alone, where a public answer was announced. ``picture``: as in ``put_answer``."""
    file = None if picture is None else await _file_of(interaction, picture)
    files = [] if file is None else [file]
    try:
        await answer_privately(interaction, view=view, files=files)
    except discord.HTTPException as refused:
        if file is None or without_picture is None or not may_be_of_files(refused):
            raise
        await answer_privately(interaction, view=without_picture)


async def _file_of(interaction: BotInteraction, picture: Picture) -> discord.File:
    png = await interaction.client.services.history.picture(picture.svg)
    said = excerpt(picture.description, FILE_DESCRIPTION_MAX)
    return discord.File(io.BytesIO(png), FILENAME, description=said)


async def _edit(interaction: BotInteraction, view: ui.LayoutView, file: discord.File | None) -> None:
    files = [] if file is None else [file]
    await interaction.edit_original_response(
        view=view, attachments=files, allowed_mentions=discord.AllowedMentions.none()
    )
