"""The language of an interaction: that of the reader, and that of a channel for which nobody chose one."""

from __future__ import annotations

from typing import Any

import discord

from bot.gateway.client import TrendBot
from bot.views.kit.text import Speaker, language_of


def speaker_of(interaction: discord.Interaction[Any]) -> Speaker:
    """The speaker of the reader's language."""
    bot: TrendBot = interaction.client
    return bot.services.texts.speaker(str(interaction.locale))


def language_for(interaction: discord.Interaction[Any]) -> str:
    """The reader's language, for a channel whose language nobody chose."""
    bot: TrendBot = interaction.client
    return language_of(str(interaction.locale), bot.services.settings.discord.language)
