"""How long an alert takes with nothing waiting: from the source's answer to Discord's acceptance, one by one."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench.worlds.app_bench import AppBench, open_app_bench
from tests.bench.worlds.far_discord import FarDiscord, running_discord
from tests.bench.worlds.static_source import MARK, write_posts

from .report import Number, number

ALERTS = 200
PAUSE_S = 0.1
"""Between two alerts, so that neither the spacing nor the last one's confirmation is waited for."""
TIMEOUT_S = 30.0


async def measure(folder: Path, rounds: int, *, alerts: int = ALERTS) -> list[Number]:
    """Each round with a fresh database, a fresh Discord and ``alerts`` topics in a channel each."""
    seen = [await one_round(folder / f"latency-{round_}.db", alerts) for round_ in range(rounds)]
    return [
        number(
            "answer of the source to acceptance by Discord, p50",
            "ms",
            [at(each, 0.5) for each in seen],
            at_most=50,
        ),
        number("the same, p99", "ms", [at(each, 0.99) for each in seen], at_most=250),
        number("the same, the longest", "ms", [max(each) for each in seen]),
    ]


def at(values: list[float], share: float) -> float:
    """The value that ``share`` of all do not exceed."""
    return sorted(values)[round(share * (len(values) - 1))]


async def one_round(path: Path, alerts: int) -> list[float]:
    """The latency of every alert in ms, in the order they were told."""
    with running_discord(alerts) as discord:
        async with open_app_bench(path, discord, [[channel] for channel in discord.channels]) as app_bench:
            for serial in range(alerts):
                await tell(app_bench, serial)
            return await latencies(app_bench, discord)


async def tell(app_bench: AppBench, serial: int) -> None:
    """A post appears, is polled and told."""
    app_bench.static_source.put_up(
        app_bench.topics[serial], write_posts(range(serial, serial + 1), app_bench.services.clock())
    )
    await app_bench.make_due(range(serial, serial + 1))
    report = await app_bench.services.poller.poll_due()
    if (report.polled, report.alerts) != (1, 1):
        msg = f"the poll was not what it should be: {report}"
        raise RuntimeError(msg)
    await asyncio.sleep(PAUSE_S)
    await app_bench.until_told(TIMEOUT_S)


async def latencies(app_bench: AppBench, discord: FarDiscord) -> list[float]:
    """By the server's own record; every alert must have arrived once."""
    arrived = {int(mark): message.at for message in await discord.arrived() for mark in MARK.findall(message.text)}
    polled = [app_bench.static_source.answered_at[topic.key] for topic in app_bench.topics]
    if sorted(arrived) != list(range(len(polled))):
        msg = f"{len(arrived)} of {len(polled)} alerts arrived: this measures nothing"
        raise RuntimeError(msg)
    return [(arrived[serial] - poll) * 1000 for serial, poll in enumerate(polled)]
