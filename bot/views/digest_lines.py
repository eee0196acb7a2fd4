"""The words of a digest: a topic in its numbers and top posts, from its fullest form to its shortest.

Everything from outside is cut first and escaped then (invariant 7); nothing of a hidden post is drawn (8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.models import DigestContent, DigestPost, DigestTopic, SourceName, TopicState, Trouble, Volume
from bot.core.text import TOPIC_NAME_MAX, label, safe_url

from .audience import audience_lines
from .health import place_name, said
from .post import NAME_MAX, body, count_text, handle_label, is_withheld, source_name
from .text import Speaker, age, when

EXTENTS = ((200, 4), (120, 3), (70, 2))
"""UTF-16 units and lines of a post's text, the fullest first; below that it is a headline of one line."""
HEADLINE_MAX = 40
LINK_MAX = 200
"""Longer addresses are not linked in text: a few of them and nothing else would fit a message."""
TROUBLES_MAX = 3
STALE = timedelta(hours=1)
"""A count of posts read this much before a period's end says when."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a digest is drawn for. ``several``: its posts are from several sources, so that each names its own."""

    speaker: Speaker
    age_restricted: bool
    ends_at: datetime
    several: bool


@dataclass(frozen=True, slots=True)
class TopicText:
    """A topic as drawn, and how many of its posts are counted instead of drawn."""

    text: str
    left_out: int = 0


def reader_of(speaker: Speaker, content: DigestContent, *, age_restricted: bool) -> Reader:
    """The reader of a digest."""
    return Reader(speaker, age_restricted, content.period.end, len(_sources(content)) > 1)


def visible(topic: DigestTopic) -> list[DigestPost]:
    """The posts that were not taken down, by rank."""
    return [post for post in topic.posts if not post.hidden]


def topic_name(topic: DigestTopic) -> str:
    """The topic as it is shown in text."""
    return label(topic.topic.name, TOPIC_NAME_MAX) or "-"


def topic_texts(reader: Reader, topic: DigestTopic) -> Iterator[TopicText]:
    """The topic in ever fewer characters. Only the last few leave posts out; each says how many."""
    if topic.state is TopicState.QUIET:
        return _quiet(reader, topic)
    if topic.state is TopicState.BROKEN:
        return _broken(reader, topic)
    return _news(reader, topic)


def beyond_line(speaker: Speaker, topic: DigestTopic, left_out: int = 0) -> str:
    """What is counted instead of shown: posts that found no room, and new ones below the top; empty for none."""
    parts = [speaker.say("digest-rest", count=left_out)] if left_out else []
    if topic.more:
        parts.append(speaker.say("digest-beyond", count=topic.more))
    return speaker.say("alert-dot").join(parts)


def caution(speaker: Speaker, content: DigestContent) -> str:
    """Of when the RP counts are, and of which source where it is one alone (invariant 9); empty without posts."""
    times = {post.observed_at for topic in content.topics for post in visible(topic)}
    if not times:
        return ""
    span = speaker.say("trend-span").join(when(moment) for moment in sorted({min(times), max(times)}))
    sources = _sources(content)
    parts = [speaker.say("trend-caution", time=span)]
    if len(sources) == 1:
        parts.insert(0, source_name(speaker, sources[0]))
    return speaker.say("alert-dot").join(parts)


def post_lines(
    reader: Reader, told: DigestPost, rank: int, extent: tuple[int, int], *, linked: bool = True
) -> str:
    """A post with its author and, at most so long, its text."""
    if is_withheld(told.post, age_restricted=reader.age_restricted):
        return headline(reader, told, rank)
    limit, lines = extent
    name = _author(told) or (_link_words(reader, told) if linked else "")
    shown = f"**{_linked(name, told) if linked else name}**" if name else ""
    head = _ranked(reader, told, rank, shown)
    text = body(reader.speaker, told.post, limit=limit, lines=lines)
    return f"{head}\n{text}" if text else head


def headline(reader: Reader, told: DigestPost, rank: int) -> str:
    """A post in one line."""
    if is_withheld(told.post, age_restricted=reader.age_restricted):
        rp = _grown(reader.speaker, told, reader.speaker.number(told.post.rp))
        return f"**{rank}.** {reader.speaker.say('alert-withheld', rp=rp)}"
    return _ranked(reader, told, rank, _linked(_link_words(reader, told), told))


# -- a topic -------------------------------------------------------------------------------------------


def _quiet(reader: Reader, topic: DigestTopic) -> Iterator[TopicText]:
    """One line."""
    left_out = len(visible(topic))
    sentence = reader.speaker.say("digest-quiet", topic=topic_name(topic))
    rest = beyond_line(reader.speaker, topic, left_out)
    yield TopicText(_separated(reader, [sentence, *_numbers(reader, topic), rest]), left_out)
    yield TopicText(_separated(reader, [sentence, rest]), left_out)


def _broken(reader: Reader, topic: DigestTopic) -> Iterator[TopicText]:
    """That nothing is known, and which place could not be read, and why."""
    left_out = len(visible(topic))
    sentence = reader.speaker.say("digest-broken", topic=topic_name(topic))
    short = _separated(reader, [sentence, beyond_line(reader.speaker, topic, left_out)])
    troubles = [f"-# {line}" for line in _troubles(reader.speaker, topic.troubles)]
    numbers = [_separated(reader, _numbers(reader, topic))]
    yield TopicText(_joined([short, *troubles, *numbers]), left_out)
    yield TopicText(_joined([short, *troubles]), left_out)
    yield TopicText(short, left_out)


def _news(reader: Reader, topic: DigestTopic) -> Iterator[TopicText]:
    """Shorter texts of posts first, then headlines, then fewer of them, then the numbers go as well."""
    posts, speaker = visible(topic), reader.speaker
    head = f"### {topic_name(topic)}"
    troubles = list(_troubles(speaker, topic.troubles))
    numbers = [_separated(reader, _numbers(reader, topic))]
    facts = _facts(reader, topic, any_post=bool(posts))
    for extent in EXTENTS:
        lines = [
            headline(reader, post, rank) if post.told else post_lines(reader, post, rank, extent)
            for rank, post in enumerate(posts, start=1)
        ]
        yield TopicText(_joined([head, *troubles, *facts, *lines, *_rest(speaker, topic, 0)]))
    lines = [headline(reader, post, rank) for rank, post in enumerate(posts, start=1)]
    for shown in range(len(posts), -1, -1):
        left_out = len(posts) - shown
        rest = _rest(speaker, topic, left_out)
        yield TopicText(_joined([head, *troubles, *numbers, *lines[:shown], *rest]), left_out)
    bare = f"**{topic_name(topic)}**{' ⚠️' if troubles else ''}"
    yield TopicText(_separated(reader, [bare, beyond_line(speaker, topic, len(posts))]), len(posts))


def _rest(speaker: Speaker, topic: DigestTopic, left_out: int) -> list[str]:
    line = beyond_line(speaker, topic, left_out)
    return [f"-# {line}"] if line else []


def _facts(reader: Reader, topic: DigestTopic, *, any_post: bool) -> list[str]:
    """The numbers of the topic and who talks about it; that there is nothing where nothing can be shown."""
    lines = [_separated(reader, _numbers(reader, topic)), _separated(reader, _audience(reader.speaker, topic))]
    shown = [line for line in lines if line]
    if not shown and not any_post and not topic.more:
        return [reader.speaker.say("digest-nothing-shown")]
    return shown


def _numbers(reader: Reader, topic: DigestTopic) -> Iterator[str]:
    """How many posts there are, how many are new, how many alerts were held back."""
    speaker = reader.speaker
    if topic.volume is not None:
        yield _volume(reader, topic.volume)
    if topic.new_posts:
        yield speaker.say("digest-new", count=topic.new_posts)
    if topic.held:
        yield speaker.say("digest-held", count=topic.held)


def _volume(reader: Reader, volume: Volume) -> str:
    """``1,234件の投稿(前の期間から +12%) ・ トレンドページ``."""
    speaker = reader.speaker
    line = speaker.say(
        "digest-volume",
        count=speaker.say("trend-volume", count=speaker.exact(volume.count)),
        change=_change(speaker, volume),
        source=source_name(speaker, volume.source),
    )
    if reader.ends_at - volume.observed_at < STALE:
        return line
    return speaker.say("trend-rp-of", rp=line, age=age(volume.observed_at))


def _change(speaker: Speaker, volume: Volume) -> str:
    """In per cent; in posts where that says nothing. An unknown count before is unknown (invariant 5)."""
    if volume.before is None:
        return speaker.say("digest-change-unknown")
    more = volume.count - volume.before
    percent = round(100 * more / volume.before) if volume.before else 0
    change = f"{_signed(speaker, percent)}%" if percent else _signed(speaker, more)
    return speaker.say("digest-change", change=change)


def _audience(speaker: Speaker, topic: DigestTopic) -> list[str]:
    """Who talks, and who says so where it is not the source of the count above."""
    lines = audience_lines(speaker, topic.audience) if topic.audience is not None else []
    counted_by = topic.volume.source if topic.volume is not None else None
    if lines and topic.audience_source is not None and topic.audience_source is not counted_by:
        lines.append(source_name(speaker, topic.audience_source))
    return lines


def _troubles(speaker: Speaker, troubles: Sequence[Trouble]) -> Iterator[str]:
    """Each place that could not be read properly, and why; of many the first."""
    for trouble in troubles[:TROUBLES_MAX]:
        yield speaker.say(
            "digest-trouble", place=place_name(speaker, trouble.place), why=said(speaker, trouble.why)
        )
    if len(troubles) > TROUBLES_MAX:
        yield speaker.say("digest-troubles-more", count=len(troubles) - TROUBLES_MAX)


# -- a post --------------------------------------------------------------------------------------------


def _ranked(reader: Reader, told: DigestPost, rank: int, name: str) -> str:
    """The rank, whether the channel was told before, what the post is called, and its counts."""
    mark = reader.speaker.say("digest-told") if told.told else ""
    return f"**{rank}.** {_separated(reader, [mark, name, *_counts(reader, told)])}"


def _counts(reader: Reader, told: DigestPost) -> Iterator[str]:
    """The RP with what it gained, and its source where there are several."""
    counted = count_text(reader.speaker, told.post)
    if counted:
        yield f"**{_grown(reader.speaker, told, counted)}**"
    if reader.several:
        yield source_name(reader.speaker, told.source)


def _grown(speaker: Speaker, told: DigestPost, counted: str) -> str:
    """``RP 1,234 (+560)``; of an unknown RP nothing is said but that."""
    if told.post.rp is None:
        return counted
    if told.gained is None:
        return speaker.say("digest-rp-unknown", rp=counted)
    return speaker.say("digest-rp", rp=counted, gained=_signed(speaker, told.gained))


def _signed(speaker: Speaker, number: int) -> str:
    """``+560``, ``±0``, ``−3``."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{speaker.number(abs(number))}"


def _author(told: DigestPost) -> str:
    """Name or handle, whichever is known."""
    return label(told.post.author_name or "", NAME_MAX) or handle_label(told.post.author_handle)


def _link_words(reader: Reader, told: DigestPost) -> str:
    """What a post is called in one line: its own words, unless they are sensitive, else its author."""
    words = "" if told.post.sensitive else label(told.post.text, HEADLINE_MAX)
    return words or _author(told) or reader.speaker.say("post-no-author")


def _linked(words: str, told: DigestPost) -> str:
    link = safe_url(told.post.url, LINK_MAX)
    return f"[{words}]({link})" if link else words


def _sources(content: DigestContent) -> list[SourceName]:
    """The sources of its posts, each once."""
    return list(dict.fromkeys(post.source for topic in content.topics for post in visible(topic)))


def _separated(reader: Reader, parts: Iterable[str]) -> str:
    return reader.speaker.say("alert-dot").join(filter(None, parts))


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))
