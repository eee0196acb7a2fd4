"""Ticks of a running bot: the parts that the settings want are among them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import app, scheduler
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
