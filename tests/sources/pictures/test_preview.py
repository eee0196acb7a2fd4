"""Any picture becomes a small one that says nothing of its maker; whatever is none is refused."""

from __future__ import annotations

import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from bot.sources.pictures.preview import make_preview
from bot.sources.pictures.shapes import NotAPicture, Preview, Shape
from tests.fakes.pictures import encoded, face, opened, photo, png_claiming, png_with

BOMB = zlib.compress(bytes(20_000_000), 9)
"""Twenty megabytes out of twenty kilobytes, where a text or a profile is."""


def noise(width: int, height: int) -> Image.Image:
    """The hardest to make small."""
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def pixel(preview: Preview, x: int = 3, y: int = 3) -> tuple[int, ...]:
    found = opened(preview.data).convert("RGBA").getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


def is_near(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 8 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_large_picture_becomes_a_small_one_with_its_shape(form: str) -> None:
    made = make_preview(photo(2600, 1300, form=form), Shape.PICTURE)

    assert (made.width, made.height) == (1280, 640) == opened(made.data).size
    assert len(made.data) <= 300_000


def test_a_small_picture_keeps_its_size() -> None:
    made = make_preview(photo(320, 200), Shape.PICTURE)

    assert (made.width, made.height) == (320, 200)


def test_noise_is_made_light_enough() -> None:
    made = make_preview(encoded(noise(1280, 1280), "PNG"), Shape.PICTURE)

    assert len(made.data) <= 300_000


def test_a_face_is_a_small_square_of_a_few_kilobytes() -> None:
    for data in (face(), encoded(noise(400, 900), "PNG")):
        made = make_preview(data, Shape.FACE)

        assert (made.width, made.height) == (128, 128)
        assert len(made.data) <= 16_000


def test_the_same_bytes_give_the_same_bytes() -> None:
    data = photo(1500, 900)

    assert make_preview(data, Shape.PICTURE) == make_preview(data, Shape.PICTURE)


def test_nothing_that_a_file_says_about_itself_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "taken at home")
    image = opened(photo())
    for data in (
        encoded(image, "JPEG", exif=exif, comment=b"taken at home"),
        encoded(image, "PNG", exif=exif, pnginfo=text),
        encoded(image.convert("RGBA"), "WEBP", exif=exif, xmp=b"taken at home"),
    ):
        assert b"taken at home" in data
        made = make_preview(data, Shape.PICTURE)
        found = opened(made.data)
        assert b"home" not in made.data
        assert not found.getexif()
        assert not {"exif", "comment", "Comment", "xmp", "icc_profile", "photoshop"} & found.info.keys()


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_stands_upright_however_the_camera_was_held(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    image = Image.new("RGB", (200, 100), (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, 100, 50))  # the corner that is up and left in the file
    corners = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}

    made = make_preview(encoded(image, "JPEG", exif=exif, quality=95), Shape.PICTURE)

    assert (made.width, made.height) == ((200, 100) if turn < 5 else (100, 200))
    right, low = corners[turn]
    assert is_near(
        pixel(made, made.width * (1 + 2 * right) // 4, made.height * (1 + 2 * low) // 4)[:3], (200, 0, 0)
    )


@pytest.mark.parametrize(
    ("image", "form", "seen"),
    [
        (Image.new("I;16", (64, 64), 40_000), "PNG", (156, 156, 156, 255)),
        (Image.new("L", (64, 64), 77), "PNG", (77, 77, 77, 255)),
        (Image.new("LA", (64, 64), (77, 255)), "PNG", (77, 77, 77, 255)),
        (Image.new("1", (64, 64), 1), "PNG", (255, 255, 255, 255)),
        (Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG", (254, 0, 0, 255)),
        (Image.new("RGB", (64, 64), (9, 99, 199)).quantize(4), "GIF", (9, 99, 199, 255)),
        (Image.new("RGBA", (64, 64), (9, 99, 199, 128)), "PNG", (9, 99, 199, 128)),
    ],
)
def test_colours_are_those_of_the_picture(image: Image.Image, form: str, seen: tuple[int, ...]) -> None:
    assert is_near(pixel(make_preview(encoded(image, form), Shape.PICTURE)), seen)


def test_what_shines_through_goes_on_shining_through() -> None:
    image = Image.new("RGBA", (900, 600), (200, 30, 30, 255))
    image.paste((0, 0, 0, 0), (0, 0, 450, 600))

    made = make_preview(encoded(image, "PNG"), Shape.PICTURE)

    assert pixel(made, 10, 10)[3] == 0
    assert is_near(pixel(made, made.width - 10, 10), (200, 30, 30, 255))


def test_a_palette_may_name_a_colour_that_shines_through() -> None:
    image = Image.new("P", (64, 64), 1)
    image.putpalette([0, 0, 0, 200, 30, 30])

    with pytest.raises(NotAPicture):
        make_preview(encoded(image, "PNG", transparency=1), Shape.PICTURE)
    assert make_preview(encoded(image, "PNG", transparency=0), Shape.PICTURE).data


def test_colours_of_a_profile_become_those_of_screens() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGB", (64, 64), (200, 30, 30))

    for broken in (profile, profile[:200], b"no profile"):
        made = make_preview(encoded(image, "PNG", icc_profile=broken), Shape.PICTURE)
        assert is_near(pixel(made)[:3], (200, 30, 30))


def test_of_an_animation_the_first_frame_is_shown_and_that_it_moves_is_said() -> None:
    frames = [Image.new("RGB", (80, 60), (200 - 60 * number, 30, 30)) for number in range(3)]

    for form in ("GIF", "WEBP", "PNG"):
        made = make_preview(encoded(frames[0], form, save_all=True, append_images=frames[1:]), Shape.PICTURE)
        assert made.moves
        assert is_near(pixel(made), (200, 30, 30, 255))


def test_the_poster_of_a_video_has_a_mark_in_its_middle() -> None:
    plain = Image.new("RGB", (640, 360), (90, 90, 90))

    made = make_preview(encoded(plain, "JPEG"), Shape.POSTER)

    assert is_near(pixel(made, 320, 180), (240, 240, 240, 255)) or pixel(made, 320, 180)[0] > 200
    assert is_near(pixel(made), (90, 90, 90, 255))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>not found</html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + b"\xff" * 2_000,
        encoded(Image.new("RGB", (64, 64)), "TIFF"),
        encoded(Image.new("RGB", (64, 64)), "BMP"),
        photo()[:4_000],
        photo()[: len(photo()) * 99 // 100],
        photo().replace(struct.pack("!HH", 480, 640), struct.pack("!HH", 65_535, 65_535), 1),
        b"<html><script>alert(1)</script>" + photo(),
        b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(500),
        b"BM"
        + struct.pack("<IHHI", 1_000, 0, 0, 1_078)
        + struct.pack("<IiiHHI", 40, 6_000, 6_000, 1, 8, 1)
        + bytes(1_100),
        b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x100, 3, 1, 64) + struct.pack("<I", 8),
        photo(form="PNG")[:4_000],
        photo(form="WEBP")[:2_000],
        encoded(Image.new("RGB", (1, 1)), "PNG"),
        encoded(Image.new("RGB", (2_000, 20)), "PNG"),
        encoded(Image.new("RGBA", (64, 64), (9, 9, 9, 0)), "PNG"),
        png_with((b"zTXt", b"c\0\0" + BOMB)),
        png_with((b"iCCP", b"c\0\0" + BOMB)),
        encoded(Image.new("RGB", (64, 64)), "ICO"),
        b"RIFF\xff\xff\xff\xffWEBPVP8L\xf7\xff\xff\xff\x2f" + b"\xff" * 100,
        b"GIF89a\x40\x1f\x88\x13\x80\0\0" + bytes(6) + b";",
        png_claiming(30_000, 30_000),
        png_claiming(6_400, 6_400),
        png_claiming(2**31 - 1, 2**31 - 1),
    ],
)
def test_whatever_is_no_picture_to_look_at_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        make_preview(data, Shape.PICTURE)


@pytest.mark.parametrize(
    ("data", "moves"),
    [
        pytest.param(png_with(rows=1_000_000), False, id="pixels for many more rows than it has"),
        pytest.param(png_with(*[(b"tEXt", b"k\0v")] * 20_000), False, id="thousands of chunks"),
        pytest.param(png_with((b"acTL", struct.pack("!II", 2**31 - 1, 0))), True, id="billions of frames"),
        pytest.param(png_with() + b"PK\x03\x04<script>", False, id="an archive behind it"),
        pytest.param(encoded(Image.new("RGB", (64, 64)), "PNG", bits=8), False, id="nothing special"),
    ],
)
def test_what_a_picture_claims_besides_costs_nothing_and_is_not_kept(data: bytes, moves: bool) -> None:
    made = make_preview(data, Shape.PICTURE)

    assert (made.width, made.height, made.moves) == (64, 64, moves)
    assert len(made.data) < 1_000


@pytest.mark.parametrize("said", [0, 9, 999, 2**16 - 1])
def test_way_of_holding_a_camera_that_there_is_not_turns_nothing(said: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = said

    made = make_preview(encoded(Image.new("RGB", (64, 32)), "JPEG", exif=exif), Shape.PICTURE)

    assert (made.width, made.height) == (64, 32)


def test_photograph_of_a_phone_that_holds_further_pictures_does_not_move() -> None:
    """An Ultra HDR photograph has a second picture for bright screens; a stereo camera one of each eye."""
    colours = [Image.new("RGB", (64, 64), colour) for colour in ((200, 30, 30), (30, 200, 30))]

    made = make_preview(encoded(colours[0], "MPO", save_all=True, append_images=colours[1:]), Shape.PICTURE)

    assert not made.moves
    assert is_near(pixel(made), (200, 30, 30, 255))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.data())
def test_a_damaged_picture_is_drawn_or_refused_and_nothing_else(form: str, data: st.DataObject) -> None:
    whole = bytearray(photo(48, 32, form=form))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))

    try:
        made = make_preview(bytes(whole), Shape.PICTURE)
    except NotAPicture:
        return
    assert max(made.width, made.height) <= 1280
