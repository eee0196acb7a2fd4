"""What of a page is taken, when it has turned over, and how much of it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.causes import Cause
from bot.core.health.watch import is_source_problem
from bot.core.limits import retention
from bot.core.limits.retention import (
    FLOOD_EVERY,
    KEPT_OF_A_FEED,
    KEPT_OF_A_FLOOD,
    NEW_OF_A_FEED,
    NEW_PER_POLL,
    TEXT_MAX,
    stored_part,
)
from bot.core.models import FetchResult, Health, KnownPost, Post, PostKey, SourceName, Watch
from bot.core.planning.plan import plan_poll
from bot.core.text import URL_MAX
from tests.core.builders import NOW, POLICY, TIMELINE, a_listener, a_post, a_state, a_watch, known, seen

FEED = SourceName.FEED


def page(first: int, count: int, *, hours_old: float = 1) -> tuple[Post, ...]:
    """Posts by number, the newest first."""
    return tuple(
        a_post(str(number), hours_old=hours_old + (number - first) / 1_000)
        for number in range(first, first + count)
    )


def polled(
    watch: Watch, *posts: Post, before: tuple[Post, ...] = (), minutes: float = 5
) -> tuple[Watch, timedelta]:
    """The watch after a look, and how long it is left alone."""
    now = (watch.last_ok_at or NOW) + timedelta(minutes=minutes)
    state = a_state(*map(known, before), watch=watch, listeners=(a_listener(min_rp=0),))
    plan = plan_poll(state, FetchResult(watch.source, posts), POLICY, now)
    update = plan.update
    after = replace(watch, last_ok_at=now, health=update.health, health_record=update.health_record)
    return after, update.next_poll_at - now


@pytest.mark.invariant(11)
def test_of_a_page_what_is_known_and_the_newest_of_what_is_new_is_taken_in_its_own_order() -> None:
    posts = page(0, 3 * NEW_PER_POLL)[::-1]
    old = posts[0], posts[5]

    found = stored_part(
        a_watch(), FetchResult(SourceName.TRENDPAGE, posts), {one.key: known(one) for one in old}, whole_page=True
    )

    assert set(old) < set(found.posts)
    assert len(found.posts) == NEW_PER_POLL + 2
    assert found.posts == tuple(one for one in posts if one in found.posts)
    assert set(posts[-NEW_PER_POLL:]) < set(found.posts)


def test_timeline_is_taken_whole_because_it_shows_nothing_twice() -> None:
    posts = page(0, 3 * NEW_PER_POLL)

    assert stored_part(a_watch(), FetchResult(SourceName.MASTODON, posts), {}, whole_page=False).posts == posts


@pytest.mark.invariant(3)
def test_long_page_is_silent_from_its_first_poll_on_although_little_of_it_is_stored() -> None:
    posts = tuple(replace(post, text="長" * TEXT_MAX) for post in page(0, 500))
    state = a_state(watch=a_watch(polled=False, source=FEED), listeners=(a_listener(min_rp=0),))

    plan = plan_poll(state, FetchResult(FEED, posts), POLICY, NOW)

    assert len(plan.changes) == NEW_OF_A_FEED
    assert {baseline.post_key for baseline in plan.baselines} == {one.key for one in posts}
    assert not plan.alerts


@pytest.mark.invariant(3)
@pytest.mark.parametrize("length", [10, TEXT_MAX])
def test_long_feed_that_stands_still_is_no_flood_and_tells_nothing(length: int) -> None:
    posts = tuple(replace(post, text="長" * length) for post in page(0, 500))
    watch, stored, silent = a_watch(polled=False, source=FEED), dict[PostKey, KnownPost](), set[PostKey]()
    for number in range(5):
        now = NOW + timedelta(minutes=5 * number)
        state = replace(
            a_state(*stored.values(), watch=watch, listeners=(a_listener(min_rp=0),)),
            baselined=frozenset((a_listener().subscription_id, key) for key in silent),
        )
        plan = plan_poll(state, FetchResult(FEED, posts), POLICY, now)
        stored |= {
            change.post.key: replace(known(change.post), content_hash=change.content_hash)
            for change in plan.changes
        }
        silent |= {baseline.post_key for baseline in plan.baselines}
        watch = replace(watch, last_ok_at=now, health=plan.update.health, health_record=plan.update.health_record)

        assert not plan.alerts
        assert plan.update.health_record.turnovers == 0


@pytest.mark.invariant(3)
def test_first_poll_keeps_all_of_a_usual_page_for_those_who_come_later() -> None:
    state = a_state(watch=a_watch(polled=False, source=FEED), listeners=(a_listener(min_rp=0),))

    plan = plan_poll(state, FetchResult(FEED, page(0, 500)), POLICY, NOW)

    assert len(plan.changes) == 500


@pytest.mark.invariant(3)
def test_all_that_a_long_page_shows_after_an_absence_is_counted_at_once() -> None:
    posts = page(0, 300)
    away = a_watch(hours_ago=24, next_poll_at=NOW - timedelta(hours=23))

    plan = plan_poll(a_state(watch=away), FetchResult(SourceName.TRENDPAGE, posts), POLICY, NOW)

    assert len(plan.changes) == NEW_PER_POLL
    assert {held.alert.content.post.key for held in plan.held} == {one.key for one in posts}
    assert not plan.alerts


@pytest.mark.invariant(4)
def test_post_above_a_threshold_is_alerted_however_many_younger_ones_stand_on_its_page() -> None:
    crossing = a_post("crossing", 5_000, hours_old=20)
    posts = (*(replace(post, rp=3) for post in page(0, 3 * NEW_PER_POLL)), crossing)

    plan = plan_poll(a_state(listeners=(a_listener(min_rp=100),)), seen(*posts), POLICY, NOW)

    assert [alert.content.post.key for alert in plan.alerts] == [crossing.key]
    assert len(plan.changes) == NEW_PER_POLL


@pytest.mark.invariant(4)
@pytest.mark.parametrize("source", [SourceName.MASTODON, SourceName.MISSKEY, SourceName.BLUESKY, SourceName.X])
def test_timeline_that_brings_many_at_once_loses_no_crossing(source: SourceName) -> None:
    posts = tuple(replace(post, rp=number) for number, post in enumerate(page(0, 400)))
    timeline = replace(TIMELINE, hourly_limit=0)
    state = a_state(watch=a_watch(source=source), listeners=(a_listener(min_rp=200),))

    plan = plan_poll(state, FetchResult(source, posts), timeline, NOW)

    assert {alert.content.post.key for alert in plan.alerts} == {one.key for one in posts if (one.rp or 0) >= 200}


@pytest.mark.invariant(11)
def test_feed_of_which_everything_is_new_each_time_is_degraded_kept_short_and_polled_seldom() -> None:
    watch, _ = polled(a_watch(polled=False, source=FEED), *page(0, 500))
    waits, shares = [], []
    for number in range(1, 6):
        watch, wait = polled(watch, *page(number * 500, 500))
        waits.append(wait)
        shares.append(retention.kept(FEED, watch.health_record.turnovers))

    assert watch.health is Health.DEGRADED
    assert watch.health_record.cause is Cause.TURNS_OVER
    assert waits[0] < timedelta(minutes=10)
    assert set(waits[1:]) == {FLOOD_EVERY}
    assert shares == [KEPT_OF_A_FEED, *[KEPT_OF_A_FLOOD] * 4]


def test_feed_that_hides_an_old_entry_among_the_new_ones_is_a_flood_all_the_same() -> None:
    watch, _ = polled(a_watch(polled=False, source=FEED), *page(0, 100))
    for number in range(1, 4):
        before = page(number * 50, 50)
        watch, wait = polled(watch, *page(number * 50, 100), before=before)

    assert wait == FLOOD_EVERY


def test_feed_that_calms_down_is_well_again_and_finds_its_rhythm() -> None:
    watch, _ = polled(a_watch(polled=False, source=FEED), *page(0, 500))
    for number in range(1, 5):
        watch, _ = polled(watch, *page(number * 500, 500))

    watch, wait = polled(watch, *page(9_000, 30), minutes=60)
    assert wait < timedelta(minutes=10)
    watch, wait = polled(watch, *page(9_001, 30), before=page(9_001, 29))

    assert not is_source_problem(watch.health, watch.health_record)
    assert wait < timedelta(minutes=10)


@pytest.mark.parametrize("minutes", [5, 60])
def test_short_feed_that_is_new_by_chance_is_no_flood(minutes: float) -> None:
    watch, _ = polled(a_watch(polled=False, source=FEED), *page(0, 15))
    for number in range(1, 5):
        watch, _ = polled(watch, *page(number * 15, 15), minutes=minutes)

    assert not is_source_problem(watch.health, watch.health_record)
    assert watch.health_record.turnovers == 0


def test_timeline_of_which_everything_is_new_is_as_it_should_be() -> None:
    state = a_state(watch=a_watch(source=SourceName.MASTODON))

    plan = plan_poll(state, FetchResult(SourceName.MASTODON, page(0, 40)), TIMELINE, NOW)

    assert plan.update.health_record.turnovers == 0


def test_what_is_stored_is_bounded_whatever_a_post_holds() -> None:
    huge = a_post(text="😀" * 30_000, url="https://a.example/" + "q" * 1_900)

    (change,) = plan_poll(a_state(), FetchResult(SourceName.TRENDPAGE, (huge,)), POLICY, NOW).changes

    assert len(change.post.text.encode("utf-16-le")) <= 2 * TEXT_MAX
    assert change.post.url is None or len(change.post.url) <= URL_MAX
