"""Finds the section of a page with its popular posts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.lazy_dataclass import dataclass
from bot.sources.parsing.numbers import nfkc

from .head import OBSERVED
from .items import LONGEST_HEAD_LINE, Item

_HEADING = re.compile(r"^\W*(?:人気の?(?:ポスト|ツイート|投稿)|(?:popular|top) (?:posts?|tweets?))", re.IGNORECASE)
_FOOTER = re.compile(
    r"^\W*(?:ポスト|ツイート|投稿)の表示について|^\W*about (?:the )?display of posts", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PostSection:
    """Begin and end of the popular posts among the items; ``heading``: whether the page names them."""

    first: int
    end: int
    heading: bool

    @classmethod
    def find(cls, items: Sequence[Item]) -> PostSection:
        """The first heading that posts follow, and the last footer after it."""
        end = next((n for n in range(len(items) - 1, -1, -1) if _FOOTER.search(_begin(items[n]))), len(items))
        headings = [n for n in range(end) if _HEADING.search(_begin(items[n]))]
        if not headings:
            return cls(0, end, heading=False)
        # A menu may name the same words above the count; the real heading is the first below it.
        observed = next((n for n in range(headings[-1]) if OBSERVED.search(nfkc(_begin(items[n])))), 0)
        below = [n for n in headings if n > observed]
        return cls((below or headings)[0] + 1, end, heading=True)


def _begin(item: Item) -> str:
    """A landmark stands at the beginning of its line; the rest of a long one only takes time."""
    return item.text[:LONGEST_HEAD_LINE]


def lines_before_posts(items: Sequence[Item]) -> str:
    """The lines above the first embed: the page's head, where no heading parts it from the posts."""
    first = next((n for n, item in enumerate(items) if item.embed), len(items))
    return "\n".join(item.text[:LONGEST_HEAD_LINE] for item in items[:first])
