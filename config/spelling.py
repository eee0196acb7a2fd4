"""Finds the name that may have been meant by an unknown one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

_ALIKE: Final = 0.75
"""Likeness of two names above which one was probably meant (``difflib``'s ratio)."""
_BETWEEN: Final = re.compile(r"[._\s-]+")


def closest(name: str, known: Sequence[str]) -> str | None:
    """The known name that was probably meant; None where none is near.

    Which mark stands between the parts (``.``, ``_``, ``__``) does not count, nor does case. A name without its
    table (``TOKEN`` for ``DISCORD__TOKEN``) is found by its last part, where only one has it.
    """
    folded = {_folded(one): one for one in known}
    near = get_close_matches(_folded(name), folded, n=1, cutoff=_ALIKE)
    if near:
        return folded[near[0]]
    last = re.split(r"\.|__", name)[-1].lower()
    ending = last.removeprefix("kawaraban_")
    same = [one for one in known if re.split(r"\.|__", one)[-1].lower() == ending]
    return same[0] if len(same) == 1 else None


def _folded(name: str) -> str:
    return _BETWEEN.sub("_", name).strip("_").lower()
