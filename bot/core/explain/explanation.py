"""Explains for one channel why a post raised an alert or none: the stages it passed, and where it stopped.

    Trace -> the decision a poll would make of the same facts (``decide``) -> steps, in order

Pure, and no second logic: which rule stopped a post is asked of the function the poll asks; the rest is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.core.alerting.decision import BASELINES, Decision, Stage, decide, published_at
from bot.core.alerting.rules import Verdict, matched_words
from bot.core.calendar.quiet_hours import quiet_until
from bot.core.models import EVERYWHERE, Health, PollState, Post, PostKey, SourceName, Topic

from .history import AlertRecord, DeliveryState, PostHistory, Route, StoredSighting
from .steps import (
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
    ToldByOther,
    TooOld,
    Uncertain,
    Waiting,
)


@dataclass(frozen=True, slots=True)
class RouteReport:
    """One way to the channel, and how far the post came on it; the last step is where it is now."""

    topic: Topic | None
    source: SourceName | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say. ``post``: to show which one is meant; None where nobody saw it, or it may not be seen.

    ``seen``: routes on which the post was seen or sent, the one with the alert first. ``unseen``: the others.
    ``key``: the identity that was asked about.
    """

    post: Post | None
    hidden: tuple[Hidden, ...]
    seen: tuple[RouteReport, ...]
    unseen: tuple[RouteReport, ...]
    key: PostKey | None = None


def explain(trace: PostHistory, new_post_max_age: timedelta) -> Explanation:
    """Say it for every way to the channel."""
    own = _own_path(trace)
    others = [path for path in trace.paths if path is not own]
    told = [] if trace.telling is None else [_told(trace, trace.telling, own)]
    seen = [_seen(trace, path, path.sighting, new_post_max_age) for path in others if path.sighting is not None]
    return Explanation(
        post=_shown(trace),
        hidden=tuple(_hidden(trace)),
        seen=(*told, *seen),
        unseen=tuple(_account(path, [_unseen(path)]) for path in others if path.sighting is None),
        key=trace.key,
    )


_NEAREST = (Hidden, AlertSent, Sending, Waiting, Uncertain, Passes, TooOld, Stopped, Baselined, Paused)
"""Of the routes without an alert, the one that came nearest to it; a hidden post is hidden on all routes."""


def decisive(explanation: Explanation) -> RouteReport | None:
    """The route that answers why: the one with the alert, else the one that came farthest; None without one."""
    if not explanation.seen:
        return None
    if any(isinstance(step, Decided) for step in explanation.seen[0].steps):
        return explanation.seen[0]
    return min(explanation.seen, key=lambda account: _rank(account.steps[-1]))


def _rank(step: Step) -> int:
    return next((rank for rank, kind in enumerate(_NEAREST) if isinstance(step, kind)), len(_NEAREST))


def _own_path(trace: PostHistory) -> Route | None:
    """The way on which the telling was decided, where the channel still has it."""
    telling = trace.telling
    if telling is None:
        return None
    own = (
        path
        for path in trace.paths
        if (path.listener.subscription_id, path.watch.id) == (telling.subscription_id, telling.watch_id)
    )
    return next(own, None)


def _shown(trace: PostHistory) -> Post | None:
    """The post as a person may see it."""
    if trace.hidings:
        return None
    return next((path.sighting.post for path in trace.paths if path.sighting), None)


def _hidden(trace: PostHistory) -> Iterator[Hidden]:
    for hiding in trace.hidings:
        who = hiding.actor.partition(":")[0]
        by = HiddenBy(who) if who in {HiddenBy.OPERATOR, HiddenBy.SOURCE} else HiddenBy.PERSON
        yield Hidden(at=hiding.at, by=by, everywhere=hiding.guild_id == EVERYWHERE)


def _unseen(path: Route) -> NotSeen:
    return NotSeen(last_ok_at=path.watch.last_ok_at, down=path.watch.health is Health.DOWN)


def _account(path: Route, steps: Iterable[Step]) -> RouteReport:
    return RouteReport(topic=path.watch.topic, source=path.watch.source, steps=tuple(steps))


# -- told ----------------------------------------------------------------------------------------------


def _told(trace: PostHistory, telling: AlertRecord, path: Route | None) -> RouteReport:
    """The route on which the alert was decided."""
    steps: list[Step] = []
    if path is not None and path.sighting is not None:
        steps.append(_sighted(path.sighting))
    decided = Decided(reason=telling.reason, at=telling.decided_at, rp=telling.rp, held=telling.held)
    steps.append(decided)
    # What was taken down while it waited in a summary left no entry, and says so itself.
    if telling.progress is not DeliveryState.FORGOTTEN or not trace.hidings:
        steps.append(_outcome(trace, telling))
    steps += _hidden(trace)
    return RouteReport(topic=telling.topic, source=telling.source, steps=tuple(steps))


def _outcome(trace: PostHistory, telling: AlertRecord) -> Step:
    """The step that the entry of an alert has reached."""
    outcome: Step
    match telling.progress:
        case DeliveryState.WAITING:
            outcome = _waits(trace, telling)
        case DeliveryState.SEALED:
            outcome = Sending(telling.attempts, telling.failure, telling.next_try_at)
        case DeliveryState.UNCERTAIN:
            outcome = Uncertain(telling.failure)
        case DeliveryState.SENT:
            outcome = AlertSent(telling.sent_at, telling.discord_message_id, telling.removed_at, telling.thread_id)
        case DeliveryState.GIVEN_UP:
            outcome = GivenUp(telling.failure, telling.ended_at)
        case DeliveryState.DROPPED:
            outcome = Dropped(telling.failure, telling.ended_at)
        case DeliveryState.FORGOTTEN:
            outcome = Forgotten()
    return outcome


def _waits(trace: PostHistory, telling: AlertRecord) -> Waiting:
    """A waiting entry: quiet hours hold it, or the time of the next summary."""
    if telling.not_before is None or telling.not_before <= trace.at:
        return Waiting()
    is_quiet = trace.quiet is not None and quiet_until(trace.quiet, trace.at) is not None
    return Waiting(until=telling.not_before, quiet=is_quiet)


# -- seen, and not told --------------------------------------------------------------------------------


def _seen(trace: PostHistory, path: Route, sighting: StoredSighting, new_post_max_age: timedelta) -> RouteReport:
    """A way on which it was seen; the decision is the one a poll would make of it now."""
    return _account(path, [_sighted(sighting), *_stops(trace, path, sighting, new_post_max_age)])


def _sighted(sighting: StoredSighting) -> Seen:
    return Seen(
        at=sighting.known.first_seen_at,
        first=sighting.first,
        rp=sighting.post.rp,
        rp_at=sighting.rp_at,
        max_rp=sighting.known.max_rp,
        gone_at=sighting.known.gone_at,
    )


def _stops(
    trace: PostHistory, path: Route, sighting: StoredSighting, new_post_max_age: timedelta
) -> Iterator[Step]:
    """The steps at which a route stopped. The rules of a paused subscription are not asked."""
    decision = _decision(trace, path, sighting, new_post_max_age)
    stage = decision.stage
    if path.paused is not None and stage not in _SETTLED:
        yield Paused(path.paused)
        return
    match stage:
        case Stage.HIDDEN:
            yield from _hidden(trace)
        case Stage.TOLD if trace.telling is not None:
            yield ToldByOther(trace.telling.topic, trace.telling.source)
        case Stage.BASELINED if path.baseline is not None:
            yield Baselined(*path.baseline)
        case Stage.STOPPED:
            yield _stopped(path, sighting.post, decision.verdict)
        case Stage.FIRST_LOOK | Stage.MUTED | Stage.DIGEST_ONLY:
            yield Baselined(BASELINES[stage], None)
        case Stage.TOO_OLD if decision.max_age is not None:
            yield TooOld(published_at(sighting.post, sighting.known, trace.at), decision.max_age)
        case Stage.NEW | Stage.ROSE:
            yield Passes()


_SETTLED = (Stage.HIDDEN, Stage.TOLD, Stage.BASELINED)
"""Stages that hold for a paused subscription as well."""


def _decision(trace: PostHistory, path: Route, sighting: StoredSighting, new_post_max_age: timedelta) -> Decision:
    """The decision that a poll would make of the stored post now."""
    key, listener = trace.key, path.listener
    state = PollState(
        watch=path.watch,
        known={key: sighting.known},
        listeners=(listener,),
        told=frozenset({(trace.channel_id, key)} if trace.telling else ()),
        baselined=frozenset({(listener.subscription_id, key)} if path.baseline else ()),
        hidden=frozenset((hiding.guild_id, key) for hiding in trace.hidings),
    )
    return decide(state, listener, sighting.post, new_post_max_age, trace.at)


def _stopped(path: Route, post: Post, verdict: Verdict) -> Stopped:
    return Stopped(
        verdict=verdict,
        bar=path.listener.min_rp,
        rp=post.rp,
        words=matched_words(post, path.listener.rules, verdict),
    )
