"""The RP that posts of each source must reach: as chosen, as before, or the operator's default."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.core.errors import RefusedRequest
from bot.core.models import SourceName, SubscriptionSettings, Topic
from bot.services.input.text import check_min_rp
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest
from bot.services.trends import TrendService
from config.settings import Settings


class Minimums:
    """Minimums and sources of a subscription, from what was chosen and the operator's settings."""

    def __init__(self, trends: TrendService, settings: Settings) -> None:
        self._trends = trends
        self._settings = settings

    def of_request(self, ask: SubscribeRequest, topic: Topic) -> dict[SourceName, int]:
        """Each source's minimum: the given one, else the operator's for all, else the source's own.

        Raises ``RefusedRequest``: a source that is off, that cannot be asked for the topic, or none at all.
        """
        self.check_sources(ask)
        sources = ask.chosen.sources or self._trends.sources_for(topic)
        if not sources:
            raise RefusedRequest("error-no-source")
        return self._after({}, ask.chosen, sources)

    def check_sources(self, ask: SubscribeRequest) -> None:
        """Raises ``RefusedRequest`` for a chosen source that is off or cannot be asked for the topic."""
        for source in ask.chosen.sources or (None,):
            self._trends.check(ask.topic, source)

    def settings_after(self, before: SubscriptionSettings, chosen: SettingsChange) -> SubscriptionSettings:
        """Settings with what was chosen. Raises ``RefusedRequest``."""
        return chosen.settings(before, self._after(before.min_rp, chosen, chosen.sources or before.min_rp))

    def all_at(self, min_rp: int, sources: Collection[SourceName]) -> dict[SourceName, int]:
        """One minimum, as typed, for these sources. Beside others one without RP keeps its own.

        Any minimum above 0 would silence it, which nobody means who types a number for all.
        """
        return {
            source: self._own(source) if not source.traits.counts_reposts and len(sources) > 1 else min_rp
            for source in sources
        }

    def _after(
        self, before: Mapping[SourceName, int], chosen: SettingsChange, sources: Collection[SourceName]
    ) -> dict[SourceName, int]:
        """The RP to reach at each of these sources: as chosen, else as before, else the default."""
        min_rp = chosen.chosen_min_rp()
        if min_rp is not None:
            return self.all_at(check_min_rp(min_rp), sources)
        return {source: before.get(source, self._default(source)) for source in sources}

    def _default(self, source: SourceName) -> int:
        """The operator's minimum for all, else the source's own; without RP always its own."""
        general = self._settings.alerts.default_min_rp
        return self._own(source) if general is None or not source.traits.counts_reposts else general

    def _own(self, source: SourceName) -> int:
        return self._settings.sources.of(source).default_min_rp
