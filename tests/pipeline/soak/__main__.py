"""``python -m tests.pipeline.soak --days 30 --publishers 60 --seed 1``: a report in JSON, progress on stderr."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .judge import report
from .run import Day, zoo


async def soak(folder: Path, *, days: int, publishers: int, seed: int) -> dict[str, Any]:
    """Run it; returns the report."""
    began = time.monotonic()

    def say(day: Day) -> None:
        passed = time.monotonic() - began
        said = f"day {day.number}: {day.looks} looks, {day.failed} failed, {day.rss_mb} MB, {passed:.0f} s\n"
        sys.stderr.write(said)

    async with zoo(folder, publishers=publishers, days=days, seed=seed) as running:
        await running.follow()
        await running.live(days, say)
        return report(running, seed=seed) | {"seconds": round(time.monotonic() - began)}


def main() -> int:
    """0 when every article was told exactly once and nobody was deaf."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--publishers", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        found = asyncio.run(soak(Path(folder), days=asked.days, publishers=asked.publishers, seed=asked.seed))
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return int(bool(found["missed"] or found["doubled"] or found["old_told"] or found["late"] or found["deaf"]))


if __name__ == "__main__":
    sys.exit(main())
