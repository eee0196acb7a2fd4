"""Settings out of variables: the environment's and ``.env``'s, one a key (``KAWARABAN_POLL__INTERVAL_S``)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import inspect

from .tables import Table, keys_of, table_at
from .toml_file import UTF8, refuse_folder

PREFIX: Final = "KAWARABAN_"
BETWEEN: Final = "__"


class NotJson(Exception):
    """A variable holds something else than the JSON that it takes. ``name``: in capital letters."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TableTwice(Exception):
    """A variable holds a table as text, and another one a key of that table."""


def environment() -> dict[str, str]:
    """The variables of this process, names in small letters."""
    return {name.lower(): value for name, value in os.environ.items()}


def dotenv() -> dict[str, str | None]:
    """The variables of ``.env``, names in small letters. Raises ``OSError`` and ``UnicodeDecodeError``."""
    file = Path(".env")
    refuse_folder(file)
    if not file.is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415 - only where there is a file

    return {name.lower(): value for name, value in dotenv_values(file, encoding=UTF8).items()}


def tables_of(variables: Mapping[str, str | None], table: type[Table]) -> dict[str, Any]:
    """The values of variables (names in small letters) for a table; not yet validated.

    A variable may name a whole table, in JSON; the variables of its keys win over it. Raises ``NotJson`` and
    ``TableTwice``.
    """
    prefix, found = PREFIX.lower(), dict[str, Any]()
    ours = {name: value for name, value in variables.items() if name.startswith(prefix) and value is not None}
    for name in sorted(ours, key=lambda name: name.count(BETWEEN)):  # a table before its keys
        path = name.removeprefix(prefix).split(BETWEEN)
        if path[0] in keys_of(table):
            _put(found, path, _decoded(name, ours[name], path, table))
    return found


def _decoded(name: str, value: str, path: list[str], table: type[Table]) -> Any:
    """The value of a variable; out of JSON where its key takes that."""
    takes: type[Table] | None = table
    for number, part in enumerate(path):
        key = keys_of(takes).get(part) if takes is not None else None
        if key is None:
            return value
        if number == len(path) - 1 and isinstance(key, inspect.StructType | inspect.DictType):
            try:
                return json.loads(value)
            except ValueError:
                raise NotJson(name.upper()) from None
        takes = table_at(key)
    return value


def _put(found: dict[str, Any], path: list[str], value: Any) -> None:
    at = found
    for part in path[:-1]:
        below = at.setdefault(part, {})
        if not isinstance(below, dict):
            raise TableTwice
        at = below
    before = at.get(path[-1])
    at[path[-1]] = joined(before, value) if isinstance(before, dict) and isinstance(value, dict) else value


def joined(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two tables in one; where both say something, ``over`` wins."""
    both = dict(under)
    for name, value in over.items():
        before = both.get(name)
        both[name] = joined(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return both
