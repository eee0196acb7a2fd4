"""What a look tells: each post held against each listener, and no more of it than anybody wants.

posts -> decide for every listener -> alerts -> credit counts -> hold what is too much -> told, held
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .decide import BASELINES, Stage, decide
from .models import (
    Alert,
    AlertContent,
    AlertReason,
    Baseline,
    Fetched,
    Held,
    HoldReason,
    Listener,
    PollState,
    Post,
    PostKey,
    Watch,
)
from .origins import worded
from .policy import PollPolicy
from .rules import Verdict, WordJudge, judge_words

SUMMARY_EVERY = timedelta(hours=1)
"""A subscription gets at most one summary line of its ceiling in this time."""

_REASONS = {Stage.NEW: AlertReason.NEW, Stage.ROSE: AlertReason.ROSE}


@dataclass(slots=True)
class Decided:
    """What the posts of a look mean. ``bars``: of each post that only lacks RP, the lowest bar it is below."""

    alerts: list[Alert] = field(default_factory=list)
    baselines: list[Baseline] = field(default_factory=list)
    bars: dict[PostKey, int] = field(default_factory=dict)


def decide_all(
    state: PollState, posts: tuple[Post, ...], policy: PollPolicy, now: datetime, words: WordJudge = judge_words
) -> Decided:
    """Hold every post against every listener. A channel hears of a post once, whichever listener is first."""
    alerts: dict[tuple[int, PostKey], Alert] = {}
    decided = Decided()
    for listener in state.listeners:
        for found in posts:
            post = worded(found, state.own_words.get((listener.channel_id, found.key)))
            decision = decide(state, listener, post, policy.new_post_max_age, now, words)
            if decision.verdict is Verdict.BELOW_MIN_RP:
                key = post.key
                decided.bars[key] = min(listener.min_rp, decided.bars.get(key, listener.min_rp))
            elif decision.stage in BASELINES:
                why = BASELINES[decision.stage]
                decided.baselines.append(Baseline(listener.subscription_id, post.key, why))
            elif decision.stage in _REASONS and (listener.channel_id, post.key) not in alerts:
                alert = _alert(state, listener, post, _REASONS[decision.stage], now)
                alerts[listener.channel_id, post.key] = alert
    decided.alerts = list(alerts.values())
    return decided


def _alert(state: PollState, listener: Listener, post: Post, reason: AlertReason, now: datetime) -> Alert:
    """Freeze all that drawing the alert will need."""
    known = state.known.get(post.key)
    return Alert(
        subscription_id=listener.subscription_id,
        guild_id=listener.guild_id,
        channel_id=listener.channel_id,
        content=AlertContent(
            topic=listener.topic or state.watch.topic,
            source=state.watch.source,
            post=post,
            reason=reason,
            observed_at=now,
            min_rp=listener.min_rp,
            language=listener.language,
            role_id=listener.role_id,
            previous_rp=known.max_rp if known and reason is AlertReason.ROSE else None,
        ),
    )


def credited(alerts: list[Alert], fetched: Fetched | None) -> list[Alert]:
    """An RP is told with its source (invariant 9), also where that is not the one that found the post."""
    counted = {post.key for post in fetched.counted} if fetched else set()
    if fetched is None or not counted:
        return alerts
    by = fetched.counted_by
    return [
        replace(alert, content=replace(alert.content, counted_by=by))
        if alert.content.post.key in counted
        else alert
        for alert in alerts
    ]


# -- not too much of it --------------------------------------------------------------------------------------


def hold(
    state: PollState, alerts: list[Alert], policy: PollPolicy, now: datetime, *, away: bool
) -> tuple[tuple[Alert, ...], tuple[Held, ...]]:
    """Biggest first; above the ceiling, or when nobody looked for long (``away``), a post is only counted."""
    alerts = _biggest_first(alerts)
    if away:
        return (), tuple(Held(alert, HoldReason.CATCH_UP, now) for alert in alerts)
    if policy.ceiling_per_hour == 0:
        return tuple(alerts), ()
    room = {
        listener.subscription_id: policy.ceiling_per_hour - listener.told_last_hour for listener in state.listeners
    }
    next_summary = {listener.subscription_id: _summary_at(listener, now) for listener in state.listeners}
    told: list[Alert] = []
    held: list[Held] = []
    for alert in alerts:
        room[alert.subscription_id] -= 1
        if room[alert.subscription_id] >= 0:
            told.append(alert)
        else:
            held.append(Held(alert, HoldReason.CEILING, next_summary[alert.subscription_id]))
    return tuple(told), tuple(held)


def _biggest_first(alerts: list[Alert]) -> list[Alert]:
    """By posts, which are few: sorting the alerts of thousands of channels is one step that lets nobody run."""
    of_post: dict[PostKey, list[Alert]] = {}
    for alert in alerts:
        of_post.setdefault(alert.content.post.key, []).append(alert)
    return [alert for same in sorted(of_post.values(), key=lambda same: _by_size(same[0])) for alert in same]


def _by_size(alert: Alert) -> tuple[int, str]:
    """Highest RP first; the key makes the order the same whatever order the posts came in."""
    return -(alert.content.post.rp or 0), alert.content.post.key


def was_away(watch: Watch, policy: PollPolicy, now: datetime, mean: timedelta) -> bool:
    """Whether nobody looked for so long that what came meanwhile would be a flood.

    The look is late, or the last one is long ago and that was not planned: where looks are rare, because the
    settings say so or the host bears no more, each comes long after the last. ``mean``: between two looks.
    """
    if watch.last_ok_at is None:
        return False
    planned, late = mean, timedelta(0)
    if watch.next_poll_at is not None:
        late = now - watch.next_poll_at
        # Of a watch that failed it is when to try again, not when it was to be read.
        planned = max(mean, watch.next_poll_at - watch.last_ok_at) if watch.failures == 0 else mean
    return late > policy.catch_up_after or now - watch.last_ok_at > max(policy.catch_up_after, 2 * planned)


def _summary_at(listener: Listener, now: datetime) -> datetime:
    """At once, but not sooner than an hour after the last one: the summary must not become the flood."""
    if listener.last_summary_at is None:
        return now
    return max(now, listener.last_summary_at + SUMMARY_EVERY)
