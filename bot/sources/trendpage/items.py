"""The tree to items: lines and embedded posts in reading order, by one walk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot.core.errors import SourceChanged
from bot.core.identity.x_ids import STATUS
from bot.core.lazy_dataclass import dataclass
from bot.core.text import clean

from .embeds import Embed, find_embeds
from .markup import rp_columns, said_by, said_by_class
from .post import Draft
from .tags import INLINE, MARKUP, SPACES, UNREAD, nests_without_end, one_space

LONGEST_HEAD_LINE = 300
ITEMS_MAX = 100_000
"""Lines and posts that are read, many times those of any page; the rest is left unread."""
WRAPPED_MAX = 4
"""Elements around a post within a ``<noscript>``."""
_RANK = re.compile(r"(?:第|No\.?|#)?\s*\d{1,3}\s*(?:位|\.)?", re.IGNORECASE)


@dataclass(slots=True)
class Item:
    """A line of the page or an embedded post. ``link``: the status a link in the line leads to."""

    min_depth: float
    text: str = ""
    embed: Embed | None = None
    link: re.Match[str] | None = None
    ends_block: bool = False


def read_items(text: str, url: str = "") -> tuple[list[Item], str]:
    """Items in reading order, and the document's title. ``url``: where relative addresses are meant from."""
    if not MARKUP.search(text):
        lines = (SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))
        return [*islice((Item(0, line) for line in lines if line), ITEMS_MAX)], ""
    if nests_without_end(text):
        raise SourceChanged("this is not a trend page: its elements are nested without end")
    try:
        tree = LexborHTMLParser(text)
    except SelectolaxError:
        return [], ""
    title = tree.css_first("title")
    embeds = find_embeds(tree, url)
    walk = _Walk(embeds, *rp_columns(tree), opened=_opened(tree, embeds))
    items = walk.items(tree.root) if tree.root else []
    return items, title.text()[:LONGEST_HEAD_LINE] if title else ""


def as_posts(items: Iterable[Item]) -> list[Item]:
    """The items of a page that only links to its posts: each line with such a link is a post without a text.

    What else stands in the line counts as beside it.
    """
    found: list[Item] = []
    for item in items:
        status = item.link or STATUS.match(item.text)
        if status is None or item.embed is not None:
            found.append(item)
            continue
        post = Embed(Draft("", "", status, None), item.text.removeprefix(status.string.strip()).strip())
        found.append(Item(item.min_depth, embed=post, ends_block=item.ends_block))
    return found


def _opened(tree: LexborHTMLParser, embeds: Mapping[int, Embed]) -> set[int]:
    """The ``<noscript>`` that hold a post, directly or in one element more."""
    found: set[int] = set()
    for node in tree.css("noscript blockquote, noscript iframe"):
        parent = node.parent if node.mem_id in embeds else None
        for _ in range(WRAPPED_MAX):
            if parent is None:
                break
            if parent.tag == "noscript":
                found.add(parent.mem_id)
            parent = parent.parent
    return found


class _Walk:
    """One pass over the tree. Without recursion: a hostile page may be nested deeper than Python's stack."""

    def __init__(
        self,
        embeds: Mapping[int, Embed],
        heads: Set[int] = frozenset(),
        counts: Set[int] = frozenset(),
        *,
        opened: Set[int] = frozenset(),
    ) -> None:
        self._opened = opened
        self._embeds = embeds
        self._heads = heads
        self._counts = counts
        self._items: list[Item] = []
        self._words: list[str] = []
        self._link: re.Match[str] | None = None
        self._floor: float = 0

    def items(self, root: LexborNode) -> list[Item]:
        """Everything below ``root``, in reading order."""
        depth, node = 0, root
        self._words, self._floor = [], 0
        while len(self._items) < ITEMS_MAX:
            child = node.child if self._enter(node, depth) else None
            if child is not None:
                node, depth = child, depth + 1
                continue
            while (following := node.next) is None:
                parent = node.parent
                if parent is None or depth <= 1:
                    self._break(0)
                    return self._items
                node, depth = parent, depth - 1
                if node.tag not in INLINE:
                    self._break(depth)
            node = following
        return self._items

    def _enter(self, node: LexborNode, depth: int) -> bool:
        """Take in a node; whether its children are to be read."""
        tag = node.tag
        if tag == "-text":
            self._take_text(node.text_content or "", depth)
        elif tag == "br":
            self._break(depth, ends_block=False)
        elif tag == "noscript":
            return node.mem_id in self._opened
        elif node.mem_id in self._embeds:
            self._break(depth)
            self._items.append(Item(self._floor, embed=self._embeds[node.mem_id]))
            self._floor = depth
        elif tag is None or tag in UNREAD or tag.startswith("-"):
            return tag == "-document"
        elif tag in INLINE:
            self._take_inline(node, tag)
            return True
        else:
            # A rule, or the next term of a list, parts more than the plain step from one sibling to the next.
            self._break(depth - 0.5 if tag in {"hr", "dt"} else depth)
            if node.mem_id in self._heads:
                return False
            self._words.append(" RP " if node.mem_id in self._counts else said_by_class(node))
            return True
        return False

    def _take_text(self, text: str, depth: int) -> None:
        lines = text.strip("\n").split("\n") if "\n" in text else [text]
        for number, line in enumerate(lines[:ITEMS_MAX]):
            if number:
                self._break(depth, ends_block=False)
            self._words.append(line)

    def _take_inline(self, node: LexborNode, tag: str) -> None:
        if tag == "a":
            self._link = STATUS.match(node.attributes.get("href") or "") or self._link
        elif tag in {"img", "i", "svg", "use", "span"}:
            self._words.append(said_by(node, tag))

    def _break(self, min_depth: float, *, ends_block: bool = True) -> None:
        text = "".join(self._words).strip()
        if text:
            text = one_space(text)
            apart = 0.5 if len(text) < 9 and _RANK.fullmatch(text) and not text.isdigit() else 0
            self._items.append(Item(self._floor - apart, text, None, self._link, ends_block))
            self._words, self._link, self._floor = [], None, min_depth
        else:
            self._words.clear()
            self._floor = min(self._floor, min_depth)
        if ends_block and self._items:
            self._items[-1].ends_block = True
