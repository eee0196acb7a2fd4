"""Made topics: posts that come by the hour, and whose RP grows for half an hour to twelve hours."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

DAY_H: Final = 24.0


@dataclass(frozen=True, slots=True)
class MadePost:
    """A post: hours since the start when it was written, the RP it ends with, the hours its growth takes."""

    born_h: float
    final: int
    grows_h: float

    def rp(self, at_h: float) -> int:
        """Its RP at a time."""
        return int(self.final * self.share(at_h - self.born_h))

    def share(self, age_h: float) -> float:
        """The share of its last RP at an age: most of it comes in the first third of its growth."""
        if age_h <= 0:
            return 0.0
        return min(1.0, (1 - math.exp(-3 * age_h / self.grows_h)) / (1 - math.exp(-3)))

    def reaches_at(self, rp: float) -> float:
        """The time at which it reaches an RP; infinite if it never does."""
        if rp > self.final:
            return math.inf
        part = rp / self.final * (1 - math.exp(-3))
        return self.born_h - math.log(1 - part) * self.grows_h / 3 if part < 1 else self.born_h + self.grows_h


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of topic: posts an hour at a time, and how high a post ends beside the others."""

    name: str
    per_day: float
    rate: Callable[[float, random.Random], float]
    viral: bool = False


def _cycle(at_h: float, _: random.Random) -> float:
    return max(0.05, 1 + 0.9 * math.sin((at_h % DAY_H - 9) / DAY_H * 2 * math.pi))


KINDS: Final = (
    Kind("steady", 150, lambda _, __: 1.0),
    Kind("daily cycle", 150, _cycle),
    Kind("bursty", 120, lambda at, chance: _cycle(at, chance) * math.exp(chance.gauss(-0.5, 1.0))),
    Kind("growing", 80, lambda at, chance: _cycle(at, chance) * 1.04 ** (at / DAY_H)),
    Kind("dying", 300, lambda at, chance: _cycle(at, chance) * 0.96 ** (at / DAY_H)),
    Kind("viral day", 150, _cycle, viral=True),
    Kind("dense", 1_200, _cycle),
)


def made_posts(kind: Kind, days: int, seed: int) -> list[MadePost]:
    """Posts of a topic over so many days, in the order of their times."""
    return sorted(_posts(kind, days, random.Random(f"{kind.name}/{seed}")), key=lambda post: post.born_h)


def _posts(kind: Kind, days: int, chance: random.Random) -> Iterator[MadePost]:
    scale = math.exp(chance.gauss(1.5, 0.7))
    slope = chance.uniform(1.0, 1.5)
    viral_days = set(chance.sample(range(days), max(1, days // 15))) if kind.viral else set()
    for hour in range(int(days * DAY_H)):
        louder = 8.0 if hour // 24 in viral_days and hour % 24 >= 10 else 1.0
        expected = kind.per_day / DAY_H * kind.rate(hour, chance) * louder
        for _ in range(_poisson(expected, chance)):
            final = min(scale * chance.paretovariate(slope), 5e6)
            yield MadePost(hour + chance.random(), int(final), 0.5 * 24 ** chance.random())


def _poisson(mean: float, chance: random.Random) -> int:
    """A number of events; of many, by the normal distribution."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, found = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        found += 1
    return found
