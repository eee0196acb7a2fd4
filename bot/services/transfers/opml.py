"""Lists of feeds as feed readers exchange them: OPML 2.0 (http://opml.org/spec2.opml). Pure.

Read by expat without entities: a list may come from anywhere, and none needs one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from bot.core.errors import RefusedRequest
from bot.sources.http.charset import decode

FEEDS_MAX: Final = 1_000
"""Feeds of a list; a reader has some hundreds."""
_XML_TEXT: Final = {0x9, 0xA, 0xD}


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of a list. ``group``: the outline that it stands in."""

    title: str
    url: str
    group: str = ""


def write_opml(title: str, feeds: Iterable[ListedFeed]) -> str:
    """The list of these feeds, an outline for each group."""
    groups: dict[str, list[ListedFeed]] = {}
    for feed in feeds:
        groups.setdefault(feed.group, []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head>{_element('title', title)}</head>",
    ]
    lines.append("<body>")
    for group, members in groups.items():
        inner = [
            f'<outline type="rss" text={_attribute(one.title)} xmlUrl={_attribute(one.url)}/>' for one in members
        ]
        if group:
            inner = [f"<outline text={_attribute(group)}>", *inner, "</outline>"]
        lines += inner
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _attribute(text: str) -> str:
    return quoteattr("".join(sign for sign in text if ord(sign) >= 0x20 or ord(sign) in _XML_TEXT))


def _element(name: str, text: str) -> str:
    return f"<{name}>{_attribute(text)[1:-1]}</{name}>"


def read_opml(content: bytes) -> list[ListedFeed]:
    """The feeds of a list, in every depth, each address once.

    Raises ``RefusedRequest`` for what is no OPML, and for a list without feeds or with more than ``FEEDS_MAX``.
    """
    reader = _OutlineReader()
    parser = expat.ParserCreate("utf-8")  # whatever it declares: expat reads few of the encodings that there are
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.refuse_entity
    try:
        parser.Parse(decode(content, None).encode(), True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code) or str(error)
        raise RefusedRequest("transfer-opml-broken", line=error.lineno, why=why) from error
    if not reader.is_opml:
        raise RefusedRequest("transfer-opml-none")
    if not reader.feeds:
        raise RefusedRequest("transfer-opml-empty")
    return list(reader.feeds.values())


class _OutlineReader:
    """Gathers the feeds of a list while it is parsed."""

    def __init__(self) -> None:
        self.is_opml = False
        self.feeds: dict[str, ListedFeed] = {}
        self._groups: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name.lower() == "opml":
            self.is_opml = True
        if name.lower() != "outline":
            return
        known = {key.lower(): value.strip() for key, value in attributes.items()}
        title, url = known.get("title") or known.get("text") or "", known.get("xmlurl", "")
        if url:
            group = next((one for one in reversed(self._groups) if one), "")
            self.feeds.setdefault(url, ListedFeed(title, url, group))
        if len(self.feeds) > FEEDS_MAX:
            raise RefusedRequest("transfer-opml-long", limit=FEEDS_MAX)
        self._groups.append("" if url else title)

    def end(self, name: str) -> None:
        """An element ends."""
        if name.lower() == "outline":
            self._groups.pop()

    def refuse_entity(self, *_: object) -> None:
        """Refuse an entity of the document's own."""
        raise RefusedRequest("transfer-opml-entity")
