"""Facts of ``/about``: the version, the sources with their terms, and how long data is kept."""

from __future__ import annotations

from bot.core.lazy_dataclass import dataclass
from bot.core.models import SourceName


@dataclass(frozen=True, slots=True)
class SourceTerms:
    """A source that is on. ``terms``: addresses of its servers' terms; empty: each site has its own."""

    source: SourceName
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionDays:
    """Days for which data is kept.

    ``posts``: without a change; ``messages``: sent ones; ``decisions``: posts that were sent, by their key alone;
    ``left_servers``: all data of a server after the bot was removed from it.
    """

    posts: int
    messages: int
    decisions: int
    left_servers: int


@dataclass(frozen=True, slots=True)
class AboutFacts:
    """Answer of ``/about``. ``contact``: the operator's, as they wrote it; empty: they named none."""

    version: str
    sources: tuple[SourceTerms, ...]
    retention: RetentionDays
    contact: str = ""
    asks_model: bool = False
    """Whether texts of posts are sent to a language model."""
