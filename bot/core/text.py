"""Text that comes from outside: topic keys, clean one-line and many-line text, excerpts, fingerprints."""

from __future__ import annotations

import hashlib
import unicodedata

import regex

from .models import Topic, TopicKey

TOPIC_NAME_MAX = 60
"""Longer than any trend, short enough to ride in a custom_id (100 characters)."""

_DIRECTION = regex.compile(r"[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]")
_CONTROL = regex.compile(r"[\p{Cc}--[\n\t]]", regex.V1)
_GRAPHEME = regex.compile(r"\X")
_SPACE = regex.compile(r"\s+")
_MARKDOWN = regex.compile(r"([\\*_~`|<>\[\]()#\-@:])")


def topic_key(name: str) -> TopicKey:
    """The key under which a topic is one and the same, however it was typed.

    NFKC, case-folded, leading ``#``/``＃`` dropped, white space folded. Empty when nothing is left.
    """
    folded = unicodedata.normalize("NFKC", clean(name)).casefold()
    return TopicKey(_SPACE.sub(" ", folded).strip().lstrip("#").strip())


def make_topic(name: str) -> Topic:
    """A topic as typed: its key, and its name trimmed for display."""
    shown = _SPACE.sub(" ", clean(name)).strip().lstrip("#＃").strip()
    return Topic(key=topic_key(name), name=shown)


def clean(text: str) -> str:
    """Without control characters and direction overrides (invariant 7); new lines and tabs stay."""
    return _CONTROL.sub("", _DIRECTION.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def graphemes(text: str) -> list[str]:
    """What a reader counts as characters: emoji with their joiners and kana with their marks stay whole."""
    found: list[str] = _GRAPHEME.findall(text)
    return found


def excerpt(text: str, limit: int) -> str:
    """At most ``limit`` UTF-16 units (Discord counts so), cut between graphemes, with an ellipsis where cut."""
    if utf16_length(text) <= limit:
        return text
    kept: list[str] = []
    used = 1
    for grapheme in graphemes(text):
        used += utf16_length(grapheme)
        if used > limit:
            break
        kept.append(grapheme)
    return "".join(kept).rstrip() + "…"


def utf16_length(text: str) -> int:
    """Length as Discord's client counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def escape(text: str) -> str:
    """Text that Discord shows as it is: no markup, no mention, no masked link (invariant 7).

    A bare URL stays one: backslashes inside it would break it, and it can name nobody.
    """
    pieces = []
    for piece in regex.split(r"(https?://[^\s<>]+)", clean(text)):
        if regex.match(r"https?://", piece):
            pieces.append(piece.replace("\\", "%5C"))
        else:
            pieces.append(_MARKDOWN.sub(r"\\\1", piece))
    return "".join(pieces)


def fingerprint(text: str) -> str:
    """The identity of a post without an id: a hash of its text without white space, NFKC."""
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    return hashlib.blake2b(folded.encode(), digest_size=16).hexdigest()
