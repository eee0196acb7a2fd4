"""Surges: the detectors of a watch, and the cards that channels were sent, decided by a key (channel, topic)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.alerting.surges import HISTORY
from bot.core.models import (
    Listener,
    OpenSurge,
    PostCount,
    SubscriptionId,
    SurgeCard,
    SurgeContent,
    SurgeFigures,
    SurgePlan,
    SurgeUpdate,
    Watch,
    WatchId,
)
from bot.core.surge.settings import Preset
from bot.core.surge.state import SurgeState
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import from_us, to_us
from bot.storage.sql.mapping.counts import read_counts
from bot.storage.sql.mapping.json_forms import form_of
from bot.storage.sql.mapping.outbox import ENTRY, content_json, entry_from
from bot.storage.sql.outbox.edits import request_edit
from bot.storage.sql.outbox.entry_writes import add_entry

APART: Final = timedelta(hours=12)
"""Least time between the begins of two surges of a topic that a channel is sent."""
_FORGOTTEN: Final = timedelta(days=4)
"""A surge that never came to an end is over: none lasts longer than three days."""

_STATE: Final = form_of(SurgeState)
_CONTENT: Final = form_of(SurgeContent)
_FIGURES: Final = form_of(SurgeFigures)

_STATES = "SELECT preset, state FROM surge_states WHERE watch_id = ?"
_KEEP_STATE = """
INSERT INTO surge_states (watch_id, preset, state) VALUES (?, ?, ?)
ON CONFLICT (watch_id, preset) DO UPDATE SET state = excluded.state
"""
_OPEN = """
SELECT a.entry_id, a.subscription_id, a.channel_id, a.preset, a.began_at, e.content, f.figures
FROM surge_alerts a JOIN entries e ON e.id = a.entry_id
JOIN subscriptions s ON s.id = a.subscription_id AND s.removed_at IS NULL
LEFT JOIN surge_figures f ON f.entry_id = a.entry_id
WHERE a.watch_id = ? AND a.ended_at IS NULL ORDER BY a.channel_id, a.topic_key
"""
# Invariant 2: the key decides, not the plan's state.
_FIRST = """
INSERT INTO surge_alerts (channel_id, topic_key, watch_id, subscription_id, preset, began_at, decided_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (channel_id, topic_key) DO UPDATE SET watch_id = excluded.watch_id,
  subscription_id = excluded.subscription_id, preset = excluded.preset, began_at = excluded.began_at,
  decided_at = excluded.decided_at, ended_at = NULL, entry_id = NULL
WHERE surge_alerts.began_at <= ?8 AND (surge_alerts.ended_at IS NOT NULL OR surge_alerts.began_at <= ?9)
"""
_SHOWN = """
SELECT 1 FROM surge_alerts a JOIN entries e ON e.id = a.entry_id
WHERE a.channel_id = ? AND a.topic_key = ? AND a.began_at = ? AND e.state IN ('sealed', 'sent')
"""
_LINK = "UPDATE surge_alerts SET entry_id = ? WHERE channel_id = ? AND topic_key = ?"
_END = "UPDATE surge_alerts SET ended_at = ?1 WHERE entry_id = ?2"
_WAITING = f"{ENTRY} WHERE e.id = ? AND e.state = 'waiting'"
_KEEP_FIGURES = """
INSERT INTO surge_figures (entry_id, figures) VALUES (?, ?)
ON CONFLICT (entry_id) DO UPDATE SET figures = excluded.figures
"""
_STATES_OF_SUBSCRIPTION = """
SELECT w.source, st.state FROM subscription_watches sw JOIN watches w ON w.id = sw.watch_id
JOIN surge_states st ON st.watch_id = w.id AND st.preset = ?2
WHERE sw.subscription_id = ?1 ORDER BY w.id
"""


class SurgeStore(Store):
    """Surge detectors, for people's questions; polls write them."""

    async def states_of(self, subscription: SubscriptionId, preset: Preset) -> list[SurgeState]:
        """The detectors of a subscription's watches at a sensitivity; watches that were not judged have none."""
        return await self._database.ask(partial(_states_of, subscription, preset))


def _states_of(subscription: SubscriptionId, preset: Preset, tx: Tx) -> list[SurgeState]:
    rows = tx.execute(_STATES_OF_SUBSCRIPTION, (subscription, preset))
    return [_STATE.decode(row["state"]) for row in rows]


# -- read with the state of a poll -----------------------------------------------------------------------


def read_surge_states(tx: Tx, watch: WatchId) -> dict[Preset, SurgeState]:
    """The detectors of a watch, by sensitivity."""
    return {Preset(preset): _STATE.decode(state) for preset, state in tx.execute(_STATES, (watch,))}


def read_past_counts(
    tx: Tx, watch: WatchId, listeners: Iterable[Listener], states: Mapping[Preset, SurgeState], now: datetime
) -> tuple[PostCount, ...]:
    """The stored counts of three weeks where a listener's detector is to begin from them."""
    wanted = {listener.surge for listener in listeners if listener.surge is not None}
    return read_counts(watch, now - HISTORY, now, tx) if wanted - states.keys() else ()


def read_open_surges(tx: Tx, watch: WatchId, states: Collection[Preset]) -> tuple[OpenSurge, ...]:
    """Surges of the watch that channels were sent, and that last."""
    return tuple(
        OpenSurge(
            entry_id=row["entry_id"],
            subscription_id=row["subscription_id"],
            channel_id=row["channel_id"],
            preset=Preset(row["preset"]),
            began_at=from_us(row["began_at"]),
            figures=_figures(row["content"], row["figures"]),
        )
        for row in (tx.execute(_OPEN, (watch,)) if states else ())
    )


def _figures(content: str, newest: str | None) -> SurgeFigures:
    return _CONTENT.decode(content).figures if newest is None else _FIGURES.decode(newest)


# -- written with a poll ---------------------------------------------------------------------------------


def commit_surges(tx: Tx, watch: Watch, plan: SurgePlan, at: datetime) -> int:
    """Write what a plan changes in the surges of its watch; returns the cards and lines that it added."""
    if plan.states:
        rows = [(watch.id, preset, _STATE.encode(state)) for preset, state in plan.states.items()]
        tx.executemany(_KEEP_STATE, rows)
    for update in plan.updates:
        _update(tx, update, at)
    return sum(_insert(tx, watch, card, at) for card in plan.cards)


def _insert(tx: Tx, watch: Watch, card: SurgeCard, at: datetime) -> bool:
    """Put a card, or the line of a surge that has grown, into the outbox; False where the channel needs none."""
    is_due = _is_shown(tx, card) if card.content.grew else _is_first(tx, watch, card, at)
    if not is_due:
        return False
    entry_id = add_entry(
        tx,
        card.guild_id,
        card.channel_id,
        card.content,
        at,
        summary_at=card.not_before,
        subscription_id=card.subscription_id,
    )
    if not card.content.grew:
        tx.execute(_LINK, (entry_id, card.channel_id, card.content.topic.key))
    posts = [(shown.post.key, entry_id) for shown in card.content.posts()]
    tx.executemany("INSERT INTO surge_posts (post_key, entry_id) VALUES (?, ?)", posts)
    return True


def _is_first(tx: Tx, watch: Watch, card: SurgeCard, at: datetime) -> bool:
    """Insert the key of a surge; False where the channel was sent this one, or another of the topic lately."""
    began_at = card.content.began_at
    channel = card.channel_id, card.content.topic.key, watch.id, card.subscription_id, card.content.preset
    times = to_us(began_at), to_us(at), to_us(began_at - APART), to_us(began_at - _FORGOTTEN)
    return tx.execute(_FIRST, (*channel, *times)).rowcount == 1


def _is_shown(tx: Tx, card: SurgeCard) -> bool:
    """Whether the channel has the card of the surge: one that waits shows the newest figures anyway."""
    key = card.channel_id, card.content.topic.key, to_us(card.content.began_at)
    return tx.execute(_SHOWN, key).fetchone() is not None


def _update(tx: Tx, update: SurgeUpdate, at: datetime) -> None:
    """Let a card show other figures: one that waits is written anew, one that was sealed is edited."""
    entry_id, figures = update.surge.entry_id, update.figures
    if figures.over:
        tx.execute(_END, (to_us(figures.at), entry_id))
    row = tx.execute(_WAITING, (entry_id,)).fetchone()
    if row is not None:
        content = entry_from(row).content
        if isinstance(content, SurgeContent):
            fresh = content.with_figures(figures)
            tx.execute("UPDATE entries SET content = ? WHERE id = ?", (content_json(fresh), entry_id))
        return
    tx.execute(_KEEP_FIGURES, (entry_id, _FIGURES.encode(figures)))
    (message_id,) = tx.execute("SELECT message_id FROM entries WHERE id = ?", (entry_id,)).fetchone()
    if message_id is not None:
        request_edit(tx, message_id, at, urgent=False)
