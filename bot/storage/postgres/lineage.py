"""The line of a server's history: one cluster between two promotions.

    a standby is promoted       the same cluster, the next timeline
    a copy of the files from    a promotion as well, at the end of the recovery
    another time is recovered
    a dump goes elsewhere       another cluster

A database remembers on which line it was written to last. On another one it may lack the last commits: a standby
that replicates asynchronously is behind. What was sent by them is unknown there, so the channels' histories are
read before anything is sent, as after a restore. Timelines:
https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES.

A server that was the primary before a promotion and takes writes again is on an earlier timeline. Its commits are
nobody's: it is refused as soon as this process has seen a later one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from bot.core.lazy_dataclass import dataclass
from bot.storage.sql.database import Tx
from bot.storage.sql.outbox.restores import record_restore

log = logging.getLogger(__name__)

_LINE: Final = """
SELECT (SELECT system_identifier FROM pg_control_system()),
  CASE WHEN pg_is_in_recovery() THEN NULL ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END
"""
_NOTED: Final = """
SELECT to_jsonb(v) ->> 'line' AS line, jsonb_exists(to_jsonb(v), 'line') AS is_kept FROM kawaraban_version v
"""
# Whoever comes second waits for the first, and changes no row.
_NOTE: Final = "UPDATE kawaraban_version SET line = ?1 WHERE line IS DISTINCT FROM ?1"
_PORT: Final = 5432
"""Port of a URL that names none."""
_LISTS: Final = ("host", "hostaddr", "port")
"""Parameters of libpq with a value for each host."""


Host = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ServerLine:
    """A cluster, by its system identifier, and its timeline."""

    system: int
    timeline: int

    def __str__(self) -> str:
        """The form in which a database remembers it."""
        return f"{self.system}/{self.timeline}"


class SeenLines:
    """The newest timeline of each cluster that this process was connected to. Of any thread.

    ``answered``: host and port of the server that answered last. Of several hosts it is asked first: one that is
    switched off lets each connection wait for seconds.
    """

    def __init__(self) -> None:
        self.answered: Host | None = None
        self._newest: dict[int, int] = {}
        self._lock = threading.Lock()

    @property
    def is_empty(self) -> bool:
        """Whether this process was connected to none yet."""
        return not self._newest

    def see(self, line: ServerLine) -> bool:
        """Whether no later timeline of its cluster was seen before."""
        with self._lock:
            newest = self._newest[line.system] = max(line.timeline, self._newest.get(line.system, 0))
        return newest == line.timeline


SEEN: Final = SeenLines()


class LeftBehind(psycopg.OperationalError):
    """The connection leads to a server whose place another one took."""

    def __init__(self) -> None:
        super().__init__("the connection leads to a server whose place another one took")


def line_of(connection: psycopg.Connection[Any]) -> ServerLine | None:
    """The line that a connection writes to.

    None on a standby, and on a server that does not tell it: services that keep no log of their own refuse the
    functions.
    """
    try:
        [(system, timeline)] = connection.execute(_LINE).fetchall()
    except psycopg.Error:
        if connection.closed:
            raise
        return None
    return None if timeline is None else ServerLine(int(system), int(timeline, 16))


def host_of(connection: psycopg.Connection[Any]) -> Host:
    """Host and port of a connection, as its parameters name them."""
    return connection.info.host, connection.info.port


def each_first(parameters: Mapping[str, Any], answered: Host | None = None) -> Iterator[dict[str, Any]]:
    """The parameters of libpq, with each of the hosts in the first place once; first that which ``answered``."""
    lists = {name: str(parameters[name]).split(",") for name in _LISTS if parameters.get(name)}
    hosts = max((len(lists[name]) for name in ("host", "hostaddr") if name in lists), default=1)
    for first in sorted(range(hosts), key=lambda place: _host_at(place, lists) != answered):
        turned = {
            name: ",".join(values[first:] + values[:first])
            for name, values in lists.items()
            if len(values) == hosts  # one port serves all hosts
        }
        yield {**parameters, **turned}


def _host_at(place: int, lists: Mapping[str, list[str]]) -> Host:
    names, ports = lists.get("host", lists.get("hostaddr", [""])), lists.get("port", [""])
    return names[min(place, len(names) - 1)], int(ports[min(place, len(ports) - 1)] or _PORT)


def see_all(parameters: Mapping[str, Any], seen: SeenLines = SEEN) -> None:
    """Look at each of several hosts, so that one that was left behind is known before the first connection.

    Only in a process that was connected to none yet. A host that does not answer, or takes no writes, is left out.
    """
    orders = list(each_first(parameters))
    if len(orders) < 2 or not seen.is_empty:
        return
    for order in orders:
        alone = {name: str(order[name]).partition(",")[0] for name in _LISTS if order.get(name)}
        try:
            with psycopg.connect(**{**order, **alone, "connect_timeout": 2}, autocommit=True) as connection:
                line = line_of(connection)
                answered = host_of(connection)
        except psycopg.Error:
            continue
        if line is None or seen.see(line):
            seen.answered = answered


def note_line(tx: Tx, line: ServerLine) -> None:
    """Remember the line in the transaction of its first write; on another one than before, record a restore."""
    row = tx.execute(_NOTED).fetchone()
    if row is None or not row["is_kept"] or row["line"] == str(line):
        return
    changed = tx.execute(_NOTE, (str(line),)).rowcount
    if row["line"] is None or not changed:
        return
    note = record_restore(tx, datetime.now(UTC))
    log.warning(
        "the database is on another server than before, or a standby took the server's place. Commits since %s "
        "may be missing: the channels' histories are read before anything is sent to them",
        f"{note.copied_at:%Y-%m-%d %H:%M:%S}",
    )
