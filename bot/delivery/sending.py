"""One message on its way: sealed, tried, and settled by what Discord said."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.models import (
    AlertContent,
    ChannelId,
    DigestContent,
    Message,
    MessageId,
    OutboxEntry,
    PauseReason,
    Told,
    UserId,
    called,
)
from bot.storage.base import Storage

from .claims import LEASE_S, Claims
from .pacer import ChannelSpacing, Pacer, Sleep
from .patience import HORIZON, back_off_s, surely
from .transport import Absent, CannotTell, ChannelLost, Later, Refused, SendOutcome, Sent, Transport

T = TypeVar("T")

log = logging.getLogger(__name__)

NONCE_WINDOW = timedelta(minutes=3)
"""Discord remembers a nonce for "the past few minutes" (about five); within this a retry cannot double."""
EMPTY = "everything in it was taken down"


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """The operator's settings. ``catch_up_messages`` 0: no cap on a burst.

    ``mention_interval``: the least time between two mentions of one role in one channel.
    """

    catch_up_messages: int = 5
    mention_interval: timedelta = timedelta(0)


class Sender:
    """Gets messages to Discord, each once."""

    def __init__(
        self,
        storage: Storage,
        claims: Claims,
        *,
        pacer: Pacer,
        spacing: ChannelSpacing,
        policy: DeliveryPolicy,
        clock: Callable[[], datetime],
        sleep: Sleep,
    ) -> None:
        self._storage = storage
        self._claims = claims
        self._pacer = pacer
        self._spacing = spacing
        self._policy = policy
        self._clock = clock
        self._sleep = sleep

    async def seal_and_deliver(self, transport: Transport, entries: Sequence[OutboxEntry]) -> None:
        """Bind the biggest of what waits into one message; the rest is the next message's."""
        await self._spacing.wait(entries[0].channel_id)  # whoever arrives meanwhile may come along
        chosen = sorted(entries, key=_biggest_first)
        chosen = chosen[: transport.how_many_fit(chosen)]
        # A digest is alone in its message: how many alerts fit into one is not known from it.
        if not _is_digest(chosen[0]) and await self._held_back(entries, len(chosen)):
            return
        message_id = MessageId(secrets.token_hex(12))
        with self._claims.holding(message_id):
            message = await self._storage.seal(
                message_id, chosen, self._clock(), lease_s=LEASE_S, mention_interval=self._policy.mention_interval
            )
            if message is not None:
                await self._send(transport, message)

    async def _held_back(self, entries: Sequence[OutboxEntry], a_message: int) -> bool:
        """After a long silence a channel gets a bounded burst; the rest is counted in one summary line."""
        cap = self._policy.catch_up_messages * a_message
        alerts = sorted((entry for entry in entries if _is_alert(entry)), key=_biggest_first)
        if self._policy.catch_up_messages == 0 or len(alerts) <= cap:
            return False
        await self._storage.hold_back(alerts[cap:], self._clock())
        return True

    async def deliver(self, transport: Transport, message: Message) -> None:
        """Try a message again that was sealed before."""
        with self._claims.holding(message.id):
            await self._deliver(transport, message)

    async def _deliver(self, transport: Transport, message: Message) -> None:
        """Where a try may have arrived and the nonce no longer tells, or nothing is left to tell, look first."""
        must_look = message.is_empty or _nonce_may_be_forgotten(message, self._clock())
        if must_look and not await self._is_absent(transport, message):
            return
        if message.is_empty:
            await self._surely(lambda: self._storage.give_up(message.id, EMPTY, self._clock()))
            return
        await self._spacing.wait(message.channel_id)
        await self._send(transport, message)

    async def _is_absent(self, transport: Transport, message: Message) -> bool:
        """Whether history proves that an earlier try did not arrive; anything else is settled here."""
        await self._pacer.place()
        found = await transport.find(message)
        if isinstance(found, Absent):
            return True
        if isinstance(found, CannotTell):
            await self._surely(lambda: self._storage.mark_uncertain(message.id, found.error, self._clock()))
        else:
            await self._settle(transport, message, found)
        return False

    async def _send(self, transport: Transport, message: Message) -> None:
        """One try: recorded before, settled after."""
        await self._pacer.place()
        message = await self._storage.begin_try(message.id, self._clock())
        if message.is_empty:  # taken down since it was sealed: the next round finds out whether a try arrived
            await self._put_off(message, EMPTY, 0.0, everywhere=False)
            return
        await self._settle(transport, message, await transport.send(message))

    async def _settle(self, transport: Transport, message: Message, outcome: SendOutcome) -> None:
        """Write down how a try ended."""
        now = self._clock()
        match outcome:
            case Sent(discord_id):
                await self._surely(lambda: self._storage.confirm(message.id, discord_id, now))
            case Later(error, after_s, everywhere):
                await self._put_off(message, error, after_s, everywhere=everywhere)
            case ChannelLost(why, error):
                await self._surely(lambda: self._storage.give_up(message.id, error, now))
                await self._rest(transport, message.channel_id, why, error)
            case Refused(error):
                log.error("message %s given up, Discord refused it: %s", message.id, error)
                await self._surely(lambda: self._storage.give_up(message.id, error, now))

    async def _rest(self, transport: Transport, channel: ChannelId, why: PauseReason, error: str) -> None:
        """Pause what a lost channel followed; each person who subscribed is told once."""
        now = self._clock()
        paused = await self._surely(lambda: self._storage.pause_channel(channel, why, now))
        theirs: dict[UserId, list[Told]] = {}
        for one in paused:
            log.warning("paused %s in channel %s: %s", called(one), channel, error)
            theirs.setdefault(one.created_by, []).append(one)
        for resting in theirs.values():
            await transport.tell_paused(resting, why)

    async def _put_off(self, message: Message, error: str, after_s: float | None, *, everywhere: bool) -> None:
        """Try again later; past the horizon the message is given up with the last reason."""
        now = self._clock()
        if everywhere and after_s is not None:
            self._pacer.hold(after_s)
        if now - message.sealed_at > HORIZON:
            log.error("message %s given up after %s: %s", message.id, HORIZON, error)
            await self._surely(lambda: self._storage.give_up(message.id, error, now))
            return
        wait = after_s if after_s is not None else back_off_s(message.attempts)
        log.info("message %s tried again in %.1f s: %s", message.id, wait, error)
        at = now + timedelta(seconds=wait)
        await self._surely(lambda: self._storage.retry_later(message.id, at, error))

    async def _surely(self, write: Callable[[], Awaitable[T]]) -> T:
        return await surely(write, self._sleep)


def _is_alert(entry: OutboxEntry) -> bool:
    return isinstance(entry.content, AlertContent)


def _is_digest(entry: OutboxEntry) -> bool:
    return isinstance(entry.content, DigestContent)


def _biggest_first(entry: OutboxEntry) -> tuple[int, int, int]:
    """Digests first: they are few, and have a time. Then alerts, the biggest first; then the rest.

    The id keeps the order the same for equals.
    """
    content = entry.content
    if isinstance(content, DigestContent):
        return 0, 0, entry.id
    if isinstance(content, AlertContent):
        return 1, -(content.post.rp or 0), entry.id
    return 2, 0, entry.id


def _nonce_may_be_forgotten(message: Message, now: datetime) -> bool:
    return message.first_try_at is not None and now - message.first_try_at > NONCE_WINDOW
