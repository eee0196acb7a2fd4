"""Whether a session still holds its advisory locks, as the server says.

An answer alone proves nothing: a pooler may have given the connection another session, or emptied this one,
without an error (https://github.com/netbox-community/netbox/issues/23009).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from .session import Session

_HELD: Final = """
SELECT count(DISTINCT (CAST(classid AS BIGINT) << 32) + CAST(objid AS BIGINT)) AS locks,
  current_setting('transaction_read_only') AS read_only
FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid = pg_backend_pid()
  AND (CAST(classid AS BIGINT) << 32) + CAST(objid AS BIGINT) = ANY (CAST(? AS BIGINT[]))
"""


def holds(session: Session, keys: Collection[int]) -> bool:
    """Whether the session has all these locks, on a server that takes writes: a standby has locks of its own.

    Raises ``psycopg.Error`` where the server does not answer.
    """
    locks, read_only = session.execute(_HELD, (f"{{{','.join(map(str, keys))}}}",)).fetchone()
    return bool(locks == len(keys) and read_only == "off")
