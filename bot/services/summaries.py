"""A sentence about posts, and translations, by the operator's language model, where there is one.

    posts that a viewer is shown ─▶ budget of the day ─▶ model ─▶ checked ─▶ remembered for this server

Nothing waits for it: an answer is shown without a sentence first. A model that is dead, slow or wrong changes
nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Set
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest, SourceError, StorageError
from bot.core.language_model.answers import CitedSentence, cited_sentence, translation
from bot.core.language_model.tasks import ModelTask, sentence_task, translation_task
from bot.core.limits.weighted_cache import WeightedCache
from bot.core.models import GuildId, Post, PostHash, PostKey, SpendAccount, UserId
from bot.core.redaction import post_hash
from bot.sources.language_model.client import LanguageModel
from bot.sources.language_model.wire import UnusableAnswer
from bot.storage.stores import Storage

log = logging.getLogger(__name__)

SENTENCES_BYTES: Final = 1 << 20
TRANSLATIONS_BYTES: Final = 2 << 20
COUNTS_BYTES: Final = 1 << 20
SENTENCE_KEPT: Final = timedelta(minutes=15)
TRANSLATION_KEPT: Final = timedelta(hours=6)
POSTS_MIN: Final = 2
"""Posts from which on a sentence about them says more than they do."""
SHARE_OF_SERVER: Final = 0.25
SHARE_OF_PERSON: Final = 0.05
"""Parts of the day's requests that one server, and the translations of one person, may take; at least one."""


_SentenceKey = tuple[GuildId, str, bytes, frozenset[PostKey]]
"""Server, language, hash of the texts, and the posts that the sentence is about."""


class _NotUsed(NamedTuple):
    """An answer that was not used: it is not asked for again so soon."""


class SummaryService:
    """Asks the model, within ``per_day`` requests of a UTC day. ``model`` None: there is none."""

    def __init__(self, model: LanguageModel | None, storage: Storage, clock: Clock, *, per_day: int) -> None:
        self._model = model
        self._storage = storage
        self._clock = clock
        self._per_day = per_day
        self._sentences: WeightedCache[_SentenceKey, CitedSentence | _NotUsed] = WeightedCache(SENTENCES_BYTES)
        self._translations: WeightedCache[tuple[PostKey, bytes, str], str] = WeightedCache(TRANSLATIONS_BYTES)
        self._counts: WeightedCache[tuple[str, int, str], int] = WeightedCache(COUNTS_BYTES)

    def is_on(self) -> bool:
        """Whether there is a model."""
        return self._model is not None

    async def sentence(
        self, topic: str, posts: Mapping[int, Post], language: str, guild_id: GuildId
    ) -> CitedSentence | None:
        """A sentence about numbered posts that a person of this server is shown; None without a usable one.

        No text of another server's is sent for it. Sensitive posts are left out.
        """
        texts = {number: post.text for number, post in posts.items() if post.text and not post.sensitive}
        if self._model is None or len(texts) < POSTS_MIN:
            return None
        of = frozenset(posts[number].key for number in texts)
        now, key = self._clock(), (guild_id, language, _digest(repr(sorted(texts.items()))), of)
        known = self._sentences.get(key, now)
        if known is None:
            answer = await self._answer(sentence_task(topic, texts, language), guild_id)
            known = (cited_sentence(answer, texts) if answer is not None else None) or _NotUsed()
            self._sentences.put(key, known, now=now, until=now + SENTENCE_KEPT)
        return known if isinstance(known, CitedSentence) else None

    async def translate(self, post: Post, language: str, guild_id: GuildId, user_id: UserId) -> str:
        """A post's text in another language. Raises ``RefusedRequest``."""
        if self._model is None or not post.text:
            raise RefusedRequest("translate-off")
        now, key = self._clock(), (post.key, _digest(post.text), language)
        known = self._translations.get(key, now)
        if known is not None:
            return known
        if not self._may_take("person", user_id, SHARE_OF_PERSON):
            raise RefusedRequest("translate-spent")
        answer = await self._answer(translation_task(post.text, language), guild_id)
        text = translation(answer) if answer is not None else None
        if text is None:
            raise RefusedRequest("translate-failed")
        self._translations.put(key, text, now=now, until=now + TRANSLATION_KEPT)
        return text

    async def forget(self, hidden: Set[PostHash]) -> None:
        """Forget the translations of hidden posts, and the sentences about them."""
        for of_post in self._translations.kept_keys():
            if post_hash(of_post[0]) in hidden:
                self._translations.drop(of_post)
        for about in self._sentences.kept_keys():
            if not hidden.isdisjoint(map(post_hash, about[-1])):
                self._sentences.drop(about)

    async def aclose(self) -> None:
        """Close the model's connections."""
        if self._model is not None:
            await self._model.aclose()

    async def _answer(self, task: ModelTask, guild_id: GuildId) -> str | None:
        """The model's answer; None where it may not be asked any more, or gives none."""
        if self._model is None or not await self._reserve(guild_id):
            return None
        try:
            return await self._model.answer(task)
        except (SourceError, UnusableAnswer) as error:
            log.info("the language model gave no usable answer: %s", error)
            return None

    async def _reserve(self, guild_id: GuildId) -> bool:
        """Whether a request is left of the day's, and of this server's part. It is spent then, whatever comes."""
        if not self._may_take("server", guild_id, SHARE_OF_SERVER):
            return False
        day = self._clock().astimezone(UTC).date()
        try:
            reserved = await self._storage.spend.reserve(
                SpendAccount.LANGUAGE_MODEL, day, 1, least=1, limit=self._per_day
            )
        except StorageError as error:
            log.info("the language model is not asked: %s", error)
            return False
        return reserved > 0

    def _may_take(self, whose: str, number: int, share: float) -> bool:
        """Whether one more request is within someone's part of the day; it is counted then."""
        now = self._clock()
        key = whose, number, now.astimezone(UTC).date().isoformat()
        taken = self._counts.get(key, now) or 0
        if taken >= max(1, int(share * self._per_day)):
            return False
        self._counts.put(key, taken + 1, now=now, until=_tomorrow(now))
        return True


def _tomorrow(now: datetime) -> datetime:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
