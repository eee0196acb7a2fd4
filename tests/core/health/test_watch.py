"""How a watch is doing: errors, drift and silence, in tables and over long stretches of time."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import errors
from bot.core.causes import Cause
from bot.core.errors import SourceBusy, SourceChanged, SourceError, SourceRefused, SourceUnreachable, TopicUnfit
from bot.core.health import watch as health
from bot.core.models import (
    AnswerTrait,
    ArrivalStats,
    FetchResult,
    Health,
    Snapshot,
    SourceName,
    Watch,
    WatchHealth,
)
from bot.core.planning.plan import plan_failure, plan_poll
from tests.core.builders import NOW, POLICY, TIMELINE, a_post, a_state, a_watch, known, seen

ALL = frozenset(AnswerTrait)
HOUR = timedelta(hours=1)
LONG_WELL = ArrivalStats(since=NOW - timedelta(days=30), last_new_at=NOW - HOUR, usual_gap=HOUR, gaps=100)


def poll(watch: Watch, fetched: FetchResult | None, now: datetime = NOW, *, timeline: bool = False) -> Watch:
    """The watch as an answered look leaves it."""
    after = health.after_poll(watch, fetched, {}, now, whole_page=not timeline, missed_polls=False)
    return replace(
        watch,
        health=after.health,
        health_note=after.note,
        health_record=after.health_record,
        last_ok_at=now,
        failures=0,
    )


def fail(watch: Watch, error: SourceError, now: datetime = NOW) -> Watch:
    """The watch as a failed look leaves it."""
    after = health.after_failure(watch, error, now)
    return replace(
        watch,
        health=after.health,
        health_note=after.note,
        health_record=after.health_record,
        failures=watch.failures + 1,
    )


def a_page(*names: str, volume: int | None = 1000, **more: object) -> FetchResult:
    posts = [a_post(name, author_handle="taro", url=f"https://x.example/{name}", **more) for name in names]  # type: ignore[arg-type]
    return seen(*posts, snapshot=Snapshot(NOW, volume=volume))


def why(watch: Watch) -> Cause | None:
    return watch.health_record.cause


# -- errors --------------------------------------------------------------------------------------------


@pytest.mark.invariant(5)
def test_one_failed_poll_is_degraded_and_five_are_down() -> None:
    watch, found = a_watch(), []

    for _ in range(6):
        watch = fail(watch, SourceBusy("mstdn.example: answered 503"))
        found.append(watch.health)

    assert found == [Health.DEGRADED] * 4 + [Health.DOWN] * 2


@pytest.mark.invariant(5)
def test_failing_for_twenty_minutes_is_down_however_seldom_it_was_asked() -> None:
    first = fail(a_watch(), SourceUnreachable("no connection"))

    soon = fail(first, SourceUnreachable("no connection"), NOW + timedelta(minutes=19))
    later = fail(first, SourceUnreachable("no connection"), NOW + timedelta(minutes=20))

    assert (soon.health, later.health) == (Health.DEGRADED, Health.DOWN)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SourceRefused("answered 404", permanent=True), Health.DOWN),
        (SourceRefused("answered 403"), Health.DEGRADED),
        (SourceChanged("not a trend page"), Health.DEGRADED),
        (TopicUnfit("a tag needs a letter"), Health.DOWN),
    ],
)
def test_what_asking_again_cannot_help_is_down_at_once(error: SourceError, expected: Health) -> None:
    assert fail(a_watch(), error).health is expected


def test_source_that_answers_in_another_form_never_counts_as_down() -> None:
    watch = a_watch()

    for hours in range(20):
        watch = fail(watch, SourceChanged("not a trend page"), NOW + hours * HOUR)

    assert watch.health is Health.DEGRADED


def test_people_and_the_log_get_the_reason_each_in_their_words() -> None:
    watch = fail(a_watch(), SourceBusy("mstdn.example: answered 503"))

    assert watch.health_record.cause == Cause.BUSY
    assert watch.health_note == "mstdn.example: answered 503"


def test_unwell_counts_from_the_first_bad_poll_and_well_from_the_first_good_one() -> None:
    bad = fail(a_watch(), SourceBusy("503"))
    worse = fail(bad, SourceBusy("503"), NOW + HOUR)
    lost = poll(replace(worse, health_record=replace(worse.health_record, shown=ALL)), seen(), NOW + 2 * HOUR)
    well = poll(lost, a_page("a", "b", "c"), NOW + 3 * HOUR)
    still = poll(well, a_page("a", "b", "c"), NOW + 4 * HOUR)

    assert [one.health_record.since for one in (bad, worse, lost)] == [NOW] * 3
    assert [one.health_record.since for one in (well, still)] == [NOW + 3 * HOUR] * 2
    assert (still.health, still.health_note, still.health_record.cause) == (Health.OK, None, None)


def test_every_error_of_a_source_has_its_own_cause() -> None:
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SourceError)]
    # A kind without a cause of its own (redirects in circles) is told as what it is a kind of.
    kinds = [kind for kind in found if "cause" in vars(kind)]

    reasons = [why(fail(a_watch(), kind("why"))) for kind in kinds]

    assert len(set(reasons)) == len(kinds)


# -- drift ---------------------------------------------------------------------------------------------

LESS: list[tuple[str, FetchResult]] = [
    (Cause.NO_POSTS, a_page(volume=None)),
    (Cause.NO_POSTS, a_page(volume=12)),
    (Cause.NO_RP, a_page("a", "b", "c", rp=None)),
    (Cause.NO_IDS, seen(*[a_post(n, source_id=None, author_handle="taro") for n in "abc"])),
    (Cause.NO_TIMES, a_page("a", "b", "c", created_at=None)),
    (Cause.NO_AUTHORS, seen(*[a_post(n) for n in "abc"], snapshot=Snapshot(NOW, volume=3))),
    (Cause.NO_VOLUME, a_page("a", "b", "c", volume=None)),
]


def used_to_show(polls: int = health.MIN_ANSWERS_WITH_TRAIT, **more: object) -> Watch:
    """A watch of a page that showed everything, in so many looks."""
    watch = a_watch(**more)  # type: ignore[arg-type]
    for _ in range(polls):
        watch = poll(watch, a_page("x", "y", "z"))
    return watch


@pytest.mark.invariant(5)
@pytest.mark.parametrize(("expected", "page"), LESS)
def test_page_that_lost_what_it_used_to_show_is_degraded_not_quiet(expected: str, page: FetchResult) -> None:
    watch = poll(used_to_show(), page)

    assert (watch.health, why(watch)) == (Health.DEGRADED, expected)


@pytest.mark.invariant(5)
@pytest.mark.parametrize(("expected", "page"), LESS[:3])
def test_posts_and_rp_are_missed_after_a_single_poll_and_for_ever(expected: str, page: FetchResult) -> None:
    watch = poll(poll(a_watch(), a_page("x", "y", "z")), page)

    later = poll(watch, page, NOW + timedelta(days=365))

    assert [why(watch), why(later)] == [expected] * 2


@pytest.mark.parametrize("page", [page for _, page in LESS[3:]])
@pytest.mark.parametrize("polls", [1, health.MIN_ANSWERS_WITH_TRAIT - 1])
def test_what_was_shown_by_chance_is_not_missed(page: FetchResult, polls: int) -> None:
    watch = used_to_show(polls)

    assert [(watch := poll(watch, page, NOW + hours * HOUR)).health for hours in range(20)] == [Health.OK] * 20


@pytest.mark.parametrize(("expected", "page"), LESS[3:])
def test_what_keeps_no_alert_away_is_missed_for_two_weeks(expected: str, page: FetchResult) -> None:
    watch = poll(used_to_show(), page)
    within = poll(watch, page, NOW + health.TRAIT_MEMORY)
    after = poll(within, page, NOW + health.TRAIT_MEMORY + HOUR)
    still = poll(after, page, NOW + health.TRAIT_MEMORY + 2 * HOUR)

    assert [why(one) for one in (watch, within)] == [expected] * 2
    assert [(one.health, why(one)) for one in (after, still)] == [(Health.OK, None)] * 2


@pytest.mark.parametrize(("expected", "page"), LESS[3:])
def test_what_an_older_version_saw_is_missed_and_forgotten_as_well(expected: str, page: FetchResult) -> None:
    """It wrote down that it was shown once, not when."""
    watch = poll(a_watch(health_record=WatchHealth(shown=ALL)), page)

    assert why(watch) == expected
    assert poll(watch, page, NOW + health.TRAIT_MEMORY + HOUR).health is Health.OK


def test_feed_whose_authors_are_gone_is_well() -> None:
    """Each entry has one or has none."""
    watch = used_to_show(source=SourceName.FEED)

    assert (
        poll(watch, seen(*[a_post(n, rp=None, url="https://x.example") for n in "abc"])).health is Health.DEGRADED
    )
    well = poll(watch, seen(*[a_post(n) for n in "abc"], snapshot=Snapshot(NOW, volume=3)))
    assert not health.is_source_problem(well.health, well.health_record)


@pytest.mark.parametrize("page", [page for _, page in LESS if page.posts])
def test_page_that_never_showed_it_is_well(page: FetchResult) -> None:
    watch = poll(poll(a_watch(polled=False), page), page)

    assert watch.health is Health.OK


@pytest.mark.parametrize("page", [a_page(volume=0), a_page("a", rp=None), a_page("a", created_at=None)])
def test_a_page_that_counts_nothing_or_shows_one_odd_post_is_well(page: FetchResult) -> None:
    assert poll(poll(a_watch(), a_page("x", "y", "z")), page).health is Health.OK


@pytest.mark.invariant(5)
def test_one_post_that_lost_its_own_rp_is_enough() -> None:
    state = a_state(known(a_post("a", 90)))

    plan = plan_poll(state, seen(a_post("a", None)), POLICY, NOW)

    assert plan.update.health_record.cause == Cause.NO_RP


@pytest.mark.parametrize("page", [seen(), a_page("a", "b", "c", volume=None)])
def test_timeline_may_have_no_posts_and_no_count(page: FetchResult) -> None:
    watch = poll(a_watch(), a_page("x", "y", "z"), timeline=True)

    assert poll(watch, page, timeline=True).health is Health.OK


@pytest.mark.invariant(5)
def test_timeline_whose_posts_all_lost_their_rp_is_degraded() -> None:
    watch = poll(a_watch(), a_page("x", "y", "z"), timeline=True)

    assert why(poll(watch, a_page("a", "b", "c", rp=None), timeline=True)) == Cause.NO_RP


def test_what_is_lost_stays_lost_until_it_is_back() -> None:
    watch = poll(a_watch(), a_page("x", "y", "z"))

    for hours in range(50):
        watch = poll(watch, a_page("a", "b", "c", rp=None), NOW + hours * HOUR)
    lost = watch
    back = poll(lost, a_page("a", "b", "c"), NOW + 50 * HOUR)

    assert (why(lost), lost.health_record.since, back.health) == (Cause.NO_RP, NOW, Health.OK)


@given(st.sets(st.sampled_from(sorted(ALL - {AnswerTrait.POSTS}))), st.integers(3, 20))
def test_page_that_shows_all_it_ever_showed_is_well(shown: set[AnswerTrait], count: int) -> None:
    page = seen(
        *[
            a_post(
                f"p{number}",
                100 if AnswerTrait.RP in shown else None,
                source_id=f"{number}" if AnswerTrait.IDS in shown else None,
                author_name="太郎" if AnswerTrait.AUTHORS in shown else None,
                created_at=NOW if AnswerTrait.TIMES in shown else None,
            )
            for number in range(count)
        ],
        snapshot=Snapshot(NOW, volume=count if AnswerTrait.VOLUME in shown else None),
    )
    watch = a_watch(health_record=WatchHealth(shown=frozenset(shown | {AnswerTrait.POSTS})))

    assert poll(watch, page).health is Health.OK


# -- silence -------------------------------------------------------------------------------------------


def live(
    gaps: Iterable[timedelta], *, every: timedelta = timedelta(minutes=5)
) -> tuple[ArrivalStats, list[datetime]]:
    """A watch looked at all the time through posts that come after these gaps; when it was called silent."""
    arrivals, now = health.next_arrivals(None, NOW, new=True, missed_polls=False), NOW
    alarms = []
    for gap in gaps:
        until = now + max(gap, every)
        alarms += [until] if health.is_silent(arrivals, until) else []
        arrivals, now = health.next_arrivals(arrivals, until, new=True, missed_polls=False), until
    return arrivals, alarms


def days_of(count: int, *, by_day: timedelta, night: timedelta) -> list[timedelta]:
    return ([by_day] * int((24 * HOUR - night) / by_day) + [night]) * count


@pytest.mark.parametrize(
    "gaps",
    [
        days_of(30, by_day=timedelta(minutes=10), night=8 * HOUR),
        days_of(30, by_day=timedelta(minutes=5), night=12 * HOUR),
        days_of(30, by_day=HOUR, night=10 * HOUR),
        (days_of(4, by_day=HOUR, night=14 * HOUR) + [HOUR] * 10 + [62 * HOUR]) * 8,
        [timedelta(minutes=5)] * 3000,
    ],
    ids=["nights", "long nights", "an hour apart", "weekends", "without end"],
)
def test_nights_and_weekends_are_no_silence(gaps: list[timedelta]) -> None:
    assert live(gaps)[1] == []


@pytest.mark.parametrize("gaps", [days_of(14, by_day=timedelta(minutes=10), night=8 * HOUR), [HOUR] * 400])
def test_regular_watch_that_finds_nothing_for_two_days_is_silent(gaps: list[timedelta]) -> None:
    arrivals, _ = live(gaps)

    assert not health.is_silent(arrivals, arrivals.last_new_at + 24 * HOUR)
    assert health.is_silent(arrivals, arrivals.last_new_at + 48 * HOUR)


@pytest.mark.parametrize("gaps", [[HOUR] * 19 + [7 * 24 * HOUR], [HOUR] * 100, [30 * HOUR] * 10], ids=str)
def test_without_a_regular_history_nothing_is_silence(gaps: list[timedelta]) -> None:
    arrivals, _ = live(gaps[:-1])

    assert not health.is_silent(arrivals, arrivals.last_new_at + timedelta(days=365))


@pytest.mark.parametrize("mean_h", [0.2, 1, 4, 12])
@pytest.mark.parametrize("seed", range(5))
def test_posts_that_come_at_random_are_no_silence(seed: int, mean_h: float) -> None:
    dice = random.Random(seed)

    assert live([timedelta(hours=dice.expovariate(1 / mean_h)) for _ in range(1000)])[1] == []


@given(st.lists(st.floats(0.1, 200), min_size=1, max_size=60))
def test_usual_gap_lies_between_the_shortest_and_the_longest(hours: list[float]) -> None:
    arrivals, _ = live([timedelta(hours=one) for one in hours])

    assert timedelta(hours=min(hours) * 0.99) <= arrivals.usual_gap <= timedelta(hours=max(hours) * 1.01)


@pytest.mark.parametrize("back", [HOUR, timedelta(days=90), timedelta(days=20_000)], ids=str)
def test_clock_that_steps_back_leaves_a_rhythm_like_any_other(back: timedelta) -> None:
    arrivals = health.next_arrivals(LONG_WELL, NOW - back, new=True, missed_polls=False)

    assert (arrivals.last_new_at, arrivals.gaps) == (NOW - back, LONG_WELL.gaps + 1)
    assert timedelta(0) <= arrivals.usual_gap <= LONG_WELL.usual_gap


def test_time_in_which_nobody_polled_is_no_silence() -> None:
    back = health.next_arrivals(LONG_WELL, NOW + 90 * HOUR, new=False, missed_polls=True)

    assert not health.is_silent(back, NOW + 90 * HOUR)
    assert (back.usual_gap, back.gaps) == (LONG_WELL.usual_gap, LONG_WELL.gaps)


@pytest.mark.invariant(5)
@pytest.mark.parametrize("fetched", [seen(), None])
def test_silent_watch_is_degraded_and_says_for_how_long(fetched: FetchResult | None) -> None:
    watch = poll(a_watch(health_record=WatchHealth(arrivals=LONG_WELL)), fetched, NOW + 29 * HOUR, timeline=True)

    assert watch.health is Health.DEGRADED
    assert (watch.health_record.cause, watch.health_record.hours, watch.health_record.usual_hours) == (
        Cause.SILENT,
        30,
        1,
    )
    assert not health.is_source_problem(watch.health, watch.health_record)


def test_page_that_counts_no_posts_is_not_silent() -> None:
    assert (
        poll(a_watch(health_record=WatchHealth(arrivals=LONG_WELL)), a_page(volume=0), NOW + 90 * HOUR).health
        is Health.OK
    )


def test_something_new_ends_the_silence() -> None:
    silent = poll(a_watch(health_record=WatchHealth(arrivals=LONG_WELL)), seen(), NOW + 90 * HOUR, timeline=True)

    assert poll(silent, a_page("a"), NOW + 91 * HOUR, timeline=True).health is Health.OK


def test_silent_topic_whose_source_breaks_is_unwell_anew() -> None:
    silent = poll(a_watch(health_record=WatchHealth(arrivals=LONG_WELL)), seen(), NOW + 90 * HOUR, timeline=True)

    broken = fail(silent, SourceBusy("503"), NOW + 100 * HOUR)

    assert (silent.health_record.since, broken.health_record.since) == (NOW + 90 * HOUR, NOW + 100 * HOUR)


def test_topic_that_cannot_be_asked_for_says_nothing_of_its_source() -> None:
    unfit = fail(a_watch(), TopicUnfit("a tag needs a letter"))
    broken = fail(unfit, SourceBusy("503"), NOW + 100 * HOUR)

    assert [health.is_source_problem(one.health, one.health_record) for one in (unfit, broken)] == [False, True]
    assert [health.is_unsupported_topic(one.health, one.health_record) for one in (unfit, broken)] == [True, False]
    assert broken.health_record.since == NOW + 100 * HOUR


def test_a_long_outage_of_the_source_does_not_count_as_silence() -> None:
    state = a_state(watch=a_watch(hours_ago=50, health_record=WatchHealth(arrivals=LONG_WELL)))

    plan = plan_poll(state, seen(), TIMELINE, NOW + 48 * HOUR)

    assert plan.update.health is Health.OK


def test_failure_and_poll_hand_the_condition_to_the_plan() -> None:
    failed = plan_failure(a_watch(), SourceBusy("503"), POLICY, NOW).update
    polled = plan_poll(a_state(), a_page("a", "b", "c"), POLICY, NOW).update

    assert (failed.health, failed.health_note, failed.health_record.cause) == (
        Health.DEGRADED,
        "503",
        Cause.BUSY,
    )
    assert set(polled.health_record.trait_stats) == ALL
    assert polled.health_record.shown == {AnswerTrait.POSTS, AnswerTrait.RP}
