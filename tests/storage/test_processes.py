"""Reports of processes, and which of them is the active sender."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.processes import ProcessReport
from bot.core.roles import Role, Shards
from bot.storage.stores import Storage

from .world import NOW, later


@pytest.fixture
def report(storage: Storage) -> ProcessReport:
    return ProcessReport(
        storage.database.holder,
        "machine:7",
        (Role.GATEWAY, Role.SENDER),
        Shards((0, 1), 4),
        NOW,
        NOW,
        ahead=timedelta(milliseconds=-12),
    )


async def test_report_is_read_as_it_was_written(storage: Storage, report: ProcessReport) -> None:
    await storage.processes.report(report)

    assert await storage.processes.listed() == [report]


async def test_next_report_replaces_the_last_one(storage: Storage, report: ProcessReport) -> None:
    await storage.processes.report(report)
    newer = replace(report, seen_at=later(minutes=1), ahead=None)
    await storage.processes.report(newer)

    assert await storage.processes.listed() == [newer]


async def test_process_that_stops_is_listed_no_more(storage: Storage, report: ProcessReport) -> None:
    await storage.processes.report(report)
    await storage.processes.report(replace(report, holder="another"))
    await storage.processes.leave("another")

    assert await storage.processes.listed() == [report]


async def test_sender_with_the_newest_term_is_the_active_one(storage: Storage, report: ProcessReport) -> None:
    await storage.processes.report(report)
    await storage.processes.report(replace(report, holder="another"))
    term = await storage.leadership.begin_term("sender")

    assert [one.holder for one in await storage.processes.listed() if one.is_active] == [report.holder]

    await storage.leadership.end_term("sender", term.epoch)
    assert not any(one.is_active for one in await storage.processes.listed())


async def test_lost_process_is_forgotten_after_some_days(storage: Storage, report: ProcessReport) -> None:
    await storage.processes.report(report)
    await storage.maintenance.prune(later(days=1), keep_posts=timedelta(days=30))
    assert await storage.processes.listed() == [report]

    await storage.maintenance.prune(later(days=3), keep_posts=timedelta(days=30))
    assert await storage.processes.listed() == []
