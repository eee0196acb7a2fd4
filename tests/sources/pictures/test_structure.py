"""A picture of more parts than any that shows something is refused before a decoder goes over them."""

from __future__ import annotations

import contextlib
import struct
import time
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.sources.pictures.preview import make_preview
from bot.sources.pictures.shapes import NotAPicture, Shape
from bot.sources.pictures.structure import CHUNKS_MAX, SCANS_MAX, SEGMENTS_MAX, check_structure
from tests.fakes.pictures import encoded, opened, photo, png_with

JPEG = photo(64, 48)
GIF = photo(64, 48, form="GIF")


def progressive(width: int, height: int, more_scans: int = 0) -> bytes:
    """A progressive JPEG whose last scan stands in it so many times more."""
    data = encoded(Image.new("L", (width, height), 128), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + more_scans * last + data[-2:]


def with_segments(*segments: bytes) -> bytes:
    """A JPEG with further segments after its first marker."""
    return JPEG[:2] + b"".join(segments) + JPEG[2:]


def with_blocks(blocks: bytes, *, behind: bool = False) -> bytes:
    """A GIF with further blocks before its frame, or behind it."""
    at = len(GIF) - 1 if behind else 13 + (3 << ((GIF[10] & 7) + 1))
    return GIF[:at] + blocks + GIF[at:]


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "a JPEG of five hundred scans": lambda: progressive(200, 200, 500),
    "a large JPEG of sixty scans": lambda: progressive(6_000, 6_000, 60),
    "scans behind a marker without a length": lambda: JPEG[:2] + b"\xff\xd0" + progressive(200, 200, 500)[2:],
    "a JPEG of a million comments": lambda: with_segments(b"\xff\xfe\0\x02" * 1_000_000),
    "camera data in 400,000 parts": lambda: with_segments(b"\xff\xe1\0\x10Exif\0\0MM\0*\0\0\0\x08" * 400_000),
    "a JPEG of bytes that mean nothing": lambda: with_segments(b"\xff" * 7_000_000),
    "a PNG of 600,000 chunks": lambda: png_with(*[(b"tEXt", b"")] * 600_000),
    "a GIF of a million comments": lambda: with_blocks(b"\x21\xfe\x01a\0" * 1_000_000),
    "a GIF of a million comments behind its frame": lambda: with_blocks(
        b"\x21\xfe\x01a\0" * 1_000_000, behind=True
    ),
    "a GIF with a comment of 7 MB": lambda: with_blocks(b"\x21\xfe" + (b"\xff" + b"a" * 255) * 28_000 + b"\0"),
    "a GIF of bytes that mean nothing": lambda: with_blocks(bytes(7_000_000)),
    "a GIF in blocks of one byte": lambda: with_blocks(
        GIF[GIF.index(b"\x2c", 500) :][:11] + b"\x01\0" * 3_000_000
    ),
}


@pytest.mark.invariant(6)
@pytest.mark.parametrize("made", BOMBS.values(), ids=BOMBS)
def test_picture_of_too_many_parts_is_refused_at_once(made: Callable[[], bytes]) -> None:
    data = made()
    began = time.thread_time()

    with pytest.raises(NotAPicture, match="too many"):
        make_preview(data, Shape.PICTURE)

    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_picture_as_programs_write_it_is_taken(form: str) -> None:
    check_structure(photo(1_600, 1_200, form=form))


def test_scans_that_a_program_may_write_are_taken() -> None:
    assert make_preview(progressive(400, 300, 60), Shape.PICTURE).width == 400
    assert (
        make_preview(encoded(opened(photo(1_600, 1_200)), "JPEG", progressive=True), Shape.PICTURE).width == 1280
    )


def test_thumbnail_within_camera_data_has_scans_of_its_own() -> None:
    """As bytes only: what stands in a segment is no scan of the picture."""
    inner = b"Exif\0\0" + b"\xff\xda\0\x08" * (2 * SCANS_MAX)

    check_structure(with_segments(b"\xff\xe1" + struct.pack(">H", len(inner) + 2) + inner))


def test_parts_up_to_the_limits_are_taken() -> None:
    check_structure(with_segments(b"\xff\xfe\0\x02" * (SEGMENTS_MAX - 20)))
    check_structure(png_with(*[(b"tEXt", b"k\0v")] * (CHUNKS_MAX - 10)))
    check_structure(with_blocks(b"\x21\xfe\x01a\0" * 100))
    frames = [Image.new("P", (8, 8), number % 200) for number in range(300)]
    check_structure(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))


@given(
    st.sampled_from([JPEG, GIF, photo(64, 48, form="PNG"), b"\xff\xd8", b"GIF89a"]),
    st.binary(max_size=40),
    st.data(),
)
def test_any_bytes_are_taken_or_refused(whole: bytes, other: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(2, len(whole)))
    with contextlib.suppress(NotAPicture):
        check_structure(whole[:at] + other + whole[at + len(other) :])
