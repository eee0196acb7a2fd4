"""A post of a digest in a few lines or one, and of when and from where its counts are.

Everything from outside is cut first and escaped then (invariant 7); nothing of a hidden post is drawn (8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.models import DigestContent, DigestPost, DigestTopic, SourceName
from bot.core.text import label, safe_url
from bot.views.kit.post import NAME_MAX, body, count_text, handle_label, is_withheld, moment, source_name
from bot.views.kit.text import Speaker, when

EXCERPT_SIZES = ((200, 4), (120, 3), (70, 2))
"""UTF-16 units and lines of a post's text, the fullest first; below that it is a headline of one line."""
HEADLINE_MAX, HEADLINE_SHORT = 40, 24
POST_FRAME = 30
"""Rank, RP and marks around a post's words."""
LINK_MAX = 200
"""Longer addresses are not linked in text: a few of them and nothing else would fit a message."""


@dataclass(frozen=True, slots=True)
class DrawContext:
    """The reader of a digest. ``several``: its posts are from several sources, so that each names its own."""

    speaker: Speaker
    age_restricted: bool
    ends_at: datetime
    several: bool


def reader_of(speaker: Speaker, content: DigestContent, *, age_restricted: bool) -> DrawContext:
    """The reader of a digest."""
    return DrawContext(speaker, age_restricted, content.period.end, len(_sources(content)) > 1)


def visible(topic: DigestTopic) -> list[DigestPost]:
    """The posts that were not taken down, by rank."""
    return [post for post in topic.posts if not post.hidden]


def expected_length(topic: DigestTopic, limit: int = EXCERPT_SIZES[0][0]) -> int:
    """About as many UTF-16 units as its posts take at least, each with so much of its text; quick to compute."""
    return sum(
        POST_FRAME + (HEADLINE_MAX if post.alerted else min(len(post.post.text), limit)) for post in visible(topic)
    )


def caution(speaker: Speaker, content: DigestContent) -> str:
    """The source of the posts where it is one alone, the time of their RP (invariant 9), and their order.

    Empty without posts; of RP nothing is said where no post has one.
    """
    posts = [post for topic in content.topics for post in visible(topic)]
    times = {post.observed_at.replace(second=0, microsecond=0) for post in posts if post.post.rp is not None}
    sources = _sources(content)
    parts = [source_name(speaker, sources[0])] if len(sources) == 1 else []
    if times:
        parts.append(speaker.say("trend-caution", time=_span(speaker, min(times), max(times))))
    if any(_is_by_gain(topic) for topic in content.topics):
        parts.append(speaker.say("digest-order"))
    return speaker.say("alert-dot").join(parts)


def _span(speaker: Speaker, begin: datetime, end: datetime) -> str:
    """A span of time; what both ends share (the minute, or the day) is said once."""
    if begin == end:
        return when(begin)
    return speaker.say("trend-span").join([when(begin), moment(end, begin)])


def _is_by_gain(topic: DigestTopic) -> bool:
    """Whether its order says who gained more: there are several posts, and somebody knows what they gained."""
    shown = visible(topic)
    return len(shown) > 1 and any(post.gained is not None for post in shown)


def post_lines(
    reader: DrawContext, digest_post: DigestPost, rank: int, size: tuple[int, int], *, linked: bool = True
) -> str:
    """A post with its author and, at most so long, its text."""
    if is_withheld(digest_post.post, age_restricted=reader.age_restricted):
        return headline(reader, digest_post, rank)
    limit, lines = size
    author = _author(digest_post)
    name = author or (_link_words(reader, digest_post, HEADLINE_MAX) if linked else "")
    shown = f"**{_linked(name, digest_post) if linked else name}**" if name else ""
    head = _ranked(reader, digest_post, rank, shown)
    if name and not author and not digest_post.post.text:  # it is called what it is
        return head
    return f"{head}\n{body(reader.speaker, digest_post.post, limit=limit, lines=lines)}"


def headline(reader: DrawContext, digest_post: DigestPost, rank: int, *, limit: int = HEADLINE_MAX) -> str:
    """A post in one line."""
    if is_withheld(digest_post.post, age_restricted=reader.age_restricted):
        rp = _grown(reader.speaker, digest_post, reader.speaker.number(digest_post.post.rp))
        return f"**{rank}.** {reader.speaker.say('alert-withheld', rp=rp)}"
    return _ranked(reader, digest_post, rank, _linked(_link_words(reader, digest_post, limit), digest_post))


def separated(reader: DrawContext, parts: Iterable[str]) -> str:
    """The parts that are not empty, in one line."""
    return reader.speaker.say("alert-dot").join(filter(None, parts))


def _ranked(reader: DrawContext, digest_post: DigestPost, rank: int, name: str) -> str:
    """The rank, whether the channel had it as an alert, the name of the post, and its counts."""
    mark = reader.speaker.say("digest-alerted") if digest_post.alerted else ""
    return f"**{rank}.** {separated(reader, [mark, name, *_counts(reader, digest_post)])}"


def _counts(reader: DrawContext, digest_post: DigestPost) -> Iterator[str]:
    """The RP with what it gained, and its source where there are several."""
    counted = count_text(reader.speaker, digest_post.post)
    if counted:
        yield f"**{_grown(reader.speaker, digest_post, counted)}**"
    if reader.several:
        yield source_name(reader.speaker, digest_post.source)


def _grown(speaker: Speaker, digest_post: DigestPost, counted: str) -> str:
    """``RP 1,234 (+560)``; of an unknown RP nothing is said but that."""
    if digest_post.post.rp is None:
        return counted
    if digest_post.gained is None:
        return speaker.say("digest-rp-unknown", rp=counted)
    return speaker.say("digest-rp", rp=counted, gained=signed(speaker, digest_post.gained))


def signed(speaker: Speaker, number: int) -> str:
    """``+560``, ``±0``, ``−3``."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{speaker.number(abs(number))}"


def _author(digest_post: DigestPost) -> str:
    """Name or handle, whichever is known."""
    return label(digest_post.post.author_name or "", NAME_MAX) or handle_label(digest_post.post.author_handle)


def _link_words(reader: DrawContext, digest_post: DigestPost, limit: int) -> str:
    """The link text of a post in one line: its own words, unless they are sensitive, else its author or kind."""
    words = "" if digest_post.post.sensitive else label(digest_post.post.text, limit)
    return words or _author(digest_post) or reader.speaker.say("post-on", network=digest_post.post.network)


def _linked(words: str, digest_post: DigestPost) -> str:
    link = safe_url(digest_post.post.url, LINK_MAX)
    return f"[{words}]({link})" if link else words


def _sources(content: DigestContent) -> list[SourceName]:
    """The sources of its posts, each once."""
    return list(dict.fromkeys(post.source for topic in content.topics for post in visible(topic)))
