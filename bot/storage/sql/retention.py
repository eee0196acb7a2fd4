"""Bounds of stored rows: posts of each watch, decisions of each subscription (invariant 11)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.core.models import PostKey
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import json_list

SLACK: Final = 10
"""Divisor: a tenth of the bound is dropped beyond the excess, so that not every poll exceeds the bound."""

# Order of deletion: posts without an alert, then those counted in a summary, then those sent. Within each, posts
# without a recheck before those with one, then by lowest RP, then oldest. Samples and bodies are deleted with
# their post.
_DROP_OLDEST = """
DELETE FROM posts WHERE watch_id = ?1 AND post_key IN (
  SELECT p.post_key FROM posts p
  WHERE p.watch_id = ?1 AND p.post_key NOT IN (SELECT value FROM json_each(?2))
  ORDER BY
    coalesce(
      (SELECT max(CASE WHEN a.held IS NULL THEN 2 ELSE 1 END) FROM alerts a WHERE a.post_key = p.post_key), 0),
    p.relook_at IS NOT NULL,
    CASE WHEN p.relook_at IS NULL THEN 0 ELSE coalesce(p.max_rp, 0) END,
    p.first_seen_at, p.post_key
  LIMIT ?3)
"""
_COUNT = "SELECT post_count FROM watches WHERE id = ?"
_UNCOUNT = "UPDATE watches SET post_count = post_count - ? WHERE id = ?"


DECISIONS_KEPT: Final = 20_000
"""Baselines of a subscription, and held alerts of it, that are kept once their post's row is gone.

Alerts sent on their own are bounded by the hourly limit.
"""
AUDIT_KEPT: Final = 5_000
"""Audit lines kept for each server."""
MESSAGES_KEPT: Final = 50_000
"""Entries of finished messages kept for each server.

A hundred topics at their hourly limit send that many in a day, a usual server in years.
"""

# Not the baseline of a post that is still stored, nor a held alert that a summary has yet to count.
_DROP_BASELINES = """
DELETE FROM baselines WHERE (subscription_id, post_key) IN (
  SELECT subscription_id, post_key FROM (
    SELECT b.subscription_id, b.post_key,
      row_number() OVER (PARTITION BY b.subscription_id ORDER BY b.at DESC, b.post_key) AS place
    FROM baselines b WHERE b.subscription_id IN (
      SELECT subscription_id FROM baselines GROUP BY subscription_id HAVING count(*) > ?1)) placed
  WHERE place > ?1)
AND NOT EXISTS (
  SELECT 1 FROM subscription_watches sw JOIN posts p ON p.watch_id = sw.watch_id
  WHERE sw.subscription_id = baselines.subscription_id AND p.post_key = baselines.post_key)
"""
_DROP_HELD = """
DELETE FROM alerts WHERE (channel_id, post_key) IN (
  SELECT channel_id, post_key FROM (
    SELECT a.channel_id, a.post_key,
      row_number() OVER (PARTITION BY a.subscription_id ORDER BY a.decided_at DESC, a.post_key) AS place
    FROM alerts a WHERE a.held IS NOT NULL AND a.subscription_id IN (
      SELECT subscription_id FROM alerts WHERE held IS NOT NULL
      GROUP BY subscription_id HAVING count(*) > ?1)) placed
  WHERE place > ?1)
AND NOT EXISTS (SELECT 1 FROM posts p WHERE p.watch_id = alerts.watch_id AND p.post_key = alerts.post_key)
AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = alerts.entry_id AND e.state IN ('waiting', 'sealed'))
"""
_DROP_AUDIT = """
DELETE FROM audit WHERE id IN (
  SELECT id FROM (
    SELECT a.id, row_number() OVER (PARTITION BY a.guild_id ORDER BY a.at DESC, a.id DESC) AS place
    FROM audit a WHERE a.guild_id IN (SELECT guild_id FROM audit GROUP BY guild_id HAVING count(*) > ?1)) placed
  WHERE place > ?1)
"""
# Not messages with an urgent edit that is not done.
_DROP_MESSAGES = """
DELETE FROM messages WHERE id IN (
  SELECT message_id FROM (
    SELECT e.message_id, row_number() OVER (
      PARTITION BY e.guild_id ORDER BY m.ended_at DESC NULLS LAST, m.id, e.position) AS place
    FROM messages m JOIN entries e ON e.message_id = m.id
    WHERE m.state IN ('sent', 'given_up') AND e.guild_id IN (
      SELECT guild_id FROM entries WHERE message_id IS NOT NULL GROUP BY guild_id HAVING count(*) > ?1)) placed
  GROUP BY message_id HAVING min(place) > ?1)
AND NOT EXISTS (SELECT 1 FROM redraws r WHERE r.message_id = messages.id AND r.urgent = 1 AND r.ended_at IS NULL)
"""


def exceeded_bounds(tx: Tx) -> list[tuple[str, int]]:
    """Statements that delete decisions, audit lines and messages beyond a bound, with the bound as parameter.

    Only those whose bound somebody exceeds: to find out is a read, which no write waits for.
    """
    bounds = (
        ("baselines GROUP BY subscription_id", _DROP_BASELINES, DECISIONS_KEPT),
        ("alerts WHERE held IS NOT NULL GROUP BY subscription_id", _DROP_HELD, DECISIONS_KEPT),
        ("audit GROUP BY guild_id", _DROP_AUDIT, AUDIT_KEPT),
        ("entries WHERE message_id IS NOT NULL GROUP BY guild_id", _DROP_MESSAGES, MESSAGES_KEPT),
    )
    return [
        (drop, most)
        for groups, drop, most in bounds
        if tx.execute(f"SELECT 1 FROM {groups} HAVING count(*) > ? LIMIT 1", (most,)).fetchone()  # noqa: S608
    ]


def keep_newest(tx: Tx, watch_id: int, most: int, seen: Collection[PostKey]) -> int:
    """Drop a watch's posts beyond ``most``, except those ``seen`` just now; returns how many.

    A dropped post is not sent again: first alerts and baselines stay stored under its key.
    """
    (has,) = tx.execute(_COUNT, (watch_id,)).fetchone()
    if has <= most:
        return 0
    too_many = has - most + most // SLACK
    dropped = tx.execute(_DROP_OLDEST, (watch_id, json_list(seen), too_many)).rowcount
    tx.execute(_UNCOUNT, (dropped, watch_id))
    return dropped
