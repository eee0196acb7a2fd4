"""Acknowledge, then work: an interaction that gets no answer within three seconds is lost, whatever it did.

Discord shows "the application did not respond" then, and its token takes no answer any more. So every command,
button, menu and form that was sent off is acknowledged before anything that can wait (the database, Discord's
REST, a source). Only a form itself cannot be sent after an acknowledgement: see ``forms.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui


async def acknowledge(interaction: discord.Interaction[Any], *, anew: bool = False) -> None:
    """Say that an answer follows, to the person alone; nothing where that was said already.

    The answer takes the place of the message that was clicked where only this person sees it; else, and with
    ``anew``, it is a message of its own. Raises ``discord.HTTPException`` where Discord takes no answer (code
    10062: too late); nothing has been done yet then.
    """
    if interaction.response.is_done():
        return
    if is_for_one(interaction) and not anew:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def answer(interaction: discord.Interaction[Any], view: ui.LayoutView) -> None:
    """Put the answer where ``acknowledge`` announced it. It mentions nobody."""
    await acknowledge(interaction)
    await interaction.edit_original_response(view=view, allowed_mentions=discord.AllowedMentions.none())


def is_for_one(interaction: discord.Interaction[Any]) -> bool:
    """Whether what was clicked stands in a message that this person alone sees; a command stands in none."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def answer_privately(interaction: discord.Interaction[Any], **said: Any) -> None:
    """Say it to the person alone, however far the answer had come; a "thinking …" that all saw is taken away."""
    if not interaction.response.is_done():
        await interaction.response.send_message(**said, ephemeral=True)
    elif await _is_thinking_aloud(interaction):
        await _answer_instead_of_thinking(interaction, said)
    else:
        await interaction.followup.send(**said, ephemeral=True)


async def _is_thinking_aloud(interaction: discord.Interaction[Any]) -> bool:
    """Whether everybody sees "thinking …" at this moment."""
    if interaction.response.type is not discord.InteractionResponseType.deferred_channel_message:
        return False
    flags = (await interaction.original_response()).flags
    return flags.loading and not flags.ephemeral


async def _answer_instead_of_thinking(interaction: discord.Interaction[Any], said: Mapping[str, Any]) -> None:
    """End the "thinking …" first, then take it away: a follow-up would fill it in for everybody to read."""
    await interaction.edit_original_response(content="…")
    try:
        await interaction.followup.send(**said, ephemeral=True)
    finally:
        await interaction.delete_original_response()
