"""Maps rows to the models and back.

Times are stored as whole microseconds since 1970-01-01 UTC: exact, ordered, and cheap to compare.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from bot.core.causes import Cause
from bot.core.models import (
    Health,
    Media,
    Network,
    PauseReason,
    PollForecast,
    Post,
    Rules,
    SourceName,
    StoredPost,
    Subscription,
    SubscriptionSettings,
    Topic,
    Validators,
    Watch,
    WatchHealth,
)
from bot.core.surge.settings import Preset
from bot.storage.sql.database import Row
from bot.storage.sql.mapping.json_forms import form_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

WATCH = """
SELECT w.id, w.topic_key, t.name, w.source, w.target, w.cursor, w.etag, w.last_modified, w.next_poll_at,
       w.last_ok_at, w.failures, w.health, w.health_note, w.claim, w.rules_version, w.vitals,
       w.outlook, w.cause
FROM watches w JOIN topics t ON t.topic_key = w.topic_key
"""

SUBSCRIPTION = """
SELECT s.id, s.guild_id, s.channel_id, s.topic_key, s.name, s.created_by, s.created_at, s.language, s.rules,
       s.role_id, s.paused, s.muted_until, s.pace, s.surge,
       (SELECT json_group_object(w.source, sw.min_rp) FROM subscription_watches sw
        JOIN watches w ON w.id = sw.watch_id WHERE sw.subscription_id = s.id) AS min_rp
FROM subscriptions s
"""

POST_COLUMNS = "p.post_key, p.rp, p.likes, p.replies, p.score, p.created_at, p.source_id, b.body"
STORED_POST_COLUMNS = POST_COLUMNS + ", w.source, p.max_rp, p.rp_at, p.first_seen_at, p.peak_velocity"


class Body(msgspec.Struct, omit_defaults=True):
    """Fields of a post that seldom change (column ``post_bodies.body``)."""

    text: str
    url: str | None = None
    author_name: str | None = None
    author_handle: str | None = None
    author_url: str | None = None
    day_only: bool = False
    language: str | None = None
    sensitive: bool = False
    content_warning: str | None = None
    has_media: bool = False
    score_name: str | None = None
    by_bot: bool = False
    titled: bool = False
    media: tuple[Media, ...] = ()
    avatar_url: str | None = None


_BODY = msgspec.json.Decoder(Body)
_RULES = msgspec.json.Decoder(Rules)
_FORECAST = form_of(PollForecast)
_HEALTH_RECORD = form_of(WatchHealth)
_MIN_RP = msgspec.json.Decoder(dict[SourceName, int])


def to_us(time: datetime) -> int:
    """A time as stored, in microseconds; raises TypeError for a naive one."""
    return (time - _EPOCH) // _MICROSECOND


def to_us_or_none(time: datetime | None) -> int | None:
    """A time as stored, None for an unknown one."""
    return None if time is None else to_us(time)


def from_us(stored: int) -> datetime:
    """A stored time, in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def from_us_or_none(stored: int | None) -> datetime | None:
    """A stored time in UTC, None for an unknown one."""
    return None if stored is None else from_us(stored)


def to_json(value: object) -> str:
    """JSON as text, so that the file can be read with any SQLite tool."""
    return msgspec.json.encode(value).decode()


def json_list(values: Iterable[str] | Iterable[int]) -> str:
    """A list for ``json_each``: one statement text for any length."""
    return msgspec.json.encode(list(values)).decode()


def body_json(post: Post) -> str:
    """The part of a post that goes into ``post_bodies``."""
    return to_json(
        Body(
            text=post.text,
            url=post.url,
            author_name=post.author_name,
            author_handle=post.author_handle,
            author_url=post.author_url,
            day_only=post.day_only,
            language=post.language,
            sensitive=post.sensitive,
            content_warning=post.content_warning,
            has_media=post.has_media,
            score_name=post.score_name,
            by_bot=post.by_bot,
            titled=post.titled,
            media=post.media,
            avatar_url=post.avatar_url,
        )
    )


def post_from(row: Row) -> Post:
    """A post from ``POST_COLUMNS``."""
    network, _, canonical_id = row["post_key"].partition(":")
    body = _BODY.decode(row["body"])
    return Post(
        network=Network(network),
        canonical_id=canonical_id,
        text=body.text,
        rp=row["rp"],
        url=body.url,
        author_name=body.author_name,
        author_handle=body.author_handle,
        author_url=body.author_url,
        created_at=from_us_or_none(row["created_at"]),
        day_only=body.day_only,
        likes=row["likes"],
        replies=row["replies"],
        language=body.language,
        sensitive=body.sensitive,
        content_warning=body.content_warning,
        has_media=body.has_media or bool(body.media),
        source_id=row["source_id"],
        score=row["score"],
        score_name=body.score_name,
        by_bot=body.by_bot,
        titled=body.titled,
        media=body.media,
        avatar_url=body.avatar_url,
    )


def stored_post_from(row: Row) -> StoredPost:
    """A post with its history from ``STORED_POST_COLUMNS``."""
    return StoredPost(
        post=post_from(row),
        source=SourceName(row["source"]),
        max_rp=row["max_rp"],
        rp_at=from_us(row["rp_at"]),
        first_seen_at=from_us(row["first_seen_at"]),
        peak_velocity=row["peak_velocity"],
    )


@lru_cache(maxsize=1024)
def rules_from(stored: str) -> Rules:
    """Rules from JSON; cached, because every poll of a watch reads its listeners'."""
    return _RULES.decode(stored)


def health_record_from(stored: str, cause: str | None) -> WatchHealth:
    """A health record from JSON, and the cause from its column."""
    health_record = _HEALTH_RECORD.decode(stored)
    return health_record if cause is None else replace(health_record, cause=Cause(cause))


def health_record_json(health_record: WatchHealth) -> str:
    """A health record as JSON, without the cause, which has a column of its own."""
    return _HEALTH_RECORD.encode(
        health_record if health_record.cause is None else replace(health_record, cause=None)
    )


def sql_list(values: Iterable[str]) -> str:
    """The SQL list ``('a', 'b')`` of constants of the program, for ``IN``."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def forecast_from(stored: str) -> PollForecast:
    """A forecast from JSON."""
    return _FORECAST.decode(stored)


def forecast_json(forecast: PollForecast) -> str:
    """A forecast as JSON."""
    return _FORECAST.encode(forecast)


def watch_from(row: Row) -> Watch:
    """A watch from ``WATCH``."""
    return claimed_watch_from(row, row["claim"])


def claimed_watch_from(row: Row, claim: str | None) -> Watch:
    """A watch from ``WATCH`` under the caller's claim, whatever claim is stored."""
    return Watch(
        id=row["id"],
        topic=Topic(key=row["topic_key"], name=row["name"]),
        source=SourceName(row["source"]),
        target=row["target"] or None,
        cursor=row["cursor"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        next_poll_at=from_us_or_none(row["next_poll_at"]),
        last_ok_at=from_us_or_none(row["last_ok_at"]),
        failures=row["failures"],
        health=Health(row["health"]),
        health_note=row["health_note"],
        claim=claim,
        rules_version=row["rules_version"],
        health_record=health_record_from(row["vitals"], row["cause"]),
        forecast=forecast_from(row["outlook"]),
    )


def subscription_from(row: Row) -> Subscription:
    """A subscription from ``SUBSCRIPTION``."""
    return Subscription(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        topic=Topic(key=row["topic_key"], name=row["name"]),
        created_by=row["created_by"],
        created_at=from_us(row["created_at"]),
        settings=SubscriptionSettings(
            language=row["language"],
            min_rp=_MIN_RP.decode(row["min_rp"]),
            rules=rules_from(row["rules"]),
            role_id=row["role_id"],
            pace=row["pace"],
            surge=None if row["surge"] is None else Preset(row["surge"]),
        ),
        paused=None if row["paused"] is None else PauseReason(row["paused"]),
        muted_until=from_us_or_none(row["muted_until"]),
    )
