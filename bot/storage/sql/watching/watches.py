"""Watches: due ones and their claims, and those that an operator added."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from bot.core.cadence.rechecks import DUE_SOON, likely_crossings
from bot.core.host_names import host_name
from bot.core.lazy_dataclass import dataclass
from bot.core.leases import CLOCK_STEP, was_set_back
from bot.core.models import (
    DueWatch,
    Endpoint,
    HostLoad,
    PostKey,
    Recheck,
    SourceName,
    Topic,
    TopicKey,
    Watch,
    WatchId,
)
from bot.storage.sql.database import Database, Store, Tx
from bot.storage.sql.leases import POLLS, take_each
from bot.storage.sql.mapping.common import (
    WATCH,
    claimed_watch_from,
    from_us,
    from_us_or_none,
    json_list,
    to_us,
    watch_from,
)

_DUE = f"""{WATCH}
WHERE w.enabled = 1 AND w.next_poll_at <= ? AND (w.claimed_until IS NULL OR w.claimed_until <= ?)
  AND w.source || ' ' || w.target NOT IN (SELECT value FROM json_each(?))
ORDER BY w.next_poll_at, w.id LIMIT ?
"""  # noqa: S608 - constants only
# ?5: this process. A host is polled by one process at a time. Claims run side by side (see ``claim_due``): a watch
# that another claim, or the commit of a poll, is about to change is passed over.
_DUE_AND_FREE = f"""{WATCH}
WHERE w.enabled = 1 AND w.next_poll_at <= ?1 AND (w.claimed_until IS NULL OR w.claimed_until <= ?2)
  AND w.source || ' ' || w.target NOT IN (SELECT value FROM json_each(?3))
  AND NOT EXISTS (
    SELECT 1 FROM leases l WHERE l.name = '{POLLS}' || w.host AND l.holder <> ?5 AND l.until > ?2)
ORDER BY w.next_poll_at, w.id LIMIT ?4 /*pg FOR UPDATE OF w SKIP LOCKED */
"""  # noqa: S608 - constants only

_DUE_SOURCES = "SELECT source, count(*) FROM watches WHERE enabled = 1 AND next_poll_at <= ? GROUP BY source"

# Polled at a time that is still in the future, or never polled and due only then.
_FROM_THE_FUTURE = """
UPDATE watches SET next_poll_at = ?1 WHERE enabled = 1 AND next_poll_at > ?1
  AND (failures = 0 OR ?3 = 1) AND (last_ok_at > ?2 OR (last_ok_at IS NULL AND failures = 0 AND next_poll_at > ?2))
"""
# A failing watch keeps the length of its wait: its source may have asked for that.
_STEP_BACK = """
UPDATE watches SET
  next_poll_at = CASE WHEN next_poll_at - ?2 > ?1 THEN next_poll_at - ?2 ELSE ?1 END
WHERE enabled = 1 AND next_poll_at > ?1 AND failures > 0
"""
_SHORTEN_LEASES = "UPDATE watches SET claimed_until = ? WHERE claimed_until > ?"

_CLAIM = """
UPDATE watches SET claim = ?, claimed_until = ? WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
"""
# One statement for all claimed watches: over a network, one for each would cost more than the rest of the claim. A
# post without the source's own id cannot be fetched again.
_DUE_RECHECKS = """
SELECT CAST(w.value AS BIGINT), (
  SELECT json_group_array(json_object('key', found.post_key, 'known_as', found.source_id, 'at', found.at)) FROM (
    SELECT p.post_key, p.source_id, coalesce(p.created_at, p.first_seen_at) AS at FROM posts p
    WHERE p.watch_id = CAST(w.value AS BIGINT) AND p.relook_at <= ?2 AND p.source_id IS NOT NULL
    ORDER BY p.relook_at, p.post_key LIMIT ?3) found) AS rechecks
FROM json_each(?1) w
"""

# An inactive watch missed the posts since it was deactivated. It starts over with a first poll, which sends no
# alert.
_ACTIVATE = """
UPDATE watches SET
  cursor = CASE WHEN next_poll_at IS NULL THEN NULL ELSE cursor END,
  etag = CASE WHEN next_poll_at IS NULL THEN NULL ELSE etag END,
  last_modified = CASE WHEN next_poll_at IS NULL THEN NULL ELSE last_modified END,
  last_ok_at = CASE WHEN next_poll_at IS NULL THEN NULL ELSE last_ok_at END,
  failures = CASE WHEN next_poll_at IS NULL THEN 0 ELSE failures END,
  health = CASE WHEN next_poll_at IS NULL THEN 'ok' ELSE health END,
  health_note = CASE WHEN next_poll_at IS NULL THEN NULL ELSE health_note END,
  cause = CASE WHEN next_poll_at IS NULL THEN NULL ELSE cause END,
  vitals = CASE WHEN next_poll_at IS NULL
    THEN json_remove(vitals, '$.since', '$.rhythm', '$.whole', '$.gap_at', '$.pace') ELSE vitals END,
  outlook = CASE WHEN next_poll_at IS NULL THEN '{}' ELSE outlook END,
  rules_version = rules_version + 1,
  next_poll_at = CASE WHEN next_poll_at < ?1 THEN next_poll_at ELSE ?1 END
WHERE id = ?2
"""

# SQLite takes the bare column from the row of the maximum: the price of the newest poll. PostgreSQL takes it from
# the greatest pair of time and price, which needs no sort of all watches.
_HOST_LOADS = """
SELECT source, host, count(*),
  /*pg (max(ARRAY[CAST(coalesce(last_ok_at, 0) AS DOUBLE PRECISION), */ price /*pg ]))[2] */, max(last_ok_at)
FROM watches
WHERE enabled = 1 AND next_poll_at IS NOT NULL GROUP BY source, host
"""

_ADD_OPERATORS = """
INSERT INTO watches (source, topic_key, target, host, operator, enabled, next_poll_at)
VALUES (?, ?, ?, ?, 1, CASE WHEN ? IN (SELECT source FROM disabled_sources) THEN 0 ELSE 1 END, ?)
ON CONFLICT DO NOTHING
"""
_ADD = """
INSERT INTO watches (source, topic_key, target, host, enabled, next_poll_at)
VALUES (?, ?, ?, ?, CASE WHEN ? IN (SELECT source FROM disabled_sources) THEN 0 ELSE 1 END, ?)
ON CONFLICT DO NOTHING
"""

_INACTIVE = """
SELECT id FROM watches WHERE source = ? AND topic_key = ? AND target = ? AND next_poll_at IS NULL
"""

_KNOW_AS = """
INSERT INTO topics (topic_key, name) VALUES (?, ?)
ON CONFLICT (topic_key) DO UPDATE SET name = excluded.name WHERE topics.name = topics.topic_key
"""

_DEACTIVATE_UNUSED = """
UPDATE watches SET next_poll_at = NULL
WHERE id = ? AND operator = 0 AND NOT EXISTS (
  SELECT 1 FROM subscription_watches sw JOIN subscriptions s ON s.id = sw.subscription_id
  WHERE sw.watch_id = watches.id AND s.removed_at IS NULL AND s.paused IS NULL)
AND NOT EXISTS (
  SELECT 1 FROM digest_watches dw JOIN digests d ON d.id = dw.digest_id
  WHERE dw.watch_id = watches.id AND d.removed_at IS NULL AND d.paused IS NULL)
"""

# A watch that is polled without a pace has its posts not counted: a later threshold would take it as quiet.
_DROP_UNKEPT_CROSSINGS = """
DELETE FROM crossings WHERE watch_id = ? AND EXISTS (
  SELECT 1 FROM watches w WHERE w.id = crossings.watch_id AND w.next_poll_at IS NOT NULL)
AND NOT EXISTS (
  SELECT 1 FROM subscription_watches sw JOIN subscriptions s ON s.id = sw.subscription_id
  WHERE sw.watch_id = crossings.watch_id AND s.pace IS NOT NULL AND s.removed_at IS NULL AND s.paused IS NULL)
"""

# An inactive watch stays inactive.
_PUT_OFF = """
UPDATE watches SET next_poll_at = CASE WHEN next_poll_at IS NULL THEN NULL ELSE CAST(? AS BIGINT) END,
  claim = NULL, claimed_until = NULL
WHERE id = ? AND claim = ?
"""


@dataclass(frozen=True, slots=True)
class _DueRecheck:
    """A recheck as ``_DUE_RECHECKS`` returns it; ``at`` in microseconds."""

    key: str
    known_as: str
    at: int


_RECHECKS: Final = msgspec.json.Decoder(list[_DueRecheck])


class WatchStore(Store):
    """Watches: due ones and their claims, and those that an operator added."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._claimed_at: datetime | None = None

    async def claim_due(
        self,
        now: datetime,
        *,
        limit: int,
        lease_s: float,
        recheck_limit: int = 100,
        due_by: datetime | None = None,
        skip: Collection[tuple[SourceName, str | None]] = (),
        lease_hosts: bool = False,
    ) -> list[DueWatch]:
        """Claim up to ``limit`` watches due at ``now``, longest overdue first, for ``lease_s`` seconds.

        ``due_by``: only those due by then. ``skip``: none of these sources and targets. A watch is due when its
        ``next_poll_at`` has come, it is enabled and has no unexpired claim. ``lease_hosts``: several
        processes poll, so that the host of each claimed watch is leased to this one for ``lease_s`` seconds, and
        watches of hosts that are leased to another one are left to it.

        Each comes with up to ``recheck_limit`` posts to be fetched again: first those of its candidates that have
        probably passed their minimum reposts, most probable first; then those whose recheck is due (or due within
        the next minute), earliest first. The default is the number that X reads at once, which is more than other
        sources do.
        """
        lease = timedelta(seconds=lease_s)
        await self._repair_after_clock_step(now, due_by or now, lease)
        not_these = json_list(f"{source} {target or ''}" for source, target in skip)
        lessee = self._database.holder if lease_hosts else None
        work = partial(_claim_due, now, due_by or now, not_these, limit, lease, recheck_limit, lessee)
        # Beside other claims: each passes over rows that another one has locked, then takes hosts in one order.
        return await self._database.write(work, durable=False, alone=not lease_hosts)

    async def _repair_after_clock_step(self, now: datetime, due_by: datetime, lease: timedelta) -> None:
        """Bring due times and leases back to the present after the clock was set back.

        Otherwise those watches would not be polled until their time has come again. This scans every watch. It
        therefore runs only when the clock was seen going back, and at the start, as the clock may have been set
        before.
        """
        last, self._claimed_at = self._claimed_at, now
        if last is None or was_set_back(last, now):
            back = last - now if last is not None else None
            await self._database.write(partial(repair_after_clock_step, now, due_by, back, lease), durable=False)

    async def due_sources(self, now: datetime, *, lease_s: float) -> dict[SourceName, int]:
        """Number of due watches of each source, claimed ones included, as their leases may end during a round.

        Like ``claim_due``, it repairs due times after the clock was set back.
        """
        await self._repair_after_clock_step(now, now, timedelta(seconds=lease_s))
        return await self._database.read(partial(_due_sources, now))

    async def release(self, watch: Watch) -> None:
        """Give a claim back unused (the process stops); the watch is due as before."""
        await self._database.write(partial(_release, watch), durable=False)

    async def put_off(self, times: Sequence[tuple[Watch, datetime]]) -> None:
        """Give claims back unused; each watch is due again at its time."""
        rows = [(to_us(at), watch.id, watch.claim) for watch, at in times]

        def work(tx: Tx) -> None:
            tx.executemany(_PUT_OFF, rows)

        await self._database.write(work, durable=False)

    async def renew(self, watches: Collection[Watch], now: datetime, *, lease_s: float) -> None:
        """Extend this process's claims on watches that are still being polled."""
        until = to_us(now + timedelta(seconds=lease_s))
        rows = [(until, watch.id, watch.claim) for watch in sorted(watches, key=lambda watch: watch.id)]

        def work(tx: Tx) -> None:
            tx.executemany("UPDATE watches SET claimed_until = ? WHERE id = ? AND claim = ?", rows)

        await self._database.write(work, durable=False, alone=False)

    async def next_due_at(self) -> datetime | None:
        """Earliest time at which a watch can be claimed (a claimed one: end of its lease), None without any."""
        return await self._database.read(_next_due_at)

    async def add(self, wanted: Sequence[tuple[SourceName, Topic, str | None]], now: datetime) -> int:
        """Add (source, topic, target) watches that do not exist yet, in one transaction; returns how many are new.

        An operator's watch stays when its last subscription is removed.
        """
        return await self._database.write(partial(_add_watches, wanted, now))

    async def remove(self, source: SourceName, key: TopicKey) -> bool:
        """Remove an operator's watch (kept while it has listeners). False when there was none."""
        return await self._database.write(partial(_remove_watch, source, key))

    async def host_loads(self) -> list[HostLoad]:
        """Active watches at each host of each source: their number and the price of the newest poll."""
        return await self._database.read(_host_loads)

    async def listed(self) -> list[Watch]:
        """All watches, by topic name and source."""
        return await self._database.read(_all_watches)


def repair_after_clock_step(
    now: datetime, due_by: datetime, back: timedelta | None, lease: timedelta, tx: Tx
) -> None:
    """Bring due times and leases from the future to the present.

    ``back``: by how much the clock was set back; None: unknown.
    """
    if back is not None:
        tx.execute(_STEP_BACK, (to_us(now), back // timedelta(microseconds=1)))
    failing_too = back is None
    tx.execute(_FROM_THE_FUTURE, (to_us(min(now, due_by)), to_us(now + CLOCK_STEP), failing_too))
    tx.execute(_SHORTEN_LEASES, (to_us(now + lease), to_us(now + lease + CLOCK_STEP)))


def _claim_due(
    now: datetime,
    due_by: datetime,
    skip: str,
    limit: int,
    lease: timedelta,
    recheck_limit: int,
    lessee: str | None,
    tx: Tx,
) -> list[DueWatch]:
    claim = secrets.token_hex(12)
    values = (to_us(due_by), to_us(now), skip, limit)
    rows = tx.execute(_DUE, values) if lessee is None else tx.execute(_DUE_AND_FREE, (*values, lessee))
    found = [claimed_watch_from(row, claim) for row in rows]
    if lessee is not None:
        leased = take_each(tx, lessee, map(lease_of, found), now, lease.total_seconds())
        found = [watch for watch in found if lease_of(watch) in leased]
    ids = json_list(watch.id for watch in found)
    tx.execute(_CLAIM, (claim, to_us(now + lease), ids))
    due = _due_rechecks(tx, ids, now, recheck_limit)
    return [DueWatch(watch=watch, rechecks=_rechecks(watch, due[watch.id], now, recheck_limit)) for watch in found]


def lease_of(watch: Watch) -> str:
    """Name of the lease of the host that a watch asks."""
    return POLLS + host_name(watch.source, watch.target)


def _due_sources(now: datetime, tx: Tx) -> dict[SourceName, int]:
    return {SourceName(source): count for source, count in tx.execute(_DUE_SOURCES, (to_us(now),))}


def _due_rechecks(tx: Tx, watch_ids: str, now: datetime, limit: int) -> dict[int, list[Recheck]]:
    """Posts of the watches (a JSON list of ids) whose recheck is due, earliest first, up to ``limit`` for each."""
    rows = tx.execute(_DUE_RECHECKS, (watch_ids, to_us(now + DUE_SOON), limit))
    return {
        watch_id: [Recheck(PostKey(one.key), one.known_as, from_us(one.at)) for one in _RECHECKS.decode(found)]
        for watch_id, found in rows
    }


def _rechecks(watch: Watch, due: Iterable[Recheck], now: datetime, limit: int) -> tuple[Recheck, ...]:
    """Posts to fetch again: probable crossings first, then those whose recheck is due; each post once."""
    likely = likely_crossings(watch.forecast, now)
    first = {each.post_key for each in likely}
    return (*likely, *[each for each in due if each.post_key not in first])[:limit]


def _release(watch: Watch, tx: Tx) -> None:
    tx.execute(
        "UPDATE watches SET claim = NULL, claimed_until = NULL WHERE id = ? AND claim = ?", (watch.id, watch.claim)
    )


def _next_due_at(tx: Tx) -> datetime | None:
    """Earliest time at which a watch can be claimed.

    A claimed one can be claimed when its lease ends; the first unclaimed one ends the search.
    """
    earliest: int | None = None
    rows = tx.execute(
        "SELECT next_poll_at, claimed_until FROM watches "
        "WHERE enabled = 1 AND next_poll_at IS NOT NULL ORDER BY next_poll_at"
    )
    for next_poll_at, claimed_until in rows:
        due = max(next_poll_at, claimed_until or 0)
        earliest = due if earliest is None else min(earliest, due)
        if claimed_until is None:
            break
    return from_us_or_none(earliest)


def _add_watches(wanted: Sequence[tuple[SourceName, Topic, str | None]], now: datetime, tx: Tx) -> int:
    # The operator's spelling is the topic's name wherever no server has one of its own.
    tx.executemany(_KNOW_AS, [(topic.key, topic.name) for _, topic, _ in wanted])
    keys = [(source, topic.key, target or "") for source, topic, target in wanted]
    new = tx.executemany(
        _ADD_OPERATORS,
        [
            (*key, host_name(source, target), source, to_us(now))
            for key, (source, _, target) in zip(keys, wanted, strict=True)
        ],
    ).rowcount
    if new < len(keys):
        _take_over(tx, keys, now)
    return new


def _take_over(tx: Tx, keys: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """Mark existing watches as an operator's and activate inactive ones."""
    inactive = [watch_id for key in keys for (watch_id,) in tx.execute(_INACTIVE, key)]
    tx.executemany(
        "UPDATE watches SET operator = 1 WHERE source = ? AND topic_key = ? AND target = ? AND operator = 0", keys
    )
    activate(tx, inactive, now)


def _remove_watch(source: SourceName, key: TopicKey, tx: Tx) -> bool:
    watch_ids = [
        watch_id
        for (watch_id,) in tx.execute(
            "UPDATE watches SET operator = 0 WHERE source = ? AND topic_key = ? AND operator = 1 RETURNING id",
            (source, key),
        ).fetchall()
    ]
    deactivate_unused(tx, watch_ids)
    tx.executemany(
        "DELETE FROM watches WHERE id = ? "
        "AND NOT EXISTS (SELECT 1 FROM subscription_watches sw WHERE sw.watch_id = watches.id) "
        "AND NOT EXISTS (SELECT 1 FROM digest_watches dw WHERE dw.watch_id = watches.id)",
        [(watch_id,) for watch_id in watch_ids],
    )
    drop_empty_topics(tx, [key])
    return bool(watch_ids)


def know_topics(tx: Tx, topics: Iterable[Topic]) -> None:
    """Insert topics that servers name, without the servers' spellings, which are private to them.

    The title of a feed is its publisher's and is stored.
    """
    tx.executemany(
        "INSERT INTO topics (topic_key, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(topic.key, topic.name if topic.is_address else topic.key) for topic in topics],
    )


def drop_empty_topics(tx: Tx, keys: Collection[TopicKey]) -> int:
    """Delete topics without any reference; returns how many."""
    return tx.execute(
        "DELETE FROM topics WHERE topic_key IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM watches w WHERE w.topic_key = topics.topic_key) "
        "AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.topic_key = topics.topic_key) "
        "AND NOT EXISTS (SELECT 1 FROM digest_topics n WHERE n.topic_key = topics.topic_key)",
        (json_list(keys),),
    ).rowcount


def _host_loads(tx: Tx) -> list[HostLoad]:
    rows = tx.execute(_HOST_LOADS)
    return [
        HostLoad(_endpoint(source, host), count, index_threshold, from_us_or_none(polled_at))
        for source, host, count, index_threshold, polled_at in rows
    ]


def _endpoint(source: str, host: str) -> Endpoint:
    """The server that watches with this ``host`` ask; see ``host_name`` for a target that is no address."""
    return Endpoint(SourceName(source), "" if host == source else host)


def _all_watches(tx: Tx) -> list[Watch]:
    return [watch_from(row) for row in tx.execute(f"{WATCH} ORDER BY t.name, w.source, w.target")]


def ensure_watch(tx: Tx, source: SourceName, topic: Topic, target: str | None, now: datetime) -> WatchId:
    """Id of a watch, which is made and due now if there is none."""
    key = (source, topic.key, target or "")
    tx.execute(
        _ADD,
        (*key, host_name(source, target), source, to_us(now)),
    )
    (watch_id,) = tx.execute(
        "SELECT id FROM watches WHERE source = ? AND topic_key = ? AND target = ?", key
    ).fetchone()
    return WatchId(watch_id)


def activate(tx: Tx, watch_ids: Collection[int], now: datetime) -> None:
    """Make watches due now."""
    at = to_us(now)
    tx.executemany(_ACTIVATE, [(at, watch_id) for watch_id in watch_ids])
    _drop_unkept_crossings(tx, watch_ids)


def deactivate_unused(tx: Tx, watch_ids: Collection[int]) -> None:
    """Deactivate watches without listeners that no operator added; they are kept for ``restore``."""
    tx.executemany(_DEACTIVATE_UNUSED, [(watch_id,) for watch_id in watch_ids])
    _drop_unkept_crossings(tx, watch_ids)


def _drop_unkept_crossings(tx: Tx, watch_ids: Collection[int]) -> None:
    """Drop the crossings of watches that are polled for no subscription with a pace."""
    tx.executemany(_DROP_UNKEPT_CROSSINGS, [(watch_id,) for watch_id in watch_ids])


def invalidate_plans(tx: Tx, watch_ids: Collection[int]) -> None:
    """Invalidate poll plans that were made under other rules."""
    tx.executemany(
        "UPDATE watches SET rules_version = rules_version + 1 WHERE id = ?",
        [(watch_id,) for watch_id in watch_ids],
    )
