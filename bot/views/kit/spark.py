"""Spark lines: a series of counts as blocks of text. What is not known is a gap, never a low block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BLOCKS: Final = "▁▂▃▅▇"
GAP: Final = "·"


def spark(values: Sequence[float | None]) -> str:
    """A block for each value, as high as it is beside the highest; empty where nothing is known."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    return "".join(GAP if value is None else _block(value, max(known)) for value in values)


def _block(value: float, highest: float) -> str:
    share = value / highest if highest > 0 else 0.0
    return BLOCKS[min(len(BLOCKS) - 1, int(share * len(BLOCKS)))]
