"""Words that rose: whether they name the cause of a surge, beside two usual ways, and what they cost.

The surges are those of ``tests/data/surges``; every second one was used to tune, the others are judged. The peers
count the same words of the same posts: by raw frequency, and by TF-IDF against all posts.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from bot.core.keywords.candidates import Segmenter, by_script, words
from bot.core.keywords.folding import flat, readable
from bot.core.keywords.rising import rising_words
from bot.core.keywords.utterances import Utterance
from bot.polling.japanese import Words, segmenter, words_by
from tests.data.surges import NOW, PlantedSurge, planted_surges

from .report import Number, number

LANGUAGES = ("ja", "en")
POSTS, RECENT = 2_000, 500
FIRST = 3
SHARE_NEEDED, COST_MS = 90, 50

Ranked = Callable[[PlantedSurge, Segmenter], Sequence[str]]


def measure(rounds: int) -> list[Number]:
    """Shares of surges whose cause stands among the first three words, and the cost of 2,000 posts."""
    found = []
    ways: dict[str, Segmenter] = {"by script": by_script}
    if words_by() is Words.SUDACHI:
        ways = {"by Sudachi": segmenter(), **ways}
    for name, segment in ways.items():
        for peer, ranked in (("words that rose", ours), ("raw frequency", by_frequency), ("TF-IDF", by_tf_idf)):
            for half, label in enumerate(("tuning", "judging")):
                cases = [one for language in LANGUAGES for one in planted_surges(language)[half::2]]
                share = 100 * sum(names_cause(ranked(one, segment), one) for one in cases) / len(cases)
                needed = SHARE_NEEDED if peer == "words that rose" else None
                found.append(
                    number(f"{peer}, {label} half, {name}", "%", [share], at_least=needed)
                    if needed
                    else number(f"{peer}, {label} half, {name}", "%", [share])
                )
        found += [
            number(f"{POSTS} posts, {language}, {name}", "ms", costs(language, segment, rounds), at_most=COST_MS)
            for language in LANGUAGES
        ]
    return found


def ours(surge: PlantedSurge, segment: Segmenter) -> Sequence[str]:
    """The words that rose."""
    return [one.text for one in rising_words(surge.recent, surge.background, surge.topic, segment).words]


def by_frequency(surge: PlantedSurge, segment: Segmenter) -> Sequence[str]:
    """The words that are said most."""
    return _most(Counter(_words(surge.recent, surge.topic, segment)))


def by_tf_idf(surge: PlantedSurge, segment: Segmenter) -> Sequence[str]:
    """The words that are said most, weighted by how few of all posts say them."""
    posts = (*surge.recent, *surge.background)
    in_posts = Counter(word for post in posts for word in set(_words([post], surge.topic, segment)))
    said = Counter(_words(surge.recent, surge.topic, segment))
    return _most({word: count * math.log(len(posts) / in_posts[word]) for word, count in said.items()})


def names_cause(found: Sequence[str], surge: PlantedSurge) -> bool:
    """Whether one of the first three words names the cause, or a part of its name."""
    causes = [flat(readable(cause)).strip() for cause in surge.causes]
    said = [flat(readable(word)).strip() for word in found[:FIRST]]
    return any(cause in word or (len(word) > 1 and word in cause) for word in said for cause in causes)


def costs(language: str, segment: Segmenter, rounds: int) -> list[float]:
    """Milliseconds of CPU for posts that repeat the surges' texts, each by another author, after a first run."""
    recent, background = many(language)
    spent = []
    for _ in range(rounds + 1):
        began = time.thread_time()
        rising_words(recent, background, "東京" if language == "ja" else "city", segment)
        spent.append(1000 * (time.thread_time() - began))
    return spent[1:]


def many(language: str) -> tuple[list[Utterance], list[Utterance]]:
    """2,000 posts of all topics, 500 of them recent; two texts make one post, as long as a usual one."""
    texts = [one.text for surge in planted_surges(language) for one in (*surge.recent, *surge.background)]
    said = [f"{texts[n % len(texts)]} {texts[(7 * n + 3) % len(texts)]} ({n % 97})" for n in range(POSTS)]
    posts = [Utterance(str(n), f"author {n}", text, NOW - timedelta(minutes=n)) for n, text in enumerate(said)]
    return posts[:RECENT], posts[RECENT:]


def _words(posts: Iterable[Utterance], topic: str, segment: Segmenter) -> list[str]:
    own = flat(readable(topic)).strip()
    found = (flat(word).strip() for post in posts for word in words(readable(post.text), segment))
    return [word for word in found if word and word not in own]


def _most(scores: dict[str, float] | Counter[str]) -> list[str]:
    return sorted(scores, key=lambda word: (-scores[word], word))[:FIRST]
