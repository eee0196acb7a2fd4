"""JSON of the database, whose field names stay as they were first stored, whatever the models call a field today.

A field that is renamed in a model is listed in ``STORED_NAMES``. ``JsonForm`` then reads and writes the old name.
"""

from __future__ import annotations

import dataclasses
import threading
import types
import typing
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any, Final, Generic, TypeVar

import msgspec

from bot.core.models import (
    Candidate,
    DigestPost,
    FullAnswer,
    NoticeContent,
    PaceMark,
    PollForecast,
    SourceProblem,
    TraitStats,
    WatchHealth,
)

T = TypeVar("T")

STORED_NAMES: Final[Mapping[type, Mapping[str, str]]] = {
    WatchHealth: {
        "arrivals": "rhythm",
        "trait_stats": "sightings",
        "turnovers": "turns",
        "full_answer": "whole",
        "validators_wrong_at": "lied_at",
        "overlap_wait": "pace",
    },
    TraitStats: {"polls": "looks"},
    FullAnswer: {"body_hash": "digest"},
    PollForecast: {"updated_at": "looked_at"},
    Candidate: {"threshold": "bar", "published_at": "born"},
    NoticeContent: {"endpoint": "place", "scope": "extent", "too_costly": "too_dear"},
    SourceProblem: {"endpoint": "place"},
    PaceMark: {"needed_rp": "bar"},
    DigestPost: {"alerted": "told"},
}
"""The fields of each stored type whose stored name is another one."""


class JsonForm(Generic[T]):
    """Encodes and decodes one type as stored. Raises ``msgspec.ValidationError`` for JSON of another form."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._stored: Any = _stored_type(kind)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(self._stored)
        if self._stored is not kind:
            msgspec.json.Decoder(kind)  # what ``decode`` converts to is known to msgspec before two threads ask

    def decode(self, text: str | bytes) -> T:
        """The value that is stored as ``text``."""
        found: T = self._decoder.decode(text)
        return found if self._stored is self._kind else msgspec.convert(found, self._kind, from_attributes=True)

    def encode(self, value: T) -> str:
        """The value as stored, as text, so that the file can be read with any SQLite tool."""
        if self._stored is not self._kind:
            return msgspec.json.encode(msgspec.convert(value, self._stored, from_attributes=True)).decode()
        return msgspec.json.encode(value).decode()


_FORMS: Final[dict[type, JsonForm[Any]]] = {}
_MAKING: Final = threading.Lock()
"""Two threads that make decoders of dataclasses that share one end the process by a segmentation fault: the second
uses what the first has half made (msgspec 0.22)."""


def converted(value: Any, kind: Any) -> Any:
    """A plain value as one of a type that is known only now. Raises ``msgspec.ValidationError``."""
    with _MAKING:
        return msgspec.convert(value, kind)


def form_of(kind: type[T]) -> JsonForm[T]:
    """The form of a type, made once."""
    found = _FORMS.get(kind)
    if found is None:
        with _MAKING:
            found = _FORMS.get(kind) or JsonForm(kind)
            _FORMS[kind] = found
    return found


def _stored_type(kind: Any) -> Any:
    """The type that JSON is read as: ``kind`` itself, unless a field of it, or of what it holds, is renamed."""
    parts = typing.get_args(kind)
    if parts:
        stored = tuple(_stored_type(part) for part in parts)
        if stored == parts:
            return kind
        return reduce(or_, stored) if _is_union(kind) else typing.get_origin(kind)[stored]
    if not dataclasses.is_dataclass(kind):
        return kind
    hints = typing.get_type_hints(kind)
    fields = [(one, _stored_type(hints[one.name])) for one in dataclasses.fields(kind)]
    if kind not in STORED_NAMES and all(stored == hints[one.name] for one, stored in fields):
        return kind
    return msgspec.defstruct(
        f"Stored{getattr(kind, '__name__', '')}",
        [(one.name, stored, *_default(one, stored)) for one, stored in fields],
        rename=dict(STORED_NAMES.get(typing.cast("type", kind), {})),
        kw_only=True,
    )


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in {types.UnionType, typing.Union}


def _default(field: dataclasses.Field[Any], stored: Any) -> tuple[Any, ...]:
    if field.default_factory is not dataclasses.MISSING:
        return (msgspec.field(default_factory=field.default_factory),)
    if field.default is dataclasses.MISSING:
        return ()
    if dataclasses.is_dataclass(field.default):
        default = msgspec.convert(field.default, stored, from_attributes=True)
        return (msgspec.field(default_factory=lambda: default),)
    return (field.default,)
