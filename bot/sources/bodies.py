"""Bodies of answers: read in pieces, unpacked, and never longer than allowed."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import httpx

from bot.core.errors import SourceChanged, SourceError, SourceTooLarge

ERROR_BODY_MAX = 64_000
"""Enough of a refusal's body to read its error code."""


async def read_error_body(host: str, response: httpx.Response) -> bytes:
    """As much of a refusal as is small and readable; the status has said what matters."""
    try:
        return await read_body(host, response, ERROR_BODY_MAX)
    except SourceError:
        return b""


async def read_body(host: str, response: httpx.Response, limit: int) -> bytes:
    """The body, unpacked in pieces that never exceed what is still allowed: a bomb costs no memory.

    ``limit`` is in bytes after unpacking. Raises ``SourceTooLarge``, and ``SourceChanged`` where it cannot be
    unpacked; both name the ``host``.
    """
    too_large = SourceTooLarge(f"{host}: the answer is larger than {limit} bytes")
    if int(response.headers.get("content-length", "0")) > limit:
        raise too_large
    unpack = _unpacker(host, response.headers.get("content-encoding", ""))
    pieces: list[bytes] = []
    room = limit
    async for chunk in response.aiter_raw():
        piece = unpack(chunk, room + 1) if unpack else chunk
        room -= len(piece)
        if room < 0:
            raise too_large
        pieces.append(piece)
    return b"".join(pieces)


def _unpacker(host: str, encoding: str) -> Callable[[bytes, int], bytes] | None:
    """How to unpack a body a chunk at a time, into at most so many bytes; None when it is not packed."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return None
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise SourceChanged(f"{host}: packed its answer as {name[:20]}, which was not asked for")
    stream = zlib.decompressobj(zlib.MAX_WBITS | 32)  # reads both the gzip and the zlib header

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return stream.decompress(chunk, most)
        except zlib.error as problem:
            raise SourceChanged(f"{host}: the packed answer is broken") from problem

    return unpack
