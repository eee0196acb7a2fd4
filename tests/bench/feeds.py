"""What real feeds cost from the command line, by kind: ``watch import``, then ``poll --once`` in fresh processes.

A first load, two new of twenty entries in each feed, a round in which nothing changed and the server says so, one
in which a feed says anew when it was made and nothing else, and one in which the same comes again without
validators. Each feed answers after 50 ms. Where they are here, an older checkout and other programs read the same
feeds in the same round. A repeat is of another seed.

The total is of a process that reads feeds of all kinds, its start included. A kind's number is what a further feed
of it costs, in a process of its own.
"""

from __future__ import annotations

import shutil
import statistics
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.bench.feed_world.kinds import KINDS
from tests.bench.feed_world.programs import OURS, Kawaraban, Program, Spent, programs
from tests.bench.feed_world.site import ITEMS, NEW

from .child import running
from .report import Number, number

FEEDS: Final = 1_000
ALONE: Final = ("one feed", "all kinds")
"""Groups of feeds beside those of one kind: what a process costs that reads hardly any, and the total."""
ROUNDS: Final = (
    ("first load", "begin", ITEMS),
    ("2 new of 20", "next", NEW),
    ("all unchanged, 304", "", 0),
    ("only its own time is new", "head", 0),
    ("all unchanged, the same again", "bare", 0),
)
"""What it is called, what the site is told before, and how many entries are new."""
_Found = dict[tuple[str, str, str], list[Spent]]


def measure(
    folder: Path,
    repeats: int,
    *,
    feeds: int = FEEDS,
    older: Path | None = None,
    peers: bool = True,
    each: bool = True,
) -> list[Number]:
    """Every repeat begins with empty stores. ``peers``: by other programs, too. ``each``: by kind, too."""
    measured = [one for one in programs(older) if peers or isinstance(one, Kawaraban)]
    groups = _groups(feeds, each=each)
    found: _Found = {}
    imports: list[float] = []
    with running("feed_world.site") as address:
        for repeat in range(repeats):
            here = folder / f"feeds-{repeat}"
            for group, paths in groups.items():
                watched = [f"{address}/{kind}/{repeat}/{feed}.xml" for kind, feed in paths]
                for program in measured:
                    (here / group / program.name).mkdir(parents=True)
                    spent = program.subscribe(here / group / program.name, watched)
                    imports += [spent.wall_s] if program is measured[0] and group == ALONE[1] else []
            for name, told, new in ROUNDS:
                if told:
                    urllib.request.urlopen(f"{address}/{told}").close()  # noqa: S310 - our own server
                for group, paths in groups.items():
                    for program in measured if repeat % 2 else measured[::-1]:
                        spent = _polled(program, here / group / program.name, new * len(paths))
                        found.setdefault((program.name, name, group), []).append(spent)
            shutil.rmtree(here)
    numbers = [number(f"import of {len(groups[ALONE[1]]):,} feeds", "s", imports)]
    for name, _, _ in ROUNDS:
        numbers += _of_round(name, measured, groups, found)
    return numbers


def _groups(feeds: int, *, each: bool) -> dict[str, list[tuple[str, str]]]:
    """Kind and name of the feeds that are read by one process; those of all kinds in turn."""
    many = -(-feeds // len(KINDS))
    one, every = ALONE
    groups = {one: [("wordpress", "one0")], every: [(kind, f"all{at}") for at in range(many) for kind in KINDS]}
    return groups | ({kind: [(kind, f"own{at}") for at in range(many)] for kind in KINDS} if each else {})


def _polled(program: Program, folder: Path, new: int) -> Spent:
    """One round; a program that did not find what is new (others: nearly) would be measured for something else."""
    spent = program.poll(folder)
    if abs(spent.new - new) > (0 if isinstance(program, Kawaraban) else new // 100):
        msg = f"{program.name} found {spent.new} new entries in {folder.name}, not {new}"
        raise RuntimeError(msg)
    return spent


def _of_round(
    name: str, measured: Sequence[Program], groups: Mapping[str, Sequence[object]], found: _Found
) -> list[Number]:
    """Each kind, and the total beside what is wanted."""
    numbers: list[Number] = []
    one, every = ALONE
    totals = {
        program.name: [spent.cpu_s * 1000 / len(groups[every]) for spent in found[program.name, name, every]]
        for program in measured
    }
    for program in measured:
        who = "" if program.name == OURS else f" by {program.name}"
        lone = [spent.cpu_s for spent in found[program.name, name, one]]
        if program.name == OURS:
            walls = [spent.wall_s for spent in found[program.name, name, every]]
            numbers.append(number(f"{len(groups[every]):,} feeds, {name}", "s", walls))
        at_most = _wanted(totals) if program.name == OURS else None
        numbers.append(number(f"CPU a feed{who}, {name}", "ms", totals[program.name], at_most=at_most))
        numbers.append(number(f"CPU of a process with one feed{who}, {name}", "s", lone))
        for kind in (kind for kind in groups if kind not in ALONE):
            start, further = statistics.median(lone), len(groups[kind]) - 1
            costs = [(spent.cpu_s - start) * 1000 / further for spent in found[program.name, name, kind]]
            numbers.append(number(f"CPU a feed of {kind}{who}, {name}", "ms", costs))
    return numbers


def _wanted(totals: Mapping[str, Sequence[float]]) -> float | None:
    """A fifth of what ``reader`` takes, and never more than newsboat."""
    shares = {"reader": 5, "newsboat": 1}
    found = [statistics.median(costs) / shares[who] for who, costs in totals.items() if who in shares]
    return round(min(found), 2) if found else None
