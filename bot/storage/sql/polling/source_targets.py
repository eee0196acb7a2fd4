"""Enabled sources and their targets; subscriptions and digests are rebound when these change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.core.models import SourceName, SubscriptionId
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import json_list
from bot.storage.sql.watching.digest_watches import rebind_digest_targets
from bot.storage.sql.watching.subscription_watches import rebind_targets

_BASELINE = timedelta(days=7)
"""Period of the baseline: longer than the age of any new post. A wider one costs rows, never an alert."""


class SourceTargetStore(Store):
    """Enabled sources and their targets."""

    async def set_sources(self, templates: Mapping[SourceName, Sequence[str]], now: datetime) -> None:
        """Store the enabled sources and their target templates (see ``core.targets``).

        Watches of other sources are not due until their source is enabled again. Subscriptions are bound to new
        targets and unbound from removed ones; posts already stored at a new target are baseline.
        """
        await self._database.write(partial(_set_sources, templates, now))


def _set_sources(templates: Mapping[SourceName, Sequence[str]], now: datetime, tx: Tx) -> None:
    _enable_only(frozenset(templates), tx)
    rows = [
        (source.value, position, template)
        for source, wanted in templates.items()
        for position, template in enumerate(wanted)
    ]
    stored = tx.execute("SELECT source, position, template FROM source_targets")
    known = {(source, position, template) for source, position, template in stored}
    if known == set(rows):
        return
    tx.execute("DELETE FROM source_targets")
    tx.executemany("INSERT INTO source_targets (source, position, template) VALUES (?, ?, ?)", rows)
    changed = {source for source, _, _ in known ^ set(rows)}
    for subscription_id in _listening_to(tx, changed):
        rebind_targets(tx, subscription_id, now - _BASELINE, now)
    rebind_digest_targets(tx, changed, now)


def _listening_to(tx: Tx, sources: Iterable[str]) -> list[SubscriptionId]:
    found = tx.execute(
        "SELECT DISTINCT s.id FROM subscriptions s "
        "JOIN subscription_watches sw ON sw.subscription_id = s.id JOIN watches w ON w.id = sw.watch_id "
        "WHERE w.source IN (SELECT value FROM json_each(?)) AND s.removed_at IS NULL ORDER BY s.id",
        (json_list(sources),),
    ).fetchall()
    return [SubscriptionId(subscription_id) for (subscription_id,) in found]


def _enable_only(enabled: frozenset[SourceName], tx: Tx) -> None:
    """Enable watches of these sources only. Disabled sources are stored, for watches made later."""
    disabled = json_list(source for source in SourceName if source not in enabled)
    tx.execute("DELETE FROM disabled_sources")
    tx.execute("INSERT INTO disabled_sources (source) SELECT value FROM json_each(?)", (disabled,))
    # Only rows that differ: none at a usual start.
    tx.execute(
        "UPDATE watches SET enabled = 1 - enabled "
        "WHERE enabled = CASE WHEN source IN (SELECT source FROM disabled_sources) THEN 1 ELSE 0 END"
    )
