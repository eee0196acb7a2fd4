from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import SourceBusy, SourceChanged, SourceRefused
from bot.core.models import FetchRequest, FetchResult, PostKey, Recheck, SourceName
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.fediverse.hashtag_source import OVERLAP
from bot.sources.fediverse.mastodon import AGAIN_PAGES, AGAIN_SINGLES, NEW_PAGES, PAGE, Mastodon
from bot.sources.fediverse.mastodon_wire import id_key
from bot.sources.http.client import Http, HttpLimits
from tests.fakes.mastodon_server import MastodonServer

START = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
TAG = "/api/v1/timelines/tag/データセンター"


class World:
    """A server, our client, and a clock that stands still until it is moved."""

    def __init__(self, server: MastodonServer) -> None:
        self.now = START
        self.server = server
        limits = HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0)
        self.http = Http(limits, clock=lambda: self.now)
        self.source = Mastodon(self.http, base_url=server.base_url)
        self.cursor: str | None = None

    def add(self, *, minutes_old: float = 0, boosts: int = 0, visibility: str = "public", text: str = "試") -> str:
        written = self.now - timedelta(minutes=minutes_old)
        return self.server.add(f"<p>{text}</p>", created_at=written, boosts=boosts, visibility=visibility)

    def add_many(self, count: int, *, apart_s: float = 1, youngest_minutes_old: float = 60) -> list[str]:
        """Oldest first."""
        return [
            self.add(minutes_old=youngest_minutes_old + apart_s * back / 60) for back in reversed(range(count))
        ]

    async def look(self, *due: str, topic: str = "データセンター") -> FetchResult:
        relook = tuple(Recheck(PostKey(f"key-{each}"), each, START) for each in due)
        question = FetchRequest(topic=make_topic(topic), cursor=self.cursor, relook=relook)
        self.server.forget_requests()
        fetched = await self.source.fetch(question, self.now)
        self.cursor = fetched.cursor
        return fetched

    async def settle(self) -> None:
        """A first look, long enough ago that only the volume would not be asked again."""
        await self.look()

    @property
    def timeline_requests(self) -> list[dict[str, str]]:
        return [asked.query for asked in self.server.requests if "/timelines/" in asked.path]

    @property
    def single_requests(self) -> list[str]:
        return [path.rpartition("/")[2] for path in self.server.paths if "/statuses/" in path]


@pytest.fixture(name="world")
async def make_world() -> AsyncIterator[World]:
    async with MastodonServer(clock=lambda: world.now) as server:
        world = World(server)
        yield world
        await world.http.aclose()


def ids(fetched: FetchResult) -> list[str | None]:
    return [post.source_id for post in fetched.posts]


# -- what is asked ---------------------------------------------------------------------------------------


async def test_mastodon_is_a_source(world: World) -> None:
    source: Source = world.source

    assert (source.name, source.can_relook, source.name.traits.costs_money) == (SourceName.MASTODON, True, False)


async def test_topic_of_several_words_is_asked_as_one_tag_and_says_so(world: World) -> None:
    wanted = world.add()

    fetched = await world.look(topic="データ センター")

    host = world.server.base_url.removeprefix("http://")
    assert world.server.paths[0] == TAG
    assert fetched.note == f"#データセンター @ {host}"
    assert world.source.describe_request(FetchRequest(topic=make_topic("データ センター"))) == fetched.note
    assert ids(fetched) == [wanted]


async def test_topic_without_a_letter_is_refused_without_a_request(world: World) -> None:
    with pytest.raises(SourceRefused, match="needs a letter") as caught:
        await world.look(topic="２０２６")

    assert caught.value.permanent
    assert world.server.requests == []
    assert world.source.describe_request(FetchRequest(topic=make_topic("２０２６"))).startswith("2026 @ 127.0.0.1")


# -- new posts -------------------------------------------------------------------------------------------


async def test_first_look_reads_the_newest_page_only(world: World) -> None:
    posts = world.add_many(PAGE + 10)

    fetched = await world.look()

    assert ids(fetched) == posts[:9:-1]
    assert world.timeline_requests == [{"limit": "40"}]


async def test_only_public_posts_are_given(world: World) -> None:
    shown = world.add(minutes_old=3)
    world.add(minutes_old=2, visibility="unlisted")
    world.add(minutes_old=1, visibility="direct")

    assert ids(await world.look()) == [shown]


async def test_next_look_walks_forward_over_pages_and_skips_nothing(world: World) -> None:
    world.add(minutes_old=100)
    await world.settle()
    fresh = world.add_many(PAGE * 2 + 5, youngest_minutes_old=30)

    fetched = await world.look()

    assert set(fresh) <= set(ids(fetched))
    assert len(world.timeline_requests) == 3
    assert ids(fetched) == sorted(ids(fetched), key=lambda each: id_key(each or ""), reverse=True)


async def test_walk_ends_at_its_bound_and_the_next_look_goes_on_from_there(world: World) -> None:
    world.add(minutes_old=500)
    await world.settle()
    fresh = world.add_many(PAGE * NEW_PAGES + 60, youngest_minutes_old=30)

    first = await world.look()
    assert len(world.timeline_requests) == NEW_PAGES
    second = await world.look()

    assert set(fresh) <= {*ids(first), *ids(second)}
    assert fresh[-1] not in ids(first)


async def test_post_that_arrives_late_from_a_slow_server_is_still_found(world: World) -> None:
    world.add(minutes_old=OVERLAP.total_seconds() / 60 - 1)
    world.add(minutes_old=0)
    await world.settle()
    late = world.add(minutes_old=2)

    assert late in ids(await world.look())


async def test_quiet_tag_gives_its_newest_post_again_as_a_sign_of_life(world: World) -> None:
    *_, newest = world.add_many(5, youngest_minutes_old=90)
    await world.settle()

    assert ids(await world.look()) == [newest]
    assert len(world.server.requests) == 1


async def test_tag_nobody_used_yet_is_followed_from_its_first_post_on(world: World) -> None:
    assert ids(await world.look()) == []
    posts = world.add_many(PAGE + 5, youngest_minutes_old=1)

    fetched = await world.look()

    assert set(ids(fetched)) == set(posts)


async def test_server_that_ignores_the_cursor_is_not_asked_for_ever(world: World) -> None:
    world.add_many(PAGE)
    await world.settle()
    page = json.dumps([world.server.row(each) for each in world.add_many(PAGE, youngest_minutes_old=20)])
    world.server.fail("/timelines/", 200, times=99, body=page)

    fetched = await world.look()

    assert len(fetched.posts) == PAGE
    assert len(world.timeline_requests) == 2


async def test_cursor_of_an_unknown_form_is_a_first_look(world: World) -> None:
    post = world.add()
    world.cursor = "17-from-elsewhere"

    assert ids(await world.look()) == [post]


@pytest.mark.parametrize("status", [401, 403, 422])
async def test_closed_timeline_says_that_the_server_does_not_show_it(world: World, status: int) -> None:
    world.server.fail("/timelines/", status)

    with pytest.raises(SourceRefused, match="does not show its timelines to the public") as caught:
        await world.look()

    assert caught.value.permanent


async def test_server_without_timelines_is_named_as_such(world: World) -> None:
    world.server.fail("/timelines/", 404)

    with pytest.raises(SourceRefused, match="has no timelines"):
        await world.look()


async def test_answer_that_is_no_timeline_is_a_changed_source(world: World) -> None:
    world.server.fail("/timelines/", 200, body='{"error": "maintenance"}')

    with pytest.raises(SourceChanged):
        await world.look()


async def test_busy_server_at_the_first_request_fails_the_look(world: World) -> None:
    world.server.fail("/timelines/", 429, retry_after="90")

    with pytest.raises(SourceBusy) as caught:
        await world.look()

    assert caught.value.retry_after == timedelta(seconds=90)


async def test_busy_server_on_a_later_look_fails_it_and_loses_no_place(world: World) -> None:
    await world.settle()
    fresh = world.add_many(3, youngest_minutes_old=30)
    world.server.fail("/timelines/", 502)

    with pytest.raises(SourceBusy):
        await world.look()

    assert set(fresh) <= set(ids(await world.look()))


async def test_burst_is_read_on_although_the_budget_allows_a_page_a_look(world: World) -> None:
    world.add(minutes_old=500)
    await world.settle()
    burst = world.add_many(PAGE * 2 - 1, youngest_minutes_old=0)
    read: set[str | None] = set()

    for _ in range(2):
        world.server.remaining = 1
        read |= set(ids(await world.look()))

    assert set(burst) <= read


async def test_failure_on_the_second_page_keeps_the_first_and_its_place(world: World) -> None:
    world.add(minutes_old=500)
    await world.settle()
    fresh = world.add_many(PAGE * 2, youngest_minutes_old=30)
    world.server.fail("/timelines/", 503, after=1, retry_after="90")

    cut = await world.look(fresh[0])
    assert cut.reset_at == world.now + timedelta(seconds=90)
    world.now += timedelta(minutes=2)
    rest = await world.look()

    assert set(fresh) <= {*ids(cut), *ids(rest)}


# -- volume ----------------------------------------------------------------------------------------------


async def test_volume_is_todays_use_of_the_tag_and_asked_every_half_hour(world: World) -> None:
    world.server.uses_today = 41

    first = await world.look()
    world.now += timedelta(minutes=29)
    second = await world.look()
    world.now += timedelta(minutes=1)
    third = await world.look()

    assert first.snapshot is not None
    assert (first.snapshot.volume, first.snapshot.observed_at) == (41, START)
    assert second.snapshot is None
    assert third.snapshot is not None


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_volume_that_is_not_told_costs_only_the_number(world: World, status: int) -> None:
    post = world.add()
    world.server.fail("/tags/", status)

    fetched = await world.look()

    assert (ids(fetched), fetched.snapshot) == ([post], None)


# -- the re-look -----------------------------------------------------------------------------------------


async def test_posts_close_together_are_read_again_by_the_page(world: World) -> None:
    posts = world.add_many(60, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    for each in posts:
        world.server.boost(each, 50)

    fetched = await world.look(*posts)

    assert {post.source_id: post.rp for post in fetched.posts}.items() >= dict.fromkeys(posts, 50).items()
    assert len(world.server.requests) == 3
    assert world.single_requests == []


async def test_posts_far_apart_are_read_again_one_by_one(world: World) -> None:
    posts = world.add_many(500, youngest_minutes_old=120)
    due = posts[::100]
    await world.settle()

    fetched = await world.look(*due)

    assert set(due) <= set(ids(fetched))
    assert len(world.timeline_requests) == 2, "one forward, one page that showed how far apart they are"
    assert sorted(world.single_requests) == due[:-1]


async def test_only_what_is_due_is_taken_from_pages_read_again(world: World) -> None:
    posts = world.add_many(30, youngest_minutes_old=120)
    await world.settle()

    fetched = await world.look(*posts[10:13])

    assert set(ids(fetched)) == {*posts[10:13], posts[-1]}, "older posts never seen before would be told as new"


async def test_post_due_and_read_as_new_is_not_asked_for_again(world: World) -> None:
    post = world.add(minutes_old=1)
    await world.settle()

    assert ids(await world.look(post)) == [post]
    assert len(world.server.requests) == 1


async def test_relook_is_bounded_and_the_rest_comes_again(world: World) -> None:
    posts = world.add_many(1000, youngest_minutes_old=120)
    due = posts[::15]
    await world.settle()

    first = await world.look(*due)
    assert len(world.timeline_requests) == 1 + AGAIN_PAGES
    assert len(world.single_requests) == AGAIN_SINGLES
    left = [each for each in due if each not in ids(first)]
    seen = 0
    while left:
        fetched = await world.look(*left)
        left = [each for each in left if each not in ids(fetched)]
        seen += 1

    assert seen < 6
    assert first.gone == ()


async def test_deleted_post_is_gone_and_a_hidden_one_too(world: World) -> None:
    deleted, hidden, kept = world.add_many(3, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    world.server.remove(deleted)
    world.server.edit(hidden, visibility="unlisted")
    world.server.untag(hidden)

    fetched = await world.look(deleted, hidden, kept)

    assert set(fetched.gone) == {f"key-{deleted}", f"key-{hidden}"}
    assert kept in ids(fetched)


async def test_post_whose_tag_was_edited_away_is_read_by_id(world: World) -> None:
    post = world.add(minutes_old=120)
    world.add(minutes_old=1)
    await world.settle()
    world.server.untag(post)
    world.server.boost(post, 7)

    fetched = await world.look(post)

    assert {each.source_id: each.rp for each in fetched.posts}[post] == 7


async def test_id_that_is_no_number_is_read_one_by_one(world: World) -> None:
    await world.settle()
    world.server.fail("/statuses/01HX", 404, times=2)

    fetched = await world.look("01HXAAAA", "01HXBBBB")

    assert set(fetched.gone) == {"key-01HXAAAA", "key-01HXBBBB"}


async def test_failure_in_the_middle_of_the_relook_keeps_what_was_read(world: World) -> None:
    posts = world.add_many(500, youngest_minutes_old=120)
    await world.settle()
    fresh = world.add(minutes_old=1)
    world.server.fail("/statuses/", 503, after=1, retry_after="60")

    fetched = await world.look(*posts[:400:100])

    assert fresh in ids(fetched)
    assert len(world.single_requests) == 2, "one answered, one failed, no third"
    assert fetched.reset_at == world.now + timedelta(seconds=60)


async def test_single_answer_of_the_wrong_form_does_not_end_the_relook(world: World) -> None:
    posts = world.add_many(500, youngest_minutes_old=120)
    await world.settle()
    world.server.fail("/statuses/", 200, body="[]")

    fetched = await world.look(*posts[:400:100])

    assert len(set(ids(fetched)) & set(posts[:400:100])) == 3


# -- the budget ------------------------------------------------------------------------------------------


async def test_reserve_is_left_to_other_topics(world: World) -> None:
    posts = world.add_many(500, youngest_minutes_old=120)
    await world.settle()
    world.server.remaining = 23

    fetched = await world.look(*posts[:400:100])

    assert len(world.server.requests) == 3
    assert world.server.remaining == 20
    assert fetched.reset_at is None


async def test_used_up_budget_ends_the_look_and_says_when_it_is_back(world: World) -> None:
    posts = world.add_many(PAGE * 3)
    world.server.remaining = 1

    fetched = await world.look(posts[0])

    assert len(world.server.requests) == 1
    assert fetched.reset_at == datetime(2026, 11, 22, 3, 5, tzinfo=UTC)
    assert len(fetched.posts) == PAGE


async def test_server_without_rate_limit_headers_is_only_bounded_by_us(world: World) -> None:
    world.server.rate_limited = False
    posts = world.add_many(500, youngest_minutes_old=120)
    await world.settle()

    fetched = await world.look(*posts[:400:100])

    assert set(posts[:400:100]) <= set(ids(fetched))


# -- the story -------------------------------------------------------------------------------------------


async def test_post_born_without_boosts_is_seen_rising_hours_after_it_left_the_page(world: World) -> None:
    slow = world.add(text="静かに広まる")
    born = world.now
    world.server.boost(slow, lambda at: int((at - born) / timedelta(hours=3) * 100))
    await world.settle()
    seen = []

    for _ in range(6):
        world.now += timedelta(minutes=30)
        world.add_many(PAGE, youngest_minutes_old=10)
        fetched = await world.look(slow)
        seen += [post.rp for post in fetched.posts if post.source_id == slow]

    assert seen == [16, 33, 50, 66, 83, 100]
