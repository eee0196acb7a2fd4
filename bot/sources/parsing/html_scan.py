"""HTML as articles and posts really have it, from tag to tag and without a tree. Pure.

    tag, text, tag, text … ─▶ the same pieces of text as a walk through the tree gives, or None

Only what is closed in the order it was opened, and where no element ends another by beginning, is read: there the
tree that a browser would build is what is written. Whatever is not surely so is left to the tree.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from html.entities import html5
from typing import Any, Final, NamedTuple

from bot.core.text import clean

LINE, PARAGRAPH = "\x1e", "\x1d"
"""Marks for "a new line begins here": several beside each other are one. ``clean`` took them from the text."""
GAPS: Final = {
    **dict.fromkeys(("p", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"), PARAGRAPH),
    **dict.fromkeys(("div", "li", "section", "article", "header", "footer", "tr", "dt", "dd"), LINE),
    **dict.fromkeys(("figure", "figcaption", "main", "aside", "nav", "address", "center"), LINE),
    **dict.fromkeys(("table", "caption", "details", "summary", "fieldset", "form"), LINE),
    **dict.fromkeys(("td", "th"), " "),
}
"""The text before and behind an element's text."""
BULLET: Final = "• "
SHORTCODE: Final = re.compile(r":[A-Za-z0-9_]+:")
"""The text of a custom emoji that a server sent as an image."""

Link = Callable[[str, str, str], str | None]
"""Reads a link from its address, classes and text; None where the text alone is read."""

_NAME: Final = r"""[^\s"'<>/=]"""
_VALUE: Final = r"""\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>=`]++)"""
_ONE_ATTRIBUTE: Final = rf"(?:\s++{_NAME}++(?:{_VALUE})?+)"
_MARKUP: Final = re.compile(
    rf"<(?:(/?)([A-Za-z][A-Za-z0-9]*+)({_ONE_ATTRIBUTE}*+)\s*+/?+>|!--(?!-?>)(?:[^-]++|-(?!->|-!>))*+-->)"
)
"""A tag or a comment; whether it is an end, of what, and its attributes."""
_ATTRIBUTE: Final = {
    name: re.compile(
        rf"""{_ONE_ATTRIBUTE}*?\s++{name}(?!{_NAME})(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>=`]++)))?+""",
        re.IGNORECASE,
    )
    for name in ("alt", "class", "href")
}
"""The first attribute of a name, behind others, and its value."""
_REFERENCE: Final = re.compile(r"&(#[xX]?[0-9A-Fa-f]*+|[A-Za-z0-9]++)(;?)(=?)")
_INLINE: Final = frozenset(
    {
        "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp",
        "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    }
)  # fmt: skip
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS: Final = _HEADINGS | {
    "address", "article", "aside", "blockquote", "center", "div", "figcaption", "figure", "footer", "header", "li",
    "main", "nav", "ol", "p", "pre", "section", "ul",
}  # fmt: skip
"""Elements that end a paragraph by beginning."""
_VOID: Final = frozenset({"br", "hr", "img", "wbr"})
_LISTS: Final = frozenset({"ul", "ol"})
_ENDS: Final = {tag: GAPS.get(tag, "") for tag in {*_INLINE, *_BLOCKS} - {"a"}}
"""The text for an end tag."""
_BEGINS: Final = {tag: GAPS.get(tag, "") + (BULLET if tag == "li" else "") for tag in _BLOCKS}
"""The text for a tag that begins a block."""
_EMPHASES: Final = _INLINE - {"a"}
"""Elements that only begin something."""
HTML_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
"""Not the full-width space: in Japanese posts it means something."""
_MANY_SPACES: Final = re.compile(" {2,}")
"""Left where a control character stood between two spaces."""
_MAY_BE_EMOJI: Final = re.compile(r"""alt\s*+=\s*+["']?+[:&]""", re.IGNORECASE)
"""The attribute of an image that may hold a short code; its colon may be a reference."""
_FIRST_LINE_END: Final = re.compile(r"\A(?:\r\n?|\n)")
"""Right behind ``<pre>`` it is not shown."""
_OLD_NAMES: Final = frozenset(name for name in html5 if not name.endswith(";"))
_OLD_NAME_MAX: Final = max(map(len, _OLD_NAMES))
_WRITTEN: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\xa0"}


class _UnsureError(Exception):
    """Only a browser's rules say what this means."""


def shown(text: str) -> str:
    """A piece of text as HTML shows it: clean, and white space as one space. Most pieces are so already."""
    if text.isprintable() and "  " not in text:
        return text
    return _MANY_SPACES.sub(" ", clean(HTML_SPACE.sub(" ", text)))


class Scanned(NamedTuple):
    """Pieces of text in reading order, and whether that is all."""

    pieces: list[str]
    is_whole: bool


def _is_descriptive(text: str) -> bool:
    """Whether a class may stand in it by which a post says how it is to be read."""
    text = text.lower()
    return "invisible" in text or "ellipsis" in text or "quote-inline" in text


def scan(html: str, link: Link, enough: int | None = None) -> Scanned | None:
    """The text of a piece of HTML; None if it takes a tree.

    ``enough``: after so many characters it may end; what comes later changes nothing of them.
    """
    if "<!--" in html and ("--!>" in html or html.rfind("-->") < html.rfind("<!--")):
        return None  # each comment that is not closed would be gone through to the end
    parts: list[Any] = _MARKUP.split(html)
    texts = parts[::4]
    if "<" in "".join(texts):
        return None
    tags = zip(texts, [*parts[1::4], ""], [*parts[2::4], None], [*parts[3::4], ""], strict=True)
    try:
        return _Scan(link, enough, has_description=_is_descriptive(html)).run(tags)
    except _UnsureError:
        return None


class _Scan:
    """A piece of HTML being read: what is open, and what was read."""

    __slots__ = ("_begun", "_enough", "_has_description", "_link", "_open", "_pieces", "_said", "_size")

    def __init__(self, link: Link, enough: int | None, *, has_description: bool) -> None:
        self._link = link
        self._has_description = has_description
        self._enough = sys.maxsize if enough is None else enough
        self._open: list[str] = []
        self._pieces: list[str] = []
        self._size = 0
        self._begun = 0
        self._said = ""

    def run(self, tags: Iterable[tuple[str, str, str | None, str]]) -> Scanned:
        """All of it or enough. Raises ``_UnsureError``.

        ``tags``: each text, and of the tag behind it whether it is an end, its name (None of a comment) and its
        attributes.
        """
        pieces, is_open, enough, before = self._pieces, self._open, self._enough, None
        for text, slash, name, attributes in tags:
            if text:
                piece = self._text(text, before)
                pieces.append(piece)
                self._size += len(piece)
            if self._size >= enough and "a" not in is_open:
                return Scanned(pieces, is_whole=False)
            before = name
            if name is None:
                continue
            if slash:
                if name in _ENDS and is_open and is_open[-1] == name and not attributes:
                    is_open.pop()
                    pieces.append(_ENDS[name])
                else:
                    self._end(name.lower(), attributes)
            elif name in _EMPHASES and not attributes:
                is_open.append(name)
            else:
                self._begin(name.lower(), attributes)
        if "a" in is_open:
            raise _UnsureError
        return Scanned(pieces, is_whole=True)

    def _text(self, text: str, before: str | None) -> str:
        """A piece of text as it is shown. ``before``: the element whose tag stands before it."""
        if "pre" not in self._open:
            return shown(_REFERENCE.sub(_in_text, text) if "&" in text else text)
        if before is not None and before.lower() == "pre":
            text = _FIRST_LINE_END.sub("", text)
        return clean(_REFERENCE.sub(_in_text, text))

    def _begin(self, tag: str, attributes: str) -> None:
        if self._has_description and attributes and _is_descriptive(attributes):
            raise _UnsureError
        if tag in _INLINE:
            self._begin_inline(tag, attributes)
        elif tag in _VOID:
            self._void(tag, attributes)
        elif tag in _BLOCKS and self._fits(tag):
            self._open.append(tag)
            self._pieces.append(_BEGINS[tag])
        else:
            raise _UnsureError

    def _begin_inline(self, tag: str, attributes: str) -> None:
        if tag == "a":
            if "a" in self._open or "pre" in self._open:
                raise _UnsureError
            self._begun, self._said = len(self._pieces), attributes
        self._open.append(tag)

    def _void(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self._pieces.append("\n")
        elif "pre" in self._open or (tag == "hr" and "p" in self._open):
            raise _UnsureError
        elif tag == "hr":
            self._pieces.append(PARAGRAPH)
        elif tag == "img" and _MAY_BE_EMOJI.search(attributes) is not None:
            alt = _value("alt", attributes)
            if SHORTCODE.fullmatch(alt):
                self._pieces.append(clean(alt))

    def _fits(self, tag: str) -> bool:
        """Whether a block begins where it ends nothing."""
        is_open = self._open
        if "p" in is_open or "pre" in is_open:
            return False
        if tag == "li":
            return not is_open or is_open[-1] in _LISTS
        return tag not in _HEADINGS or _HEADINGS.isdisjoint(is_open)

    def _end(self, tag: str, attributes: str) -> None:
        if attributes or not self._open or self._open.pop() != tag:
            raise _UnsureError
        if tag == "a":
            self._end_link()
        elif gap := GAPS.get(tag):
            self._pieces.append(gap)

    def _end_link(self) -> None:
        inner = "".join(self._pieces[self._begun :])
        link = self._link(_value("href", self._said), _value("class", self._said), inner)
        if link is not None:
            self._pieces[self._begun :] = [clean(link)]
            self._size += len(link)


def _value(name: str, attributes: str) -> str:
    """The value of an attribute without references; "" without it."""
    if name not in attributes and name not in attributes.lower():
        return ""
    found = _ATTRIBUTE[name].match(attributes)
    value = found[found.lastindex] if found is not None and found.lastindex else ""
    return _REFERENCE.sub(_in_attribute, value) if "&" in value else value


def _in_text(found: re.Match[str]) -> str:
    if found[2]:
        return _character(found[1]) + found[3]
    if _begins_with_old_name(found[1]):
        raise _UnsureError
    return found[0]


def _in_attribute(found: re.Match[str]) -> str:
    """``&copy=1`` is a parameter of an address, and no sign of copyright."""
    if found[2]:
        return _character(found[1]) + found[3]
    if found[1][0] == "#" or (found[1] in _OLD_NAMES and not found[3]):
        raise _UnsureError
    return found[0]


def _begins_with_old_name(name: str) -> bool:
    """Whether a part of it means something without a semicolon, as the oldest names do."""
    return name[0] == "#" or any(name[:size] in _OLD_NAMES for size in range(2, _OLD_NAME_MAX + 1))


def _character(name: str) -> str:
    """The character of a reference that is well formed. Raises ``_UnsureError``."""
    if name in _WRITTEN:
        return _WRITTEN[name]
    if name[0] != "#":
        meant = html5.get(f"{name};")
        if meant is None:
            raise _UnsureError
        return meant
    try:
        code = int(f"0{name[1:]}", 16) if name[1:2] in {"x", "X"} else int(name[1:])
    except ValueError:
        raise _UnsureError from None
    if not (0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFDD0 or 0x1F000 <= code < 0x1FFFE):
        raise _UnsureError
    return chr(code)
