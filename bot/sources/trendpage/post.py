"""One post of X: made from its text, its byline, its status link and its date."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.core.identity.x_ids import FIRST_SNOWFLAKE, written_at
from bot.core.lazy_dataclass import dataclass
from bot.core.models import Media, Network, Post
from bot.core.text import clean, fingerprint
from bot.sources.parsing.sanitize import TEXT_MAX, clean_name, language_of, valid_count

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATES = tuple(
    re.compile(rf"(?:^|(?<=[\s)）>・·—]))(?:{form})$", re.IGNORECASE)
    for form in (
        rf"{_MONTH} (?P<day>\d{{1,2}}), (?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}}) {_MONTH} (?P<year>\d{{4}})",
        r"(?P<year>\d{4})年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})日",
    )
)
_BYLINE = re.compile(
    r"(?:^|(?<=\s))(?:—|―|–|-{1,2}|&mdash;)\s*(?P<name>[^\n]*?)\s*[(（]@(?P<handle>\w{1,20})[)）]\s*$"
)


@dataclass(slots=True)
class Draft:
    """All that a page says of a post but its RP, which stands elsewhere.

    ``status`` is a match of ``STATUS`` and gives the id, and with it the time; ``day`` (midnight UTC) stands in.
    """

    text: str
    byline: str
    status: re.Match[str] | None
    day: datetime | None
    language: str | None = None
    has_media: bool = False
    media: tuple[Media, ...] = ()
    avatar_url: str | None = None

    def __post_init__(self) -> None:
        self.text = clean(self.text[:TEXT_MAX]).strip()

    @property
    def is_post(self) -> bool:
        """Whether an id or a text distinguishes it from others."""
        return self.status is not None or bool(self.text)

    def finish(self, rp: int | None) -> Post:
        """The post with its RP."""
        text, status = self.text, self.status
        author = find_byline(self.byline)
        handle = author["handle"] if author else status[1] if status else None
        created = _time_of(int(status[2])) if status else None
        return Post(
            network=Network.X,
            canonical_id=status[2] if status else fingerprint(text),
            text=text,
            rp=valid_count(rp),
            url=f"https://x.com/{handle or 'i/web'}/status/{status[2]}" if status else None,
            author_name=clean_name(author["name"]) if author else None,
            author_handle=handle,
            author_url=f"https://x.com/{handle}" if handle else None,
            created_at=created or self.day,
            day_only=created is None and self.day is not None,
            language=language_of(self.language),
            media=self.media,
            avatar_url=self.avatar_url,
            has_media=bool(self.media) or self.has_media or "pic.twitter.com/" in text or "pic.x.com/" in text,
        )


def find_byline(text: str) -> re.Match[str] | None:
    """``— Name (@handle)`` at the end. Looked for in the tail only, or a text of dashes would take for ever."""
    return _BYLINE.search(text, max(0, len(text) - 200))


def _time_of(status_id: int) -> datetime | None:
    """The time of writing of a post; None for ids older than snowflakes."""
    return None if status_id < FIRST_SNOWFLAKE else written_at(status_id)


def split_date(line: str) -> tuple[str, datetime, re.Pattern[str]] | None:
    """The text before the date that ends a line, midnight UTC of that date, and its form."""
    for pattern in _DATES:
        match = pattern.search(line)
        if match is None:
            continue
        month = match["month"]
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        try:
            day = datetime(int(match["year"]), number, int(match["day"]), tzinfo=UTC)
        except ValueError:
            continue
        return line[: match.start()].rstrip(), day, pattern
    return None
