"""Small pictures out of what strangers call one: pure, and the only file that knows Pillow.

    bytes ─▶ parts ─▶ one of five formats? ─▶ size ─▶ decode ─▶ 8 bits, sRGB, upright ─▶ small ─▶ encode

Runs in a process that can be ended (``bot.sources.parsing.child``), for a picture can be made to cost any amount
of time and memory. Nothing of what a file says about itself (place, camera, thumbnail) gets into the result. The
same bytes give the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image, ImageCms, ImageDraw, ImageOps

from .shapes import NotAPicture, Preview, Shape
from .structure import check_structure

PIXELS_MAX: Final = 40_000_000
"""Pixels of a picture: more than a phone's camera takes; a decoder needs four bytes for each."""
SIDE_MIN: Final = 16
"""Pixels of the shorter side: what is smaller counts readers or draws a line."""
SHAPE_MAX: Final = 12
"""So many times as long as wide at the most: a strip shows nothing at the width of a channel."""
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
"""Formats that are decoded; Pillow knows forty, some of which start other programs."""
_QUALITIES: Final = (82, 70, 55, 40)
_SMALLER: Final = 0.7
"""The factor by which a picture shrinks that is too heavy at every quality."""
_PROFILE_MAX: Final = 200_000
_ORIENTATION: Final = 0x0112
_PALETTE_MAX: Final = 256


def make_preview(data: bytes, shape: Shape) -> Preview:
    """The preview of a picture. Raises ``NotAPicture``, also where it takes more memory than there is.

    One that is cut off is none: the grey in the place of its end would stand in the channel for good.
    """
    try:
        return _made(data, shape)
    except NotAPicture:
        raise
    except MemoryError:
        raise NotAPicture("it takes too much memory") from None
    except Exception as error:  # noqa: BLE001
        # Pillow raises whatever a broken file makes its decoders stumble over.
        raise NotAPicture(f"{type(error).__name__}: {error}") from None


def _made(data: bytes, shape: Shape) -> Preview:
    check_structure(data)
    image: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
    _check_size(*image.size)
    # Photographs of phones hold further pictures, of the same moment (MPO): they are no animation.
    moves = bool(getattr(image, "is_animated", False)) and image.format != "MPO"
    orientation = _orientation(image)
    is_flat = image.format in {"PNG", "GIF"}
    image.draft("RGB", (2 * shape.side_px, 2 * shape.side_px))
    image.load()
    small = _shrunk(_eight_bit(image), shape)
    small = _upright(_in_srgb(small, image.info.get("icc_profile")), orientation)
    small = _without_empty_alpha(small)
    if shape is Shape.POSTER:
        small = _with_play_mark(small)
    encoded, suffix, size = _encoded(small, shape.bytes_max, may_be_flat=is_flat)
    return Preview(encoded, suffix, *size, moves=moves)


def _check_size(width: int, height: int) -> None:
    short, long = sorted((width, height))
    if short < SIDE_MIN or long > SHAPE_MAX * short:
        raise NotAPicture(f"{width} by {height} pixels show nothing")
    if width * height > PIXELS_MAX:
        raise NotAPicture(f"{width} by {height} pixels are too many")


def _orientation(image: Image.Image) -> int:
    """The way in which the camera was held (EXIF); 1 where that is not said, or cannot be read."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - broken metadata is no reason to go without the picture
        return 1
    return found if isinstance(found, int) else 1


def _eight_bit(image: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA of eight bits: also one of 16 bits, a palette, greys or CMYK."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    has_alpha = "A" in image.mode or "a" in image.mode or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _shrunk(image: Image.Image, shape: Shape) -> Image.Image:
    side = shape.side_px
    if shape is Shape.FACE:
        side = min(side, *image.size)
        return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture with the colours that its profile means; as it is where that cannot be read."""
    if not profile or len(profile) > _PROFILE_MAX:
        return image
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if found.profile.xcolor_space.strip() != "RGB":  # CMYK and greys are RGB by now
            return image
        turned: Any = ImageCms.profileToProfile(image, found, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return image if turned is None else turned


_TURNS: Final = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    for turn in _TURNS.get(orientation, ()):
        image = image.transpose(turn)
    return image


def _without_empty_alpha(image: Image.Image) -> Image.Image:
    """RGB where nothing shines through. Raises ``NotAPicture`` where everything does."""
    if image.mode != "RGBA":
        return image
    least, most = image.getchannel("A").getextrema()
    if most == 0:
        raise NotAPicture("all of it is transparent")
    return image.convert("RGB") if least == 255 else image


def _with_play_mark(image: Image.Image) -> Image.Image:
    """A triangle on a dark disc in the middle: this one plays."""
    radius = max(8, round(min(image.size) * 0.13))
    x, y = image.width // 2, image.height // 2
    size = (image.width, image.height)
    mark = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(mark)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(0, 0, 0, 170))
    half = radius * 0.5
    tips = [(x - half * 0.7, y - half), (x - half * 0.7, y + half), (x + half, y)]
    pen.polygon(tips, fill=(255, 255, 255, 235))
    return Image.alpha_composite(image.convert("RGBA"), mark).convert(image.mode)


# -- encoding ------------------------------------------------------------------------------------------


def _encoded(image: Image.Image, bytes_max: int, *, may_be_flat: bool) -> tuple[bytes, str, tuple[int, int]]:
    """The first form that is light enough, the best first; each smaller than the one before."""
    bare = Image.frombytes(image.mode, image.size, image.tobytes())  # pixels alone: no comment, no profile
    if may_be_flat and image.mode == "RGB" and (flat := _as_palette(bare, bytes_max)) is not None:
        return flat, "png", bare.size
    suffix = "jpg" if image.mode == "RGB" else "webp"
    for form in _smaller_and_smaller(bare):
        for quality in _QUALITIES:
            data = _saved(form, suffix, quality)
            if len(data) <= bytes_max:
                return data, suffix, form.size
    raise NotAPicture("it cannot be made small enough")


def _smaller_and_smaller(image: Image.Image) -> Iterator[Image.Image]:
    """The picture, then smaller ones, down to what shows something."""
    yield image
    while min(image.size) * _SMALLER >= SIDE_MIN:
        width, height = (math.floor(side * _SMALLER) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
        yield image


def _saved(image: Image.Image, suffix: str, quality: int) -> bytes:
    out = io.BytesIO()
    if suffix == "jpg":
        image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    else:
        image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _as_palette(image: Image.Image, bytes_max: int) -> bytes | None:
    """A drawing or a screenshot of few colours as it is, where that is lighter than a photograph of it."""
    if image.getcolors(_PALETTE_MAX) is None:
        return None
    out = io.BytesIO()
    image.quantize(_PALETTE_MAX, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    data = out.getvalue()
    return data if len(data) <= min(bytes_max, len(_saved(image, "jpg", _QUALITIES[0]))) else None
