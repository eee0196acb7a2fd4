"""Crash runs: a bot killed with ``kill -9`` again and again while Discord loses answers, and then a judge.

    .venv/bin/python -m tests.pipeline.crash --runs 300

A run is a world of its own: three channels, a thread and a forum in two servers, two topics, five digests that are
due, posts that come and rise; four or more deaths at named steps, at any statement, in a migration, in the middle
of a request or at any moment; and pauses in which Discord forgets the nonces. Over it all comes Discord's weather
(``crash_weather``): ten minutes of refusals, outages of servers, rights taken and given back, threads that fall
asleep; meanwhile people ask in public and posts are taken down. Then a bot is left alone, and the judge asks what
the channels hold.
``--runs 1 --seed 17``
repeats number 17 (the same script; how fast everybody is stays the machine's).

``--cluster``: two gateways, three pollers and two senders as processes over a PostgreSQL server, which are killed,
paused, cut off from it, or left without it (``cluster_faults``).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from tests.fakes.discord.faults import Fault
from tests.pipeline.crash.cluster import Cluster, Faults, a_cluster
from tests.pipeline.crash.cluster_faults import faults
from tests.pipeline.crash.crash_check import Findings, judge
from tests.pipeline.crash.kill_points import AFTER_A_PAUSE, AFTER_A_RESTORE, STEPS, UPGRADES
from tests.pipeline.crash.weather import START_S, weather
from tests.pipeline.crash.world import HOURLY_LIMIT, SEND, WentWrong, World, a_world
from tests.postgres_server import SAFE, Server, running_server

TOGETHER = 12
"""Worlds at once: most of a run is waiting."""
CLUSTERS_TOGETHER = 3
"""Each has seven processes and a database server."""
CLUSTER_FAULTS = 6
SITE_TAKES_S = 0.2
"""For an answer, so that two pollers at once would be seen."""
ROUNDS = 3
LIFE_S = 8.0
"""How long a bot lives in the weather."""
KILL_AFTER_S = 3.0
"""How long a bot may take to reach its step; then it is killed where it is."""


@dataclass(frozen=True)
class Play:
    """What is played: the seed's script, or the death at one step."""

    seed: int = 0
    step: str = ""
    calm: bool = False
    """Without Discord's own faults: kills, lost answers and 503s only."""
    restored: bool = False
    """A copy is made under load, and put back after the last kill."""
    cluster: bool = False
    """Processes with roles over PostgreSQL."""
    faults: int = CLUSTER_FAULTS
    """Of the cluster's processes and server."""

    @property
    def name(self) -> str:
        return self.step or f"seed {self.seed}{self._kind.replace(' --', ' ')}"

    @property
    def _kind(self) -> str:
        words = ("calm", "restored", "cluster")
        return "".join(f" --{word}" for word in words if getattr(self, word))

    @property
    def again(self) -> str:
        """How to play it again."""
        if self.step:
            return f"-m pytest tests/pipeline/crash/test_killed.py -k '{self.step}'"
        return f"-m tests.pipeline.crash --runs 1 --seed {self.seed}{self._kind}"


@dataclass(frozen=True)
class Verdict:
    """How a play ended."""

    play: Play
    kills: int
    seconds: float
    folder: Path
    findings: Findings
    faults: Faults | None = None
    """Of a cluster."""

    def __str__(self) -> str:
        """What went wrong, and how to see it again."""
        lines = [f"{self.play.name} ({self.kills} kills, {self.folder})", *self.findings.violations]
        return "\n  ".join([*lines, f"again: .venv/bin/python {self.play.again}"])


async def play_out(play: Play, folder: Path) -> Verdict:
    """One play in an empty folder, and its verdict."""
    begun = time.monotonic()
    chance = random.Random(play.seed)
    ceiling = HOURLY_LIMIT if chance.random() < 0.25 and not play.step else 0
    async with a_world(folder, play.seed, ceiling=ceiling) as world:
        trouble: list[str] = []
        try:
            await _live(world, play, chance)
            world.server.faults.clear()
            with world.bot() as process:
                await world.settle_what_is_too_heavy(process)
            await world.run_until_quiet()
        except WentWrong as error:
            trouble.append(str(error))
        findings = judge(world)
        findings.violations += trouble
        return Verdict(play, world.kills, time.monotonic() - begun, folder, findings)


async def play_out_in_a_cluster(play: Play, folder: Path, server: Server) -> Verdict:
    """One play of processes with roles, over an empty database of a server."""
    begun = time.monotonic()
    chance = random.Random(f"cluster {play.seed}")
    url = await asyncio.to_thread(server.new_database, f"seed{play.seed}")
    async with a_world(folder, play.seed, url=url) as world:
        world.site.on_request = partial(asyncio.sleep, SITE_TAKES_S)
        trouble: list[str] = []
        async with a_cluster(world, server) as cluster:
            try:
                await _live_in_a_cluster(cluster, play, chance)
                world.server.faults.clear()
                await world.settle_what_is_too_heavy(cluster)
                await cluster.settle()
            except* WentWrong as group:
                trouble += _sentences(group)
        findings = judge(world)
        cluster.judge(findings)
        findings.violations += trouble
        return Verdict(play, world.kills, time.monotonic() - begun, folder, findings, cluster.faults)


def _sentences(error: BaseException) -> list[str]:
    """What went wrong, out of groups of groups."""
    if isinstance(error, BaseExceptionGroup):
        return [sentence for one in error.exceptions for sentence in _sentences(one)]
    return [str(error)]


async def _live_in_a_cluster(cluster: Cluster, play: Play, chance: random.Random) -> None:
    cluster.world.misbehave()
    async with asyncio.TaskGroup() as group:
        if not play.calm:
            group.create_task(weather(cluster.world, random.Random(f"weather {play.seed}")))
        await faults(cluster, chance, play.faults)


async def _live(world: World, play: Play, chance: random.Random) -> None:
    """All that happens before the bot is left alone."""
    if play.step:
        await _die_at_the_step(world, play.step)
    elif play.restored:
        await _die_and_go_back(world, chance)
    elif play.calm:
        await _die_often(world, chance)
    else:
        async with asyncio.TaskGroup() as group:
            sky = group.create_task(weather(world, random.Random(f"weather {play.seed}")))
            await _die_often(world, chance)
            while not sky.done():
                await _die_in_the_weather(world, chance, sky)


async def _die_at_the_step(world: World, step: str) -> None:
    """Death at a named step, with the first answer of Discord lost; meanwhile more is published."""
    world.publish_for_all()
    if step in UPGRADES:
        await _die_at(world, "after the sealing")
        world.upgraded = True
    world.server.faults.next(SEND, Fault.drop_answer())
    await _die_at(world, step)
    world.publish_for_all()


async def _die_at(world: World, step: str) -> None:
    with world.bot(step) as process:
        if not await process.ended(20):
            msg = f"the bot did not come to {step!r}"
            raise WentWrong(msg)


async def _die_often(world: World, chance: random.Random) -> None:
    """Several deaths, some while an upgrade is made, some before a pause."""
    world.misbehave()
    upgrade_in = chance.randrange(ROUNDS) if chance.random() < 0.4 else None
    for number in range(ROUNDS):
        world.publish(chance)
        if number == upgrade_in:
            await _die_upgrading(world, chance)
        await chance.choice((_die_somewhere, _die_somewhere, _die_any_time, _die_in_mid_air))(world, chance)
        if chance.random() < 0.3:
            await world.let_the_nonce_be_forgotten()
            await _die_after_the_pause(world, chance)
    world.publish(chance)


async def _die_and_go_back(world: World, chance: random.Random) -> None:
    """A copy made under load, more deliveries and deaths, the copy put back, deaths while histories are read."""
    world.misbehave()
    world.surges = False  # what was counted since the copy is lost, so that no bot can know the same surge again
    for _ in range(chance.randint(0, 2)):
        world.publish(chance)
        await chance.choice((_die_somewhere, _die_any_time))(world, chance)
    world.publish(chance)
    with world.bot() as process:
        await process.ended(chance.uniform(0.3, 2.5))
        copy = await world.back_up()
        world.publish(chance)
        await process.ended(chance.uniform(0.2, 2.5))
        await world.take_down(random.Random(f"take-down {chance.random()}"))
    for _ in range(chance.randint(1, 3)):
        world.publish(chance)
        await chance.choice((_die_somewhere, _die_any_time, _die_in_mid_air))(world, chance)
    await world.restore(copy)
    for _ in range(chance.randint(0, 2)):
        world.publish(chance, at_least=0)
        await chance.choice((_die_any_time, _die_reading))(world, chance)


async def _die_reading(world: World, chance: random.Random) -> None:
    """While the histories since the copy are read."""
    with world.bot(chance.choice(tuple(AFTER_A_RESTORE)), passes=chance.choice((0, 1, 3))) as process:
        await process.ended(KILL_AFTER_S)


async def _die_upgrading(world: World, chance: random.Random) -> None:
    """The next version is installed; its migration is killed twice."""
    world.upgraded = True
    for _ in range(2):
        with world.bot("at any statement of a migration", passes=chance.randint(0, 12)) as process:
            await process.ended(KILL_AFTER_S / 2)


async def _die_somewhere(world: World, chance: random.Random) -> None:
    """At a named step, or at any statement."""
    step = chance.choice((*STEPS, "at any statement"))
    passes = chance.randint(0, 150) if step == "at any statement" else chance.choice((0, 0, 1, 2, 5))
    with world.bot(step, passes) as process:
        if not await process.ended(chance.uniform(0.5, KILL_AFTER_S)):
            world.publish(chance, at_least=0)
            await process.ended(KILL_AFTER_S)


async def _die_after_the_pause(world: World, chance: random.Random) -> None:
    """Around the reading of history."""
    with world.bot(chance.choice(tuple(AFTER_A_PAUSE)), passes=chance.choice((0, 0, 1))) as process:
        await process.ended(KILL_AFTER_S / 2)


async def _die_any_time(world: World, chance: random.Random) -> None:
    """At a moment between the start and a while after the first messages."""
    with world.bot() as process:
        await process.ended(chance.uniform(0.05, KILL_AFTER_S))


async def _die_in_mid_air(world: World, chance: random.Random) -> None:
    """While Discord, which took the message, is about to answer."""
    taken = len(world.server.messages())
    skip = chance.randint(0, 1)
    world.server.faults.next(SEND, Fault.accept_and_hang(), skip=skip)
    with world.bot() as process:
        for _ in range(int(KILL_AFTER_S / 0.05)):
            if len(world.server.messages()) > taken + skip or await process.ended(0.05):
                return


async def _die_in_the_weather(world: World, chance: random.Random, sky: asyncio.Task[None]) -> None:
    """After some seconds of work, or at a step that came often."""
    step = chance.choice(("", "", *STEPS, "at any statement"))
    with world.bot(step, passes=chance.randint(5, 60)) as process:
        with contextlib.suppress(TimeoutError):
            await world.server.wait_connected(START_S)
        left = chance.uniform(1, LIFE_S)
        while left > 0 and not sky.done() and not await process.ended(0.2):
            left -= 0.2


async def play_all(
    plays: Sequence[Play], folder: Path, *, together: int = TOGETHER, servers: Sequence[Server] = ()
) -> AsyncIterator[Verdict]:
    """Play, many at once; verdicts as they come. ``folder`` gets one for each play.

    ``servers``: for plays of a cluster, each on one of them, alone.
    """
    room = asyncio.Semaphore(together)
    free = list(servers)

    async def one(play: Play) -> Verdict:
        async with room:
            own = folder / play.name.replace(" ", "-")
            own.mkdir(parents=True)
            if not play.cluster:
                return await play_out(play, own)
            server = free.pop()
            try:
                return await play_out_in_a_cluster(play, own, server)
            finally:
                free.append(server)

    for verdict in asyncio.as_completed([asyncio.ensure_future(one(play)) for play in plays]):
        yield await verdict


# -- the command ---------------------------------------------------------------------------------------------


@dataclass
class Totals:
    """The last line."""

    runs: int = 0
    kills: int = 0
    messages: int = 0
    alerts: int = 0
    digests: int = 0
    surges: int = 0
    repeats: int = 0
    doubles: int = 0
    losses: int = 0
    hidden: int = 0
    folded: int = 0
    pictures: int = 0
    exposed: int = 0
    heavy: int = 0
    violations: int = 0
    seconds: float = 0.0
    faults: Faults = field(default_factory=Faults)

    def add(self, verdict: Verdict) -> None:
        """Count a run."""
        found = verdict.findings
        self.runs += 1
        self.kills += verdict.kills
        self.messages += found.messages
        self.alerts += found.alerts
        self.digests += found.digests
        self.surges += found.surges
        self.repeats += found.repeats
        self.doubles += found.doubles
        self.losses += found.losses
        self.hidden += found.hidden
        self.folded += found.folded
        self.pictures += found.pictures
        self.exposed += found.exposed
        self.heavy += found.heavy
        self.violations += len(found.violations)
        self.faults.add(verdict.faults or Faults())

    def __str__(self) -> str:
        """The figures in a sentence."""
        return (
            f"{self.runs} runs, {self.kills} kills, {self.alerts} alerts, {self.digests} digests and "
            f"{self.surges} surges in "
            f"{self.messages} messages "
            f"({self.repeats} repeated under their nonce), {self.hidden} posts taken down, "
            f"{self.folded} posts counted in an alert of their story, {self.pictures} pictures, "
            f"{self.heavy} alerts that always failed; {self.doubles} doubles, {self.losses} losses, "
            f"{self.exposed} still readable, {self.violations} violations, {self.seconds:.0f} s"
            f"{f'; {self.faults}' if self.faults.kills else ''}"
        )


async def dry_run(
    plays: Sequence[Play],
    folder: Path,
    together: int,
    say: Callable[[str], None],
    servers: Sequence[Server] = (),
) -> Totals:
    """Play them all; ``say`` hears of each run that broke a promise."""
    totals, begun, back = Totals(), time.monotonic(), "\r" if sys.stderr.isatty() else ""
    async for verdict in play_all(plays, folder, together=together, servers=servers):
        totals.add(verdict)
        totals.seconds = time.monotonic() - begun
        if verdict.findings.violations:
            say(f"{back}{verdict}\n")
        if back or verdict.play.cluster:  # minutes pass between two runs of a cluster
            say(f"{back}{totals}{' ' if back else chr(10)}")
    return totals


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.pipeline.crash",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0, help="of the first run; the next ones count up")
    parser.add_argument(
        "--together", type=int, help=f"worlds at once ({TOGETHER}; of a cluster, {CLUSTERS_TOGETHER})"
    )
    parser.add_argument("--cluster", action="store_true", help="processes with roles over PostgreSQL")
    parser.add_argument("--faults", type=int, default=CLUSTER_FAULTS, help="of a cluster, a run")
    parser.add_argument("--calm", action="store_true", help="without Discord's own faults")
    parser.add_argument("--restored", action="store_true", help="a copy is made under load, and put back")
    parser.add_argument("--json", action="store_true", help="the last line as JSON")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """1 when a promise was broken in any run; the folders of all runs are kept then."""
    options = _arguments(argv)
    seeds = range(options.seed, options.seed + options.runs)
    together = options.together or (CLUSTERS_TOGETHER if options.cluster else TOGETHER)
    plays = [
        Play(seed, calm=options.calm, restored=options.restored, cluster=options.cluster, faults=options.faults)
        for seed in seeds
    ]
    folder = Path(tempfile.mkdtemp(prefix="kawaraban-crash-"))
    with ExitStack() as stack:
        count = min(together, len(plays)) if options.cluster else 0
        servers = [stack.enter_context(running_server(SAFE)) for _ in range(count)]
        totals = asyncio.run(dry_run(plays, folder, together, _say, servers))
    _say("\r" if sys.stderr.isatty() else "")
    sys.stdout.write((msgspec.json.encode(totals).decode() if options.json else str(totals)) + "\n")
    if totals.violations:
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
