"""Pace in the plan of a poll: the crossings of its posts, the threshold of each listener, and the day's budget.

posts ─▶ crossings_after ─▶ with_thresholds ─▶ decide ─▶ within_budgets ─▶ alerts with their place in the day
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.alerting.alerts import unplanned
from bot.core.alerting.decision import needed_rp, published_at
from bot.core.alerting.policy import PollPolicy
from bot.core.alerting.rules import Verdict, WordCheck, check_content, check_words
from bot.core.cadence.rechecks import last_read_at
from bot.core.models import (
    EVERYWHERE,
    Alert,
    AlertContent,
    CrossingTable,
    Fold,
    Listener,
    PaceBudget,
    PaceMark,
    PaceThreshold,
    PollState,
    Post,
    PostKey,
    Rules,
    SourceName,
    SubscriptionId,
)
from bot.core.pace.bins import LOWEST
from bot.core.pace.crossings import PostReading, begun, growth_to_come, heat_at, may_be_sent, updated
from bot.core.pace.rates import Rates
from bot.core.pace.threshold import CompetingPost, known_threshold, most_a_day, threshold_now

GAP_MAX: Final = timedelta(hours=3)
"""Time beyond what was planned, after which it is not known what posts did meanwhile."""
_PLAIN: Final = Rules()


def crossings_after(
    state: PollState, posts: Sequence[Post], policy: PollPolicy, now: datetime, mean: timedelta
) -> CrossingTable | None:
    """The watch's table after a poll: what was there before, where nothing rose; None where nobody has a pace.

    ``mean``: between two polls of the watch.
    """
    watch, before = state.watch, state.crossings.get(state.watch.id)
    if not watch.source.traits.counts_reposts or not _any_budget(state.listeners):
        return before
    found = [(post, post.rp) for post in posts if not post.by_bot and post.rp is not None]
    if watch.last_ok_at is None or before is None:
        known = {key: one.max_rp or 0 for key, one in state.known.items()}
        shown = [
            (max(rp, known.get(post.key, 0)), _published_at(state, post, now))
            for post, rp in found
            if post.created_at is not None
        ]
        return begun(shown, now)
    readings = [_reading(state, post, rp, policy, watch.last_ok_at, now) for post, rp in found]
    return updated(before, readings, watch.last_ok_at, now, missed_polls=unplanned(watch, now, mean) > GAP_MAX)


def _any_budget(listeners: Iterable[Listener]) -> bool:
    return any(listener.budget is not None for listener in listeners)


def _published_at(state: PollState, post: Post, now: datetime) -> datetime:
    return min(published_at(post, state.known.get(post.key), now), now)


def _reading(
    state: PollState, post: Post, rp: int, policy: PollPolicy, since: datetime, now: datetime
) -> PostReading:
    known = state.known.get(post.key)
    before = None if known is None else known.max_rp
    read_at = None if known is None or not policy.can_recheck else last_read_at(known)
    return PostReading(
        key=post.key,
        rp=max(rp, before or 0),
        before=before,
        published_at=_published_at(state, post, now),
        risen=(known.rp_at or known.first_seen_at) if known is not None else now,
        unseen=now - (read_at or since),
    )


# -- thresholds ----------------------------------------------------------------------------------------------


def with_thresholds(
    state: PollState,
    posts: Sequence[Post],
    crossings: CrossingTable | None,
    policy: PollPolicy,
    now: datetime,
    words: WordCheck = check_words,
) -> PollState:
    """The state, its listeners with a pace each with the threshold of now. ``posts``: of the answer."""
    if not state.watch.source.traits.counts_reposts or not _any_budget(state.listeners):
        return state
    thresholds = PaceThresholds(state, posts, crossings, policy.default_min_rp, now, words)
    listeners = tuple(
        one if one.budget is None else replace(one, threshold=thresholds.of(one, one.budget))
        for one in state.listeners
    )
    return replace(state, listeners=listeners)


def with_threshold(state: PollState, default_min_rp: Mapping[SourceName, int], now: datetime) -> Listener:
    """The one listener of a state with the threshold of now, as at a poll that found nothing."""
    listener = state.listeners[0]
    if listener.budget is None or not state.watch.source.traits.counts_reposts:
        return listener
    thresholds = PaceThresholds(state, (), state.crossings.get(state.watch.id), default_min_rp, now)
    return replace(listener, threshold=thresholds.of(listener, listener.budget))


_Budget = tuple[PaceBudget, Rules, tuple[CompetingPost, ...]]


class PaceThresholds:
    """Thresholds of a poll's listeners, made once for those with equal budgets.

    ``posts``: of the answer, which are known word for word; of the others it is taken that the filters of a
    listener let through the same share of them.
    """

    def __init__(
        self,
        state: PollState,
        posts: Sequence[Post],
        crossings: CrossingTable | None,
        default_min_rp: Mapping[SourceName, int],
        now: datetime,
        words: WordCheck = check_words,
    ) -> None:
        self._state = state
        self._posts = {post.key: post for post in posts}
        self._tables = dict(state.crossings)
        if crossings is not None:
            self._tables[state.watch.id] = crossings
        self._default_min_rp = default_min_rp
        self._now = now
        self._words = words
        self._to_come = growth_to_come(crossings, now)
        self._settled = _Settled(state)
        self._rates: dict[object, Rates] = {}
        self._waiting: dict[object, list[tuple[PostKey, float]]] = {}
        self._shares: dict[Rules, tuple[float, Mapping[PostKey, bool]]] = {}
        self._thresholds: dict[_Budget, PaceThreshold] = {}

    def of(self, listener: Listener, budget: PaceBudget) -> PaceThreshold:
        """The threshold of a listener now."""
        share, passing = self._share(listener.rules)
        settled = self._settled.of(listener)
        waiting = tuple(
            CompetingPost(heat, 1.0 if passing.get(key) else share)
            for key, heat in self._competing(budget)
            if key not in settled and passing.get(key, True)
        )
        found = self._thresholds.get((budget, listener.rules, waiting))
        if found is None:
            rates = self._rates_of(budget)
            found = PaceThreshold(
                heat=threshold_now(budget, waiting, rates, self._now, share),
                known=known_threshold(budget.pace, rates, share),
                to_come=self._to_come,
            )
            self._thresholds[budget, listener.rules, waiting] = found
        return found

    def _competing(self, budget: PaceBudget) -> list[tuple[PostKey, float]]:
        """The heat of the posts of all its watches that may still be sent, the highest first."""
        found = self._waiting.get(budget.watches)
        if found is None:
            heats: dict[PostKey, float] = {}
            for watch_id, _ in budget.watches:
                table = self._tables.get(watch_id)
                expected = growth_to_come(table, self._now)
                for one in table.waiting if table is not None else ():
                    if may_be_sent(one.published_at, one.risen, self._now):
                        heat = heat_at(one.rp, one.published_at, self._now, expected)
                        heats[one.key] = max(heat, heats.get(one.key, 0.0))
            found = self._waiting[budget.watches] = sorted(heats.items(), key=lambda one: (-one[1], one[0]))
        return found

    def _rates_of(self, budget: PaceBudget) -> Rates:
        found = self._rates.get(budget.watches)
        if found is None:
            tables = [
                (self._tables.get(watch_id), self._default_min_rp.get(source, LOWEST))
                for watch_id, source in budget.watches
            ]
            found = self._rates[budget.watches] = Rates(tables, self._now)
        return found

    def _share(self, rules: Rules) -> tuple[float, Mapping[PostKey, bool]]:
        """The share of posts that filters let through, and whether each of the answer is; all for no filters."""
        if rules == _PLAIN:
            return 1.0, {}
        found = self._shares.get(rules)
        if found is None:
            passing = {
                key: check_content(post, rules, self._words) is Verdict.PASSES
                for key, post in self._posts.items()
                if not post.by_bot
            }
            share = (sum(passing.values()) + 1) / (len(passing) + 1)
            found = self._shares[rules] = share, passing
        return found


class _Settled:
    """Posts of which something is settled for a listener: sent, baseline or hidden."""

    def __init__(self, state: PollState) -> None:
        self._channels = _by_first(state.alerted)
        self._subscriptions = _by_first(state.baselined)
        self._guilds = _by_first(state.hidden)

    def of(self, listener: Listener) -> Set[PostKey]:
        """The keys of the posts."""
        return frozenset().union(
            self._channels.get(listener.channel_id, ()),
            self._subscriptions.get(listener.subscription_id, ()),
            self._guilds.get(listener.guild_id, ()),
            self._guilds.get(EVERYWHERE, ()),
        )


def _by_first(pairs: Iterable[tuple[int, PostKey]]) -> dict[int, set[PostKey]]:
    found: dict[int, set[PostKey]] = {}
    for one, key in pairs:
        found.setdefault(one, set()).add(key)
    return found


# -- the budget ----------------------------------------------------------------------------------------


def within_budgets(state: PollState, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """Alerts as far as the budgets of their subscriptions go, each with its place in the day.

    The highest of a subscription first; of posts without RP the newest.
    """
    paced = {one.subscription_id: one for one in state.listeners if one.budget is not None}
    if not paced:
        return list(alerts)
    numbers = _numbers(paced, alerts)
    mark = _marker(state, paced, now)
    return [
        alert if alert.subscription_id not in paced else replace(alert, content=mark(alert, number))
        for alert in alerts
        if (number := numbers.get((alert.subscription_id, alert.content.post.key), 0)) is not None
    ]


def folds_within_budgets(folds: Iterable[Fold], before: Iterable[Alert], after: Iterable[Alert]) -> list[Fold]:
    """Folds without those into alerts that no budget was left for; ``before`` and ``after`` ``within_budgets``."""
    left = {(one.channel_id, one.content.post.key) for one in after}
    dropped = {(one.channel_id, one.content.post.key) for one in before} - left
    return [fold for fold in folds if (fold.alert.channel_id, fold.lead) not in dropped]


def _numbers(
    paced: Mapping[SubscriptionId, Listener], alerts: Iterable[Alert]
) -> dict[tuple[SubscriptionId, PostKey], int | None]:
    """The place of each alert in its subscription's day; None beyond the budget."""
    by_subscription: dict[SubscriptionId, list[Post]] = {}
    for alert in alerts:
        if alert.subscription_id in paced:
            by_subscription.setdefault(alert.subscription_id, []).append(alert.content.post)
    found: dict[tuple[SubscriptionId, PostKey], int | None] = {}
    for subscription_id, posts in by_subscription.items():
        limit = _day_limit(paced[subscription_id])
        sent = limit.sent
        for number, post in enumerate(sorted(posts, key=_first), start=sent + 1):
            found[subscription_id, post.key] = number if number <= limit.most else None
    return found


def _first(post: Post) -> tuple[int, float, PostKey]:
    written = post.created_at.timestamp() if post.created_at else math.inf
    return -(post.rp or 0), -written, post.key


class _DayLimit:
    """Alerts of a day: those sent, and the most there may be."""

    def __init__(self, sent: int, most: int) -> None:
        self.sent = sent
        self.most = most


def _day_limit(listener: Listener) -> _DayLimit:
    budget = listener.budget
    if budget is None:
        msg = "a listener without a pace has no budget"
        raise ValueError(msg)
    return _DayLimit(budget.sent, budget.pace if listener.threshold is None else most_a_day(budget.pace))


def _marker(
    state: PollState, paced: Mapping[SubscriptionId, Listener], now: datetime
) -> Callable[[Alert, int | None], AlertContent]:
    """A function that gives an alert its place in the day. Channels with the same place share a content."""
    shared: dict[tuple[int, PaceMark], AlertContent] = {}

    def marked(alert: Alert, number: int | None) -> AlertContent:
        listener, content = paced[alert.subscription_id], alert.content
        budget = listener.budget
        if budget is None or number is None:
            return content
        needed = needed_rp(state, listener, content.post, now) if listener.threshold is not None else 0
        mark = PaceMark(needed_rp=needed, number=number, pace=budget.pace)
        key = (id(content), mark)
        if key not in shared:
            shared[key] = replace(content, pace=mark, min_rp=needed or content.min_rp)
        return shared[key]

    return marked


def budgets_of(state: PollState, alerts: Iterable[Alert]) -> tuple[tuple[SubscriptionId, PaceBudget], ...]:
    """The budgets that alerts are taken from, each once."""
    return tuple(_budgets(state, {alert.subscription_id for alert in alerts}))


def _budgets(state: PollState, sent_to: Set[SubscriptionId]) -> Iterator[tuple[SubscriptionId, PaceBudget]]:
    for listener in state.listeners:
        if listener.budget is not None and listener.subscription_id in sent_to:
            yield listener.subscription_id, listener.budget
