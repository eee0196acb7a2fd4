"""The decision for one post and one listener: an alert, or the rule that stopped it.

The poll decides with this, and ``/why`` explains with it; there is no second logic.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import BaselineReason, KnownPost, Listener, PollState, Post
from bot.core.pace.crossings import RISING, YOUNG
from bot.core.pace.growth import factor
from bot.core.redaction import is_hidden

from .folding import story_rp
from .rules import Verdict, WordCheck, check, check_words
from .velocity import known_velocity

NEVER: Final = 10**12
"""An RP that no post has: nothing more is sent today."""
_HOUR: Final = timedelta(hours=1)
_ROUNDING: Final = 1e-6


class Stage(StrEnum):
    """The rule at which a decision ended, in the order in which the rules are checked."""

    HIDDEN = "hidden"
    """The post was taken down."""
    ALERTED = "told"
    """The channel has had its first alert for it, on its own or counted in a summary."""
    BASELINED = "baselined"
    """The post was there before the channel listened."""
    STOPPED = "stopped"
    """A rule of the subscription stopped it; the verdict says which."""
    FIRST_POLL = "first_look"
    """The post passes, but this is the watch's first poll: baseline."""
    MUTED = "muted"
    """The post passes while the subscription is muted: baseline."""
    DIGEST_ONLY = "digest_only"
    """The post passes, but a digest stands in for the alerts: baseline."""
    TOO_OLD = "too_old"
    """The post passes, but is too old to raise an alert as new."""
    ROSE = "rose"
    """Alert: it was known below the threshold and reached it."""
    NEW = "new"
    """Alert: it is new above the threshold."""


BASELINES: Final = {
    Stage.FIRST_POLL: BaselineReason.FIRST_POLL,
    Stage.MUTED: BaselineReason.MUTED,
    Stage.DIGEST_ONLY: BaselineReason.DIGEST,
}
"""The reason under which a post that passes at these stages is recorded as a baseline."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A stage. ``verdict``: the rule, where the stage is STOPPED; ``max_age``: the limit, where it is TOO_OLD.

    ``needed``: the RP that the post needed.
    """

    stage: Stage
    verdict: Verdict = Verdict.PASSES
    max_age: timedelta | None = None
    needed: int = 0


def decide(
    state: PollState,
    listener: Listener,
    post: Post,
    new_post_max_age: timedelta,
    now: datetime,
    words: WordCheck = check_words,
    *,
    by_peak: bool = False,
) -> Decision:
    """Decide a post for a listener: the first rule that applies. ``words`` checks include and exclude.

    ``by_peak``: the highest velocity at any poll is compared instead of that of this poll, for an explanation.
    """
    settled = _settled(state, listener, post)
    if settled is not None:
        return Decision(settled)
    return decide_unsettled(state, listener, post, new_post_max_age, now, words, by_peak=by_peak)


def decide_unsettled(
    state: PollState,
    listener: Listener,
    post: Post,
    new_post_max_age: timedelta,
    now: datetime,
    words: WordCheck = check_words,
    *,
    by_peak: bool = False,
) -> Decision:
    """The decision about a post of which nothing was settled before; it depends on the listener's rules alone."""
    needed = listener.min_rp if listener.threshold is None else needed_rp(state, listener, post, now)
    velocity = _velocity(state, post, now, by_peak=by_peak) if listener.rules.min_velocity else None
    stories = state.stories.further  # of most polls none
    further = stories.get((listener.channel_id, post.key)) if stories else None
    rp = post.rp if further is None else story_rp(listener, post, further, words)
    verdict = check(post, rp, needed, listener.rules, words, velocity=velocity)
    if verdict is Verdict.PASSES and _is_over(state, listener, post):
        verdict = Verdict.PACE_SPENT
    elif verdict is Verdict.BELOW_MIN_RP and needed > listener.min_rp:
        verdict = Verdict.PACE_SPENT if needed >= NEVER else Verdict.BELOW_PACE
    if verdict is not Verdict.PASSES:
        return Decision(Stage.STOPPED, verdict, needed=needed)
    if post.key in state.slid_in:
        return Decision(Stage.FIRST_POLL)
    if listener.threshold is not None:
        return _of_pace(state, listener, post, new_post_max_age, now)
    return _of_passing(state, listener, post, new_post_max_age, now)


def needed_rp(state: PollState, listener: Listener, post: Post, now: datetime) -> int:
    """The RP that a post needs to be sent to a listener: its minimum, or more with a pace; ``NEVER`` for none.

    A post that is to become baseline needs less: the threshold to which its pace may fall.
    """
    threshold = listener.threshold
    if threshold is None:
        return listener.min_rp
    heat = threshold.known if _silence(state, listener, now) is not None else threshold.heat
    if math.isinf(heat):
        return NEVER
    published = published_at(post, state.known.get(post.key), now)
    return max(listener.min_rp, math.ceil(heat / factor(threshold.to_come, (now - published) / _HOUR) - _ROUNDING))


def _is_over(state: PollState, listener: Listener, post: Post) -> bool:
    """Whether a post without RP comes after the alerts of its day: the budget is spent, or was on its own day."""
    budget = listener.budget
    if budget is None or listener.threshold is not None:
        return False
    known = state.known.get(post.key)
    return listener.is_spent or (known is not None and known.first_seen_at < budget.day.start)


def published_at(post: Post, known: KnownPost | None, now: datetime) -> datetime:
    """The time of writing; without one, the time at which we first saw the post."""
    if post.created_at is not None:
        return post.created_at
    return known.first_seen_at if known else now


def _settled(state: PollState, listener: Listener, post: Post) -> Stage | None:
    """The stage that was settled before this poll; None for an open post."""
    key = post.key
    if is_hidden(state.hidden, listener.guild_id, key):
        return Stage.HIDDEN
    if (listener.channel_id, key) in state.alerted:
        return Stage.ALERTED
    if (listener.subscription_id, key) in state.baselined:
        return Stage.BASELINED
    return None


def _velocity(state: PollState, post: Post, now: datetime, *, by_peak: bool) -> int | None:
    """RP an hour; None: unknown."""
    known = state.known.get(post.key)
    if by_peak:
        return None if known is None else known.peak_velocity
    found = known_velocity(post, known, now)
    return None if found is None else found.per_hour


def _of_passing(
    state: PollState, listener: Listener, post: Post, new_post_max_age: timedelta, now: datetime
) -> Decision:
    """A post that the rules let through may still be one that was there before."""
    silence = _silence(state, listener, now)
    if silence is not None:
        return Decision(silence)
    known = state.known.get(post.key)
    if known is not None and known.max_rp is not None and known.max_rp < listener.min_rp:
        return Decision(Stage.ROSE)
    doubt = timedelta(days=1 if post.day_only else 0)  # of a day alone its end counts
    if now - published_at(post, known, now) > new_post_max_age + doubt:
        return Decision(Stage.TOO_OLD, max_age=new_post_max_age)
    return Decision(Stage.NEW)


def _silence(state: PollState, listener: Listener, now: datetime) -> Stage | None:
    """The reason why posts that pass become baseline at this poll; None where they raise alerts."""
    if state.watch.last_ok_at is None:
        return Stage.FIRST_POLL
    if listener.muted_until is not None and now < listener.muted_until:
        return Stage.MUTED
    return Stage.DIGEST_ONLY if listener.digest_only else None


def _of_pace(
    state: PollState, listener: Listener, post: Post, new_post_max_age: timedelta, now: datetime
) -> Decision:
    """A post over the threshold of a pace, which moves: also one that stood still may be over it by now."""
    silence = _silence(state, listener, now)
    if silence is not None:
        return Decision(silence)
    known = state.known.get(post.key)
    rose = known is not None and known.max_rp is not None and post.rp is not None and known.max_rp < post.rp
    if rose:
        return Decision(Stage.ROSE)
    young = min(YOUNG, new_post_max_age)
    doubt = timedelta(days=1 if post.day_only else 0)
    risen = known.rp_at if known is not None and known.rp_at is not None else published_at(post, known, now)
    if now - published_at(post, known, now) > young + doubt and now - risen > RISING:
        return Decision(Stage.TOO_OLD, max_age=young)
    return Decision(Stage.NEW)
