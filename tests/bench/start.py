"""What a start costs: a program with 10,000 watches and 20,000 subscriptions, in a fresh process each time."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from .report import Number, number

WATCHES, SUBSCRIPTIONS = 10_000, 20_000


def measure(
    folder: Path, repeats: int, *, watches: int = WATCHES, subscriptions: int = SUBSCRIPTIONS
) -> list[Number]:
    """Open, claim what is due, and look at the peak of memory; everything is due, as after a long night."""
    from tests.bench.worlds.seed import seed  # noqa: PLC0415 - the child below measures its imports

    seen = []
    for repeat in range(repeats):
        path = folder / f"start-{repeat}.db"
        seed(path, watches=WATCHES, begin=datetime.now(UTC), subscriptions=SUBSCRIPTIONS, due=True, posts=False)
        began = time.perf_counter()
        child = subprocess.run(
            [sys.executable, "-m", "tests.bench.start", str(path)], check=True, capture_output=True, text=True
        )
        seen.append(json.loads(child.stdout) | {"whole_s": time.perf_counter() - began})
    return [
        number("start, from the command to all claimed", "s", [each["whole_s"] for each in seen], at_most=3),
        number("of it imports", "s", [each["imports_s"] for each in seen]),
        number("of it opening the services", "s", [each["open_s"] for each in seen]),
        number("of it the first claim", "s", [each["first_claim_s"] for each in seen]),
        number("of it claiming all the rest", "s", [each["all_claims_s"] for each in seen]),
        number("peak memory", "MB", [each["peak_mb"] for each in seen], at_most=200),
    ]


async def start(path: str) -> dict[str, float]:
    """In the fresh process: the time of each step, and the peak of resident memory."""
    began = time.perf_counter()
    from bot import app, bootstrap  # noqa: PLC0415 - its time is part of the number
    from config.settings import Settings  # noqa: PLC0415

    settings = Settings(
        _env_file=None,
        database={"url": f"sqlite:///{path}"},
        sources={"trendpage": {"url": "http://127.0.0.1:9/{topic}"}},
    )
    imported = time.perf_counter()
    async with app.open_services(settings) as services:
        opened = time.perf_counter()
        first = await services.storage.watches.claim_due(
            bootstrap.utc_now(), limit=settings.poll.concurrency, lease_s=120
        )
        claimed = time.perf_counter()
        rest = await services.storage.watches.claim_due(bootstrap.utc_now(), limit=WATCHES, lease_s=120)
        done = time.perf_counter()
    if not first or not rest:
        msg = "nothing was due: this measures nothing"
        raise RuntimeError(msg)
    return {
        "imports_s": imported - began,
        "open_s": opened - imported,
        "first_claim_s": claimed - opened,
        "all_claims_s": done - claimed,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(start(sys.argv[1]))))
