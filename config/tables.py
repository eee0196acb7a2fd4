"""Typed tables: what a key takes is said by its annotation, and checked when a table is made of what was read.

The annotations are those that pydantic knows (``Annotated`` with limits and checks, ``X | None``, ``Literal``,
lists and tables), and values become them as they do there: ``"60"`` and ``60.0`` are a whole number, ``"yes"`` is
true. To import pydantic and pydantic-settings took 0.25 s of CPU, half of what a short command costs; here is what
the settings use of them.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from .sentences import Sentence

Path = tuple[str, ...]
"""The keys that lead to a value, from the outermost table on."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.0+)?")
_DIGITS_MAX: Final = 4_300
"""Digits of a whole number that Python reads at one go."""
_TRUE: Final = frozenset({"1", "on", "t", "true", "y", "yes"})
_FALSE: Final = frozenset({"0", "off", "f", "false", "n", "no"})
MASK: Final = "**********"


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
    """A text that is shown in no form. An empty one is false."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK if self._text else ''!r})"

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


# -- what is written into annotations ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """Limits of a number, or the form of a text (found from its beginning on)."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    pattern: str | None = None
    says: str = ""
    """The id of the sentence that says which form."""


@dataclass(frozen=True, slots=True)
class AfterValidator:
    """A check of a value that has its type; what it returns is taken. It raises ``ValueError`` with a text id."""

    check: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class BeforeValidator:
    """What is made of a value before its type is looked at. It raises ``ValueError``; see ``wrong``."""

    made: Callable[[object], object]
    wrong: str
    """The id of the sentence that says what would have been right."""


@dataclass(frozen=True, slots=True)
class NoDecode:
    """In a variable it stands as it is, and not in JSON."""


# -- tables --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table: what it takes, and what it is where nothing is said."""

    takes: Any
    default: Any

    @property
    def table(self) -> type[Table] | None:
        """The table it is, where it is one."""
        return self.takes if isinstance(self.takes, type) and issubclass(self.takes, Table) else None

    @property
    def is_json(self) -> bool:
        """Whether a variable holds it in JSON: a table, or a list or mapping that does not say otherwise."""
        return self.table is not None or _is_json(self.takes)


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Table:
    """A table of settings: unknown keys are errors, values do not change, and no text is shown in its ``repr``.

    Made of what was read. Raises ``WrongValue`` for the first value that is wrong, in the order of the keys, and
    ``UnknownKey`` where all are right.
    """

    _path: ClassVar[Path] = ()

    def __init__(self, **read: Any) -> None:
        self.take(read, ())

    @classmethod
    def read(cls, read: Mapping[str, Any], path: Path = ()) -> Self:
        """The table at ``path``, of what was read."""
        made = cls.__new__(cls)
        made.take(read, path)
        return made

    def take(self, read: Mapping[str, Any], path: Path) -> None:
        """Fill the table. See ``read``."""
        values = {name: copy(key.default) for name, key in self.schema().items()} if not read else {}
        for name, key in self.schema().items() if read else ():
            given = name in read
            values[name] = _taken(read[name], key.takes, (*path, name)) if given else copy(key.default)
        for name in read:
            if name not in values:
                raise UnknownKey((*path, name))
        for name, value in values.items():
            object.__setattr__(self, name, value)
        try:
            self.check()
        except ValueError as error:
            raise WrongValue(path, Sentence(str(error))) from None

    def check(self) -> None:
        """Look at the values together. Raises ``ValueError`` with the id of what the table should be."""

    @classmethod
    def schema(cls) -> Mapping[str, Key]:
        """All keys by name, in the order in which they are written down."""
        table: Any = cls  # mypy takes the hash of a table for that of its class
        return _schema_of(table)

    def pairs(self) -> Iterator[tuple[str, Any]]:
        """Every key with its value."""
        return ((name, getattr(self, name)) for name in self.schema())

    def dumped(self) -> dict[str, Any]:
        """As mappings, secrets as they are."""
        return {name: value.dumped() if isinstance(value, Table) else value for name, value in self.pairs()}

    def replaced(self, **values: Any) -> Self:
        """The same with other values, which are not checked."""
        made = self.__class__.__new__(self.__class__)
        for name, value in {**dict(self.pairs()), **values}.items():
            object.__setattr__(made, name, value)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        msg = f"settings do not change: {name}"
        raise AttributeError(msg)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and dict(other.pairs()) == dict(self.pairs())

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        """Without any text: an address may hold a key."""
        shown = [
            (name, value) for name, value in self.pairs() if isinstance(value, Table | bool | int | float | None)
        ]
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown)})"


_SHOWN: Final = (Table, bool, int, float, type(None))


@cache
def _schema_of(table: Any) -> Mapping[str, Key]:
    takes = get_type_hints(table, include_extras=True)
    names = [name for name in table.__annotations__ if get_origin(takes[name]) is not ClassVar]
    return {name: Key(takes[name], getattr(table, name)) for name in names}


def _is_json(takes: Any) -> bool:
    kind = get_origin(takes)
    if kind is Annotated:
        base, *more = get_args(takes)
        return not any(isinstance(one, NoDecode) for one in more) and _is_json(base)
    if kind in {Union, types.UnionType}:
        return any(map(_is_json, get_args(takes)))
    return kind in {list, dict}


# -- values --------------------------------------------------------------------------------------------------


def _taken(value: Any, takes: Any, path: Path) -> Any:
    """A value as its key takes it. Raises ``WrongValue`` and ``UnknownKey``."""
    kind, inner = get_origin(takes), get_args(takes)
    if kind is Annotated:
        return _checked(value, inner[0], inner[1:], path)
    if kind in {Union, types.UnionType}:
        return None if value is None else _taken(value, inner[0], path)
    if kind is not None:
        return _KINDS[kind](value, inner, path)
    if issubclass(takes, Table):
        return _table(value, takes, path)
    made = _SCALARS[takes](value)
    if made is None:
        raise WrongValue(path, Sentence(_TAKES[takes]))
    return made


def _table(value: Any, takes: type[Table], path: Path) -> Table:
    if isinstance(value, takes):
        return value
    if not isinstance(value, dict):
        raise WrongValue(path, Sentence("cli-takes-table"))
    return takes.read(value, path)


def _choice(value: Any, choices: tuple[Any, ...], path: Path) -> Any:
    if value not in choices:
        raise WrongValue(path, Sentence("cli-takes-choice", {"choices": ", ".join(map(repr, choices))}))
    return value


def _list(value: Any, inner: tuple[Any, ...], path: Path) -> list[Any]:
    if not isinstance(value, list):
        raise WrongValue(path, Sentence("cli-takes-list"))
    return [_taken(one, inner[0], (*path, str(number))) for number, one in enumerate(value)]


def _mapping(value: Any, inner: tuple[Any, ...], path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongValue(path, Sentence("cli-takes-table"))
    return {name: _taken(one, inner[1], (*path, name)) for name, one in value.items()}


_KINDS: Final[Mapping[Any, Callable[[Any, tuple[Any, ...], Path], Any]]] = {
    Literal: _choice,
    list: _list,
    dict: _mapping,
}


def _checked(value: Any, takes: Any, checks: tuple[Any, ...], path: Path) -> Any:
    """A value that is more than of its type: first what comes before the type, then the type, then the rest."""
    for one in reversed(checks):
        if isinstance(one, BeforeValidator):
            try:
                value = one.made(value)
            except ValueError:
                raise WrongValue(path, Sentence(one.wrong)) from None
    value = _taken(value, takes, path)
    for one in checks:
        if isinstance(one, AfterValidator):
            try:
                value = one.check(value)
            except ValueError as error:
                raise WrongValue(path, Sentence(str(error))) from None
        elif isinstance(one, Field):
            _within(value, one, path)
    return value


_LIMITS: Final[tuple[tuple[str, str, Callable[[Any, Any], bool]], ...]] = (
    ("ge", "cli-takes-at-least", lambda value, limit: value >= limit),
    ("gt", "cli-takes-more-than", lambda value, limit: value > limit),
    ("le", "cli-takes-at-most", lambda value, limit: value <= limit),
    ("lt", "cli-takes-less-than", lambda value, limit: value < limit),
)


def _within(value: Any, field: Field, path: Path) -> None:
    for name, text_id, holds in _LIMITS:
        limit = getattr(field, name)
        if limit is not None and not holds(value, limit):
            raise WrongValue(path, Sentence(text_id, {"limit": str(limit)}))
    if field.pattern is not None and not re.match(field.pattern, value):
        raise WrongValue(path, Sentence(field.says))


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        bare = value.strip()
        if len(bare) > _DIGITS_MAX or not _WHOLE.fullmatch(bare):
            return None
        return int(bare.partition(".")[0])
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, int) else None


def _number(value: object) -> float | None:
    if not isinstance(value, int | float | str) or (isinstance(value, str) and not value.isascii()):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _truth(value: object) -> bool | None:
    if isinstance(value, str):
        said = value.lower()
        return said in _TRUE if said in _TRUE | _FALSE else None
    return bool(value) if isinstance(value, int | float) and value in {0, 1} else None


_SCALARS: Final[Mapping[Any, Callable[[Any], Any]]] = {
    int: _whole,
    float: _number,
    bool: _truth,
    str: lambda value: value if isinstance(value, str) else None,
    Secret: lambda value: (
        Secret(value) if isinstance(value, str) else value if isinstance(value, Secret) else None
    ),
}
_TAKES: Final[Mapping[Any, str]] = {
    int: "cli-takes-integer",
    float: "cli-takes-number",
    bool: "cli-takes-boolean",
    str: "cli-takes-text",
    Secret: "cli-takes-text",
}
