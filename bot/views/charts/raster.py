"""SVG to PNG by resvg: no system library, no font, the same bytes everywhere."""

from __future__ import annotations

from typing import Final

import resvg_py

BYTES_MAX: Final = 40_000
"""Most bytes of a picture."""


def png_of(svg: str) -> bytes:
    """The PNG of an SVG of ours. A pure computation of some 30 ms that holds no lock: for a thread.

    System fonts are never read: pictures hold no text. Lines that go up and down at each point make more of the
    blended pixels at their edges than compress well; such a picture is drawn without them.
    """
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
    if len(png) <= BYTES_MAX:
        return png
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, shape_rendering="crisp_edges"))
