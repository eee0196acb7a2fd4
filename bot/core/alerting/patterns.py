"""Regular expressions among the words of a rule, on RE2: linear time and bounded memory, whatever people type.

A word in the form ``/…/`` or ``/…/i`` is one. It reads the folded text that words are looked for in, so full and
half width, upper and lower case are the same with and without ``i``; ``^`` and ``$`` are the ends of a line. RE2
knows no look-around and no back-references (https://github.com/google/re2/wiki/Syntax).
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.text import fold

if TYPE_CHECKING:
    import re2

MEMORY_MAX = 1 << 18
"""Bytes of a compiled pattern with its caches; what needs more is refused as too large."""
PROGRAM_MAX = 2500
"""Instructions of a compiled pattern: room for two ``\\p{L}``, and at worst 20 µs for each character of a text."""
COMPILED_MAX = 256
"""Number of compiled patterns cached: with ``MEMORY_MAX`` at most 64 MiB, a few MiB for patterns people write."""

_SHAPE = re.compile(r"/((?:\\.|[^/\\\n])*)/i?")
_NO_LETTER = re.compile(r"\\[pP](?:\{[^}]*\}|.)|\\.|\{\d+(?:,\d*)?\}|\(\?[a-zA-Z<>]+[:)]?")
"""Escapes, counts and flags: signs in a pattern that are none of the text."""
_PART = re.compile(r"\\[\x00-\x7F]|\\?(?P<foreign>[^\x00-\x7F])")


class Flaw(StrEnum):
    """The fault of a pattern."""

    LOOK_AROUND = "look-around"
    ESCAPE = "escape"
    OPEN = "open"
    CLOSED = "closed"
    REPEAT = "repeat"
    RANGE = "range"
    TOO_LARGE = "too-large"
    EVERYTHING = "everything"
    """The pattern is found in every text, also in the empty one."""
    OTHER = "other"


class BadPattern(ValueError):
    """The pattern cannot be used. ``part``: the piece of it that is to blame, empty where it is the whole."""

    def __init__(self, flaw: Flaw, part: str = "") -> None:
        super().__init__(f"{flaw}: {part}")
        self.flaw = flaw
        self.part = part


def is_pattern(word: str) -> bool:
    """Whether a word has the form ``/…/`` or ``/…/i``."""
    return _SHAPE.fullmatch(word) is not None


@lru_cache(maxsize=COMPILED_MAX)
def compile_pattern(word: str) -> Callable[[str], bool]:
    """A function that says whether a pattern is found in a folded text. Raises ``BadPattern``."""
    import re2  # noqa: PLC0415 - most commands meet no pattern

    shape = _SHAPE.fullmatch(word)
    if shape is None:
        raise BadPattern(Flaw.OTHER, word)
    try:
        compiled = re2.compile(_encoded(f"(?m){_folded(shape[1])}"), _options())
    except re2.error as error:
        raise _flawed(error) from error
    if compiled.programsize > PROGRAM_MAX:
        raise BadPattern(Flaw.TOO_LARGE)
    if compiled.search(b"") is not None:
        raise BadPattern(Flaw.EVERYTHING)
    return lambda folded: compiled.search(_encoded(folded)) is not None


SAMPLES = 24
SAMPLE_CHARS = 3_000
"""More than ``MEMORY_MAX`` holds states, of a pattern that has a new one at each letter."""
_ELSE = "a1 \nあ漢é-"
"""Characters for classes and dots, beside the letters that a pattern names."""


def sample_texts(word: str, chance: random.Random) -> Iterator[str]:
    """Texts on which a pattern is tried: of a few of its own letters and at times of others, in any order.

    A pattern has as many states as there are ways to be on several of its paths at once; texts of few letters, all
    of which it knows, lead there. In turn one of its letters is left out, the last ones first: a search ends where
    the pattern does.
    """
    own = list(dict.fromkeys(letter for letter in reversed(fold(_NO_LETTER.sub("", word))) if letter.isalnum()))
    for number in range(SAMPLES):
        known = [letter for letter in own if letter != own[number % min(len(own), SAMPLES // 2)]]
        few = chance.sample(known, min(len(known), 2 + number % 3))
        others = chance.sample(_ELSE, 1 + number // 2 % 3) if number % 2 or len(few) < 2 else []
        yield "".join(chance.choices([*few, *others], k=SAMPLE_CHARS))


def _options() -> re2.Options:
    import re2  # noqa: PLC0415 - as above

    options = re2.Options()
    options.max_mem = MEMORY_MAX
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    return options


def _encoded(text: str) -> bytes:
    """UTF-8; a lone surrogate, which no clean text has, matches nothing of use."""
    return text.encode("utf-8", "replace")


def _folded(pattern: str) -> str:
    r"""The pattern in the form of the text: ``（`` is an ordinary character and stays one when it becomes ``(``.

    ASCII is left alone: folding would make ``\w`` of ``\W``.
    """
    import re2  # noqa: PLC0415 - as above

    composed = unicodedata.normalize("NFC", pattern)
    plain = _PART.sub(lambda part: re2.escape(fold(part["foreign"])) if part["foreign"] else part[0], composed)
    return unicodedata.normalize("NFC", plain)


_FLAWS = (
    (re.compile(r"invalid perl operator: (?P<part>\(\?(?:=|!|<=|<!).*)"), Flaw.LOOK_AROUND),
    (re.compile(r"invalid escape sequence: (?P<part>.*)|trailing (?P<end>\\)"), Flaw.ESCAPE),
    (re.compile(r"missing [\])]: "), Flaw.OPEN),
    (re.compile(r"unexpected \): "), Flaw.CLOSED),
    (re.compile(r"(?:bad repetition operator|no argument for repetition operator): (?P<part>.*)"), Flaw.REPEAT),
    (re.compile(r"invalid character class range: (?P<part>.*)"), Flaw.RANGE),
    (re.compile(r"pattern too large|invalid repetition size|nested too deeply"), Flaw.TOO_LARGE),
    (re.compile(r"[^:]*(?:: (?P<part>.*))?"), Flaw.OTHER),
)
"""Errors of RE2 (re2/regexp.cc, ``kErrorStrings``); the first match decides."""


def _flawed(error: re2.error) -> BadPattern:
    said = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
    for words, flaw in _FLAWS:
        found = words.match(said)
        if found is not None:
            return BadPattern(flaw, next((part for part in found.groups() if part), ""))
    return BadPattern(Flaw.OTHER)
