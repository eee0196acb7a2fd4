"""Bodies of answers: read in pieces, unpacked, and never longer than allowed."""

from __future__ import annotations

import zlib
from typing import Self

import httpx

from bot.core.errors import SourceChanged, SourceError, SourceTooLarge

ERROR_BODY_MAX = 64_000
"""Enough of a refusal's body to read its error code."""
MEMBERS_MAX = 1_000
"""Of a packed body. Each costs work, and needs only 20 bytes to hold nothing."""

_MEMBER = b"\x1f\x8b"


async def read_error_body(host: str, response: httpx.Response) -> bytes:
    """As much of a refusal as is small and readable; the status has said what matters."""
    try:
        return await read_body(host, response, ERROR_BODY_MAX)
    except SourceError:
        return b""


async def read_body(host: str, response: httpx.Response, limit: int) -> bytes:
    """The body, unpacked in pieces that never exceed what is still allowed: a bomb costs no memory.

    ``limit`` is in bytes, both as sent and after unpacking: a packed body may also be long and hold nothing.
    Raises ``SourceTooLarge``, and ``SourceChanged`` where it cannot be unpacked; both name the ``host``.
    """
    too_large = SourceTooLarge(f"{host}: the answer is larger than {limit} bytes")
    if int(response.headers.get("content-length", "0")) > limit:
        raise too_large
    packed = _Packed.by_header(host, response.headers.get("content-encoding", ""))
    pieces: list[bytes] = []
    sent, room = 0, limit
    async for chunk in response.aiter_raw():
        sent += len(chunk)
        piece = packed.unpack(chunk, room + 1) if packed else chunk
        room -= len(piece)
        if room < 0 or sent > limit:
            raise too_large
        pieces.append(piece)
    if packed and sent:
        packed.check_whole()
    return b"".join(pieces)


class _Packed:
    """A packed body, unpacked a chunk at a time. Raises ``SourceChanged`` where it is broken or cut.

    It may be several members of gzip, one after the other (RFC 1952, 2.2); what follows and is none is padding.
    """

    def __init__(self, host: str) -> None:
        self._broken = SourceChanged(f"{host}: the packed answer is broken")
        self._too_many = SourceChanged(f"{host}: packed its answer in more than {MEMBERS_MAX} members")
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)  # reads both the gzip and the zlib header
        self._members = 1
        self._held = b""  # half of what may begin a member
        self._over = False

    @classmethod
    def by_header(cls, host: str, encoding: str) -> Self | None:
        """None when the body is not packed."""
        name = encoding.strip().lower()
        if name in {"", "identity"}:
            return None
        if name not in {"gzip", "x-gzip", "deflate"}:
            raise SourceChanged(f"{host}: packed its answer as {name[:20]}, which was not asked for")
        return cls(host)

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

    def check_whole(self) -> None:
        """Half a page is none: its posts would be taken for all there are."""
        if not self._stream.eof:
            raise self._broken
