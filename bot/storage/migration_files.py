"""Migrations as files: ordered SQL scripts, and the version of a database among them. Common to both engines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.core.errors import StorageError
from bot.core.lazy_dataclass import dataclass

_NAME: Final = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True)
class Step:
    """One SQL file; ``version`` is the database's version after it."""

    version: int
    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """Version of a database. ``current`` is 0 for one that is empty or does not exist."""

    current: int
    newest: int
    exists: bool
    pending: tuple[str, ...] = ()


def read_steps(directory: Path, *, first: int = 1) -> tuple[Step, ...]:
    """Steps of a folder in order; their numbers must run from ``first`` on without a gap.

    Raises ``StorageError`` for a gap.
    """
    steps: list[Step] = []
    for path in sorted(directory.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None or int(match[1]) != first + len(steps):
            msg = f"{path.name} is not migration number {first + len(steps):04}"
            raise StorageError(msg)
        steps.append(Step(version=int(match[1]), name=path.stem, sql=path.read_text(encoding="utf-8")))
    return tuple(steps)


def status_at(current: int, steps: Sequence[Step], *, exists: bool) -> MigrationStatus:
    """Status of a database of version ``current``."""
    pending = tuple(step.name for step in steps if step.version > current)
    return MigrationStatus(current=current, newest=newest_version(steps), exists=exists, pending=pending)


def newest_version(steps: Sequence[Step]) -> int:
    """Version after the last step; 0 without steps."""
    return steps[-1].version if steps else 0
