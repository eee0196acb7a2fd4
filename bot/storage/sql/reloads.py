"""Requests to read the settings again, and their results, as notes that every process over the database sees."""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from bot.storage.sql.database import Store, Tx
from bot.storage.sql.maintenance import WRITE_NOTE

_REQUEST: Final = "reload.request"
_RESULT: Final = "reload.result."
_READ: Final = "SELECT value FROM notes WHERE key = ?"
_RESULTS: Final = "SELECT value FROM notes WHERE key >= ?1 AND key < ?2 ORDER BY key"
_FORGET: Final = "DELETE FROM notes WHERE key >= ?1 AND key < ?2"
_RANGE: Final = (_RESULT, f"{_RESULT[:-1]}/")
"""Keys that begin with the prefix: "/" comes after "."."""


class ReloadResult(msgspec.Struct, frozen=True):
    """Result of reading the settings again in one process. Names of settings, never values.

    ``request``: the request that it answers. ``process``: host and process id. ``error``: why everything was left
    as it was, in English and Japanese.
    """

    request: str
    process: str
    at_once: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    error: tuple[str, str] | None = None


_DECODER: Final = msgspec.json.Decoder(ReloadResult)


class ReloadStore(Store):
    """Requests to read the settings again."""

    async def request(self) -> str:
        """Ask every process; returns the request's id. Results of earlier requests are forgotten."""
        made = secrets.token_hex(8)

        def work(tx: Tx) -> None:
            tx.execute(_FORGET, _RANGE)
            tx.execute(WRITE_NOTE, (_REQUEST, made))

        await self._database.write(work)
        return made

    async def requested(self) -> str | None:
        """Id of the newest request; None where nobody asked yet."""

        def work(tx: Tx) -> str | None:
            row = tx.execute(_READ, (_REQUEST,)).fetchone()
            return None if row is None else row["value"]

        return await self._database.read(work)

    async def report(self, result: ReloadResult) -> None:
        """Answer a request for this process."""
        values = (_RESULT + self._database.holder, msgspec.json.encode(result).decode())

        def work(tx: Tx) -> None:
            tx.execute(WRITE_NOTE, values)

        await self._database.write(work, durable=False)

    async def results(self, request: str) -> list[ReloadResult]:
        """The answers to a request so far."""

        def work(tx: Tx) -> list[ReloadResult]:
            return [_DECODER.decode(row["value"]) for row in tx.execute(_RESULTS, _RANGE)]

        return [one for one in await self._database.read(work) if one.request == request]
