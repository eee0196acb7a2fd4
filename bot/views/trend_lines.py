"""The words of a trend answer: a few short lines a source, a few a post. No tables: most readers hold a phone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.core.models import Audience, Post, PostKey, Snapshot, SourceName, Velocity
from bot.core.text import excerpt, label, one_line, safe_url
from bot.core.trend_result import SourceAnswer
from bot.core.url_display import without_addresses
from bot.views.kit.audience import audience_lines
from bot.views.kit.causes import say_cause, say_error
from bot.views.kit.layout import text_weight
from bot.views.kit.post import body, count_text, day, handle_label, is_article, site_of, source_name, velocity_text
from bot.views.kit.text import Speaker, age

EXCERPTS = (62, 44, 24, 12)
"""Columns of a post's text with its age, a Japanese character being two: the first that fits.

62 are two lines of a phone's (265 px of text in a card at 390 px, measured in the demo).
"""
NAME_COLUMNS = 18
"""Columns of an author's name, which shares a line with the rank and the count."""
AGE_COLUMNS = 12
"""Columns of an age as the client draws it, with the dot before: ``· 36 minutes ago`` is a little more."""
TEXT_READ = 400
"""Characters of a text that are read for its excerpt."""
ASKED_MAX = 70
SHORT_BAR = 6
"""Cells of the gender bar that a phone shows in one line with its words."""
STALE = timedelta(hours=1)
"""An RP read this much earlier than the rest says when."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FoundPost:
    """A post with the source whose RP is shown; ``rp_at`` where that RP is older than the observation.

    ``velocity``: as that source's RP rose; ``is_fastest``: it is among the fastest 1 % of the topic there.
    """

    post: Post
    source: SourceName
    rp_at: datetime | None = None
    velocity: Velocity | None = None
    is_fastest: bool = False


def merged(answers: Iterable[SourceAnswer], *, newest_first: bool) -> list[FoundPost]:
    """The posts of all sources, each once (with the highest RP known), by RP or by age; what is unknown last."""
    best: dict[PostKey, FoundPost] = {}
    for answer in answers:
        for post in answer.posts:
            known = best.get(post.key)
            if known is None or _rp(post) > _rp(known.post):
                best[post.key] = FoundPost(
                    post,
                    answer.source,
                    _stale(answer, post),
                    answer.velocities.get(post.key),
                    post.key in answer.fastest,
                )
    return sorted(best.values(), key=_by_age if newest_first else _by_rp, reverse=True)


def source_lines(speaker: Speaker, answers: Sequence[SourceAnswer], *, room: int, detailed: bool) -> str:
    """The report of each source on the topic, or its error; ``detailed``: the request, too.

    Within ``room`` (see ``text_weight``): of many places one line each, and the last ones are counted.
    """
    said_by = [_source(speaker, answer) for answer in answers] if detailed else _in_short(speaker, answers)
    whole = ("\n\n" if detailed else "\n").join(said_by)
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
    """A post in at most ``room`` (see ``text_weight``): rank, author and count, then text, age and source.

    The author leads to the post; of an article the title does, and of who says no name the first words.
    """
    post = replace(found.post, text=one_line(found.post.text[:TEXT_READ]), titled=False)
    counted = _counted(speaker, found)
    source = source_name(speaker, found.source) if with_source else ""
    about = [_age(post), source]
    taken = (AGE_COLUMNS if post.created_at else 0) + (2 * len(source) + 3 if source else 0)
    for columns in EXCERPTS:
        head, text = _worded(speaker, found.post, post, max(columns - taken, 2))
        lines = (_dotted([head, counted]), _dotted([text, *about]))
        drawn = f"**{rank}.** " + "\n".join(filter(None, lines))
        if text_weight(drawn) <= room:
            return drawn
    # Names and addresses made to be long: the facts still fit.
    return f"**{rank}.** {_dotted([counted, *about])}"


def _worded(speaker: Speaker, whole: Post, post: Post, columns: int) -> tuple[str, str]:
    """The link of a post, and its text beside that in so many columns."""
    if is_article(whole):
        title = label(whole.text.split("\n", 1)[0], _units(whole.text, EXCERPTS[0]))
        return _linked(title or site_of(post), post), _by(post)
    if _by(post):
        return _linked(_by(post), post), _excerpt(speaker, post, columns)
    if not post.text:
        return _excerpt(speaker, post, columns), ""
    if post.sensitive:
        return _linked(speaker.say("alert-button-open"), post), _excerpt(speaker, post, columns)
    return _linked(label(post.text, _units(post.text, columns)), post), ""


def _excerpt(speaker: Speaker, post: Post, columns: int) -> str:
    """A post's text in one paragraph; a sensitive one behind a spoiler."""
    return body(speaker, post, limit=_units(post.text, columns), lines=1)


def _by(post: Post) -> str:
    """The author of a post: name or handle, of an article its site too; empty if unknown."""
    name = post.author_name or ""
    known = label(name, _units(name, NAME_COLUMNS)) or excerpt(handle_label(post.author_handle), NAME_COLUMNS)
    return _dotted([known, site_of(post)]) if is_article(post) else known


def _dotted(parts: Iterable[str]) -> str:
    """Parts of a line, the empty ones left out: with the narrow dot, for a phone's line is short."""
    return " · ".join(filter(None, parts))


def _linked(words: str, post: Post) -> str:
    """Words that lead to a post. Discord links none that hold an address themselves."""
    link = safe_url(post.url)
    return f"**[{words}]({link})**" if link and words and "://" not in words else f"**{words}**" if words else ""


def _units(text: str, columns: int) -> int:
    """The UTF-16 units that an excerpt of so many columns has; more where all of it fits."""
    units = 0
    for character in text[: columns + 1]:
        columns -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if columns < 0:
            return max(units, 2)
        units += 2 if ord(character) > 0xFFFF else 1
    return max(units, 2)


def _in_short(speaker: Speaker, answers: Sequence[SourceAnswer]) -> list[str]:
    """Problems of sources in a line, a count of one's own, and in small print the others' counts."""
    lines, given = [], Counter[SourceName]()
    counting = [one for one in answers if one.error is None and one.snapshot and one.snapshot.volume is not None]
    audience = next((one for one in counting if _has_audience(one)), counting[0] if counting else None)
    for answer in answers:
        name = source_name(speaker, answer.source)
        if answer.error is not None:
            lines.append(speaker.say("trend-failed", source=name, why=say_error(speaker, answer.error.cause)))
            continue
        if answer.trouble is not None:
            why = f"{say_cause(speaker, answer.trouble)} {speaker.say('trend-trouble')}"
            lines.append(speaker.say("trend-failed", source=name, why=why))
        if answer is audience and answer.snapshot is not None:
            lines.append(f"**{name}**{speaker.say('alert-dot')}{_volume(speaker, answer)}")
            lines += audience_lines(speaker, answer.snapshot.audience, cells=SHORT_BAR)
        else:
            given[answer.source] += _volume_or_given(answer)
    counts = [
        speaker.say("trend-source-given", source=source_name(speaker, source), count=speaker.exact(count))
        for source, count in given.items()
    ]
    return [*lines, f"-# {speaker.say('alert-dot').join(counts)}"] if counts else lines


def _source(speaker: Speaker, answer: SourceAnswer) -> str:
    """A source's heading, its numbers and the small print."""
    name = source_name(speaker, answer.source)
    if answer.error is not None:
        return f"⚠️ **{name}**\n{say_error(speaker, answer.error.cause)}\n-# {_asked(answer)}"
    lines = [f"**{name}**{speaker.say('alert-dot')}{_volume(speaker, answer)}"]
    if answer.trouble is not None:
        lines.append(f"⚠️ {say_cause(speaker, answer.trouble)} {speaker.say('trend-trouble')}")
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
        return f"⚠️ {name}{speaker.say('alert-dot')}{say_error(speaker, answer.error.cause)}"
    warning = "⚠️ " if answer.trouble is not None else ""
    return f"{warning}{name}{speaker.say('alert-dot')}{_volume(speaker, answer)}"


def _seen_at(snapshot: Snapshot | None, polled_at: datetime | None) -> datetime | None:
    """The time of the numbers: by the source, else the time of the poll."""
    return snapshot.observed_at if snapshot is not None else polled_at


def _asked(answer: SourceAnswer) -> str:
    """The request, not live."""
    return label(without_addresses(answer.asked), ASKED_MAX)


def _volume(speaker: Speaker, answer: SourceAnswer) -> str:
    """The source's number of posts; if it does not count, the number it gave."""
    if answer.snapshot is not None and answer.snapshot.volume is not None:
        return speaker.say("trend-volume", count=answer.snapshot.volume)
    text_id = "trend-given-articles" if answer.source.traits.lists_articles else "trend-given"
    return speaker.say(text_id, count=_given(answer))


def _has_audience(answer: SourceAnswer) -> bool:
    return answer.snapshot is not None and answer.snapshot.audience != Audience()


def _volume_or_given(answer: SourceAnswer) -> int:
    volume = answer.snapshot.volume if answer.snapshot is not None else None
    return _given(answer) if volume is None else volume


def _given(answer: SourceAnswer) -> int:
    return len(answer.posts) if answer.given is None else answer.given


def _counted(speaker: Speaker, found: FoundPost) -> str:
    """RP or another count; with its time, where it is older than the rest."""
    counted = count_text(speaker, found.post)
    rp = f"**{counted}**" if counted else ""
    if found.rp_at is not None and found.post.rp is not None:
        rp = speaker.say("trend-rp-of", rp=rp, age=age(found.rp_at))
    fast = velocity_text(speaker, found.post.rp, found.velocity, is_fastest=found.is_fastest)
    return _dotted([rp, fast])


def _age(post: Post) -> str:
    """The age of a post, in as few words as possible."""
    if post.created_at is None:
        return ""
    return day(post.created_at) if post.day_only else age(post.created_at)


def _stale(answer: SourceAnswer, post: Post) -> datetime | None:
    """The time at which a stored RP was read, if that is well before the observation."""
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
