"""A role that was deleted mentions nobody, and whoever follows something with it can read that."""

from __future__ import annotations

from typing import Any

import pytest

from bot.views.kit.text import Texts
from tests.cogs.subscriptions.test_subscribe import herald, in_japanese, shown, stored, subscribe
from tests.cogs.subscriptions.test_subscriptions import modal_fields
from tests.conftest import BotEnv

from .test_acknowledging import card
from .test_forms import WRONG, again, last, roles_in, values


async def delete(env: BotEnv, role: Any) -> None:
    found = env.bot.get_guild(env.guild.id)
    assert found is not None
    gone = found.get_role(role.id)
    assert gone is not None
    await gone.delete()
    await env.sim.settle()


def said(env: BotEnv, language: str) -> str:
    texts: Texts = env.services.texts
    return texts.speaker(language).say("rule-role-gone")


@pytest.fixture
async def role(env: BotEnv) -> Any:
    return env.guild.create_role("読者", mentionable=True)


@pytest.fixture
async def digest(env: BotEnv, role: Any) -> Any:
    await env.admin.slash(
        env.channel, "digest create", schedule="daily", timezone="Asia/Tokyo", topics="AI", role=role
    )
    [made] = await env.services.digests.list(env.guild.id)
    return made


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_list_and_the_card_of_a_subscription_say_so(env: BotEnv, role: Any, language: str) -> None:
    await subscribe(env, role=role)
    assert said(env, language) not in shown(await card(env, env.admin))
    await delete(env, role)
    if language == "ja":
        in_japanese(env)

    listed = last(await env.admin.slash(env.channel, "subscriptions"))

    assert said(env, language) in shown(listed)
    assert str(role.id) not in shown(listed)
    assert said(env, language) in shown(await card(env, env.admin))


async def test_the_form_of_a_subscription_says_so_and_sets_it_free(env: BotEnv, role: Any) -> None:
    await subscribe(env, role=role)
    await delete(env, role)

    form = await env.admin.click(await card(env, env.admin), label="Edit")

    assert modal_fields(form)["role"].get("default_values", []) == []
    assert env.services.texts.speaker("en").say("edit-role-gone") in str(form.modal)
    await env.admin.submit_modal(form, {"min_rp": "9", "language": ["en"], "role": []})
    [one] = await stored(env)
    assert one.settings.role_id is None


async def test_the_list_the_card_and_the_form_of_a_digest_say_so(env: BotEnv, role: Any, digest: Any) -> None:
    await delete(env, role)

    listed = last(await env.admin.slash(env.channel, "digest list"))
    opened = last(await env.admin.select(listed, [str(digest.id)], custom_id="kw:digest:pick:0"))
    form = await env.admin.slash(env.channel, "digest edit", digest=f"id:{digest.id}")

    assert said(env, "en") in shown(listed)
    assert said(env, "en") in shown(opened)
    assert env.services.texts.speaker("en").say("edit-role-gone") in str(form.modal)


async def test_where_the_servers_roles_are_not_known_no_role_is_called_gone(env: BotEnv, digest: Any) -> None:
    await subscribe(env, herald(env), role=env.guild.create_role("読み手"))
    guild = env.bot.get_guild(env.guild.id)
    assert guild is not None
    roles, guild._roles = guild._roles, {}
    try:
        listed = last(await env.admin.slash(env.channel, "digest list"))
    finally:
        guild._roles = roles

    assert digest.settings.role_id is not None
    assert said(env, "en") not in shown(listed)


async def test_a_refused_form_opens_again_without_a_role_that_was_deleted_since(env: BotEnv, role: Any) -> None:
    await subscribe(env)
    form = await env.admin.click(await card(env, env.admin), label="Edit")
    refused = await env.admin.submit_modal(form, WRONG | {"role": [role]})
    await delete(env, role)

    opened = await again(env, refused)

    assert roles_in(opened) == []
    assert values(opened)["min_rp"] == WRONG["min_rp"]


async def test_a_refused_command_opens_its_form_without_a_role_that_was_deleted_since(
    env: BotEnv, role: Any
) -> None:
    refused = await env.admin.slash(env.channel, "subscribe", topic="AI", include="/(/", role=role)
    await delete(env, role)

    opened = await again(env, refused)
    done = await env.admin.submit_modal(
        opened, {"topic": "AI", "include": "", "exclude": "", "source": ["all"], "role": []}
    )

    assert roles_in(opened) == []
    assert last(done) is not None
    [one] = await stored(env)
    assert one.settings.role_id is None
