"""Rankings as several processes share them, and what becomes of failures: each process is a service of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.causes import Cause
from bot.core.errors import SourceBusy, SourceChanged, SourceError
from bot.core.models import SourceName, Viewer
from bot.core.trending.answer import TrendingAnswer
from bot.core.trending.rankings import ASKED_EVERY, RankedTopic, RankingPlace, RankingSource
from bot.services.live_fetches import Lookups
from bot.services.trending import UNDER_WAY, TrendingService
from bot.sources.trending.reader import RankingReader
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.conftest import Clock
from tests.sqlite_file import empty_file

PLACE = RankingPlace(RankingSource.MASTODON, "m.example")


@dataclass
class Site:
    """A source whose answers a test lets go; ``asked``: when it was asked."""

    clock: Clock
    error: Exception | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[datetime] = field(default_factory=list)

    async def read(self, now: datetime) -> tuple[RankedTopic, ...]:
        self.asked.append(now)
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return (RankedTopic(f"answer {len(self.asked)}"),)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(empty_file(tmp_path / "kawaraban.db"))
    yield opened
    await opened.close()


@pytest.fixture
def ranked(clock: Clock) -> Site:
    site = Site(clock)
    site.open.set()
    return site


def process(storage: Storage, site: Site, lookups: Lookups | None = None) -> TrendingService:
    """The service of one process."""
    reader = RankingReader(PLACE, SourceName.MASTODON, None, site.read)

    async def passes(_: float) -> None:
        await asyncio.sleep(0)

    return TrendingService(storage, lambda: [reader], lookups or Lookups(), clock=site.clock, sleep=passes)


async def shown(service: TrendingService) -> TrendingAnswer:
    return await service.show(Viewer(), "en")


def names(answer: TrendingAnswer) -> list[str]:
    return [one.topic.name for one in answer.rising]


def causes(answer: TrendingAnswer) -> list[Cause | None]:
    return [one.cause for one in answer.left_out]


async def test_two_processes_that_want_it_at_once_make_one_request(storage: Storage, ranked: Site) -> None:
    ranked.open.clear()
    first = asyncio.ensure_future(shown(process(storage, ranked)))
    while not ranked.asked:  # noqa: ASYNC110 - in the first process's task
        await asyncio.sleep(0)
    second = asyncio.ensure_future(shown(process(storage, ranked)))
    await asyncio.sleep(0)
    ranked.open.set()

    answers = await asyncio.gather(first, second)

    assert len(ranked.asked) == 1
    assert names(answers[0]) == ["answer 1"]
    assert names(answers[1]) == ["answer 1"] or causes(answers[1]) == [Cause.BUSY]


async def test_another_process_reads_what_one_was_answered(storage: Storage, ranked: Site) -> None:
    await shown(process(storage, ranked))
    ranked.clock.forward(minutes=9)

    assert names(await shown(process(storage, ranked))) == ["answer 1"]
    assert len(ranked.asked) == 1


async def test_a_request_that_died_with_its_process_is_made_again_after_ten_minutes(
    storage: Storage, ranked: Site
) -> None:
    await storage.rankings.claim(PLACE.key, ranked.clock())
    ranked.clock.forward(seconds=UNDER_WAY.total_seconds() + 1)

    meanwhile = await shown(process(storage, ranked))
    ranked.clock.now += ASKED_EVERY
    later = await shown(process(storage, ranked))

    assert (causes(meanwhile), names(later)) == ([Cause.BUSY], ["answer 1"])


async def test_an_old_answer_is_shown_for_a_while_where_no_newer_one_could_be_had(
    storage: Storage, ranked: Site
) -> None:
    await shown(process(storage, ranked))
    found = {}
    for minutes in (20, 50):
        ranked.clock.now += timedelta(minutes=minutes)
        await storage.rankings.claim(PLACE.key, ranked.clock())
        ranked.clock.forward(minutes=1)
        found[minutes] = await shown(process(storage, ranked))

    assert names(found[20]) == ["answer 1"]
    assert causes(found[50]) == [Cause.BUSY]


@pytest.mark.parametrize(
    ("error", "cause", "again_after"),
    [
        (SourceChanged("not a list"), Cause.CHANGED, ASKED_EVERY),
        (SourceBusy("429", retry_after=timedelta(hours=2)), Cause.BUSY, timedelta(hours=2)),
        (SourceBusy("429", retry_after=timedelta(days=40)), Cause.BUSY, timedelta(days=1)),
        (SourceError("?", retry_after=timedelta(seconds=5)), Cause.OTHER, ASKED_EVERY),
        (ValueError("a fault of ours"), Cause.OTHER, ASKED_EVERY),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_failure_holds_as_long_as_an_answer_or_as_it_asks_for(
    storage: Storage, ranked: Site, error: Exception, cause: Cause, again_after: timedelta
) -> None:
    ranked.error = error
    service = process(storage, ranked)
    first = await shown(service)
    ranked.error = None
    ranked.clock.now += again_after - timedelta(seconds=1)
    still = await shown(service)
    ranked.clock.forward(seconds=1)
    again = await shown(service)

    assert causes(first) == causes(still) == [cause]
    assert names(again) == ["answer 2"]


class OthersTurn:
    """Turns at hosts that other processes have all the time."""

    @asynccontextmanager
    async def hold(self, source: SourceName, target: str | None) -> AsyncIterator[None]:
        """See ``HostTurns.hold``."""
        raise SourceBusy("too many questions are under way")
        yield


async def test_where_no_turn_came_nothing_was_asked_and_the_next_one_may(storage: Storage, ranked: Site) -> None:
    busy = await shown(process(storage, ranked, Lookups(turns=OthersTurn())))
    after = await shown(process(storage, ranked))

    assert (causes(busy), names(after)) == ([Cause.BUSY], ["answer 1"])


async def test_what_is_stored_serves_a_digest_without_a_request(storage: Storage, ranked: Site) -> None:
    service = process(storage, ranked)
    nothing = await service.stored_rising(Viewer().guild_id, "en", limit=5)
    await service.refresh("en")
    known = await service.stored_rising(Viewer().guild_id, "en", limit=5)
    ranked.clock.forward(hours=1)
    old = await service.stored_rising(Viewer().guild_id, "en", limit=5)

    assert (nothing, [one.topic.name for one in known], old) == ([], ["answer 1"], [])
    assert len(ranked.asked) == 1
