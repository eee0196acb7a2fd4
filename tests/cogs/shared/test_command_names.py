"""Names, descriptions and sentences of the whole bot: what Discord takes, in both languages, complete.

One bad name fails the whole sync of the command tree, and discord.py does not check localised ones.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import regex
from discord.app_commands import locale_str
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.views.kit.text import LANGUAGES
from config import LOCALES
from tests.conftest import BotEnv

ROOT = Path(__file__).parents[3]
NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
CHAT_INPUT = 1


class _Variables(Visitor):
    """Collects the variables of a message."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802
        self.found.add(node.id.name)

    def visit_SelectExpression(self, node: ftl.SelectExpression) -> None:  # noqa: N802 - the parser's name
        """A count that only chooses between forms is left out: Japanese has one form where English has two."""
        if not all(getattr(variant.key, "name", "") in {"one", "other"} for variant in node.variants):
            self.visit(node.selector)
        for variant in node.variants:
            self.visit(variant)


def messages(language: str) -> Iterator[tuple[str, set[str]]]:
    """Every sentence's id and variables."""
    for file in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{file.name}: {entry.content}"
            if isinstance(entry, ftl.Message):
                variables = _Variables()
                variables.visit(entry)
                yield entry.id.name, variables.found


def texts_named_in_code() -> Iterator[tuple[str, str]]:
    """Every literal of ``say("…")``, ``text("…")``, ``RefusedRequest("…")`` and ``text_id = "…"``: file and id."""
    for file in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for named in _named_by(node):
                if isinstance(named, ast.Constant) and isinstance(named.value, str):
                    yield f"{file.relative_to(ROOT)}:{named.lineno}", named.value


def _named_by(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        is_text = any(isinstance(target, ast.Name) and target.id == "text_id" for target in node.targets)
        return [node.value] if is_text else []
    if not isinstance(node, ast.Call):
        return []
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return node.args[:1] if name in {"say", "text", "RefusedRequest"} else []


def parts(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command and everything of it that has a name and a description."""
    yield command
    for option in command.get("options") or []:
        yield from parts(option)


def worded(part: dict[str, Any], what: str) -> dict[str, str]:
    """A name or description in every locale."""
    return {"": part[what], **(part.get(f"{what}_localizations") or {})}


async def tree_of(env: BotEnv) -> list[dict[str, Any]]:
    """All commands as Discord is told of them."""
    translator = env.bot.tree.translator
    assert translator is not None
    commands = env.bot.tree.get_commands()
    return [dict(await one.get_translated_payload(env.bot.tree, translator)) for one in commands]


async def test_every_name_is_one_discord_takes(env: BotEnv) -> None:
    checked = 0
    for command in await tree_of(env):
        if command.get("type", CHAT_INPUT) != CHAT_INPUT:
            assert all(1 <= len(name) <= 32 for name in worded(command, "name").values())
            continue
        for part in parts(command):
            for locale, name in worded(part, "name").items():
                checked += 1
                assert NAME.fullmatch(name), f"{name!r} ({locale}) of {command['name']}"
                assert name == name.lower(), f"{name!r} ({locale}) of {command['name']}"
    assert checked > 20


async def test_every_description_is_one_discord_takes(env: BotEnv) -> None:
    for command in await tree_of(env):
        if command.get("type", CHAT_INPUT) != CHAT_INPUT:
            continue
        for part in parts(command):
            for locale, description in worded(part, "description").items():
                assert 1 <= len(description) <= 100, f"{description!r} ({locale}) of {command['name']}"


async def test_options_and_choices_are_within_discords_limits(env: BotEnv) -> None:
    commands = await tree_of(env)
    assert len(commands) <= 100
    for part in (part for command in commands for part in parts(command)):
        options, choices = part.get("options") or [], part.get("choices") or []
        assert max(len(options), len(choices)) <= 25
        for choice in choices:
            assert all(1 <= len(name) <= 100 for name in worded(choice, "name").values())
        for locale in {locale for option in options for locale in worded(option, "name")}:
            names = Counter(worded(option, "name").get(locale, option["name"]) for option in options)
            assert max(names.values()) == 1, f"{part['name']} ({locale}): {names}"


def with_localisations(part: Any) -> Iterator[Any]:
    """All names and descriptions of a command, its options and their choices, as the code made them."""
    yield part._locale_name
    yield part._locale_description
    for option in getattr(part, "_params", {}).values():
        yield option._rename
        yield option.description
        yield from (choice._locale_name for choice in option.choices or ())


async def test_every_text_of_a_command_comes_from_the_files_of_both_languages(env: BotEnv) -> None:
    """A group, a command, an option, a choice: its English is the file's, its Japanese too, and none is left out.

    An option without a name or description of its own gets the parameter's name or an ellipsis from discord.py.
    """
    speakers = {"en": env.services.texts.speaker("en"), "ja": env.services.texts.speaker("ja")}
    keys = 0
    for command in env.bot.tree.walk_commands():
        for said in with_localisations(command):
            assert isinstance(said, locale_str), f"{said!r} of {command.qualified_name}"
            assert said.message == speakers["en"].say(said.extras["key"])
            assert speakers["ja"].has(said.extras["key"])
            keys += 1
    assert keys > 100
    for told in await tree_of(env):
        described = told.get("type", CHAT_INPUT) == CHAT_INPUT
        for part in parts(told):
            for what in ("name", "description") if described else ("name",):
                assert "ja" in worded(part, what), f"{part['name']} of {told['name']}"


def test_no_text_of_a_command_is_written_in_the_code() -> None:
    for file in sorted((ROOT / "cogs").rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        made = [one for one in calls if getattr(one.func, "id", "") == "locale_str"]
        assert [one.lineno for one in made if isinstance(one.args[0], ast.Constant)] == [], file.name


async def test_names_are_unique_in_every_language(env: BotEnv) -> None:
    commands = await tree_of(env)
    for locale in ("", "ja"):
        names = Counter((one.get("type"), worded(one, "name").get(locale, one["name"])) for one in commands)
        assert max(names.values()) == 1, names


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_written_twice(language: str) -> None:
    twice = [name for name, count in Counter(name for name, _ in messages(language)).items() if count > 1]

    assert twice == []


def test_both_languages_say_the_same_things() -> None:
    japanese, english = dict(messages("ja")), dict(messages("en"))

    assert set(japanese) == set(english)
    assert {name: japanese[name] for name in japanese} == {name: english[name] for name in japanese}


def test_every_sentence_the_code_names_exists() -> None:
    known = {name for name, _ in messages("en")}
    named = list(texts_named_in_code())

    missing = [f"{where} {name}" for where, name in named if name not in known]

    assert len(named) > 50
    assert missing == []
