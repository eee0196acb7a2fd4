"""Leases of claims: their length, their renewal, and detection of a clock that was set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

LEASE_S: Final = 30.0
"""Seconds that a claim holds.

A living process renews its leases; those of a killed one can be claimed after this.
"""
RENEW_EVERY: Final = timedelta(seconds=LEASE_S / 3)
LONGEST_LEASE: Final = timedelta(minutes=10)
"""Upper bound of a lease; a longer stored one was written while the clock was ahead."""
CLOCK_STEP: Final = timedelta(minutes=1)
"""Least step back that counts as a clock that was set, not steered.

A stored time further ahead was written while the clock was ahead.
"""


def was_set_back(last: datetime, now: datetime) -> bool:
    """Whether the clock was set back since ``last``."""
    return now < last - CLOCK_STEP


def is_renewal_due(renewed_at: datetime, now: datetime) -> bool:
    """Whether leases are to be renewed now.

    A clock that steps back at all makes it due: otherwise no lease is renewed until the clock has caught up.
    """
    return not timedelta(0) <= now - renewed_at < RENEW_EVERY
