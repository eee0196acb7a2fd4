"""Shares of a day's budget: the servers that listen to a topic, and the reads of each."""

from __future__ import annotations

from datetime import date
from typing import Final

from bot.core.limits.budget_shares import Account, charged
from bot.core.models import EVERYWHERE, GuildId, SourceName, TopicKey
from bot.storage.sql.database import Tx

# Servers whose subscriptions or digests listen to a topic (?2), or to any (NULL), at the source, and the
# operator.
_FOLLOWERS: Final = """
SELECT s.guild_id FROM watches w JOIN subscription_watches sw ON sw.watch_id = w.id
JOIN subscriptions s ON s.id = sw.subscription_id
WHERE w.source = coalesce(?1, w.source) AND w.topic_key = coalesce(?2, w.topic_key)
  AND s.removed_at IS NULL AND s.paused IS NULL
UNION SELECT d.guild_id FROM watches w JOIN digest_watches dw ON dw.watch_id = w.id
JOIN digests d ON d.id = dw.digest_id
WHERE w.source = coalesce(?1, w.source) AND w.topic_key = coalesce(?2, w.topic_key)
  AND d.removed_at IS NULL AND d.paused IS NULL
UNION SELECT 0 FROM watches w
WHERE w.source = coalesce(?1, w.source) AND w.topic_key = coalesce(?2, w.topic_key) AND w.operator = 1
"""
_ACCOUNTS: Final = "SELECT guild_id, reads, waits FROM spend_shares WHERE source = ? AND day = ?"
_CHARGE: Final = """
INSERT INTO spend_shares (source, day, guild_id, reads, waits)
VALUES (?1, ?2, ?3, CASE WHEN CAST(?4 AS BIGINT) > 0 THEN ?4 ELSE 0 END, ?5)
ON CONFLICT (source, day, guild_id) DO UPDATE SET
  reads = CASE WHEN spend_shares.reads + ?4 > 0 THEN spend_shares.reads + ?4 ELSE 0 END, waits = excluded.waits
"""


def payers_of(tx: Tx, source: SourceName, topic: TopicKey) -> frozenset[GuildId]:
    """Servers charged for a topic: its listeners at the source, else its listeners anywhere, else the operator."""
    for at in (source.value, None):
        found = frozenset(GuildId(one) for (one,) in tx.execute(_FOLLOWERS, (at, topic)))
        if found:
            return found
    return frozenset({EVERYWHERE})


def accounts_of(tx: Tx, source: SourceName, day: date) -> dict[GuildId, Account]:
    """Accounts of the servers that listen to anything at the source or have reads on that day."""
    following = (GuildId(one) for (one,) in tx.execute(_FOLLOWERS, (source.value, None)))
    accounts = dict.fromkeys(following, Account())
    for guild, reads, waits in tx.execute(_ACCOUNTS, (source.value, day.isoformat())):
        accounts[GuildId(guild)] = Account(reads, bool(waits))
    return accounts


def charge(
    tx: Tx,
    source: SourceName,
    day: date,
    accounts: dict[GuildId, Account],
    payers: frozenset[GuildId],
    reads: int,
) -> None:
    """Charge the payers in equal parts (negative: a refund). ``reads`` 0: they were refused and wait."""
    waits = int(reads == 0) if reads >= 0 else 0
    for guild, each in charged(accounts, payers, reads).items():
        tx.execute(_CHARGE, (source.value, day.isoformat(), guild, each, waits))
