"""Suggestions for options that take several topics: the last of those typed so far is completed."""

from __future__ import annotations

from typing import Final

from discord.app_commands import Choice

from bot.core.models import Topic
from bot.core.text import excerpt, topic_key
from bot.services.input.text import last_piece, pieces, write_words
from cogs.shared.options import CHOICES_MAX
from cogs.shared.reach import BotInteraction
from cogs.shared.viewing import typing_viewer

_CHOICE_MAX: Final = 100
"""Characters of a suggestion that Discord takes."""


async def topic_list_choices(interaction: BotInteraction, typed: str) -> list[Choice[str]]:
    """Topics they may know of for the last of those typed so far."""
    before, last = last_piece(typed)
    chosen = {topic_key(one) for one in pieces(before)}
    known = await interaction.client.services.trends.suggest(last.strip(), await typing_viewer(interaction))
    begun = f"{before.strip()} " if before else ""
    offered = (_completed(begun, topic) for topic in known if topic.key not in chosen)
    return [one for one in offered if one is not None][:CHOICES_MAX]


def _completed(begun: str, topic: Topic) -> Choice[str] | None:
    """A suggestion that keeps what was typed before; None where a suggestion does not hold it all."""
    value = begun + write_words([topic.handle])
    return (
        Choice(name=excerpt(begun + topic.name, _CHOICE_MAX), value=value) if len(value) <= _CHOICE_MAX else None
    )
