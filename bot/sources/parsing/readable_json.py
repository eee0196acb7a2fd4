"""JSON that a decoder refuses for one place in it, with that place mended: what is odd costs itself. Pure.

Bots cut a text in the midst of an emoji, and JavaScript writes the half that is left as it stands; programs that
write JSON by hand leave line ends in texts; others nest without end. Of each a decoder says only that the whole
answer is malformed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

DEPTH_MAX: Final = 64
"""Levels that are kept; answers of the sources have ten. What lies deeper is read as null."""

_ESCAPE: Final = re.compile(
    rb"\\(?:u(?:[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|[0-9a-fA-F]{4})"
    rb'|["\\/bfnrt]|(?P<odd>))'
)
"""A backslash and what it begins: a whole surrogate pair, half of one, another escape of JSON, or none."""
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""A text goes to the end where nothing ends it: no place in it is looked at twice."""
_CONTROLS: Final = bytes(range(32))
_SPACES: Final = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))


def readable(body: bytes) -> bytes:
    """The JSON with U+FFFD for halves of characters, spaces for control characters, null for what lies too deep.

    A backslash that begins nothing stands for itself. Other malformed texts, and one that is cut off, stay so.
    """
    text = body.decode("utf-8", "replace").encode().translate(_SPACES)
    return b"".join(_shallow(_ESCAPE.sub(_whole_character, text)))


def _whole_character(escape: re.Match[bytes]) -> bytes:
    if escape["half"] is not None:
        return rb"\ufffd"
    return escape[0] if escape["odd"] is None else rb"\\"


def _shallow(text: bytes) -> Iterator[bytes]:
    """The pieces of the text that lie no deeper than ``DEPTH_MAX``, with null between them."""
    depth = at = 0
    for token in _TOKEN.finditer(text):
        if token[0] in {b"[", b"{"}:
            depth += 1
            if depth == DEPTH_MAX + 1:
                yield text[at : token.start()] + b"null"
        elif token[0] in {b"]", b"}"}:
            if depth == DEPTH_MAX + 1:
                at = token.end()
            depth -= 1
    if depth <= DEPTH_MAX:
        yield text[at:]
