"""The processes of the bot are the operator's business: ``/status`` shows them in the operator's channel alone."""

from __future__ import annotations

from pathlib import Path

from bot.bootstrap import scheduled_backups
from bot.core.backups import BackupState
from bot.core.models import ChannelId, GuildId, SourceName
from bot.core.processes import ProcessReport
from bot.core.roles import Role, Shards
from bot.services.health import HealthService
from bot.storage.opening import open_storage
from bot.views.kit.text import Texts
from config import LOCALES
from tests.conftest import Clock, make_settings

OFFICE, ELSEWHERE = ChannelId(7), ChannelId(8)


async def test_processes_are_shown_in_the_operators_channel_alone(tmp_path: Path, clock: Clock) -> None:
    settings = make_settings(tmp_path, discord={"status_channel": OFFICE})
    storage = await open_storage(settings.database.url)
    health = HealthService(storage, [SourceName.FEED], settings, Texts(LOCALES), clock=clock)
    await storage.processes.report(ProcessReport("a", "machine:7", (Role.POLLER,), Shards(), clock(), clock()))

    shown = {
        channel: (await health.status(GuildId(1), lambda _: True, asked_in=channel)).processes.alive
        for channel in (OFFICE, ELSEWHERE, None)
    }
    await storage.close()

    assert [one.name for one in shown[OFFICE]] == ["machine:7"]
    assert shown[ELSEWHERE] == shown[None] == ()


async def test_copies_of_the_database_are_shown_in_the_operators_channel_alone(
    tmp_path: Path, clock: Clock
) -> None:
    settings = make_settings(tmp_path, discord={"status_channel": OFFICE}, backup={"every_h": 24})
    storage = await open_storage(settings.database.url)
    backups = scheduled_backups(settings, storage, clock)
    health = HealthService(storage, [], settings, Texts(LOCALES), clock=clock, backups=backups)
    await backups.run_due()

    shown = {
        channel: (await health.status(GuildId(1), lambda _: True, asked_in=channel)).backups
        for channel in (OFFICE, ELSEWHERE, None)
    }
    await storage.close()

    assert shown == {OFFICE: BackupState(clock(), 1), ELSEWHERE: None, None: None}
