"""Reads JSON that strict readers refuse: cut off, with comments, spare commas, bare or single-quoted words. Pure.

What it gives of sound JSON is what ``json.loads`` gives. Of a list whose text ends within it, the element that the
text ends in is left out.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

DEPTH_MAX: Final = 50
_SPACE: Final = re.compile(r"(?:[\s\ufeff\0]++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)*+")
_STRING: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"' r"|'(?:[^'\\]++|\\.)*+'", re.DOTALL)
_WORD: Final = re.compile(r"[^\s,:{}\[\]\"'/]++")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,3})?")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "\n": "", "0": ""}
_WORDS: Final = {
    "true": True, "True": True, "false": False, "False": False, "null": None, "None": None, "undefined": None,
    "NaN": None, "Infinity": None, "-Infinity": None,
}  # fmt: skip


class Loose(NamedTuple):
    """A value as it was written, and whether its end was seen."""

    value: Any
    is_whole: bool


class _EndOfTextError(Exception):
    """The text ends within a value."""


def read_leniently(text: str) -> Loose:
    """The first value of a text; what follows it is ignored.

    Raises ``ValueError`` for what no value begins with, and for one that is nested without end.
    """
    reader = _LenientReader(text)
    try:
        return Loose(reader.value(0), not reader.is_cut)
    except _EndOfTextError:
        raise ValueError("it ends before its first value") from None


class _LenientReader:
    """Goes through a text once, from its beginning on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.is_cut = False

    def value(self, depth: int) -> Any:
        """The value that comes next."""
        if depth > DEPTH_MAX:
            raise ValueError("it is nested without end")
        begins = self._next()
        if begins == "{":
            self._at += 1
            return self._object(depth)
        if begins == "[":
            self._at += 1
            return self._list(depth)
        if begins in {'"', "'"}:
            return self._string()
        return self._word()

    def _next(self) -> str:
        """The character that comes next, behind white space and comments."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        if self._at >= len(self._text):
            self.is_cut = True
            raise _EndOfTextError
        return self._text[self._at]

    def _list(self, depth: int) -> list[Any]:
        found: list[Any] = []
        try:
            while (begins := self._next()) != "]":
                if begins in ",}":
                    self._at += 1
                    continue
                element = self.value(depth + 1)
                if self.is_cut:
                    return found
                found.append(element)
            self._at += 1
        except _EndOfTextError:
            pass
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        try:
            while (begins := self._next()) != "}":
                if begins in ",]":
                    self._at += 1
                    continue
                name = self._string() if begins in {'"', "'"} else str(self._word())
                if self._next() != ":":
                    raise ValueError("a name without a value")
                self._at += 1
                found[name] = self.value(depth + 1)
                if self.is_cut:
                    return found
            self._at += 1
        except _EndOfTextError:
            pass
        return found

    def _string(self) -> str:
        found = _STRING.match(self._text, self._at)
        if found is None:
            self._at = len(self._text)
            self.is_cut = True
            raise _EndOfTextError
        self._at = found.end()
        return _unescaped(found[0])

    def _word(self) -> Any:
        found = _WORD.match(self._text, self._at)
        if found is None:
            raise ValueError(f"no value begins with {self._text[self._at]!r}")
        self._at = found.end()
        word = found[0]
        if word in _WORDS:
            return _WORDS[word]
        return json.loads(word.lstrip("+")) if _NUMBER.fullmatch(word) and _is_number(word) else word


def _is_number(word: str) -> bool:
    """Whether it is one by JSON's rules: none has a zero before its digits."""
    digits = word.lstrip("+-")
    return digits[:1] != "0" or digits[1:2] in {"", ".", "e", "E"}


def _unescaped(written: str) -> str:
    """The text of a string with its quotation marks; a backslash that means nothing is one."""
    if "\\" not in written:
        return written[1:-1]
    text = _ESCAPE.sub(_character, written[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    if code := found[1] or found[2]:
        return chr(int(code, 16))
    plain = found[3]
    return _ESCAPED.get(plain, plain if plain in "\"'/\\" else f"\\{plain}")
