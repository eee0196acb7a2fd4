"""How a number is told: median and spread, beside its target, with the machine it was measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from tests.postgres_server import server_version

PACKAGES = ("aiohttp", "aiosqlite", "discord.py", "httpx", "msgspec", "psycopg", "selectolax")


@dataclass(frozen=True, slots=True)
class Number:
    """One measured number over several repeats."""

    name: str
    unit: str
    median: float
    least: float
    most: float
    repeats: int
    target: str | None = None
    met: bool | None = None


def number(
    name: str,
    unit: str,
    values: Sequence[float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    worst: bool = False,
) -> Number:
    """Sum up; ``worst``: the target is for the largest value, not for the median."""
    median = statistics.median(values)
    held = max(values) if worst else median
    if at_least is not None:
        summed = number(name, unit, values)
        return replace(summed, target=f"at least {at_least:g} {unit}", met=median >= at_least)
    return Number(
        name=name,
        unit=unit,
        median=round(median, 3),
        least=round(min(values), 3),
        most=round(max(values), 3),
        repeats=len(values),
        target=None if at_most is None else f"{'never more than' if worst else 'at most'} {at_most:g} {unit}",
        met=None if at_most is None else held <= at_most,
    )


def machine() -> dict[str, object]:
    """What the numbers were measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": server_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def as_text(number_: Number) -> str:
    """A line a person reads."""
    told = f"{number_.name}: {number_.median:g} {number_.unit}"
    spread = f"({number_.least:g} to {number_.most:g}, {number_.repeats} repeats)"
    target = "" if number_.target is None else f"  target {number_.target}: {'met' if number_.met else 'MISSED'}"
    return f"{told} {spread}{target}"
