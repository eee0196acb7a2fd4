"""Forms: forgotten after a while, few at once, and offered again with what was typed where it cannot be taken."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.core.models import Pausable, QuietHours, SourceName
from bot.gateway.client import TrendBot
from bot.views.kit.forms import FORM_S, form_about
from cogs.shared.forms import OPEN_EACH_MAX, OPEN_MAX, Forms
from tests.cogs.subscriptions.test_subscribe import bot_may, shown, stored, subscribe
from tests.cogs.subscriptions.test_subscriptions import modal_fields
from tests.conftest import BotEnv

from .test_acknowledging import card

WRONG = {"min_rp": "たくさん", "include": "電力, 電気", "exclude": "広告", "language": ["en"], "role": []}
WRONG_DIGEST = {"recurrence": ["weekly"], "time": "25:99", "topics": "AI, 半導体", "numbers": "3, 10", "role": []}


def last(result: Any) -> Any:
    return result.followups[-1] if result.followups else result.response


def values(form: Any) -> dict[str, Any]:
    """What a form shows, by field."""
    fields = modal_fields(form)
    return {
        name: field["value"]
        if "value" in field
        else [one["value"] for one in field.get("options", []) if one.get("default")]
        for name, field in fields.items()
    }


def roles_in(form: Any) -> list[int]:
    """The roles that are chosen in a form."""
    return [one["id"] for one in modal_fields(form)["role"].get("default_values", [])]


async def again(env: BotEnv, refused: Any) -> Any:
    """The form that the button under a refusal opens."""
    return await env.admin.click(last(refused), label="Open the form again")


async def test_a_wrong_value_is_said_with_the_form_offered_again_filled(env: BotEnv) -> None:
    await subscribe(env)
    before = await stored(env)
    form = await env.admin.click(await card(env, env.admin), label="Edit")

    refused = await env.admin.submit_modal(form, WRONG)

    assert last(refused).ephemeral
    assert await stored(env) == before
    filled = values(await again(env, refused))
    assert (filled["min_rp"], filled["include"], filled["exclude"]) == ("たくさん", "電力, 電気", "広告")
    assert filled["language"] == ["en"]


async def test_a_form_that_was_mended_is_taken_in_place_of_the_refusal(env: BotEnv) -> None:
    await subscribe(env)
    form = await env.admin.click(await card(env, env.admin), label="Edit")
    refused = await env.admin.submit_modal(form, WRONG)

    done = await env.admin.submit_modal(await again(env, refused), WRONG | {"min_rp": "70"})

    assert last(done).id == last(refused).id
    [one] = await stored(env)
    assert set(one.settings.min_rp.values()) == {70}
    assert one.settings.rules.include == ("電力", "電気")


async def test_a_digests_form_is_offered_again_filled(env: BotEnv) -> None:
    await env.admin.slash(env.channel, "digest create", schedule="daily", timezone="Asia/Tokyo", topics="AI")
    [digest] = await env.services.digests.list(env.guild.id)
    form = await env.admin.slash(env.channel, "digest edit", digest=f"id:{digest.id}")

    refused = await env.admin.submit_modal(form, WRONG_DIGEST)

    filled = values(await again(env, refused))
    assert (filled["time"], filled["topics"], filled["numbers"]) == ("25:99", "AI, 半導体", "3, 10")
    assert filled["recurrence"] == ["weekly"]


async def test_quiet_hours_without_a_zone_are_offered_again_as_they_were_typed(env: BotEnv) -> None:
    typed = {"start": "22:00", "end": "7:30", "weekdays": "weekdays"}
    refused = await env.admin.slash(env.channel, "quiet set", **typed)
    said = env.services.texts.speaker("en").say

    form = await again(env, refused)
    filled = values(form)
    assert {name: filled[name] for name in typed} == typed
    wrong = await env.admin.submit_modal(form, typed | {"timezone": "Atlantis"})
    assert said("zone-unknown") in shown(last(wrong))
    form = await again(env, wrong)
    assert values(form)["timezone"] == "Atlantis"
    done = await env.admin.submit_modal(form, typed | {"timezone": "Tokyo"})

    assert said("quiet-set-heading") in shown(last(done))
    quiet = await env.services.storage.guilds.quiet_hours(env.channel.id)
    assert quiet == QuietHours("Asia/Tokyo", 22 * 60, 7 * 60 + 30, (0, 1, 2, 3, 4))


async def test_digest_that_could_not_be_created_is_offered_again_with_all_that_was_chosen(env: BotEnv) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    typed = {"time": "7:30", "topics": "AI, 半導体"}
    chosen = {"schedule": "weekdays", "top": 3, "min_rp": 20, "role": role, "alerts": "off", "language": "ja"}
    refused = await env.admin.slash(env.channel, "digest create", name="社長の朝刊", **typed, **chosen)

    filled = values(form := await again(env, refused))
    assert {name: filled[name] for name in typed} == typed
    assert filled["recurrence"] == ["weekdays"]
    assert roles_in(form) == [role.id]
    kept = typed | {"recurrence": ["weekdays"], "role": [role]}
    wrong = await env.admin.submit_modal(form, kept | {"timezone": "Atlantis"})
    assert await env.services.digests.list(env.guild.id) == []
    await env.admin.submit_modal(await again(env, wrong), kept | {"timezone": "Tokyo"})

    [made] = await env.services.digests.list(env.guild.id)
    assert (made.settings.schedule.cron, made.settings.schedule.zone) == ("30 7 * * 1-5", "Asia/Tokyo")
    assert (made.settings.name, [topic.name for topic in made.settings.topics]) == ("社長の朝刊", ["AI", "半導体"])
    assert (made.settings.top, made.settings.min_rp, made.settings.role_id) == (3, 20, role.id)
    assert (made.settings.replaces_alerts, made.settings.language) == (True, "ja")


async def test_digest_that_could_not_be_changed_is_offered_again_with_what_was_given_and_what_it_is(
    env: BotEnv,
) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    where = {"schedule": "daily", "time": "7:30", "timezone": "Asia/Tokyo"}
    await env.admin.slash(env.channel, "digest create", topics="AI", role=role, **where)
    [before] = await env.services.digests.list(env.guild.id)
    given = {"timezone": "Atlantis", "top": 3, "name": "社長の朝刊", "alerts": "off", "schedule": "weekdays"}

    refused = await env.admin.slash(env.channel, "digest edit", digest=f"id:{before.id}", **given)

    assert await env.services.digests.list(env.guild.id) == [before]
    filled = values(form := await again(env, refused))
    assert (filled["recurrence"], filled["time"], filled["topics"]) == (["weekdays"], "7:30", "AI")
    assert filled["timezone"] == "Atlantis"
    assert roles_in(form) == [role.id]
    kept = {"recurrence": ["weekdays"], "time": "7:30", "topics": "AI", "role": [role]}
    await env.admin.submit_modal(form, kept | {"timezone": "New York"})

    [after] = await env.services.digests.list(env.guild.id)
    assert (after.settings.schedule.cron, after.settings.schedule.zone) == ("30 7 * * 1-5", "America/New_York")
    assert (after.settings.top, after.settings.name, after.settings.replaces_alerts, after.settings.role_id) == (
        3,
        "社長の朝刊",
        True,
        role.id,
    )
    assert (after.settings.topics, after.settings.min_rp) == (before.settings.topics, before.settings.min_rp)


async def test_subscription_that_was_refused_is_offered_again_with_all_that_was_chosen(env: BotEnv) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    typed = {"topic": "データセンター", "include": "/(/", "exclude": "広告"}
    chosen = {"min_rp": 30, "role": role, "source": "trendpage", "language": "ja", "people_only": False}

    refused = await env.admin.slash(env.channel, "subscribe", **typed, **chosen)

    assert await stored(env) == []
    filled = values(form := await again(env, refused))
    assert {name: filled[name] for name in typed} == typed
    assert filled["source"] == ["trendpage"]
    assert roles_in(form) == [role.id]
    kept = typed | {"source": ["trendpage"], "role": [role]}
    wrong = await env.admin.submit_modal(form, kept | {"include": "/[/"})
    done = await env.admin.submit_modal(await again(env, wrong), kept | {"include": "/電[力気]/"})

    assert last(done).id == last(wrong).id
    [one] = await stored(env)
    assert (one.topic.name, one.settings.min_rp, one.settings.role_id) == (
        "データセンター",
        {SourceName.TRENDPAGE: 30},
        role.id,
    )
    assert (one.settings.rules.include, one.settings.rules.exclude) == (("/電[力気]/",), ("広告",))
    assert (one.settings.rules.people_only, one.settings.language) == (False, "ja")


async def test_what_was_chosen_for_a_forum_is_left_out_where_the_channel_is_none(env: BotEnv) -> None:
    refused = await env.admin.slash(env.channel, "subscribe", topic="AI", exclude="広告", forum="story")

    form = await again(env, refused)
    await env.admin.submit_modal(form, {"topic": "AI", "exclude": "広告", "source": ["all"], "role": []})

    [one] = await stored(env)
    assert one.settings.rules.exclude == ("広告",)


@pytest.mark.parametrize("command", ["subscribe", "digest create", "digest edit"])
async def test_role_that_cannot_be_mentioned_is_exchanged_in_the_form(env: BotEnv, command: str) -> None:
    everyone, role = env.guild.default_role, env.guild.create_role("読者", mentionable=True)
    options = (
        {"topic": "AI"} if command == "subscribe" else {"schedule": "daily", "timezone": "UTC", "topics": "AI"}
    )
    if command == "digest edit":
        await env.admin.slash(env.channel, "digest create", **options)
        [digest] = await env.services.digests.list(env.guild.id)
        options["digest"] = f"id:{digest.id}"
    refused = await env.admin.slash(env.channel, command, role=everyone, **options)

    form = await again(env, refused)
    assert roles_in(form) == [everyone.id]
    fields = {"topic": "AI", "source": ["all"]}
    if command != "subscribe":
        fields = {"recurrence": ["daily"], "timezone": "UTC", "topics": "AI"}
    await env.admin.submit_modal(form, fields | {"role": [role]})

    made: list[Pausable] = [*await stored(env), *await env.services.digests.list(env.guild.id)]
    assert [one.settings.role_id for one in made] == [role.id]


async def test_permission_that_the_bot_lacks_loses_nothing_that_was_chosen(env: BotEnv) -> None:
    other = env.guild.create_text_channel("静かな部屋", overwrites=bot_may(env, read_message_history=False))
    refused = await env.admin.slash(env.channel, "subscribe", topic="AI", min_rp=30, channel=other)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, read_message_history=True)
    await env.sim.settle()

    form = await again(env, refused)
    await env.admin.submit_modal(form, {"topic": "AI", "source": ["all"], "role": []})

    [one] = await stored(env)
    assert set(one.settings.min_rp.values()) == {30}


async def test_form_of_another_channels_quiet_hours_is_for_who_may_manage_it(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    refused = await env.admin.slash(env.channel, "quiet set", start="22", end="x", channel=other)
    form = await again(env, refused)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, view_channel=True, manage_roles=True)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)
    await env.sim.settle()

    late = await env.admin.submit_modal(form, {"start": "22", "end": "7", "timezone": "UTC", "weekdays": ""})

    assert "Manage Channels" in shown(last(late))
    assert await env.services.storage.guilds.quiet_hours(other.id) is None


async def test_a_role_that_cannot_be_mentioned_is_still_chosen_in_the_form(env: BotEnv) -> None:
    await subscribe(env)
    role = env.guild.create_role("読者")
    form = await env.admin.click(await card(env, env.admin), label="Edit")

    refused = await env.admin.submit_modal(form, WRONG | {"min_rp": "5", "role": [role]})

    field = modal_fields(await again(env, refused))["role"]
    assert [one["id"] for one in field["default_values"]] == [role.id]


async def test_what_filters_were_chosen_is_chosen_again(env: BotEnv) -> None:
    await subscribe(env)
    form = await env.admin.click(await card(env, env.admin), label="Filters")
    await env.sim.restart_bot(TrendBot(env.services, background=False))
    filled = {"languages": ["ja", "en"], "sources": ["trendpage"], "sensitive": ["no"], "bots": ["no"]}

    late = await env.admin.submit_modal(form, filled)

    chosen = values(await again(env, late))
    assert (chosen["languages"], chosen["sensitive"]) == (["ja", "en"], ["no"])


async def test_after_some_minutes_the_form_shows_what_is_stored(env: BotEnv) -> None:
    await subscribe(env)
    form = await env.admin.click(await card(env, env.admin), label="Edit")
    refused = await env.admin.submit_modal(form, WRONG)
    env.clock.forward(minutes=16)

    assert "include" in modal_fields(await again(env, refused))
    assert values(await again(env, refused))["min_rp"] == "100"


async def test_nobody_else_is_shown_what_was_typed(env: BotEnv) -> None:
    await subscribe(env)
    form = await env.admin.click(await card(env, env.admin), label="Edit")
    await env.admin.submit_modal(form, WRONG)
    forms = env.bot.get_cog("Forms")
    assert isinstance(forms, Forms)

    assert env.admin.id in forms.typed
    assert env.visitor.id not in forms.typed


async def test_a_form_sent_off_after_a_restart_is_offered_again_with_what_was_typed(env: BotEnv) -> None:
    await subscribe(env)
    before = await stored(env)
    form = await env.admin.click(await card(env, env.admin), label="Edit")
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    late = await env.admin.submit_modal(form, WRONG | {"min_rp": "70"})

    assert env.services.texts.speaker("en").say("form-late") in shown(last(late))
    assert await stored(env) == before
    assert values(await again(env, late))["min_rp"] == "70"


REFUSED_COMMANDS = {
    "subscribe": {"topic": "AI", "include": "/(/", "min_rp": 30},
    "digest create": {"schedule": "daily", "timezone": "Atlantis", "topics": "AI", "min_rp": 30},
    "digest edit": {"timezone": "Atlantis", "min_rp": 30},
}
"""Options that are refused, and one that has no field in the form."""
MENDED = {
    "subscribe": {"topic": "AI", "include": "電力", "source": ["all"], "role": []},
    "digest create": {"recurrence": ["daily"], "timezone": "UTC", "topics": "AI", "role": []},
    "digest edit": {"recurrence": ["daily"], "timezone": "UTC", "topics": "AI", "role": []},
}


async def refused_command(env: BotEnv, command: str) -> Any:
    """The answer to a command whose options are wrong."""
    options = dict(REFUSED_COMMANDS[command])
    if command == "digest edit":
        await env.admin.slash(env.channel, "digest create", schedule="daily", timezone="UTC", topics="AI")
        [digest] = await env.services.digests.list(env.guild.id)
        options["digest"] = f"id:{digest.id}"
    return await env.admin.slash(env.channel, command, **options)


@pytest.mark.parametrize("command", REFUSED_COMMANDS)
async def test_form_that_would_lose_options_of_its_command_is_not_opened(env: BotEnv, command: str) -> None:
    refused = await refused_command(env, command)
    env.clock.forward(minutes=16)

    told = await again(env, refused)

    assert env.services.texts.speaker("en").say("form-forgotten") in shown(last(told))


@pytest.mark.parametrize("command", REFUSED_COMMANDS)
async def test_form_that_lost_options_of_its_command_says_so(env: BotEnv, command: str) -> None:
    form = await again(env, await refused_command(env, command))
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    late = await env.admin.submit_modal(form, MENDED[command])

    assert env.services.texts.speaker("en").say("form-late-options") in shown(last(late))
    assert values(await again(env, late))["topic" if command == "subscribe" else "topics"] == "AI"


async def test_every_form_is_forgotten_after_a_while(env: BotEnv) -> None:
    await subscribe(env)
    await env.admin.slash(env.channel, "digest create", schedule="daily", timezone="Asia/Tokyo", topics="AI")
    [digest] = await env.services.digests.list(env.guild.id)
    for label in ("Edit", "Filters"):
        await env.admin.click(await card(env, env.admin), label=label)
    await env.admin.slash(env.channel, "digest edit", digest=f"id:{digest.id}")

    modals = kept(env)
    assert [modal.timeout for modal in modals] == [FORM_S] * 3


async def test_a_person_has_few_forms_open(env: BotEnv) -> None:
    await subscribe(env)
    opened = await card(env, env.admin)
    for _ in range(OPEN_EACH_MAX + 3):
        await env.admin.click(opened, label="Edit")

    assert len(kept(env)) == OPEN_EACH_MAX


async def test_everybody_together_has_a_bounded_number_of_forms(env: BotEnv) -> None:
    await subscribe(env)
    await env.admin.click(await card(env, env.admin), label="Edit")
    forms = env.bot.get_cog("Forms")
    assert isinstance(forms, Forms)
    [form] = kept(env)

    for person in range(OPEN_MAX):
        forms.opened(-person - 1, _another(form))

    assert form.is_finished()


def _another(form: Any) -> Any:
    class Other(discord.ui.Modal, title="x"):
        about = form.about

    return Other(timeout=FORM_S)


def kept(env: BotEnv) -> list[Any]:
    """What discord.py keeps of forms."""
    return list(env.bot._connection._view_store._modals.values())


@pytest.mark.parametrize("custom_id", ["kw:form:edit:99999999999999999999:0", "something else"])
async def test_a_form_that_is_not_ours_is_nobodys(env: BotEnv, custom_id: str) -> None:
    assert form_about(custom_id) is None
