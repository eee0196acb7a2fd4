"""Ticks of a running bot: the parts that the settings want are among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import app, scheduler
from bot.core.errors import DatabaseBusy
from bot.scheduler import LOGGED_AGAIN_AFTER_S, PutOffJobs, Scheduler, SteadyTrigger, _run_logged
from tests.conftest import make_settings
from tests.living import until


async def test_running_bot_copies_its_database_where_the_settings_want_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "MINUTE", timedelta(seconds=1))
    settings = make_settings(tmp_path, backup={"every_h": 1})

    async with app.open_services(settings) as services:
        ticks = app.make_scheduler(services)
        ticks.start()
        try:
            await until(lambda: list((tmp_path / "backups").glob("kawaraban-*Z.db")))
        finally:
            ticks.stop()
            await services.poller.stop()


class Away:
    """A database that is away, for a reason."""

    def __init__(self) -> None:
        self.why: str | None = "Connection refused"
        self.now = 0.0

    async def job(self) -> None:
        if self.why is not None:
            raise DatabaseBusy(self.why)


async def test_job_that_is_put_off_every_second_is_logged_seldom(caplog: pytest.LogCaptureFixture) -> None:
    away = Away()
    put_off = PutOffJobs(lambda: away.now)

    async def tick(times: int) -> int:
        caplog.clear()
        for _ in range(times):
            away.now += 1
            await _run_logged("poll", away.job, put_off)
        return len(caplog.messages)

    assert await tick(int(LOGGED_AGAIN_AFTER_S)) == 1
    assert await tick(int(LOGGED_AGAIN_AFTER_S)) == 1
    away.why = "the database system is starting up"
    assert await tick(5) == 1
    away.why = None
    assert await tick(1) == 0
    away.why = "the database system is starting up"
    assert await tick(5) == 1
    await _run_logged("reload", away.job, put_off)
    assert len(caplog.messages) == 2


class MachineClock(datetime):
    """The machine's clock, which somebody sets: APScheduler reads it itself."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.ahead


@pytest.mark.parametrize("step", [timedelta(hours=-9), timedelta(days=400)], ids=["back", "ahead"])
async def test_clock_that_is_set_stops_no_tick(step: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set ahead, APScheduler lists each second that was passed over, for minutes; set back, it waits for hours."""
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", MachineClock)
    monkeypatch.setattr(MachineClock, "ahead", timedelta())
    monkeypatch.setattr(scheduler, "POLL_EVERY", timedelta(milliseconds=20))
    monkeypatch.setattr(scheduler, "LOOK_EVERY_S", 0.02)
    ran: list[datetime] = []

    async def poll() -> None:
        ran.append(MachineClock.now(UTC))

    ticks = Scheduler(poll=poll, digest=None, notify=None, prune=None, clock=lambda: MachineClock.now(UTC))
    ticks.start()
    try:
        await until(lambda: ran)
        monkeypatch.setattr(MachineClock, "ahead", step)
        so_far = len(ran)
        await until(lambda: len(ran) > so_far + 2, wait_s=10)
    finally:
        ticks.stop()


TIMES = st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(previous=st.none() | TIMES, now=TIMES)
def test_next_tick_is_ahead_and_no_more_than_an_interval(previous: datetime | None, now: datetime) -> None:
    every = timedelta(seconds=60)

    following = SteadyTrigger(every).get_next_fire_time(previous, now)

    assert now < following <= now + every
    if previous is not None and previous <= now < previous + every:
        assert following == previous + every  # a tick that came late does not put off those after it
