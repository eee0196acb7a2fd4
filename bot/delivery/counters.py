"""Counts of deliveries since the start, for the log's line a minute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class DeliveryCounters:
    """Messages: sent, edited or removed later, and given up although there was something in them."""

    sent: int = 0
    edited: int = 0
    removed: int = 0
    given_up: int = 0
