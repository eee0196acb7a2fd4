"""Periods as people type them, and how finely each is drawn."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import RefusedRequest
from bot.core.history.period import HistoryPeriod, read_period
from bot.core.models.counts import BIN, DAY, HOUR

NOW = datetime(2026, 11, 29, 6, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        (None, HistoryPeriod.WEEK),
        (" ", HistoryPeriod.WEEK),
        ("24h", HistoryPeriod.DAY),
        ("24 hours", HistoryPeriod.DAY),
        ("1d", HistoryPeriod.DAY),
        ("７日", HistoryPeriod.WEEK),
        ("7日間", HistoryPeriod.WEEK),
        ("1週間", HistoryPeriod.WEEK),
        ("168H", HistoryPeriod.WEEK),
        ("30", HistoryPeriod.MONTH),
        ("90 days", HistoryPeriod.QUARTER),
    ],
)
def test_a_period_is_read_however_it_is_typed(typed: str | None, period: HistoryPeriod) -> None:
    assert read_period(typed) is period


@pytest.mark.parametrize("typed", ["0d", "0", "8d", "-7d", "7m", "ever", "9999999999d", "7d7d", "٧d²", "7.0d"])
def test_another_period_is_refused_with_those_there_are(typed: str) -> None:
    with pytest.raises(RefusedRequest) as refused:
        read_period(typed)

    assert refused.value.text_id == "error-history-period"
    assert refused.value.values == {"periods": "24h, 7d, 30d, 90d"}


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_period_or_is_refused(typed: str) -> None:
    with contextlib.suppress(RefusedRequest):
        assert read_period(typed) in HistoryPeriod


@pytest.mark.parametrize("period", HistoryPeriod)
def test_points_are_no_finer_than_what_is_kept_of_their_age(period: HistoryPeriod) -> None:
    kept = HOUR if period.length > 2 * DAY else BIN
    kept = DAY if period.length > 30 * DAY else kept

    for every in (period.bin, period.compared_bin):
        assert every % kept == timedelta()
        assert 45 <= period.length / every <= 180
        assert NOW - period.begin(NOW, every) <= period.length
        assert (period.begin(NOW, every).timestamp() % every.total_seconds()) == 0
