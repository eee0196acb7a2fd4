"""How fast many alerts reach many channels, beside what Discord's limits allow and beside a plain ``gather``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.models import ChannelId
from config.settings import DeliverySettings
from tests.bench.worlds.app_bench import AppBench, open_app_bench
from tests.bench.worlds.far_discord import Arrived, FarDiscord, running_discord
from tests.bench.worlds.naive_sender import LIMIT_S, send_at_once
from tests.bench.worlds.picture_site import PictureSite, running_pictures
from tests.bench.worlds.static_source import MARK, write_posts

from .report import Number, number

TIMEOUT = 5.0
"""How many times its floor a delivery may take before the bench gives up."""


@dataclass(frozen=True, slots=True)
class Case:
    """So many channels that all follow so many topics, on whose pages so many posts appear at once."""

    channels: int
    topics: int
    posts: int

    @property
    def name(self) -> str:
        return f"{self.channels:,} x {self.topics * self.posts}"

    @property
    def alerts(self) -> int:
        return self.channels * self.topics * self.posts


CASES = (Case(1000, 1, 1), Case(100, 1, 20), Case(1, 25, 20))
"""A page has 20 posts, and a channel follows 25 topics by default at most."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the server has of a case."""

    missing: int
    twice: int
    refusals: int
    messages: int
    longest: int
    """Messages of the channel that got the most."""
    last_at: float
    pictured: int = 0
    """Messages that had a picture from the first."""


@dataclass(frozen=True, slots=True)
class Fanout:
    """A case delivered. ``cpu_s`` is this process's, which is the bot's: polls, delivery and discord.py."""

    record: Record
    wall_s: float
    cpu_s: float
    fetches: int = 0
    """Pictures that were asked for."""

    @property
    def floor_s(self) -> float:
        """No faster under our pace: so many requests a second, and the room between a channel's messages."""
        return floor_s(self.record.messages, self.record.longest)


@dataclass(frozen=True, slots=True)
class Rush:
    """The same alerts by a plain gather. ``raised``: alerts whose send raised; ``missing``, at the time limit."""

    record: Record
    raised: int
    wall_s: float
    cpu_s: float


async def measure(folder: Path, rounds: int, cases: Sequence[Case] = CASES) -> list[Number]:
    """Every case: our delivery, then a gather of one send a message, then one of one send an alert."""
    numbers: list[Number] = []
    for index, case in enumerate(cases):
        paths = [folder / f"fanout-{index}-{round_}" for round_ in range(rounds)]
        numbers += told(case, [await deliver(path.with_suffix(".ours"), case) for path in paths])
        numbers += compared(case, "a message", [await rush(path.with_suffix(".messages"), case) for path in paths])
        if case.topics * case.posts > 1:
            alone = [await rush(path.with_suffix(".alerts"), case, alone=True) for path in paths]
            numbers += compared(case, "an alert", alone)
    return numbers


async def measure_pictures(folder: Path, rounds: int, cases: Sequence[Case] = CASES) -> list[Number]:
    """Our delivery of posts that each have a picture, which is fetched, made small and uploaded."""
    numbers: list[Number] = []
    for index, case in enumerate(cases):
        with running_pictures() as site:
            seen = [
                await deliver(folder / f"pictures-{index}-{round_}.ours", case, site) for round_ in range(rounds)
            ]
        plain = [replace(one, name=f"with pictures, {one.name}") for one in told(case, seen)]
        numbers += [*plain, *pictured(case, seen)]
    return numbers


def pictured(case: Case, seen: Sequence[Fanout]) -> list[Number]:
    """The numbers of pictures: each is fetched once for all channels, and there from the first."""
    name, most = f"with pictures, {case.name}", case.topics * case.posts
    return [
        number(f"{name}: without a picture at first", "messages", [_without(one.record) for one in seen]),
        number(f"{name}: fetched", "pictures", [one.fetches for one in seen], at_most=most, worst=True),
    ]


def _without(record: Record) -> int:
    return record.messages - record.pictured


async def deliver(path: Path, case: Case, site: PictureSite | None = None) -> Fanout:
    """All posts appear at once; from the first look to the last acceptance. ``site``: of their pictures."""
    pictures, asked = "" if site is None else site.url, 0 if site is None else await site.asked()
    with running_discord(case.channels) as discord:
        followed = [discord.channels] * case.topics
        async with open_app_bench(path, discord, followed, pictures=site is not None) as app_bench:
            await publish(app_bench, case, pictures)
            began, cpu = time.monotonic(), time.process_time()
            await poll(app_bench, case)
            await app_bench.until_told(TIMEOUT * floor_s(case.alerts, case.alerts // case.channels))
            cpu = time.process_time() - cpu
            record = await read_record(discord, case)
    fetches = 0 if site is None else await site.asked() - asked
    return Fanout(record, record.last_at - began, cpu, fetches)


async def rush(path: Path, case: Case, *, alone: bool = False) -> Rush:
    """The same alerts out of the same outbox, drawn before, all sent at once; ``alone``: one a message."""
    with running_discord(case.channels) as discord:
        async with open_app_bench(path, discord, [discord.channels] * case.topics, delivers=False) as app_bench:
            await publish(app_bench, case)
            await poll(app_bench, case)
            sent = await send_at_once(app_bench, alone=alone)
            record = await read_record(discord, case)
    return Rush(record, sent.raised, sent.wall_s, sent.cpu_s)


async def publish(app_bench: AppBench, case: Case, pictures: str = "") -> None:
    """The posts stand on the pages, which are due."""
    for place, topic in enumerate(app_bench.topics):
        serials = range(place * case.posts, (place + 1) * case.posts)
        app_bench.static_source.put_up(topic, write_posts(serials, app_bench.services.clock(), pictures))
    await app_bench.make_due(range(case.topics))


async def poll(app_bench: AppBench, case: Case) -> None:
    """Decide; every post is an alert in every channel."""
    report = await app_bench.services.poller.poll_due()
    if (report.polled, report.alerts) != (case.topics, case.alerts):
        msg = f"the polls were not what they should be: {report}"
        raise RuntimeError(msg)


async def read_record(discord: FarDiscord, case: Case) -> Record:
    """Count every alert in its channel."""
    arrived = await discord.arrived()
    counts = Counter((message.channel, mark) for message in arrived for mark in MARK.findall(message.text))
    return Record(
        missing=case.alerts - len(counts),
        twice=sum(count - 1 for count in counts.values()),
        refusals=await discord.refusals(),
        messages=len(arrived),
        longest=_most_in_one_channel(arrived),
        last_at=max((message.at for message in arrived), default=0.0),
        pictured=sum(message.files > 0 and message.edits == 0 for message in arrived),
    )


def _most_in_one_channel(arrived: Sequence[Arrived]) -> int:
    counts: Counter[ChannelId] = Counter(message.channel for message in arrived)
    return max(counts.values(), default=0)


def floor_s(messages: int, longest: int) -> float:
    """What the default pace allows."""
    pace = DeliverySettings()
    return max(messages / pace.requests_per_s, longest * pace.channel_interval_s)


def told(case: Case, seen: Sequence[Fanout]) -> list[Number]:
    """Our delivery's numbers, with the promises of the issue."""

    def each(what: str, unit: str, value: Callable[[Fanout], float], at_most: float | None = None) -> Number:
        values = [value(one) for one in seen]
        return number(f"{case.name}: {what}", unit, values, at_most=at_most, worst=at_most == 0)

    return [
        each("not told", "alerts", lambda one: one.record.missing, 0),
        each("told twice", "alerts", lambda one: one.record.twice, 0),
        each("answered with 429", "requests", lambda one: one.record.refusals, 0),
        each("sent", "messages", lambda one: one.record.messages),
        each("in a message", "alerts", lambda one: case.alerts / one.record.messages),
        each("wall time", "s", lambda one: one.wall_s),
        each("floor", "s", lambda one: one.floor_s),
        each("wall / floor", "times", lambda one: one.wall_s / one.floor_s, 1.15),
        each("CPU of the bot", "s", lambda one: one.cpu_s),
    ]


def compared(case: Case, what: str, seen: Sequence[Rush]) -> list[Number]:
    """The gather's numbers; nothing is promised of them."""
    name = f"{case.name}, plain gather, one send {what}"
    return [
        number(f"{name}: send raised", "alerts", [one.raised for one in seen]),
        number(
            f"{name}: not there at the end or after {LIMIT_S:g} s", "alerts", [one.record.missing for one in seen]
        ),
        number(f"{name}: told twice", "alerts", [one.record.twice for one in seen]),
        number(f"{name}: answered with 429", "requests", [one.record.refusals for one in seen]),
        number(f"{name}: sent", "messages", [one.record.messages for one in seen]),
        number(f"{name}: wall time", "s", [one.wall_s for one in seen]),
        number(f"{name}: CPU", "s", [one.cpu_s for one in seen]),
    ]
