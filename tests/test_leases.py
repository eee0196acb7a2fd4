"""The keeper of leases that delivery, poller and digests share."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import DatabaseBusy
from bot.core.leases import CLOCK_STEP, LEASE_S, RENEW_EVERY, was_set_back
from bot.leases import LeaseKeeper
from tests.conftest import Clock

START = datetime(2026, 11, 22, 3, tzinfo=UTC)


class Renewals:
    """What was renewed, and when; ``is_busy``: the storage refuses."""

    def __init__(self) -> None:
        self.made: list[tuple[tuple[str, ...], datetime]] = []
        self.is_busy = False

    async def __call__(self, held: Collection[str], now: datetime) -> None:
        if self.is_busy:
            raise DatabaseBusy
        self.made.append((tuple(held), now))


async def test_only_what_is_still_held_is_renewed_and_only_when_it_is_time() -> None:
    clock, renewals = Clock(START), Renewals()
    keeper: LeaseKeeper[str] = LeaseKeeper(renewals, clock, also_held=lambda: ["of others"])

    with keeper.hold("done"):
        await keeper.renew()
    clock.now += RENEW_EVERY
    with keeper.hold("under way"):
        await keeper.renew()
        await keeper.renew()

    assert renewals.made == [(("under way", "of others"), clock.now)]


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=5)])
async def test_a_clock_that_steps_back_keeps_no_lease_from_being_renewed(back: timedelta) -> None:
    clock, renewals = Clock(START), Renewals()
    keeper: LeaseKeeper[str] = LeaseKeeper(renewals, clock)

    with keeper.hold("under way"):
        clock.now -= back
        await keeper.renew()
        await keeper.renew()
        clock.now += RENEW_EVERY
        await keeper.renew()

    assert [at for _, at in renewals.made] == [START - back, START - back + RENEW_EVERY]


async def test_a_busy_database_leaves_the_renewal_to_the_next_time() -> None:
    clock, renewals = Clock(START), Renewals()
    keeper: LeaseKeeper[str] = LeaseKeeper(renewals, clock)

    with keeper.hold("under way"):
        renewals.is_busy = True
        clock.now += RENEW_EVERY
        await keeper.renew()
        renewals.is_busy = False
        clock.now += RENEW_EVERY
        await keeper.renew()

    assert len(renewals.made) == 1
    assert timedelta(seconds=LEASE_S) > 2 * RENEW_EVERY


def test_a_clock_that_is_steered_was_not_set() -> None:
    assert not was_set_back(START, START - CLOCK_STEP)
    assert was_set_back(START, START - CLOCK_STEP - timedelta(microseconds=1))
