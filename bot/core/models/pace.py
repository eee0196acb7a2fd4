"""Pace: about so many alerts a day. The stored counts of a watch, and the budget of a subscription's day."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.core.lazy_dataclass import dataclass

from .enums import PostKey, WatchId
from .sources import SourceName


class LocalDay(NamedTuple):
    """A channel's day, from one local midnight to the next: 23 to 25 hours where clocks change. UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class RecentHour:
    """The crossings of one clock hour: ``hour`` since 1970 UTC, the share that was watched, counts by bin."""

    hour: int
    watched: float
    counts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A post that may still be sent: its RP when it was read last, when it was written, and last rose."""

    key: PostKey
    rp: int
    published_at: datetime
    risen: datetime


@dataclass(frozen=True, slots=True)
class CrossingTable:
    """First crossings of a watch: how many of its posts reached each bin of heat for the first time.

    ``watched``: hours in which it was watched, by the hour of the day (UTC). ``counts``: the posts that reached
    each bin, by hour of the day and bin. ``grown``, ``grown_h``: by age of a post, the logarithm by which its RP
    grew, and the hours in which that was seen. All are weighted by 2 to the power of (time - ``anchor``) /
    half-life, so that nothing has to be written to fade. ``until``: the last poll that changed the table, and
    ``every_s`` the seconds since the one before it, as planned; 0 unknown. ``waiting``: the highest posts that may
    still be sent.
    """

    anchor: datetime
    watched: tuple[float, ...] = (0.0,) * 24
    counts: tuple[tuple[float, ...], ...] = ((),) * 24
    grown: tuple[float, ...] = ()
    grown_h: tuple[float, ...] = ()
    recent: tuple[RecentHour, ...] = ()
    until: datetime | None = None
    waiting: tuple[WaitingPost, ...] = ()
    every_s: int = 0


@dataclass(frozen=True, slots=True)
class PaceBudget:
    """A subscription's day. ``pace``: alerts that it asks for; ``sent``: those sent since the day began.

    ``watches``: those whose posts compete for it, with their sources.
    """

    pace: int
    sent: int
    day: LocalDay
    watches: tuple[tuple[WatchId, SourceName], ...] = ()


@dataclass(frozen=True, slots=True)
class PaceThreshold:
    """The heat that a post needs to be sent now; infinite where nothing more is sent today.

    ``known``: for posts that become baseline, the heat from which on they do. ``to_come``: the logarithm by
    which a post's RP is expected to grow yet, by its age.
    """

    heat: float
    known: float
    to_come: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PaceMark:
    """The place of an alert in its day: ``needed_rp``, and that it is number ``number`` of ``pace``."""

    needed_rp: int
    number: int
    pace: int
