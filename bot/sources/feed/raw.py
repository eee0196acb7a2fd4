"""A feed as it was written, whatever its format: texts with how they are written, links, times, names. Pure."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from bot.core.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from .memo import Recalled

ENTRIES_READ: Final = 5_000
"""Entries read of a feed; real ones have hundreds, and podcasts a few thousand."""
PARTS_MAX: Final = 20
"""Texts, authors and links of an entry that are kept to choose from."""


class Kind(Enum):
    """The markup of a text."""

    PLAIN = "plain"
    HTML = "html"
    LOOSE = "loose"
    """Text of RSS, which never says which: HTML, or plain text in which ``<`` is a bracket."""


@dataclass(frozen=True, slots=True)
class RawText:
    """A text as it was written, references resolved once, and how it is written."""

    value: str
    kind: Kind
    base: str = ""
    """The base address of its links, if it names one."""


@dataclass(slots=True)
class RawMedium:
    """An element that names a picture, video or sound, as it was written.

    ``number``: its place in the entry. ``group``: that of forms of the same thing; ``inside``: the number of the
    element it stands in.
    """

    element: str
    url: str
    number: int = 0
    mime: str = ""
    medium: str = ""
    width: str | None = None
    height: str | None = None
    alt: str = ""
    is_default: bool = False
    base: str = ""
    group: tuple[str, int] | None = None
    inside: object = None


@dataclass(slots=True)
class RawEntry:
    """An entry as it was written.

    ``is_link``: whether the id says that it is a link; None where it does not say. ``media`` None: no element
    names any. ``is_adult``: it rates itself as for adults.
    """

    titles: list[tuple[int, RawText]] = field(default_factory=list)
    summaries: list[tuple[int, RawText]] = field(default_factory=list)
    contents: list[RawText] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    published: list[tuple[int, str]] = field(default_factory=list)
    updated: list[tuple[int, str]] = field(default_factory=list)
    id: str = ""
    is_link: bool | None = None
    language: str | None = None
    has_media: bool = False
    media: list[RawMedium] | None = None
    is_adult: bool = False
    count: tuple[str, str] | None = None
    """The element that counts something, and what it says."""
    base: str = ""
    written_as: bytes | None = None
    """A hash of how it is written, where it is read from that alone."""
    recalled: Recalled | None = None
    """The stored reading of the entry; all else is empty then."""

    def add_medium(self, one: RawMedium) -> RawMedium | None:
        """Keep an element that names a medium, and number it; None where there are too many."""
        if self.media is None:
            self.media = []
        if len(self.media) >= PARTS_MAX:
            return None
        one.number = len(self.media)
        self.media.append(one)
        return one

    @property
    def link(self) -> str:
        """The likeliest link as it was written; empty where there is none."""
        return min(self.links, key=itemgetter(0))[1].strip() if self.links else ""


@dataclass(slots=True)
class RawFeed:
    """A feed as it was written; ``about`` has its own title, links, authors and language."""

    about: RawEntry = field(default_factory=RawEntry)
    own_urls: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    is_whole: bool = False
    """Whether the end of it was seen."""
    from_home: bool = False
    """Whether relative links are meant from the feed's page, as RSS has them, and not from the feed."""
