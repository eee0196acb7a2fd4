"""Texts without NUL, the one character that PostgreSQL does not store."""

from __future__ import annotations

import re
from typing import Final

_REPLACEMENT: Final = "\ufffd"
_JSON_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def without_nul(text: str) -> str:
    """The text with U+FFFD for each NUL, and for each escape of one where the text is a JSON object or array.

    PostgreSQL stores neither (https://www.postgresql.org/docs/current/datatype-character.html).
    """
    if "\0" in text:
        text = text.replace("\0", _REPLACEMENT)
    if "\\u0000" in text and text[:1] in {"{", "["}:
        text = _JSON_NUL.sub(rf"\1{_REPLACEMENT}", text)
    return text
