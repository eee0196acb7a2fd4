"""Digits as paths: no font is needed, and a picture has the same bytes on every machine."""

from __future__ import annotations

import re
from typing import Final

HEIGHT: Final = 16.0
"""Height of a digit in its own units; widths are in the same."""
_ADVANCE: Final = {":": 5.0, ".": 5.0, " ": 4.0}
_DIGIT_ADVANCE: Final = 12.5
_PART: Final = re.compile(r"([MLCZ])([^MLCZ]*)")

# Strokes in a box of 10 by 16, drawn for this project.
_STROKES: Final = {
    "0": "M5 1C2.3 1 1 3.8 1 8C1 12.2 2.3 15 5 15C7.7 15 9 12.2 9 8C9 3.8 7.7 1 5 1Z",
    "1": "M1.8 4.4L5.8 1L5.8 15",
    "2": "M1.3 4.8C1.3 2.5 2.9 1 5.1 1C7.3 1 8.8 2.5 8.8 4.6C8.8 6.6 7.4 8 5.6 9.8L1.2 15L9 15",
    "3": "M1.3 3.4C1.9 1.9 3.3 1 5 1C7.2 1 8.6 2.3 8.6 4.2C8.6 6.2 7.1 7.5 4.4 7.5"
    "C7.3 7.5 9 8.9 9 11.1C9 13.4 7.3 15 5 15C3 15 1.6 14 1 12.5",
    "4": "M7 15L7 1L0.8 11L9.6 11",
    "5": "M8.5 1L2.5 1L1.8 7.5C2.6 6.7 3.7 6.3 4.9 6.3C7.3 6.3 9 8 9 10.6C9 13.2 7.3 15 4.9 15"
    "C3.1 15 1.7 14.2 1 12.8",
    "6": "M8.3 2.8C7.6 1.6 6.5 1 5.2 1C2.5 1 1 3.8 1 8.6C1 12.8 2.5 15 5 15C7.4 15 9 13.2 9 10.8"
    "C9 8.4 7.4 6.7 5.1 6.7C3.1 6.7 1.6 7.9 1 9.8",
    "7": "M1 1L9 1L4 15",
    "8": "M5 7.6C3 7.6 1.6 6.2 1.6 4.3C1.6 2.4 3 1 5 1C7 1 8.4 2.4 8.4 4.3C8.4 6.2 7 7.6 5 7.6"
    "C2.6 7.6 1 9.1 1 11.3C1 13.5 2.6 15 5 15C7.4 15 9 13.5 9 11.3C9 9.1 7.4 7.6 5 7.6Z",
    "9": "M1.7 13.2C2.4 14.4 3.5 15 4.8 15C7.5 15 9 12.2 9 7.4C9 3.2 7.5 1 5 1C2.6 1 1 2.8 1 5.2"
    "C1 7.6 2.6 9.3 4.9 9.3C6.9 9.3 8.4 8.1 9 6.2",
    ":": "M1.5 5.5L1.6 5.5M1.5 11.5L1.6 11.5",
    ".": "M1.5 14.6L1.6 14.6",
    " ": "",
}


def grouped(value: float) -> str:
    """A number as it is drawn: ``12 000``, ``0.5``, without zeros that say nothing."""
    if value == round(value):
        return f"{round(value):,}".replace(",", " ")
    return f"{value:.2f}".rstrip("0").rstrip(".")


def width(text: str, size: float) -> float:
    """The width of digits that are ``size`` high."""
    units = sum(_ADVANCE.get(letter, _DIGIT_ADVANCE) for letter in text)
    return max(0.0, units - 2.5) * size / HEIGHT


def path(text: str, x: float, y: float, size: float) -> str:
    """Path data of digits whose left edge is ``x`` and whose middle is ``y``. Other letters are left out."""
    scale = size / HEIGHT
    top, parts = y - size / 2, []
    for letter in text:
        strokes = _STROKES.get(letter)
        if strokes is None:
            continue
        parts.extend(_moved(strokes, x, top, scale))
        x += _ADVANCE.get(letter, _DIGIT_ADVANCE) * scale
    return "".join(parts)


def _moved(strokes: str, x: float, y: float, scale: float) -> list[str]:
    """Path data scaled and moved: all digits of a picture are one path, which is drawn at once."""
    moved = []
    for command, numbers in _PART.findall(strokes):
        values = [float(number) for number in numbers.split()]
        places = [
            f"{value * scale + (y if place % 2 else x):.1f}".removesuffix(".0")
            for place, value in enumerate(values)
        ]
        moved.append(command + " ".join(places))
    return moved
