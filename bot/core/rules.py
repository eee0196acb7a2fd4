"""Does this post pass this subscription? One early return a rule, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache, partial

from .models import Post, Rules
from .patterns import BadPattern, compile_pattern, is_pattern
from .text import fold


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

    Japanese has no word boundaries, so it is searched anywhere; an ASCII word must stand alone, so that
    ``AI`` is not found in ``said`` but is in ``生成AIの``. ``/…/`` is a regular expression (``patterns``).
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
    needle = fold(word).strip()
    if not needle:
        return lambda _: False
    if not needle.isascii():
        return lambda folded: needle in folded
    before = r"(?<![a-z0-9_])" if needle[0].isalnum() else ""
    after = r"(?![a-z0-9_])" if needle[-1].isalnum() else ""
    alone = re.compile(before + re.escape(needle) + after)
    return lambda folded: needle in folded and alone.search(folded) is not None


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
