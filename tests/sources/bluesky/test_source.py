from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.alerting.followups import MASS_DELETION_LIMIT
from bot.core.errors import (
    DatabaseBusy,
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceUnreachable,
)
from bot.core.models import FetchRequest, FetchResult, PostKey, Recheck, SourceName
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.bluesky.session import LOGIN_EVERY, LONGEST_BLOCK, NOTE, BlueskyAccount, InMemorySessionStore
from bot.sources.bluesky.source import BATCH, NEW_PAGES, OVERLAP, PAGE, RESERVE, TOP_EVERY, Bluesky, phrase
from bot.sources.http.client import Answer, Http, HttpLimits
from tests.fakes.bluesky_server import (
    ACCESS_LASTS,
    HANDLE,
    LOGIN,
    PASSWORD,
    POSTS,
    REFRESH,
    REFRESH_LASTS,
    SEARCH,
    BlueskyServer,
    stamp,
)

START = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)


class World:
    """A server, our client with an account, and a clock that stands still until it is moved."""

    def __init__(self, server: BlueskyServer) -> None:
        self.now = START
        self.server = server
        self.store = InMemorySessionStore()
        limits = HttpLimits(
            "kawaraban/test", allow_private_networks=True, per_host_interval_s=0, per_host_concurrency=20
        )
        self.http = Http(limits, clock=lambda: self.now)
        self.cursor: str | None = None
        self.restart()

    def restart(self, *, identifier: str = HANDLE, password: str = PASSWORD) -> None:
        """A new process: only the store remembers."""
        account = BlueskyAccount(
            self.http,
            service_url=self.server.base_url,
            identifier=identifier,
            app_password=password,
            store=self.store,
        )
        self.account = account
        self.source = Bluesky(account)

    def add(self, *, minutes_old: float = 0, reposts: int = 0, text: str = "データセンターの話") -> str:
        return self.server.add(text, written=self.now - timedelta(minutes=minutes_old), reposts=reposts)

    def add_many(self, count: int, *, youngest_minutes_old: float = 60, apart_s: float = 1) -> list[str]:
        """Oldest first."""
        return [
            self.add(minutes_old=youngest_minutes_old + apart_s * back / 60) for back in reversed(range(count))
        ]

    async def fetch(self, *due: str, topic: str = "データセンター") -> FetchResult:
        self.server.forget_requests()
        question = FetchRequest(
            topic=make_topic(topic), cursor=self.cursor, rechecks=tuple(rechecks(each) for each in due)
        )
        fetched = await self.source.fetch(question, self.now)
        self.cursor = fetched.cursor
        return fetched

    async def settle(self) -> None:
        """A first look."""
        await self.fetch()

    async def fetch_or_fail(self) -> None:
        """A look whose outcome does not matter."""
        self.server.forget_requests()
        with contextlib.suppress(SourceError):
            await self.source.fetch(FetchRequest(topic=make_topic("データセンター")), self.now)

    async def refused_fetch(self) -> SourceError:
        self.server.forget_requests()
        with pytest.raises(SourceError) as caught:
            await self.source.fetch(FetchRequest(topic=make_topic("データセンター")), self.now)
        return caught.value


def rechecks(uri: str) -> Recheck:
    return Recheck(PostKey(f"bluesky:{uri}"), uri, START)


@pytest.fixture(name="world")
async def make_world() -> AsyncIterator[World]:
    async with BlueskyServer(clock=lambda: world.now) as server:
        world = World(server)
        yield world
        await world.http.aclose()


def ids(fetched: FetchResult) -> list[str | None]:
    return [post.source_id for post in fetched.posts]


# -- what is asked ---------------------------------------------------------------------------------------


async def test_bluesky_is_a_source(world: World) -> None:
    source: Source = world.source

    assert (source.name, source.can_recheck, source.name.traits.costs_money) == (SourceName.BLUESKY, True, False)


async def test_topic_is_asked_as_a_phrase_and_says_so(world: World) -> None:
    wanted = world.add(text="new data center plans")
    world.add(text="a center for data")

    fetched = await world.fetch(topic="data center")

    host = world.server.base_url.removeprefix("http://")
    assert ids(fetched) == [wanted]
    assert world.server.searches("latest") == [{"q": '"data center"', "sort": "latest", "limit": "100"}]
    assert fetched.note == f'"data center" @ {host}'
    assert world.source.describe_request(FetchRequest(topic=make_topic("#data center"))) == fetched.note


async def test_post_with_the_hashtag_is_found_too(world: World) -> None:
    wanted = world.add(text="建った #データセンター")

    assert ids(await world.fetch(topic="#データセンター")) == [wanted]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("データセンター", '"データセンター"'),
        ("from:someone.example", '"from:someone.example"'),
        ("-電力", '"-電力"'),
        ('a"b\\c', '"a b c"'),
        ("★", None),
        ('""', None),
    ],
)
def test_nothing_in_a_topic_is_an_operator(name: str, asked: str | None) -> None:
    assert phrase(name) == asked


async def test_topic_without_a_letter_is_refused_without_a_request(world: World) -> None:
    with pytest.raises(SourceRefused, match="no letter") as caught:
        await world.fetch(topic="★★")

    assert caught.value.permanent
    assert world.server.requests == []


# -- the session -----------------------------------------------------------------------------------------


async def test_many_fetches_share_one_login(world: World) -> None:
    for _ in range(5):
        await world.fetch()
        world.now += timedelta(minutes=5)

    assert (world.server.logins, world.server.refreshes) == (1, 0)


async def test_session_outlives_the_process(world: World) -> None:
    await world.fetch()
    world.restart()
    await world.fetch()

    assert world.server.logins == 1
    assert LOGIN not in world.server.names


async def test_day_of_polls_takes_one_login_and_a_refresh_every_two_hours(world: World) -> None:
    for _ in range(24 * 4):
        await world.fetch()
        world.now += timedelta(minutes=15)
        world.restart()

    assert world.server.logins == 1
    assert world.server.refreshes == timedelta(hours=24) // ACCESS_LASTS - 1


async def test_polls_that_start_together_wait_for_one_login(world: World) -> None:
    await asyncio.gather(*(world.source.fetch(FetchRequest(make_topic(f"話題{n}")), world.now) for n in range(12)))

    assert world.server.names.count(LOGIN) == 1


async def test_polls_whose_token_runs_out_together_wait_for_one_refresh(world: World) -> None:
    await world.fetch()
    world.now += ACCESS_LASTS

    await asyncio.gather(*(world.source.fetch(FetchRequest(make_topic(f"話題{n}")), world.now) for n in range(12)))

    assert (world.server.logins, world.server.refreshes) == (1, 1)


async def test_session_that_another_process_refreshed_is_taken_over(world: World) -> None:
    await world.fetch()
    mine, my_account = world.source, world.account
    world.now += ACCESS_LASTS
    world.restart()
    await world.fetch()
    world.source, world.account = mine, my_account

    await world.fetch()

    assert (world.server.logins, world.server.refreshes) == (1, 1)


async def test_session_that_ran_out_for_good_is_made_anew(world: World) -> None:
    await world.fetch()
    world.now += REFRESH_LASTS
    wanted = world.add()

    assert ids(await world.fetch()) == [wanted]
    assert world.server.names[:3] == [SEARCH, REFRESH, LOGIN]
    assert world.server.logins == 2


async def test_token_that_is_no_longer_known_is_refreshed(world: World) -> None:
    await world.fetch()
    world.server.revoke_access()

    await world.fetch()

    assert (world.server.logins, world.server.refreshes) == (1, 1)


async def test_refresh_is_posted_without_a_body(world: World) -> None:
    await world.fetch()
    world.now += ACCESS_LASTS

    await world.fetch()

    (refresh,) = [asked for asked in world.server.requests if asked.name == REFRESH]
    headers = {name.lower(): value for name, value in refresh.headers.items()}
    assert (refresh.body, headers.get("content-length"), "transfer-encoding" in headers) == (b"", "0", False)


async def test_token_goes_to_the_server_alone_and_the_password_in_the_login_alone(world: World) -> None:
    world.server.forget_requests()
    await world.source.fetch(FetchRequest(make_topic("データセンター")), world.now)

    login, *others = world.server.requests
    assert json.loads(login.body) == {"identifier": HANDLE, "password": PASSWORD}
    assert "authorization" not in {name.lower() for name in login.headers}
    assert all(asked.headers["Authorization"].startswith("Bearer eyJ-access-") for asked in others)
    assert all(PASSWORD not in str(asked) for asked in others)


async def test_password_is_kept_nowhere_and_tokens_are_shown_nowhere(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await world.fetch()
    world.now += ACCESS_LASTS
    await world.fetch()
    world.server.revoke_all()
    world.server.password = "changed"
    world.now += LOGIN_EVERY
    error = await world.refused_fetch()

    note = await world.store.get_note(NOTE)
    assert note is not None
    assert "eyJ-refresh-" in note
    assert PASSWORD not in note
    shown = f"{caplog.text} {error!r} {error.__cause__!r} {world.account!r} {world.account._session!r}"
    assert "eyJ-" not in shown
    assert PASSWORD not in shown


async def test_kept_session_of_another_account_is_not_used(world: World) -> None:
    await world.fetch()
    world.restart(identifier="somebody.example")

    error = await world.refused_fetch()

    assert world.server.names == [LOGIN]
    assert "not accepted" in str(error)


@pytest.mark.parametrize("kept", ["", "not json", "[]", '{"service":"x"}'])
async def test_kept_session_of_another_form_is_made_anew(world: World, kept: str) -> None:
    await world.store.set_note(NOTE, kept)

    await world.fetch()

    assert world.server.logins == 1


async def test_handle_is_taken_as_people_copy_it(world: World) -> None:
    world.restart(identifier=f"\u202a@{HANDLE}\u202c ")

    await world.fetch()

    assert world.server.logins == 1


class BusyStore(InMemorySessionStore):
    """A database that is busy."""

    reads, writes = True, True

    async def get_note(self, key: str) -> str | None:
        if not self.reads:
            raise DatabaseBusy("locked")
        return await super().get_note(key)

    async def set_note(self, key: str, value: str) -> None:
        if not self.writes:
            raise DatabaseBusy("locked")
        await super().set_note(key, value)


async def test_session_that_cannot_be_kept_serves_all_the_same(world: World) -> None:
    world.store = store = BusyStore()
    store.writes = False
    world.restart()

    await world.fetch()
    await world.fetch()

    assert world.server.logins == 1


async def test_session_that_cannot_be_read_is_no_reason_to_log_in(world: World) -> None:
    world.store = store = BusyStore()
    store.reads = False
    world.restart()

    assert isinstance(await world.refused_fetch(), SourceBusy)
    assert world.server.requests == []


# -- a login that is refused -----------------------------------------------------------------------------


async def test_wrong_app_password_is_reported_and_not_tried_again_at_once(world: World) -> None:
    world.restart(password="wrong")

    first = await world.refused_fetch()
    assert world.server.names == [LOGIN]
    world.now += LOGIN_EVERY - timedelta(seconds=1)
    second = await world.refused_fetch()

    assert isinstance(first, SourceRefused)
    assert "the app password is not accepted (answered 401 AuthenticationRequired)" in first.detail
    assert (first.permanent, first.retry_after) == (True, LOGIN_EVERY)
    assert (second.detail, second.retry_after) == (first.detail, timedelta(seconds=1))
    assert world.server.requests == []


async def test_refused_logins_grow_rarer_and_a_good_one_ends_that(world: World) -> None:
    world.server.password = "changed"
    tried = []

    for _ in range(24 * 12):
        await world.refused_fetch()
        tried += [world.now] * world.server.names.count(LOGIN)
        world.now += timedelta(minutes=5)
    waits = [(after - before) // LOGIN_EVERY for before, after in itertools.pairwise(tried)]
    world.server.password = PASSWORD
    world.now += LONGEST_BLOCK
    await world.fetch()

    assert waits[:7] == [1, 2, 4, 8, 16, 32, 64]
    assert set(waits[7:]) <= {72}
    assert world.server.logins == 1


async def test_polls_that_start_together_try_a_wrong_password_once(world: World) -> None:
    world.restart(password="wrong")

    answers = await asyncio.gather(
        *(world.source.fetch(FetchRequest(make_topic(f"話題{n}")), world.now) for n in range(12)),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [SourceRefused] * 12
    assert world.server.names == [LOGIN]


async def test_server_that_does_not_take_its_own_tokens_is_logged_in_to_every_five_minutes_at_most(
    world: World,
) -> None:
    logins = 0
    for _ in range(60):
        world.server.revoke_all()
        await world.fetch_or_fail()
        logins += world.server.names.count(LOGIN)
        world.now += timedelta(minutes=1)

    assert logins <= 12


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (400, '{"error":"InvalidRequest"}', "the login is refused (answered 400 InvalidRequest)"),
        (401, '{"error":"AuthFactorTokenRequired"}', "no app password"),
        (401, '{"error":"AccountTakedown"}', "taken down"),
        (404, "<html>", "there is no login"),
        (200, "<html>", "not with a session"),
        (200, '{"did":"did:plc:x"}', "not with a session"),
    ],
)
async def test_login_that_fails_says_why_and_blocks_further_ones(
    world: World, status: int, body: str, told: str
) -> None:
    world.server.fail(LOGIN, status, body=body)

    error = await world.refused_fetch()
    await world.refused_fetch()

    assert told in error.detail
    assert world.server.requests == []


async def test_busy_server_at_the_login_is_later_and_no_refusal(world: World) -> None:
    world.server.fail(LOGIN, 503)

    error = await world.refused_fetch()
    world.now += LOGIN_EVERY
    await world.fetch()

    assert isinstance(error, SourceBusy)
    assert not error.permanent
    assert world.server.logins == 1


async def test_login_that_is_answered_503_is_not_tried_again_for_five_minutes(world: World) -> None:
    """By looks one after the other: the lane of the host alone lets them through every few seconds."""
    world.server.fail(LOGIN, 503, times=1000)
    tried, errors = [], []

    for _ in range(120):
        errors.append(await world.refused_fetch())
        tried += [world.now] * world.server.names.count(LOGIN)
        world.now += timedelta(seconds=10)

    assert {type(error) for error in errors} == {SourceBusy}
    assert not any(error.permanent for error in errors)
    assert [(at - START) // timedelta(minutes=1) for at in tried] == [0, 5, 10, 15]


async def test_login_without_an_answer_is_not_tried_again_for_five_minutes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been counted all the same."""
    tried: list[datetime] = []

    async def silence(*_: object) -> Answer:
        tried.append(world.now)
        raise SourceUnreachable("no full answer in 30 s")

    monkeypatch.setattr(world.http, "post_json", silence)
    first = await world.refused_fetch()
    world.now += LOGIN_EVERY - timedelta(seconds=1)
    second = await world.refused_fetch()
    world.now += timedelta(seconds=1)
    await world.refused_fetch()

    assert tried == [START, START + LOGIN_EVERY]
    assert (type(second), second.detail) == (SourceUnreachable, first.detail)
    assert second.retry_after == timedelta(seconds=1)


async def test_busy_login_that_says_how_long_to_wait_rests_five_minutes_at_least(world: World) -> None:
    world.server.fail(LOGIN, 503, times=2, retry_after="60")

    first = await world.refused_fetch()
    world.now += timedelta(seconds=60)
    second = await world.refused_fetch()

    assert (first.retry_after, second.retry_after) == (timedelta(seconds=60), timedelta(minutes=4))
    assert world.server.requests == []


async def test_a_busy_server_after_refusals_is_no_refusal(world: World) -> None:
    world.server.fail(LOGIN, 401)
    world.server.fail(LOGIN, 503)

    refused = await world.refused_fetch()
    world.now += LOGIN_EVERY
    busy = await world.refused_fetch()

    assert (type(refused), refused.permanent) == (SourceRefused, True)
    assert (type(busy), busy.permanent) == (SourceBusy, False)


async def test_too_many_logins_wait_as_long_as_the_server_says(world: World) -> None:
    world.server.fail(
        LOGIN,
        429,
        body='{"error":"RateLimitExceeded"}',
        ratelimit_remaining="0",
        ratelimit_reset=str(int((START + timedelta(hours=3)).timestamp())),
    )

    error = await world.refused_fetch()
    world.now += timedelta(hours=2)
    await world.refused_fetch()

    assert error.retry_after == timedelta(hours=3)
    assert world.server.requests == []


async def test_busy_server_at_the_refresh_loses_no_session(world: World) -> None:
    await world.fetch()
    world.now += ACCESS_LASTS
    world.server.fail(REFRESH, 502)

    assert isinstance(await world.refused_fetch(), SourceBusy)
    await world.fetch()

    assert (world.server.logins, world.server.refreshes) == (1, 1)


# -- new posts -------------------------------------------------------------------------------------------


async def test_first_fetch_reads_the_newest_page_and_the_top(world: World) -> None:
    posts = world.add_many(PAGE + 50)
    world.server.repost(posts[0], 500)

    fetched = await world.fetch()

    assert set(posts[50:]) | {posts[0]} <= set(ids(fetched))
    assert [len(world.server.searches(sort)) for sort in ("latest", "top")] == [1, 1]
    assert world.server.searches("top")[0]["since"] == "2026-11-20T03:02:00.000Z"


async def test_posts_come_newest_first(world: World) -> None:
    posts = world.add_many(5)

    assert ids(await world.fetch()) == posts[::-1]


async def test_next_fetch_goes_down_to_what_was_seen_and_skips_nothing(world: World) -> None:
    world.add(minutes_old=100)
    await world.settle()
    fresh = world.add_many(PAGE * 2 + 5, youngest_minutes_old=1)

    fetched = await world.fetch()

    assert set(fresh) <= set(ids(fetched))
    assert [each.get("cursor") for each in world.server.searches("latest")] == [None, "100", "200"]


async def test_page_without_posts_that_leads_on_is_not_the_end(world: World) -> None:
    world.add(minutes_old=100)
    await world.settle()
    fresh = world.add(minutes_old=1)
    world.server.fail(SEARCH, 200, body='{"posts": [], "cursor": "0"}')

    assert fresh in ids(await world.fetch())


async def test_next_fetch_asks_only_for_what_is_newer_and_a_little_before(world: World) -> None:
    await world.settle()
    newest = world.add(minutes_old=4)
    world.add(minutes_old=60)
    await world.fetch()

    assert ids(await world.fetch()) == [newest]
    assert world.server.searches("latest")[0]["since"] == stamp(world.now - timedelta(minutes=4) - OVERLAP)


async def test_post_that_comes_into_the_search_late_is_still_found(world: World) -> None:
    world.add(minutes_old=0)
    await world.settle()
    late = world.add(minutes_old=OVERLAP.total_seconds() / 60 - 1)

    assert late in ids(await world.fetch())


async def test_post_dated_in_the_future_does_not_hide_those_after_it(world: World) -> None:
    world.server.add(written=world.now + timedelta(hours=1))
    await world.settle()
    world.now += timedelta(minutes=5)
    fresh = world.add()

    assert fresh in ids(await world.fetch())


async def test_burst_ends_at_its_bound_and_top_brings_the_big_ones_of_the_rest(world: World) -> None:
    world.add(minutes_old=100)
    await world.settle()
    world.now += TOP_EVERY
    burst = world.add_many(PAGE * NEW_PAGES + 50, youngest_minutes_old=1)
    world.server.repost(burst[3], 900)

    fetched = await world.fetch()

    assert len(world.server.searches("latest")) == NEW_PAGES
    assert fetched.timeline is not None
    assert not fetched.timeline.complete
    assert set(burst[50:]) | {burst[3]} <= set(ids(fetched))


async def test_server_that_ignores_since_is_asked_no_further_than_needed(world: World) -> None:
    world.add_many(PAGE * 4, apart_s=60)
    world.server.ignores_since = True
    await world.settle()

    await world.fetch()

    assert len(world.server.searches("latest")) == 1


async def test_failure_on_the_second_page_keeps_the_first_and_its_place(world: World) -> None:
    world.add(minutes_old=100)
    await world.settle()
    fresh = world.add_many(PAGE * 2, youngest_minutes_old=1)
    world.server.fail(SEARCH, 503, after=1, retry_after="90")

    cut = await world.fetch(fresh[0])
    assert cut.reset_at == world.now + timedelta(seconds=90)
    assert POSTS not in world.server.names
    world.now += timedelta(minutes=2)
    rest = await world.fetch()

    assert set(fresh) <= {*ids(cut), *ids(rest)}


@pytest.mark.parametrize("cursor", ["17-from-elsewhere", "[]", '{"newest":"2026-11-22T03:00:00"}'])
async def test_cursor_of_an_unknown_form_is_a_first_fetch(world: World, cursor: str) -> None:
    post = world.add(minutes_old=500)
    world.cursor = cursor

    assert ids(await world.fetch()) == [post]


async def test_topic_nobody_wrote_of_is_followed_from_its_first_post_on(world: World) -> None:
    assert ids(await world.fetch()) == []
    post = world.add()

    assert ids(await world.fetch()) == [post]


async def test_top_is_asked_every_quarter_of_an_hour(world: World) -> None:
    await world.fetch()
    asked = []
    for _ in range(6):
        world.now += timedelta(minutes=5)
        await world.fetch()
        asked.append(len(world.server.searches("top")))

    assert asked == [0, 0, 1, 0, 0, 1]


async def test_top_that_is_refused_costs_only_itself(world: World) -> None:
    post = world.add(minutes_old=100)
    world.add(minutes_old=1)
    await world.settle()
    world.now += TOP_EVERY
    world.server.fail(SEARCH, 400, after=1, body='{"error":"InvalidRequest"}')

    fetched = await world.fetch(post)

    assert post in ids(fetched)
    assert world.server.names == [SEARCH, SEARCH, POSTS]


async def test_total_of_hits_is_not_taken_for_a_volume(world: World) -> None:
    world.server.fail(SEARCH, 200, body='{"posts":[],"hitsTotal":41235}')

    assert (await world.fetch()).snapshot is None


# -- a search that is refused ----------------------------------------------------------------------------


async def test_server_without_a_search_is_reported_with_what_to_do(world: World) -> None:
    world.server.fail(SEARCH, 403, body="<html>403 Forbidden</html>")

    with pytest.raises(SourceRefused, match="name the server that the account lives on"):
        await world.fetch()


async def test_account_that_is_shut_is_reported(world: World) -> None:
    world.server.fail(SEARCH, 403, body='{"error":"AccountDeactivated"}')

    with pytest.raises(SourceRefused, match="answered 403 AccountDeactivated"):
        await world.fetch()


@pytest.mark.parametrize(("status", "body"), [(400, '{"error":"InvalidRequest"}'), (200, "[]"), (200, "<html>")])
async def test_answer_that_is_no_search_is_a_changed_source(world: World, status: int, body: str) -> None:
    world.server.fail(SEARCH, status, body=body)

    with pytest.raises(SourceChanged):
        await world.fetch()


async def test_server_that_is_away_is_unreachable() -> None:
    async with BlueskyServer() as server:
        world = World(server)
    with pytest.raises(SourceUnreachable):
        await world.fetch()
    await world.http.aclose()


# -- the recheck -----------------------------------------------------------------------------------------


async def test_posts_due_are_read_again_25_at_once(world: World) -> None:
    posts = world.add_many(40, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    for each in posts:
        world.server.repost(each, 50)

    fetched = await world.fetch(*posts[:39])

    batches = [asked.uris for asked in world.server.requests if asked.name == POSTS]
    assert [len(batch) for batch in batches] == [BATCH, 39 - BATCH]
    assert {post.source_id: post.rp for post in fetched.posts}.items() >= dict.fromkeys(posts[:39], 50).items()
    assert fetched.gone == ()


async def test_post_due_and_read_as_new_is_not_asked_for_again(world: World) -> None:
    post = world.add(minutes_old=1)
    await world.settle()

    assert ids(await world.fetch(post)) == [post]
    assert world.server.names == [SEARCH]


@pytest.mark.parametrize("value", ["!no-unauthenticated", "!hide"])
async def test_deleted_post_is_gone_and_so_is_one_that_labels_keep_from_the_public(
    world: World, value: str
) -> None:
    deleted, labelled, kept = world.add_many(3, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    world.server.remove(deleted)
    world.server.label(labelled, value)

    fetched = await world.fetch(deleted, labelled, kept)

    assert fetched.gone == (f"bluesky:{deleted}", f"bluesky:{labelled}")
    assert kept in ids(fetched)
    assert labelled not in ids(fetched)


async def test_due_post_found_labelled_by_the_search_is_gone_too(world: World) -> None:
    post = world.add(minutes_old=1)
    await world.settle()
    world.server.label_author("hanako", "!no-unauthenticated")

    fetched = await world.fetch(post)

    assert (fetched.gone, fetched.posts) == ((f"bluesky:{post}",), ())


async def test_labelled_post_never_seen_is_not_alerted_and_not_gone(world: World) -> None:
    world.server.label(world.add(), "!hide")
    warned = world.add()
    world.server.label(warned, "porn")

    fetched = await world.fetch()

    assert [(post.source_id, post.sensitive) for post in fetched.posts] == [(warned, True)]
    assert fetched.gone == ()


async def test_row_that_cannot_be_read_is_no_deletion(world: World) -> None:
    first, second = world.add_many(2, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    world.server.spoil(first, indexedAt=7)

    fetched = await world.fetch(first, second)

    assert fetched.gone == ()
    assert second in ids(fetched)


async def test_answer_without_any_of_many_posts_is_no_deletion(world: World) -> None:
    posts = world.add_many(MASS_DELETION_LIMIT, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    world.server.fail(POSTS, 200, body='{"posts":[]}')

    assert (await world.fetch(*posts)).gone == ()


async def test_failure_in_the_middle_of_the_relook_keeps_what_was_read(world: World) -> None:
    posts = world.add_many(BATCH * 2 + 10, youngest_minutes_old=120)
    fresh = world.add(minutes_old=1)
    await world.settle()
    world.server.fail(POSTS, 503, after=1, retry_after="60")

    fetched = await world.fetch(*posts)

    assert {fresh, *posts[:BATCH]} <= set(ids(fetched))
    assert world.server.names.count(POSTS) == 2
    assert fetched.reset_at == world.now + timedelta(seconds=60)
    assert fetched.gone == ()


# -- the budget ------------------------------------------------------------------------------------------


async def test_reserve_is_left_to_other_topics(world: World) -> None:
    posts = world.add_many(BATCH * 3, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    world.server.remaining = RESERVE + 2

    fetched = await world.fetch(*posts)

    assert world.server.names == [SEARCH, POSTS]
    assert world.server.remaining == RESERVE
    assert fetched.reset_at is None


async def test_used_up_budget_ends_the_fetch_and_says_when_it_is_back(world: World) -> None:
    posts = world.add_many(3, youngest_minutes_old=120)
    await world.settle()
    world.server.remaining = 1

    fetched = await world.fetch(*posts)

    assert world.server.names == [SEARCH]
    assert fetched.reset_at == datetime(2026, 11, 22, 3, 5, tzinfo=UTC)


async def test_busy_server_at_the_first_request_fails_the_fetch(world: World) -> None:
    await world.settle()
    world.server.fail(SEARCH, 429, retry_after="90")

    with pytest.raises(SourceBusy) as caught:
        await world.fetch()

    assert caught.value.retry_after == timedelta(seconds=90)


async def test_login_of_which_no_more_are_left_does_not_end_the_fetch(world: World) -> None:
    post = world.add()
    world.server.fail(
        LOGIN,
        200,
        body='{"accessJwt":"eyJ-access-x","refreshJwt":"eyJ-refresh-x"}',
        ratelimit_remaining="0",
        ratelimit_reset=str(int((START + timedelta(hours=3)).timestamp())),
    )
    world.server._tokens["eyJ-access-x"] = ("access", START + ACCESS_LASTS)

    fetched = await world.fetch()

    assert (ids(fetched), fetched.reset_at) == ([post], None)
