"""Digests for storage tests, with everything unimportant filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.models import (
    ChannelId,
    Digest,
    DigestContent,
    DigestEdition,
    DigestPost,
    DigestSettings,
    DigestTopic,
    GuildId,
    Period,
    Post,
    PostChange,
    Recurrence,
    RoleId,
    Schedule,
    SourceName,
    Topic,
    TopicState,
)
from bot.storage.sql.polling.polls import CommitResult
from bot.storage.stores import Storage
from tests.storage.world import CHANNEL, GUILD, LEASE_S, NOW, TOPIC, USER, later, plan, post

DAILY = Schedule(Recurrence.DAILY, "0 8 * * *", "Asia/Tokyo")
HOURLY = Schedule(Recurrence.HOURLY, "0 * * * *", "UTC")
DUE = later(hours=1)
NEXT = DUE + timedelta(days=1)


def chosen(*topics: Topic, channel: ChannelId = CHANNEL, **more: object) -> DigestSettings:
    """What a person chose; without topics, all of the channel."""
    settings = DigestSettings(
        channel_id=channel,
        name="朝刊",
        schedule=DAILY,
        language="ja",
        topics=topics,
        sources=(SourceName.TRENDPAGE,),
    )
    return replace(settings, **more)  # type: ignore[arg-type]


async def made(
    storage: Storage, *topics: Topic, guild: GuildId = GUILD, due: datetime = DUE, **more: object
) -> Digest:
    return await storage.digests.create(guild, USER, chosen(*topics, **more), due, NOW)  # type: ignore[arg-type]


async def claimed(storage: Storage, now: datetime = DUE, *, limit: int = 10) -> list[Digest]:
    return await storage.editions.claim(now, limit=limit, lease_s=LEASE_S)


def issue(
    digest: Digest,
    *posts: Post,
    due_at: datetime = DUE,
    next_at: datetime | None = NEXT,
    role: RoleId | None = None,
) -> DigestEdition:
    """The decision to tell of these posts."""
    shown = tuple(DigestPost(one, SourceName.TRENDPAGE, gained=one.rp, observed_at=NOW) for one in posts)
    content = DigestContent(
        digest_id=digest.id,
        name=digest.settings.name,
        period=Period(due_at - timedelta(days=1), due_at),
        zone=digest.settings.schedule.zone,
        language=digest.settings.language,
        topics=(DigestTopic(TOPIC, TopicState.NEWS, shown, new_posts=len(shown)),),
        role_id=role,
    )
    return DigestEdition(digest=digest, due_at=due_at, content=content, next_at=next_at)


async def told(storage: Storage, *numbers: int, role: RoleId | None = None) -> Digest:
    """A digest that is put into the outbox with these posts."""
    await made(storage)
    [digest] = await claimed(storage)
    assert await storage.editions.commit(issue(digest, *map(post, numbers), role=role), DUE)
    return digest


async def polled(
    storage: Storage,
    source: SourceName,
    changes: Iterable[PostChange],
    at: datetime,
    *,
    topic: Topic = TOPIC,
    **more: object,
) -> CommitResult:
    """One whole poll of a topic's watch at a source, which is due again at once."""
    due = await storage.watches.claim_due(at, limit=1000, lease_s=LEASE_S)
    [watch] = [one.watch for one in due if (one.watch.source, one.watch.topic.key) == (source, topic.key)]
    for one in due:
        if one.watch != watch:
            await storage.watches.release(one.watch)
    state = await storage.polls.state(watch, [], at)
    decided = plan(state, at=at, next_poll_at=at, changes=tuple(changes), **more)  # type: ignore[arg-type]
    return await storage.polls.commit(decided)


def shown(contents: Sequence[object]) -> list[list[tuple[str, bool]]]:
    """Text and whether it is hidden, of the posts of digests."""
    return [
        [(one.post.text, one.hidden) for topic in content.topics for one in topic.posts]
        for content in contents
        if isinstance(content, DigestContent)
    ]
