"""/subscriptions with its buttons, menu and form, and /unsubscribe, on the simulated Discord."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import PauseReason, SourceName, Subscription
from bot.gateway.client import TrendBot
from tests.cogs.sentences import say
from tests.cogs.subscriptions.test_subscribe import (
    TOPIC,
    answer,
    bot_may,
    in_japanese,
    labels,
    shown,
    stored,
    subscribe,
)
from tests.conftest import EN, JA, BotEnv


async def listed(env: BotEnv, **options: Any) -> Any:
    return answer(await env.admin.slash(env.channel, "subscriptions", **options))


async def opened(env: BotEnv, subscription: Subscription) -> Any:
    """The detail of a subscription, picked from the list."""
    message = await listed(env)
    picked = await env.admin.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")
    return picked.response


async def followed(env: BotEnv, **options: Any) -> Subscription:
    await subscribe(env, **options)
    return (await stored(env))[-1]


async def pressed(env: BotEnv, message: Any, label: str) -> Any:
    return await env.admin.click(message, label=label)


async def test_an_empty_list_says_how_to_begin(env: BotEnv) -> None:
    assert EN.say("list-empty") in shown(await listed(env))


async def test_the_list_shows_what_each_channel_follows(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    await subscribe(env, include="電力")
    await subscribe(env, channel=other, topic="生成AI", min_rp=5)

    said = shown(await listed(env))

    assert f"**{TOPIC}**" in said
    assert say(env, "rule-include", words="電力") in said
    assert "**生成AI**" in said
    assert f"<#{other.id}>" in said
    bar = say(env, "rule-min-rp", count=5)
    assert say(env, "rule-source-min-rp", source=say(env, "source-trendpage"), minimum=bar) in said
    assert "1–2 of 2" in said


async def test_the_list_can_be_narrowed_to_a_channel(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    await subscribe(env)
    await subscribe(env, channel=other, topic="生成AI")

    said = shown(await listed(env, channel=other))

    assert "生成AI" in said
    assert TOPIC not in said


async def test_what_stands_in_a_channel_the_person_cannot_see_is_not_listed(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    await subscribe(env, channel=other, topic="秘密")
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    member = await channel.guild.fetch_member(env.admin.id)
    await channel.set_permissions(member, view_channel=False)

    assert "秘密" not in shown(await listed(env))


async def test_a_long_list_has_pages(env: BotEnv) -> None:
    for number in range(7):
        await subscribe(env, topic=f"topic {number}")
    first = await listed(env)

    second = shown((await pressed(env, first, "Next")).response)
    back = shown((await pressed(env, first, "Back")).response)

    assert "6–7 of 7" in second
    assert "1–5 of 7" in back


async def test_picking_one_shows_it_with_everything_that_can_be_done(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("大きな投稿", 150)])
    subscription = await followed(env)
    await env.poll()

    message = await opened(env, subscription)

    assert say(env, "day-passing", known=1, passing=1) in shown(message)
    assert labels(message) == [
        "Edit",
        "Filters",
        "Preview",
        "Pause",
        "Unsubscribe",
        *(say(env, "button-pace", pace=pace) for pace in (1, 5, 20)),
        "Mute 1 hour",
        "Mute 1 day",
        say(env, "button-media-off"),
        say(env, "button-list"),
    ]


async def test_pause_and_resume(env: BotEnv) -> None:
    subscription = await followed(env)
    message = await opened(env, subscription)

    paused = shown((await pressed(env, message, "Pause")).response)
    states = [(await stored(env))[0].paused]
    resumed = shown((await pressed(env, message, "Resume")).response)
    states.append((await stored(env))[0].paused)

    assert "Paused" in paused
    assert "Active" in resumed
    assert states == [PauseReason.BY_USER, None]


async def test_resuming_where_the_bot_may_not_post_names_the_permission(env: BotEnv) -> None:
    other = env.guild.create_text_channel("静かな部屋")
    subscription = await followed(env, channel=other)
    await env.services.storage.subscriptions.pause(subscription.id, PauseReason.FORBIDDEN, env.clock())
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, overwrite=discord.PermissionOverwrite(send_messages=False))
    message = await opened(env, subscription)

    refused = answer(await pressed(env, message, "Resume"))

    assert say(env, "state-paused-forbidden") in shown(message)
    assert "Send Messages" in shown(refused)
    assert (await stored(env))[0].paused is PauseReason.FORBIDDEN


@pytest.mark.parametrize(
    ("label", "how_long"), [("Mute 1 hour", timedelta(hours=1)), ("Mute 1 day", timedelta(days=1))]
)
async def test_mute_and_unmute(env: BotEnv, label: str, how_long: timedelta) -> None:
    subscription = await followed(env)
    message = await opened(env, subscription)

    muted = shown((await pressed(env, message, label)).response)
    until = (await stored(env))[0].muted_until
    await pressed(env, message, "Unmute")

    assert until == env.clock() + how_long
    assert "Muted until" in muted
    assert (await stored(env))[0].muted_until is None


async def test_muted_authors_can_be_heard_again(env: BotEnv) -> None:
    subscription = await followed(env)
    await env.services.subscriptions.mute_author(subscription.id, "kawara_taro")
    message = await opened(env, subscription)
    before = shown(message)

    await pressed(env, message, "Unmute authors")

    assert "Muted authors: kawara\\_taro" in before
    assert "Muted authors" not in shown(message)


async def test_unsubscribing_can_be_undone(env: BotEnv) -> None:
    subscription = await followed(env)
    message = await opened(env, subscription)

    removed = shown((await pressed(env, message, "Unsubscribe")).response)
    gone = await stored(env)
    restored = shown((await pressed(env, message, "Undo")).response)

    assert gone == []
    assert say(env, "removed-heading", topic=TOPIC) in removed
    assert "Active" in restored
    assert [one.id for one in await stored(env)] == [subscription.id]


async def test_undo_that_comes_too_late_says_so(env: BotEnv) -> None:
    subscription = await followed(env)
    removed = (await pressed(env, await opened(env, subscription), "Unsubscribe")).response
    await subscribe(env)

    refused = answer(await pressed(env, removed, "Undo"))

    assert EN.say("subscription-restore-late") in shown(refused)
    assert len(await stored(env)) == 1


async def test_the_way_back_leads_to_the_list(env: BotEnv) -> None:
    message = await opened(env, await followed(env))

    assert "1–1 of 1" in shown((await pressed(env, message, say(env, "button-list"))).response)


async def test_the_form_changes_every_rule(env: BotEnv) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    subscription = await followed(env, include="古い")
    form = await pressed(env, await opened(env, subscription), "Edit")

    done = await env.admin.submit_modal(
        form,
        {"min_rp": "２５", "include": "電力、水", "exclude": "広告", "language": ["ja"], "role": [role]},
    )

    [changed] = await stored(env)
    assert changed.settings.min_rp == {SourceName.TRENDPAGE: 25}
    assert (changed.settings.rules.include, changed.settings.rules.exclude) == (("電力", "水"), ("広告",))
    assert (changed.settings.language, changed.settings.role_id) == ("ja", role.id)
    assert say(env, "rule-min-rp", count=25) in shown(done.response)


async def test_the_form_comes_filled_in(env: BotEnv) -> None:
    subscription = await followed(env, include="電力、水", min_rp=30)

    form = await pressed(env, await opened(env, subscription), "Edit")

    fields = {part["custom_id"]: part for part in walk_components(form.modal["components"]) if "custom_id" in part}
    assert (fields["min_rp"]["value"], fields["include"]["value"]) == ("30", "電力, 水")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"min_rp": "-1"}, "must be a whole number"),
        ({"min_rp": "たくさん"}, "must be a whole number"),
        ({"include": ",".join("abcdefghijklmnopqrstuvwxyz")}, "up to 20 words"),
        ({"exclude": "長" * 61}, "up to 60 characters"),
    ],
)
async def test_a_form_that_cannot_be_gets_one_sentence_and_changes_nothing(
    env: BotEnv, typed: dict[str, str], sentence: str
) -> None:
    subscription = await followed(env)
    form = await pressed(env, await opened(env, subscription), "Edit")

    done = await env.admin.submit_modal(form, {"language": ["en"], **typed})

    assert sentence in shown(answer(done))
    assert await stored(env) == [subscription]


async def test_the_form_refuses_everyone_and_roles_the_bot_may_not_mention(env: BotEnv) -> None:
    other = env.guild.create_text_channel("部屋", overwrites=bot_may(env, mention_everyone=False))
    quiet = env.guild.create_role("静かな人", mentionable=False)
    subscription = await followed(env, channel=other)
    message = await opened(env, subscription)

    said = []
    for role in (env.guild.default_role, quiet):
        form = await pressed(env, message, "Edit")
        done = await env.admin.submit_modal(form, {"language": ["en"], "role": [role]})
        said.append(shown(answer(done)))

    assert say(env, "error-role-everyone") in said[0]
    assert "All Roles" in said[1]
    assert (await stored(env))[0].settings.role_id is None


async def test_a_sample_shows_the_largest_known_post_as_an_alert(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("小さな投稿", 3), env.post("大きな投稿", 30, serial=1)])
    subscription = await followed(env)

    sample = answer(await pressed(env, await opened(env, subscription), "Preview"))

    assert "大きな投稿" in shown(sample)
    assert "小さな投稿" not in shown(sample)
    assert env.channel.history() == []


async def test_without_any_post_a_sample_says_so(env: BotEnv) -> None:
    subscription = await followed(env)

    sample = answer(await pressed(env, await opened(env, subscription), "Preview"))

    assert say(env, "sample-none", topic=TOPIC) in shown(sample)


async def test_manage_channels_is_needed_in_the_subscriptions_channel(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    subscription = await followed(env, channel=other)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    member = await channel.guild.fetch_member(env.admin.id)
    await channel.set_permissions(member, manage_channels=False)
    message = await listed(env)

    refused = answer(await env.admin.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0"))
    narrowed = shown(await listed(env, channel=other))

    assert 'You need the permission "Manage Channels"' in shown(refused)
    assert 'You need the permission "Manage Channels"' in narrowed


async def test_a_channel_that_is_gone_can_still_be_tidied_up(env: BotEnv) -> None:
    other = env.guild.create_text_channel("消える部屋")
    subscription = await followed(env, channel=other)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()
    message = await opened(env, subscription)

    await pressed(env, message, "Unsubscribe")

    assert await stored(env) == []


async def test_buttons_of_a_subscription_that_is_gone_say_so(env: BotEnv) -> None:
    subscription = await followed(env)
    message = await opened(env, subscription)
    await env.services.subscriptions.remove(subscription.id)

    for label in ("Edit", "Pause", "Preview", "Mute 1 day"):
        assert EN.say("subscription-gone") in shown(answer(await pressed(env, message, label)))


async def test_buttons_menu_and_undo_live_on_after_a_restart(env: BotEnv) -> None:
    subscription = await followed(env)
    message = await listed(env)
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    detail = (await env.admin.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")).response
    removed = (await pressed(env, detail, "Unsubscribe")).response
    restored = (await pressed(env, removed, "Undo")).response

    assert "Active" in shown(restored)


async def test_unsubscribe_by_name_in_the_channel_and_undo(env: BotEnv) -> None:
    await subscribe(env)

    removed = answer(await env.admin.slash(env.channel, "unsubscribe", topic=f"#{TOPIC}"))
    gone = await stored(env)
    await pressed(env, removed, "Undo")

    assert gone == []
    assert len(await stored(env)) == 1


async def test_unsubscribe_suggests_what_is_followed_and_takes_the_suggestion(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    await subscribe(env)
    await subscribe(env, channel=other)

    choices = await env.admin.autocomplete(env.channel, "unsubscribe", "topic", "データ")
    narrowed = await env.admin.autocomplete(env.channel, "unsubscribe", "topic", "", channel=other)
    await env.admin.slash(env.channel, "unsubscribe", topic=narrowed[0]["value"])

    assert {choice["name"] for choice in choices} == {f"{TOPIC} (#トレンド速報)", f"{TOPIC} (#別室)"}
    assert [choice["name"] for choice in narrowed] == [f"{TOPIC} (#別室)"]
    assert [one.channel_id for one in await stored(env)] == [env.channel.id]


async def test_unsubscribe_from_what_nobody_follows_says_so(env: BotEnv) -> None:
    in_japanese(env)

    message = answer(await env.admin.slash(env.channel, "unsubscribe", topic="だれも知らない"))

    assert JA.say("unsubscribe-none") in shown(message)


async def test_unsubscribe_needs_manage_channels_in_the_channel(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    subscription = await followed(env, channel=other)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    member = await channel.guild.fetch_member(env.admin.id)
    await channel.set_permissions(member, manage_channels=False)

    message = answer(await env.admin.slash(env.channel, "unsubscribe", topic=f"id:{subscription.id}"))

    assert 'You need the permission "Manage Channels"' in shown(message)
    assert len(await stored(env)) == 1


# -- filters ---------------------------------------------------------------------------------------------


def modal_fields(form: Any) -> dict[str, Any]:
    return {part["custom_id"]: part for part in walk_components(form.modal["components"]) if "custom_id" in part}


async def test_the_filters_come_filled_in(env: BotEnv) -> None:
    subscription = await followed(env)

    fields = modal_fields(await pressed(env, await opened(env, subscription), "Filters"))

    assert [one["value"] for one in fields["sources"]["options"] if one.get("default")] == ["trendpage"]
    assert [one["value"] for one in fields["sensitive"]["options"] if one.get("default")] == ["yes"]
    assert not any(one.get("default") for one in fields["languages"]["options"])
    assert {"ja", "en"} <= {one["value"] for one in fields["languages"]["options"]}
    assert "authors" not in fields, "nobody is muted"


async def test_bots_are_left_out_until_somebody_wants_them(env: BotEnv) -> None:
    subscription = await followed(env)
    form = await pressed(env, await opened(env, subscription), "Filters")
    fields = modal_fields(form)

    done = await env.admin.submit_modal(
        form, {"languages": [], "sources": ["trendpage"], "sensitive": ["yes"], "bots": ["yes"]}
    )

    assert [one["value"] for one in fields["bots"]["options"] if one.get("default")] == ["no"]
    assert subscription.settings.rules.people_only
    assert not (await stored(env))[0].settings.rules.people_only
    assert say(env, "rule-bots-too") in shown(done.response)


async def test_the_filters_change_what_is_let_through_and_say_what_that_does(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("大きな話", 150), env.post("小さな話", 20, serial=1)])
    subscription = await followed(env)
    await env.poll()
    form = await pressed(env, await opened(env, subscription), "Filters")

    done = await env.admin.submit_modal(
        form, {"languages": ["en", "ko"], "sources": ["trendpage"], "sensitive": ["no"], "bots": ["no"]}
    )

    [changed] = await stored(env)
    assert (changed.settings.rules.languages, changed.settings.rules.allow_sensitive) == (("en", "ko"), False)
    assert changed.settings.min_rp == subscription.settings.min_rp
    said = shown(done.response)
    assert say(env, "rule-languages", languages="English, Korean") in said
    assert say(env, "rule-no-sensitive") in said
    stopped = say(env, "day-stopped-other-language", count=2)
    assert say(env, "day-stopped", rules=stopped) in said


async def test_a_muted_author_is_heard_again_one_by_one(env: BotEnv) -> None:
    subscription = await followed(env)
    for author in ("hanako", "taro"):
        await env.services.subscriptions.mute_author(subscription.id, author)
    form = await pressed(env, await opened(env, subscription), "Filters")
    values = {one["label"]: one["value"] for one in modal_fields(form)["authors"]["options"]}

    await env.admin.submit_modal(
        form,
        {
            "languages": [],
            "sources": ["trendpage"],
            "sensitive": ["yes"],
            "bots": ["no"],
            "authors": [values["@taro"]],
        },
    )

    assert (await stored(env))[0].settings.rules.muted_authors == ("taro",)


async def test_authors_stay_muted_in_a_form_sent_as_it_came_whatever_their_handles(env: BotEnv) -> None:
    """Handles of one beginning that is longer than what Discord takes; one is muted while the form is open."""
    subscription = await followed(env)
    handles = [f"{'a' * 110}.{number}.example" for number in range(30)]
    mute = env.services.subscriptions.mute_author
    for handle in handles[:29]:
        await mute(subscription.id, handle)
    form = await pressed(env, await opened(env, subscription), "Filters")
    values = [one["value"] for one in modal_fields(form)["authors"]["options"] if one["default"]]
    await mute(subscription.id, handles[29])

    await env.admin.submit_modal(
        form, {"languages": [], "sources": ["trendpage"], "sensitive": ["yes"], "bots": ["no"], "authors": values}
    )

    assert (await stored(env))[0].settings.rules.muted_authors == tuple(handles)


@pytest.mark.invariant(3)
async def test_a_filter_that_opens_tells_nothing_old(env: BotEnv) -> None:
    subscription = await followed(env)
    await env.poll()
    env.site.put(TOPIC, [env.post("日本語の話", 150)])
    form = await pressed(env, await opened(env, subscription), "Filters")
    await env.admin.submit_modal(
        form, {"languages": ["en"], "sources": ["trendpage"], "sensitive": ["yes"], "bots": ["no"]}
    )
    await env.poll_again()

    form = await pressed(env, await opened(env, subscription), "Filters")
    await env.admin.submit_modal(
        form, {"languages": [], "sources": ["trendpage"], "sensitive": ["yes"], "bots": ["no"]}
    )
    await env.poll_again()

    assert env.channel.history() == []
