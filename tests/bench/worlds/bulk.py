"""A database of a million watches in the real schema, made by the database itself: one text for both engines.

watch i          a feed of host ``i % hosts``, or a trend page for each tenth; ``posts_a_watch`` posts with a body,
a reading and a fingerprint each
subscription i   of watch i; 10 to a channel, 100 to a server
alert i          of the first post of watch i, sent in message i, 40 days ago or later
"""
# ruff: noqa: S608 - constants only

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from bot.core.models import AlertContent, AlertReason, Network, Post, Rules, SourceName, Topic, TopicKey
from bot.storage.sql.mapping.common import body_json, to_us
from bot.storage.sql.mapping.outbox import content_json
from bot.storage.sql.mapping.readings import readings_bytes

FIRST_CHANNEL: Final = 1_000_000
FIRST_POST: Final = 1_000_000_000
BEGIN: Final = datetime(2026, 11, 1, tzinfo=UTC)
SEQUENCES: Final = ("watches", "subscriptions", "entries")
"""Tables whose ids the statements give."""
_HISTORY: Final = timedelta(days=40)
_FAR: Final = timedelta(days=365)
_AT: Final = to_us(BEGIN)
SQLITE_READING: Final = f"X'{readings_bytes([(_AT, 250)]).hex()}'"
POSTGRES_READING: Final = f"'\\x{readings_bytes([(_AT, 250)]).hex()}'::bytea"
_TOPIC: Final = f"'topic-' || ({FIRST_POST} + i)"
_CHANNEL: Final = f"i / 10 + {FIRST_CHANNEL}"
_GUILD: Final = "i / 100 + 1"
_MESSAGE: Final = f"'m' || ({FIRST_POST} + i)"


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of rows. ``due``: watches that are due at once, the first ones; all others in a year."""

    watches: int = 1_000_000
    posts_a_watch: int = 5
    hosts: int = 20_000
    due: int = 20_000

    def first_post(self, watch: int) -> int:
        """Number of the first post of a watch."""
        return FIRST_POST + (watch - 1) * self.posts_a_watch + 1


def address(number: int | str) -> str:
    """Address of a post."""
    return f"https://host.example/articles/{number}"


def fill(execute: Callable[[str], object], size: Size, *, reading: str = SQLITE_READING) -> None:
    """Run the statements, in an order that needs no check of references.

    ``reading``: the readings of a post, as the engine writes them in SQL.
    """
    for table, statement in statements(size, reading):
        execute(f"INSERT INTO {table} {statement}")


def statements(size: Size, reading: str) -> Iterator[tuple[str, str]]:
    """A table with its columns, and the SELECT of its rows."""
    n = _numbers(size.watches)
    rules = msgspec.json.encode(Rules()).decode()
    yield "topics (topic_key, name)", f"{n} SELECT {_TOPIC}, {_TOPIC} FROM n"
    host = f"'host-' || (i % {size.hosts}) || '.example'"
    yield (
        "watches (id, source, topic_key, target, host, next_poll_at, last_ok_at, post_count, price)",
        f"{n} SELECT i, CASE WHEN i % 10 = 0 THEN 'trendpage' ELSE 'feed' END, {_TOPIC}, "
        f"CASE WHEN i % 10 = 0 THEN '' ELSE 'https://' || {host} || '/feeds/' || i END, "
        f"CASE WHEN i % 10 = 0 THEN 'trendpage' ELSE {host} END, "
        f"CASE WHEN i <= {size.due} THEN {_AT} + i ELSE {to_us(BEGIN + _FAR)} + i END, "
        f"{_AT}, {size.posts_a_watch}, 1.0 FROM n",
    )
    yield from _posts(size, reading)
    yield (
        "subscriptions (id, guild_id, channel_id, topic_key, created_by, created_at, language, rules)",
        f"{n} SELECT i, {_GUILD}, {_CHANNEL}, {_TOPIC}, 1, {_AT}, 'ja', '{rules}' FROM n",
    )
    yield "subscription_watches (watch_id, subscription_id, min_rp)", f"{n} SELECT i, i, 100 FROM n"
    yield from _alerts(size)


def _posts(size: Size, reading: str) -> Iterator[tuple[str, str]]:
    n, watch = _numbers(size.watches * size.posts_a_watch), f"(i - 1) / {size.posts_a_watch} + 1"
    number = f"({FIRST_POST} + i)"
    key = f"'{Network.WEB}:{address('')}' || {number}"
    published_at = f"{_AT} - {to_us(BEGIN) - to_us(BEGIN - _HISTORY)} / {size.watches * size.posts_a_watch} * i"
    yield (
        "posts (watch_id, post_key, rp, rp_at, max_rp, created_at, first_seen_at, updated_at, relook_at, "
        "source_id, digest, readings)",
        f"{n} SELECT {watch}, {key}, i % 500, {_AT}, i % 500, {published_at}, {_AT}, {_AT}, "
        f"CASE WHEN i % 50 = 0 THEN {_AT} ELSE NULL END, CAST(i AS TEXT), 'c0ffee00c0ffee00', {reading} FROM n",
    )
    yield (
        "post_bodies (watch_id, post_key, body)",
        f"{n} SELECT {watch}, {key}, {_filled(body_json(_example()), number)} FROM n",
    )
    yield "entry_names (watch_id, post_key, name, seen_at)", f"{n} SELECT {watch}, {key}, i * 7919, {_AT} FROM n"


def _alerts(size: Size) -> Iterator[tuple[str, str]]:
    n, post = _numbers(size.watches), f"({FIRST_POST} + (i - 1) * {size.posts_a_watch} + 1)"
    history = to_us(BEGIN - _HISTORY)
    sent = f"{history} + i * {(_AT - history) // size.watches}"
    content = AlertContent(
        topic=Topic(TopicKey("topic"), "topic"),
        source=SourceName.FEED,
        post=_example(),
        reason=AlertReason.NEW,
        observed_at=BEGIN,
        min_rp=0,
        language="ja",
    )
    yield (
        "messages (id, guild_id, channel_id, sealed_at, state, attempts, first_try_at, discord_message_id, "
        "sent_at, ended_at)",
        f"{n} SELECT {_MESSAGE}, {_GUILD}, {_CHANNEL}, {sent}, 'sent', 1, {sent}, i, {sent}, {sent} FROM n",
    )
    yield (
        "entries (id, kind, guild_id, channel_id, subscription_id, content, created_at, not_before, state, "
        "message_id, position, ended_at)",
        f"{n} SELECT i, 'alert', {_GUILD}, {_CHANNEL}, i, {_filled(content_json(content), post)}, {sent}, {sent}, "
        f"'sent', {_MESSAGE}, 0, {sent} FROM n",
    )
    yield (
        "alerts (channel_id, post_key, subscription_id, watch_id, reason, rp, decided_at, entry_id, live_rp)",
        f"{n} SELECT {_CHANNEL}, '{Network.WEB}:{address('')}' || {post}, i, i, 'new', 150, {sent}, i, 150 FROM n",
    )


def _example() -> Post:
    """A post whose number is ``KEY``."""
    return Post(
        network=Network.WEB,
        canonical_id=address("KEY"),
        text="新しい版画の展示が東京の美術館で始まりました。会期は年末までです。" * 2,
        url=address("KEY"),
        author_name="瓦版編集部",
        language="ja",
    )


def _numbers(count: int) -> str:
    return f"WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {count})"


def _filled(text: str, number: str) -> str:
    """An expression: the text with a number of the row in place of ``KEY``."""
    quoted = text.replace("'", "''")
    return f"replace('{quoted}', 'KEY', CAST({number} AS TEXT))"
