"""Digests as they come out of their table."""

from __future__ import annotations

import msgspec

from bot.core.models import Digest, DigestId, DigestSettings, PauseReason, Recurrence, Schedule, SourceName, Topic
from bot.storage.sql.database import Tx

from .common import Row, from_us, from_us_or_none

DIGEST = """
SELECT d.id, d.guild_id, d.channel_id, d.name, d.recurrence, d.cron, d.zone, d.created_by, d.created_at,
       d.language, d.anchor, d.top, d.min_rp, d.role_id, d.replaces_alerts, d.paused, d.next_at, d.told_at,
       d.claim, d.version, d.sources,
       (SELECT json_group_array(json_object('key', n.topic_key, 'name', n.name)) FROM (
          SELECT dt.topic_key, dt.name FROM digest_topics dt
          WHERE dt.digest_id = d.id ORDER BY dt.position) n)
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
    """One digest that is known to be there."""
    return digest_from(tx.execute(_PRESENT, (digest_id,)).fetchone())


def digest_from(row: Row) -> Digest:
    """A digest from ``DIGEST``."""
    return Digest(
        id=row[0],
        guild_id=row[1],
        created_by=row[7],
        created_at=from_us(row[8]),
        anchor=from_us(row[10]),
        settings=DigestSettings(
            channel_id=row[2],
            name=row[3],
            schedule=Schedule(recurrence=Recurrence(row[4]), cron=row[5], zone=row[6]),
            language=row[9],
            topics=_TOPICS.decode(row[21]),
            top=row[11],
            min_rp=row[12],
            role_id=row[13],
            replaces_alerts=bool(row[14]),
            sources=_SOURCES.decode(row[20]),
        ),
        paused=None if row[15] is None else PauseReason(row[15]),
        next_at=from_us_or_none(row[16]),
        told_at=from_us_or_none(row[17]),
        claim=row[18],
        version=row[19],
    )
