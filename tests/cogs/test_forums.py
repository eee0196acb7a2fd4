"""Forum channels, as people use them on the simulated Discord."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.cogs.subscriptions.test_subscribe import (
    BOT_NEEDS,
    TOPIC,
    answer,
    in_japanese,
    shown,
    stored,
    subscribe,
    to_wall,
)
from tests.conftest import EN, JA, BotEnv

from .sentences import say


def known(env: BotEnv, handle: Any) -> discord.ForumChannel:
    forum = env.bot.get_channel(handle.id)
    assert isinstance(forum, discord.ForumChannel)
    return forum


async def told(env: BotEnv, forum: Any) -> list[tuple[str, list[str]]]:
    """Its posts: title, and what stands in each."""
    found = sorted((thread for thread in known(env, forum).threads), key=lambda thread: thread.id)
    return [
        (thread.name, [to_wall(message) async for message in thread.history(oldest_first=True)])
        for thread in found
    ]


async def tell(env: BotEnv, *texts: str, topic: str = TOPIC) -> None:
    """New posts of the topic."""
    posts = [env.post(text, 300 + at, minutes_old=1, serial=hash(text) % 10_000) for at, text in enumerate(texts)]
    env.site.put(topic, posts)
    await env.poll_again()


async def test_a_forum_gets_a_post_for_each_topic_unless_it_is_told_otherwise(env: BotEnv) -> None:
    forum = env.guild.create_forum_channel("話題")

    message = await subscribe(env, channel=forum)
    await env.poll_again()
    await tell(env, "一つ目")
    await tell(env, "二つ目の話")

    assert say(env, "subscribed-heading", topic=TOPIC) in shown(message)
    assert EN.say("forum-posts-by-topic") in shown(message)
    [(title, texts)] = await told(env, forum)
    assert title == TOPIC
    assert [("一つ目" in text, "二つ目の話" in text) for text in texts] == [(True, False), (False, True)]


async def test_a_forum_gets_a_post_for_each_alert_where_that_is_chosen(env: BotEnv) -> None:
    forum = env.guild.create_forum_channel("話題")

    message = await subscribe(env, channel=forum, forum="story")
    await env.poll_again()
    await tell(env, "一つ目", "二つ目の話")

    assert EN.say("forum-posts-by-story") in shown(message)
    assert {title for title, _ in await told(env, forum)} == {f"{TOPIC}: 一つ目", f"{TOPIC}: 二つ目の話"}


async def test_a_topic_that_is_followed_can_be_alerted_otherwise(env: BotEnv) -> None:
    forum = env.guild.create_forum_channel("話題")
    await subscribe(env, channel=forum)

    again = await subscribe(env, channel=forum)
    changed = await subscribe(env, channel=forum, forum="story")
    other = await subscribe(env, channel=forum, topic="新幹線")

    assert say(env, "subscribe-exists-heading", topic=TOPIC) in shown(again)
    assert EN.say("forum-changed-story", channel=f"<#{forum.id}>") in shown(changed)
    assert EN.say("forum-posts-by-story") in shown(other)


async def test_how_a_forum_gets_alerts_is_nothing_for_other_channels(env: BotEnv) -> None:
    message = await subscribe(env, forum="story")

    assert EN.say("error-no-forum") in shown(message)
    assert await stored(env) == []


@pytest.mark.parametrize(
    ("permission", "name"),
    [
        ("view_channel", "View Channel"),
        ("send_messages", "Create Posts"),
        ("send_messages_in_threads", "Send Messages in Threads"),
        ("read_message_history", "Read Message History"),
    ],
)
async def test_what_the_bot_lacks_in_a_forum_is_named(env: BotEnv, permission: str, name: str) -> None:
    forum = env.guild.create_forum_channel("話題")
    here = known(env, forum)
    await here.set_permissions(here.guild.me, overwrite=discord.PermissionOverwrite(**{permission: False}))

    message = await subscribe(env, channel=forum)

    assert BOT_NEEDS in shown(message)
    assert name in shown(message)
    assert await stored(env) == []


async def test_a_forum_that_needs_a_tag_the_bot_cannot_set_is_refused(
    env: BotEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    forum = env.guild.create_forum_channel("話題")
    # SimCord has no flags of channels.
    monkeypatch.setattr(discord.ForumChannel, "flags", discord.ChannelFlags(require_tag=True))

    message = await subscribe(env, channel=forum)

    assert EN.say("error-forum-tags") in shown(message)
    assert await stored(env) == []


async def test_japanese_people_are_asked_and_answered_in_japanese(env: BotEnv) -> None:
    in_japanese(env)
    forum = env.guild.create_forum_channel("話題")

    message = await subscribe(env, channel=forum)

    assert JA.say("forum-posts-by-topic") in shown(message)


async def test_the_list_quiet_hours_and_unsubscribe_know_forums(env: BotEnv) -> None:
    forum = env.guild.create_forum_channel("話題")
    await subscribe(env, channel=forum)

    quiet = answer(
        await env.admin.slash(
            env.channel, "quiet set", channel=forum, start="22:00", end="7:00", timezone="Asia/Tokyo"
        )
    )
    listed = answer(await env.admin.slash(env.channel, "subscriptions", channel=forum))
    removed = answer(await env.admin.slash(env.channel, "unsubscribe", topic=TOPIC, channel=forum))

    assert f"<#{forum.id}>" in shown(quiet)
    assert TOPIC in shown(listed)
    assert TOPIC in shown(removed)
    assert await stored(env) == []


async def test_a_digest_of_a_forum_has_a_post_each(env: BotEnv) -> None:
    forum = env.guild.create_forum_channel("話題")
    await subscribe(env, channel=forum)

    made = answer(
        await env.admin.slash(
            env.channel, "digest create", schedule="daily", channel=forum, name="朝刊", timezone="Asia/Tokyo"
        )
    )
    sent = await env.admin.click(made, label="Send now")
    await env.deliver()

    assert sent is not None
    [(title, texts)] = await told(env, forum)
    assert title.startswith("朝刊")
    assert len(texts) == 1


async def test_why_asked_in_a_forums_post_is_asked_of_the_forum(env: BotEnv) -> None:
    forum = env.guild.create_forum_channel("話題")
    await subscribe(env, channel=forum)
    await env.poll_again()
    await tell(env, "一つ目")
    [thread] = known(env, forum).threads
    [message] = [message async for message in thread.history()]
    [here] = forum.threads
    link = f"https://discord.com/channels/{env.guild.id}/{thread.id}/{message.id}"

    asked = shown(answer(await env.admin.slash(here, "why", post=link)))

    assert link in asked
