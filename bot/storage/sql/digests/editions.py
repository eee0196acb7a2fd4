"""Due digests: claimed, put off, and sent once for each due time (invariants 1 and 2)."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.core.errors import StalePlan
from bot.core.models import Digest, DigestEdition, DigestId, EntryId, FailureCode, Period, Post
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.mapping.digests import DIGEST, digest_from
from bot.storage.sql.mapping.outbox import digest_content
from bot.storage.sql.moderation.moderation import hidden_among
from bot.storage.sql.outbox.entry_writes import add_entry
from bot.storage.sql.outbox.history_gate import history_known

_DUE = f"""{DIGEST}
WHERE d.next_at <= ?1 AND d.paused IS NULL AND d.removed_at IS NULL AND {history_known("d.channel_id")}
  AND (d.claimed_until IS NULL OR d.claimed_until <= ?1)
ORDER BY d.next_at, d.id LIMIT ?2
"""
_GIVE_BACK = "UPDATE digests SET claim = NULL, claimed_until = NULL WHERE id = ? AND claim = ?"
# Only under the caller's claim, and with the settings that the time was computed from.
_PUT_OFF = """
UPDATE digests SET next_at = ?1, claim = NULL, claimed_until = NULL
WHERE id = ?2 AND (claim = ?3 OR (claim IS NULL AND CAST(?3 AS TEXT) IS NULL)) AND version = ?4
  AND paused IS NULL AND removed_at IS NULL
"""
_IS_CURRENT = "SELECT claim FROM digests WHERE id = ? AND version = ? AND removed_at IS NULL"
# ?4 = 0: an edition for this due time exists (the clock was set back). Only the schedule moves; told_at stays, so
# that the next period begins where it would have.
_MOVE_ON = """
UPDATE digests SET anchor = ?1, told_at = CASE WHEN ?4 = 1 THEN ?1 ELSE told_at END, next_at = ?2, claim = NULL,
  claimed_until = NULL
WHERE id = ?3
"""
_UNSENT = """
SELECT e.id, e.content FROM digest_issues i JOIN entries e ON e.id = i.entry_id
WHERE i.digest_id = ? AND e.state = 'waiting' ORDER BY e.id
"""
_SENT_WITH = """
UPDATE entries SET state = 'dropped', reason = 'told with the next one', reason_code = ?, ended_at = ?
WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND state = 'waiting'
"""


class EditionStore(Store):
    """Digests that are due, and the commit of their editions."""

    async def claim(self, now: datetime, *, limit: int, lease_s: float) -> list[Digest]:
        """Claim digests that are due at ``now``, longest overdue first, for ``lease_s`` seconds.

        Paused and removed digests are not due, nor digests under an unexpired claim.
        """
        # Usually no digest is due. A read finds that out without waiting for the writer.
        if not await self._database.read(partial(_due, now, 1)):
            return []
        work = partial(_claim, now, limit, timedelta(seconds=lease_s))
        return await self._database.write(work, durable=False)

    async def put_off(self, digest: Digest, next_at: datetime) -> None:
        """Set the due time to ``next_at`` and give the claim back (a zone's rules changed)."""
        values = (to_us(next_at), digest.id, digest.claim, digest.version)

        def work(tx: Tx) -> None:
            tx.execute(_PUT_OFF, values)

        await self._database.write(work, durable=False)

    async def release(self, digest: Digest) -> None:
        """Give a claim back unused; the digest stays due."""

        def work(tx: Tx) -> None:
            tx.execute(_GIVE_BACK, (digest.id, digest.claim))

        await self._database.write(work, durable=False)

    async def renew(self, digests: Collection[Digest], now: datetime, *, lease_s: float) -> None:
        """Extend this process's claims on digests; a claim that was taken over or given back stays as it is."""
        until = to_us(now + timedelta(seconds=lease_s))
        rows = [(until, digest.id, digest.claim) for digest in digests]

        def work(tx: Tx) -> None:
            tx.executemany("UPDATE digests SET claimed_until = ? WHERE id = ? AND claim = ?", rows)

        await self._database.write(work, durable=False)

    async def unsent(self, digest_id: DigestId) -> list[tuple[EntryId, Period]]:
        """Waiting entries of a digest that are not sealed, with their periods."""

        def work(tx: Tx) -> list[tuple[EntryId, Period]]:
            rows = tx.execute(_UNSENT, (digest_id,))
            return [(EntryId(entry_id), digest_content(stored).period) for entry_id, stored in rows]

        return await self._database.read(work)

    async def commit(self, edition: DigestEdition, now: datetime) -> bool:
        """Put an edition into the outbox and move the digest's schedule on, in one transaction.

        False when an edition for that due time exists already; the schedule still moves on. With a ``next_at`` of
        None the schedule stays and no claim is needed. Raises ``StalePlan`` when the claim is no longer this
        process's, the digest was changed, paused or removed meanwhile, a post in it was hidden meanwhile, or an
        entry that this edition replaces was sealed meanwhile.
        """
        # A scheduled edition lost in a power failure is due again. A person's request is on disk before it is
        # answered.
        return await self._database.write(partial(_commit, edition, now), durable=edition.next_at is None)


def _due(now: datetime, limit: int, tx: Tx) -> list[Digest]:
    return [digest_from(row) for row in tx.execute(_DUE, (to_us(now), limit))]


def _claim(now: datetime, limit: int, lease: timedelta, tx: Tx) -> list[Digest]:
    claim = secrets.token_hex(12)
    found = _due(now, limit, tx)
    tx.executemany(
        "UPDATE digests SET claim = ?, claimed_until = ? WHERE id = ?",
        [(claim, to_us(now + lease), digest.id) for digest in found],
    )
    return [replace(digest, claim=claim) for digest in found]


def _commit(edition: DigestEdition, now: datetime, tx: Tx) -> bool:
    _refuse_stale(tx, edition)
    key = (edition.digest.id, to_us(edition.due_at))
    # Invariant 2: the key (digest, due time) decides.
    is_first = tx.execute(
        "INSERT INTO digest_issues (digest_id, due_at) VALUES (?, ?) ON CONFLICT DO NOTHING", key
    ).rowcount
    if edition.next_at is not None:
        tx.execute(_MOVE_ON, (to_us(edition.due_at), to_us(edition.next_at), edition.digest.id, is_first))
    if is_first:
        _withdraw_replaced(tx, edition, now)
        entry_id = _add_entry(tx, edition, now)
        tx.execute("UPDATE digest_issues SET entry_id = ? WHERE digest_id = ? AND due_at = ?", (entry_id, *key))
    return bool(is_first)


def _refuse_stale(tx: Tx, edition: DigestEdition) -> None:
    """Raise ``StalePlan`` unless the digest is unchanged and its claim is held; a pause is a change as well."""
    digest = edition.digest
    row = tx.execute(_IS_CURRENT, (digest.id, digest.version)).fetchone()
    if row is None:
        msg = f"digest {digest.id} was changed, paused or removed since it was read"
        raise StalePlan(msg)
    if edition.next_at is not None and (digest.claim is None or row["claim"] != digest.claim):
        msg = f"digest {digest.id} is claimed by somebody else"
        raise StalePlan(msg)
    if hidden_among(tx, [digest.guild_id], [post.key for post in _shown(edition)]):
        msg = f"a post in digest {digest.id} was hidden since it was read"
        raise StalePlan(msg)


def _withdraw_replaced(tx: Tx, edition: DigestEdition, now: datetime) -> None:
    """Drop the waiting entries that this edition replaces.

    Raises ``StalePlan`` when one was sealed since it was read: its posts would be sent twice.
    """
    values = (FailureCode.SENT_WITH_NEXT, to_us(now), json_list(edition.instead_of))
    if tx.execute(_SENT_WITH, values).rowcount != len(edition.instead_of):
        msg = f"an earlier digest {edition.digest.id} was sealed since it was read"
        raise StalePlan(msg)


def _add_entry(tx: Tx, edition: DigestEdition, now: datetime) -> int:
    digest = edition.digest
    entry_id = add_entry(tx, digest.guild_id, digest.channel_id, edition.content, now)
    tx.executemany(
        "INSERT INTO digest_posts (post_key, entry_id, url) VALUES (?, ?, ?)",
        [(post.key, entry_id, post.url) for post in _shown(edition)],
    )
    return entry_id


def _shown(edition: DigestEdition) -> list[Post]:
    """Posts of the edition, each once."""
    return list({shown.post.key: shown.post for shown in edition.content.posts()}.values())
