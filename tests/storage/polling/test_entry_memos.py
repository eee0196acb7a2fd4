"""The memo of a feed's entries: kept with a poll, read with the stored posts, gone with a take-down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.identity.entries import renamed
from bot.core.models import (
    Actor,
    EntryMemo,
    FetchResult,
    NewSubscription,
    PostKey,
    SourceName,
    SubscriptionSettings,
    WatchId,
)
from bot.core.planning.plan import plan_poll
from bot.core.text import make_topic
from bot.sources.feed.memo import usable
from bot.sources.feed.wire import ParsedFeed, parse_feed
from bot.storage.stores import Storage
from tests.fakes.feed_site import Item, rss
from tests.storage.world import CHANNEL, GUILD, NOW, USER

URL = "https://paper.example/feed"
POLICY = PollPolicy(timedelta(minutes=5), whole_page=True)


def body(*numbers: int) -> bytes:
    return rss(
        *(
            Item(f"記事 {n}", f"https://paper.example/{n}", NOW - timedelta(days=1), f"<p>本文 {n}</p>", f"{n}")
            for n in numbers
        ),
        link="https://paper.example/",
    )


@pytest.fixture(name="watch_id")
async def follow(storage: Storage) -> WatchId:
    wanted = NewSubscription(
        guild_id=GUILD,
        channel_id=CHANNEL,
        topic=make_topic(URL),
        created_by=USER,
        target=URL,
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.FEED: 0}),
    )
    await storage.subscriptions.subscribe(wanted, NOW, NOW)
    return (await storage.trends.topic_watches(make_topic(URL).key))[0].id


async def polled(storage: Storage, watch_id: WatchId, now: datetime, *numbers: int) -> ParsedFeed:
    """One look with what is kept of the last one."""
    [due] = await storage.watches.claim_due(now + timedelta(hours=1), limit=9, lease_s=60)
    recalled = await storage.polls.entry_memo(watch_id)
    feed = parse_feed(body(*numbers), url=URL, now=now, keep=True, recalled=recalled)
    answer = FetchResult(SourceName.FEED, feed.posts, fingerprints=feed.fingerprints, memo=feed.memo)
    state = await storage.polls.state(due.watch, [post.key for post in feed.posts], now, feed.fingerprints)
    await storage.polls.commit(plan_poll(state, renamed(answer, state.same, state.known, now), POLICY, now))
    return feed


async def known(storage: Storage, watch_id: WatchId, now: datetime) -> int:
    """Entries that would not be read again."""
    return len(usable(await storage.polls.entry_memo(watch_id), now))


async def test_entries_are_found_again_with_their_stored_posts(storage: Storage, watch_id: WatchId) -> None:
    assert await storage.polls.entry_memo(watch_id) is None

    await polled(storage, watch_id, NOW, 1, 2, 3)
    assert await known(storage, watch_id, NOW) == 3

    later = NOW + timedelta(hours=2)
    feed = await polled(storage, watch_id, later, 0, 1, 2)
    assert replace(feed, memo=None) == parse_feed(body(0, 1, 2), url=URL, now=later)
    assert await known(storage, watch_id, later) == 3


@pytest.mark.invariant(8)
async def test_nothing_is_kept_of_a_page_one_of_whose_posts_is_taken_down(
    storage: Storage, watch_id: WatchId
) -> None:
    feed = await polled(storage, watch_id, NOW, 1, 2, 3)

    await storage.moderation.hide(GUILD, feed.posts[0].key, actor=Actor("user:3"), why="spam", now=NOW)
    assert await storage.polls.entry_memo(watch_id) is None

    await polled(storage, watch_id, NOW + timedelta(hours=2), 0, 1, 2, 3)
    kept = await storage.polls.entry_memo(watch_id)
    assert kept is not None
    assert feed.posts[0].key not in {key for key, _ in kept.memo.entries}


async def test_a_broken_memo_is_none(storage: Storage, watch_id: WatchId) -> None:
    feed = await polled(storage, watch_id, NOW, 1, 2, 3)
    assert feed.memo is not None
    recalled = await storage.polls.entry_memo(watch_id)
    assert recalled is not None
    broken = replace(feed.memo, entries=((PostKey(feed.memo.entries[0][0]), b"\xc1"),))

    assert usable(replace(recalled, memo=broken), NOW) == {}
    assert isinstance(recalled.memo, EntryMemo)
