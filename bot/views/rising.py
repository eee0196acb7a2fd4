"""The words that rose in a topic, and a language model's sentence about its posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.core.keywords.rising import RisingWords
from bot.core.language_model.answers import CitedSentence, numbers_in, split_cited
from bot.core.models import CardSentence, EntryContent
from bot.core.text import escape, label, safe_url
from bot.views.kit.text import Speaker

LINK_MAX = 200
"""A longer address is not linked in a sentence."""
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


def card_sentence_lines(speaker: Speaker, sentence: CardSentence | None, content: EntryContent) -> list[str]:
    """The sentence of a card, each number a link to its post; nothing where the card lost a post of it."""
    if sentence is None:
        return []
    shown = {one.post.key: one.post for one in content.posts()}
    if not shown.keys() >= set(sentence.posts):
        return []
    links = {number: safe_url(shown[key].url, LINK_MAX) for number, key in enumerate(sentence.posts, start=1)}
    parts = [
        "".join(_linked(part, links)) if is_cited else escape(part)
        for is_cited, part in split_cited(sentence.text)
    ]
    return [f"💬 {''.join(parts)}", f"-# {speaker.say('card-sentence-by-model')}"]


def _linked(cited: str, links: Mapping[int, str | None]) -> Iterator[str]:
    """The numbers of a citation, each in brackets, as links where there is an address."""
    for number in numbers_in(cited):
        link = links.get(number)
        yield f"[\\[{number}\\]]({link})" if link else f"\\[{number}\\]"


def words_line(speaker: Speaker, words: Iterable[str]) -> list[str]:
    """Words that rose, most significant first, escaped."""
    shown = [f"**{shown}**" for word in words if (shown := label(word, WORD_MAX))]
    return [speaker.say("rising-words", words=speaker.say("alert-dot").join(shown))] if shown else []
