"""Names of entries: read with a poll's state, written with its plan, and bounded like posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.core.identity.entries import (
    KINDS_ACROSS_FEEDS,
    NEXT_AFTER,
    FingerprintKind,
    Recognised,
    is_same_elsewhere,
    kind_of,
    lookup_fingerprints,
    paired,
    recognise,
)
from bot.core.lazy_dataclass import dataclass
from bot.core.models import ChannelId, EntryFingerprints, PollPlan, PostKey, Watch
from bot.core.url_display import site_of
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import json_list, to_us

FINGERPRINTS_A_POST: Final = 8
"""Names kept for each post that a watch keeps, on the mean."""
AGAIN_AFTER: Final = timedelta(days=1)
"""Interval at which ``seen_at`` of an entry that is still on its page is written."""
RECENT: Final = 2 * AGAIN_AFTER
KEPT_FOR: Final = timedelta(days=90)
"""Time off its page after which an entry's names are dropped, where its post is gone too."""

# CROSS JOIN fixes the order: one index look-up for each name.
_SHARING: Final = """
SELECT n.post_key, n.name, n.seen_at FROM entry_names n WHERE n.watch_id = ?1 AND n.post_key IN (
  SELECT m.post_key FROM json_each(?2) k
  CROSS JOIN entry_names m ON m.watch_id = ?1 AND m.name = CAST(k.value AS BIGINT))
"""
_HELD: Final = """
SELECT p.post_key FROM json_each(?2) k CROSS JOIN posts p ON p.watch_id = ?1 AND p.post_key = k.value
"""
_DECIDED: Final = """
SELECT k.value FROM json_each(?2) k WHERE EXISTS (SELECT 1 FROM alerts a WHERE a.post_key = k.value)
OR EXISTS (
  SELECT 1 FROM subscription_watches sw CROSS JOIN baselines b
    ON b.subscription_id = sw.subscription_id AND b.post_key = k.value
  WHERE sw.watch_id = ?1)
"""
_KEEP: Final = """
INSERT INTO entry_names (watch_id, post_key, name, seen_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_SEEN: Final = """
UPDATE entry_names SET seen_at = ?1 WHERE watch_id = ?2 AND post_key IN (SELECT value FROM json_each(?3))
"""
_COUNT: Final = "SELECT count(*) FROM entry_names WHERE watch_id = ?"
_DROP_OLDEST: Final = """
DELETE FROM entry_names WHERE watch_id = ?1 AND post_key IN (
  SELECT post_key FROM entry_names
  WHERE watch_id = ?1 AND post_key NOT IN (SELECT value FROM json_each(?2))
  ORDER BY seen_at LIMIT ?3)
"""
_DROP_FORGOTTEN: Final = """
DELETE FROM entry_names WHERE watch_id >= ?1 AND watch_id <= ?2 AND seen_at < ?3 AND NOT EXISTS (
  SELECT 1 FROM posts p WHERE p.watch_id = entry_names.watch_id AND p.post_key = entry_names.post_key)
"""
_FIRST_SEEN: Final = """
SELECT p.post_key, p.first_seen_at FROM json_each(?2) k
CROSS JOIN posts p ON p.watch_id = ?1 AND p.post_key = k.value
"""
SIBLINGS_MAX: Final = 8
"""Most other feeds of the same site, subscribed to by the channel, in which a new entry is looked up."""
SHARING_MAX: Final = 100
"""Most entries of such a feed that share a name with it: a publisher may name all entries alike (invariant 11)."""
# Other feeds of a channel.
_SIBLINGS: Final = """
SELECT DISTINCT w.id, w.target FROM subscriptions s
JOIN subscription_watches sw ON sw.subscription_id = s.id CROSS JOIN watches w ON w.id = sw.watch_id
WHERE s.channel_id = ? AND s.removed_at IS NULL AND w.source = ? AND w.id <> ?
"""
_NAMES_OF: Final = "SELECT name FROM entry_names WHERE watch_id = ? AND post_key = ?"
_ALERTED_SHARING: Final = """
SELECT n.post_key, n.name, t.decided_at FROM (
  SELECT DISTINCT f.post_key, a.decided_at FROM (
    SELECT m.post_key FROM json_each(?2) k
    CROSS JOIN entry_names m ON m.watch_id = ?1 AND m.name = CAST(k.value AS BIGINT)
    LIMIT ?5) f
  CROSS JOIN alerts a ON a.channel_id = ?3 AND a.post_key = f.post_key
  WHERE f.post_key <> ?4 ORDER BY a.decided_at DESC) t
CROSS JOIN entry_names n ON n.watch_id = ?1 AND n.post_key = t.post_key
"""


@dataclass(frozen=True, slots=True)
class Read:
    """Recognised entries, and those (``old``) whose ``seen_at`` is due to be written."""

    recognised: Recognised = Recognised()
    old: tuple[PostKey, ...] = ()


def read_fingerprints(
    tx: Tx, watch: Watch, fingerprints: Mapping[PostKey, EntryFingerprints], now: datetime
) -> Read:
    """Find the posts of an answer among the watch's names. ``fingerprints``: in the order of the page."""
    if not fingerprints:
        return Read()
    wanted = lookup_fingerprints(fingerprints.values())
    found: dict[PostKey, set[int]] = defaultdict(set)
    old: set[PostKey] = set()
    recent: set[PostKey] = set()
    before, lately = to_us(now - AGAIN_AFTER), to_us(now - RECENT)
    for key, fingerprint, seen_at in tx.execute(_SHARING, (watch.id, json_list(sorted(wanted)))):
        found[key].add(fingerprint)
        if seen_at < before:
            old.add(key)
        if seen_at >= lately:
            recent.add(key)
    is_age_asked = len(fingerprints) == 1 or any(map(_has_words_alone, fingerprints.values()))
    settled = _settled(tx, watch, found, now) if found and is_age_asked else frozenset()
    pairs = paired(fingerprints, found, recent, settled)
    unpaired = {key: one for key, one in fingerprints.items() if key not in pairs}
    held = _held(tx, watch, unpaired) if unpaired else frozenset()
    recognised = recognise(fingerprints, found, held, recent, pairs=pairs)
    on_page = {recognised.same.get(key, key) for key in fingerprints}
    return Read(recognised, tuple(sorted(old & on_page)))


def _has_words_alone(one: EntryFingerprints) -> bool:
    """Whether an entry has neither an id nor a time."""
    telling = {FingerprintKind.ID, FingerprintKind.TIME}
    return telling.isdisjoint(map(kind_of, one.fingerprints))


def _settled(tx: Tx, watch: Watch, found: Collection[PostKey], now: datetime) -> frozenset[PostKey]:
    """Posts that were first seen long ago; those that are stored no more are taken for such."""
    before = to_us(now - NEXT_AFTER)
    return frozenset(found) - {
        key for key, seen_at in tx.execute(_FIRST_SEEN, (watch.id, json_list(sorted(found)))) if seen_at > before
    }


def _held(tx: Tx, watch: Watch, fingerprints: Mapping[PostKey, EntryFingerprints]) -> frozenset[PostKey]:
    """Keys of the entries under which posts are stored, or under whose earlier keys something was decided.

    Only of entries without a pair: those of a page of 20 unchanged entries were a hundred look-ups a poll.
    """
    earlier = [key for one in fingerprints.values() for key in one.earlier]
    own = [*fingerprints, *earlier, *(key for one in fingerprints.values() for key in one.spare)]
    held = {key for (key,) in tx.execute(_HELD, (watch.id, json_list(own)))}
    left = [
        key
        for own_key, one in fingerprints.items()
        if own_key not in held
        for key in one.earlier
        if key not in held
    ]
    if left:
        held |= {key for (key,) in tx.execute(_DECIDED, (watch.id, json_list(left)))}
    return frozenset(held)


def alerted_by_sibling(tx: Tx, watch: Watch, channel_id: ChannelId, key: PostKey, now: datetime) -> PostKey | None:
    """Post alerted in a channel from another feed of the same site that is the entry ``key``; else None."""
    site = site_of(watch.target)
    if not watch.source.traits.lists_articles or not site:
        return None
    others = tx.execute(_SIBLINGS, (channel_id, watch.source, watch.id))
    siblings = [watch_id for watch_id, target in others if site_of(target) == site][:SIBLINGS_MAX]
    if not siblings:
        return None
    mine = [fingerprint for (fingerprint,) in tx.execute(_NAMES_OF, (watch.id, key))]
    wanted_kinds = [fingerprint for fingerprint in mine if kind_of(fingerprint) in KINDS_ACROSS_FEEDS]
    wanted = json_list(
        sorted(wanted_kinds, key=lambda fingerprint: kind_of(fingerprint) is FingerprintKind.TITLE)
    )  # titles are shared
    recently = to_us(now - RECENT)
    for sibling in siblings:
        theirs: dict[tuple[PostKey, bool], set[int]] = defaultdict(set)
        shared = (sibling, wanted, channel_id, key, SHARING_MAX)
        for post, fingerprint, alerted_at in tx.execute(_ALERTED_SHARING, shared):
            theirs[post, alerted_at >= recently].add(fingerprint)
        for (post, lately), fingerprints in theirs.items():
            if is_same_elsewhere(mine, fingerprints, lately=lately):
                return post
    return None


def keep_fingerprints(tx: Tx, plan: PollPlan) -> None:
    """Write a plan's names. Beyond the bound the oldest are dropped, except those on the page."""
    watch, at = plan.watch.id, to_us(plan.at)
    if plan.seen_again:
        tx.execute(_SEEN, (at, watch, json_list(plan.seen_again)))
    if not plan.new_fingerprints:
        return
    tx.executemany(_KEEP, [(watch, key, fingerprint, at) for key, fingerprint in plan.new_fingerprints])
    most = FINGERPRINTS_A_POST * (plan.kept or len(plan.new_fingerprints))
    (has,) = tx.execute(_COUNT, (watch,)).fetchone()
    if has > most:
        tx.execute(_DROP_OLDEST, (watch, json_list(plan.seen), has - most + most // 10))


def forget_fingerprints(tx: Tx, first: int, last: int, now: datetime) -> int:
    """Drop the names of entries long off the pages of the watches from ``first`` to ``last``; number of rows."""
    return tx.execute(_DROP_FORGOTTEN, (first, last, to_us(now - KEPT_FOR))).rowcount
