"""CPU of a PostgreSQL server under measurement."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tests.postgres_server import Server


def server_cpu_s(server: Server) -> float:
    """Seconds of CPU of the server's processes that live now."""
    ticks = 0
    for process in server.process_ids():
        with suppress(FileNotFoundError):  # it has ended meanwhile
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
