"""Words that rose in a topic, of what a viewer may know: for ``/trend``, digests and cards of surges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.errors import TookTooLong
from bot.core.keywords.rising import RisingWords, rising_words
from bot.core.keywords.utterances import Utterance
from bot.core.lazy_dataclass import dataclass
from bot.core.models import EVERYWHERE, GuildId, Post, PostKey, Topic, Viewer, WatchId
from bot.polling.japanese import segmenter
from bot.polling.rule_evaluator import run_in_request_thread
from bot.storage.stores import Storage

RECENT_WINDOWS: Final = (timedelta(hours=6), timedelta(hours=24))
"""Times whose posts are recent; the longer one where too few people wrote in the shorter one, or nothing rose."""
BACKGROUND: Final = timedelta(days=8)
"""Time before those whose posts are the background."""
RECENT_MAX: Final = 500
BACKGROUND_MAX: Final = 1_500
"""Posts that are read of each; 2,000 take 50 ms (``python -m tests.bench about``)."""


class TopicWords:
    """Finds the words that rose, beside the event loop."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def now(self, topic: Topic, viewer: Viewer) -> RisingWords:
        """The words that rise in a topic now; none where too little is stored, or reading it takes too long."""
        end = self._clock()
        for window in RECENT_WINDOWS:
            found = await self.between(topic, viewer, end - window, end)
            if found.words:
                return found
        return RisingWords()

    async def between(self, topic: Topic, viewer: Viewer, start: datetime, end: datetime) -> RisingWords:
        """The words that rose in a topic from ``start`` to ``end``, against the days before."""

        async def read(since: datetime, until: datetime, limit: int) -> list[Utterance]:
            return await self._storage.trends.texts(topic.key, since, until, viewer, limit=limit)

        return await _found(topic, await _texts(start, end, read))

    async def of_watches(
        self,
        topic: Topic,
        watch_ids: Sequence[WatchId],
        start: datetime,
        end: datetime,
        guilds: Collection[GuildId],
        stored_since: datetime | None = None,
        *,
        shown: Iterable[Post] = (),
    ) -> Mapping[GuildId, RisingWords]:
        """``between`` of the posts of these watches, for each server that listens to them.

        Servers that hid none of the posts, or the same ones, share an answer. ``stored_since``: without posts that
        were stored before. ``shown``: posts of that time that are not stored yet.
        """
        more = [_utterance(post, end) for post in shown if not post.by_bot and not post.sensitive]

        async def read(since: datetime, until: datetime, limit: int) -> list[Utterance]:
            return await self._storage.trends.texts_of_watches(
                watch_ids, since, until, stored_since=stored_since, limit=limit
            )

        texts = await _texts(start, end, read, more)
        if texts is None:
            return dict.fromkeys(guilds, RisingWords())
        hidden = await self._storage.polls.hidden_among(guilds, texts.keys())
        found: dict[frozenset[PostKey], RisingWords] = {}
        of_guild: dict[GuildId, frozenset[PostKey]] = {}
        for guild in guilds:
            keys = of_guild[guild] = frozenset(key for one, key in hidden if one in {guild, EVERYWHERE})
            if keys not in found:
                found[keys] = await _found(topic, texts.without(keys))
        return {guild: found[keys] for guild, keys in of_guild.items()}


@dataclass(frozen=True, slots=True)
class _TopicTexts:
    """Texts of a time, and of the days before it."""

    recent: Sequence[Utterance]
    before: Sequence[Utterance]

    def keys(self) -> set[PostKey]:
        """The posts that they are of."""
        return {PostKey(one.key) for one in (*self.recent, *self.before)}

    def without(self, keys: Collection[PostKey]) -> _TopicTexts:
        """The texts without those of some posts."""
        if not keys:
            return self
        recent, before = ([one for one in texts if one.key not in keys] for texts in (self.recent, self.before))
        return _TopicTexts(recent, before)


def _utterance(post: Post, now: datetime) -> Utterance:
    author = (post.author_handle or post.author_name or post.key).casefold()
    return Utterance(post.key, author, post.text, post.created_at or now, post.rp or 0)


async def _texts(
    start: datetime,
    end: datetime,
    read: Callable[[datetime, datetime, int], Awaitable[list[Utterance]]],
    more: Sequence[Utterance] = (),
) -> _TopicTexts | None:
    """The texts from ``start`` to ``end``, and those of the days before; None where reading takes too long."""
    try:
        recent = await read(start, end, RECENT_MAX)
        before = await read(start - BACKGROUND, start, BACKGROUND_MAX)
    except TookTooLong:  # a help that comes too late is none
        return None
    known = {one.key for one in (*recent, *before)}
    new = [one for one in more if one.key not in known and start <= one.at <= end]
    return _TopicTexts([*recent, *new], before)


async def _found(topic: Topic, texts: _TopicTexts | None) -> RisingWords:
    if texts is None:
        return RisingWords()
    return await run_in_request_thread(rising_words, texts.recent, texts.before, topic.name, segmenter())
