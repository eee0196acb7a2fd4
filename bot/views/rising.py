"""The words that rose in a topic, and a language model's sentence about its posts."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.keywords.rising import RisingWords
from bot.core.language_model.answers import CitedSentence
from bot.core.text import escape, label
from bot.views.kit.text import Speaker

WORD_MAX = 30
"""UTF-16 units of a word; a phrase has at most 24 characters."""


def rising_line(speaker: Speaker, found: RisingWords) -> list[str]:
    """``📈 Rising words: …``; nothing where none rose."""
    return words_line(speaker, (one.text for one in found.words))


def sentence_lines(speaker: Speaker, summary: CitedSentence | None) -> list[str]:
    """A language model's sentence, escaped, and who wrote it; nothing without one."""
    if summary is None:
        return []
    return [f"💬 {escape(summary.text)}", f"-# {speaker.say('summary-by-model')}"]


def words_line(speaker: Speaker, words: Iterable[str]) -> list[str]:
    """Words that rose, most significant first, escaped."""
    shown = [f"**{shown}**" for word in words if (shown := label(word, WORD_MAX))]
    return [speaker.say("rising-words", words=speaker.say("alert-dot").join(shown))] if shown else []
