"""``python -m tests.bench pace``: a pace on made topics of every kind beside other rules, as JSON."""

from __future__ import annotations

import json
import random
import sys
from typing import Final

from tests.bench.report import machine

from .measure import measure

TUNING_SEEDS: Final = range(100, 110)
"""Seeds that the constants of ``bot.core.pace`` were chosen on; a fresh seed is none of them."""
DAYS: Final = 30


def run(seed: int | None, days: int | None) -> int:
    """Measure and print; a fresh seed unless one is given."""
    chosen = random.SystemRandom().randrange(1_000, 1_000_000) if seed is None else seed
    found = {"machine": machine(), "is_tuning_seed": chosen in TUNING_SEEDS, **measure(chosen, days or DAYS)}
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return 0
