"""Maps rows to the models and back.

Times are stored as whole microseconds since 1970-01-01 UTC: exact, ordered, and cheap to compare.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from bot.core.models import (
    Health,
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

Row = tuple[Any, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

WATCH = """
SELECT w.id, w.topic_key, t.name, w.source, w.target, w.cursor, w.etag, w.last_modified, w.next_poll_at,
       w.last_ok_at, w.failures, w.health, w.health_note, w.claim, w.rules_version, w.vitals,
       w.outlook
FROM watches w JOIN topics t ON t.topic_key = w.topic_key
"""

SUBSCRIPTION = """
SELECT s.id, s.guild_id, s.channel_id, s.topic_key, s.name, s.created_by, s.created_at, s.language, s.rules,
       s.role_id, s.paused, s.muted_until,
       (SELECT json_group_object(w.source, sw.min_rp) FROM subscription_watches sw
        JOIN watches w ON w.id = sw.watch_id WHERE sw.subscription_id = s.id)
FROM subscriptions s
"""

POST_COLUMNS = "p.post_key, p.rp, p.likes, p.replies, p.score, p.created_at, p.source_id, b.body"
STORED_POST_COLUMNS = POST_COLUMNS + ", w.source, p.max_rp, p.rp_at, p.first_seen_at"


class Body(msgspec.Struct, omit_defaults=True):
    """What seldom changes of a post."""

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


_BODY = msgspec.json.Decoder(Body)
_RULES = msgspec.json.Decoder(Rules)
_OUTLOOK = msgspec.json.Decoder(PollForecast)
_VITALS = msgspec.json.Decoder(WatchHealth)
_MIN_RP = msgspec.json.Decoder(dict[SourceName, int])


def to_us(time: datetime) -> int:
    """A time as stored; a naive one is a mistake and raises TypeError."""
    return (time - _EPOCH) // _MICROSECOND


def to_us_or_none(time: datetime | None) -> int | None:
    """A time that may be unknown."""
    return None if time is None else to_us(time)


def from_us(stored: int) -> datetime:
    """A stored time, in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def from_us_or_none(stored: int | None) -> datetime | None:
    """A stored time that may be unknown."""
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
        )
    )


def post_from(row: Row) -> Post:
    """A post from ``POST_COLUMNS``."""
    post_key, rp, likes, replies, score, created_at, source_id, stored = row[:8]
    network, _, canonical_id = post_key.partition(":")
    body = _BODY.decode(stored)
    return Post(
        network=Network(network),
        canonical_id=canonical_id,
        text=body.text,
        rp=rp,
        url=body.url,
        author_name=body.author_name,
        author_handle=body.author_handle,
        author_url=body.author_url,
        created_at=from_us_or_none(created_at),
        day_only=body.day_only,
        likes=likes,
        replies=replies,
        language=body.language,
        sensitive=body.sensitive,
        content_warning=body.content_warning,
        has_media=body.has_media,
        source_id=source_id,
        score=score,
        score_name=body.score_name,
        by_bot=body.by_bot,
        titled=body.titled,
    )


def stored_post_from(row: Row) -> StoredPost:
    """A post with its history from ``STORED_POST_COLUMNS``."""
    source, max_rp, rp_at, first_seen_at = row[8:12]
    return StoredPost(
        post=post_from(row),
        source=SourceName(source),
        max_rp=max_rp,
        rp_at=from_us(rp_at),
        first_seen_at=from_us(first_seen_at),
    )


@lru_cache(maxsize=1024)
def rules_from(stored: str) -> Rules:
    """Rules from JSON; remembered, because every poll of a watch reads its listeners'."""
    return _RULES.decode(stored)


def vitals_from(stored: str) -> WatchHealth:
    """Vitals from JSON."""
    return _VITALS.decode(stored)


def outlook_from(stored: str) -> PollForecast:
    """An outlook from JSON."""
    return _OUTLOOK.decode(stored)


CLAIM: Final = 13
"""Where the claim stands in ``WATCH``."""


def watch_from(row: Row) -> Watch:
    """A watch from ``WATCH``."""
    return Watch(
        id=row[0],
        topic=Topic(key=row[1], name=row[2]),
        source=SourceName(row[3]),
        target=row[4] or None,
        cursor=row[5],
        validators=Validators(etag=row[6], last_modified=row[7]),
        next_poll_at=from_us_or_none(row[8]),
        last_ok_at=from_us_or_none(row[9]),
        failures=row[10],
        health=Health(row[11]),
        health_note=row[12],
        claim=row[CLAIM],
        rules_version=row[14],
        vitals=vitals_from(row[15]),
        outlook=outlook_from(row[16]),
    )


def subscription_from(row: Row) -> Subscription:
    """A subscription from ``SUBSCRIPTION``."""
    return Subscription(
        id=row[0],
        guild_id=row[1],
        channel_id=row[2],
        topic=Topic(key=row[3], name=row[4]),
        created_by=row[5],
        created_at=from_us(row[6]),
        settings=SubscriptionSettings(
            language=row[7], min_rp=_MIN_RP.decode(row[12]), rules=rules_from(row[8]), role_id=row[9]
        ),
        paused=None if row[10] is None else PauseReason(row[10]),
        muted_until=from_us_or_none(row[11]),
    )
