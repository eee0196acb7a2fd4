"""A role that was deleted mentions nobody, and whoever follows something with it can read that."""

from __future__ import annotations

from typing import Any

import pytest

from bot.views.kit.text import Texts
from tests.cogs.subscriptions.test_subscribe import herald, in_japanese, shown, stored, subscribe
from tests.cogs.subscriptions.test_subscriptions import modal_fields
from tests.conftest import House

from .test_acknowledging import card
from .test_forms import last


async def delete(house: House, role: Any) -> None:
    found = house.bot.get_guild(house.guild.id)
    assert found is not None
    gone = found.get_role(role.id)
    assert gone is not None
    await gone.delete()
    await house.env.settle()


def said(house: House, language: str) -> str:
    texts: Texts = house.services.texts
    return texts.speaker(language).say("rule-role-gone")


@pytest.fixture
async def role(house: House) -> Any:
    return house.guild.create_role("読者", mentionable=True)


@pytest.fixture
async def digest(house: House, role: Any) -> Any:
    await house.admin.slash(
        house.channel, "digest create", schedule="daily", timezone="Asia/Tokyo", topics="AI", role=role
    )
    [made] = await house.services.digests.list(house.guild.id)
    return made


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_list_and_the_card_of_a_subscription_say_so(house: House, role: Any, language: str) -> None:
    await subscribe(house, role=role)
    assert said(house, language) not in shown(await card(house, house.admin))
    await delete(house, role)
    if language == "ja":
        in_japanese(house)

    listed = last(await house.admin.slash(house.channel, "subscriptions"))

    assert said(house, language) in shown(listed)
    assert str(role.id) not in shown(listed)
    assert said(house, language) in shown(await card(house, house.admin))


async def test_the_form_of_a_subscription_says_so_and_sets_it_free(house: House, role: Any) -> None:
    await subscribe(house, role=role)
    await delete(house, role)

    form = await house.admin.click(await card(house, house.admin), label="Edit")

    assert modal_fields(form)["role"].get("default_values", []) == []
    assert house.services.texts.speaker("en").say("edit-role-gone") in str(form.modal)
    await house.admin.submit_modal(form, {"min_rp": "9", "language": ["en"], "role": []})
    [one] = await stored(house)
    assert one.settings.role_id is None


async def test_the_list_the_card_and_the_form_of_a_digest_say_so(house: House, role: Any, digest: Any) -> None:
    await delete(house, role)

    listed = last(await house.admin.slash(house.channel, "digest list"))
    opened = last(await house.admin.select(listed, [str(digest.id)], custom_id="kw:digest:pick:0"))
    form = await house.admin.slash(house.channel, "digest edit", digest=f"id:{digest.id}")

    assert said(house, "en") in shown(listed)
    assert said(house, "en") in shown(opened)
    assert house.services.texts.speaker("en").say("edit-role-gone") in str(form.modal)


async def test_where_the_servers_roles_are_not_known_no_role_is_called_gone(house: House, digest: Any) -> None:
    await subscribe(house, herald(house), role=house.guild.create_role("読み手"))
    guild = house.bot.get_guild(house.guild.id)
    assert guild is not None
    roles, guild._roles = guild._roles, {}
    try:
        listed = last(await house.admin.slash(house.channel, "digest list"))
    finally:
        guild._roles = roles

    assert digest.settings.role_id is not None
    assert said(house, "en") not in shown(listed)
