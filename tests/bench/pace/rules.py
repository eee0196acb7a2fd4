"""Rules by which posts of a made topic are sent: the bot's pace, and two that set one threshold for a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.models import CrossingTable, LocalDay, PaceBudget, PostKey
from bot.core.pace.bins import LOWEST
from bot.core.pace.crossings import PostReading, growth_to_come, heat_at, may_be_sent, updated
from bot.core.pace.day import local_day
from bot.core.pace.rates import Rates
from bot.core.pace.threshold import CompetingPost, most_a_day, threshold_now

from .topics import DAY_H, MadePost

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
LOOK_H: Final = 1 / 12
"""Five minutes, the mean time between two polls."""
DEFAULT_MIN_RP: Final = 10
"""The default minimum of most sources, from which the first day starts."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A post that was sent: which, and when, in hours since the start."""

    post: int
    at_h: float


@dataclass(slots=True)
class _Live:
    """A post that still changes. ``rp``: at the last look, ``risen``: when it rose last."""

    index: int
    born: datetime
    rp: int = 0
    risen: datetime = START


@dataclass(slots=True)
class _Channel:
    pace: int
    day: LocalDay
    sent_today: int = 0
    done: set[PostKey] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)


def by_pace(
    posts: Sequence[MadePost], days: int, paces: Sequence[int], zone: str = "UTC", look_h: float = LOOK_H
) -> dict[int, list[Sent]]:
    """The posts that a pace sends, by the functions of the bot; all paces share the topic's table.

    ``look_h``: hours between two polls.
    """
    table = CrossingTable(anchor=START, until=START)
    channels = [_Channel(pace, local_day(zone, START)) for pace in paces]
    live: list[_Live] = []
    position, before = 0, START
    for look in range(1, int(days * DAY_H / look_h)):
        at_h = look * look_h
        now = START + timedelta(hours=at_h)
        while position < len(posts) and posts[position].born_h <= at_h:
            live.append(_Live(position, START + timedelta(hours=posts[position].born_h)))
            position += 1
        table = updated(table, [_read(one, posts[one.index], at_h, before, now) for one in live], before, now)
        live = [one for one in live if may_be_sent(one.born, one.risen, now)]
        _send(channels, table, now, at_h, zone)
        before = now
    return {channel.pace: channel.sent for channel in channels}


def _read(one: _Live, post: MadePost, at_h: float, before: datetime, now: datetime) -> PostReading:
    rp, known, risen = post.rp(at_h), one.rp, one.risen
    if rp > known:
        one.rp, one.risen = rp, now
    is_new = known == 0
    return PostReading(
        PostKey(str(one.index)), max(rp, known), None if is_new else known, one.born, risen, now - before
    )


def _send(channels: Sequence[_Channel], table: CrossingTable, now: datetime, at_h: float, zone: str) -> None:
    expected = growth_to_come(table, now)
    heats = sorted(
        ((heat_at(one.rp, one.published_at, now, expected), one.key) for one in table.waiting), reverse=True
    )
    rates = Rates([(table, DEFAULT_MIN_RP)], now)
    for channel in channels:
        day = local_day(zone, now)
        if day != channel.day:
            channel.day, channel.sent_today = day, 0
        waiting = [CompetingPost(heat) for heat, key in heats if key not in channel.done]
        threshold = threshold_now(PaceBudget(channel.pace, channel.sent_today, day), waiting, rates, now)
        for heat, key in heats:
            if heat < threshold or channel.sent_today >= most_a_day(channel.pace):
                break
            if key not in channel.done:
                channel.done.add(key)
                channel.sent_today += 1
                channel.sent.append(Sent(int(key), at_h))


def by_threshold(posts: Sequence[MadePost], threshold: float) -> list[Sent]:
    """The posts that reach a threshold, each at the first look that sees it."""
    found = []
    for index, post in enumerate(posts):
        if post.final >= threshold:
            at_h = post.reaches_at(threshold)
            found.append(Sent(index, (int(at_h / LOOK_H) + 1) * LOOK_H))
    return found


def of_month(posts: Sequence[MadePost], days: int, pace: int) -> float:
    """The threshold of upvote-rss (https://github.com/johnwarne/upvote-rss): the 30·N-th best post of the month.

    The month is the measured one, which favours the rule: it would know only the month before.
    """
    ranked = sorted((post.final for post in posts), reverse=True)
    return float(ranked[min(days * pace, len(ranked)) - 1])


def candidates(posts: Sequence[MadePost], days: int, pace: int) -> list[float]:
    """Bars among which the best one is found in hindsight: from a third to three times as many posts."""
    ranked = sorted((post.final for post in posts), reverse=True)
    ranks = {int(days * pace * (1 / 3) * 9 ** (step / 40)) for step in range(41)}
    return [float(max(LOWEST, ranked[rank - 1])) for rank in sorted(ranks) if 1 <= rank <= len(ranked)]
