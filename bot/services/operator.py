"""Tells the operator, once, what needs a person: in the log, and by a webhook if there is one.

concerns and notices of sources ─▶ texts that wait (stored) ─▶ webhook, with retries

It is never the way of delivery: alerts go on whatever happens here, and this goes on while Discord is away.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from bot.core.calendar.clock import Clock, WaitingTimes
from bot.core.concerns import (
    DELIVERY_STUCK,
    POLLS_STUCK,
    Concern,
    ConcernState,
    changed_concerns,
)
from bot.core.errors import StorageError
from bot.core.health.incidents import OPERATOR_CHANNEL
from bot.core.limits import disk_space
from bot.core.models import NoticePlan, OutageScope, SourceName
from bot.sources.operator_webhook import OperatorWebhook, WebhookRefused
from bot.sources.registry import daily_limits
from bot.storage.scheduled_backups import ScheduledBackups
from bot.storage.stores import Storage
from bot.views.kit.causes import say_cause
from bot.views.kit.endpoints import endpoint_name
from bot.views.kit.text import Texts
from config.sentences import Language, Sentence
from config.settings import Settings

log = logging.getLogger(__name__)

NOTE: Final = "operator.told"
WAITING_MAX: Final = 50
"""Texts that wait for the webhook; beyond that the oldest is dropped, which is in the log."""
_LONGEST_WAIT: Final = timedelta(hours=1)
_SAID_BY_DISCORD: Final = frozenset({Concern.LOGIN})
"""Concerns that begin and end with what Discord answers, which no look at this machine shows."""


class ToldState(msgspec.Struct, frozen=True):
    """State of what the operator was told, and the texts that wait for the webhook.

    ``ended``: concerns, with the time at which they were over; None while they last. ``tries``: that failed since
    the last text was taken; ``next_at``: before it there is no other. Times in seconds since 1970.
    """

    ended: dict[str, float | None] = {}
    waiting: tuple[str, ...] = ()
    tries: int = 0
    next_at: float = 0.0


_TOLD: Final = msgspec.json.Decoder(ToldState)


def _lasting(state: ToldState) -> frozenset[Concern]:
    """Concerns that were told and are not over."""
    known = set(Concern)
    return frozenset(Concern(name) for name, ended in state.ended.items() if ended is None and name in known)


def _minutes(waited: timedelta) -> int:
    return int(waited.total_seconds() // 60)


class OperatorService:
    """Tells the operator. ``sources``: those that are switched on; ``steady``: seconds that only grow."""

    def __init__(
        self,
        storage: Storage,
        sources: Collection[SourceName],
        settings: Settings,
        texts: Texts,
        *,
        webhook: OperatorWebhook,
        backups: ScheduledBackups,
        clock: Clock,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._settings = settings
        self._texts = texts
        self._webhook = webhook
        self._backups = backups
        self._clock = clock
        self._steady = steady
        self._waiting = WaitingTimes(clock(), steady())

    async def tell(self, notices: Sequence[NoticePlan] = ()) -> None:
        """Look for what needs a person, and tell what began or is over. ``notices``: of sources, sent just now."""
        found = await self._found(_lasting(await self._read()))
        texts = [text for plan in notices if (text := self._of_source(plan)) is not None]
        await self._update(found, texts, keep=_SAID_BY_DISCORD)

    async def tell_refused(self, why: Sentence) -> None:
        """Tell that this process ends because Discord does not take the bot. Never raises but on cancellation."""
        try:
            found = {Concern.LOGIN: Sentence("cli-operator-login", {"why": why})}
            await self._update(found, [], keep=frozenset(Concern))
        except StorageError as error:
            log.warning("the operator could not be told, the database cannot be used: %s", error)
        except Exception:
            log.exception("the operator could not be told by a fault of ours")

    async def tell_accepted(self) -> None:
        """Tell that Discord takes the bot again, if the operator was told that it does not."""
        if Concern.LOGIN in (before := await self._read()).ended and before.ended[Concern.LOGIN] is None:
            await self._update({}, [], keep=frozenset(Concern) - _SAID_BY_DISCORD)

    async def _update(self, found: dict[Concern, Sentence], texts: list[str], *, keep: frozenset[Concern]) -> None:
        """Store what is new, then post what waits. ``keep``: concerns that last also outside ``found``."""
        now, before = self._clock(), await self._read()
        states = {
            Concern(name): ConcernState(None if at is None else datetime.fromtimestamp(at, UTC))
            for name, at in before.ended.items()
            if name in set(Concern)
        }
        lasting = _lasting(before) & keep
        change = changed_concerns(states, frozenset(found) | lasting, now)
        for concern in change.began:
            log.warning("the operator is needed: %s", found[concern].said("en"))
            texts.append(f"⚠️ {found[concern].said(self._language)}")
        for concern in change.ended:
            over = Sentence(f"cli-operator-{concern}-over")
            log.info("%s", over.said("en"))
            texts.append(f"✅ {over.said(self._language)}")
        waiting = (*before.waiting, *texts) if self._url else ()
        if len(waiting) > WAITING_MAX:
            log.warning("%d texts for the operator's webhook are dropped", len(waiting) - WAITING_MAX)
        ended = {
            one.value: None if state.ended_at is None else state.ended_at.timestamp()
            for one, state in change.states.items()
        }
        after = msgspec.structs.replace(before, ended=ended, waiting=waiting[-WAITING_MAX:])
        if after != before:
            await self._write(after)
        if after.waiting and now.timestamp() >= after.next_at:
            await self._post(after, now)

    async def _post(self, state: ToldState, now: datetime) -> None:
        """Post the texts that wait, in their order, until one is not taken."""
        while state.waiting and self._url:
            try:
                await self._webhook.post(self._url, state.waiting[0])
            except WebhookRefused as error:
                wait = min(_LONGEST_WAIT, timedelta(minutes=2 ** min(state.tries, 10)))
                if state.tries == 0:
                    log.warning("operator.webhook_url took no notice, it is tried again: %s", error)
                await self._write(
                    msgspec.structs.replace(state, tries=state.tries + 1, next_at=(now + wait).timestamp())
                )
                return
            state = msgspec.structs.replace(state, waiting=state.waiting[1:], tries=0, next_at=0.0)
            await self._write(state)

    @property
    def _url(self) -> str:
        url = self._settings.operator.webhook_url
        return url.get_secret_value() if url else ""

    @property
    def _language(self) -> Language:
        return self._settings.discord.language

    async def _found(self, lasting: frozenset[Concern]) -> dict[Concern, Sentence]:
        """Concerns of now, each with its sentence. ``lasting``: those that the operator was told of."""
        found, now = {}, self._clock()
        self._waiting.look(now, self._steady())
        usage = await self._storage.maintenance.disk_usage()
        limit = self._settings.database.soft_limit_mb
        if (tight := disk_space.tight(usage, limit)) is not None:
            free = (usage.disk_free or 0) // disk_space.MB
            values: dict[str, str | int] = {
                "kind": tight.value,
                "free": free,
                "used": usage.used // disk_space.MB,
                "limit": limit,
            }
            found[Concern.SPACE] = Sentence("cli-operator-space", dict(values))
        if self._backups.is_on and (failure := (await self._backups.state()).failure):
            found[Concern.BACKUP] = Sentence("cli-operator-backup", {"why": failure})
        backlog = await self._storage.monitoring.backlog(now)
        if (since := backlog.due_since) is not None:
            waited = self._waited(since, now if Concern.DELIVERY in lasting else None)
            if waited > DELIVERY_STUCK:
                found[Concern.DELIVERY] = Sentence("cli-operator-delivery", {"minutes": _minutes(waited)})
        if (due := backlog.watches_due_since) is not None:
            waited = self._waited(due, now if Concern.POLLS in lasting else None)
            if waited > self._polls_stuck:
                about = {"minutes": _minutes(waited), "count": backlog.watches_due}
                found[Concern.POLLS] = Sentence("cli-operator-polls", dict(about))
        for source, most in daily_limits(self._settings.sources).items():
            if source in self._sources and await self._storage.spend.spent(source, now.date()) >= most:
                name = self._texts.speaker(self._language).say(f"source-{source}")
                found[Concern.BUDGET] = Sentence("cli-operator-budget", {"source": name, "most": most})
        return found

    def _waited(self, since: datetime, now: datetime | None) -> timedelta:
        """Time for which something waits. ``now``: of what was told before, which a new start does not end."""
        return self._waiting.since(since) if now is None else now - since

    @property
    def _polls_stuck(self) -> timedelta:
        return max(POLLS_STUCK, 2 * timedelta(seconds=self._settings.poll.interval_s))

    def _of_source(self, plan: NoticePlan) -> str | None:
        """The text of a notice of a source for the operator; None for one of a channel."""
        content = plan.content
        if plan.before.channel_id != OPERATOR_CHANNEL or content is None:
            return None
        speaker = self._texts.speaker(self._language)
        values: dict[str, str | int] = {"source": endpoint_name(speaker, content.endpoint), "count": content.count}
        if content.better:
            partly = "no" if content.scope is OutageScope.NONE else "yes"
            return f"✅ {Sentence('cli-operator-source-over', {**values, 'partly': partly}).said(self._language)}"
        values["why"] = say_cause(speaker, content.cause).rstrip("。.")
        return f"⚠️ {Sentence('cli-operator-source', {**values}).said(self._language)}"

    async def _read(self) -> ToldState:
        note = await self._storage.maintenance.get_note(NOTE)
        return ToldState() if note is None else _TOLD.decode(note)

    async def _write(self, state: ToldState) -> None:
        await self._storage.maintenance.set_note(NOTE, msgspec.json.encode(state).decode())
