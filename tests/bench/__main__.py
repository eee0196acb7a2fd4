"""``python -m tests.bench WHAT [--json]``: measure one thing, or ``all`` but ``surge``, ``pace`` and ``month``."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bot.core.surge.settings import Preset

from . import (
    about,
    cadence,
    digests,
    fanout,
    feeds,
    history,
    judging,
    large,
    latency,
    mixed,
    poll,
    postgres,
    start,
    stories,
)
from .pace import command as pace
from .pace import month
from .report import Number, as_text, machine
from .scale import command as scale
from .surge import command as surge


def main() -> None:
    """Measure, and print the numbers beside their targets."""
    asked = _arguments()
    if asked.what == "surge":
        sys.exit(surge.run(asked.series, asked.preset, asked.real, asked.seed))
    if asked.what == "pace":
        sys.exit(pace.run(asked.seed, asked.days))
    if asked.what == "month":
        chosen = 1 if asked.seed is None else asked.seed
        sys.exit(asyncio.run(month.run(asked.days or 30, asked.topics, asked.pace, asked.minutes, chosen)))
    found = _measured(asked)
    sys.stdout.write(_as_json(found) if asked.json else _as_lines(found))


def _measured(asked: argparse.Namespace) -> dict[str, list[Number]]:
    """The numbers of the measurements that were asked for."""
    found: dict[str, list[Number]] = {}
    with tempfile.TemporaryDirectory(prefix="kawaraban-bench-", dir=asked.folder) as folder:
        if asked.what in {"poll", "all"}:
            sizes = (asked.small, asked.large)
            found["poll"] = asyncio.run(poll.measure(Path(folder), sizes, asked.rounds or 7))
        found |= _of_servers(asked, Path(folder))
        if asked.what in {"start", "all"}:
            found["start"] = start.measure(Path(folder), asked.rounds or 7)
        if asked.what in {"feeds", "all"}:
            found["feeds"] = feeds.measure(
                Path(folder),
                asked.rounds or 3,
                feeds=asked.feeds,
                older=asked.older,
                peers=not asked.no_peers,
                each=not asked.only_total,
            )
        if asked.what in {"mixed", "all"}:
            found["mixed"] = asyncio.run(mixed.measure(Path(folder), asked.rounds or 7))
        if asked.what in {"large", "all"}:
            found["large"] = asyncio.run(large.measure(asked.rounds or 3))
        if asked.what in {"latency", "all"}:
            found["latency"] = asyncio.run(latency.measure(Path(folder), asked.rounds or 3))
        if asked.what in {"fanout", "all"}:
            measure = fanout.measure_pictures if asked.pictures else fanout.measure
            found["fanout"] = asyncio.run(measure(Path(folder), asked.rounds or 1))
        if asked.what == "history":
            found["history"] = asyncio.run(history.measure(Path(folder)))
        if asked.what in {"digests", "all"}:
            found["digests"] = asyncio.run(digests.measure(Path(folder), asked.rounds or 7))
        found |= _of_decisions(asked)
    return found


def _of_servers(asked: argparse.Namespace, folder: Path) -> dict[str, list[Number]]:
    """What needs a PostgreSQL server's programs; ``scale`` takes half an hour."""
    if asked.what == "postgres":
        return {"postgres": asyncio.run(postgres.measure(folder, asked.small, asked.rounds or 7))}
    if asked.what == "scale":
        return {"scale": scale.measure(folder, asked.rounds or 5, asked.watches)}
    return {}


def _of_decisions(asked: argparse.Namespace) -> dict[str, list[Number]]:
    """What needs no files."""
    found: dict[str, list[Number]] = {}
    if asked.what in {"cadence", "all"}:
        size = cadence.QUICK if asked.quick else cadence.Size()
        found["cadence"] = cadence.measure(asked.rounds or 2, size)
    if asked.what in {"judging", "all"}:
        found["judging"] = asyncio.run(judging.measure(asked.rounds or 3))
    if asked.what in {"stories", "all"}:
        found["stories"] = stories.measure(asked.rounds or 3)
    if asked.what in {"about", "all"}:
        found["about"] = about.measure(asked.rounds or 7)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    whats = [
        "poll",
        "postgres",
        "scale",
        "start",
        "feeds",
        "mixed",
        "large",
        "fanout",
        "latency",
        "digests",
        "cadence",
        "judging",
        "stories",
        "about",
        "history",
        "surge",
        "pace",
        "month",
        "all",
    ]
    parser.add_argument("what", choices=whats)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--rounds",
        type=int,
        help="repeats (default: 7, of feeds, large, latency and stories 3, of cadence 2, of fanout 1)",
    )
    parser.add_argument("--small", type=int, default=10_000, help="stored posts of the small database")
    parser.add_argument("--large", type=int, default=1_000_000, help="stored posts of the large one")
    parser.add_argument(
        "--watches", type=int, default=1_000_000, help="watches of scale's large database (0: none is made)"
    )
    parser.add_argument("--quick", action="store_true", help="a smaller world for cadence")
    parser.add_argument("--feeds", type=int, default=feeds.FEEDS, help="feeds that are read, of all kinds")
    parser.add_argument("--older", type=Path, help="another checkout of this program that reads the same feeds")
    parser.add_argument("--no-peers", action="store_true", help="measure no other programs")
    parser.add_argument("--only-total", action="store_true", help="do not measure each kind of feed for itself")
    parser.add_argument("--pictures", action="store_true", help="each post of fanout has a picture to upload")
    parser.add_argument("--folder", help="where the databases are made for the time being")
    of_surge = parser.add_argument_group("surge")
    of_surge.add_argument(
        "--series", type=Path, help="print the alerts of this CSV (timestamp,value), one JSON line each"
    )
    of_surge.add_argument("--preset", type=Preset, choices=list(Preset), default=Preset.EVERY, help="sensitivity")
    of_surge.add_argument(
        "--real", type=Path, default=surge.REAL_SERIES, help="folder of real series that are judged"
    )
    of_surge.add_argument("--seed", type=int, help="seed of the made series (default: a fresh one)")
    parser.add_argument("--days", type=int, help="simulated days of pace and month (default: 30)")
    parser.add_argument("--topics", type=int, default=200, help="topics of month, of all kinds")
    parser.add_argument("--pace", type=int, default=5, help="alerts a day of each topic of month")
    parser.add_argument("--minutes", type=int, default=30, help="simulated minutes between two polls of month")
    return parser.parse_args()


def _as_json(found: dict[str, list[Number]]) -> str:
    told = {what: [asdict(each) for each in numbers] for what, numbers in found.items()}
    return json.dumps({"machine": machine(), **told}, ensure_ascii=False, indent=2) + "\n"


def _as_lines(found: dict[str, list[Number]]) -> str:
    on = machine()
    head = f"{on['cpu']}, {on['cores']} cores, Python {on['python']}, SQLite {on['sqlite']}, load {on['load']}"
    lines = [as_text(each) for numbers in found.values() for each in numbers]
    return "\n".join([head, *lines, ""])


if __name__ == "__main__":
    if "--fit" in sys.argv:
        sys.stdout.write(f"{stories.learn()}\n")
    else:
        main()
