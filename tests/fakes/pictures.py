"""Pictures for tests: drawn in memory, in any form that a site may send."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(width: int = 640, height: int = 480, *, seed: int = 1, form: str = "JPEG") -> bytes:
    """A gradient that is no palette, another for each seed."""
    red = Image.linear_gradient("L").resize((width, height))
    green = red.rotate(180)
    blue = Image.radial_gradient("L").resize((width, height)).point(lambda value: (value + 40 * seed) % 256)
    return encoded(Image.merge("RGB", (red, green, blue)), form)


def face(seed: int = 1) -> bytes:
    """A square picture of one colour."""
    return encoded(Image.new("RGB", (256, 256), (40 * seed % 256, 90, 160)), "PNG")


def opened(data: bytes) -> Image.Image:
    """A file as an image, decoded."""
    image: Image.Image = Image.open(io.BytesIO(data))
    image.load()
    return image


def png_claiming(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, and holds next to nothing."""
    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(1000)))


def png_with(*chunks: tuple[bytes, bytes], rows: int = 64) -> bytes:
    """A black PNG of 64 by 64 pixels with further chunks; ``rows``: of pixels that it holds."""
    head = _chunk(b"IHDR", struct.pack("!IIBBBBB", 64, 64, 8, 2, 0, 0, 0))
    body = _chunk(b"IDAT", zlib.compress(bytes(rows * (1 + 3 * 64)), 9))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(_chunk(*one) for one in chunks) + body + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
