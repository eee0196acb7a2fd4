"""One message on its way: sealed, tried, and settled by what Discord said."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.leases import LEASE_S
from bot.core.models import (
    ChannelId,
    EntryKind,
    Failure,
    FailureCode,
    Message,
    MessageId,
    OutboxEntry,
    PauseReason,
    PostsBy,
)
from bot.logs import about, poll_id

from .context import DeliveryContext
from .late_files import LateFiles
from .outage import ALL_WAIT, MAX_SLOT_WAIT_S, Window
from .rate_limiter import ChannelSpacing
from .retry import GIVE_UP_AFTER, back_off_s, retry_while_busy
from .search import find_message
from .transport import Absent, CannotTell, ChannelLost, Later, PostLost, Refused, SendOutcome, Sent, Transport

T = TypeVar("T")

log = logging.getLogger(__name__)

NONCE_WINDOW = timedelta(minutes=3)
"""Discord remembers a nonce for "the past few minutes" (about five); within this a retry cannot double."""
SETTLED_S = 15.0
"""A forum post opened by a try without an answer is visible by then; a search must not come too soon."""
ALL_REMOVED = Failure(FailureCode.HIDDEN, "everything in it was taken down")
SECOND_CHECK_AFTER = timedelta(minutes=5)
"""A channel is lost when Discord says so twice, so far apart: right after an outage it says so at random."""
REFUSALS = 5
"""So many messages in a row that a channel refused mean the channel, not the messages."""
STUCK_TRIES, STUCK_FOR = 5, timedelta(minutes=10)
"""A message that failed by itself so often, for so long, no longer holds up its channel."""
POLLS_LOGGED = 5
HOPELESS_TRIES = 8
"""Tries after which a message is sent in parts, or given up, if other messages arrived meanwhile."""
STUCK = "Discord failed at each try of this message, while others arrived"


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """The operator's settings. ``catch_up_messages`` 0: no cap on a burst.

    ``mention_interval``: the least time between two mentions of one role in one channel.
    """

    catch_up_messages: int = 5
    mention_interval: timedelta = timedelta(0)


class Sender:
    """Sends messages to Discord, each once."""

    def __init__(
        self,
        context: DeliveryContext,
        *,
        spacing: ChannelSpacing,
        policy: DeliveryPolicy,
        window: Window,
        late_files: LateFiles,
    ) -> None:
        self._context = context
        self._late_files = late_files
        self._counters = context.counters
        self._storage = context.storage
        self._claims = context.claims
        self._rate_limiter = context.rate_limiter
        self._outage = context.outage
        self._clock = context.clock
        self._sleep = context.sleep
        self._spacing = spacing
        self.policy = policy
        self._window = window
        self._arrived_at: datetime | None = None

    async def seal_and_deliver(self, transport: Transport, entries: Sequence[OutboxEntry]) -> None:
        """Seal the entries with the most reposts into one message; the rest is the next message's."""
        transport.expect(sorted(entries, key=_biggest_first))
        await self._spacing.wait(entries[0].channel_id)  # whoever arrives meanwhile may come along
        chosen = _next_group(sorted(entries, key=_biggest_first))
        chosen = chosen[: transport.how_many_fit(chosen)]
        # An entry with a message of its own says nothing of how many alerts fit into one.
        if not _needs_own_message(chosen[0]) and await self._collapse_backlog(entries, len(chosen)):
            return
        message_id = MessageId(secrets.token_hex(12))
        with self._claims.hold(message_id):
            message = await self._storage.entries.seal(
                message_id, chosen, self._clock(), lease_s=LEASE_S, mention_interval=self.policy.mention_interval
            )
            if message is not None:
                with _logged(message):
                    await self._send(transport, message)

    async def _collapse_backlog(self, entries: Sequence[OutboxEntry], a_message: int) -> bool:
        """Bound the burst that a channel gets after a long silence; the rest is counted in one summary line."""
        cap = self.policy.catch_up_messages * a_message
        alerts = sorted((entry for entry in entries if entry.content.can_be_held), key=_biggest_first)
        if self.policy.catch_up_messages == 0 or len(alerts) <= cap:
            return False
        await self._storage.entries.move_to_summary(alerts[cap:], self._clock())
        return True

    async def deliver(self, transport: Transport, message: Message) -> None:
        """Try a message again that was sealed before."""
        with self._claims.hold(message.id), _logged(message):
            await self._deliver(transport, message)

    async def _deliver(self, transport: Transport, message: Message) -> None:
        """Search the history first if a try may have arrived and the nonce expired, or nothing is left to send."""
        must_check = message.is_empty or _needs_history_check(message, self._clock())
        if must_check and not await self._is_absent(transport, message):
            return
        if message.is_empty:
            await self._write(lambda: self._storage.messages.give_up(message.id, ALL_REMOVED, self._clock()))
            return
        if must_check and self._is_hopeless(message):
            await self._take_apart(message, message.failure)
            return
        await self._spacing.wait(message.channel_id)
        await self._send(transport, message, proven_absent=must_check)

    async def _is_absent(self, transport: Transport, message: Message) -> bool:
        """Whether history proves that an earlier try did not arrive; anything else is settled here."""
        async with self._window:
            if await self._put_off_while_held(message):
                return False
            await self._rate_limiter.acquire()
            found = await find_message(transport, self._storage.forums, message)
        if isinstance(found, Absent):
            self._answered()
            return True
        if isinstance(found, CannotTell):
            await self._inconclusive(message, found)
        else:
            await self._settle(transport, message, found, is_first=False)
        return False

    async def _inconclusive(self, message: Message, found: CannotTell) -> None:
        """Check twice: "uncertain" is final, and the permission to read may be back some minutes later."""
        now = self._clock()
        if found.may_pass:
            guild, channel = message.guild_id, message.channel_id
            since = await self._write(lambda: self._storage.channel_troubles.mark_unreachable(guild, channel, now))
            if now - since < SECOND_CHECK_AFTER:
                await self._put_off(message, Later(found.failure, SECOND_CHECK_AFTER.total_seconds()))
                return
        await self._write(lambda: self._storage.messages.mark_uncertain(message.id, found.failure, now))
        self._counters.uncertain += 1

    async def _send(self, transport: Transport, message: Message, *, proven_absent: bool = False) -> None:
        """One try: recorded before, settled after. ``proven_absent``: no try before it arrived."""
        if await self._put_off_while_held(message):
            return
        async with transport.files(message) as files, self._window:
            if await self._put_off_while_held(message):
                return
            await self._rate_limiter.acquire()
            is_first = message.first_try_at is None
            message = await self._storage.messages.begin_try(message.id, self._clock())
            if message.is_empty:  # taken down since it was sealed: the next round finds out whether a try arrived
                await self._put_off(message, Later(ALL_REMOVED, 0.0))
                return
            outcome = await transport.send(message, files)
        if isinstance(outcome, Refused) and outcome.is_of_content and len(message.entries) > 1:
            self._answered()
            await self._refused_together(message, outcome, is_absent=is_first or proven_absent)
            return
        await self._settle(transport, message, outcome, is_first=is_first)

    async def _refused_together(self, message: Message, refused: Refused, *, is_absent: bool) -> None:
        """Send entries apart that Discord does not take together: one of them may be all that it refuses.

        Where an earlier try may have arrived, its nonce has to be forgotten first: then history tells.
        """
        if is_absent:
            await self._take_apart(message, refused.failure)
        else:
            await self._put_off(message, Later(refused.failure, NONCE_WINDOW.total_seconds()))

    async def _put_off_while_held(self, message: Message) -> bool:
        """Put a message off, without a try, while everything waits for long."""
        held_s = self._rate_limiter.held_s
        if held_s <= MAX_SLOT_WAIT_S:
            return False
        at = self._clock() + timedelta(seconds=held_s)
        failure = message.failure or ALL_WAIT
        await self._write(lambda: self._storage.messages.retry_later(message.id, at, failure, self._clock()))
        return True

    async def _settle(
        self, transport: Transport, message: Message, outcome: SendOutcome, *, is_first: bool
    ) -> None:
        """Write down how a try ended. ``is_first``: no try before it may have arrived."""
        now = self._clock()
        self._counters.settled_at = self._rate_limiter.monotonic()
        if not isinstance(outcome, Later):
            self._answered()
        match outcome:
            case Sent(discord_id, thread_id, files):
                await self._write(
                    lambda: self._storage.messages.confirm(
                        message.id, discord_id, now, thread_id=thread_id, files=files
                    )
                )
                self._arrived_at = now
                self._late_files.follow(transport, message, files)
                self._count_sent(message, now)
                log.debug("message %s sent to channel %s", message.id, message.channel_id)
            case Later():
                self._apply_later(message.channel_id, outcome)
                await self._put_off(message, outcome, untried=is_first and not outcome.may_have_arrived)
            case ChannelLost(why, failure):
                await self._confirm_channel_lost(message, why, failure, untried=is_first)
            case PostLost(failure):
                await self._confirm_post_lost(message, failure, untried=is_first)
            case Refused(failure):
                log.error("message %s given up, Discord refused it: %s", message.id, failure)
                await self._give_up(message, failure, now)
                if failure.code is not FailureCode.FILTERED:  # else the authors of posts could pause channels
                    await self._count_refusal(message, failure)

    def _count_sent(self, message: Message, now: datetime) -> None:
        self._counters.sent += 1
        for entry in message.entries:
            if entry.kind is EntryKind.ALERT:
                first = max(entry.created_at, entry.not_before)
                self._counters.to_sent.observe((now - first).total_seconds())

    # -- what Discord's answers say of more than one message --------------------------------------------

    def _answered(self) -> None:
        self._outage.answered()
        self._window.open()

    def _apply_later(self, channel: ChannelId, later: Later) -> None:
        """Count the answer, and pause all requests where it is for all; in an outage few may run at once."""
        if not later.guild_unavailable and not later.may_have_arrived:
            self._answered()
        if self._context.pause_all(channel, later):
            self._window.shut()

    async def _confirm_channel_lost(
        self, message: Message, why: PauseReason, failure: Failure, *, untried: bool
    ) -> None:
        """Pause a channel that is reported lost twice, ``SECOND_CHECK_AFTER`` apart; else put the message off."""
        now, guild, channel = self._clock(), message.guild_id, message.channel_id
        since = await self._write(lambda: self._storage.channel_troubles.mark_unreachable(guild, channel, now))
        if now - since < SECOND_CHECK_AFTER:
            log.info("channel %s is asked again in %s: %s", channel, SECOND_CHECK_AFTER, failure)
            await self._put_off(message, Later(failure, SECOND_CHECK_AFTER.total_seconds()), untried=untried)
            return
        await self._give_up(message, failure, now)
        await self._pause_channel(channel, why, failure)

    async def _confirm_post_lost(self, message: Message, failure: Failure, *, untried: bool = False) -> None:
        """Leave a forum post that is reported lost twice, ``SECOND_CHECK_AFTER`` apart, for a new one.

        By then the post was searched for earlier tries; what went into one that is deleted went with it.
        """
        now, guild, post = self._clock(), message.guild_id, message.destination
        since = await self._write(lambda: self._storage.channel_troubles.mark_unreachable(guild, post, now))
        if now - since < SECOND_CHECK_AFTER:
            log.info("post %s of a forum is asked again in %s: %s", post, SECOND_CHECK_AFTER, failure)
            await self._put_off(message, Later(failure, SECOND_CHECK_AFTER.total_seconds()), untried=untried)
            return
        log.info("post %s of a forum takes nothing, a new one is opened: %s", post, failure)
        await self._write(lambda: self._storage.forums.leave_post(message.id, now))

    async def _count_refusal(self, message: Message, failure: Failure) -> None:
        """Pause a channel that refuses one message after the other, and send a notice."""
        guild, channel = message.guild_id, message.channel_id
        if await self._write(lambda: self._storage.channel_troubles.count_refusal(guild, channel)) >= REFUSALS:
            await self._pause_channel(channel, PauseReason.REFUSED, failure)

    async def _pause_channel(self, channel: ChannelId, why: PauseReason, failure: Failure) -> None:
        """Pause what a lost channel followed; its subscribers get a notice (``PauseNotices``)."""
        now = self._clock()
        paused = await self._write(lambda: self._storage.subscriptions.pause_channel(channel, why, now))
        log.warning("channel %s is paused, with %d subscriptions and digests: %s", channel, len(paused), failure)

    # -- not now ----------------------------------------------------------------------------------------

    async def _put_off(self, message: Message, later: Later, *, untried: bool = False) -> None:
        """Try again later; past the horizon the message is given up with the last reason.

        ``untried``: no try can have arrived, so the channel's history need not be searched before the next.
        """
        now = self._clock()
        if now - message.sealed_at > GIVE_UP_AFTER and not self._outage.is_on:
            log.error("message %s given up after %s: %s", message.id, GIVE_UP_AFTER, later.failure)
            await self._give_up(message, later.failure, now)
            return
        wait_s = later.after_s if later.after_s is not None else back_off_s(message.attempts)
        if message.opens_post and later.may_have_arrived:
            wait_s = max(wait_s, SETTLED_S)
        level = logging.DEBUG if self._outage.is_on else logging.INFO
        log.log(level, "message %s tried again in %.1f s: %s", message.id, wait_s, later.failure)
        at = now + timedelta(seconds=max(wait_s, self._rate_limiter.held_s if later.everywhere else 0.0))
        await self._write(
            lambda: self._storage.messages.retry_later(
                message.id, at, later.failure, now, untried=untried, aside=self._is_stuck(message, later, now)
            )
        )

    def _is_stuck(self, message: Message, later: Later, now: datetime) -> bool:
        """Whether a message fails by itself: Discord answers, and to this one with an error of its own."""
        failing_for = now - (message.first_try_at or now)
        by_itself = not later.guild_unavailable and later.may_have_arrived and not self._outage.is_on
        return by_itself and message.attempts >= STUCK_TRIES and failing_for >= STUCK_FOR

    def _is_hopeless(self, message: Message) -> bool:
        """Whether others arrived while this one failed again and again."""
        since = message.first_try_at or message.sealed_at
        others_arrive = self._arrived_at is not None and self._arrived_at > since
        return message.attempts >= HOPELESS_TRIES and message.is_set_aside and others_arrive

    async def _take_apart(self, message: Message, failure: Failure | None) -> None:
        """Send each entry by itself; what is by itself already is given up. It is known not to have arrived."""
        now = self._clock()
        if len(message.entries) > 1:
            log.warning("message %s is sent in parts: %s", message.id, failure)
            await self._write(lambda: self._storage.messages.take_apart(message.id, now))
            return
        log.error("message %s given up: %s", message.id, STUCK)
        await self._give_up(message, Failure(FailureCode.STUCK, f"{STUCK} ({failure})"), now)

    async def _give_up(self, message: Message, failure: Failure, now: datetime) -> None:
        """Give a message up; its record says why."""
        await self._write(lambda: self._storage.messages.give_up(message.id, failure, now))
        self._counters.given_up += 1

    async def _write(self, write: Callable[[], Awaitable[T]]) -> T:
        return await retry_while_busy(write, self._sleep)


def _logged(message: Message) -> AbstractContextManager[None]:
    """Let the log name the message and the polls that decided its entries, a few of them."""
    polls = dict.fromkeys(poll_id(entry.created_at) for entry in message.entries)
    return about(message_id=message.id, poll_id=" ".join(list(polls)[:POLLS_LOGGED]))


def _needs_own_message(entry: OutboxEntry) -> bool:
    """Content that fills a message does; entries of a message that always failed go one by one."""
    return entry.alone or entry.content.fills_message


def _next_group(entries: Sequence[OutboxEntry]) -> Sequence[OutboxEntry]:
    """The entries that may share the next message: the first by itself, or all that need not be.

    In a forum, those of one topic.
    """
    first = entries[0]
    if first.alone or first.posts_by is PostsBy.STORY:
        return entries[:1]
    together = [entry for entry in entries if not entry.alone]
    if first.posts_by is None:
        return together
    return [entry for entry in together if entry.topic_key == first.topic_key]


def _biggest_first(entry: OutboxEntry) -> tuple[int, int, int]:
    """The sort key of an entry: the priority of its content, then its id."""
    return *entry.content.priority, entry.id


def _needs_history_check(message: Message, now: datetime) -> bool:
    """Whether a try may have arrived and no nonce keeps another from being a second message.

    A post of a forum takes none.
    """
    if message.first_try_at is None:
        return False
    return message.opens_post or now - message.first_try_at > NONCE_WINDOW
