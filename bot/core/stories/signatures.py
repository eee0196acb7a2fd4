"""Signatures of texts, and an index of them: texts that share most of their characters. rensa stays in this file.

MinHash of character triples needs no tokenizer, so that all scripts are alike to it. Eight bands of four rows find
nine of ten texts that share three quarters of their triples, and one of forty that shares a quarter.
"""

from __future__ import annotations

from typing import Any, Final

from rensa import RMinHash, RMinHashLSH

SHINGLE_CHARS: Final = 3
PERMUTATIONS: Final = 32
BANDS: Final = 8
_SEED: Final = 20_261_129
_THRESHOLD: Final = 0.6
"""rensa asks for it; what is found depends on the bands alone."""

Signature = Any
"""A MinHash of rensa, which has no types."""


def signature(squashed: str) -> Signature:
    """The signature of a folded text without spaces; the same in each process."""
    last = max(len(squashed) - SHINGLE_CHARS, 0)
    made = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    made.update([squashed[at : at + SHINGLE_CHARS] for at in range(last + 1)])
    return made


def likeness(one: Signature, other: Signature) -> float:
    """The estimated share of character triples that two texts have in common, from 0 to 1."""
    share: float = one.jaccard(other)
    return share


class SignatureIndex:
    """An index of signatures by numbers."""

    def __init__(self) -> None:
        self._index = RMinHashLSH(threshold=_THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)

    def add(self, number: int, signed: Signature) -> None:
        """Add a signature under a number that is not in use."""
        self._index.insert(number, signed)

    def remove(self, number: int) -> None:
        """Remove the number's signature."""
        self._index.remove(number)

    def alike(self, signed: Signature) -> list[int]:
        """The numbers of probably similar texts, in no order."""
        found: list[int] = self._index.query(signed)
        return found
