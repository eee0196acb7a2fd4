"""The counts in a line: which number is the RP, and which belongs to likes, times or ranks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from bot.sources.parsing.numbers import NUMBER, amount_of, nfkc

_COUNTS = re.compile(
    rf"""
      (?P<skip>\d{{4}}[./年-]\d{{1,2}}(?:[./月-]\d{{1,2}}日?)?|\d{{1,2}}:\d{{2}}(?::\d{{2}})?|\d+(?:\.\d+)?%
        |(?:第|No\.?\s?|\#)\d{{1,4}}位?|\d{{1,4}}(?:位|歳|代|時|分|秒|日|月|年|人)|^\d{{1,3}}\.(?=\s))
    |(?P<rp>(?<![A-Za-z@\#])(?:RP|RT|リポスト|リツイート|再投稿|reposts?|retweets?|🔁|🔄|♻️?)(?:数|s(?![a-z]))?
        (?![A-Za-z]|順|ランキング))
    |(?P<other>いいね!?数?|お気に入り|likes?|fav(?:ou?rites?)?|返信|リプライ|repl(?:y|ies)|コメント|comments?|引用|quotes?
        |表示回?数?|閲覧数?|views?|インプレッション|impressions?|ブックマーク|bookmarks?|保存|[♥❤♡💬👍⭐]\ufe0f?)
    |{NUMBER}\s?(?:件|回)?(?:以上|超)?
    |(?P<glue>[\s=/|・()\[\]、,\-–—+の※]+)
    |(?P<colon>:)
    |(?P<word>.)
    """,
    re.IGNORECASE | re.VERBOSE,
)

_WORDS = frozenset({"skip", "rp", "other", "word"})
"""Kinds without a value; all that is neither one of them nor joins others is a number."""
LONGEST_KEPT = 60
"""Characters of lines whose counts are remembered: ``12 RP``, as many posts have it, and have it again."""


class _Token(NamedTuple):
    kind: str
    line: int
    value: int = 0
    after_colon: bool = False


def read_tokens(lines: Sequence[str]) -> list[_Token]:
    """Labels, numbers and words of the lines, in reading order; what only joins them is left out."""
    tokens: list[_Token] = []
    for number, line in enumerate(lines):
        colon = False
        for match in _COUNTS.finditer(nfkc(line[:400])):
            kind = match.lastgroup or ""
            if kind in {"glue", "colon"}:
                colon = colon or kind == "colon"
            elif kind in _WORDS:
                if kind != "word" or not tokens or tokens[-1].kind != "word":  # one word says as much as many
                    tokens.append(_Token(kind, number))
                colon = False
            else:
                tokens.append(_Token("number", number, amount_of(match), colon))
                colon = False
    return tokens


def rps_in(lines: Sequence[str]) -> Sequence[int]:
    """Every RP these lines state, label before or after its number, on one line or on two."""
    if not lines:
        return ()
    is_short = sum(map(len, lines)) <= LONGEST_KEPT
    return (_remembered if is_short else _rps)(tuple(lines))


def _rps(lines: tuple[str, ...]) -> Sequence[int]:
    tokens = read_tokens(lines)
    found = []
    for position, numbers_lead in enumerate(_numbers_lead(tokens)):
        if tokens[position].kind == "rp":
            value = _beside(tokens, position, numbers_lead=numbers_lead)
            if value is not None:
                found.append(value)
    return tuple(found)


_remembered = lru_cache(maxsize=4_096)(_rps)


def _beside(tokens: Sequence[_Token], position: int, *, numbers_lead: bool) -> int | None:
    """The number a label belongs to. Between two numbers the row's own order of labels and numbers decides."""
    label = tokens[position]
    left = tokens[position - 1] if position and tokens[position - 1].kind == "number" else None
    right = tokens[position + 1] if position + 1 < len(tokens) and tokens[position + 1].kind == "number" else None
    if right and (left is None or right.after_colon):
        return right.value
    if left is None or right is None:
        return left.value if left else None
    if (left.line == label.line) != (right.line == label.line):
        return left.value if left.line == label.line else right.value
    return left.value if numbers_lead else right.value


def _numbers_lead(tokens: Sequence[_Token]) -> Iterator[bool]:
    """Whether, for each token, the unbroken row it is in begins with a number and ends with a label.

    For all of them at once: a page may be one row.
    """
    for counts, row in groupby(tokens, key=lambda token: token.kind in {"number", "rp", "other"}):
        kinds = [token.kind for token in row]
        yield from [counts and kinds[0] == "number" and kinds[-1] != "number"] * len(kinds)
