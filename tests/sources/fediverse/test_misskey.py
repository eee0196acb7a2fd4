from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import SourceBusy, SourceChanged, SourceRefused
from bot.core.models import FetchRequest, FetchResult, PostKey, Recheck, SourceName
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.fediverse.hashtag_source import OVERLAP
from bot.sources.fediverse.misskey import AGAIN_SINGLES, NEW_PAGES, PAGE, REQUESTS, Misskey
from bot.sources.http.client import Http, HttpLimits
from tests.fakes.misskey_server import MisskeyServer

START = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
SEARCH = "/api/notes/search-by-tag"


class World:
    """A server, our client, and a clock that stands still until it is moved."""

    def __init__(self, server: MisskeyServer) -> None:
        self.now = START
        self.server = server
        limits = HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0)
        self.http = Http(limits, clock=lambda: self.now)
        self.source = Misskey(self.http, base_url=server.base_url)
        self.cursor: str | None = None

    def add(self, *, minutes_old: float = 0, renotes: int = 0, visibility: str = "public") -> str:
        written = self.now - timedelta(minutes=minutes_old)
        return self.server.add(created_at=written, renotes=renotes, visibility=visibility)

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

    @property
    def pages(self) -> list[dict[str, object]]:
        """What was asked of the search, but for the tag and the length."""
        return [
            {key: value for key, value in asked.question.items() if key not in {"tag", "limit"}}
            for asked in self.server.requests
            if asked.path == SEARCH
        ]


@pytest.fixture(name="world")
async def make_world() -> AsyncIterator[World]:
    async with MisskeyServer(clock=lambda: world.now) as server:
        world = World(server)
        yield world
        await world.http.aclose()


def ids(fetched: FetchResult) -> list[str | None]:
    return [post.source_id for post in fetched.posts]


# -- what is asked ---------------------------------------------------------------------------------------


async def test_misskey_is_a_source(world: World) -> None:
    source: Source = world.source

    assert (source.name, source.can_relook, source.name.traits.costs_money) == (SourceName.MISSKEY, True, False)


async def test_topic_of_several_words_is_asked_as_one_tag_and_says_so(world: World) -> None:
    wanted = world.add()

    fetched = await world.look(topic="データ センター")

    host = world.server.base_url.removeprefix("http://")
    assert world.server.requests[0].question == {"tag": "データセンター", "limit": PAGE}
    assert fetched.note == f"#データセンター @ {host}"
    assert world.source.describe_request(FetchRequest(topic=make_topic("データ センター"))) == fetched.note
    assert ids(fetched) == [wanted]


async def test_topic_without_a_letter_is_refused_without_a_request(world: World) -> None:
    with pytest.raises(SourceRefused, match="needs a letter") as caught:
        await world.look(topic="２０２６")

    assert caught.value.permanent
    assert world.server.requests == []


# -- new notes -------------------------------------------------------------------------------------------


async def test_first_look_reads_the_newest_page_only(world: World) -> None:
    notes = world.add_many(PAGE + 10)

    fetched = await world.look()

    assert ids(fetched) == notes[:9:-1]
    assert world.pages == [{}]


async def test_only_notes_for_everyone_are_given(world: World) -> None:
    shown = world.add(minutes_old=3)
    world.add(minutes_old=2, visibility="home")
    world.server.add(created_at=world.now, localOnly=True)
    world.server.add(None, created_at=world.now, renoteId="9original")

    assert ids(await world.look()) == [shown]


async def test_quote_is_a_note_of_its_own(world: World) -> None:
    quote = world.server.add("この話の続き", created_at=world.now, renoteId="9original")

    assert ids(await world.look()) == [quote]


async def test_next_look_walks_upward_over_pages_and_skips_nothing(world: World) -> None:
    world.add(minutes_old=100)
    await world.look()
    fresh = world.add_many(PAGE * 2 + 5, youngest_minutes_old=30)

    fetched = await world.look()

    assert set(fresh) <= set(ids(fetched))
    assert len(world.pages) == 3
    assert all(list(page) == ["sinceId"] for page in world.pages)
    assert ids(fetched) == sorted(ids(fetched), key=str, reverse=True)


async def test_walk_ends_at_its_bound_and_the_next_look_goes_on_from_there(world: World) -> None:
    world.add(minutes_old=500)
    await world.look()
    fresh = world.add_many(PAGE * NEW_PAGES + 60, youngest_minutes_old=30)

    first = await world.look()
    assert len(world.pages) == NEW_PAGES
    second = await world.look()

    assert set(fresh) <= {*ids(first), *ids(second)}
    assert fresh[-1] not in ids(first)


async def test_note_that_arrives_late_from_a_slow_server_is_still_found(world: World) -> None:
    world.add(minutes_old=OVERLAP.total_seconds() / 60 - 1)
    world.add(minutes_old=0)
    await world.look()
    late = world.add(minutes_old=2)

    assert late in ids(await world.look())


async def test_quiet_tag_gives_its_newest_note_again_as_a_sign_of_life(world: World) -> None:
    *_, newest = world.add_many(5, youngest_minutes_old=90)
    await world.look()

    assert ids(await world.look()) == [newest]
    assert len(world.server.requests) == 1


async def test_tag_nobody_used_yet_is_followed_from_its_first_note_on(world: World) -> None:
    assert ids(await world.look()) == []
    notes = world.add_many(5, youngest_minutes_old=1)

    assert set(ids(await world.look())) == set(notes)


async def test_cursor_of_an_unknown_form_is_a_first_look(world: World) -> None:
    note = world.add()
    world.cursor = "17-from-elsewhere"

    assert ids(await world.look()) == [note]


async def test_server_that_sorts_the_wrong_way_leaves_no_gap_unseen(world: World) -> None:
    """Downward from above, a full page would hide what lies between it and the cursor."""
    world.add(minutes_old=500)
    await world.look()
    world.add_many(PAGE * 2, youngest_minutes_old=30)
    world.server.sorts_upward = False

    with pytest.raises(SourceChanged, match="newest first"):
        await world.look()


@pytest.mark.parametrize(
    ("code", "status", "kind", "words"),
    [
        ("UNAVAILABLE", 400, SourceRefused, "does not show its notes to the public"),
        ("SIGNIN_REQUIRED", 403, SourceRefused, "does not show its notes to the public"),
        ("SOMETHING_NEW", 400, SourceRefused, "refuses the search"),
        ("INVALID_PARAM", 400, SourceChanged, "does not take the question"),
        ("", 404, SourceRefused, "has no search"),
    ],
)
async def test_refused_search_says_what_is_the_matter(
    world: World, code: str, status: int, kind: type[Exception], words: str
) -> None:
    if code:
        world.server.refuse(SEARCH, code, status)
    else:
        world.server.fail(SEARCH, status, body="<html>Not here</html>")

    with pytest.raises(kind, match=words):
        await world.look()


async def test_answer_that_is_no_list_of_notes_is_a_changed_source(world: World) -> None:
    world.server.fail(SEARCH, 200, body='{"maintenance": true}')

    with pytest.raises(SourceChanged, match="not a list of Misskey notes"):
        await world.look()


async def test_busy_server_says_how_long_to_wait(world: World) -> None:
    world.server.refuse(SEARCH, "RATE_LIMIT_EXCEEDED", 429, retry_after="90")

    with pytest.raises(SourceBusy) as caught:
        await world.look()

    assert caught.value.retry_after == timedelta(seconds=90)


async def test_busy_server_without_a_hint_rests_all_the_same(world: World) -> None:
    """Older Misskey servers answer 429 without ``Retry-After``."""
    world.server.refuse(SEARCH, "RATE_LIMIT_EXCEEDED", 429)

    with pytest.raises(SourceBusy) as caught:
        await world.look()

    assert caught.value.retry_after is not None
    assert caught.value.retry_after > timedelta(0)


async def test_failure_on_the_second_page_keeps_the_first_and_its_place(world: World) -> None:
    world.add(minutes_old=500)
    await world.look()
    fresh = world.add_many(PAGE * 2, youngest_minutes_old=30)
    world.server.fail(SEARCH, 503, after=1, retry_after="90")

    cut = await world.look(fresh[0])
    assert cut.reset_at == world.now + timedelta(seconds=90)
    world.now += timedelta(minutes=2)
    rest = await world.look()

    assert set(fresh) <= {*ids(cut), *ids(rest)}


# -- volume ----------------------------------------------------------------------------------------------


async def test_volume_is_the_tags_chart_and_asked_every_half_hour(world: World) -> None:
    world.server.trends = [
        {"tag": "ほか", "chart": [9] * 20, "usersCount": 9},
        {"tag": "データセンター", "chart": [3, 2, *[1] * 18], "usersCount": 7},
    ]

    first = await world.look()
    world.now += timedelta(minutes=29)
    second = await world.look()
    world.now += timedelta(minutes=1)
    third = await world.look()

    assert first.snapshot is not None
    assert (first.snapshot.volume, first.snapshot.observed_at) == (23, START)
    assert second.snapshot is None
    assert third.snapshot is not None


async def test_tag_that_does_not_trend_has_no_known_volume(world: World) -> None:
    world.server.trends = [{"tag": "ほか", "chart": [9] * 20, "usersCount": 9}]

    assert (await world.look()).snapshot is None


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_volume_that_is_not_told_costs_only_the_number(world: World, status: int) -> None:
    note = world.add()
    world.server.fail("/hashtags/trend", status)

    fetched = await world.look()

    assert (ids(fetched), fetched.snapshot) == ([note], None)


# -- the re-look -----------------------------------------------------------------------------------------


async def test_notes_close_together_are_read_again_by_the_page(world: World) -> None:
    notes = world.add_many(60, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.look()
    for each in notes:
        world.server.renote(each, 50)

    fetched = await world.look(*notes)

    assert {post.source_id: post.rp for post in fetched.posts}.items() >= dict.fromkeys(notes, 50).items()
    assert len(world.pages) == 2
    assert world.server.shown_by_id() == []


async def test_notes_far_apart_are_read_again_one_by_one(world: World) -> None:
    notes = world.add_many(900, youngest_minutes_old=120)
    due = notes[::150]
    await world.look()

    fetched = await world.look(*due)

    assert set(due) <= set(ids(fetched))
    assert sorted(world.server.shown_by_id()) == due[:-1], "the newest stood on the page that showed the distance"


async def test_only_what_is_due_is_taken_from_pages_read_again(world: World) -> None:
    notes = world.add_many(30, youngest_minutes_old=120)
    await world.look()

    fetched = await world.look(*notes[10:13])

    assert set(ids(fetched)) == {*notes[10:13], notes[-1]}, "older notes never seen before would be told as new"


async def test_note_due_and_read_as_new_is_not_asked_for_again(world: World) -> None:
    note = world.add(minutes_old=1)
    await world.look()

    assert ids(await world.look(note)) == [note]
    assert len(world.server.requests) == 1


async def test_relook_is_bounded_and_the_rest_comes_again(world: World) -> None:
    notes = world.add_many(2000, youngest_minutes_old=120)
    due = notes[::120]
    await world.look()

    first = await world.look(*due)
    assert len(world.server.requests) <= REQUESTS
    assert len(world.server.shown_by_id()) == AGAIN_SINGLES
    left = [each for each in due if each not in ids(first)]
    assert left
    looks = 0
    while left:
        fetched = await world.look(*left)
        left = [each for each in left if each not in ids(fetched)]
        looks += 1

    assert looks < 4
    assert first.gone == ()


async def test_deleted_note_is_gone_and_a_hidden_one_too(world: World) -> None:
    deleted, hidden, kept = world.add_many(3, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.look()
    world.server.remove(deleted)
    world.server.edit(hidden, visibility="home")

    fetched = await world.look(deleted, hidden, kept)

    assert set(fetched.gone) == {f"key-{deleted}", f"key-{hidden}"}
    assert kept in ids(fetched)


async def test_note_whose_author_hides_it_from_strangers_is_gone(world: World) -> None:
    note = world.add(minutes_old=120)
    world.add(minutes_old=1)
    await world.look()
    world.server.untag(note)
    world.server.refuse("/notes/show", "CONTENT_RESTRICTED_BY_USER")

    assert (await world.look(note)).gone == (f"key-{note}",)


async def test_note_whose_tag_was_edited_away_is_read_by_id(world: World) -> None:
    note = world.add(minutes_old=120)
    world.add(minutes_old=1)
    await world.look()
    world.server.untag(note)
    world.server.renote(note, 7)

    fetched = await world.look(note)

    assert {each.source_id: each.rp for each in fetched.posts}[note] == 7


@pytest.mark.parametrize(("status", "body"), [(200, "[]"), (400, '{"error": {"code": "ODD"}}')])
async def test_trouble_of_one_note_is_no_deletion_and_does_not_end_the_relook(
    world: World, status: int, body: str
) -> None:
    notes = world.add_many(900, youngest_minutes_old=120)
    due = notes[:600:150]
    world.add(minutes_old=1)
    await world.look()
    world.server.fail("/notes/show", status, body=body)

    fetched = await world.look(*due)

    assert len(set(ids(fetched)) & set(due)) == len(due) - 1
    assert fetched.gone == ()


async def test_failure_in_the_middle_of_the_relook_keeps_what_was_read(world: World) -> None:
    notes = world.add_many(900, youngest_minutes_old=120)
    await world.look()
    fresh = world.add(minutes_old=1)
    world.server.fail("/notes/show", 503, after=1, retry_after="60")

    fetched = await world.look(*notes[:600:150])

    assert fresh in ids(fetched)
    assert len(world.server.shown_by_id()) == 2, "one answered, one failed, no third"
    assert fetched.reset_at == world.now + timedelta(seconds=60)


async def test_an_endpoint_that_is_gone_is_not_a_note_that_is_gone(world: World) -> None:
    note = world.add(minutes_old=120)
    world.add(minutes_old=1)
    await world.look()
    world.server.untag(note)
    world.server.refuse("/notes/show", "NO_SUCH_ENDPOINT", 404)

    assert (await world.look(note)).gone == ()


# -- the story -------------------------------------------------------------------------------------------


async def test_note_born_without_renotes_is_seen_rising_hours_after_it_left_the_page(world: World) -> None:
    slow = world.add()
    born = world.now
    world.server.renote(slow, lambda at: int((at - born) / timedelta(hours=3) * 100))
    await world.look()
    seen = []

    for _ in range(6):
        world.now += timedelta(minutes=30)
        world.add_many(PAGE, youngest_minutes_old=10)
        fetched = await world.look(slow)
        seen += [post.rp for post in fetched.posts if post.source_id == slow]

    assert seen == [16, 33, 50, 66, 83, 100]
