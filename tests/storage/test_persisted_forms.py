"""What stands in people's databases is read for ever: every form is pinned by a file of an earlier version.

``tests/data/every_type_18.sql`` is loaded, migrated by the code of today and read. Expected values are written in
full, enums by their stored values. Names of classes and fields may change, what is read out of a stored row may
not.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import shutil
import sqlite3
import typing
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot import app
from bot.core.causes import Cause
from bot.core.explain.history import AlertRecord, DeliveryState
from bot.core.identity import entries as naming
from bot.core.identity.urls import address_hashes
from bot.core.limits.disk_space import Tight
from bot.core.models import (
    EVERYWHERE,
    Actor,
    AlertContent,
    AlertReason,
    AlsoRising,
    AnswerTrait,
    ArrivalStats,
    Audience,
    AuditAction,
    AuditLine,
    BaselineReason,
    Candidate,
    ChannelId,
    Digest,
    DigestContent,
    DigestId,
    DigestPost,
    DigestSettings,
    DigestTopic,
    Endpoint,
    EntryId,
    EntryKind,
    Failure,
    FailureCode,
    ForumPlan,
    FoundAt,
    FullAnswer,
    GuildId,
    Health,
    HiddenPost,
    HoldReason,
    Incident,
    LiveCount,
    Media,
    MediaKind,
    Message,
    MessageId,
    MessageState,
    MorePosts,
    MostBy,
    Moved,
    Network,
    NoticeContent,
    OutageScope,
    OutboxEntry,
    PaceMark,
    PauseReason,
    Period,
    PollForecast,
    Post,
    PostHash,
    PostKey,
    PostsBy,
    QuietHours,
    Recurrence,
    RoleId,
    Rules,
    Schedule,
    Snapshot,
    SourceName,
    SourceProblem,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    SummaryContent,
    SurgeFigures,
    Topic,
    TopicKey,
    TopicState,
    TraitStats,
    UserId,
    Validators,
    Velocity,
    Viewer,
    Volume,
    VolumeLine,
    Watch,
    WatchHealth,
    WatchId,
)
from bot.core.planning.posts import content_hash
from bot.core.surge.day import HourlyCurve
from bot.core.text import make_topic
from bot.gateway.command_sync import SYNCED_TREE, _Synced
from bot.sources.bluesky import session as bluesky_session
from bot.sources.bluesky import source as bluesky
from bot.sources.fediverse.hashtag_source import TimelineCursor
from bot.sources.fetch_session import read_cursor
from bot.sources.x import source as x
from bot.storage.sql.mapping.common import Body
from bot.storage.sql.mapping.json_forms import STORED_NAMES, JsonForm, form_of
from bot.storage.sql.reports import health
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests import data
from tests.data.make_database import make_file

FAR = datetime(2027, 3, 1, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
GUILD = GuildId(1001)
CHANNEL = ChannelId(2001)
KEYWORD, FEED = TopicKey("データセンター"), TopicKey("url:5d20506117c9e5811a9acb98")
SEES_ALL = Viewer(GUILD, frozenset(ChannelId(number) for number in range(2001, 2008)), UserId(3001), CHANNEL)


@dataclass(frozen=True)
class Form:
    """A column that holds JSON, which of its rows are meant, and what they are read as."""

    table: str
    column: str
    type: Any
    where: str = "1"

    @property
    def json(self) -> JsonForm[Any]:
        return form_of(self.type)


FORMS = (
    Form("watches", "vitals", WatchHealth),
    Form("watches", "outlook", PollForecast),
    Form("watches", "cursor", TimelineCursor, "source IN ('mastodon', 'misskey')"),
    Form("watches", "cursor", bluesky._SearchCursor, "source = 'bluesky'"),
    Form("watches", "cursor", x._Cursor, "source = 'x'"),
    Form("post_bodies", "body", Body),
    Form("subscriptions", "rules", Rules),
    Form("channels", "quiet", QuietHours),
    Form("entries", "content", AlertContent, "kind = 'alert'"),
    Form("entries", "content", SummaryContent, "kind = 'summary'"),
    Form("entries", "content", NoticeContent, "kind = 'notice'"),
    Form("entries", "content", DigestContent, "kind = 'digest'"),
    Form("messages", "mentions", tuple[RoleId, ...]),
    Form("alerts", "found_at", FoundAt),
    Form("echoes", "found_at", FoundAt),
    Form("digests", "sources", list[SourceName]),
    Form("notes", "value", bluesky_session._Session, "key = 'bluesky_session'"),
    Form("notes", "value", dict[str, Any], "key = 'discord.synced_tree'"),
)

LATER_COLUMNS: frozenset[str] = frozenset(
    {
        *("entry_memos", "watches.cause", "entries.reason_code", "messages.error_code", "redraws.error_code"),
        "messages.files",
        *("leases", "leaders", "processes", "watches.host", "subscriptions.pace", "post_counts", "count_states"),
        *("posts.peak_velocity", "story_posts", "story_splits", "alerts.lead_key"),
        *("crossings", "alerts.bar"),
        *("guild_settings", "welcomes", "notify_roles"),
        *("rankings", "blocked_topics", "digests.also_rising", "entry_sentences"),
        *("subscriptions.surge", "surge_states", "surge_alerts", "surge_figures", "surge_posts"),
        *("read_histories", "found_entries", "messages.shown"),
    }
)
"""``table`` or ``table.column`` of later schemas. Pin them by a dump of that schema."""
LATER_FIELDS: frozenset[tuple[type, str]] = frozenset(
    {
        *((WatchHealth, "cause"), (WatchHealth, "hours"), (WatchHealth, "usual_hours")),
        *((Rules, "min_velocity"), (PollForecast, "velocities"), (DigestTopic, "words")),
        *((AlertContent, "velocity"), (AlertContent, "is_fastest"), (Velocity, "gained"), (Velocity, "minutes")),
        *((Rules, "fold"), (Rules, "media"), (AlertContent, "more")),
        *((DigestContent, "rising"), (AlsoRising, "name"), (AlsoRising, "sources")),
        *((MorePosts, "posts"), (MorePosts, "networks"), (MorePosts, "rp")),
        *((kind, name) for kind in (Post, Body) for name in ("media", "avatar_url")),
        *((Media, one.name) for one in dataclasses.fields(Media)),
        *((DigestTopic, "line"), *((VolumeLine, one.name) for one in dataclasses.fields(VolumeLine))),
        *((SurgeFigures, "curve"), *((HourlyCurve, one.name) for one in dataclasses.fields(HourlyCurve))),
        *((AlertContent, "pace"), (PaceMark, "needed_rp"), (PaceMark, "number"), (PaceMark, "pace")),
    }
)
"""Fields of stored types that came after this dump. Pin them by a dump of their version."""

STORED_VALUES: tuple[tuple[type[Enum], tuple[str | int, ...]], ...] = (
    (SourceName, ("trendpage", "mastodon", "misskey", "bluesky", "x", "feed")),
    (Network, ("x", "fediverse", "bluesky", "web")),
    (Health, ("ok", "degraded", "down")),
    (AlertReason, ("new", "rose")),
    (MostBy, ("author", "site")),
    (HoldReason, ("ceiling", "catch_up", "story")),
    (BaselineReason, ("first_look", "subscribed", "resumed", "rule_changed", "muted", "digest")),
    (PauseReason, ("by_user", "forbidden", "not_found", "refused", "removed", "too_dear")),
    (EntryKind, ("alert", "summary", "notice", "digest", "surge", "welcome")),
    (PostsBy, ("topic", "story")),
    (MediaKind, ("image", "video", "animation", "audio")),
    (MessageState, ("sealed", "sent", "uncertain", "given_up")),
    (
        FailureCode,
        (
            *("hidden", "paused", "unsubscribed", "digest_deleted", "sent_with_next", "overtaken", "summarised"),
            *("login", "forbidden", "channel_gone", "busy", "discord", "refused", "unreachable", "held_back"),
            *(
                "server_away",
                "deleted",
                "not_found",
                "history",
                "crowded",
                "headless",
                "no_forum",
                "filtered",
                "timed_out",
                "stuck",
                "other",
            ),
        ),
    ),
    (DeliveryState, ("waiting", "sealed", "uncertain", "sent", "given_up", "dropped", "forgotten")),
    (AuditAction, ("hide", "unhide")),
    (
        Cause,
        (
            *("unreachable", "host", "refused", "missing", "robots", "topic", "busy", "budget", "budget_share"),
            *(
                "changed",
                "packing",
                "no_feed",
                "too_large",
                "too_dear",
                "address",
                "not_listed",
                "subscribers_only",
            ),
            *("other", "no_posts", "no_rp", "no_ids", "no_times", "no_authors", "no_volume"),
            *("turns_over", "gap", "silent"),
        ),
    ),
    (AnswerTrait, ("posts", "rp", "authors", "times", "ids", "volume")),
    (OutageScope, (0, 1, 2)),
    (Recurrence, ("hourly", "daily", "weekdays", "weekly", "custom")),
    (TopicState, ("news", "quiet", "awaited", "broken")),
    (Tight, ("limit", "disk")),
    (naming.FingerprintKind, (0, 1, 2, 3, 4, 5, 6)),
)


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def message_id(number: int) -> MessageId:
    return MessageId(f"{number:024x}")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the dump, opened once by the code of today."""
    path = tmp_path_factory.mktemp("data") / "kawaraban.db"
    data.load(path)

    async def migrate() -> None:
        await (await open_sqlite(f"sqlite:///{path}")).close()

    asyncio.run(migrate())
    return path


@pytest.fixture
async def storage(migrated: Path, tmp_path: Path) -> AsyncIterator[Storage]:
    path = tmp_path / "kawaraban.db"
    shutil.copy(migrated, path)
    opened = await open_sqlite(f"sqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
def rows(migrated: Path) -> Iterator[sqlite3.Connection]:
    """The migrated file itself, for what no caller of the storage asks for."""
    with closing(sqlite3.connect(migrated)) as connection:
        yield connection


def stored(rows: sqlite3.Connection, form: Form) -> list[str]:
    sql = f"SELECT {form.column} FROM {form.table} WHERE ({form.where}) AND {form.column} IS NOT NULL"  # noqa: S608
    return [text for (text,) in rows.execute(sql)]


# -- nothing is left out -------------------------------------------------------------------------------


def columns_of(connection: sqlite3.Connection) -> dict[str, list[str]]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {
        table: [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")] for (table,) in tables
    }


def test_every_table_and_every_column_has_a_row_that_is_read(rows: sqlite3.Connection) -> None:
    columns = columns_of(rows)
    assert set(columns) - LATER_COLUMNS == set(TABLES)

    empty = [
        f"{table}.{name}"
        for table, names in columns.items()
        for name in names
        if rows.execute(f"SELECT 1 FROM {table} WHERE {name} IS NOT NULL").fetchone() is None  # noqa: S608
    ]
    assert [one for one in empty if not LATER_COLUMNS & {one, one.partition(".")[0]}] == []


async def test_such_a_database_can_be_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"
    await make_file(path)

    with closing(sqlite3.connect(path)) as made:
        counts = {table: made.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in columns_of(made)}  # noqa: S608
    assert [table for table, count in counts.items() if not count and table not in LATER_COLUMNS] == []


def test_every_column_that_holds_json_is_read_as_a_type(rows: sqlite3.Connection) -> None:
    found = {
        (table, name)
        for table, names in columns_of(rows).items()
        for name in names
        for (value,) in rows.execute(f"SELECT {name} FROM {table}")  # noqa: S608
        if isinstance(value, str) and value.startswith(("{", "["))
    }
    assert found == {(form.table, form.column) for form in FORMS}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.table}.{form.column} {form.where}")
def test_nothing_that_is_stored_is_lost_when_it_is_read(rows: sqlite3.Connection, form: Form) -> None:
    texts = stored(rows, form)

    assert texts
    for text in texts:
        again = json.loads(form.json.encode(form.json.decode(text)))
        assert is_within(json.loads(text), again), f"{text} is read as {again}"


def test_every_renamed_field_is_a_field() -> None:
    unknown = {
        (kind.__name__, name)
        for kind, names in STORED_NAMES.items()
        for name in names.keys() - {field.name for field in dataclasses.fields(kind)}
    }

    assert unknown == set()


def is_within(before: Any, after: Any) -> bool:
    """Whether all of it is there; a later version may add to it."""
    if isinstance(before, dict):
        return isinstance(after, dict) and all(
            is_within(value, after.get(name, ...)) for name, value in before.items()
        )
    if isinstance(before, list):
        same = isinstance(after, list) and len(before) == len(after)
        return same and all(is_within(one, other) for one, other in zip(before, after, strict=True))
    return bool(before == after)


def test_every_field_of_every_stored_type_is_set_in_some_row(rows: sqlite3.Connection) -> None:
    values: dict[tuple[type, str], list[Any]] = defaultdict(list)
    for form in FORMS:
        for text in stored(rows, form):
            for record in records_in(form.json.decode(text)):
                for name, _ in fields_of(type(record)):
                    values[type(record), name].append(getattr(record, name))

    types = {found for form in FORMS for found in types_in(form.type)}
    assert len(types) >= 25
    unset = {
        (one.__name__, name)
        for one in types
        for name, default in fields_of(one)
        if (one, name) not in LATER_FIELDS and all(value == default for value in values[one, name])
    }
    assert unset == set(), "a new field belongs to LATER_FIELDS, until a dump has it"


NOTHING = object()


def fields_of(kind: type) -> Iterator[tuple[str, Any]]:
    """Names and defaults."""
    if dataclasses.is_dataclass(kind):
        for one in dataclasses.fields(kind):
            made = one.default_factory() if one.default_factory is not dataclasses.MISSING else one.default
            yield one.name, NOTHING if made is dataclasses.MISSING else made
    else:
        for part in msgspec.structs.fields(kind):
            yield part.name, NOTHING if part.default is msgspec.NODEFAULT else part.default


def is_record(kind: Any) -> bool:
    return isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct))


def types_in(kind: Any) -> set[type]:
    """The records that a type is made of."""
    if not is_record(kind):
        return {found for part in typing.get_args(kind) for found in types_in(part)}
    return {kind} | {found for part in typing.get_type_hints(kind).values() for found in types_in(part)}


def records_in(value: Any) -> Iterator[Any]:
    if is_record(type(value)):
        yield value
        parts: Iterable[Any] = (getattr(value, name) for name, _ in fields_of(type(value)))
    elif isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, list | tuple | frozenset):
        parts = value
    else:
        parts = ()
    for part in parts:
        yield from records_in(part)


@pytest.mark.parametrize(("kind", "written"), STORED_VALUES, ids=lambda one: getattr(one, "__name__", ""))
def test_stored_values_of_choices_stay_known(kind: type[Enum], written: tuple[str | int, ...]) -> None:
    for value in written:
        assert kind(value).value == value
        assert json.loads(msgspec.json.encode(kind(value))) == value


# -- watches -------------------------------------------------------------------------------------------

HEALTH = WatchHealth(
    since=utc("2026-11-21 22:00:00.123456"),
    cause=Cause.OTHER,
    shown=frozenset({AnswerTrait("rp")}),
    arrivals=ArrivalStats(
        since=utc("2026-11-19 03:00:00.123456"),
        last_new_at=utc("2026-11-21 21:00:00.123456"),
        usual_gap=timedelta(seconds=5400),
        gaps=7,
    ),
    wait_until=utc("2026-11-22 03:30:00.123456"),
    trait_stats={
        AnswerTrait("posts"): TraitStats(polls=1, last_at=utc("2026-11-22 02:00:00.123456")),
        AnswerTrait("rp"): TraitStats(polls=2, last_at=utc("2026-11-22 01:00:00.123456")),
        AnswerTrait("authors"): TraitStats(polls=3, last_at=utc("2026-11-22 00:00:00.123456")),
        AnswerTrait("times"): TraitStats(polls=4, last_at=utc("2026-11-21 23:00:00.123456")),
        AnswerTrait("ids"): TraitStats(polls=5, last_at=utc("2026-11-21 22:00:00.123456")),
        AnswerTrait("volume"): TraitStats(polls=6, last_at=utc("2026-11-21 21:00:00.123456")),
    },
    turnovers=2,
    full_answer=FullAnswer(at=utc("2026-11-22 02:40:00.123456"), body_hash="abcdef"),
    validators_wrong_at=utc("2026-11-22 02:39:00.123456"),
    gap_at=utc("2026-11-22 02:38:00.123456"),
    overlap_wait=timedelta(seconds=781.5),
    moved=Moved(
        to="https://feed.example/new",
        since=utc("2026-11-20 03:00:00.123456"),
        last_at=utc("2026-11-21 03:00:00.123456"),
    ),
)
EXPECTS = PollForecast(
    crossings=1.5,
    hours=30.25,
    candidates=(
        Candidate(
            key=PostKey("x:1800000000000000002"),
            threshold=100,
            rp=60,
            speed=12.5,
            read_at=utc("2026-11-22 02:55:00.123456"),
            published_at=utc("2026-11-22 02:00:00.123456"),
            source_id="1900000000000000002",
        ),
    ),
    updated_at=utc("2026-11-22 02:56:00.123456"),
)


async def test_watches_are_read(storage: Storage) -> None:
    watches = {watch.id: watch for watch in await storage.watches.listed()}

    assert watches[WatchId(1)] == Watch(
        id=WatchId(1),
        topic=Topic(key=KEYWORD, name="データセンター"),
        source=SourceName("trendpage"),
        target=None,
        cursor=None,
        validators=Validators(etag='W/"etag"', last_modified="Sun, 22 Nov 2026 02:00:00 GMT", body=None),
        next_poll_at=utc("2027-01-21 03:00:00.123456"),
        last_ok_at=utc("2026-11-22 02:40:00.123456"),
        failures=3,
        health=Health("down"),
        health_note="HTTP 503",
        claim=None,
        rules_version=15,
        health_record=HEALTH,
        forecast=EXPECTS,
    )
    others = [watches[WatchId(number)] for number in (4, 7, 11, 15)]
    assert [(one.source, one.topic.name, one.target) for one in others] == [
        (SourceName("misskey"), "データセンター", "https://misskey.example"),
        (SourceName("mastodon"), "データセンター", "https://other.example"),
        (SourceName("feed"), "瓦版の便り 2005", "https://feed.example/rss"),
        (SourceName("trendpage"), "去った話題", None),
    ]
    assert watches[WatchId(15)].next_poll_at is None
    assert len(watches[WatchId(7)].claim or "") == 24
    assert watches[WatchId(11)].health_record.full_answer == FullAnswer(
        at=utc("2026-11-22 03:04:00.123456"), body_hash=None
    )


async def test_cursors_lead_sources_to_where_they_stopped(storage: Storage) -> None:
    cursors = {watch.source.value: watch.cursor for watch in await storage.watches.listed() if watch.cursor}

    fediverse = read_cursor(cursors["mastodon"], TimelineCursor)
    assert fediverse is not None
    assert (fediverse.since, fediverse.volume_at) == ("1150000000000000001", 1795316400)
    at_bluesky = read_cursor(cursors["bluesky"], bluesky._SearchCursor)
    assert at_bluesky is not None
    assert (at_bluesky.newest, at_bluesky.top_at) == (utc("2026-11-22 02:53:00.123456"), 1795316401)
    at_x = read_cursor(cursors["x"], x._Cursor)
    assert at_x is not None
    assert (at_x.since, at_x.hour) == ("1800000000000000001", utc("2026-11-22 02:00:00.123456"))
    assert (at_x.count, at_x.counted_at, at_x.again_at) == (42, 1795316402, 1795316403)


async def test_what_the_operator_set_is_read(storage: Storage, rows: sqlite3.Connection) -> None:
    loads = {(load.endpoint.source.value, load.endpoint.host): load for load in await storage.watches.host_loads()}

    assert (loads["trendpage", ""].watches, loads["trendpage", ""].index_threshold) == (2, 0.375)
    assert "misskey" not in {source for source, _ in loads}  # it is switched off
    assert rows.execute("SELECT source FROM disabled_sources").fetchall() == [("misskey",)]
    assert rows.execute("SELECT position, template FROM source_targets WHERE source = 'mastodon'").fetchall() == [
        (0, "https://social.example/tags/{topic}"),
        (1, "https://other.example"),
    ]
    day = date(2026, 11, 22)
    assert await storage.spend.spent(SourceName("x"), day) == 150
    assert rows.execute("SELECT day, guild_id, reads, waits FROM spend_shares").fetchall() == [
        ("2026-11-22", 0, 50, 0)
    ]


# -- posts ---------------------------------------------------------------------------------------------

POST = Post(
    network=Network("x"),
    canonical_id="1800000000000000001",
    text="見出し 1\n本文",
    rp=150,
    url="https://x.com/kawara/status/1800000000000000001",
    author_name="瓦 太郎",
    author_handle="kawara",
    author_url="https://x.com/kawara",
    created_at=utc("2026-11-22 01:00:00.123456"),
    day_only=True,
    likes=20,
    replies=3,
    language="ja",
    sensitive=True,
    content_warning="注意",
    has_media=True,
    source_id="1900000000000000001",
    score=77,
    score_name="buzz",
    by_bot=True,
    titled=True,
)
ARTICLE = Post(
    network=Network("web"),
    canonical_id="https://feed.example/1",
    text="記事",
    rp=None,
    url="https://feed.example/1",
    titled=True,
)


async def test_stored_posts_are_read(storage: Storage) -> None:
    [found] = await storage.lookup.find_posts("https://x.com/kawara/status/1800000000000000001")
    assert (found.post, found.source, found.max_rp) == (POST, SourceName("trendpage"), 180)
    assert (found.rp_at, found.first_seen_at) == (utc("2026-11-22 03:03:00.123456"),) * 2

    recent = await storage.trends.recent_posts(KEYWORD, LONG_AGO, SEES_ALL)
    assert {one.post.key for one in recent} == {f"x:180000000000000000{number}" for number in (1, 2, 3, 4, 6)}
    [article] = await storage.trends.recent_posts(FEED, LONG_AGO, SEES_ALL)
    assert article.post == ARTICLE

    assert await storage.trends.latest_snapshots(KEYWORD) == {
        SourceName("trendpage"): Snapshot(
            observed_at=utc("2026-11-22 03:02:00.123456"),
            volume=5678,
            audience=Audience(male_pct=60, female_pct=40, group="30代/男性"),
        )
    }


async def test_unchanged_posts_are_not_written_again(storage: Storage) -> None:
    watch = next(one for one in await storage.watches.listed() if one.id == 1)
    known = (await storage.polls.state(watch, [POST.key], FAR)).known[POST.key]

    assert content_hash(POST) == known.content_hash == "412e0717cd675960"
    assert (known.rp, known.max_rp) == (150, 180)
    assert known.recheck_at == utc("2026-11-22 03:09:00.123456")


async def test_what_became_of_a_post_is_read(storage: Storage) -> None:
    trace = await storage.post_history.of_post(GUILD, ChannelId(2004), PostKey("x:1800000000000000006"), FAR)

    [way] = trace.routes
    assert way.observation is not None
    assert way.observation.known.gone_at == utc("2026-11-22 03:02:00.123456")
    assert way.observation.first is not None
    assert (way.observation.first.rp, way.observation.first.at) == (150, utc("2026-11-22 03:03:00.123456"))
    assert trace.alert == AlertRecord(
        subscription_id=SubscriptionId(4),
        watch_id=WatchId(1),
        reason=AlertReason("rose"),
        decided_at=utc("2026-11-22 03:03:00.123456"),
        rp=150,
        state=DeliveryState("sealed"),
        topic=Topic(key=KEYWORD, name="データセンター"),
        source=SourceName("trendpage"),
        held=HoldReason("catch_up"),
        not_before=utc("2026-11-23 03:00:07.123456"),
        ended_at=None,
        failure=None,
        attempts=0,
        next_try_at=utc("2026-11-25 04:00:00.123456"),
        sent_at=None,
        discord_message_id=None,
        thread_id=None,
        removed_at=None,
    )
    [held] = await storage.trends.held_posts(EntryId(10))
    assert held.post.canonical_id == "1800000000000000006"


async def test_entries_of_a_feed_are_recognised_by_stored_names(rows: sqlite3.Connection) -> None:
    names = {name for (name,) in rows.execute("SELECT name FROM entry_names WHERE post_key = ?", (ARTICLE.key,))}

    assert names == {naming.fingerprint_of(kind, f"name {kind}") for kind in map(naming.FingerprintKind, range(7))}
    assert naming.fingerprint_of(naming.FingerprintKind(1), "name 1") in names
    assert sorted(int(naming.kind_of(name)) for name in names) == [0, 1, 2, 3, 4, 5, 6]


async def test_posts_that_are_not_alerted_stay_unalerted(storage: Storage) -> None:
    watch = next(one for one in await storage.watches.listed() if one.id == 1)
    state = await storage.polls.state(watch, [POST.key, *(PostKey(f"x:{number}") for number in range(6))], FAR)

    assert state.alerted == {(ChannelId(2001), POST.key), (ChannelId(2002), POST.key)}
    assert state.baselined == {(SubscriptionId(1), PostKey(f"x:{number}")) for number in range(6)}
    assert state.digest_guilds == {GUILD}
    assert [(one.subscription_id, one.min_rp, one.digest_only) for one in state.listeners] == [
        (1, 100, True),
        (2, 500, False),
    ]
    assert state.shown[CHANNEL, POST.key].rp == 240
    assert state.shown[CHANNEL, POST.key].found_at == FoundAt(source=SourceName("trendpage"), name="")
    whys = [
        path.baseline
        for number in range(6)
        for path in (await storage.post_history.of_post(GUILD, CHANNEL, PostKey(f"x:{number}"), FAR)).routes[:1]
    ]
    assert whys == [
        (BaselineReason(why), utc("2026-11-22 03:03:00.123456"))
        for why in ("first_look", "subscribed", "resumed", "rule_changed", "muted", "digest")
    ]


async def test_link_to_an_alerted_post_is_known(rows: sqlite3.Connection) -> None:
    told = rows.execute("SELECT address_hash FROM told_addresses WHERE told_key = ?", (POST.key,)).fetchall()

    assert {found for (found,) in told} == {"4ff354f3f55995720d064fca3c874f23", "7a2526e34a6567434fa3027fe5b34a6c"}
    assert set(address_hashes(POST)) == {found for (found,) in told}
    assert address_hashes(ARTICLE) == ("d0afe2de5e94355c86c61a30e94a97cc",)


# -- who follows what ----------------------------------------------------------------------------------

USUAL = Rules(include=(), exclude=(), languages=(), muted_authors=(), allow_sensitive=True, people_only=True)


async def test_subscriptions_are_read(storage: Storage) -> None:
    first, *others = await storage.subscriptions.listed(GUILD)

    assert first == Subscription(
        id=SubscriptionId(1),
        guild_id=GUILD,
        channel_id=CHANNEL,
        topic=Topic(key=KEYWORD, name="データセンター 2001"),
        created_by=UserId(3001),
        created_at=utc("2026-11-22 03:00:00.123456"),
        paused=None,
        muted_until=utc("2026-11-24 03:00:00.123456"),
        settings=SubscriptionSettings(
            language="ja",
            min_rp={SourceName("trendpage"): 100, SourceName("mastodon"): 10},
            rules=Rules(
                include=("増設",),
                exclude=("広告", "/懸賞/"),
                languages=("ja",),
                muted_authors=("spammer",),
                allow_sensitive=False,
                people_only=False,
            ),
            role_id=RoleId(4001),
        ),
    )
    assert [(one.channel_id, one.topic.key, one.settings.min_rp, one.paused) for one in others] == [
        (2002, KEYWORD, {SourceName("trendpage"): 500, SourceName("bluesky"): 50}, None),
        (2003, KEYWORD, {SourceName("trendpage"): 600}, PauseReason("too_dear")),
        (2004, KEYWORD, {SourceName("trendpage"): 700}, PauseReason("not_found")),
        (2005, FEED, {SourceName("feed"): 0}, None),
    ]
    assert {one.settings.rules for one in others} == {USUAL}
    assert others[0].settings.language == "en"
    assert make_topic("https://feed.example/rss").key == FEED
    restored = await storage.subscriptions.restore(SubscriptionId(7), FAR, utc("2026-11-23 00:00:00"), GUILD)
    assert restored is not None
    assert restored.topic == Topic(key=TopicKey("去った話題"), name="去った話題")
    assert (await storage.trends.topic(TopicKey("生成ai"))) == Topic(key=TopicKey("生成ai"), name="生成ai")


async def test_digests_are_read(storage: Storage, rows: sqlite3.Connection) -> None:
    resting, digest = await storage.digests.listed(None)

    assert dataclasses.replace(digest, claim=None) == Digest(
        id=DigestId(1),
        guild_id=GUILD,
        created_by=UserId(3001),
        created_at=utc("2026-12-23 03:00:00.123456"),
        anchor=utc("2026-12-23 04:00:00.123456"),
        paused=None,
        next_at=utc("2026-12-30 04:00:00.123456"),
        covered_until=utc("2026-12-23 04:00:00.123456"),
        claim=None,
        version=1,
        settings=DigestSettings(
            channel_id=CHANNEL,
            name="朝刊",
            schedule=Schedule(recurrence=Recurrence("weekly"), cron="30 8 * * 1", zone="Asia/Tokyo"),
            language="ja",
            topics=(Topic(key=KEYWORD, name="データ・センター"), Topic(key=TopicKey("生成ai"), name="生成AI")),
            top=7,
            min_rp=20,
            role_id=RoleId(4001),
            replaces_alerts=True,
            sources=(SourceName("trendpage"), SourceName("bluesky")),
        ),
    )
    assert len(digest.claim or "") == 24
    assert (resting.settings.name, resting.paused, resting.next_at) == ("夕刊", PauseReason("by_user"), None)
    assert (resting.settings.topics, resting.settings.role_id, resting.settings.replaces_alerts) == (
        (),
        None,
        False,
    )
    assert rows.execute("SELECT sources FROM digests WHERE id = 1").fetchone() == ('["trendpage","bluesky"]',)
    restored = await storage.digests.restore(DigestId(3), FAR, utc("2026-12-24 00:00:00"), GUILD)
    assert restored is not None
    assert restored.settings.name == "号外"


async def test_digest_that_was_sent_is_not_sent_again(storage: Storage, rows: sqlite3.Connection) -> None:
    told = rows.execute("SELECT digest_id, entry_id FROM digest_issues").fetchall()

    assert told == [(1, 12)]
    assert await storage.editions.unsent(DigestId(1)) == [
        (12, Period(start=utc("2026-12-16 04:00:00.123456"), end=utc("2026-12-23 04:00:00.123456")))
    ]


async def test_what_channels_have_of_their_own_is_read(storage: Storage, rows: sqlite3.Connection) -> None:
    quiet = QuietHours(zone="Asia/Tokyo", start=1380, end=420, weekdays=(0, 4))
    assert await storage.guilds.channels_with_quiet_hours(GUILD) == {CHANNEL: quiet}

    assert await storage.forums.know_forum(GUILD, ChannelId(2002), None) == PostsBy("topic")
    assert await storage.forums.know_forum(GUILD, ChannelId(2007), None) == PostsBy("story")
    assert rows.execute("SELECT channel_id, topic_key, thread_id FROM forum_posts").fetchall() == [
        (2002, KEYWORD, 5003)
    ]


async def test_troubles_of_channels_and_servers_are_read(storage: Storage) -> None:
    [notice] = await storage.channel_troubles.due_pause_notices(FAR, FAR)

    assert (notice.user_id, notice.guild_id, notice.why) == (3001, GUILD, PauseReason("not_found"))
    assert (notice.channels, [one.id for one in notice.paused]) == ((2004,), [4])
    assert await storage.channel_troubles.mark_unreachable(GUILD, ChannelId(2003), FAR) == utc(
        "2026-12-23 08:00:00.123456"
    )
    assert await storage.channel_troubles.count_refusal(GUILD, ChannelId(2005)) == 3
    assert await storage.guilds.known_guilds() == {GUILD}  # the other was left
    [left] = await storage.subscriptions.listed(GuildId(1002))
    assert left.paused == PauseReason("removed")


# -- the outbox ----------------------------------------------------------------------------------------

ALERT = AlertContent(
    topic=Topic(key=KEYWORD, name="データセンター"),
    source=SourceName("trendpage"),
    post=POST,
    reason=AlertReason("rose"),
    observed_at=utc("2026-11-22 02:59:00.123456"),
    min_rp=100,
    language="ja",
    role_id=RoleId(4001),
    previous_rp=40,
    counted_by=SourceName("x"),
    hidden=False,
    also=(FoundAt(source=SourceName("mastodon"), name="social.example"),),
    most_by=MostBy("site"),
)
WIPED = Post(
    network=Network("x"),
    canonical_id="1800000000000000005",
    text="",
    rp=150,
    created_at=utc("2026-11-22 01:00:00.123456"),
    day_only=True,
)


async def test_messages_are_read(storage: Storage) -> None:
    sent = await storage.messages.get(message_id(1))

    assert sent == Message(
        id=message_id(1),
        guild_id=GUILD,
        channel_id=CHANNEL,
        entries=(
            OutboxEntry(
                id=EntryId(1),
                guild_id=GUILD,
                channel_id=CHANNEL,
                subscription_id=SubscriptionId(1),
                content=ALERT,
                created_at=utc("2026-11-22 03:03:00.123456"),
                not_before=utc("2026-11-22 03:03:00.123456"),
                live=LiveCount(rp=240, at=utc("2026-12-23 03:00:00.123456")),
                also=(FoundAt(source=SourceName("feed"), name="瓦版の便り"),),
                alone=False,
                posts_by=None,
            ),
        ),
        sealed_at=utc("2026-11-23 03:00:00.123456"),
        state=MessageState("sent"),
        attempts=1,
        first_try_at=utc("2026-11-23 03:00:00.123456"),
        next_try_at=None,
        discord_message_id=5001,
        sent_at=utc("2026-11-23 03:00:01.123456"),
        failure=None,
        mentions=(RoleId(4001),),
        is_set_aside=False,
        forum=None,
    )
    assert sent.nonce == "k000000000000000000000001"


async def test_messages_that_did_not_simply_arrive_are_read(storage: Storage) -> None:
    uncertain, forum, aside, given_up, summaries, answer, removed = [
        one
        for number in (2, 3, 4, 6, 7, 8, 9)
        if (one := await storage.messages.get(message_id(number))) is not None
    ]

    assert (uncertain.state, uncertain.failure) == (
        MessageState("uncertain"),
        Failure(FailureCode("other"), "no answer within 30 s"),
    )
    [hidden] = uncertain.entries
    assert hidden.content == dataclasses.replace(ALERT, post=WIPED, role_id=RoleId(4002), hidden=True, also=())
    assert forum.forum == ForumPlan(posts_by=PostsBy("topic"), thread_id=ChannelId(5003))
    assert (forum.destination, forum.entries[0].posts_by) == (5003, PostsBy("topic"))
    assert (aside.is_set_aside, aside.failure, aside.next_try_at) == (
        True,
        Failure(FailureCode("other"), "HTTP 500"),
        utc("2026-11-24 03:00:00.123456"),
    )
    assert (given_up.state, given_up.failure) == (
        MessageState("given_up"),
        Failure(FailureCode("other"), "400: Invalid Form Body"),
    )
    assert (given_up.entries[0].alone, summaries.entries[0].alone) == (True, False)
    assert [one.content for one in summaries.entries] == [
        SummaryContent(
            topic=Topic(key=KEYWORD, name="データセンター"), why=HoldReason(why), language="ja", count=1
        )
        for why in ("ceiling", "catch_up")
    ]
    assert (answer.entries, answer.discord_message_id, answer.state) == ((), 5008, MessageState("sent"))
    assert removed.discord_message_id == 5009
    stand = await storage.deliveries.of_guild(GUILD)
    assert [one.id for one in stand.take_downs] == [message_id(2), message_id(8)]
    assert [one.id for one in stand.on_the_way] == [message_id(4), message_id(7)]


async def test_notices_and_digests_that_wait_are_read(storage: Storage) -> None:
    waiting = [entry for entries in (await storage.entries.waiting(FAR)).values() for entry in entries]
    contents = {entry.id: entry.content for entry in waiting}

    assert contents[EntryId(11)] == NoticeContent(
        endpoint=Endpoint(source=SourceName("trendpage"), host=""),
        scope=OutageScope(0),
        better=False,
        count=1,
        topics=("データセンター",),
        language="ja",
        since=None,
        cause=None,
        too_costly=True,
    )
    assert contents[EntryId(14)] == NoticeContent(
        endpoint=Endpoint(source=SourceName("mastodon"), host="social.example"),
        scope=OutageScope(1),
        better=True,
        count=1,
        topics=("データセンター", "生成AI"),
        language="ja",
        since=utc("2026-11-21 22:00:00.123456"),
        cause=Cause.OTHER,
        too_costly=False,
    )
    digest = contents[EntryId(12)]
    assert isinstance(digest, DigestContent)
    news, *others = digest.topics
    assert dataclasses.replace(digest, topics=()) == DigestContent(
        digest_id=DigestId(1),
        name="朝刊",
        period=Period(start=utc("2026-12-16 04:00:00.123456"), end=utc("2026-12-23 04:00:00.123456")),
        zone="Asia/Tokyo",
        language="ja",
        topics=(),
        role_id=RoleId(4001),
        late=True,
    )
    assert news == DigestTopic(
        topic=Topic(key=KEYWORD, name="データセンター"),
        state=TopicState("news"),
        posts=(
            DigestPost(
                post=POST,
                source=SourceName("trendpage"),
                gained=90,
                observed_at=utc("2026-12-22 03:00:00.123456"),
                alerted=True,
                hidden=False,
            ),
            DigestPost(
                post=Post(Network("fediverse"), "https://social.example/users/h/statuses/9", "", rp=9),
                source=SourceName("mastodon"),
                gained=None,
                observed_at=utc("2026-12-22 04:00:00.123456"),
                alerted=False,
                hidden=True,
            ),
        ),
        new_posts=5,
        held=2,
        more=3,
        volume=Volume(
            source=SourceName("trendpage"),
            count=5678,
            before=4321,
            observed_at=utc("2026-12-22 05:00:00.123456"),
        ),
        audience=Audience(male_pct=60, female_pct=40, group="30代/男性"),
        audience_source=SourceName("trendpage"),
        troubles=(
            SourceProblem(
                endpoint=Endpoint(source=SourceName("mastodon"), host="social.example"),
                cause=Cause.OTHER,
            ),
        ),
    )
    assert [one.state for one in others] == [TopicState(state) for state in ("quiet", "awaited", "broken")]


async def test_messages_to_be_drawn_again_are_read(storage: Storage) -> None:
    [taken_down] = await storage.edits.claim(FAR, urgent=True, limit=9, lease_s=60)
    [counted] = await storage.edits.claim(FAR, urgent=False, limit=9, lease_s=60)

    assert (taken_down.message.id, taken_down.version, taken_down.attempts) == (message_id(2), 1, 1)
    assert taken_down.asked_at == utc("2026-12-23 06:00:00.123456")
    assert (counted.message.id, counted.version, counted.attempts) == (message_id(1), 2, 0)


async def test_role_is_not_mentioned_again_too_soon(storage: Storage, rows: sqlite3.Connection) -> None:
    mentioned = rows.execute(
        "SELECT role_id, at FROM mentions WHERE channel_id = 2001 ORDER BY role_id"
    ).fetchall()

    assert mentioned == [(4001, 1795402800123456), (4002, 1795402800123456)]
    entries = (await storage.entries.waiting(FAR))[CHANNEL]
    since = FAR - utc("2026-11-23 03:00:00")
    sealed = await storage.entries.seal(message_id(99), entries, FAR, lease_s=60, mention_interval=since)
    assert sealed is not None
    assert sealed.mentions == ()


async def test_outages_that_channels_were_notified_of_are_read(storage: Storage) -> None:
    _, incidents = await storage.health.dependent_watches(FAR)

    assert incidents == [
        Incident(
            channel_id=CHANNEL,
            guild_id=GUILD,
            endpoint=Endpoint(source=SourceName("bluesky"), host=""),
            scope=OutageScope(1),
            some_at=utc("2026-12-23 05:00:00.123456"),
            all_at=None,
            entry_id=EntryId(15),
        ),
        Incident(
            channel_id=CHANNEL,
            guild_id=GUILD,
            endpoint=Endpoint(source=SourceName("mastodon"), host="social.example"),
            scope=OutageScope(1),
            some_at=None,
            all_at=utc("2026-12-23 05:00:00.123456"),
            entry_id=EntryId(14),
        ),
    ]


# -- take-downs ----------------------------------------------------------------------------------------


async def test_take_downs_and_their_record_are_read(storage: Storage) -> None:
    here = PostKey("fediverse:https://social.example/users/h/statuses/9")
    everywhere = PostKey("x:1800000000000000005")

    assert await storage.moderation.hidden_among(GUILD, [here, everywhere, POST.key, PostKey("x:back")]) == {
        here,
        everywhere,
    }
    at = utc("2026-12-23 06:00:00.123456")
    person, hashed = Actor("user:3001"), PostHash("0dbfd3ead1d1e4f4968178a6911a778e")
    assert await storage.moderation.hidden_posts(GUILD) == [HiddenPost(GUILD, hashed, at, person, "依頼")]
    assert [(one.actor, one.why, one.post_hash) for one in await storage.moderation.hidden_posts(EVERYWHERE)] == [
        ("operator", None, "4355bea6125e8a9f23cf8aef1d81bf96"),
        ("source:mastodon", "gone", "ce6b38e4e77f0fffb8b50c4c0cf9fd4a"),
    ]
    newest, *_, oldest = await storage.moderation.audit(None)
    assert (newest.action, newest.actor, newest.why) == (AuditAction("unhide"), "operator", None)
    assert oldest == AuditLine(at, GUILD, AuditAction("hide"), person, hashed, "依頼")


async def test_take_down_finds_all_that_shows_a_post(storage: Storage) -> None:
    found = await storage.lookup.sent_message(5008)
    assert found is not None
    assert found.id == message_id(8)

    done = await storage.moderation.hide(GUILD, POST.key, actor=Actor("user:3001"), why=None, now=FAR)

    # Two alerts that were sent, one that was given up and an answer; the digest that waits is told without it.
    assert (done.messages, done.waiting, done.already) == (4, 1, False)


# -- notes ---------------------------------------------------------------------------------------------


async def test_notes_are_read(storage: Storage) -> None:
    account = bluesky_session.NOTE
    assert (account, SYNCED_TREE) == ("bluesky_session", "discord.synced_tree")

    session = msgspec.json.decode(await storage.maintenance.get_note(account) or "", type=bluesky_session._Session)
    assert (session.service, session.identifier) == ("https://bsky.social", "kawaraban.example")
    assert (session.access, session.refresh) == ("access.jwt", "refresh.jwt")
    synced = _Synced.read(await storage.maintenance.get_note(SYNCED_TREE))
    assert synced is not None
    assert (synced.digest, synced.stamps, synced.restored) == ("00ff", ("trend:9001:1",), (1795316400.5,))
    assert json.loads(synced.write()) == json.loads(await storage.maintenance.get_note(SYNCED_TREE) or "")


async def test_notes_of_what_the_operator_was_sent_are_read(storage: Storage) -> None:
    assert await storage.maintenance.get_note(app.TIGHT_NOTE) == "disk"
    assert await storage.maintenance.get_note(health._SILENT_NOTE) == "1795316400000000"


TABLES = {
    "alerts": test_what_became_of_a_post_is_read,
    "answer_posts": test_take_down_finds_all_that_shows_a_post,
    "audit": test_take_downs_and_their_record_are_read,
    "baselines": test_posts_that_are_not_alerted_stay_unalerted,
    "channel_troubles": test_troubles_of_channels_and_servers_are_read,
    "channels": test_what_channels_have_of_their_own_is_read,
    "digest_issues": test_digest_that_was_sent_is_not_sent_again,
    "digest_posts": test_take_down_finds_all_that_shows_a_post,
    "digest_topics": test_digests_are_read,
    "digest_watches": test_posts_that_are_not_alerted_stay_unalerted,
    "digests": test_digests_are_read,
    "disabled_sources": test_what_the_operator_set_is_read,
    "echoes": test_messages_are_read,
    "entries": test_messages_are_read,
    "entry_names": test_entries_of_a_feed_are_recognised_by_stored_names,
    "forum_posts": test_what_channels_have_of_their_own_is_read,
    "forums": test_what_channels_have_of_their_own_is_read,
    "hidden": test_take_downs_and_their_record_are_read,
    "incidents": test_outages_that_channels_were_notified_of_are_read,
    "left_guilds": test_troubles_of_channels_and_servers_are_read,
    "mentions": test_role_is_not_mentioned_again_too_soon,
    "messages": test_messages_are_read,
    "notes": test_notes_are_read,
    "pause_notices": test_troubles_of_channels_and_servers_are_read,
    "post_bodies": test_stored_posts_are_read,
    "posts": test_stored_posts_are_read,
    "redraws": test_messages_to_be_drawn_again_are_read,
    "snapshots": test_stored_posts_are_read,
    "source_targets": test_what_the_operator_set_is_read,
    "spend": test_what_the_operator_set_is_read,
    "spend_shares": test_what_the_operator_set_is_read,
    "subscription_watches": test_subscriptions_are_read,
    "subscriptions": test_subscriptions_are_read,
    "told_addresses": test_link_to_an_alerted_post_is_known,
    "topics": test_subscriptions_are_read,
    "watches": test_watches_are_read,
}
"""Every table, and the test below that reads its rows."""
