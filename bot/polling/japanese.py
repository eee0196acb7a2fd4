"""Japanese cut into words: by SudachiPy where it is installed (the extra ``japanese``), else by script.

Its dictionary is loaded at first use (0.1 s, 80 MB) and kept. A tokenizer serves one thread at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.util import find_spec
from typing import Final

from bot.core.keywords.candidates import Piece, Segmenter, by_script

DICTIONARIES: Final = ("small", "core", "full")
"""Editions of Sudachi's dictionary, the preferred one first: they cut nouns alike, and the first takes 110 MB."""
_JOINS: Final = frozenset({"名詞", "接頭辞", "接尾辞", "形状詞"})
_SAYS_LITTLE: Final = frozenset({"数詞", "副詞可能", "助数詞可能", "助動詞語幹", "非自立可能"})
_SHORT_HIRAGANA: Final = 2
"""Nouns of so few hiragana (こと, もの, ため) name nothing."""


class Words(StrEnum):
    """The way in which Japanese is cut."""

    SUDACHI = "sudachi"
    BY_SCRIPT = "by_script"


def words_by() -> Words:
    """The way in which Japanese is cut here."""
    return Words.BY_SCRIPT if _edition() is None else Words.SUDACHI


def segmenter() -> Segmenter:
    """The function that cuts Japanese, for any thread. It loads nothing before its first text."""
    return by_script if _edition() is None else _sudachi


def _edition() -> str | None:
    """The installed dictionary; None without it or without SudachiPy."""
    if find_spec("sudachipy") is None:
        return None
    return next((one for one in DICTIONARIES if find_spec(f"sudachidict_{one}") is not None), None)


_lock = threading.Lock()


def _sudachi(text: str) -> Sequence[Piece]:
    with _lock:
        return _loaded()(text)


@lru_cache(maxsize=1)
def _loaded() -> Callable[[str], list[Piece]]:
    """The tokenizer, called under the lock alone."""
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415 - optional, and 80 MB once it is loaded

    tokenizer = Dictionary(dict=_edition()).tokenizer(mode=SplitMode.C)

    def cut(text: str) -> list[Piece]:
        return [_piece(one.surface(), one.part_of_speech()) for one in tokenizer.tokenize(text)]

    return cut


def _piece(surface: str, parts: Sequence[str]) -> Piece:
    """A morpheme: nouns say something, what is put before and after them joins, and all else ends a phrase."""
    if parts[0] not in _JOINS or _is_short_hiragana(surface):
        return Piece(surface, stands=False, joins=False)
    says = parts[0] == "名詞" and _SAYS_LITTLE.isdisjoint(parts) and len(surface) > 1
    return Piece(surface, stands=says, joins=True)


def _is_short_hiragana(surface: str) -> bool:
    return len(surface) <= _SHORT_HIRAGANA and all("\u3041" <= one <= "\u3096" for one in surface)
