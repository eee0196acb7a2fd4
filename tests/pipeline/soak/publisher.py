"""A publisher: what happened there and when, which is the truth, and what its feed lists at a time."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from .habits import Habits, habits_of

A_DAY: Final = {"plain": 5.0, "slow": 0.7, "busy": 14.0, "burst": 3.0}
WINDOWS: Final = {"plain": 15, "5": 5, "40": 40}
LONG_WINDOW: Final = 2_000
CACHE_BEHIND: Final = timedelta(hours=3)
_HOUR: Final = timedelta(hours=1)
_SUBJECTS: Final = (
    "川の堤防",
    "Harbour works",
    "駅前の市",
    "Night trains",
    "古い橋",
    "A new library",
    "町の祭り",
    "Salt",
)


@dataclass(frozen=True, slots=True)
class Article:
    """Something that was published. ``at``: written; ``appears``: in the feed. ``gone``: out of it, and back."""

    number: int
    title: str
    at: datetime
    appears: datetime
    gone: tuple[datetime, datetime | None] | None = None
    again: datetime | None = None
    """Republished with this date, at the top."""

    def is_shown(self, now: datetime) -> bool:
        if now < self.appears:
            return False
        if self.gone is None or now < self.gone[0]:
            return True
        return self.gone[1] is not None and now >= self.gone[1]

    def place(self, now: datetime) -> datetime:
        """By what the feed is ordered."""
        if self.again is not None and now >= self.again:
            return self.again
        back = self.gone[1] if self.gone is not None else None
        return (
            back if back is not None and now >= back and back - self.appears > timedelta(days=5) else self.appears
        )


@dataclass(slots=True)
class Publisher:
    """``number`` names it; ``seed`` and it decide all that happens there."""

    number: int
    seed: int
    start: datetime
    days: int
    habits: Habits = field(init=False)
    articles: list[Article] = field(init=False)
    written: tuple[bytes, str] = (b"", "")
    last_shown: tuple[object, ...] = ()
    """What stood in the feed at the last fetch, and how."""

    def __post_init__(self) -> None:
        chance = random.Random(f"{self.seed}/{self.number}")
        self.habits = habits_of(self.number, chance)
        self.articles = list(self._articles(chance))

    @property
    def name(self) -> str:
        return f"p{self.number:03}"

    @property
    def window(self) -> int:
        """Entries its feed shows."""
        return WINDOWS.get(self.habits.window, LONG_WINDOW)

    def marker(self, article: int) -> str:
        """By what the judge knows an article again; it stands in its text."""
        return f"k{self.number:03}x{article:05}"

    def listed(self, now: datetime) -> list[Article]:
        """What the feed shows, in its order."""
        shown = sorted((one for one in self.articles if one.is_shown(now)), key=lambda one: one.place(now))
        del shown[: -self.window]
        shown.reverse()
        if self.habits.order == "oldest first":
            return shown[::-1]
        if self.habits.order == "random":
            random.Random(f"{self.number}{now}").shuffle(shown)
        return shown

    # -- what happens ---------------------------------------------------------------------------------------

    def _articles(self, chance: random.Random) -> list[Article]:
        times = sorted(self._times(chance))
        return [self._article(number, at, chance) for number, at in enumerate(times)]

    def _times(self, chance: random.Random) -> list[datetime]:
        """An archive from before the start, then what comes; some at the same time."""
        rate = A_DAY[self.habits.pace]
        before = self.window + 12
        times = [self.start - timedelta(days=chance.uniform(0, before / rate), minutes=5) for _ in range(before)]
        times += [
            self.start + timedelta(days=chance.uniform(0, self.days)) for _ in range(round(rate * self.days))
        ]
        if self.habits.pace == "burst":
            for day in range(1, self.days, 2):
                at = self.start + timedelta(days=day + chance.random())
                times += [at + timedelta(seconds=chance.randint(0, 1200)) for _ in range(chance.randint(12, 30))]
        return [at.replace(microsecond=0) for at in times]

    def _article(self, number: int, appears: datetime, chance: random.Random) -> Article:
        edit, gone, again = self.habits.edit, None, None
        if edit == "deleted" and number % 5 == 0:
            off = appears + chance.uniform(1, 8) * _HOUR
            gone = (off, off + chance.uniform(2, 30) * _HOUR if number % 10 else None)
        if edit == "back after 10 days" and number % 5 == 0:
            off = appears + chance.uniform(20, 60) * _HOUR
            gone = (off, off + timedelta(days=10))
        if edit == "republished" and number % 5 == 0:
            again = appears + chance.uniform(30, 150) * _HOUR
        at = appears
        if self.habits.time == "scheduled":
            at = appears - chance.uniform(2, 30) * _HOUR
        return Article(number, self._title(number, chance), at.replace(microsecond=0), appears, gone, again)

    def _title(self, number: int, chance: random.Random) -> str:
        if self.habits.title == "same":
            return "本日の記録"
        return f"{chance.choice(_SUBJECTS)} {self.marker(number)}"


def token(*what: object) -> str:
    """As good as random, and the same at each run."""
    return hashlib.blake2b(repr(what).encode(), digest_size=10).hexdigest()
