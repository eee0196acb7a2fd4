"""Answers ``/about``."""

from __future__ import annotations

from bot import __version__
from bot.core.about import AboutFacts, RetentionDays, SourceTerms
from bot.sources.registry import terms_of
from bot.storage.sql.maintenance import DECISIONS, HISTORY
from config.settings import Settings


class AboutService:
    """Facts about this bot, from its settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def facts(self) -> AboutFacts:
        """Version, sources, retention and contact as they are set now."""
        settings = self._settings
        return AboutFacts(
            version=__version__,
            sources=tuple(SourceTerms(name, terms) for name, terms in terms_of(settings.sources).items()),
            retention=RetentionDays(
                posts=settings.poll.keep_posts_days,
                messages=HISTORY.days,
                decisions=DECISIONS.days,
                left_servers=settings.privacy.forget_servers_after_days,
            ),
            contact=settings.discord.contact.strip(),
            asks_model=settings.summary.url is not None,
        )
