"""Does this post pass this subscription? One early return a rule, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache, partial

from .models import Post, Rules
from .patterns import BadPattern, compile_pattern, is_pattern
from .text import fold

_PLAIN = re.compile(r"[a-z0-9]")
_LATIN = (
    r"[a-z\d_\u00DF-\u00F6\u00F8-\u02AF\u0300-\u036F\u1D00-\u1DFF\u1E00-\u1EFF\u2C60-\u2C7F\uA720-\uA7FF\uAB30-\uAB6F"
    r"\U00010780-\U000107BF\U0001DF00-\U0001DFFF]"
)
"""Letters of Latin script in a folded text, the accents that stay apart from theirs, digits, ``_``."""


class Verdict(StrEnum):
    """The first rule that stopped a post, or PASSES."""

    PASSES = "passes"
    RP_UNKNOWN = "rp_unknown"
    BELOW_MIN_RP = "below_min_rp"
    EXCLUDED = "excluded"
    NOT_INCLUDED = "not_included"
    OTHER_LANGUAGE = "other_language"
    AUTHOR_MUTED = "author_muted"
    SENSITIVE = "sensitive"


def judge(post: Post, rp: int | None, min_rp: int, rules: Rules) -> Verdict:
    """Hold a post against a bar and the rules; ``rp`` is what counts for the bar (None: unknown)."""
    text = judge_text(post, rules)
    return text if text is not Verdict.PASSES else judge_rp(rp, min_rp)


def judge_rp(rp: int | None, min_rp: int) -> Verdict:
    """Hold an RP against the bar. Unknown never passes a bar above 0 (invariant 5)."""
    if min_rp <= 0:
        return Verdict.PASSES
    if rp is None:
        return Verdict.RP_UNKNOWN
    return Verdict.PASSES if rp >= min_rp else Verdict.BELOW_MIN_RP


def judge_text(post: Post, rules: Rules) -> Verdict:
    """Everything but the RP."""
    if post.author_handle and _handle(post.author_handle) in map(_handle, rules.muted_authors):
        return Verdict.AUTHOR_MUTED
    if not rules.allow_sensitive and post.sensitive:
        return Verdict.SENSITIVE
    # A post of unknown language is not proven to be another one's.
    if rules.languages and post.language and _primary(post.language) not in map(_primary, rules.languages):
        return Verdict.OTHER_LANGUAGE
    if rules.exclude or rules.include:
        text = _read(post)
        if any(contains(text, word) for word in rules.exclude):
            return Verdict.EXCLUDED
        if rules.include and not any(contains(text, word) for word in rules.include):
            return Verdict.NOT_INCLUDED
    return Verdict.PASSES


def contains(folded: str, word: str) -> bool:
    """Whether a folded text holds a word as typed.

    Japanese has no word boundaries, so it is searched anywhere; where a word begins or ends in an ASCII letter or
    digit, no other Latin letter or digit may stand next to it, so that ``AI`` is not found in ``said`` or ``aïe``
    but is in ``生成AIの``, and ``AI株`` is not in ``OpenAI株``. White space in a word is any white space.
    ``/…/`` is a regular expression (``patterns``).
    """
    return _finder(word)(folded)


def culprits(post: Post, rules: Rules, verdict: Verdict) -> tuple[str, ...]:
    """The words and patterns a verdict is about, as typed; the languages, where it is about those."""
    match verdict:
        case Verdict.EXCLUDED:
            text = _read(post)
            return tuple(word for word in rules.exclude if contains(text, word))
        case Verdict.NOT_INCLUDED:
            return rules.include
        case Verdict.OTHER_LANGUAGE:
            return rules.languages
        case _:
            return ()


def _read(post: Post) -> str:
    """What words are looked for in."""
    return fold(f"{post.content_warning or ''}\n{post.text}")


@lru_cache(maxsize=4096)
def _finder(word: str) -> Callable[[str], bool]:
    """What looks for a word; remembered, because every poll asks for the same words of many posts."""
    if _works(word):
        return partial(_matches, word)
    parts = fold(word).split()
    if not parts:
        return lambda _: False
    first, longest = re.escape(parts[0]), max(parts, key=len)
    # What must not stand before is looked at behind the first part: ``re`` is quick where a literal comes first.
    before = f"(?<!{_LATIN}{first})" if _PLAIN.match(parts[0]) else ""
    after = f"(?!{_LATIN})" if _PLAIN.match(parts[-1][-1]) else ""
    if len(parts) == 1 and not before and not after:
        return lambda folded: longest in folded
    alone = re.compile(first + before + "".join(rf"\s+{re.escape(part)}" for part in parts[1:]) + after)
    return lambda folded: longest in folded and alone.search(folded) is not None


def _matches(word: str, folded: str) -> bool:
    """Asked for anew each time: ``compile_pattern`` keeps a bounded number of them."""
    return compile_pattern(word)(folded)


def _works(word: str) -> bool:
    """Whether it is a pattern; one that is none, stored before there were patterns, is a word like any other."""
    try:
        return is_pattern(word) and compile_pattern(word) is not None
    except BadPattern:
        return False


def _primary(tag: str) -> str:
    """``ja`` of ``ja-JP``."""
    return tag.replace("_", "-").split("-", 1)[0].casefold()


def _handle(handle: str) -> str:
    """A handle as it is compared: without ``@`` before it, case-folded."""
    return handle.lstrip("@").casefold()
