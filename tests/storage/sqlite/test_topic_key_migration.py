"""How a topic is spelled is each subscription's and each digest's own (invariant 10)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.models import ChannelId, GuildId, SourceName, TopicKey
from bot.core.text import make_topic, topic_key
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import load_steps
from bot.storage.stores import Storage
from tests.storage.digests.digest_world import made
from tests.storage.world import CHANNEL, GUILD, NOW, OTHER_CHANNEL, SINCE, key, later, wanted

pytestmark = pytest.mark.invariant(10)

STEPS = load_steps()
BEFORE = next(number for number, step in enumerate(STEPS) if step.name.endswith("_spellings"))
OTHER_GUILD = GuildId(GUILD + 100)
MASTODON, TRENDPAGE = SourceName.MASTODON, SourceName.TRENDPAGE
FIRST, SECOND = make_topic("ＡＩ\u200b"), make_topic("ai")


async def test_each_subscription_keeps_its_own_spelling(storage: Storage) -> None:
    one = await storage.subscriptions.subscribe(wanted(FIRST), SINCE, NOW)
    two = await storage.subscriptions.subscribe(
        wanted(SECOND, channel=OTHER_CHANNEL, guild=OTHER_GUILD), SINCE, NOW
    )

    [due] = await storage.watches.claim_due(NOW, limit=5, lease_s=30)
    state = await storage.polls.state(due.watch, [], NOW)

    assert (one.topic, two.topic) == (FIRST, SECOND)
    assert due.watch.topic.name == FIRST.key
    assert [listener.topic for listener in state.listeners] == [FIRST, SECOND]


async def test_status_calls_a_topic_as_its_server_does(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(FIRST), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(SECOND, channel=OTHER_CHANNEL, guild=OTHER_GUILD), SINCE, NOW)

    [seen] = await storage.health.followed_watches(OTHER_GUILD)

    assert seen.watch.topic == SECOND


async def test_digest_keeps_the_spelling_it_was_made_with(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(FIRST, channel=OTHER_CHANNEL, guild=OTHER_GUILD), SINCE, NOW)

    digest = await made(storage, SECOND)

    assert digest.settings.topics == (SECOND,)
    assert await storage.digests.topics_of(digest) == [SECOND]


async def test_operators_spelling_stands_where_no_server_has_one(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(FIRST), SINCE, NOW)

    await storage.watches.add([(MASTODON, make_topic("A.I."), None), (MASTODON, make_topic("Ai"), None)], NOW)

    assert {watch.topic.name for watch in await storage.watches.listed()} == {"A.I.", "Ai"}


# -- what was stored before ----------------------------------------------------------------------------------


async def migrated(path: Path, rows: Sequence[tuple[str, tuple[object, ...]]]) -> Storage:
    """A database of before, with these rows, brought to the newest version."""
    url = f"sqlite:///{path}"
    await (await open_sqlite(url, steps=STEPS[:BEFORE])).close()
    with closing(sqlite3.connect(path)) as database, database:
        for sql, values in rows:
            database.execute(sql, values)
    return await open_sqlite(url)


def topic(name: str, key: str | None = None) -> tuple[str, tuple[object, ...]]:
    return "INSERT INTO topics (topic_key, name) VALUES (?, ?)", (key or topic_key(name), name)


def watch(number: int, key: str, source: str = "trendpage", target: str = "") -> tuple[str, tuple[object, ...]]:
    return (
        "INSERT INTO watches (id, source, topic_key, target, next_poll_at, last_ok_at, cursor) "
        "VALUES (?, ?, ?, ?, 0, 1, 'c')",
        (number, source, key, target),
    )


def follower(number: int, key: str, watch_id: int, channel: ChannelId) -> list[tuple[str, tuple[object, ...]]]:
    return [
        (
            "INSERT INTO subscriptions "
            "(id, guild_id, channel_id, topic_key, created_by, created_at, language, rules) "
            "VALUES (?, ?, ?, ?, 1, 0, 'ja', '{}')",
            (number, GUILD, channel, key),
        ),
        ("INSERT INTO subscription_watches VALUES (?, ?, 100)", (watch_id, number)),
    ]


def stored(watch_id: int, number: int, rp: int) -> list[tuple[str, tuple[object, ...]]]:
    return [
        (
            "INSERT INTO posts (watch_id, post_key, rp, rp_at, max_rp, first_seen_at, updated_at, digest) "
            "VALUES (?, ?, ?, 0, ?, 0, 0, '')",
            (watch_id, key(number), rp, rp),
        ),
        ('INSERT INTO post_bodies VALUES (?, ?, \'{"text":""}\')', (watch_id, key(number))),
        ("INSERT INTO samples VALUES (?, ?, 0, ?)", (watch_id, key(number), rp)),
    ]


async def test_subscriptions_of_before_keep_the_name_they_were_shown(tmp_path: Path) -> None:
    rows = [topic("Python"), watch(1, "python"), *follower(1, "python", 1, CHANNEL)]

    storage = await migrated(tmp_path / "a.db", rows)
    [subscription] = await storage.subscriptions.listed(GUILD)
    [seen] = await storage.watches.listed()
    await storage.close()

    assert (subscription.topic.name, seen.topic.name) == ("Python", "python")
    assert (seen.cursor, seen.last_ok_at is None) == ("c", False)


async def test_watch_that_asks_something_else_begins_anew(tmp_path: Path) -> None:
    rows = [topic("𝖈𝖔𝖛𝖎𝖉"), watch(1, "covid"), *follower(1, "covid", 1, CHANNEL)]

    storage = await migrated(tmp_path / "a.db", rows)
    [seen] = await storage.watches.listed()
    await storage.close()

    assert (seen.cursor, seen.last_ok_at) == (None, None)


async def test_search_moves_to_the_address_that_every_spelling_has(tmp_path: Path) -> None:
    template = "https://News.example/?q={topic}"
    rows = [
        topic("News"),
        ("INSERT INTO source_targets VALUES ('feed', 0, ?)", (template,)),
        watch(1, "news", "feed", "https://News.example/?q=News"),
        *follower(1, "news", 1, CHANNEL),
    ]

    storage = await migrated(tmp_path / "a.db", rows)
    [seen] = await storage.watches.listed()
    await storage.source_targets.set_sources({SourceName.FEED: [template]}, NOW)
    after = await storage.watches.listed()
    await storage.close()

    assert seen.target == "https://News.example/?q=news"
    assert [one.id for one in after] == [seen.id]


async def test_topics_that_differ_in_what_cannot_be_seen_become_one_and_tell_nothing_twice(tmp_path: Path) -> None:
    unseen = "ai\u200c"
    rows = [
        topic("ai"), topic(unseen, unseen), watch(1, "ai"), watch(2, unseen), watch(3, unseen, "mastodon"),
        *follower(1, "ai", 1, CHANNEL), *follower(2, unseen, 2, OTHER_CHANNEL), *follower(3, unseen, 2, CHANNEL),
        *stored(1, 1, 500), *stored(1, 2, 50), *stored(2, 2, 60), *stored(2, 3, 300), *stored(2, 4, 30),
    ]  # fmt: skip

    storage = await migrated(tmp_path / "a.db", rows)
    watches = await storage.watches.listed()
    subscriptions = await storage.subscriptions.listed(GUILD)
    joined = next(one for one in watches if one.source is TRENDPAGE)
    state = await storage.polls.state(joined, [key(number) for number in range(1, 5)], NOW)
    await storage.close()

    assert {(one.source, one.topic.key) for one in watches} == {(TRENDPAGE, "ai"), (MASTODON, "ai")}
    assert [(one.id, one.topic.name) for one in subscriptions] == [(1, "ai"), (2, unseen)]
    assert set(state.known) == {key(number) for number in range(1, 5)}
    passing = {(subscription, key(number)) for subscription in (1, 2) for number in (1, 3)}
    assert state.baselined == passing
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT topic_key FROM topics").fetchall() == [("ai",)]


async def test_digest_of_two_spellings_of_a_topic_keeps_it_once(tmp_path: Path) -> None:
    unseen = "ai\u2060"
    digest = (
        "INSERT INTO digests (id, guild_id, channel_id, name, recurrence, cron, zone, created_by, created_at, "
        "language, anchor, top, min_rp, replaces_alerts, sources) "
        "VALUES (1, ?, ?, 'd', 'daily', '0 9 * * *', 'UTC', 1, 0, 'ja', 0, 5, 0, 0, '[]')",
        (GUILD, CHANNEL),
    )
    named = "INSERT INTO digest_topics (digest_id, topic_key, position) VALUES (1, ?, ?)"
    rows = [topic("ai"), topic(unseen, unseen), digest, (named, (unseen, 0)), (named, ("ai", 1))]

    storage = await migrated(tmp_path / "a.db", rows)
    [kept] = await storage.digests.listed(GUILD)
    await storage.close()

    assert [one.key for one in kept.settings.topics] == ["ai"]


async def test_topic_that_nobody_can_see_stays_until_it_is_removed(tmp_path: Path) -> None:
    rows = [topic("\u3164", "\u1160"), watch(1, "\u1160"), *follower(1, "\u1160", 1, CHANNEL)]

    storage = await migrated(tmp_path / "a.db", rows)
    [subscription] = await storage.subscriptions.listed(GUILD)
    removed = await storage.subscriptions.unsubscribe(subscription.id, later(minutes=1))
    await storage.close()

    assert subscription.topic.key == TopicKey("\u1160")
    assert removed is not None
