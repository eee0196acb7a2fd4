"""The last answers of sources to ``/trend``, bounded in bytes: of each what a person can page through, no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.limits.weighted_cache import WeightedCache
from bot.core.models import Media, Post, SourceName, TopicKey
from bot.core.text import URL_MAX, excerpt
from bot.core.trend_result import SourceAnswer

AnswerKey = tuple[TopicKey, SourceName, str | None]

CACHE_BYTES: Final = 16 << 20
ANSWER_BYTES: Final = 512 << 10
FAILURE_CACHE_S: Final = 10.0
"""A failure is remembered only this long: the person is asked to try again."""
POSTS_SHOWN: Final = 100
"""Posts kept by RP, and as many of the newest: twenty pages in either order."""
TEXT_KEPT: Final = (1_000, 240)
"""UTF-16 units of a post's text: the first with which the answer fits. A page of ``/trend`` draws at most 220;
what is more serves the rules of whoever subscribes next. The shorter ones go without pictures, too."""
READ_OF_A_TEXT: Final = 4_000
NAME_SHOWN: Final = 120
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


class AnswerCache:
    """Answers for ``keep_s`` seconds. ``clock`` gives aware UTC times."""

    def __init__(self, clock: Callable[[], datetime], keep_s: float) -> None:
        self._clock = clock
        self._keep_s = keep_s
        self._answers: WeightedCache[AnswerKey, SourceAnswer] = WeightedCache(
            CACHE_BYTES, max_value_bytes=ANSWER_BYTES
        )

    def get(self, key: AnswerKey) -> SourceAnswer | None:
        """The answer given lately."""
        return self._answers.get(key, self._clock())

    def put(self, key: AnswerKey, answer: SourceAnswer) -> SourceAnswer:
        """Keep what can be shown of an answer, a failure for less long; returns that."""
        keep_s = self._keep_s if answer.error is None else min(self._keep_s, FAILURE_CACHE_S)
        now = self._clock()
        kept = answer
        for text_max in TEXT_KEPT:
            kept = shown(answer, text_max)
            if self._answers.put(key, kept, now=now, until=now + timedelta(seconds=keep_s)):
                break
        return kept


def shown(answer: SourceAnswer, text_max: int) -> SourceAnswer:
    """An answer without what no page of it shows: posts beyond the first hundred in both orders, long texts.

    ``given`` says how many posts there were. Their order stays.
    """
    newest = sorted(answer.posts, key=lambda post: post.created_at or _EARLIEST, reverse=True)
    wanted = {post.key for post in (*answer.posts[:POSTS_SHOWN], *newest[:POSTS_SHOWN])}
    posts = tuple(_as_shown(post, text_max) for post in answer.posts if post.key in wanted)
    return replace(answer, posts=posts, given=len(answer.posts))


def _as_shown(post: Post, text_max: int) -> Post:
    """A post of which nothing is much longer than it is drawn."""
    has_pictures = text_max == TEXT_KEPT[0]
    return replace(
        post,
        text=excerpt(post.text[:READ_OF_A_TEXT], text_max),
        content_warning=_cut(post.content_warning),
        author_name=_cut(post.author_name),
        author_handle=_cut(post.author_handle),
        url=_or_none(post.url),
        author_url=_or_none(post.author_url),
        score_name=_cut(post.score_name),
        media=tuple(map(_short, post.media[:1])) if has_pictures else (),
        avatar_url=_or_none(post.avatar_url) if has_pictures else None,
    )


def _short(media: Media) -> Media:
    """The medium as a row of a page shows it."""
    return replace(media, preview_url=_or_none(media.preview_url), alt=excerpt(media.alt, NAME_SHOWN))


def _cut(text: str | None) -> str | None:
    return None if text is None else excerpt(text[:READ_OF_A_TEXT], NAME_SHOWN)


def _or_none(url: str | None) -> str | None:
    """An address that a link can hold: half of one leads somewhere else."""
    return url if url is not None and len(url) <= URL_MAX else None
