"""Pictures of charts: drawn in a thread of their own, the same once, kept by content within a bound."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from bot.core.limits.weighted_cache import WeightedCache
from bot.views.charts.raster import png_of

CACHE_BYTES: Final = 8 << 20
KEPT_FOR: Final = timedelta(hours=6)
_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="charts")
"""One: a picture takes some 30 ms, and its thread holds no lock meanwhile."""


class ChartImages:
    """PNGs of charts by the content of their SVG. ``clock`` gives aware UTC times."""

    def __init__(self, clock: Callable[[], datetime], *, draw: Callable[[str], bytes] = png_of) -> None:
        self._clock = clock
        self._draw = draw
        self._kept: WeightedCache[bytes, bytes] = WeightedCache(CACHE_BYTES)

    async def png(self, svg: str) -> bytes:
        """The picture of an SVG: the same bytes for the same text, drawn off the event loop."""
        key = hashlib.blake2b(svg.encode(), digest_size=16).digest()
        return await asyncio.get_running_loop().run_in_executor(_THREAD, self._drawn, key, svg)

    def _drawn(self, key: bytes, svg: str) -> bytes:
        """The picture, drawn in the one thread, so that who asks for the same picture meanwhile finds it drawn."""
        now = self._clock()
        found = self._kept.get(key, now)
        if found is None:
            found = self._draw(svg)
            self._kept.put(key, found, now=now, until=now + KEPT_FOR)
        return found
