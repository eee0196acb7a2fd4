"""Maps digest rows to models."""

from __future__ import annotations

import msgspec

from bot.core.models import Digest, DigestId, DigestSettings, PauseReason, Recurrence, Schedule, SourceName, Topic
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import from_us, from_us_or_none

DIGEST = """
SELECT d.id, d.guild_id, d.channel_id, d.name, d.recurrence, d.cron, d.zone, d.created_by, d.created_at,
       d.language, d.anchor, d.top, d.min_rp, d.role_id, d.replaces_alerts, d.paused, d.next_at, d.told_at,
       d.claim, d.version, d.sources, d.also_rising,
       (SELECT json_group_array(json_object('key', n.topic_key, 'name', n.name)) FROM (
          SELECT dt.topic_key, dt.name FROM digest_topics dt
          WHERE dt.digest_id = d.id ORDER BY dt.position) n) AS topics
FROM digests d
"""
_PRESENT = f"{DIGEST} WHERE d.id = ? AND d.removed_at IS NULL"
_TOPICS = msgspec.json.Decoder(tuple[Topic, ...])
_SOURCES = msgspec.json.Decoder(tuple[SourceName, ...])


def read_digest(tx: Tx, digest_id: DigestId) -> Digest | None:
    """One digest, None when removed."""
    row = tx.execute(_PRESENT, (digest_id,)).fetchone()
    return None if row is None else digest_from(row)


def must_read_digest(tx: Tx, digest_id: DigestId) -> Digest:
    """One digest that is known to exist."""
    return digest_from(tx.execute(_PRESENT, (digest_id,)).fetchone())


def digest_from(row: Row) -> Digest:
    """A digest from ``DIGEST``."""
    return Digest(
        id=row["id"],
        guild_id=row["guild_id"],
        created_by=row["created_by"],
        created_at=from_us(row["created_at"]),
        anchor=from_us(row["anchor"]),
        settings=DigestSettings(
            channel_id=row["channel_id"],
            name=row["name"],
            schedule=Schedule(recurrence=Recurrence(row["recurrence"]), cron=row["cron"], zone=row["zone"]),
            language=row["language"],
            topics=_TOPICS.decode(row["topics"]),
            top=row["top"],
            min_rp=row["min_rp"],
            role_id=row["role_id"],
            replaces_alerts=bool(row["replaces_alerts"]),
            sources=_SOURCES.decode(row["sources"]),
            also_rising=bool(row["also_rising"]),
        ),
        paused=None if row["paused"] is None else PauseReason(row["paused"]),
        next_at=from_us_or_none(row["next_at"]),
        covered_until=from_us_or_none(row["told_at"]),
        claim=row["claim"],
        version=row["version"],
    )
