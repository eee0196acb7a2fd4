"""Baseline: posts that pass already are recorded as not to be sent, in the transaction that changes the rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.core.alerting.rules import Verdict, WordCheck, check, check_words
from bot.core.models import BaselineReason, Post, Rules
from bot.core.pace.bins import LOWEST
from bot.core.pace.threshold import known_rp
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import POST_COLUMNS, from_us, post_from, to_us

CHECK_S = 0.25
"""CPU seconds that a subscription's word rules may take for the stored posts."""

# Posts unchanged since then need no baseline: they are too old to be new, and a rise of their RP is a change.
_CANDIDATES = f"""
SELECT {POST_COLUMNS}, p.max_rp, p.peak_velocity, p.relook_at, coalesce(p.created_at, p.first_seen_at) AS written
FROM posts p JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
WHERE p.watch_id = ?1 AND (p.updated_at >= ?2 OR coalesce(p.created_at, 0) >= ?2)
"""  # noqa: S608 - constants only

_BELOW = (Verdict.BELOW_MIN_RP, Verdict.RP_UNKNOWN, Verdict.BELOW_VELOCITY, Verdict.VELOCITY_UNKNOWN)


class _StoredPost(NamedTuple):
    """A stored post. ``is_young``: written within the time of the baseline, and to be read again by its id."""

    key: str
    rp: int | None
    written: datetime
    is_young: bool


def record_baseline(
    tx: Tx,
    subscription_id: int,
    rules: Rules,
    since: datetime,
    now: datetime,
    why: BaselineReason,
) -> None:
    """Record every stored post of the subscription's watches that passes; have young ones below min_rp re-read.

    Judged by the highest RP known, so that 110 -> 95 -> 110 sends nothing to a subscription made at 95.
    """
    watches = tx.execute(
        "SELECT sw.watch_id, sw.min_rp, s.pace FROM subscription_watches sw "
        "JOIN subscriptions s ON s.id = sw.subscription_id WHERE sw.subscription_id = ?",
        (subscription_id,),
    ).fetchall()
    words = WithinBudget()
    for watch_id, min_rp, pace in watches:
        passing, below = _check_stored(tx, watch_id, min_rp, rules, to_us(since), to_us(now), words)
        if pace is not None:
            passing, lower = _split_by_pace(passing, pace, since, now)
            below += lower
        tx.executemany(
            "INSERT INTO baselines (subscription_id, post_key, why, at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            [(subscription_id, one.key, why, to_us(now)) for one in passing],
        )
        _recheck_now(tx, watch_id, [one.key for one in below if one.is_young], to_us(now))


def _split_by_pace(
    passing: Sequence[_StoredPost], pace: int, since: datetime, now: datetime
) -> tuple[list[_StoredPost], list[_StoredPost]]:
    """The posts that are baseline for a pace, and those below; a post without RP is baseline."""
    counted = [(one.rp, one.written) for one in passing if one.rp is not None and one.rp >= LOWEST]
    known = known_rp(pace, [(rp, written) for rp, written in counted if written >= since], now)
    below = [one for one in passing if one.rp is not None and one.rp < known]
    return [one for one in passing if one.rp is None or one.rp >= known], below


class WithinBudget:
    """A ``WordCheck`` with a CPU budget, for a transaction that blocks all other writers.

    Once the budget is spent, the remaining posts count as passing: they become baseline, so that no old post is
    sent.
    """

    def __init__(self, seconds: float = CHECK_S, cpu: Callable[[], float] = time.thread_time) -> None:
        self._left_s = seconds
        self._cpu = cpu

    def __call__(self, post: Post, rules: Rules) -> Verdict:
        """Verdict of the word rules; PASSES once the budget is spent."""
        if self._left_s <= 0:
            return Verdict.PASSES
        began = self._cpu()
        verdict = check_words(post, rules)
        self._left_s -= self._cpu() - began
        return verdict


def _check_stored(
    tx: Tx,
    watch_id: int,
    min_rp: int,
    rules: Rules,
    since: int,
    now: int,
    words: WordCheck,
) -> tuple[list[_StoredPost], list[_StoredPost]]:
    """The posts that pass, and those below min_rp; young are those whose recheck is not due yet."""
    passing: list[_StoredPost] = []
    below: list[_StoredPost] = []
    for row in tx.execute(_CANDIDATES, (watch_id, since)):
        recheck_at, written = row["relook_at"], row["written"]
        post = post_from(row)
        verdict = check(post, row["max_rp"], min_rp, rules, words, velocity=row["peak_velocity"])
        is_young = written >= since and bool(post.source_id) and (recheck_at is None or recheck_at > now)
        one = _StoredPost(post.key, row["max_rp"], from_us(written), is_young)
        if verdict is Verdict.PASSES:
            passing.append(one)
        elif verdict in _BELOW:
            below.append(one)
    return passing, below


def _recheck_now(tx: Tx, watch_id: int, keys: list[str], now: int) -> None:
    if not keys:
        return
    tx.executemany(
        "UPDATE posts SET relook_at = ? WHERE watch_id = ? AND post_key = ?",
        [(now, watch_id, key) for key in keys],
    )
    tx.execute("UPDATE watches SET next_poll_at = ?1 WHERE id = ?2 AND next_poll_at > ?1", (now, watch_id))
