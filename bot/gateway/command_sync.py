"""Syncs the bot's commands with Discord: when they changed here, and again when they were replaced there.

Discord's answer to the last sync (each command's id and version) is a note in the database. Where the list
at Discord has others, another program of the application (an older copy, a test run elsewhere) wrote over it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import aiohttp
import discord
from discord.http import HTTPClient

from bot.core.errors import DatabaseBusy
from bot.delivery.discord.odd_answers import Limited
from bot.network_errors import in_a_line
from bot.storage.sql.maintenance import MaintenanceStore

log = logging.getLogger(__name__)

SYNCED_TREE = "discord.synced_tree"
CHECK_EVERY: Final = timedelta(hours=1)
"""Interval of checks; an emptied list brings no click that would show it."""
RESTORE_AGAIN: Final = timedelta(minutes=10)
"""Between two restorations, doubled with each in a day: eight a day, of the 200 creates that Discord allows."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 3600.0
_TOO_MANY_CREATES: Final = 30034
_ASKED_AT_MOST_EVERY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Synced:
    """The last sync: of which tree, Discord's answer, and when within a day it had to be repeated."""

    digest: str
    stamps: tuple[str, ...]
    restored: tuple[float, ...] = ()
    """Unix seconds."""

    @classmethod
    def read(cls, note: str | None) -> _Synced | None:
        """The note from the database; None where there is none, or one of an older version."""
        try:
            known: Any = json.loads(note or "")
            return cls(str(known["digest"]), tuple(known["stamps"]), tuple(map(float, known["restored"])))
        except (ValueError, TypeError, KeyError):
            return None

    def write(self) -> str:
        """The note as stored."""
        return json.dumps({"digest": self.digest, "stamps": self.stamps, "restored": self.restored})


class Application(Protocol):
    """The application whose commands are synced, as its client knows it."""

    http: HTTPClient

    @property
    def application_id(self) -> int | None:
        """The id of the application; None before the login."""

    def serves_shard(self, shard_id: int) -> bool:
        """Whether a shard is one of this process's."""

    async def tree_payload(self) -> list[dict[str, Any]]:
        """The commands as they would be sent, translations included."""


class CommandSync:
    """Compares the commands with Discord's, and syncs them if something differs."""

    def __init__(self, bot: Application, maintenance: MaintenanceStore, clock: Callable[[], datetime]) -> None:
        self._bot = bot
        self._maintenance = maintenance
        self._clock = clock
        self._check_requested = asyncio.Event()
        self._ids: dict[str, str] = {}
        """Discord's id of each of our commands, by its name, as far as Discord said it."""

    def mention(self, name: str) -> str | None:
        """A command by its full name (``digest create``) as Discord draws it clickable; None without its id.

        https://discord.com/developers/docs/reference#message-formatting-formats
        """
        found = self._ids.get(name.partition(" ")[0])
        return None if found is None else f"</{name}:{found}>"

    def request_check(self) -> None:
        """Somebody used a command as it is not here: Discord's list may be another's. It is compared soon."""
        self._check_requested.set()

    async def run(self) -> None:
        """Keep it, for as long as the bot is logged in."""
        wait_s = _FIRST_WAIT_S
        while True:
            self._check_requested.clear()
            try:
                next_s = await self.check()
                wait_s = _FIRST_WAIT_S
            except (
                discord.HTTPException,
                aiohttp.ClientError,
                OSError,
                DatabaseBusy,
            ) as error:
                next_s = wait_s = _wait_after(error, wait_s)
                log.warning("commands not told to Discord, next try in %.0f s: %s", wait_s, in_a_line(error))
            except Exception:  # alerts go out without it
                next_s = _LONGEST_WAIT_S
                log.exception("the commands were not told to Discord by a fault of ours")
            await self._pause(next_s)

    async def _pause(self, seconds: float) -> None:
        """Wait until it is time, or a check is asked for, but not at once again."""
        await asyncio.sleep(min(seconds, _ASKED_AT_MOST_EVERY_S))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds - _ASKED_AT_MOST_EVERY_S)):
                await self._check_requested.wait()

    async def check(self) -> float:
        """Tell Discord of the commands where its list differs. Returns the seconds until the next comparison.

        Raises what discord.py raises, and ``DatabaseBusy``.
        """
        payload = await self._bot.tree_payload()
        digest = hashlib.blake2b(
            f"{self._bot.application_id}{json.dumps(payload, sort_keys=True)}".encode(), digest_size=16
        ).hexdigest()
        known = _Synced.read(await self._maintenance.get_note(SYNCED_TREE))
        restored = () if known is None else known.restored
        if known is not None and known.digest == digest:
            self._ids = _ids_in(known.stamps)
        if not self._bot.serves_shard(0):
            return CHECK_EVERY.total_seconds()  # the process of shard 0 tells Discord, for all
        if known is not None and known.digest == digest:
            there = await self._bot.http.get_global_commands(self._application_id())
            if stamps(there) == known.stamps:
                return CHECK_EVERY.total_seconds()
            self._ids = {}
            restored, wait_s = self._may_restore(known)
            if wait_s:
                return wait_s
            log.warning("Discord's commands are not this bot's: another program of the application wrote them")
        synced = await self._bot.http.bulk_upsert_global_commands(self._application_id(), payload=payload)
        self._ids = _ids_in(stamps(synced))
        await self._maintenance.set_note(SYNCED_TREE, _Synced(digest, stamps(synced), restored).write())
        log.info("told Discord of %d commands", len(synced))
        return CHECK_EVERY.total_seconds()

    def _may_restore(self, known: _Synced) -> tuple[tuple[float, ...], float]:
        """The restorations of the last day with this one, and how many seconds it has to wait."""
        now = self._clock().astimezone(UTC).timestamp()
        # Times to come are those of a clock that was ahead.
        recent = tuple(at for at in known.restored if now - timedelta(days=1).total_seconds() < at <= now)
        if not recent:
            return (now,), 0.0
        gap = RESTORE_AGAIN.total_seconds() * 2 ** (len(recent) - 1)
        return (*recent, now), max(0.0, recent[-1] + gap - now)

    def _application_id(self) -> int:
        if self._bot.application_id is None:
            msg = "not logged in yet"
            raise RuntimeError(msg)
        return self._bot.application_id


def synced_stamps(note: str | None) -> tuple[str, ...] | None:
    """The stamps in Discord's answer to the last sync, from the note ``SYNCED_TREE``; None without one."""
    known = _Synced.read(note)
    return None if known is None else known.stamps


def stamps(found: Iterable[Any]) -> tuple[str, ...]:
    """A stamp for each command that changes with every sync: Discord gives a changed command a new version."""
    return tuple(sorted(f"{one['id']} {one['name']} {one.get('version', '')}" for one in found))


def _ids_in(synced: Iterable[str]) -> dict[str, str]:
    """The ids by the names; of two commands of one name, a typed one and one of a menu, either."""
    parts = [stamp.split(" ") for stamp in synced]
    return {" ".join(one[1:-1]): one[0] for one in parts if len(one) >= 3}


def _wait_after(error: Exception, last_s: float) -> float:
    """Doubling from 5 s to an hour; an hour where the day's creates are spent."""
    if isinstance(error, discord.HTTPException) and error.code == _TOO_MANY_CREATES:
        return _LONGEST_WAIT_S
    if isinstance(error, Limited) and error.retry_after is not None:
        return max(error.retry_after, _FIRST_WAIT_S)
    return min(2 * last_s, _LONGEST_WAIT_S)
