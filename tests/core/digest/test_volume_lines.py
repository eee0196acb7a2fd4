"""The volume of a topic over the period of a digest: few points, gaps as gaps, nothing where little is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.digest.volume_lines import POINTS, volume_line
from bot.core.models import Period, PostCount, SourceName
from bot.core.models.counts import BIN, HOUR

END = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def counts(hours: int, without: range = range(0)) -> list[PostCount]:
    first = END - hours * HOUR
    return [PostCount(first + n * BIN, BIN, BIN, 5) for n in range(4 * hours) if n not in without]


@pytest.mark.parametrize(("hours", "minutes"), [(1, 15), (24, 30), (7 * 24, 210), (31 * 24, 930)])
def test_line_has_no_more_points_than_can_be_seen(hours: int, minutes: int) -> None:
    line = volume_line(SourceName.MASTODON, counts(hours), Period(END - hours * HOUR, END))

    assert line is not None
    assert line.minutes == minutes
    assert len(line.rates) <= POINTS
    assert set(line.rates) == {20.0}


def test_time_in_which_nobody_looked_is_a_gap() -> None:
    line = volume_line(SourceName.MASTODON, counts(24, range(40, 48)), Period(END - 24 * HOUR, END))

    assert line is not None
    assert [n for n, rate in enumerate(line.rates) if rate is None] == [20, 21, 22, 23]


def test_three_points_say_nothing() -> None:
    period = Period(END - 24 * HOUR, END)

    assert volume_line(SourceName.MASTODON, counts(1)[:3], period) is None
    assert volume_line(SourceName.MASTODON, [], Period(END - timedelta(minutes=5), END)) is None
