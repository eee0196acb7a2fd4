"""The bot's picture in the demo: a broadsheet on vermilion, drawn so that no image file is needed."""

from __future__ import annotations

from io import BytesIO

_SIDE = 128
_VERMILION, _PAPER, _INK = (0xB3, 0x38, 0x2C), (0xF7, 0xF1, 0xE1), (0x2B, 0x23, 0x1D)


def draw_avatar() -> bytes:
    """A square PNG. Needs Pillow, which SimCord's preview brings."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only the demo has Pillow

    image = Image.new("RGB", (_SIDE, _SIDE), _VERMILION)
    pen = ImageDraw.Draw(image)
    pen.polygon([(30, 26), (98, 20), (102, 104), (34, 108)], fill=_PAPER)
    pen.rectangle((78, 32, 90, 60), fill=_VERMILION)
    for column, length in enumerate((60, 48, 64, 54)):
        x = 66 - column * 9
        pen.line((x, 34, x + 1, 34 + length), fill=_INK, width=4)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
