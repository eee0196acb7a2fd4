"""Limits fetches for people's questions by their own slots, shared by server and by host.

A server whose questions take long holds back its own, and a machine that answers late, whatever its names, those
to itself (``bot.core.limits.fair_share``). Nobody waits longer than twice ``ANSWER_WITHIN_S``: Discord would take
an answer for 15 minutes, a person does not wait that long.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import Final, TypeVar
from urllib.parse import urlsplit

from bot.admission import Gate
from bot.core.errors import SourceBusy, SourceUnreachable
from bot.core.limits.fair_share import Requester
from bot.core.models import EVERYWHERE, SourceName, Viewer

from .host_turns import HostTurns, NoTurns

T = TypeVar("T")

SLOTS: Final = 64
ANSWER_WITHIN_S: Final = 12.0
"""Seconds to wait for a slot, and again for the answer: many times what a slow but honest site takes."""


class Lookups:
    """Slots of people's questions.

    ``address_group_of``: the address group behind a host's name, as far as it is known. ``turns``: of this process
    among those that answer people.
    """

    def __init__(
        self,
        address_group_of: Callable[[str], str | None] = lambda _: None,
        *,
        slots: int = SLOTS,
        answer_within_s: float = ANSWER_WITHIN_S,
        turns: HostTurns | None = None,
    ) -> None:
        self._turns = turns or NoTurns()
        self._address_group_of = address_group_of
        self._answer_within_s = answer_within_s
        self._servers = Gate(slots)
        # More than slow and new servers have together, so that even new hosts find room beside theirs.
        self._hosts = Gate(4 * slots)

    @asynccontextmanager
    async def of(self, viewer: Viewer) -> AsyncIterator[None]:
        """Count as one of the questions of a server; in a direct message, of a person. Raises ``SourceBusy``."""
        asker: Hashable = viewer.guild_id if viewer.guild_id != EVERYWHERE else ("person", viewer.user_id)
        async with self._slot_in(self._servers, Requester(asker)):
            yield

    async def fetch(self, source: SourceName, target: str | None, fetch: Callable[[], Awaitable[T]]) -> T:
        """Run ``fetch`` in a slot of its host.

        Raises ``SourceBusy`` and ``SourceUnreachable`` when it takes too long.
        """
        async with self._slot_in(self._hosts, self._requester(source, target)), self._turns.hold(source, target):
            try:
                async with asyncio.timeout(self._answer_within_s):
                    return await fetch()
            except TimeoutError:
                raise SourceUnreachable(f"no answer within {self._answer_within_s:g} s") from None

    def _requester(self, source: SourceName, target: str | None) -> Requester:
        """People choose the hosts of addresses; the others are the operator's."""
        try:
            host = urlsplit(target or "").netloc.lower().rpartition("@")[2]
        except ValueError:
            host = ""
        if not source.traits.asked_by_address or not host:
            return Requester((source, host), is_trusted=True)
        return Requester((source, host), self._address_group_of(host))

    @asynccontextmanager
    async def _slot_in(self, gate: Gate, requester: Requester) -> AsyncIterator[None]:
        try:
            slot = await gate.enter(requester, max_wait_s=self._answer_within_s)
        except TimeoutError:
            raise SourceBusy("too many questions are under way") from None
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            yield
        finally:
            gate.leave(slot, loop.time() - began)
