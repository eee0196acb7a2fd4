"""Permissions are asked of the thing acted on, and the numbers of one server are nothing in another."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    Pausable,
    PauseReason,
    Recurrence,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services.guilds import QuietHoursRequest
from bot.views.alerts.menu import MenuAction, Undo
from bot.views.deliveries import DeliveryAction as Decision
from bot.views.digests.cards import DigestCardAction as DigestAction
from bot.views.subscriptions.cards import SubscriptionAction
from tests.cogs.forging import press
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, herald, shown, stored, subscribe
from tests.cogs.test_alert_buttons import press as by_id
from tests.cogs.test_alert_buttons import sentence
from tests.cogs.test_alert_buttons import subscribe as follow
from tests.cogs.test_moderation import stored as stored_post
from tests.cogs.test_moderation import tell
from tests.conftest import BotEnv
from tests.services.digest_rig import typed_request

SECRET = "役員会の話題"
ALL = {"manage_channels": True, "manage_messages": True, "view_channel": True}


@pytest.fixture
async def corner(env: BotEnv) -> Any:
    """A channel that one member was given, and who that is: ``corner.leader``."""
    made = env.guild.create_text_channel("my-corner")
    made.leader = env.guild.add_member(env.sim.create_user("leader"))
    await allow(env, made, made.leader, **ALL)
    return made


async def allow(env: BotEnv, where: Any, who: Any, **permissions: bool) -> None:
    """A person's own overwrite of a channel."""
    channel = env.bot.get_channel(where.id)
    assert isinstance(channel, discord.abc.GuildChannel)
    member = await channel.guild.fetch_member(who.id)
    await channel.set_permissions(member, overwrite=discord.PermissionOverwrite(**permissions))
    await env.sim.settle()


async def ghost(env: BotEnv, channel_id: int = 987654321012345678) -> Subscription:
    """A subscription of a channel that is in no cache."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId(channel_id),
        topic=make_topic(SECRET),
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 1}),
    )
    return await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())


async def a_private_thread(env: BotEnv) -> Any:
    """One that only the bot is in."""
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="内緒", type=discord.ChannelType.private_thread)
    await env.sim.settle()
    return thread


async def alerted(env: BotEnv) -> None:
    """A post comes that is far above all others."""
    await env.poll_again()
    env.site.put(TOPIC, [env.post("増設の話", 900, minutes_old=1)])
    await env.poll_again()


def said_by(result: Any) -> str:
    """All that an interaction was answered with."""
    return "\n".join(shown(one) for one in (result.response, *result.followups) if one is not None)


async def listed(env: BotEnv, who: Any, where: Any = None) -> str:
    return shown(answer(await who.slash(where or env.channel, "subscriptions")))


# -- roles ------------------------------------------------------------------------------------------------


@pytest.mark.invariant(10)
@pytest.mark.parametrize("command", ["subscribe", "digest create"])
async def test_nobody_has_the_bot_mention_a_role_they_may_not_mention_there(
    env: BotEnv, corner: Any, command: str
) -> None:
    staff = env.guild.create_role("全会員", mentionable=False)
    elsewhere = env.guild.create_text_channel("ほか")
    await allow(env, elsewhere, corner.leader, **ALL, mention_everyone=True)
    more = (
        {"topic": TOPIC} if command == "subscribe" else {"topics": TOPIC, "schedule": "daily", "timezone": "UTC"}
    )

    refused = answer(await corner.leader.slash(elsewhere, command, channel=corner, role=staff, **more))
    assert sentence(env, "error-role-not-yours") in shown(refused)
    assert await stored(env) == []
    assert await env.services.digests.list(GuildId(env.guild.id)) == []

    await corner.leader.slash(corner, command, channel=elsewhere, role=staff, **more)
    told: list[Pausable] = [*await stored(env), *await env.services.digests.list(GuildId(env.guild.id))]
    assert [(one.channel_id, one.settings.role_id) for one in told] == [(elsewhere.id, staff.id)]


async def test_a_role_that_everybody_may_mention_can_be_set_by_all_who_manage_the_channel(
    env: BotEnv, corner: Any
) -> None:
    fans = env.guild.create_role("好きな人", mentionable=True)

    await corner.leader.slash(corner, "subscribe", topic=TOPIC, role=fans)

    assert [one.settings.role_id for one in await stored(env)] == [fans.id]


async def test_who_may_not_mention_a_role_changes_nothing_of_its_alerts(env: BotEnv, corner: Any) -> None:
    staff = env.guild.create_role("全会員", mentionable=False)
    await subscribe(env, herald(env), channel=corner, role=staff)
    [kept] = await stored(env)
    card = await opened(corner, kept)
    form = await corner.leader.click(card, label="Edit")

    refused = await corner.leader.submit_modal(form, {"min_rp": "0", "language": ["en"], "role": [staff]})
    assert sentence(env, "error-role-not-yours") in shown(answer(refused))
    assert await stored(env) == [kept]

    form = await corner.leader.click(card, label="Filters")
    refused = await corner.leader.submit_modal(
        form, {"languages": [], "sources": ["trendpage"], "sensitive": ["yes"], "bots": ["yes"]}
    )
    assert sentence(env, "error-role-not-yours") in shown(answer(refused))

    form = await corner.leader.click(card, label="Edit")
    await corner.leader.submit_modal(form, {"min_rp": "7", "language": ["en"], "role": []})
    [changed] = await stored(env)
    assert (changed.settings.role_id, changed.settings.min_rp[SourceName.TRENDPAGE]) == (None, 7)


@pytest.mark.parametrize("rule", [{"pace": 5}, {"min_rp": 10}])
async def test_who_may_not_mention_a_role_gives_it_fewer_alerts_and_never_more(
    env: BotEnv, corner: Any, rule: dict[str, Any]
) -> None:
    staff = env.guild.create_role("全会員", mentionable=False)
    await subscribe(env, herald(env), channel=corner, role=staff, **rule)
    await alerted(env)
    [kept] = await stored(env)

    menu = (await corner.leader.click(corner.last_message, label="⋯")).response
    await by_id(corner.leader, menu, "^kw:menu:.*:quieter$")
    [fewer] = await stored(env)
    assert fewer != kept

    refused = await by_id(corner.leader, menu, "^kw:undo:")
    assert sentence(env, "error-role-not-yours") in said_by(refused)
    assert await stored(env) == [fewer]

    await allow(env, corner, corner.leader, **ALL, mention_everyone=True)
    await by_id(corner.leader, menu, "^kw:undo:")
    assert (await stored(env))[0].settings == kept.settings


async def test_who_may_not_mention_a_role_asks_no_more_alerts_for_it(env: BotEnv, corner: Any) -> None:
    staff = env.guild.create_role("全会員", mentionable=False)
    await subscribe(env, herald(env), channel=corner, role=staff, pace=5)
    await alerted(env)
    kept = await stored(env)

    menu = (await corner.leader.click(corner.last_message, label="⋯")).response
    refused = await by_id(corner.leader, menu, "^kw:menu:.*:more$")

    assert sentence(env, "error-role-not-yours") in said_by(refused)
    assert await stored(env) == kept


async def test_a_digest_that_mentions_a_role_is_changed_by_who_may_mention_it_and_sent_by_others_without(
    env: BotEnv, corner: Any
) -> None:
    staff = env.guild.create_role("全会員", mentionable=False)
    options = {"schedule": "daily", "timezone": "UTC", "topics": TOPIC, "name": "便り", "role": staff}
    await herald(env).slash(corner, "digest create", **options)
    before = await env.services.digests.list(GuildId(env.guild.id))

    refused = await corner.leader.slash(corner, "digest edit", digest="便り", schedule="hourly", time=":00")
    assert sentence(env, "error-role-not-yours") in shown(answer(refused))
    assert await env.services.digests.list(GuildId(env.guild.id)) == before

    sent = answer(await corner.leader.slash(corner, "digest now", digest="便り"))
    assert sentence(env, "digest-unmentioned") in shown(sent)
    await env.deliver()
    assert [one.role_mentions for one in corner.history()] == [[]]


async def opened(corner: Any, subscription: Subscription) -> Any:
    """A subscription's card, as its leader opens it."""
    message = answer(await corner.leader.slash(corner, "subscriptions"))
    picked = await corner.leader.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")
    return picked.response


# -- take-downs -------------------------------------------------------------------------------------------


@pytest.mark.invariant(10)
async def test_a_take_down_holds_in_the_server_and_takes_the_servers_permission(env: BotEnv, corner: Any) -> None:
    await follow(env)
    message = await tell(env, 500)
    await allow(env, env.channel, corner.leader, manage_messages=True)
    link = f"https://discord.com/channels/{env.guild.id}/{env.channel.id}/{message.id}"
    refusal = sentence(env, "hide-needs-server")

    assert shown(answer(await corner.leader.slash(corner, "hide", post=link))) == refusal
    assert shown(answer(await corner.leader.slash(corner, "unhide", post=link))) == refusal
    assert shown(answer(await corner.leader.slash(corner, "hidden"))) == refusal
    said = await corner.leader.context_menu(env.channel, "Hide a post", message)
    assert said.response.content == refusal
    menu = await corner.leader.click(message, label="⋯")
    assert sentence(env, "alert-menu-hide") not in shown(menu.response)
    assert await env.services.moderation.hidden(GuildId(env.guild.id)) == []
    assert await corner.leader.autocomplete(corner, "unhide", "post", "") == []


async def test_a_moderator_takes_nothing_down_in_a_channel_that_is_closed_to_them(env: BotEnv) -> None:
    await follow(env)
    message = await tell(env, 500)
    may = env.guild.create_role("見回り", permissions=discord.Permissions(manage_messages=True))
    warden = env.guild.add_member(env.sim.create_user("mimawari"), roles=[may])
    other = env.guild.create_text_channel("ほか")
    await allow(env, env.channel, warden, view_channel=False)
    link = f"https://discord.com/channels/{env.guild.id}/{env.channel.id}/{message.id}"

    said = shown(answer(await warden.slash(other, "hide", post=link)))

    assert "増設の話" not in said
    assert "Manage Messages" in said


@pytest.mark.invariant(10)
async def test_a_moderator_is_not_shown_a_post_that_only_a_channel_closed_to_them_follows(env: BotEnv) -> None:
    await follow(env)
    await tell(env, 500)
    post = (await stored_post(env, "増設の話")).url
    may = env.guild.create_role("見回り", permissions=discord.Permissions(manage_messages=True))
    warden = env.guild.add_member(env.sim.create_user("mimawari"), roles=[may])
    other = env.guild.create_text_channel("ほか")
    assert "増設の話" in said_by(await warden.slash(other, "hide", post=post))
    await allow(env, env.channel, warden, view_channel=False)

    assert "増設の話" not in said_by(await warden.slash(other, "hide", post=post))


# -- what the cache does not hold ---------------------------------------------------------------------------


@pytest.mark.invariant(10)
async def test_a_channel_nobody_can_find_is_shown_to_those_who_manage_the_servers_channels(
    env: BotEnv, corner: Any
) -> None:
    lost = await ghost(env)
    await env.services.storage.subscriptions.pause_channel(lost.channel_id, PauseReason.NOT_FOUND, env.clock())

    assert SECRET not in await listed(env, corner.leader, corner)
    assert SECRET in await listed(env, env.admin)
    assert await corner.leader.autocomplete(corner, "unsubscribe", "topic", "") == []
    await corner.leader.slash(corner, "unsubscribe", topic=f"id:{lost.id}")
    assert [one.id for one in await stored(env)] == [lost.id]
    await env.admin.slash(env.channel, "unsubscribe", topic=f"id:{lost.id}")
    assert await stored(env) == []


@pytest.mark.invariant(10)
@pytest.mark.parametrize("command", ["subscriptions", "digest list", "quiet show", "deliveries", "status"])
async def test_every_list_keeps_what_nobody_can_find_to_those_who_manage_the_servers_channels(
    env: BotEnv, corner: Any, command: str
) -> None:
    lost = await ghost(env)
    guild_id = GuildId(env.guild.id)
    ask = typed_request(lost.channel_id, Recurrence.DAILY, "8:00", "UTC", "ja", name=SECRET, topics=SECRET)
    made = (await env.services.digests.create(guild_id, UserId(env.admin.id), ask)).digest
    hours = QuietHoursRequest(guild_id, lost.channel_id, "22:00", "7:00", "UTC")
    await env.services.guilds.set_quiet(hours)
    await env.services.digests.send_now(made.id, guild_id)
    empty = said_by(await corner.leader.slash(corner, command))
    marks = (SECRET, str(lost.channel_id))

    assert [mark for mark in marks if mark in empty] == []
    assert "1 waiting" not in empty
    if command != "status":
        full = said_by(await env.admin.slash(env.channel, command))
        assert [mark for mark in marks if mark in full] != []
    assert await corner.leader.autocomplete(corner, "digest now", "digest", "") == []


async def test_a_page_that_is_not_there_is_answered(env: BotEnv) -> None:
    await follow(env)
    sent = await tell(env, 500)
    sealed = str([part.to_dict() for part in sent.components]).split("kw:")[1][:24]
    may = env.guild.create_role("主", permissions=discord.Permissions(administrator=True))
    boss = env.guild.add_member(env.sim.create_user("aruji"), roles=[may])
    base = answer(await boss.slash(env.channel, "subscriptions"))
    unexpected = env.services.texts.speaker("en").say("error-unexpected", reference="")[:12]
    pages = ["kw:trail:9999", "kw:dlv:page:9999", "kw:subs:page:99999:0", "kw:digest:page:99999:0"]
    pages += [f"kw:{sealed}:999:menu", f"kw:{sealed}:0:held.9999", f"kw:{sealed}:0:digest-more.9999"]
    pages += [f"kw:{sealed}:0:digest-topic.9999", f"kw:trend:*:rp:99999:{TOPIC}"]

    said = {one: await press(boss, base, one) for one in pages}

    assert {one: text for one, text in said.items() if not text or unexpected in text} == {}


@pytest.mark.invariant(10)
async def test_an_archived_thread_is_for_those_who_see_its_channel(env: BotEnv, corner: Any) -> None:
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="まとめ", type=discord.ChannelType.public_thread)
    await ghost(env, thread.id)
    await thread.edit(archived=True)
    await env.sim.settle()
    assert env.bot.get_channel(thread.id) is None
    assert SECRET in await listed(env, corner.leader, corner)
    await allow(env, env.channel, corner.leader, view_channel=False)
    env.clock.forward(minutes=2)

    assert SECRET not in await listed(env, corner.leader, corner)


@pytest.mark.invariant(10)
@pytest.mark.parametrize("archived", [False, True])
async def test_a_private_thread_is_for_its_members_and_for_those_who_manage_threads(
    env: BotEnv, corner: Any, *, archived: bool
) -> None:
    thread = await a_private_thread(env)
    await ghost(env, thread.id)
    if archived:
        await thread.edit(archived=True)
        await env.sim.settle()
    may = env.guild.create_role("糸番", permissions=discord.Permissions(manage_channels=True, manage_threads=True))
    keeper = env.guild.add_member(env.sim.create_user("itoban"), roles=[may])

    assert SECRET not in await listed(env, env.admin)
    assert SECRET in await listed(env, keeper)

    env.sim.backend.add_thread_member(thread.id, env.admin.id)
    env.clock.forward(minutes=2)
    assert SECRET in await listed(env, env.admin)


# -- ids ----------------------------------------------------------------------------------------------------


@pytest.mark.invariant(10)
async def test_the_numbers_of_one_server_are_nothing_in_another(env: BotEnv) -> None:
    await follow(env)
    await subscribe(env, topic="消した話題")
    sent = await tell(env, 500)
    guild_id = GuildId(env.guild.id)
    service = env.services.subscriptions
    live, gone = {one.topic.name: one.id for one in await stored(env)}[TOPIC], 0
    gone = next(one.id for one in await stored(env) if one.id != live)
    await service.remove(gone, guild_id)
    ask = typed_request(ChannelId(env.channel.id), Recurrence.DAILY, "8:00", "UTC", "ja", topics=TOPIC)
    digest = (await env.services.digests.create(guild_id, UserId(env.admin.id), ask)).digest
    dropped = (await env.services.digests.create(guild_id, UserId(env.admin.id), ask)).digest
    await env.services.digests.delete(dropped.id, guild_id)
    await env.services.storage.subscriptions.pause_channel(
        ChannelId(env.channel.id), PauseReason.FORBIDDEN, env.clock()
    )
    sealed = str([part.to_dict() for part in sent.components]).split("kw:")[1][:24]
    there = env.sim.create_guild(name="よそ")
    yard = there.create_text_channel("庭")
    may = discord.Permissions(manage_channels=True, manage_messages=True, administrator=True)
    boss = there.add_member(env.sim.create_user("yosonohito"), roles=[there.create_role("主", permissions=may)])
    base = answer(await boss.slash(yard, "subscriptions"))

    async def state() -> Any:
        found = [await service.list(guild_id), await env.services.digests.list(guild_id)]
        return (
            found,
            await env.services.storage.moderation.audit(guild_id),
            await service.list(GuildId(there.id)),
        )

    before = await state()
    ids = [f"kw:subs:{action}:{one}" for action in SubscriptionAction for one in (live, gone)]
    ids += [f"kw:digest:{one}:{action}" for action in DigestAction for one in (digest.id, dropped.id)]
    ids += [f"kw:menu:{one}:{sealed}:0:{action}" for action in MenuAction for one in (live, gone)]
    ids += [f"kw:undo:{one}:{what}" for what in Undo for one in (live, gone)]
    ids += [f"kw:dlv:{sealed}:{action}:0" for action in Decision]
    ids += [f"kw:{sealed}:0:{action}" for action in ("trend", "menu", "held", "digest-edit", "digest-more.1")]
    ids += [f"kw:resume:{env.channel.id}", f"kw:subs:page:0:{env.channel.id}", "kw:trail:0"]
    ids += [f"kw:digest:page:0:{env.channel.id}", f"kw:unhide:{'0' * 32}"]
    told = {custom_id: await press(boss, base, custom_id) for custom_id in ids}
    told |= {"pick": await press(boss, base, "kw:subs:pick:0", str(live))}
    told |= {"pick digest": await press(boss, base, "kw:digest:pick:0", str(digest.id))}

    assert await state() == before
    assert {one: said for one, said in told.items() if TOPIC in said or "消した" in said or "増設" in said} == {}


@pytest.mark.invariant(10)
async def test_a_leader_of_one_channel_changes_nothing_in_another_by_its_numbers(env: BotEnv, corner: Any) -> None:
    await follow(env)
    await corner.leader.slash(corner, "subscribe", topic="自分の話題")
    sent = await tell(env, 500)
    sealed = str([part.to_dict() for part in sent.components]).split("kw:")[1][:24]
    mine = next(one for one in await stored(env) if one.channel_id == corner.id)
    other = next(one for one in await stored(env) if one.channel_id != corner.id)
    base = answer(await corner.leader.slash(corner, "subscriptions"))
    await env.services.subscriptions.remove(other.id)

    await press(corner.leader, base, f"kw:subs:restore:{other.id}")
    await press(corner.leader, base, f"kw:undo:{other.id}:{Undo.STOPPED}")
    assert [one.id for one in await stored(env)] == [mine.id]

    await env.services.subscriptions.restore(other.id)
    kept = await stored(env)
    for action in MenuAction:
        if action is not MenuAction.STOP:
            await press(corner.leader, base, f"kw:menu:{other.id}:{sealed}:0:{action}")
    await press(corner.leader, base, f"kw:menu:{mine.id}:{sealed}:0:{MenuAction.AUTHOR}")
    assert await stored(env) == kept


def test_every_number_that_the_cogs_hand_on_comes_with_its_server() -> None:
    """The services refuse another server's number only where they are told whose it should be."""
    writers = {"quieter", "mute_author", "unmute_authors", "pause", "resume", "mute", "remove", "restore"}
    alone = []
    for file in (Path(__file__).parents[3] / "cogs").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writers:
                said = ast.unparse(node)
                said = said.replace("(paused)", "(paused, of its guild_id)")  # whole ones, which know their server
                if "ervice" in ast.unparse(node.func.value) and "guild_id" not in said and "guild_of" not in said:
                    alone.append(f"{file.name}:{node.lineno}: {said}")
    assert alone == []


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "9" * 19, "9" * 30, "１２３", "٣"])
async def test_what_is_no_number_finds_nothing_and_is_answered(env: BotEnv, number: str) -> None:
    await follow(env)
    base = answer(await env.admin.slash(env.channel, "subscriptions"))
    unexpected = env.services.texts.speaker("en").say("error-unexpected", reference="")[:12]

    said = [
        shown(answer(await env.admin.slash(env.channel, "unsubscribe", topic=f"id:{number}"))),
        shown(answer(await env.admin.slash(env.channel, "digest preview", digest=f"id:{number}"))),
        *[await press(env.admin, base, f"kw:{kind}:pick:0", number) for kind in ("subs", "digest")],
        *[await press(env.admin, base, one) for one in (f"kw:subs:edit:{number}", f"kw:digest:{number}:open")],
        *[await press(env.admin, base, one) for one in (f"kw:undo:{number}:muted", f"kw:resume:{number}")],
        await press(env.admin, base, f"kw:subs:page:0:{number}"),
        shown(
            answer(await env.admin.slash(env.channel, "why", post=f"https://discord.com/channels/1/2/{number}"))
        ),
    ]

    assert [one for one in said if unexpected in one] == []
    assert len(await stored(env)) == 1


async def test_a_permission_that_was_taken_away_while_a_form_was_open_is_missed(env: BotEnv, corner: Any) -> None:
    await corner.leader.slash(corner, "subscribe", topic=TOPIC)
    [kept] = await stored(env)
    form = await corner.leader.click(await opened(corner, kept), label="Edit")
    await allow(env, corner, corner.leader, view_channel=True, manage_channels=False)

    refused = await corner.leader.submit_modal(form, {"min_rp": "1", "language": ["en"], "role": []})

    assert "Manage Channels" in shown(answer(refused))
    assert await stored(env) == [kept]


@pytest.mark.invariant(10)
async def test_what_a_closed_channel_has_is_nothing_by_any_name_or_number(env: BotEnv, corner: Any) -> None:
    """Neither told from what is not there, nor in the way of one's own of the same name."""
    closed = env.guild.create_text_channel("奥の間")
    await allow(env, closed, corner.leader, view_channel=False, manage_channels=False)
    other = env.guild.create_text_channel("ほか")
    await allow(env, other, corner.leader, **ALL)
    options = {"schedule": "daily", "timezone": "UTC", "topics": TOPIC}
    for name in ("便り", "密書"):
        await herald(env).slash(closed, "digest create", **options, name=name)
    await corner.leader.slash(corner, "digest create", **options, name="便り")
    await subscribe(env, herald(env), channel=closed)
    [hidden] = await stored(env)
    first = (await env.services.digests.list(GuildId(env.guild.id), ChannelId(closed.id)))[0]

    for command in ("digest preview", "digest now", "digest pause", "digest delete", "digest edit"):
        guessed, none = [
            said_by(await corner.leader.slash(other, command, digest=name)) for name in ("密書", "ありもしない")
        ]
        assert guessed == none == sentence(env, "digest-none")
        assert said_by(await corner.leader.slash(other, command, digest=f"id:{first.id}")) == none
    for number in (hidden.id, 987):
        said = said_by(await corner.leader.slash(other, "unsubscribe", topic=f"id:{number}"))
        assert said == sentence(env, "unsubscribe-none")
    own = said_by(await corner.leader.slash(other, "digest preview", digest="便り"))
    assert "便り" in own
