"""The demo's world: births, RP, volume and audience as pure functions of (seed, start, now).

Nothing here looks at a clock. The same start and seed give the same world; every count only grows.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.identity.x_ids import last_id_at
from bot.demo.worlds.posts import CASTS
from bot.demo.worlds.script import Cast, Fate, Place, Script, ScriptedPicture, ScriptedPost

"""The last machine's last number of a millisecond: an id no real post has."""
SURGE_AT = timedelta(seconds=22)
"""Time after the start at which the first post of the surge is written."""
_STEP_S = 3
"""The site counts anew every so many seconds; between, its pages do not change."""


@dataclass(frozen=True, slots=True)
class LivePost:
    """A post as the site shows it at one moment."""

    id: int
    name: str
    handle: str
    text: str
    published_at: datetime
    rp: int
    picture: ScriptedPicture | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """An article of the feed. ``number``: which of the feed's, the same at every moment."""

    number: int
    title: str
    summary: str
    at: datetime
    photo: ScriptedPicture | None = None


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Content of a topic's page: ``male`` and ``female`` in per cent, posts with the most RP first."""

    topic: str
    volume: int
    observed_at: datetime
    male: int | None
    female: int | None
    group: str | None
    posts: tuple[LivePost, ...]


def tag_of(topic: str) -> str:
    """A topic as a hashtag names it: without spaces and case."""
    return "".join(topic.split()).casefold()


def lognormal(age_s: float, median_s: float, sigma: float) -> float:
    """The share of its final RP a post has at an age: fast at first, then a long tail. 0 to 1."""
    if age_s <= 0:
        return 0.0
    return 0.5 * (1 + math.erf(math.log(age_s / median_s) / (sigma * math.sqrt(2))))


def logistic(time_s: float, middle_s: float, tau_s: float) -> float:
    """The share reached of something that takes off, half of it at ``middle_s``. 0 to 1."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, (time_s - middle_s) / tau_s))))


@dataclass(frozen=True, slots=True)
class World:
    """All topics of the demo from its start on. ``start`` is timezone-aware."""

    start: datetime
    seed: int = 1
    cast: Cast = CASTS["ja"]
    limit: int = 10

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that have a page, the surging one first."""
        return tuple(script.topic for script in self.cast.scripts)

    def script(self, topic: str) -> Script | None:
        """The topic's script, also under its name as a tag; None where nobody talks about it."""
        wanted = tag_of(topic)
        return next((each for each in self.cast.scripts if tag_of(each.topic) == wanted), None)

    def page(self, topic: str, now: datetime) -> TopicPage:
        """The topic's page at ``now``; a topic nobody talks about has no posts and a volume of 0."""
        seen = self._last_count(now)
        script = self.script(topic)
        if script is None:
            return TopicPage(topic, 0, seen, None, None, None, ())
        elapsed = (seen - self.start).total_seconds()
        male = _male(script, elapsed)
        posts = sorted(self._posts(script, Place.PAGE, seen), key=lambda post: (-post.rp, -post.id))
        volume = _volume(script, elapsed)
        return TopicPage(script.topic, volume, seen, male, 100 - male, script.group, tuple(posts[: self.limit]))

    def posts(self, topic: str, place: Place, now: datetime) -> tuple[LivePost, ...]:
        """The topic's posts at one of the servers at ``now``, newest first."""
        script = self.script(topic)
        posts = [] if script is None else self._posts(script, place, self._last_count(now))
        return tuple(sorted(posts, key=lambda post: post.published_at, reverse=True))

    def post(self, post_id: str, now: datetime) -> LivePost | None:
        """The post with this id; None before it is published."""
        return next((post for post in self._all(now) if str(post.id) == post_id), None)

    def post_by(self, handle: str, now: datetime) -> LivePost | None:
        """The post of the author with this handle: each has one."""
        return next((post for post in self._all(now) if post.handle == handle), None)

    def articles(self, now: datetime) -> tuple[Published, ...]:
        """The articles of the feed at ``now``, newest first."""
        published = [
            Published(
                number,
                one.title,
                one.summary,
                self.start + timedelta(minutes=one.minutes),
                self.cast.photos.get(one.title),
            )
            for number, one in enumerate(self.cast.articles)
        ]
        return tuple(sorted((one for one in published if one.at <= now), key=lambda one: one.at, reverse=True))

    def _all(self, now: datetime) -> Iterator[LivePost]:
        seen = self._last_count(now)
        for script in self.cast.scripts:
            for place in Place:
                yield from self._posts(script, place, seen)

    def _last_count(self, now: datetime) -> datetime:
        steps = max(0, (now - self.start).total_seconds()) // _STEP_S
        return (self.start + timedelta(seconds=steps * _STEP_S)).astimezone(UTC)

    def _posts(self, script: Script, place: Place, now: datetime) -> list[LivePost]:
        posts = []
        for index, draft in enumerate((*script.drafts, *script.earlier)):
            if draft.place is not place:
                continue
            chance = random.Random(f"{self.seed}:{script.topic}:{index}")  # noqa: S311 - a world, no secret
            at = self.start + _delay(draft, index, chance)
            if at <= now:
                rp = round(draft.peak * _share(draft, self.start, at, now, chance))
                picture = self.cast.pictures.get(draft.handle)
                posts.append(LivePost(last_id_at(at), draft.name, draft.handle, draft.text, at, rp, picture))
        return posts


def _delay(draft: ScriptedPost, index: int, chance: random.Random) -> timedelta:
    """The time of a post after the start: posts of the surge come after it, all others before."""
    if draft.fate is Fate.SURGE:
        return SURGE_AT + timedelta(seconds=index * 6 + chance.uniform(0, 2))
    if draft.fate is Fate.EARLIER:
        return -timedelta(hours=chance.uniform(30, 47))
    if draft.fate is Fate.RISING:
        return -timedelta(minutes=chance.uniform(9, 70))
    return -timedelta(hours=min(30.0, chance.lognormvariate(1.4, 0.8)))


def _share(
    draft: ScriptedPost, start: datetime, written_at: datetime, now: datetime, chance: random.Random
) -> float:
    """The share of its peak a post has reached."""
    age = (now - written_at).total_seconds()
    if draft.fate is Fate.SURGE:
        return logistic(age, 13 + chance.uniform(0, 4), 4.5)
    if draft.fate is Fate.RISING:
        middle = chance.uniform(100, 420)
        return logistic((now - start).total_seconds(), middle, chance.uniform(45, 90))
    return lognormal(age, chance.uniform(3_000, 9_000), chance.uniform(0.9, 1.3))


def _volume(script: Script, elapsed_s: float) -> int:
    """Posts counted: a steady trickle a minute, and in a surge as many in an hour as usual in seven.

    A surge goes on after its sudden rise: of one that does not, the bot believes that the page changed.
    """
    trickle = math.floor(elapsed_s / 60) * max(1, script.volume // 900)
    burst = 0.18 * logistic(elapsed_s, 95, 24) + 0.14 * logistic(elapsed_s, 240, 60) if script.surges else 0.0
    return script.volume + trickle + math.floor(burst * script.volume)


def _male(script: Script, elapsed_s: float) -> int:
    """The share of men in per cent: it sways a little, and a surge brings in everybody."""
    sway = 1.6 * math.sin(elapsed_s / 240 + len(script.topic))
    crowd = 9 * logistic(elapsed_s, 110, 30) if script.surges else 0.0
    return max(1, min(99, round(script.male + sway - crowd)))
