"""HTML of a post to the text a person reads: paragraphs, line breaks, whole links, nothing hidden.

Pure. Made for what Mastodon and its neighbours put into ``content``: a fragment of a few elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.core.identity.urls import normal_url
from bot.core.text import clean

from .html_scan import BULLET, GAPS, HTML_SPACE, LINE, PARAGRAPH, SHORTCODE, scan, shown
from .links import link_text

HTML_MAX: Final = 30_000
"""Characters read of one post; Discord shows at most 4,000."""
TAGS_MAX: Final = 600
"""Elements read of one post. Lexbor's time grows with the square of the nesting: 100,000 open
``<div>`` held the event loop for 30 s (measured), 600 take about 1 ms."""
FEW_TAGS: Final = 64
"""So few open nothing anew often enough to matter."""

_DROPPED: Final = frozenset({
    "script", "style", "template", "title", "textarea", "noscript", "noembed", "noframes", "iframe",
    "xmp", "plaintext", "svg", "math", "select", "audio", "video",
})  # fmt: skip
_EMPHASIS: Final = re.compile(
    r"</?(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?:[\s/][^>]*+>?|>)", re.IGNORECASE
)
"""Says nothing in a plain text, but HTML opens it anew in each paragraph until it is closed: 280 of them over 300
paragraphs took 130 ms (measured)."""

_FRAME: Final = re.compile(r"<iframe[^<>]*+>", re.IGNORECASE)
_PLAIN_TAG: Final = re.compile(r"(</?p>|<br ?/?>)", re.IGNORECASE)

_BREAKS: Final = re.compile(rf"[\n{LINE}{PARAGRAPH}][ \n{LINE}{PARAGRAPH}]*")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_ADDRESS: Final = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"]+")
_MARKED: Final = ("#", "＃", "@", "＠")
"""Beginnings of a link's text that is a tag or a mention."""


class _LinkBase(NamedTuple):
    """The base of a text's links: its own address, and the address they are relative to."""

    own: str | None
    base: str


def html_to_text(html: str, *, own: str | None = None, base: str = "", enough: int | None = None) -> str:
    """The readable text of a piece of HTML. Never raises; empty where there is none.

    Real links are given as their whole address, even where the shown text is cut; mentions, hashtags
    and custom emoji as their text; scripts and the ``RE:`` line of a quote are left out.
    ``own``: the address of the piece itself, shown beside it: links there are only what they say.
    ``base``: from where relative links are meant; without it they are dead.
    ``enough``: of a longer text at least so many characters, which are its first.
    """
    if "<" not in html and "&" not in html:  # most titles: no need to build a tree
        return plain_to_text(html)
    bounded = _bounded(html)
    links = _LinkBase(own, base)
    if plain := _plain_pieces(bounded):
        return _laid_out(plain)
    scanned = scan(bounded, partial(_linked, links), enough and enough * 5 // 4)
    text = _laid_out(scanned.pieces if scanned is not None else _tree_pieces(bounded, links))
    if enough is None or scanned is None or scanned.is_whole or len(text) >= enough:
        return text
    return html_to_text(html, own=own, base=base)  # what was read was mostly white space


def tree_to_text(html: str, *, own: str | None = None, base: str = "") -> str:
    """The text by the tree that a browser builds; ``html_to_text`` must give the same without one."""
    return _laid_out(_tree_pieces(_bounded(html), _LinkBase(own, base)))


def _laid_out(pieces: Iterable[str]) -> str:
    """Pieces of text in lines and paragraphs."""
    return _BREAKS.sub(_break, _single("".join(pieces))).replace(" \n", "\n").strip(" \t\n")


def plain_to_text(text: str) -> str:
    """Text that is no HTML, as ``html_to_text`` would give it: ``<script>`` in it is something to read."""
    return shown(text[:HTML_MAX]).strip(" ")


def lines_to_text(text: str) -> str:
    """Plain text in the lines it was written in: each without white space around it, one empty line in a row."""
    cut = text[:HTML_MAX]
    if cut.isprintable():  # no line ends, as most summaries
        return plain_to_text(cut)
    lines = [HTML_SPACE.sub(" ", line).strip(" ") for line in clean(cut).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _single(text: str) -> str:
    """One space where pieces met with one each."""
    return re.sub(" {2,}", " ", text) if "  " in text else text


def _break(found: re.Match[str]) -> str:
    """One gap between lines: a blank line between paragraphs, never more than one."""
    gap = found[0]
    return "\n\n" if PARAGRAPH in gap or gap.count("\n") > 1 else "\n"


def _bounded(html: str) -> str:
    """At most ``HTML_MAX`` characters and ``TAGS_MAX`` opening brackets of it, without emphasis."""
    cut = html[:HTML_MAX]
    if "<iframe" in cut and "</iframe" not in cut:  # it would take in all that follows
        cut = _FRAME.sub("", cut)
    tags = cut.count("<")
    if tags > TAGS_MAX:
        cut = "<".join(cut.split("<", TAGS_MAX + 1)[: TAGS_MAX + 1])
    return cut if tags <= FEW_TAGS else _EMPHASIS.sub("", cut)


def _plain_pieces(html: str) -> list[str] | None:
    """The text of bare paragraphs and line breaks, which most posts and summaries are; None for anything else.

    No tree is built of them: building it and going through it takes four times as long.
    """
    if "&" in html:
        return None
    pieces = _PLAIN_TAG.split(html)
    pieces[::2] = [shown(text) for text in pieces[::2]]
    pieces[1::2] = ["\n" if tag[1] in "bB" else PARAGRAPH for tag in pieces[1::2]]
    return None if any("<" in text for text in pieces[::2]) else pieces


def _tree_pieces(html: str, links: _LinkBase) -> Iterator[str]:
    """The text of any HTML in reading order."""
    body = LexborHTMLParser(html).body
    return iter(()) if body is None else _pieces(body, links)


def _pieces(root: LexborNode, links: _LinkBase | None) -> Iterator[str]:
    """The text below a node in reading order. A stack, not recursion: the depth is the sender's choice.

    With ``links`` real links are given as addresses, without one as the text they hold.
    """
    stack = _children(root)
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif item.is_text_node:
            yield shown(item.text_content or "")
        elif not _is_dropped(item):
            link = _link(item, links) if links is not None and item.tag == "a" else None
            yield clean(link) if link is not None else _open(item, stack)


def _open(node: LexborNode, stack: list[LexborNode | str]) -> str:
    """The text for an element itself; its content and end go on the stack, to be read next."""
    tag = node.tag or ""
    if tag == "br":
        return "\n"
    if tag == "img":
        return clean(_emoji(node))
    gap = GAPS.get(tag, "")
    stack.append(gap)
    if tag == "pre":
        stack.append(_as_written(node))
    else:
        stack.extend(_children(node))
    return gap + (BULLET if tag == "li" else "")


def _as_written(pre: LexborNode) -> str:
    """The text of a ``<pre>`` in its own lines."""
    pieces: list[str] = []
    stack = _children(pre)
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif item.is_text_node:
            pieces.append(clean(item.text_content or ""))
        elif item.tag == "br":
            pieces.append("\n")
        elif not _is_dropped(item):
            stack.extend(_children(item))
    return "".join(pieces)


def _children(node: LexborNode) -> list[LexborNode | str]:
    """Last child first, as a stack wants them."""
    below: list[LexborNode | str] = [*node.iter(include_text=True)]
    return below[::-1]


def _is_dropped(node: LexborNode) -> bool:
    """Whether an element is dropped: active, hidden, a comment, or the fallback line of a quote (Mastodon 4.5)."""
    tag = node.tag or ""
    return tag in _DROPPED or tag.startswith(("-", "!")) or "quote-inline" in _classes(node)


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _emoji(node: LexborNode) -> str:
    """A custom emoji that a server sent as an image: its short code."""
    alt = node.attributes.get("alt") or ""
    return alt if SHORTCODE.fullmatch(alt) else ""


def _whole(href: str, base: str) -> str:
    """An address as it is meant from a base; as it stands where it cannot be joined."""
    if not base or not href or href.startswith(("http://", "https://", "#")):
        return href
    try:
        return urljoin(base, href)
    except ValueError:
        return href


def _leads_to(href: str, own: str) -> bool:
    """Whether an address is this one, also with tracking or to a part of the page."""
    if not href.startswith(own.partition("#")[0].partition("?")[0]):
        return False
    try:
        return normal_url(href) == normal_url(own)
    except ValueError:
        return False


def _link(node: LexborNode, links: _LinkBase) -> str | None:
    """A real link as text; None for dead links, mentions and tags, which read as what they hold."""
    href = _address_of((node.attributes.get("href") or ""), node.attributes.get("class") or "", links)
    if href is None:
        return None
    text = _text_of("".join(_pieces(node, None)))
    if text.startswith(_MARKED):
        return text  # not to be read again: links within links would read the innermost once for each of them
    is_cut = node.css_first(".invisible, .ellipsis") is not None
    return _as_text(href, text, links, is_cut=is_cut)


def _linked(links: _LinkBase, href: str, classes: str, inner: str) -> str | None:
    """A link that is read without a tree, whose text is not cut."""
    address = _address_of(href, classes, links)
    if address is None:
        return None
    text = _text_of(inner)
    return text if text.startswith(_MARKED) else _as_text(address, text, links, is_cut=False)


def _address_of(href: str, classes: str, links: _LinkBase) -> str | None:
    """The address of a link; None for dead links, mentions and tags."""
    address = _whole(href.strip(), links.base)
    if not _ADDRESS.fullmatch(address) or (classes and {"mention", "hashtag"} & set(classes.split())):
        return None
    return address


def _text_of(inner: str) -> str:
    return _single(inner if inner.isprintable() else _BREAKS.sub(" ", inner)).strip()


def _as_text(href: str, text: str, links: _LinkBase, *, is_cut: bool) -> str:
    """The address wherever the text claims to be one: it may name another place than it leads to.

    Nothing for a link that shows nothing, or a picture.
    """
    if not text:
        return ""
    said = href if is_cut else link_text(text, href)
    if links.own is None or not _leads_to(href, links.own):
        return said
    return "" if said == href else text
