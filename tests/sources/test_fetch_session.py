"""The fetch that all timelines share: what a source cannot say of itself, it says here once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import SourceBusy
from bot.core.models import Post, PostKey, Recheck
from bot.sources.fetch_session import FetchSession, is_due
from bot.sources.http.client import Answer, RefusedAnswer

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DUE = (Recheck(PostKey("key-1"), "1", NOW), Recheck(PostKey("key-2"), "2", NOW))


class Rows(FetchSession[str]):
    """A source whose rows are their ids; ``shown`` is what it answers for each."""

    recheck_singles = 10

    def __init__(self, **shown: str | Exception) -> None:
        super().__init__(NOW)
        self.shown = shown
        self.asked: list[str] = []

    def id_of(self, row: str) -> str:
        return row

    async def posts(self) -> tuple[Post, ...]:
        return ()

    async def page_from(self, post_id: str) -> Sequence[str]:
        return ()

    async def single(self, post_id: str) -> str:
        self.asked.append(post_id)
        shown = self.shown[f"id{post_id}"]
        if isinstance(shown, Exception):
            raise shown
        self.answered = True
        return shown

    def says_gone(self, answer: Answer) -> bool:
        return answer.status == 404


def refused(status: int) -> RefusedAnswer:
    answer = Answer(status, "https://a.example/1", {"x-ratelimit-remaining": "0"}, b"")
    return RefusedAnswer("no", answer=answer, retry_after=None, permanent=False)


async def test_post_shown_under_another_id_stays_due() -> None:
    session = Rows(id1="9", id2="2")

    await session.recheck(DUE)

    assert session.rows == {"2": "2"}
    assert session.gone(DUE) == ()


async def test_post_that_is_not_there_is_gone() -> None:
    session = Rows(id1=refused(404), id2="2")

    await session.recheck(DUE)

    assert session.gone(DUE) == (PostKey("key-1"),)


async def test_failure_of_the_first_request_fails_the_fetch() -> None:
    with pytest.raises(SourceBusy):
        await Rows(id1=SourceBusy("busy")).recheck(DUE)


async def test_later_failure_ends_the_fetch_and_passes_on_how_long_to_wait() -> None:
    session = Rows(id1="1", id2=SourceBusy("busy", retry_after=timedelta(seconds=90)))

    await session.recheck(DUE)

    assert session.rows == {"1": "1"}
    assert session.budget.reset_at == NOW + timedelta(seconds=90)
    assert not session.can_request()


async def test_refused_request_counts_in_the_budget() -> None:
    session = Rows()

    async def asking() -> Answer:
        raise refused(400)

    with pytest.raises(RefusedAnswer):
        await session.request(asking())

    assert session.budget.requests == 1
    assert not session.can_request(), "the refusal said that nothing is left"


@pytest.mark.parametrize(("minutes", "due"), [(29, False), (30, True), (-1, True)])
def test_what_is_done_now_and_then_is_due_after_its_time_or_when_the_clock_stepped_back(
    minutes: int, due: bool
) -> None:
    done_at = int((NOW - timedelta(minutes=minutes)).timestamp())

    assert is_due(done_at, timedelta(minutes=30), NOW) is due
