"""/subscribe with a topic that looks misspelt: near topics as buttons that exchange it, and that are undone."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.core.models import SourceName, Viewer
from bot.core.text import make_topic
from bot.services.subscriptions.preview import TOP_POSTS
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, labels, shown, stored, subscribe
from tests.conftest import BotEnv
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


async def known(env: BotEnv, *names: str) -> None:
    """Topics that the operator looks at: everybody may know of them."""
    topics = [(SourceName.TRENDPAGE, make_topic(name), None) for name in names]
    await env.services.storage.watches.add(topics, env.clock())


def put(env: BotEnv, topic: str, count: int) -> None:
    env.site.put(topic, [env.post(f"話{number}", 200 + number, serial=number) for number in range(count)])


async def followed(env: BotEnv) -> list[str]:
    return [one.topic.name for one in await stored(env)]


async def misspelt(env: BotEnv, **options: Any) -> Any:
    put(env, TOPIC, 5)
    await known(env, TOPIC)
    return await subscribe(env, topic=TYPED, **options)


async def test_near_topic_is_offered_and_one_click_subscribes_to_it_instead(env: BotEnv) -> None:
    message = await misspelt(env, min_rp=7, exclude="広告")
    [before] = await stored(env)
    assert say(env, "subscribed-heading", topic=TYPED) in shown(message)
    assert say(env, "subscribed-similar", count=1) in shown(message)

    changed = (await env.admin.click(message, label=TOPIC)).response

    [after] = await stored(env)
    assert after.topic.name == TOPIC
    assert (after.settings.min_rp, after.settings.rules) == (before.settings.min_rp, before.settings.rules)
    assert say(env, "subscribed-heading", topic=TOPIC) in shown(changed)
    assert say(env, "subscribed-instead", topic=TYPED) in shown(changed)
    viewer = Viewer(env.guild.id, frozenset({env.channel.id}))
    assert TYPED not in [one.name for one in await env.services.trends.suggest(TYPED, viewer)]

    await env.admin.click(changed, label=say(env, "button-undo"))

    assert await followed(env) == [TYPED]


@pytest.mark.invariant(3)
async def test_exchanged_topic_begins_with_a_baseline_too(env: BotEnv) -> None:
    message = await misspelt(env)

    await env.admin.click(message, label=TOPIC)
    await env.poll_again()

    assert env.channel.history() == []


async def test_offer_and_undo_answer_after_a_restart(env: BotEnv) -> None:
    message = await misspelt(env)
    bot = type(env.bot)(env.services, background=False)
    await env.sim.restart_bot(bot)

    changed = (await env.admin.click(message, label=TOPIC)).response
    await env.sim.restart_bot(type(env.bot)(env.services, background=False))
    await env.admin.click(changed, label=say(env, "button-undo"))

    assert await followed(env) == [TYPED]


async def test_topic_that_the_channel_has_already_is_shown_and_the_mistyped_one_removed(env: BotEnv) -> None:
    await subscribe(env, topic=TOPIC)
    message = await misspelt(env)

    result = await env.admin.click(message, label=TOPIC)

    assert await followed(env) == [TOPIC]
    assert say(env, "subscribe-exists-heading", topic=TOPIC) in shown(answer(result))


async def test_subscription_that_was_removed_meanwhile_cannot_be_exchanged(env: BotEnv) -> None:
    message = await misspelt(env)
    [one] = await stored(env)
    await env.services.subscriptions.remove(one.id, one.guild_id)

    refused = await env.admin.click(message, label=TOPIC)

    assert say(env, "subscription-gone") in shown(answer(refused))
    assert await followed(env) == []


async def test_channel_keeps_its_subscription_where_the_other_one_cannot_be_stored(env: BotEnv) -> None:
    message = await misspelt(env)
    refuse_new_subscriptions(env)

    await env.admin.click(message, label=TOPIC)

    assert await followed(env) == [TYPED]


def refuse_new_subscriptions(env: BotEnv) -> None:
    """A disk that is full from now on: no subscription is added, and none is restored."""
    inspect = Inspect(env.settings.database.url)
    for fault in FULL_DISK:
        inspect(fault)


async def test_rights_are_asked_when_it_is_clicked(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    message = await misspelt(env, channel=other)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, view_channel=True, manage_roles=True)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)
    await env.sim.settle()

    refused = await env.admin.click(message, label=TOPIC)

    assert "Manage Channels" in shown(answer(refused))
    assert await followed(env) == [TYPED]


@pytest.mark.parametrize(("posts", "offered"), [(TOP_POSTS - 1, True), (TOP_POSTS, False)])
async def test_topic_with_enough_posts_is_meant_as_it_is(env: BotEnv, posts: int, offered: bool) -> None:
    put(env, TYPED, posts)

    message = await misspelt(env)

    assert (TOPIC in labels(message)) is offered


async def test_part_of_a_topics_name_is_taken_for_it_only_where_nobody_writes_it(env: BotEnv) -> None:
    put(env, "データ", 1)
    await known(env, TOPIC)

    alone = await subscribe(env, topic="データ")
    without_posts = await subscribe(env, topic="デー")

    assert TOPIC not in labels(alone)
    assert TOPIC in labels(without_posts)


async def test_word_is_offered_in_other_kana_only_where_somebody_writes_it_so(env: BotEnv) -> None:
    put(env, "ラーメン", 2)

    meant = await subscribe(env, topic="らーめん")
    nonsense = await subscribe(env, topic="ほげほげ")

    assert "ラーメン" in labels(meant)
    assert "ホゲホゲ" not in labels(nonsense)


async def test_nothing_is_offered_where_no_source_answered(env: BotEnv) -> None:
    await known(env, TOPIC)
    env.site.status = 500

    message = await subscribe(env, topic=TYPED)

    assert TOPIC not in labels(message)
