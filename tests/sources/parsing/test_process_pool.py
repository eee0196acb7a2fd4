"""Long answers are read in processes that can be ended, and what a host costs there is paid by that host."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.core.errors import NotAFeed, SourceTooCostly
from bot.sources.parsing import offload
from bot.sources.parsing.process_pool import BLOCK_FOR, BLOCK_MAX, BLOCKED_MAX, CostlyHosts, Readers
from tests.fakes import dear_readings

pytestmark = pytest.mark.invariant(6)

KEY = "KAWARABAN_DISCORD__TOKEN"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux when a process ends")


@pytest.fixture(name="readers")
def make_readers() -> Iterator[Readers]:
    readers = Readers(deadline_s=2)
    yield readers
    readers.close()


async def test_a_long_answer_is_read_in_another_process_and_the_next_in_the_same(readers: Readers) -> None:
    first, second = [await readers.read("a.example", dear_readings.process) for _ in range(2)]

    assert first == second != os.getpid()


async def test_short_answers_are_read_here_and_long_ones_are_not() -> None:
    here = await offload.read_from(
        "https://a.example/", offload.OFFLOAD_FROM_BYTES - 1, dear_readings.process, b""
    )
    there = await offload.read_from("https://a.example/", offload.OFFLOAD_FROM_BYTES, dear_readings.process, b"")

    assert here == os.getpid() != there


async def test_what_no_process_finds_is_read_here_all_the_same() -> None:
    """A source that is only tried out, as the one of docs/how-to/add-a-source.md."""

    def tried(answer: bytes) -> int:
        return len(answer)

    assert await offload.run_parser(offload.OFFLOAD_FROM_BYTES, tried, b"fine") == 4
    assert await offload.run_parser(offload.OFFLOAD_FROM_BYTES, partial(dear_readings.itself, b"fine")) == b"fine"


def test_a_body_that_is_all_lines_or_tags_weighs_more_than_its_bytes() -> None:
    few, many = b"a" * 5_000, b"<p>\n" * 2_000

    assert offload.weight_of(few) == 5_000
    assert offload.weight_of(many) >= offload.OFFLOAD_FROM_BYTES


async def test_what_a_reading_raises_is_raised_as_it_is(readers: Readers) -> None:
    with pytest.raises(NotAFeed, match="not a feed") as caught:
        await readers.read("a.example", dear_readings.no_feed)

    assert caught.value.feed == "https://a.example/feed"
    assert await readers.read("a.example", dear_readings.chatter) == "quiet"


async def test_one_that_never_ends_is_ended_by_name_and_its_host_is_blocked(readers: Readers) -> None:
    with pytest.raises(SourceTooCostly, match=r"a\.example") as caught:
        await readers.read("a.example", dear_readings.for_ever)
    with pytest.raises(SourceTooCostly) as again:
        await readers.read("a.example", dear_readings.process)

    assert caught.value.retry_after == BLOCK_FOR
    assert again.value.retry_after is not None
    assert again.value.retry_after <= BLOCK_FOR
    assert await readers.read("b.example", dear_readings.itself, b"fine") == b"fine"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such bound there")
async def test_one_that_takes_too_much_memory_is_ended_by_name(readers: Readers) -> None:
    with pytest.raises(SourceTooCostly):
        await readers.read("a.example", dear_readings.much_memory, 4_000_000_000)


@pytest.mark.parametrize("reading", [dear_readings.crash, dear_readings.command])
async def test_a_process_that_broke_or_was_taken_over_is_replaced(readers: Readers, reading: object) -> None:
    before = await readers.read("a.example", dear_readings.process)

    with pytest.raises(SourceTooCostly):
        await readers.read("a.example", reading)  # type: ignore[arg-type]

    assert await readers.read("b.example", dear_readings.process) != before


async def test_a_result_without_end_is_not_taken(readers: Readers) -> None:
    with pytest.raises(SourceTooCostly):
        await readers.read("a.example", dear_readings.itself, bytes(40_000_000))


async def test_one_host_has_one_process_however_many_dear_answers_it_gives(readers: Readers) -> None:
    await asyncio.gather(*(readers.read(name, dear_readings.process) for name in "bc"))  # both are there
    dear = [asyncio.create_task(readers.read("a.example", dear_readings.for_ever)) for _ in range(5)]
    await asyncio.sleep(0)

    other = await readers.read("b.example", dear_readings.itself, b"fine")

    assert other == b"fine"
    assert not any(task.done() for task in dear)
    ended = await asyncio.gather(*dear, return_exceptions=True)
    assert [type(error) for error in ended] == [SourceTooCostly] * 5
    assert [error.__cause__ is not None for error in ended if isinstance(error, SourceTooCostly)] == [True] + [
        False
    ] * 4


@LINUX
async def test_who_no_longer_waits_leaves_no_process_behind(readers: Readers, tmp_path: Path) -> None:
    patient = Readers(deadline_s=600)
    note = tmp_path / "pid"
    waiting = asyncio.create_task(patient.read("a.example", dear_readings.for_ever, str(note)))
    pid = await asyncio.to_thread(written, note)
    handle = os.pidfd_open(pid)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert has_ended(handle)
    assert await patient.read("a.example", dear_readings.itself, b"fine") == b"fine"
    patient.close()


@LINUX
def test_a_process_that_is_idle_ends_with_the_program_that_was_killed(tmp_path: Path) -> None:
    """And one that reads, after its CPU: nothing is left of a ``kill -9``."""
    program = (
        "import asyncio, time\n"
        "from bot.sources.parsing.process_pool import OURS\n"
        "from tests.fakes.dear_readings import process\n"
        "print(asyncio.run(OURS.read('a.example', process)), flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        handle = os.pidfd_open(int(running.stdout.readline()))

        running.send_signal(signal.SIGKILL)

        assert has_ended(handle)


def test_a_program_that_read_something_ends_at_once() -> None:
    program = (
        "import asyncio\n"
        "from bot.sources.parsing.process_pool import OURS\n"
        "from tests.fakes.dear_readings import process\n"
        "print(asyncio.run(OURS.read('a.example', process)))\n"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip().isdigit()
    assert not done.stderr


async def test_a_process_is_given_no_key(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "geheim")

    assert KEY not in await readers.read("a.example", dear_readings.environment)


def test_a_host_is_blocked_longer_each_time_until_one_of_its_answers_was_read() -> None:
    now = 0.0
    costly_hosts = CostlyHosts(timer=lambda: now)

    rests = [costly_hosts.begin("a.example") for _ in range(10)]
    assert rests[:3] == [BLOCK_FOR, 2 * BLOCK_FOR, 4 * BLOCK_FOR]
    assert rests[-1] == BLOCK_MAX
    now += BLOCK_MAX / timedelta(seconds=1)
    assert costly_hosts.left("a.example") is None
    costly_hosts.end("a.example")

    assert costly_hosts.begin("a.example") == BLOCK_FOR


def test_hosts_without_number_are_not_all_remembered() -> None:
    costly_hosts = CostlyHosts()

    for number in range(BLOCKED_MAX + 50):
        costly_hosts.begin(f"{number}.example")

    assert len(costly_hosts) == BLOCKED_MAX


def written(note: Path) -> int:
    """The process that a reading wrote down, once it has."""
    while not (note.exists() and note.read_text(encoding="ascii").isdigit()):
        os.sched_yield()
    return int(note.read_text(encoding="ascii"))


def has_ended(handle: int) -> bool:
    """Whether a process ends, waiting for it as long as a test may."""
    try:
        return bool(select.select([handle], [], [], 60)[0])
    finally:
        os.close(handle)
