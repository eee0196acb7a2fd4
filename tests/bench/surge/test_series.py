"""Series from CSV files: what is read, and what is refused with a sentence."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.surge.settings import Preset
from tests.core.surge.series import daily, times

from .alerts import observations
from .command import READER_LEFT, run
from .reading import BadSeries, read_series

ROWS = (
    "2026-11-01 00:05:00,3",
    "2026-11-01T00:10:00Z,4.0",
    "2026-11-01 00:20:00+00:00,0",
    "2026-11-01 00:25:00,7",
)


def written(folder: Path, *rows: str) -> Path:
    path = folder / "series.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("header", [(), ("timestamp,value",), ("\ufefftime,posts",)])
def test_series_is_read_with_or_without_a_header_and_with_gaps(tmp_path: Path, header: tuple[str, ...]) -> None:
    series = read_series(written(tmp_path, *header, *ROWS, ""))

    assert series.step_s == 300
    assert [count for _, count in series.rows] == [3, 4, 0, 7]


@pytest.mark.parametrize(
    "row",
    [
        "2026-11-01 00:30:00",
        "2026-11-01 00:30:00,5,6",
        "2026-11-01 00:30:00,-1",
        "2026-11-01 00:30:00,1e99",
        "yesterday,5",
        "1900-01-01 00:30:00,5",
        "2026-11-01 00:26:00,5",
        "2026-11-01 00:30:00,many",
        "2026-11-01 00:30:00,inf",
        "01/11/2026 00:30,5",
        "99999999999999999999999,5",
        "9999-12-31 23:59:59,5",
    ],
)
def test_bad_row_is_refused_with_a_sentence(tmp_path: Path, row: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, *ROWS, row)

    with pytest.raises(BadSeries):
        read_series(path)

    assert run(path, Preset.EVERY, None, None) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(".\n")


@pytest.mark.parametrize("row", ["2026-11-01 00:30:00,", "2026-11-01 00:30:00,NaN", "2026-11-01 00:30:00,null"])
def test_step_without_a_count_is_unknown(tmp_path: Path, row: str) -> None:
    said: list[str] = []
    series = read_series(written(tmp_path, *ROWS, row, "2026-11-01 00:35:00,1"), said.append)

    assert [count for _, count in series.rows] == [3, 4, 0, 7, 1]
    assert len(said) == 1


def test_rows_out_of_order_are_sorted_and_a_time_that_comes_again_counts_once(tmp_path: Path) -> None:
    said: list[str] = []
    rows = (*ROWS[::-1], "2026-11-01 00:15:00,2", "2026-11-01 00:10:00,5")

    series = read_series(written(tmp_path, *rows), said.append)

    assert [count for _, count in series.rows] == [3, 5, 2, 0, 7]
    assert len(said) == 2


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ("{iso};{count}", "time;posts"),
        ("{iso}\t{count}", ""),
        ('"{iso}","{count}"', '"timestamp","value"'),
        ("0,{count},{iso}", "label,value,timestamp"),
        ("{iso} UTC,{count}", "# posts\ntime,posts"),
        ("{table},{count}", "時刻,件数"),
        ("{epoch}.0,{count}", ""),
        ('{iso},"{count},000"', ""),
    ],
)
def test_tables_as_tools_write_them_are_read(tmp_path: Path, form: str, header: str) -> None:
    times = [datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in (0, 15, 30)]
    rows = [
        form.format(
            iso=f"{at:%Y-%m-%d %H:%M:%S}", table=f"{at:%Y/}3/2 9:{at:%M}", epoch=int(at.timestamp()), count=number
        )
        for number, at in enumerate(times)
    ]

    series = read_series(written(tmp_path, header, *rows))

    assert series.step_s == 900
    unit = 1000 if ",000" in form else 1
    assert series.rows == tuple((at.timestamp(), unit * number) for number, at in enumerate(times))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_marks_of_an_encoding_are_no_part_of_the_first_row(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "series.csv"
    path.write_bytes("\r\n".join(ROWS).encode(encoding))

    assert len(read_series(path).rows) == len(ROWS)


def test_rows_of_a_clock_that_jitters_cover_the_time_since_the_row_before(tmp_path: Path) -> None:
    seconds = [0, 900, 1790, 2715, 3600, 7200, 8100]
    rows = [f"{1_793_491_200 + second},{second}" for second in seconds]

    series = read_series(written(tmp_path, *rows))

    assert series.step_s == pytest.approx(900, rel=0.02)
    covers = [each.covers.total_seconds() for each in observations(series)]
    assert covers[1:5] == [900, 890, 925, 885]
    assert covers[5] == series.step_s


def test_rows_of_no_common_step_are_refused(tmp_path: Path) -> None:
    rows = [
        f"{1_793_491_200 + index * 900 + jump},{index}"
        for index in range(9)
        for jump in (0, 100)[: 1 + (index % 3 == 0)]
    ]

    with pytest.raises(BadSeries):
        read_series(written(tmp_path, *rows))


@pytest.mark.parametrize("unit", [1, 1000, 1_000_000, 1_000_000_000])
def test_times_may_be_seconds_or_parts_of_them_since_1970(tmp_path: Path, unit: int) -> None:
    rows = [f"{(1_793_491_200 + index * 900) * unit},{index}" for index in range(3)]

    series = read_series(written(tmp_path, "ds,y", *rows))

    assert series.step_s == 900
    assert series.rows[0] == (1_793_491_200, 0)


@pytest.mark.parametrize(("hours", "is_read"), [(1, True), (3, True), (4, False), (24, False)])
def test_steps_over_which_no_surge_is_told_are_refused(tmp_path: Path, hours: int, is_read: bool) -> None:
    rows = [f"{1_793_491_200 + index * hours * 3600},{index}" for index in range(3)]
    path = written(tmp_path, *rows)

    assert run(path, Preset.EVERY, None, None) == (0 if is_read else 2)


def test_file_without_series_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01")
    for path in (tmp_path / "none.csv", tmp_path, tmp_path / "binary.csv", written(tmp_path, "timestamp,value")):
        with pytest.raises(BadSeries):
            read_series(path)


def test_reader_that_has_seen_enough_ends_the_command_quietly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (f"{each.end.isoformat()},{each.count:g}" for each in daily(12, times(6, 10)))
    path = written(tmp_path, "timestamp,value", *rows)
    read, write = os.pipe()
    os.close(read)

    with os.fdopen(write, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        status = run(path, Preset.EVERY, None, None)

    assert status == READER_LEFT


def test_alerts_of_a_series_are_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (f"{each.end.isoformat()},{each.count:g}" for each in daily(12, times(6, 10)))

    assert run(written(tmp_path, "timestamp,value", *rows), Preset.EVERY, None, None) == 0

    alerts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(alert) for alert in alerts] == [{"start", "end", "peak_ratio"}]
    assert alerts[0]["peak_ratio"] == pytest.approx(6, abs=0.3)
