"""Checks of a language model's answers: a sentence that names its posts, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.text import cleaned_line

SENTENCE_MAX: Final = 300
"""UTF-16 units; a longer answer is none of one sentence."""
TRANSLATION_MAX: Final = 4_000
"""UTF-16 units of a translation that is used; more is not of a post of ``TRANSLATED_MAX``."""

_CITED = re.compile(r"\[(\d{1,3}(?:\s*[,、]\s*\d{1,3})*)\]")
_ADDRESS = re.compile(r"://|www\.|discord\.gg|@everyone|@here|<[@#:]", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_ENDS = re.compile(r"(?<=[。！？])|(?<=[.!?])(?=\s)")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a language model, and the numbers of the posts that it names."""

    text: str
    numbers: frozenset[int]


def cited_sentence(answer: str, posts: Mapping[int, str]) -> CitedSentence | None:
    """The sentence in an answer about numbered posts; None for one that is not used.

    Not used: more than a line or ``SENTENCE_MAX``, an address or a mention, a statement without a post, a number
    that no post has, and a figure that none of the named posts gives.
    """
    text = answer.strip().strip("\"'“”「」").strip()
    if not text or "\n" in text or _units(text) > SENTENCE_MAX or _ADDRESS.search(text):
        return None
    text = cleaned_line(text, SENTENCE_MAX)
    numbers = {int(one) for match in _CITED.finditer(text) for one in re.findall(r"\d+", match[1])}
    if not numbers or not numbers <= posts.keys() or not _all_cited(text):
        return None
    given = {figure for number in numbers for figure in _figures(posts[number])}
    if not _figures(_CITED.sub("", text)) <= given:
        return None
    return CitedSentence(text, frozenset(numbers))


def split_cited(text: str) -> Iterator[tuple[bool, str]]:
    """A sentence in pieces: whether each is a citation such as ``[1, 2]``, and the piece."""
    at = 0
    for match in _CITED.finditer(text):
        if match.start() > at:
            yield False, text[at : match.start()]
        yield True, match[0]
        at = match.end()
    if at < len(text):
        yield False, text[at:]


def numbers_in(cited: str) -> list[int]:
    """The numbers of a citation."""
    return [int(one) for one in re.findall(r"\d+", cited)]


def translation(answer: str) -> str | None:
    """A translated text; None for an answer that is none."""
    text = answer.strip()
    return text if text and _units(text) <= TRANSLATION_MAX else None


def _all_cited(text: str) -> bool:
    """Whether each sentence names a post; a mark may stand before or after the full stop."""
    pieces = [piece.strip() for piece in _ENDS.split(text)]
    said: list[str] = []
    for piece in pieces:
        if said and piece and not _CITED.sub("", piece).strip(" 　.。"):
            said[-1] += piece
        elif piece:
            said.append(piece)
    return all(_CITED.search(one) for one in said)


def _figures(text: str) -> set[str]:
    """The figures of a text, width and separators folded."""
    folded = unicodedata.normalize("NFKC", text)
    return {figure.replace(",", "") for figure in _FIGURE.findall(folded)}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
