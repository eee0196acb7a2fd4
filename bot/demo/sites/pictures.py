"""Pictures of the demo's posts and faces of its authors, drawn from their names: no image file is needed."""

from __future__ import annotations

import random
from io import BytesIO
from math import sin
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image as Images

WIDTH, HEIGHT = 1_440, 810
"""Pixels of a picture: larger than the previews that the bot makes of them."""
FACE_SIDE: Final = 200
_SKIES: Final = (
    ((0x1E, 0x3A, 0x5F), (0xF2, 0xA6, 0x5A)),
    ((0x5B, 0x8D, 0xB8), (0xF4, 0xE9, 0xCD)),
    ((0x2B, 0x23, 0x3D), (0xB3, 0x38, 0x2C)),
    ((0x3B, 0x6E, 0x6E), (0xE8, 0xD7, 0xA6)),
)
_FACES: Final = (
    (0xB3, 0x38, 0x2C),
    (0x3B, 0x6E, 0x6E),
    (0x5B, 0x8D, 0xB8),
    (0x8A, 0x6D, 0x3B),
    (0x6B, 0x4E, 0x71),
)
_PAPER: Final = (0xF7, 0xF1, 0xE1)


def draw_picture(name: str) -> bytes:
    """A landscape as JPEG, the same for the same name. Needs Pillow."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only the demo and the previews have Pillow

    chance = random.Random(name)  # noqa: S311 - a drawing, no secret
    above, below = chance.choice(_SKIES)
    image = Image.new("RGB", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(image)
    for row in range(HEIGHT):
        share = row / HEIGHT
        shade = tuple(round(high + (low - high) * share) for high, low in zip(above, below, strict=True))
        pen.line((0, row, WIDTH, row), fill=shade)
    left, top, side = chance.randrange(200, WIDTH - 300), chance.randrange(60, 260), chance.randrange(90, 170)
    pen.ellipse((left, top, left + side, top + side), fill=_PAPER)
    for layer in range(3):
        dark = tuple(round(part * (0.65 - 0.2 * layer)) for part in above)
        base, wave, shift = HEIGHT * (0.55 + 0.13 * layer), chance.uniform(0.004, 0.012), chance.uniform(0, 6)
        hills = [
            (x, base + 70 * sin(x * wave + shift) + 18 * sin(x * wave * 3.7)) for x in range(0, WIDTH + 20, 20)
        ]
        pen.polygon([(0, HEIGHT), *hills, (WIDTH, HEIGHT)], fill=dark)
    return _saved(image, "JPEG")


def draw_face(name: str) -> bytes:
    """A face as a square PNG, the same for the same name. Needs Pillow."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only the demo and the previews have Pillow

    chance = random.Random(name)  # noqa: S311 - a drawing, no secret
    image = Image.new("RGB", (FACE_SIDE, FACE_SIDE), chance.choice(_FACES))
    pen = ImageDraw.Draw(image)
    pen.ellipse((40, 30, 160, 150), fill=_PAPER)
    pen.pieslice((20, 140, 180, 300), 180, 360, fill=_PAPER)
    ink, eyes, mouth = (0x2B, 0x23, 0x1D), chance.randrange(76, 96), chance.randrange(8, 26)
    for x in (78, 114):
        pen.ellipse((x, eyes, x + 10, eyes + 12), fill=ink)
    pen.arc((80, 108 - mouth // 2, 122, 108 + mouth), 10, 170, fill=ink, width=4)
    return _saved(image, "PNG")


def _saved(image: Images.Image, form: str) -> bytes:
    out = BytesIO()
    image.save(out, form)
    return out.getvalue()
