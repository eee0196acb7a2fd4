"""A language model's sentence on cards of surges and digests, after they were sent.

    card that was sent ─▶ its posts, numbered ─▶ SummaryService ─▶ stored, if it still shows them ─▶ edit

A card goes without; it is edited when there is a sentence that may be used.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.models import CardSentence, Content, DigestContent, OutboxEntry, Post, SurgeContent
from bot.services.summaries import SummaryService
from bot.storage.sql.outbox.sentences import SentenceStore

FRESH: Final = timedelta(hours=1)
"""Age of a card from which on it is left as it is: Discord limits edits of older messages."""
CARDS_MAX: Final = 4
"""Cards of a tick."""
POSTS_MAX: Final = 8
"""Posts of a digest that a sentence is about, its first."""


class CardSentences:
    """Asks for the sentences of cards, once each. ``on_kept`` is called where one is to be shown."""

    def __init__(
        self, store: SentenceStore, summaries: SummaryService, clock: Clock, on_kept: Callable[[], None]
    ) -> None:
        self._store = store
        self._summaries = summaries
        self._clock = clock
        self._on_kept = on_kept

    async def tick(self) -> None:
        """Ask for the sentences of the cards that were sent lately. Raises ``DatabaseBusy``."""
        if not self._summaries.is_on():
            return
        for entry in await self._store.lacking(self._clock() - FRESH, limit=CARDS_MAX):
            sentence = await self._sentence(entry)
            if await self._store.keep(entry.id, sentence, self._clock()) and sentence is not None:
                self._on_kept()

    async def _sentence(self, entry: OutboxEntry) -> CardSentence | None:
        content = entry.content
        if not isinstance(content, (SurgeContent, DigestContent)):
            return None
        posts = numbered_posts(content)
        found = await self._summaries.sentence(_about(content), posts, content.language, entry.guild_id)
        return None if found is None else CardSentence(found.text, tuple(post.key for post in posts.values()))


def numbered_posts(content: Content) -> dict[int, Post]:
    """The posts that a sentence on a card is about, from 1; sensitive ones are left out."""
    posts = [one.post for one in content.posts() if not one.post.sensitive and one.post.text]
    return dict(enumerate(posts[:POSTS_MAX], start=1))


def _about(content: SurgeContent | DigestContent) -> str:
    """The topic, or the topics, by name."""
    if isinstance(content, SurgeContent):
        return content.topic.name
    return ", ".join(topic.topic.name for topic in content.topics)
