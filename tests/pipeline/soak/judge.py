"""What should have been told beside what was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from .net import AWAY
from .publisher import Article, Publisher
from .run import START, Zoo

TOO_OLD: Final = timedelta(hours=48)
"""What is older when it is first seen is never told as new."""
DOUBT: Final = timedelta(hours=6)
"""Whether it was, may depend on the minute of the look."""
LATE: Final = timedelta(hours=4)
LATE_AT_304: Final = timedelta(hours=26)
DEAF: Final = timedelta(days=2)


@dataclass(slots=True)
class Verdict:
    """Of one publisher. ``late``: told too long after they appeared. ``unseen``: gone before any look.

    ``counted``: in the one line that follows an outage.
    """

    publisher: Publisher
    told: int = 0
    missed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    old: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    unseen: int = 0
    counted: int = 0
    strays: dict[str, int] = field(default_factory=dict)
    is_deaf: bool = False

    @property
    def is_right(self) -> bool:
        return not (self.missed or self.doubled or self.old or self.late or self.is_deaf)

    def as_json(self) -> dict[str, Any]:
        habits = list(self.publisher.habits.names())
        found = {name: value for name, value in asdict(self).items() if name != "publisher" and value}
        return {"name": self.publisher.name, "habits": habits, **found}


def judge(zoo: Zoo) -> list[Verdict]:
    """One verdict a publisher."""
    return [_judged(zoo, publisher) for publisher in zoo.publishers]


def _judged(zoo: Zoo, publisher: Publisher) -> Verdict:
    told = zoo.told_of(publisher)
    verdict = Verdict(publisher, strays=dict(told.strays))
    shown = [each for (number, _), each in zoo.net.shown.items() if number == publisher.number]
    first = {n: min(each.first[n] for each in shown if n in each.first) for each in shown for n in each.first}
    baseline: frozenset[int] = frozenset().union(*(each.baseline or frozenset() for each in shown))
    missed: list[Article] = []
    for article in publisher.articles:
        marker = publisher.marker(article.number)
        times = told.alerts.get(marker, [])
        if len(times) > 1:
            verdict.doubled.append(f"{marker} {', '.join(f'{at:%d %H:%M}' for at in times)}")
        is_before = article.number in baseline or article.appears < START
        if is_before and article.number not in baseline and _comes_late(article):
            continue  # nobody who began to look then can know that it is an old one; once is right
        if times and is_before:
            verdict.old.append(f"{marker} {times[0]:%d %H:%M}")
        elif times:
            verdict.told += 1
            after = times[0] - _shown_since(article, first.get(article.number, times[0]))
            if after > _patience(publisher):
                verdict.late.append(f"{marker} {after}")
        elif not is_before and marker in told.counted:
            verdict.counted += 1
        elif not is_before and article.number not in first:
            verdict.unseen += article.appears < zoo.clock()
        elif not is_before and first[article.number] - article.at < TOO_OLD - DOUBT:
            missed.append(article)
    verdict.missed = [f"{publisher.marker(one.number)} seen {first[one.number]:%d %H:%M}" for one in missed]
    verdict.is_deaf = len(missed) >= 3 and missed[-1].appears - missed[0].appears > DEAF
    return verdict


def _patience(publisher: Publisher) -> timedelta:
    habits = publisher.habits
    longest = LATE_AT_304 if habits.server in {"304", "future"} else LATE
    if habits.trouble != "plain":
        longest += timedelta(hours=12)
    return longest + (AWAY[1] - AWAY[0] if habits.trouble == "away" else timedelta(0))


def _shown_since(article: Article, first: datetime) -> datetime:
    """When it appeared; what was gone before any look, when it came again."""
    back = article.gone[1] if article.gone is not None else None
    again = [at for at in (article.again, back) if at is not None and at <= first]
    return max([article.appears, *again])


def _comes_late(article: Article) -> bool:
    """Whether it left the page before anybody looked, and comes back."""
    back = article.gone[1] if article.gone is not None else None
    return any(at is not None and at >= START for at in (article.again, back))


def by_habit(verdicts: Iterable[Verdict]) -> dict[str, dict[str, int]]:
    """Sums of what is wrong by habit."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for one in verdicts:
        for habit in one.publisher.habits.names():
            wrong = {
                "missed": len(one.missed),
                "doubled": len(one.doubled),
                "old": len(one.old),
                "late": len(one.late),
            }
            sums[habit].update(told=one.told, **wrong)
    return {habit: {name: n for name, n in each.items() if n} for habit, each in sorted(sums.items())}


def report(zoo: Zoo, *, seed: int) -> dict[str, Any]:
    """All of it, for a file."""
    verdicts = judge(zoo)
    health = zoo.rows("SELECT target, health, health_note FROM watches WHERE health <> 'ok' ORDER BY target")
    return {
        "seed": seed,
        "days": len(zoo.days),
        "publishers": len(zoo.publishers),
        "articles": sum(one.appears >= START for each in zoo.publishers for one in each.articles),
        "told_once": sum(one.told - len(one.doubled) for one in verdicts),
        "in_a_summary": sum(one.counted for one in verdicts),
        "unseen": sum(one.unseen for one in verdicts),
        "missed": sum(len(one.missed) for one in verdicts),
        "doubled": sum(len(one.doubled) for one in verdicts),
        "old_told": sum(len(one.old) for one in verdicts),
        "late": sum(len(one.late) for one in verdicts),
        "deaf": [one.publisher.name for one in verdicts if one.is_deaf],
        "by_habit": by_habit(verdicts),
        "publishers_wrong": [one.as_json() for one in verdicts if not one.is_right],
        "unseen_at": {one.publisher.name: one.unseen for one in verdicts if one.unseen},
        "strays": {one.publisher.name: one.strays for one in verdicts if one.strays},
        "unwell_at_the_end": [list(row) for row in health],
        "days_measured": [asdict(day) for day in zoo.days],
    }
