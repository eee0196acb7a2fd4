"""HTML of a post to the text a person reads: paragraphs, line breaks, whole links, nothing hidden.

Pure. Made for what Mastodon and its neighbours put into ``content``: a fragment of a few elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.core.addresses import normal_url
from bot.core.text import clean

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
_PARAGRAPHS: Final = frozenset({"p", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_LINES: Final = frozenset({"div", "li", "section", "article", "header", "footer", "tr", "dt", "dd"})

_EMPHASIS: Final = re.compile(
    r"</?(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?:[\s/][^>]*+>?|>)", re.IGNORECASE
)
"""Says nothing in a plain text, but HTML opens it anew in each paragraph until it is closed: 280 of them over 300
paragraphs took 130 ms (measured)."""

_FRAME: Final = re.compile(r"<iframe[^<>]*+>", re.IGNORECASE)
_PLAIN_TAG: Final = re.compile(r"(</?p>|<br ?/?>)", re.IGNORECASE)

_LINE, _PARAGRAPH = "\x1e", "\x1d"
"""Marks for "a new line begins here": several beside each other are one. ``clean`` took them from the text."""
_HTML_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
"""Not the full-width space: in Japanese posts it means something."""
_BREAKS: Final = re.compile(rf"[\n{_LINE}{_PARAGRAPH}][ \n{_LINE}{_PARAGRAPH}]*")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_SHORTCODE: Final = re.compile(r":[A-Za-z0-9_]+:")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


class _Place(NamedTuple):
    """Where a text stands: its own address, and from where its links are meant."""

    own: str | None
    base: str


def html_to_text(html: str, *, own: str | None = None, base: str = "") -> str:
    """The readable text of a piece of HTML. Never raises; empty where there is none.

    Real links are given as their whole address, even where the shown text is cut; mentions, hashtags
    and custom emoji as their text; scripts and the ``RE:`` line of a quote are left out.
    ``own``: the address of the piece itself, shown beside it: links there are only what they say.
    ``base``: from where relative links are meant; without it they are dead.
    """
    if "<" not in html and "&" not in html:  # most titles: no need to build a tree
        return plain_to_text(html)
    bounded = _bounded(html)
    text = _single("".join(_plain_pieces(bounded) or _tree_pieces(bounded, _Place(own, base))))
    return _BREAKS.sub(_break, text).replace(" \n", "\n").strip(" \t\n")


def plain_to_text(text: str) -> str:
    """Text that is no HTML, as ``html_to_text`` would give it: ``<script>`` in it is something to read."""
    return _shown(text[:HTML_MAX]).strip(" ")


def lines_to_text(text: str) -> str:
    """Plain text in the lines it was written in: each without white space around it, one empty line in a row."""
    cut = text[:HTML_MAX]
    if cut.isprintable():  # no line ends, as most summaries
        return plain_to_text(cut)
    lines = [_HTML_SPACE.sub(" ", line).strip(" ") for line in clean(cut).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _shown(text: str) -> str:
    """A piece of text as HTML shows it: clean, and white space as one space. Most pieces are so already."""
    return text if text.isprintable() and "  " not in text else clean(_HTML_SPACE.sub(" ", text))


def _single(text: str) -> str:
    """One space where pieces met with one each."""
    return re.sub(" {2,}", " ", text) if "  " in text else text


def _break(found: re.Match[str]) -> str:
    """One gap between lines: a blank line between paragraphs, never more than one."""
    gap = found[0]
    return "\n\n" if _PARAGRAPH in gap or gap.count("\n") > 1 else "\n"


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
    pieces[::2] = [_shown(text) for text in pieces[::2]]
    pieces[1::2] = ["\n" if tag[1] in "bB" else _PARAGRAPH for tag in pieces[1::2]]
    return None if any("<" in text for text in pieces[::2]) else pieces


def _tree_pieces(html: str, place: _Place) -> Iterator[str]:
    """The text of any HTML in reading order."""
    body = LexborHTMLParser(html).body
    return iter(()) if body is None else _pieces(body, place)


def _pieces(root: LexborNode, place: _Place | None) -> Iterator[str]:
    """The text below a node in reading order. A stack, not recursion: the depth is the sender's choice.

    With a ``place`` real links are given as addresses, without one as the text they hold.
    """
    stack = _children(root)
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif item.is_text_node:
            yield _shown(item.text_content or "")
        elif not _is_dropped(item):
            link = _link(item, place) if place is not None and item.tag == "a" else None
            yield clean(link) if link is not None else _open(item, stack)


def _open(node: LexborNode, stack: list[LexborNode | str]) -> str:
    """What stands for an element itself; what is inside it and its end go on the stack, to be read next."""
    tag = node.tag or ""
    if tag == "br":
        return "\n"
    if tag == "img":
        return clean(_emoji(node))
    gap = _PARAGRAPH if tag in _PARAGRAPHS else _LINE if tag in _LINES else ""
    stack.append(gap)
    if tag == "pre":
        stack.append(_as_written(node))
    else:
        stack.extend(_children(node))
    return gap + ("• " if tag == "li" else "")


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
    """Never shown: active or hidden elements, comments, and the fallback line of a quote (Mastodon 4.5)."""
    tag = node.tag or ""
    return tag in _DROPPED or tag.startswith(("-", "!")) or "quote-inline" in _classes(node)


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _emoji(node: LexborNode) -> str:
    """A custom emoji that a server sent as an image: its short code."""
    alt = node.attributes.get("alt") or ""
    return alt if _SHORTCODE.fullmatch(alt) else ""


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


def _link(node: LexborNode, place: _Place) -> str | None:
    """A real link as text; None for dead links and what is marked as mention or tag, which read as what they hold.

    The address is what is shown wherever the text claims to be one: a text that names another
    place than it leads to is a trap.
    """
    href = _whole((node.attributes.get("href") or "").strip(), place.base)
    if not _ADDRESS.fullmatch(href) or {"mention", "hashtag"} & set(_classes(node)):
        return None
    shown = _single(_BREAKS.sub(" ", "".join(_pieces(node, None)))).strip()
    if shown.startswith(("#", "＃", "@", "＠")):
        return shown  # not to be read again: links within links would read the innermost once for each of them
    is_cut = node.css_first(".invisible, .ellipsis") is not None
    text = href if is_cut else link_text(shown, href)
    if place.own is None or not _leads_to(href, place.own):
        return text
    return "" if text == href else shown
