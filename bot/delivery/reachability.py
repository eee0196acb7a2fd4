"""Reachability of Discord over requests and gateways: one line in the log when it is lost, one when it is back."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


class Reachability:
    """The ways to Discord (requests, each shard's gateway) that are lost; the log has one line for all.

    ``monotonic``: seconds on a clock that never steps.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lost: set[str] = set()
        self._began = 0.0
        self.on_found: Callable[[], None] = lambda: None
        """Called when a way leads to Discord again: others that wait need not."""

    @property
    def is_lost(self) -> bool:
        """Whether a way is lost."""
        return bool(self._lost)

    def lost(self, way: str, why: str, *, since: float | None = None) -> None:
        """A way is lost. ``since``: when its first failure was, if not now."""
        if not self._lost:
            self._began = self._monotonic() if since is None else since
            log.warning("Discord cannot be reached, what is decided waits: %s: %s", way, why)
        elif way not in self._lost:
            log.debug("nor over %s: %s", way, why)
        self._lost.add(way)

    def found(self, way: str) -> None:
        """A way leads to Discord (again)."""
        if way not in self._lost:
            return
        self._lost.discard(way)
        self.on_found()
        if not self._lost:
            log.warning("Discord answers again after %.0f s", self._monotonic() - self._began)
        else:
            log.debug("Discord answers again over %s", way)
