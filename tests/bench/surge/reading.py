"""Series from CSV files, as tools and spreadsheets write them."""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Final

from bot.core.surge.detector import MAX_COVERS_S
from bot.core.surge.observation import MAX_COUNT

from .series import Series

HOUR_S: Final = 3600
MIN_ROWS: Final = 2
DATE_DIGITS: Final = 8
MILLISECONDS_FROM: Final = 100_000_000_000
SMALLER_UNITS: Final = 3
"""Milli-, micro- and nanoseconds."""
YEAR_3000_S: Final = 32_503_680_000
JITTER: Final = 1.1
"""Distances of rows within so much of each other are of one step, for clocks that jitter."""
MIN_APART: Final = 0.5
"""Rows nearer than so much of a step are no rows of one step apart."""
MAX_NEAR: Final = 0.1
"""Share of the rows that may be nearer all the same, as after a restart of what wrote them."""
UNKNOWN: Final = frozenset({"", "nan", "na", "n/a", "null", "none", "-"})
"""Cells of a count that nobody took, in lower case."""
_DATE: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(.*))?", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)

Say = Callable[[str], None]


class BadSeries(ValueError):
    """A file that is no series; the message is a sentence for the person who gave it."""


def read_series(path: Path, say: Say = lambda _: None) -> Series:
    """A series from a file of rows ``timestamp,value``, with or without a header.

    ``timestamp``: the end of the step, as a date and time (ISO 8601, or with slashes, year first), in UTC where it
    names no zone, or as (milli-, micro-, nano-) seconds since 1970. A header may name the columns ``timestamp``
    and ``value`` at other places. The step is the commonest distance of rows. ``say`` takes sentences about rows
    that are read in another way than they stand there: unknown counts, times out of order or that come again.

    Raises ``BadSeries`` for a row that cannot be read, rows that are not one step apart, steps over which no surge
    is told, or fewer than two rows.
    """
    try:
        rows = list(_rows(_table(_text(path))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadSeries(f"{path} cannot be read: {error}.") from error
    counted = _once(_in_order(_known(rows, say), say), say)
    if len(counted) < MIN_ROWS:
        raise BadSeries(f"{path} has too few rows with a count ({len(counted)}); a series needs {MIN_ROWS}.")
    step_s = _step([later - earlier for (earlier, _), (later, _) in pairwise(counted)])
    return Series(path.stem, step_s, tuple(counted))


def _text(path: Path) -> str:
    content = path.read_bytes()
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig")


def _table(text: str) -> Iterator[list[str]]:
    """Cells by row. Between them stands what stands in the first row, a comma if there is nothing else."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    between = next((each for each in (",", ";", "\t") if each in first), ",")
    return ([cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=between))


@dataclass(frozen=True, slots=True)
class _Columns:
    """The places of time and count in a row. ``named``: by a header, so that there may be other columns."""

    time: int = 0
    count: int = 1
    named: bool = False

    def fit(self, line: Sequence[str]) -> bool:
        return len(line) > max(self.time, self.count) and (self.named or len(line) == 2)


def _rows(table: Iterable[Sequence[str]]) -> Iterator[tuple[float, float | None]]:
    """Times and counts, None where a count is unknown."""
    columns: _Columns | None = None
    for number, line in enumerate(table, 1):
        if not any(line) or line[0].startswith("#"):
            continue
        if columns is None:
            columns = _columns(line)
            if _is_header(line, columns):
                continue
        try:
            yield _row(line, columns)
        except ValueError as error:
            raise BadSeries(f"Row {number}, {','.join(line)[:80]!r}, cannot be read: {error}.") from error


def _columns(first: Sequence[str]) -> _Columns:
    names = [cell.lower() for cell in first]
    is_named = {"timestamp", "value"} <= set(names)
    return _Columns(names.index("timestamp"), names.index("value"), named=True) if is_named else _Columns()


def _is_header(first: Sequence[str], columns: _Columns) -> bool:
    """Whether the first row names its columns, or has neither a time nor a count."""
    if columns.named or not columns.fit(first):
        return columns.named
    return _is_refused(_seconds, first[0]) and _is_refused(_count, first[1])


def _is_refused(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except ValueError:
        return True
    return False


def _row(line: Sequence[str], columns: _Columns) -> tuple[float, float | None]:
    """Raises ``ValueError`` with a clause that says what is wrong."""
    if not columns.fit(line):
        raise ValueError(f"a row is 'timestamp,value', and this one has {len(line)} cells")
    return _seconds(line[columns.time]), _count(line[columns.count])


def _seconds(text: str) -> float:
    """A time as seconds since 1970. Eight digits are a date; larger numbers are seconds, or parts of them."""
    seconds = _number_of_seconds(text)
    if seconds is None:
        try:
            when = datetime.fromisoformat(_iso(text))
        except ValueError:
            raise ValueError(f"{text[:40]!r} is no time such as '2026-11-01 00:05:00'") from None
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    if not 0 < seconds < YEAR_3000_S:
        raise ValueError(f"{text[:40]!r} is no time between 1970 and 3000")
    return seconds


def _number_of_seconds(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    is_date = text.isdigit() and len(text) <= DATE_DIGITS
    if is_date:
        return None
    for _ in range(SMALLER_UNITS):
        number = number / 1000 if number >= MILLISECONDS_FROM else number
    return number


def _iso(text: str) -> str:
    """A date and time as ISO 8601 has it: with dashes, two digits each, and a zone right behind."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return text
    year, month, day, hour, minute, rest = parts.groups()
    if hour is None:
        return f"{year}-{month:0>2}-{day:0>2}"
    zone = re.sub(r"\s*(UTC|GMT)$", "Z", rest).replace(" ", "")
    return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}{zone}"


def _count(text: str) -> float | None:
    """A count, None where nobody took one."""
    if text.lower() in UNKNOWN:
        return None
    try:
        count = float(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    except ValueError:
        count = math.nan
    if not 0 <= count <= MAX_COUNT:
        raise ValueError(f"{text[:40]!r} is no count from 0 to {MAX_COUNT:g}; leave unknown ones empty")
    return count


def _known(rows: Iterable[tuple[float, float | None]], say: Say) -> list[tuple[float, float]]:
    found, unknown = [], 0
    for end, count in rows:
        if count is None:
            unknown += 1
        else:
            found.append((end, count))
    if unknown:
        say(f"{unknown} rows have no count; these steps are unknown, not zero.")
    return found


def _in_order(rows: list[tuple[float, float]], say: Say) -> list[tuple[float, float]]:
    late = sum(later < earlier for (earlier, _), (later, _) in pairwise(rows))
    if not late:
        return rows
    say(f"{late} rows stand after later ones; they are sorted by time.")
    return sorted(rows, key=lambda row: row[0])


def _once(rows: list[tuple[float, float]], say: Say) -> list[tuple[float, float]]:
    by_time = dict(rows)
    if again := len(rows) - len(by_time):
        say(f"{again} rows have a time that another row has; the last of each time counts.")
    return list(by_time.items())


def _step(apart: Sequence[float]) -> float:
    """The commonest distance of rows, which may jitter. Raises ``BadSeries`` if they have none in common."""
    step_s = _commonest(apart)
    near = sum(each < MIN_APART * step_s for each in apart)
    if near > MAX_NEAR * len(apart):
        raise BadSeries(
            f"Most rows are {step_s:g} s apart, but {near} are less than half of that. A series is of one step."
        )
    if step_s > MAX_COVERS_S:
        raise BadSeries(
            f"Rows are {step_s / HOUR_S:g} h apart. Surges are told from counts of up to"
            f" {MAX_COVERS_S / HOUR_S:g} h each; of 5 to 30 min they are told best."
        )
    return step_s


def _commonest(apart: Sequence[float]) -> float:
    """The middle of the distances that most others are near to, the smallest of these if several are as common."""
    counts = sorted(Counter(apart).items())
    most, middle, first, within = 0, 0.0, 0, 0
    for distance, count in counts:
        within += count
        while counts[first][0] * JITTER < distance:
            within -= counts[first][1]
            first += 1
        if within > most:
            most, middle = within, (counts[first][0] + distance) / 2
    return middle
