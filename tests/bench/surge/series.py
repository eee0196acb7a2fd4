"""Series of counts: read from CSV, made coarser, thinned, with gaps, and as rolling totals."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import multimode

from bot.core.surge.detector import MAX_COVERS_S
from bot.core.surge.observation import MAX_COUNT

DAY_S = 86_400
HOUR_S = 3600
MIN_ROWS = 2
DATE_DIGITS = 8
MAX_DIGITS = 20
MILLISECONDS_FROM = 100_000_000_000
YEAR_3000_S = 32_503_680_000
MIN_APART = 0.9
"""Rows may be so much of a step apart, for clocks that jitter."""


class BadSeries(ValueError):
    """A file that is no series; the message is a sentence for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of the steps that end at these times (epoch seconds); a step that is missing is unknown."""

    name: str
    step_s: float
    rows: tuple[tuple[float, float], ...]

    @property
    def months(self) -> float:
        """Its length, in months of 30 days."""
        return (self.rows[-1][0] - self.rows[0][0]) / (30 * DAY_S)

    def coarser(self, times: int) -> Series:
        """The series as seen every so many steps; a longer step of which a part is unknown is unknown."""
        parts = [self.rows[index : index + times] for index in range(0, len(self.rows) - times + 1, times)]
        whole = [part for part in parts if part[-1][0] - part[0][0] < times * self.step_s - self.step_s / 2]
        rows = tuple((part[-1][0], sum(count for _, count in part)) for part in whole)
        return replace(self, step_s=self.step_s * times, rows=rows)

    def thinned(self, share: float, seed: int) -> Series:
        """A topic of which each post is kept with a probability."""
        dice = random.Random(seed)
        rows = tuple((end, sum(dice.random() < share for _ in range(int(count)))) for end, count in self.rows)
        return replace(self, rows=rows)

    def with_gaps(self, share: float, seed: int) -> Series:
        """The series with this share of its observations lost, as unknown."""
        dice = random.Random(seed)
        return replace(self, rows=tuple(row for row in self.rows if dice.random() >= share))

    def totals(self, digits: int | None = None) -> list[tuple[float, float, float]]:
        """Its rolling totals of 24 h, from the second day on: (time, total shown, step of the last digit)."""
        window = round(DAY_S / self.step_s)
        sums = list(accumulate((count for _, count in self.rows), initial=0.0))
        return [
            (self.rows[index - 1][0], *_shown(sums[index] - sums[index - window], digits))
            for index in range(window, len(sums))
        ]


def _shown(total: float, digits: int | None) -> tuple[float, float]:
    if digits is None or total < 10**digits:
        return total, 1.0
    step = 10.0 ** (math.floor(math.log10(total)) + 1 - digits)
    return round(total / step) * step, step


def read_series(path: Path) -> Series:
    """A series from a file of rows ``timestamp,value``, with or without a header.

    ``timestamp``: the end of the step, as ISO 8601, in UTC where it names no zone, or as seconds since 1970. The
    step is the commonest distance of rows. Raises ``BadSeries`` for a row that cannot be read, times that do not
    rise, steps over which no surge is told, or fewer than two rows.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(csv.reader(file)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadSeries(f"{path} cannot be read: {error}.") from error
    if len(rows) < MIN_ROWS:
        raise BadSeries(f"{path} has {len(rows)} rows with a count; a series needs at least {MIN_ROWS}.")
    apart = [later - earlier for (earlier, _), (later, _) in pairwise(rows)]
    step_s = min(multimode(apart))
    if min(apart) < MIN_APART * step_s:
        late = datetime.fromtimestamp(rows[apart.index(min(apart)) + 1][0], UTC)
        raise BadSeries(
            f"{path} has rows {step_s:g} s apart, but the one at {late.isoformat()} is only {min(apart):g} s late."
        )
    if step_s > MAX_COVERS_S:
        raise BadSeries(
            f"{path} has rows {step_s / HOUR_S:g} h apart. Surges are told from counts of up to"
            f" {MAX_COVERS_S / HOUR_S:g} h each; of 5 to 30 min they are told best."
        )
    return Series(path.stem, step_s, tuple(rows))


def _rows(lines: Iterable[Sequence[str]]) -> Iterator[tuple[float, float]]:
    last = -math.inf
    for number, line in enumerate(lines, 1):
        if not any(cell.strip() for cell in line) or (number == 1 and _is_header(line)):
            continue
        try:
            found = _row(line)
        except ValueError as error:
            raise BadSeries(f"Row {number}, {','.join(line)[:80]!r}, cannot be read: {error}.") from error
        if found[0] <= last:
            raise BadSeries(
                f"Row {number} is not later than the row before it: {line[0][:40]!r}."
                " A series is sorted by time, and has each time once."
            )
        last = found[0]
        yield found


def _row(line: Sequence[str]) -> tuple[float, float]:
    """Raises ``ValueError`` with a clause that says what is wrong."""
    if len(line) != 2:
        raise ValueError(f"a row is 'timestamp,value', and this one has {len(line)} cells")
    return _seconds(line[0].strip()), _count(line[1].strip())


def _seconds(text: str) -> float:
    """A time as seconds since 1970. Eight digits are a date; more are seconds, or from 1e11 on milliseconds."""
    if text.isascii() and text.isdigit() and len(text) > DATE_DIGITS:
        number = int(text[:MAX_DIGITS])
        seconds = number / 1000 if number >= MILLISECONDS_FROM else float(number)
    else:
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text[:40]!r} is no time such as '2026-11-01 00:05:00'") from None
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    if not 0 < seconds < YEAR_3000_S:
        raise ValueError(f"{text[:40]!r} is no time between 1970 and 3000")
    return seconds


def _count(text: str) -> float:
    try:
        count = float(text)
    except ValueError:
        count = math.nan
    if not 0 <= count <= MAX_COUNT:
        raise ValueError(f"{text[:40]!r} is no count from 0 to {MAX_COUNT:g}; leave out rows that are unknown")
    return count


def _is_header(line: Sequence[str]) -> bool:
    return len(line) == 2 and all(cell.strip()[:1].isalpha() for cell in line)
