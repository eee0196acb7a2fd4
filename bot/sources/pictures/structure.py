"""Bounds on the parts of a file that calls itself a picture, counted before anything is decoded. Pure.

A decoder goes over all pixels once for each scan of a progressive JPEG, and Pillow over each segment of a JPEG,
chunk of a PNG and block of a GIF in a loop that is slow, of comments and camera data even quadratic. Of all of
these a file of some megabytes holds a hundred thousand, and no camera or program writes more than some hundred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .shapes import NotAPicture

SCANS_MAX: Final = 100
"""Scans of a JPEG; programs write ten, or some twenty where they search for the smallest file."""
SCANNED_PIXELS_MAX: Final = 1_200_000_000
"""Pixels of a JPEG times its scans: thirty scans of the largest picture, about a second of CPU."""
SEGMENTS_MAX: Final = 2_000
"""Segments of a JPEG; a profile takes up to 255, a panorama or a photograph with depth some hundred."""
FILL_MAX: Final = 4_096
"""Bytes between the segments of a JPEG, which mean nothing."""
CHUNKS_MAX: Final = 30_000
"""Chunks of a PNG; the pixels of one of 8 MB stand in a thousand, by some programs in eight thousand."""
BLOCKS_MAX: Final = 100_000
"""Blocks of a GIF until its second frame; a megabyte of pixels stands in four thousand."""
EXTENSIONS_MAX: Final = 200
"""Extensions of a GIF until its second frame: its comments, its speed, what programs note."""
NOTES_MAX: Final = 1_000_000
"""Bytes in them."""

_START: Final = b"\xff\xd8"
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff])")
_AFTER_SCAN: Final = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers that no length follows."""
_SCAN, _END = 0xDA, 0xD9
_EXTENSION, _FRAME, _TRAILER = 0x21, 0x2C, 0x3B


def check_structure(data: bytes) -> None:
    """Raise ``NotAPicture`` for a JPEG, PNG or GIF of more parts than any that shows something."""
    if data.startswith(_START):
        _check_jpeg(data)
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(data)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        _check_gif(data)


def _check_jpeg(data: bytes) -> None:
    pixels = scans = segments = fill = 0
    for marker, begin, skipped in _segments(data):
        segments, fill = segments + 1, fill + skipped
        if marker in _SIZES:
            height, width = (int.from_bytes(data[begin + at : begin + at + 2]) for at in (3, 5))
            pixels = max(pixels, width * height)
        scans += marker == _SCAN
        if segments > SEGMENTS_MAX or fill > FILL_MAX:
            raise NotAPicture("a JPEG of too many segments")
        if scans > SCANS_MAX or scans * pixels > SCANNED_PIXELS_MAX:
            raise NotAPicture("a JPEG of too many scans")


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment of a JPEG until its end: marker, begin of its length, and bytes before it that mean nothing."""
    at, marker = len(_START), 0
    while found := (_AFTER_SCAN if marker == _SCAN else _MARKER).search(data, at):
        before = 0 if marker == _SCAN else found.start(1) - 1 - at
        marker = found[1][0]
        if marker == _END:
            return
        begin = found.end()
        yield marker, begin, before
        at = begin if marker in _ALONE else begin + max(2, int.from_bytes(data[begin : begin + 2]))


def _check_png(data: bytes) -> None:
    at = 8
    for _ in range(CHUNKS_MAX):
        if at >= len(data):
            return
        at += 12 + int.from_bytes(data[at : at + 4])
    raise NotAPicture("a PNG of too many chunks")


def _check_gif(data: bytes) -> None:
    extensions = blocks = frames = notes = 0
    at = 13 + _table(data, 10)
    while at < len(data) and frames < 2:
        kind, at = data[at], at + 1
        blocks += 1
        if kind == _TRAILER:
            return
        begin = at
        if kind == _EXTENSION:
            extensions += 1
            at += 1
        elif kind == _FRAME:
            frames += 1
            at += 10 + _table(data, at + 8)
        while kind in {_EXTENSION, _FRAME} and at < len(data) and blocks <= BLOCKS_MAX and data[at]:
            blocks += 1
            at += 1 + data[at]
        if kind == _EXTENSION:
            notes += at - begin
        at += kind in {_EXTENSION, _FRAME}
        if blocks > BLOCKS_MAX or extensions > EXTENSIONS_MAX or notes > NOTES_MAX:
            raise NotAPicture("a GIF of too many blocks")


def _table(data: bytes, at: int) -> int:
    """Bytes of the colour table that the flags of a GIF at this place announce."""
    flags = data[at] if at < len(data) else 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
