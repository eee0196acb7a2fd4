"""Fields of an entry: the text of an element while it is read, and where it belongs. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urljoin

from .raw import PARTS_MAX, Kind, RawEntry, RawText
from .xml_elements import (
    AUTHORS,
    CONTENTS,
    COUNTS,
    HTML_TYPES,
    LANGUAGES,
    MARKUP_BODIES,
    PUBLISHED,
    SUMMARIES,
    TITLES,
    TYPES,
    UPDATED,
    XML_TYPES,
)

T = TypeVar("T")


class Held:
    """An element whose text is being read, until it ends."""

    __slots__ = ("attributes", "base", "depth", "has_markup", "is_raw", "name", "parts", "tag")

    def __init__(self, tag: str, name: str, attributes: dict[str, str], base: str) -> None:
        self.tag, self.name, self.attributes, self.base = tag, name, attributes, base
        kind, mode = attributes.get("type", "").lower(), attributes.get("mode", "").lower()
        self.is_raw = mode not in {"escaped", "base64"} and (kind in XML_TYPES or mode == "xml")
        self.parts: list[str] = []
        self.has_markup = name in MARKUP_BODIES
        self.depth = 0


def _keep(to: list[tuple[int, T]], rank: int, what: T) -> None:
    if len(to) < PARTS_MAX:
        to.append((rank, what))


def _keep_one(to: list[T], what: T) -> None:
    if len(to) < PARTS_MAX:
        to.append(what)


def store(of: RawEntry, name: str, value: str, kind: Kind, base: str) -> None:
    """Keep the text of an element where it belongs. ``kind``, ``base``: how it is written, where that matters."""
    if name in TITLES:
        _keep(of.titles, TITLES[name], RawText(value, kind, base))
    elif name in SUMMARIES:
        _keep(of.summaries, SUMMARIES[name], RawText(value, kind, base))
    elif name in CONTENTS:
        _keep_one(of.contents, RawText(value, kind, base))
    elif name in PUBLISHED:
        _keep(of.published, PUBLISHED[name], value.strip())
    elif name in UPDATED:
        _keep(of.updated, UPDATED[name], value.strip())
    elif name in AUTHORS:
        _keep_one(of.authors, value.strip())
    else:
        _keep_short(of, name, value.strip(), base)


def _keep_short(of: RawEntry, name: str, value: str, base: str) -> None:
    if name in {"guid", "id"}:
        of.id = value
    elif name in {"link", "url"}:
        _keep(of.links, 1, joined(base, value))
    elif name == "feedburner:origlink":  # where the article is, behind an address that counts clicks
        _keep(of.links, -1, value)
    elif name in LANGUAGES:
        of.language = value
    elif name in COUNTS:
        of.count = (name, value)


def is_permalink(said: Mapping[str, str]) -> bool:
    """Whether a ``guid`` says, by its attributes or none, that it is a link."""
    return said.get("ispermalink", "true").strip().lower() != "false"


def joined(base: str, address: str) -> str:
    """An address as it is meant from a base; as it stands where there is none, or it cannot be joined."""
    if not base:
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def kind_of(held: Held, *, is_atom: bool) -> Kind:
    """The kind by the declared type; where there is none, plain in Atom (RFC 4287, 3.1.1.1) and unknown in RSS."""
    declared = held.attributes.get("type", "").strip().lower()
    if held.is_raw or declared in HTML_TYPES:
        return Kind.HTML
    if held.has_markup and held.name in CONTENTS:
        return Kind.HTML
    if declared in {"text", "text/plain", "plain"}:
        return Kind.PLAIN
    if is_atom and ":" not in held.tag and held.name in TYPES and not declared and not held.has_markup:
        return Kind.PLAIN
    return Kind.LOOSE


def is_packed(held: Held) -> bool:
    """Whether Atom's rules for a type that is neither text nor XML make this base64 (RFC 4287, 4.1.3.3)."""
    declared = held.attributes.get("type", "").strip().lower().partition(";")[0]
    return (
        held.name in TYPES
        and "/" in declared
        and not declared.startswith("text/")
        and not declared.endswith(("/xml", "+xml", "html"))
        and "mode" not in held.attributes
    )


def unpacked(value: str) -> str:
    """Base64 as the text in it; nothing where there is none."""
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
