"""Processes with roles over one PostgreSQL database; a supervisor starts each again when it ended."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import pairwise

import psycopg

from bot.core.roles import Role, Shards
from bot.core.text import make_topic
from bot.storage.postgres.lock_keys import LockKey
from tests.fakes.discord.people import NotOffered
from tests.fakes.discord.world import Channel
from tests.pipeline.crash.bot_process import RETRIED, BotProcess, Orders, bot_process, until
from tests.pipeline.crash.crash_check import Findings
from tests.pipeline.crash.world import TOPICS, WentWrong, World
from tests.postgres_server import NoServer, Server

GATEWAYS, POLLERS, SENDERS = 2, 3, 2
BACK_AFTER_S = 0.5
"""Between the end of a process and its next start."""
ACTIVE_WITHIN_S = 90.0
"""Only where no sender ever becomes active: a busy machine may need long for a start."""
SPACING_S = 0.2
"""Between two requests to the site, over all pollers."""
_SPACING_SEEN = 0.5
"""Part of it that must be left when requests are sent: a busy process comes late to one of them."""
WANTED_S = 10.0
"""A sender is to be followed by another one within so many seconds."""
_ACTIVE = re.compile(r"(\d+) (\d+\.\d+) \S+ this process is the active sender now")
_LOST = re.compile(r"(\d+) (\d+\.\d+) \S+ no longer the active sender")
_BUSY = re.compile(r"database is busy|lost during COMMIT")
OURS = "FROM pg_stat_activity WHERE application_name = 'kawaraban' AND datname = current_database()"
"""The bot's connections, with their ``pid``."""
SENDER_LOCK = f"""
SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database()
  AND l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = {LockKey.SENDER:d}
"""  # noqa: S608 - a constant
"""The connection that holds the lock of the active sender."""


@dataclass
class Member:
    """A process of the cluster. ``process``: None between its end and its next start."""

    role: Role
    shards: Shards = Shards()
    process: BotProcess | None = None


@dataclass
class Faults:
    """Counts of a run. ``take_overs``: seconds until a sender was active after one was lost."""

    kills: Counter[str] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    """Processes that ended by themselves, by role and exit code."""
    take_overs: list[tuple[str, float]] = field(default_factory=list)
    commands: int = 0
    """Commands of people that were answered."""
    hidden: int = 0
    """Posts that a server's moderator hid by ``/hide``."""
    visits: int = 0

    def add(self, other: Faults) -> None:
        self.kills += other.kills
        self.retried += other.retried
        self.exits += other.exits
        self.take_overs += other.take_overs
        self.commands += other.commands
        self.hidden += other.hidden
        self.visits += other.visits

    def __str__(self) -> str:
        """The figures in a few lines."""
        seconds = sorted(took for _, took in self.take_overs) or [0.0]
        worst = sorted(self.take_overs, key=lambda each: -each[1])[:3]
        return (
            f"faults {dict(self.kills)}, run again {dict(self.retried)}, ended by themselves {dict(self.exits)}, "
            f"{self.commands} commands answered, {self.hidden} posts hidden by /hide, "
            f"{self.visits} requests of pollers; {len(self.take_overs)} "
            f"take-overs, median {seconds[len(seconds) // 2]:.1f} s, longest {seconds[-1]:.1f} s, "
            f"{sum(one > WANTED_S for one in seconds)} above {WANTED_S:.0f} s "
            f"({', '.join(f'{name} {took:.1f}' for name, took in worst)})"
        )


class Cluster:
    """Two gateways, three pollers and two senders. ``talk``: channels in which people subscribe meanwhile."""

    def __init__(self, world: World, server: Server) -> None:
        self.world, self.server = world, server
        self.faults = Faults()
        self.talk: list[Channel] = [
            world.server.add_channel(guild, f"talk-{number}") for number, guild in enumerate(world.guilds)
        ]
        world.others = self.talk
        self.members = [
            *(Member(Role.GATEWAY, Shards((number,), GATEWAYS)) for number in range(GATEWAYS)),
            *(Member(Role.POLLER) for _ in range(POLLERS)),
            *(Member(Role.SENDER) for _ in range(SENDERS)),
        ]
        self._unwanted: list[tuple[Channel, str]] = []
        """Posts that a moderator of a channel's server wants to be hidden there."""
        self._last_news: list[str] = []
        self._log_read = 0
        self._active: tuple[int, float] | None = None

    # -- processes -------------------------------------------------------------------------------------------

    exit_code = None
    """See ``Running``: a cluster does not end."""

    async def ended(self, wait_s: float) -> bool:
        """Never: whoever ends is started again."""
        await asyncio.sleep(wait_s)
        return False

    def of(self, role: Role) -> list[Member]:
        """The processes of a role that run now."""
        return [one for one in self.members if one.role is role and one.process is not None]

    async def keep(self, member: Member) -> None:
        """Start a process again whenever it ended, until cancelled."""
        while True:
            settings = self.world.environment(spacing_s=SPACING_S)
            orders = Orders(settings, self.world.log, roles=(member.role,), shards=member.shards)
            with bot_process(orders) as process:
                member.process = process
                try:
                    while not await process.ended(60):
                        pass
                    if process.exit_code != -signal.SIGKILL:
                        self.faults.exits[f"{member.role} {process.exit_code}"] += 1
                finally:
                    member.process = None
            await asyncio.sleep(BACK_AFTER_S)

    async def kill(self, member: Member) -> None:
        """Kill a process, and wait until that is noticed."""
        process = member.process
        if process is not None:
            process.signal(signal.SIGKILL)
            self.world.kills += 1
            await until(lambda: member.process is not process, 30)

    async def pause(self, member: Member, seconds: float) -> None:
        """Stop a process, and wake it."""
        process = member.process
        if process is not None:
            process.signal(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            process.signal(signal.SIGCONT)

    # -- the active sender -----------------------------------------------------------------------------------

    async def active(self) -> Member:
        """The active sender, as the log says. Raises WentWrong when there is none for long."""
        found: list[Member] = []

        def is_there() -> bool:
            self._read_log()
            active = self._active
            found[:] = [
                one for one in self.of(Role.SENDER) if active and one.process and one.process.pid == active[0]
            ]
            return bool(found)

        try:
            await until(is_there, ACTIVE_WITHIN_S, every_s=0.05)
        except TimeoutError:
            msg = f"no sender is active for {ACTIVE_WITHIN_S:.0f} s"
            raise WentWrong(msg) from None
        return found[0]

    async def taken_over(self, name: str, since: float) -> None:
        """Wait until a term began after a time (``time.time()``), and note how long it took."""

        def has_begun() -> bool:
            self._read_log()
            return self._active is not None and self._active[1] > since

        try:
            await until(has_begun, ACTIVE_WITHIN_S, every_s=0.05)
        except TimeoutError:
            msg = f"no sender took over within {ACTIVE_WITHIN_S:.0f} s after: {name}"
            raise WentWrong(msg) from None
        assert self._active is not None
        self.faults.take_overs.append((name, self._active[1] - since))

    def _read_log(self) -> None:
        if not self.world.log.exists():
            return
        with self.world.log.open("rb") as log:
            log.seek(self._log_read)
            read = log.read()
        read = read[: read.rfind(b"\n") + 1]
        self._log_read += len(read)
        for line in read.decode(errors="replace").splitlines():
            if found := _ACTIVE.match(line):
                self._active = int(found[1]), float(found[2])
            elif (found := _LOST.match(line)) and self._active and self._active[0] == int(found[1]):
                self._active = None
            elif RETRIED in line:
                self.faults.retried[line.rpartition(": ")[2]] += 1
            elif _BUSY.search(line):
                self.faults.retried["busy"] += 1

    # -- the database server ---------------------------------------------------------------------------------

    async def cut(self, wanted: str) -> None:
        """End the connections whose process ids a query finds (``pg_terminate_backend``)."""

        def work() -> None:
            with closing(psycopg.connect(self.world.url, autocommit=True)) as connection:
                ids = [pid for (pid,) in connection.execute(wanted.encode())]
                connection.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", (ids,))

        await asyncio.to_thread(work)

    async def restart_server(self, away_s: float) -> float:
        """Kill the server's first process and start it again; returns when its last start began.

        A sender may be there before the start is over.
        """
        await asyncio.to_thread(self.server.kill)
        await asyncio.sleep(away_s)
        for _ in range(60):
            began = time.time()
            try:
                await asyncio.to_thread(self.server.start)
            except NoServer:  # its memory is still in use by a session that ends
                await asyncio.sleep(0.5)
            else:
                return began
        msg = "the database server does not start any more"
        raise WentWrong(msg)

    # -- people ----------------------------------------------------------------------------------------------

    async def ask(self, channel: Channel, command: str, topic: str, *, wait_s: float = 5.0) -> bool:
        """Somebody subscribes or unsubscribes; False where no gateway answered in time."""
        assert channel.guild is not None
        options = {"min_rp": 100} if command == "subscribe" else {}
        try:
            await self.world.server.slash(
                channel, channel.guild.owner, command, topic=topic, wait_s=wait_s, **options
            )
        except (NotOffered, TimeoutError):
            return False
        self.faults.commands += 1
        return True

    async def hide(self, channel: Channel, post_id: str, *, wait_s: float = 5.0) -> None:
        """A server's moderator hides a post there, by ``/hide`` and its button; at the end again if in vain."""
        assert channel.guild is not None
        owner, server = channel.guild.owner, self.world.server
        if (channel, post_id) not in self._unwanted:
            self._unwanted.append((channel, post_id))
        link = f"https://x.com/i/status/{post_id}"
        with contextlib.suppress(NotOffered, TimeoutError):
            asked = await server.slash(channel, owner, "hide", post=link, reason="宣伝", wait_s=wait_s)
            if asked.original is not None and asked.original.custom_ids:  # else a sentence, such as "busy"
                sure = asked.original.custom_ids[0]
                await server.click(asked.original, owner, sure, wait_s=wait_s)
        hidden = self.world.hidden_of[channel.guild.id]
        if post_id not in hidden and await self.world.is_hidden_in(channel.guild, post_id):
            hidden.add(post_id)
            self.faults.hidden += 1

    async def hide_for_good(self) -> None:
        """At last each post that a moderator wanted to be hidden is."""
        for channel, post_id in self._unwanted:
            assert channel.guild is not None
            for _ in range(30):
                if post_id in self.world.hidden_of[channel.guild.id]:
                    break
                await self.hide(channel, post_id, wait_s=20)
            else:
                msg = f"nobody can hide {post_id} in {channel.name}"
                raise WentWrong(msg)

    async def subscribe_for_good(self) -> None:
        """At last each of their channels follows both topics."""
        for channel in self.talk:
            for topic in TOPICS:
                for _ in range(30):
                    if self._follows(channel, topic):
                        break
                    if not await self.ask(channel, "subscribe", topic, wait_s=20):
                        await asyncio.sleep(1)
                else:
                    msg = f"nobody can subscribe to {topic} in {channel.name}"
                    raise WentWrong(msg)

    def _follows(self, channel: Channel, topic: str) -> bool:
        rows = self.world.rows("SELECT channel_id, topic_key FROM subscriptions WHERE removed_at IS NULL")
        return (channel.id, make_topic(topic).key) in [tuple(row) for row in rows]

    async def settle(self) -> None:
        """Faults are over: the last news reach everybody. Raises WentWrong."""
        await self.subscribe_for_good()
        await self.hide_for_good()
        await self.world.quiet(self)
        told = len(self.world.posts)
        self.world.publish_for_all()
        last = [one.post.text for one in self.world.posts[told:]]
        await self.world.quiet(self)
        with contextlib.suppress(TimeoutError):
            await until(lambda: all(self._times(c, text) for c in self.talk for text in last), 60)
        self._last_news = last

    def _times(self, channel: Channel, text: str) -> int:
        """How often a text stands in a channel; the message of a surge shows posts that were sent before."""
        messages = (one for one in self.world.delivered(channel) if not self.world.is_of_surge(one))
        return sum(message.text.count(text) for message in messages)

    # -- what the record says --------------------------------------------------------------------------------

    def judge(self, findings: Findings) -> None:
        """Beside what holds for any run: channels of people, and one poller at a time at a site."""
        self._read_log()
        for channel in self.talk:
            for text in (one.post.text for one in self.world.posts):
                times = self._times(channel, text)
                if times > 1:
                    findings.double(f"{text} stands {times} times in {channel.name}")
                elif not times and text in self._last_news:
                    findings.loss(f"{text} does not stand in {channel.name}")
        self._judge_visits(findings)

    def _judge_visits(self, findings: Findings) -> None:
        visits = [visit for visit in self.world.site.visits if f"-{Role.POLLER}-" in visit.agent]
        self.faults.visits += len(visits)
        in_order = sorted(visits, key=lambda visit: visit.sent)
        for before, visit in pairwise(in_order):
            gap = visit.sent - before.sent
            if gap < SPACING_S * _SPACING_SEEN:
                findings.violations.append(f"{visit.agent} asked the site {gap:.3f} s after {before.agent}")
        ends: dict[str, float] = {}
        for visit in visits:
            for agent, ended in ends.items():
                if agent != visit.agent and ended > visit.began:
                    findings.violations.append(f"the site was asked by {visit.agent} beside {agent}")
            ends[visit.agent] = max(visit.ended, ends.get(visit.agent, 0.0))


@asynccontextmanager
async def a_cluster(world: World, server: Server) -> AsyncIterator[Cluster]:
    """All its processes, killed at the end."""
    cluster = Cluster(world, server)
    keepers = [asyncio.create_task(cluster.keep(member)) for member in cluster.members]
    try:
        yield cluster
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
