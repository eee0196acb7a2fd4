"""Figures of a rule on made topics: days within the pace, share of the best posts, delay, most of a day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from .rules import Sent, by_pace, by_threshold, candidates, of_month
from .topics import DAY_H, KINDS, Kind, MadePost, made_posts

PACES: Final = (1, 5, 20)
FAR_APART_H: Final = (1.0, 3.5, 7.0, 23.0)
NEAR: Final = 0.3
"""A day counts as within the pace up to this share of it above or below."""
FIRST_DAY: Final = 1
"""The first day is told apart: the topic is not yet known."""


@dataclass(slots=True)
class Figures:
    """Sums over days; ``late_h``: of each sent post, hours after it crossed the day's final threshold."""

    days: int = 0
    near: int = 0
    most: int = 0
    sent: int = 0
    rp: float = 0.0
    best_rp: float = 0.0
    late_h: list[float] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Sum up."""
        self.days += other.days
        self.near += other.near
        self.most = max(self.most, other.most)
        self.sent += other.sent
        self.rp += other.rp
        self.best_rp += other.best_rp
        self.late_h += other.late_h

    def as_json(self) -> dict[str, Any]:
        """The figures as they are printed."""
        return {
            "days": self.days,
            "days_within_30_pct": round(self.near / self.days, 3) if self.days else None,
            "share_of_best_rp": round(self.rp / self.best_rp, 3) if self.best_rp else None,
            "median_delay_min": round(60 * median(self.late_h), 1) if self.late_h else None,
            "most_on_a_day": self.most,
            "sent_a_day": round(self.sent / self.days, 2) if self.days else None,
        }


def figures(posts: Sequence[MadePost], sent: Iterable[Sent], days: Iterable[int], pace: int) -> Figures:
    """What a rule sent on these days. The day's final threshold is the RP that its N-th best post ends with."""
    born: dict[int, list[int]] = {}
    for post in posts:
        born.setdefault(int(post.born_h // DAY_H), []).append(post.final)
    by_day: dict[int, list[Sent]] = {}
    for one in sent:
        by_day.setdefault(int(one.at_h // DAY_H), []).append(one)
    total = Figures()
    for day in days:
        best = sorted(born.get(day, []), reverse=True)[:pace]
        if len(best) == pace:
            total.add(_of_day(posts, by_day.get(day, []), best, pace))
    return total


def _of_day(posts: Sequence[MadePost], sent: Sequence[Sent], best: Sequence[int], pace: int) -> Figures:
    crossed = [(one.at_h, posts[one.post].reaches_at(best[-1])) for one in sent]
    return Figures(
        days=1,
        near=int(pace * (1 - NEAR) <= len(sent) <= pace * (1 + NEAR)),
        most=len(sent),
        sent=len(sent),
        rp=sum(posts[one.post].final for one in sent),
        best_rp=sum(best),
        late_h=[at - crossed_at for at, crossed_at in crossed if math.isfinite(crossed_at)],
    )


def by_hours_between_polls(seed: int, days: int, kinds: Sequence[Kind]) -> dict[str, Any]:
    """The pace over all topics where a host's limits put their polls far apart."""
    found: dict[str, Any] = {}
    for look_h in FAR_APART_H:
        total = {pace: Figures() for pace in PACES}
        for kind in kinds:
            posts = made_posts(kind, days, seed)
            sent = by_pace(posts, days, PACES, look_h=look_h)
            for pace in PACES:
                total[pace].add(figures(posts, sent[pace], range(FIRST_DAY + 1, days - 1), pace))
        found[str(look_h)] = {f"N={pace}": one.as_json() for pace, one in total.items()}
    return found


def measure(seed: int, days: int, kinds: Sequence[Kind] = KINDS) -> dict[str, Any]:
    """Each rule at each pace, by kind of topic and over all of them; the first day of the pace on its own."""
    rules = ("pace", "month's best (upvote-rss)", "best fixed threshold in hindsight")
    total = {rule: {pace: Figures() for pace in PACES} for rule in (*rules, "pace, first day")}
    by_kind: dict[str, Any] = {}
    for kind in kinds:
        posts = made_posts(kind, days, seed)
        paced = by_pace(posts, days, PACES)
        by_kind[kind.name] = {}
        for pace in PACES:
            later = range(FIRST_DAY, days - 1)
            found = {
                rules[0]: figures(posts, paced[pace], later, pace),
                rules[1]: figures(posts, by_threshold(posts, of_month(posts, days, pace)), later, pace),
                rules[2]: _best_threshold(posts, later, days, pace),
                "pace, first day": figures(posts, paced[pace], range(FIRST_DAY), pace),
            }
            by_kind[kind.name][f"N={pace}"] = {rule: one.as_json() for rule, one in found.items()}
            for rule, one in found.items():
                total[rule][pace].add(one)
    every = {f"N={pace}": {rule: of[pace].as_json() for rule, of in total.items()} for pace in PACES}
    return {
        "seed": seed,
        "days": days,
        "all": every,
        "kinds": by_kind,
        "hours_between_polls": by_hours_between_polls(seed, days, kinds),
    }


def _best_threshold(posts: Sequence[MadePost], days: range, of_days: int, pace: int) -> Figures:
    """The one threshold, kept all month, that puts the most days within the pace."""
    found = (
        figures(posts, by_threshold(posts, threshold), days, pace)
        for threshold in candidates(posts, of_days, pace)
    )
    return max(found, key=lambda one: (one.near, one.rp))
