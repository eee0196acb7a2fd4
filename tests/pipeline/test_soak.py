"""A part of the soak: a few publishers of the zoo for a day. ``python -m tests.pipeline.soak`` is the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.soak.habits import CHOICES
from tests.pipeline.soak.judge import judge
from tests.pipeline.soak.publisher import Publisher
from tests.pipeline.soak.run import START, zoo

SEED, DAYS, PUBLISHERS = 1, 1, 8


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_zoo_of_publishers_is_alerted_once_and_nobody_misses_any(tmp_path: Path) -> None:
    async with zoo(tmp_path, publishers=PUBLISHERS, days=DAYS, seed=SEED) as running:
        await running.follow()
        await running.live(DAYS)

        verdicts = judge(running)

    assert [one.as_json() for one in verdicts if not one.is_right] == []
    assert sum(one.told for one in verdicts) > 20


def test_every_habit_is_somewhere_in_the_zoo() -> None:
    found = {name for number in range(60) for name in Publisher(number, SEED, START, 1).habits.names()}

    assert found == {f"{name}: {value}" for name, values in CHOICES.items() for value in values}
