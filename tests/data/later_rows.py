"""Rows of the tables that came after version 18, written by the storage of today.

Apart from ``make_database``, whose dump is read value by value. A new table gets its rows here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.models import (
    ChannelId,
    Counted,
    CountState,
    CrossingTable,
    EntryMemo,
    Health,
    NewSubscription,
    PollPlan,
    PostCount,
    SourceName,
    SubscriptionSettings,
    SurgeCard,
    SurgeContent,
    SurgeFigures,
    SurgePlan,
    SurgeUpdate,
    Validators,
    WatchUpdate,
)
from bot.core.models.counts import BIN
from bot.core.processes import ProcessReport
from bot.core.roles import Role, Shards
from bot.core.surge.settings import Preset
from bot.core.surge.state import SurgeState
from bot.core.text import make_topic
from bot.storage.sql.database import Tx
from bot.storage.stores import Storage

from .make_database import GUILD, LEASE_S, ROLE, USER, at, change, full_alert, full_post, message_id

CHANNEL: Final = ChannelId(2010)
TOPIC: Final = make_topic("後の話題")
FIGURES: Final = SurgeFigures(at(days=40), 6.1, 6.1, 240.0, 40.0)


async def write_later(storage: Storage) -> None:
    """Add a channel that is sent alerts by a pace and surges, and processes beside each other."""
    wanted = SubscriptionSettings("ja", {SourceName.TRENDPAGE: 5}, pace=5, surge=Preset.UNUSUAL)
    now = at(days=40)
    followed = await storage.subscriptions.subscribe(
        NewSubscription(GUILD, CHANNEL, TOPIC, USER, wanted), now, now
    )
    due = await storage.watches.claim_due(now, limit=1000, lease_s=LEASE_S, lease_hosts=True)
    watch = next(one.watch for one in due if one.watch.topic.key == TOPIC.key)
    content = SurgeContent(
        topic=followed.topic,
        source=SourceName.TRENDPAGE,
        language="ja",
        preset=Preset.UNUSUAL,
        began_at=now,
        figures=FIGURES,
        carriers=(full_post(1), full_post(2)),
    )
    card = SurgeCard(followed.id, followed.guild_id, followed.channel_id, content, now)
    update = WatchUpdate(at(days=41), None, Validators(), now, 0, Health.OK, None)
    plan = PollPlan(
        watch=watch,
        at=now,
        update=update,
        changes=tuple(change(full_post(number)) for number in (1, 2)),
        memo=EntryMemo(now, b"context", ((full_post(1).key, b"entry"),)),
        counted=Counted(CountState(now), (PostCount(now, BIN, BIN, 3),)),
        crossings=CrossingTable(now),
        surges=SurgePlan(states={Preset.UNUSUAL: SurgeState()}, cards=(card,)),
    )
    await storage.polls.commit(plan)
    await storage.entries.seal(message_id(20), (await storage.entries.waiting(now))[CHANNEL], now, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(20), now)
    await storage.messages.confirm(message_id(20), 5020, now)
    later = at(days=42)
    due = await storage.watches.claim_due(later, limit=1000, lease_s=LEASE_S)
    watch = next(one.watch for one in due if one.watch.topic.key == TOPIC.key)
    [surge] = (await storage.polls.state(watch, [], later)).open_surges
    newer = SurgeUpdate(surge, replace(FIGURES, at=later))
    again = replace(update, next_poll_at=at(days=60))
    await storage.polls.commit(PollPlan(watch=watch, at=later, update=again, surges=SurgePlan(updates=(newer,))))
    await storage.leadership.begin_term("sender")
    await storage.processes.report(
        ProcessReport(storage.database.holder, "host:1", (Role.GATEWAY,), Shards((0,), 2), now, later)
    )
    rows = {
        "story_splits": (CHANNEL, full_post(2).key, full_alert(1).post.key, 0, f"user:{USER}"),
        "guild_settings": (GUILD, "{}"),
        "welcomes": (GUILD, 0),
        "notify_roles": (GUILD, followed.id, ROLE, USER, 0),
        "rankings": ("mastodon social.example", 0, 0, None, None),
        "entry_sentences": (1, None),
        "read_histories": (CHANNEL, GUILD, "read", None, 0, None, None),
        "found_entries": (message_id(20), 5, "mark", CHANNEL),
        "blocked_topics": (GUILD, TOPIC.key, TOPIC.name, 0),
    }

    def insert(tx: Tx) -> None:
        for table, values in rows.items():
            tx.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608

    await storage.database.write(insert)
