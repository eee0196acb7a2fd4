"""Elements of feeds: what they are called here, whatever their prefix, and what each of them says. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

DECLARED_MAX: Final = 200
"""Prefixes of a document that are read, and entities."""
_NAMES_MAX: Final = 1_000

_NAMESPACES: Final = (
    ("purl.org/dc/elements/", "dc:"),
    ("purl.org/dc/terms/", "dcterms:"),
    ("purl.org/rss/1.0/modules/content", "content:"),
    ("itunes.com/", "itunes:"),
    ("example.com/dtds/podcast", "itunes:"),
    ("search.yahoo.com/mrss", "media:"),
    ("w3.org/1999/xhtml", "xhtml:"),
    ("w3.org/1999/02/22-rdf-syntax", "rdf:"),
    ("hatena.ne.jp/info/xmlns", "hatena:"),
    ("trends.google.com/trending/rss", "ht:"),
    ("trends.google.co.jp/trending/rss", "ht:"),
    ("rssnamespace.org/feedburner", "feedburner:"),
    ("purl.org/rss/1.0/modules/prism", "prism:"),
    ("purl.org/rss/1.0/modules/", "other:"),
    ("prismstandard.org/namespaces/", "prism:"),
    ("w3.org/2005/atom", ""),
    ("purl.org/atom/", ""),
    ("purl.org/rss/", ""),
    ("purl.org/net/rss", ""),
    ("backend.userland.com/", ""),
    ("blogs.law.harvard.edu/tech/rss", ""),
    ("cyber.law.harvard.edu/rss", ""),
    ("my.netscape.com/", ""),
    ("channel.netscape.com/", ""),
)  # fmt: skip
"""Beginnings of namespaces, in small letters and without ``http://www.``, and what their elements are called here:
many write ``https``, which by the rules is another namespace."""
_USUAL: Final = {
    **{name: f"{name}:" for name in ("dc", "dcterms", "content", "itunes", "media", "xhtml", "rdf")},
    **{name: f"{name}:" for name in ("hatena", "ht", "feedburner", "prism")},
    "atom": "", "atom03": "", "atom10": "", "a10": "", "rss": "", "rss1": "", "rss10": "",
}  # fmt: skip
"""Prefixes that nobody declared."""

ENTRIES: Final = frozenset({"item", "entry"})
ENDS: Final = frozenset({"item", "entry", "channel", "rss", "feed", "rdf:rdf"})
ROOTS: Final = frozenset({"rss", "feed", "rdf:rdf", "channel"})
TRANSPARENT: Final = frozenset({"media:group", "media:content", "rdf:seq", "rdf:li", "rdf:bag"})
PLAIN_CONTAINERS: Final = frozenset(
    {"image", "textinput", "source", "author", "contributor", "cloud", "dc:creator"}
)
TITLES: Final = {"title": 0, "dc:title": 1, "media:title": 2, "itunes:title": 3}
SUMMARIES: Final = {
    "summary": 0, "description": 0, "abstract": 0, "dc:description": 1, "dcterms:abstract": 1,
    "media:description": 2, "itunes:summary": 3, "itunes:subtitle": 4,
}  # fmt: skip
CONTENTS: Final = frozenset({"content", "content:encoded", "body", "xhtml:body", "fullitem"})
PUBLISHED: Final = {
    "pubdate": 0, "published": 0, "issued": 0, "dcterms:issued": 1, "dc:date": 2, "date": 2, "created": 3,
    "dcterms:created": 3, "prism:publicationdate": 4,
}  # fmt: skip
UPDATED: Final = {"updated": 0, "modified": 0, "dcterms:modified": 1, "lastbuilddate": 2}
AUTHORS: Final = frozenset(
    {"name", "author", "dc:creator", "dc:author", "itunes:author", "managingeditor", "note:creatorname"}
)
LANGUAGES: Final = frozenset({"language", "dc:language"})
COUNTS: Final = frozenset({"hatena:bookmarkcount", "ht:approx_traffic"})
MEDIA: Final = frozenset({"enclosure", "media:content", "media:thumbnail", "media:player"})
PICTURES: Final = frozenset({"itunes:image"})
"""Elements that name a picture of the entry; of those above it is not known what they lead to."""
FACE_TEXTS: Final = frozenset({"note:creatorimage"})
PICTURE_TEXTS: Final = frozenset({"hatena:imageurl", "ht:picture", "media:thumbnail"}) | FACE_TEXTS
"""Elements whose text is the address of a picture; note.com writes its thumbnails so."""
RATINGS: Final = frozenset({"media:rating", "media:adult"})
TOLD_OF_MEDIA: Final = PICTURE_TEXTS | RATINGS
GROUP: Final = "media:group"
NAMES_MEDIA: Final = MEDIA | PICTURES | {GROUP}
SHORT: Final = frozenset(
    {"link", "guid", "id", "url", "feedburner:origlink"}
    | {*TITLES, *PUBLISHED, *UPDATED}
    | AUTHORS
    | LANGUAGES
    | COUNTS
)
"""Elements that hold one line: where another field begins inside of one, it was not closed."""
FIELDS: Final = SHORT | {*SUMMARIES} | CONTENTS
DESCRIBED: Final = FIELDS | MEDIA | ENTRIES | ROOTS | PICTURES | PICTURE_TEXTS | RATINGS
"""All other elements say nothing by themselves."""
TYPES: Final = frozenset({"title", "summary", "content", "subtitle", "rights"})
"""Elements of Atom: their text is plain where they do not say what it is (RFC 4287, 3.1.1)."""
HTML_TYPES: Final = frozenset(
    {"html", "text/html", "xhtml", "application/xhtml+xml", "application/xml", "text/xml"}
)
XML_TYPES: Final = frozenset({"xhtml", "application/xhtml+xml"})
MARKUP_BODIES: Final = frozenset({"xhtml:body", "body"})
DESCRIPTIVE: Final = re.compile(r"type|mode|base|href|src", re.IGNORECASE)
"""Attributes of an element that may say how its text is written, or where it is."""


class ElementNames:
    """The names of a document's elements. ``known``: those asked for so far, by how they are written."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}

    def of(self, tag: str) -> str:
        """The name of an element in this package: by its namespace, in small letters."""
        prefix, colon, local = tag.lower().rpartition(":")
        name = self._prefixes.get(prefix, _USUAL.get(prefix, f"{prefix}:")) + local if colon else local
        if len(self.known) < _NAMES_MAX:
            self.known[tag] = name
        return name

    def declare(self, attributes: Mapping[str, str]) -> bool:
        """Take in the namespaces that a tag declares; whether any name has another meaning now."""
        before = len(self._prefixes), [*self._prefixes.values()]
        for name, value in attributes.items():
            if name.startswith("xmlns:") and len(self._prefixes) < DECLARED_MAX:
                uri = value.strip().lower().partition("://")[2].removeprefix("www.")
                means = next((ours for begins, ours in _NAMESPACES if uri.startswith(begins)), None)
                if means is not None:
                    self._prefixes[name[6:]] = means
        has_changed = before != (len(self._prefixes), [*self._prefixes.values()])
        if has_changed:
            self.known.clear()
        return has_changed

    def prefixes(self) -> list[tuple[str, str]]:
        """The meanings of the prefixes, in a steady order."""
        return sorted(self._prefixes.items())
