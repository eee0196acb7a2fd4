"""Texts that answer or quote another: a quote with a long comment is its own matter. Pure; linear in the text."""

from __future__ import annotations

import re
from typing import Final

COMMENT_MIN: Final = 40.0
"""Length from which own words beside a quote are a comment: a reaction is shorter. In Japanese characters; Latin
letters count half, for they say less each."""

_REPLY: Final = re.compile(r"\s*(?:@[\w.\-]+(?:@[\w.\-]+)?\s+)+")
_REPOST: Final = re.compile(r"(?:rt|re|qt|引用)\b\s*[:：]?\s*")
_QUOTE: Final = re.compile(
    r"(?:「(.{8,}?)」(?!」)|『(.{8,}?)』|【(.{12,}?)】|“(.{8,}?)”|\"(.{8,}?)\"|['‘](.{8,}?)['’](?=\W|$))"
)
_AFTER: Final = re.compile(r"(?:^|\W)(?:rt|qt|引用)\s*[:：]?\s*(?=[「『\"“@])")
"""Between what is said and what is quoted, where the quote stands last."""
REACTION_MIN: Final = 12.0
"""Length from which own words before a quote are a comment: who quotes last speaks first."""
_BETWEEN: Final = re.compile(r"\s(?:>|→)\s?|←|\s[-–—]\s|\.\.\.\s|…")
"""Between what is quoted and what is said of it."""
_WIDE_FROM: Final = 0x2E80


def is_reply(text: str) -> bool:
    """Whether a text begins by naming the accounts that it answers."""
    return _REPLY.match(text) is not None


def is_comment(text: str) -> bool:
    """Whether a folded text quotes another, and says more of its own than a reaction.

    Behind a quote that is more than it quotes; before one at its end, a sentence.
    """
    text = text.strip()
    last = _AFTER.search(text)
    if last is not None and last.start() > 0:
        return _length(text[: last.start()]) >= REACTION_MIN
    repost, quote = _REPOST.match(text), _QUOTE.match(text)
    if quote is not None:
        said, own = max(filter(None, quote.groups()), key=len), text[quote.end() :]
    elif repost is not None:
        said, *rest = _BETWEEN.split(text[repost.end() :], maxsplit=1)
        if not rest:  # nothing shows where the quote ends
            return _length(said) >= 2 * COMMENT_MIN
        own = rest[0]
    else:
        return False
    return _length(own) >= max(COMMENT_MIN, _length(said))


def _length(text: str) -> float:
    return sum(1.0 if ord(sign) >= _WIDE_FROM else 0.5 for sign in text if not sign.isspace())
