"""The words that rose in a topic, in one line."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.keywords.rising import RisingWords
from bot.core.text import label
from bot.views.kit.text import Speaker

WORD_MAX = 30
"""UTF-16 units of a word; a phrase has at most 24 characters."""


def rising_line(speaker: Speaker, found: RisingWords) -> list[str]:
    """``📈 Rising words: …``; nothing where none rose."""
    return words_line(speaker, (one.text for one in found.words))


def words_line(speaker: Speaker, words: Iterable[str]) -> list[str]:
    """Words that rose, most significant first, escaped."""
    shown = [f"**{shown}**" for word in words if (shown := label(word, WORD_MAX))]
    return [speaker.say("rising-words", words=speaker.say("alert-dot").join(shown))] if shown else []
