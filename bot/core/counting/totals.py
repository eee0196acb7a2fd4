"""Counts by a rolling total that a page states, and the refusal to believe a jump of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.models import Counted, CountState, Snapshot, TotalJump
from bot.core.surge.observation import CountObservation
from bot.core.surge.totals import WINDOW_S, RollingTotal, with_total

from .spans import spread

JUMP_TIMES: Final = 8.0
"""Times its mean rate, and the last interval's, from which a change of a total is a jump, or a drop.

A jump is believed only if the next answer shows it going on. A page that from one answer to the next counts
another span of time, or other posts, shows such a step and no more. A surge goes on. An answer of a stale or
empty page is wrong once: the next one shows the total as it was.
"""
MIN_JUMP: Final = 30.0
"""Posts above the mean that a jump has at least: below, chance makes them."""
_JUMP_STEPS: Final = 2.5
_GOES_ON: Final = 2.0
_SHARE_OF_JUMP: Final = 0.1


def count_total(before: CountState, snapshot: Snapshot, now: datetime) -> Counted:
    """The counts since the answer before, by the change of the total. ``snapshot``: with a volume."""
    at, volume = min(snapshot.observed_at, now), float(snapshot.volume or 0)
    if before.jump is not None:
        return _after_jump(before, before.jump, at, volume, snapshot.step)
    total, seen = with_total(before.total, at, volume, step=snapshot.step)
    if seen is None:
        return Counted(replace(before, total=total, until=_end(total)))
    if _is_jump(before.total, seen, snapshot.step) or _is_drop(before.total, total, snapshot.step):
        return Counted(replace(before, jump=TotalJump(total, seen)))
    return _counted(replace(before, total=total, until=at), [seen])


def _after_jump(before: CountState, jump: TotalJump, at: datetime, volume: float, step: int) -> Counted:
    """The counts after a jump or a drop.

    With it where it goes on; without it where the total is back, so that only one answer was wrong; else none,
    because the page counts something else now.
    """
    total, seen = with_total(jump.total, at, volume, step=step)
    if seen is None and at.timestamp() <= jump.total.end_s:
        return Counted(before)
    back, meanwhile = with_total(before.total, at, volume, step=step)
    if meanwhile is not None and _is_back(before.total, back, meanwhile.covers, step):
        return _counted(replace(before, total=back, until=at, jump=None), [meanwhile])
    if seen is not None and _goes_on(before, jump, volume, seen.covers):
        return _counted(replace(before, total=total, until=at, jump=None), [jump.seen, seen])
    fresh = RollingTotal(at.timestamp(), volume)
    return Counted(CountState(until=at, total=fresh), source_changed=True)


def _is_back(before: RollingTotal, back: RollingTotal, covers: timedelta, step: int) -> bool:
    """Whether a total is about what it would be, had it gone on as it did before its jump."""
    expected = max(_mean(before, covers), _at_last_rate(before, covers))
    return abs(back.parts[-1].count - expected) <= _GOES_ON * expected + (_JUMP_STEPS * step if step > 1 else 0.0)


def _goes_on(before: CountState, jump: TotalJump, volume: float, covers: timedelta) -> bool:
    """Whether the total rises on after its jump. Its change alone counts: what falls out is not known any more."""
    if jump.total.parts[-1].count < 0:
        return False
    rise = volume - jump.total.total
    return rise >= max(_GOES_ON * _mean(before.total, covers), _SHARE_OF_JUMP * jump.seen.count)


def _is_drop(before: RollingTotal, after: RollingTotal, step: int) -> bool:
    """Whether a total lost far more than what left its window, as one that counts other posts from now on.

    Judged only of an exact total whose own counts of the whole day are known: of others, what left the window is
    a guess, and a surge of yesterday leaves it at once.
    """
    lost, seconds = -after.parts[-1].count, after.parts[-1].seconds
    is_known = bool(before.parts) and before.parts[0].end_s - before.parts[0].seconds <= before.end_s - WINDOW_S
    return step <= 1 and is_known and lost > max(JUMP_TIMES * before.total * seconds / WINDOW_S, MIN_JUMP)


def _is_jump(before: RollingTotal, seen: CountObservation, step: int) -> bool:
    mean = max(_mean(before, seen.covers), _at_last_rate(before, seen.covers))
    excess = MIN_JUMP + (_JUMP_STEPS * step if step > 1 else 0.0)
    return seen.count > max(JUMP_TIMES * mean, mean + excess)


def _at_last_rate(before: RollingTotal, covers: timedelta) -> float:
    """Posts of an interval at the rate of the last one: what goes on as it did is no jump."""
    last = before.parts[-1] if before.parts else None
    return 0.0 if last is None else last.count * covers.total_seconds() / last.seconds


def _mean(before: RollingTotal, covers: timedelta) -> float:
    """Posts of an interval at the mean rate of the total's window."""
    return before.total * covers.total_seconds() / WINDOW_S


def _counted(state: CountState, seen: Iterable[CountObservation]) -> Counted:
    observations = tuple(seen)
    counts = (count for one in observations for count in spread(one.end - one.covers, one.end, one.count))
    return Counted(state, tuple(counts), observations)


def _end(total: RollingTotal) -> datetime | None:
    return datetime.fromtimestamp(total.end_s, UTC) if total.end_s else None
