from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.alerting.followups import MASS_DELETION_LIMIT
from bot.core.errors import (
    BudgetSpent,
    DatabaseBusy,
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceUnreachable,
    TopicUnfit,
)
from bot.core.models import FetchRequest, FetchResult, Media, PostKey, Recheck, SourceName
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.request_budget import MAX_FETCH_S
from bot.sources.x.api import BATCH, LEAST, PAGE, XAccount
from bot.sources.x.daily_budget import DailyBudget
from bot.sources.x.source import AGAIN_EVERY, COUNT_EVERY, FIRST_PAGE, MAX_SHARE_OF_DAY, NEW_PAGES, RESERVE, X
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.fakes.x_server import BUDGET, COUNTS, POSTS, SEARCH, TOKEN, WINDOW, XServer, id_at, not_found
from tests.sqlite_file import empty_file

START = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
TODAY = START.date()
PER_DAY = 5000


class World:
    """A server, our source with its budget in a database, and a clock that stands still until it is moved."""

    def __init__(self, server: XServer, storage: Storage) -> None:
        self.now = START
        self.server = server
        self.storage = storage
        limits = HttpLimits(
            "kawaraban/test", allow_private_networks=True, per_host_interval_s=0, per_host_concurrency=20
        )
        self.http = Http(limits, clock=lambda: self.now)
        self.cursor: str | None = None
        self.seconds = 0.0
        self.restart()

    def restart(self, *, per_day: int = PER_DAY, token: str = TOKEN) -> None:
        """A new process: only the database and the cursor remember."""
        budget = DailyBudget(self.storage.spend, SourceName.X, per_day=per_day)
        account = XAccount(self.http, budget, base_url=self.server.base_url, bearer_token=token)
        self.source = X(account, timer=lambda: self.seconds)

    def add(self, *, minutes_old: float = 0, reposts: int = 0, text: str = "データセンターの話") -> str:
        return self.server.add(text, written=self.now - timedelta(minutes=minutes_old), reposts=reposts)

    def add_many(self, count: int, *, youngest_minutes_old: float = 0) -> list[str]:
        """Oldest first, a second apart."""
        return [self.add(minutes_old=youngest_minutes_old + back / 60) for back in reversed(range(count))]

    async def fetch(self, *due: str, topic: str = "データセンター") -> FetchResult:
        self.server.forget_requests()
        search_query = FetchRequest(
            topic=make_topic(topic), cursor=self.cursor, rechecks=tuple(rechecks(each) for each in due)
        )
        fetched = await self.source.fetch(search_query, self.now)
        self.cursor = fetched.cursor
        return fetched

    async def fetch_later(self, *due: str, after: timedelta = COUNT_EVERY) -> FetchResult:
        self.now += after
        return await self.fetch(*due)

    async def refused_fetch(self, *due: str, topic: str = "データセンター") -> SourceError:
        with pytest.raises(SourceError) as caught:
            await self.fetch(*due, topic=topic)
        return caught.value

    async def spent(self, day: date = TODAY) -> int:
        return await self.storage.spend.spent(SourceName.X, day)


def rechecks(post_id: str) -> Recheck:
    return Recheck(PostKey(f"x:{post_id}"), post_id, START)


@pytest.fixture(name="world")
async def make_world(tmp_path: Path) -> AsyncIterator[World]:
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    async with XServer(clock=lambda: world.now) as server:
        world = World(server, storage)
        yield world
        await world.http.aclose()
    await storage.close()


def ids(fetched: FetchResult) -> list[str | None]:
    return [post.source_id for post in fetched.posts]


# -- what is asked ---------------------------------------------------------------------------------------


async def test_x_is_a_source_that_costs_money(world: World) -> None:
    source: Source = world.source

    assert (source.name, source.can_recheck, source.name.traits.costs_money) == (SourceName.X, True, True)


async def test_first_fetch_counts_and_reads_a_small_page(world: World) -> None:
    posts = world.add_many(FIRST_PAGE + 5, youngest_minutes_old=3)

    fetched = await world.fetch()

    assert world.server.paths == [COUNTS, SEARCH]
    assert ids(fetched) == posts[: -FIRST_PAGE - 1 : -1]
    assert fetched.snapshot is not None
    assert fetched.snapshot.volume == FIRST_PAGE + 5
    assert fetched.note == f'"データセンター" -is:retweet @ {world.server.base_url.removeprefix("http://")}'
    assert world.server.queries(SEARCH)[0]["max_results"] == str(FIRST_PAGE)
    assert world.server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


async def test_topic_that_looks_like_operators_is_only_words(world: World) -> None:
    wanted = world.add(text="from:someone OR is:verified と書く")
    world.add(text="別の話")

    fetched = await world.fetch(topic='from:someone" OR "is:verified')

    assert world.server.queries(SEARCH)[0]["query"] == '"from:someone or is:verified" -is:retweet'
    assert ids(fetched) == [wanted]


@pytest.mark.parametrize("topic", ["!!!", '"', "長" * 600])
async def test_topic_that_cannot_be_asked_for_is_refused_without_a_request(world: World, topic: str) -> None:
    error = await world.refused_fetch(topic=topic)

    assert isinstance(error, TopicUnfit)
    assert (world.server.requests, await world.spent()) == ([], 0)


async def test_search_without_a_result_is_an_answer(world: World) -> None:
    fetched = await world.fetch()

    assert fetched.posts == ()
    assert fetched.snapshot is not None
    assert fetched.snapshot.volume == 0


async def test_volume_is_that_of_the_last_24_hours(world: World) -> None:
    world.add(minutes_old=23 * 60)
    world.add(minutes_old=26 * 60)

    fetched = await world.fetch()

    assert fetched.snapshot is not None
    assert fetched.snapshot.volume == 1
    assert sum(hour.posts for hour in fetched.hours) == 2
    assert fetched.hours == tuple(sorted(fetched.hours, key=lambda hour: hour.start))


# -- only as much as is new ------------------------------------------------------------------------------


async def test_nothing_is_asked_before_the_next_count_is_due(world: World) -> None:
    world.add()
    await world.fetch()

    fetched = await world.fetch_later(after=COUNT_EVERY - timedelta(seconds=1))

    assert (world.server.requests, fetched.posts, fetched.snapshot) == ([], (), None)


async def test_count_that_did_not_rise_is_followed_by_no_search(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()

    for _ in range(8):
        await world.fetch_later()
        assert world.server.paths == [COUNTS]


async def test_new_post_is_found_above_the_newest_seen(world: World) -> None:
    old = world.add(minutes_old=1)
    await world.fetch()
    world.now += COUNT_EVERY
    new = world.add()

    fetched = await world.fetch()

    assert ids(fetched) == [new]
    assert world.server.queries(SEARCH)[0]["since_id"] == old
    assert world.server.queries(SEARCH)[0]["max_results"] == str(LEAST)


async def test_new_post_is_found_after_days_without_one(world: World) -> None:
    world.add_many(5, youngest_minutes_old=1)
    await world.fetch()
    while world.now < START + timedelta(days=9):
        await world.fetch_later(after=timedelta(hours=5))
    new = world.add()

    assert ids(await world.fetch_later()) == [new]


async def test_post_that_is_counted_before_it_can_be_found_is_found_later(world: World) -> None:
    world.add(minutes_old=30)
    await world.fetch()
    world.server.searches_lag = timedelta(minutes=5)
    world.now += COUNT_EVERY
    late = world.add(minutes_old=1)

    first = await world.fetch()
    then = await world.fetch_later()

    assert (ids(first), ids(then)) == ([], [late])
    await world.fetch_later()
    assert world.server.paths == [COUNTS]


async def test_many_new_posts_are_read_page_by_page(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    world.now += COUNT_EVERY
    posts = world.add_many(PAGE + 20)

    fetched = await world.fetch()

    assert ids(fetched) == posts[::-1]
    assert [query["max_results"] for query in world.server.queries(SEARCH)] == ["100", "20"]
    assert "next_token" in world.server.queries(SEARCH)[1]


async def test_more_than_the_bound_is_left_out_for_good(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    world.now += COUNT_EVERY
    posts = world.add_many(NEW_PAGES * PAGE + 50)

    fetched = await world.fetch()

    assert ids(fetched) == posts[: -NEW_PAGES * PAGE - 1 : -1]
    await world.fetch_later()
    assert world.server.paths == [COUNTS]


async def test_what_the_time_of_a_fetch_cuts_off_is_not_bought_again(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    world.now += COUNT_EVERY
    posts = world.add_many(PAGE + 20)

    def take_long(path: str) -> None:
        world.seconds += MAX_FETCH_S if path == SEARCH else 0

    world.server.before_answer = take_long
    cut = await world.fetch()
    spent = await world.spent()
    later = await world.fetch_later()

    assert (ids(cut), cut.reset_at) == (posts[: -PAGE - 1 : -1], None)
    assert (ids(later), world.server.paths) == ([], [COUNTS])
    assert await world.spent() == spent + 1


async def test_failure_between_pages_skips_nothing(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    world.now += COUNT_EVERY
    posts = world.add_many(PAGE + 20)
    world.server.fail(SEARCH, 503, after=1)

    cut = await world.fetch()
    whole = await world.fetch_later()

    assert ids(cut) == posts[: -PAGE - 1 : -1]
    assert ids(whole) == posts[::-1]


async def test_rate_limit_between_pages_skips_nothing(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    world.now += timedelta(days=1)
    posts = world.add_many(PAGE + 20)
    world.server.remaining = 2
    world.server.renews = False

    cut = await world.fetch()
    world.server.remaining = BUDGET
    whole = await world.fetch_later()

    assert ids(cut) == posts[: -PAGE - 1 : -1]
    assert cut.reset_at is not None
    assert ids(whole) == posts[::-1]


async def test_counts_without_data_are_followed_by_a_search(world: World) -> None:
    post = world.add()
    world.server.fail(COUNTS, 200, body='{"meta": {"total_tweet_count": 0}}')

    fetched = await world.fetch()

    assert ids(fetched) == [post]
    assert fetched.snapshot is not None
    assert fetched.snapshot.volume == 0


async def test_since_id_older_than_a_week_is_not_sent(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    world.now += timedelta(days=7)
    new = world.add()

    fetched = await world.fetch()

    assert ids(fetched) == [new]
    assert ["since_id" in query for query in world.server.queries(SEARCH)] == [False]


async def test_since_id_that_is_refused_is_dropped(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    world.now += COUNT_EVERY
    new = world.add()
    world.server.fail(SEARCH, 400)

    fetched = await world.fetch()

    assert new in ids(fetched)
    assert ["since_id" in query for query in world.server.queries(SEARCH)] == [True, False]


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"since":5}', '{"since":"abc"}', '{"hour":"yesterday"}'])
async def test_cursor_that_cannot_be_read_is_a_first_fetch(world: World, cursor: str) -> None:
    post = world.add()
    world.cursor = cursor

    assert ids(await world.fetch()) == [post]


# -- posts read again --------------------------------------------------------------------------------------


async def test_due_posts_are_read_again_by_id_in_batches(world: World) -> None:
    posts = world.add_many(BATCH + 30, youngest_minutes_old=60)
    await world.fetch()
    for post in posts:
        world.server.repost(post, 7)

    fetched = await world.fetch_later(*posts, after=timedelta(minutes=1))

    assert world.server.paths == [POSTS, POSTS]
    assert {post.rp for post in fetched.posts} == {7}
    assert sorted(map(str, ids(fetched))) == sorted(posts)


async def test_posts_are_read_again_at_most_once_an_hour(world: World) -> None:
    post = world.add(minutes_old=60)
    await world.fetch(post)
    again = []
    for _ in range(12):
        await world.fetch_later(post, after=timedelta(minutes=10))
        again.append(POSTS in world.server.paths)

    assert again.count(True) == timedelta(minutes=120) // AGAIN_EVERY


async def test_deleted_post_is_gone_and_one_still_there_is_not(world: World) -> None:
    gone, kept = world.add(minutes_old=60), world.add(minutes_old=50)
    await world.fetch()
    world.server.remove(gone)

    fetched = await world.fetch_later(gone, kept)

    assert fetched.gone == (PostKey(f"x:{gone}"),)
    assert ids(fetched) == [kept]


async def test_post_that_is_shown_is_not_gone_whatever_else_is_wrong_with_it(world: World) -> None:
    post = world.add(minutes_old=60)
    await world.fetch()
    body = {"data": [{"id": post, "text": "データセンターの話"}], "errors": [not_found(post)]}
    world.server.fail(POSTS, 200, body=json.dumps(body))

    fetched = await world.fetch_later(post, after=timedelta(minutes=1))

    assert (ids(fetched), fetched.gone) == ([post], ())


async def test_that_many_are_gone_at_once_is_not_believed(world: World) -> None:
    posts = world.add_many(MASS_DELETION_LIMIT, youngest_minutes_old=60)
    await world.fetch()
    for post in posts:
        world.server.remove(post)

    assert (await world.fetch_later(*posts)).gone == ()


async def test_failure_of_the_second_reading_keeps_what_was_found(world: World) -> None:
    old = world.add(minutes_old=60)
    await world.fetch()
    world.now += AGAIN_EVERY
    new = world.add()
    world.server.fail(POSTS, 503)

    assert ids(await world.fetch(old)) == [new]


@pytest.mark.parametrize(
    ("left", "asked"), [(RESERVE + 2, [COUNTS, SEARCH]), (RESERVE + 3, [COUNTS, SEARCH, POSTS])]
)
async def test_few_requests_left_are_kept_for_new_posts(world: World, left: int, asked: list[str]) -> None:
    due = world.add(text="見出しの変わった話")
    new = world.add()
    world.server.remaining = left

    fetched = await world.fetch(due)

    assert world.server.paths == asked
    assert new in ids(fetched)


# -- what it may cost --------------------------------------------------------------------------------------


async def test_what_is_written_down_is_what_x_charges(world: World) -> None:
    posts = world.add_many(12, youngest_minutes_old=60)
    await world.fetch()
    world.server.remove(posts[0])
    world.now += AGAIN_EVERY
    world.add_many(3)

    await world.fetch(*posts)

    assert world.server.charged == 1 + 12 + 1 + 3 + 11
    assert await world.spent() == world.server.charged


async def test_spent_budget_is_said_with_the_time_until_midnight_and_nothing_is_asked(world: World) -> None:
    world.restart(per_day=30)
    await world.storage.spend.reserve(SourceName.X, TODAY, 30, least=1, limit=30)
    world.add_many(40)
    error = await world.refused_fetch()

    assert isinstance(error, BudgetSpent)
    assert "budget of 30 reads is spent" in error.detail
    assert error.retry_after == datetime(2026, 11, 23, tzinfo=UTC) - world.now
    assert world.server.requests == []
    assert (world.server.charged, await world.spent()) == (0, 30)


async def test_new_day_has_a_new_budget(world: World) -> None:
    await world.storage.spend.reserve(SourceName.X, TODAY, PER_DAY, least=1, limit=PER_DAY)
    await world.refused_fetch()
    world.now = datetime(2026, 11, 23, tzinfo=UTC)
    new = world.add()

    fetched = await world.fetch()

    assert ids(fetched) == [new]
    assert await world.spent(date(2026, 11, 23)) == 2
    assert await world.spent() == PER_DAY


async def test_rest_too_small_for_a_search_is_spent_on_nothing(world: World) -> None:
    world.restart(per_day=LEAST)
    world.add_many(3)

    error = await world.refused_fetch()

    assert isinstance(error, BudgetSpent)
    assert world.server.paths == [COUNTS]
    assert world.server.charged == 1


async def test_budget_that_ends_between_pages_keeps_what_was_read(world: World) -> None:
    world.add(minutes_old=1)
    await world.fetch()
    already = PER_DAY - (1 + PAGE) - await world.spent()
    await world.storage.spend.reserve(SourceName.X, TODAY, already, least=1, limit=PER_DAY)
    world.now += COUNT_EVERY
    posts = world.add_many(PAGE + 50)

    fetched = await world.fetch()

    assert ids(fetched) == posts[: -PAGE - 1 : -1]
    assert world.server.charged == 2 + 1 + PAGE
    assert await world.spent() == PER_DAY
    world.now += COUNT_EVERY
    assert isinstance(await world.refused_fetch(), BudgetSpent)


async def test_one_fetch_reads_at_most_its_share_of_the_budget(world: World) -> None:
    world.restart(per_day=MAX_SHARE_OF_DAY * 25)
    world.add(minutes_old=1)
    await world.fetch()
    world.now += COUNT_EVERY
    posts = world.add_many(90)

    fetched = await world.fetch()

    assert ids(fetched) == posts[:-26:-1]
    await world.fetch_later()
    assert world.server.paths == [COUNTS]


async def test_rest_of_the_budget_is_read_again_and_not_more(world: World) -> None:
    posts = world.add_many(20, youngest_minutes_old=60)
    await world.fetch()
    world.restart(per_day=21 + 5)

    fetched = await world.fetch_later(*posts, after=timedelta(minutes=1))

    assert len(fetched.posts) == 5
    assert world.server.charged == await world.spent() == 26


async def test_many_topics_at_once_never_cost_more_than_the_budget(world: World) -> None:
    world.restart(per_day=100)
    topics = [f"話題{number}の" for number in range(12)]
    for topic in topics:
        for _ in range(25):
            world.add(text=f"{topic}話")

    fetches = (world.source.fetch(FetchRequest(topic=make_topic(topic)), world.now) for topic in topics)
    answers = await asyncio.gather(*fetches, return_exceptions=True)

    assert any(isinstance(answer, FetchResult) and answer.posts for answer in answers)
    assert any(isinstance(answer, BudgetSpent) for answer in answers)
    assert all(isinstance(answer, FetchResult | BudgetSpent) for answer in answers)
    assert world.server.charged == await world.spent() <= 100


async def test_two_processes_never_cost_more_than_the_budget(world: World, tmp_path: Path) -> None:
    world.restart(per_day=60)
    one = world.source
    other_storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    budget = DailyBudget(other_storage.spend, SourceName.X, per_day=60)
    other = X(XAccount(world.http, budget, base_url=world.server.base_url, bearer_token=TOKEN))
    world.add_many(200)

    fetches = (
        source.fetch(FetchRequest(topic=make_topic("データセンター")), world.now) for source in (one, other) * 3
    )
    await asyncio.gather(*fetches, return_exceptions=True)
    await other_storage.close()

    assert 0 < world.server.charged == await world.spent() <= 60


async def test_fetch_killed_while_its_answer_is_under_way_leaves_its_reservation_spent(world: World) -> None:
    world.add_many(20)

    def cut(path: str) -> None:
        if path == SEARCH:
            fetch.cancel()

    world.server.before_answer = cut
    fetch = asyncio.create_task(world.fetch())
    with contextlib.suppress(asyncio.CancelledError):
        await fetch

    assert world.server.charged == 1 + 20
    assert await world.spent() == 1 + FIRST_PAGE


async def test_answer_that_cannot_be_read_leaves_its_reservation_spent(world: World) -> None:
    world.add()
    world.server.fail(SEARCH, 200, body="<html>")

    error = await world.refused_fetch()

    assert isinstance(error, SourceChanged)
    assert await world.spent() == 1 + FIRST_PAGE


@pytest.mark.parametrize("status", [400, 401, 403, 429, 503])
async def test_refused_request_costs_nothing(world: World, status: int) -> None:
    world.server.fail(COUNTS, status)

    await world.refused_fetch()

    assert (world.server.charged, await world.spent()) == (0, 0)


async def test_what_cannot_be_written_down_is_not_asked(world: World) -> None:
    class Full:
        async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
            raise DatabaseBusy("disk full")

        async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None: ...

        async def spent(self, source: SourceName, day: date) -> int:
            return 0

    budget = DailyBudget(Full(), SourceName.X, per_day=100)
    world.source = X(XAccount(world.http, budget, base_url=world.server.base_url, bearer_token=TOKEN))

    error = await world.refused_fetch()

    assert isinstance(error, SourceBusy)
    assert "disk full" in error.detail
    assert world.server.requests == []


async def test_answer_is_kept_where_only_settling_fails(world: World, caplog: pytest.LogCaptureFixture) -> None:
    storage = world.storage

    class FullLater:
        async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
            return await storage.spend.reserve(source, day, wanted, least=least, limit=limit)

        async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
            raise DatabaseBusy("disk full")

        async def spent(self, source: SourceName, day: date) -> int:
            return await storage.spend.spent(source, day)

    post = world.add()
    budget = DailyBudget(FullLater(), SourceName.X, per_day=PER_DAY)
    world.source = X(XAccount(world.http, budget, base_url=world.server.base_url, bearer_token=TOKEN))

    assert ids(await world.fetch()) == [post]
    assert await budget.spent(world.now) == 1 + FIRST_PAGE
    assert "disk full" in caplog.text


async def test_probe_costs_one_read(world: World) -> None:
    world.add_many(20)

    await world.source.probe(FetchRequest(topic=make_topic("データセンター")), world.now)

    assert (world.server.charged, await world.spent()) == (1, 1)


# -- what goes wrong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told"), [(401, "bearer token"), (402, "no credits left"), (403, "does not let this app search")]
)
async def test_refusal_says_what_to_do(world: World, status: int, told: str) -> None:
    world.server.fail(COUNTS, status)

    error = await world.refused_fetch()

    assert isinstance(error, SourceRefused)
    assert told in error.detail
    assert f"answered {status}" in error.detail
    assert error.permanent


async def test_token_is_shown_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.restart(token="another-secret-token")

    error = await world.refused_fetch()

    assert "another-secret-token" not in f"{error} {error!r} {error.__cause__!r} {world.source!r} {caplog.text}"


async def test_rate_limit_is_waited_for_until_its_reset(world: World) -> None:
    world.server.remaining = 0

    error = await world.refused_fetch()

    assert isinstance(error, SourceBusy)
    assert error.retry_after is not None
    assert timedelta(0) < error.retry_after <= WINDOW
    assert (world.now + error.retry_after).timestamp() % WINDOW.total_seconds() == 0


async def test_last_request_of_a_window_ends_the_fetch(world: World) -> None:
    world.add(minutes_old=1)
    world.server.remaining = 2

    fetched = await world.fetch()

    assert world.server.remaining == 0 < BUDGET
    assert fetched.reset_at is not None
    assert world.now < fetched.reset_at <= world.now + WINDOW


async def test_server_error_is_busy(world: World) -> None:
    world.server.fail(COUNTS, 503)

    assert isinstance(await world.refused_fetch(), SourceBusy)


async def test_no_answer_is_unreachable_also_where_posts_are_only_due_again(world: World) -> None:
    post = world.add(minutes_old=60)
    await world.fetch()
    await world.server.__aexit__(None, None, None)
    world.now += timedelta(minutes=1)

    assert isinstance(await world.refused_fetch(post), SourceUnreachable)


async def test_cursor_stays_small_and_holds_no_text(world: World) -> None:
    world.add_many(10)
    await world.fetch()

    assert world.cursor is not None
    assert set(json.loads(world.cursor)) == {"since", "hour", "count", "counted_at"}
    assert len(world.cursor) < 200
    assert id_at(world.now) <= json.loads(world.cursor)["since"]


# -- pictures ------------------------------------------------------------------------------------------------


async def test_pictures_come_with_the_answer_that_is_paid_for_anyway(world: World) -> None:
    await world.fetch()
    paid = world.server.charged
    post_id = world.add(text="川の話 データセンター")
    world.server.show_media(post_id, {"type": "photo", "url": "https://pbs.example/1.jpg", "alt_text": "川"})

    seen = await world.fetch_later()

    [post] = seen.posts
    assert post.media == (Media("https://pbs.example/1.jpg", alt="川"),)
    assert world.server.charged - paid == await world.spent() - paid == 1 + 1  # the counts, and the post
    assert [one.path for one in world.server.requests] == [COUNTS, SEARCH]
