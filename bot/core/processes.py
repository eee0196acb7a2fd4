"""Processes over one database as they report themselves, and what they leave undone together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.roles import Role, Shards

REPORT_EVERY: Final = timedelta(seconds=15)
SILENT_AFTER: Final = timedelta(seconds=45)
"""Age of a process's last report, three intervals, from which on it counts as lost."""
_RANGES_SHOWN: Final = 20
CLOCK_NOTED: Final = timedelta(seconds=1)
"""Offset of a process's clock that is worth a note; from 5 seconds on a process does not start."""


@dataclass(frozen=True, slots=True)
class ProcessReport:
    """A process at its last report.

    ``holder``: its random name in the database; ``name``: host and process id, for people. ``ahead``: by how much
    the server's clock is ahead of its own, None where that was not measured. ``is_active``: it is the sender that
    sends.
    """

    holder: str
    name: str
    roles: tuple[Role, ...]
    shards: Shards
    started_at: datetime
    seen_at: datetime
    ahead: timedelta | None = None
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class ProcessSurvey:
    """The processes of a database. ``lost``: those that did not stop by themselves and report no more.

    ``missing_shards``: shards of Discord that no gateway has. ``missing_roles``: roles that no process has,
    ``SENDER`` also where none of the senders is active. ``clocks_off``: names of processes whose clock is not that
    of the server, with the seconds.
    """

    alive: tuple[ProcessReport, ...] = ()
    lost: tuple[ProcessReport, ...] = ()
    missing_shards: tuple[int, ...] = ()
    missing_roles: tuple[Role, ...] = ()
    clocks_off: tuple[tuple[str, float], ...] = ()


class ProcessState(StrEnum):
    """State of a process, as it is shown."""

    RUNNING = "running"
    ACTIVE = "active"
    STANDBY = "standby"
    LOST = "lost"


def state_of(process: ProcessReport, found: ProcessSurvey) -> ProcessState:
    """The state of a process of a survey; ``STANDBY``: a sender that does nothing else, and is not active."""
    if process in found.lost:
        return ProcessState.LOST
    if process.is_active:
        return ProcessState.ACTIVE
    return ProcessState.STANDBY if process.roles == (Role.SENDER,) else ProcessState.RUNNING


def survey(reports: Iterable[ProcessReport], now: datetime) -> ProcessSurvey:
    """Sum up the reports; nothing is missing where there are none, since one process may run everything."""
    found = sorted(reports, key=lambda one: (one.roles, one.shards.ids, one.started_at, one.holder))
    alive = tuple(one for one in found if now - one.seen_at < SILENT_AFTER)
    lost = tuple(one for one in found if now - one.seen_at >= SILENT_AFTER)
    if not found:
        return ProcessSurvey()
    return ProcessSurvey(
        alive=alive,
        lost=lost,
        missing_shards=_missing_shards(found, alive),
        missing_roles=tuple(_missing_roles(alive)),
        clocks_off=tuple(
            (one.name, round(abs(one.ahead.total_seconds()), 1))
            for one in alive
            if one.ahead is not None and abs(one.ahead) >= CLOCK_NOTED
        ),
    )


def problems(found: ProcessSurvey) -> Iterator[tuple[str, dict[str, str | float]]]:
    """Each role and shard that is missing, and each clock that differs: the kind of problem, and its values."""
    for role in found.missing_roles:
        yield f"no-{role}", {}
    if found.missing_shards:
        yield "no-shards", {"shards": shard_ranges(found.missing_shards)}
    for name, seconds in found.clocks_off:
        yield "clock", {"name": name, "seconds": seconds}


def shard_ranges(shards: Sequence[int]) -> str:
    """Ascending numbers with runs as ``0-3``; at most ``_RANGES_SHOWN`` of them."""
    runs: list[list[int]] = []
    for shard in shards:
        if runs and runs[-1][-1] == shard - 1:
            runs[-1] = [runs[-1][0], shard]
        else:
            runs.append([shard])
    shown = ["-".join(map(str, run)) for run in runs[:_RANGES_SHOWN]]
    return ", ".join([*shown, "…"] if len(runs) > _RANGES_SHOWN else shown)


def _missing_shards(found: Sequence[ProcessReport], alive: Sequence[ProcessReport]) -> tuple[int, ...]:
    """Shards below the highest count that any gateway was given; a gateway without ids has all of them."""
    gateways = [one.shards for one in alive if Role.GATEWAY in one.roles]
    if any(not shards.ids for shards in gateways):
        return ()
    count = max((one.shards.count or 0 for one in found if Role.GATEWAY in one.roles), default=0)
    served = {shard for shards in gateways for shard in shards.ids}
    return tuple(shard for shard in range(count) if shard not in served)


def _missing_roles(alive: Sequence[ProcessReport]) -> Iterable[Role]:
    present = {role for one in alive for role in one.roles}
    yield from (role for role in (Role.GATEWAY, Role.POLLER) if role not in present)
    if not any(one.is_active for one in alive):
        yield Role.SENDER
