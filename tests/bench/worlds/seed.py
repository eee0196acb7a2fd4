"""A database of any size in the real schema, written in bulk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from bot.core.models import Rules
from bot.core.text import make_topic
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.readings import readings_bytes
from bot.storage.sqlite.migrate import load_steps, migrate
from tests.fakes.trend_site import SitePost
from tests.inspection import Inspect

from .pages import PAGE_SIZE, page_post, topic_name

_FAR = timedelta(days=365)
_RULES = msgspec.json.encode(Rules()).decode()
_POST_COLUMNS = (
    "watch_id, post_key, rp, rp_at, max_rp, likes, replies, score, created_at, first_seen_at, updated_at, "
    "relook_at, source_id, digest, readings"
)
Row = tuple[object, ...]


def seed(
    path: Path, *, watches: int, begin: datetime, subscriptions: int, due: bool = False, posts: bool = True
) -> None:
    """Make a database with so many watches of 20 stored posts each; all due at once, or none for a year."""
    with new_database(path) as connection:
        fill(connection, watches=watches, begin=begin, subscriptions=subscriptions, due=due, posts=posts)


def fill(
    tx: Tx, *, watches: int, begin: datetime, subscriptions: int, due: bool = False, posts: bool = True
) -> None:
    """See ``seed``."""
    first_poll = _us(begin if due else begin + _FAR)
    _write(tx, "topics (topic_key, name)", (_topic(number) for number in range(watches)))
    tx.executemany(
        "INSERT INTO watches (id, source, topic_key, operator, next_poll_at, last_ok_at, post_count) "
        "VALUES (?, 'trendpage', ?, 1, ?, ?, ?)",
        (
            (number + 1, _topic(number)[0], first_poll, _us(begin), PAGE_SIZE if posts else 0)
            for number in range(watches)
        ),
    )
    if posts:
        _write(tx, f"posts ({_POST_COLUMNS})", _posts(watches, begin))
        _write(tx, "post_bodies (watch_id, post_key, body)", _bodies(watches, begin))
    _subscribe(tx, watches, subscriptions, begin)


@contextmanager
def new_database(path: Path) -> Iterator[Tx]:
    """A transaction that fills a new database, written to the disk at its end and not before."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        migrate(connection, path, load_steps())
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def make_due(url: str, watches: range, begin: datetime) -> None:
    """Let the watches of these topics be due now."""
    Inspect(url)(
        "UPDATE watches SET next_poll_at = ? WHERE id BETWEEN ? AND ? AND (id - ?) % ? = 0",
        _us(begin),
        watches.start + 1,
        watches.stop,
        watches.start + 1,
        watches.step,
    )


def _write(connection: Tx, table: str, rows: Iterator[Row]) -> None:
    """Insert rows. ``table``: its name and columns, so that a column that is added later changes nothing."""
    values = ", ".join("?" * (table.count(",") + 1))
    connection.executemany(f"INSERT INTO {table} VALUES ({values})", rows)  # noqa: S608 - constants only


def _topic(number: int) -> Row:
    topic = make_topic(topic_name(number))
    return topic.key, topic.name


def _posts(watches: int, begin: datetime) -> Iterator[Row]:
    seen = _us(begin)
    for number in range(watches):
        for key, post in _keyed(number, begin):
            rp, published_at, id_ = post.rp, _us(post.published_at), post.id
            yield (
                number + 1,
                key,
                rp,
                seen,
                rp,
                None,
                None,
                None,
                published_at,
                seen,
                seen,
                None,
                id_,
                "seeded",
                readings_bytes([(seen, rp or 0)]),
            )


def _bodies(watches: int, begin: datetime) -> Iterator[Row]:
    for number in range(watches):
        for key, post in _keyed(number, begin):
            body = {
                "text": post.text,
                "url": f"https://x.com/{post.handle}/status/{post.id}",
                "author_name": post.name,
                "author_handle": post.handle,
                "language": "ja",
            }
            yield number + 1, key, msgspec.json.encode(body).decode()


def _keyed(number: int, begin: datetime) -> Iterator[tuple[str, SitePost]]:
    posts = (page_post(number, serial, 0, begin) for serial in range(PAGE_SIZE))
    return iter(sorted((f"x:{post.id}", post) for post in posts))


def _subscribe(connection: Tx, watches: int, subscriptions: int, begin: datetime) -> None:
    """Spread subscriptions over the watches; every channel follows ten topics at most."""
    connection.executemany(
        "INSERT INTO subscriptions (id, guild_id, channel_id, topic_key, created_by, created_at, language, rules) "
        "VALUES (?, ?, ?, ?, 1, ?, 'ja', ?)",
        (
            (i + 1, i // 100 + 1, i // 10 + 1_000_000, _topic(i % watches)[0], _us(begin), _RULES)
            for i in range(subscriptions)
        ),
    )
    connection.executemany(
        "INSERT INTO subscription_watches (watch_id, subscription_id, min_rp) VALUES (?, ?, 100)",
        ((i % watches + 1, i + 1) for i in range(subscriptions)),
    )


def _us(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
