"""SVG to PNG by resvg: no system library, no font, the same bytes everywhere."""

from __future__ import annotations

from typing import Any, Final

import resvg_py

BYTES_MAX: Final = 40_000
"""Most bytes of a picture."""


def png_of(svg: str) -> bytes:
    """The PNG of an SVG of ours. A pure computation of some 30 ms that holds no lock: for a thread.

    System fonts are never read: pictures hold no text. Lines that go up and down at each point make more of the
    blended pixels at their edges than compress well; such a picture is drawn without them.
    """
    png = _rendered(svg)
    return png if len(png) <= BYTES_MAX else _rendered(svg, shape_rendering="crisp_edges")


def _rendered(svg: str, **options: Any) -> bytes:
    """The PNG of one rendering. Raises ``ValueError`` for what resvg cannot draw."""
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, **options))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust: no ``Exception``, so that nothing would catch it
            raise
        msg = f"the chart cannot be drawn: {error}"
        raise ValueError(msg) from None
