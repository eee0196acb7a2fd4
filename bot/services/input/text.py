"""Parses what people type into a field: a topic, words to search for, a minimum. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import regex

from bot.core.alerting.patterns import BadPattern, compile_pattern, is_pattern
from bot.core.errors import RefusedRequest
from bot.core.models import Topic
from bot.core.pace.threshold import PACE_MAX
from bot.core.text import (
    TOPIC_NAME_MAX,
    address_in,
    clean,
    escape,
    excerpt,
    fold,
    foreign_scheme,
    holds_address,
    make_topic,
    one_line,
    utf16_length,
)
from bot.core.url_display import has_login

WORDS_MAX = 20
WORD_MAX = 60
"""Longer than any name; 20 of them, five of them patterns, still fit the fields of the filter form."""
PATTERNS_MAX = 5
PATTERN_MAX = 200
SCHEME_MAX = 20
MIN_RP_MAX = 1_000_000_000
"""More than any post ever had, and far from the database's largest number."""

_PIECE = regex.compile(
    r"""\s*(?:(?P<pattern>/(?:\\.|[^/\\\n])*/i?)|"(?P<q>[^"]*)"|“(?P<q>[^”]*)”|「(?P<q>[^」]*)」|(?P<plain>[^,、，\n]*))\s*(?:[,、，\n]|$)"""
)
_SEPARATORS = (",", "、", "，", "\n")
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"))
_QUOTABLE = regex.compile(r"""[,、，"“「]|^/""")
_DIGITS = regex.compile(r"\d+")
_A_DAY = regex.compile(
    r"(?:\babout\s+)?(?<after>[^\s/,、]+)\s*(?:(?:alerts?|posts?)\s*)?(?:(?:/\s*|\b(?:an?|per|each|every)\s+)(?:day|d)|\bdaily)\b"
    r"|(?:約|およそ)?(?<after>[^\s/,、件]+)\s*件?\s*/\s*日"
    r"|(?<!\d)(?:[1一]\s*|毎)?日(?:に|あたり|につき)?\s*(?:約|およそ)?\s*(?<before>[^\s/,、件]+)\s*件?(?:くらい|ぐらい|程度|ほど)?",
    regex.IGNORECASE,
)
"""A pace in a field: ``5/day``, ``about 5 alerts a day``, ``5件/日``, ``1日およそ5件``."""
_PER_HOUR = regex.compile(r"\+?(?P<count>[^\s+/]*)\s*/\s*(?:hour|h|時間?)", regex.IGNORECASE)


def checked_topic(typed: str) -> Topic:
    """The topic a person typed. Raises ``RefusedRequest`` when nothing is left of it, or too much."""
    topic = make_topic(typed)
    if not topic.key:
        raise RefusedRequest("error-topic-empty")
    check_scheme(typed)
    if topic.is_address and has_login(address_in(typed) or ""):
        raise RefusedRequest("error-address-login")
    if utf16_length(topic.name) > TOPIC_NAME_MAX or utf16_length(topic.key) > TOPIC_NAME_MAX:
        raise RefusedRequest("error-topic-long", limit=TOPIC_NAME_MAX)
    if not topic.is_address and holds_address(topic.key):
        raise RefusedRequest("error-topic-address")
    return topic


def check_scheme(typed: str) -> None:
    """Raises ``RefusedRequest`` for an address that is none of the web's."""
    scheme = foreign_scheme(typed)
    if scheme is not None:
        raise RefusedRequest("error-address-scheme", scheme=excerpt(scheme, SCHEME_MAX))


def parse_words(typed: str) -> tuple[str, ...]:
    """The words of a field, in order, each once.

    Separated by ``,``, ``、``, ``，`` or new lines; a phrase in ``"…"``, ``“…”`` or ``「…」`` and a regular
    expression in ``/…/`` or ``/…/i`` are kept whole. Raises ``RefusedRequest`` for more than 20 words or one of
    more than 60 characters, more than 5 expressions, one of more than 200 characters or one that does not work.
    """
    words: dict[str, str] = {}
    for word in pieces(typed):
        # What differs in its case alone is one word, but not one pattern: ``\w``, ``\W``.
        words.setdefault(word if is_pattern(word) else fold(word), word)
    if len(words) > WORDS_MAX:
        raise RefusedRequest("error-words-many", limit=WORDS_MAX, count=len(words))
    patterns = [word for word in words.values() if is_pattern(word)]
    if any(len(word) > WORD_MAX for word in words.values() if not is_pattern(word)):
        raise RefusedRequest("error-word-long", limit=WORD_MAX)
    if len(patterns) > PATTERNS_MAX:
        raise RefusedRequest("error-patterns-many", limit=PATTERNS_MAX, count=len(patterns))
    for pattern in patterns:
        _check_pattern(pattern)
    return tuple(words.values())


def pieces(typed: str) -> Iterator[str]:
    """Parts between ``,``, ``、``, ``，`` and new lines; quoted phrases and patterns stay whole."""
    for piece in _PIECE.finditer(clean(typed)):
        # Outside of quotes ``"`` is only ever a quote, so that what is written back reads the same.
        word = piece["pattern"] or one_line(piece["q"] or (piece["plain"] or "").replace('"', ""))
        if word:
            yield word


def last_piece(typed: str) -> tuple[str, str]:
    """The part being typed behind the last separator, and all before it with that separator."""
    ends = [piece.end() for piece in _PIECE.finditer(typed) if piece[0].endswith(_SEPARATORS)]
    begin = max(ends, default=0)
    return typed[:begin], typed[begin:]


def _check_pattern(pattern: str) -> None:
    if len(pattern) > PATTERN_MAX:
        raise RefusedRequest("error-pattern-long", limit=PATTERN_MAX, count=len(pattern))
    try:
        compile_pattern(pattern)
    except BadPattern as bad:
        part = escape(bad.part) or "-"
        raise RefusedRequest("error-pattern", pattern=escape(pattern), flaw=bad.flaw.value, part=part) from bad


def write_words(words: Iterable[str]) -> str:
    """Words as a field shows them; ``pieces`` and ``parse_words`` read the same back."""
    return ", ".join(word if is_pattern(word) or not _QUOTABLE.search(word) else quoted(word) for word in words)


def quoted(word: str) -> str:
    """A word in quotes that it does not hold; one that holds every kind loses its ``"``."""
    opening, closing = next((pair for pair in _QUOTES if pair[1] not in word), _QUOTES[0])
    return f"{opening}{word.replace(closing, '')}{closing}"


def parse_min_rp(typed: str) -> int | None:
    """A minimum as typed (``１００``, ``1,000``); None for empty input. Raises ``RefusedRequest``."""
    digits = regex.sub(r"[,\s]", "", unicodedata.normalize("NFKC", typed))
    if not digits:
        return None
    if not _DIGITS.fullmatch(digits) or len(digits) > len(str(MIN_RP_MAX)):
        raise RefusedRequest("error-min-rp", limit=MIN_RP_MAX)
    return check_min_rp(int(digits))


def split_minimum(typed: str) -> tuple[str, str]:
    """A field of minimums (``100 +300/h``) as that of RP and that of RP an hour, as typed; empty: not there."""
    folded = unicodedata.normalize("NFKC", typed)
    found = _PER_HOUR.search(folded)
    if found is None:
        return typed, ""
    return f"{folded[: found.start()]} {folded[found.end() :]}".strip(" ,、"), found["count"]


def split_pace(typed: str) -> tuple[str, str]:
    """A field with a pace and minimums (``5/day 100``, ``1日5件``), as minimums and pace; empty: not there."""
    folded = unicodedata.normalize("NFKC", typed)
    found = _A_DAY.search(folded)
    if found is None:
        return typed, ""
    return f"{folded[: found.start()]} {folded[found.end() :]}".strip(" ,、"), found["before"] or found["after"]


def parse_pace(typed: str) -> int:
    """Alerts a day as typed (``5``, ``５``). Raises ``RefusedRequest`` for all but a whole number from 1 to 50."""
    digits = unicodedata.normalize("NFKC", typed).strip()
    if not _DIGITS.fullmatch(digits) or len(digits) > len(str(PACE_MAX)):
        raise RefusedRequest("error-pace", limit=PACE_MAX)
    return check_pace(int(digits))


def check_pace(pace: int) -> int:
    """A pace as given. Raises ``RefusedRequest`` below 1 and above 50."""
    if not 1 <= pace <= PACE_MAX:
        raise RefusedRequest("error-pace", limit=PACE_MAX)
    return pace


def parse_velocity(typed: str) -> int:
    """RP an hour as typed (``300``, ``1,000``, ``３００``); 0, which is any, for empty input.

    Raises ``RefusedRequest``.
    """
    digits = regex.sub(r"[,\s]", "", unicodedata.normalize("NFKC", typed))
    if digits and (not _DIGITS.fullmatch(digits) or len(digits) > len(str(MIN_RP_MAX))):
        raise RefusedRequest("error-velocity", limit=MIN_RP_MAX)
    value = int(digits or 0)
    if value > MIN_RP_MAX:
        raise RefusedRequest("error-velocity", limit=MIN_RP_MAX)
    return value


def check_min_rp(value: int) -> int:
    """The minimum itself if it is within bounds. Raises ``RefusedRequest``."""
    if not 0 <= value <= MIN_RP_MAX:
        raise RefusedRequest("error-min-rp", limit=MIN_RP_MAX)
    return value
