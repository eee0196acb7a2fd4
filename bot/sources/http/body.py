"""Bodies of answers: read in pieces, unpacked, and never longer than allowed."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator
from typing import Self

import aiohttp
import httpx

from bot.core.errors import SourceChanged, SourceError, SourceTooLarge, UnaskedPacking

ERROR_BODY_MAX = 64_000
"""Enough of a refusal's body to read its error code."""
MEMBERS_MAX = 1_000
"""Most members of a packed body. Each costs work, and needs only 20 bytes to hold nothing."""

_MEMBER = b"\x1f\x8b"
_GZIP = b"\x1f\x8b\x08"
SIGN = len(_GZIP)
"""Bytes that show what a body is."""
_TEXT = re.compile(rb"(?:\xef\xbb\xbf|\s*+[<{\[][\s!?A-Za-z\"{]|\s{3})")
"""A text in the place of what a header says is packed."""
LAYERS_MAX = 2
"""Times that a body may be packed: by a program, and by the server before it."""
_WHOLE = re.compile(
    rb"</(?:rss|feed|html|channel|rdf:rdf|rdf)\s*+>(?:\s|<!--[^<>]{0,300}-->){0,50}\Z", re.IGNORECASE
)
_END = 1_000
"""Bytes of the end of a body in which its last tag is looked for."""
NAMES_MAX = 10
_UNASKED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"})
"""The packings that there are (IANA) and that we do not ask for.

They are named and not read: a server that sends one breaks RFC 9110 (12.5.3), most often a cache that forgot
``Vary``, and each would be one more library that unpacks what strangers send.
"""


async def read_error_body(host: str, response: httpx.Response) -> bytes:
    """The body of a refusal, where it is small and readable."""
    try:
        return await read_body(host, response, ERROR_BODY_MAX)
    except SourceError:
        return b""


async def read_body(host: str, response: httpx.Response, limit: int) -> bytes:
    """The body, unpacked in pieces that never exceed what is still allowed: a bomb costs no memory.

    ``limit`` is in bytes, both as sent and after unpacking: a packed body may also be long and hold nothing.
    Raises ``SourceTooLarge``, and ``SourceChanged`` where it cannot be unpacked; both name the ``host``.
    """
    if int(response.headers.get("content-length", "0")) > limit:
        raise _too_large(host, limit)
    encoding = response.headers.get("content-encoding", "")
    packed: _Packed | None = None
    pieces: list[bytes] = []
    sent, room, held, has_begun = 0, limit, b"", False
    broke: Exception | None = None
    chunks = response.aiter_raw()
    while (came := await _next(chunks)) is not None:
        if isinstance(came, Exception):
            broke = came
            break
        chunk = came
        sent += len(chunk)
        if not has_begun:  # what it is shows in the first bytes
            held += chunk
            if len(held) < SIGN:
                continue
            packed, chunk, has_begun = _Packed.of(host, encoding, held), held, True
        piece = packed.unpack(chunk, room + 1) if packed else chunk
        room -= len(piece)
        if room < 0 or sent > limit:
            raise _too_large(host, limit)
        pieces.append(piece)
    if held and not has_begun:  # shorter than anything packed
        packed = _Packed.of(host, encoding, held)
        pieces = [held]
    body = b"".join(pieces)
    if broke is not None and not _is_all_there(packed, body):
        raise broke
    if packed:
        packed.check_whole()
    return _unpacked_again(host, body, limit)


async def _next(chunks: AsyncIterator[bytes]) -> bytes | Exception | None:
    """The next piece of a body, the error that it broke off with, or None after the last."""
    try:
        return await anext(chunks, None)
    except (httpx.HTTPError, aiohttp.ClientError) as problem:
        return problem


def _is_all_there(packed: _Packed | None, body: bytes) -> bool:
    """Whether a body that broke off has its end: then only its length, or the last chunk, was wrong."""
    return packed.is_whole if packed else _WHOLE.search(body[-_END:]) is not None


def _unpacked_again(host: str, body: bytes, limit: int) -> bytes:
    """A body that was packed more than once, unpacked."""
    for _ in range(LAYERS_MAX - 1):
        if body[:SIGN] != _GZIP:
            return body
        packed = _Packed(host, zlib.MAX_WBITS | 16)
        body = packed.unpack(body, limit + 1)
        if len(body) > limit:
            raise _too_large(host, limit)
        packed.check_whole()
    return body


def _too_large(host: str, limit: int) -> SourceTooLarge:
    return SourceTooLarge(f"{host}: the answer is larger than {limit} bytes")


class _Packed:
    """A packed body, unpacked a chunk at a time. Raises ``SourceChanged`` where it is broken or cut.

    It may be several members of gzip, one after the other (RFC 1952, 2.2); what follows and is none is padding.
    """

    def __init__(self, host: str, window: int) -> None:
        self._broken = SourceChanged(f"{host}: the packed answer is broken")
        self._too_many = SourceChanged(f"{host}: packed its answer in more than {MEMBERS_MAX} members")
        self._stream = zlib.decompressobj(window)
        self._members = 1
        self._held = b""  # half of what may begin a member
        self._over = False

    @classmethod
    def of(cls, host: str, encoding: str, begins: bytes) -> Self | None:
        """The decompressor by the header and the first bytes; None when the body is not packed.

        gzip is what begins as gzip does, said or not, and a text is none. Names of what is no packing
        (``aws-chunked``, ``UTF-8``) say nothing. ``deflate`` comes with the header of zlib or, from old servers,
        without.
        """
        names = {name.strip() for name in encoding.lower().split(",")[:NAMES_MAX]}
        unasked = names & _UNASKED
        if begins[:SIGN] == _GZIP:
            return cls(host, zlib.MAX_WBITS | 16)
        if _TEXT.match(begins):
            return None
        if unasked:
            raise UnaskedPacking(f"{host}: packed its answer as {min(unasked)}, which was not asked for")
        if not names & {"gzip", "x-gzip", "deflate"}:
            return None
        has_head = begins[0] & 15 == zlib.DEFLATED and int.from_bytes(begins[:2]) % 31 == 0
        is_bare = "deflate" in names and not has_head
        return cls(host, -zlib.MAX_WBITS if is_bare else zlib.MAX_WBITS | 32)

    def unpack(self, chunk: bytes, most: int) -> bytes:
        """At most so many bytes of what the chunk holds."""
        pieces: list[bytes] = []
        while chunk and most > 0 and (not self._stream.eof or self._begins_member(chunk)):
            try:
                pieces.append(self._stream.decompress(self._held + chunk, most))
            except zlib.error as problem:
                raise self._broken from problem
            self._held = b""
            most -= len(pieces[-1])
            chunk = self._stream.unused_data
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _begins_member(self, chunk: bytes) -> bool:
        """Whether the chunk goes on with another member, which is begun then."""
        start = (self._held + chunk)[: len(_MEMBER)]
        if self._over or start != _MEMBER:
            self._held = start if start == _MEMBER[:1] else b""
            self._over = self._over or not self._held
            return False
        if self._members == MEMBERS_MAX:
            raise self._too_many
        self._members += 1
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    @property
    def is_whole(self) -> bool:
        """Whether all of it came."""
        return self._stream.eof

    def check_whole(self) -> None:
        """Half a page is none: its posts would be taken for all there are."""
        if not self.is_whole:
            raise self._broken
