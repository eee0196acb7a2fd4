"""Entries of a feed that come again as they were written: known by their bytes, taken from their stored posts.

    document ─▶ one entry's text ─▶ its hash ─▶ known? the record of the last reading, and the stored post
                                             └▶ else: read, and recorded for the next time

What a record says must be what a new reading would say. It is used only where nothing else changed that the
reading depends on (``EntryMemo.context``, and the parser's state in each hash), and where the stored post still
has the words that were read. A memo is a day old at most: then the whole feed is read. All is pure but for
``version_stamp``.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from bot.core.lazy_dataclass import dataclass
from bot.core.models import EntryMemo, Post, PostKey, RecalledEntries

FULL_EVERY: Final = timedelta(days=1)
"""Interval of full reads, as where a server says that nothing changed."""
SLICE_MAX: Final = 100_000
"""Characters of an entry that is remembered."""
WRITTEN_AS_BYTES: Final = 12
"""Bytes of an entry's hash that are kept. SHA-256, for which processors have instructions: half the time of BLAKE2
(1.1 and 1.8 µs for 1,500 bytes, measured)."""
MEMO_MAX: Final = 200_000
"""Bytes of the records of a feed that are kept."""
_NEVER: Final = sys.maxsize


class Hashes(msgspec.Struct, array_like=True, frozen=True):
    """The hashes of an entry (``core.identity.entries``), each 0 or "" where it has none.

    ``by_id``, ``by_title``, ``by_link``: identities that it has by other rules.
    """

    id: int
    link: int
    path: int
    title: int
    time: int
    text: int
    by_id: str
    by_title: str
    by_link: str
    id_is_link: bool


class Record(msgspec.Struct, array_like=True, frozen=True):
    """The reading of an entry, without the words of its post.

    ``written_as``: the hash of its text. ``words``: a hash of its post's words. ``own``: the feed's id of it.
    ``link``: as shown and as compared. ``at``: its own time, in seconds. ``said``: its identity by what it says.
    """

    written_as: bytes
    words: bytes
    own: str
    link: tuple[str, str] | None
    at: int | None
    said: str
    score: int | None
    hashes: Hashes


@dataclass(frozen=True, slots=True)
class Recalled:
    """An entry as it was read before: its record, as packed too, and its post as it is stored under ``key``."""

    record: Record
    packed: bytes
    key: PostKey
    post: Post

    @property
    def at(self) -> datetime | None:
        """The time of writing, by its own word."""
        return None if self.record.at is None else datetime.fromtimestamp(self.record.at, UTC)


_RECORD: Final = msgspec.msgpack.Decoder(Record)
_ENCODER: Final = msgspec.msgpack.Encoder()


class EntrySlices:
    """Begin and end of the entries in a document's text, and which of them are known.

    Each character is hashed once at most: an entry within an entry has no hash of its own, and is not known.
    """

    def __init__(self, text: str, known: Mapping[bytes, Recalled]) -> None:
        self.end = 0
        """The end of the entry that was begun last."""
        self._text = text
        self._known = known
        self._open: tuple[bytes, tuple[int, int]] | None = None

    def begin(self, tag: str, start: int, state: bytes, ends_at: tuple[int, int]) -> Recalled | None:
        """The stored reading of the entry that begins at ``start``, by its text up to its end tag.

        ``state``: a hash of what else its reading depends on. ``ends_at``: where the reading is when it ended, if
        the entry is alone in its text: the changes of what outlasts it so far, and the number of entries.
        """
        self._open = None
        if start < self.end:
            return None
        closing = f"</{tag}>"
        found = self._text.find(closing, start)
        self.end = _NEVER if found < 0 else found + len(closing)
        if found < 0 or self.end - start > SLICE_MAX:
            return None
        written = self._text[start : self.end].encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(state + written).digest()[:WRITTEN_AS_BYTES]
        self._open = digest, ends_at
        return self._known.get(digest)

    def finish(self, at: tuple[int, int]) -> bytes | None:
        """The hash of the entry that ended; None where its text held more than it."""
        opened, self._open = self._open, None
        return opened[0] if opened is not None and opened[1] == at else None


def usable(recalled: RecalledEntries | None, now: datetime) -> dict[bytes, Recalled]:
    """The records that are still true, by the hash of their entries: their posts have the words that were read."""
    if recalled is None or not timedelta(0) <= now - recalled.memo.full_at < FULL_EVERY:
        return {}
    found: dict[bytes, Recalled] = {}
    latest = now.timestamp()
    for key, packed in recalled.memo.entries:
        post = recalled.posts.get(key)
        if post is None:
            continue
        try:
            record = _RECORD.decode(packed)
        except msgspec.DecodeError:  # of another version
            return {}
        if record.words == words_hash(post) and (record.at is None or record.at <= latest):
            found[record.written_as] = Recalled(record, packed, key, post)
    return found


def words_hash(post: Post) -> bytes:
    """A hash of all that a post takes from its entry's text and that its record has not."""
    words = (post.text, post.author_name, post.language, post.has_media, post.score_name, post.titled)
    return hashlib.blake2b(_ENCODER.encode(words), digest_size=12).digest()


def memo_of(records: Iterable[tuple[PostKey, Record | bytes]], context: bytes, full_at: datetime) -> EntryMemo:
    """The records of a feed, as many as are kept; one that is packed already stays so."""
    kept: list[tuple[PostKey, bytes]] = []
    room = MEMO_MAX
    for key, record in records:
        packed = record if isinstance(record, bytes) else _ENCODER.encode(record)
        room -= len(packed) + len(key)
        if room < 0:
            break
        kept.append((key, packed))
    return EntryMemo(full_at, context, tuple(kept))


def context_hash(*said: object) -> bytes:
    """A hash of what the reading of all entries depends on; ``said`` in a form that ``repr`` tells apart."""
    return hashlib.blake2b(repr(said).encode("utf-8", "replace"), digest_size=16, key=version_stamp()).digest()


@lru_cache(maxsize=1)
def version_stamp() -> bytes:
    """Changes with the program: sizes and times of the files of all modules that take part in a reading."""
    stamps = [(name, _stamp(name)) for name in READING]
    return hashlib.blake2b(repr(stamps).encode(), digest_size=16).digest()


READING: Final = (
    *(
        f"bot.sources.feed.{name}"
        for name in (
            "failures",
            "json_feed",
            "links",
            "long_feeds",
            "memo",
            "fingerprints",
            "raw",
            "reading",
            "text",
            "times",
        )
    ),
    *(f"bot.sources.feed.{name}" for name in ("wire", "xml_elements", "xml_feed", "xml_fields")),
    *(f"bot.sources.feed.{name}" for name in ("xml_markup", "xml_media", "xml_references")),
    *(
        f"bot.sources.parsing.{name}"
        for name in ("dates", "html_scan", "html_text", "languages", "lenient_json", "links")
    ),
    *(f"bot.sources.parsing.{name}" for name in ("calendars", "numbers", "parts", "relative_dates", "sanitize")),
    *(f"bot.core.identity.{name}" for name in ("entries", "tracking_params", "urls", "x_ids")),
    *(f"bot.core.{name}" for name in ("media", "models.media", "models.posts", "models.watches", "text")),
    *(f"bot.sources.{name}" for name in ("feed.pictures", "parsing.pictures")),
    "bot.core.url_display",
    *(f"bot.sources.http.{name}" for name in ("challenges", "charset", "encoding_guess", "legacy_encodings")),
)
"""The modules that say what is read of an entry."""


def _stamp(name: str) -> tuple[int, int]:
    try:
        found = Path(getattr(sys.modules.get(name), "__file__", None) or "").stat()
    except OSError:
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)
