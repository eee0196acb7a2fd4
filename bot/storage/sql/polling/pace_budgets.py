"""Budgets of subscriptions with a pace, and the tables from which their thresholds are computed.

What was sent today is counted from ``alerts``: there is no second count that could differ from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfoNotFoundError

from bot.core.errors import StalePlan
from bot.core.models import (
    CrossingTable,
    LocalDay,
    PaceBudget,
    PollPlan,
    SourceName,
    SubscriptionId,
    Watch,
    WatchId,
)
from bot.core.pace.day import local_day
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.mapping.crossings import crossings_bytes, crossings_from

# Zone of a channel: of its quiet hours, else of its newest digest, else of its server. For subscriptions with a
# pace alone.
PACE_COLUMNS: Final = """s.pace, CASE WHEN s.pace IS NULL THEN NULL ELSE coalesce(
         (SELECT json_extract(c.quiet, '$.zone') FROM channels c WHERE c.channel_id = s.channel_id),
         (SELECT d.zone FROM digests d WHERE d.id = (
            SELECT max(o.id) FROM digests o WHERE o.channel_id = s.channel_id AND o.removed_at IS NULL)),
         (SELECT json_extract(g.settings, '$.zone') FROM guild_settings g WHERE g.guild_id = s.guild_id)) END
       AS pace_zone"""

_SENT: Final = """
SELECT subscription_id, count(*) AS sent FROM alerts
WHERE subscription_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND held IS NULL AND decided_at >= ?
  AND bar IS NOT NULL
GROUP BY subscription_id
"""
_WATCHES: Final = """
SELECT sw.subscription_id, sw.watch_id, w.source
FROM json_each(?) s CROSS JOIN subscription_watches sw ON sw.subscription_id = CAST(s.value AS BIGINT)
CROSS JOIN watches w ON w.id = sw.watch_id ORDER BY sw.subscription_id, sw.watch_id
"""
_TABLES: Final = """
SELECT c.watch_id, c.body FROM json_each(?) w CROSS JOIN crossings c ON c.watch_id = CAST(w.value AS BIGINT)
"""
_KEEP: Final = """
INSERT INTO crossings (watch_id, body) VALUES (?, ?) ON CONFLICT (watch_id) DO UPDATE SET body = excluded.body
"""
_ZONES: Final = {"ja": "Asia/Tokyo"}
"""Zones of languages, where a channel has chosen none."""


_SOME_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Paced(NamedTuple):
    """A subscription with a pace, and the zone of its day."""

    subscription_id: SubscriptionId
    pace: int
    zone: str


def has_pace(watch: Watch) -> bool:
    """Whether a pace concerns the posts of a watch: they have RP, or the subscription is to a feed alone."""
    return watch.source.traits.counts_reposts or watch.topic.is_address


def pace_zone(stored: str | None, language: str) -> str:
    """The zone of a channel's day: as it is stored, else of its language."""
    return stored or _ZONES.get(language, "UTC")


def read_budgets(tx: Tx, paced: Iterable[Paced], now: datetime) -> dict[SubscriptionId, PaceBudget]:
    """The budgets of the day of subscriptions with a pace."""
    days = {one: _day(one.zone, now) for one in paced}
    if not days:
        return {}
    sent: dict[SubscriptionId, int] = {}
    for start in {day.start for day in days.values()}:
        of_day = [one.subscription_id for one, day in days.items() if day.start == start]
        sent |= _sent_since(tx, of_day, start)
    watches = _watches(tx, [one.subscription_id for one in days])
    return {
        one.subscription_id: PaceBudget(
            pace=one.pace,
            sent=sent.get(one.subscription_id, 0),
            day=day,
            watches=tuple(watches.get(one.subscription_id, ())),
        )
        for one, day in days.items()
    }


def read_crossings(tx: Tx, budgets: Iterable[PaceBudget]) -> Mapping[WatchId, CrossingTable]:
    """The tables of all watches whose posts compete for the budgets."""
    wanted = sorted({watch_id for budget in budgets for watch_id, _ in budget.watches})
    if not wanted:
        return {}
    rows = tx.execute(_TABLES, (json_list(wanted),))
    return {WatchId(watch_id): crossings_from(body) for watch_id, body in rows}


def keep_crossings(tx: Tx, watch_id: WatchId, table: CrossingTable) -> None:
    """Replace the watch's table."""
    tx.execute(_KEEP, (watch_id, crossings_bytes(table)))


def check_budgets(tx: Tx, plan: PollPlan) -> None:
    """Raise ``StalePlan`` where alerts were sent from a budget since the plan read it."""
    for start in {budget.day.start for _, budget in plan.budgets}:
        before = {one: budget.sent for one, budget in plan.budgets if budget.day.start == start}
        if any(_sent_since(tx, before, start).get(one, 0) != sent for one, sent in before.items()):
            msg = f"watch {plan.watch.id}: another watch sent alerts from the same day's budget"
            raise StalePlan(msg)


def _sent_since(tx: Tx, ids: Iterable[SubscriptionId], start: datetime) -> dict[SubscriptionId, int]:
    """Alerts sent since the begin of a day, those that were only counted left out."""
    rows = tx.execute(_SENT, (json_list(ids), to_us(start)))
    return {row["subscription_id"]: row["sent"] for row in rows}


def _watches(tx: Tx, ids: Iterable[SubscriptionId]) -> dict[SubscriptionId, list[tuple[WatchId, SourceName]]]:
    """The watches of each subscription whose posts have RP."""
    found: dict[SubscriptionId, list[tuple[WatchId, SourceName]]] = {}
    for subscription_id, watch_id, source in tx.execute(_WATCHES, (json_list(ids),)):
        if SourceName(source).traits.counts_reposts:
            found.setdefault(subscription_id, []).append((WatchId(watch_id), SourceName(source)))
    return found


@lru_cache(maxsize=256)
def known_zone(zone: str) -> str:
    """A zone that this machine knows; UTC for another: the zone's name was stored on one that knew it."""
    try:
        local_day(zone, _SOME_TIME)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return zone


def _day(zone: str, now: datetime) -> LocalDay:
    return local_day(known_zone(zone), now)
