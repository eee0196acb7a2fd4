"""Checks of a PostgreSQL server: version, encoding, clock, latency, connections."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import psycopg

from bot.core.errors import ServerProblem, ServerUnusable
from bot.storage.server_facts import ServerFacts

from .errors import why_unusable
from .lineage import see_all
from .pooling import refuse_shared_sessions
from .session import Session, connection_parameters

OLDEST: Final = 14
"""Major version of the oldest server that PostgreSQL maintains (https://www.postgresql.org/support/versioning/)."""
CLOCK_TOLERANCE_S: Final = 5.0
"""Seconds that the clocks of this machine and of the server may differ by. Times of all processes are compared;
the shortest lease is 30 seconds (``bot.core.leases``)."""
_FIT: Final = """
SELECT CAST(current_setting('server_version_num') AS BIGINT) AS number,
  current_setting('server_encoding') AS encoding
"""
_CLOCK: Final = "SELECT extract(epoch FROM clock_timestamp()) AS seconds"
_FACTS: Final = """
SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
  CAST(current_setting('max_connections') AS BIGINT) AS most,
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
  (SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename = current_user
    AND query_start < clock_timestamp() - make_interval(secs => CAST(? AS DOUBLE PRECISION))) AS unconfirmed
"""
_MEASURED: Final = 5
_UNCONFIRMED_S: Final = 5.0


@contextmanager
def checked_session(url: str) -> Iterator[Session]:
    """A session on a server that Kawaraban can use, closed at the end. Raises ``ServerUnusable``."""
    session = Session(url)
    see_all(connection_parameters(url))
    try:
        session.connect()
        _refuse_unfit(session)
        refuse_shared_sessions(url, session)
        yield session
    except psycopg.Error as error:
        raise why_unusable(error) from error
    finally:
        session.close()


def server_facts(url: str, *, unconfirmed_s: float = _UNCONFIRMED_S) -> ServerFacts:
    """Properties of the server. Raises ``ServerUnusable``.

    ``unconfirmed_s``: time after which a commit that waits for a standby counts.
    """
    with checked_session(url) as session:
        row = session.execute(_FACTS, (unconfirmed_s,)).fetchone()
        clocks = [_clock(session) for _ in range(_MEASURED)]
    latency, ahead = min(clocks)
    return ServerFacts(
        version=str(row["version"]).partition(" ")[0],
        encoding=row["encoding"],
        latency=timedelta(seconds=latency),
        ahead=timedelta(seconds=ahead),
        connections=row["used"],
        max_connections=row["most"],
        unconfirmed=row["unconfirmed"],
    )


def one_row(session: Session, sql: str) -> Any:
    """The row of a statement that returns one."""
    return session.execute(sql).fetchone()


def _refuse_unfit(session: Session) -> None:
    number, encoding = one_row(session, _FIT)
    if number < OLDEST * 10_000:
        raise ServerUnusable(ServerProblem.TOO_OLD, version=number // 10_000, oldest=OLDEST)
    if encoding != "UTF8":
        raise ServerUnusable(ServerProblem.ENCODING, encoding=encoding)
    _, ahead = min(_clock(session) for _ in range(2))
    if abs(ahead) > CLOCK_TOLERANCE_S:
        raise ServerUnusable(ServerProblem.CLOCK, seconds=round(abs(ahead)))


def _clock(session: Session) -> tuple[float, float]:
    """Seconds that the answer took, and seconds that the server's clock is ahead of this machine's."""
    sent, begun = time.time(), time.perf_counter()
    (seconds,) = one_row(session, _CLOCK)
    took = time.perf_counter() - begun
    return took, float(seconds) - (sent + took / 2)
