"""The parts of the surge detector: hours, season, level, evidence, episodes, observations and totals."""

from __future__ import annotations

import math
import statistics
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.surge import people
from bot.core.surge.baseline import HourlyBaseline, halfway, log_ratio, updated_level
from bot.core.surge.bins import CountBin, is_full
from bot.core.surge.episodes import KEPT_EPISODES, SurgeEpisode, SurgeEpisodes
from bot.core.surge.evidence import MAX_DISPERSION, MIN_DISPERSION, gain, scaled_threshold, updated_dispersion
from bot.core.surge.hours import KEPT_HOURS, HourHistory, OpenHour, spread
from bot.core.surge.observation import CountObservation, new_part
from bot.core.surge.season import KnownDays, known_days, season
from bot.core.surge.totals import RollingTotal, with_total

from .series import MONDAY, QUARTER, at

HOUR = timedelta(hours=1)
counts = st.floats(0, 1e6)


def hour_of(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)


def history_of(days: int, value_of: dict[int, float]) -> HourHistory:
    """Whole days before MONDAY + days; an hour of the day that is not named has 10 posts."""
    history = HourHistory()
    for number in range(days * 24):
        history = history.with_hour(hour_of(MONDAY) + number, value_of.get(number % 24, 10.0))
    return history


# -- bins --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "look", "full"),
    [
        (15, 1, True),
        (14, 1, False),
        (14.6, 1, True),
        (14, 2, False),
        (14.5, 5, True),
        (14.5, 15, True),
        (13.9, 15, False),
    ],
)
def test_bin_is_full_at_the_look_that_ends_closest_to_a_quarter(minutes: float, look: float, full: bool) -> None:
    """``look``: minutes of its newest look."""
    assert is_full(CountBin(0, minutes * 60, 5, 5), look * 60) is full


# -- evidence ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "normal", "dispersion", "nats"),
    [
        (40, 10, 0.1, 9.56),
        (10, 10, 0.1, -4.49),
        (20, 10, 0.1, 0.19),
        (100, 10, 0.1, 37.67),
        (400, 100, 0.2, 7.79),
        (1000, 100, 0.2, 29.60),
    ],
)
def test_gain_is_the_log_likelihood_ratio_of_two_negative_binomials(
    count: float, normal: float, dispersion: float, nats: float
) -> None:
    assert gain(count, normal, dispersion, 4) == pytest.approx(nats, abs=0.005)


@given(count=counts, more=st.floats(0.01, 1e5), normal=st.floats(0, 1e5), dispersion=st.floats(0.005, 3))
def test_more_posts_are_never_less_evidence(count: float, more: float, normal: float, dispersion: float) -> None:
    assert gain(count + more, normal, dispersion, 4) >= gain(count, normal, dispersion, 4) - 1e-6


@pytest.mark.parametrize(("seconds", "threshold"), [(300, 20), (900, 20), (3600, 10)])
def test_longer_bins_need_less_evidence(seconds: float, threshold: float) -> None:
    assert scaled_threshold(20, seconds) == pytest.approx(threshold)


@given(dispersion=st.floats(MIN_DISPERSION, MAX_DISPERSION), count=counts, normal=counts)
def test_dispersion_moves_slowly_and_stays_within_bounds(dispersion: float, count: float, normal: float) -> None:
    changed = updated_dispersion(dispersion, count, normal, 900)

    assert MIN_DISPERSION <= changed <= MAX_DISPERSION
    assert abs(math.log(changed / dispersion)) <= 3 * 900 / (5 * 86_400) + 1e-9


# -- hours -------------------------------------------------------------------------------------------------


def test_hour_of_which_less_than_half_was_seen_is_unknown() -> None:
    assert OpenHour(0).with_part(1799, 50).value is None
    assert OpenHour(0).with_part(1800, 50).value == 100


@given(start=st.floats(0, 1e6), seconds=st.floats(1, 4e4), count=st.floats(0, 1e6))
def test_interval_is_spread_over_its_hours_without_loss(start: float, seconds: float, count: float) -> None:
    parts = list(spread(start, start + seconds, count))

    assert sum(part for _, part, _ in parts) == pytest.approx(seconds)
    assert sum(share for _, _, share in parts) == pytest.approx(count)


def test_hours_that_were_skipped_are_unknown_and_the_oldest_are_dropped() -> None:
    history = HourHistory().with_hour(5, 1.0).with_hour(8, 2.0)

    assert [history[number] for number in range(4, 10)] == [None, 1.0, None, None, 2.0, None]
    assert len(history.with_hour(5000, 3.0).values) == KEPT_HOURS


def test_hours_before_a_moment_are_forgotten() -> None:
    history = HourHistory().with_hour(5, 1.0).with_hour(6, 2.0).with_hour(7, 3.0)

    assert history.since(6).values == (2.0, 3.0)
    assert history.since(5) == history.since(1) == history
    assert history.since(8).values == ()


def test_mean_hour_leaves_out_the_highest_of_the_week() -> None:
    history = HourHistory()
    for number in range(100):
        history = history.with_hour(number, 1000.0 if number % 25 == 0 else 10.0)

    assert history.mean() == 10
    assert HourHistory().mean() is None


# -- season and level --------------------------------------------------------------------------------------


def test_season_is_the_median_of_the_hour_on_like_days_and_its_means_with_its_neighbours() -> None:
    history = history_of(4, {12: 40.0, 13: 20.0})
    expected = statistics.median([40.0, 25.0, 30.0])

    assert season(history, hour_of(MONDAY) + 4 * 24 + 12, UTC) == expected


def test_one_surge_among_the_days_moves_the_season_little() -> None:
    history = HourHistory()
    for number in range(14 * 24):
        history = history.with_hour(hour_of(MONDAY) + number, 5000.0 if number // 24 == 9 else 10.0)

    assert season(history, hour_of(MONDAY) + 14 * 24 + 12, UTC) == 10


def test_weekend_is_compared_with_weekends_once_one_is_known() -> None:
    history = HourHistory()
    for number in range(12 * 24):
        history = history.with_hour(hour_of(MONDAY) + number, 4.0 if number // 24 % 7 >= 5 else 30.0)
    first_saturday, second_saturday = hour_of(at(5, 12)), hour_of(at(12, 12))

    assert season(history, second_saturday, UTC) == 4
    assert known_days(history, second_saturday, UTC) == KnownDays(like=2, other=10)
    early = HourHistory(hour_of(at(5, 0)), history.values[: 5 * 24])
    assert season(early, first_saturday, UTC) == 30
    assert known_days(early, first_saturday, UTC) == KnownDays(like=0, other=5)


def test_weekend_is_that_of_the_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    history = HourHistory()
    for number in range(12 * 24):
        local = (MONDAY + number * HOUR).astimezone(tokyo)
        history = history.with_hour(hour_of(MONDAY) + number, 4.0 if local.weekday() >= 5 else 30.0)

    assert season(history, hour_of(at(11, 20)), tokyo) == 4  # Saturday, 5 o'clock in Tokyo


def test_hour_is_the_same_on_the_clocks_across_their_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    history = HourHistory()
    begin = hour_of(datetime(2026, 10, 12, tzinfo=UTC))
    for number in range(begin, begin + 14 * 24):
        local = datetime.fromtimestamp(number * 3600, UTC).astimezone(berlin)
        history = history.with_hour(number, 100.0 if local.hour == 12 else 10.0)
    noon = hour_of(datetime(2026, 10, 26, 12, tzinfo=berlin))

    season_at_noon = season(history, noon, berlin)
    assert season_at_noon is not None
    assert season_at_noon > 50


def test_season_of_a_topic_without_history_is_unknown() -> None:
    assert season(HourHistory(), 5, UTC) is None


@pytest.mark.parametrize(
    ("ratios", "level"),
    [
        ([None, None], 0.3),
        ([0.6, 0.6, 0.6, 0.6, 0.6, 0.6], 0.6),
        ([0.6, None, None], 0.2),
        ([-0.6, -0.6, -0.6], -0.3),
    ],
)
def test_level_is_the_mean_of_known_ratios_and_half_of_it_below(ratios: list[float | None], level: float) -> None:
    assert updated_level(0.3, ratios) == pytest.approx(level)


@given(value=counts, usual=counts)
def test_no_hour_moves_the_level_further_than_twice(value: float, usual: float) -> None:
    assert abs(updated_level(0.0, [log_ratio(value, usual)])) <= 0.7 / 3


@pytest.mark.parametrize(("each", "level"), [(1.2, 1.2), (0.5, 0.5), (-1.2, -0.35)])
def test_level_follows_a_topic_that_has_grown_for_a_day_and_none_that_fell(each: float, level: float) -> None:
    assert updated_level(0.0, [each] * 24) == pytest.approx(level)


def test_surge_of_half_a_day_is_no_trend() -> None:
    assert updated_level(0.0, [0.0] * 13 + [1.5] * 11) == pytest.approx(0.7)


def test_hour_of_a_surge_is_remembered_halfway_to_what_was_usual() -> None:
    assert halfway(397.0, 1.0) == 37.0
    assert halfway(20.0, 20.0) == 20.0


def test_rate_lies_between_the_seasons_of_two_hours() -> None:
    baseline = HourlyBaseline(hour=OpenHour(10), seasons=(10.0, 20.0, 40.0))

    assert baseline.rate_at(10 * 3600 + 1800) == 20
    assert baseline.rate_at(10 * 3600) == 15
    assert baseline.rate_at(10 * 3600 + 2700) == 25


# -- episodes ----------------------------------------------------------------------------------------------


def test_past_episodes_as_large_make_a_size_usual_and_smaller_ones_do_not() -> None:
    day = 86_400.0
    past = (SurgeEpisode(0, 1.0), SurgeEpisode(10 * day, 5.0), SurgeEpisode(20 * day, 4.6))
    episodes = SurgeEpisodes(past=past).with_hot(30 * day, 5.0)

    assert episodes.habit(30 * day) == pytest.approx(math.exp(-1) + math.exp(-0.5))
    assert episodes.last_as_large_s() == 20 * day


def test_gaps_of_six_hours_lie_within_an_episode() -> None:
    episodes = SurgeEpisodes().with_hot(0, 3.0).with_hot(6 * 3600, 2.0)

    assert episodes.current == SurgeEpisode(6 * 3600, 3.0)
    assert episodes.with_hot(13 * 3600, 1.0).past == (SurgeEpisode(6 * 3600, 3.0),)


def test_old_episodes_are_dropped() -> None:
    episodes = SurgeEpisodes()
    for number in range(60):
        episodes = episodes.with_hot(number * 86_400, 1.0)

    assert len(episodes.past) == KEPT_EPISODES


# -- observations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "covers", "end"),
    [
        (-1, QUARTER, MONDAY),
        (math.nan, QUARTER, MONDAY),
        (math.inf, QUARTER, MONDAY),
        (1, timedelta(), MONDAY),
        (1, QUARTER, MONDAY.replace(tzinfo=None)),
    ],
)
def test_impossible_observation_is_refused(count: float, covers: timedelta, end: datetime) -> None:
    with pytest.raises(ValueError, match="observation"):
        CountObservation(end, count, covers)


def test_observation_that_overlaps_the_newest_counts_its_new_part() -> None:
    part = new_part(CountObservation(MONDAY + HOUR, 40, HOUR), (MONDAY + HOUR - QUARTER).timestamp())

    assert part is not None
    assert (part.count, part.seconds) == (10, 900)


def test_each_person_counts_once_and_bots_never() -> None:
    posts = [people.PostOrigin("a", "one"), people.PostOrigin("a", "one"), people.PostOrigin("b", "two")]
    bots = [people.PostOrigin(f"bot {number}", "three", by_bot=True) for number in range(9)]

    assert people.observation(posts + bots, MONDAY, QUARTER).count == 2
    assert people.breadth(posts + bots).domains == 2


# -- rolling totals ----------------------------------------------------------------------------------------


def through_totals(posts: list[int]) -> list[float]:
    """The counts from the second day on, as seen through totals of 24 h at looks of 15 min."""
    total, seen = RollingTotal(), []
    for index in range(96, len(posts) + 1):
        total, found = with_total(total, MONDAY + index * QUARTER, sum(posts[index - 96 : index]))
        seen += [] if found is None else [found.count]
    return seen


def test_exact_totals_show_a_surge_when_it_is_and_nothing_a_day_after() -> None:
    posts = [10] * 96 * 4
    posts[150:154] = [100] * 4

    seen = through_totals(posts)

    assert seen == pytest.approx(posts[96:], abs=4)  # on the first day, what falls out is taken to be even


@given(posts=st.lists(st.integers(0, 500), min_size=100, max_size=120))
@settings(max_examples=20, deadline=None)
def test_exact_totals_observe_each_poll_but_the_first(posts: list[int]) -> None:
    seen = through_totals(posts)

    assert len(seen) == len(posts) - 96
    assert min(seen) >= 0


def test_coarse_totals_show_the_plain_change_and_their_step() -> None:
    first, _ = with_total(RollingTotal(), MONDAY, 12_000, step=1000)

    _, seen = with_total(first, MONDAY + HOUR, 14_000, step=1000)

    assert seen is not None
    assert seen.count == pytest.approx(2000 + 14_000 / 24, abs=0.01)
    assert seen.step == 1000


def test_totals_that_fall_are_observed_as_nothing_and_a_repeated_poll_not_at_all() -> None:
    first, none = with_total(RollingTotal(), MONDAY, 1000)
    second, seen = with_total(first, MONDAY + QUARTER, 100)

    assert none is None
    assert seen is not None
    assert seen.count == 0
    assert with_total(second, MONDAY + QUARTER, 900) == (second, None)
