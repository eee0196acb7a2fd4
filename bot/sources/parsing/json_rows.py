"""Rows of a JSON list one by one, so that a row which no parser takes costs itself and not the whole answer.

Servers in JavaScript write half of a surrogate pair as it stands in a cut name; others nest without end. Of both a
decoder says only that the whole text is malformed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from .lenient import BROKEN
from .sanitize import ROWS_MAX

_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
"""A text goes to the end where nothing ends it: no place in it is looked at twice."""


def json_rows(body: bytes) -> list[bytes] | None:
    """The first ``ROWS_MAX`` rows of a list as they are written, each to be decoded alone; None: no list."""
    try:
        return [bytes(row) for row in msgspec.json.decode(body, type=list[msgspec.Raw])[:ROWS_MAX]]
    except BROKEN:
        return list(islice(_split(body), ROWS_MAX)) if _is_list(body) else None


def rows_of_field(body: bytes, field: str) -> list[bytes] | None:
    """The rows of the first list with this name in an object, as ``json_rows`` gives them."""
    found = re.search(rb'"' + re.escape(field.encode()) + rb'"\s*:\s*(?=\[)', body)
    return json_rows(body[found.end() :]) if found else None


def _is_list(body: bytes) -> bool:
    """Whether a text begins as a list, and the list ends."""
    depth = 0
    for token in _TOKEN.finditer(body) if body.lstrip()[:1] == b"[" else ():
        depth += _step(token[0])
        if not depth and token[0] == b"]":
            return True
    return False


def _split(body: bytes) -> Iterator[bytes]:
    depth = begin = 0
    for token in _TOKEN.finditer(body):
        depth += _step(token[0])
        if depth == 1 and token[0] == b"[" and not begin:
            begin = token.end()
        elif (depth == 1 and token[0] == b",") or not depth:
            if row := body[begin : token.start()].strip():
                yield row
            begin = token.end()
            if not depth:
                return


def _step(token: bytes) -> int:
    """Levels that a token goes deeper: 1, 0 or -1."""
    return 1 if token in {b"[", b"{"} else -1 if token in {b"]", b"}"} else 0
