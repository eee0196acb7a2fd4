"""What delivery needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.models import (
    ChannelId,
    Deliveries,
    Failure,
    GuildId,
    Message,
    MessageId,
    OutboxEntry,
    PauseNotice,
    Redraw,
)


class OutboxStore(Protocol):
    """What delivery needs. An entry leaves the outbox only confirmed or given up with a reason."""

    async def waiting(
        self, now: datetime, *, channels: int = 200, skip: Collection[ChannelId] = ()
    ) -> dict[ChannelId, list[OutboxEntry]]:
        """Unsealed entries that may go out now, by channel, oldest first; channels with the longest wait first.

        At most ``channels`` of them. Channels in ``skip``, and those that still have an unfinished message,
        are left out: a channel's messages go in order, and a slow channel takes no other's place.
        A SUMMARY's ``count`` is what it holds at this moment.
        """
        ...

    async def seal(
        self,
        message_id: MessageId,
        entries: Sequence[OutboxEntry],
        now: datetime,
        *,
        lease_s: float,
        mention_interval: timedelta = timedelta(0),
    ) -> Message | None:
        """Bind entries to a message for good and claim it.

        The roles of its alerts and digests are mentioned, unless the channel heard a mention of the role less than
        ``mention_interval`` ago. None when one of the entries is no longer waiting, the channel has an unfinished
        message, or it is quiet there by now (what waits is then put off until the quiet ends).
        """
        ...

    async def move_to_summary(self, entries: Sequence[OutboxEntry], now: datetime) -> None:
        """Count waiting alerts in their subscription's CATCH_UP summary line instead of telling each.

        The line may go out now. Entries that are no longer waiting are left as they are.
        """
        ...

    async def claim_messages(
        self, now: datetime, *, limit: int, lease_s: float, skip: Collection[ChannelId] = ()
    ) -> list[Message]:
        """Claim SEALED messages whose next try has come and that nobody holds, oldest first, one a channel.

        Channels in ``skip`` are left out.
        """
        ...

    async def begin_try(self, message_id: MessageId, now: datetime) -> Message:
        """Record that a try begins (``attempts`` + 1, ``first_try_at`` once), on disk, before anything is sent.

        Raises ``StalePlan`` when the message is finished, put off, or another process holds it.
        """
        ...

    async def confirm(
        self, message_id: MessageId, discord_message_id: int, now: datetime, *, thread_id: int | None = None
    ) -> None:
        """Discord has it: message SENT (from any state; the first confirmation stands), its entries leave.

        ``thread_id``: the post of a forum that it opened; with a post a topic, what comes of its topic follows it.
        """
        ...

    async def are_of_others(self, message_id: MessageId, thread_ids: Collection[int]) -> bool:
        """Whether each of these posts of a forum is known to hold another message, so that none hides this one."""
        ...

    async def leave_post(self, message_id: MessageId, now: datetime) -> None:
        """The post of a forum that a SEALED message was to go into is deleted or locked, and does not hold it.

        It opens a new one, due now, as do later messages of the topic.
        """
        ...

    async def retry_later(
        self,
        message_id: MessageId,
        at: datetime,
        failure: Failure,
        now: datetime | None = None,
        *,
        untried: bool = False,
        aside: bool = False,
    ) -> None:
        """Not now; the claim is given back. Only a SEALED message can be put off.

        ``now``: when it is put off; should the clock prove to have been ahead, it goes at once. ``untried``: no
        try can have arrived. ``aside``: from now on it holds up nothing of its channel.
        """
        ...

    async def take_apart(self, message_id: MessageId, now: datetime) -> None:
        """Let each entry of a SEALED message wait for a message of its own; the message is forgotten.

        Only of one that is known not to have arrived.
        """
        ...

    async def give_up(self, message_id: MessageId, failure: Failure, now: datetime) -> None:
        """Never; the failure stays readable."""
        ...

    async def mark_uncertain(self, message_id: MessageId, failure: Failure, now: datetime) -> None:
        """It may have arrived; a person decides."""
        ...

    async def message(self, message_id: MessageId) -> Message | None:
        """One message with its entries, in any state."""
        ...

    async def claim_redraws(
        self, now: datetime, *, urgent: bool, limit: int, lease_s: float, skip: Collection[ChannelId] = ()
    ) -> list[Redraw]:
        """Claim sent messages that are to be drawn again (``urgent``: take-downs, else counts), one a channel."""
        ...

    async def finish_redraw(self, redraw: Redraw, now: datetime, *, removed: bool = False) -> None:
        """Discord shows what ``redraw`` drew (``removed``: the message is no more there).

        Reasons that came since stay due.
        """
        ...

    async def put_off_redraw(
        self, redraw: Redraw, at: datetime, failure: Failure, now: datetime | None = None
    ) -> None:
        """Not now; the claim is given back. ``now``: as in ``retry_later``."""
        ...

    async def hurry_take_downs(self, guild_id: GuildId, now: datetime) -> int:
        """Have the take-downs of a server that Discord refused, given up ones too, tried now; returns how many."""
        ...

    async def give_up_redraw(self, redraw: Redraw, failure: Failure, now: datetime) -> None:
        """Never; the failure stays readable. Asked for again, it begins anew."""
        ...

    async def renew_messages(self, message_ids: Collection[MessageId], now: datetime, *, lease_s: float) -> None:
        """Extend our claims on messages and redraws that are still being worked on."""
        ...

    async def deliveries(self, guild_id: GuildId, *, limit: int = 25) -> Deliveries:
        """How a server's deliveries stand, for people."""
        ...

    async def arrived(self, message_id: MessageId, now: datetime) -> bool:
        """A person says that an UNCERTAIN message arrived: SENT, under no known id. False: not uncertain."""
        ...

    async def send_again(self, message_id: MessageId, now: datetime) -> bool:
        """A person wants an UNCERTAIN or GIVEN_UP message to be sent, whatever became of earlier tries.

        It is SEALED anew and due now, without memory of its tries. False: it is neither, or holds nothing.
        """
        ...

    async def doubt_channel(self, guild_id: GuildId, channel_id: ChannelId, now: datetime) -> datetime:
        """Remember that Discord calls a channel lost; returns since when, with no message settled in between."""
        ...

    async def count_refusal(self, guild_id: GuildId, channel_id: ChannelId) -> int:
        """Count a message that a channel refused; returns how many that were since it last took one."""
        ...

    async def due_pause_notices(self, calm_since: datetime, first_before: datetime) -> list[PauseNotice]:
        """Who is to be told what of theirs rests since ``pause_channel``: a notice a person, server and reason.

        What a person lost together comes in one: those that lost nothing more since ``calm_since``, or whose first
        loss was at ``first_before`` or earlier.
        """
        ...

    async def pause_notice_told(self, notice: PauseNotice) -> None:
        """The person was told, or cannot be reached: it is not due any more."""
        ...

    async def next_send_at(self) -> datetime | None:
        """When the earliest waiting entry or message may go; None when nothing waits."""
        ...
