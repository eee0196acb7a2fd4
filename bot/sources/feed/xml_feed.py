"""RSS, RDF and Atom from text to raw fields, read as browsers read HTML: nothing that is wrong stops it. Pure.

    text ─▶ tags and texts, one after the other ─▶ ``RawFeed``

No tree is built, and no element has to be closed: a bare ``<`` or ``&`` is itself, an end tag that fits nothing is
left out, an entry ends where the next one begins. Every step goes forward, so that a text costs as it is long.
What an element means is decided by its namespace where that is declared, else by the usual prefix.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Mapping
from html import escape
from itertools import count
from typing import Final

from bot.sources.parsing.parts import at_once

from .memo import EntrySlices, Recalled
from .raw import ENTRIES_READ, PARTS_MAX, Kind, RawEntry, RawFeed, RawMedium
from .xml_elements import (
    DESCRIBED,
    DESCRIPTIVE,
    ENDS,
    ENTRIES,
    FIELDS,
    MARKUP_BODIES,
    MEDIA,
    NAMES_MEDIA,
    PICTURES,
    PLAIN_CONTAINERS,
    ROOTS,
    SHORT,
    TOLD_OF_MEDIA,
    TRANSPARENT,
    TYPES,
    ElementNames,
)
from .xml_fields import Held, is_packed, is_permalink, joined, kind_of, store, unpacked
from .xml_markup import LEAF, LEAF_END, MARKUP, attributes_of, root_of
from .xml_media import MediaElements, keep_text
from .xml_references import References

SELVES_MAX: Final = 20
"""Links of a feed to itself that are read."""
_STEPS: Final = 256
"""Elements and texts that are read in one go, in 1 ms."""
_DEPTH_MAX: Final = 50


def is_page(text: str) -> bool:
    """Whether this is a page of HTML."""
    return root_of(text) == "html"


def read_xml(text: str) -> RawFeed | None:
    """The content of a feed; None for a text without an element that begins one, or with a page before it."""
    return at_once(xml_parts(text))


def xml_parts(text: str, known: Mapping[bytes, Recalled] | None = None) -> Generator[None, None, RawFeed | None]:
    """``read_xml`` in parts.

    ``known``: entries that were read before, by the hash of how they are written; they are not read again. None:
    no hashes are wanted.
    """
    root = root_of(text)
    if root in {"", "html"}:
        return None
    slices = None if known is None else EntrySlices(text, known)
    return (yield from _XmlReader(text, is_atom=root in {"feed", "entry"}, slices=slices).run())


class _XmlReader:
    """A text being read: where we are in it, and what is open."""

    def __init__(self, text: str, *, is_atom: bool, slices: EntrySlices | None = None) -> None:
        self._text = text
        self._slices = slices
        self._is_atom = is_atom
        self._feed = RawFeed(from_home=not is_atom)
        self._entry: RawEntry | None = None
        self._media = MediaElements()
        self._held: Held | None = None
        self._containers: list[str] = []
        self._names = ElementNames()
        self._references = References()
        self._decoded = self._references.decoded
        self._endless: set[str] = set()
        # Of what outlasts an entry: where it is changed within one, the entry is not what its own text says alone.
        self._changes = 0
        self._stated = -1
        self._state_hash = b""

    def run(self) -> Generator[None, None, RawFeed]:
        """All of it, or up to the most entries that are read. It stops after each few elements."""
        text, search, leaf, at = self._text, MARKUP.search, LEAF.match, 0
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
        if self._held is None and not is_end and self._name(tag, attributes) in ENTRIES:
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
                self._names.prefixes(),
                self._references.declared(),
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
        is_described = name in DESCRIBED
        if is_described and (name in ENTRIES or name in ROOTS):
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
            after = LEAF_END.match(self._text, close) if close >= 0 else None
            if after is None or after[2] != tag:
                return 0
            inside = self._text[found.end() : close]
        if is_described:
            self._whole(tag, name, attributes, (value, inside, "" if after is None else after[1]))
        return found.end() if after is None else after.end()

    def _whole(self, tag: str, name: str, attributes: str, texts: tuple[str, str, str]) -> None:
        """An element with its text: before, within and behind a CDATA section."""
        entry = self._entry
        if entry is not None and (name in MEDIA or name in PICTURES):
            said = self._attributes(attributes)
            self._media.keep(entry, name, said, self._based(said, entry.base))
        if name not in FIELDS or not self._is_field(name):
            if entry is not None and name in TOLD_OF_MEDIA:
                keep_text(entry, name, self._decoded("".join(texts)))
            return
        if not attributes or DESCRIPTIVE.search(attributes) is None:
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
            of.is_link = not attributes or is_permalink(self._attributes(attributes))
        if not value or value.isspace():
            return
        if name == "media:description":
            self._media.describe(value)
        kind = Kind.LOOSE
        if name in MARKUP_BODIES:
            kind = Kind.HTML
        elif self._is_atom and name in TYPES and ":" not in tag:
            kind = Kind.PLAIN
        store(of, name, value, kind, of.base)

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
        self._references.declare(self._text, subset, end)
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

    def _closes(self, held: Held, is_end: bool, tag: str, name: str, attributes: str) -> bool:
        """Whether a tag within a text ends it, because it is its own end or nothing that can be in a text."""
        if tag == held.tag:
            if not attributes.endswith("/"):
                held.depth += -1 if is_end else 1
            if held.depth < 0:
                self._end_text()
                return True
            return False
        is_over = name in ENDS and (name != "entry" or self._is_atom) and (is_end or name in ENTRIES)
        if is_over or (not is_end and held.name in SHORT and name in FIELDS and name != held.name):
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
        if name in ENTRIES:
            self._begin_entry(self._attributes(attributes))
            return
        if name in ROOTS:
            self._about(self._attributes(attributes))
            return
        is_empty = attributes.endswith("/")
        if name in FIELDS and self._is_field(name):
            self._begin_field(tag, name, attributes, is_empty=is_empty)
        if name in NAMES_MEDIA and self._entry is not None:
            said = self._attributes(attributes)
            self._media.open(self._entry, name, said, self._based(said, self._entry.base), is_empty=is_empty)
        if not is_empty and self._is_container(name) and len(self._containers) < _DEPTH_MAX:
            self._containers.append(name)

    def _is_field(self, name: str) -> bool:
        """Whether it stands where it says something of the entry: within other elements, only an author's name."""
        inside = self._containers[-1] if self._containers else ""
        return inside in {"author", "dc:creator"} if name == "name" else not inside

    def _is_container(self, name: str) -> bool:
        """Whether what is inside says nothing of the entry: other elements' titles, links and names."""
        return name in PLAIN_CONTAINERS or (":" in name and name not in TRANSPARENT and name not in FIELDS)

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
        return joined(base, own) if own else base

    def _end_entry(self) -> None:
        if self._entry is not None:
            self._feed.entries.append(self._entry)
            self._entry = None
            self._media.clear()
        self._containers.clear()

    def _end(self, name: str) -> None:
        if name in ENTRIES:
            self._end_entry()
        elif name in ROOTS:
            self._feed.is_whole = True
            self._changes += 1
        elif name in self._containers:
            del self._containers[self._containers.index(name) :]
        else:
            self._media.close(name)

    def _begin_field(self, tag: str, name: str, attributes: str, *, is_empty: bool) -> None:
        said = self._attributes(attributes)
        of = self._entry or self._feed.about
        if name == "guid":
            of.is_link = is_permalink(said)
        if name == "link" and "href" in said:
            self._link(of, said)
        elif name == "content" and "src" in said:
            of.links.append((4, joined(self._based(said, of.base), said["src"])))
        elif not is_empty:
            self._held = Held(tag, name, said, self._based(said, of.base))

    def _link(self, of: RawEntry, said: dict[str, str]) -> None:
        """A link of Atom: to the page, to the feed itself, or to something that comes with it."""
        relations, kind = said.get("rel", "alternate").lower().split(), said.get("type", "text/html").lower()
        address = joined(self._based(said, of.base), said["href"].strip())
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

    def _add(self, held: Held, segment: str) -> None:
        held.parts.append(segment if held.is_raw else self._decoded(segment))

    def _end_text(self) -> None:
        """Store the finished text in its element."""
        held, self._held = self._held, None
        if held is None:
            return
        value = "".join(held.parts)
        if held.attributes.get("mode", "").lower() == "base64" or is_packed(held):
            value = unpacked(value)
        if not value.strip():
            return
        of = self._entry or self._feed.about
        if held.name == "media:description":
            self._media.describe(value)
        store(of, held.name, value, kind_of(held, is_atom=self._is_atom), held.base)

    def _name(self, tag: str, attributes: str) -> str:
        """The name of an element in this package."""
        if "xmlns" in attributes and self._names.declare(self._attributes(attributes)):
            self._changes += 1
        return self._names.known.get(tag) or self._names.of(tag)

    def _attributes(self, written: str) -> dict[str, str]:
        return attributes_of(written, self._decoded)
