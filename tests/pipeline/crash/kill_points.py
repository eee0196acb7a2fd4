"""Where a bot dies: named steps of the way of the data, and the kill that is planned there."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_type_hints

import bot.storage.sqlite.connection
from bot.delivery.discord.transport import DiscordTransport
from bot.delivery.transport import Sent
from bot.storage.sqlite.connection import SqliteDatabase
from bot.storage.stores import Storage


@dataclass(frozen=True)
class Point:
    """Where to die: before or after a call, or in its transaction, before a statement that contains ``sql``.

    ``name``: a method of the storage as ``store.method``, or of Discord's transport.
    """

    when: Literal["before", "after", "in"]
    name: str
    sql: str = ""


STEPS = {
    "after the claim of a watch": Point("after", "watches.claim_due"),
    "before the commit of a poll": Point("before", "polls.commit"),
    "in the commit of a poll": Point("in", "polls.commit", "UPDATE alerts"),
    "at the COMMIT of a poll": Point("in", "polls.commit", "COMMIT"),
    "after the commit of a poll": Point("after", "polls.commit"),
    "in the sealing": Point("in", "entries.seal", "UPDATE entries"),
    "after the sealing": Point("after", "entries.seal"),
    "before the send": Point("after", "messages.begin_try"),
    "after the send, before the confirmation": Point("after", "send"),
    "in the confirmation": Point("in", "messages.confirm", "UPDATE entries"),
    "after the confirmation": Point("after", "messages.confirm"),
    "after the claim of a message": Point("after", "messages.claim"),
    "in the putting off": Point("in", "messages.retry_later"),
    "after the claim of a digest": Point("after", "editions.claim"),
    "before the commit of a digest": Point("before", "editions.commit"),
    "in the commit of a digest": Point("in", "editions.commit", "INSERT INTO entries"),
    "at the COMMIT of a digest": Point("in", "editions.commit", "COMMIT"),
    "after the commit of a digest": Point("after", "editions.commit"),
}
"""Every one of these comes when a post is new, a digest is due and Discord's first answer is lost."""
AFTER_A_PAUSE = {
    "before the reading of history": Point("before", "find"),
    "after the reading of history": Point("after", "find"),
    "at any statement": Point("in", ""),
}
AFTER_A_RESTORE = {
    "before a page of history is kept": Point("before", "restores.keep_page"),
    "in the keeping of a page": Point("in", "restores.keep_page", "INSERT INTO found_entries"),
    "after a page of history is kept": Point("after", "restores.keep_page"),
    "in the commit of a poll after a restore": Point("in", "polls.commit", "UPDATE entries SET state = 'sent'"),
}
UPGRADES = {
    "half way through a migration": Point("in", "migrate", "UPDATE messages"),
    "at any statement of a migration": Point("in", "migrate"),
}
WITH_LATE_PICTURES = {
    "before late pictures are asked for": Point("before", "edits.request_files"),
    "in the request of late pictures": Point("in", "edits.request_files", "COMMIT"),
    "after late pictures are asked for": Point("after", "edits.request_files"),
    "before the edit": Point("before", "edit"),
    "after the edit, before that is written down": Point("after", "edit"),
    "after the edit is written down": Point("after", "edits.finish"),
}
"""Every one of these comes where pictures arrive after their message, and nothing else is edited."""
POINTS = {**STEPS, **AFTER_A_PAUSE, **AFTER_A_RESTORE, **UPGRADES, **WITH_LATE_PICTURES}


@dataclass
class PlannedKill:
    """Lets a point pass so often, then kills the process, from whatever thread."""

    point: Point
    passes: int
    call: ContextVar[str] = field(default_factory=lambda: ContextVar("call", default=""))

    def strike(self) -> None:
        if self.passes <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passes -= 1

    def strike_at(self, sql: str) -> None:
        """Reading is no step: only what writes, and COMMIT."""
        if self.point.sql in sql and not sql.lstrip().startswith(("SELECT", "PRAGMA synchronous", "BEGIN")):
            self.strike()


def plant(kill: PlannedKill) -> None:
    """Wrap the step that the kill belongs to."""
    point = kill.point
    if point.name in {"send", "find", "edit"}:
        _around(DiscordTransport, point.name, kill)
    elif point.name == "migrate":
        _in_migration(kill)
    elif point.when == "in":
        _in_transactions(kill)
    else:
        _around(*_store_of(point.name), kill)


def _store_of(name: str) -> tuple[type, str]:
    """The class and the method that ``store.method`` names."""
    store, _, method = name.partition(".")
    return get_type_hints(Storage)[store], method


def _around(owner: type, method: str, kill: PlannedKill) -> None:
    """Burn before a method is called, or after it did something."""
    point = kill.point
    whole: Callable[..., Awaitable[Any]] = getattr(owner, method)

    async def wrapped(*args: Any, **options: Any) -> Any:
        if point.when == "before":
            kill.strike()
        result = await whole(*args, **options)
        if point.when == "after" and (isinstance(result, Sent) or point.name != "send") and result != []:
            kill.strike()
        return result

    setattr(owner, method, wrapped)


def _in_transactions(kill: PlannedKill) -> None:
    """Burn at each statement that writes, of one method's transactions or (no name) of all."""
    name = kill.point.name
    if name:
        _note_the_call(kill, name)
    write = SqliteDatabase.write

    async def traced_write(self: SqliteDatabase, work: Any, *, durable: bool = True, alone: bool = True) -> Any:
        strikes = kill.call.get() == name

        def traced(connection: sqlite3.Connection) -> Any:
            connection.set_trace_callback(kill.strike_at if strikes else None)
            return work(connection)

        return await write(self, traced, durable=durable, alone=alone)

    replace_in(SqliteDatabase, "write", traced_write)


def _note_the_call(kill: PlannedKill, name: str) -> None:
    owner, method = _store_of(name)
    whole: Callable[..., Awaitable[Any]] = getattr(owner, method)

    async def noted(*args: Any, **options: Any) -> Any:
        token = kill.call.set(name)
        try:
            return await whole(*args, **options)
        finally:
            kill.call.reset(token)

    replace_in(owner, method, noted)


def _in_migration(kill: PlannedKill) -> None:
    """Burn at each statement of the migration, and when the copy of the file gets its name."""
    migrate, replace = vars(bot.storage.sqlite.connection)["migrate"], Path.replace

    def traced(connection: sqlite3.Connection, *args: Any) -> None:
        connection.set_trace_callback(kill.strike_at)
        migrate(connection, *args)
        connection.set_trace_callback(None)

    def replaced(self: Path, target: Path) -> Path:
        if not kill.point.sql:
            kill.strike()
        return replace(self, target)

    replace_in(bot.storage.sqlite.connection, "migrate", traced)
    replace_in(Path, "replace", replaced)


def replace_in(owner: ModuleType | type, name: str, value: Any) -> None:
    """Set what must be there already: a renamed constant is not to pass unnoticed."""
    assert hasattr(owner, name), f"{owner.__name__} has no {name} any more"
    setattr(owner, name, value)
