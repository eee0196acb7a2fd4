"""Reports of the processes that run beside each other over one database."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from bot.core.processes import ProcessReport
from bot.core.roles import Role, Shards
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import from_us, json_list, to_us

_REPORT: Final = """
INSERT INTO processes (holder, name, roles, shards, shard_count, started_at, seen_at, ahead_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (holder) DO UPDATE SET seen_at = excluded.seen_at, ahead_us = excluded.ahead_us
"""
_LEAVE: Final = "DELETE FROM processes WHERE holder = ?"
_LISTED: Final = """
SELECT p.holder, p.name, p.roles, p.shards, p.shard_count, p.started_at, p.seen_at, p.ahead_us,
  EXISTS (SELECT 1 FROM leaders l WHERE l.role = 'sender' AND l.holder = p.holder) AS is_active
FROM processes p ORDER BY p.holder
"""
_IDS: Final = msgspec.json.Decoder(tuple[int, ...])
_MICROSECOND: Final = timedelta(microseconds=1)


class ProcessStore(Store):
    """Reports of processes."""

    async def report(self, process: ProcessReport) -> None:
        """Write a process's report; ``seen_at`` and ``ahead`` replace those of its last one."""
        values = (
            *(process.holder, process.name, ",".join(process.roles), json_list(process.shards.ids)),
            *(process.shards.count, to_us(process.started_at), to_us(process.seen_at)),
            None if process.ahead is None else process.ahead // _MICROSECOND,
        )

        def work(tx: Tx) -> None:
            tx.execute(_REPORT, values)

        # Beside other writes: one row, which only its own process changes.
        await self._database.write(work, durable=False, alone=False)

    async def leave(self, holder: str) -> None:
        """Delete the report of a process that stops."""

        def work(tx: Tx) -> None:
            tx.execute(_LEAVE, (holder,))

        await self._database.write(work, durable=False)

    async def listed(self) -> list[ProcessReport]:
        """The last report of each process that did not stop by itself."""
        return await self._database.read(lambda tx: [_report_from(row) for row in tx.execute(_LISTED)])


def _report_from(row: Row) -> ProcessReport:
    return ProcessReport(
        holder=row["holder"],
        name=row["name"],
        roles=tuple(Role(role) for role in row["roles"].split(",")),
        shards=Shards(_IDS.decode(row["shards"]), row["shard_count"]),
        started_at=from_us(row["started_at"]),
        seen_at=from_us(row["seen_at"]),
        ahead=None if row["ahead_us"] is None else row["ahead_us"] * _MICROSECOND,
        is_active=bool(row["is_active"]),
    )
