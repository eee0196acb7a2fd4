"""Posts of a forum on the wire: opened once, written into, replaced, taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core.models import ChannelId, GuildId, PostsBy, Subscription
from bot.delivery.sender import SECOND_LOOK
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import FORUM, MEDIA, Channel, Tag
from tests.storage.world import TOPIC

from .conftest import Desk, until
from .test_editor import drawn, grown, hide

OPEN = "/threads"


async def a_forum(desk: Desk, posts_by: PostsBy = PostsBy.TOPIC, **fields: Any) -> tuple[Channel, Subscription]:
    """A forum that follows the topic."""
    forum = desk.server.add_channel(desk.place.guild, "forum", **{"type": FORUM, **fields})
    await desk.storage.forums.know_forum(GuildId(desk.place.guild.id), ChannelId(forum.id), posts_by)
    await until(lambda: desk.bot.get_channel(forum.id) is not None)
    return forum, await desk.follow(forum)


def posts(desk: Desk, forum: Channel) -> list[Channel]:
    """The forum's posts that are there, oldest first."""
    return [thread for thread in desk.place.guild.channels if thread.parent is forum]


def told(desk: Desk, forum: Channel) -> list[list[str]]:
    """What stands in each of its posts."""
    return [[message.text for message in desk.server.visible(thread)] for thread in posts(desk, forum)]


def opened(desk: Desk, forum: Channel) -> int:
    """How often a post was asked for, whatever came of it."""
    return len(desk.server.record.matching(f"POST /channels/{forum.id}{OPEN}"))


# -- a post a topic, a post a story ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FORUM, MEDIA])
async def test_a_topic_has_one_post_and_what_comes_later_stands_in_it(desk: Desk, kind: int) -> None:
    forum, subscription = await a_forum(desk, type=kind)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    await desk.decide(subscription, numbers=[2])

    await desk.deliver()

    [thread] = posts(desk, forum)
    assert thread.name == TOPIC.name
    [first, second] = desk.server.visible(thread)
    assert first.id == thread.id
    assert ("001" in first.text, "002" in second.text) == (True, True)
    assert desk.rows("SELECT state, thread_id FROM messages") == [("sent", thread.id)] * 2


async def test_each_story_has_a_post_of_its_own_called_by_its_first_words(desk: Desk) -> None:
    forum, subscription = await a_forum(desk, PostsBy.STORY)

    await desk.decide(subscription, numbers=[1, 2], text="とても長い" * 30)
    await desk.deliver()

    names = [thread.name for thread in posts(desk, forum)]
    assert [len(texts) for texts in told(desk, forum)] == [1, 1]
    assert all(name.startswith(TOPIC.name) and "とても長い" in name and len(name) <= 100 for name in names)


async def test_how_a_forum_is_told_can_be_changed(desk: Desk) -> None:
    forum, subscription = await a_forum(desk, PostsBy.STORY)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    guild, channel = GuildId(desk.place.guild.id), ChannelId(forum.id)

    kept = await desk.storage.forums.know_forum(guild, channel, None)
    changed = await desk.storage.forums.know_forum(guild, channel, PostsBy.TOPIC)
    await desk.decide(subscription, numbers=[2])
    await desk.decide(subscription, numbers=[3])
    await desk.deliver()

    assert (kept, changed) == (PostsBy.STORY, PostsBy.TOPIC)
    assert [thread.name for thread in posts(desk, forum)][1:] == [TOPIC.name]


@pytest.mark.invariant(1)
async def test_a_story_whose_words_may_be_in_no_title_is_called_by_its_topic(desk: Desk) -> None:
    """Invariant 1: what is told is not lost for how it is called."""
    forum, subscription = await a_forum(desk, PostsBy.STORY)
    desk.server.refuse_titles_with("禁句")

    await desk.decide(subscription, numbers=[1], text="禁句")
    await desk.deliver()

    assert [thread.name for thread in posts(desk, forum)] == [TOPIC.name]
    assert [state for state, _ in desk.messages()] == ["sent"]


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
    desk: Desk, tags: list[Tag], *, requires_tag: bool, set_to: list[int]
) -> None:
    forum, subscription = await a_forum(desk, tags=tags, requires_tag=requires_tag)

    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    [thread] = posts(desk, forum)
    assert thread.applied_tags == set_to


async def test_who_manages_threads_sets_moderated_tags(desk: Desk) -> None:
    forum, subscription = await a_forum(desk, tags=[Tag(7, TOPIC.name, is_moderated=True)])
    desk.server.set_permissions(forum, allow=["manage_threads"])
    await desk.until_bot_knows(forum, "manage_threads", allowed=True)

    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    assert [thread.applied_tags for thread in posts(desk, forum)] == [[7]]


# -- once ------------------------------------------------------------------------------------------------------


@pytest.mark.invariant(2)
@pytest.mark.parametrize("posts_by", list(PostsBy))
async def test_a_post_whose_answer_was_lost_is_found_and_opened_once(desk: Desk, posts_by: PostsBy) -> None:
    """Invariant 2: there is no nonce, so nothing is asked again before a look, within minutes too."""
    forum, subscription = await a_forum(desk, posts_by)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(OPEN, Fault.drop_answer())

    await desk.deliver()

    assert [len(texts) for texts in told(desk, forum)] == [1]
    assert opened(desk, forum) == 1
    [thread] = posts(desk, forum)
    assert desk.rows("SELECT state, discord_message_id, thread_id FROM messages") == [
        ("sent", thread.id, thread.id)
    ]


@pytest.mark.invariant(2)
async def test_discord_py_asks_for_a_post_once_whatever_it_is_answered(desk: Desk) -> None:
    """Invariant 2: it asks again after a 502, also where Discord had taken the first."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(OPEN, Fault.status(502))

    await desk.delivery().drain(desk.transport)

    assert opened(desk, forum) == 1
    await desk.deliver()
    assert [len(texts) for texts in told(desk, forum)] == [1]


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    "fault", [Fault.reset(), Fault.status(503), Fault.shared_429(1)], ids=lambda one: one.kind
)
async def test_a_post_that_was_not_taken_is_asked_for_again(desk: Desk, fault: Fault) -> None:
    """Invariant 1: the lists are whole and without it, so it never arrived."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(f"POST /channels/{forum.id}{OPEN}", fault, times=2)

    await desk.deliver()

    assert [len(texts) for texts in told(desk, forum)] == [1]
    assert [state for state, _ in desk.messages()] == ["sent"]


@pytest.mark.invariant(1)
@pytest.mark.parametrize("known", [True, False])
async def test_a_post_without_its_first_message_hides_nothing_where_it_is_known_whose_it_was(
    desk: Desk, *, known: bool
) -> None:
    """Invariant 1: a story was taken down while the try of another was lost; what else has no head may be ours."""
    forum, subscription = await a_forum(desk, PostsBy.STORY)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    await desk.decide(subscription, numbers=[2])
    desk.server.faults.next(f"POST /channels/{forum.id}{OPEN}", Fault.reset())
    await desk.delivery().drain(desk.transport)
    await hide(desk, 1)
    await drawn(desk)
    if not known:
        desk.server.add_thread(forum, "消えた話", owner_id=desk.server.world.bot.id)

    await desk.deliver()

    assert [state for state, _ in desk.messages()] == ["sent", "sent" if known else "uncertain"]


@pytest.mark.invariant(1)
async def test_a_post_that_always_fails_is_given_up_when_others_arrive(desk: Desk) -> None:
    """Invariant 1: one message cannot silence its forum, and its failure is no outage."""
    _, subscription = await a_forum(desk, PostsBy.STORY)
    desk.server.fail_always("重い")
    await desk.decide(subscription, numbers=[1], text="重い")
    for number in range(2, 30):
        await desk.delivery().drain(desk.transport)
        desk.clock.advance(120)
        await desk.decide(subscription, numbers=[number])

    await desk.deliver()

    assert [state for state, _ in desk.messages()].count("given_up") == 1
    assert desk.entries() == {"given_up": 1, "sent": 28}


@pytest.mark.invariant(2)
async def test_a_post_that_was_archived_meanwhile_is_found(desk: Desk) -> None:
    """Invariant 2: people close posts."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(OPEN, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    [thread] = posts(desk, forum)
    desk.clock.advance(2)
    desk.server.archive(thread)

    await desk.deliver()

    assert posts(desk, forum) == [thread]
    assert [state for state, _ in desk.messages()] == ["sent"]


@pytest.mark.invariant(2)
async def test_a_post_is_found_among_those_of_others_and_older_ones(desk: Desk) -> None:
    """Invariant 2: the forum is full."""
    forum, subscription = await a_forum(desk)
    for number in range(120):
        thread = desk.server.add_thread(forum, f"old {number}")
        desk.server.archive(thread)
    desk.clock.advance(3600)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(OPEN, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    [ours] = posts(desk, forum)[120:]
    for number in range(120):
        desk.clock.advance(0.01)
        desk.server.archive(desk.server.add_thread(forum, f"new {number}"))

    await desk.deliver()

    assert opened(desk, forum) == 1
    assert desk.rows("SELECT state, thread_id FROM messages") == [("sent", ours.id)]


@pytest.mark.invariant(2)
async def test_lists_that_fail_are_read_again_before_anything_is_asked(desk: Desk) -> None:
    """Invariant 2: no answer is no proof."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(OPEN, Fault.drop_answer())
    desk.server.faults.next("threads/active", Fault.reset(), times=2)
    desk.server.faults.next("GET /channels/", Fault.reset(), times=2)

    await desk.deliver()

    assert (opened(desk, forum), [len(texts) for texts in told(desk, forum)]) == (1, [1])


@pytest.mark.invariant(2)
async def test_without_history_nobody_can_tell_and_it_is_left_uncertain(desk: Desk) -> None:
    """Invariant 2: a person decides."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(OPEN, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    desk.server.set_permissions(forum, deny=["read_message_history"])
    await desk.until_bot_knows(forum, "read_message_history", allowed=False)

    await desk.deliver()

    assert opened(desk, forum) == 1
    assert [state for state, _ in desk.messages()] == ["uncertain"]


@pytest.mark.invariant(2)
async def test_a_message_in_a_post_is_kept_from_doubling_by_its_nonce(desk: Desk) -> None:
    """Invariant 2: a post is a channel like any once it is there."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    await desk.decide(subscription, numbers=[2])
    desk.server.faults.next("POST /channels/", Fault.drop_answer())

    await desk.deliver()

    [thread] = posts(desk, forum)
    assert [message.repeats for message in desk.server.visible(thread)] == [0, 1]


# -- a topic's post that is gone -------------------------------------------------------------------------------


@pytest.mark.invariant(1)
async def test_a_new_post_is_opened_when_the_topics_was_deleted(desk: Desk) -> None:
    """Invariant 1: people tidy up, and go on following. Believed when it is said twice."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    desk.server.delete_channel(posts(desk, forum)[0])
    await desk.decide(subscription, numbers=[2])
    began = desk.clock.now()

    await desk.deliver()
    await desk.decide(subscription, numbers=[3])
    await desk.deliver()

    [texts] = told(desk, forum)
    assert ("002" in texts[0], "003" in texts[1]) == (True, True)
    assert [state for state, _ in desk.messages()] == ["sent"] * 3
    assert desk.clock.now() - began >= SECOND_LOOK


@pytest.mark.invariant(2)
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_new_post_is_opened_when_the_topics_was_locked_unless_it_holds_the_message(
    desk: Desk, *, arrived: bool
) -> None:
    """Invariant 2: what a try without an answer left in the old one is found there."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    [old] = posts(desk, forum)
    await desk.decide(subscription, numbers=[2])
    fault = Fault.drop_answer() if arrived else Fault.reset()
    desk.server.faults.next(f"POST /channels/{old.id}/", fault)
    await desk.delivery().drain(desk.transport)
    desk.server.archive(old, locked=True)

    await desk.deliver()

    assert [len(texts) for texts in told(desk, forum)] == ([2] if arrived else [1, 1])
    assert [state for state, _ in desk.messages()] == ["sent", "sent"]


async def test_a_topics_post_is_known_for_as_long_as_the_subscription_can_be_restored(desk: Desk) -> None:
    _, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    now = desk.clock.now()
    await desk.storage.subscriptions.unsubscribe(subscription.id, now)

    known = []
    for days in (29, 31):
        await desk.storage.maintenance.prune(now + timedelta(days=days), keep_posts=timedelta(days=30))
        known.append(len(desk.rows("SELECT 1 FROM forum_posts")))

    assert known == [1, 0]


async def test_a_forum_that_is_deleted_rests(desk: Desk) -> None:
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    desk.server.delete_channel(forum)
    await desk.decide(subscription, numbers=[2])

    await desk.deliver()

    assert desk.rows("SELECT paused FROM subscriptions") == [("not_found",)]


# -- what comes after ------------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
@pytest.mark.parametrize("manages_threads", [True, False])
async def test_a_story_that_is_taken_down_takes_its_post_along_or_its_title(
    desk: Desk, *, manages_threads: bool
) -> None:
    """Invariant 8: the title is made of the post's words. Its creator may rename it, and not delete it."""
    forum, subscription = await a_forum(desk, PostsBy.STORY)
    if manages_threads:
        desk.server.set_permissions(forum, allow=["manage_threads"])
    await desk.decide(subscription, numbers=[1], text="消したい")
    await desk.deliver()
    desk.server.archive(posts(desk, forum)[0])

    await hide(desk, 1)
    await drawn(desk)

    assert told(desk, forum) == ([] if manages_threads else [[]])
    assert [thread.name for thread in posts(desk, forum)] == ([] if manages_threads else [TOPIC.name])
    assert desk.rows("SELECT count(*) FROM redraws") == [(0,)]


@pytest.mark.invariant(8)
async def test_a_take_down_in_a_topics_post_leaves_the_others(desk: Desk) -> None:
    """Invariant 8: the post is the topic's, the message that opened it one of many."""
    forum, subscription = await a_forum(desk)
    for number in (1, 2):
        await desk.decide(subscription, numbers=[number])
        await desk.deliver()

    await hide(desk, 1)
    await drawn(desk)

    [[text]] = told(desk, forum)
    assert "002" in text


@pytest.mark.invariant(8)
async def test_a_take_down_in_a_post_that_somebody_deleted_is_done(desk: Desk) -> None:
    """Invariant 8: Discord knows the forum, and no such post."""
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()
    desk.server.delete_channel(posts(desk, forum)[0])

    await hide(desk, 1)
    await drawn(desk)

    assert desk.rows("SELECT count(*) FROM redraws") == [(0,)]


async def test_counts_are_edited_in_the_post(desk: Desk) -> None:
    forum, subscription = await a_forum(desk)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    await grown(desk, subscription, 1, 400)
    await drawn(desk)

    [[text]] = told(desk, forum)
    assert "現在400" in text


@pytest.mark.invariant(8)
async def test_what_is_taken_down_while_nobody_knows_whether_it_arrived_is_found(desk: Desk) -> None:
    """Invariant 8: a post of which there was no answer, and no right to look for it."""
    forum, subscription = await a_forum(desk, PostsBy.STORY)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(OPEN, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    desk.server.set_permissions(forum, deny=["read_message_history"])
    await desk.until_bot_knows(forum, "read_message_history", allowed=False)
    await desk.deliver()
    assert [state for state, _ in desk.messages()] == ["uncertain"]

    await hide(desk, 1)
    desk.server.set_permissions(forum, allow=["read_message_history", "manage_threads"])
    await desk.until_bot_knows(forum, "manage_threads", allowed=True)
    await drawn(desk)

    assert told(desk, forum) == []
