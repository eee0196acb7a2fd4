"""History of a topic for charts: counts, surges and alerts, as far as a viewer may know of them (invariant 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.history.curves import SurgeSpan
from bot.core.lazy_dataclass import dataclass
from bot.core.models import ChannelId, SourceName, SurgeContent, SurgeFigures, TopicKey, Viewer
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import from_us, to_us
from bot.storage.sql.mapping.counts import first_bin_from
from bot.storage.sql.mapping.json_forms import form_of
from bot.storage.sql.polling.pace_budgets import known_zone, pace_zone
from bot.storage.sql.polling.post_counts import BIN_US, CountedWatch, counted_watches
from bot.storage.sql.visibility import SUBSCRIPTION_SHOWN, WATCHES_SINCE, shown_to

ALERTS_MAX: Final = 2_000
"""Alerts of a topic that are read for one chart, the newest: more dots than its pixels."""
SURGES_MAX: Final = 200

_CONTENT: Final = form_of(SurgeContent)
_FIGURES: Final = form_of(SurgeFigures)

# Counts from before the viewer listened were read for others: that there are any says that others listen.
_COUNTS = f"""WITH {WATCHES_SINCE}
SELECT w.id AS watch_id, w.source, w.target, c.start, c.span, c.seen_s, c.posts, c.people, c.bots, c.cut
FROM watches_since h CROSS JOIN watches w ON w.id = h.watch_id
CROSS JOIN post_counts c ON c.watch_id = w.id AND c.start >= :first AND c.start < :last
WHERE w.topic_key = :key AND c.start * {BIN_US} >= h.since
ORDER BY w.id, c.start
"""  # noqa: S608 - constants only
# Of the channel that is asked in alone: others read the chart there who do not see the person's other channels.
_ALERTS = f"""
SELECT a.decided_at FROM subscriptions s CROSS JOIN alerts a ON a.subscription_id = s.id
LEFT JOIN entries e ON e.id = a.entry_id
WHERE CAST(s.topic_key AS TEXT) = :key AND {SUBSCRIPTION_SHOWN} AND s.channel_id = :here
  AND a.held IS NULL AND a.decided_at >= :since
  AND (e.id IS NULL OR e.state = 'sent')
ORDER BY a.decided_at DESC, a.post_key LIMIT :most
"""  # noqa: S608 - constants only
_SURGES = f"""
SELECT e.content, f.figures FROM subscriptions s
CROSS JOIN entries e ON e.subscription_id = s.id AND e.kind = 'surge' AND e.created_at >= :since
LEFT JOIN surge_figures f ON f.entry_id = e.id
WHERE CAST(s.topic_key AS TEXT) = :key AND {SUBSCRIPTION_SHOWN} AND e.state IN ('sealed', 'sent')
ORDER BY e.created_at DESC, e.id DESC LIMIT :most
"""  # noqa: S608 - constants only
_ZONE = """
SELECT coalesce(
  (SELECT json_extract(c.quiet, '$.zone') FROM channels c WHERE c.channel_id = ?1),
  (SELECT d.zone FROM digests d WHERE d.id = (
     SELECT max(o.id) FROM digests o WHERE o.channel_id = ?1 AND o.removed_at IS NULL))) AS zone
"""


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """A topic's stored past. ``watches``: those with counts; ``surges``: each with its source."""

    watches: tuple[CountedWatch, ...]
    surges: tuple[tuple[SourceName, SurgeSpan], ...] = ()
    alerts: tuple[datetime, ...] = ()


class TopicHistoryStore(Store):
    """The past of topics. Whatever another server's channels had read for them alone is left out."""

    async def of_topic(
        self, key: TopicKey, since: datetime, until: datetime, viewer: Viewer, *, counted_since: datetime
    ) -> StoredHistory:
        """Counts from ``counted_since`` on; surges, and posts sent where it is asked, from ``since`` on."""
        return await self._database.ask(partial(_of_topic, key, since, until, viewer, counted_since))

    async def counts(
        self, key: TopicKey, since: datetime, until: datetime, viewer: Viewer
    ) -> tuple[CountedWatch, ...]:
        """The counts of each watch of a topic that the viewer may know of."""
        return await self._database.ask(partial(_counts, key, since, until, viewer))

    async def zone(self, channel_id: ChannelId, language: str) -> str:
        """The zone of a channel: of its quiet hours, else of its newest digest, else of the language."""
        return await self._database.ask(partial(_zone, channel_id, language))


def _of_topic(
    key: TopicKey, since: datetime, until: datetime, viewer: Viewer, counted_since: datetime, tx: Tx
) -> StoredHistory:
    values = {"key": key, "since": to_us(since), **shown_to(viewer)}
    alerts = tx.execute(_ALERTS, {**values, "here": viewer.here or 0, "most": ALERTS_MAX})
    surges = tx.execute(_SURGES, {**values, "most": SURGES_MAX})
    return StoredHistory(
        _counts(key, counted_since, until, viewer, tx),
        _surges_from(surges),
        tuple(from_us(decided_at) for (decided_at,) in alerts),
    )


def _counts(key: TopicKey, since: datetime, until: datetime, viewer: Viewer, tx: Tx) -> tuple[CountedWatch, ...]:
    values = {"key": key, "first": first_bin_from(since), "last": first_bin_from(until), **shown_to(viewer)}
    return tuple(counted_watches(tx.execute(_COUNTS, values)))


def _surges_from(rows: Iterable[Row]) -> tuple[tuple[SourceName, SurgeSpan], ...]:
    """Each surge once, whichever channels were sent it, as long as any card says; the oldest first."""
    until: dict[tuple[datetime, SourceName], datetime] = {}
    for row in rows:
        content = _CONTENT.decode(row["content"])
        figures = content.figures if row["figures"] is None else _FIGURES.decode(row["figures"])
        known = content.began_at, content.source
        until[known] = max(until.get(known, content.began_at), figures.at)
    return tuple((source, SurgeSpan(began, end)) for (began, source), end in sorted(until.items()))


def _zone(channel_id: ChannelId, language: str, tx: Tx) -> str:
    row = tx.execute(_ZONE, (channel_id,)).fetchone()
    return known_zone(pace_zone(row["zone"], language))
