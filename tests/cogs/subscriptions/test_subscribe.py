"""/subscribe, and the button under /trend, as people use them on the simulated Discord."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import SourceName, Subscription
from tests.cogs.sentences import answered, say
from tests.conftest import EN, JA, BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite

TOPIC = "データセンター"
BOT_NEEDS = EN.say("error-bot-needs", permissions="\0").partition("\0")[0]


def shown(message: Any) -> str:
    """All that a message says, in its layout or plainly."""
    parts = [part["content"] for part in walk_components(message.components) if part.get("type") == 10]
    return "\n".join([message.content, *parts])


def to_wall(message: discord.Message) -> str:
    """All that a message of the channel says."""
    return "\n".join(
        str(part["content"])
        for top in message.components
        for part in walk_components([top.to_dict()])
        if part.get("type") == 10
    )


def labels(message: Any) -> list[str]:
    return [part["label"] for part in walk_components(message.components) if part.get("type") == 2]


def answer(result: Any) -> Any:
    """The message that answered, whether it was deferred or not."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    assert message.ephemeral
    return message


def in_japanese(env: BotEnv) -> None:
    """From now on people's clients run in Japanese."""

    def speak(event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            payload["locale"] = "ja"

    # First of all who hear of an event: the bot is one of them.
    env.sim.backend.subscribers.insert(0, speak)


async def subscribe(env: BotEnv, who: Any = None, *, at: Any = None, topic: str = TOPIC, **options: Any) -> Any:
    result = await (who or env.admin).slash(at or env.channel, "subscribe", topic=topic, **options)
    return answer(result)


async def stored(env: BotEnv) -> list[Subscription]:
    return await env.services.subscriptions.list(env.guild.id)


def bot_may(env: BotEnv, **permissions: bool) -> dict[Any, discord.PermissionOverwrite]:
    """Overwrites that say what the bot may do in a channel."""
    assert env.bot.user is not None
    return {env.bot.user: discord.PermissionOverwrite(**permissions)}


def herald(env: BotEnv) -> Any:
    """Somebody who manages channels and may mention every role."""
    may = discord.Permissions(manage_channels=True, mention_everyone=True)
    role = env.guild.create_role("触れ役", permissions=may)
    return env.guild.add_member(env.sim.create_user("fureyaku"), roles=[role])


async def a_thread(env: BotEnv) -> Any:
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="まとめ", type=discord.ChannelType.public_thread)
    await env.sim.settle()
    return env.channel.threads[0]


async def test_the_channel_follows_the_topic_and_the_answer_says_what_will_come(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("大きな投稿", 150), env.post("小さな投稿", 20, serial=1)])

    message = await subscribe(env)

    [subscription] = await stored(env)
    said = shown(message)
    assert (subscription.channel_id, subscription.settings.min_rp) == (
        env.channel.id,
        {SourceName.TRENDPAGE: 100},
    )
    assert say(env, "subscribed-heading", topic=TOPIC) in said
    assert f"<#{env.channel.id}>" in said
    bar = say(env, "rule-min-rp", count=100)
    assert rf"Trend page: {bar} (checks {TOPIC} \@ 127.0.0.1\:" in said
    assert "/word/" not in said
    assert say(env, "day-passing", known=2, passing=1) in said
    assert said.index("大きな投稿") < said.index("小さな投稿")
    assert labels(message)[-3:] == ["Preview", "Edit", "Unsubscribe"]
    assert "✅ **1.** **" in said
    assert "▫️ **2.** **" in said


async def test_japanese_people_get_japanese_answers_and_alerts(env: BotEnv) -> None:
    in_japanese(env)

    message = await subscribe(env)

    assert JA.say("subscribed-heading", topic=TOPIC) in shown(message)
    assert [one.settings.language for one in await stored(env)] == ["ja"]


async def test_every_option_is_kept(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    role = env.guild.create_role("読者", mentionable=True)

    message = await subscribe(
        env,
        channel=other,
        min_rp=5,
        role=role,
        include="電力、水",
        exclude="広告",
        source="trendpage",
        language="ja",
    )

    [subscription] = await stored(env)
    assert subscription.channel_id == other.id
    assert subscription.settings.min_rp == {SourceName.TRENDPAGE: 5}
    assert (subscription.settings.rules.include, subscription.settings.rules.exclude) == (
        ("電力", "水"),
        ("広告",),
    )
    assert (subscription.settings.role_id, subscription.settings.language) == (role.id, "ja")
    assert f"<@&{role.id}>" in shown(message)


async def test_posts_of_bots_are_let_through_only_where_somebody_says_so(env: BotEnv) -> None:
    speaker = env.services.texts.speaker("en")
    said_too = speaker.say("rule-bots-too")

    usual = await subscribe(env)
    other = await subscribe(env, topic="地震", people_only=False)
    listed = answer(await env.admin.slash(env.channel, "subscriptions"))

    assert {one.topic.name: one.settings.rules.people_only for one in await stored(env)} == {
        TOPIC: True,
        "地震": False,
    }
    assert said_too not in shown(usual)
    assert said_too in shown(other)
    assert shown(listed).count(said_too) == 1


async def test_a_threshold_nobody_reaches_is_warned_of(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("小さな投稿", 6)])

    message = await subscribe(env)

    warned = say(env, "warn-out-of-reach", source=say(env, "source-trendpage"), minimum=100, largest=6)
    assert warned in shown(message)


async def test_a_topic_nobody_talks_about_is_warned_of_and_subscribed(env: BotEnv) -> None:
    message = await subscribe(env, topic="だれも知らない")

    assert say(env, "warn-no-data") in shown(message)
    assert len(await stored(env)) == 1


async def test_a_source_that_is_down_is_said_and_does_not_prevent_it(env: BotEnv) -> None:
    env.site.status = 500

    message = await subscribe(env)

    why, source = say(env, "source-error-busy"), say(env, "source-trendpage")
    assert say(env, "subscribed-failed", source=source, why=why) in shown(message)
    assert len(await stored(env)) == 1


async def test_what_was_there_before_is_not_alerted_and_what_comes_later_is(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("前からあった投稿", 500)])
    await subscribe(env)
    await env.poll_again()
    before = len(env.channel.history())
    env.site.put(TOPIC, [env.post("前からあった投稿", 500), env.post("新しい投稿", 300, minutes_old=1, serial=9)])

    await env.poll_again()

    told = env.channel.history()
    assert before == 0
    assert ["新しい投稿" in to_wall(message) for message in told] == [True]


async def test_the_same_topic_twice_is_one_subscription(env: BotEnv) -> None:
    await subscribe(env)

    message = await subscribe(env, topic=f"#{TOPIC}")

    assert say(env, "subscribe-exists", channel=f"<#{env.channel.id}>") in shown(message)
    assert labels(message) == ["Edit", "Unsubscribe"]
    assert len(await stored(env)) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"topic": " \u3000 "}, EN.say("error-topic-empty")),
        ({"topic": "長" * 61}, "up to 60 characters"),
        (
            {"include": ",".join(f"w{number}" for number in range(500))},
            "up to 20 words (there were 500).",
        ),
        ({"exclude": "長" * 61}, "up to 60 characters"),
    ],
)
async def test_bad_input_gets_one_sentence_and_stores_nothing(
    env: BotEnv, options: dict[str, str], sentence: str
) -> None:
    message = await subscribe(env, **options)

    assert sentence in shown(message)
    assert await stored(env) == []


async def test_the_servers_quota_is_said_with_its_number(tmp_path: Path, clock: Clock, site: TrendSite) -> None:
    settings = make_settings(
        tmp_path, sources={"trendpage": {"url": site.url}}, quota={"subscriptions_per_server": 1}
    )
    async with open_env(settings, clock, site) as env:
        await subscribe(env, topic="一つ目")

        message = await subscribe(env, topic="二つ目")

        assert EN.say("error-quota-server", limit=1) in shown(message)
        assert len(await stored(env)) == 1


async def test_manage_channels_is_needed_in_the_channel_that_is_to_hear(env: BotEnv) -> None:
    other = env.guild.create_text_channel(
        "奥の間", overwrites={env.admin: discord.PermissionOverwrite(manage_channels=False)}
    )

    message = await subscribe(env, channel=other)

    assert 'You need the permission "Manage Channels"' in shown(message)
    assert await stored(env) == []


async def test_the_command_is_offered_only_to_those_who_manage_channels(env: BotEnv) -> None:
    offered = env.visitor.available_commands(env.channel)

    assert {"subscribe", "subscriptions", "unsubscribe"}.isdisjoint(offered)
    assert {"subscribe", "subscriptions", "unsubscribe"} <= set(env.admin.available_commands(env.channel))


@pytest.mark.parametrize(
    ("permission", "name"),
    [
        ("view_channel", "View Channel"),
        ("send_messages", "Send Messages"),
        ("read_message_history", "Read Message History"),
    ],
)
async def test_what_the_bot_lacks_is_named(env: BotEnv, permission: str, name: str) -> None:
    other = env.guild.create_text_channel("静かな部屋", overwrites=bot_may(env, **{permission: False}))

    message = await subscribe(env, channel=other)

    assert BOT_NEEDS in shown(message)
    assert name in shown(message)
    assert await stored(env) == []


async def test_everything_the_bot_lacks_is_named_in_one_sentence_in_the_readers_language(env: BotEnv) -> None:
    in_japanese(env)
    denied = bot_may(env, send_messages=False, read_message_history=False)
    other = env.guild.create_text_channel("静かな部屋", overwrites=denied)

    message = await subscribe(env, channel=other)

    assert JA.say("error-bot-needs", permissions="メッセージを送信、メッセージ履歴を読む") in shown(message)


async def test_a_thread_can_hear_of_a_topic(env: BotEnv) -> None:
    thread = await a_thread(env)

    await subscribe(env, channel=thread)

    assert [one.channel_id for one in await stored(env)] == [thread.id]


async def test_in_a_thread_the_bot_needs_to_send_in_threads(env: BotEnv) -> None:
    thread = await a_thread(env)
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, send_messages_in_threads=False)

    message = await subscribe(env, channel=thread)

    assert EN.say("perm-send-messages-in-threads") in shown(message)
    assert await stored(env) == []


async def test_an_announcement_channel_can_hear_of_a_topic(env: BotEnv) -> None:
    news = env.guild.create_news_channel("お触れ")

    await subscribe(env, channel=news)

    assert [one.channel_id for one in await stored(env)] == [news.id]


@pytest.mark.parametrize("kind", ["voice", "stage"])
async def test_the_text_chat_of_a_voice_or_stage_channel_can_hear_of_a_topic(env: BotEnv, kind: str) -> None:
    voice = getattr(env.guild, f"create_{kind}_channel")("寄り合い")

    await subscribe(env, at=voice)
    message = await subscribe(env, channel=voice, topic="新幹線")

    assert say(env, "subscribed-heading", topic="新幹線") in shown(message)
    assert [one.channel_id for one in await stored(env)] == [voice.id, voice.id]
    await env.poll_again()
    env.site.put("新幹線", [env.post("新しい投稿", 300, minutes_old=1, serial=9)])
    await env.poll_again()
    assert ["新しい投稿" in to_wall(told) for told in voice.history()] == [True]


@pytest.mark.parametrize("kind", ["voice", "stage"])
async def test_in_a_voice_or_stage_channel_the_bot_needs_to_connect(env: BotEnv, kind: str) -> None:
    voice = getattr(env.guild, f"create_{kind}_channel")("寄り合い")
    known = env.bot.get_channel(voice.id)
    assert isinstance(known, discord.VoiceChannel | discord.StageChannel)
    await known.set_permissions(known.guild.me, connect=False)

    messages = [await subscribe(env, channel=voice), await subscribe(env, at=voice)]

    assert all(BOT_NEEDS in shown(message) and "Connect" in shown(message) for message in messages)
    assert await stored(env) == []


async def test_what_a_voice_channel_follows_is_shown_to_those_who_may_connect(env: BotEnv) -> None:
    voice = env.guild.create_voice_channel("密談")
    await subscribe(env, channel=voice, topic="買収計画")
    editor = herald(env)
    before = shown(answer(await editor.slash(env.channel, "subscriptions")))
    known = env.bot.get_channel(voice.id)
    assert isinstance(known, discord.VoiceChannel)
    await known.set_permissions(await known.guild.fetch_member(editor.id), connect=False)

    after = shown(answer(await editor.slash(env.channel, "subscriptions")))

    assert "買収計画" in before
    assert "買収計画" not in after


async def test_a_role_the_bot_may_not_mention_is_refused_with_the_permissions_name(env: BotEnv) -> None:
    role = env.guild.create_role("読者", mentionable=False)
    other = env.guild.create_text_channel("部屋", overwrites=bot_may(env, mention_everyone=False))

    message = await subscribe(env, herald(env), channel=other, role=role)

    assert BOT_NEEDS in shown(message)
    assert "All Roles" in shown(message)
    assert await stored(env) == []


async def test_everyone_is_never_mentioned(env: BotEnv) -> None:
    message = await subscribe(env, role=env.guild.default_role)

    assert say(env, "error-role-everyone") in shown(message)
    assert await stored(env) == []


async def test_known_topics_are_suggested_while_typing(env: BotEnv) -> None:
    await subscribe(env)

    choices = await env.admin.autocomplete(env.channel, "subscribe", "topic", "データ")

    assert [(choice["name"], choice["value"]) for choice in choices] == [(TOPIC, TOPIC)]


async def test_only_sources_that_are_on_are_offered(env: BotEnv) -> None:
    command = env.bot.tree.get_command("subscribe")
    assert isinstance(command, discord.app_commands.Command)

    source = command.get_parameter("source")

    assert source is not None
    assert [choice.value for choice in source.choices] == ["trendpage", "feed"]


async def test_the_button_under_trend_subscribes_the_channel_it_stands_in(env: BotEnv) -> None:
    trend = await env.admin.slash(env.channel, "trend", topic=TOPIC)

    clicked = await env.admin.click(answered(trend), custom_id=f"kw:sub:{TOPIC}")

    assert say(env, "subscribed-heading", topic=TOPIC) in shown(answer(clicked))
    assert [one.channel_id for one in await stored(env)] == [env.channel.id]


async def test_the_button_under_trend_is_refused_without_manage_channels(env: BotEnv) -> None:
    trend = await env.visitor.slash(env.channel, "trend", topic=TOPIC)

    clicked = await env.visitor.click(answered(trend), custom_id=f"kw:sub:{TOPIC}")

    assert 'You need the permission "Manage Channels"' in shown(answer(clicked))
    assert await stored(env) == []
