"""``python -m tests.bench surge``: alerts of one series as JSON lines, or the whole judging as JSON."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.core.surge.settings import PRESETS, Preset
from tests.bench.report import machine

from .alerts import Alert, alerts_of, observations
from .measure import Size, measure
from .reading import BadSeries, read_series

REAL_SERIES = Path(__file__).resolve().parents[4] / "shared" / "data" / "surge"
"""Real series are no part of the project: they are judged where they lie beside the checkout."""


READER_LEFT = 128 + signal.SIGPIPE
"""The exit status of a program whose reader, such as ``head``, has seen enough."""


def run(series: Path | None, preset: Preset, folder: Path | None, seed: int | None) -> int:
    """Print what was asked for; the exit status, 2 for a series that cannot be read."""
    try:
        status = _run(series, preset, folder, seed)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer goes nowhere, or Python would fail on it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    return status


def _run(series: Path | None, preset: Preset, folder: Path | None, seed: int | None) -> int:
    if series is not None:
        return _print_alerts(series, preset)
    real = folder if folder is not None and any(folder.glob("*.csv")) else None
    size = Size()
    chosen = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    found = {"machine": machine(), **measure(real, chosen, size)}
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return 0


def _print_alerts(path: Path, preset: Preset) -> int:
    try:
        series = read_series(path, _note)
    except BadSeries as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for alert in alerts_of(observations(series), PRESETS[preset]):
        sys.stdout.write(as_line(alert) + "\n")
    return 0


def _note(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def as_line(alert: Alert) -> str:
    """An alert as a JSON line; times in UTC."""
    return json.dumps(
        {"start": _iso(alert.start_s), "end": _iso(alert.end_s), "peak_ratio": round(alert.peak_ratio, 2)}
    )


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
