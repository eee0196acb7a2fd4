"""What 1,000 feeds cost from the command line: ``watch import``, then ``poll --once`` in fresh processes.

A first load, a round with two new items of twenty in each feed, and a round in which nothing changed; feeds of
28 KB that answer after 50 ms.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .report import Number, number

FEEDS = 1_000
INTERVAL_S = 1
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took."""

    wall_s: float
    cpu_s: float


def measure(folder: Path, repeats: int) -> list[Number]:
    """Every repeat begins with an empty database."""
    rounds: dict[str, list[Spent]] = {}
    with running_site() as address:
        for repeat in range(repeats):
            here = folder / f"feeds-{repeat}"
            here.mkdir()
            lines = (f"feed\t{address}/{repeat}/{feed}.xml\n" for feed in range(FEEDS))
            (here / "feeds.tsv").write_text("".join(lines), encoding="utf-8")
            rounds.setdefault("import", []).append(_run(here, "watch", "import", "feeds.tsv"))
            for name, told in (("first load", 20), ("2 new of 20", 2), ("all unchanged", 0)):
                if name == "2 new of 20":
                    urllib.request.urlopen(f"{address}/next").close()  # noqa: S310 - our own server
                time.sleep(INTERVAL_S * 1.2)  # until all is due again
                rounds.setdefault(name, []).append(_run(here, "poll", "--once", "--json", expect=told))
            shutil.rmtree(here)
    wanted = {"first load": 5.0, "2 new of 20": 4.0, "all unchanged": 2.5}
    numbers = [number("import of 1,000 feeds", "s", [one.wall_s for one in rounds.pop("import")])]
    for name, spent in rounds.items():
        numbers.append(number(f"1,000 feeds, {name}", "s", [one.wall_s for one in spent], at_most=wanted[name]))
        cpu = [one.cpu_s * 1000 / FEEDS for one in spent]
        numbers.append(number(f"CPU a feed, {name}", "ms", cpu, at_most=4 if name == "first load" else None))
    return numbers


def _run(here: Path, *words: str, expect: int | None = None) -> Spent:
    """One command in a process of its own; ``expect``: so many new items in each feed, or the number is a lie."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "true",
        "KAWARABAN_POLL__INTERVAL_S": str(INTERVAL_S),
        "KAWARABAN_LOG__LEVEL": "ERROR",
    }
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", *words]
    with subprocess.Popen(command, cwd=here, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode or (expect is not None and f'"new_posts": {expect * FEEDS},' not in said):
        msg = f"{words} did not do what it is measured for: {process.returncode} {said[:500]}"
        raise RuntimeError(msg)
    return Spent(wall, usage.ru_utime + usage.ru_stime)


@contextmanager
def running_site() -> Iterator[str]:
    """The feeds' server in another process; ends with this one."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.feed_site"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as site:
        assert site.stdout is not None
        try:
            yield site.stdout.readline().strip()
        finally:
            site.terminate()
