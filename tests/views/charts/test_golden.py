"""Charts look as they did: drawn anew, each looks like the picture that was stored of it.

``KAWARABAN_WRITE_GOLDEN=1 pytest tests/views/charts/test_golden.py`` writes the pictures anew, on purpose.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.views.charts.raster import png_of

from .likeness import unlikeness
from .samples import CHARTS

STORED = Path(__file__).parents[2] / "data" / "charts"


@pytest.mark.parametrize("name", CHARTS)
def test_chart_looks_as_it_did(name: str) -> None:
    drawn, stored = png_of(CHARTS[name]()), STORED / f"{name}.png"
    if os.environ.get("KAWARABAN_WRITE_GOLDEN"):
        stored.write_bytes(drawn)

    found = unlikeness(drawn, stored.read_bytes())

    assert found.looks_alike, found


def test_a_lost_dot_does_not_look_alike() -> None:
    svg = CHARTS["spark"]()
    before, _, after = svg.partition("<circle")
    without_a_dot = before + after.partition("/>")[2]

    assert not unlikeness(png_of(svg), png_of(without_a_dot)).looks_alike


def test_a_moved_line_does_not_look_alike() -> None:
    svg = CHARTS["volume-7d"]()

    assert not unlikeness(
        png_of(svg), png_of(svg.replace("<path d", '<path transform="translate(0 4)" d'))
    ).looks_alike


def test_blended_pixels_at_the_edges_look_alike() -> None:
    svg = CHARTS["volume-90d"]()

    assert unlikeness(
        png_of(svg), png_of(svg.replace("<path d", '<path transform="translate(0.2 0)" d'))
    ).looks_alike
