"""/subscribe with a topic that looks misspelt: near topics as buttons that exchange it, and that are undone."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.core.models import SourceName, Viewer
from bot.core.text import make_topic
from bot.services.subscriptions import TOP_POSTS
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, labels, shown, stored, subscribe
from tests.conftest import House
from tests.inspection import Inspect

from .sentences import say

TYPED = "データセンタ"
FULL_DISK = [
    f"CREATE TRIGGER none_{name} BEFORE {event} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    for name, event in (
        ("added", "INSERT ON subscriptions"),
        ("restored", "UPDATE OF removed_at ON subscriptions WHEN NEW.removed_at IS NULL"),
    )
]


async def known(house: House, *names: str) -> None:
    """Topics that the operator looks at: everybody may know of them."""
    topics = [(SourceName.TRENDPAGE, make_topic(name), None) for name in names]
    await house.services.storage.watches.add(topics, house.clock())


def put(house: House, topic: str, count: int) -> None:
    house.site.put(topic, [house.post(f"話{number}", 200 + number, serial=number) for number in range(count)])


async def followed(house: House) -> list[str]:
    return [one.topic.name for one in await stored(house)]


async def misspelt(house: House, **options: Any) -> Any:
    put(house, TOPIC, 5)
    await known(house, TOPIC)
    return await subscribe(house, topic=TYPED, **options)


async def test_near_topic_is_offered_and_one_click_subscribes_to_it_instead(house: House) -> None:
    message = await misspelt(house, min_rp=7, exclude="広告")
    [before] = await stored(house)
    assert say(house, "subscribed-heading", topic=TYPED) in shown(message)
    assert say(house, "subscribed-similar", count=1) in shown(message)

    changed = (await house.admin.click(message, label=TOPIC)).response

    [after] = await stored(house)
    assert after.topic.name == TOPIC
    assert (after.settings.min_rp, after.settings.rules) == (before.settings.min_rp, before.settings.rules)
    assert say(house, "subscribed-heading", topic=TOPIC) in shown(changed)
    assert say(house, "subscribed-instead", topic=TYPED) in shown(changed)
    viewer = Viewer(house.guild.id, frozenset({house.channel.id}))
    assert TYPED not in [one.name for one in await house.services.trends.suggest(TYPED, viewer)]

    await house.admin.click(changed, label=say(house, "button-undo"))

    assert await followed(house) == [TYPED]


@pytest.mark.invariant(3)
async def test_exchanged_topic_begins_with_a_baseline_too(house: House) -> None:
    message = await misspelt(house)

    await house.admin.click(message, label=TOPIC)
    await house.look_again()

    assert house.channel.history() == []


async def test_offer_and_undo_answer_after_a_restart(house: House) -> None:
    message = await misspelt(house)
    bot = type(house.bot)(house.services, background=False)
    await house.env.restart_bot(bot)

    changed = (await house.admin.click(message, label=TOPIC)).response
    await house.env.restart_bot(type(house.bot)(house.services, background=False))
    await house.admin.click(changed, label=say(house, "button-undo"))

    assert await followed(house) == [TYPED]


async def test_topic_that_the_channel_has_already_is_shown_and_the_mistyped_one_removed(house: House) -> None:
    await subscribe(house, topic=TOPIC)
    message = await misspelt(house)

    result = await house.admin.click(message, label=TOPIC)

    assert await followed(house) == [TOPIC]
    assert say(house, "subscribe-exists-heading", topic=TOPIC) in shown(answer(result))


async def test_subscription_that_was_removed_meanwhile_cannot_be_exchanged(house: House) -> None:
    message = await misspelt(house)
    [one] = await stored(house)
    await house.services.subscriptions.remove(one.id, one.guild_id)

    refused = await house.admin.click(message, label=TOPIC)

    assert say(house, "subscription-gone") in shown(answer(refused))
    assert await followed(house) == []


async def test_channel_keeps_its_subscription_where_the_other_one_cannot_be_stored(house: House) -> None:
    message = await misspelt(house)
    refuse_new_subscriptions(house)

    await house.admin.click(message, label=TOPIC)

    assert await followed(house) == [TYPED]


def refuse_new_subscriptions(house: House) -> None:
    """A disk that is full from now on: no subscription is added, and none is restored."""
    inspect = Inspect(house.settings.database.url)
    for fault in FULL_DISK:
        inspect(fault)


async def test_rights_are_asked_when_it_is_clicked(house: House) -> None:
    other = house.guild.create_text_channel("別室")
    message = await misspelt(house, channel=other)
    channel = house.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, view_channel=True, manage_roles=True)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)
    await house.env.settle()

    refused = await house.admin.click(message, label=TOPIC)

    assert "Manage Channels" in shown(answer(refused))
    assert await followed(house) == [TYPED]


@pytest.mark.parametrize(("posts", "offered"), [(TOP_POSTS - 1, True), (TOP_POSTS, False)])
async def test_topic_with_enough_posts_is_meant_as_it_is(house: House, posts: int, offered: bool) -> None:
    put(house, TYPED, posts)

    message = await misspelt(house)

    assert (TOPIC in labels(message)) is offered


async def test_part_of_a_topics_name_is_taken_for_it_only_where_nobody_writes_it(house: House) -> None:
    put(house, "データ", 1)
    await known(house, TOPIC)

    alone = await subscribe(house, topic="データ")
    without_posts = await subscribe(house, topic="デー")

    assert TOPIC not in labels(alone)
    assert TOPIC in labels(without_posts)


async def test_word_is_offered_in_other_kana_only_where_somebody_writes_it_so(house: House) -> None:
    put(house, "ラーメン", 2)

    meant = await subscribe(house, topic="らーめん")
    nonsense = await subscribe(house, topic="ほげほげ")

    assert "ラーメン" in labels(meant)
    assert "ホゲホゲ" not in labels(nonsense)


async def test_nothing_is_offered_where_no_source_answered(house: House) -> None:
    await known(house, TOPIC)
    house.site.status = 500

    message = await subscribe(house, topic=TYPED)

    assert TOPIC not in labels(message)
