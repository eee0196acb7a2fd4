"""Sentences about settings that are wrong: the key and what it takes, never what it got, which may be a secret."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from .sentences import Language, Sentence, Value
from .spelling import closest
from .tables import Table, UnknownKey, WrongValue, keys_of, names_of, paths_of, table_at
from .toml_file import read_toml
from .variables import BETWEEN, PREFIX, NotJson, TableTwice, dotenv

_SENTENCE_MAX = 600
_NAME = re.compile(r"[^\W\dA-Z]{1,30}")
"""A name as people give them: letters without capitals and digits. Anything else there may be a secret."""


class SettingsError(Exception):
    """A setting is wrong. One line: the key and what it takes, never what it got; exit code 2.

    ``said`` speaks the reader's language, ``str`` English. ``text_id`` names the sentence, ``values`` fill it.
    """

    def __init__(self, text_id: str, **values: Value) -> None:
        super().__init__(text_id)
        self.sentence = Sentence(text_id, values)

    def said(self, language: Language) -> str:
        """The sentence, in one line."""
        shown = "".join(one if one.isprintable() else " " for one in self.sentence.said(language))
        return shown[:_SENTENCE_MAX]

    def __str__(self) -> str:
        return self.said("en")


def unknown_key_in(file: Path, root: type[Table]) -> Sentence | None:
    """A sentence about a top-level key that does not exist, in the file or the variables, or no TOML.

    Deeper keys are found when the tables are made. ``root``: the table of all settings.
    """
    try:
        tables = read_toml(file)
    except tomllib.TOMLDecodeError as error:
        if found := re.search(r"at line (\d+), column (\d+)", str(error)):
            return Sentence("cli-settings-bad-toml", {"file": file.name, "line": found[1], "column": found[2]})
        return Sentence("cli-settings-bad-toml-end", {"file": file.name})
    except UnicodeDecodeError:
        return Sentence("cli-settings-toml-not-utf8", {"file": file.name})
    except (RecursionError, ValueError):
        return Sentence("cli-settings-toml-endless", {"file": file.name})
    return _unknown_table(file, tables, root) or _unknown_variable(root)


def _unknown_table(file: Path, tables: Mapping[str, Any], root: type[Table]) -> Sentence | None:
    """A sentence about a table of the file that does not exist."""
    known = tuple(keys_of(root))
    for table in tables:
        if table not in keys_of(root):
            maybe = _maybe(closest(table, [*keys_of(root), *map(".".join, paths_of(root))]))
            shown = {"file": file.name, "table": _name(table), "known": known, "maybe": maybe}
            return Sentence("cli-settings-no-table", shown)
    return None


def _unknown_variable(root: type[Table]) -> Sentence | None:
    """A sentence about a variable that does not exist."""
    known = tuple(keys_of(root))
    for name in (*os.environ, *dotenv()):
        if name.upper().startswith(PREFIX) and name.upper() != "KAWARABAN_CONFIG":
            section = name[len(PREFIX) :].split(BETWEEN)[0].lower()
            if section not in keys_of(root):
                maybe = _maybe(
                    closest(name.upper(), [PREFIX + BETWEEN.join(key).upper() for key in paths_of(root)])
                )
                return Sentence("cli-settings-no-variable", {"name": name.upper(), "known": known, "maybe": maybe})
    if "kawaraban_config" in dotenv() and "KAWARABAN_CONFIG" not in os.environ:
        return Sentence("cli-settings-config-in-dotenv")
    return None


def _maybe(guess: str | None) -> str | Sentence:
    """The name that may have been meant, or nothing."""
    return "" if guess is None else Sentence("cli-settings-maybe", {"guess": guess})


def login_in(settings: Table) -> Sentence | None:
    """A sentence about an address with somebody's name or password before its host, but the database's."""
    for path, text in _texts(settings, ()):
        if path != ("database", "url") and re.match(r"[^/?#]*//[^/?#]*@", text):
            key, name = _key(path, type(settings))
            return Sentence("cli-settings-login", {"key": key, "name": name})
    return None


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of the settings with its key."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | Table):
        for name, inner in (value if isinstance(value, dict) else msgspec.structs.asdict(value)).items():
            yield from _texts(inner, (*path, str(name)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, str(number)))


def _key(path: tuple[str, ...], root: type[Table]) -> tuple[str, str]:
    """A key as TOML writes it, and its variable. A part that is not ours is shown where it looks like a name."""
    known = set(names_of(root))
    named = PREFIX + BETWEEN.join(path).upper()
    if named not in {name.upper() for name in (*os.environ, *dotenv())}:
        path = tuple(part if part in known or re.fullmatch(r"\d{1,3}", part) else _name(part) for part in path)
    return ".".join(path), PREFIX + BETWEEN.join(path).upper()


def _name(part: str) -> str:
    """A name from outside, or a mark in its place."""
    return part if _NAME.fullmatch(part) else "(…)"


def sentence_about(error: WrongValue | UnknownKey | NotJson | TableTwice, root: type[Table]) -> Sentence:
    """The key or variable, and what it takes."""
    if isinstance(error, UnknownKey):
        return _unknown_key(error.path, root)
    if isinstance(error, NotJson):
        return Sentence(
            "cli-settings-not-json", {"name": error.name, "example": '{"データセンター": "https://…"}'}
        )
    if isinstance(error, TableTwice):
        return Sentence("cli-settings-table-twice")
    key, name = _key(error.path, root)
    return Sentence("cli-settings-wrong-value", {"key": key, "name": name, "takes": error.takes})


def _unknown_key(path: tuple[str, ...], root: type[Table]) -> Sentence:
    """The error for an unknown key, with those that exist."""
    key, name = _key(path, root)
    beside = _known_beside(path, root)
    meant = closest(".".join(path), [".".join((*path[:-1], one)) for one in beside])
    meant = meant or closest(".".join(path), list(map(".".join, paths_of(root))))
    shown = {"key": key, "name": name, "known": tuple(beside), "maybe": _maybe(meant)}
    return Sentence("cli-settings-no-key", shown)


def _known_beside(path: tuple[str, ...], root: type[Table]) -> list[str]:
    """The names that would have been right in that place."""
    table = root
    for part in path[:-1]:
        table = table_at(keys_of(table)[part]) or table
    return list(keys_of(table))
