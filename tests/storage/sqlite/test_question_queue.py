"""What people ask has a connection and a deadline of its own, and an index for every question (invariant 11)."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.admission import count_as
from bot.core.errors import TookTooLong
from bot.core.models import Actor, ChannelId, EntryId, GuildId, PostKey, SubscriptionId, Viewer, WatchId
from bot.core.surge.settings import Preset
from bot.storage.sql.reports.trends import _some_texts
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import load_steps, migrate
from bot.storage.sqlite.question_queue import QuestionQueue
from bot.storage.stores import Storage
from tests.sqlite_file import empty_file, sqlite_of
from tests.storage.digests.digest_world import DUE, claimed, issue, made
from tests.storage.world import (
    CHANNEL,
    GUILD,
    HERE,
    NOW,
    SINCE,
    TOPIC,
    World,
    alert,
    change,
    later,
    plan,
    post,
    wanted,
)

pytestmark = pytest.mark.invariant(11)

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

QUESTIONS: dict[str, Callable[[Storage], Awaitable[object]]] = {
    "a post by its address": lambda storage: storage.lookup.find_posts("https://a.example/none", GUILD),
    "a post by its key": lambda storage: storage.lookup.find_posts("x:1", GUILD),
    "a message of ours": lambda storage: storage.lookup.sent_message(5, GUILD),
    "why a post was told": lambda storage: storage.post_history.of_post(GUILD, CHANNEL, PostKey("x:1"), NOW),
    "a topic": lambda storage: storage.trends.topic(TOPIC.key),
    "whether it is followed": lambda storage: storage.trends.is_followed(TOPIC.key, HERE),
    "its watches": lambda storage: storage.trends.topic_watches(TOPIC.key),
    "what of it a person may know of": lambda storage: storage.trends.shown_topic(TOPIC.key, HERE),
    "and which watches": lambda storage: storage.trends.shown_watches(TOPIC.key, HERE),
    "which of them saw all for a person": lambda storage: storage.trends.recallable_watches(TOPIC.key, HERE, NOW),
    "channels that follow something": lambda storage: storage.guilds.following_channels(GUILD),
    "texts of what they may know of": lambda storage: storage.trends.some_texts(HERE),
    "its newest snapshots": lambda storage: storage.trends.latest_snapshots(TOPIC.key, HERE),
    "its posts": lambda storage: storage.trends.recent_posts(TOPIC.key, SINCE, HERE),
    "what a summary counted": lambda storage: storage.trends.held_posts(EntryId(1)),
    "what a story counted": lambda storage: storage.stories.counted_posts(EntryId(1)),
    "where a story was split": lambda storage: storage.stories.channel_of_split(EntryId(1), GUILD),
    "counts of its posts": lambda storage: storage.post_counts.of_topic(TOPIC.key, SINCE, NOW),
    "its past": lambda storage: storage.topic_history.of_topic(TOPIC.key, SINCE, NOW, HERE, counted_since=SINCE),
    "its counts for a person": lambda storage: storage.topic_history.counts(TOPIC.key, SINCE, NOW, HERE),
    "clocks of a channel": lambda storage: storage.topic_history.zone(ChannelId(CHANNEL), "en"),
    "RP of its posts at polls": lambda storage: storage.trends.samples(TOPIC.key, [PostKey("x:1")], SINCE, HERE),
    "texts of its posts": lambda storage: storage.trends.texts(TOPIC.key, SINCE, NOW, HERE, limit=5),
    "texts that watches found": lambda storage: storage.trends.texts_of_watches([WatchId(1)], SINCE, NOW, limit=5),
    "detectors of a subscription": lambda storage: storage.surges.states_of(SubscriptionId(1), Preset.UNUSUAL),
    "topics whose surges it is told of": lambda storage: storage.own_topics.detected(HERE),
    "rankings of places": lambda storage: storage.rankings.known(["none"]),
    "the role of a button": lambda storage: storage.notify_roles.role_of(GUILD, SubscriptionId(1)),
    "suggestions": lambda storage: storage.trends.suggest_topics("無い話題", HERE),
    "subscriptions": lambda storage: storage.subscriptions.listed(GUILD),
    "what a subscription was sent": lambda storage: storage.activity.alert_activity([SubscriptionId(1)], SINCE),
    "quotas": lambda storage: storage.subscriptions.counts(GUILD, CHANNEL),
    "digests": lambda storage: storage.digests.listed(GUILD),
    "a channel's digests": lambda storage: storage.digests.listed(GUILD, ChannelId(CHANNEL)),
    "deliveries": lambda storage: storage.deliveries.of_guild(GUILD),
    "status": lambda storage: storage.health.followed_watches(GUILD),
    "quiet hours": lambda storage: storage.guilds.channels_with_quiet_hours(GUILD),
    "what is hidden": lambda storage: storage.moderation.hidden_posts(GUILD),
    "what of these is hidden": lambda storage: storage.moderation.hidden_among(GUILD, [PostKey("x:1")]),
    "who hid what": lambda storage: storage.moderation.audit(GUILD),
}
GROWS = {
    *("posts", "post_bodies", "snapshots", "baselines", "entries", "alerts", "messages", "redraws"),
    *("echoes", "told_addresses", "story_posts", "digest_posts", "digest_issues", "hidden", "audit"),
}
"""Tables that hold more the more is posted."""


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    yield opened
    await opened.close()


def questions(storage: Storage, *, answer_within_s: float, max_wait_s: float = 3600) -> QuestionQueue:
    return QuestionQueue(sqlite_of(storage)._asker.run, answer_within_s=answer_within_s, max_wait_s=max_wait_s)


async def test_a_servers_many_questions_hold_up_none_of_another_server(storage: Storage) -> None:
    asked = questions(storage, answer_within_s=60)
    answered: list[str] = []

    async def ask(server: int, name: str) -> None:
        count_as(server=server, person=1)
        await asked.ask(lambda _: answered.append(name))

    many = [asyncio.create_task(ask(1, "of many")) for _ in range(50)]
    await asyncio.sleep(0)

    await asyncio.create_task(ask(2, "of one"))

    assert answered.index("of one") <= 3
    await asyncio.gather(*many)
    assert len(answered) == 51


async def test_question_that_gets_no_turn_in_time_ends_with_a_sentence(storage: Storage) -> None:
    asked = questions(storage, answer_within_s=60, max_wait_s=0.05)
    held = threading.Event()

    async def ask() -> None:
        count_as(server=1, person=1)
        await asked.ask(lambda _: held.wait(10))

    first = asyncio.create_task(ask())
    await asyncio.sleep(0)

    with pytest.raises(TookTooLong):
        await asyncio.create_task(ask())

    held.set()
    await first


async def walked(storage: Storage, question: Callable[[Storage], Awaitable[object]]) -> list[str]:
    """The tables that a question's statements walk through from one end to the other."""
    asked: list[str] = []
    run = sqlite_of(storage)._asker.run
    await run(lambda connection: connection.set_trace_callback(asked.append))
    await question(storage)
    await run(lambda connection: connection.set_trace_callback(None))
    selects = [sql for sql in asked if re.match(r"\s*(SELECT|WITH)\b", sql)]
    assert selects, "nothing was read on the connection of what people ask"
    scanned: list[str] = []
    for sql in selects:
        scanned += await storage.database.ask(partial(explain, sql))
    return scanned


def explain(sql: str, connection: sqlite3.Connection) -> list[str]:
    """Names of tables, behind their aliases, that SQLite scans."""
    aliases = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN|,)\s+(\w+)\s+(?:AS\s+)?(\w+)", sql)}
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    matches = filter(None, (re.match(r"SCAN (\w+)|SEARCH (\w+) USING AUTOMATIC", step) for step in steps))
    scanned = [str(match[1] or match[2]) for match in matches]
    return [aliases.get(name, name) for name in scanned]


@pytest.mark.parametrize("name", QUESTIONS)
async def test_no_question_walks_through_a_table_that_grows_with_posts(storage: Storage, name: str) -> None:
    world = World(storage)
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    state = await world.poll()
    await storage.polls.commit(plan(state, changes=[change(post(1))], alerts=[alert(subscription, post(1))]))
    await storage.moderation.hide(GUILD, post(9).key, actor=Actor("operator"), why=None, now=NOW)

    tables = await walked(storage, QUESTIONS[name])

    # "Is anything hidden at all" reads one row.
    assert set(tables) & (GROWS - ({"hidden"} if name != "what is hidden" else set())) == set()


async def test_question_without_end_is_broken_off_and_the_next_one_is_answered(storage: Storage) -> None:
    ask = questions(storage, answer_within_s=0.01)

    with pytest.raises(TookTooLong):
        await ask.ask(lambda connection: connection.execute(ENDLESS).fetchone())

    assert tuple(await ask.ask(lambda connection: connection.execute("SELECT 1").fetchone())) == (1,)


async def test_polls_read_while_a_question_is_being_answered(storage: Storage) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work(_: sqlite3.Connection) -> None:
        begun.set()
        may_end.wait()

    question = asyncio.create_task(sqlite_of(storage).ask(work))
    await asyncio.to_thread(begun.wait)

    assert await storage.watches.next_due_at() is None

    may_end.set()
    await question


async def test_question_that_waited_too_long_for_others_is_not_begun(storage: Storage) -> None:
    seconds = iter([0.0, 2.0])
    begun: list[sqlite3.Connection] = []
    ask = QuestionQueue(sqlite_of(storage)._asker.run, max_wait_s=1, clock=lambda: next(seconds))

    with pytest.raises(TookTooLong):
        await ask.ask(begun.append)

    assert begun == []


async def test_question_nobody_waits_for_any_more_ends(storage: Storage) -> None:
    ask = questions(storage, answer_within_s=3600)
    begun = threading.Event()

    def work(connection: sqlite3.Connection) -> None:
        begun.set()
        connection.execute(ENDLESS).fetchone()

    asked = asyncio.create_task(ask.ask(work))
    await asyncio.to_thread(begun.wait)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)

    assert tuple(await ask.ask(lambda connection: connection.execute("SELECT 1").fetchone())) == (1,)


async def test_asking_writes_nothing(storage: Storage) -> None:
    with pytest.raises(Exception, match="readonly"):
        await storage.database.ask(lambda connection: connection.execute("DELETE FROM notes"))


async def test_a_walk_through_a_table_is_seen(storage: Storage) -> None:
    sql = "SELECT b.body FROM watches w JOIN post_bodies b ON b.body = w.cursor"

    assert set(await storage.database.ask(partial(explain, sql))) == {"post_bodies", "watches"}


def test_every_question_of_the_storage_is_walked() -> None:
    folder = Path(__file__).parents[3] / "bot" / "storage" / "sql"
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    methods = [re.split(r"async def ", text)[1:] for text in texts]
    asking = {part.split("(")[0] for parts in methods for part in parts if "_database.ask(" in part}
    walked_ones = {name for question in QUESTIONS.values() for name in question.__code__.co_names}

    assert asking
    assert asking - walked_ones == set()


# -- posts by the address a digest gave ------------------------------------------------------------------

AT = "https://fedi.example/@me/1"


async def told_in_a_digest(storage: Storage) -> PostKey:
    """A post that nothing but a digest's message knows any more, at ``AT``."""
    seen = replace(post(7), url=AT)
    digest = await made(storage)
    (mine,) = await claimed(storage)
    await storage.editions.commit(issue(mine, seen, post(8)), DUE)
    assert digest.id == mine.id
    return seen.key


async def test_post_of_a_digest_is_found_by_its_address_until_it_is_taken_down(storage: Storage) -> None:
    key = await told_in_a_digest(storage)

    found = [stored.post.key for stored in await storage.lookup.find_posts(AT, GUILD)]
    await storage.moderation.hide(GUILD, key, actor=Actor("operator"), why=None, now=NOW)

    assert found == [key]
    assert await storage.lookup.find_posts(AT, GUILD) == []
    kept = "SELECT count(*) FROM digest_posts WHERE url = ?"
    assert tuple(await storage.database.read(lambda tx: tx.execute(kept, (AT,)).fetchone())) == (0,)


async def test_digests_sent_before_addresses_were_kept_are_found_too(tmp_path: Path) -> None:
    steps = load_steps()
    before = next(number for number, step in enumerate(steps) if step.name.endswith("_found_by_address"))
    url = f"sqlite:///{tmp_path}/old.db"
    storage = await open_sqlite(url)
    key = await told_in_a_digest(storage)
    old = await storage.database.read(
        lambda tx: [content for (content,) in tx.execute("SELECT content FROM entries WHERE kind = 'digest'")]
    )
    await storage.close()
    with closing(sqlite3.connect(tmp_path / "older.db", isolation_level=None)) as connection:
        migrate(connection, tmp_path / "older.db", steps[:before])
        connection.execute(
            "INSERT INTO entries (id, kind, guild_id, channel_id, content, created_at, not_before, state) "
            "VALUES (1, 'digest', ?, ?, ?, 0, 0, 'sent')",
            (GUILD, CHANNEL, old[0]),
        )
        connection.execute("INSERT INTO digest_posts (post_key, entry_id) VALUES (?, 1)", (key,))

    storage = await open_sqlite(f"sqlite:///{tmp_path}/older.db")

    assert [stored.post.key for stored in await storage.lookup.find_posts(AT, GUILD)] == [key]
    await storage.close()


async def test_texts_cost_the_same_however_many_posts_others_had_the_watch_see(storage: Storage) -> None:
    """Who follows a topic since a moment ago pays nothing for those who had it looked at for weeks."""
    world = World(storage)
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    guild, channel = GuildId(2 << 60), ChannelId((2 << 60) + 1)
    await storage.subscriptions.subscribe(wanted(guild=guild, channel=channel), SINCE, later(days=1))
    newcomer = Viewer(guild, frozenset({channel}))
    steps = []
    for hour, posts in enumerate((1_000, 4_000)):
        seen = [change(post(number)) for number in range(1, posts + 1)]
        await world.polled(at=later(hours=hour), changes=seen)
        steps.append(await sqlite_of(storage)._asker.run(partial(steps_of, partial(_some_texts, newcomer))))

    assert steps[1] <= 1.2 * steps[0], steps


def steps_of(work: Callable[[sqlite3.Connection], object], connection: sqlite3.Connection) -> int:
    """What SQLite does for a question, in hundreds of steps of its machine."""
    counted: list[None] = []
    connection.set_progress_handler(lambda: counted.append(None), 100)
    work(connection)
    connection.set_progress_handler(None, 0)
    return len(counted)
