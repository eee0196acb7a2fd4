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


async def soak(
    folder: Path, *, days: int, publishers: int, seed: int, until_now: Path | None = None
) -> dict[str, Any]:
    """Run it; returns the report. ``until_now``: a file for the report as it is after each day."""
    began = time.monotonic()

    def say(day: Day) -> None:
        passed = time.monotonic() - began
        said = f"day {day.number}: {day.polls} polls, {day.failed} failed, {day.rss_mb} MB, {passed:.0f} s\n"
        sys.stderr.write(said)
        if until_now is not None:
            until_now.write_text(_written(report(running, seed=seed)), encoding="utf-8")

    async with zoo(folder, publishers=publishers, days=days, seed=seed) as running:
        await running.follow()
        await running.live(days, say)
        return report(running, seed=seed) | {"seconds": round(time.monotonic() - began)}


def _written(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """0 when every article was told exactly once and nobody was deaf."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--publishers", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until-now", type=Path, help="a file for the report as it is after each day")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        found = asyncio.run(
            soak(
                Path(folder),
                days=asked.days,
                publishers=asked.publishers,
                seed=asked.seed,
                until_now=asked.until_now,
            )
        )
    sys.stdout.write(_written(found))
    return int(bool(found["missed"] or found["doubled"] or found["old_told"] or found["late"] or found["deaf"]))


if __name__ == "__main__":
    sys.exit(main())
