"""A source that answers and tells nothing is not well: it is read in full, sooner, and where it has moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.causes import Cause
from bot.core.errors import SourceUnreachable
from bot.core.health.incidents import asked_endpoint
from bot.core.health.silence import DISTRUSTED_FOR, GAP_SAID_FOR, MOVED_FOR, asked_at, asked_with
from bot.core.models import (
    FetchResult,
    Health,
    KnownPost,
    Network,
    NotModified,
    PollPlan,
    PollState,
    Post,
    PostKey,
    SourceName,
    Validators,
    Watch,
)
from bot.core.planning.plan import plan_failure, plan_poll
from tests.core.builders import a_watch

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
POLICY = PollPolicy(interval=timedelta(hours=3), whole_page=True, fixed_interval=True)
OLD, NEW = "https://old.example/feed", "https://new.example/feed"


def a_feed() -> Watch:
    return a_watch(polled=False, source=SourceName.FEED, target=OLD)


def page(*numbers: int, body: str | None = None, moved_to: str | None = None) -> FetchResult:
    posts = tuple(Post(Network.WEB, f"https://a.example/{number}", f"記事 {number}") for number in numbers)
    return FetchResult(SourceName.FEED, posts, validators=Validators('"1"', None, body), moved_to=moved_to)


def after(watch: Watch, answer: FetchResult | NotModified, at: datetime, *known: int) -> tuple[Watch, PollPlan]:
    """The watch as a look at ``at`` leaves it, where these entries are known."""
    state = PollState(watch, known_posts(*known))
    plan = plan_poll(state, answer, POLICY, at)
    update = plan.update
    left = replace(
        watch, validators=update.validators, next_poll_at=update.next_poll_at, last_ok_at=update.last_ok_at,
        failures=update.failures, health=update.health, health_record=update.health_record,
    )  # fmt: skip
    return left, plan


def known_posts(*numbers: int) -> dict[PostKey, KnownPost]:
    keys = [PostKey(f"web:https://a.example/{number}") for number in numbers]
    return {key: KnownPost(key, None, None, None, NOW) for key in keys}


def test_server_that_says_unchanged_for_ever_is_asked_for_the_whole_once_a_day() -> None:
    watch, _ = after(a_feed(), page(1, 2, body="b"), NOW)
    whole = 0

    for hours in range(1, 73):
        at = NOW + timedelta(hours=hours)
        asked = asked_with(watch, at)
        whole += asked.etag is None
        answer = NotModified(SourceName.FEED) if asked.etag else page(1, 2, body=asked.body)
        watch, _ = after(watch, answer, at, 1, 2)

    assert 3 <= whole <= 4


def test_validators_that_stay_the_same_while_entries_come_are_not_sent() -> None:
    """A server that says 304 for ever is found out at the first full read."""
    watch, _ = after(a_feed(), page(1, 2, body="b"), NOW)
    first = NOW + timedelta(days=1)
    watch, _ = after(watch, page(3, 1, 2, body="c"), first, 1, 2)

    for hours in (1, 40, 100):
        at = first + timedelta(hours=hours)
        assert asked_with(watch, at) == Validators(None, None, "c")
        watch, _ = after(watch, NotModified(SourceName.FEED, full_body=True), at, 1, 2, 3)
    watch, _ = after(watch, NotModified(SourceName.FEED, full_body=True), first + DISTRUSTED_FOR, 1, 2, 3)

    assert asked_with(watch, first + DISTRUSTED_FOR) == Validators('"1"', None, "c")


def test_same_body_sent_again_counts_as_a_full_answer() -> None:
    watch, _ = after(a_feed(), page(1, 2, body="b"), NOW)
    at = NOW + timedelta(days=1)

    watch, plan = after(watch, NotModified(SourceName.FEED, full_body=True), at, 1, 2)

    assert asked_with(watch, at) == Validators('"1"', None, "b")
    assert plan.changes == ()


def test_feed_that_turned_over_is_polled_sooner_until_its_polls_overlap_and_the_gap_is_said() -> None:
    watch, _ = after(a_feed(), page(1, 2, 3), NOW)
    at = NOW + timedelta(hours=3)
    watch, turned = after(watch, page(4, 5, 6), at)
    waits = []
    for _ in range(12):
        at = watch.next_poll_at or at
        watch, plan = after(watch, page(4, 5, 6), at, 4, 5, 6)
        waits.append(plan.update.next_poll_at - at)

    assert turned.update.health is Health.DEGRADED
    assert turned.update.health_record.cause is Cause.GAP
    assert turned.update.next_poll_at - (NOW + timedelta(hours=3)) <= timedelta(hours=1, minutes=30)
    assert waits[0] < timedelta(hours=2) < waits[-1]


def test_gap_is_said_for_a_day() -> None:
    watch, _ = after(a_feed(), page(1, 2, 3), NOW)
    watch, _ = after(watch, page(4, 5, 6), NOW + timedelta(hours=1))

    watch, _ = after(watch, page(4, 5, 6), NOW + timedelta(hours=2) + GAP_SAID_FOR, 4, 5, 6)

    assert watch.health is Health.OK


@pytest.mark.invariant(5)
def test_feed_that_gave_something_and_gives_nothing_is_not_well() -> None:
    watch, _ = after(a_feed(), page(1, 2, 3), NOW)

    watch, _ = after(watch, page(), NOW + timedelta(hours=1))

    assert watch.health is Health.DEGRADED


def test_address_is_asked_where_it_has_led_for_good_for_a_week() -> None:
    watch = a_feed()
    asked = []
    for days in range(9):
        asked.append(asked_at(watch))
        moved_to = NEW if asked_at(watch) == OLD else None
        watch, _ = after(watch, page(1, moved_to=moved_to), NOW + timedelta(days=days), 1)

    assert asked == [OLD] * (MOVED_FOR.days + 1) + [NEW]
    assert asked_at(watch) == NEW


def test_redirect_that_ended_within_the_week_changes_nothing() -> None:
    watch = a_feed()
    for days in (0, 1, 2, 3):
        watch, _ = after(watch, page(1, moved_to=NEW), NOW + timedelta(days=days), 1)
    watch, _ = after(watch, page(1), NOW + timedelta(days=4), 1)
    watch, _ = after(watch, page(1, moved_to=NEW), NOW + timedelta(days=9), 1)

    assert asked_at(watch) == OLD


def moved_feed() -> Watch:
    """A feed that has led to another address for good."""
    watch = a_feed()
    for days in range(9):
        moved_to = NEW if asked_at(watch) == OLD else None
        watch, _ = after(watch, page(1, moved_to=moved_to), NOW + timedelta(days=days), 1)
    return watch


def failed(watch: Watch, at: datetime) -> Watch:
    """The watch as a look without an answer leaves it."""
    update = plan_failure(watch, SourceUnreachable("new.example: no connection"), POLICY, at).update
    return replace(watch, health_record=update.health_record, failures=update.failures, health=update.health)


def test_address_that_does_not_answer_where_it_moved_is_asked_where_it_was_in_turn() -> None:
    """The old one may be gone for good, and the new one may have been a mistake."""
    watch = moved_feed()
    asked = []

    for hours in range(4):
        asked.append(asked_at(watch))
        watch = failed(watch, NOW + timedelta(days=9, hours=hours))

    assert asked == [NEW, OLD, NEW, OLD]
    assert asked_endpoint(watch).host == "new.example"


def test_feed_that_answers_again_where_it_was_is_asked_there() -> None:
    watch = failed(moved_feed(), NOW + timedelta(days=9))

    watch, _ = after(watch, page(1), NOW + timedelta(days=9, hours=1), 1)

    assert asked_at(watch) == OLD
    assert asked_endpoint(watch).host == "old.example"
