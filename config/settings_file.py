"""Writes the settings file: a new one with the example's comments, or changed lines of one that exists."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from . import EXAMPLE

Value = str | bool | Sequence[str]
Values = Mapping[tuple[str, ...], Value]
"""Values by the path of their keys."""

_TABLE: Final = re.compile(r"\s*\[(?P<name>[\w.]+)\]\s*(?:#.*)?")
_KEY: Final = re.compile(r"\s*(?P<off>#\s?)?(?P<key>\w+)\s*=")
_PRIVATE: Final = 0o600


class CannotEdit(Exception):
    """A file is written in a form in which its keys are not found line by line."""


def new_text(heading: str, values: Values, meaning: Callable[[str], str] | None = None) -> str:
    """A new file: the example's comments, each default as a comment, and the values that were chosen.

    ``meaning``: the comment of a setting by its path (``poll.interval_s``), for readers of another language than
    the example's.
    """
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if _TABLE.fullmatch(line))
    example = lines[first:] if meaning is None else _explained(lines[first:], meaning)
    commented = [f"# {line}" if line and not line.startswith(("#", "[")) else line for line in example]
    return changed_text("\n".join([f"# {heading}", "", *commented, ""]), values)


def _explained(lines: Iterable[str], meaning: Callable[[str], str]) -> Iterator[str]:
    """The example's lines with other comments; examples of the keys of a table stay."""
    table = ""
    for line in lines:
        if name := _name_of(line):
            table = name
            yield line
        elif match := _KEY.match(line):
            path = f"{table}.{match['key']}"
            yield f"# {meaning(path)}"
            yield line
        elif not line.startswith("#") or line.startswith('# "'):
            yield line


def changed_text(text: str, values: Values) -> str:
    """The text with these values; whatever else it holds stays, comments too.

    Raises ``CannotEdit`` where the result would mean anything else, ``tomllib.TOMLDecodeError`` for no TOML.
    """
    wanted = tomllib.loads(text)
    lines = text.splitlines()
    for path, value in values.items():
        _put(wanted, path, value)
        _set(lines, ".".join(path[:-1]), path[-1], value)
    made = "\n".join(lines) + "\n"
    try:
        found = tomllib.loads(made)
    except tomllib.TOMLDecodeError:
        raise CannotEdit from None
    if found != wanted:
        raise CannotEdit
    return made


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads, as a whole or not at all. Raises ``OSError``."""
    target = file.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(_PRIVATE)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _put(tables: dict[str, Any], path: tuple[str, ...], value: Value) -> None:
    for name in path[:-1]:
        tables = tables.setdefault(name, {})
    tables[path[-1]] = value if isinstance(value, str | bool) else list(value)


def _set(lines: list[str], table: str, key: str, value: Value) -> None:
    """Set a key in its table; a commented line of that key is taken for its place."""
    written = f"{key} = {_literal(value)}"
    begin = next((number for number, line in enumerate(lines) if _name_of(line) == table), None)
    if begin is None:
        lines += ["", f"[{table}]", written]
        return
    end = next((number for number in range(begin + 1, len(lines)) if _name_of(lines[number])), len(lines))
    places = list(_places(lines, begin + 1, end, key))
    active = next((one for one in places if not one[1]), None)
    if active is not None:
        lines[active[0] : _end_of_value(lines, active[0], end)] = [written]
    elif places:
        lines[places[0][0]] = written
    else:
        lines.insert(begin + 1, written)


def _places(lines: Sequence[str], begin: int, end: int, key: str) -> Iterator[tuple[int, bool]]:
    """The lines that set a key, and whether each is a comment."""
    for number in range(begin, end):
        match = _KEY.match(lines[number])
        if match is not None and match["key"] == key:
            yield number, match["off"] is not None


def _end_of_value(lines: Sequence[str], begin: int, end: int) -> int:
    """The line after a value, which may take several."""
    for after in range(begin + 1, end + 1):
        with suppress(tomllib.TOMLDecodeError):
            tomllib.loads("\n".join(lines[begin:after]))
            return after
    raise CannotEdit


def _name_of(line: str) -> str:
    match = _TABLE.fullmatch(line)
    return "" if match is None else match["name"]


def _literal(value: Value) -> str:
    """A value as TOML writes it: a string as in JSON, but for one control character."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(map(_literal, value))}]"
