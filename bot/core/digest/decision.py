"""decide_digest: the content of a digest from the period of its topics.

    topics' periods + what only the channel knows -> what it may see -> rank -> the first few -> DigestContent

About the numbers: what a post *gained* is the difference of two RP that were read, the last ones before the end
and before the start of the period. Both are as old as the poll that read them; what happened between a poll
and the end counts for the next period, and the RP shown is the last one before the end, too, where one is
known. A post that was written earlier but first read in the period has gained that much at least. Where nobody
knows the RP the gain is unknown, which is not 0: it comes after those that are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.alerting.rules import Verdict, check, check_rp
from bot.core.models import (
    ChannelPeriod,
    Digest,
    DigestContent,
    DigestPost,
    DigestTopic,
    FollowedTopic,
    Period,
    PeriodPost,
    PostKey,
    SourceName,
    SourceProblem,
    TopicKey,
    TopicPeriod,
    TopicState,
    Volume,
)

LATE_AFTER = timedelta(minutes=10)
"""Told so long after it was due, a digest says for which time it was."""

MAX_NEW_POST_AGE = timedelta(hours=48)
"""Age limit of a new post before a period, for posts that nobody saw before (see ``PollPolicy``)."""

_Choice = tuple[TopicPeriod, list[PeriodPost]]
"""A topic, and its posts that the channel may be sent, best first."""


def decide_digest(
    digest: Digest, period: Period, topics: Sequence[TopicPeriod], channel: ChannelPeriod, now: datetime
) -> DigestContent:
    """Decide everything that a digest says, topics in the order given; the posts' order does not matter.

    A post under two topics is shown under the first. Posts that the rules of the channel's subscription to a topic
    stop are left out, and so are those of sources it does not listen to; a topic without a subscription has no
    rules. The digest's own threshold is compared with the highest RP known; an unknown one never passes it
    (invariant 5): with a threshold, entries of feeds are left out, as they are by a subscription with one.
    """
    return DigestContent(
        digest_id=digest.id,
        name=digest.settings.name,
        period=period,
        zone=digest.settings.schedule.zone,
        language=digest.settings.language,
        topics=tuple(_topic(digest, period, choice, channel) for choice in _choices(digest, topics, channel)),
        role_id=digest.settings.role_id,
        late=now - period.end > LATE_AFTER,
    )


def needs_more_candidates(
    digest: Digest, topics: Sequence[TopicPeriod], channel: ChannelPeriod
) -> tuple[TopicKey, ...]:
    """Topics of which too little is left, though storage has more posts than it was asked for."""
    return tuple(
        topic.topic.key
        for topic, posts in _choices(digest, topics, channel)
        if len(posts) < digest.settings.top and not topic.is_all
    )


# -- which posts ---------------------------------------------------------------------------------------


def _choices(digest: Digest, topics: Sequence[TopicPeriod], channel: ChannelPeriod) -> Iterator[_Choice]:
    """Each topic with the posts that it may show: the first ``top`` of its settings are shown."""
    taken: set[PostKey] = set(channel.hidden)
    for topic in topics:
        followed = channel.followed.get(topic.topic.key)
        passing = [one for one in topic.posts if _passes(one, digest.settings.min_rp, followed)]
        free = sorted((one for one in passing if one.stored.post.key not in taken), key=_rank)
        taken.update(one.stored.post.key for one in free[: digest.settings.top])
        yield topic, free


def _passes(one: PeriodPost, min_rp: int, followed: FollowedTopic | None) -> bool:
    stored = one.stored
    peak = max((rp for rp in (stored.post.rp, stored.max_rp) if rp is not None), default=None)
    if followed is None:
        return check_rp(peak, min_rp) is Verdict.PASSES
    if stored.source not in followed.sources:
        return False
    verdict = check(stored.post, peak, min_rp, followed.rules, velocity=stored.peak_velocity)
    return verdict is Verdict.PASSES


def _rank(one: PeriodPost) -> tuple[bool, int, bool, int, float, PostKey]:
    """Most gained first, then highest score, then newest; unknown after known. The key breaks ties."""
    post = one.stored.post
    published_at = post.created_at or one.stored.first_seen_at
    return (
        one.gained is None,
        -(one.gained or 0),
        post.score is None,
        -(post.score or 0),
        -published_at.timestamp(),
        post.key,
    )


# -- what is said of a topic ---------------------------------------------------------------------------


def _topic(digest: Digest, period: Period, choice: _Choice, channel: ChannelPeriod) -> DigestTopic:
    topic, posts = choice
    followed = channel.followed.get(topic.topic.key)
    shown = posts[: digest.settings.top]
    troubles = tuple(one for one in topic.troubles if _listens(followed, one.endpoint.source))
    has_audience = topic.audience_source is None or _listens(followed, topic.audience_source)
    return DigestTopic(
        topic=topic.topic,
        state=_state(topic, shown, troubles),
        posts=tuple(_shown_post(one, channel) for one in shown),
        new_posts=_new_posts(topic, period),
        held=channel.held.get(topic.topic.key, 0),
        more=_more(topic, period, posts[digest.settings.top :]),
        volume=_volume([one for one in topic.volumes if _listens(followed, one.source)]),
        audience=topic.audience if has_audience else None,
        audience_source=topic.audience_source if has_audience else None,
        troubles=troubles,
        line=min(
            (one for one in topic.lines if _listens(followed, one.source)),
            key=lambda one: one.source.traits.volume_rank,
            default=None,
        ),
    )


def _state(topic: TopicPeriod, shown: Sequence[PeriodPost], troubles: Sequence[SourceProblem]) -> TopicState:
    """The state of a topic. Without posts it is quiet only if it was polled (invariant 5)."""
    if shown:
        return TopicState.NEWS
    if troubles or not (topic.polled or topic.awaited):
        return TopicState.BROKEN
    return TopicState.QUIET if topic.polled else TopicState.AWAITED


def _shown_post(one: PeriodPost, channel: ChannelPeriod) -> DigestPost:
    stored = one.stored
    return DigestPost(
        post=stored.post,
        source=stored.source,
        gained=one.gained,
        observed_at=stored.rp_at,
        alerted=stored.post.key in channel.alerted,
    )


def _more(topic: TopicPeriod, period: Period, not_shown: Sequence[PeriodPost]) -> int:
    """New posts not shown: those over the limit, plus those that were not read, which may or may not pass."""
    unread = _new_posts(topic, period) - _count_new(topic.posts, period)
    return max(0, unread) + _count_new(not_shown, period)


def _new_posts(topic: TopicPeriod, period: Period) -> int:
    """The number of new posts; if all were read, those of them that can still be seen."""
    return min(topic.new_posts, _count_new(topic.posts, period)) if topic.is_all else topic.new_posts


def _count_new(posts: Sequence[PeriodPost], period: Period) -> int:
    return sum(_is_new(one, period) for one in posts)


def _is_new(one: PeriodPost, period: Period) -> bool:
    published_at = one.stored.post.created_at
    is_old = published_at is not None and published_at < period.start - MAX_NEW_POST_AGE
    return period.start <= one.stored.first_seen_at < period.end and not is_old


def _volume(volumes: Sequence[Volume]) -> Volume | None:
    """The one that says most: with a count to compare with, of the best source."""
    return min(volumes, key=_worth, default=None)


def _worth(volume: Volume) -> tuple[bool, int, SourceName, float, int, int]:
    """Small is best; of one source the newest count, then the highest."""
    rank, age = volume.source.traits.volume_rank, -volume.observed_at.timestamp()
    return volume.before is None, rank, volume.source, age, -volume.count, -(volume.before or 0)


def _listens(followed: FollowedTopic | None, source: SourceName) -> bool:
    return followed is None or source in followed.sources
