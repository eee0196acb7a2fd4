"""How alike two pictures look: the mean colour of each cell of 8 by 8 pixels, over black and over white.

A cell is smaller than any mark of a chart, so that a missing dot or digit moves it far; blended pixels at the
edges, which another version of the renderer may draw otherwise, hardly move it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

CELL = 8
CELL_MAX = 24.0
MEAN_MAX = 0.6
"""Of 255. A dot of a chart moves its cells by more than 60, a shifted line by more than 40."""


@dataclass(frozen=True, slots=True)
class Unlikeness:
    """The largest difference of any cell, and the mean of all; of 255."""

    largest: float
    mean: float

    @property
    def looks_alike(self) -> bool:
        return self.largest <= CELL_MAX and self.mean <= MEAN_MAX


def unlikeness(one: bytes, other: bytes) -> Unlikeness:
    """The difference of two PNGs; of other sizes, as much as there can be."""
    first, second = _picture(one), _picture(other)
    if first.size != second.size:
        return Unlikeness(255, 255)
    differences = [
        abs(a - b)
        for ground in ((0, 0, 0), (255, 255, 255))
        for a, b in zip(_cells(first, ground), _cells(second, ground), strict=True)
    ]
    return Unlikeness(max(differences), sum(differences) / len(differences))


def _picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGBA")


def _cells(picture: Image.Image, ground: tuple[int, int, int]) -> list[int]:
    flat = Image.new("RGBA", picture.size, (*ground, 255))
    flat.alpha_composite(picture)
    size = (-(-picture.width // CELL), -(-picture.height // CELL))
    return list(flat.convert("RGB").resize(size, Image.Resampling.BOX).tobytes())
