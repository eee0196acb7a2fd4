"""The rules of a subscription, checked for a post: one early return a rule, each with its reason.

Words cost by the length of the text alone: a phrase is looked for as one string, in a text whose white space is
folded. The cost of regular expressions is bounded where they are typed and where they are run
(``polling.rule_evaluator``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache, partial

from bot.core.lazy_dataclass import dataclass
from bot.core.models import Network, Post, Rules
from bot.core.text import fold

from .patterns import BadPattern, compile_pattern, is_pattern

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
    BY_BOT = "by_bot"
    VELOCITY_UNKNOWN = "velocity_unknown"
    BELOW_VELOCITY = "below_velocity"
    BELOW_PACE = "below_pace"
    """Below what a pace needs today, though at the minimum."""
    PACE_SPENT = "pace_spent"
    """The alerts of the day are sent."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A text as rules read it: ``folded`` for patterns, ``flat`` (white space folded as well) for words."""

    folded: str
    flat: str


WordCheck = Callable[[Post, Rules], Verdict]
"""Says what the words of rules say of a post: PASSES, EXCLUDED or NOT_INCLUDED, as ``check_words`` does."""


def check_words(post: Post, rules: Rules) -> Verdict:
    """The verdict of include and exclude on a post."""
    return check_readable(readable(post), rules) if has_words(rules) else Verdict.PASSES


def check(
    post: Post,
    rp: int | None,
    min_rp: int,
    rules: Rules,
    words: WordCheck = check_words,
    *,
    velocity: int | None = None,
) -> Verdict:
    """Check a post against a threshold and the rules.

    ``rp`` is the count for the threshold, ``velocity`` the RP an hour for that of the rules (None: unknown). An
    article has neither reposts nor a velocity, so that none is asked of it.
    """
    verdict = check_content(post, rules, words)
    if verdict is Verdict.PASSES:
        verdict = check_rp(rp, min_rp)
    return verdict if verdict is not Verdict.PASSES or _is_article(post) else check_velocity(velocity, rules)


def check_rp(rp: int | None, min_rp: int) -> Verdict:
    """Check an RP against the threshold. Unknown never passes a threshold above 0 (invariant 5)."""
    if min_rp <= 0:
        return Verdict.PASSES
    if rp is None:
        return Verdict.RP_UNKNOWN
    return Verdict.PASSES if rp >= min_rp else Verdict.BELOW_MIN_RP


def check_velocity(velocity: int | None, rules: Rules) -> Verdict:
    """Check RP an hour against the rules. Unknown passes no minimum above 0 (invariant 5)."""
    if rules.min_velocity <= 0:
        return Verdict.PASSES
    if velocity is None:
        return Verdict.VELOCITY_UNKNOWN
    return Verdict.PASSES if velocity >= rules.min_velocity else Verdict.BELOW_VELOCITY


def _is_article(post: Post) -> bool:
    return post.network is Network.WEB and post.rp is None


def check_content(post: Post, rules: Rules, words: WordCheck = check_words) -> Verdict:
    """Everything but RP and velocity."""
    if post.author_handle and rules.muted_authors and _handle(post.author_handle) in _handles(rules.muted_authors):
        return Verdict.AUTHOR_MUTED
    if not rules.allow_sensitive and post.sensitive:
        return Verdict.SENSITIVE
    if rules.people_only and post.by_bot:
        return Verdict.BY_BOT
    # A post of unknown language is not proven to be another one's.
    if rules.languages and post.language and _primary(post.language) not in map(_primary, rules.languages):
        return Verdict.OTHER_LANGUAGE
    return words(post, rules) if has_words(rules) else Verdict.PASSES


def has_words(rules: Rules) -> bool:
    """Whether the text of a post matters."""
    return bool(rules.include or rules.exclude)


def readable(post: Post) -> Readable:
    """The folded text of a post in which words are searched, made once for all rules."""
    return _readable(_read(post))


def check_readable(text: Readable, rules: Rules) -> Verdict:
    """The verdict of include and exclude on a folded text."""
    if any(_finder(word)(text) for word in rules.exclude):
        return Verdict.EXCLUDED
    if rules.include and not any(_finder(word)(text) for word in rules.include):
        return Verdict.NOT_INCLUDED
    return Verdict.PASSES


def contains(folded: str, word: str) -> bool:
    """Whether a folded text holds a word as typed.

    Japanese has no word boundaries, so it is searched anywhere; where a word begins or ends in an ASCII letter or
    digit, no other Latin letter or digit may stand next to it, so that ``AI`` is not found in ``said`` or ``aïe``
    but is in ``生成AIの``, and ``AI株`` is not in ``OpenAI株``. White space in a word is any white space.
    ``/…/`` is a regular expression (``patterns``).
    """
    return _finder(word)(_readable(folded))


def matched_words(post: Post, rules: Rules, verdict: Verdict) -> tuple[str, ...]:
    """The words and patterns a verdict is about, as typed; the languages, where it is about those."""
    match verdict:
        case Verdict.EXCLUDED:
            text = readable(post)
            return tuple(word for word in rules.exclude if _finder(word)(text))
        case Verdict.NOT_INCLUDED:
            return rules.include
        case Verdict.OTHER_LANGUAGE:
            return rules.languages
        case _:
            return ()


def _read(post: Post) -> str:
    """The text of a post in which words are searched."""
    return fold(f"{post.content_warning or ''}\n{post.text}")


def _readable(folded: str) -> Readable:
    return Readable(folded, " ".join(folded.split()))


@lru_cache(maxsize=2048)
def _finder(word: str) -> Callable[[Readable], bool]:
    """A function that searches for a word; cached, since every poll asks for the same words of many posts."""
    if _works(word):
        return partial(_matches, word)
    parts = fold(word).split()
    if not parts:
        return lambda _: False
    phrase = " ".join(parts)
    after = f"(?!{_LATIN})" if _PLAIN.match(phrase[-1]) else ""
    # What must not stand before is looked at from behind the phrase: ``re`` finds in linear time what begins with
    # all of it as it is written, and ``.{n}`` is one step.
    before = f"(?<!{_LATIN}.{{{len(phrase)}}})" if _PLAIN.match(phrase) else ""
    if not before and not after:
        return lambda text: phrase in text.flat
    alone = re.compile(re.escape(phrase) + after + before, re.DOTALL)
    return lambda text: phrase in text.flat and alone.search(text.flat) is not None


def _matches(word: str, text: Readable) -> bool:
    """Asked for anew each time: ``compile_pattern`` keeps a bounded number of them."""
    return compile_pattern(word)(text.folded)


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


@lru_cache(maxsize=1024)
def _handles(muted: tuple[str, ...]) -> frozenset[str]:
    """Muted authors as they are compared; remembered, because every post of every poll is held against them."""
    return frozenset(map(_handle, muted))
