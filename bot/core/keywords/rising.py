"""Words and phrases that rose against a topic's own background.

Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", equations
16, 20 and 22), counted in authors instead of words: who repeats a word counts once. The prior is the topic's own
mix of words, so that a rare word must be said by several before it rises.

    recent posts ─▶ a sample ─▶ its phrases ─▶ counted in all posts ─▶ beyond chance ─▶ by z ─▶ wholes

Cost: the sample is cut into phrases, all texts are only searched. 2,000 posts take about 40 ms.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field
from itertools import accumulate
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .candidates import Segmenter, by_script, phrases
from .folding import flat, in_hiragana, in_katakana, readable, searched
from .utterances import Utterance

SAMPLE: Final = 60
"""Recent texts that are cut into phrases. What a tenth of the authors say is missed one time in 70."""
CANDIDATES: Final = 100
"""Phrases that are counted in all posts, those most authors of the sample say."""
AUTHORS_MIN: Final = 8
"""Authors of recent posts, and of the background, from which on anything is said."""
SAID_BY_MIN: Final = 3
"""Authors that a rising word needs."""
FALSE_WORDS: Final = 0.05
"""Words that may rise by chance in an answer: the level of significance, divided by the number of candidates."""
PRIOR_WEIGHT: Final = 20.0
"""Weight of the prior, in authors."""
WHOLE_SHARE: Final = 0.6
"""A phrase stands for its part where so many of the part's authors say all of it."""
WORDS_MAX: Final = 5
CENTRAL_WORDS: Final = 20
"""Rising words by which the most central post is found."""
TEXT_READ: Final = 400
"""Characters of a text that are read."""


@dataclass(frozen=True, slots=True)
class RisingWord:
    """A word or phrase as most people write it, and the number of recent authors who do. ``z``: see the module."""

    text: str
    authors: int
    z: float


@dataclass(frozen=True, slots=True)
class RisingWords:
    """The words that rose, most significant first, and the key of the most central post (None without words)."""

    words: tuple[RisingWord, ...] = ()
    central: str | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """A flat text and its author."""

    flat: str
    author: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase and who says it. ``forms``: as flat texts hold it; ``by_chance``: see ``chance``."""

    folded: str
    forms: frozenset[str]
    surface: str
    authors: frozenset[int]
    z: float
    by_chance: float


def rising_words(
    recent: Sequence[Utterance],
    background: Sequence[Utterance],
    topic: str,
    segment: Segmenter = by_script,
) -> RisingWords:
    """The words that rose in recent posts against those before.

    ``topic``: its name, whose own words are left out. ``segment``: cuts Japanese. Nothing is said of few authors.
    """
    now, before = _by_author(recent), _by_author(background)
    if len(now) < AUTHORS_MIN or len(before) < AUTHORS_MIN:
        return RisingWords()
    counted = _counted(_candidates(recent, topic, segment), list(now.values()), list(before.values()))
    risen = _risen(counted)
    chosen = _wholes(risen, counted)
    words = tuple(RisingWord(one.surface, len(one.authors), one.z) for one in chosen[:WORDS_MAX])
    return RisingWords(words, _central(recent, risen) if words else None)


def _by_author(said: Iterable[Utterance]) -> dict[str, str]:
    """All that an author says as one flat text: a word counts once an author."""
    texts: dict[str, list[str]] = {}
    for one in said:
        texts.setdefault(one.author, []).append(flat(readable(one.text[:TEXT_READ])))
    return {author: "\n".join(dict.fromkeys(flats)) for author, flats in texts.items()}


@dataclass(slots=True)
class _Spellings:
    """Spellings of a phrase as written, and as flat texts hold them."""

    written: Counter[str] = field(default_factory=Counter)
    folded: set[str] = field(default_factory=set)

    @property
    def usual(self) -> str:
        return min(self.written, key=lambda one: (-self.written[one], one))


def _candidates(recent: Sequence[Utterance], topic: str, segment: Segmenter) -> dict[str, _Spellings]:
    """Phrases of a sample of recent posts by their folded form."""
    own = in_katakana(flat(readable(topic)).strip())
    spellings: dict[str, _Spellings] = {}
    said_by: Counter[str] = Counter()
    for one in _sample(recent):
        found: set[str] = set()
        for phrase in phrases(readable(one.text[:TEXT_READ]), segment):
            folded = in_katakana(phrase.folded)
            if not folded or _is_own(folded, own):
                continue
            if folded not in spellings:
                spellings[folded] = _Spellings()
            spellings[folded].written[phrase.text] += 1
            spellings[folded].folded.add(phrase.folded)
            found.add(folded)
        said_by.update(found)
    return {phrase: spellings[phrase] for phrase in _usual(said_by)}


def _usual(said_by: Counter[str]) -> list[str]:
    """The phrases of most authors, without those that are only said as a part of another one."""
    repeated = (phrase for phrase, count in said_by.items() if count > 1)
    longest = sorted(repeated, key=lambda phrase: (-said_by[phrase], -len(phrase), phrase))
    whole: list[str] = []
    for phrase in longest[: 2 * CANDIDATES]:
        if not any(said_by[other] == said_by[phrase] and phrase in other for other in whole):
            whole.append(phrase)
    return whole[:CANDIDATES]


def _sample(recent: Sequence[Utterance]) -> list[Utterance]:
    """One post of each author, evenly spread over the time."""
    first: dict[str, Utterance] = {}
    for one in sorted(recent, key=lambda one: (one.at, one.key)):
        first.setdefault(one.author, one)
    posts = list(first.values())
    step = max(1.0, len(posts) / SAMPLE)
    return [posts[int(index * step)] for index in range(min(SAMPLE, len(posts)))]


def _is_own(folded: str, own: str) -> bool:
    """Whether a phrase is a part of the topic's name, or holds all of it."""
    joined = folded.replace(" ", "")  # "datacenter" is the topic "data center"
    return bool(own) and (folded in own or own in folded or own.replace(" ", "") in joined)


def _counted(candidates: dict[str, _Spellings], now: Sequence[str], before: Sequence[str]) -> list[_Candidate]:
    """The candidates that enough recent authors say, most significant first."""
    recent, background = _TextIndex(now), _TextIndex(before)
    found = []
    for folded, spellings in candidates.items():
        forms = frozenset(map(searched, {*spellings.folded, folded, in_hiragana(folded)}))
        authors = recent.with_any(forms)
        if len(authors) >= SAID_BY_MIN:
            counts = len(authors), len(now), len(background.with_any(forms)), len(before)
            z, by_chance = significance(*counts), chance(*counts)
            found.append(_Candidate(folded, forms, spellings.usual, authors, z, by_chance))
    return sorted(found, key=lambda one: (-one.z, -len(one.folded), one.folded))


def _risen(counted: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates that rose. Of many some differ by chance: each must be as improbable as their number asks.

    This is Bonferroni's correction.
    """
    level = FALSE_WORDS / max(len(counted), 1)
    return [one for one in counted if one.by_chance <= level]


class _TextIndex:
    """Texts in one string, so that a phrase is searched in all of them at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._all = "\n".join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def with_any(self, phrases: Iterable[str]) -> frozenset[int]:
        """The numbers of the texts that hold one of the phrases."""
        return frozenset(number for phrase in phrases for number in self._with(phrase))

    def _with(self, phrase: str) -> list[int]:
        found: list[int] = []
        at = self._all.find(phrase)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            found.append(number)
            at = self._all.find(phrase, self._starts[number + 1])
        return found


def significance(said: int, of: int, said_before: int, of_before: int) -> float:
    """Standard errors by which a word's log-odds rose: ``said`` by so many ``of`` all authors, now and before."""
    share = (said + said_before + 0.5) / (of + of_before + 1)
    prior = PRIOR_WEIGHT * share
    change = _log_odds(said, of, prior) - _log_odds(said_before, of_before, prior)
    return change / math.sqrt(1 / (said + prior) + 1 / (said_before + prior))


def chance(said: int, of: int, said_before: int, of_before: int) -> float:
    """The probability that so many or more of the recent authors say a word that did not rise (Fisher 1935)."""
    total, everybody = said + said_before, of + of_before
    all_ways = _log_ways(everybody, total)
    return sum(
        math.exp(_log_ways(of, one) + _log_ways(of_before, total - one) - all_ways)
        for one in range(said, min(of, total) + 1)
        if total - one <= of_before
    )


def _log_ways(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)


def _log_odds(said: int, of: int, prior: float) -> float:
    return math.log((said + prior) / (of + PRIOR_WEIGHT - said - prior))


def _wholes(risen: Sequence[_Candidate], counted: Sequence[_Candidate]) -> list[_Candidate]:
    """Each phrase once: the longest that stands for its parts, and nothing that overlaps a word already chosen."""
    chosen: list[_Candidate] = []
    for one in risen:
        whole = _whole_of(one, counted)
        if not any(_overlap(whole, other) for other in chosen):
            chosen.append(whole)
    return chosen


def _whole_of(part: _Candidate, counted: Sequence[_Candidate]) -> _Candidate:
    wholes = [
        one
        for one in counted
        if part.folded in one.folded
        and one.z > 0
        and len(one.authors & part.authors) >= WHOLE_SHARE * len(part.authors)
    ]
    return max(wholes, key=lambda one: (len(one.folded), one.z))


def _overlap(one: _Candidate, other: _Candidate) -> bool:
    """Whether one holds the other, or both are mostly the same words of the same authors."""
    a, b = one.folded, other.folded
    return a in b or b in a or _share_an_end(a, b)


def _share_an_end(a: str, b: str) -> bool:
    """Whether the end of one is the beginning of the other, by at least half of the shorter."""
    least = max(2, min(len(a), len(b)) // 2)
    return any(x[-size:] == y[:size] for x, y in ((a, b), (b, a)) for size in range(least, min(len(a), len(b))))


def _central(recent: Sequence[Utterance], risen: Sequence[_Candidate]) -> str | None:
    """The post that says most of the rising words in the fewest others: by RP, then age, where several do."""
    weights = [(one.forms, one.z) for one in risen[:CENTRAL_WORDS]]
    best: tuple[float, int, float, str] | None = None
    for one in recent:
        text = flat(readable(one.text[:TEXT_READ]))
        weight = sum(z for forms, z in weights if any(form in text for form in forms))
        if not weight:
            continue
        found = (weight / math.log(20 + len(text)), one.rank, -one.at.timestamp(), one.key)
        best = found if best is None else max(best, found)
    return None if best is None else best[-1]
