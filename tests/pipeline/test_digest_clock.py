"""Digests and clocks that jump, zones that change, processes that die: one digest for each due time."""

from __future__ import annotations

import asyncio
import importlib.resources
import shutil
import tempfile
import zoneinfo
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.leases import LEASE_S
from bot.core.models import PauseReason, Recurrence, SourceName
from tests.conftest import START
from tests.services.digest_rig import GUILD, DigestRig, an_ask, hours, open_rig
from tests.storage.digests.digest_world import polled
from tests.storage.outbox.test_deliveries import MODERATOR
from tests.storage.world import change, key, later, post

HOUR = timedelta(hours=1)
DAILY: dict[str, Any] = {"recurrence": Recurrence.DAILY, "time": "4:00"}
"""First due an hour after the start, as is the hourly one."""
FIRST = START + HOUR
TWENTY = timedelta(minutes=20)

pytestmark = [pytest.mark.invariant(1), pytest.mark.invariant(2)]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[DigestRig]:
    async with open_rig(tmp_path) as opened:
        yield opened


def at(zone: str, text: str) -> datetime:
    """An instant by the wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# -- a clock that jumps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [timedelta(hours=3), timedelta(days=2), timedelta(days=365)], ids=str)
@pytest.mark.parametrize("begins_anew", [False, True], ids=["lives on", "begins anew"])
async def test_a_clock_that_ran_ahead_and_came_back_costs_no_digest(
    rig: DigestRig, away: timedelta, begins_anew: bool
) -> None:
    digest = await rig.create()
    await rig.run(FIRST + TWENTY)

    rig.clock.now += away
    await rig.service.runner.run_due()
    await rig.service.runner.run_due()
    rig.clock.now -= away
    if begins_anew:
        rig.restart()
    await rig.run(FIRST + timedelta(hours=5))

    told = await rig.told(digest)
    ahead = FIRST + away
    assert told[:2] == [FIRST, ahead], "one in the false future, however many were missed on the way"
    assert sorted({*told}) == sorted({*hours(FIRST, FIRST + timedelta(hours=5)), ahead})
    assert len(told) == len({*told})


@pytest.mark.parametrize("schedule", [{}, DAILY], ids=["hourly", "daily"])
@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=365)], ids=str)
async def test_a_digest_made_while_the_clock_was_ahead_comes_at_its_next_time(
    rig: DigestRig, schedule: dict[str, Any], ahead: timedelta
) -> None:
    rig.clock.now += ahead
    digest = await rig.create(**schedule)
    await rig.service.runner.run_due()

    rig.clock.now -= ahead
    await rig.run(FIRST)

    assert await rig.told(digest) == [FIRST]


@pytest.mark.parametrize("begins_anew", [False, True], ids=["lives on", "begins anew"])
async def test_what_a_killed_process_claimed_while_the_clock_was_ahead_comes_now(
    rig: DigestRig, begins_anew: bool
) -> None:
    digest = await rig.create()
    await rig.service.runner.run_due()
    rig.clock.now += timedelta(days=365)
    await rig.service.runner.run_due()
    rig.clock.now += HOUR
    assert await rig.storage.editions.claim(rig.clock(), limit=10, lease_s=LEASE_S)

    rig.clock.now = START
    if begins_anew:
        rig.restart()
    await rig.run(FIRST)

    assert (await rig.told(digest))[-1] == FIRST


@pytest.mark.parametrize("schedule", [{}, DAILY], ids=["hourly", "daily"])
@pytest.mark.parametrize("back", [timedelta(seconds=30), timedelta(minutes=30), timedelta(days=1)], ids=str)
@pytest.mark.parametrize("moment", [timedelta(seconds=5), timedelta(seconds=-5)], ids=["after", "before"])
async def test_a_clock_set_back_around_a_digest_tells_each_time_once(
    rig: DigestRig, schedule: dict[str, Any], back: timedelta, moment: timedelta
) -> None:
    digest = await rig.create(**schedule)
    await rig.run(FIRST + moment)
    before = await rig.told(digest)

    rig.clock.now -= back
    await rig.service.runner.run_due()
    begin, end = rig.clock(), FIRST + timedelta(days=1)
    await rig.run(end)

    yesterday = FIRST - timedelta(days=1)
    every = [yesterday, FIRST, end] if schedule else hours(yesterday, end)
    told = await rig.told(digest)
    assert before == ([FIRST] if moment > timedelta() else [])
    assert sorted(told) == [due for due in every if due in before or begin < due]


@pytest.mark.parametrize("schedule", [{}, DAILY], ids=["hourly", "daily"])
async def test_what_was_missed_comes_once_and_says_so(rig: DigestRig, schedule: dict[str, Any]) -> None:
    digest = await rig.create(**schedule)

    rig.clock.now = FIRST + timedelta(days=3, minutes=20)
    rig.restart()
    await rig.service.runner.run_due()
    await rig.service.runner.run_due()

    [content] = await rig.contents(digest)
    assert content.late
    assert content.period.end == FIRST + timedelta(days=3)


_MOVES = st.lists(
    st.tuples(
        st.sampled_from(["run", "run", "jump", "set back", "restart"]),
        st.integers(1, 60 * 30) | st.sampled_from([60 * 24 * 365, 60 * 24 * 40]),
    ),
    max_size=8,
)


@given(moves=_MOVES)
@settings(max_examples=40, deadline=None)
def test_whatever_the_clock_did_no_edition_is_sent_twice_and_the_next_ones_come(
    moves: list[tuple[str, int]],
) -> None:
    """``run`` passes minutes tick by tick (six hours at most), the others are sudden."""

    async def play(rig: DigestRig) -> None:
        digest = await rig.create()
        await rig.service.runner.run_due()
        for move, minutes in moves:
            if move == "run":
                await rig.run(rig.clock() + timedelta(minutes=min(minutes, 360)), every=timedelta(minutes=29))
            elif move == "restart":
                rig.restart()
            else:  # a minute back is steered, more is set
                rig.clock.now += timedelta(minutes=minutes if move == "jump" else -minutes - 1)
            before = await rig.told(digest)
            await rig.service.runner.run_due()
            assert len(await rig.told(digest)) <= len(before) + 1, "a tick tells one, never a pile"
        due = rig.clock().replace(minute=0)
        await rig.run(due + 3 * HOUR)
        told = await rig.told(digest)
        assert len(told) == len({*told})
        # Of the hour in which it was made nothing is promised.
        assert {*hours(due + HOUR, due + 3 * HOUR)} - {START} <= {*told}

    async def in_a_folder(folder: str) -> None:
        async with open_rig(Path(folder)) as rig:
            await play(rig)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(in_a_folder(folder))


# -- a zone whose rules change --------------------------------------------------------------------------


@pytest.fixture
def copied_zone(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A zone of our own: called with another zone, it has that one's rules from now on. Returns its name."""
    folder = tmp_path / "zones"
    (folder / "Kawara").mkdir(parents=True)
    name = "Kawara/Town"

    def rules_of(zone: str) -> str:
        with importlib.resources.as_file(importlib.resources.files("tzdata.zoneinfo").joinpath(zone)) as rules:
            shutil.copyfile(rules, folder / name)
        ZoneInfo.clear_cache(only_keys=[name])
        return name

    zoneinfo.reset_tzpath(to=[str(folder)])
    yield rules_of
    zoneinfo.reset_tzpath()
    ZoneInfo.clear_cache(only_keys=[name])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Asia/Shanghai", "Asia/Tokyo", ["23T08:00+08:00", "24T08:00+09:00", "25T08:00+09:00"]),
        # By the new rules, eight o'clock of the first day was still to come when it was told.
        ("Asia/Tokyo", "Asia/Shanghai", ["23T08:00+09:00", "23T08:00+08:00", "24T08:00+08:00", "25T08:00+08:00"]),
    ],
)
async def test_a_zone_whose_clocks_were_moved_between_two_starts_keeps_its_hour(
    rig: DigestRig, copied_zone: Callable[[str], str], old: str, new: str, told: list[str]
) -> None:
    digest = await rig.create(recurrence=Recurrence.DAILY, time="8:00", zone=copied_zone(old))
    await rig.run(at("Asia/Tokyo", "2026-11-23T12:30"))

    copied_zone(new)
    rig.restart()
    await rig.run(at("Asia/Tokyo", "2026-11-25T12:30"))

    assert await rig.told(digest) == [datetime.fromisoformat(f"2026-11-{one}") for one in told]


@pytest.mark.parametrize("wrong", [-HOUR / 2, HOUR / 2, timedelta(days=200)], ids=str)
@pytest.mark.parametrize("begins_anew", [False, True], ids=["lives on", "begins anew"])
async def test_a_due_time_that_is_not_what_the_rules_say_is_put_right(
    rig: DigestRig, wrong: timedelta, begins_anew: bool
) -> None:
    digest = await rig.create()
    await rig.service.runner.run_due()
    await rig.storage.editions.put_off(digest, FIRST + wrong)

    if begins_anew:
        rig.restart()
    await rig.run(FIRST + 2 * HOUR)

    told = await rig.told(digest)
    in_time = hours(FIRST, FIRST + 2 * HOUR)
    if begins_anew or wrong < timedelta():
        assert told == in_time
    else:
        assert told == [due for due in in_time if due >= FIRST + wrong - HOUR]


async def test_a_schedule_that_can_no_longer_be_read_holds_up_no_other(
    rig: DigestRig, copied_zone: Callable[[str], str], tmp_path: Path
) -> None:
    lost = await rig.create(zone=copied_zone("Asia/Tokyo"), name="あ")
    other = await rig.create(name="い")
    (tmp_path / "zones" / "Kawara" / "Town").unlink()
    ZoneInfo.clear_cache(only_keys=["Kawara/Town"])

    rig.restart()
    await rig.run(FIRST + HOUR)

    assert await rig.told(lost) == []
    assert await rig.told(other) == [FIRST, FIRST + HOUR]


# -- nights in which the clocks change ------------------------------------------------------------------

NIGHTS = [
    ("Europe/Berlin", "2026-03-29", "01:00", "00:30", 23),
    ("Europe/Berlin", "2026-10-25", "00:30", "23:30-1", 25),
    ("America/New_York", "2026-03-08", "07:00", "06:30", 23),
    ("America/New_York", "2026-11-01", "07:30", "05:30", 25),
]
"""Zone, day, when 02:30 and 01:30 are there in UTC (``-1``: of the day before), and how many hours the day has."""


def utc(day: str, time: str) -> datetime:
    clock, _, earlier = time.partition("-")
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC) - timedelta(days=int(earlier or 0))


@pytest.mark.parametrize(("zone", "day", "half_two", "half_one", "count"), NIGHTS)
async def test_a_night_in_which_the_clocks_change_brings_each_digest_as_often_as_it_should(
    tmp_path: Path, zone: str, day: str, half_two: str, half_one: str, count: int
) -> None:
    midnight = at(zone, f"{day}T00:00")
    next_midnight = at(zone, str((datetime.fromisoformat(day) + timedelta(days=1)).date()))
    async with open_rig(tmp_path, midnight - timedelta(minutes=1)) as rig:
        early = await rig.create(recurrence=Recurrence.DAILY, time="1:30", zone=zone, name="早朝")
        gap = await rig.create(recurrence=Recurrence.DAILY, time="2:30", zone=zone, name="未明")
        hourly = await rig.create(zone=zone, name="毎時")

        await rig.run(next_midnight - timedelta(minutes=1))

        assert await rig.told(early) == [utc(day, half_one)]
        assert await rig.told(gap) == [utc(day, half_two)]
        assert await rig.told(hourly) == hours(midnight, next_midnight - HOUR)
        assert len(await rig.told(hourly)) == count


# -- what happens meanwhile -----------------------------------------------------------------------------


async def test_two_digests_of_one_channel_at_the_same_minute_are_both_sent(rig: DigestRig) -> None:
    first, second = await rig.create(name="あ"), await rig.create(name="い")

    await rig.run(FIRST)

    assert await rig.told(first) == await rig.told(second) == [FIRST]


async def test_what_a_killed_process_held_is_taken_up_when_its_lease_ends(rig: DigestRig) -> None:
    digest = await rig.create()
    await rig.run(FIRST - timedelta(seconds=1))
    rig.clock.now = FIRST
    assert await rig.storage.editions.claim(FIRST, limit=10, lease_s=LEASE_S)

    await rig.run(FIRST + timedelta(seconds=LEASE_S - 1), every=timedelta(seconds=1))
    held = await rig.told(digest)
    await rig.run(FIRST + timedelta(seconds=LEASE_S), every=timedelta(seconds=1))

    assert held == []
    assert await rig.told(digest) == [FIRST]


async def test_a_start_takes_up_at_once_what_a_killed_process_held(rig: DigestRig) -> None:
    digest = await rig.create()
    rig.clock.now = FIRST
    assert await rig.storage.editions.claim(FIRST, limit=10, lease_s=LEASE_S)

    rig.restart()
    await rig.service.runner.run_due()

    assert await rig.told(digest) == [FIRST]


async def made_while(rig: DigestRig, happens: Callable[[], Awaitable[object]]) -> None:
    """A tick in which something happens to the digest after it was read, and two ticks after it."""
    once = iter([happens])

    async def perhaps(*_: object) -> None:
        for act in once:
            await act()

    interrupted = rig.with_each("periods.channel_period", perhaps)
    rig.clock.now = FIRST
    assert await interrupted.runner.run_due() == 0
    rig.clock.now += timedelta(seconds=1)
    await interrupted.runner.run_due()
    await interrupted.runner.run_due()


async def test_a_digest_that_is_changed_while_it_is_made_is_made_again(rig: DigestRig) -> None:
    digest = await rig.create()
    ask = an_ask(name="改題", topics="データセンター, 電力")

    await made_while(rig, lambda: rig.service.change(digest.id, GUILD, ask))

    [content] = await rig.contents(digest)
    assert (content.name, len(content.topics), content.period.end) == ("改題", 2, FIRST)


@pytest.mark.parametrize("other", [{"time": ":30"}, DAILY | {"time": "9:00"}], ids=["hourly", "daily"])
async def test_a_digest_that_is_rescheduled_while_it_is_made_comes_at_its_new_time(
    rig: DigestRig, other: dict[str, Any]
) -> None:
    digest = await rig.create()

    await made_while(rig, lambda: rig.service.change(digest.id, GUILD, an_ask(**other)))
    at_once = await rig.told(digest)
    await rig.run(FIRST + timedelta(hours=5, minutes=10))

    assert at_once == []
    expected = [FIRST + timedelta(hours=5)] if "recurrence" in other else hours(FIRST + HOUR / 2, rig.clock())
    assert await rig.told(digest) == expected


@pytest.mark.parametrize("act", ["pause", "delete"])
async def test_a_digest_that_is_stopped_while_it_is_made_is_not_sent(rig: DigestRig, act: str) -> None:
    digest = await rig.create()

    await made_while(rig, lambda: getattr(rig.service, act)(digest.id, GUILD))

    assert await rig.told(digest) == []
    await rig.run(FIRST + 2 * HOUR)
    assert await rig.told(digest) == []


async def test_a_digest_that_is_resumed_tells_nothing_of_the_time_it_rested(rig: DigestRig) -> None:
    digest = await rig.create()
    await rig.storage.digests.pause(digest.id, PauseReason.BY_USER, START)
    await rig.run(FIRST + timedelta(hours=5, minutes=20))

    await rig.service.resume(digest.id, GUILD)
    await rig.run(FIRST + timedelta(hours=6))

    assert await rig.told(digest) == [FIRST + timedelta(hours=6)]


@pytest.mark.invariant(8)
async def test_a_post_that_is_hidden_while_a_digest_is_made_is_not_in_it(tmp_path: Path) -> None:
    page = {"trendpage": {"url": "http://127.0.0.1:9/{topic}"}}
    async with open_rig(tmp_path, later(), sources=page) as rig:
        digest = await rig.create()
        seen = [change(post(number, rp, text=f"号外{number}")) for number, rp in ((1, 300), (2, 200))]
        await polled(rig.storage, SourceName.TRENDPAGE, seen, later(minutes=5))

        async def hide() -> None:
            await rig.storage.moderation.hide(GUILD, key(1), actor=MODERATOR, why=None, now=rig.clock())

        await made_while(rig, hide)

        [content] = await rig.contents(digest)
        assert [one.post.text for topic in content.topics for one in topic.posts] == ["号外2"]
