"""Marks by which the contents of a message in Discord are recognised where no record of the message is left.

After a restore, the messages that were sent since the copy are known by nothing but what they carry: the ids of
their buttons. A button of each alert, digest and surge carries a mark after a dot. Alerts of versions before that
are known by the address of their post.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from functools import singledispatch
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    AlertContent,
    DigestContent,
    DigestId,
    EntryContent,
    PostHash,
    PostKey,
    SurgeContent,
    TopicKey,
)
from bot.core.redaction import post_hash
from bot.core.text import safe_url

MARK: Final = "[0-9a-z-]{1,40}"
"""Pattern of a mark in a button's id."""
_POST_DIGITS: Final = 16
_POST: Final = re.compile(rf"[0-9a-f]{{{_POST_DIGITS}}}")
_TOPIC_DIGITS: Final = 8
_DIGEST: Final = re.compile(r"d([0-9]{1,19})-([0-9]{1,19})")
_SURGE: Final = re.compile(rf"s[ag][0-9a-f]{{{_TOPIC_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class DigestMark:
    """The digest of a mark, and the second at which it was due."""

    digest_id: DigestId
    due_s: int


@singledispatch
def mark_of(content: EntryContent) -> str:
    """The mark that a button of the content carries; empty for contents that have none."""
    del content
    return ""


@mark_of.register
def _of_alert(content: AlertContent) -> str:
    return post_mark(content.post.key)


@mark_of.register
def _of_digest(content: DigestContent) -> str:
    return f"d{content.digest_id}-{int(content.period.end.timestamp())}"


@mark_of.register
def _of_surge(content: SurgeContent) -> str:
    return f"s{'g' if content.grew else 'a'}{_topic_digits(content.topic.key)}"


def post_mark(key: PostKey) -> str:
    """The mark of a post: the first digits of its hash."""
    return hash_mark(post_hash(key))


def hash_mark(hashed: PostHash) -> str:
    """The mark of a post of which only the hash is known."""
    return hashed[:_POST_DIGITS]


def address_mark(url: str | None) -> str:
    """The mark of an address as a message shows it; empty for one that no message shows."""
    shown = safe_url(url)
    return "" if shown is None else f"u{hashlib.blake2b(shown.encode(), digest_size=8).hexdigest()}"


def marks_of(content: EntryContent) -> Iterator[str]:
    """The marks under which a message may show the content, the surest first."""
    yield from filter(None, (mark_of(content),))
    if content.main_post is not None and isinstance(content, AlertContent):
        yield from filter(None, (address_mark(content.post.url),))


def read_digest_mark(mark: str) -> DigestMark | None:
    """The digest of a mark; None for another mark."""
    found = _DIGEST.fullmatch(mark)
    return None if found is None else DigestMark(DigestId(int(found[1])), int(found[2]))


def is_post_mark(mark: str) -> bool:
    """Whether a mark is that of a post: such a place of a message shows this post and no other."""
    return _POST.fullmatch(mark) is not None


def is_surge_mark(mark: str) -> bool:
    """Whether a mark is that of a surge, which a topic can have again."""
    return _SURGE.fullmatch(mark) is not None


def may_have_been_sent(content: EntryContent, before: datetime) -> bool:
    """Whether something decided anew may have been sent before a time.

    Alerts of posts that are as old, digests that were due by then, surges that had begun. A summary or a notice
    says no more than is so now.
    """
    match content:
        case AlertContent():
            return content.post.created_at is None or content.post.day_only or content.post.created_at <= before
        case DigestContent():
            return content.period.end <= before
        case SurgeContent():
            return content.began_at <= before
        case _:
            return False


def _topic_digits(key: TopicKey) -> str:
    return hashlib.blake2b(key.encode(), digest_size=_TOPIC_DIGITS // 2).hexdigest()
