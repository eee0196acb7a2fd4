"""A pooler between this process and the server: whether it leaves each connection its session.

    one connection          asks for its session's process id
    another one             begins a transaction: a pooler by transactions takes the first one's session for it
    the first one again     must find its session unchanged

A newer PgBouncer lets prepared statements follow a client, so that nothing fails where locks, LISTEN and settings
are lost. A pooler is recognised by the process id that it tells a client: not that of the session.
"""

from __future__ import annotations

from contextlib import closing
from typing import Final

import psycopg

from bot.core.errors import ServerProblem, ServerUnusable

from .session import Session

_SESSION: Final = "SELECT pg_backend_pid() AS process"


def refuse_shared_sessions(url: str, session: Session) -> None:
    """Raise ``ServerUnusable`` where the connection of ``session`` is given another session for each transaction.

    Opens a second connection only where there is a pooler. Raises ``psycopg.Error`` where the server fails.
    """
    own = _process_of(session)
    if own == session.told_process:
        return
    with closing(Session(url)) as other:
        other.connect()
        try:
            other.command("BEGIN")
        except psycopg.OperationalError as error:
            if not other.is_lost:
                raise
            raise ServerUnusable(ServerProblem.POOLER) from error  # one by statements knows no transactions
        if _process_of(other) == own or _process_of(session) != own:
            raise ServerUnusable(ServerProblem.POOLER)
        other.roll_back()


def _process_of(session: Session) -> int:
    (process,) = session.execute(_SESSION).fetchone()
    return int(process)
