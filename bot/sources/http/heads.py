"""Heads of answers as browsers take them: what a strict parser refuses is mended or left out. Pure.

Programs write headers with spaces in their names, lines that are none, a length twice or beside chunks. aiohttp
refuses the whole answer for each of them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_STATUS: Final = re.compile(
    rb"\s*(?:(https?/[0-9](?:\.[0-9])?)|icy)[ \t]+([1-9][0-9]{2})(?![0-9])([^\r\n]*)", re.IGNORECASE
)
_END: Final = re.compile(rb"\r?\n\r?\n")
_NAME: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_WITHOUT_BODY: Final = frozenset({b"204", b"304"})
"""Statuses whose answers end with the head (RFC 9112, 6.3), whatever comes then."""
_BEGINS: Final = (b"http", b"icy ")
LENGTH_DIGITS_MAX: Final = 15


class Head(NamedTuple):
    """A head in proper form. ``length``: bytes of the body, if said; ``is_interim``: another head follows."""

    written: bytes
    length: int | None
    is_interim: bool


def may_begin_head(data: bytes | bytearray) -> bool:
    """Whether an answer may begin like this."""
    begins = data[:200].lstrip()[:4].lower()
    return any(known.startswith(begins[: len(known)]) for known in _BEGINS)


def end_of_head(data: bytes | bytearray, start: int = 0) -> int | None:
    """The place behind the empty line that ends a head; None where it has not come."""
    found = _END.search(data, start)
    return None if found is None else found.end()


def mended_head(head: bytes) -> Head | None:
    """A head, with its empty line, in proper form; None for what is none, or says two lengths."""
    first, *lines = head.strip(b"\r\n").split(b"\n")
    status = _STATUS.match(first)
    if status is None:
        return None
    headers = _headers_of(lines)
    said = [value for name, value in headers if name.lower() == b"content-length"]
    lengths = {length for value in said for length in _lengths_of(value)}
    if len(lengths) > 1:
        return None
    codings = [value for name, value in headers if name.lower() == b"transfer-encoding"]
    has_no_body = status[2] in _WITHOUT_BODY
    coding = b"" if has_no_body else _coding_of(codings)
    kept = [
        (name, value) for name, value in headers if name.lower() not in {b"content-length", b"transfer-encoding"}
    ]
    length = 0 if has_no_body else None if coding else next(iter(lengths), None)
    if coding:
        kept.append((b"Transfer-Encoding", coding))
    elif length is not None:
        kept.append((b"Content-Length", b"%d" % length))
    version = b"HTTP/1.0" if (status[1] or b"").endswith(b"/1.0") else b"HTTP/1.1"
    reason = status[3].strip().decode("ascii", "ignore").encode()
    written = b"\r\n".join(
        [b"%s %s %s" % (version, status[2], reason), *(b"%s: %s" % pair for pair in kept), b"", b""]
    )
    return Head(written, length, is_interim=status[2][:1] == b"1" and status[2] != b"101")


def _headers_of(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Names and values; a line that begins with white space goes on with the one above."""
    found: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"} and found:
            name, value = found[-1]
            found[-1] = name, b"%s %s" % (value, _clean(line))
            continue
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name.strip()):
            found.append((name.strip(), _clean(value)))
    return found


def _clean(value: bytes) -> bytes:
    return _CONTROLS.sub(b" ", value).strip()


def _lengths_of(value: bytes) -> set[int]:
    """The lengths that a header says; none where it is no number."""
    parts = [part.strip() for part in value.split(b",")]
    return {int(part) for part in parts if part.isdigit() and len(part) <= LENGTH_DIGITS_MAX}


def _coding_of(values: list[bytes]) -> bytes:
    """The codings of the way, each once; ``identity`` is none."""
    names = [name.strip().lower() for value in values for name in value.split(b",")]
    return b", ".join(dict.fromkeys(name for name in names if name not in {b"", b"identity"}))
