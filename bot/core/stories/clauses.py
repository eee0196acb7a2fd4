"""The clauses of a text, and which of them tells its news. Pure; linear in the text's length.

English headlines tell the news first and what it follows from behind ``after``; Japanese ones tell what is known
before a noun, and the news at the end.
"""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(
    r"[。、！？!?\n;:—–」』]|[,.]\s|(?<=[^a-z0-9.,%$£€]) (?=[^a-z0-9])| - "
    r"|\b(?:after|over|following|as|because|since|with|while|despite|when|which|who|that|whose|before|ahead of"
    r"|due to|behind|for)\b"
)
_KNOWN: Final = re.compile(
    r"\b(?:after|following|since|despite|over|behind|that|who|which|as|for|because of|in wake of)\b"
)
_BEGINS_WITHIN: Final = 3
_KNOWN_JA: Final = re.compile(
    r"^(.{4,45}?(?:した|された|れた|った|んだ|いた|えた|きた|する|ている|ていた|中の|後の|による|をめぐる))"
    r"(?=[一-鿿ァ-ヴー「])(.+)$"
)


def clauses_in(text: str) -> list[str]:
    """The clauses of a folded text."""
    return _END.split(text)


def news_and_known(text: str) -> tuple[str, str]:
    """The news of a folded text, and what it says of an earlier matter; the second is empty where it says none."""
    if not text.isascii():
        told = _KNOWN_JA.match(text)
        return (told[2], told[1]) if told else (text, "")
    known = _KNOWN.search(text)
    if known is None:
        return text, ""
    if known.start() >= _BEGINS_WITHIN:
        return text[: known.start()], text[known.end() :]
    comma = text.find(",")
    return (text[comma + 1 :], text[:comma]) if comma > 0 else (text, "")
