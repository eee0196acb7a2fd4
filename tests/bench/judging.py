"""What rules cost: a full subscription on a full page, a server full of them, a topic that thousands follow."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.core.models import FetchResult, GuildId, Listener, PollState, Rules
from bot.core.planning.plan import plan_poll
from bot.polling.rule_evaluator import PATTERN_COST_MAX, RuleEvaluator, pattern_cost, run_in_rule_thread
from tests.core.builders import NOW, POLICY, a_listener, a_post, a_state, seen

from .report import Number, number

POSTS, CHARS = 500, 600
LETTERS = "abあいうえお漢字東京地震大阪 ,。x"
USUAL = tuple(
    f"/{word}/"
    for word in ("求人|募集", r"東京.{0,20}地震{N}", r"\d{1,3}(,\d{3})*円{N}", r"\bai{N}\b", "[ァ-ヶー]{4,}{N}")
)
DEAREST = ("/b.{0,25}a.{10}z{N}/",)


@dataclass
class Loop:
    """The longest time for which the event loop gave nobody a turn."""

    held_s: float = 0.0


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[Loop]:
    """Measures while something else is done."""
    loop, done = Loop(), asyncio.Event()

    async def beat() -> None:
        before = time.perf_counter()
        while not done.is_set():
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            loop.held_s, before = max(loop.held_s, now - before), now

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.01)
    loop.held_s = 0.0
    try:
        yield loop
    finally:
        done.set()
        await beating


def page(seed: int) -> FetchResult:
    """A full page of new posts."""
    chance = random.Random(seed)
    return seen(*(a_post(f"{seed} {n}", text="".join(chance.choices(LETTERS, k=CHARS))) for n in range(POSTS)))


def patterns(kinds: tuple[str, ...], count: int, number: int) -> tuple[str, ...]:
    """So many, which nobody else has."""
    return tuple(kinds[n % len(kinds)].replace("{N}", f"q{number}w{n}") for n in range(count))


def dearest(number: int) -> Rules:
    """As many of the dearest kind as may be typed."""
    for count in range(10, 0, -1):
        found = patterns(DEAREST, count, number)
        if pattern_cost(found) <= PATTERN_COST_MAX:
            return Rules(include=found[:5], exclude=found[5:])
    return Rules()


async def judged(judging: RuleEvaluator, state: PollState, fetched: FetchResult) -> tuple[float, float, int]:
    """CPU, the longest hold of the event loop, and how many were set aside."""
    async with watched() as loop:
        began = time.process_time()
        found = await judging.of_poll(state, fetched)
        cpu_s = time.process_time() - began
    return cpu_s, loop.held_s, len(found.too_costly)


async def measure(rounds: int) -> list[Number]:
    """All numbers."""
    full = Rules(
        include=(*(f"言葉{n}" * 10 for n in range(15)), *patterns(USUAL, 5, 1)),
        exclude=(*(f"word {n} and more" for n in range(15)), *patterns(USUAL, 5, 2)),
    )
    found: list[Number] = []
    for name, rules in (("a full subscription", full), ("the dearest patterns that may be typed", dearest(3))):
        state = a_state(listeners=(a_listener(1, rules=rules),))
        runs, again = [], []
        for n in range(rounds):
            judging = RuleEvaluator()
            runs.append(await judged(judging, state, page(n)))
            again.append(await judged(judging, state, page(n)))
        found += [
            number(f"{name} on a full page, CPU", "ms", [1e3 * cpu for cpu, _, _ in runs], at_most=250),
            number(f"{name}: event loop held", "ms", [1e3 * held for _, held, _ in runs], at_most=50),
            number(f"{name}: the same page again, CPU", "ms", [1e3 * cpu for cpu, _, _ in again]),
        ]
    found += await _server(rounds)
    for listeners in (1_000, 2_000, 4_000):
        plans = [await _planned(listeners) for _ in range(rounds)]
        found += [
            number(f"{listeners} channels x 40 posts planned, CPU", "ms", [1e3 * cpu for cpu, _ in plans]),
            number(f"{listeners} channels: event loop held", "ms", [1e3 * held for _, held in plans], at_most=50),
        ]
    return found


async def _server(rounds: int) -> list[Number]:
    """A hundred subscriptions of one server at a page, each with patterns of its own."""
    theirs = tuple(a_listener(n, guild_id=GuildId(1), rules=dearest(100 + n)) for n in range(100))
    runs = [await judged(RuleEvaluator(), a_state(listeners=theirs), page(n)) for n in range(min(rounds, 2))]
    return [
        number("100 of the dearest subscriptions of a server, CPU", "s", [cpu for cpu, _, _ in runs], at_most=12),
        number("100 of them: event loop held", "ms", [1e3 * held for _, held, _ in runs], at_most=50),
        number("100 of them: set aside", "", [float(aside) for _, _, aside in runs]),
    ]


async def _planned(count: int) -> tuple[float, float]:
    """A look at a topic that so many channels follow."""
    listeners = tuple(_one_of_many(n) for n in range(count))
    state, fetched = a_state(listeners=listeners), seen(*(a_post(str(n), rp=500) for n in range(40)))
    async with watched() as loop:
        began = time.process_time()
        found = await RuleEvaluator().of_poll(state, fetched)
        await run_in_rule_thread(plan_poll, state, fetched, POLICY, NOW, None, found.words)
        cpu_s = time.process_time() - began
    return cpu_s, loop.held_s


def _one_of_many(n: int) -> Listener:
    return a_listener(n, guild_id=GuildId(n), channel=1_000 + n, rules=Rules(include=("投稿",)))
