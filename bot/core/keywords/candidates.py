"""Phrases of a text that could be what people talk about: nouns in a row, or words without what joins sentences.

A ``Segmenter`` cuts Japanese into nouns and the rest. Where none is installed, a change of script does: a run of
Han, of katakana or of letters is taken for a word, and hiragana for what stands between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from .folding import HAN, JAPANESE, KATAKANA, WORD, flat, folded_word
from .stop_words import STOP_WORDS

PHRASE_LENGTH: Final = 12
"""A phrase has three words of a script with spaces, or four Japanese pieces; a single Han is free."""
PHRASE_MAX: Final = 24
"""Characters of a phrase at most."""
_SPACED_COST: Final = 4
_PIECE_COST: Final = 3


class Piece(NamedTuple):
    """A piece of a text. ``stands``: it says something by itself; ``joins``: it may be part of a phrase."""

    text: str
    stands: bool
    joins: bool


Segmenter = Callable[[str], Sequence[Piece]]
"""Cuts a text in a script without spaces into pieces, which together are the text."""

_RUN = re.compile(rf"(?P<spaced>{WORD})|(?P<other>[{JAPANESE}]+)|(?P<between>[\s\-_‐‑–・]+)|.", re.DOTALL)
_SCRIPT = re.compile(rf"[{HAN}]+|[{KATAKANA}]+|[^{HAN}{KATAKANA}]+")
_SPACED = re.compile(WORD)
_HAN = re.compile(rf"[{HAN}]+")
_ONE_HAN = re.compile(rf"[{HAN}]")
_KATAKANA = re.compile(rf"[{KATAKANA}]{{2,}}")
_NUMBER = re.compile(r"\d+")
_SAYS = re.compile(rf"[{HAN}]{{2}}|\d[{HAN}{KATAKANA}]")
"""Two Han, or a number with what it counts."""


def by_script(text: str) -> list[Piece]:
    """Japanese cut where the script changes, and Han after each character: any run of those may be a word."""
    pieces: list[Piece] = []
    for run in _SCRIPT.findall(text):
        if _HAN.fullmatch(run):
            pieces += [Piece(one, stands=False, joins=True) for one in run]
        else:
            is_word = _KATAKANA.fullmatch(run) is not None
            pieces.append(Piece(run, stands=is_word, joins=is_word))
    return pieces


class Phrase(NamedTuple):
    """A phrase as it is written, and as a flat text holds it."""

    text: str
    folded: str


def phrases(text: str, segment: Segmenter) -> Iterator[Phrase]:
    """The phrases of a readable text, parts and wholes, each as often as it is there."""
    row: list[Piece] = []
    for piece in _pieces(text, segment):
        if piece is None or not piece.joins:
            yield from _of_row(row)
            row = []
        else:
            row.append(piece)
    yield from _of_row(row)


def words(text: str, segment: Segmenter) -> Iterator[str]:
    """The words of a readable text that say something by themselves."""
    return (piece.text for piece in _pieces(text, segment) if piece is not None and piece.stands)


def _pieces(text: str, segment: Segmenter) -> Iterator[Piece | None]:
    """All pieces in order; None where no phrase goes on."""
    for match in _RUN.finditer(text):
        run = match[0]
        if match.lastgroup == "spaced":
            says = run.casefold() not in STOP_WORDS and not (len(run) == 1 and run.isascii())
            yield Piece(run, stands=says and not _NUMBER.fullmatch(run), joins=True)
        elif match.lastgroup == "other":
            yield from segment(run)
        elif match.lastgroup == "between":
            yield Piece(" ", stands=False, joins=True)
        else:
            yield None


def _of_row(row: Sequence[Piece]) -> Iterator[Phrase]:
    """All phrases within pieces that join: one says something, none begins or ends with a space or a stop word.

    A space goes on between words of scripts that write spaces; between others it ends a phrase.
    """
    known = [(piece, _cost(piece), folded_word(piece.text), _may_end(piece)) for piece in row]
    for first, (_, _, _, may_begin) in enumerate(known):
        if not may_begin:
            continue
        text, folded, length, says, was_spaced, is_gap = "", "", 0, False, True, False
        for piece, cost, word, may_end in known[first:]:
            if piece.text == " ":
                text, is_gap = f"{text} ", True
                continue
            is_spaced = cost == _SPACED_COST
            length += cost
            text += piece.text
            if length > PHRASE_LENGTH or len(text) > PHRASE_MAX or (is_gap and not (is_spaced and was_spaced)):
                break
            folded += f" {word}" if folded and (is_spaced or was_spaced) else word
            says, was_spaced, is_gap = says or piece.stands, is_spaced, False
            if may_end and (says or _SAYS.search(text)):
                yield Phrase(text, flat(text).strip() if "ー" in text else folded)


def _cost(piece: Piece) -> int:
    if piece.text == " " or _ONE_HAN.fullmatch(piece.text):
        return 0
    return _SPACED_COST if _SPACED.fullmatch(piece.text) else _PIECE_COST


def _may_end(piece: Piece) -> bool:
    return piece.text != " " and piece.text.casefold() not in STOP_WORDS
