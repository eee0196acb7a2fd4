"""A server's own topics as their surge detectors see them, for the person who asks (invariant 10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import PostCount, SourceName, Topic, Viewer, WatchId
from bot.core.surge.state import SurgeState
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import from_us
from bot.storage.sql.mapping.counts import read_counts
from bot.storage.sql.mapping.json_forms import form_of
from bot.storage.sql.visibility import SUBSCRIPTION_SHOWN, shown_to

WATCHES_MAX: Final = 1_000
"""Detectors that are read for one answer; a server's quota allows fewer."""

_STATE: Final = form_of(SurgeState)
# Only through a subscription with that sensitivity: a detector that others have does not show that they do.
_DETECTORS: Final = f"""
SELECT s.id, s.topic_key, s.name, w.id AS watch_id, w.source, st.state,
  CASE WHEN w.operator = 1 THEN 0 ELSE coalesce(sw.since, s.created_at) END AS since
FROM subscriptions s
CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id
CROSS JOIN watches w ON w.id = sw.watch_id
LEFT JOIN surge_states st ON st.watch_id = w.id AND st.preset = s.surge
WHERE {SUBSCRIPTION_SHOWN} AND s.paused IS NULL
ORDER BY s.id, w.id LIMIT {WATCHES_MAX}
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class DetectedTopic:
    """A topic of a subscription at one of its watches.

    ``since``: the server knows of its counts from then on; of those of the operator's watches everybody knows all.
    ``state``: of its detector; None: the subscription is sent no surges, or nothing was counted yet.
    """

    topic: Topic
    source: SourceName
    watch_id: WatchId
    since: datetime
    state: SurgeState | None


class OwnTopicStore(Store):
    """Topics that channels of the viewer are subscribed to, with their detectors and counts."""

    async def detected(self, viewer: Viewer) -> list[DetectedTopic]:
        """Each topic at each watch of its subscriptions, oldest subscription first; paused ones are left out."""
        return await self._database.ask(partial(_detected, viewer))

    async def counts(
        self, watches: Collection[WatchId], since: datetime, until: datetime
    ) -> dict[WatchId, tuple[PostCount, ...]]:
        """The counts of watches in a span of time. Whether the viewer may know of them was asked before."""
        return await self._database.ask(partial(_counts, tuple(watches), since, until))


def _detected(viewer: Viewer, tx: Tx) -> list[DetectedTopic]:
    return [_detected_from(row) for row in tx.execute(_DETECTORS, shown_to(viewer))]


def _detected_from(row: Row) -> DetectedTopic:
    return DetectedTopic(
        Topic(row["topic_key"], row["name"]),
        SourceName(row["source"]),
        WatchId(row["watch_id"]),
        from_us(row["since"]),
        None if row["state"] is None else _STATE.decode(row["state"]),
    )


def _counts(
    watches: tuple[WatchId, ...], since: datetime, until: datetime, tx: Tx
) -> dict[WatchId, tuple[PostCount, ...]]:
    return {watch: read_counts(watch, since, until, tx) for watch in watches}
