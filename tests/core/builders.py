"""Small builders for core tests: a world said in few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.alerting.policy import PollPolicy
from bot.core.models import (
    ChannelId,
    FetchResult,
    GuildId,
    KnownPost,
    Listener,
    Network,
    PollState,
    Post,
    Rules,
    SourceName,
    SubscriptionId,
    Watch,
    WatchId,
)
from bot.core.text import make_topic

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
POLICY = PollPolicy(interval=timedelta(minutes=5))
TIMELINE = replace(POLICY, can_recheck=True)


def a_post(name: str = "a", rp: int | None = 150, *, hours_old: float = 1, **more: object) -> Post:
    """A post called ``name``, as old as said at NOW."""
    post = Post(
        network=Network.X,
        canonical_id=name,
        text=f"投稿 {name}",
        rp=rp,
        created_at=NOW - timedelta(hours=hours_old),
        source_id=name,
    )
    return replace(post, **more)  # type: ignore[arg-type]


def a_watch(*, polled: bool = True, hours_ago: float = 0.1, **more: object) -> Watch:
    """A watch that was polled before, unless said otherwise."""
    watch = Watch(
        id=WatchId(1),
        topic=make_topic("データセンター"),
        source=SourceName.TRENDPAGE,
        last_ok_at=NOW - timedelta(hours=hours_ago) if polled else None,
    )
    return replace(watch, **more)  # type: ignore[arg-type]


def a_listener(number: int = 1, min_rp: int = 100, *, channel: int | None = None, **more: object) -> Listener:
    """Subscription ``number``, in a channel of its own unless said otherwise."""
    listener = Listener(
        subscription_id=SubscriptionId(number),
        guild_id=GuildId(7),
        channel_id=ChannelId(channel or 100 + number),
        min_rp=min_rp,
        rules=Rules(),
        language="ja",
    )
    return replace(listener, **more)  # type: ignore[arg-type]


def known(post: Post, *, max_rp: int | None = None, first_seen_hours_ago: float = 1) -> KnownPost:
    """The post as stored before."""
    return KnownPost(
        key=post.key,
        rp=post.rp,
        max_rp=max_rp if max_rp is not None else post.rp,
        created_at=post.created_at,
        first_seen_at=NOW - timedelta(hours=first_seen_hours_ago),
    )


def a_state(*before: KnownPost, watch: Watch | None = None, listeners: tuple[Listener, ...] = ()) -> PollState:
    """What is known when the look comes back."""
    return PollState(
        watch=watch or a_watch(),
        known={post.key: post for post in before},
        listeners=listeners or (a_listener(),),
    )


def seen(*posts: Post, **more: object) -> FetchResult:
    """A look that found these posts."""
    return replace(FetchResult(source=SourceName.TRENDPAGE, posts=posts), **more)  # type: ignore[arg-type]
