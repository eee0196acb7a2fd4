"""The interface of delivery to Discord, with every outcome as a named type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.core.models import (
    Failure,
    FoundMessage,
    GuildId,
    Message,
    OutboxEntry,
    OutgoingFile,
    Pausable,
    PauseReason,
    SentFile,
    UnreadHistory,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """Discord has it under this id. ``thread_id``: of the post of a forum that it opened.

    ``files``: those that it has there, whichever try arrived.
    """

    discord_message_id: int
    thread_id: int | None = None
    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """Not now, or unknown whether it arrived: the message may be tried again. ``after_s``: as Discord asked."""

    failure: Failure
    after_s: float | None = None
    everywhere: bool = False
    """The wait is for all channels (a global 429, Cloudflare's refusal of our address)."""
    guild_unavailable: bool = False
    """Discord itself could not be reached: that says nothing of this message."""
    may_have_arrived: bool = True
    """False: the answer proves that this try was not taken."""


@dataclass(frozen=True, slots=True)
class ChannelLost:
    """Discord says that the channel cannot be written to; a second check decides."""

    why: PauseReason
    failure: Failure
    is_archived: bool = False
    """The channel is a thread that is archived or locked: to write wakes an archived one, to edit or delete does
    not."""


@dataclass(frozen=True, slots=True)
class PostLost:
    """The forum post it was to go into is said to be deleted or locked; a second check decides."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Refused:
    """Discord will never take this message; the reason stays readable."""

    failure: Failure
    is_of_content: bool = False
    """A refusal of what the message says or how it is formed: a part of it may be taken."""


@dataclass(frozen=True, slots=True)
class Edited:
    """Discord shows it. ``files``: those that it has now."""

    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Vanished:
    """The message is proven not to be there (any more)."""


@dataclass(frozen=True, slots=True)
class TooManyEdits:
    """Discord takes no more edits of old messages for now (30046)."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel's history was read and does not hold the message."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """History cannot be read; absence would prove nothing."""

    failure: Failure
    may_pass: bool = True
    """A permission is missing, or the channel is not found: a second check decides."""
    without_starter: tuple[int, ...] = ()
    """All that leaves it open: posts of a forum whose first message is gone; one may have been this one's."""


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """A page of a channel's history: own messages in it, the id of its last message, whether more follow.

    A forum's page is all of it.
    """

    found: tuple[FoundMessage, ...] = ()
    last_id: int | None = None
    is_last: bool = True


SendOutcome = Sent | Later | ChannelLost | PostLost | Refused
EditOutcome = Edited | Vanished | TooManyEdits | Later | ChannelLost | Refused
FindOutcome = Sent | Absent | CannotTell | PostLost | Later
HistoryOutcome = ReadHistory | CannotTell | Later


class Notified(Enum):
    """Whether a person has a notice."""

    TOLD = "told"
    NOBODY = "nobody"
    """They take no direct message, and there is no other place."""
    NOT_NOW = "not now"
    """Discord was away, or limits us."""


class GuildLoader(Protocol):
    """Loads servers into a client's cache that no gateway fills. Its methods raise what discord.py raises."""

    async def load(self, guild_id: GuildId, *, anew: bool = False) -> None:
        """Have a server in the cache, unless the bot is not in it. ``anew``: as it is now."""
        ...

    def invalidate(self, guild_id: GuildId) -> None:
        """An answer of Discord's contradicts the cache."""
        ...


class FileMaker(Protocol):
    """Makes files for messages: charts, pictures of posts. Its methods raise only on cancellation."""

    async def make(self, message: Message, *, age_restricted: bool, wait_s: float) -> Sequence[OutgoingFile]:
        """The files of a message that are ready within ``wait_s`` seconds; 0: that are ready now.

        One for each slot that a view may show. The same message, the same bytes.
        """
        ...


class Transport(Protocol):
    """Sends, finds, edits and deletes messages at Discord. Raises only on cancellation."""

    def how_many_fit(self, entries: Sequence[OutboxEntry]) -> int:
        """The number of leading entries that fit in one message (at least one)."""
        ...

    def expect(self, entries: Sequence[OutboxEntry]) -> None:
        """Begin to make the files of what is about to be sent to a channel, while it waits for its turn."""
        ...

    def files(self, message: Message) -> AbstractAsyncContextManager[tuple[OutgoingFile, ...]]:
        """The files to send with a message, as far as they are ready soon: no message waits long for them.

        Until the end of the context they count among the bytes in flight, which are bounded.
        """
        ...

    async def files_come_late(self, message: Message, files: Sequence[SentFile]) -> bool:
        """Whether something that a message was sent without is there now. Waits for it, within bounds."""
        ...

    async def send(self, message: Message, files: Sequence[OutgoingFile] = ()) -> SendOutcome:
        """Try once, with the message's nonce. One that opens a post of a forum has none: it is asked once.

        Where Discord does not take the files, the message goes without.
        """
        ...

    async def find(self, message: Message) -> FindOutcome:
        """Look in the channel's history, or among the forum's posts, for the message's id."""
        ...

    async def read_history(
        self, history: UnreadHistory, since: datetime, until: datetime, pace: Callable[[], Awaitable[None]]
    ) -> HistoryOutcome:
        """Read a page of a channel's own messages, or all of a forum's posts; ``pace`` waits before a request.

        A channel that no longer exists holds none.
        """
        ...

    async def edit(self, message: Message, *, adds_files: bool = True) -> EditOutcome:
        """Draw a message again that was sent before: with its newest counts, without what was taken down.

        ``adds_files``: also with files that it lacked. Those of what was taken down are removed.
        """
        ...

    async def remove(self, message: Message) -> EditOutcome:
        """Delete a message that was sent before."""
        ...

    async def unarchive(self, message: Message) -> bool:
        """Unarchive the thread of a message. False: it is no archived thread, or the bot may not."""
        ...

    async def notify_paused(self, paused: Sequence[Pausable], why: PauseReason) -> Notified:
        """Tell the one person who made these subscriptions and digests that their channel was lost."""
        ...
