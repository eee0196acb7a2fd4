"""Everything costs: each command, suggestion, button, menu and form of the bot, found by walking them all."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.core.errors import RefusedRequest
from bot.core.models import GuildId, SourceName
from bot.services.cooldown import Price
from cogs.shared.paying import Paid
from tests.cogs.forging import press
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, shown, subscribe
from tests.cogs.subscriptions.test_subscription_list import choosing, follow
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite

ROOT = Path(__file__).parents[3]
MESSAGE, HASH, TOKEN = "0" * 24, "0" * 32, "0" * 16
CLICKS = (
    *(f"kw:{MESSAGE}:0:{action}" for action in ("trend", "menu", "held.1", "status", "help", "notify")),
    *(f"kw:{MESSAGE}:0:{action}" for action in ("digest-edit", "digest-more.1", "digest-topic.0")),
    *(f"kw:menu:1:{MESSAGE}:0:{action}" for action in ("quieter", "author", "hide", "stop")),
    *("kw:undo:1:stopped", "kw:undo:1:muted", "kw:resume:1", "kw:resume-all:1", f"kw:unhide:{HASH}", "kw:trail:0"),
    *("kw:undo:1:quieter.tr-100", f"kw:undo:1:author.{MESSAGE}-0", f"kw:unhide:{HASH}:0", "kw:hide:cancel"),
    *(f"kw:dlv:{MESSAGE}:arrived:0", "kw:dlv:page:0", "kw:sub:word", "kw:trend:*:rp:1:word"),
    *("kw:subs:page:0:0", "kw:digest:page:0:0", "kw:subs:edit:1", "kw:subs:sample:1"),
    *(
        "kw:subs:find:0:0:word",
        "kw:subs:several:0:0",
        "kw:subs:search:0",
        "kw:subs:all:pause",
        "kw:subs:undo:pause",
    ),
    *("kw:status:all", "kw:status:brief", "kw:why:1:x:1"),
    *("kw:exchange:1:word", "kw:exchange-back:2:1"),
    *("kw:minrp:1:100", "kw:pace:1:20", f"kw:change:{TOKEN}", f"kw:subfeed:{TOKEN}"),
    *(f"kw:split:{MESSAGE}:0:{TOKEN}", "kw:unsplit:1"),
    *("kw:history:7d:posts:*:word", f"kw:compare:7d:*:{'0a' * 5}.{'0b' * 5}"),
    *(f"kw:import:{what}:{TOKEN}" for what in ("apply", "undo")),
    *("kw:set:zone", "kw:set:quiet", "kw:set-off:quiet", f"kw:set-undo:amount:{HASH[:8]}:p5"),
    *("kw:rising:blocked:*:0", "kw:rising:back:*", "kw:rising:block:*:word", "kw:rising:unblock:*:word"),
    f"kw:import:apply:{TOKEN}",
    *("kw:digest:1:open", "kw:digest:1:preview", "kw:digest:1:now", "kw:form:edit:1"),
)
PICKS = {
    "kw:subs:pick:0": "1",
    "kw:digest:pick:0": "1",
    "kw:subs:choose:0:0": "1",
    "kw:subs:surge:1": "unusual",
    "kw:set:surge": "off",
    "kw:subs:fold:1": "no",
    f"kw:{MESSAGE}:0:digest-topic": "0",
    "kw:trend:?:rp:1:word": SourceName.TRENDPAGE.value,
    "kw:history:?:7d:word": "rp",
    f"kw:compare:?:7d:{'0a' * 5}.{'0b' * 5}": SourceName.TRENDPAGE.value,
    **dict.fromkeys((f"kw:rising:pick:{action}:*" for action in ("see", "sub", "block", "unblock")), "word"),
}


@pytest.fixture
async def strict(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    """A bot whose every point can be counted."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, quota={"effort_per_minute": 100})
    async with open_env(settings, clock, site) as running:
        yield running


@pytest.fixture
async def boss(strict: BotEnv) -> Any:
    """Somebody who may do everything."""
    may = strict.guild.create_role("主", permissions=discord.Permissions(administrator=True))
    return strict.guild.add_member(strict.sim.create_user("aruji"), roles=[may])


def spend(env: BotEnv, who: Any, left: int = 0) -> None:
    """All of a person's minute is used up, or all but so many points."""
    for _ in range(100 - left):
        env.services.cooldowns.take(who.id, None, Price.SUGGESTION)


def left_of(env: BotEnv, who: Any) -> int:
    """How many points a person has left; they are gone afterwards."""
    left = 0
    while left < 100:
        try:
            env.services.cooldowns.take(who.id, None, Price.SUGGESTION)
        except RefusedRequest:
            break
        left += 1
    return left


def commands_of(env: BotEnv) -> list[app_commands.Command[Any, ..., Any]]:
    return [one for one in env.bot.tree.walk_commands() if isinstance(one, app_commands.Command)]


def required(env: BotEnv, command: app_commands.Command[Any, ..., Any]) -> dict[str, Any]:
    """The least that has to be given."""
    kinds = discord.AppCommandOptionType
    given: dict[Any, Any] = {kinds.role: env.guild.create_role("読者"), kinds.attachment: ("x.toml", b"x")}
    return {
        one.name: one.choices[0].value if one.choices else given.get(one.type, "x")
        for one in command.parameters
        if one.required
    }


def is_refused(env: BotEnv, said: str) -> bool:
    ends_at = int(env.clock().timestamp()) + 60
    return said.strip() == env.services.texts.speaker("en").say("error-cooldown", when=f"<t:{ends_at}:R>")


@pytest.mark.invariant(11)
async def test_every_command_and_every_suggestion_costs_something(strict: BotEnv, boss: Any) -> None:
    spend(strict, boss)
    commands = commands_of(strict)
    assert len(commands) >= 15

    for command in commands:
        result = await boss.slash(strict.channel, command.qualified_name, **required(strict, command))
        assert is_refused(strict, shown(answer(result))), command.qualified_name
        for option in command.parameters:
            if option.autocomplete:
                assert await boss.autocomplete(strict.channel, command.qualified_name, option.name, "x") == []


async def test_a_message_command_costs_something(strict: BotEnv, boss: Any) -> None:
    spend(strict, boss)
    message = await boss.send(strict.channel, "こんにちは")

    for menu in strict.bot.tree.get_commands(type=discord.AppCommandType.message):
        said = await boss.context_menu(strict.channel, menu.name, message)
        assert is_refused(strict, said.response.content)


@pytest.mark.invariant(11)
async def test_several_that_listen_again_at_once_are_paid_for_each(strict: BotEnv) -> None:
    chosen = await follow(strict, *(f"話題{number}" for number in range(8)))
    message = await choosing(strict, *chosen)
    left = []
    for custom_id in ("kw:subs:all:pause", "kw:subs:undo:pause"):
        strict.clock.forward(minutes=2)
        await strict.admin.click(message, custom_id=custom_id)
        left.append(left_of(strict, strict.admin))

    assert left == [100 - Price.EXPENSIVE, 100 - 8 * Price.BASIC]
    assert [one.paused for one in await strict.services.subscriptions.list(GuildId(strict.guild.id))] == [None] * 8


@pytest.mark.invariant(11)
async def test_every_button_and_menu_costs_something(strict: BotEnv, boss: Any) -> None:
    base = answer(await boss.slash(strict.channel, "subscriptions"))
    strict.clock.forward(minutes=2)
    spend(strict, boss)
    known = strict.bot._connection._view_store._dynamic_items
    untried = [one for one in known if not any(one.fullmatch(custom_id) for custom_id in (*CLICKS, *PICKS))]
    assert untried == [], "a new button wants a click here"

    for custom_id in CLICKS:
        assert is_refused(strict, await press(boss, base, custom_id)), custom_id
    for custom_id, value in PICKS.items():
        assert is_refused(strict, await press(boss, base, custom_id, value)), custom_id
    assert [one for one in known.values() if not issubclass(one, Paid)] == []


@pytest.mark.invariant(11)
@pytest.mark.parametrize(
    ("custom_id", "picked"),
    [("kw:trend:*:rp:1:word", None), ("kw:trend:?:rp:1:word", SourceName.TRENDPAGE.value), ("kw:sub:word", None)],
)
async def test_what_asks_sources_by_a_click_costs_what_it_does_by_command(
    strict: BotEnv, boss: Any, custom_id: str, picked: str | None
) -> None:
    base = answer(await boss.slash(strict.channel, "subscriptions"))
    strict.clock.forward(minutes=2)

    await press(boss, base, custom_id, picked)

    assert left_of(strict, boss) == 100 - Price.EXPENSIVE


async def test_a_form_that_is_sent_off_costs_something(strict: BotEnv, boss: Any) -> None:
    await subscribe(strict, boss)
    [subscription] = await strict.services.subscriptions.list(strict.guild.id)
    strict.clock.forward(minutes=2)
    message = answer(await boss.slash(strict.channel, "subscriptions"))
    card = (await boss.select(message, [str(subscription.id)], custom_id="kw:subs:pick:0")).response
    form = await boss.click(card, label="Edit")
    strict.clock.forward(minutes=2)
    spend(strict, boss)

    refused = await boss.submit_modal(form, {"min_rp": "7", "language": ["en"], "role": []})

    assert is_refused(strict, shown(answer(refused)))
    assert await strict.services.subscriptions.list(strict.guild.id) == [subscription]


def test_every_view_and_every_form_of_the_cogs_pays() -> None:
    """What is no DynamicItem: views with callbacks, and functions that a form is handed to."""
    unpaid = []
    for file in (ROOT / "cogs").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = [ast.unparse(base) for base in node.bases]
                if any(base.startswith("ui.") for base in bases) and "Paid" not in bases:
                    unpaid.append(f"{file.name}: {node.name}")
            takes_a_form = isinstance(node, ast.AsyncFunctionDef) and "form" in [one.arg for one in node.args.args]
            if takes_a_form and "await take_form(interaction)" not in ast.unparse(node):
                unpaid.append(f"{file.name}: {ast.unparse(node)[:50]}")
    assert unpaid == []


@pytest.mark.parametrize(("command", "options", "price"), [("subscribe", {"topic": TOPIC}, 15), ("help", {}, 5)])
async def test_what_asks_sources_costs_more(
    strict: BotEnv, boss: Any, command: str, options: dict[str, str], price: int
) -> None:
    await boss.slash(strict.channel, command, **options)

    assert left_of(strict, boss) == 100 - price


async def test_a_suggestion_costs_little_and_the_next_minute_is_new(strict: BotEnv, boss: Any) -> None:
    await subscribe(strict, boss)
    strict.clock.forward(minutes=1)
    spend(strict, boss, left=1)

    first = await boss.autocomplete(strict.channel, "trend", "topic", "")
    second = await boss.autocomplete(strict.channel, "trend", "topic", "")
    strict.clock.forward(minutes=1)
    third = await boss.autocomplete(strict.channel, "trend", "topic", "")

    assert [len(one) for one in (first, second, third)] == [1, 0, 1]


async def test_a_server_has_five_times_as_much_as_a_person(strict: BotEnv, boss: Any) -> None:
    for person in range(5):
        for _ in range(20):
            strict.services.cooldowns.take(-person - 1, strict.guild.id, Price.BASIC)

    assert is_refused(strict, shown(answer(await boss.slash(strict.channel, "subscriptions"))))
