"""What a message says is not let through: by AutoMod, by Discord's own filters, or for its form.

Whoever writes a public post chooses its words and links, so such a refusal is at most that post's loss.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.models import (
    ChannelId,
    DigestContent,
    DigestId,
    DigestPost,
    DigestTopic,
    EntryId,
    FailureCode,
    GuildId,
    Message,
    MessageId,
    OutboxEntry,
    Period,
    PostsBy,
    SourceName,
    TopicState,
)
from bot.delivery.sender import REFUSALS
from bot.delivery.transport import Refused, Sent
from tests.fakes.discord.faults import Fault
from tests.storage.world import TOPIC, post

from .conftest import DeliveryRig
from .test_forums import a_forum, told
from .test_outages import paused
from .test_sender import AFTER_THE_NONCE, SEND

FILTERED = [(400, 200000), (400, 240000), (400, 20009)]


@pytest.mark.invariant(1)
async def test_one_post_that_automod_blocks_is_the_only_one_lost(rig: DeliveryRig) -> None:
    """Invariant 1: several alerts share a message, and one of their authors wrote a blocked word."""
    subscription = await rig.follow()
    rig.server.block_word("その002")
    await rig.decide(subscription, numbers=[1, 2, 3])

    await rig.deliver()

    shown = "".join(rig.told())
    assert [f"その{number:03}" in shown for number in (1, 2, 3)] == [True, False, True]
    assert rig.rows("SELECT error_code FROM messages WHERE state = 'given_up'") == [(FailureCode.FILTERED,)]


@pytest.mark.invariant(1)
async def test_one_post_whose_form_is_refused_is_the_only_one_lost(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    rig.server.faults.next(SEND, Fault.status(400, 50035))
    await rig.decide(subscription, numbers=[1, 2, 3])

    await rig.deliver()

    assert len(rig.told()) == 3


@pytest.mark.invariant(2)
async def test_alerts_are_sent_apart_only_once_a_lost_try_is_known_not_to_have_arrived(rig: DeliveryRig) -> None:
    """Invariant 2: the first try arrived, then its word came to be blocked."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1, 2])
    rig.server.faults.next(SEND, Fault.drop_answer())
    rig.server.faults.next(SEND, Fault.status(400, 200000), times=9)
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(5)
    await rig.delivery().drain(rig.transport)
    assert rig.posts_sent() == 2
    rig.clock.advance(AFTER_THE_NONCE)

    await rig.deliver()

    assert len(rig.told()) == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.parametrize(("status", "code"), FILTERED)
async def test_blocked_posts_pause_no_channel(rig: DeliveryRig, status: int, code: int) -> None:
    """An author who knows a server's blocked words silences none of its topics."""
    subscription = await rig.follow()
    for number in range(REFUSALS + 1):
        rig.server.faults.next(SEND, Fault.status(status, code))
        await rig.decide(subscription, numbers=[number])
        await rig.deliver()

    await rig.decide(subscription, numbers=[50])
    await rig.deliver()

    assert await paused(rig, subscription) is None
    assert "その050" in rig.told()[-1]


@pytest.mark.parametrize("code", [200001, 20031])
async def test_post_whose_title_is_blocked_is_called_by_its_topic(rig: DeliveryRig, code: int) -> None:
    forum, subscription = await a_forum(rig, PostsBy.STORY)
    rig.server.faults.next(f"{SEND}{forum.id}/threads", Fault.status(400, code))

    await rig.decide(subscription, numbers=[1], text="x")
    await rig.deliver()

    assert len(told(rig, forum)) == 1


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("status", "code"), [(403, 40006), (400, 40004), (403, 130000), (400, 20016), (403, 40062), (400, 20028)]
)
async def test_what_discord_switched_off_for_a_while_is_sent_when_it_is_back(
    rig: DeliveryRig, status: int, code: int
) -> None:
    """Invariant 1: these codes of Discord's say "temporarily", whatever their status."""
    subscription = await rig.follow()
    rig.server.faults.next(SEND, Fault.status(status, code), times=REFUSALS + 1)
    await rig.decide(subscription, numbers=[1])

    await rig.deliver()

    assert len(rig.told()) == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


def a_digest(rig: DeliveryRig, *texts: str) -> Message:
    now, guild, channel = rig.clock.now(), GuildId(rig.place.guild.id), ChannelId(rig.place.news.id)
    shown = tuple(
        DigestPost(post(n, 200 - n, text=text), SourceName.TRENDPAGE, gained=9, observed_at=now)
        for n, text in enumerate(texts)
    )
    topic = DigestTopic(TOPIC, TopicState.NEWS, shown, new_posts=len(shown))
    period = Period(now - timedelta(days=1), now)
    content = DigestContent(DigestId(7), "朝刊", period, "Asia/Tokyo", "ja", topics=(topic,))
    entry = OutboxEntry(EntryId(1), guild, channel, None, content, now, now)
    return Message(MessageId("a" * 24), guild, channel, (entry,), now)


@pytest.mark.parametrize(
    ("blocked", "left"),
    [
        (["二番"], ["一番", "三番"]),
        (["一番"], ["二番", "三番"]),
        (["一番", "三番"], []),
        ([], ["一番", "二番", "三番"]),
    ],
)
async def test_digest_goes_without_the_posts_that_are_blocked(
    rig: DeliveryRig, blocked: list[str], left: list[str]
) -> None:
    """Else an author with one blocked word among a topic's top posts would end its digests."""
    for word in blocked:
        rig.server.block_word(word)

    outcome = await rig.transport.send(a_digest(rig, "一番の話", "二番の話", "三番の話"))

    assert isinstance(outcome, Sent)
    [said] = rig.told()
    assert [word for word in ("一番", "二番", "三番") if word in said] == left
    assert "朝刊" in said


async def test_digest_whose_own_words_are_blocked_is_refused(rig: DeliveryRig) -> None:
    rig.server.block_word("朝刊")

    outcome = await rig.transport.send(a_digest(rig, "一番の話", "二番の話"))

    assert isinstance(outcome, Refused)
    assert outcome.failure.code is FailureCode.FILTERED
    assert rig.told() == []
