"""The words of a trend answer: a few short lines a source, a few a post. No tables: most readers hold a phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.answers import SourceAnswer
from bot.core.models import Post, PostKey, Snapshot, SourceName
from bot.core.redaction import without_addresses
from bot.core.text import label

from .audience import audience_lines
from .health import said
from .layout import text_weight
from .post import author_line, body, born_text, count_text, source_name
from .text import Speaker, age

EXCERPTS = ((220, 6), (140, 5), (70, 3), (30, 2))
"""UTF-16 units and lines of a post's text: the first that fits its room."""
ASKED_MAX = 70
STALE = timedelta(hours=1)
"""An RP read this much earlier than the rest says when."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FoundPost:
    """A post with the source whose RP is shown; ``rp_at`` where that RP is older than the observation."""

    post: Post
    source: SourceName
    rp_at: datetime | None = None


def merged(answers: Iterable[SourceAnswer], *, newest_first: bool) -> list[FoundPost]:
    """The posts of all sources, each once (with the highest RP known), by RP or by age; what is unknown last."""
    best: dict[PostKey, FoundPost] = {}
    for answer in answers:
        for post in answer.posts:
            known = best.get(post.key)
            if known is None or _rp(post) > _rp(known.post):
                best[post.key] = FoundPost(post, answer.source, _stale(answer, post))
    return sorted(best.values(), key=_by_age if newest_first else _by_rp, reverse=True)


def source_lines(speaker: Speaker, answers: Sequence[SourceAnswer], *, room: int) -> str:
    """What each source was asked and said about the topic itself, or why it said nothing.

    Within ``room`` (see ``text_weight``): of many places one line each, and the last ones are counted.
    """
    whole = "\n\n".join(_source(speaker, answer) for answer in answers)
    if text_weight(whole) <= room:
        return whole
    lines = [_source_line(speaker, answer) for answer in answers]
    shown: list[str] = []
    room -= text_weight(speaker.say("trend-sources-more", count=len(lines)))
    for line in lines:
        room -= text_weight(line) + 1
        if room < 0:
            break
        shown.append(line)
    left_out = len(lines) - len(shown)
    return "\n".join([*shown, *([speaker.say("trend-sources-more", count=left_out)] if left_out else [])])


def post_lines(speaker: Speaker, found: FoundPost, rank: int, *, room: int, with_source: bool) -> str:
    """A post in at most ``room`` (see ``text_weight``): rank and author, excerpt, RP, age."""
    facts = _facts(speaker, found, with_source=with_source)
    author = author_line(found.post)
    for limit, lines in EXCERPTS:
        text = body(speaker, found.post, limit=limit, lines=lines)
        head = [f"**{rank}.** {author}", text] if author or found.post.text else [f"**{rank}.** {text}"]
        drawn = "\n".join(part.rstrip() for part in (*head, facts) if part)
        if text_weight(drawn) <= room:
            return drawn
    # Names and addresses made to be long: the facts still fit.
    return f"**{rank}.**\n{facts}"


def _source(speaker: Speaker, answer: SourceAnswer) -> str:
    """A source's heading, its numbers and the small print."""
    name = source_name(speaker, answer.source)
    if answer.error is not None:
        return f"⚠️ **{name}**\n{speaker.say(answer.error.text_id)}\n-# {_asked(answer)}"
    lines = [f"**{name}**{speaker.say('alert-dot')}{_volume(speaker, answer)}"]
    if answer.trouble is not None:
        lines.append(f"⚠️ {said(speaker, answer.trouble)} {speaker.say('trend-trouble')}")
    if answer.snapshot is not None:
        lines += audience_lines(speaker, answer.snapshot.audience)
    seen = _seen_at(answer.snapshot, answer.observed_at)
    small = [_asked(answer)]
    if seen is not None:
        small.insert(0, speaker.say("trend-observed", age=age(seen)))
    return "\n".join([*lines, f"-# {speaker.say('alert-dot').join(small)}"])


def _source_line(speaker: Speaker, answer: SourceAnswer) -> str:
    """A source in one line: what was asked, and its number or that it failed."""
    name = f"**{source_name(speaker, answer.source)}** {_asked(answer)}"
    if answer.error is not None:
        return f"⚠️ {name}{speaker.say('alert-dot')}{speaker.say(answer.error.text_id)}"
    warning = "⚠️ " if answer.trouble is not None else ""
    return f"{warning}{name}{speaker.say('alert-dot')}{_volume(speaker, answer)}"


def _seen_at(snapshot: Snapshot | None, looked_at: datetime | None) -> datetime | None:
    """When the numbers held: as the source says, else when it was looked at."""
    return snapshot.observed_at if snapshot is not None else looked_at


def _asked(answer: SourceAnswer) -> str:
    """What was asked, not live."""
    return label(without_addresses(answer.asked), ASKED_MAX)


def _volume(speaker: Speaker, answer: SourceAnswer) -> str:
    """How many posts the source counts; where it does not count, how many it gave."""
    if answer.snapshot is not None and answer.snapshot.volume is not None:
        return speaker.say("trend-volume", count=speaker.exact(answer.snapshot.volume))
    given = len(answer.posts) if answer.given is None else answer.given
    return speaker.say("trend-given", count=speaker.exact(given))


def _facts(speaker: Speaker, found: FoundPost, *, with_source: bool) -> str:
    """RP or another count (RP with its time, where it is older than the rest), age, source."""
    counted = count_text(speaker, found.post)
    rp = f"**{counted}**" if counted else ""
    if found.rp_at is not None and found.post.rp is not None:
        rp = speaker.say("trend-rp-of", rp=rp, age=age(found.rp_at))
    parts = [rp, born_text(speaker, found.post)]
    if with_source:
        parts.append(source_name(speaker, found.source))
    return speaker.say("alert-dot").join(part for part in parts if part)


def _stale(answer: SourceAnswer, post: Post) -> datetime | None:
    """When a remembered RP was read, where that is well before the observation."""
    read_at = answer.rp_times.get(post.key)
    if read_at is None or answer.observed_at is None or answer.observed_at - read_at < STALE:
        return None
    return read_at


def _rp(post: Post) -> int:
    return -1 if post.rp is None else post.rp


def _by_rp(found: FoundPost) -> tuple[int, datetime]:
    return _rp(found.post), found.post.created_at or _EARLIEST


def _by_age(found: FoundPost) -> tuple[datetime, int]:
    return found.post.created_at or _EARLIEST, _rp(found.post)
