"""After a restore: what was sent since the copy is found in its channel, and nothing of it is sent again."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.models import EVERYWHERE, OPERATOR, Fold, PostsBy
from bot.delivery.discord import own_messages
from bot.delivery.sender import SECOND_CHECK_AFTER
from bot.storage.sqlite.connection import open_sqlite
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import Channel
from tests.storage.world import alert, change, held, key, plan, post

from .conftest import DeliveryRig
from .test_forums import a_forum
from .test_forums import told as told_in_posts

LOAD = "GET /channels/{}/messages"


def copy_of(rig: DeliveryRig) -> Path:
    """A copy of the database as it is now."""
    copy = rig.path.with_name("copy.db")
    with closing(sqlite3.connect(rig.path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


async def restore(rig: DeliveryRig, copy: Path, *, ahead: timedelta = timedelta(0)) -> None:
    """Put a copy in the place of the database, as ``kawaraban restore`` does. ``ahead``: of the clock then."""
    await rig.storage.close()
    for ending in ("", "-wal", "-shm"):
        rig.path.with_name(f"{rig.path.name}{ending}").unlink(missing_ok=True)
    shutil.copy(copy, rig.path)
    rig.storage = await open_sqlite(f"sqlite:///{rig.path}", busy_timeout_s=0.01)
    rig.clock.advance(3600)
    await rig.storage.restores.record(rig.clock.now() + ahead)
    rig.clock.advance(60)  # the bot is started


def numbers_in(texts: list[str]) -> list[str]:
    """The numbers of the posts in texts, in their order."""
    return re.findall(r"話その(\d{3})", "\n".join(texts))


@pytest.mark.invariant(2)
async def test_alerts_that_were_sent_since_the_copy_are_recorded_and_not_sent_again(rig: DeliveryRig) -> None:
    """Invariant 2: one decided before the copy and sent after it, two decided and sent after it, one new."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    copy = copy_of(rig)
    await rig.deliver()
    await rig.decide(subscription, numbers=[2, 3])
    await rig.deliver()
    sent = rig.rows("SELECT id, discord_message_id FROM messages ORDER BY id")

    await restore(rig, copy)
    await rig.decide(subscription, numbers=[2, 3, 4])
    await rig.deliver()

    assert sorted(numbers_in(rig.told())) == ["001", "002", "003", "004"]
    known = rig.rows("SELECT id, discord_message_id FROM messages ORDER BY id")
    assert set(sent) <= set(known)
    assert rig.entries() == {"sent": 4}
    assert rig.rows("SELECT count(*) FROM found_entries") == [(0,)]


@pytest.mark.invariant(2)
async def test_message_that_was_sealed_in_the_copy_is_confirmed_and_not_sent_again(rig: DeliveryRig) -> None:
    """Invariant 2: the copy has it without a try, so that no search would come before one."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next("POST /channels/", Fault.status(503), times=9)
    await rig.delivery().drain(rig.transport)
    copy = copy_of(rig)
    rig.server.faults.clear()
    await rig.deliver()

    await restore(rig, copy)
    await rig.deliver()

    assert numbers_in(rig.told()) == ["001"]
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(1)
async def test_nothing_goes_out_before_the_history_was_read(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    copy = copy_of(rig)
    await restore(rig, copy)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(LOAD.format(rig.place.news.id), Fault.status(500), times=9)

    await rig.delivery().drain(rig.transport)
    assert rig.told() == []

    rig.server.faults.clear()
    await _pass(rig, 600)
    assert numbers_in(rig.told()) == ["001"]


@pytest.mark.invariant(1)
async def test_restore_at_a_time_that_has_not_come_stops_no_delivery(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    copy = copy_of(rig)
    await rig.deliver()

    await restore(rig, copy, ahead=timedelta(hours=2))
    await rig.decide(subscription, numbers=[2])
    await rig.deliver()

    assert sorted(numbers_in(rig.told())) == ["001", "002"]


@pytest.mark.invariant(2)
async def test_post_that_was_sent_and_is_held_now_is_an_alert_of_its_own_again(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    copy = copy_of(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    await restore(rig, copy)
    now = rig.clock.now()
    seen = post(1, 201, text="話その001", published_at=now)
    state = await rig.world.poll(now)
    wanted = plan(state, at=now, next_poll_at=now, changes=[change(seen)])
    await rig.storage.polls.commit(replace(wanted, held=(held(subscription, seen, summary_at=now),)))
    await _pass(rig, 7200)

    assert numbers_in(rig.told()) == ["001"]
    assert rig.posts_sent() == 1
    assert rig.rows("SELECT held FROM alerts") == [(None,)]
    assert rig.rows("SELECT kind, state FROM entries ORDER BY kind") == [("alert", "sent"), ("summary", "dropped")]


@pytest.mark.invariant(2)
async def test_lead_that_folds_into_another_post_now_keeps_its_message(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    copy = copy_of(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    await restore(rig, copy)
    await rig.decide(subscription, numbers=[2])
    now = rig.clock.now()
    seen = post(1, 201, text="話その001", published_at=now)
    fold = Fold(alert(subscription, seen), key(2))
    state = await rig.world.poll(now)
    wanted = plan(state, at=now, next_poll_at=now, changes=[change(seen)])
    await rig.storage.polls.commit(replace(wanted, folds=(fold,)))
    await rig.deliver()

    assert sorted(numbers_in(rig.told())) == ["001", "002"]
    assert rig.rows("SELECT held, lead_key FROM alerts") == [(None, None)] * 2


@pytest.mark.invariant(8)
@pytest.mark.parametrize("again", [True, False], ids=["decided again", "not yet"])
async def test_post_that_is_hidden_after_the_restore_goes_out_of_the_message_of_before(
    rig: DeliveryRig, *, again: bool
) -> None:
    """Invariant 8: also before anything is decided anew; what else stands in that message goes with it then."""
    subscription = await rig.follow()
    copy = copy_of(rig)
    await rig.decide(subscription, numbers=[1, 2])
    await rig.deliver()

    await restore(rig, copy)
    await rig.deliver()
    if again:
        await rig.decide(subscription, numbers=[1, 2])
    await rig.deliver()
    now = rig.clock.now()
    await rig.storage.moderation.hide(EVERYWHERE, key(1), actor=OPERATOR, why=None, now=now)
    await rig.deliver()

    assert numbers_in(rig.told()) == (["002"] if again else [])


async def test_counts_are_not_drawn_into_a_message_that_is_known_in_part(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    copy = copy_of(rig)
    await rig.decide(subscription, numbers=[1, 2])
    await rig.deliver()

    await restore(rig, copy)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    now = rig.clock.now()
    state = await rig.world.poll(now)
    counts = [(subscription.channel_id, key(1), 9999)]
    await rig.storage.polls.commit(plan(state, at=now, next_poll_at=now, count_updates=counts))
    await rig.deliver()

    assert sorted(numbers_in(rig.told())) == ["001", "002"]


@pytest.mark.invariant(2)
@pytest.mark.parametrize("posts_by", list(PostsBy))
async def test_what_stands_in_a_forums_posts_is_found_there(rig: DeliveryRig, posts_by: PostsBy) -> None:
    """Invariant 2: in a post opened before the copy, and in one opened after it."""
    forum, subscription = await a_forum(rig, posts_by)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    copy = copy_of(rig)
    await rig.decide(subscription, numbers=[2])
    await rig.deliver()

    await restore(rig, copy)
    await rig.decide(subscription, numbers=[2])
    await rig.deliver()
    await rig.decide(subscription, numbers=[3])
    await rig.deliver()

    texts = [text for texts in told_in_posts(rig, forum) for text in texts]
    assert sorted(numbers_in(texts)) == ["001", "002", "003"]
    expected = 1 if posts_by is PostsBy.TOPIC else 3
    assert len(told_in_posts(rig, forum)) == expected


@pytest.mark.invariant(2)
async def test_forum_post_of_a_topic_that_was_opened_after_the_copy_is_used_on(rig: DeliveryRig) -> None:
    forum, subscription = await a_forum(rig)
    copy = copy_of(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    await restore(rig, copy)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    await rig.decide(subscription, numbers=[2])
    await rig.deliver()

    assert [numbers_in(texts) for texts in told_in_posts(rig, forum)] == [["001", "002"]]


@pytest.mark.invariant(2)
async def test_where_no_history_can_be_read_old_posts_are_unconfirmed_and_new_ones_sent(rig: DeliveryRig) -> None:
    """Invariant 2: nobody can tell whether the old one was sent; a person decides."""
    subscription = await rig.follow()
    copy = copy_of(rig)
    await restore(rig, copy)
    await rig.decide(subscription, numbers=[1])
    rig.server.set_permissions(rig.place.news, deny=["read_message_history"])
    await rig.until_bot_knows(rig.place.news, "read_message_history", allowed=False)
    await rig.storage.restores.record(rig.clock.now())  # the post was published before
    rig.clock.advance(60)

    await rig.delivery().drain(rig.transport)
    rig.clock.advance(SECOND_CHECK_AFTER.total_seconds() + 1)
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(60)
    await rig.decide(subscription, numbers=[2])
    await rig.deliver()

    assert numbers_in(rig.told()) == ["002"]
    assert [state for state, _ in rig.messages()] == ["uncertain", "sent"]


async def test_long_history_is_read_in_pages_and_goes_on_after_a_restart(
    rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_messages, "PAGE", 10)
    subscription = await rig.follow()
    copy = copy_of(rig)
    _chatter(rig, rig.place.news, 25)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    _chatter(rig, rig.place.news, 7)

    await restore(rig, copy)
    where = LOAD.format(rig.place.news.id)
    rig.server.faults.next(where, Fault.status(503), skip=2, times=9)
    await rig.decide(subscription, numbers=[1])
    await rig.delivery().drain(rig.transport)
    assert rig.rows("SELECT state, pages FROM read_histories") == [("reading", 2)]
    rig.server.faults.clear()
    await _pass(rig, 600)

    assert numbers_in(rig.told()) == ["001"]
    assert rig.rows("SELECT state, pages FROM read_histories") == [("read", 4)]


async def test_another_bots_buttons_are_not_taken_for_ours(rig: DeliveryRig) -> None:
    """Anybody may write text; only our own messages count."""
    subscription = await rig.follow()
    copy = copy_of(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    [ours] = rig.server.messages(rig.place.news)
    ours.author = rig.place.alice

    await restore(rig, copy)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    assert numbers_in(rig.told()) == ["001", "001"]


def _chatter(rig: DeliveryRig, channel: Channel, count: int) -> None:
    """People talk."""
    for number in range(count):
        rig.clock.advance(1)
        rig.server.say(channel, rig.place.alice, f"hello {number}")


async def _pass(rig: DeliveryRig, seconds: float) -> None:
    """Time passes, and a new process delivers."""
    rig.clock.advance(seconds)
    await rig.delivery().drain(rig.transport)
    await rig.deliver()
