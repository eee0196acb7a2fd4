"""Ticks of a running bot: the parts that the settings want are among them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import app, scheduler
from bot.core.errors import DatabaseBusy
from bot.scheduler import LOGGED_AGAIN_AFTER_S, PutOffJobs, _run_logged
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
