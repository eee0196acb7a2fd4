"""A pooler in front of a PostgreSQL server, as PgBouncer 1.21 and newer: prepared statements follow a client.

Its protocol is the server's: https://www.postgresql.org/docs/current/protocol-message-formats.html.
As every pooler it tells a client a process id of its own, and answers for the server while a client logs in.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres_server import Server

_SOCKET = ".s.PGSQL.5432"
_ENDS_A_REQUEST = b"QSFX"
"""Query, Sync, CopyFail, Terminate: the messages after which a client waits for an answer."""
_Message = tuple[bytes, bytes]


@dataclass(slots=True)
class Pooler:
    """A running pooler.

    ``by_transaction``: whether a client gives its server session back after each transaction.
    """

    url: str
    server: Server
    by_transaction: bool = True
    newest_first: bool = True
    """Whether the session that was given back last is given out first, as PgBouncer does by default."""
    _free: list[_Backend] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_open: bool = True

    def take(self, startup: bytes) -> _Backend:
        """A server session that no client has, opened where there is none."""
        with self._lock:
            if self._free:
                return self._free.pop(-1 if self.newest_first else 0)
        return _Backend(self.server, startup)

    def give_back(self, backend: _Backend) -> None:
        """Let other clients have a server session, as it is."""
        with self._lock:
            if self._is_open:
                self._free.append(backend)
                return
        backend.stream.close()

    def close(self) -> None:
        """End the server sessions that no client has, and those that are given back."""
        with self._lock:
            self._is_open = False
            for backend in self._free:
                backend.stream.close()


class _Stream:
    """Messages over a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")

    def startup(self) -> bytes:
        """The first message of a client, which has no type. Raises ``EOFError``."""
        return self._exactly(struct.unpack("!I", self._exactly(4))[0] - 4)

    def read(self) -> _Message:
        """Type and content of the next message. Raises ``EOFError``."""
        kind = self._exactly(1)
        return kind, self._exactly(struct.unpack("!I", self._exactly(4))[0] - 4)

    def write(self, *messages: _Message) -> None:
        """Send messages."""
        self._connection.sendall(
            b"".join(kind + struct.pack("!I", len(text) + 4) + text for kind, text in messages)
        )

    def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(raw)

    def close(self) -> None:
        """End the connection, and whoever waits for it."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._file.close()
        self._connection.close()

    def _exactly(self, count: int) -> bytes:
        read = self._file.read(count)
        if len(read) < count:
            raise EOFError
        return read


class _Backend:
    """A session of the server. ``welcome``: its parameters; ``known``: names of its prepared statements."""

    def __init__(self, server: Server, startup: bytes) -> None:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(server.folder / _SOCKET))
        self.stream = _Stream(connection)
        self.stream.send(struct.pack("!I", len(startup) + 4) + startup)
        self.known: set[bytes] = set()
        self.welcome: list[_Message] = []
        while (message := self.stream.read())[0] != b"Z":
            if message[0] in b"RS":
                self.welcome.append(message)


class _Client:
    """One client: its requests go to the server session that it has, or is given for the next transaction."""

    def __init__(self, pooler: Pooler, connection: socket.socket) -> None:
        self._pooler = pooler
        self._stream = _Stream(connection)
        self._name = secrets.token_hex(4).encode()
        self._prepared: dict[bytes, bytes] = {}
        self._backend: _Backend | None = None

    def serve(self) -> None:
        """Answer until the client leaves."""
        with suppress(EOFError, OSError):
            startup = self._stream.startup()
            backend = self._pooler.take(startup)
            key = (b"K", secrets.token_bytes(8))
            self._stream.write(*backend.welcome, key, (b"Z", b"I"))
            self._pooler.give_back(backend)
            while self._request(startup):
                pass
        self._stream.close()
        if self._backend is not None:
            self._backend.stream.close()

    def _request(self, startup: bytes) -> bool:
        messages = [self._stream.read()]
        while messages[-1][0] not in _ENDS_A_REQUEST:
            messages.append(self._stream.read())
        if messages[-1][0] == b"X":
            return False
        backend = self._backend = self._backend or self._pooler.take(startup)
        sent, added = self._renamed(messages, backend)
        backend.stream.write(*sent)
        while (answer := backend.stream.read())[0] != b"Z":
            if answer[0] == b"1" and added:
                added -= 1
            else:
                self._stream.write(answer)
        if answer[1] == b"I" and self._pooler.by_transaction:
            self._backend = None
            self._pooler.give_back(backend)
        self._stream.write(answer)
        return True

    def _renamed(self, messages: list[_Message], backend: _Backend) -> tuple[list[_Message], int]:
        """The messages with names of this client's own, and how many statements are prepared again before them."""
        sent: list[_Message] = []
        again: list[_Message] = []
        for kind, text in messages:
            if kind == b"P":
                name, _, rest = text.partition(b"\0")
                self._prepared[name] = rest
                backend.known.add(self._name + name)
                sent.append((kind, self._name + text))
            elif kind == b"B":
                portal, name, rest = text.split(b"\0", 2)
                if self._name + name not in backend.known:
                    backend.known.add(self._name + name)
                    again.append((b"P", self._name + name + b"\0" + self._prepared[name]))
                sent.append((kind, portal + b"\0" + self._name + name + b"\0" + rest))
            else:
                sent.append((kind, text))
        return again + sent, len(again)


@contextmanager
def running_pooler(server: Server, database: str) -> Iterator[Pooler]:
    """A pooler in front of one database of a server."""
    folder = Path(tempfile.mkdtemp(prefix="pooler-"))  # the path of a socket has 107 characters at most
    pooler = Pooler(f"postgresql://kawaraban@/{database}?host={folder}", server)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / _SOCKET))
        listening.listen()
        threading.Thread(target=_accept, args=(listening, pooler), daemon=True).start()
        try:
            yield pooler
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            pooler.close()
            shutil.rmtree(folder)


def _accept(listening: socket.socket, pooler: Pooler) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_Client(pooler, connection).serve, daemon=True).start()
