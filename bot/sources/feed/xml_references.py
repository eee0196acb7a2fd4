"""References within the text of a document: characters, entities, and what is none of either. Pure."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from .xml_elements import DECLARED_MAX

_SUBSET_MAX: Final = 20_000
"""Characters of a document's own declarations that are read."""
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")
_FREQUENT: Final = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&apos;": "'",
    "&#39;": "'",
    "&nbsp;": "\xa0",
}
_HALVES: Final = re.compile(
    r"&#(55(?:29[6-9]|[3-9][0-9]{2})|56(?:[0-2][0-9]{2}|3[01][0-9])|[xX][dD][89abAB][0-9A-Fa-f]{2});"
    r"&#(56(?:3[2-9][0-9]|[4-9][0-9]{2})|57[0-2][0-9]{2}|573[0-3][0-9]|5734[0-3]|[xX][dD][c-fC-F][0-9A-Fa-f]{2});"
)
_FEW_REFERENCES: Final = 4
_ENTITY: Final = re.compile(
    r"""<!ENTITY\s++([\w.\-]{1,32}+)\s++(?:"(&#\w{1,8};|[^"&<]{0,32})"|'([^'&<]{0,32})')"""
)
"""Declared by a document itself; what refers to others is not believed."""


class References:
    """The references of one document, which may declare entities of its own."""

    def __init__(self) -> None:
        self._declared: dict[str, str] = {}

    def decoded(self, text: str) -> str:
        """The text with its references resolved, once; one that refers to nothing stays as it is."""
        if "&" not in text:
            return text
        if self._declared:
            return _REFERENCE.sub(self._resolved, text)
        return _without_references(text)

    def declare(self, text: str, start: int, end: int) -> None:
        """Take in the short entities that are declared between two places of a text."""
        for name, one, other in _ENTITY.findall(text, start, min(end, start + _SUBSET_MAX))[:DECLARED_MAX]:
            self._declared[name] = unescape(one) or other

    def declared(self) -> list[tuple[str, str]]:
        """The entities and what they stand for, in a steady order."""
        return sorted(self._declared.items())

    def _resolved(self, found: re.Match[str]) -> str:
        return self._declared.get(found[0][1:-1]) or unescape(found[0])


def _without_references(text: str) -> str:
    """HTML within XML has hundreds of the same few references: those are replaced at once, the ampersand last."""
    if "&#" in text:
        text = _HALVES.sub(_one_character, text)
    if text.count("&") > _FEW_REFERENCES:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&#39;", "'")
        if text.count("&") == text.count("&amp;"):
            return text.replace("&amp;", "&")
    return _REFERENCE.sub(_plainly_resolved, text)


def _one_character(found: re.Match[str]) -> str:
    """The character of two halves (UTF-16), as some writers number what lies beyond the first 65,536."""
    halves = [int(half[1:], 16) if half[0] in "xX" else int(half) for half in found.groups()]
    return "".join(map(chr, halves)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plainly_resolved(found: re.Match[str]) -> str:
    return _FREQUENT.get(found[0]) or unescape(found[0])
