"""A real process, killed with ``kill -9`` at named steps and in seeded runs, while answers of Discord are lost.

Every play is a world of its own, so they are played at once and each test reads its verdict. Hundreds more:
``.venv/bin/python -m tests.pipeline.crash --runs 300``.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.pipeline.crash.kill_points import STEPS, UPGRADES
from tests.pipeline.crash.runs import Play, Verdict, play_all

pytestmark = pytest.mark.timeout(1200)
"""Seconds: the first test waits for all plays, which take minutes on a machine that does other work too."""

CALM = [Play(seed=seed, calm=True) for seed in range(10)]
RUNS = [Play(seed=seed) for seed in range(10, 20)]
RESTORES = [Play(seed=seed, restored=True) for seed in range(20, 25)]
DEATHS = [Play(step=step) for step in (*STEPS, *UPGRADES)]


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[Play, Verdict]:
    """The verdicts of all plays that this session asks for."""
    params = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    plays = [spec.params["play"] for spec in params if spec is not None and "play" in spec.params]

    async def play() -> dict[Play, Verdict]:
        return {verdict.play: verdict async for verdict in play_all(plays, tmp_path_factory.mktemp("plays"))}

    return asyncio.run(play())


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.parametrize("play", DEATHS, ids=lambda play: play.step)
def test_a_bot_killed_at_a_step_tells_each_post_and_digest_once(play: Play, verdicts: dict[Play, Verdict]) -> None:
    """After a claim, in and after a commit, the sealing, the send, the confirmation, in a migration."""
    verdict = verdicts[play]
    assert not verdict.findings.violations, str(verdict)
    assert verdict.findings.alerts == 4 * 5, "two posts before the death and two after it, for five channels"
    assert verdict.findings.digests == 5, "two for one channel at the same minute, one for three others"
    assert verdict.findings.pictures > 0


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.parametrize("play", CALM, ids=lambda play: play.name)
def test_a_bot_killed_again_and_again_tells_each_post_and_digest_once_and_in_order(
    play: Play, verdicts: dict[Play, Verdict]
) -> None:
    """From the server's own record, with answers dropped, 503s, resets, forgotten nonces and an upgrade."""
    verdict = verdicts[play]
    assert not verdict.findings.violations, str(verdict)
    assert verdict.findings.digests == 5
    assert verdict.kills >= 4


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.invariant(8)
@pytest.mark.parametrize("play", RUNS, ids=lambda play: play.name)
def test_a_bot_killed_in_discords_weather_loses_and_repeats_nothing_and_shows_nothing_hidden(
    play: Play, verdicts: dict[Play, Verdict]
) -> None:
    """Refusals for ten minutes, servers away, rights and threads that come and go; posts are taken down."""
    verdict = verdicts[play]
    assert not verdict.findings.violations, str(verdict)
    assert verdict.kills >= 4


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.parametrize("play", RESTORES, ids=lambda play: play.name)
def test_a_bot_that_goes_back_to_a_copy_made_under_load_tells_nothing_twice_and_loses_nothing(
    play: Play, verdicts: dict[Play, Verdict]
) -> None:
    """More was delivered since the copy, then it was killed; it may be killed again while histories are read."""
    verdict = verdicts[play]
    assert not verdict.findings.violations, str(verdict)
    assert verdict.findings.digests == 5
