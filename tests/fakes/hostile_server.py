"""A server on loopback that writes the bytes it is told to, proper HTTP or not, and notes what it was asked.

    async with HostileServer() as server:
        server.answer = reply(b"[]", "application/json")
        ... Mastodon(http, base_url=server.base_url) ...
        assert server.paths == ["/api/v1/timelines/tag/…"]

``keep`` holds paths that are answered well all the same: a login has to succeed before a search can be hostile.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Final, Self

CHUNK: Final = 64 * 1024
NOTHING: Final = bytes(CHUNK)


class Client:
    """The connection of one request. ``sent`` counts the bytes that the client took."""

    def __init__(self, path: str, writer: asyncio.StreamWriter) -> None:
        self.path = path
        self.sent = 0
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Write, and wait until the client took most of it. Raises ``OSError`` when it hung up."""
        self._writer.write(data)
        await self._writer.drain()
        self.sent += len(data)


Answer = Callable[[Client], Awaitable[None]]


def raw(data: bytes) -> Answer:
    """These bytes, and the end of the connection."""

    async def answer(client: Client) -> None:
        await client.send(data)

    return answer


def head(*lines: bytes | str, status: str = "200 OK") -> bytes:
    """A status line and headers, as they are."""
    named = [line.encode() if isinstance(line, str) else line for line in lines]
    return b"\r\n".join([f"HTTP/1.1 {status}".encode(), *named, b"connection: close", b"", b""])


def reply(body: bytes, kind: str = "text/html", *more: bytes | str, status: str = "200 OK") -> Answer:
    """A proper answer."""
    lines = [f"content-type: {kind}"] if kind else []
    return raw(head(*lines, f"content-length: {len(body)}", *more, status=status) + body)


def chunked(*chunks: bytes) -> bytes:
    """The chunks of a body, without its end."""
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


def pouring(start: bytes, piece: bytes, total: int) -> Answer:
    """``start``, then ``piece`` over and over until ``total`` bytes are sent or the client hangs up."""

    async def answer(client: Client) -> None:
        await client.send(start)
        while client.sent < total:
            await client.send(piece)

    return answer


def dripping(pieces: Iterable[bytes], apart_s: float = 0.01) -> Answer:
    """A piece now and then, so that the connection is never idle; then silence."""

    async def answer(client: Client) -> None:
        for piece in pieces:
            await client.send(piece)
            await asyncio.sleep(apart_s)
        await asyncio.Event().wait()

    return answer


class HostileServer:
    """See the module. ``clients`` are the requests that were not kept, oldest first."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.answer: Answer = raw(b"")
        self.keep: dict[str, Answer] = {}
        self.clients: list[Client] = []
        self.paths: list[str] = []
        self.base_url = ""
        self.port = 0
        self._host = host
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def sent(self) -> int:
        """The bytes that clients took of hostile answers."""
        return sum(client.sent for client in self.clients)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.base_url = f"http://{self._host}:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                client = Client(await _path(reader), writer)
                await self._answer(client)
        finally:
            writer.close()

    async def _answer(self, client: Client) -> None:
        self.paths.append(client.path)
        kept = self.keep.get(client.path)
        if kept is None:
            self.clients.append(client)
        await (kept or self.answer)(client)


async def _path(reader: asyncio.StreamReader) -> str:
    """Read a request to its end; give its path without the query."""
    asked = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next((line[15:] for line in asked.lower().split("\r\n") if line.startswith("content-length:")), "0")
    await reader.readexactly(int(length))
    return asked.split(" ", 2)[1].partition("?")[0]
