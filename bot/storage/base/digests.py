"""What scheduled digests need."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.core.models import (
    ChannelId,
    ChannelPeriod,
    Digest,
    DigestEdition,
    DigestId,
    DigestSettings,
    EntryId,
    GuildId,
    Listened,
    PauseReason,
    Period,
    PostKey,
    Topic,
    TopicKey,
    TopicPeriod,
    UserId,
    Viewer,
    WatchId,
)


class DigestStore(Protocol):
    """Digests of channels: kept, due, and made of what was stored.

    A digest that names topics listens to them: their watches are made, woken and kept awake like a subscription's,
    and rest when nobody is left. Each change bumps ``rules_version`` of the watches it touches.
    """

    async def create_digest(
        self, guild_id: GuildId, created_by: UserId, wanted: DigestSettings, next_at: datetime, now: datetime
    ) -> Digest:
        """Store a digest with its topics and watches; ``now`` becomes its anchor."""
        ...

    async def change_digest(
        self, digest_id: DigestId, wanted: DigestSettings, next_at: datetime, now: datetime
    ) -> Digest:
        """Replace its settings. Another schedule is due from ``now`` on, and tells what came since the last one.

        What waits in the outbox goes to its channel, wherever that is now. ``next_at`` counts unless it is paused.
        Raises ``RefusedRequest("digest-gone")``.
        """
        ...

    async def pause_digest(self, digest_id: DigestId, why: PauseReason, now: datetime) -> bool:
        """Rest; what of it waits in the outbox is dropped with its reason. False: was paused or gone."""
        ...

    async def resume_digest(self, digest_id: DigestId, next_at: datetime, now: datetime) -> bool:
        """Be due again, from ``now`` as its anchor, with nothing told before. False: was not paused, or gone."""
        ...

    async def delete_digest(self, digest_id: DigestId, now: datetime) -> Digest | None:
        """Remove it (``restore_digest`` undoes it for 30 days), and drop what of it waits. None: was gone."""
        ...

    async def restore_digest(
        self, digest_id: DigestId, next_at: datetime, now: datetime, guild_id: GuildId | None = None
    ) -> Digest | None:
        """Undo ``delete_digest``, from ``now`` as its anchor.

        None when it is too late, was not removed, or is not ``guild_id``'s (None: any server's).
        """
        ...

    async def digest_channel(self, digest_id: DigestId, guild_id: GuildId) -> ChannelId | None:
        """The channel of a server's own digest, removed or not."""
        ...

    async def digest(self, digest_id: DigestId) -> Digest | None:
        """One digest, None when removed."""
        ...

    async def digests(self, guild_id: GuildId | None, channel_id: ChannelId | None = None) -> list[Digest]:
        """A server's (or channel's) digests by channel and name (None: of all servers), without removed ones."""
        ...

    async def resumable_digests(self, channel_id: ChannelId) -> list[Digest]:
        """Digests of a channel that rest because Discord refused it (FORBIDDEN, NOT_FOUND, REMOVED)."""
        ...

    async def digest_topics(self, digest: Digest) -> list[Topic]:
        """The topics it tells of now: its own, else all its channel is subscribed to (not paused), by name."""
        ...

    async def claim_digests(self, now: datetime, *, limit: int, lease_s: float) -> list[Digest]:
        """Claim digests that are due at ``now``, longest overdue first, for ``lease_s`` seconds.

        Paused and removed ones are not due, nor those that somebody holds an unexpired claim on.
        """
        ...

    async def put_off_digest(self, digest: Digest, next_at: datetime) -> None:
        """It is not due yet after all (a zone's rules changed): due then, and the claim is given back."""
        ...

    async def release_digest(self, digest: Digest) -> None:
        """Give a claim back unused; it is due as before."""
        ...

    async def heard_watches(
        self, keys: Collection[TopicKey], viewer: Viewer
    ) -> dict[TopicKey, tuple[WatchId, ...]]:
        """Of each topic the watches that they may know of, in one order; none is an empty tuple."""
        ...

    async def listened(self, keys: Collection[TopicKey], viewer: Viewer) -> dict[WatchId, Listened]:
        """Since when their channels listen to which watches of these topics."""
        ...

    async def topic_period(
        self,
        key: TopicKey,
        period: Period,
        *,
        limit: int,
        watch_ids: Collection[WatchId] | None = None,
        heard_from: datetime | None = None,
    ) -> TopicPeriod:
        """What a topic's watches saw in a period, with the ``limit`` posts that grew most (see ``TopicPeriod``).

        ``watch_ids``: these of its watches alone. ``heard_from``: only what they read since then; what they saw
        before, they saw for others (invariant 10).

        New is what was seen first in the period and not written more than 48 h before it.
        Nothing but these posts is loaded. Gained RP: the last sample before the end less the last one before the
        start; without the latter 0 where the post was born in the period, else the first one in it. Posts that are
        hidden everywhere, or known to be gone, do not come.
        """
        ...

    async def channel_period(
        self, guild_id: GuildId, channel_id: ChannelId, period: Period, posts: Collection[PostKey]
    ) -> ChannelPeriod:
        """What only the channel knows of a period."""
        ...

    async def renew_digests(self, digests: Collection[Digest], now: datetime, *, lease_s: float) -> None:
        """Extend our claims on digests; one that was taken or given back stays as it is."""
        ...

    async def unsent_digest(self, digest_id: DigestId) -> list[tuple[EntryId, Period]]:
        """What of a digest waits in the outbox and is not sealed, with the periods it tells of."""
        ...

    async def commit_digest(self, issue: DigestEdition, now: datetime) -> bool:
        """Put a digest into the outbox and move its schedule on, in one transaction.

        False when that due time of it was told before: the schedule moves on all the same. With a ``next_at`` of
        None the schedule stays and no claim is asked for. Raises ``StalePlan`` when the claim is no longer ours,
        the digest was changed, paused or removed meanwhile, a post in it was hidden meanwhile, or what it was to
        be sent instead of went its way.
        """
        ...
