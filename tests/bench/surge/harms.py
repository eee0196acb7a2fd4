"""What is no surge, done to made series without surges: outages, changed pages, new sources, bots, restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.counting.totals import count_total
from bot.core.models import CountState, Snapshot
from bot.core.surge import people
from bot.core.surge.detector import observe
from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import SurgeSettings
from bot.core.surge.state import SurgeState, after_source_change
from bot.storage.sql.mapping.json_forms import form_of

from .alerts import observations
from .series import DAY_S, Series
from .synthetic import KINDS, START_S, make_series

HARM_DAY: Final = 20
JUDGED_UNTIL: Final = datetime.fromtimestamp(START_S + 34 * DAY_S, UTC)
"""Two weeks after the last harm: what comes later does not come from it."""
CHANGED_TIMES: Final = (0.1, 1 / 3, 3.0, 5.0, 10.0)
NEW_ON_DAYS: Final = (10.0, 20.0, 23.4)
"""A Thursday, a Sunday, and a Wednesday morning."""
Harm = Callable[[Series], Iterable[CountObservation | None]]
_STORED: Final = form_of(SurgeState)


def harms(settings: SurgeSettings, seed: int) -> dict[str, int]:
    """The alarms that something adds to made series without surges, though it is no surge, by what it is."""
    found: dict[str, int] = {}
    for kind in KINDS:
        series, _ = make_series(kind, seed * 1000 + 999, plant=False)
        for untouched, happenings in ((observations, OF_OBSERVATIONS), (_changed_total(1), OF_TOTALS)):
            anyway = _begins(untouched(series), settings)
            for name, happening in happenings.items():
                begins = _begins(happening(series), settings, restarting=happening is observations)
                found[name] = found.get(name, 0) + _apart(begins, anyway)
    return found


def _apart(begins: set[datetime], anyway: set[datetime]) -> int:
    """How many alarms are not within half a day of one that is raised anyway."""
    judged = (begin for begin in begins if begin < JUDGED_UNTIL)
    return sum(all(abs(begin - other) > timedelta(hours=12) for other in anyway) for begin in judged)


def _begins(
    seen: Iterable[CountObservation | None], settings: SurgeSettings, *, restarting: bool = False
) -> set[datetime]:
    """The begins of alerts; None: what is counted has changed. ``restarting``: stored and loaded at each look."""
    state, begins = SurgeState(), set()
    for each in seen:
        if each is None:
            state = after_source_change(state)
            continue
        state = _STORED.decode(_STORED.encode(state)) if restarting else state
        state, events = observe(state, each, settings, UTC)
        begins |= {event.began_at for event in events}
    return begins


def _day(seen: CountObservation) -> float:
    return (seen.end.timestamp() - START_S) / DAY_S


def _is_out(seen: CountObservation) -> bool:
    """Two and a half hours, at another time on each day from the sixth on."""
    day = _day(seen)
    begin = int(day) * 0.37 % 0.85
    return day > 5 and begin < day % 1 <= begin + 2.5 / 24


def _outage(series: Series) -> Iterator[CountObservation]:
    return (each for each in observations(series) if not _is_out(each))


def _zeros(series: Series) -> Iterator[CountObservation]:
    return (replace(each, count=0.0) if _is_out(each) else each for each in observations(series))


def _caught_up(series: Series) -> Iterator[CountObservation]:
    count, covers = 0.0, timedelta()
    for each in observations(series):
        count, covers = count + each.count, covers + each.covers
        if not _is_out(each):
            yield replace(each, count=count, covers=covers)
            count, covers = 0.0, timedelta()


def _held_up(series: Series) -> Iterator[CountObservation]:
    """Zeros, and then all that came meanwhile in one count of an ordinary length."""
    held = 0.0
    for each in observations(series):
        held += each.count
        if _is_out(each):
            yield replace(each, count=0.0)
        else:
            yield replace(each, count=held)
            held = 0.0


def _changed_page(times: float) -> Harm:
    def changed(series: Series) -> Iterator[CountObservation | None]:
        seen = list(observations(series))
        yield from (each for each in seen if _day(each) < HARM_DAY)
        yield None
        yield from (
            replace(each, count=round(times * each.count)) for each in seen if _day(each) >= HARM_DAY + 0.1
        )

    return changed


def _new_source(day: float) -> Harm:
    return lambda series: (each for each in observations(series) if _day(each) >= day)


def _bots(series: Series) -> Iterator[CountObservation]:
    for each in observations(series):
        loud = HARM_DAY <= _day(each) < HARM_DAY + 0.2
        posts = [_post(f"person {number}") for number in range(int(each.count))]
        flood = [_post(f"bot {number % 2}") for number in range(9 * len(posts) * loud)]
        yield people.observation(posts + flood, each.end, each.covers)


def _changed_total(times: float) -> Harm:
    """A page that counts so many times as much from day 20 on."""

    def changed(series: Series) -> Iterator[CountObservation | None]:
        def shown(end: float, total: float) -> float:
            return total * times if end >= START_S + HARM_DAY * DAY_S else total

        return _counted(series, shown)

    return changed


def _wrong_total(series: Series) -> Iterator[CountObservation | None]:
    """A page that shows nothing, half or double once a day from day 5 on."""

    def shown(end: float, total: float) -> float:
        day = (end - START_S) / DAY_S
        is_wrong = day > 5 and int(day * 96) % 96 == int(day) * 37 % 96
        return total * (0.0, 0.5, 2.0)[int(day) % 3] if is_wrong else total

    return _counted(series, shown)


def _counted(series: Series, shown: Callable[[float, float], float]) -> Iterator[CountObservation | None]:
    """What is observed of a page that shows such totals; None where it is found to count something else."""
    state = CountState()
    for end, total, _ in series.totals():
        at = datetime.fromtimestamp(end, UTC)
        counted = count_total(state, Snapshot(at, round(shown(end, total))), at)
        state = counted.state
        if counted.source_changed:
            yield None
        yield from counted.observations


def _post(author: str) -> people.PostOrigin:
    return people.PostOrigin(author, "example.social")


OF_OBSERVATIONS: Final[dict[str, Harm]] = {
    "outage, unknown": _outage,
    "outage, caught up with in one look": _caught_up,
    "outage that came as zeros": _zeros,
    "zeros, then all of it in one count": _held_up,
    **{f"page that changed, {times:.2g} times as much": _changed_page(times) for times in CHANGED_TIMES},
    **{f"new source on day {day:.3g}": _new_source(day) for day in NEW_ON_DAYS},
    "bots of two accounts, nine of ten posts": _bots,
    "restart after each look": observations,
}
"""Harms to what is observed. Of a page that changed, it is known that it did."""
OF_TOTALS: Final[dict[str, Harm]] = {
    **{f"total that counts {times:.2g} times as much": _changed_total(times) for times in CHANGED_TIMES},
    "total that is wrong once a day": _wrong_total,
}
"""Harms to a page that shows a total of 24 h. That it counts other posts is found in the total itself."""
