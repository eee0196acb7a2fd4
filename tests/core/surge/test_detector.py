"""The surge detector on series: what is told, when, and what never is."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.surge.alerts import SurgeChange
from bot.core.surge.observation import Breadth, CountObservation
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import (
    NotDetectable,
    SurgeState,
    after_source_change,
    begun_from,
    not_detectable,
)
from bot.core.surge.totals import RollingTotal, with_total
from bot.storage.sql.mapping.json_forms import form_of
from tests.bench.surge import synthetic
from tests.bench.surge.alerts import observations
from tests.bench.surge.series import DAY_S, Series
from tests.costs import AT_MOST, growth

from .series import EVERY, MONDAY, QUARTER, UNUSUAL, Change, at, begins, daily, ends, run, times

STORED = form_of(SurgeState)
REPEATED = (10, 12, 14, 16, 18, 20, 26)


def noisy(seed: int, days: float, change: Change = lambda _, count: count) -> list[CountObservation]:
    """A daily cycle with noise, and perhaps surges."""
    dice = random.Random(seed)
    shaken = (replace(each, count=round(each.count * dice.gammavariate(10, 0.1))) for each in daily(days, change))
    return list(shaken)


# -- what is told --------------------------------------------------------------------------------------------


def test_surge_of_four_hours_begins_after_two_polls_and_ends_two_hours_after_it_is_calm() -> None:
    _, events = run(daily(13, times(4, 10)))

    assert begins(events) == [at(10, 12, 30)]
    assert ends(events) == [at(10, 19)]
    assert max(event.peak_ratio for event in events) == pytest.approx(4, abs=0.2)
    assert {event.began_at for event in events} == {at(10, 12, 30)}


def test_surge_of_ten_times_is_alerted_at_the_first_poll() -> None:
    _, events = run(daily(11, times(10, 10)))

    assert begins(events) == [at(10, 12, 15)]


def test_looks_that_jitter_by_seconds_alert_as_soon_as_others() -> None:
    dice = random.Random(4)
    looks = list(daily(11, times(10, 10)))
    ends_at = [each.end + timedelta(seconds=dice.uniform(-30, 30)) for each in looks]
    covers = [QUARTER, *(later - earlier for earlier, later in pairwise(ends_at))]
    seen = [
        replace(each, end=end, covers=so_long) for each, end, so_long in zip(looks, ends_at, covers, strict=True)
    ]

    begin = begins(run(seen)[1])[0]

    assert abs(begin - at(10, 12, 15)) < timedelta(minutes=1)


def test_repeated_surge_is_alerted_each_time_or_while_it_is_unusual() -> None:
    _, of_every = run(daily(28, times(4, *REPEATED)))
    _, of_unusual = run(daily(28, times(4, *REPEATED)), UNUSUAL)

    assert [begin.date() for begin in begins(of_every)] == [at(day, 0).date() for day in REPEATED]
    assert [begin.date() for begin in begins(of_unusual)] == [at(day, 0).date() for day in REPEATED[:2]]


def test_unusual_says_when_the_topic_was_last_so_far_above_normal() -> None:
    _, events = run(daily(13, times(4, 10, 12)), UNUSUAL)
    first, second = (event for event in events if event.change is SurgeChange.BEGINS)

    assert first.as_large_at is None
    assert second.as_large_at is not None
    assert second.as_large_at.date() == at(10, 0).date()


def test_four_times_for_good_is_alerted_once_and_normal_after_three_days() -> None:
    _, events = run(daily(20, times(4)))

    assert len(begins(events)) == 1
    assert ends(events) == [begins(events)[0] + timedelta(days=3)]


def test_surge_on_top_of_a_new_normal_is_alerted() -> None:
    def twice(day: float, count: float) -> float:
        return count * (12 if 16.5 <= day < 16.7 else 4) if day >= 10.5 else count

    _, events = run(daily(20, twice))

    assert [begin.date() for begin in begins(events)] == [at(10, 0).date(), at(16, 0).date()]


def test_surge_that_grows_several_times_higher_says_so() -> None:
    def growing(day: float, count: float) -> float:
        return count * (4 if day < 10.55 else 40) if 10.5 <= day < 10.7 else count

    _, events = run(daily(11, growing))

    assert [event.change for event in events].count(SurgeChange.BEGINS) == 1
    assert SurgeChange.GROWS in [event.change for event in events]


def test_second_surge_within_twelve_hours_goes_on_with_the_first_alert() -> None:
    def twice(day: float, count: float) -> float:
        return count * 6 if 10.1 <= day < 10.15 or 10.4 <= day < 10.45 else count

    _, events = run(daily(12, twice))

    assert len(begins(events)) == 1
    assert len(ends(events)) == 2
    assert len({event.began_at for event in events}) == 1


# -- what is not told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _, count: count, id="nothing happens"),
        pytest.param(times(2), id="twice for good"),
        pytest.param(times(1 / 3), id="a third for good"),
        pytest.param(lambda day, count: None if 10.5 <= day < 10.75 else count, id="nobody looked for six hours"),
        pytest.param(lambda day, count: 0 if 10.5 <= day < 10.75 else count, id="zeros for six hours"),
        pytest.param(lambda day, count: None if 3 <= day < 9 else count, id="nobody looked for six days"),
        pytest.param(times(8, 0), id="surge on the first day"),
    ],
)
def test_nothing_is_alerted(preset: Preset, change: Change) -> None:
    _, events = run(daily(16, change), PRESETS[preset])

    assert events == []


def test_surge_of_too_few_people_is_not_alerted() -> None:
    def breadth(each: CountObservation) -> CountObservation:
        loud = at(10, 12) < each.end <= at(10, 17)
        return replace(each, breadth=Breadth(authors=2, domains=1)) if loud else each

    _, events = run(breadth(each) for each in daily(13, times(10, 10)))

    assert events == []


def test_catching_up_after_an_outage_is_no_surge() -> None:
    """The first look after it counts all that came meanwhile, and covers it."""
    seen, count, covers = [], 0.0, timedelta()
    for each in daily(14):
        count, covers = count + each.count, covers + each.covers
        out = each.end.hour in {9, 10} and each.end.day % 2
        if not out:
            seen.append(replace(each, count=count, covers=covers))
            count, covers = 0.0, timedelta()

    assert run(seen)[1] == []


@pytest.mark.parametrize(("minutes", "per_hour"), [(5, 80), (15, 80), (60, 80), (15, 6)])
def test_count_of_what_came_while_a_source_counted_nothing_is_no_surge(minutes: int, per_hour: int) -> None:
    """Zeros for hours, and then all of it in one count, as a queue that was held up sends it."""
    step = timedelta(minutes=minutes)
    looks = round(timedelta(days=14) / step)
    held, seen = 0.0, []
    for number in range(1, looks + 1):
        end = MONDAY + number * step
        held += per_hour * step / timedelta(hours=1)
        is_out = at(10, 9) < end <= at(10, 12)
        seen.append(CountObservation(end, 0.0 if is_out else held, step))
        held = held if is_out else 0.0

    assert run(seen)[1] == []


def counted_anew(days: float, minutes: int, change: Change, *, mean: float) -> Iterator[CountObservation]:
    """A daily cycle of a source that counts anew only every so many minutes, and else shows what it showed."""
    held = 0.0
    for each in daily(days, change, mean=mean):
        held += each.count
        is_anew = (each.end - MONDAY) % timedelta(minutes=minutes) == timedelta()
        yield replace(each, count=held if is_anew else 0.0)
        held = 0.0 if is_anew else held


@pytest.mark.parametrize("minutes", [30, 45, 60, 90, 120])
def test_source_that_counts_anew_seldom_is_known_as_if_it_were_read_then(minutes: int) -> None:
    seen = counted_anew(13, minutes, times(6, 10), mean=20)
    state, events = run(seen)
    whole, _ = run(daily(13, times(6, 10), mean=20))

    assert [begin.date() for begin in begins(events)] == [at(10, 12).date()]
    assert begins(events)[0] <= at(10, 12) + 2 * timedelta(minutes=minutes)
    day = range(int(at(12, 2).timestamp() // 3600), int(at(12, 12).timestamp() // 3600))
    learned, true = ([one.baseline.history[hour] for hour in day] for one in (state, whole))
    assert learned == pytest.approx(true, rel=0.15)
    assert state.evidence.dispersion < 0.1


@pytest.mark.parametrize("seed", [8101, 8102])
@pytest.mark.parametrize("minutes", [45, 90])
def test_noise_in_a_source_that_counts_anew_seldom_is_no_surge(minutes: int, seed: int) -> None:
    """Of 90 min each of the second seed told five surges."""
    held, seen = 0.0, []
    series, _ = synthetic.make_series(synthetic.weekly, seed * 1000 + 999, plant=False)
    for index, each in enumerate(observations(series), 1):
        held += each.count
        is_anew = index * 15 % minutes == 0
        seen.append(replace(each, count=held if is_anew else 0.0))
        held = 0.0 if is_anew else held

    assert begins(run(seen)[1]) == []


@pytest.mark.parametrize("mean", [5, 10, 20])
def test_counts_after_the_zeros_of_a_source_that_counts_anew_seldom_teach_what_is_normal(mean: float) -> None:
    state, events = run(counted_anew(13, 30, times(5, 10), mean=mean))

    assert [begin.date() for begin in begins(events)] == [at(10, 12).date()]
    assert state.baseline.mean == pytest.approx(4 * mean, rel=0.15)


def test_surge_that_begins_as_zeros_of_a_failure_end_is_alerted() -> None:
    def changed(day: float, count: float) -> float | None:
        return 0 if 10.4 <= day < 10.5 else times(10, 10)(day, count)

    assert begins(run(daily(13, changed))[1]) == [at(10, 12, 30)]


@pytest.mark.parametrize("kind", [synthetic.steady, synthetic.weekly])
@pytest.mark.parametrize(("factor", "days"), [(2, 4), (4, 8)])
def test_topic_that_grows_for_days_is_no_surge(kind: synthetic.Rate, factor: float, days: float) -> None:
    """Twice as much in four days, once or twice over: of four times both kinds told two surges or more."""
    series, _ = synthetic.make_series(kind, 8_101_999, plant=False)

    def grown(end: float) -> float:
        share = (end - synthetic.START_S) / DAY_S - 15
        return math.pow(factor, max(0.0, min(1.0, share / days)))

    rows = tuple((end, round(count * grown(end))) for end, count in series.rows)

    assert begins(run(observations(replace(series, rows=rows)))[1]) == []


@pytest.mark.parametrize(("seed", "day"), [(8105, 23), (8201, 7)])
def test_hours_of_a_topic_that_differ_anyway_are_no_surge(seed: int, day: int) -> None:
    """Drifting topics whose hour was 2.9 and 4.6 times normal, of which another day's are twice and half of it."""
    series, _ = synthetic.make_series(synthetic.drifting, seed * 1000 + 999, plant=False)
    since = synthetic.START_S + (20.1 if seed == 8105 else 0) * DAY_S
    rows = tuple(row for row in series.rows if since < row[0] <= synthetic.START_S + (day + 1) * DAY_S)
    factor = 3 if seed == 8105 else 1
    seen = observations(replace(series, rows=tuple((end, factor * count) for end, count in rows)))

    assert begins(run(seen)[1]) == []


def test_surge_in_a_topic_that_has_grown_is_alerted() -> None:
    def grown(day: float, count: float) -> float:
        return round(count * 4 ** max(0.0, min(1.0, (day - 15) / 8)) * (5 if 24.5 <= day < 24.7 else 1))

    assert [begin.date() for begin in begins(run(daily(27, grown))[1])] == [at(24, 12).date()]


def test_source_that_changed_what_it_counts_is_no_surge() -> None:
    before, _ = run(daily(12))
    changed = (replace(each, count=8 * each.count) for each in daily(20) if each.end > at(12, 0))

    assert run(changed, state=after_source_change(before))[1] == []


@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 0.9))
@settings(max_examples=8, deadline=None)
def test_gaps_alone_never_alarm(seed: int, share: float) -> None:
    dice = random.Random(seed)
    seen = [each for each in daily(12) if dice.random() >= share]

    assert run(seen)[1] == []


# -- counts that are cut -----------------------------------------------------------------------------------------


def test_cut_count_far_above_normal_is_reported_as_a_least_one() -> None:
    cut = (
        replace(each, complete=each.end <= at(10, 12) or each.end > at(10, 16)) for each in daily(11, times(8, 10))
    )

    _, events = run(cut)

    assert len(begins(events)) == 1
    assert events[0].at_least


def test_cut_count_teaches_nothing() -> None:
    state, _ = run(replace(each, complete=False) for each in daily(3))

    assert state.baseline.history.known == []
    assert not_detectable(state, EVERY) is NotDetectable.LEARNING


# -- first days ------------------------------------------------------------------------------------------------


def test_week_of_hourly_counts_ends_the_silence_of_the_first_day() -> None:
    hours = {MONDAY - timedelta(hours=hour): 80.0 for hour in range(1, 7 * 24 + 1)}
    flat = [replace(each, count=20.0) for each in daily(0.5)]
    surge = [replace(each, count=200.0) for each in daily(0.6) if each.end > at(0, 12)]

    assert begins(run(flat + surge, state=begun_from(hours))[1]) == [at(0, 12, 15)]
    assert run(flat + surge)[1] == []


@pytest.mark.parametrize(
    ("kind", "seed", "begins_on", "factor"),
    [
        (synthetic.steady, 112, 10, 5),
        (synthetic.daily, 111, 23.4, 10),
        (synthetic.weekly, 110, 10, 5),
        (synthetic.weekly, 110, 20, 3),
        (synthetic.weekly, 111, 20, 1),
        (synthetic.weekly, 114, 20, 3),
        (synthetic.growing, 114, 10, 5),
    ],
)
def test_first_days_of_a_place_raise_no_alarm(
    kind: synthetic.Rate, seed: int, begins_on: float, factor: int
) -> None:
    """A source that was added, or counts several times as much from now on; some begin on a Sunday."""
    series, _ = synthetic.make_series(kind, seed * 1000 + 999, plant=False)
    since = synthetic.START_S + begins_on * DAY_S
    rows = tuple((end, factor * count) for end, count in series.rows if since < end <= since + 6 * DAY_S)

    assert begins(run(observations(replace(series, rows=rows)))[1]) == []


def test_surge_of_five_times_on_the_second_day_is_found_all_the_same() -> None:
    assert [begin.date() for begin in begins(run(daily(3, times(5, 1)))[1])] == [at(1, 12).date()]


def test_surge_on_one_of_the_first_days_hides_none_of_the_next_day() -> None:
    _, events = run(daily(4, times(30, 1, 2)))

    assert [begin.date() for begin in begins(events)] == [at(1, 12).date(), at(2, 12).date()]


def test_evening_of_the_first_day_says_nothing_of_the_level_of_the_second() -> None:
    """Where no day before is known, all hours are compared with one and the same number."""
    state, _ = run(daily(1.1))

    assert abs(state.baseline.level) < 0.1


def test_state_says_what_cannot_be_detected() -> None:
    assert not_detectable(SurgeState(), EVERY) is NotDetectable.LEARNING
    assert not_detectable(run(daily(3, mean=0.4))[0], EVERY) is NotDetectable.TOO_FEW
    assert not_detectable(run(daily(3))[0], EVERY) is None


def rounded_totals(
    days: float, change: Change, digits: int, each: timedelta, mean: float
) -> Iterator[CountObservation]:
    """A daily cycle seen through its total of 24 h, of which so many digits are shown."""
    rows = tuple((one.end.timestamp(), one.count) for one in daily(days, change, mean=mean))
    total = RollingTotal()
    for end, shown, step in Series("made", 900, rows).coarser(each // QUARTER).totals(digits):
        total, seen = with_total(total, datetime.fromtimestamp(end, UTC), shown, step=step)
        if seen is not None:
            yield seen


def test_noise_of_rounding_in_the_dispersion_hides_no_surge_of_hourly_totals() -> None:
    """Of 2,400 posts a day 100 come in an hour, which is one step of the last of two digits."""
    dice = random.Random(1)

    def shaken(day: float, count: float) -> float:
        loud = any(each + 0.5 <= day < each + 0.5 + 2 / 24 for each in (10, 13, 16))
        return round(count * (5 if loud else 1) * dice.expovariate(1))

    seen = rounded_totals(18, shaken, 2, timedelta(hours=1), mean=25)

    assert at(16, 13) in begins(run(seen)[1])


def test_state_says_that_rounding_hides_surges() -> None:
    """Of 9,600 posts a day 400 come in an hour, and of one digit a step is 1,000."""
    coarse, fine = (run(rounded_totals(4, times(1, 9), digits, QUARTER, mean=100))[0] for digits in (1, 3))

    assert not_detectable(coarse, EVERY) is NotDetectable.ROUNDED
    assert not_detectable(fine, EVERY) is None


@pytest.mark.parametrize(("hours", "reason"), [(2, None), (4, NotDetectable.SELDOM), (12, NotDetectable.SELDOM)])
def test_topic_that_is_read_too_seldom_says_so_instead_of_learning_for_ever(
    hours: int, reason: NotDetectable | None
) -> None:
    covers = timedelta(hours=hours)
    seen = [CountObservation(MONDAY + index * covers, 300.0, covers) for index in range(1, 96 // hours)]
    state, events = run(seen)
    longer, _ = run([CountObservation(MONDAY + timedelta(days=4), 80.0, QUARTER)], state=state)

    assert (not_detectable(state, EVERY), events) == (reason, [])
    assert not_detectable(longer, EVERY) is not NotDetectable.SELDOM


def test_night_in_which_nobody_looked_is_not_too_seldom() -> None:
    seen = (each for each in daily(4) if not at(3, 0) < each.end < at(3, 20))
    late = CountObservation(at(3, 20), 500.0, timedelta(hours=20))
    state, _ = run(sorted((*seen, late), key=lambda each: each.end))

    assert not_detectable(state, EVERY) is None


# -- saved, repeated, out of order, scaled -------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), at_day=st.floats(0, 7))
@settings(max_examples=8, deadline=None)
def test_state_saved_and_loaded_in_the_middle_goes_on_the_same(seed: int, at_day: float) -> None:
    seen = noisy(seed, 7, times(5, 3, 5, hours=6))
    middle = round(at_day * 96)
    begun, first = run(seen[:middle])

    loaded = STORED.decode(STORED.encode(begun))

    assert loaded == begun
    end, rest = run(seen[middle:], state=loaded)
    assert (end, first + rest) == run(seen)


def test_saved_state_is_small_and_a_damaged_one_is_refused() -> None:
    state, _ = run(noisy(1, 22, times(5, 4, 9, 14)))

    assert len(STORED.encode(state)) < 6000
    with pytest.raises(msgspec.ValidationError):
        STORED.decode(b'{"first_s": "yesterday"}')


@given(seed=st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_observation_that_comes_again_or_too_late_counts_once(seed: int) -> None:
    seen, dice = noisy(seed, 5, times(6, 3)), random.Random(seed)
    repeated: list[CountObservation] = []
    for index, each in enumerate(seen):
        repeated.append(each)
        if dice.random() < 0.3:
            repeated.append(seen[dice.randrange(index + 1)])

    assert run(repeated) == run(seen)


def test_larger_topic_with_the_same_shape_gets_the_same_alerts() -> None:
    shape = times(5, 10, 12, hours=3)

    small = begins(run(daily(14, shape, mean=20))[1])

    for mean in (200, 2000):
        large = begins(run(daily(14, shape, mean=mean))[1])
        assert [abs(one - other) <= QUARTER for one, other in zip(small, large, strict=True)] == [True, True]


def test_twice_as_many_observations_cost_twice_as_much() -> None:
    def make(size: int) -> Callable[[], object]:
        seen = list(daily(size / 96))
        return lambda: run(seen, state=state)

    state = begun_from({MONDAY - timedelta(hours=hour): 80.0 for hour in range(1, 505)})
    assert growth(make, 3 * 96) <= AT_MOST


def test_quiet_weekends_of_the_zone_make_no_surge_of_its_monday_morning() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")

    def weekly(each: CountObservation) -> CountObservation:
        return replace(each, count=each.count // 4) if each.end.astimezone(tokyo).weekday() >= 5 else each

    assert run((weekly(each) for each in daily(24)), zone=tokyo)[1] == []


@pytest.mark.invariant(5)
@pytest.mark.parametrize("minutes", [5, 15])
def test_zeros_that_are_a_failure_together_are_unknown_though_each_alone_may_be_chance(minutes: int) -> None:
    step = timedelta(minutes=minutes)
    usual = 40 * step / timedelta(hours=1)
    looks = round(timedelta(days=6) / step)
    quiet = [CountObservation(MONDAY + (n + 1) * step, usual, step) for n in range(looks)]
    zeros = range(round(timedelta(days=5, minutes=30) / step), round(timedelta(days=5, hours=3) / step))

    state, events = run(replace(each, count=0.0) if n in zeros else each for n, each in enumerate(quiet))

    begin = int(MONDAY.timestamp() // 3600) + 5 * 24
    assert events == []
    assert [state.baseline.history[begin + hour] for hour in range(-1, 5)] == [40, None, None, None, 40, 40]
    assert state.baseline.level == pytest.approx(0, abs=0.01)
