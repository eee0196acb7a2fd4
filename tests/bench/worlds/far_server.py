"""A network between pollers and a PostgreSQL server, in a process of its own: each direction takes some time.

Forwards a unix socket: ``python -m tests.bench.worlds.far_server SERVER FOLDER DELAY_S`` listens in FOLDER and
prints it, until its input ends. SERVER: the folder of the server's socket.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
_CHUNK = 65_536


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """Write what comes, each piece ``delay_s`` after it came: pieces on the way do not wait for each other."""
    loop = asyncio.get_running_loop()
    while data := await reader.read(_CHUNK):
        loop.call_later(delay_s, writer.write, data)
    loop.call_later(delay_s, writer.close)


async def serve(server: Path, folder: Path, delay_s: float) -> None:
    """Serve until standard input ends."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(server / SOCKET)
        await asyncio.gather(_forward(reader, back, delay_s), _forward(there, writer, delay_s))

    listening = await asyncio.start_unix_server(connected, folder / SOCKET)
    sys.stdout.write(f"{folder}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    listening.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
