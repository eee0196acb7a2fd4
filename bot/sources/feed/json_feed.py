"""JSON Feed (jsonfeed.org, versions 1 and 1.1) from text to raw fields. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, Final, TypeGuard

from bot.core.errors import SourceChanged
from bot.sources.parsing.lenient_json import Loose, read_leniently

from .raw import ENTRIES_READ, PARTS_MAX, Kind, RawEntry, RawFeed, RawMedium, RawText

_NUMBER_AS_ID: Final = re.compile(r'("id"\s*+:\s*+)(-?[0-9][0-9.eE+\-]{0,40}+)(?=\s*+[,}])')
"""An id that is a number stays as it stands. Never within a text: there the quotation marks have backslashes."""
_VERSION: Final = "jsonfeed.org/version/"
_VERSION_ESCAPED: Final = r"jsonfeed.org\/version\/"
_NUMBERED: Final = re.compile(r"&#(?:[0-9]{2,7}|[xX][0-9A-Fa-f]{2,6});")
_BEFORE: Final = re.compile(
    r"(?:\s|/\*.{0,500}?\*/|//[^\n]{0,500}\n|<!--.{0,500}?-->|<br\s?/?>\s{0,9}<b>.{0,1000}?<br\s?/?>|\)\]\}'"
    r"|[^{}<>]{0,200}\()*+(?=\{)",
    re.DOTALL,
)
"""Texts that programs write before the feed: comments, warnings of PHP, a call (JSONP), a guard against it."""
PEOPLE_MAX: Final = 3
"""Authors of an entry that are read."""


def beginning_of_json(text: str) -> int | None:
    """The place of the brace that begins a JSON Feed, behind what may stand before it; None: this is no JSON."""
    if text.lstrip()[:1] == "{":
        return text.index("{")
    if _VERSION not in text and _VERSION_ESCAPED not in text:
        return None
    found = _BEFORE.match(text)
    return None if found is None else found.end()


def read_json(text: str) -> RawFeed | None:
    """The content of a JSON Feed, as far as it goes; None for other JSON.

    Raises ``SourceChanged`` for other text.
    """
    numbered = _NUMBER_AS_ID.sub(r'\1"\2"', text)
    try:
        said, is_whole = _said(numbered)
    except (ValueError, RecursionError) as problem:
        if _VERSION not in text:
            return None
        raise SourceChanged(f"this feed is broken: {str(problem)[:200]}") from problem
    if not isinstance(said, dict):
        return None
    items = [item for item in _several(said.get("items"))[:ENTRIES_READ] if _is_object(item)]
    if _VERSION not in _line(said, "version") and not (_line(said, "title") and any(map(_is_entry, items))):
        return None
    entries = [_entry(item) for item in items]
    own_urls = [_line(said, "feed_url")] if said.get("feed_url") else []
    return RawFeed(_about(said), own_urls, entries, is_whole=is_whole)


def _said(text: str) -> Loose:
    """The text as JSON, else as something like it. Raises ``ValueError``."""
    try:
        return Loose(json.loads(text, strict=False), is_whole=True)  # line ends within texts
    except (ValueError, RecursionError):
        return read_leniently(text)


def _several(value: object) -> list[object]:
    """The things of a list; one thing in the place of a list, or an object that numbers them, is one, too."""
    if isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        return [*value.values()]
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_entry(item: Mapping[str, Any]) -> bool:
    """Whether an object looks like an entry, where nothing says that this is a JSON Feed."""
    leads = _line(item, "url") or _line(item, "external_url")
    return bool(_line(item, "id") or leads) and any(
        _line(item, name) for name in ("title", "summary", "content_html", "content_text")
    )


def _about(said: Mapping[str, Any]) -> RawEntry:
    about = RawEntry(language=_line(said, "language") or None, authors=_authors(said))
    about.titles = _title(said)
    about.links = [(0, home)] if (home := _line(said, "home_page_url")) else []
    return about


def _entry(item: Mapping[str, Any]) -> RawEntry:
    entry = RawEntry(
        id=_line(item, "id"), is_link=None, language=_line(item, "language") or None, authors=_authors(item)
    )
    entry.titles = _title(item)
    entry.summaries = _text(item, "summary")
    entry.contents = [text for _, text in [*_text(item, "content_html", Kind.HTML), *_text(item, "content_text")]]
    links = (_line(item, "url"), _line(item, "external_url"))
    entry.links = [(rank, link) for rank, link in enumerate(links) if link]
    entry.published = [(0, at)] if (at := _line_or_number(item, "date_published")) else []
    entry.updated = [(0, at)] if (at := _line_or_number(item, "date_modified")) else []
    entry.has_media = bool(item.get("attachments"))
    for medium in _media(item):
        entry.add_medium(medium)
    return entry


def _media(item: Mapping[str, Any]) -> Iterator[RawMedium]:
    """Attachments of an entry, its picture, and its author's face."""
    for one in _several(item.get("attachments"))[:PARTS_MAX]:
        if _is_object(one) and (url := _line(one, "url")):
            yield RawMedium("enclosure", url, mime=_line(one, "mime_type"))
    if picture := _line(item, "image") or _line(item, "banner_image"):
        yield RawMedium("media:thumbnail", picture)
    for author in _people(item):
        if face := _line(author, "avatar"):
            yield RawMedium("avatar", face)


def _authors(said: Mapping[str, Any]) -> list[str]:
    """Version 1.1 has a list of them, version 1 one."""
    return [name for each in _people(said) if (name := _line(each, "name"))]


def _people(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Authors as objects; some programs write one without its list, or the bare name."""
    found = _several(said.get("authors")) or _several(said.get("author"))
    return [each if _is_object(each) else {"name": each} for each in found[:PEOPLE_MAX]]


def _title(said: Mapping[str, Any]) -> list[tuple[int, RawText]]:
    """The title, which is plain; WordPress writes the references of HTML into it all the same."""
    title = _line_or_number(said, "title")
    return [(0, RawText(unescape(title) if _NUMBERED.search(title) else title, Kind.PLAIN))] if title else []


def _text(said: Mapping[str, Any], name: str, kind: Kind = Kind.PLAIN) -> list[tuple[int, RawText]]:
    value = said.get(name)
    return [(0, RawText(_whole(value), kind))] if isinstance(value, str) and value.strip() else []


def _line(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return _whole(value).strip() if isinstance(value, str) else ""


def _line_or_number(said: Mapping[str, Any], name: str) -> str:
    """A line, or a number in its place: a year as a title, seconds as a date."""
    value = said.get(name)
    return str(value) if type(value) in {int, float} else _line(said, name)


def _whole(text: str) -> str:
    """The text without lone surrogates, which JSON can spell and nothing can store."""
    return text if text.isprintable() else text.encode("utf-8", "replace").decode("utf-8")


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)
