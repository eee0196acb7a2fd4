"""/help, and the names of all commands as Discord takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord
import pytest
import regex
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message
from simcord.components import walk_components

from bot.views.help import TASKS, help_view, unnamed
from bot.views.kit.text import LANGUAGES
from config import LOCALES
from tests.cogs.subscriptions.test_subscribe import in_japanese
from tests.conftest import BotEnv
from tests.views.drawn import text_of, within_limits

NAME = regex.compile(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$")
"""Discord's own pattern; one name that breaks it fails the sync of all commands."""
CHAT_INPUT = discord.AppCommandType.chat_input.value


def named(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A command, its options and its subcommands."""
    yield payload
    for option in payload.get("options", ()):
        yield from named(option)


async def typed_commands(env: BotEnv) -> list[dict[str, Any]]:
    """Commands that are typed; those of a message's menu have names of another kind and no description."""
    return [command for command in await env.bot.tree_payload() if command["type"] == CHAT_INPUT]


async def test_a_command_in_a_messages_menu_has_a_name_that_fits_in_every_language(env: BotEnv) -> None:
    menus = [command for command in await env.bot.tree_payload() if command["type"] != CHAT_INPUT]
    assert menus
    for command in menus:
        localized = command["name_localizations"]
        assert "ja" in localized
        assert all(1 <= len(name) <= 32 for name in (command["name"], *localized.values()))


def said_in(message: Any) -> str:
    return "\n".join(part["content"] for part in walk_components(message.components) if part.get("type") == 10)


async def test_help_names_every_command_clickable_and_is_private(env: BotEnv) -> None:
    result = await env.visitor.slash(env.channel, "help")

    said = said_in(result.response)
    assert result.response.ephemeral
    there = await env.bot.http.get_global_commands(env.bot.application_id or 0)
    ids = {one["name"]: one["id"] for one in there}
    for name in (name for names in TASKS.values() for name in names):
        assert f"</{name}:{ids[name.partition(' ')[0]]}>" in said, name
    assert "http" not in said


async def test_no_command_is_without_a_task(env: BotEnv) -> None:
    typed = env.bot.tree.get_commands(type=discord.AppCommandType.chat_input)

    assert unnamed([command.name for command in typed]) == []
    known = {command.qualified_name for command in env.bot.tree.walk_commands()}
    assert {name for names in TASKS.values() for name in names} <= known


async def test_japanese_readers_see_the_names_their_discord_shows(env: BotEnv) -> None:
    in_japanese(env)
    speaker = env.services.texts.speaker("ja")

    said = said_in((await env.visitor.slash(env.channel, "help")).response)

    assert f"（/{speaker.say('cmd-subscribe-name')}）" in said
    assert f"（/{speaker.say('cmd-digest-name')} {speaker.say('cmd-digest-create-name')}）" in said


@pytest.mark.parametrize("language", LANGUAGES)
async def test_before_discord_said_the_ids_help_names_commands_plainly(env: BotEnv, language: str) -> None:
    speaker = env.services.texts.speaker(language)
    commands = {command.qualified_name: command.description for command in env.bot.tree.walk_commands()}

    view = help_view(speaker, commands, lambda _: None)

    assert f"**/{speaker.say('cmd-trend-name')}**" in text_of(view)
    assert "</" not in text_of(view)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_fits_into_a_message_without_being_cut(env: BotEnv, language: str) -> None:
    speaker = env.services.texts.speaker(language)
    commands = {command.qualified_name: command.description for command in env.bot.tree.walk_commands()}

    view = help_view(speaker, commands, lambda name: f"</{name}:{10**19}>")

    assert within_limits(view)
    assert text_of(view).endswith(speaker.say("help-privacy"))


async def test_a_command_that_no_task_names_is_listed_all_the_same(env: BotEnv) -> None:
    view = help_view(env.services.texts.speaker("en"), {"trend": "t", "news": "What is new"}, lambda _: None)

    assert "**/news** What is new" in text_of(view)


async def test_every_name_fits_discords_pattern_in_every_language(env: BotEnv) -> None:
    for command in await typed_commands(env):
        for part in named(command):
            for name in (part["name"], *(part.get("name_localizations") or {}).values()):
                assert NAME.fullmatch(name), name
                assert name == name.lower()
            for text in (part["description"], *(part.get("description_localizations") or {}).values()):
                assert 1 <= len(text) <= 100, text


async def test_every_command_option_and_choice_has_a_japanese_name(env: BotEnv) -> None:
    for command in await typed_commands(env):
        for part in named(command):
            assert "ja" in (part.get("name_localizations") or {}), part["name"]
            assert "ja" in (part.get("description_localizations") or {}), part["name"]
            for choice in part.get("choices", ()):
                assert "ja" in (choice.get("name_localizations") or {}), choice["name"]


def test_every_sentence_exists_in_both_languages_and_once() -> None:
    ids = {
        language: [
            entry.id.name
            for file in sorted((LOCALES / language).glob("*.ftl"))
            for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body
            if isinstance(entry, Message)
        ]
        for language in ("ja", "en")
    }

    assert set(ids["ja"]) == set(ids["en"])
    assert all(len(found) == len(set(found)) for found in ids.values())
