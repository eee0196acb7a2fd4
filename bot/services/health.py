"""Sends outage notices and answers ``/status``."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from bot.core.backups import BackupState
from bot.core.health.incidents import OPERATOR_CHANNEL, in_status_channels, plan_notices, without_topics
from bot.core.health.status import ServerStatus, as_its_followers_know, source_lines, with_spending, worst_first
from bot.core.models import ChannelId, FollowedWatch, GuildId, NoticePlan, OutageScope, SourceName
from bot.core.processes import ProcessSurvey, survey
from bot.sources.registry import daily_limits
from bot.storage.scheduled_backups import ScheduledBackups
from bot.storage.stores import Storage
from bot.views.kit.causes import say_cause
from bot.views.kit.endpoints import endpoint_name
from bot.views.kit.text import Texts
from config.settings import Settings

log = logging.getLogger(__name__)

_WHICH = {OutageScope.SOME: "some topics", OutageScope.ALL: "all topics"}


class HealthService:
    """Outage notices, and the answer of ``/status``. ``on_notices``: called when the outbox got a notice."""

    def __init__(
        self,
        storage: Storage,
        sources: Collection[SourceName],
        settings: Settings,
        texts: Texts,
        *,
        clock: Callable[[], datetime],
        on_notices: Callable[[], None] = lambda: None,
        backups: ScheduledBackups | None = None,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._settings = settings
        self._english = texts.speaker("en")
        self._clock = clock
        self._on_notices = on_notices
        self._backups = backups
        self._started_at = clock()

    @property
    def _operator_channel(self) -> ChannelId | None:
        channel = self._settings.discord.status_channel
        return None if channel is None else ChannelId(channel)

    async def send_notices(self) -> list[NoticePlan]:
        """Send the notices that are due to channels and the operator; returns them."""
        now = self._clock()
        await self._send_silence_notice(now)
        dependents, incidents = await self._storage.health.dependent_watches(now)
        status_channels = await self._storage.guild_settings.status_channels()
        planned = [
            without_topics(one, status_channels)
            for one in plan_notices(in_status_channels(dependents, status_channels), incidents, now)
            if self._gets_notices(one.before.channel_id)
        ]
        if not planned:
            return []
        sent = await self._storage.health.commit_notices(planned, now, operator_channel=self._operator_channel)
        for plan in sent:
            if plan.before.channel_id == OPERATOR_CHANNEL:
                self._log(plan)
        if sent:
            self._on_notices()
        return sent

    async def _send_silence_notice(self, now: datetime) -> None:
        """Tell the operator of watches that have fallen silent; the log has each already."""
        channel = self._operator_channel
        if (
            channel is not None
            and await self._storage.health.commit_silent(now, operator_channel=channel) is not None
        ):
            self._on_notices()

    async def status(
        self, guild_id: GuildId, sees: Callable[[ChannelId], bool], *, asked_in: ChannelId | None = None
    ) -> ServerStatus:
        """The status of a server, for the channels that somebody sees.

        ``asked_in``: the channel of the question; in the operator's, the processes of the bot belong to it.
        """
        followed = await self._storage.health.followed_watches(guild_id)
        visible = [
            as_its_followers_know(one.within(channels)) for one in followed if (channels := _seen(one, sees))
        ]
        # What is switched off is not polled: it would stay as it was last, ill or well.
        seen = [one for one in visible if one.watch.source in self._sources]
        deliveries = await self._storage.deliveries.of_guild(guild_id)
        lines = source_lines([one.watch for one in seen], self._sources)
        for source, limit in daily_limits(self._settings.sources).items():
            if source in self._sources:
                lines = with_spending(lines, source, await self._spent_today(source), limit)
        return ServerStatus(
            sources=lines,
            topics=worst_first(seen),
            waiting=sum(queue.entries for queue in deliveries.waiting if sees(queue.channel_id)),
            on_the_way=sum(sees(message.channel_id) for message in deliveries.on_the_way),
            uncertain=sum(sees(message.channel_id) for message in deliveries.uncertain),
            started_at=self._started_at,
            processes=await self._processes(asked_in),
            backups=await self._backup_state(asked_in),
            switched_off=Counter(one.watch.source for one in visible if one.watch.source not in self._sources),
        )

    async def _backup_state(self, asked_in: ChannelId | None) -> BackupState | None:
        if asked_in is None or asked_in != self._operator_channel:
            return None
        return await self._backups.state() if self._backups is not None and self._backups.is_on else None

    async def _processes(self, asked_in: ChannelId | None) -> ProcessSurvey:
        if asked_in is None or asked_in != self._operator_channel:
            return ProcessSurvey()
        return survey(await self._storage.processes.listed(), self._clock())

    async def _spent_today(self, source: SourceName) -> int:
        return await self._storage.spend.spent(source, self._clock().astimezone(UTC).date())

    def _gets_notices(self, channel_id: ChannelId) -> bool:
        return self._settings.alerts.source_notices or channel_id == OPERATOR_CHANNEL

    def _log(self, plan: NoticePlan) -> None:
        """Once an incident and source; what each watch met is in the log before."""
        content = plan.content
        if content is None:
            return
        endpoint = endpoint_name(self._english, content.endpoint)
        if content.better:
            rest = "" if content.scope is OutageScope.NONE else f", but for {content.count} of its topics"
            log.warning("source %s can be read again%s", endpoint, rest)
        else:
            why = say_cause(self._english, content.cause)
            log.warning(
                "source %s cannot be read for %s (%d): %s", endpoint, _WHICH[content.scope], content.count, why
            )


def _seen(followed: FollowedWatch, sees: Callable[[ChannelId], bool]) -> frozenset[ChannelId]:
    return frozenset(channel for channel in followed.channels if sees(channel))
