"""What the poller needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.core.models import (
    DueWatch,
    EntryNames,
    GuildId,
    HostLoad,
    PollPlan,
    PollState,
    Post,
    PostKey,
    RecalledEntries,
    SourceName,
    Topic,
    TopicKey,
    Watch,
    WatchId,
)

NO_NAMES: Final[Mapping[PostKey, EntryNames]] = {}


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What a poll's commit really wrote; ``alerts`` counts only those not told before.

    ``set_aside``: subscriptions that rest because their patterns cost too much, and whose channel is told so.
    """

    new_posts: int
    changed_posts: int
    alerts: int
    held: int
    set_aside: int = 0


class PollStore(Protocol):
    """What the poller needs."""

    async def claim_due(
        self,
        now: datetime,
        *,
        limit: int,
        lease_s: float,
        relook_limit: int = 100,
        due_by: datetime | None = None,
        skip: Collection[tuple[SourceName, str | None]] = (),
    ) -> list[DueWatch]:
        """Claim up to ``limit`` watches due at ``now``, longest overdue first, for ``lease_s`` seconds.

        ``due_by``: only those due by then. ``skip``: none of these sources and targets.

        A watch is due when its ``next_poll_at`` has come, it is enabled and nobody holds an unexpired claim.
        Each comes with up to ``relook_limit`` posts to be read again: those of its candidates that are likely to
        have crossed, the likeliest first; then those whose re-look is due (or due within the next minute), the
        earliest first. By default as many as X reads at once, and more than other sources do.
        """
        ...

    async def poll_state(
        self,
        watch: Watch,
        posts: Collection[PostKey],
        now: datetime,
        names: Mapping[PostKey, EntryNames] = NO_NAMES,
    ) -> PollState:
        """All ``plan_poll`` may know, read in one consistent snapshot.

        ``names``: by what posts are recognised (``core.naming``); the state speaks of them as they are known.

        ``known`` and the sets cover ``posts`` only. Paused subscriptions are not among the listeners.
        ``told_last_hour`` counts alerts (not held ones) decided in the hour before ``now``;
        ``last_summary_at`` is the ``not_before`` of the newest CEILING summary of the subscription.
        The state's own ``watch`` is read afresh but for the claim, which stays the caller's. Raises ``StalePlan``
        when the watch is gone.
        """
        ...

    async def written_since(self, watch: WatchId, since: datetime, limit: int) -> list[Post]:
        """The watch's posts that were written after ``since``, the newest ``limit`` of them."""
        ...

    async def entry_memo(self, watch: WatchId) -> RecalledEntries | None:
        """What the watch's last commit kept of the entries of its page, with their posts; None: nothing."""
        ...

    async def commit_poll(self, plan: PollPlan) -> CommitResult:
        """Write posts, samples, snapshot, watch and outbox entries in one transaction.

        The first alert is unique per (channel, post): one that exists already is silently skipped, with its
        entry. Held posts join their subscription's open summary entry, or open one at ``tell_at``.
        ``others_within``: the host's other watches whose last look had no answer are due by then, unless their
        source asked for a longer wait.
        Raises ``StalePlan`` when the claim is no longer ours or ``rules_version`` moved. A watch that lost its
        last listener meanwhile stays at rest, whatever the plan says.
        """
        ...

    async def release(self, watch: Watch) -> None:
        """Give a claim back unused (the process stops); the watch is due as before."""
        ...

    async def put_off(self, times: Sequence[tuple[Watch, datetime]]) -> None:
        """Give claims back unused; each watch is due again at its time."""
        ...

    async def renew_watches(self, watches: Collection[Watch], now: datetime, *, lease_s: float) -> None:
        """Extend our claims on watches that are still being polled."""
        ...

    async def next_due_at(self) -> datetime | None:
        """When the earliest watch can be claimed (a claimed one: when its lease ends); None when all rest."""
        ...

    async def due_sources(self, now: datetime, *, lease_s: float) -> dict[SourceName, int]:
        """How many watches of each source are due, claimed ones included: their leases may end during a round.

        Like ``claim_due``, it makes due now what was to be looked at in a future that did not come.
        """
        ...

    async def add_watches(self, wanted: Sequence[tuple[SourceName, Topic, str | None]], now: datetime) -> int:
        """Add (source, topic, target) watches that do not exist yet, in one transaction; returns how many are new.

        An operator's watch stays when its last subscription goes.
        """
        ...

    async def remove_watch(self, source: SourceName, key: TopicKey) -> bool:
        """Drop an operator's watch (kept while subscriptions listen). False when there was none."""
        ...

    async def host_loads(self) -> list[HostLoad]:
        """How many watches are awake at each target of each source, and what a look was worth there last."""
        ...

    async def server_loads(self) -> dict[GuildId, float]:
        """How many watches that are awake each server follows; of one that n follow, an n-th part.

        An operator's watch counts the operator as one of them.
        """
        ...

    async def followed_only_by(self, guilds: Collection[GuildId]) -> list[tuple[WatchId, GuildId]]:
        """Watches that are awake and that nobody but these servers follows, once for each that does."""
        ...

    async def watches(self) -> list[Watch]:
        """All watches, by topic name and source."""
        ...

    async def set_sources(self, templates: Mapping[SourceName, Sequence[str]], now: datetime) -> None:
        """The sources that are on, and where each is asked (see ``core.targets``).

        Watches of other sources are not due until their source is on again. Subscriptions listen to what is new
        here and no longer to what is gone; what a new place holds already is baseline.
        """
        ...
