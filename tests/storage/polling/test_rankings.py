"""Rankings that all processes share: one request for a place in ten minutes, whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.causes import Cause
from bot.core.trending.rankings import ASKED_EVERY, RankedTopic, Ranking, RankingPlace, RankingSource
from bot.storage.sql.polling.rankings import LONGEST_WAIT
from bot.storage.stores import Storage
from tests.storage.races import Race
from tests.storage.world import NOW, later

PLACE = RankingPlace(RankingSource.MASTODON, "m.example")
KEY = PLACE.key
FULL = RankedTopic(
    "流星群", 60, 80, 1000, 6.5, datetime(2026, 11, 22, 1, tzinfo=UTC), hot=True, headline="A headline"
)


async def test_an_answer_is_read_as_it_was_stored(storage: Storage) -> None:
    answer = Ranking(PLACE, NOW, (FULL, RankedTopic("bare")))
    await storage.rankings.claim(KEY, NOW)
    await storage.rankings.keep(answer, later(minutes=10))

    found = await storage.rankings.known([KEY, "mastodon:other"])

    assert list(found) == [KEY]
    assert found[KEY].ranking == answer


async def test_a_failure_is_stored_with_its_cause(storage: Storage) -> None:
    failed = Ranking(PLACE, NOW, cause=Cause.REFUSED)
    await storage.rankings.claim(KEY, NOW)
    await storage.rankings.keep(failed, later(hours=1))

    found = (await storage.rankings.known([KEY]))[KEY]

    assert found.ranking == failed
    assert not found.may_be_asked(later(minutes=59))
    assert found.may_be_asked(later(hours=1))


async def test_a_place_is_claimed_once_in_ten_minutes(storage: Storage) -> None:
    times = [NOW, NOW, NOW + ASKED_EVERY - timedelta(seconds=1), NOW + ASKED_EVERY]

    assert [await storage.rankings.claim(KEY, at) for at in times] == [True, False, False, True]


async def test_of_two_processes_one_asks(race: Race) -> None:
    claims = [await one.rankings.claim(KEY, NOW) for one in (race.a, race.b)]

    assert claims == [True, False]


async def test_a_claim_without_a_request_is_given_back(storage: Storage) -> None:
    await storage.rankings.claim(KEY, NOW)
    await storage.rankings.give_back(KEY, NOW)

    assert await storage.rankings.claim(KEY, later(seconds=1))


async def test_a_claim_that_another_process_made_since_is_not_given_back(storage: Storage) -> None:
    await storage.rankings.claim(KEY, NOW)
    await storage.rankings.claim(KEY, NOW + ASKED_EVERY)
    await storage.rankings.give_back(KEY, NOW)

    assert not await storage.rankings.claim(KEY, NOW + ASKED_EVERY + timedelta(seconds=1))


@pytest.mark.parametrize(("ahead", "asked"), [(LONGEST_WAIT * 2, True), (timedelta(hours=3), False)])
async def test_a_time_of_a_clock_that_was_far_ahead_holds_nobody_back(
    storage: Storage, ahead: timedelta, asked: bool
) -> None:
    await storage.rankings.claim(KEY, NOW + ahead)

    assert await storage.rankings.claim(KEY, NOW) is asked


async def test_a_place_that_nobody_asks_any_more_is_forgotten(storage: Storage) -> None:
    await storage.rankings.claim(KEY, NOW)
    await storage.maintenance.prune(later(days=3), keep_posts=timedelta(days=30))

    assert await storage.rankings.known([KEY]) == {}
