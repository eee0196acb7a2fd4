"""What processes beside each other leave undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.processes import SILENT_AFTER, ProcessReport, shard_ranges, survey
from bot.core.roles import Role, Shards

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def process(*roles: Role, shards: Shards | None = None, name: str = "") -> ProcessReport:
    name = name or "-".join(roles)
    return ProcessReport(name, name, roles, shards or Shards(), NOW - timedelta(hours=1), NOW)


POLLER = process(Role.POLLER)
ACTIVE = replace(process(Role.SENDER), is_active=True)
FIRST = process(Role.GATEWAY, shards=Shards((0, 1), 4), name="first")
SECOND = process(Role.GATEWAY, shards=Shards((2, 3), 4), name="second")


def silent(report: ProcessReport) -> ProcessReport:
    return replace(report, seen_at=NOW - SILENT_AFTER)


def test_nothing_is_missing_where_all_roles_and_shards_are_there() -> None:
    found = survey([POLLER, ACTIVE, FIRST, SECOND], NOW)

    assert len(found.alive) == 4
    assert (found.lost, found.missing_shards, found.missing_roles, found.clocks_off) == ((), (), (), ())


def test_nothing_is_missing_where_no_process_reports() -> None:
    assert survey([], NOW).missing_roles == ()


def test_shards_of_a_silent_gateway_are_missing() -> None:
    found = survey([POLLER, ACTIVE, FIRST, silent(SECOND)], NOW)

    assert found.missing_shards == (2, 3)
    assert [one.name for one in found.lost] == ["second"]
    assert found.missing_roles == ()


def test_no_shard_is_missing_where_a_gateway_has_all() -> None:
    assert survey([POLLER, ACTIVE, process(Role.GATEWAY), silent(SECOND)], NOW).missing_shards == ()


def test_role_of_a_silent_process_is_missing() -> None:
    found = survey([silent(POLLER), ACTIVE, silent(FIRST), silent(SECOND)], NOW)

    assert found.missing_roles == (Role.GATEWAY, Role.POLLER)
    assert found.missing_shards == (0, 1, 2, 3)


def test_sender_is_missing_where_all_stand_by_or_the_active_one_is_silent() -> None:
    assert survey([POLLER, FIRST, SECOND, replace(ACTIVE, is_active=False)], NOW).missing_roles == (Role.SENDER,)
    assert survey([POLLER, FIRST, SECOND, silent(ACTIVE)], NOW).missing_roles == (Role.SENDER,)


def test_clock_that_differs_by_a_second_is_noted() -> None:
    found = survey([replace(POLLER, ahead=timedelta(seconds=-1.5)), replace(ACTIVE, ahead=timedelta())], NOW)

    assert found.clocks_off == (("poller", 1.5),)


def test_shards_are_written_in_runs_and_not_without_end() -> None:
    assert shard_ranges([0, 1, 2, 5, 7, 8]) == "0-2, 5, 7-8"
    assert len(shard_ranges(range(0, 10_000, 2))) < 200
