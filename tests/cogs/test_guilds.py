"""/quiet, the button that resumes a lost channel, and servers that come and go, on the simulated Discord."""

from __future__ import annotations

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
from bot.gateway.client import TrendBot
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
from tests.conftest import EN, JA, House
from tests.storage.world import World, message_id, wanted

from .sentences import say

NIGHT = QuietHours("Asia/Tokyo", 22 * 60, 7 * 60)
LUNCH = {"start": "11:30", "end": "13:00", "timezone": "Asia/Tokyo"}
"""The test clock stands at 12:00 in Tokyo, on a Sunday."""
LUNCH_ENDS = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


async def quiet(house: House, command: str, who: Any = None, *, at: Any = None, **options: Any) -> Any:
    return answer(await (who or house.admin).slash(at or house.channel, f"quiet {command}", **options))


async def kept(house: House, channel: Any = None) -> QuietHours | None:
    return await house.services.storage.guilds.quiet_hours(ChannelId((channel or house.channel).id))


async def followed(house: House, **options: Any) -> Subscription:
    await subscribe(house, **options)
    return (await stored(house))[-1]


async def decide(house: House, subscription: Subscription, *numbers: int) -> None:
    """Alerts for these posts."""
    house.clock.forward(minutes=6)
    await World(house.services.storage).told(subscription, *numbers, at=house.clock())


def stamp(when: datetime) -> str:
    return f"<t:{int(when.timestamp())}:f>"


# -- /quiet ------------------------------------------------------------------------------------------------


async def test_quiet_hours_are_read_back_in_words_with_the_next_begin_and_end(house: House) -> None:
    message = await quiet(house, "set", start="22:00", end="7", timezone="Asia/Tokyo", weekdays="weekdays")

    said = shown(message)
    assert await kept(house) == QuietHours("Asia/Tokyo", 22 * 60, 7 * 60, (0, 1, 2, 3, 4))
    where, zone = f"<#{house.channel.id}>", "Asia/Tokyo (Tokyo, Japan)"
    hours = {"channel": where, "days": EN.say("quiet-days-work"), "start": "22:00", "end": "07:00", "zone": zone}
    assert EN.say("quiet-hours-overnight", **hours) in said
    monday = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    assert EN.say("quiet-next", begin=stamp(monday), end=stamp(monday + timedelta(hours=9))) in said
    assert EN.say("quiet-held-later") in said


@pytest.mark.invariant(1)
async def test_what_waits_is_held_and_counted_and_comes_when_quiet_ends(house: House) -> None:
    """Invariant 1: held, not lost."""
    await decide(house, await followed(house), 1, 2)

    said = shown(await quiet(house, "set", **LUNCH))
    await house.deliver()
    before = len(house.channel.history())
    house.clock.now = LUNCH_ENDS
    await house.deliver()

    assert EN.say("quiet-now", end=stamp(LUNCH_ENDS)) in said
    assert EN.say("quiet-held", count=2) in said
    assert before == 0
    assert len(house.channel.history()) == 1


@pytest.mark.invariant(3)
async def test_what_is_decided_meanwhile_comes_as_one_catch_up(house: House) -> None:
    """Invariant 3: a bounded burst, the rest in one line."""
    subscription = await followed(house)
    await quiet(house, "set", start="11:00", end="20:00", timezone="Asia/Tokyo")
    for first in (100, 200, 300):
        await decide(house, subscription, *range(first, first + 20))
    await house.deliver()
    assert house.channel.history() == []

    house.clock.now = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    await house.deliver()

    said = [to_wall(message) for message in house.channel.history()]
    assert 1 < len(said) <= 6
    told = sum(text.count("### ") for text in said)
    assert f"ほか{60 - told}件" in said[-1]


async def test_japanese_people_mean_tokyo_and_are_told_in_japanese(house: House) -> None:
    in_japanese(house)

    message = await quiet(house, "set", start="２２時", end="７:３０", weekdays="月、水")

    assert await kept(house) == QuietHours("Asia/Tokyo", 22 * 60, 7 * 60 + 30, (0, 2))
    hours = {"days": "月・水曜", "start": "22:00", "end": "07:30", "zone": "Asia/Tokyo（東京・日本）"}
    assert JA.say("quiet-hours-overnight", channel=f"<#{house.channel.id}>", **hours) in shown(message)


async def test_a_zone_typed_as_a_city_is_understood(house: House) -> None:
    await quiet(house, "set", start="9", end="10", timezone="ニューヨーク")

    assert await kept(house) == QuietHours("America/New_York", 9 * 60, 10 * 60)


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
    house: House, typed: dict[str, str | None], sentence: str
) -> None:
    options = {"start": "22:00", "end": "7:00", "timezone": "Asia/Tokyo", **typed}

    refused = await quiet(house, "set", **{name: value for name, value in options.items() if value is not None})

    assert sentence in shown(refused)
    assert await kept(house) is None


async def test_another_channel_and_a_thread_can_be_quiet(house: House) -> None:
    news, thread = house.guild.create_news_channel("お知らせ"), await a_thread(house)
    voice = house.guild.create_voice_channel("声")

    await quiet(house, "set", channel=news, **LUNCH)
    await quiet(house, "set", channel=voice, **LUNCH)
    await quiet(house, "set", channel=thread, **LUNCH)

    assert await kept(house, news) is not None
    assert await kept(house, voice) is not None
    assert await kept(house, thread) is not None
    assert await kept(house) is None


async def test_a_channel_alerts_cannot_go_to_cannot_be_quiet(house: House) -> None:
    refused = await quiet(house, "set", at=house.guild.create_category("広場"), **LUNCH)

    assert EN.say("error-channel-kind") in shown(refused)


@pytest.mark.parametrize("command", ["set", "show", "off"])
async def test_only_those_who_manage_the_channel_may(house: House, command: str) -> None:
    own = house.guild.create_text_channel("ほかの部屋")
    channel = house.bot.get_channel(own.id)
    assert isinstance(channel, discord.TextChannel)
    member = await channel.guild.fetch_member(house.admin.id)
    await channel.set_permissions(member, manage_channels=False)

    refused = await quiet(house, command, channel=own, **(LUNCH if command == "set" else {}))

    assert 'You need the permission "Manage Channels"' in shown(refused)
    assert await kept(house, own) is None


async def test_the_list_shows_the_channels_a_person_may_see(house: House) -> None:
    hidden = house.guild.create_text_channel("奥の間")
    assert EN.say("quiet-list-empty") in shown(await quiet(house, "show"))
    await quiet(house, "set", **LUNCH)
    await quiet(house, "set", start="22", end="7", timezone="UTC", channel=hidden)
    both = shown(await quiet(house, "show"))
    channel = house.bot.get_channel(hidden.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(await channel.guild.fetch_member(house.admin.id), view_channel=False)

    said = shown(await quiet(house, "show"))

    assert f"<#{hidden.id}>" in both
    assert f"<#{house.channel.id}>" in said
    assert f"<#{hidden.id}>" not in said


async def test_the_list_can_be_narrowed_to_a_channel(house: House) -> None:
    other = house.guild.create_text_channel("別室")
    for channel in (house.channel, other):
        await quiet(house, "set", channel=channel, **LUNCH)

    said = shown(await quiet(house, "show", channel=other))

    assert f"<#{other.id}>" in said
    assert f"<#{house.channel.id}>" not in said


async def test_a_long_list_is_cut(house: House) -> None:
    for number in range(15):
        channel = ChannelId(house.channel.id + 100_000 + number)
        await house.services.storage.guilds.set_quiet_hours(GuildId(house.guild.id), channel, NIGHT, house.clock())

    assert EN.say("quiet-list-more", count=3) in shown(await quiet(house, "show"))


async def test_quiet_hours_can_be_ended_and_what_waited_goes_out(house: House) -> None:
    await quiet(house, "set", **LUNCH)
    await decide(house, await followed(house), 1)
    await house.deliver()
    assert house.channel.history() == []

    said = shown(await quiet(house, "off"))
    await house.deliver()

    assert EN.say("quiet-off-text", channel=f"<#{house.channel.id}>", count=1) in said
    assert await kept(house) is None
    assert len(house.channel.history()) == 1


async def test_ending_what_is_not_quiet_says_so(house: House) -> None:
    assert EN.say("quiet-none") in shown(await quiet(house, "off"))


async def test_a_channel_that_is_deleted_takes_its_quiet_hours_along(house: House) -> None:
    other, thread = house.guild.create_text_channel("別室"), await a_thread(house)
    for channel in (house.channel, other, thread):
        await quiet(house, "set", channel=channel, **LUNCH)
    for each in (other, thread):
        known = house.bot.get_channel(each.id)
        assert isinstance(known, discord.TextChannel | discord.Thread)
        await known.delete()
    await house.env.settle()

    left = await house.services.storage.guilds.channels_with_quiet_hours(GuildId(house.guild.id))

    assert list(left) == [house.channel.id]


@pytest.mark.parametrize("typed", ["tokyo", "東京", "JST", "日本", "asia/to"])
async def test_zones_are_suggested_by_what_people_call_them(house: House, typed: str) -> None:
    choices = await house.admin.autocomplete(house.channel, "quiet set", "timezone", typed)

    assert choices[0]["value"] == "Asia/Tokyo"
    assert "Tokyo, Japan" in choices[0]["name"]


async def test_usual_zones_and_days_are_offered_before_anything_is_typed(house: House) -> None:
    zones = await house.admin.autocomplete(house.channel, "quiet set", "timezone", "")
    days = await house.admin.autocomplete(house.channel, "quiet set", "weekdays", "")
    own = await house.admin.autocomplete(house.channel, "quiet set", "weekdays", "fri")

    assert zones[0]["value"] == "Asia/Tokyo"
    assert [one["value"] for one in days] == ["daily", "weekdays", "weekends"]
    assert own[0]["value"] == "fri"


# -- a lost channel ----------------------------------------------------------------------------------------


async def bot_may(house: House, **permissions: bool | None) -> None:
    """What the bot may do in the channel from now on."""
    channel = house.bot.get_channel(house.channel.id)
    assert isinstance(channel, discord.TextChannel)
    overwrite = discord.PermissionOverwrite(**permissions)
    await channel.set_permissions(channel.guild.me, overwrite=overwrite)


def _in_english(one: Pausable, person: Any) -> Pausable:
    if isinstance(one, Digest):
        return replace(one, created_by=UserId(person.id), settings=replace(one.settings, language="en"))
    return replace(one, created_by=UserId(person.id), settings=replace(one.settings, language="en"))


async def lose(house: House, person: Any, *, topics: int = 2) -> list[Subscription]:
    """The channel refuses the bot, and the person who subscribed is told."""
    service = house.services.storage
    made = []
    for number in range(topics):
        await subscribe(house, topic=f"トピック{number}")
        made.append((await stored(house))[-1])
    paused = await service.subscriptions.pause_channel(
        ChannelId(house.channel.id), PauseReason.FORBIDDEN, house.clock()
    )
    theirs = [_in_english(one, person) for one in paused]
    assert await house.bot.transport.tell_paused(theirs, PauseReason.FORBIDDEN)
    await bot_may(house, send_messages=False)
    return made


def system_channel(house: House) -> Any:
    lobby = house.guild.create_text_channel("広間")
    house.env.backend.edit_guild(house.guild.id, {"system_channel_id": lobby.id})
    return lobby


def closed_dms(house: House) -> None:
    """Nobody takes direct messages of the bot."""
    house.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)


async def paused(house: House) -> set[PauseReason | None]:
    return {one.paused for one in await stored(house)}


async def test_the_notice_in_the_system_channel_resumes_once_the_permission_is_back(house: House) -> None:
    lobby = system_channel(house)
    closed_dms(house)
    await lose(house, house.admin)
    [notice] = lobby.history()
    resume = f"kw:resume:{house.channel.id}"

    refused = await house.admin.click(notice, custom_id=resume)
    still = await paused(house)
    await bot_may(house, send_messages=None)
    done = await house.admin.click(notice, custom_id=resume)

    needs = shown(answer(refused))
    assert EN.say("resume-needs", permissions="Send Messages", channel=f"<#{house.channel.id}>") in needs
    assert still == {PauseReason.FORBIDDEN}
    where = f"<#{house.channel.id}>"
    assert EN.say("resume-done", channel=where, topics="トピック0, トピック1", more=0) in shown(answer(done))
    assert await paused(house) == {None}
    assert lobby.history()[0].components == []


async def test_only_those_who_manage_the_lost_channel_may_resume(house: House) -> None:
    lobby = system_channel(house)
    closed_dms(house)
    await lose(house, house.admin)
    await bot_may(house, send_messages=None)

    refused = await house.visitor.click(lobby.history()[0], custom_id=f"kw:resume:{house.channel.id}")

    assert 'You need the permission "Manage Channels"' in shown(answer(refused))
    assert await paused(house) == {PauseReason.FORBIDDEN}


async def test_the_notice_in_a_direct_message_resumes_too(house: House) -> None:
    """There the interaction knows no server."""
    user = house.env.create_user("kashira")
    role = house.guild.create_role("頭", permissions=discord.Permissions(manage_channels=True))
    house.guild.add_member(user, roles=[role])
    await lose(house, user)
    [notice] = user.dm_channel.history()

    refused = await user.click(notice, custom_id=f"kw:resume:{house.channel.id}")
    await bot_may(house, send_messages=None)
    done = await user.click(notice, custom_id=f"kw:resume:{house.channel.id}")

    assert "Send Messages" in shown(answer(refused))
    assert shown(answer(done)).startswith(
        EN.say("resume-done", channel="\0", topics="", more=0).partition("\0")[0]
    )
    assert await paused(house) == {None}


async def test_the_button_answers_after_a_restart_and_when_nothing_is_left(house: House) -> None:
    lobby = system_channel(house)
    closed_dms(house)
    made = await lose(house, house.admin)
    for one in made:
        await house.services.subscriptions.resume(one.id)
    house.bot = TrendBot(house.services, background=False)
    await house.env.restart_bot(house.bot)

    done = await house.admin.click(lobby.history()[0], custom_id=f"kw:resume:{house.channel.id}")

    assert EN.say("resume-nothing") in shown(answer(done))


async def test_a_person_who_left_the_server_cannot_resume(house: House) -> None:
    user = house.env.create_user("kashira")
    member = house.guild.add_member(user)
    await lose(house, user)
    await bot_may(house, send_messages=None)
    house.guild.remove_member(member)

    refused = await user.click(user.dm_channel.history()[0], custom_id=f"kw:resume:{house.channel.id}")

    assert EN.say("resume-stranger") in shown(answer(refused))
    assert await paused(house) == {PauseReason.FORBIDDEN}


async def test_a_channel_the_bot_cannot_see_is_named(house: House) -> None:
    lobby = system_channel(house)
    closed_dms(house)
    await lose(house, house.admin)
    await bot_may(house, view_channel=False)

    refused = shown(answer(await house.admin.click(lobby.history()[0], custom_id=f"kw:resume:{house.channel.id}")))

    assert "View Channel" in refused
    assert await paused(house) == {PauseReason.FORBIDDEN}


async def test_a_channel_that_is_gone_has_no_button(house: House) -> None:
    lobby = system_channel(house)
    closed_dms(house)
    subscription = await followed(house)

    await house.bot.transport.tell_paused([_in_english(subscription, house.admin)], PauseReason.NOT_FOUND)

    [notice] = lobby.history()
    speaker = house.services.texts.speaker("en")
    channel = f"<#{house.channel.id}>"
    assert speaker.say("paused-not-found", channel=channel, topics="データセンター", more=0) in notice.content
    assert notice.components == []


# -- coming and going ----------------------------------------------------------------------------------------


async def happen(house: House, event: str, *values: Any) -> None:
    """An event as the cog hears it."""
    for name, listener in house.bot.cogs["GuildsCog"].get_listeners():
        if name == event:
            await listener(*values)


async def test_a_server_that_removes_the_bot_rests_and_can_be_resumed_when_it_comes_back(house: House) -> None:
    subscription = await followed(house)
    await decide(house, subscription, 1)

    house.env.backend.remove_guild(house.guild.id)
    await house.env.settle()

    kept = await house.services.storage.subscriptions.get(subscription.id)
    assert kept is not None
    assert kept.paused is PauseReason.REMOVED
    assert await house.services.storage.entries.next_send_at() is None
    assert await house.services.storage.guilds.known_guilds() == frozenset()

    await happen(house, "on_guild_join", discord.Object(house.guild.id))
    assert await house.services.storage.guilds.known_guilds() == {house.guild.id}
    assert await house.services.storage.guilds.resumable(ChannelId(house.channel.id)) == [kept]


async def test_an_outage_removes_nothing(house: House) -> None:
    subscription = await followed(house)

    house.env.backend.emit("GUILD_DELETE", {"id": str(house.guild.id), "unavailable": True})
    await house.env.settle()
    await happen(house, "on_ready")

    kept = await house.services.storage.subscriptions.get(subscription.id)
    assert kept is not None
    assert kept.paused is None


async def test_being_removed_while_away_is_noticed_at_the_start(house: House) -> None:
    here = await followed(house)
    topic = make_topic("よそ")
    storage = house.services.storage
    world = World(storage)
    asked = wanted(topic, channel=ChannelId(5), guild=GuildId(4))
    other = await storage.subscriptions.subscribe(asked, house.clock(), house.clock())
    [entry] = await world.told(other, 1, at=house.clock())
    await storage.entries.seal(message_id(1), [entry], house.clock(), lease_s=60)

    house.bot = TrendBot(house.services, background=False)
    await house.env.restart_bot(house.bot)

    found = {one: await storage.subscriptions.get(one) for one in (here.id, other.id)}
    assert {key: one.paused for key, one in found.items() if one} == {here.id: None, other.id: PauseReason.REMOVED}
    message = await storage.messages.get(message_id(1))
    assert message is not None
    assert message.state is MessageState.GIVEN_UP


async def test_a_rested_subscription_of_a_server_that_came_back_says_why_and_resumes(house: House) -> None:
    subscription = await followed(house)
    await house.services.servers.left(GuildId(house.guild.id))
    await house.services.servers.joined(GuildId(house.guild.id))
    message = answer(await house.admin.slash(house.channel, "subscriptions"))
    listed = shown(message)

    opened = (await house.admin.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")).response
    assert "Resume" in labels(opened)
    await house.admin.click(opened, label="Resume")

    assert EN.say("state-paused-removed") in listed
    assert await paused(house) == {None}


@pytest.mark.invariant(10)
@pytest.mark.parametrize("sees", [False, True])
async def test_who_invites_the_bot_back_is_told_the_topics_of_channels_they_see(
    house: House, *, sees: bool
) -> None:
    user = house.env.create_user("maneki")
    inviter = house.guild.add_member(user)
    await subscribe(house)
    channel = house.bot.get_channel(house.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(await channel.guild.fetch_member(inviter.id), view_channel=sees)
    await house.env.settle()
    await house.services.servers.left(GuildId(house.guild.id))
    added, bot_id = discord.AuditLogAction.bot_add.value, channel.guild.me.id
    house.env.backend.record_audit_log(house.guild.id, added, target_id=bot_id, user_id=inviter.id)

    await happen(house, "on_guild_join", channel.guild)

    [notice] = user.dm_channel.history()
    topics = "データセンター" if sees else ""
    said = EN.say(
        "paused-invited-back" if sees else "paused-invited-back-private",
        count=1,
        server=house.guild.name,
        topics=topics,
        more=0,
    )
    assert notice.content == said
    assert ("データセンター" in notice.content) is sees


# -- kinds of channels ----------------------------------------------------------------------------------------


async def test_announcement_channels_and_threads_hear_of_posts(house: House) -> None:
    news, thread = house.guild.create_news_channel("お知らせ"), await a_thread(house)
    await subscribe(house, channel=news)
    await subscribe(house, channel=thread)
    house.clock.forward(minutes=6)
    world = World(house.services.storage)
    for number, subscription in enumerate(await stored(house), start=1):
        await world.told(subscription, number, at=house.clock())
        house.clock.forward(minutes=6)

    await house.deliver()

    assert [len(channel.history()) for channel in (news, thread)] == [1, 1]


async def test_an_archived_thread_can_be_subscribed_and_wakes(house: House) -> None:
    thread = await a_thread(house)
    known = house.bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    await known.edit(archived=True)

    message = await subscribe(house, channel=thread)

    assert say(house, "subscribed-heading", topic="データセンター") in shown(message)


async def test_a_locked_thread_takes_manage_threads(house: House) -> None:
    thread = await a_thread(house)
    known = house.bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    await known.edit(locked=True)
    await bot_may(house, manage_threads=False)

    message = await subscribe(house, channel=thread)

    assert EN.say("error-bot-needs", permissions="Manage Threads") in shown(message)
    assert await stored(house) == []


async def test_a_private_thread_the_bot_is_not_in_says_how_to_bring_it_in(house: House) -> None:
    house.env.backend.create_thread(house.channel.id, "内緒", house.admin.id, type=12, broadcast=False)
    thread = house.channel.threads[0]
    house.env.inject_error("GET", f"/channels/{thread.id}", status=403, code=50001)

    message = await subscribe(house, channel=thread)

    assert EN.say("error-thread-closed") in shown(message)
    assert await stored(house) == []


async def test_an_archived_thread_can_be_resumed_from_the_list(house: House) -> None:
    thread = await a_thread(house)
    subscription = await followed(house, channel=thread)
    known = house.bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    await known.edit(archived=True)
    assert house.bot.get_channel(thread.id) is None
    await house.services.storage.subscriptions.pause(subscription.id, PauseReason.FORBIDDEN, house.clock())
    message = answer(await house.admin.slash(house.channel, "subscriptions"))
    opened = (await house.admin.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")).response

    await house.admin.click(opened, label="Resume")

    assert await paused(house) == {None}
