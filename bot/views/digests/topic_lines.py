"""A topic of a digest, from its fullest form to its shortest: numbers, top posts, and what is counted instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.models import DigestPost, DigestTopic, SourceProblem, TopicState, Volume
from bot.core.text import TOPIC_NAME_MAX, label
from bot.views.kit.audience import audience_lines
from bot.views.kit.causes import say_cause
from bot.views.kit.endpoints import endpoint_name
from bot.views.kit.layout import text_weight
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker, age
from bot.views.rising import words_line

from .post_lines import (
    EXCERPT_SIZES,
    HEADLINE_SHORT,
    DrawContext,
    expected_length,
    headline,
    post_lines,
    separated,
    signed,
    visible,
)

TROUBLES_MAX = 3
STALE = timedelta(hours=1)
"""A count of posts read this much before a period's end says when."""


@dataclass(frozen=True, slots=True)
class TopicText:
    """A topic as drawn, and how many of its posts are counted instead of drawn."""

    text: str
    left_out: int = 0


def topic_name(topic: DigestTopic) -> str:
    """The topic as it is shown in text."""
    return label(topic.topic.name, TOPIC_NAME_MAX) or "-"


def topic_texts(reader: DrawContext, topic: DigestTopic, room: int) -> Iterator[TopicText]:
    """The topic in ever fewer characters, without forms that ``room`` is far too small for.

    Only the last few leave posts out; each says how many.
    """
    if topic.state in {TopicState.QUIET, TopicState.AWAITED}:
        return _quiet(reader, topic)
    if topic.state is TopicState.BROKEN:
        return _broken(reader, topic)
    return _news(reader, topic, room)


def not_shown_line(speaker: Speaker, topic: DigestTopic, left_out: int = 0) -> str:
    """The line that counts posts not shown: those without space, and new ones below the top; empty for none."""
    parts = _left_out(speaker, left_out)
    if topic.more:
        parts.append(speaker.say("digest-beyond", count=topic.more))
    return speaker.say("alert-dot").join(parts)


def _quiet(reader: DrawContext, topic: DigestTopic) -> Iterator[TopicText]:
    """One line."""
    left_out = len(visible(topic))
    sentence = reader.speaker.say(_quiet_text(topic), topic=topic_name(topic))
    rest = not_shown_line(reader.speaker, topic, left_out)
    yield TopicText(separated(reader, [sentence, *_numbers(reader, topic), rest]), left_out)
    yield TopicText(separated(reader, [sentence, rest]), left_out)


def _quiet_text(topic: DigestTopic) -> str:
    if topic.state is TopicState.AWAITED:
        return "digest-awaited"
    return "digest-none-passes" if topic.new_posts else "digest-quiet"


def _broken(reader: DrawContext, topic: DigestTopic) -> Iterator[TopicText]:
    """The text of an unknown topic: endpoints that could not be read, and why."""
    left_out = len(visible(topic))
    sentence = reader.speaker.say("digest-broken", topic=topic_name(topic))
    short = separated(reader, [sentence, not_shown_line(reader.speaker, topic, left_out)])
    troubles = [f"-# {line}" for line in _troubles(reader.speaker, topic.troubles)]
    numbers = [separated(reader, _numbers(reader, topic))]
    yield TopicText(_joined([short, *troubles, *numbers]), left_out)
    yield TopicText(_joined([short, *troubles]), left_out)
    yield TopicText(short, left_out)


def _news(reader: DrawContext, topic: DigestTopic, room: int) -> Iterator[TopicText]:
    """Shorter texts of posts first, then headlines, then fewer of them, then the numbers go as well."""
    posts, speaker = visible(topic), reader.speaker
    head = f"### {topic_name(topic)}"
    troubles = list(_troubles(speaker, topic.troubles))
    numbers = [separated(reader, _numbers(reader, topic))]
    facts = _facts(reader, topic, any_post=bool(posts))
    for size in EXCERPT_SIZES:
        if expected_length(topic, size[0]) > room:
            continue
        lines = [
            headline(reader, post, rank) if post.alerted else post_lines(reader, post, rank, size)
            for rank, post in enumerate(posts, start=1)
        ]
        yield TopicText(_joined([head, *troubles, *facts, *lines, *_rest(speaker, topic, 0)]))
    lines = list(_headlines(reader, posts, room))
    for shown in range(len(lines), 0, -1):
        left_out = len(posts) - shown
        rest = _rest(speaker, topic, left_out)
        yield TopicText(_joined([head, *troubles, *numbers, *lines[:shown], *rest]), left_out)
    yield from _shortest_forms(reader, topic, posts)


def _headlines(reader: DrawContext, posts: Sequence[DigestPost], room: int) -> Iterator[str]:
    """One line a post, from the top, until they are longer than the room."""
    for rank, post in enumerate(posts, start=1):
        line = headline(reader, post, rank)
        room -= text_weight(line) + 1
        if room < 0:
            return
        yield line


def _shortest_forms(reader: DrawContext, topic: DigestTopic, posts: Sequence[DigestPost]) -> Iterator[TopicText]:
    """A topic among many: its top post alone, or its numbers alone, or but its name and what is counted."""
    warning = " ⚠️" if topic.troubles else ""
    head, numbers = f"### {topic_name(topic)}{warning}", list(_numbers(reader, topic))
    if posts:
        first = headline(reader, posts[0], 1, limit=HEADLINE_SHORT)
        rest = _left_out(reader.speaker, len(posts) - 1)
        yield TopicText(_joined([head, separated(reader, [first, *rest])]), len(posts) - 1)
    counted = _left_out(reader.speaker, len(posts))
    yield TopicText(_joined([head, separated(reader, [*numbers, *counted])]), len(posts))
    yield TopicText(separated(reader, [f"**{topic_name(topic)}**{warning}", *counted]), len(posts))


def _left_out(speaker: Speaker, count: int) -> list[str]:
    return [speaker.say("digest-rest", count=count)] if count else []


def _rest(speaker: Speaker, topic: DigestTopic, left_out: int) -> list[str]:
    line = not_shown_line(speaker, topic, left_out)
    return [f"-# {line}"] if line else []


def _facts(reader: DrawContext, topic: DigestTopic, *, any_post: bool) -> list[str]:
    """The numbers of the topic and who talks about it; that there is nothing where nothing can be shown."""
    volume = [_volume(reader, topic.volume)] if topic.volume is not None else []
    rows = (volume, _audience(reader.speaker, topic), _arrivals(reader.speaker, topic))
    lines = [separated(reader, row) for row in rows]
    shown = [line for line in lines if line] + words_line(reader.speaker, topic.words)
    if not shown and not any_post and not topic.more:
        return [reader.speaker.say("digest-nothing-shown")]
    return shown


def _numbers(reader: DrawContext, topic: DigestTopic) -> Iterator[str]:
    """Number of posts, of new posts, and of alerts held back."""
    if topic.volume is not None:
        yield _volume(reader, topic.volume)
    yield from _arrivals(reader.speaker, topic)


def _arrivals(speaker: Speaker, topic: DigestTopic) -> Iterator[str]:
    if topic.new_posts:
        yield speaker.say("digest-new", count=topic.new_posts)
    if topic.held:
        yield speaker.say("digest-held", count=topic.held)


def _volume(reader: DrawContext, volume: Volume) -> str:
    """``1,234件の投稿(前の期間比 +12%) ・ トレンドページ``."""
    speaker = reader.speaker
    line = speaker.say(
        "digest-volume",
        count=speaker.say("trend-volume", count=volume.count),
        change=_change(speaker, volume),
        source=source_name(speaker, volume.source),
    )
    if reader.ends_at - volume.observed_at < STALE:
        return line
    return speaker.say("trend-rp-of", rp=line, age=age(volume.observed_at))


def _change(speaker: Speaker, volume: Volume) -> str:
    """The change in per cent, or in posts where that says nothing.

    An unknown count before is unknown (invariant 5).
    """
    if volume.before is None:
        return speaker.say("digest-change-unknown")
    more = volume.count - volume.before
    percent = round(100 * more / volume.before) if volume.before else 0
    change = f"{signed(speaker, percent)}%" if percent else signed(speaker, more)
    return speaker.say("digest-change", change=change)


def _audience(speaker: Speaker, topic: DigestTopic) -> list[str]:
    """The audience, with its source if that is not the source of the count above."""
    lines = audience_lines(speaker, topic.audience) if topic.audience is not None else []
    counted_by = topic.volume.source if topic.volume is not None else None
    if lines and topic.audience_source is not None and topic.audience_source is not counted_by:
        lines.append(source_name(speaker, topic.audience_source))
    return lines


def _troubles(speaker: Speaker, troubles: Sequence[SourceProblem]) -> Iterator[str]:
    """Endpoints that could not be read properly, and why; of many the first."""
    for trouble in troubles[:TROUBLES_MAX]:
        yield speaker.say(
            "digest-trouble",
            endpoint=endpoint_name(speaker, trouble.endpoint),
            why=say_cause(speaker, trouble.cause),
        )
    if len(troubles) > TROUBLES_MAX:
        yield speaker.say("digest-troubles-more", count=len(troubles) - TROUBLES_MAX)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))
