"""What delivery asks of Discord, and every way it can end, as named outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.models import Message, OutboxEntry, PauseReason, Told


@dataclass(frozen=True, slots=True)
class Sent:
    """Discord has it under this id."""

    discord_message_id: int


@dataclass(frozen=True, slots=True)
class Later:
    """Not now, or nobody knows: the same message may be tried again. ``after_s``: Discord's own wish."""

    error: str
    after_s: float | None = None
    everywhere: bool = False
    """The wait is for all channels (a global 429)."""


@dataclass(frozen=True, slots=True)
class ChannelLost:
    """The channel cannot be written to any more."""

    why: PauseReason
    error: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Discord will never take this message; the reason stays readable."""

    error: str


@dataclass(frozen=True, slots=True)
class Edited:
    """Discord shows it."""


@dataclass(frozen=True, slots=True)
class Vanished:
    """The message is not there (any more)."""


@dataclass(frozen=True, slots=True)
class TooManyEdits:
    """Discord takes no more edits of old messages for now (30046)."""

    error: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel's history was read and does not hold the message."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """History cannot be read; absence would prove nothing."""

    error: str


SendOutcome = Sent | Later | ChannelLost | Refused
EditOutcome = Edited | Vanished | TooManyEdits | Later | ChannelLost | Refused
FindOutcome = Sent | Absent | CannotTell | Later


class Transport(Protocol):
    """The way to Discord. Never raises but on cancellation."""

    def how_many_fit(self, entries: Sequence[OutboxEntry]) -> int:
        """How many of the entries, in order, fit in one message (at least one)."""
        ...

    async def send(self, message: Message) -> SendOutcome:
        """Try once, with the message's nonce."""
        ...

    async def find(self, message: Message) -> FindOutcome:
        """Look in the channel's history for the message's id."""
        ...

    async def edit(self, message: Message) -> EditOutcome:
        """Draw a message again that was sent before: with its newest counts, without what was taken down."""
        ...

    async def remove(self, message: Message) -> EditOutcome:
        """Delete a message that was sent before."""
        ...

    async def tell_paused(self, resting: Sequence[Told], why: PauseReason) -> bool:
        """Tell the one person who made these subscriptions and digests that their channel was lost.

        False: nobody could be reached.
        """
        ...
