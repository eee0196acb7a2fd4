"""Topics that somebody may have meant who typed one nobody posts about. Pure; RapidFuzz stays in this file.

Work is bounded: what is typed and what is compared are topics' names (60 characters), of which the first
``COMPARED_MAX`` count, so that twice the names cost twice the time up to there and no more beyond.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

import regex
from rapidfuzz import fuzz

from bot.core.spelling.kana import hiragana, katakana, outline
from bot.core.text import TOPIC_NAME_MAX, clean, make_topic, topic_key, utf16_length

COMPARED_MAX: Final = 2_000
TAGS_OF_TEXT: Final = 30
TEXT_READ: Final = 5_000
"""Characters of a text that are looked through for tags; more than people write."""
LIKE: Final = 66.0
"""RapidFuzz's ratio in per cent: two of three characters in order. ``てすら`` and ``テスラ`` have 100."""
LIKE_BY_SOUND: Final = 78.0
"""Least likeness of outlines, which are shorter than what they stand for."""
SOUNDS_MIN: Final = 4
"""Shorter outlines are like too much."""

_ONLY_KANA: Final = regex.compile(r"[\p{Hiragana}\p{Katakana}ー・ ]+")
_TAG: Final = regex.compile(r"(?<![\w&/])[#＃]([\w·・ー]{2,60})")


def near(typed: str, known: Iterable[str], *, limit: int) -> list[str]:
    """At most ``limit`` of the ``known`` names that are spelled or sound like what was typed, the nearest first.

    The typed topic itself is none of them.
    """
    key = topic_key(typed)
    forms = _forms(key)
    best: dict[str, tuple[float, str]] = {}
    for name in islice(known, COMPARED_MAX):
        other = topic_key(name)
        if not other or other == key:
            continue
        likeness = _likeness(forms, _forms(other))
        if likeness > 0 and (other not in best or likeness > best[other][0]):
            best[other] = likeness, name
    ranked = sorted(best.values(), key=lambda found: (-found[0], found[1]))
    return [name for _, name in ranked[:limit]]


def other_kana(typed: str) -> list[str]:
    """A word in katakana and in hiragana, as far as that is another spelling."""
    topic = make_topic(typed)
    if topic.is_address:
        return []
    spellings = dict.fromkeys((katakana(topic.name), hiragana(topic.name)))
    return [name for name in spellings if topic_key(name) != topic.key and utf16_length(name) <= TOPIC_NAME_MAX]


def kana_to_try(typed: str) -> list[str]:
    """The spellings of ``other_kana`` that people do write: of a word in kana, no long vowels in hiragana.

    Who types ``てすら`` may have meant ``テスラ``; nobody who types ``テスラ社`` means ``てすら社``.
    """
    if not _ONLY_KANA.fullmatch(make_topic(typed).key):
        return []
    return [name for name in other_kana(typed) if name == katakana(name) or "ー" not in name]


def tags_in(texts: Iterable[str]) -> list[str]:
    """The hashtags in texts, each once, without their mark: of a text the first ``TAGS_OF_TEXT``.

    Strangers write them, so who fills texts with tags has no more of them read than others.
    """
    found: dict[str, None] = {}
    for text in texts:
        if len(found) >= COMPARED_MAX:
            break
        tags = _TAG.finditer(clean(text[:TEXT_READ]))
        found.update((tag[1], None) for tag in islice(tags, TAGS_OF_TEXT))
    return list(found)[:COMPARED_MAX]


def _forms(key: str) -> tuple[str, str]:
    return katakana(key).replace("ー", "").replace(" ", ""), outline(key)


def _likeness(one: tuple[str, str], other: tuple[str, str]) -> float:
    """The likeness of two names, by letters or by sound; 0 below both thresholds."""
    spelled = fuzz.ratio(one[0], other[0], score_cutoff=LIKE)
    if min(len(one[1]), len(other[1])) < SOUNDS_MIN:
        return spelled
    return max(spelled, 0.99 * fuzz.ratio(one[1], other[1], score_cutoff=LIKE_BY_SOUND))
