"""Explains for one channel why a post raised an alert or none: the stages it passed, and where it stopped.

    Trace -> the decision a poll would make of the same facts (``decide``) -> steps, in order

Pure, and no second logic: which rule stopped a post is asked of the function the poll asks; the rest is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.alerting.decision import BASELINES, Decision, Stage, decide, published_at
from bot.core.alerting.rules import matched_words
from bot.core.calendar.quiet_hours import quiet_until
from bot.core.lazy_dataclass import dataclass
from bot.core.models import EVERYWHERE, Health, Listener, PollState, Post, PostKey, SourceName, Topic
from bot.core.planning.pace import with_threshold

from .history import AlertRecord, DeliveryState, Observation, PostHistory, Route
from .steps import (
    AlertedElsewhere,
    AlertSent,
    Baselined,
    Decided,
    Dropped,
    Forgotten,
    GivenUp,
    Hidden,
    HiddenBy,
    NotSeen,
    Passes,
    Paused,
    Seen,
    Sending,
    Step,
    Stopped,
    TooOld,
    Uncertain,
    Waiting,
)

NO_DEFAULTS: Final[Mapping[SourceName, int]] = {}


@dataclass(frozen=True, slots=True)
class RouteReport:
    """One route to the channel, and the steps of the post on it; the last step is where it is now."""

    topic: Topic | None
    source: SourceName | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation. ``post``: to show which one is meant; None where no watch saw it, or it may not be shown.

    ``seen``: routes on which the post was seen or sent, the one with the alert first. ``unseen``: the others.
    ``key``: the identity that was asked about.
    """

    post: Post | None
    hidden: tuple[Hidden, ...]
    seen: tuple[RouteReport, ...]
    unseen: tuple[RouteReport, ...]
    key: PostKey | None = None


def explain(
    history: PostHistory,
    new_post_max_age: timedelta,
    default_min_rp: Mapping[SourceName, int] = NO_DEFAULTS,
) -> Explanation:
    """Explain a post on every route to the channel.

    ``default_min_rp``: the operator's, for the threshold of a topic that is not yet known.
    """
    own = _own_route(history)
    others = [route for route in history.routes if route is not own]
    alert_routes = [] if history.alert is None else [_alert_route(history, history.alert, own)]
    seen = [
        _seen(history, route, route.observation, new_post_max_age, default_min_rp)
        for route in others
        if route.observation is not None
    ]
    return Explanation(
        post=_shown(history),
        hidden=tuple(_hidden(history)),
        seen=(*alert_routes, *seen),
        unseen=tuple(_report(route, [_unseen(route)]) for route in others if route.observation is None),
        key=history.key,
    )


_NEAREST = (Hidden, AlertSent, Sending, Waiting, Uncertain, Passes, TooOld, Stopped, Baselined, Paused)
"""Last steps of routes without an alert, the nearest to one first; a hidden post is hidden on all routes."""


def decisive(explanation: Explanation) -> RouteReport | None:
    """The route that answers why: the one with the alert, else the one that came farthest; None without one."""
    if not explanation.seen:
        return None
    if any(isinstance(step, Decided) for step in explanation.seen[0].steps):
        return explanation.seen[0]
    return min(explanation.seen, key=lambda report: _rank(report.steps[-1]))


def _rank(step: Step) -> int:
    return next((rank for rank, kind in enumerate(_NEAREST) if isinstance(step, kind)), len(_NEAREST))


def _own_route(history: PostHistory) -> Route | None:
    """The route on which the alert was decided, where the channel still has it."""
    alert = history.alert
    if alert is None:
        return None
    own = (
        route
        for route in history.routes
        if (route.listener.subscription_id, route.watch.id) == (alert.subscription_id, alert.watch_id)
    )
    return next(own, None)


def _shown(history: PostHistory) -> Post | None:
    """The post as a person may see it."""
    if history.take_downs:
        return None
    return next((route.observation.post for route in history.routes if route.observation), None)


def _hidden(history: PostHistory) -> Iterator[Hidden]:
    for take_down in history.take_downs:
        who = take_down.actor.partition(":")[0]
        by = HiddenBy(who) if who in {HiddenBy.OPERATOR, HiddenBy.SOURCE} else HiddenBy.PERSON
        yield Hidden(at=take_down.at, by=by, everywhere=take_down.guild_id == EVERYWHERE)


def _unseen(route: Route) -> NotSeen:
    return NotSeen(last_ok_at=route.watch.last_ok_at, down=route.watch.health is Health.DOWN)


def _report(route: Route, steps: Iterable[Step]) -> RouteReport:
    return RouteReport(topic=route.watch.topic, source=route.watch.source, steps=tuple(steps))


# -- with an alert -------------------------------------------------------------------------------------


def _alert_route(history: PostHistory, alert: AlertRecord, route: Route | None) -> RouteReport:
    """The route on which the alert was decided."""
    steps: list[Step] = []
    if route is not None and route.observation is not None:
        steps.append(_observed(route.observation))
    decided = Decided(
        reason=alert.reason,
        at=alert.decided_at,
        rp=alert.rp,
        held=alert.held,
        same_as=alert.same_as,
        needed_rp=alert.needed_rp,
    )
    steps.append(decided)
    # What was taken down while it waited in a summary left no entry, and says so itself.
    if alert.state is not DeliveryState.FORGOTTEN or not history.take_downs:
        steps.append(_outcome(history, alert))
    steps += _hidden(history)
    return RouteReport(topic=alert.topic, source=alert.source, steps=tuple(steps))


def _outcome(history: PostHistory, alert: AlertRecord) -> Step:
    """The step that the entry of an alert has reached."""
    outcome: Step
    match alert.state:
        case DeliveryState.WAITING:
            outcome = _waiting(history, alert)
        case DeliveryState.SEALED:
            outcome = Sending(alert.attempts, alert.failure, alert.next_try_at)
        case DeliveryState.UNCERTAIN:
            outcome = Uncertain(alert.failure)
        case DeliveryState.SENT:
            outcome = AlertSent(alert.sent_at, alert.discord_message_id, alert.removed_at, alert.thread_id)
        case DeliveryState.GIVEN_UP:
            outcome = GivenUp(alert.failure, alert.ended_at)
        case DeliveryState.DROPPED:
            outcome = Dropped(alert.failure, alert.ended_at)
        case DeliveryState.FORGOTTEN:
            outcome = Forgotten()
    return outcome


def _waiting(history: PostHistory, alert: AlertRecord) -> Waiting:
    """A waiting entry: quiet hours hold it, or the time of the next summary."""
    if alert.not_before is None or alert.not_before <= history.at:
        return Waiting()
    is_quiet = history.quiet is not None and quiet_until(history.quiet, history.at) is not None
    return Waiting(until=alert.not_before, quiet=is_quiet)


# -- without an alert ----------------------------------------------------------------------------------


def _seen(
    history: PostHistory,
    route: Route,
    observation: Observation,
    new_post_max_age: timedelta,
    default_min_rp: Mapping[SourceName, int],
) -> RouteReport:
    """A route on which it was seen; the decision is the one a poll would make of it now."""
    return _report(
        route, [_observed(observation), *_stops(history, route, observation, new_post_max_age, default_min_rp)]
    )


def _observed(observation: Observation) -> Seen:
    return Seen(
        at=observation.known.first_seen_at,
        first=observation.first,
        rp=observation.post.rp,
        rp_at=observation.rp_at,
        max_rp=observation.known.max_rp,
        gone_at=observation.known.gone_at,
    )


def _stops(
    history: PostHistory,
    route: Route,
    observation: Observation,
    new_post_max_age: timedelta,
    default_min_rp: Mapping[SourceName, int],
) -> Iterator[Step]:
    """The steps at which a route stopped. The rules of a paused subscription are not asked."""
    decision = _decision(history, route, observation, new_post_max_age, default_min_rp)
    stage = decision.stage
    if route.paused is not None and stage not in _SETTLED:
        yield Paused(route.paused)
        return
    match stage:
        case Stage.HIDDEN:
            yield from _hidden(history)
        case Stage.ALERTED if history.alert is not None:
            yield AlertedElsewhere(history.alert.topic, history.alert.source)
        case Stage.BASELINED if route.baseline is not None:
            yield Baselined(*route.baseline)
        case Stage.STOPPED:
            yield _stopped(route, observation, decision, history.at)
        case Stage.FIRST_POLL | Stage.MUTED | Stage.DIGEST_ONLY:
            yield Baselined(BASELINES[stage], None)
        case Stage.TOO_OLD if decision.max_age is not None:
            yield TooOld(published_at(observation.post, observation.known, history.at), decision.max_age)
        case Stage.NEW | Stage.ROSE:
            yield Passes()


_SETTLED = (Stage.HIDDEN, Stage.ALERTED, Stage.BASELINED)
"""Stages that hold for a paused subscription as well."""


def _decision(
    history: PostHistory,
    route: Route,
    observation: Observation,
    new_post_max_age: timedelta,
    default_min_rp: Mapping[SourceName, int],
) -> Decision:
    """The decision that a poll would make of the stored post now."""
    key, listener = history.key, route.listener
    state = PollState(
        watch=route.watch,
        known={key: observation.known},
        listeners=(listener,),
        alerted=frozenset({(history.channel_id, key)} if history.alert else ()),
        baselined=frozenset({(listener.subscription_id, key)} if route.baseline else ()),
        hidden=frozenset((take_down.guild_id, key) for take_down in history.take_downs),
        crossings=route.crossings,
    )
    return decide(
        state,
        _with_threshold(route, state, default_min_rp, history.at),
        observation.post,
        new_post_max_age,
        history.at,
    )


def _with_threshold(
    route: Route, state: PollState, default_min_rp: Mapping[SourceName, int], at: datetime
) -> Listener:
    """The listener with the threshold that a poll would compute now."""
    settled = frozenset((route.listener.channel_id, key) for key in route.settled)
    known = replace(state, alerted=state.alerted | settled)
    return with_threshold(known, default_min_rp, at)


def _stopped(route: Route, observation: Observation, decision: Decision, at: datetime) -> Stopped:
    post = observation.post
    return Stopped(
        verdict=decision.verdict,
        min_rp=decision.needed,
        rp=post.rp,
        words=matched_words(post, route.listener.rules, decision.verdict),
        min_velocity=route.listener.rules.min_velocity,
        peak_velocity=observation.known.peak_velocity,
        budget=route.listener.budget,
        at=None if route.listener.budget is None else at,
    )
