"""Tags, texts and attributes of a document as they are written, with nothing that has to be right. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_ATTRIBUTES_MAX: Final = 20_000
"""Characters of a tag that are searched for attributes."""

_ROOT: Final = re.compile(
    r"<(?:[A-Za-z_][\w.\-]*+:)?(rss|rdf|feed|channel|entry|item|html)(?=[\s>/])", re.IGNORECASE
)
MARKUP: Final = re.compile(
    r"""<(?:(/?)([A-Za-z_][^\s<>/"'=]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+|[^<>]*+)>|!\[CDATA\[|!--|[!?])"""
)
"""Ends before the next ``<``, so that no part of a text is gone through more than a few times."""
LEAF: Final = re.compile(
    r"""[^<]*+<([A-Za-z_][^\s<>/"'=]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>"""
    r"""(?:(?<=/>)|([^<]*+)(?:</\1\s*+>|(<!\[CDATA\[)))"""
)
"""An element that holds nothing or one text, from its beginning to its end, as nearly all of a feed are."""
LEAF_END: Final = re.compile(r"""\]\]>([^<]*+)</([^\s<>/"'=]++)\s*+>""")
_ATTRIBUTE: Final = re.compile(r"""(?<![\w:.\-])([\w:.\-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")


def root_of(text: str) -> str:
    """The name of the first element that begins a feed or a page, in small letters; "" where there is none."""
    at = 0
    while (found := _ROOT.search(text, at)) is not None:
        comment = text.rfind("<!--", at, found.start())
        end = -1 if comment < 0 else text.find("-->", comment)
        if end < found.start():
            return found[1].lower()
        at = end
    return ""


def attributes_of(written: str, decoded: Callable[[str], str]) -> dict[str, str]:
    """Names in small letters, values resolved by ``decoded``; the first of a name counts."""
    if "=" not in written:
        return {}
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written[:_ATTRIBUTES_MAX]):
        found.setdefault(name.lower(), decoded(double or single or bare))
    return found
