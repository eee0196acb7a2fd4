"""Alerts of one poll: every post checked for every listener, then limited by the hourly cap.

posts -> decide for every listener -> alerts -> count source -> hourly cap -> alerts, held
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.identity.origins import worded
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    EVERYWHERE,
    Alert,
    AlertContent,
    AlertReason,
    Baseline,
    BaselineReason,
    ChannelId,
    ContentKey,
    DecisionKey,
    FetchResult,
    GuildId,
    HeldAlert,
    HoldReason,
    Listener,
    PollState,
    Post,
    PostKey,
    SubscriptionId,
    Watch,
)
from bot.core.text import excerpt

from .decision import BASELINES, Decision, Stage, decide, decide_unsettled
from .policy import PollPolicy
from .rules import Verdict, WordCheck, check_words
from .velocity import is_among_fastest, known_velocity

SUMMARY_EVERY = timedelta(hours=1)
"""A subscription gets at most one summary line of its ceiling in this time."""

ALERT_TEXT_MAX: Final = 2_000
"""UTF-16 units of a post's text in an alert. A card draws 500, of what blank lines leave of it."""
_NONE: Final[frozenset[PostKey]] = frozenset()
_ONLY_BELOW = frozenset({Verdict.BELOW_MIN_RP, Verdict.BELOW_PACE})
_REASONS = {Stage.NEW: AlertReason.NEW, Stage.ROSE: AlertReason.ROSE}


@dataclass(slots=True)
class Decisions:
    """Decisions about the posts of a poll.

    ``thresholds``: of posts that only lack RP, the lowest threshold above.
    """

    alerts: list[Alert] = field(default_factory=list)
    baselines: list[Baseline] = field(default_factory=list)
    thresholds: dict[PostKey, int] = field(default_factory=dict)

    def add(self, listener: Listener, decisions: _ListenerDecisions) -> None:
        """Note all but the alerts."""
        self.baselines += [Baseline(listener.subscription_id, key, why) for key, why in decisions.silent]
        for key, needed in decisions.below:
            self.thresholds[key] = min(needed, self.thresholds.get(key, needed))


def decide_posts(
    state: PollState, posts: tuple[Post, ...], policy: PollPolicy, now: datetime, words: WordCheck = check_words
) -> Decisions:
    """Decide every post for every listener. A channel gets a post once, for the listener that comes first.

    Thousands may listen in the same way: a post is decided once for all of them, and what drawing its alert needs
    is made once, but for those for whom something was settled before.
    """
    decided = Decisions()
    apart = _SettledPosts(state)
    alike: dict[DecisionKey, _SharedDecisions] = {}
    channels = Counter(listener.channel_id for listener in state.listeners)
    taken: set[tuple[ChannelId, PostKey]] = set()
    for listener in state.listeners:
        decision_key = listener.decision_key(now)
        if decision_key not in alike:
            alike[decision_key] = _SharedDecisions(state, posts, policy, now, words)
        keys = apart.of(listener)
        decisions = (
            alike[decision_key].for_listener(listener, keys)
            if keys
            else alike[decision_key].for_unsettled(listener)
        )
        decided.add(listener, decisions)
        contents = decisions.alerts
        if channels[listener.channel_id] > 1:
            contents = [one for one in contents if (listener.channel_id, one.post.key) not in taken]
            taken.update((listener.channel_id, one.post.key) for one in contents)
        decided.alerts += [
            Alert(listener.subscription_id, listener.guild_id, listener.channel_id, content)
            for content in contents
        ]
    return decided


class _SettledPosts:
    """The posts that are not to a listener what they are to all who listen in the same way."""

    def __init__(self, state: PollState) -> None:
        self._channels: dict[ChannelId, set[PostKey]] = {}
        for channel_id, key in (*state.alerted, *state.own_words, *state.stories.further):
            self._channels.setdefault(channel_id, set()).add(key)
        self._subscriptions: dict[SubscriptionId, set[PostKey]] = {}
        for subscription_id, key in state.baselined:
            self._subscriptions.setdefault(subscription_id, set()).add(key)
        self._guilds: dict[GuildId, set[PostKey]] = {}
        for guild_id, key in state.hidden:
            self._guilds.setdefault(guild_id, set()).add(key)

    def of(self, listener: Listener) -> Set[PostKey]:
        """Posts that were alerted, have words of their own, or are baselined or hidden for this listener."""
        found = (
            self._channels.get(listener.channel_id),
            self._subscriptions.get(listener.subscription_id),
            self._guilds.get(listener.guild_id),
            self._guilds.get(EVERYWHERE),
        )
        some = [keys for keys in found if keys]
        return some[0] if len(some) == 1 else _NONE.union(*some)


@dataclass(slots=True)
class _ListenerDecisions:
    """The decisions for one listener: alerts, silent posts with their reason, and posts that only lack RP.

    ``below``: with the RP that each needs.
    """

    alerts: list[AlertContent] = field(default_factory=list)
    silent: list[tuple[PostKey, BaselineReason]] = field(default_factory=list)
    below: list[tuple[PostKey, int]] = field(default_factory=list)


class _SharedDecisions:
    """Decisions shared by listeners with equal rules; made once for each language and role."""

    def __init__(
        self,
        state: PollState,
        posts: tuple[Post, ...],
        policy: PollPolicy,
        now: datetime,
        words: WordCheck,
    ) -> None:
        self._state = state
        self._posts = posts
        self._max_age = policy.new_post_max_age
        self._now = now
        self._words = words
        self._decisions: dict[PostKey, Decision] = {}
        self._contents: dict[ContentKey, dict[PostKey, AlertContent]] = {}
        self._unsettled: dict[ContentKey, _ListenerDecisions] = {}

    def for_unsettled(self, listener: Listener) -> _ListenerDecisions:
        """The decisions for listeners without any settled post, with contents made for ``listener``."""
        decisions = self._unsettled.get(listener.content_key)
        if decisions is None:
            decisions = self._unsettled[listener.content_key] = self.for_listener(listener, _NONE)
        return decisions

    def for_listener(self, listener: Listener, keys: Set[PostKey]) -> _ListenerDecisions:
        """The decisions for one listener; the posts ``keys`` are decided for it alone."""
        decisions = _ListenerDecisions()
        for post in self._posts:
            key = post.key
            decision, content = self._own(listener, post) if key in keys else self._of(listener, post)
            if content is not None:
                decisions.alerts.append(content)
            elif decision.verdict in _ONLY_BELOW:
                decisions.below.append((key, decision.needed))
            elif decision.stage in BASELINES:
                decisions.silent.append((key, BASELINES[decision.stage]))
        return decisions

    def _of(self, listener: Listener, post: Post) -> tuple[Decision, AlertContent | None]:
        decision = self._decisions.get(post.key)
        if decision is None:
            decision = decide_unsettled(self._state, listener, post, self._max_age, self._now, self._words)
            self._decisions[post.key] = decision
        if decision.stage not in _REASONS:
            return decision, None
        contents = self._contents.setdefault(listener.content_key, {})
        content = contents.get(post.key)
        if content is None:
            content = contents[post.key] = self._content(listener, post, decision)
        return decision, content

    def _own(self, listener: Listener, found: Post) -> tuple[Decision, AlertContent | None]:
        post = worded(found, self._state.own_words.get((listener.channel_id, found.key)))
        decision = decide(self._state, listener, post, self._max_age, self._now, self._words)
        return decision, self._content(listener, post, decision) if decision.stage in _REASONS else None

    def _content(self, listener: Listener, post: Post, decision: Decision) -> AlertContent:
        return _frozen(self._state, listener, post, _REASONS[decision.stage], self._now)


def trimmed(post: Post) -> Post:
    """A post as its alert keeps it: with as much of its text as may be drawn."""
    text = excerpt(post.text, ALERT_TEXT_MAX)
    return post if text is post.text else replace(post, text=text)


def without_media(post: Post) -> Post:
    """A post without its media and its author's face; that it has media stays known."""
    return replace(post, media=(), avatar_url=None)


def _frozen(state: PollState, listener: Listener, post: Post, reason: AlertReason, now: datetime) -> AlertContent:
    """All that drawing an alert will need."""
    known = state.known.get(post.key)
    velocity = known_velocity(post, known, now)
    return AlertContent(
        topic=listener.topic or state.watch.topic,
        source=state.watch.source,
        post=trimmed(post) if listener.rules.media else without_media(trimmed(post)),
        reason=reason,
        observed_at=now,
        min_rp=listener.min_rp,
        language=listener.language,
        role_id=listener.role_id,
        previous_rp=known.max_rp if known and reason is AlertReason.ROSE else None,
        velocity=velocity,
        is_fastest=is_among_fastest(state.watch.forecast.velocities, velocity),
    )


def with_count_source(alerts: list[Alert], fetched: FetchResult | None) -> list[Alert]:
    """An RP is shown with its source (invariant 9), also if another source found the post."""
    counted = {post.key for post in fetched.counted} if fetched else set()
    if fetched is None or not counted:
        return alerts
    by = fetched.counted_by
    shared: dict[int, AlertContent] = {}
    found: list[Alert] = []
    for alert in alerts:
        content = alert.content
        if content.post.key in counted:
            if id(content) not in shared:
                shared[id(content)] = replace(content, counted_by=by)
            alert = replace(alert, content=shared[id(content)])  # noqa: PLW2901 - the alert with its credit
        found.append(alert)
    return found


# -- not too much of it --------------------------------------------------------------------------------------


def apply_hourly_limit(
    state: PollState, alerts: list[Alert], policy: PollPolicy, now: datetime, *, has_missed_polls: bool
) -> tuple[tuple[Alert, ...], tuple[HeldAlert, ...]]:
    """Alerts in their order; held above the hourly limit, or after missed polls (``has_missed_polls``)."""
    if has_missed_polls:
        return (), tuple(HeldAlert(alert, HoldReason.CATCH_UP, now) for alert in alerts)
    if policy.hourly_limit == 0:
        return tuple(alerts), ()
    room = {
        listener.subscription_id: policy.hourly_limit - listener.alerts_last_hour for listener in state.listeners
    }
    next_summary = {listener.subscription_id: _summary_at(listener, now) for listener in state.listeners}
    sent: list[Alert] = []
    held: list[HeldAlert] = []
    for alert in alerts:
        room[alert.subscription_id] -= 1
        if room[alert.subscription_id] >= 0:
            sent.append(alert)
        else:
            held.append(HeldAlert(alert, HoldReason.HOURLY_LIMIT, next_summary[alert.subscription_id]))
    return tuple(sent), tuple(held)


def biggest_first(alerts: list[Alert]) -> list[Alert]:
    """Alerts with the most reposts first. Posts are sorted, not alerts: thousands would block the event loop."""
    of_post: dict[PostKey, list[Alert]] = {}
    for alert in alerts:
        of_post.setdefault(alert.content.post.key, []).append(alert)
    return [alert for same in sorted(of_post.values(), key=lambda same: _by_size(same[0])) for alert in same]


def _by_size(alert: Alert) -> tuple[int, str]:
    """Highest RP first; the key makes the order the same whatever order the posts came in."""
    return -(alert.content.post.rp or 0), alert.content.post.key


def missed_polls(watch: Watch, policy: PollPolicy, now: datetime, mean: timedelta) -> bool:
    """Whether polls were missed for so long that what came meanwhile would be a flood.

    The poll is late, or the last one is long ago and that was not planned: where polls are rare, because the
    settings or the host's limits say so, each comes long after the last. ``mean``: between two polls.
    """
    if watch.last_ok_at is None:
        return False
    planned, late = mean, timedelta(0)
    if watch.next_poll_at is not None:
        late = now - watch.next_poll_at
        # Of a watch that failed it is when to try again, not when it was to be read.
        planned = max(mean, watch.next_poll_at - watch.last_ok_at) if watch.failures == 0 else mean
    return late > policy.catch_up_after or now - watch.last_ok_at > max(policy.catch_up_after, 2 * planned)


def unplanned(watch: Watch, now: datetime, mean: timedelta) -> timedelta:
    """The time by which a poll comes later after the last successful one than planned; ``mean``: between two."""
    if watch.last_ok_at is None:
        return timedelta(0)
    due = watch.last_ok_at + mean
    if watch.next_poll_at is not None and watch.failures == 0:  # of one that failed it is when to try again
        due = max(due, watch.next_poll_at)
    return max(timedelta(0), now - due)


def _summary_at(listener: Listener, now: datetime) -> datetime:
    """The time of the next summary: now, or an hour after the last one, so that they do not become a flood."""
    if listener.last_summary_at is None:
        return now
    return max(now, listener.last_summary_at + SUMMARY_EVERY)
