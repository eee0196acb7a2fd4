"""The parts of a post's text that are compared with another's. Pure; linear in the text's length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.core.identity.urls import normal_url
from bot.core.text import clean, fold, normalize

from .claims import is_report, kinds_in, marks_in, negated_in
from .lexicon import COMMON, HEADINGS, STEM_CHARS, root
from .names import names_in, openers_in
from .quantities import Quantities, read_quantities
from .quotes import is_comment, is_reply

READ_MAX: Final = 1_200
"""Characters of a text that are read: more than a post or the head of an article has."""
TERMS_MAX: Final = 120
LINKS_MAX: Final = 5

_LINK: Final = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_LINK_ENDS: Final = ".,;:!?)'\"」』】）"
_MENTION: Final = re.compile(r"(?<![\w@])@[\w.\-]+(?:@[\w.\-]+)?")
_TAG: Final = re.compile(r"#(\w+)")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_RUN: Final = re.compile(
    r"(?P<latin>[a-zà-ɏ0-9]+(?:['’][a-z]+)?)|(?P<pairs>[一-鿿々〆]+|[가-힯]+|[Ѐ-ӿ]+|[฀-๿]+)|(?P<triples>[ァ-ヴー]+)"
)
_NO_LETTER: Final = re.compile(r"[\W_]+")
_CUT: Final = ("…", "...")
_CUT_WORD: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is compared.

    ``squashed``: folded, letters and digits only. ``terms``: what it speaks of, each once: stems of words, pairs
    of Chinese characters (and of other letters that words are not spaced with), triples of katakana. ``names``:
    as ``squashed`` would have them; ``openers``: words in capitals that begin a sentence. ``links``: normal ones.
    ``negated``: words that it says are not so. ``marks``, ``kinds``: of ``events``. ``report``: it reads as one.
    ``reply``: it answers somebody. ``comment``: it quotes, and says more of its own.
    """

    squashed: str
    terms: tuple[str, ...]
    names: tuple[str, ...]
    openers: tuple[str, ...]
    quantities: Quantities
    links: tuple[str, ...]
    negated: frozenset[str]
    marks: frozenset[str]
    kinds: frozenset[tuple[str, str]]
    report: bool
    reply: bool
    comment: bool


def read(text: str, url: str | None = None) -> Reading:
    """Read a post's text; ``url``: the article that a feed's entry links to."""
    seen = clean(text[:READ_MAX])
    bare = _without_marks(seen)
    folded = fold(bare)
    heading = HEADINGS.match(folded)
    body = _without_cut_word(folded[heading.end() :] if heading else folded)
    terms, roots = _terms(body)
    return Reading(
        squashed=_NO_LETTER.sub("", body),
        terms=terms,
        names=names_in(bare),
        openers=openers_in(bare),
        quantities=read_quantities(body),
        links=_links(seen, url),
        negated=negated_in(body),
        marks=marks_in(body, roots),
        kinds=kinds_in(body),
        report=is_report(folded, bare),
        reply=is_reply(seen),
        comment=is_comment(folded),
    )


def _without_marks(text: str) -> str:
    """A text in normal width and single spaces, without links and mentions.

    Hashtags are words of it, ``#PortCalder`` two of them.
    """
    bare = _LINK.sub(" ", text) if "://" in text else text
    bare = normalize("NFKC", _MENTION.sub(" ", bare) if "@" in bare else bare)
    if "#" in bare:
        bare = _TAG.sub(lambda tag: f" {_CAMEL.sub(' ', tag[1])} ", bare)
    return "\n".join(filter(None, (" ".join(line.split()) for line in bare.split("\n"))))


def _without_cut_word(text: str) -> str:
    """A text without the Latin word at its end that was cut through."""
    stripped = text.rstrip()
    return stripped.rstrip("….").rstrip(_CUT_WORD) if stripped.endswith(_CUT) else text


def _links(text: str, url: str | None) -> tuple[str, ...]:
    """The addresses in a text and the given one, normal, each once."""
    found = _LINK.findall(text)[:LINKS_MAX] if "://" in text else []
    found += [url] if url else []
    return tuple(dict.fromkeys(filter(None, map(_normal_or_none, found))))


def _normal_or_none(address: str) -> str | None:
    try:
        return normal_url(address.rstrip(_LINK_ENDS))
    except ValueError:
        return None


def _terms(text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The terms in their order, and the roots of all Latin words."""
    terms: dict[str, None] = {}
    roots: set[str] = set()
    for run in _RUN.finditer(text):
        part = run[0]
        if run.lastgroup != "latin":
            size = 3 if run.lastgroup == "triples" else 2
            terms.update(dict.fromkeys(part[at : at + size] for at in range(max(len(part) - size, 0) + 1)))
        elif not part.isdigit():
            rooted = root(part)
            roots.add(rooted)
            if part not in COMMON and len(rooted) > 1:
                terms[rooted[:STEM_CHARS]] = None
    return tuple(terms)[:TERMS_MAX], frozenset(roots)
