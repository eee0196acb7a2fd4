"""The lease of a claim: how long it holds, when it is renewed, and when the clock it was written by was set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

LEASE_S: Final = 30.0
"""Seconds that a claim holds. A living process renews its leases; what a killed one held is claimed after this."""
RENEW_EVERY: Final = timedelta(seconds=LEASE_S / 3)
LONGEST_LEASE: Final = timedelta(minutes=10)
"""No lease is as long; one that seems to be was written by a clock that was ahead."""
CLOCK_STEP: Final = timedelta(minutes=1)
"""A clock that runs back further was set, not steered; a time further ahead is of a clock that was ahead."""


def was_set_back(last: datetime, now: datetime) -> bool:
    """Whether the clock was set back since ``last``."""
    return now < last - CLOCK_STEP


def is_renewal_due(renewed_at: datetime, now: datetime) -> bool:
    """Whether leases are to be renewed now.

    A clock that steps back at all makes it due: else nothing would be renewed until it has caught up.
    """
    return not timedelta(0) <= now - renewed_at < RENEW_EVERY
