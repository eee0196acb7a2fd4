"""A disk that is full, read-only or locked for a while: nothing is lost, the log says so, it goes on by itself."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.scheduler import _run_logged
from tests.conftest import BotEnv
from tests.fakes.discord.faults import Fault
from tests.fakes.trend_site import nothing
from tests.pipeline.crash.bot_process import BotProcess, until
from tests.pipeline.crash.crash_check import judge
from tests.pipeline.crash.world import SEND, World, a_world
from tests.pipeline.test_alerts import TOPIC, follow, told
from tests.sqlite_file import sqlite_of

# -- one poll, step by step ----------------------------------------------------------------------------------


class SourceProblem:
    """A database that cannot be written, for a while. ``says``: SQLite's own words."""

    says = ""

    def __init__(self, env: BotEnv) -> None:
        self._database = sqlite_of(env.services.storage)
        self.path = Path(env.settings.database.url.removeprefix("sqlite:///"))

    async def begin(self) -> None:
        raise NotImplementedError

    async def end(self) -> None:
        raise NotImplementedError

    async def pragma(self, text: str) -> None:
        """Tell the bot's own writing connection."""
        await self._database._writer.run(lambda file: file.execute(f"PRAGMA {text}").fetchall())


class Full(SourceProblem):
    """There is no room for another page, and none within the file."""

    says = "database or disk is full"

    async def begin(self) -> None:
        await self._database._writer.run(fill_up)

    async def end(self) -> None:
        await self.pragma("max_page_count = 1000000")


class ReadOnly(SourceProblem):
    """The file system went read-only."""

    says = "attempt to write a readonly database"

    async def begin(self) -> None:
        await self.pragma("query_only = ON")

    async def end(self) -> None:
        await self.pragma("query_only = OFF")


class Locked(SourceProblem):
    """Another program writes and does not end."""

    says = "database is locked"

    async def begin(self) -> None:
        await self.pragma("busy_timeout = 10")
        self._other = sqlite3.connect(self.path, isolation_level=None)
        self._other.execute("BEGIN IMMEDIATE")

    async def end(self) -> None:
        self._other.close()


def fill_up(file: sqlite3.Connection) -> None:
    """Posts have long texts: leave no room for one."""
    file.execute("PRAGMA max_page_count = 1").fetchall()  # SQLite makes it the present size
    for size in (4000, 100, 1):
        for number in range(10_000):
            try:
                file.execute("INSERT INTO notes VALUES (?, ?)", (f"{size} {number}", "x" * size))
            except sqlite3.OperationalError:
                break


troubles = pytest.mark.parametrize("trouble", [Full, ReadOnly, Locked])


@pytest.mark.invariant(1)
@troubles
async def test_a_poll_that_cannot_be_committed_is_made_again_and_tells_once(
    env: BotEnv, trouble: type[SourceProblem], caplog: pytest.LogCaptureFixture
) -> None:
    """The trouble begins while the page is read, and lasts for some rounds."""
    await follow(env, fold=False)
    disk, text = trouble(env), "書けない間の話" + "長い話" * 60
    env.site.put(TOPIC, [env.post(text, 450, serial=n) for n in range(20)])
    env.site.on_request = disk.begin
    env.clock.forward(minutes=6)

    for _ in range(3):
        await _run_logged("poll", env.services.poller.poll_due)

    assert f"poll of trendpage/{TOPIC} put off, the database is busy: {disk.says}" in caplog.messages
    assert told(env.channel) == []
    env.site.on_request = nothing
    await disk.end()
    await env.poll_again()
    await env.poll_again()
    assert "".join(told(env.channel)).count("書けない間の話") == 20


@pytest.mark.invariant(1)
@pytest.mark.parametrize("trouble", [ReadOnly, Locked])
async def test_a_round_that_cannot_claim_is_put_off_and_comes_again(
    env: BotEnv, trouble: type[SourceProblem], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is asked of the site that could not be kept."""
    await follow(env)
    env.site.put(TOPIC, [env.post("書けない間の話", 450)])
    env.clock.forward(minutes=6)
    env.site.requests.clear()
    disk = trouble(env)
    await disk.begin()

    for _ in range(3):
        await _run_logged("poll", env.services.poller.poll_due)

    assert caplog.messages.count(f"poll put off, the database is busy: {disk.says}") == 3
    assert env.site.requests == []
    await disk.end()
    await env.poll_again()
    assert len(told(env.channel)) == 1


# -- the whole bot, as a process -----------------------------------------------------------------------------


@dataclass
class Ward:
    """A running bot whose disk can be filled, and what its log says."""

    world: World
    process: BotProcess
    lines: list[str] = field(default_factory=list)

    def fill_disk(self) -> None:
        """From now on the kernel refuses to write to any file."""
        self._limit(0)

    def make_room(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        _, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, hard))

    async def until(self, condition: Callable[[], Any]) -> None:
        await until(lambda: condition() or self.process.exit_code is not None, 20)
        assert self.process.exit_code is None, self.lines[-20:]

    async def until_log_says(self, text: str) -> None:
        await self.until(lambda: any(text in line for line in self.lines))


@asynccontextmanager
async def a_ward(folder: Path) -> AsyncIterator[Ward]:
    """The log comes through a pipe, which has room when the disk has none."""
    pipe = folder / "log.pipe"
    os.mkfifo(pipe)
    async with a_world(folder) as world:
        world.publish_for_all()
        lines: list[str] = []
        listening = asyncio.create_task(asyncio.to_thread(listen, pipe, lines))
        with world.bot(log=pipe) as process:
            yield Ward(world, process, lines)
        await listening
        world.log.write_text("".join(lines), encoding="utf-8")
        findings = judge(world)
        assert findings.violations == [], "".join(lines)[-3000:]


def listen(pipe: Path, lines: list[str]) -> None:
    """Until the last writer is gone."""
    with pipe.open(encoding="utf-8") as source:
        lines.extend(source)


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_a_bot_on_a_full_disk_polls_on_when_there_is_room(tmp_path: Path) -> None:
    """What is news meanwhile is told later, by the same process, once."""
    async with a_ward(tmp_path) as ward:
        await ward.until(lambda: all(ward.world.delivered(paper.channel) for paper in ward.world.digests))
        ward.fill_disk()
        before = len(ward.world.posts)
        ward.world.publish_for_all()
        await ward.until_log_says("poll put off, the database is busy: disk I/O error")
        everything = "".join(message.text for message in ward.world.server.messages())
        assert not any(each.post.text in everything for each in ward.world.posts[before:])
        ward.make_room()
        await ward.world.quiet(ward.process)


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_an_answer_of_discord_that_finds_the_disk_full_is_kept(tmp_path: Path) -> None:
    """The disk fills up between the try and the answer."""
    async with a_ward(tmp_path) as ward:
        ward.world.server.faults.next(SEND, Fault.delay(0.5))
        await ward.until(lambda: ward.world.rows("SELECT 1 FROM messages WHERE attempts > 0"))
        ward.fill_disk()
        await ward.until_log_says("an answer of Discord waits to be written, the database is busy: disk I/O error")
        ward.make_room()
        await ward.world.quiet(ward.process)
        for message in ward.world.server.messages():
            assert message.repeats == 0
