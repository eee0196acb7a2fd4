"""Every interaction is answered or deferred before anything that can wait, found by walking them all.

The database and Discord's REST stand still; only answers to interactions get through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.core.models import ChannelId
from bot.gateway.client import TrendBot
from cogs.shared import forms
from tests.cogs.forging import press
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, shown, stored
from tests.cogs.test_alert_buttons import ids, subscribe, tell, the
from tests.conftest import BotEnv
from tests.fakes.slow_world import slow_world

from .test_cooldowns import CLICKS, PICKS

Act = Callable[[], Any]
OPENERS = ("kw:subs:filters:1", "kw:digest:1:edit", "kw:form:digest:1")


@pytest.fixture
def boss(env: BotEnv) -> Any:
    """Somebody who may do everything."""
    may = env.guild.create_role("主", permissions=discord.Permissions(administrator=True))
    return env.guild.add_member(env.sim.create_user("aruji"), roles=[may])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a form shows is not waited for at all."""
    monkeypatch.setattr(forms, "FORM_READ_S", 0)


async def acknowledged_meanwhile(env: BotEnv, act: Act) -> bool:
    """Whether an interaction is acknowledged while nothing else moves; it is let go on afterwards."""
    seen: list[Any] = []
    env.bot.add_listener(_keeping(seen), "on_interaction")
    async with slow_world(env) as world:
        doing = asyncio.ensure_future(act())
        try:
            async with asyncio.timeout(30):
                while not (seen and seen[-1].response.is_done()) and not doing.done():  # noqa: ASYNC110
                    await asyncio.sleep(0)
        except TimeoutError:
            pass
        done = bool(seen) and seen[-1].response.is_done()
        world.release()
        await doing
    return done


def _keeping(seen: list[Any]) -> Any:
    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        seen.append(interaction)

    return on_interaction


def ways_to_ask(env: BotEnv, command: app_commands.Command[Any, ..., Any]) -> list[dict[str, Any]]:
    """With what must be given alone, and with all that can be."""
    least = {one.name: _given(env, one) for one in command.parameters if one.required}
    return [least, {one.name: _given(env, one) for one in command.parameters}]


def _given(env: BotEnv, option: app_commands.Parameter) -> Any:
    if option.choices:
        return option.choices[0].value
    kinds = discord.AppCommandOptionType
    given: dict[Any, Any] = {
        kinds.integer: int(option.min_value or 1),
        kinds.boolean: True,
        kinds.channel: env.guild.create_text_channel("別室"),
        kinds.role: env.guild.create_role("読者"),
        kinds.attachment: ("x.toml", b"x"),
    }
    return given.get(option.type, TOPIC)


@pytest.mark.usefixtures("impatient")
async def test_every_command_is_acknowledged_first(env: BotEnv, boss: Any) -> None:
    await subscribe(env)
    late = []
    for command in env.bot.tree.walk_commands():
        if not isinstance(command, app_commands.Command):
            continue
        for options in ways_to_ask(env, command):

            def ask(name: str = command.qualified_name, options: dict[str, Any] = options) -> Any:
                return boss.slash(env.channel, name, **options)

            if not await acknowledged_meanwhile(env, ask):
                late.append((command.qualified_name, sorted(options)))
    assert late == []


async def test_every_message_command_is_acknowledged_first(env: BotEnv, boss: Any) -> None:
    await subscribe(env)
    message = await tell(env)
    for menu in env.bot.tree.get_commands(type=discord.AppCommandType.message):

        def ask(name: str = menu.name) -> Any:
            return boss.context_menu(env.channel, name, message)

        assert await acknowledged_meanwhile(env, ask), menu.name


@pytest.mark.parametrize("ephemeral", [True, False])
@pytest.mark.usefixtures("impatient")
async def test_every_button_and_menu_is_acknowledged_first(env: BotEnv, boss: Any, *, ephemeral: bool) -> None:
    await subscribe(env)
    told = await tell(env)
    base = answer(await boss.slash(env.channel, "subscriptions")) if ephemeral else told
    late = []
    for custom_id, value in [*((one, None) for one in (*CLICKS, *OPENERS)), *PICKS.items()]:

        def click(custom_id: str = custom_id, value: str | None = value) -> Any:
            return press(boss, base, custom_id, value)

        if not await acknowledged_meanwhile(env, click):
            late.append(custom_id)
    assert late == []


async def test_the_questions_of_hide_are_acknowledged_first(env: BotEnv, boss: Any) -> None:
    await subscribe(env)
    told = await tell(env)
    link = f"https://discord.com/channels/{env.guild.id}/{env.channel.id}/{told.id}"
    asked = answer_of(await boss.slash(env.channel, "hide", post=link))
    opened: list[Any] = []

    async def go_on() -> None:
        opened.append(await boss.click(asked, custom_id=ids(asked)[0]))

    assert await acknowledged_meanwhile(env, go_on)
    assert await acknowledged_meanwhile(env, lambda: boss.submit_modal(opened[0], {"reason": "宣伝"}))


async def test_a_question_of_hide_that_has_its_reason_is_acknowledged_first(env: BotEnv, boss: Any) -> None:
    asked = answer_of(await boss.slash(env.channel, "hide", post="1234567890", reason="宣伝"))

    assert await acknowledged_meanwhile(env, lambda: boss.click(asked, custom_id=ids(asked)[0]))


async def test_the_form_of_a_menu_that_asks_why_is_acknowledged_first(env: BotEnv, boss: Any) -> None:
    await subscribe(env)
    menu = (await boss.click(await tell(env), label="⋯")).response
    form = await boss.click(menu, custom_id=the(menu, ":hide$"))

    assert await acknowledged_meanwhile(env, lambda: boss.submit_modal(form, {"reason": "宣伝"}))


async def test_a_question_of_hide_from_before_a_restart_says_that_it_is_over(env: BotEnv, boss: Any) -> None:
    await subscribe(env)
    told = await tell(env)
    link = f"https://discord.com/channels/{env.guild.id}/{env.channel.id}/{told.id}"
    asked = answer_of(await boss.slash(env.channel, "hide", post=link))
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    late = await boss.click(asked, custom_id=ids(asked)[0])

    assert env.services.texts.speaker("en").say("hide-late") in shown(answer_of(late))
    hidden = await boss.slash(env.channel, "hidden")
    assert "増設の話" not in shown(answer_of(hidden))


def answer_of(result: Any) -> Any:
    return result.followups[-1] if result.followups else result.response


FORMS = {
    "Edit": {"min_rp": "7", "include": "", "exclude": "", "language": ["en"], "role": []},
    "Filters": {"languages": [], "sources": ["trendpage"], "sensitive": ["yes"], "bots": ["yes"]},
}


@pytest.mark.parametrize("label", FORMS)
async def test_a_form_that_is_sent_off_is_acknowledged_first(env: BotEnv, boss: Any, label: str) -> None:
    await subscribe(env)
    form = await boss.click(await card(env, boss), label=label)

    assert await acknowledged_meanwhile(env, lambda: boss.submit_modal(form, FORMS[label]))


async def test_a_digests_form_is_acknowledged_first_wherever_it_was_opened(env: BotEnv, boss: Any) -> None:
    await subscribe(env)
    await boss.slash(env.channel, "digest create", schedule="daily", timezone="Asia/Tokyo", name="朝刊")
    [digest] = await env.services.digests.list(env.guild.id)
    form = await boss.slash(env.channel, "digest edit", digest=f"id:{digest.id}")
    filled = {"recurrence": ["daily"], "time": "9:00", "topics": "", "numbers": "3, 10", "role": []}

    assert await acknowledged_meanwhile(env, lambda: boss.submit_modal(form, filled))
    [changed] = await env.services.digests.list(env.guild.id)
    assert changed.settings.top == 3


@pytest.mark.parametrize("label", FORMS)
@pytest.mark.usefixtures("impatient")
async def test_a_form_that_cannot_be_read_in_time_says_so(env: BotEnv, boss: Any, label: str) -> None:
    await subscribe(env)
    shown_card = await card(env, boss)
    said: list[Any] = []

    async def click() -> None:
        said.append(await boss.click(shown_card, label=label))

    assert await acknowledged_meanwhile(env, click)
    assert said[0].modal is None
    busy = env.services.texts.speaker("en").say("form-busy")
    assert busy in shown(answer(said[0]))


async def card(env: BotEnv, who: Any) -> Any:
    [subscription] = await stored(env)
    message = answer(await who.slash(env.channel, "subscriptions"))
    return (await who.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")).response


async def test_what_is_not_acknowledged_in_time_is_not_done(
    env: BotEnv, boss: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its three seconds were over before the bot heard of it: the person saw "did not respond", and it is true."""
    await subscribe(env)

    async def too_late(*_: Any, **__: Any) -> None:
        response: Any = type("Response", (), {"status": 404, "reason": "Not Found"})()
        raise discord.NotFound(response, {"code": 10062, "message": "Unknown interaction"})

    monkeypatch.setattr(discord.InteractionResponse, "defer", too_late)

    await boss.slash(env.channel, "unsubscribe", topic=TOPIC)

    assert len(await env.services.subscriptions.list(env.guild.id, ChannelId(env.channel.id))) == 1
    gone = [one for one in caplog.records if "the interaction is gone" in one.getMessage()]
    assert len(gone) == 1
    assert "nothing was done" in gone[0].getMessage()
