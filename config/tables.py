"""Tables of settings: msgspec structs, made from files and variables, and sentences for wrong values.

msgspec checks. What it does not know stands here: how people write values in variables (``yes``, ``a,b``), and
which of our sentences says what a key takes, found by the path of msgspec's error and the declared type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from . import example_path
from .sentences import Sentence

Path = tuple[str, ...]
"""The keys that lead to a value, from the outermost table on."""
TableT = TypeVar("TableT", bound="Table")

_PATH: Final = re.compile(r" - at `\$((?:\.\w+|\[\d+\]|\[\.\.\.\])+)`\Z")
_TRUTH: Final = {"on": True, "yes": True, "y": True, "t": True, "off": False, "no": False, "n": False, "f": False}
"""Words for a switch besides ``true``, ``false``, ``1`` and ``0``, which msgspec knows."""


class WrongValue(Exception):
    """A value is not what its key takes. ``takes``: what it should be. It holds nothing of the value."""

    def __init__(self, path: Path, takes: Sentence) -> None:
        super().__init__(".".join(path))
        self.path = path
        self.takes = takes


class UnknownKey(Exception):
    """A table has a key that it does not know."""

    def __init__(self, path: Path) -> None:
        super().__init__(".".join(path))
        self.path = path


class Secret:
    """A text that is shown in no form. An empty one is false. Subclasses raise ``ValueError`` with a text id."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({'**********' if self._text else ''!r})"

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class Table(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A table of settings. Shown without any text: an address may hold a key.

    A subclass checks its values together in ``__post_init__``, which raises ``ValueError`` with a text id.
    """

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The parts that may be shown, also by Rich."""
        values = msgspec.structs.asdict(self).items()
        return [(name, value) for name, value in values if isinstance(value, Table | bool | int | float | None)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"


def form(parts: Mapping[str, str]) -> msgspec.Meta:
    """The form of a text: regular expressions that match from its beginning, by the id of what each asks for."""
    return msgspec.Meta(pattern="^" + "".join(f"(?={part})" for part in parts.values()), extra=dict(parts))


@cache
def keys_of(table: type[Table]) -> Mapping[str, inspect.Type]:
    """The keys of a table in their order, with the type that each takes (where it is not None)."""
    info = _described(table)
    return {key.name: _bare(key.type) for key in info.fields} if isinstance(info, inspect.StructType) else {}


@cache
def _described(table: type[Table]) -> inspect.Type:
    """The type information that msgspec has of a table and of all within it; for all settings it takes 3 ms."""
    return inspect.type_info(table)


def table_at(takes: inspect.Type | None) -> type[Table] | None:
    """The table that a key is, where it is one."""
    return takes.cls if isinstance(takes, inspect.StructType) and issubclass(takes.cls, Table) else None


def paths_of(
    table: type[Table], above: tuple[str, ...] = (), *, of_secrets: bool = False
) -> Iterator[tuple[str, ...]]:
    """The path of every key that holds a value. ``of_secrets``: only of those whose type is a secret."""
    for name, takes in keys_of(table).items():
        if (inner := table_at(takes)) is not None:
            yield from paths_of(inner, (*above, name), of_secrets=of_secrets)
        elif not of_secrets or is_secret(takes):
            yield (*above, name)


def names_of(table: type[Table]) -> Iterator[str]:
    """The names of all keys and tables."""
    for name, takes in keys_of(table).items():
        yield name
        if (inner := table_at(takes)) is not None:
            yield from names_of(inner)


def is_secret(takes: inspect.Type) -> bool:
    """Whether a key takes a secret."""
    return isinstance(takes, inspect.CustomType) and issubclass(takes.cls, Secret)


def made(table: type[TableT], read: Mapping[str, Any]) -> TableT:
    """A table of what was read.

    Raises ``WrongValue`` or ``UnknownKey`` for the first thing that is wrong, in the order of the keys, unknown
    ones last.
    """
    plain = _plain(dict(read), _described(table))
    try:
        return msgspec.convert(plain, table, strict=False, dec_hook=_secret)
    except msgspec.ValidationError as error:
        wrong = _wrong(error, plain, table)
    # Outside of the block above: an error raised there would carry the one that shows what was read.
    raise wrong


def _bare(takes: inspect.Type) -> inspect.Type:
    """A type without ``| None``."""
    return takes.types[0] if isinstance(takes, inspect.UnionType) else takes


def _secret(kind: type[Any], value: object) -> Secret:
    """A secret of a text: msgspec asks for each type that is not its own."""
    if isinstance(value, kind) and isinstance(value, Secret):
        return value
    if not isinstance(value, str) or not issubclass(kind, Secret):
        raise ValueError("cli-takes-text")  # noqa: TRY004 - msgspec puts the path to it
    return kind(value)


# -- as people write them --------------------------------------------------------------------------------------


def _plain(value: Any, takes: inspect.Type) -> Any:
    """A value as msgspec reads it: the keys of tables in their order, and texts as what they mean."""
    takes = _bare(takes)
    if isinstance(value, dict) and (table := table_at(takes)) is not None:
        keys = keys_of(table)
        known = {name: _plain(value[name], keys[name]) for name in keys if name in value}
        return known | {name: inner for name, inner in value.items() if name not in known}
    return _meant(value, takes) if isinstance(value, str) else value


def _meant(text: str, takes: inspect.Type) -> Any:
    """The value of a text whose key takes no text; the text itself if it means nothing there."""
    match takes:
        case inspect.BoolType():
            return _TRUTH.get(text.lower(), text)
        case inspect.IntType() | inspect.FloatType() if text.isascii():
            with suppress(ValueError):
                return int(text) if isinstance(takes, inspect.IntType) else float(text)
            return text.strip()
        case inspect.LiteralType(values=choices):
            return {str(one).lower(): one for one in choices}.get(text.strip().lower(), text)
        case inspect.ListType():
            return _listed(text.strip())
    return text


def _listed(text: str) -> Any:
    """A list from a variable: JSON, or its items with commas or spaces between them; the text where it is none."""
    if text.startswith("["):
        with suppress(ValueError):
            return json.loads(text)
        return text
    # A comma may belong to an address; one between two addresses has the next one's beginning after it.
    between = r"\s*,\s*(?=https?://)|\s+" if "://" in text else r"[\s,]+"
    return [item for item in (item.strip(", ") for item in re.split(between, text)) if item]


# -- what is told of a wrong one -------------------------------------------------------------------------------


def _wrong(error: msgspec.ValidationError, read: Any, table: type[Table]) -> WrongValue | UnknownKey:
    """The error for msgspec's error about the values read."""
    path, takes, value = list[str](), _described(table), read
    found = _PATH.search(str(error))
    for step in re.findall(r"\w+|\.\.\.", found[1]) if found else ():
        match takes:
            case inspect.StructType(cls=inner) if step in value:
                name, takes, value = step, keys_of(inner)[step], value[step]
            case inspect.DictType(value_type=takes):  # msgspec does not say of which key
                name, value = next((key, one) for key, one in value.items() if _missed(one, takes) is not None)
            case inspect.ListType(item_type=takes):
                name, value = step, value[int(step)]
            case _:
                break
        path.append(name)
    if error.__cause__ is not None:
        return WrongValue(tuple(path), Sentence(str(error.__cause__)))
    if isinstance(takes, inspect.StructType) and isinstance(value, dict):
        unknown = next((key for key in value if key not in keys_of(takes.cls)), "")
        return UnknownKey((*path, unknown))
    return WrongValue(tuple(path), _takes(value, takes))


_LIMITS: Final[tuple[tuple[str, str, Callable[[Any, Any], bool]], ...]] = (
    ("ge", "cli-takes-at-least", lambda value, limit: value >= limit),
    ("gt", "cli-takes-more-than", lambda value, limit: value > limit),
    ("le", "cli-takes-at-most", lambda value, limit: value <= limit),
    ("lt", "cli-takes-less-than", lambda value, limit: value < limit),
)
_KINDS: Final[Mapping[type[inspect.Type], str]] = {
    inspect.IntType: "cli-takes-integer",
    inspect.FloatType: "cli-takes-number",
    inspect.BoolType: "cli-takes-boolean",
    inspect.ListType: "cli-takes-list",
    inspect.DictType: "cli-takes-table",
    inspect.StructType: "cli-takes-table",
}


def _takes(value: Any, takes: inspect.Type) -> Sentence:
    """The values that a key takes, for one that it does not take."""
    if isinstance(takes, inspect.LiteralType):
        return Sentence("cli-takes-choice", {"choices": tuple(map(repr, takes.values))})
    if isinstance(takes, inspect.IntType | inspect.FloatType):
        whole = isinstance(takes, inspect.IntType)
        if type(value) is int or (type(value) is float and (not whole or value.is_integer())):
            for name, text_id, holds in _LIMITS:
                limit = getattr(takes, name)
                if limit is not None and not holds(value, limit):
                    return Sentence(text_id, {"limit": str(limit)})
    missed = _missed(value, takes) or _KINDS.get(type(takes))
    return Sentence(missed) if missed else Sentence("cli-takes-other", {"example": example_path()})


def _missed(value: object, takes: inspect.Type) -> str | None:
    """The id of what a text would have to be; None where it is right, or the key takes no text."""
    parts, takes = (takes.extra or {}, takes.type) if isinstance(takes, inspect.Metadata) else ({}, takes)
    if not isinstance(takes, inspect.StrType):
        return None
    if not isinstance(value, str):
        return "cli-takes-text"
    return next((text_id for text_id, part in parts.items() if not re.match(part, value)), None)
