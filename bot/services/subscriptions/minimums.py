"""The RP that posts of each source must reach: as chosen, as before, or the operator's default."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.core.errors import RefusedRequest
from bot.core.models import GuildSettings, SourceName, Subscription, SubscriptionSettings, Topic
from bot.core.pace.bins import LOWEST as PACE_FLOOR
from bot.services.guild_settings import NO_GUILD_SETTINGS
from bot.services.input.text import check_min_rp
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest, Unchanged
from bot.services.trends import TrendService
from config.settings import Settings


class Minimums:
    """Minimums and sources of a subscription, from what was chosen and the operator's settings."""

    def __init__(self, trends: TrendService, settings: Settings) -> None:
        self._trends = trends
        self._settings = settings

    def of_request(
        self, ask: SubscribeRequest, topic: Topic, server: GuildSettings = NO_GUILD_SETTINGS
    ) -> dict[SourceName, int]:
        """Each source's minimum: the given one, else the server's or operator's for all, else the source's own.

        Raises ``RefusedRequest``: a source that is off, that cannot be asked for the topic, or none at all.
        """
        self.check_sources(ask)
        sources = self._sources(ask, topic)
        return self._after({}, ask.chosen, sources, self.pace_of_request(ask, topic, server), server.min_rp)

    def pace_of_request(
        self, ask: SubscribeRequest, topic: Topic, server: GuildSettings = NO_GUILD_SETTINGS
    ) -> int | None:
        """The pace of a new subscription: as chosen, else the default of the server or the operator for topics.

        A feed has none by default.

        Raises ``RefusedRequest``: for a search in feeds alone, whose articles have no RP to choose by.
        """
        sources = self._sources(ask, topic)
        usual = self._settings.alerts.default_pace if server.pace is None else server.pace
        default = None if topic.is_address else usual or None
        return _pace(ask.chosen, default, sources, topic)

    def _sources(self, ask: SubscribeRequest, topic: Topic) -> tuple[SourceName, ...]:
        sources = ask.chosen.sources or self._trends.sources_for(topic)
        if not sources:
            raise RefusedRequest("error-no-source")
        return sources

    def check_sources(self, ask: SubscribeRequest) -> None:
        """Raises ``RefusedRequest`` for a chosen source that is off or cannot be asked for the topic."""
        for source in ask.chosen.sources or (None,):
            self._trends.check(ask.topic, source)

    def settings_after(self, old: Subscription, chosen: SettingsChange) -> SubscriptionSettings:
        """A subscription's settings with what was chosen. Raises ``RefusedRequest``."""
        before = old.settings
        sources = chosen.sources or tuple(before.min_rp)
        pace = _pace(chosen, before.pace, sources, old.topic)
        # A pace in place of a minimum: that would keep all but the highest posts away.
        kept = before.min_rp if pace is None or before.pace is not None else {}
        return chosen.settings(before, self._after(kept, chosen, sources, pace), pace)

    def all_at(self, min_rp: int, sources: Collection[SourceName]) -> dict[SourceName, int]:
        """One minimum, as typed, for these sources. Beside others one without RP keeps its own.

        Any minimum above 0 would silence it, which nobody means who types a number for all.
        """
        return {
            source: self._own(source) if not source.traits.counts_reposts and len(sources) > 1 else min_rp
            for source in sources
        }

    def _after(
        self,
        before: Mapping[SourceName, int],
        chosen: SettingsChange,
        sources: Collection[SourceName],
        pace: int | None,
        server_min_rp: int | None = None,
    ) -> dict[SourceName, int]:
        """The RP to reach at each of these sources: as chosen, else as before, else the default.

        With a pace the default is what no post of a day's best is below, so that a quiet day is quiet.
        """
        min_rp = chosen.chosen_min_rp()
        if min_rp is not None:
            return self.all_at(check_min_rp(min_rp), sources)

        def default(source: SourceName) -> int:
            return self._default(source, server_min_rp) if pace is None else self._lowest(source)

        return {source: before.get(source, default(source)) for source in sources}

    def _lowest(self, source: SourceName) -> int:
        """The RP below which no post is news, whatever the pace; at least 1 where posts have RP."""
        least = min(self._default(source), PACE_FLOOR)
        return max(least, 1) if source.traits.counts_reposts else least

    def _default(self, source: SourceName, server_min_rp: int | None = None) -> int:
        """The server's or the operator's minimum for all, else the source's own; without RP always its own."""
        general = self._settings.alerts.default_min_rp if server_min_rp is None else server_min_rp
        return self._own(source) if general is None or not source.traits.counts_reposts else general

    def _own(self, source: SourceName) -> int:
        return self._settings.sources.of(source).default_min_rp


def _pace(
    chosen: SettingsChange, otherwise: int | None, sources: Collection[SourceName], topic: Topic
) -> int | None:
    """The pace: as chosen, else ``otherwise``; none for searches in feeds alone, whose articles have no RP.

    Raises ``RefusedRequest``: one was chosen for those.
    """
    pace = chosen.chosen_pace()
    is_possible = topic.is_address or any(source.traits.counts_reposts for source in sources)
    if isinstance(pace, Unchanged):
        return otherwise if is_possible else None
    if pace is not None and not is_possible:
        raise RefusedRequest("error-pace-feed-search")
    return pace
