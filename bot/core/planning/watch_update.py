"""The update of a watch after a poll: its health, its forecast, and when it is polled next. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alerting.policy import PollPolicy
from bot.core.cadence import index
from bot.core.cadence.host_budget import HostBudget, schedule_next
from bot.core.health.silence import with_answer, within_overlap_wait
from bot.core.health.watch import after_poll, is_source_problem, last_poll_unanswered
from bot.core.limits import retention
from bot.core.models import (
    FetchResult,
    NextPoll,
    NotModified,
    PollForecast,
    PollState,
    Validators,
    Watch,
    WatchUpdate,
)


def watch_update(
    state: PollState,
    answer: FetchResult | NotModified,
    policy: PollPolicy,
    forecast: PollForecast,
    host: HostBudget | None,
    now: datetime,
    *,
    has_missed_polls: bool,
) -> WatchUpdate:
    """The update of the watch after a poll. A 304 keeps cursor and validators."""
    watch, fetched = state.watch, answer if isinstance(answer, FetchResult) else None
    familiar = retention.familiar(state)
    condition = after_poll(
        watch,
        fetched,
        state.known,
        now,
        whole_page=policy.is_page,
        missed_polls=has_missed_polls,
        familiar=familiar,
    )
    # A degraded page is read in full each time: a 304 would count as a healthy answer.
    validators = replace(fetched.validators, body=None) if fetched else watch.validators
    ails = fetched is not None and is_source_problem(condition.health, condition.health_record)
    next_poll = _next_poll(watch, forecast, policy, host, now)
    wait = next_poll.wait if next_poll else policy.interval * index.jitter(watch.id, now)
    wait = within_overlap_wait(wait, condition.health_record)
    wait = max(wait, retention.flood_wait(watch, fetched, familiar, condition.health_record.turnovers, now))
    reset_at = fetched.reset_at if fetched else None
    return WatchUpdate(
        next_poll_at=max(now + wait, reset_at or now),
        cursor=fetched.cursor if fetched and fetched.cursor is not None else watch.cursor,
        validators=Validators() if ails else validators,
        last_ok_at=now,
        failures=0,
        health=condition.health,
        health_note=condition.note,
        health_record=with_answer(
            condition.health_record, watch, answer, now, is_source_problem=ails, familiar=familiar
        ),
        forecast=forecast,
        next_poll=next_poll,
    )


def others_within(
    watch: Watch, fetched: FetchResult | None, policy: PollPolicy, host: HostBudget | None, now: datetime
) -> timedelta | None:
    """The time until which the host's other unanswered watches are polled: this poll is its first sign of life.

    Each backs off on its own, for hours after a long outage. None if nothing was wrong, or during a Retry-After.
    """
    is_blocked = fetched is not None and fetched.reset_at is not None and fetched.reset_at > now
    if is_blocked or not last_poll_unanswered(watch):
        return None
    return host.mean if host else policy.interval


def _next_poll(
    watch: Watch, forecast: PollForecast, policy: PollPolicy, host: HostBudget | None, now: datetime
) -> NextPoll | None:
    """The next poll by the forecast; None for a fixed interval.

    The wait stays well below the time after which the bot takes itself to have been away.
    """
    if policy.fixed_interval:
        return None
    return schedule_next(watch.id, forecast, host or HostBudget(policy.interval), policy.catch_up_after / 2, now)
