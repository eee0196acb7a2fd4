"""Finds the posts among the items: embeds, and runs of plain lines that end in a date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core.lazy_dataclass import dataclass

from .counts import read_tokens, rps_in
from .items import Item
from .post import Draft, find_byline, split_date

LONGEST_COUNTS = 12
"""Lines that counts beside a plain post may take."""
_CLOCK = re.compile(
    r"(?:午前|午後|AM |PM )?\s?[0-9]{1,2}[:：][0-9]{2}(?:\s?[AP]M)?(?:\s?[·・]\s?.{4,20})?"
    r"|[0-9]{1,3}\s?(?:秒|分|時間|日|週間|[smhd]|secs?|mins?|hours?|days?|weeks?)(?:\s?(?:前|ago))?",
    re.IGNORECASE,
)
"""Times in ``<time>`` of a link to a post, which are ignored: the id is more exact."""
_NAMED = re.compile(r"(\S.{0,100}?)\s+@([A-Za-z0-9_]{1,20})(?:\s*[·・].{0,30})?")
"""The first line of a card: name and handle."""
_TRAILING_COUNTS = re.compile(
    r"\s(?=\S*(?:RP|RT|リポスト|リツイート|reposts?|retweets?))[^\n]{1,60}$", re.IGNORECASE
)


@dataclass(slots=True)
class PostSegment:
    """A post, where its own items begin and end, and the RP that its own quote holds."""

    post: Draft
    first: int
    last: int
    inside: str = ""


def find_posts(items: Sequence[Item]) -> Iterator[PostSegment]:
    """Embeds, and runs of lines that end in a date as the tail of an embed without its markup does."""
    embedded = any(item.embed for item in items)
    ends = _date_lines(items)
    start = 0
    for number, item in enumerate(items):
        if item.embed:
            yield PostSegment(item.embed.post, number, number, item.embed.after)
            start = number + 1
        elif number in ends:
            first = _after_metrics(items, start, number)
            entry = _plain_post(items[first : number + 1], ends[number])
            start = number + 1
            # Beside embeds a short dated line ("updated 2025年…") is the site's own.
            if entry.is_post and (len(entry.text) >= 15 or not embedded or entry.status):
                yield PostSegment(entry, first, number, ends[number].rest)


@dataclass(frozen=True, slots=True)
class _DateLine:
    text: str
    day: datetime | None
    form: re.Pattern[str]
    rest: str


def _date_lines(items: Sequence[Item]) -> dict[int, _DateLine]:
    """The lines that end a post.

    A text may hold dated lines of its own; but all posts of a page end in one form of date, that of the last
    one, and where posts fill blocks of their own a date before a mere line break ends nothing.
    """
    dated: dict[int, _DateLine] = {}
    for number, item in enumerate(items):
        if item.link and _CLOCK.fullmatch(item.text):
            dated[number] = _DateLine("", None, _CLOCK, rest="")
            continue
        split = _dated(item.text) if item.text[-1:].isalnum() or item.text[-1:] in ")）" else None
        if split and not re.search(r"更新|時点|updated|as of", split.text[-12:], re.IGNORECASE):
            dated[number] = split
    if not dated:
        return dated
    form = dated[max(dated)].form
    same = {number: line for number, line in dated.items() if line.form is form or items[number].link}
    block = {number: line for number, line in same.items() if items[number].ends_block or items[number].link}
    return block if len(block) >= 2 else same


def _dated(text: str) -> _DateLine | None:
    """A line that ends in a date, or in a date and counts after it."""
    split = split_date(text)
    if split:
        return _DateLine(*split, rest="")
    rest = _TRAILING_COUNTS.search(text, max(0, len(text) - 90))
    split = split_date(text[: rest.start()].rstrip()) if rest else None
    return _DateLine(*split, rest=rest[0]) if split and rest else None


def _plain_post(lines: Sequence[Item], end: _DateLine) -> Draft:
    texts = [item.text for item in lines[:-1]]
    named = _NAMED.fullmatch(texts[0]) if texts and lines[-1].link else None
    if named and lines[-1].link and named[2] == lines[-1].link[1]:
        text = "\n".join([*texts[1:], end.text]).strip()
        return Draft(text, f"— {named[1]} (@{named[2]})", lines[-1].link, end.day)
    whole = "\n".join([*texts, end.text]).strip()
    byline = find_byline(whole)
    text = whole[: byline.start()].rstrip() if byline else whole
    return Draft(text, byline[0] if byline else "", lines[-1].link, end.day)


def _after_metrics(items: Sequence[Item], start: int, end: int) -> int:
    """The start of a plain post's text, after the counts that stand alone on the lines above it."""
    first = start
    for number in range(start, min(end, start + LONGEST_COUNTS)):
        kinds = {token.kind for token in read_tokens([items[number].text])}
        if not kinds <= {"rp", "other", "number", "skip"}:
            break
        if kinds & {"rp", "other"} and rps_in([item.text for item in items[start : number + 1]]):
            first = number + 1
    return first
