"""Posts of a forum on the wire: opened once, written into, replaced, taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.models import ChannelId, Fold, GuildId, PostsBy, Subscription
from bot.delivery.sender import SECOND_CHECK_AFTER
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import FORUM, MEDIA, Channel, Tag
from tests.storage.world import TOPIC, alert, change, key, plan, post

from .conftest import DeliveryRig, until
from .test_editor import drawn, grown, hide

OPEN = "/threads"


async def a_forum(
    rig: DeliveryRig, posts_by: PostsBy = PostsBy.TOPIC, **fields: Any
) -> tuple[Channel, Subscription]:
    """A forum that follows the topic."""
    forum = rig.server.add_channel(rig.place.guild, "forum", **{"type": FORUM, **fields})
    await rig.storage.forums.know_forum(GuildId(rig.place.guild.id), ChannelId(forum.id), posts_by)
    await until(lambda: rig.bot.get_channel(forum.id) is not None)
    return forum, await rig.follow(forum)


def posts(rig: DeliveryRig, forum: Channel) -> list[Channel]:
    """The forum's posts that are there, oldest first."""
    return [thread for thread in rig.place.guild.channels if thread.parent is forum]


def told(rig: DeliveryRig, forum: Channel) -> list[list[str]]:
    """What stands in each of its posts."""
    return [[message.text for message in rig.server.visible(thread)] for thread in posts(rig, forum)]


def opened(rig: DeliveryRig, forum: Channel) -> int:
    """How often a post was asked for, whatever came of it."""
    return len(rig.server.record.matching(f"POST /channels/{forum.id}{OPEN}"))


# -- a post a topic, a post a story ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FORUM, MEDIA])
async def test_a_topic_has_one_post_and_what_comes_later_stands_in_it(rig: DeliveryRig, kind: int) -> None:
    forum, subscription = await a_forum(rig, type=kind)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    await rig.decide(subscription, numbers=[2])

    await rig.deliver()

    [thread] = posts(rig, forum)
    assert thread.name == TOPIC.name
    [first, second] = rig.server.visible(thread)
    assert first.id == thread.id
    assert ("001" in first.text, "002" in second.text) == (True, True)
    assert rig.rows("SELECT state, thread_id FROM messages") == [("sent", thread.id)] * 2


async def test_each_story_has_a_post_of_its_own_called_by_its_first_words(rig: DeliveryRig) -> None:
    forum, subscription = await a_forum(rig, PostsBy.STORY)

    await rig.decide(subscription, numbers=[1, 2], text="とても長い" * 30)
    await rig.deliver()

    names = [thread.name for thread in posts(rig, forum)]
    assert [len(texts) for texts in told(rig, forum)] == [1, 1]
    assert all(name.startswith(TOPIC.name) and "とても長い" in name and len(name) <= 100 for name in names)


async def test_how_a_forum_gets_alerts_can_be_changed(rig: DeliveryRig) -> None:
    forum, subscription = await a_forum(rig, PostsBy.STORY)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    guild, channel = GuildId(rig.place.guild.id), ChannelId(forum.id)

    kept = await rig.storage.forums.know_forum(guild, channel, None)
    changed = await rig.storage.forums.know_forum(guild, channel, PostsBy.TOPIC)
    await rig.decide(subscription, numbers=[2])
    await rig.decide(subscription, numbers=[3])
    await rig.deliver()

    assert (kept, changed) == (PostsBy.STORY, PostsBy.TOPIC)
    assert [thread.name for thread in posts(rig, forum)][1:] == [TOPIC.name]


@pytest.mark.invariant(1)
async def test_a_story_whose_words_may_be_in_no_title_is_called_by_its_topic(rig: DeliveryRig) -> None:
    """Invariant 1: what is told is not lost for how it is called."""
    forum, subscription = await a_forum(rig, PostsBy.STORY)
    rig.server.refuse_titles_with("禁句")

    await rig.decide(subscription, numbers=[1], text="禁句")
    await rig.deliver()

    assert [thread.name for thread in posts(rig, forum)] == [TOPIC.name]
    assert [state for state, _ in rig.messages()] == ["sent"]


# -- tags ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "requires_tag", "set_to"),
    [
        ([], False, []),
        ([Tag(7, "other"), Tag(8, f"#{TOPIC.name.upper()}")], False, [8]),
        ([Tag(7, "other"), Tag(8, "another")], False, []),
        ([Tag(7, "closed", is_moderated=True), Tag(8, "another")], True, [8]),
        ([Tag(7, TOPIC.name, is_moderated=True)], False, []),
    ],
)
async def test_a_post_has_its_topics_tag_where_the_bot_may_set_it(
    rig: DeliveryRig, tags: list[Tag], *, requires_tag: bool, set_to: list[int]
) -> None:
    forum, subscription = await a_forum(rig, tags=tags, requires_tag=requires_tag)

    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    [thread] = posts(rig, forum)
    assert thread.applied_tags == set_to


async def test_who_manages_threads_sets_moderated_tags(rig: DeliveryRig) -> None:
    forum, subscription = await a_forum(rig, tags=[Tag(7, TOPIC.name, is_moderated=True)])
    rig.server.set_permissions(forum, allow=["manage_threads"])
    await rig.until_bot_knows(forum, "manage_threads", allowed=True)

    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    assert [thread.applied_tags for thread in posts(rig, forum)] == [[7]]


# -- once ------------------------------------------------------------------------------------------------------


@pytest.mark.invariant(2)
@pytest.mark.parametrize("posts_by", list(PostsBy))
async def test_a_post_whose_answer_was_lost_is_found_and_opened_once(rig: DeliveryRig, posts_by: PostsBy) -> None:
    """Invariant 2: there is no nonce, so nothing is asked again before a look, within minutes too."""
    forum, subscription = await a_forum(rig, posts_by)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.drop_answer())

    await rig.deliver()

    assert [len(texts) for texts in told(rig, forum)] == [1]
    assert opened(rig, forum) == 1
    [thread] = posts(rig, forum)
    assert rig.rows("SELECT state, discord_message_id, thread_id FROM messages") == [
        ("sent", thread.id, thread.id)
    ]


@pytest.mark.invariant(2)
@pytest.mark.parametrize("status", [408, 429, 500, 502])
async def test_a_post_for_which_a_proxy_answers_after_discord_took_it_is_opened_once(
    rig: DeliveryRig, status: int
) -> None:
    """Invariant 2: 408 of a rate-limit proxy says that Discord was slow, not that it refused."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.proxy_answer(status))

    await rig.deliver()

    assert [len(texts) for texts in told(rig, forum)] == [1]
    assert opened(rig, forum) == 1


@pytest.mark.invariant(2)
async def test_discord_py_asks_for_a_post_once_whatever_it_is_answered(rig: DeliveryRig) -> None:
    """Invariant 2: it asks again after a 502, also where Discord had taken the first."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.status(502))

    await rig.delivery().drain(rig.transport)

    assert opened(rig, forum) == 1
    await rig.deliver()
    assert [len(texts) for texts in told(rig, forum)] == [1]


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    "fault", [Fault.reset(), Fault.status(503), Fault.shared_429(1)], ids=lambda one: one.kind
)
async def test_a_post_that_was_not_taken_is_asked_for_again(rig: DeliveryRig, fault: Fault) -> None:
    """Invariant 1: the lists are whole and without it, so it never arrived."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(f"POST /channels/{forum.id}{OPEN}", fault, times=2)

    await rig.deliver()

    assert [len(texts) for texts in told(rig, forum)] == [1]
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(1)
@pytest.mark.parametrize("known", [True, False])
async def test_a_post_without_its_first_message_hides_nothing_where_it_is_known_whose_it_was(
    rig: DeliveryRig, *, known: bool
) -> None:
    """Invariant 1: a story was taken down while the try of another was lost; what else has no head may be ours."""
    forum, subscription = await a_forum(rig, PostsBy.STORY)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    await rig.decide(subscription, numbers=[2])
    rig.server.faults.next(f"POST /channels/{forum.id}{OPEN}", Fault.reset())
    await rig.delivery().drain(rig.transport)
    await hide(rig, 1)
    await drawn(rig)
    if not known:
        rig.server.add_thread(forum, "消えた話", owner_id=rig.server.world.bot.id)

    await rig.deliver()

    assert [state for state, _ in rig.messages()] == ["sent", "sent" if known else "uncertain"]


@pytest.mark.invariant(1)
async def test_a_post_that_always_fails_is_given_up_when_others_arrive(rig: DeliveryRig) -> None:
    """Invariant 1: one message cannot silence its forum, and its failure is no outage."""
    _, subscription = await a_forum(rig, PostsBy.STORY)
    rig.server.fail_always("重い")
    await rig.decide(subscription, numbers=[1], text="重い")
    for number in range(2, 30):
        await rig.delivery().drain(rig.transport)
        rig.clock.advance(120)
        await rig.decide(subscription, numbers=[number])

    await rig.deliver()

    assert [state for state, _ in rig.messages()].count("given_up") == 1
    assert rig.entries() == {"given_up": 1, "sent": 28}


@pytest.mark.invariant(2)
async def test_a_post_that_was_archived_meanwhile_is_found(rig: DeliveryRig) -> None:
    """Invariant 2: people close posts."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    [thread] = posts(rig, forum)
    rig.clock.advance(2)
    rig.server.archive(thread)

    await rig.deliver()

    assert posts(rig, forum) == [thread]
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(2)
async def test_a_post_is_found_among_those_of_others_and_older_ones(rig: DeliveryRig) -> None:
    """Invariant 2: the forum is full."""
    forum, subscription = await a_forum(rig)
    for number in range(120):
        thread = rig.server.add_thread(forum, f"old {number}")
        rig.server.archive(thread)
    rig.clock.advance(3600)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    [ours] = posts(rig, forum)[120:]
    for number in range(120):
        rig.clock.advance(0.01)
        rig.server.archive(rig.server.add_thread(forum, f"new {number}"))

    await rig.deliver()

    assert opened(rig, forum) == 1
    assert rig.rows("SELECT state, thread_id FROM messages") == [("sent", ours.id)]


@pytest.mark.invariant(2)
async def test_lists_that_fail_are_read_again_before_anything_is_asked(rig: DeliveryRig) -> None:
    """Invariant 2: no answer is no proof."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.drop_answer())
    rig.server.faults.next("threads/active", Fault.reset(), times=2)
    rig.server.faults.next("GET /channels/", Fault.reset(), times=2)

    await rig.deliver()

    assert (opened(rig, forum), [len(texts) for texts in told(rig, forum)]) == (1, [1])


@pytest.mark.invariant(2)
async def test_without_history_nobody_can_tell_and_it_is_left_uncertain(rig: DeliveryRig) -> None:
    """Invariant 2: a person decides."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    rig.server.set_permissions(forum, deny=["read_message_history"])
    await rig.until_bot_knows(forum, "read_message_history", allowed=False)

    await rig.deliver()

    assert opened(rig, forum) == 1
    assert [state for state, _ in rig.messages()] == ["uncertain"]


@pytest.mark.invariant(2)
async def test_a_message_in_a_post_is_kept_from_doubling_by_its_nonce(rig: DeliveryRig) -> None:
    """Invariant 2: a post is a channel like any once it is there."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    await rig.decide(subscription, numbers=[2])
    rig.server.faults.next("POST /channels/", Fault.drop_answer())

    await rig.deliver()

    [thread] = posts(rig, forum)
    assert [message.repeats for message in rig.server.visible(thread)] == [0, 1]


# -- a topic's post that is gone -------------------------------------------------------------------------------


@pytest.mark.invariant(1)
async def test_a_new_post_is_opened_when_the_topics_was_deleted(rig: DeliveryRig) -> None:
    """Invariant 1: people tidy up, and go on following. Believed when it is said twice."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    rig.server.delete_channel(posts(rig, forum)[0])
    await rig.decide(subscription, numbers=[2])
    began = rig.clock.now()

    await rig.deliver()
    await rig.decide(subscription, numbers=[3])
    await rig.deliver()

    [texts] = told(rig, forum)
    assert ("002" in texts[0], "003" in texts[1]) == (True, True)
    assert [state for state, _ in rig.messages()] == ["sent"] * 3
    assert rig.clock.now() - began >= SECOND_CHECK_AFTER


@pytest.mark.invariant(2)
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_new_post_is_opened_when_the_topics_was_locked_unless_it_holds_the_message(
    rig: DeliveryRig, *, arrived: bool
) -> None:
    """Invariant 2: what a try without an answer left in the old one is found there."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    [old] = posts(rig, forum)
    await rig.decide(subscription, numbers=[2])
    fault = Fault.drop_answer() if arrived else Fault.reset()
    rig.server.faults.next(f"POST /channels/{old.id}/", fault)
    await rig.delivery().drain(rig.transport)
    rig.server.archive(old, locked=True)

    await rig.deliver()

    assert [len(texts) for texts in told(rig, forum)] == ([2] if arrived else [1, 1])
    assert [state for state, _ in rig.messages()] == ["sent", "sent"]


async def test_a_topics_post_is_known_for_as_long_as_the_subscription_can_be_restored(rig: DeliveryRig) -> None:
    _, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    now = rig.clock.now()
    await rig.storage.subscriptions.unsubscribe(subscription.id, now)

    known = []
    for days in (29, 31):
        await rig.storage.maintenance.prune(now + timedelta(days=days), keep_posts=timedelta(days=30))
        known.append(len(rig.rows("SELECT 1 FROM forum_posts")))

    assert known == [1, 0]


async def test_a_forum_that_is_deleted_is_paused(rig: DeliveryRig) -> None:
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    rig.server.delete_channel(forum)
    await rig.decide(subscription, numbers=[2])

    await rig.deliver()

    assert rig.rows("SELECT paused FROM subscriptions") == [("not_found",)]


# -- what comes after ------------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
@pytest.mark.parametrize("manages_threads", [True, False])
async def test_a_story_that_is_taken_down_takes_its_post_along_or_its_title(
    rig: DeliveryRig, *, manages_threads: bool
) -> None:
    """Invariant 8: the title is made of the post's words. Its creator may rename it, and not delete it."""
    forum, subscription = await a_forum(rig, PostsBy.STORY)
    if manages_threads:
        rig.server.set_permissions(forum, allow=["manage_threads"])
    await rig.decide(subscription, numbers=[1], text="消したい")
    await rig.deliver()
    rig.server.archive(posts(rig, forum)[0])

    await hide(rig, 1)
    await drawn(rig)

    assert told(rig, forum) == ([] if manages_threads else [[]])
    assert [thread.name for thread in posts(rig, forum)] == ([] if manages_threads else [TOPIC.name])
    assert rig.rows("SELECT count(*) FROM redraws") == [(0,)]


@pytest.mark.invariant(8)
async def test_a_take_down_in_a_topics_post_leaves_the_others(rig: DeliveryRig) -> None:
    """Invariant 8: the post is the topic's, the message that opened it one of many."""
    forum, subscription = await a_forum(rig)
    for number in (1, 2):
        await rig.decide(subscription, numbers=[number])
        await rig.deliver()

    await hide(rig, 1)
    await drawn(rig)

    [[text]] = told(rig, forum)
    assert "002" in text


@pytest.mark.invariant(8)
async def test_a_take_down_in_a_post_that_somebody_deleted_is_done(rig: DeliveryRig) -> None:
    """Invariant 8: Discord knows the forum, and no such post."""
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    rig.server.delete_channel(posts(rig, forum)[0])

    await hide(rig, 1)
    await drawn(rig)

    assert rig.rows("SELECT count(*) FROM redraws") == [(0,)]


async def test_counts_are_edited_in_the_post(rig: DeliveryRig) -> None:
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    await grown(rig, subscription, 1, 400)
    await drawn(rig)

    [[text]] = told(rig, forum)
    assert "現在400" in text


@pytest.mark.invariant(8)
@pytest.mark.parametrize(("posts_by", "sent"), [(PostsBy.STORY, 0), (PostsBy.TOPIC, 1)])
async def test_post_of_a_story_is_not_opened_for_the_rest_of_it(
    rig: DeliveryRig, posts_by: PostsBy, sent: int
) -> None:
    """Invariant 8: else it would be opened, and deleted with its first edit."""
    forum, subscription = await a_forum(rig, posts_by)
    await rig.decide(subscription, numbers=[1])
    seen, state = post(2, 300, published_at=rig.clock.now()), await rig.world.poll(rig.clock.now())
    decided = plan(state, at=rig.clock.now(), changes=[change(seen)])
    await rig.storage.polls.commit(replace(decided, folds=(Fold(alert(subscription, seen), key(1)),)))
    await hide(rig, 1)

    await rig.deliver()
    await drawn(rig)

    assert [len(texts) for texts in told(rig, forum)] == [1] * sent
    assert opened(rig, forum) == sent


@pytest.mark.invariant(8)
async def test_what_is_taken_down_while_nobody_knows_whether_it_arrived_is_found(rig: DeliveryRig) -> None:
    """Invariant 8: a post of which there was no answer, and no right to look for it."""
    forum, subscription = await a_forum(rig, PostsBy.STORY)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    rig.server.set_permissions(forum, deny=["read_message_history"])
    await rig.until_bot_knows(forum, "read_message_history", allowed=False)
    await rig.deliver()
    assert [state for state, _ in rig.messages()] == ["uncertain"]

    await hide(rig, 1)
    rig.server.set_permissions(forum, allow=["read_message_history", "manage_threads"])
    await rig.until_bot_knows(forum, "manage_threads", allowed=True)
    await drawn(rig)

    assert told(rig, forum) == []


@pytest.mark.invariant(8)
async def test_take_down_of_what_never_arrived_is_done_where_a_post_without_first_message_is_known(
    rig: DeliveryRig,
) -> None:
    """Invariant 8: the post of an earlier take-down says nothing of another message."""
    forum, subscription = await a_forum(rig, PostsBy.STORY)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()
    await rig.decide(subscription, numbers=[2])
    rig.server.faults.next(f"POST /channels/{forum.id}{OPEN}", Fault.reset())
    await rig.delivery().drain(rig.transport)
    rig.server.set_permissions(forum, deny=["read_message_history"])
    await rig.until_bot_knows(forum, "read_message_history", allowed=False)
    await rig.deliver()
    assert [state for state, _ in rig.messages()] == ["sent", "uncertain"]
    rig.server.set_permissions(forum, allow=["read_message_history"])
    await rig.until_bot_knows(forum, "read_message_history", allowed=True)

    await hide(rig, 1)
    await drawn(rig)
    await hide(rig, 2)
    await drawn(rig)

    assert rig.rows("SELECT message_id, error FROM redraws WHERE urgent = 1") == []
