"""/quiet, the button that resumes a lost channel, and servers that come and go, on the simulated Discord."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.core.models import (
    ChannelId,
    Digest,
    GuildId,
    MessageState,
    Pausable,
    PauseReason,
    QuietHours,
    Subscription,
    UserId,
)
from bot.core.text import make_topic
from bot.delivery.transport import Notified
from bot.gateway.client import TrendBot
from cogs import guilds
from tests.cogs.subscriptions.test_subscribe import (
    a_thread,
    answer,
    in_japanese,
    labels,
    shown,
    stored,
    subscribe,
    to_wall,
)
from tests.conftest import EN, JA, BotEnv
from tests.sqlite_file import sqlite_of
from tests.storage.world import World, message_id, wanted

from .sentences import say

NIGHT = QuietHours("Asia/Tokyo", 22 * 60, 7 * 60)
LUNCH = {"start": "11:30", "end": "13:00", "timezone": "Asia/Tokyo"}
"""The test clock stands at 12:00 in Tokyo, on a Sunday."""
LUNCH_ENDS = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


async def quiet(env: BotEnv, command: str, who: Any = None, *, at: Any = None, **options: Any) -> Any:
    return answer(await (who or env.admin).slash(at or env.channel, f"quiet {command}", **options))


async def kept(env: BotEnv, channel: Any = None) -> QuietHours | None:
    return await env.services.storage.guilds.quiet_hours(ChannelId((channel or env.channel).id))


async def followed(env: BotEnv, **options: Any) -> Subscription:
    await subscribe(env, **options)
    return (await stored(env))[-1]


async def decide(env: BotEnv, subscription: Subscription, *numbers: int) -> None:
    """Alerts for these posts."""
    env.clock.forward(minutes=6)
    await World(env.services.storage).told(subscription, *numbers, at=env.clock())


def stamp(when: datetime) -> str:
    return f"<t:{int(when.timestamp())}:f>"


# -- /quiet ------------------------------------------------------------------------------------------------


async def test_quiet_hours_are_read_back_in_words_with_the_next_begin_and_end(env: BotEnv) -> None:
    message = await quiet(env, "set", start="22:00", end="7", timezone="Asia/Tokyo", weekdays="weekdays")

    said = shown(message)
    assert await kept(env) == QuietHours("Asia/Tokyo", 22 * 60, 7 * 60, (0, 1, 2, 3, 4))
    where, zone = f"<#{env.channel.id}>", "Asia/Tokyo (Tokyo, Japan)"
    hours = {"channel": where, "days": EN.say("quiet-days-work"), "start": "22:00", "end": "7:00", "zone": zone}
    assert EN.say("quiet-hours-overnight", **hours) in said
    monday = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    assert EN.say("quiet-next", begin=stamp(monday), end=stamp(monday + timedelta(hours=9))) in said
    assert EN.say("quiet-held-later") in said


@pytest.mark.invariant(1)
async def test_what_waits_is_held_and_counted_and_comes_when_quiet_ends(env: BotEnv) -> None:
    """Invariant 1: held, not lost."""
    await decide(env, await followed(env), 1, 2)

    said = shown(await quiet(env, "set", **LUNCH))
    await env.deliver()
    before = len(env.channel.history())
    env.clock.now = LUNCH_ENDS
    await env.deliver()

    assert EN.say("quiet-now", end=stamp(LUNCH_ENDS)) in said
    assert EN.say("quiet-held", count=2) in said
    assert before == 0
    assert len(env.channel.history()) == 1


@pytest.mark.invariant(3)
async def test_what_is_decided_meanwhile_comes_as_one_catch_up(env: BotEnv) -> None:
    """Invariant 3: a bounded burst, the rest in one line."""
    subscription = await followed(env)
    await quiet(env, "set", start="11:00", end="20:00", timezone="Asia/Tokyo")
    for first in (100, 200, 300):
        await decide(env, subscription, *range(first, first + 20))
    await env.deliver()
    assert env.channel.history() == []

    env.clock.now = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    await env.deliver()

    said = [to_wall(message) for message in env.channel.history()]
    assert 1 < len(said) <= 6
    told = sum(text.count("### ") for text in said)
    assert f"ほか{60 - told}件" in said[-1]


async def test_japanese_people_mean_tokyo_and_are_answered_in_japanese(env: BotEnv) -> None:
    in_japanese(env)

    message = await quiet(env, "set", start="２２時", end="７:３０", weekdays="月、水")

    assert await kept(env) == QuietHours("Asia/Tokyo", 22 * 60, 7 * 60 + 30, (0, 2))
    hours = {"days": "月・水曜", "start": "22:00", "end": "7:30", "zone": "Asia/Tokyo（東京・日本）"}
    assert JA.say("quiet-hours-overnight", channel=f"<#{env.channel.id}>", **hours) in shown(message)


async def test_a_zone_typed_as_a_city_is_understood(env: BotEnv) -> None:
    await quiet(env, "set", start="9", end="10", timezone="ニューヨーク")

    assert await kept(env) == QuietHours("America/New_York", 9 * 60, 10 * 60)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"start": "25:00"}, EN.say("quiet-time-unclear")),
        ({"end": "late"}, EN.say("quiet-time-unclear")),
        ({"weekdays": "someday"}, EN.say("quiet-weekdays-unclear")),
        ({"timezone": "Atlantis"}, EN.say("zone-unknown")),
        ({"timezone": "アメリカ合衆国"}, EN.say("zone-unknown")),
        ({"timezone": None}, EN.say("zone-missing")),
        ({"start": "7:00", "end": "7"}, EN.say("quiet-endless")),
    ],
)
async def test_what_cannot_be_gets_one_sentence_and_stores_nothing(
    env: BotEnv, typed: dict[str, str | None], sentence: str
) -> None:
    options = {"start": "22:00", "end": "7:00", "timezone": "Asia/Tokyo", **typed}

    refused = await quiet(env, "set", **{name: value for name, value in options.items() if value is not None})

    assert sentence in shown(refused)
    assert await kept(env) is None


async def test_another_channel_and_a_thread_can_be_quiet(env: BotEnv) -> None:
    news, thread = env.guild.create_news_channel("お知らせ"), await a_thread(env)
    voice = env.guild.create_voice_channel("声")

    await quiet(env, "set", channel=news, **LUNCH)
    await quiet(env, "set", channel=voice, **LUNCH)
    await quiet(env, "set", channel=thread, **LUNCH)

    assert await kept(env, news) is not None
    assert await kept(env, voice) is not None
    assert await kept(env, thread) is not None
    assert await kept(env) is None


async def test_a_channel_alerts_cannot_go_to_cannot_be_quiet(env: BotEnv) -> None:
    refused = await quiet(env, "set", at=env.guild.create_category("広場"), **LUNCH)

    assert EN.say("error-channel-kind") in shown(refused)


@pytest.mark.parametrize("command", ["set", "show", "off"])
async def test_only_those_who_manage_the_channel_may(env: BotEnv, command: str) -> None:
    own = env.guild.create_text_channel("ほかの部屋")
    channel = env.bot.get_channel(own.id)
    assert isinstance(channel, discord.TextChannel)
    member = await channel.guild.fetch_member(env.admin.id)
    await channel.set_permissions(member, manage_channels=False)

    refused = await quiet(env, command, channel=own, **(LUNCH if command == "set" else {}))

    assert 'You need the permission "Manage Channels"' in shown(refused)
    assert await kept(env, own) is None


async def test_the_list_shows_the_channels_a_person_may_see(env: BotEnv) -> None:
    hidden = env.guild.create_text_channel("奥の間")
    assert EN.say("quiet-list-empty") in shown(await quiet(env, "show"))
    await quiet(env, "set", **LUNCH)
    await quiet(env, "set", start="22", end="7", timezone="UTC", channel=hidden)
    both = shown(await quiet(env, "show"))
    channel = env.bot.get_channel(hidden.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(await channel.guild.fetch_member(env.admin.id), view_channel=False)

    said = shown(await quiet(env, "show"))

    assert f"<#{hidden.id}>" in both
    assert f"<#{env.channel.id}>" in said
    assert f"<#{hidden.id}>" not in said


async def test_the_list_can_be_narrowed_to_a_channel(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    for channel in (env.channel, other):
        await quiet(env, "set", channel=channel, **LUNCH)

    said = shown(await quiet(env, "show", channel=other))

    assert f"<#{other.id}>" in said
    assert f"<#{env.channel.id}>" not in said


async def test_a_long_list_is_cut(env: BotEnv) -> None:
    for number in range(15):
        channel = ChannelId(env.channel.id + 100_000 + number)
        await env.services.storage.guilds.set_quiet_hours(GuildId(env.guild.id), channel, NIGHT, env.clock())

    assert EN.say("quiet-list-more", count=3) in shown(await quiet(env, "show"))


async def test_quiet_hours_can_be_ended_and_what_waited_goes_out(env: BotEnv) -> None:
    await quiet(env, "set", **LUNCH)
    await decide(env, await followed(env), 1)
    await env.deliver()
    assert env.channel.history() == []

    said = shown(await quiet(env, "off"))
    await env.deliver()

    assert EN.say("quiet-off-text", channel=f"<#{env.channel.id}>", count=1) in said
    assert await kept(env) is None
    assert len(env.channel.history()) == 1


async def test_ending_what_is_not_quiet_says_so(env: BotEnv) -> None:
    assert EN.say("quiet-none") in shown(await quiet(env, "off"))


async def test_a_channel_that_is_deleted_takes_its_quiet_hours_along(env: BotEnv) -> None:
    other, thread = env.guild.create_text_channel("別室"), await a_thread(env)
    for channel in (env.channel, other, thread):
        await quiet(env, "set", channel=channel, **LUNCH)
    for each in (other, thread):
        known = env.bot.get_channel(each.id)
        assert isinstance(known, discord.TextChannel | discord.Thread)
        await known.delete()
    await env.sim.settle()

    left = await env.services.storage.guilds.channels_with_quiet_hours(GuildId(env.guild.id))

    assert list(left) == [env.channel.id]


@pytest.mark.parametrize("typed", ["tokyo", "東京", "JST", "日本", "asia/to"])
async def test_zones_are_suggested_by_what_people_call_them(env: BotEnv, typed: str) -> None:
    choices = await env.admin.autocomplete(env.channel, "quiet set", "timezone", typed)

    assert choices[0]["value"] == "Asia/Tokyo"
    assert "Tokyo, Japan" in choices[0]["name"]


async def test_usual_zones_and_days_are_offered_before_anything_is_typed(env: BotEnv) -> None:
    zones = await env.admin.autocomplete(env.channel, "quiet set", "timezone", "")
    days = await env.admin.autocomplete(env.channel, "quiet set", "weekdays", "")
    own = await env.admin.autocomplete(env.channel, "quiet set", "weekdays", "fri")

    assert zones[0]["value"] == "Asia/Tokyo"
    assert [one["value"] for one in days] == ["daily", "weekdays", "weekends"]
    assert own[0]["value"] == "fri"


# -- a lost channel ----------------------------------------------------------------------------------------


async def bot_may(env: BotEnv, **permissions: bool | None) -> None:
    """What the bot may do in the channel from now on."""
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    overwrite = discord.PermissionOverwrite(**permissions)
    await channel.set_permissions(channel.guild.me, overwrite=overwrite)


def _in_english(one: Pausable, person: Any) -> Pausable:
    if isinstance(one, Digest):
        return replace(one, created_by=UserId(person.id), settings=replace(one.settings, language="en"))
    return replace(one, created_by=UserId(person.id), settings=replace(one.settings, language="en"))


async def lose(env: BotEnv, person: Any, *, topics: int = 2) -> list[Subscription]:
    """The channel refuses the bot, and the person who subscribed is told."""
    service = env.services.storage
    made = []
    for number in range(topics):
        await subscribe(env, topic=f"トピック{number}")
        made.append((await stored(env))[-1])
    paused = await service.subscriptions.pause_channel(
        ChannelId(env.channel.id), PauseReason.FORBIDDEN, env.clock()
    )
    theirs = [_in_english(one, person) for one in paused]
    assert await env.bot.transport.notify_paused(theirs, PauseReason.FORBIDDEN) is Notified.TOLD
    await bot_may(env, send_messages=False)
    return made


def system_channel(env: BotEnv) -> Any:
    lobby = env.guild.create_text_channel("広間")
    env.sim.backend.edit_guild(env.guild.id, {"system_channel_id": lobby.id})
    return lobby


def closed_dms(env: BotEnv) -> None:
    """Nobody takes direct messages of the bot."""
    env.sim.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)


async def paused(env: BotEnv) -> set[PauseReason | None]:
    return {one.paused for one in await stored(env)}


async def test_the_notice_in_the_system_channel_resumes_once_the_permission_is_back(env: BotEnv) -> None:
    lobby = system_channel(env)
    closed_dms(env)
    await lose(env, env.admin)
    [notice] = lobby.history()
    resume = f"kw:resume:{env.channel.id}"

    refused = await env.admin.click(notice, custom_id=resume)
    still = await paused(env)
    await bot_may(env, send_messages=None)
    done = await env.admin.click(notice, custom_id=resume)

    needs = shown(answer(refused))
    assert EN.say("resume-needs", permissions="Send Messages", channel=f"<#{env.channel.id}>") in needs
    assert still == {PauseReason.FORBIDDEN}
    where = f"<#{env.channel.id}>"
    assert EN.say("resume-done", channel=where, topics="トピック0, トピック1", more=0) in shown(answer(done))
    assert await paused(env) == {None}
    assert lobby.history()[0].components == []


async def test_only_those_who_manage_the_lost_channel_may_resume(env: BotEnv) -> None:
    lobby = system_channel(env)
    closed_dms(env)
    await lose(env, env.admin)
    await bot_may(env, send_messages=None)

    refused = await env.visitor.click(lobby.history()[0], custom_id=f"kw:resume:{env.channel.id}")

    assert 'You need the permission "Manage Channels"' in shown(answer(refused))
    assert await paused(env) == {PauseReason.FORBIDDEN}


async def test_the_notice_in_a_direct_message_resumes_too(env: BotEnv) -> None:
    """There the interaction knows no server."""
    user = env.sim.create_user("kashira")
    role = env.guild.create_role("頭", permissions=discord.Permissions(manage_channels=True))
    env.guild.add_member(user, roles=[role])
    await lose(env, user)
    [notice] = user.dm_channel.history()

    refused = await user.click(notice, custom_id=f"kw:resume:{env.channel.id}")
    await bot_may(env, send_messages=None)
    done = await user.click(notice, custom_id=f"kw:resume:{env.channel.id}")

    assert "Send Messages" in shown(answer(refused))
    assert shown(answer(done)).startswith(
        EN.say("resume-done", channel="\0", topics="", more=0).partition("\0")[0]
    )
    assert await paused(env) == {None}


async def test_the_button_answers_after_a_restart_and_when_nothing_is_left(env: BotEnv) -> None:
    lobby = system_channel(env)
    closed_dms(env)
    made = await lose(env, env.admin)
    for one in made:
        await env.services.subscriptions.resume(one.id)
    env.bot = TrendBot(env.services, background=False)
    await env.sim.restart_bot(env.bot)

    done = await env.admin.click(lobby.history()[0], custom_id=f"kw:resume:{env.channel.id}")

    assert EN.say("resume-nothing") in shown(answer(done))


async def test_a_person_who_left_the_server_cannot_resume(env: BotEnv) -> None:
    user = env.sim.create_user("kashira")
    member = env.guild.add_member(user)
    await lose(env, user)
    await bot_may(env, send_messages=None)
    env.guild.remove_member(member)

    refused = await user.click(user.dm_channel.history()[0], custom_id=f"kw:resume:{env.channel.id}")

    assert EN.say("resume-stranger") in shown(answer(refused))
    assert await paused(env) == {PauseReason.FORBIDDEN}


async def test_a_channel_the_bot_cannot_see_is_named(env: BotEnv) -> None:
    lobby = system_channel(env)
    closed_dms(env)
    await lose(env, env.admin)
    await bot_may(env, view_channel=False)

    refused = shown(answer(await env.admin.click(lobby.history()[0], custom_id=f"kw:resume:{env.channel.id}")))

    assert "View Channel" in refused
    assert await paused(env) == {PauseReason.FORBIDDEN}


async def test_a_channel_that_is_gone_has_no_button(env: BotEnv) -> None:
    lobby = system_channel(env)
    closed_dms(env)
    subscription = await followed(env)

    await env.bot.transport.notify_paused([_in_english(subscription, env.admin)], PauseReason.NOT_FOUND)

    [notice] = lobby.history()
    speaker = env.services.texts.speaker("en")
    channel = f"<#{env.channel.id}>"
    assert speaker.say("paused-not-found", channel=channel, topics="データセンター", more=0) in notice.content
    assert notice.components == []


# -- coming and going ----------------------------------------------------------------------------------------


async def happen(env: BotEnv, event: str, *values: Any) -> None:
    """An event as the cog hears it."""
    for name, listener in env.bot.cogs["GuildsCog"].get_listeners():
        if name == event:
            await listener(*values)


async def test_a_server_that_removes_the_bot_is_paused_and_can_be_resumed_when_it_comes_back(env: BotEnv) -> None:
    subscription = await followed(env)
    await decide(env, subscription, 1)

    env.sim.backend.remove_guild(env.guild.id)
    await env.sim.settle()

    kept = await env.services.storage.subscriptions.get(subscription.id)
    assert kept is not None
    assert kept.paused is PauseReason.REMOVED
    assert await env.services.storage.entries.next_send_at() is None
    assert await env.services.storage.guilds.known_guilds() == frozenset()

    await happen(env, "on_guild_join", discord.Object(env.guild.id))
    assert await env.services.storage.guilds.known_guilds() == {env.guild.id}
    assert await env.services.storage.guilds.resumable(ChannelId(env.channel.id)) == [kept]


async def test_an_outage_removes_nothing(env: BotEnv) -> None:
    subscription = await followed(env)

    env.sim.backend.emit("GUILD_DELETE", {"id": str(env.guild.id), "unavailable": True})
    await env.sim.settle()
    await happen(env, "on_ready")

    kept = await env.services.storage.subscriptions.get(subscription.id)
    assert kept is not None
    assert kept.paused is None


@pytest.mark.parametrize("event", ["on_guild_remove", "on_guild_join", "on_guild_channel_delete"])
async def test_what_happens_to_a_server_while_the_database_is_away_is_noted_when_it_is_back(
    env: BotEnv, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, event: str
) -> None:
    """No later event would repeat it."""
    monkeypatch.setattr(guilds, "_AGAIN_AFTER_S", 0)
    subscription = await followed(env)
    await quiet(env, "set", start="22:00", end="7:00", timezone="Asia/Tokyo")
    guild, channel = env.bot.get_guild(env.guild.id), env.bot.get_channel(env.channel.id)
    storage = env.services.storage
    if event == "on_guild_join":
        await env.services.guilds.left(GuildId(env.guild.id))
    if event == "on_guild_remove":
        monkeypatch.setattr(type(env.bot), "guilds", [])

    await read_only(env, "ON")
    heard = asyncio.create_task(happen(env, event, channel if event == "on_guild_channel_delete" else guild))
    async with asyncio.timeout(30):
        while "noted later" not in caplog.text and not heard.done():  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0)
    await read_only(env, "OFF")
    await heard

    known = await storage.guilds.known_guilds()
    assert known == (frozenset() if event == "on_guild_remove" else {env.guild.id})
    kept = await storage.subscriptions.get(subscription.id)
    assert kept is not None
    assert (kept.paused is PauseReason.REMOVED) == (event != "on_guild_channel_delete")
    assert (await storage.guilds.channels_with_quiet_hours(GuildId(env.guild.id)) == {}) == (
        event == "on_guild_channel_delete"
    )


async def read_only(env: BotEnv, value: str) -> None:
    """Let every write be refused, as one is to a server in recovery."""
    await sqlite_of(env.services.storage)._writer.run(lambda file: file.execute(f"PRAGMA query_only = {value}"))


async def test_being_removed_while_away_is_noticed_at_the_start(env: BotEnv) -> None:
    here = await followed(env)
    topic = make_topic("よそ")
    storage = env.services.storage
    world = World(storage)
    asked = wanted(topic, channel=ChannelId(5), guild=GuildId(4))
    other = await storage.subscriptions.subscribe(asked, env.clock(), env.clock())
    [entry] = await world.told(other, 1, at=env.clock())
    await storage.entries.seal(message_id(1), [entry], env.clock(), lease_s=60)

    env.bot = TrendBot(env.services, background=False)
    await env.sim.restart_bot(env.bot)

    found = {one: await storage.subscriptions.get(one) for one in (here.id, other.id)}
    assert {key: one.paused for key, one in found.items() if one} == {here.id: None, other.id: PauseReason.REMOVED}
    message = await storage.messages.get(message_id(1))
    assert message is not None
    assert message.state is MessageState.GIVEN_UP


async def test_a_rested_subscription_of_a_server_that_came_back_says_why_and_resumes(env: BotEnv) -> None:
    subscription = await followed(env)
    await env.services.guilds.left(GuildId(env.guild.id))
    await env.services.guilds.joined(GuildId(env.guild.id))
    message = answer(await env.admin.slash(env.channel, "subscriptions"))
    listed = shown(message)

    opened = (await env.admin.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")).response
    assert "Resume" in labels(opened)
    await env.admin.click(opened, label="Resume")

    assert EN.say("state-paused-removed") in listed
    assert await paused(env) == {None}


@pytest.mark.invariant(10)
@pytest.mark.parametrize("sees", [False, True])
async def test_who_invites_the_bot_back_is_notified_of_the_topics_of_channels_they_see(
    env: BotEnv, *, sees: bool
) -> None:
    user = env.sim.create_user("maneki")
    inviter = env.guild.add_member(user)
    await subscribe(env)
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(await channel.guild.fetch_member(inviter.id), view_channel=sees)
    await env.sim.settle()
    await env.services.guilds.left(GuildId(env.guild.id))
    added, bot_id = discord.AuditLogAction.bot_add.value, channel.guild.me.id
    env.sim.backend.record_audit_log(env.guild.id, added, target_id=bot_id, user_id=inviter.id)

    await happen(env, "on_guild_join", channel.guild)

    [notice] = user.dm_channel.history()
    topics = "データセンター" if sees else ""
    said = EN.say(
        "paused-invited-back" if sees else "paused-invited-back-private",
        count=1,
        server=env.guild.name,
        topics=topics,
        more=0,
    )
    assert notice.content == said
    assert ("データセンター" in notice.content) is sees


# -- kinds of channels ----------------------------------------------------------------------------------------


async def test_announcement_channels_and_threads_hear_of_posts(env: BotEnv) -> None:
    news, thread = env.guild.create_news_channel("お知らせ"), await a_thread(env)
    await subscribe(env, channel=news)
    await subscribe(env, channel=thread)
    env.clock.forward(minutes=6)
    world = World(env.services.storage)
    for number, subscription in enumerate(await stored(env), start=1):
        await world.told(subscription, number, at=env.clock())
        env.clock.forward(minutes=6)

    await env.deliver()

    assert [len(channel.history()) for channel in (news, thread)] == [1, 1]


async def test_an_archived_thread_can_be_subscribed_and_wakes(env: BotEnv) -> None:
    thread = await a_thread(env)
    known = env.bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    await known.edit(archived=True)

    message = await subscribe(env, channel=thread)

    assert say(env, "subscribed-heading", topic="データセンター") in shown(message)


async def test_a_locked_thread_takes_manage_threads(env: BotEnv) -> None:
    thread = await a_thread(env)
    known = env.bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    await known.edit(locked=True)
    await bot_may(env, manage_threads=False)

    message = await subscribe(env, channel=thread)

    assert EN.say("error-bot-needs", permissions="Manage Threads") in shown(message)
    assert await stored(env) == []


async def test_a_private_thread_the_bot_is_not_in_says_how_to_bring_it_in(env: BotEnv) -> None:
    env.sim.backend.create_thread(env.channel.id, "内緒", env.admin.id, type=12, broadcast=False)
    thread = env.channel.threads[0]
    env.sim.inject_error("GET", f"/channels/{thread.id}", status=403, code=50001)

    message = await subscribe(env, channel=thread)

    assert EN.say("error-thread-closed") in shown(message)
    assert await stored(env) == []


async def test_an_archived_thread_can_be_resumed_from_the_list(env: BotEnv) -> None:
    thread = await a_thread(env)
    subscription = await followed(env, channel=thread)
    known = env.bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    await known.edit(archived=True)
    assert env.bot.get_channel(thread.id) is None
    await env.services.storage.subscriptions.pause(subscription.id, PauseReason.FORBIDDEN, env.clock())
    message = answer(await env.admin.slash(env.channel, "subscriptions"))
    opened = (await env.admin.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")).response

    await env.admin.click(opened, label="Resume")

    assert await paused(env) == {None}
