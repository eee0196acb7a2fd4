"""SQL fragments for what a viewer may know of (invariant 10).

Each fragment takes the named parameters of ``shown_to``, so that rows the viewer may not know of are never read.
"""

from __future__ import annotations

from bot.core.models import Viewer
from bot.storage.sql.mapping.common import json_list

SUBSCRIPTION_SHOWN = """
s.guild_id = :guild AND s.removed_at IS NULL
  AND s.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:channels))"""
"""Whether a subscription ``s`` is one of the viewer's channels; found by the index on the server."""
DIGEST_SHOWN = """
d.guild_id = :guild AND d.removed_at IS NULL
  AND d.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:channels))"""
"""Whether a digest ``d`` is one of the viewer's channels."""

# A server's subscriptions and digests are bounded by its quota. The query goes from them to the watches, never
# from a watch to all its listeners. CROSS JOIN fixes the order.
WATCH_SHOWN = f"""(
w.operator = 1
OR w.id IN (SELECT sw.watch_id FROM subscriptions s
            CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id WHERE {SUBSCRIPTION_SHOWN}
            UNION ALL SELECT dw.watch_id FROM digests d
            CROSS JOIN digest_watches dw ON dw.digest_id = d.id WHERE {DIGEST_SHOWN}))"""  # noqa: S608 - constants only
"""Whether a watch ``w`` is the operator's, or one that a channel of the viewer listens to."""

WATCHES_SINCE = f"""watches_since AS MATERIALIZED (
  SELECT watch_id, min(since) AS since FROM (
    SELECT sw.watch_id, coalesce(sw.since, s.created_at) AS since FROM subscriptions s
    CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id WHERE {SUBSCRIPTION_SHOWN}
    UNION ALL SELECT dw.watch_id, coalesce(dw.since, d.created_at) FROM digests d
    CROSS JOIN digest_watches dw ON dw.digest_id = d.id WHERE {DIGEST_SHOWN}
    UNION ALL SELECT w.id, 0 FROM watches w WHERE w.topic_key = :key AND w.operator = 1) listeners
  GROUP BY watch_id)"""  # noqa: S608 - constants only
"""CTE of the watches that the viewer may know of, each with since when; the operator's only of the topic ``:key``.

Posts that a watch stored before any of the viewer's channels listened to it were read for others.
"""

_OF_DIGEST = 1 << 61
_OF_OPERATOR = 1 << 62
"""Sort keys of spellings after the ids of all subscriptions."""

TOPICS_SHOWN = f"""
SELECT topic_key, /*pg (array_agg( */ name /*pg ORDER BY spelling))[1] */ AS name, sum(followed) AS followers,
  min(spelling)
FROM (
  SELECT s.topic_key, s.name, 1 AS followed, s.id AS spelling FROM subscriptions s WHERE {SUBSCRIPTION_SHOWN}
  UNION ALL SELECT n.topic_key, n.name, 0, {_OF_DIGEST} FROM digests d
  CROSS JOIN digest_topics n ON n.digest_id = d.id WHERE {DIGEST_SHOWN}
  UNION ALL SELECT w.topic_key, t.name, 0, {_OF_OPERATOR} FROM watches w JOIN topics t ON t.topic_key = w.topic_key
  WHERE w.operator = 1) spellings
GROUP BY topic_key"""  # noqa: S608 - constants only
"""Keys of all topics that the viewer may know of, each with the number of the viewer's channels subscribed to it.

Each topic is spelled as in its oldest subscription, else in a digest, else as the operator does: SQLite takes the
bare column from the row with the min().
"""


def shown_to(viewer: Viewer) -> dict[str, int | str]:
    """Parameters of the fragments."""
    return {"guild": viewer.guild_id, "channels": json_list(viewer.channels)}
