"""The file of servers' settings: TOML that a person can read and edit.

    version = 1
    [[servers]]
    guild = …
    [[servers.subscriptions]]
    channel = …

Keys are the fields of ``bot.core.models.transfers``, so that a field that is added is in the file as well. Topics
are their names (a feed has its address beside), times of day ``"23:00"``.
"""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, Final

import msgspec
import tomli_w

from bot.core.errors import RefusedRequest
from bot.core.models import FiledSubscription, GuildFile, QuietHours, Topic
from bot.core.text import address_in, excerpt, make_topic, topic_key
from bot.core.transfers import FileFlaw
from bot.storage.sql.mapping.json_forms import converted

VERSION: Final = 1
BYTES_MAX: Final = 256 * 1024
"""Size of a file that is read from Discord."""
FLAWS_MAX: Final = 20
"""Mistakes that are listed."""
HEADER: Final = """\
# Settings of Kawaraban's servers: what people chose there.
# Addresses of feeds are secrets of their server: keep this file to yourself.
# Edit it and bring it back with `kawaraban import FILE`; with --dry-run it shows what would change.
# How each key reads: docs/operations/settings-file.md

"""
SHOWN_MAX: Final = 100
"""Characters of a key or value that are shown with its mistake."""
_LISTS: Final = ("subscriptions", "digests", "quiet_hours", "forums", "blocked_topics", "hidden")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DOTS_MAX: Final = 64
"""Dots of a line outside of its strings; a key of n parts costs ``tomllib`` n² steps."""
_NUMBER_BITS: Final = 63
"""TOML promises numbers of 64 bits with a sign."""
_DEEP: Final = "tables or lists within each other, too deep"
_LARGE: Final = "a number beyond 64 bits"
# White space is never given back: a header of 10,000 spaces took minutes.
_TABLE: Final = re.compile(r"\s*+(\[\[?+)([^\]#]++)\]\]?+\s*+(?:#.*)?")
_QUOTED: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)|"(?:[^"\\\n]|\\.)*+"?'''
    r"""|'''(?:[^']|'(?!''))*+(?:'''|\Z)|'[^'\n]*+'?|\#[^\n]*+""",
    re.DOTALL,
)
"""A string or a comment; one without its end goes on to the end of the line, or of the text."""
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*=")
_WRONG: Final = re.compile(r"(?P<why>.*?)(?: - at `\$?\.?(?P<at>.*)`)?")
_EXPECTED: Final = re.compile(r"Expected `(?P<expected>[^`]*)`(?:, got `(?P<found>[^`]*)`)?.*")
_CHOICE: Final = re.compile(r"Invalid enum value '?(?P<found>.*?)'?")

_Note = Callable[..., None]
Path = tuple[str | int, ...]
"""Keys and positions that lead to a value of the file."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its servers, or its mistakes, the first ``FLAWS_MAX`` of ``wrong``."""

    servers: tuple[GuildFile, ...] = ()
    flaws: tuple[FileFlaw, ...] = ()
    wrong: int = 0


class _Unreadable(Exception):
    """A value that is none, with the sentence about it."""

    def __init__(self, path: Path, text_id: str, **values: str | int) -> None:
        super().__init__(text_id)
        self.path, self.text_id, self.values = path, text_id, values


class _NotToml(Exception):
    """The text is no TOML, or none that is read. ``line``: 0 where it is not known."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.line = line


# -- written ------------------------------------------------------------------------------------------------


def written(servers: typing.Iterable[GuildFile]) -> str:
    """The file of these servers."""
    return HEADER + tomli_w.dumps({"version": VERSION, "servers": [_plain_server(server) for server in servers]})


def _plain_server(server: GuildFile) -> dict[str, Any]:
    """A server as TOML has it. An empty list is left out: beside ``digests = []`` no table could be added."""
    return {name: value for name, value in _fields_of(server).items() if name not in _LISTS or value}


def _plain(value: Any) -> Any:
    """A value of the models as TOML has it; what is None is left out."""
    match value:
        case QuietHours():
            found: Any = {**_fields_of(value), "start": _clock(value.start), "end": _clock(value.end)}
        case FiledSubscription() if value.address and topic_key(value.address) == value.topic.key:
            found = {**_fields_of(value), "topic": value.topic.name}
        case Topic():
            found = value.name if make_topic(value.name) == value else _fields_of(value)
        case Enum():
            found = value.value
        case Mapping():
            found = {str(_plain(key)): _plain(one) for key, one in value.items()}
        case tuple() | list():
            found = [_plain(one) for one in value]
        case _:
            found = _fields_of(value) if is_dataclass(value) else value
    return found


def _fields_of(value: Any) -> dict[str, Any]:
    found = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return {name: one for name, one in found.items() if one is not None}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# -- read: TOML from anywhere ---------------------------------------------------------------------------------


def _tables(text: str) -> dict[str, Any]:
    """The tables of a text, at a cost that grows as its length does. Raises ``_NotToml``."""
    bare = _QUOTED.sub(lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(bare.split("\n"), start=1):
        if line.count(".") > _DOTS_MAX:
            raise _NotToml(_DEEP, number)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        line_number = int(found[1]) if found and found[1] else 0
        raise _NotToml(str(error).partition(" (at ")[0], line_number) from None
    except RecursionError:
        raise _NotToml(_DEEP) from None
    except ValueError:  # more digits than Python reads
        raise _NotToml(_LARGE) from None
    if any(isinstance(one, int) and one.bit_length() > _NUMBER_BITS for one in _leaves(data)):
        raise _NotToml(_LARGE)
    return data


def _leaves(data: object) -> Iterator[object]:
    """The values within tables and lists."""
    left = [data]
    while left:
        match left.pop():
            case dict() as table:
                left += table.values()
            case list() as items:
                left += items
            case leaf:
                yield leaf


# -- read ---------------------------------------------------------------------------------------------------


def read(content: bytes, check: Callable[[object], None] = lambda _: None) -> ReadFile:
    """The servers of a file. ``check``: raises ``RefusedRequest`` for an item of a good form that cannot be."""
    try:
        text = content.decode("utf-8-sig")
        data = _tables(text)
    except UnicodeDecodeError:
        return _failed(FileFlaw(0, "", "transfer-not-text", {}))
    except _NotToml as error:
        return _failed(FileFlaw(error.line, "", "transfer-not-toml", {"why": str(error)}))
    lines = _lines(text)
    flaws: list[FileFlaw] = []
    servers = tuple(_servers(data, check, flaws, lines))
    flaws.sort(key=lambda one: one.line)
    return ReadFile((), tuple(flaws[:FLAWS_MAX]), len(flaws)) if flaws else ReadFile(servers)


def _failed(flaw: FileFlaw) -> ReadFile:
    return ReadFile((), (flaw,), 1)


def _servers(
    data: dict[str, Any], check: Callable[[object], None], flaws: list[FileFlaw], lines: Mapping[Path, int]
) -> Iterator[GuildFile]:
    def note(path: Path, text_id: str, **values: str | int) -> None:
        said = {name: excerpt(one, SHOWN_MAX) if isinstance(one, str) else one for name, one in values.items()}
        where = excerpt(_shown(path), SHOWN_MAX)
        flaws.append(FileFlaw(_line_of(lines, path), where, text_id, said))

    found = data.get("version")
    if found != VERSION or isinstance(found, bool):
        text_id = "transfer-newer" if isinstance(found, int) and found > VERSION else "transfer-no-version"
        note(("version",), text_id, version=str(found), known=VERSION)
        return
    for key in data.keys() - {"version", "servers"}:
        note((key,), "transfer-unknown-key", key=key)
    servers = data.get("servers", [])
    if not isinstance(servers, list) or not all(isinstance(one, dict) for one in servers):
        note(("servers",), "transfer-no-table")
        return
    for number, server in enumerate(servers):
        read_server = _server(server, ("servers", number), check, note)
        if read_server is not None:
            yield read_server


def _server(server: dict[str, Any], path: Path, check: Callable[[object], None], note: _Note) -> GuildFile | None:
    """One server, item by item, so that every mistake is found."""
    hints = typing.get_type_hints(GuildFile)
    good: dict[str, Any] = {}
    for name, value in server.items():
        if name not in hints:
            note((*path, name), "transfer-unknown-key", key=name)
        elif name in _LISTS:
            if not isinstance(value, list):
                note((*path, name), "transfer-no-table")
                continue
            item = typing.get_args(hints[name])[0]
            read_items = [_item(one, item, (*path, name, at), check, note) for at, one in enumerate(value)]
            good[name] = tuple(one for one in read_items if one is not None)
        else:
            good[name] = _item(value, hints[name], (*path, name), check, note)
    if "guild" not in good:
        note(path, "transfer-missing-key", key="guild")
    return None if good.get("guild") is None else GuildFile(**{k: v for k, v in good.items() if v is not None})


def _item(value: Any, wanted: Any, path: Path, check: Callable[[object], None], note: _Note) -> Any:
    try:
        found = converted(_prepared(value, wanted, path, note), wanted)
        check(found)
    except _Unreadable as wrong:
        note(wrong.path, wrong.text_id, **wrong.values)
    except RefusedRequest as refused:
        note(path, refused.text_id, **refused.values)
    except msgspec.ValidationError as error:
        where, text_id, values = _explained(str(error), path)
        note(where, text_id, **values)
    else:
        return found
    return None


def _prepared(value: Any, wanted: Any, path: Path, note: _Note) -> Any:
    """A value of TOML as ``msgspec`` reads it; keys that nobody knows are noted. Raises ``_Unreadable``."""
    if typing.get_origin(wanted) is UnionType or typing.get_origin(wanted) is typing.Union:
        wanted = next((one for one in typing.get_args(wanted) if is_dataclass(one)), wanted)
    if wanted is Topic and isinstance(value, str):
        topic = make_topic(value)
        return {"key": topic.key, "name": topic.name}
    if typing.get_origin(wanted) is tuple and isinstance(value, list):
        (item, *_) = typing.get_args(wanted)
        return [_prepared(one, item, (*path, at), note) for at, one in enumerate(value)]
    return (
        _prepared_fields(value, wanted, path, note) if is_dataclass(wanted) and isinstance(value, dict) else value
    )


def _prepared_fields(value: dict[str, Any], wanted: Any, path: Path, note: _Note) -> dict[str, Any]:
    value = _with_address(value) if wanted is FiledSubscription else value
    hints = typing.get_type_hints(wanted)
    for name in value:
        if name not in hints:
            note((*path, name), "transfer-unknown-key", key=name)
    for one in fields(wanted):
        if one.name not in value and one.default is MISSING and one.default_factory is MISSING:
            raise _Unreadable(path, "transfer-missing-key", key=one.name)
    found = {
        name: _prepared(one, hints[name], (*path, name), note) for name, one in value.items() if name in hints
    }
    if wanted is QuietHours:
        for name in ("start", "end"):
            found[name] = _minutes(found.get(name), (*path, name))
    return found


def _with_address(value: dict[str, Any]) -> dict[str, Any]:
    """A subscription whose topic is a feed by its address, which may stand in the place of the topic's name."""
    topic = value.get("topic")
    address = value.get("address") or (address_in(topic) if isinstance(topic, str) else None)
    if not isinstance(address, str) or not isinstance(topic, str):
        return value
    name = make_topic(address).name if address_in(topic) else topic
    return {**value, "address": address, "topic": {"key": topic_key(address), "name": name}}


def _minutes(value: Any, path: Path) -> int:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _Unreadable(path, "transfer-no-time", value=str(value))
    return 60 * int(found[1]) + int(found[2])


def _explained(error: str, path: Path) -> tuple[Path, str, dict[str, str]]:
    """The path of a value of the wrong kind, and the sentence about it."""
    # It holds what was written: of a long value both ends say what is wrong, and where.
    error = error if len(error) <= 4 * SHOWN_MAX else f"{error[: 2 * SHOWN_MAX]}{error[-2 * SHOWN_MAX :]}"
    matched = _WRONG.fullmatch(error)
    why, at = (matched["why"], matched["at"]) if matched else (error, None)
    where = (*path, *re.findall(r"[A-Za-z_]+", (at or "").rpartition("$")[2]))
    if (choice := _CHOICE.fullmatch(why)) is not None:
        return where, "transfer-no-choice", {"value": choice["found"]}
    if (expected := _EXPECTED.fullmatch(why)) is not None:
        return where, "transfer-wrong-kind", {"expected": expected["expected"].partition(" ")[0]}
    return where, "transfer-wrong", {"why": why}


# -- where a key stands --------------------------------------------------------------------------------------


def _lines(text: str) -> dict[Path, int]:
    """The line of each table and key, by the path that leads there."""
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _TABLE.fullmatch(line)) is not None:
            table = _table(header, counts)
            found.setdefault(table, number)
        elif (key := _KEY.match(line)) is not None:
            found.setdefault((*table, key[1].strip('"')), number)
    return found


def _table(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """The path of a table's header, with the position of each list of tables on the way."""
    names = [name.strip().strip('"') for name in header[2].split(".")]
    path: Path = ()
    for at, name in enumerate(names):
        path = (*path, name)
        if header[1] == "[[" and at == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of what it stands in."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 0)


def _shown(path: Path) -> str:
    """``servers[0].subscriptions[2].settings.pace``, counted from 1 as people count."""
    return "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")
