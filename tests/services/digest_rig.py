"""Digests on the real storage and service, with a clock that a test moves: what was told, and for which times."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import app
from bot.core.models import (
    ChannelId,
    Digest,
    DigestContent,
    DigestSettings,
    GuildId,
    MessageId,
    Recurrence,
    UserId,
    Viewer,
)
from bot.services import Services
from bot.services.digests import DigestRequest, DigestService
from bot.services.input.digest import parse_schedule, parse_topics
from bot.storage.stores import Storage
from tests.conftest import START, Clock, make_settings
from tests.sqlite_file import empty_file

GUILD = GuildId(1)
CHANNEL = ChannelId(10)
WHO = UserId(7)
TICK = timedelta(minutes=10)
"""Far apart, so that a day is a short test; no digest is due more often than once an hour."""
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass
class DigestRig:
    """``service`` is the running process's; ``restart`` makes another one on the same storage.

    What is decided is sent at once, so that no later digest takes it in.
    """

    services: Services
    clock: Clock
    service: DigestService = field(init=False)
    sent: list[DigestContent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    @property
    def storage(self) -> Storage:
        return self.services.storage

    def restart(self) -> None:
        """The process ended, and another one begins: it remembers nothing."""
        self.service = self.on(self.storage)

    def on(self, storage: Storage) -> DigestService:
        """Another process's service."""
        there = self.services
        at_once = meanwhile(storage, "editions.commit", self.send)
        return app.build_services(there.settings, at_once, there.sources, clock=self.clock).digests

    async def send(self, *_: object, **__: object) -> None:
        """Send what waits, each digest in a message of its own."""
        waiting = await self.storage.entries.waiting(_NEVER, channels=10_000)
        for entry in sorted((one for entries in waiting.values() for one in entries), key=lambda one: one.id):
            message_id = MessageId(f"{entry.id:024x}")
            if await self.storage.entries.seal(message_id, [entry], self.clock(), lease_s=60) is not None:
                await self.storage.messages.confirm(message_id, entry.id, self.clock())
                assert isinstance(entry.content, DigestContent)
                self.sent.append(entry.content)

    def with_each(self, method: str, happens: Callable[..., Awaitable[object]]) -> DigestService:
        """A service for which something happens right after each call of a method, ``store.method``."""
        return self.on(meanwhile(self.storage, method, happens))

    async def create(self, ask: DigestRequest | None = None, **more: Any) -> Digest:
        made = await self.service.create(GUILD, WHO, ask or an_ask(**more))
        return made.digest

    async def run(self, until: datetime, *, every: timedelta = TICK) -> None:
        """The clock runs on, ticking; the last tick is at the end."""
        while self.clock() < until:
            self.clock.now = min(self.clock() + every, until)
            await self.service.runner.run_due()

    async def contents(self, digest: Digest) -> list[DigestContent]:
        """What was told of a digest, in the order it was decided."""
        return [one for one in self.sent if one.digest_id == digest.id]

    async def told(self, digest: Digest) -> list[datetime]:
        """The times a digest was told for, in the order it was decided."""
        return [content.period.end for content in await self.contents(digest)]


def meanwhile(storage: Storage, method: str, happens: Callable[..., Awaitable[object]]) -> Storage:
    """The storage, but after each call of a method, ``store.method``, something happens before it is answered."""
    store, _, name = method.partition(".")
    changes: Any = {store: _Meanwhile(getattr(storage, store), name, happens)}
    return replace(storage, **changes)


class _Meanwhile:
    """A store of which one method lets something happen."""

    def __init__(self, store: object, method: str, happens: Callable[..., Awaitable[object]]) -> None:
        assert hasattr(store, method)
        self._store = store
        self._method = method
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self._store, name)
        return self._and_then(whole) if name == self._method else whole

    def _and_then(self, whole: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def called(*args: Any, **options: Any) -> Any:
            answer = await whole(*args, **options)
            await self._happens(*args, **options)
            return answer

        return called


def typed_request(
    channel_id: ChannelId,
    recurrence: Recurrence,
    time: str,
    zone: str,
    language: str,
    *,
    name: str = "",
    topics: str = "",
    viewer: Viewer | None = None,
    **more: Any,
) -> DigestRequest:
    """A request for a digest as somebody typed it."""
    schedule = parse_schedule(recurrence, time, zone)
    return DigestRequest(
        DigestSettings(channel_id, name, schedule, language, parse_topics(topics), **more), viewer
    )


def an_ask(**more: Any) -> DigestRequest:
    """Every hour on the hour in UTC, of one topic, unless said."""
    plain: dict[str, Any] = {
        "channel_id": CHANNEL,
        "recurrence": Recurrence.HOURLY,
        "time": "",
        "zone": "UTC",
        "language": "ja",
        "name": "朝刊",
        "topics": "データセンター",
    }
    return typed_request(**plain | more)


@asynccontextmanager
async def open_rig(folder: Path, begin: datetime = START, **sections: dict[str, Any]) -> AsyncIterator[DigestRig]:
    """A desk at which nothing is kept yet."""
    clock = Clock(begin)
    empty_file(folder / "kawaraban.db")
    async with app.open_services(make_settings(folder, **sections), clock=clock) as services:
        yield DigestRig(services, clock)


def hours(first: datetime, last: datetime) -> list[datetime]:
    """Every full hour from ``first`` to ``last``."""
    return [first + timedelta(hours=n) for n in range(int((last - first) / timedelta(hours=1)) + 1)]
