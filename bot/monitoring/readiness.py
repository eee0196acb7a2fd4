"""Readiness of a process, by role: each check is green, or red with its cause.

A process that is not ready goes on trying by itself; restarting it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.limits.disk_space import MB
from bot.delivery.leadership import Standing

from .state import SAMPLE_EVERY_S, SAMPLE_WITHIN_S, Monitored

CLAIMS_WITHIN_S: Final = 60.0
"""Seconds within which the poller asks for due watches; it does so each second."""
POLLS_LATE_S: Final = 120.0
"""Seconds, or two poll intervals if those are longer, by which a due watch may wait for a poller."""
OUTBOX_WITHIN_S: Final = 120.0
"""Seconds for which a message that may be sent waits at most for the end of its try, while no other try ends.

Whether a sender has it makes no difference: the lease of a try that never ends is renewed."""
SAMPLE_OLD_S: Final = 2 * (SAMPLE_EVERY_S + SAMPLE_WITHIN_S)


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """Result of a check. ``cause``: why it is red, in a sentence; of a green one an addition, or nothing."""

    name: str
    is_ok: bool
    cause: str = ""


def check_all(monitored: Monitored, now: datetime, loop_s: float) -> list[ReadinessCheck]:
    """Results of the checks that a process has a role for. ``loop_s``: now on the event loop's clock.

    What waits is counted from the start of the process, and from when the machine's clock was set ahead.
    """
    monitored.waiting.look(now, loop_s)
    return list(_checks(monitored, loop_s))


def _checks(monitored: Monitored, loop_s: float) -> Iterator[ReadinessCheck]:
    yield _database(monitored, loop_s)
    if monitored.roles.answers:
        yield _gateway(monitored)
    if monitored.roles.polls:
        yield _polls(monitored, loop_s)
    if monitored.leadership is not None:
        yield _sender(monitored.leadership.standing)
    if monitored.sends_now:
        yield _discord(monitored)
        yield _outbox(monitored)


def _database(monitored: Monitored, loop_s: float) -> ReadinessCheck:
    sample = monitored.sample
    if sample is None:
        return ReadinessCheck("database", is_ok=False, cause="it was not asked yet")
    if sample.error is not None:
        return ReadinessCheck("database", is_ok=False, cause=f"it cannot be written to: {sample.error}")
    if sample.disk_usage is not None and sample.disk_usage.is_disk_full:
        free_mb = (sample.disk_usage.disk_free or 0) // MB
        return ReadinessCheck("database", is_ok=False, cause=f"its disk is full, {free_mb} MB are free")
    if loop_s - sample.at > SAMPLE_OLD_S:
        return ReadinessCheck("database", is_ok=False, cause=f"it was asked {loop_s - sample.at:.0f} s ago")
    return ReadinessCheck("database", is_ok=True)


def _gateway(monitored: Monitored) -> ReadinessCheck:
    gateway = monitored.gateway
    if gateway is None:
        return ReadinessCheck("gateway", is_ok=False, cause="it is not connected yet")
    connected, expected = gateway.shards_connected(), gateway.shards_expected()
    if connected < expected:
        return ReadinessCheck("gateway", is_ok=False, cause=f"{connected} of {expected} shards are connected")
    return ReadinessCheck("gateway", is_ok=True)


def _polls(monitored: Monitored, loop_s: float) -> ReadinessCheck:
    claimed_at, limit_s = monitored.services.poller.claimed_at, _late_s(monitored)
    since_s = loop_s - (monitored.started_at if claimed_at is None else claimed_at)
    if since_s > CLAIMS_WITHIN_S:
        return ReadinessCheck("polls", is_ok=False, cause=f"no due watch was asked for since {since_s:.0f} s")
    backlog = None if monitored.sample is None else monitored.sample.backlog
    late_s = 0.0 if backlog is None else monitored.waits_s(backlog.watches_due_since)
    if backlog is not None and late_s > limit_s:
        cause = f"{backlog.watches_due} watches wait for a poll, the first for {late_s:.0f} s"
        return ReadinessCheck("polls", is_ok=False, cause=cause)
    return ReadinessCheck("polls", is_ok=True)


def _late_s(monitored: Monitored) -> float:
    return max(POLLS_LATE_S, 2.0 * monitored.services.settings.poll.interval_s)


def _sender(standing: Standing) -> ReadinessCheck:
    match standing:
        case Standing.ACTIVE:
            return ReadinessCheck("sender", is_ok=True, cause="active")
        case Standing.STANDBY:
            return ReadinessCheck("sender", is_ok=True, cause="standing by")
        case Standing.CUT_OFF:
            return ReadinessCheck(
                "sender", is_ok=False, cause="the database cannot be asked for the sender's lock"
            )


def _discord(monitored: Monitored) -> ReadinessCheck:
    delivery = monitored.services.delivery
    if delivery.reachability.is_lost:
        return ReadinessCheck("discord", is_ok=False, cause="Discord cannot be reached, messages wait")
    return ReadinessCheck("discord", is_ok=True)


def _outbox(monitored: Monitored) -> ReadinessCheck:
    backlog = None if monitored.sample is None else monitored.sample.backlog
    if backlog is None or backlog.due_since is None:
        return ReadinessCheck("outbox", is_ok=True)
    waits_s = monitored.waits_s(backlog.due_since)
    delivery = monitored.services.delivery
    settled_at = delivery.counters.settled_at
    idle_s = waits_s if settled_at is None else delivery.rate_limiter.monotonic() - settled_at
    if min(waits_s, idle_s) <= OUTBOX_WITHIN_S:
        return ReadinessCheck("outbox", is_ok=True)
    return ReadinessCheck(
        "outbox", is_ok=False, cause=f"a message may be sent since {waits_s:.0f} s, and no try of any ended"
    )
