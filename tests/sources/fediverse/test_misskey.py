"""What is Misskey's own; what it shares with Mastodon is in ``test_timelines.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.errors import SourceBusy, SourceChanged, SourceRefused
from bot.core.models import SourceName
from bot.sources.fediverse.misskey import AGAIN_SINGLES, PAGE, REQUESTS

from .timelines import MisskeyWorld as World
from .timelines import ids

SEARCH = f"/api{World.timeline}"


@pytest.fixture(name="world")
async def make_world() -> AsyncIterator[World]:
    async with World.opened() as world:
        yield world


async def test_search_is_asked_for_a_tag_first_downward_and_then_upward_from_the_cursor(world: World) -> None:
    world.add(minutes_old=100)
    await world.fetch(topic="データ センター")
    first = world.server.requests[0].question
    world.add_many(PAGE * 2 + 5, youngest_minutes_old=30)

    await world.fetch()

    assert world.source.name is SourceName.MISSKEY
    assert first == {"tag": "データセンター", "limit": PAGE}
    assert [list(page) for page in world.pages] == [["sinceId"]] * 3


async def test_only_notes_for_everyone_are_given(world: World) -> None:
    shown = world.add(minutes_old=3)
    world.add(minutes_old=2, hidden=True)
    world.server.add(created_at=world.now, localOnly=True)
    world.server.add(None, created_at=world.now, renoteId="9original")

    assert ids(await world.fetch()) == [shown]


async def test_quote_is_a_note_of_its_own(world: World) -> None:
    quote = world.server.add("この話の続き", created_at=world.now, renoteId="9original")

    assert ids(await world.fetch()) == [quote]


async def test_server_that_sorts_the_wrong_way_leaves_no_gap_unseen(world: World) -> None:
    """Downward from above, a full page would hide what lies between it and the cursor."""
    world.add(minutes_old=500)
    await world.fetch()
    world.add_many(PAGE * 2, youngest_minutes_old=30)
    world.server.sorts_upward = False

    with pytest.raises(SourceChanged, match="newest first"):
        await world.fetch()


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
        await world.fetch()


async def test_busy_server_without_a_hint_is_blocked_all_the_same(world: World) -> None:
    """Older Misskey servers answer 429 without ``Retry-After``."""
    world.server.refuse(SEARCH, "RATE_LIMIT_EXCEEDED", 429)

    with pytest.raises(SourceBusy) as caught:
        await world.fetch()

    assert caught.value.retry_after is not None
    assert caught.value.retry_after > timedelta(0)


async def test_tag_that_does_not_trend_has_no_known_volume(world: World) -> None:
    world.server.trends = [{"tag": "ほか", "chart": [9] * 20, "usersCount": 9}]

    assert (await world.fetch()).snapshot is None


async def test_a_fetch_has_a_bound_of_requests_and_the_rest_comes_again(world: World) -> None:
    notes = world.add_many(2000, youngest_minutes_old=120)
    due = notes[::120]
    await world.fetch()

    first = await world.fetch(*due)
    assert len(world.server.requests) <= REQUESTS
    assert len(world.server.shown_by_id()) == AGAIN_SINGLES
    left = [each for each in due if each not in ids(first)]
    assert left
    fetches = 0
    while left:
        fetched = await world.fetch(*left)
        left = [each for each in left if each not in ids(fetched)]
        fetches += 1

    assert fetches < 4
    assert first.gone == ()


async def test_note_whose_author_hides_it_from_strangers_is_gone(world: World) -> None:
    note = world.add(minutes_old=120)
    world.add(minutes_old=1)
    await world.fetch()
    world.server.untag(note)
    world.server.refuse("/notes/show", "CONTENT_RESTRICTED_BY_USER")

    assert (await world.fetch(note)).gone == (f"key-{note}",)


async def test_an_endpoint_that_is_gone_is_not_a_note_that_is_gone(world: World) -> None:
    note = world.add(minutes_old=120)
    world.add(minutes_old=1)
    await world.fetch()
    world.server.untag(note)
    world.server.refuse("/notes/show", "NO_SUCH_ENDPOINT", 404)

    assert (await world.fetch(note)).gone == ()
