"""/help, and the names of all commands as Discord takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord
import regex
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message
from simcord.components import walk_components

from config import LOCALES
from tests.conftest import House

NAME = regex.compile(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$")
"""Discord's own pattern; one name that breaks it fails the sync of all commands."""
CHAT_INPUT = discord.AppCommandType.chat_input.value


def named(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A command, its options and its subcommands."""
    yield payload
    for option in payload.get("options", ()):
        yield from named(option)


async def typed_commands(house: House) -> list[dict[str, Any]]:
    """Commands that are typed; those of a message's menu have names of another kind and no description."""
    return [command for command in await house.bot.tree_payload() if command["type"] == CHAT_INPUT]


async def test_a_command_in_a_messages_menu_has_a_name_that_fits_in_every_language(house: House) -> None:
    menus = [command for command in await house.bot.tree_payload() if command["type"] != CHAT_INPUT]
    assert menus
    for command in menus:
        localized = command["name_localizations"]
        assert "ja" in localized
        assert all(1 <= len(name) <= 32 for name in (command["name"], *localized.values()))


async def test_help_lists_every_command_and_is_private(house: House) -> None:
    result = await house.visitor.slash(house.channel, "help")

    said = "\n".join(
        part["content"] for part in walk_components(result.response.components) if part.get("type") == 10
    )
    assert result.response.ephemeral
    typed = house.bot.tree.get_commands(type=discord.AppCommandType.chat_input)
    assert all(f"**/{command.name}**" in said for command in typed)
    assert "What is RP?" in said
    assert "does not read this server's conversations" in said
    assert "http" not in said


async def test_every_name_fits_discords_pattern_in_every_language(house: House) -> None:
    for command in await typed_commands(house):
        for part in named(command):
            for name in (part["name"], *(part.get("name_localizations") or {}).values()):
                assert NAME.fullmatch(name), name
                assert name == name.lower()
            for text in (part["description"], *(part.get("description_localizations") or {}).values()):
                assert 1 <= len(text) <= 100, text


async def test_every_command_option_and_choice_has_a_japanese_name(house: House) -> None:
    for command in await typed_commands(house):
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
