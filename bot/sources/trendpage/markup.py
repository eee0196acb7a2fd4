"""Reads facts that only markup gives: labels and classes of icons, class names of boxes, columns named RP."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.sources.parsing.numbers import COUNT_CHARACTERS, has_digit, nfkc

_ICONS = (
    (re.compile(r"(?<![a-z])(?:female|woman|women|venus|girl)s?(?![a-z])", re.IGNORECASE), " 女性"),
    (re.compile(r"(?<![a-z])(?:male|man|men|mars|boy)s?(?![a-z])", re.IGNORECASE), " 男性"),
    (re.compile(r"(?<![a-z])(?:rp|rt|retweet|repost)(?:s|ed|[-_]?count)?(?![a-z])", re.IGNORECASE), " RP "),
)
NAME_MAX = 200
"""Characters of a column's name, and nodes in it."""
BARE_MAX = 40
"""Characters of a number in an element of its own, and nodes in that."""
TO_TABLE_MAX, INSIDE_MAX = 3, 30
"""Steps from a row to its table, and from a post to the table that it stands in."""
_COLUMN = re.compile(r"\W*(?:RP|RT|リポスト|リツイート|reposts?|retweets?)数?\W*", re.IGNORECASE)


def said_by(node: LexborNode, tag: str) -> str:
    """The meaning of an icon: its label, else its class if it is a picture or holds nothing but a number."""
    attributes = node.attributes
    if not attributes:
        return ""
    label = attributes.get("aria-label") or attributes.get("alt") or attributes.get("title") or ""
    says = (attributes.get("class") or "") + " " + (attributes.get("src") or attributes.get("href") or "")
    for pattern, word in _ICONS:
        if pattern.search(label):
            return word if not has_digit(label) else f" {label} "
    if label and tag != "span":
        return f" {label} "
    if not _is_bare(node.child):
        return ""
    return next((word for pattern, word in _ICONS if pattern.search(says)), "")


def _is_bare(child: LexborNode | None) -> bool:
    """Whether an element holds nothing but a number, or nothing at all."""
    if child is None or child.next is not None:
        return child is None
    text = child.text_content if child.tag == "-text" else short_text(child, BARE_MAX)
    return text is not None and not text.strip(COUNT_CHARACTERS)


def said_by_class(node: LexborNode) -> str:
    """A box that holds a bare number may name it only in its class."""
    child = node.child
    if child is None or child.next is not None or child.tag != "-text":
        return ""
    text = child.text_content or ""
    bare = not text.strip(COUNT_CHARACTERS) and has_digit(text)
    return " RP " if bare and _ICONS[-1][0].search(node.attributes.get("class") or "") else ""


def rp_columns(tree: LexborHTMLParser) -> tuple[set[int], set[int]]:
    """Tables whose first row names a column RP: the ids of those head cells, and of the cells below that name."""
    heads: set[int] = set()
    counts: set[int] = set()
    tables: dict[int, list[list[LexborNode]]] = {}
    for row in tree.css("tr"):
        table = _above(row, "table", TO_TABLE_MAX)
        if table is not None:
            tables.setdefault(table.mem_id, []).append([cell for cell in row.iter() if cell.tag in {"td", "th"}])
    named = {key: column for key, rows in tables.items() if (column := _rp_column(rows[0])) is not None}
    if not named:
        return heads, counts
    holding_posts = _around(tree, "blockquote") - _around(tree, "table")
    for table_id, column in named.items():
        rows = tables[table_id]
        if table_id in holding_posts or any(map(_is_head, rows)):
            heads.update(cell.mem_id for cell in rows[0])
            counts.update(row[column].mem_id for row in rows[1:] if len(row) == len(rows[0]))
    return heads, counts


def _rp_column(row: Sequence[LexborNode]) -> int | None:
    """The cell of a first row that names RP; None without one, or for a row of values."""
    if len(row) < 2:
        return None
    column = None
    for number, cell in enumerate(row):
        written = short_text(cell, NAME_MAX)
        if written is None or has_digit(name := nfkc(written.strip())):
            return None
        if column is None and _COLUMN.fullmatch(name):
            column = number
    return column


def _is_head(row: Sequence[LexborNode]) -> bool:
    """Whether two names of columns stand beside each other."""
    return any(one.tag == other.tag == "th" for one, other in pairwise(row))


def _around(tree: LexborHTMLParser, tag: str) -> set[int]:
    """The ids of the tables that such elements stand in."""
    tables = (_above(node, "table", INSIDE_MAX) for node in tree.css(tag))
    return {table.mem_id for table in tables if table is not None}


def _above(node: LexborNode, tag: str, most: int) -> LexborNode | None:
    """The nearest element of this kind around a node, at most so many steps up; None where there is none."""
    for _ in range(most):
        above = node.parent
        if above is None or above.tag == tag:
            return above
        node = above
    return None


def short_text(node: LexborNode, most: int) -> str | None:
    """The text below a node; None where it is longer than so many characters, or as many nodes.

    Whoever asks for all of it at each of a thousand levels reads a page a thousand times.
    """
    pieces: list[str] = []
    length = seen = 0
    ahead = [node.child]
    while ahead:
        below = ahead.pop()
        if below is None:
            continue
        seen += 1
        if below.tag == "-text":
            pieces.append(below.text_content or "")
            length += len(pieces[-1])
        if length > most or seen > most:
            return None
        ahead += (below.next, below.child)
    return "".join(pieces)
