"""The parts of a post's text that are compared with another's. Pure; linear in the text's length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from bot.core.identity.urls import normal_url
from bot.core.lazy_dataclass import dataclass
from bot.core.text import clean, fold, normalize

from .claims import happenings_in, is_report, kinds_in, marks_in, senses_in
from .clauses import clauses_in, news_and_known
from .forecasts import is_forecast, is_open
from .lexicon import COMMON, HEADINGS, STEM_CHARS, root
from .names import names_in, openers_in
from .negations import denied_in, negated_in
from .quantities import Quantities, read_quantities
from .quotes import is_comment, is_reply
from .roles import ContestRoles, roles_in

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
_LATIN: Final = re.compile(r"[a-zà-ɏ][a-zà-ɏ0-9]*(?:['’][a-z]+)?")
_ROOT_SEEN: Final = 5
"""Letters of a root by which its word is found in the text."""
_FIRST_WORD: Final = re.compile(r"[ -].*")
_NO_LETTER: Final = re.compile(r"[\W_]+")
_CUT: Final = ("…", "...")
_CUT_WORD: Final = "abcdefghijklmnopqrstuvwxyz0123456789,"


@dataclass(frozen=True)
class ReadText:
    """A text as it is compared. Parts that only a comparison asks for are read when one does.

    ``text``: what was read of it. ``url``: the article that it links to. ``squashed``: folded, letters and digits
    only. ``terms``: each once; stems of words, pairs of Chinese characters (and of letters whose words are not
    spaced), triples of katakana.
    """

    text: str
    url: str | None
    squashed: str
    terms: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Proper names, as ``squashed`` would have them."""
        return names_in(self._bare)

    @cached_property
    def openers(self) -> tuple[str, ...]:
        """Words in capitals that begin a sentence, folded: they may be names or not."""
        return openers_in(self._bare)

    @cached_property
    def quantities(self) -> Quantities:
        """Numbers, scores, and the time of what happens."""
        return read_quantities(self._body)

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Addresses in it, and that of its article, in normal form."""
        return _links(self.text, self.url)

    @cached_property
    def negated(self) -> frozenset[str]:
        """Words that it says are not so."""
        return negated_in(self._body)

    @cached_property
    def denied(self) -> frozenset[str]:
        """All words near those."""
        return denied_in(self._body)

    @cached_property
    def marks(self) -> frozenset[str]:
        """Its sides of ``events.OPPOSITES`` (``level+``), and its ``events.TURNS``."""
        return marks_in(self._body, self._roots)

    @cached_property
    def head(self) -> str | None:
        """Its foremost kind of happening: the first in English, the last in Japanese."""
        text, ascii_text = self._body, self._body.isascii()
        found: list[tuple[int, str]] = []
        for word, kinds in self.happening_words.items():
            at = text.find(_FIRST_WORD.sub("", word)[:_ROOT_SEEN]) if word.isascii() else text.rfind(word)
            found += ((at, kind) for kind in kinds)
        if not found:
            return None
        return (min(found) if ascii_text else max(found))[1]

    @cached_property
    def clauses(self) -> tuple[tuple[str, ...], ...]:
        """The terms of each clause that has any."""
        return tuple(filter(None, map(terms_of, clauses_in(self._body))))

    @cached_property
    def news(self) -> tuple[str, ...]:
        """The terms of what it tells, without those of an earlier matter."""
        return terms_of(news_and_known(self._body)[0])

    @cached_property
    def known(self) -> tuple[str, ...]:
        """The terms of what it says of an earlier matter; empty where it says none."""
        return terms_of(news_and_known(self._body)[1])

    @cached_property
    def roles(self) -> ContestRoles:
        """The winners and the losers that the text names."""
        return roles_in(self._body, {*self.names, *self.openers})

    @cached_property
    def is_english(self) -> bool:
        """Whether it has Latin letters alone."""
        return self._body.isascii()

    @cached_property
    def meanings(self) -> Mapping[str, frozenset[str]]:
        """The senses of its terms that have any: of a pair of characters, those of the words that have it."""
        found: dict[str, frozenset[str]] = {}
        for words in (self.sense_words, self.happening_words):
            for word, senses in words.items():
                for term in terms_of(word):
                    found[term] = found.get(term, frozenset()).union(senses)
        return found

    @cached_property
    def senses(self) -> frozenset[str]:
        """The senses that it has words of."""
        return frozenset().union(*self.sense_words.values(), self.happenings)

    @cached_property
    def sense_words(self) -> Mapping[str, tuple[str, ...]]:
        """Its words that the thesaurus knows, each with its senses."""
        return senses_in(self._body, self._roots)

    @cached_property
    def _roots(self) -> frozenset[str]:
        return frozenset(map(root, _LATIN.findall(self._body)))

    @cached_property
    def happenings(self) -> frozenset[str]:
        """Its ``happenings.HAPPENINGS``."""
        return frozenset(kind for kinds in self.happening_words.values() for kind in kinds)

    @cached_property
    def happening_words(self) -> Mapping[str, tuple[str, ...]]:
        """Its words for happenings, each with its kinds."""
        return happenings_in(self._body, self._roots)

    @cached_property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """Its ``events.KINDS``, with their groups."""
        return kinds_in(self._body)

    @cached_property
    def is_report(self) -> bool:
        """Whether it reads as a report."""
        return is_report(fold(self._bare), self._bare)

    @cached_property
    def is_forecast(self) -> bool:
        """Whether it speaks of what may come."""
        return is_forecast(self._body, report=self.is_report)

    @cached_property
    def is_open(self) -> bool:
        """Whether it says that its matter is open still."""
        return is_open(self._body)

    @cached_property
    def is_reply(self) -> bool:
        """Whether it answers somebody."""
        return is_reply(self.text)

    @cached_property
    def is_comment(self) -> bool:
        """Whether it quotes, and says more of its own."""
        return is_comment(fold(self._bare))

    @cached_property
    def _bare(self) -> str:
        return _without_marks(self.text)

    @cached_property
    def _body(self) -> str:
        return _body(self._bare)


def read(text: str, url: str | None = None) -> ReadText:
    """Read a post's text; ``url``: the article that a feed's entry links to."""
    seen = clean(text[:READ_MAX])
    body = _body(_without_marks(seen))
    return ReadText(seen, url, _NO_LETTER.sub("", body), terms_of(body))


def _body(bare: str) -> str:
    """The folded text without what outlets put before it, and without a word that was cut through."""
    folded = fold(bare)
    heading = HEADINGS.match(folded)
    return _without_cut_word(folded[heading.end() :] if heading else folded)


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


def terms_of(text: str) -> tuple[str, ...]:
    """The terms of a folded text in their order, each once."""
    terms: dict[str, None] = {}
    for run in _RUN.finditer(text):
        part = run[0]
        if run.lastgroup != "latin":
            size = 3 if run.lastgroup == "triples" else 2
            terms.update(dict.fromkeys(part[at : at + size] for at in range(max(len(part) - size, 0) + 1)))
        elif not part.isdigit() and part not in COMMON and len(rooted := root(part)) > 1:
            terms[rooted[:STEM_CHARS]] = None
    return tuple(terms)[:TERMS_MAX]
