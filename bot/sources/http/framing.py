"""Connections on which what surrounds an answer is bounded: what is around a body counts as what is in it.

aiohttp bounds a head and a line, but not how many heads (1xx) come before the answer, nor what chunks cost beside
their content: of a body of 5 MB in chunks of a byte 30 MB come, and an extension of a chunk may be of any length.
All of it is parsed in the event loop for as long as somebody sends (measured: a CPU, for each host that does).
Heads are mended before they are parsed, and what comes after a body of a known length is nobody's.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Final, cast

from aiohttp import ClientPayloadError, TCPConnector
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader

from .heads import end_of_head, may_begin_head, mended_head

AROUND_MAX: Final = 512 * 1024
"""Bytes beside the body: heads, and lines between chunks. Of 5 MB in chunks of 100 bytes it is 350 KB."""
INTERIM_MAX: Final = 20
"""Answers before the answer (1xx); a server has use for one or two."""
PIECE: Final = 16 * 1024
"""Bytes that are parsed before anybody counts."""


class BoundedAnswer(ResponseHandler):
    """aiohttp's end of a connection, which closes it where the server sends too much beside an answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._came = 0
        self._interim = 0
        self._body: StreamReader | None = None
        self._head: bytearray | None = bytearray()  # None once it is over
        self._left: int | None = None  # bytes of the body that are to come

    def set_response_params(self, **params: Any) -> None:
        """A new question: its answer is counted from here."""
        self._came, self._interim, self._body = 0, 0, None
        self._head, self._left = bytearray(), None
        super().set_response_params(**params)

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """A head was parsed."""
        message, self._body = data
        if 100 <= message.code < 200 and message.code != 101:
            self._interim += 1
            if self._interim > INTERIM_MAX:
                return  # nobody need take out of the queue what is refused as soon as this piece is parsed
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        """Parse a piece, and count; no more of them once it is too much.

        A long body has hundreds of pieces: for those within it nothing but the count is called.
        """
        for start in range(0, max(len(data), 1), PIECE):
            piece = data[start : start + PIECE]
            self._came += len(piece)
            if self._head is not None or (self._left is not None and len(piece) > self._left):
                piece = self._in_proper_form(piece)
            elif self._left is not None:
                self._left -= len(piece)
            super().data_received(piece)
            if self._is_too_much():
                self._refuse()
                return
            if self.exception() is not None:
                return

    def _in_proper_form(self, piece: bytes) -> bytes:
        """A piece of an answer as it is parsed: of a head nothing before its end, and then that mended."""
        proper = b""
        while self._head is not None:
            searched = max(0, len(self._head) - 3)
            self._head += piece
            end = end_of_head(self._head, searched)
            if end is None and may_begin_head(self._head):
                return proper
            written, piece = bytes(self._head[:end]), bytes(self._head[end:]) if end is not None else b""
            head = mended_head(written) if end is not None else None
            proper += written if head is None else head.written
            is_interim = head is not None and head.is_interim
            self._head = bytearray() if is_interim else None
            self._left = None if head is None else head.length
        return proper + self._of_the_body(piece)

    def _of_the_body(self, piece: bytes) -> bytes:
        """A piece of the body, without what comes after its length."""
        if self._left is None:
            return piece
        if len(piece) > self._left:
            self.force_close()
            piece = piece[: self._left]
        self._left -= len(piece)
        return piece

    def _is_too_much(self) -> bool:
        body = self._body.total_bytes if self._body is not None else 0
        return self._interim > INTERIM_MAX or self._came - body > AROUND_MAX

    def _refuse(self) -> None:
        error = ClientPayloadError("sends too much beside its answer")
        if self._body is not None and not self._body.is_eof():
            self._body.set_exception(error)
        self.set_exception(error)
        if self.transport is not None:
            self.transport.close()


class BoundedConnector(TCPConnector):
    """Makes such connections. aiohttp has no public way to: tests/sources/http/test_framing.py checks it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        loop = asyncio.get_running_loop()
        self._factory = cast("partial[ResponseHandler]", partial(BoundedAnswer, loop=loop))
