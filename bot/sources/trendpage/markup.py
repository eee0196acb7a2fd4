"""What only markup says: icons with a label or a class, boxes named by their class, columns named RP."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.sources.numbers import COUNT_CHARACTERS, has_digit, nfkc

_ICONS = (
    (re.compile(r"(?<![a-z])(?:female|woman|women|venus|girl)s?(?![a-z])", re.IGNORECASE), " 女性"),
    (re.compile(r"(?<![a-z])(?:male|man|men|mars|boy)s?(?![a-z])", re.IGNORECASE), " 男性"),
    (re.compile(r"(?<![a-z])(?:rp|rt|retweet|repost)(?:s|ed|[-_]?count)?(?![a-z])", re.IGNORECASE), " RP "),
)
_COLUMN = re.compile(r"\W*(?:RP|RT|リポスト|リツイート|reposts?|retweets?)数?\W*", re.IGNORECASE)


def said_by(node: LexborNode, tag: str) -> str:
    """What an icon says: its label, else its class where it is a picture or holds nothing but a number."""
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
    child = node.child
    bare = child is None or (child.next is None and not (child.text_content or "").strip(COUNT_CHARACTERS))
    return next((word for pattern, word in _ICONS if bare and pattern.search(says)), "")


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
    for table in tree.css("table:has(tr > th + th), table:has(blockquote):not(:has(table))"):
        rows = [[cell for cell in row.iter() if cell.tag in {"td", "th"}] for row in table.css("tr")]
        names = [nfkc(cell.text().strip()) for cell in rows[0]] if rows else []
        column = next((n for n, name in enumerate(names) if _COLUMN.fullmatch(name)), None)
        if column is None or len(names) < 2 or any(has_digit(name) for name in names):
            continue
        heads.update(cell.mem_id for cell in rows[0])
        counts.update(row[column].mem_id for row in rows[1:] if len(row) == len(names))
    return heads, counts
