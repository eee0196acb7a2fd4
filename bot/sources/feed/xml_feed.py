"""RSS, RDF and Atom from text to raw fields, read as browsers read HTML: nothing that is wrong stops it. Pure.

    text ─▶ tags and texts, one after the other ─▶ ``RawFeed``

No tree is built, and no element has to be closed: a bare ``<`` or ``&`` is itself, an end tag that fits nothing is
left out, an entry ends where the next one begins. Every step goes forward, so that a text costs as it is long.
What an element means is decided by its namespace where that is declared, else by the usual prefix.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Generator, Mapping
from html import escape, unescape
from itertools import count
from typing import Final, TypeVar
from urllib.parse import urljoin

from bot.sources.parsing.parts import at_once

from .memo import EntrySlices, Recalled
from .raw import ENTRIES_READ, PARTS_MAX, Kind, RawEntry, RawFeed, RawMedium, RawText

SELVES_MAX: Final = 20
"""Links of a feed to itself that are read."""
T = TypeVar("T")

_STEPS: Final = 256
"""Elements and texts that are read in one go, in 1 ms."""
_DEPTH_MAX: Final = 50
_NAMES_MAX: Final = 1_000
_ATTRIBUTES_MAX: Final = 20_000
"""Characters of a tag that are searched for attributes."""
_DECLARED_MAX: Final = 200
_SUBSET_MAX: Final = 20_000

_ROOT: Final = re.compile(
    r"<(?:[A-Za-z_][\w.\-]*+:)?(rss|rdf|feed|channel|entry|item|html)(?=[\s>/])", re.IGNORECASE
)
_MARKUP: Final = re.compile(
    r"""<(?:(/?)([A-Za-z_][^\s<>/"'=]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+|[^<>]*+)>|!\[CDATA\[|!--|[!?])"""
)
"""Ends before the next ``<``, so that no part of a text is gone through more than a few times."""
_LEAF: Final = re.compile(
    r"""[^<]*+<([A-Za-z_][^\s<>/"'=]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>"""
    r"""(?:(?<=/>)|([^<]*+)(?:</\1\s*+>|(<!\[CDATA\[)))"""
)
"""An element that holds nothing or one text, from its beginning to its end, as nearly all of a feed are."""
_LEAF_END: Final = re.compile(r"""\]\]>([^<]*+)</([^\s<>/"'=]++)\s*+>""")
_ATTRIBUTE: Final = re.compile(r"""(?<![\w:.\-])([\w:.\-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")
_FREQUENT: Final = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&apos;": "'",
    "&#39;": "'",
    "&nbsp;": "\xa0",
}
_HALVES: Final = re.compile(
    r"&#(55(?:29[6-9]|[3-9][0-9]{2})|56(?:[0-2][0-9]{2}|3[01][0-9])|[xX][dD][89abAB][0-9A-Fa-f]{2});"
    r"&#(56(?:3[2-9][0-9]|[4-9][0-9]{2})|57[0-2][0-9]{2}|573[0-3][0-9]|5734[0-3]|[xX][dD][c-fC-F][0-9A-Fa-f]{2});"
)
_FEW_REFERENCES: Final = 4
_ENTITY: Final = re.compile(
    r"""<!ENTITY\s++([\w.\-]{1,32}+)\s++(?:"(&#\w{1,8};|[^"&<]{0,32})"|'([^'&<]{0,32})')"""
)
"""Declared by a document itself; what refers to others is not believed."""

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
    ("purl.org/rss/1.0/modules/", "other:"),
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
    **{name: f"{name}:" for name in ("hatena", "ht", "feedburner")},
    "atom": "", "atom03": "", "atom10": "", "a10": "", "rss": "", "rss1": "", "rss10": "",
}  # fmt: skip
"""Prefixes that nobody declared."""

_ENTRIES: Final = frozenset({"item", "entry"})
_ENDS: Final = frozenset({"item", "entry", "channel", "rss", "feed", "rdf:rdf"})
_ROOTS: Final = frozenset({"rss", "feed", "rdf:rdf", "channel"})
_TRANSPARENT: Final = frozenset({"media:group", "media:content", "rdf:seq", "rdf:li", "rdf:bag"})
_PLAIN_CONTAINERS: Final = frozenset(
    {"image", "textinput", "source", "author", "contributor", "cloud", "dc:creator"}
)
_TITLES: Final = {"title": 0, "dc:title": 1, "media:title": 2, "itunes:title": 3}
_SUMMARIES: Final = {
    "summary": 0, "description": 0, "abstract": 0, "dc:description": 1, "dcterms:abstract": 1,
    "media:description": 2, "itunes:summary": 3, "itunes:subtitle": 4,
}  # fmt: skip
_CONTENTS: Final = frozenset({"content", "content:encoded", "body", "xhtml:body", "fullitem"})
_PUBLISHED: Final = {
    "pubdate": 0, "published": 0, "issued": 0, "dcterms:issued": 1, "dc:date": 2, "date": 2, "created": 3,
    "dcterms:created": 3,
}  # fmt: skip
_UPDATED: Final = {"updated": 0, "modified": 0, "dcterms:modified": 1, "lastbuilddate": 2}
_AUTHORS: Final = frozenset({"name", "author", "dc:creator", "dc:author", "itunes:author", "managingeditor"})
_LANGUAGES: Final = frozenset({"language", "dc:language"})
_COUNTS: Final = frozenset({"hatena:bookmarkcount", "ht:approx_traffic"})
_MEDIA: Final = frozenset({"enclosure", "media:content", "media:thumbnail", "media:player"})
_PICTURES: Final = frozenset({"itunes:image"})
"""Elements that name a picture of the entry; of those above it is not known what they lead to."""
_PICTURE_TEXTS: Final = frozenset({"hatena:imageurl", "ht:picture"})
_RATINGS: Final = frozenset({"media:rating", "media:adult"})
_GROUP: Final = "media:group"
_NAMES_MEDIA: Final = _MEDIA | _PICTURES | {_GROUP}
_SHORT: Final = frozenset(
    {"link", "guid", "id", "url", "feedburner:origlink"}
    | {*_TITLES, *_PUBLISHED, *_UPDATED}
    | _AUTHORS
    | _LANGUAGES
    | _COUNTS
)
"""Elements that hold one line: where another field begins inside of one, it was not closed."""
_FIELDS: Final = _SHORT | {*_SUMMARIES} | _CONTENTS
_DESCRIBED: Final = _FIELDS | _MEDIA | _ENTRIES | _ROOTS | _PICTURES | _PICTURE_TEXTS | _RATINGS
"""All other elements say nothing by themselves."""
_TYPES: Final = frozenset({"title", "summary", "content", "subtitle", "rights"})
"""Elements of Atom: their text is plain where they do not say what it is (RFC 4287, 3.1.1)."""
_HTML_TYPES: Final = frozenset(
    {"html", "text/html", "xhtml", "application/xhtml+xml", "application/xml", "text/xml"}
)
_XML_TYPES: Final = frozenset({"xhtml", "application/xhtml+xml"})
_MARKUP_BODIES: Final = frozenset({"xhtml:body", "body"})
_DESCRIPTIVE: Final = re.compile(r"type|mode|base|href|src", re.IGNORECASE)
"""Attributes of an element that may say how its text is written, or where it is."""


def is_page(text: str) -> bool:
    """Whether this is a page of HTML."""
    return _root(text) == "html"


def _root(text: str) -> str:
    """The name of the first element that begins a feed or a page, in small letters; "" where there is none."""
    at = 0
    while (found := _ROOT.search(text, at)) is not None:
        comment = text.rfind("<!--", at, found.start())
        end = -1 if comment < 0 else text.find("-->", comment)
        if end < found.start():
            return found[1].lower()
        at = end
    return ""


def read_xml(text: str) -> RawFeed | None:
    """The content of a feed; None for a text without an element that begins one, or with a page before it."""
    return at_once(xml_parts(text))


def xml_parts(text: str, known: Mapping[bytes, Recalled] | None = None) -> Generator[None, None, RawFeed | None]:
    """``read_xml`` in parts.

    ``known``: entries that were read before, by the hash of how they are written; they are not read again. None:
    no hashes are wanted.
    """
    root = _root(text)
    if root in {"", "html"}:
        return None
    slices = None if known is None else EntrySlices(text, known)
    return (yield from _XmlReader(text, is_atom=root in {"feed", "entry"}, slices=slices).run())


class _Held:
    """An element whose text is being read, until it ends."""

    __slots__ = ("attributes", "base", "depth", "has_markup", "is_raw", "name", "parts", "tag")

    def __init__(self, tag: str, name: str, attributes: dict[str, str], base: str) -> None:
        self.tag, self.name, self.attributes, self.base = tag, name, attributes, base
        kind, mode = attributes.get("type", "").lower(), attributes.get("mode", "").lower()
        self.is_raw = mode not in {"escaped", "base64"} and (kind in _XML_TYPES or mode == "xml")
        self.parts: list[str] = []
        self.has_markup = name in _MARKUP_BODIES
        self.depth = 0


class _XmlReader:
    """A text being read: where we are in it, and what is open."""

    def __init__(self, text: str, *, is_atom: bool, slices: EntrySlices | None = None) -> None:
        self._text = text
        self._slices = slices
        self._is_atom = is_atom
        self._feed = RawFeed(from_home=not is_atom)
        self._entry: RawEntry | None = None
        self._group: tuple[str, int] | None = None
        self._inside: RawMedium | None = None
        self._held: _Held | None = None
        self._containers: list[str] = []
        self._names: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._entities: dict[str, str] = {}
        self._endless: set[str] = set()
        # Of what outlasts an entry: where it is changed within one, the entry is not what its own text says alone.
        self._changes = 0
        self._stated = -1
        self._state_hash = b""

    def run(self) -> Generator[None, None, RawFeed]:
        """All of it, or up to the most entries that are read. It stops after each few elements."""
        text, search, leaf, at = self._text, _MARKUP.search, _LEAF.match, 0
        for step in count(1):
            if len(self._feed.entries) >= ENTRIES_READ:
                break
            if not step % _STEPS:
                yield
            if self._held is None and (whole := leaf(text, at)) is not None and (end := self._leaf(whole)):
                at = end
                continue
            if (found := search(text, at)) is None:
                break
            start, end = found.span()
            if self._held is not None and start > at:
                self._add(self._held, text[at:start])
            at = self._passed(text[start:end], end) if found[2] is None else self._markup(found)
        # An entry that is cut has not all of its names yet; alone it is better than nothing.
        if self._feed.is_whole or not self._feed.entries:
            if self._held is not None:
                self._add(self._held, text[at:])
                self._end_text()
            self._end_entry()
        return self._feed

    def _markup(self, found: re.Match[str]) -> int:
        """Read a tag, or the whole entry that it begins where that is known; returns where to go on."""
        is_end, tag, attributes, end, slices = found[1] == "/", found[2], found[3], found.end(), self._slices
        if slices is None:
            self._tag(is_end, tag, attributes, found[0])
            return end
        if self._held is None and not is_end and self._name(tag, attributes) in _ENTRIES:
            ended = len(self._feed.entries) + (self._entry is not None) + 1
            recalled = slices.begin(tag, found.start(), self._state(), (self._changes, ended))
            if recalled is not None:
                self._end_entry()
                self._feed.entries.append(RawEntry(written_as=recalled.record.written_as, recalled=recalled))
                return slices.end
        # What ended before its end tag is followed by what is not its own: the feed's title, for one.
        is_open = self._entry is not None
        self._tag(is_end, tag, attributes, found[0])
        if is_end and end == slices.end and is_open and self._entry is None:
            self._feed.entries[-1].written_as = slices.finish((self._changes, len(self._feed.entries)))
        return end

    def _state(self) -> bytes:
        """A hash of all that the reading of an entry depends on beside its own text, as it is now."""
        if self._stated != self._changes:
            self._stated = self._changes
            said = (
                self._is_atom,
                sorted(self._prefixes.items()),
                sorted(self._entities.items()),
                sorted(self._endless),
                self._feed.about.base,
            )
            self._state_hash = hashlib.blake2b(repr(said).encode("utf-8", "replace"), digest_size=16).digest()
        return self._state_hash

    def _leaf(self, found: re.Match[str]) -> int:
        """Read an element that holds no other; returns where it ends, 0 where it is to be read tag by tag.

        The result is the same: what most elements are is only found with fewer steps.
        """
        tag, attributes, value, cdata = found.groups()
        name = self._name(tag, attributes)
        is_described = name in _DESCRIBED
        if is_described and (name in _ENTRIES or name in _ROOTS):
            return 0
        if value is None:
            if is_described:
                self._begin(tag, name, attributes)
            return found.end()
        if attributes.endswith("/") or (self._containers and name in self._containers):
            return 0
        after, inside = None, ""
        if cdata is not None:
            close = -1 if "]]>" in self._endless else self._text.find("]]>", found.end())
            after = _LEAF_END.match(self._text, close) if close >= 0 else None
            if after is None or after[2] != tag:
                return 0
            inside = self._text[found.end() : close]
        if is_described:
            self._whole(tag, name, attributes, (value, inside, "" if after is None else after[1]))
        return found.end() if after is None else after.end()

    def _whole(self, tag: str, name: str, attributes: str, texts: tuple[str, str, str]) -> None:
        """An element with its text: before, within and behind a CDATA section."""
        if name in _MEDIA and self._entry is not None:
            self._medium(self._entry, name, attributes)
        if name not in _FIELDS or not self._is_field(name):
            if self._entry is not None:
                self._said_of_media(self._entry, name, attributes, "".join(texts))
            return
        if not attributes or _DESCRIPTIVE.search(attributes) is None:
            self._plain(tag, name, attributes, texts)
            return
        self._begin_field(tag, name, attributes, is_empty=False)
        held = self._held
        if held is not None:
            before, inside, behind = texts
            self._add(held, before)
            if inside or behind:
                held.parts.append(escape(inside, quote=False) if held.is_raw else inside)
                self._add(held, behind)
            self._end_text()

    def _plain(self, tag: str, name: str, attributes: str, texts: tuple[str, str, str]) -> None:
        """A field whose attributes say nothing of how its text is written, as most: nothing need be held."""
        before, inside, behind = texts
        value = self._decoded(before)
        if inside or behind:
            value = f"{value}{inside}{self._decoded(behind)}"
        of = self._entry or self._feed.about
        if name == "guid":
            of.is_link = not attributes or _is_permalink(self._attributes(attributes))
        if not value or value.isspace():
            return
        if self._inside is not None and name == "media:description":
            self._inside.alt = value
        kind = Kind.LOOSE
        if name in _MARKUP_BODIES:
            kind = Kind.HTML
        elif self._is_atom and name in _TYPES and ":" not in tag:
            kind = Kind.PLAIN
        _store(of, name, value, kind, of.base)

    def _open_medium(self, entry: RawEntry, name: str, attributes: str, *, is_empty: bool) -> None:
        """An element that names a medium, or that holds several forms of one."""
        if name == _GROUP:
            self._group = None if is_empty else (_GROUP, len(entry.media or ()))
            return
        kept = self._medium(entry, name, attributes)
        if name == "media:content" and not is_empty:
            self._inside = kept

    def _medium(self, entry: RawEntry, name: str, attributes: str) -> RawMedium | None:
        """Keep what an element says of a medium."""
        if name in _MEDIA:
            entry.has_media = True
        said = self._attributes(attributes)
        url = said.get("href" if name in _PICTURES else "url", "")
        if not url or name == "media:player":
            return None
        inside = self._inside if name == "media:thumbnail" else None
        return entry.add_medium(
            RawMedium(
                name,
                url,
                mime=said.get("type", ""),
                medium=said.get("medium", ""),
                width=said.get("width"),
                height=said.get("height"),
                is_default=said.get("isdefault", "").lower() == "true",
                base=self._based(said, entry.base),
                group=self._group,
                inside=self._group if inside is None else inside.number,
            )
        )

    def _said_of_media(self, entry: RawEntry, name: str, attributes: str, text: str) -> None:
        """A text that is a picture's address, or a rating."""
        if name in _PICTURE_TEXTS:
            entry.add_medium(RawMedium(name, self._decoded(text).strip()))
        elif name in _PICTURES:
            self._medium(entry, name, attributes)
        elif name in _RATINGS:
            entry.is_adult = entry.is_adult or text.strip().lower() in {"adult", "true"}

    def _passed(self, opening: str, at: int) -> int:
        """The end of a comment, CDATA section, instruction or declaration."""
        text = self._text
        closing = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}.get(opening, ">")
        end = -1 if closing in self._endless else text.find(closing, at)
        if end < 0:
            self._endless.add(closing)
            self._changes += 1
            return at
        if opening == "<![CDATA[" and self._held is not None:
            inside = text[at:end]
            self._held.parts.append(escape(inside, quote=False) if self._held.is_raw else inside)
        if opening == "<!" and (subset := text.find("[", at, end)) >= 0:
            end = self._declarations(subset, end)
        return end + len(closing)

    def _declarations(self, subset: int, at: int) -> int:
        """The end of the declarations within a document; those of short entities are stored."""
        self._changes += 1
        end = self._text.find("]", subset)
        if end < 0:
            return at
        for name, one, other in _ENTITY.findall(self._text, subset, min(end, subset + _SUBSET_MAX))[
            :_DECLARED_MAX
        ]:
            self._entities[name] = unescape(one) or other
        after = self._text.find(">", end)
        return at if after < 0 else after

    def _tag(self, is_end: bool, tag: str, attributes: str, whole: str) -> None:
        name = self._name(tag, attributes)
        held = self._held
        if held is not None and not self._closes(held, is_end, tag, name, attributes):
            held.parts.append(whole.replace(tag, name[6:], 1) if name.startswith("xhtml:") else whole)
            held.has_markup = True
            return
        if is_end:
            self._end(name)
        else:
            self._begin(tag, name, attributes)

    def _closes(self, held: _Held, is_end: bool, tag: str, name: str, attributes: str) -> bool:
        """Whether a tag within a text ends it, because it is its own end or nothing that can be in a text."""
        if tag == held.tag:
            if not attributes.endswith("/"):
                held.depth += -1 if is_end else 1
            if held.depth < 0:
                self._end_text()
                return True
            return False
        is_over = name in _ENDS and (name != "entry" or self._is_atom) and (is_end or name in _ENTRIES)
        if is_over or (not is_end and held.name in _SHORT and name in _FIELDS and name != held.name):
            if held.name in {"author", "dc:creator"} and name == "name":
                self._held = None  # of which only the name is wanted
            else:
                self._end_text()
            return True
        if held.name in {"author", "dc:creator"}:
            self._held = None
            return True
        return False

    def _begin(self, tag: str, name: str, attributes: str) -> None:
        if name in _ENTRIES:
            self._begin_entry(self._attributes(attributes))
            return
        if name in _ROOTS:
            self._about(self._attributes(attributes))
            return
        is_empty = attributes.endswith("/")
        if name in _FIELDS and self._is_field(name):
            self._begin_field(tag, name, attributes, is_empty=is_empty)
        if name in _NAMES_MEDIA and self._entry is not None:
            self._open_medium(self._entry, name, attributes, is_empty=is_empty)
        if not is_empty and self._is_container(name) and len(self._containers) < _DEPTH_MAX:
            self._containers.append(name)

    def _is_field(self, name: str) -> bool:
        """Whether it stands where it says something of the entry: within other elements, only an author's name."""
        inside = self._containers[-1] if self._containers else ""
        return inside in {"author", "dc:creator"} if name == "name" else not inside

    def _is_container(self, name: str) -> bool:
        """Whether what is inside says nothing of the entry: other elements' titles, links and names."""
        return name in _PLAIN_CONTAINERS or (":" in name and name not in _TRANSPARENT and name not in _FIELDS)

    def _begin_entry(self, attributes: dict[str, str]) -> None:
        self._end_entry()
        entry = self._entry = RawEntry(base=self._based(attributes, self._feed.about.base))
        entry.id = attributes.get("rdf:about", "")
        entry.language = attributes.get("xml:lang")
        if attributes.get("href"):  # CDF
            entry.links.append((1, attributes["href"]))
        if attributes.get("lastmod"):
            entry.updated.append((2, attributes["lastmod"]))

    def _about(self, attributes: dict[str, str]) -> None:
        """The attributes of what holds the entries."""
        about = self._feed.about
        self._changes += 1
        about.base = self._based(attributes, about.base)
        about.language = about.language or attributes.get("xml:lang")
        if attributes.get("href"):
            about.links.append((1, attributes["href"]))

    def _based(self, attributes: dict[str, str], base: str) -> str:
        """The address that relative links are meant from; a broken one is none."""
        own = attributes.get("xml:base", "").strip()
        return _joined(base, own) if own else base

    def _end_entry(self) -> None:
        if self._entry is not None:
            self._feed.entries.append(self._entry)
            self._entry = None
            self._group = self._inside = None
        self._containers.clear()

    def _end(self, name: str) -> None:
        if name in _ENTRIES:
            self._end_entry()
        elif name in _ROOTS:
            self._feed.is_whole = True
            self._changes += 1
        elif name in self._containers:
            del self._containers[self._containers.index(name) :]
        elif name == "media:content":
            self._inside = None
        elif name == _GROUP:
            self._group = None

    def _begin_field(self, tag: str, name: str, attributes: str, *, is_empty: bool) -> None:
        said = self._attributes(attributes)
        of = self._entry or self._feed.about
        if name == "guid":
            of.is_link = _is_permalink(said)
        if name == "link" and "href" in said:
            self._link(of, said)
        elif name == "content" and "src" in said:
            of.links.append((4, _joined(self._based(said, of.base), said["src"])))
        elif not is_empty:
            self._held = _Held(tag, name, said, self._based(said, of.base))

    def _link(self, of: RawEntry, said: dict[str, str]) -> None:
        """A link of Atom: to the page, to the feed itself, or to something that comes with it."""
        relations, kind = said.get("rel", "alternate").lower().split(), said.get("type", "text/html").lower()
        address = _joined(self._based(said, of.base), said["href"].strip())
        # A relation is a word, or the address of one; HTML has several in one attribute.
        named = {relation.rpartition("/")[2] for relation in relations}
        if "self" in named and of is self._feed.about and len(self._feed.own_urls) < SELVES_MAX:
            self._feed.own_urls.append(address)
        elif "enclosure" in named:
            of.has_media = True
            if of is self._entry:
                of.add_medium(RawMedium("enclosure", address, mime=said.get("type", "")))
        elif "alternate" in named and len(of.links) < PARTS_MAX:
            of.links.append((2 * ("html" not in kind) + self._is_translation(of, said), address))

    def _is_translation(self, of: RawEntry, said: Mapping[str, str]) -> bool:
        """Whether a link leads to the entry in another language than it is written in."""
        own, other = of.language or self._feed.about.language, said.get("hreflang")
        return bool(own and other) and (own or "")[:2].lower() != (other or "")[:2].lower()

    def _add(self, held: _Held, segment: str) -> None:
        held.parts.append(segment if held.is_raw else self._decoded(segment))

    def _decoded(self, text: str) -> str:
        """The text with its references resolved, once; one that refers to nothing stays as it is."""
        if "&" not in text:
            return text
        if self._entities:
            return _REFERENCE.sub(self._resolved, text)
        return _without_references(text)

    def _resolved(self, found: re.Match[str]) -> str:
        return self._entities.get(found[0][1:-1]) or unescape(found[0])

    def _end_text(self) -> None:
        """Store the finished text in its element."""
        held, self._held = self._held, None
        if held is None:
            return
        value = "".join(held.parts)
        if held.attributes.get("mode", "").lower() == "base64" or _is_packed(held):
            value = _unpacked(value)
        if not value.strip():
            return
        of = self._entry or self._feed.about
        if self._inside is not None and held.name == "media:description":
            self._inside.alt = value
        _store(of, held.name, value, _kind(held, is_atom=self._is_atom), held.base)

    def _name(self, tag: str, attributes: str) -> str:
        """The name of an element in this module: by its namespace, in small letters."""
        if "xmlns" in attributes:
            self._declare(self._attributes(attributes))
        known = self._names.get(tag)
        if known is None:
            prefix, colon, local = tag.lower().rpartition(":")
            known = local
            if colon:
                known = self._prefixes.get(prefix, _USUAL.get(prefix, f"{prefix}:")) + local
            if len(self._names) < _NAMES_MAX:
                self._names[tag] = known
        return known

    def _declare(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if name.startswith("xmlns:") and len(self._prefixes) < _DECLARED_MAX:
                uri = value.strip().lower().partition("://")[2].removeprefix("www.")
                means = next((ours for begins, ours in _NAMESPACES if uri.startswith(begins)), None)
                if means is not None and self._prefixes.get(name[6:]) != means:
                    self._prefixes[name[6:]] = means
                    self._changes += 1
                    self._names.clear()

    def _attributes(self, written: str) -> dict[str, str]:
        """Names in small letters, values resolved; the first of a name counts."""
        if "=" not in written:
            return {}
        found: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(written[:_ATTRIBUTES_MAX]):
            found.setdefault(name.lower(), self._decoded(double or single or bare))
        return found


def _without_references(text: str) -> str:
    """HTML within XML has hundreds of the same few references: those are replaced at once, the ampersand last."""
    if "&#" in text:
        text = _HALVES.sub(_one_character, text)
    if text.count("&") > _FEW_REFERENCES:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&#39;", "'")
        if text.count("&") == text.count("&amp;"):
            return text.replace("&amp;", "&")
    return _REFERENCE.sub(_plainly_resolved, text)


def _one_character(found: re.Match[str]) -> str:
    """The character of two halves (UTF-16), as some writers number what lies beyond the first 65,536."""
    halves = [int(half[1:], 16) if half[0] in "xX" else int(half) for half in found.groups()]
    return "".join(map(chr, halves)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plainly_resolved(found: re.Match[str]) -> str:
    return _FREQUENT.get(found[0]) or unescape(found[0])


def _keep(to: list[tuple[int, T]], rank: int, what: T) -> None:
    if len(to) < PARTS_MAX:
        to.append((rank, what))


def _keep_one(to: list[T], what: T) -> None:
    if len(to) < PARTS_MAX:
        to.append(what)


def _store(of: RawEntry, name: str, value: str, kind: Kind, base: str) -> None:
    """Keep the text of an element where it belongs. ``kind``, ``base``: how it is written, where that matters."""
    if name in _TITLES:
        _keep(of.titles, _TITLES[name], RawText(value, kind, base))
    elif name in _SUMMARIES:
        _keep(of.summaries, _SUMMARIES[name], RawText(value, kind, base))
    elif name in _CONTENTS:
        _keep_one(of.contents, RawText(value, kind, base))
    elif name in _PUBLISHED:
        _keep(of.published, _PUBLISHED[name], value.strip())
    elif name in _UPDATED:
        _keep(of.updated, _UPDATED[name], value.strip())
    elif name in _AUTHORS:
        _keep_one(of.authors, value.strip())
    else:
        _keep_short(of, name, value.strip(), base)


def _keep_short(of: RawEntry, name: str, value: str, base: str) -> None:
    if name in {"guid", "id"}:
        of.id = value
    elif name in {"link", "url"}:
        _keep(of.links, 1, _joined(base, value))
    elif name == "feedburner:origlink":  # where the article is, behind an address that counts clicks
        _keep(of.links, -1, value)
    elif name in _LANGUAGES:
        of.language = value
    elif name in _COUNTS:
        of.count = (name, value)


def _is_permalink(said: Mapping[str, str]) -> bool:
    return said.get("ispermalink", "true").strip().lower() != "false"


def _joined(base: str, address: str) -> str:
    """An address as it is meant from a base; as it stands where there is none, or it cannot be joined."""
    if not base:
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _kind(held: _Held, *, is_atom: bool) -> Kind:
    """The kind by the declared type; where there is none, plain in Atom (RFC 4287, 3.1.1.1) and unknown in RSS."""
    declared = held.attributes.get("type", "").strip().lower()
    if held.is_raw or declared in _HTML_TYPES:
        return Kind.HTML
    if held.has_markup and held.name in _CONTENTS:
        return Kind.HTML
    if declared in {"text", "text/plain", "plain"}:
        return Kind.PLAIN
    if is_atom and ":" not in held.tag and held.name in _TYPES and not declared and not held.has_markup:
        return Kind.PLAIN
    return Kind.LOOSE


def _is_packed(held: _Held) -> bool:
    """Whether Atom's rules for a type that is neither text nor XML make this base64 (RFC 4287, 4.1.3.3)."""
    declared = held.attributes.get("type", "").strip().lower().partition(";")[0]
    return (
        held.name in _TYPES
        and "/" in declared
        and not declared.startswith("text/")
        and not declared.endswith(("/xml", "+xml", "html"))
        and "mode" not in held.attributes
    )


def _unpacked(value: str) -> str:
    """Base64 as the text in it; nothing where there is none."""
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
