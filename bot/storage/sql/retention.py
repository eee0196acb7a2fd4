"""How much is kept: of each watch so many posts, of each subscription so many decisions (invariant 11)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.core.models import PostKey
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import json_list

SLACK: Final = 10
"""A tenth more goes than has to, so that not every look finds too many."""

# What goes first: what nobody was told of, then what was only counted, then what was told. Of each, what is not to
# be read again before what is, of that the lowest RP, and the oldest. A post's samples and body go with it.
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
"""Of a subscription: posts that were silent from the start, or only counted in a summary, of which the row is
gone. What was told on its own is bounded by the ceiling."""
AUDIT_KEPT: Final = 5_000
"""Lines of a server."""
TOLD_KEPT: Final = 50_000
"""What finished messages of a server told: a hundred topics that reach their ceiling each hour are told so much
in a day, and a usual server in years."""

# Not what still stands on a page, and not what a summary has yet to count.
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
# Not those of which something is yet to be taken down.
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


def keep_newest_decisions(tx: Tx) -> int:
    """Drop what is beyond the bounds of a subscription and of a server; returns rows."""
    bounds = (
        (_DROP_BASELINES, DECISIONS_KEPT),
        (_DROP_HELD, DECISIONS_KEPT),
        (_DROP_AUDIT, AUDIT_KEPT),
        (_DROP_MESSAGES, TOLD_KEPT),
    )
    return sum(tx.execute(sql, (most,)).rowcount for sql, most in bounds)


def keep_newest(tx: Tx, watch_id: int, most: int, seen: Collection[PostKey]) -> int:
    """Drop what a watch has beyond ``most`` posts, but for what was ``seen`` just now; returns how many went.

    Nothing dropped is told again: first alerts and baselines stay on record under the post's key.
    """
    (has,) = tx.execute(_COUNT, (watch_id,)).fetchone()
    if has <= most:
        return 0
    too_many = has - most + most // SLACK
    dropped = tx.execute(_DROP_OLDEST, (watch_id, json_list(seen), too_many)).rowcount
    tx.execute(_UNCOUNT, (dropped, watch_id))
    return dropped
