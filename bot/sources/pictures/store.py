"""Previews of pictures: each fetched and made once, however many channels show it, and kept in memory for a while.

    get ─▶ kept? ─▶ under way? ─▶ slot of the host ─▶ slot ─▶ fetch ─▶ make (in a process) ─▶ kept
                                  └── tried again after a while, a few times ──┘

Who waits gets it when it is there, or nothing; the work goes on for those who ask later. A host that is slow, or
whose pictures are costly, holds up only its own; many that have not sent a picture lately hold up only each other,
for one who writes a feed may name any number of hosts. And of each other only those of the same asker (a server of
Discord): slots go round among askers, and nobody's pictures take all the room.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from bot.core.errors import AddressRefused, SourceBusy, SourceError, SourceTooCostly, SourceUnreachable
from bot.core.lazy_dataclass import dataclass
from bot.core.limits.weighted_cache import WeightedCache
from bot.sources.http.client import Http
from bot.sources.parsing.process_pool import READERS, Readers

from .fair_slots import Asker, FairSlots
from .shapes import NotAPicture, Preview, Shape, preview_of

log = logging.getLogger(__name__)

PICTURE_MAX: Final = 8_000_000
"""Bytes of a picture as its host sends it."""
TOTAL_TIMEOUT_S: Final = 10.0
KEPT_BYTES: Final = 24 * 1024 * 1024
FACES_BYTES: Final = 4 * 1024 * 1024
FAILED_BYTES: Final = 1024 * 1024
KEPT_FOR: Final = timedelta(hours=1)
FACES_KEPT_FOR: Final = timedelta(hours=12)
FAILED_FOR: Final = timedelta(minutes=10)
"""Time for which a picture that could not be had is not asked for again."""
TRIES_AFTER_S: Final = (5.0, 30.0)
"""Seconds before the second and the third try; there is no fourth."""
INTERVAL_S: Final = 0.05
"""Seconds between two requests to one host: pictures come from the caches of large ones."""
FETCHES: Final = 8
FETCHES_PER_HOST: Final = 2
WANTED_MAX: Final = 500
"""Pictures under way; what is asked for beyond is gone without."""
WANTED_PER_HOST: Final = 50
STRANGERS_SHARE: Final = 2
"""Hosts that have not sent a picture lately get one in so many of the slots, and of the pictures under way."""
PROVEN_MAX: Final = 1_000

_HEADERS: Final[Mapping[str, str]] = {"accept": "image/webp,image/png,image/jpeg,image/gif,*/*;q=0.1"}

PictureKey = tuple[str, Shape]
"""Address and use of a picture."""


@dataclass(slots=True)
class _HostQueue:
    """The fetches of one host. ``users``: pictures under way, also those that wait for another try."""

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FETCHES_PER_HOST))
    users: int = 0


class PictureStore:
    """Previews by address and use. ``http`` has the guard and the caps; ``readers`` make previews.

    ``sleep`` waits between two tries.
    """

    def __init__(
        self,
        http: Http,
        readers: Readers,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._readers = readers
        self._clock = clock
        self._sleep = sleep
        self._pictures: WeightedCache[PictureKey, Preview] = WeightedCache(KEPT_BYTES)
        self._faces: WeightedCache[PictureKey, Preview] = WeightedCache(FACES_BYTES)
        self._failed: WeightedCache[PictureKey, str] = WeightedCache(FAILED_BYTES)
        self._running: dict[PictureKey, asyncio.Task[None]] = {}
        self._askers: dict[PictureKey, set[Asker]] = {}
        """Askers of each picture under way; the first of each is charged for the room it takes."""
        self._room_of: Counter[Asker] = Counter()
        self._hosts: dict[str, _HostQueue] = {}
        self._slots = FairSlots(FETCHES)
        self._strangers = FairSlots(FETCHES // STRANGERS_SHARE)
        self._strangers_reads = FairSlots(READERS // STRANGERS_SHARE)
        self._proven: OrderedDict[str, None] = OrderedDict()
        self.fetches = 0
        """Requests since the start."""

    def ready(self, key: PictureKey) -> Preview | None:
        """The preview, if it is there."""
        return self._kept(key).get(key, self._clock())

    async def get(
        self, keys: Collection[PictureKey], wait_s: float, asker: Asker = None
    ) -> dict[PictureKey, Preview]:
        """The previews that are there within so many seconds; what is not goes on being fetched.

        0: those that are there, and nothing is asked for. Raises only on cancellation.
        """
        if wait_s > 0 and (running := self.fetch(keys, asker)):
            await asyncio.wait(running, timeout=wait_s)
        found = {key: self.ready(key) for key in keys}
        return {key: preview for key, preview in found.items() if preview is not None}

    def fetch(self, keys: Collection[PictureKey], asker: Asker = None) -> list[asyncio.Task[None]]:
        """Begin to fetch what is not there; the work on all of these that is under way now."""
        for key in keys:
            if key in self._running:
                self._askers[key].add(asker)
            elif self.ready(key) is None and self._failed.get(key, self._clock()) is None:
                self._start(key, asker)
        return [self._running[key] for key in keys if key in self._running]

    def _start(self, key: PictureKey, asker: Asker) -> None:
        host = host_of(key[0])
        if self._has_room(host, asker):
            self._hosts.setdefault(host, _HostQueue()).users += 1
            self._askers[key] = {asker}
            self._room_of[asker] += 1
            self._running[key] = asyncio.create_task(self._run(key, asker), name="picture")

    async def aclose(self) -> None:
        """End all work, and every connection and process."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.aclose()
        self._readers.close()

    def _has_room(self, host: str, asker: Asker) -> bool:
        """Whether another picture of a host may be under way. An asker leaves as much room free as it has."""
        most = WANTED_MAX if host in self._proven else WANTED_MAX // STRANGERS_SHARE
        queue = self._hosts.get(host)
        free = most - len(self._running)
        return self._room_of[asker] < free and (queue is None or queue.users < WANTED_PER_HOST)

    def _kept(self, key: PictureKey) -> WeightedCache[PictureKey, Preview]:
        return self._faces if key[1] is Shape.FACE else self._pictures

    async def _run(self, key: PictureKey, asker: Asker) -> None:
        """Try a few times; in the end it is kept, or known to have failed."""
        try:
            for pause_s in (*TRIES_AFTER_S, None):
                try:
                    preview = await self._made(key)
                except (SourceError, NotAPicture, ValueError) as error:
                    if pause_s is None or not _may_pass(error):
                        log.info("a picture of %s is left out: %s", host_of(key[0]), error)
                        break
                    await self._sleep(pause_s)
                else:
                    self._keep(key, preview)
                    return
            now = self._clock()
            self._failed.put(key, "", now=now, until=now + FAILED_FOR)
        finally:
            self._running.pop(key, None)
            self._askers.pop(key, None)
            self._room_of[asker] -= 1
            if not self._room_of[asker]:
                del self._room_of[asker]
            self._leave(host_of(key[0]))

    def _leave(self, host: str) -> None:
        queue = self._hosts[host]
        queue.users -= 1
        if not queue.users:
            del self._hosts[host]

    def _keep(self, key: PictureKey, preview: Preview) -> None:
        now = self._clock()
        kept_for = FACES_KEPT_FOR if key[1] is Shape.FACE else KEPT_FOR
        self._kept(key).put(key, preview, now=now, until=now + kept_for)

    async def _made(self, key: PictureKey) -> Preview:
        """Fetch and make it. Raises ``SourceError``, ``NotAPicture``."""
        url, shape = key
        host = host_of(url)
        async with self._turn(key):
            self.fetches += 1
            try:
                answer = await self._http.get(url, headers=_HEADERS, most=PICTURE_MAX)
                async with self._unless_proven(key, self._strangers_reads):
                    preview = await self._readers.read(host, preview_of, answer.body, shape)
            except (SourceUnreachable, SourceBusy, SourceTooCostly):
                self._proven.pop(host, None)
                raise
            self._prove(host)
            return preview

    def _prove(self, host: str) -> None:
        """The host sent a picture; of too many the one that did longest ago is forgotten."""
        self._proven[host] = None
        self._proven.move_to_end(host)
        if len(self._proven) > PROVEN_MAX:
            self._proven.popitem(last=False)

    @asynccontextmanager
    async def _turn(self, key: PictureKey) -> AsyncIterator[None]:
        """A slot of the host first: those who wait for a slow one hold nobody else's."""
        async with (
            self._hosts[host_of(key[0])].slots,
            self._unless_proven(key, self._strangers),
            self._slots.turn(self._askers[key]),
        ):
            yield

    def _unless_proven(self, key: PictureKey, slots: FairSlots) -> AbstractAsyncContextManager[object]:
        """A slot of those that hosts share which have not sent a picture lately."""
        return nullcontext() if host_of(key[0]) in self._proven else slots.turn(self._askers[key])


def host_of(url: str) -> str:
    """The host that an address names; empty where it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _may_pass(error: Exception) -> bool:
    """Whether to ask again may help."""
    if isinstance(error, AddressRefused):
        return False
    return isinstance(error, SourceUnreachable | SourceBusy)
