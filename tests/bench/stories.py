"""Stories: how often posts are rightly joined, beside other ways; its cost; and how its weights are learned."""

from __future__ import annotations

import gc
import math
import random
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.core.models import ChannelId, Network, Post, PostKey, TopicKey
from bot.core.stories import NewStory, SameStory, StoryPost, StoryWindow, decide_story, story_post
from bot.core.stories.decision import Match, compared
from bot.core.stories.guards import DOUBTS
from bot.core.stories.linking import Comparisons, keep, links_of, near_posts, read_post
from bot.core.stories.scoring import LEARNED, marks
from tests.data.stories import HALVES_JUDGED, Half, LabelledPair, LabelledStory, labelled_pairs, labelled_stories

from .report import Number, number
from .story_peers import PEERS

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WINDOW_POSTS = 10_000
DECIDED = 1_000


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided about a pair. ``elsewhere``: the post was joined to a story that is not the pair's."""

    pair: LabelledPair
    joined: bool
    elsewhere: bool
    match: Match | None


def window_of(stories: Iterable[LabelledStory]) -> tuple[StoryWindow, dict[str, StoryPost]]:
    """The window of the stories' first posts, and these by their texts."""
    window, firsts = StoryWindow(), {}
    for count, story in enumerate(stories):
        first = _post(f"first {count}", story.text, story.topic)
        firsts[story.text] = first
        window.add(first, first.alone)
    return window, firsts


def judge(half: Half) -> list[Judged]:
    """Decide each later post of a half as the bot does, in the window of all first posts of it."""
    stories = labelled_stories(half)
    window, firsts = window_of(stories)
    found = []
    for pair in labelled_pairs(stories):
        post = _post("later", pair.text, pair.story.topic)
        decided = decide_story(window, post, NOW)
        joined = isinstance(decided, SameStory)
        own = joined and decided.place.lead == firsts[pair.story.text].key
        found.append(Judged(pair, own, joined and not own, decided.match))
    return found


def precision_and_recall(judged: Iterable[tuple[bool, int]]) -> tuple[float, float]:
    """Both, of pairs that tell the same or not and were joined (1) or not (0)."""
    rows = list(judged)
    right = sum(joined for same, joined in rows if same)
    wrong = sum(joined for same, joined in rows if not same)
    return right / max(right + wrong, 1), right / max(sum(same for same, _ in rows), 1)


def shares(half: Half) -> dict[str, tuple[float, float]]:
    """Precision and recall of each way on a half. Ours may also err by joining a post to a third story."""
    found = {}
    pairs = list(labelled_pairs(labelled_stories(half)))
    for name, peer in PEERS.items():
        found[name] = precision_and_recall((pair.same, int(peer(pair.story.text, pair.text))) for pair in pairs)
    rows: list[tuple[bool, int]] = []
    for one in judge(half):
        rows.append((one.pair.same, int(one.joined)))
        rows += [(False, 1)] * one.elsewhere
    found["Kawaraban"] = precision_and_recall(rows)
    return found


def measure(rounds: int) -> list[Number]:
    """All numbers."""
    found = []
    for half in HALVES_JUDGED:
        for name, (precision, recall) in shares(half).items():
            precise, complete = (98, 85) if name == "Kawaraban" else (None, None)
            of = f"stories, {half}: {name}"
            found += [
                number(f"{of}: precision", "%", [100 * precision], at_least=precise),
                number(f"{of}: recall", "%", [100 * recall], at_least=complete),
            ]
    return [*found, *_costs(rounds)]


# -- costs -----------------------------------------------------------------------------------------------


def _costs(rounds: int) -> list[Number]:
    """CPU of a post from its text to its place, with a full window; and the window's memory."""
    gc.collect()
    before = _resident()
    began = time.process_time()
    world = World(WINDOW_POSTS)
    filled = time.process_time() - began
    gc.collect()
    held = _resident() - before
    new = [1e3 * world.decide([world.text() for _ in range(DECIDED)]) for _ in range(rounds)]
    like = [1e3 * world.decide([world.like(text) for text in world.texts[:DECIDED]]) for _ in range(rounds)]
    linked = [1e3 * world.link([world.like(text) for text in world.texts[:DECIDED]]) for _ in range(rounds)]
    return [
        number("stories: a post of a poll, with its links to alerts of a channel, CPU", "ms", linked, at_most=0.3),
        number(f"stories: a post with {WINDOW_POSTS:,} in the window, CPU", "ms", new, at_most=0.3),
        number("stories: a post that is like one of them, CPU", "ms", like, at_most=0.3),
        number(f"stories: memory of {WINDOW_POSTS:,} posts", "MB", [held / 1e6]),
        number(f"stories: window of {WINDOW_POSTS:,} posts filled, CPU", "s", [filled]),
    ]


def _resident() -> int:
    """Bytes of memory that the process holds, those of compiled libraries included."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


class World:
    """A window full of posts of one topic, made from words that are as common as words are (Zipf)."""

    def __init__(self, posts: int) -> None:
        self._random = random.Random(posts)
        self._words = [_word(self._random) for _ in range(8_000)]
        self._weights = [1 / (rank + 3) for rank in range(len(self._words))]
        self.window = StoryWindow()
        self.texts = [self.text() for _ in range(posts)]
        for count, text in enumerate(self.texts):
            self.put(f"post {count}", text)

    def text(self) -> str:
        """A text of twelve words, and a number."""
        words = self._random.choices(self._words, self._weights, k=12)
        return f"{' '.join(words)} {self._random.randrange(1, 5_000)}人"

    def put(self, key: str, text: str) -> SameStory | NewStory:
        """Decide about a post, and keep it."""
        post = _post(key, text, "topic")
        decided = decide_story(self.window, post, NOW)
        self.window.add(post, decided.place)
        return decided

    def like(self, text: str) -> str:
        """The same text with three other words, as somebody else would say it."""
        words = text.split()
        for at in self._random.sample(range(len(words) - 1), k=3):
            words[at] = self._random.choice(self._words)
        return " ".join(words)

    def decide(self, texts: Sequence[str]) -> float:
        """Seconds of CPU a post, of texts that are kept; they leave again, so that the window stays as full."""
        began = time.process_time()
        for at, text in enumerate(texts):
            self.put(f"later {at}", text)
        took = time.process_time() - began
        for at in range(len(texts)):
            self.window.remove(PostKey(f"later {at}"))
        return took / len(texts)

    def link(self, texts: Sequence[str]) -> float:
        """Seconds of CPU a post, as a poll spends them, for a channel that was sent a hundred posts."""
        posts = [Post(Network.X, f"later {at}", text) for at, text in enumerate(texts)]
        alerts = {PostKey(f"post {at}"): [PostKey(f"post {at}")] for at in range(100)}
        began = time.process_time()
        read = [read_post(post, TopicKey("topic"), NOW) for post in posts]
        near = {}
        for post in read:
            near[post.key] = near_posts(self.window, post)
            keep(self.window, post)
        links_of(Comparisons(self.window), read, near, {ChannelId(1): alerts}, frozenset(), 0, {})
        took = time.process_time() - began
        for post in read:
            self.window.remove(post.key)
        return took / len(texts)


def _word(chance: random.Random) -> str:
    """A word of either language."""
    if chance.random() < 0.5:
        return "".join(chance.choices("bcdfghklmnprstvwy", k=3)) + "".join(chance.choices("aeiounrst", k=4))
    kanji = "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内"
    return "".join(chance.choices(kanji, k=2)) + chance.choice(["が", "の", "を", "は", ""])


def _post(key: str, text: str, topic: str) -> StoryPost:
    return story_post(PostKey(key), text, at=NOW - timedelta(minutes=1), topics=[TopicKey(topic)])


# -- weights ---------------------------------------------------------------------------------------------

_RIDGE = 1.0
"""Pull of each weight but the bias towards zero."""
_STEPS = 40
_CLOSE = 1e-4
"""Change of the weights from which they are the best ones."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A pair of texts with its marks. ``story``: its number, which all lessons from one story share."""

    story: int
    row: tuple[float, ...]
    same: bool
    of_its_own: bool


def learn(steps: int = _STEPS) -> dict[str, float]:
    """The weights that fit the tuning half best, sought from those in use."""
    return _weights(_lessons(), steps)


def cross_validated(folds: int = 10) -> dict[float, tuple[float, float]]:
    """Precision and recall on the tuning half with weights learned on its other stories, by the least score.

    A pair that a guard parts counts as parted. The tables of words were written with the half in view: on other
    texts both are lower.
    """
    lessons = _lessons()
    scored = [(True, 0.0)] * sum(1 for _ in _parted_of_one_story())
    for fold in range(folds):
        weights = _weights([one for one in lessons if one.story % folds != fold])
        each = [weights[name] for name in ("bias", *_NAMES)]
        for one in lessons:
            if one.story % folds == fold and one.of_its_own:
                odds = sum(weight * mark for weight, mark in zip(each, one.row, strict=True))
                scored.append((one.same, 1 / (1 + math.exp(-odds))))
    return {
        least: precision_and_recall((same, int(likely >= least)) for same, likely in scored)
        for least in (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
    }


def _weights(lessons: Sequence[Lesson], steps: int = _STEPS) -> dict[str, float]:
    """Logistic regression by Newton's method. A link is in too few pairs to learn from: its weight stays."""
    start = [LEARNED[name] for name in ("bias", *_NAMES)]
    rows, same = [one.row for one in lessons], [float(one.same) for one in lessons]
    bias, *learned = _regression(rows, same, start, steps)
    return {"bias": bias, **dict(zip(_NAMES, learned, strict=True)), _BY_HAND: LEARNED[_BY_HAND]}


_BY_HAND = "same_link"
_NAMES = tuple(name for name in LEARNED if name not in {"bias", _BY_HAND})


def _lessons() -> list[Lesson]:
    """The pairs of the tuning half that no guard parts, and pairs of stories of one topic."""
    return [
        Lesson(number, (1.0, *(marks(match.evidence)[name] for name in _NAMES)), same, own)
        for number, match, same, own in _compared()
        if match.objection is None or match.objection.guard in DOUBTS
    ]


def _parted_of_one_story() -> Iterator[Match]:
    for _, match, same, _ in _compared():
        if same and match.objection is not None and match.objection.guard not in DOUBTS:
            yield match


@cache
def _compared() -> list[tuple[int, Match, bool, bool]]:
    """Each pair: the number of its story, its match, whether it is one story, whether it was written for it."""
    return list(_compare_all())


def _compare_all() -> Iterator[tuple[int, Match, bool, bool]]:
    stories = labelled_stories("tuning")
    window, firsts = window_of(stories)
    for at, story in enumerate(stories):
        first = firsts[story.text]
        weigh = window.weigher(first.topics)
        for text, same, own in _posts_beside(story, stories):
            yield at, compared(_post("later", text, story.topic), first, weigh), same, own


def _posts_beside(story: LabelledStory, stories: Iterable[LabelledStory]) -> Iterator[tuple[str, bool, bool]]:
    """Posts to compare with a story's first: its own, and those of other stories of its topic."""
    yield from ((text, True, True) for _, text in story.same)
    yield from ((text, False, True) for _, text in story.other)
    for other in stories:
        if other is not story and other.language == story.language and other.topic == story.topic:
            yield from ((text, False, False) for _, text in other.same)


def _regression(
    rows: Sequence[tuple[float, ...]], same: Sequence[float], start: Sequence[float], steps: int
) -> list[float]:
    """Weights of marks, by Newton's method from others; one step from the best ones stays there."""
    weights = list(start)
    for _ in range(steps):
        slope = [0.0 if at == 0 else _RIDGE * weight for at, weight in enumerate(weights)]
        curve = [[0.0] * len(weights) for _ in weights]
        for row, label in zip(rows, same, strict=True):
            guess = 1 / (1 + math.exp(-sum(weight * mark for weight, mark in zip(weights, row, strict=True))))
            kept = [(at, mark) for at, mark in enumerate(row) if mark]
            for place, (at, mark) in enumerate(kept):
                slope[at] += mark * (guess - label)
                bend, line = mark * guess * (1 - guess), curve[at]
                for other, value in kept[place:]:
                    line[other] += bend * value
        for at, line in enumerate(curve):
            line[at] += _RIDGE if at else 1e-9
            for other in range(at):
                line[other] = curve[other][at]
        step = _solved(curve, slope)
        weights = [weight - change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _CLOSE:
            break
    return weights


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination; the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for other in rows[at + 1 :]:
            factor = other[at] / pivot[at]
            other[at:] = [value - factor * above for value, above in zip(other[at:], pivot[at:], strict=True)]
    found = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        rest = sum(rows[at][other] * found[other] for other in range(at + 1, len(rows)))
        found[at] = (rows[at][-1] - rest) / rows[at][at]
    return found
