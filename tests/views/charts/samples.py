"""Charts of made-up topics, each with something to see."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.counting.spans import floor
from bot.core.history.curves import PostCurve, SurgeSpan, TopicCurve, VolumeCurve
from bot.core.history.period import HistoryPeriod
from bot.core.history.usual import usual_by_day, usual_by_hour
from bot.core.history.volume import hourly_rates, volume_points
from bot.core.models import Network, Post, PostCount, Sample, SourceName
from bot.core.models.counts import BIN, DAY, HOUR
from bot.core.text import make_topic
from bot.views.charts.lines import comparison_chart, reposts_chart
from bot.views.charts.volume import volume_chart, volume_spark

NOW: Final = datetime(2026, 11, 29, 6, 20, tzinfo=UTC)
ZONE: Final = "Asia/Tokyo"
_UNREAD: Final = ((timedelta(hours=9), timedelta(hours=6)), (timedelta(days=4), timedelta(days=3.4)))
_SURGE: Final = (timedelta(hours=20), timedelta(hours=14))


def counts(seed: int, per_hour: float, *, surges: bool = True) -> Iterator[PostCount]:
    """As they are kept: quarters of two days, hours of thirty, days of ninety."""
    chance = random.Random(seed)
    for since, until, span in ((90, 30, DAY), (30, 2, HOUR), (2, 0, BIN)):
        at, end = floor(NOW - since * DAY, DAY), NOW if until == 0 else floor(NOW - until * DAY, DAY)
        while at < end:
            ago, rate = NOW - at, per_hour * (1 + 0.6 * math.sin(2 * math.pi * (at.hour - 4) / 24))
            rate *= 5 if surges and _SURGE[0] > ago > _SURGE[1] else 1
            seen = min(span, end - at)
            if not any(first > ago > last for first, last in _UNREAD):
                mean = (per_hour if span == DAY else rate) * (seen / HOUR)
                yield PostCount(at, span, seen, round(max(0.0, chance.gauss(mean, math.sqrt(mean)))))
            at += span


def volume(period: HistoryPeriod, *, seed: int = 1, per_hour: float = 40.0, surges: bool = True) -> VolumeCurve:
    """A topic with a rhythm, a surge, gaps, and posts that were sent."""
    kept, since, zone = list(counts(seed, per_hour, surges=surges)), period.begin(NOW), ZoneInfo(ZONE)
    points = volume_points(kept, since, NOW, every=period.bin, unit=period.unit)
    is_long = period is HistoryPeriod.QUARTER
    usual = usual_by_day(points, zone) if is_long else usual_by_hour(points, hourly_rates(kept), zone)
    spans = (SurgeSpan(NOW - _SURGE[0], NOW - _SURGE[1] + HOUR),) if surges else ()
    sent = tuple(NOW - timedelta(hours=hours) for hours in (1, 3, 17.8, 18, 19, 19.5, 40, 90, 300, 1000))
    return VolumeCurve(period, since, NOW, points, usual, spans, sent)


def compared(period: HistoryPeriod, *per_hour: float) -> tuple[str, list[TopicCurve]]:
    """The chart of topics with such volumes, and its curves."""
    since = period.begin(NOW, period.compared_bin)
    topics = []
    for seed, rate in enumerate(per_hour):
        kept = counts(seed, rate, surges=seed == 2)
        points = volume_points(kept, since, NOW, every=period.compared_bin, unit=period.unit)
        topics.append(TopicCurve(make_topic(f"topic {seed}"), VolumeCurve(period, since, NOW, points)))
    return comparison_chart(topics, since, NOW, period, ZONE), topics


def posts(count: int = 5) -> list[PostCurve]:
    """Posts that rise ever more slowly; one was not read for hours."""
    found = []
    for number in range(count):
        chance, at, rp = random.Random(number), NOW - timedelta(hours=22 - 4 * number), 0
        born, read = at, []
        while at < NOW - timedelta(hours=number):
            rp += chance.randint(0, int(60 * math.exp(-(at - born) / timedelta(hours=6))))
            if not (number == 1 and timedelta(hours=8) < at - born < timedelta(hours=12.5)):
                read.append(Sample(rp, at))
            at += BIN
        post = Post(network=Network.X, canonical_id=str(number), text="text")
        found.append(PostCurve(post, SourceName.TRENDPAGE, tuple(read)))
    return found


def _reposts() -> str:
    period = HistoryPeriod.DAY
    return reposts_chart(posts(), period.begin(NOW), NOW, period, ZONE)


CHARTS: Final[dict[str, Callable[[], str]]] = {
    **{f"volume-{period}": lambda period=period: volume_chart(volume(period), ZONE) for period in HistoryPeriod},  # type: ignore[misc]
    "spark": lambda: volume_spark(volume(HistoryPeriod.DAY)),
    "comparison": lambda: compared(HistoryPeriod.WEEK, 30, 42, 54, 66, 78)[0],
    "comparison-orders": lambda: compared(HistoryPeriod.MONTH, 3, 18, 108, 648)[0],
    "reposts": _reposts,
}
"""SVG of a chart of each kind."""
