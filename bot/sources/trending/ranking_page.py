"""Reads the ranking page of a trend site: the topics that it lists, in its order. Pure.

A topic is known by a link to its page, of which the settings say how it is addressed. A page without such links is
read by the headings of its list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot.core.errors import SourceChanged
from bot.core.lazy_dataclass import dataclass
from bot.core.text import topic_key
from bot.core.trending.rankings import RANKED_MAX, RankedTopic, usable_name
from bot.sources.http.charset import decode
from bot.sources.parsing.numbers import NUMBER, amount_of, nfkc
from bot.sources.parsing.sanitize import valid_count
from bot.sources.trendpage.markup import short_text
from bot.sources.trendpage.tags import nests_without_end

PAGE_MAX: Final = 2_000_000
"""Bytes of a page, as many as of a trend page."""
LINKS_MAX: Final = 3_000
TEXT_MAX: Final = 300
"""Characters of an entry that are searched for its count, and nodes in it."""
LEAST_HEADINGS: Final = 3
"""A page with fewer headings in a list is no ranking."""
_ENTRIES: Final = frozenset({"li", "tr", "article"})
_STEPS: Final = 4
_POSTS: Final = re.compile(rf"{NUMBER}\s*(?:posts?\b|tweets?\b|件|ポスト|投稿)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageAddresses:
    """The addresses of topics' pages: a template with ``{topic}``, and pages of their own by topic."""

    template: str | None
    pages: Mapping[str, str]

    def topic_at(self, address: str) -> str | None:
        """The topic whose page an address is."""
        for name, page in self.pages.items():
            if _plain(page) == _plain(address):
                return name
        if self.template is None:
            return None
        before, _, after = _plain(self.template).partition("{topic}")
        found = _plain(address)
        if not found.startswith(before) or not found.endswith(after):
            return None
        written = found[len(before) : len(found) - len(after)]
        return unquote(written) if written and not set("/?#&") & set(written) else None


def _plain(address: str) -> str:
    """An address as two of them are compared: without scheme, fragment and a slash at its end."""
    return address.partition("#")[0].partition("://")[2].rstrip("/")


def parse_ranking_page(
    body: bytes, url: str, addresses: PageAddresses, content_type: str | None = None
) -> tuple[RankedTopic, ...]:
    """The topics of a ranking page fetched from ``url``. Raises ``SourceChanged`` for a page that lists none."""
    text = decode(body, content_type)
    if nests_without_end(text):
        raise SourceChanged("this is not a ranking page: its elements are nested without end")
    try:
        tree = LexborHTMLParser(text)
    except SelectolaxError as error:
        raise SourceChanged("this is not a ranking page: it cannot be parsed") from error
    found = _unique(_linked(tree, url, addresses)) or _unique(_headed(tree))
    if not found:
        raise SourceChanged("this is not a ranking page: it lists no topics")
    return found


def _unique(topics: Iterator[RankedTopic]) -> tuple[RankedTopic, ...]:
    kept: dict[str, RankedTopic] = {}
    for topic in topics:
        kept.setdefault(topic_key(topic.name), topic)
        if len(kept) == RANKED_MAX:
            break
    return tuple(kept.values())


def _linked(tree: LexborHTMLParser, url: str, addresses: PageAddresses) -> Iterator[RankedTopic]:
    """The topics whose pages are linked."""
    for node in islice(tree.css("a[href]"), LINKS_MAX):
        written = addresses.topic_at(_joined(url, node.attributes.get("href") or ""))
        name = usable_name(written) if written else None
        if name is not None:
            yield RankedTopic(name, posts=_posts_beside(node))


def _joined(url: str, href: str) -> str:
    try:
        joined = urljoin(url, href.strip()[:2_048])
        return joined if urlsplit(joined).netloc else ""
    except ValueError:
        return ""


def _headed(tree: LexborHTMLParser) -> Iterator[RankedTopic]:
    """The topics that head the entries of a list, where there are several."""
    nodes = [node for node in islice(tree.css("h2, h3"), LINKS_MAX) if _entry_of(node) is not None]
    if len(nodes) < LEAST_HEADINGS:
        return
    for node in nodes:
        name = usable_name(short_text(node, TEXT_MAX) or "")
        if name is not None:
            yield RankedTopic(name, posts=_posts_beside(node))


def _entry_of(node: LexborNode) -> LexborNode | None:
    """The entry of a list that a node stands in, a few steps up at most."""
    above: LexborNode | None = node.parent
    for _ in range(_STEPS):
        if above is None or above.tag in _ENTRIES:
            return above
        above = above.parent
    return None


def _posts_beside(node: LexborNode) -> int | None:
    """The number of posts that stands in the entry of a node; None where it says none."""
    entry = _entry_of(node)
    text = None if entry is None else short_text(entry, TEXT_MAX)
    found = _POSTS.search(nfkc(text)) if text else None
    return valid_count(amount_of(found)) if found else None
