"""Rows of a server's answer whose less important fields are not of their form: read without those. Pure.

Servers of one protocol differ in small things (a count as a text, a null among the attachments), and a post is not
lost for them. What a field guards is another matter: a row whose word about its audience cannot be read is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

import msgspec

from .readable_json import readable

__all__ = ["BROKEN", "mending", "row_of"]

BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""The errors that msgspec raises for an answer of another form."""
ELEMENTS_MAX: Final = 1_000
"""Things of a list that are looked at one by one."""

S = TypeVar("S", bound=msgspec.Struct)


def row_of(row: bytes | msgspec.Raw, kind: type[S], *, guards: frozenset[str] = frozenset()) -> S:
    """A row in its form; where it has another one, without the optional fields, and things of lists, that have.

    ``guards``: optional fields, under the server's names, that have to be of their form all the same.
    Raises ``msgspec.DecodeError`` and the others of ``BROKEN`` for a row that lacks what it needs.
    """
    return mending(row, lambda text: _row_of(text, kind, guards))


def mending(body: bytes | msgspec.Raw, decode: Callable[[bytes | msgspec.Raw], S]) -> S:
    """The JSON decoded; where it is malformed, the same mended (``readable``). Raises what ``decode`` does."""
    try:
        return decode(body)
    except msgspec.ValidationError:
        raise
    except BROKEN:
        return decode(readable(bytes(body)))


def _row_of(row: bytes | msgspec.Raw, kind: type[S], guards: frozenset[str]) -> S:
    try:
        return msgspec.json.decode(row, type=kind)
    except msgspec.ValidationError:
        mended = _mended(msgspec.json.decode(row), kind, guards)
        return msgspec.json.decode(msgspec.json.encode(mended), type=kind, strict=False)


def _mended(said: object, kind: type[msgspec.Struct], guards: frozenset[str]) -> object:
    if not isinstance(said, Mapping):
        return said
    kept: dict[str, object] = {}
    for field in msgspec.structs.fields(kind):
        name = field.encode_name
        if name not in said:
            continue
        value = said[name]
        if name not in guards and not _is_of(value, field.type):
            value = _mended_value(value, _without_none(field.type), guards)
            if not field.required and not _is_of(value, field.type):
                continue
        kept[name] = value
    return kept


def _mended_value(value: object, kind: Any, guards: frozenset[str]) -> object:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _mended(value, kind, guards)
    if get_origin(kind) is list and isinstance(value, list):
        inner = _without_none(get_args(kind)[0])
        mended = [
            each if _is_of(each, inner) else _mended_value(each, inner, guards) for each in value[:ELEMENTS_MAX]
        ]
        return [each for each in mended if _is_of(each, inner)]
    if get_origin(kind) is dict and isinstance(value, dict):
        return {name: each for name, each in value.items() if _is_of(each, get_args(kind)[1])}
    return value


def _is_of(value: object, kind: Any) -> bool:
    try:
        _decoded(value, kind)
    except BROKEN:
        return False
    return True


def _decoded(value: object, kind: Any) -> Any:
    """The value by its form, where ``"3"`` is a number, too."""
    return msgspec.json.decode(msgspec.json.encode(value), type=kind, strict=False)


def _without_none(kind: Any) -> Any:
    """The one form besides None that a field may have; the field's own where there are several."""
    if get_origin(kind) is Annotated:
        return _without_none(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        others = [each for each in get_args(kind) if each is not NoneType]
        return _without_none(others[0]) if len(others) == 1 else kind
    return kind
