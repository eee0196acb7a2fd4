"""Programs that poll feeds into a store: this one, an older checkout of it, and two others where installed.

Each is started anew for each round, as a timer would; what counts is the CPU that its process took.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

ROOT: Final = Path(__file__).parents[3]
INTERVAL_S: Final = 1
OURS: Final = "kawaraban"
READER: Final = "BENCH_READER_PYTHON"
"""Names the Python in whose environment the package ``reader`` is."""
_AT_ONCE: Final = 20
_READER_ADDS: Final = """
import sys, reader
with reader.make_reader(sys.argv[1]) as feeds:
    for line in sys.stdin:
        feeds.add_feed(line.strip())
"""
_READER_READS: Final = """
import sys, reader
with reader.make_reader(sys.argv[1]) as feeds:
    feeds.update_feeds(workers=int(sys.argv[2]), scheduled=False)
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took, and how many entries were new to it."""

    wall_s: float
    cpu_s: float
    new: int = 0


class Program(Protocol):
    """``subscribe`` tells it of feeds; ``poll`` reads them all, once. Each keeps to its folder."""

    @property
    def name(self) -> str: ...
    def subscribe(self, folder: Path, feeds: Sequence[str]) -> Spent: ...
    def poll(self, folder: Path) -> Spent: ...


@dataclass(frozen=True, slots=True)
class Kawaraban:
    """This program, from a checkout."""

    name: str = OURS
    root: Path = ROOT

    def subscribe(self, folder: Path, feeds: Sequence[str]) -> Spent:
        """By ``watch import``."""
        (folder / "feeds.tsv").write_text("".join(f"feed\t{feed}\n" for feed in feeds), encoding="utf-8")
        return self._run(folder, "watch", "import", "feeds.tsv")[0]

    def poll(self, folder: Path) -> Spent:
        """By ``poll --once``, when all is due again."""
        time.sleep(INTERVAL_S * 1.2)
        spent, said = self._run(folder, "poll", "--once", "--json")
        return Spent(spent.wall_s, spent.cpu_s, json.loads(said)["new_posts"])

    def _run(self, folder: Path, *words: str) -> tuple[Spent, str]:
        own = self.root / ".venv" / "bin" / "python"
        python = str(own) if self.root != ROOT and own.exists() else sys.executable
        settings = {
            "PYTHONPATH": str(self.root),
            "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "true",
            "KAWARABAN_POLL__INTERVAL_S": str(INTERVAL_S),
            "KAWARABAN_LOG__LEVEL": "ERROR",
        }
        return _run([python, "-m", "bot", *words], folder, settings)


@dataclass(frozen=True, slots=True)
class Reader:
    """lemon24/reader: https://reader.readthedocs.io."""

    python: str
    name: str = "reader"

    def subscribe(self, folder: Path, feeds: Sequence[str]) -> Spent:
        return _run([self.python, "-c", _READER_ADDS, "reader.sqlite"], folder, given="\n".join(feeds))[0]

    def poll(self, folder: Path) -> Spent:
        before = _rows(folder / "reader.sqlite", "entries")
        spent, _ = _run([self.python, "-c", _READER_READS, "reader.sqlite", str(_AT_ONCE)], folder)
        return Spent(spent.wall_s, spent.cpu_s, _rows(folder / "reader.sqlite", "entries") - before)


@dataclass(frozen=True, slots=True)
class Newsboat:
    """https://newsboat.org, in C++."""

    program: str
    name: str = "newsboat"

    def subscribe(self, folder: Path, feeds: Sequence[str]) -> Spent:
        (folder / "urls").write_text("".join(f"{feed}\n" for feed in feeds), encoding="utf-8")
        (folder / "config").write_text(f"reload-threads {_AT_ONCE}\n", encoding="utf-8")
        return Spent(0, 0)

    def poll(self, folder: Path) -> Spent:
        before = _rows(folder / "cache.db", "rss_item")
        files = ["-u", "urls", "-C", "config", "-c", "cache.db"]
        spent, _ = _run([self.program, "-q", *files, "-x", "reload"], folder, {"HOME": str(folder)})
        return Spent(spent.wall_s, spent.cpu_s, _rows(folder / "cache.db", "rss_item") - before)


def programs(older: Path | None = None) -> Iterator[Program]:
    """All that are here; a line to standard error of each that is not."""
    yield Kawaraban()
    if older is not None:
        yield Kawaraban("older", older.resolve())
    python = os.environ.get(READER)
    if python and not subprocess.run([python, "-c", "import reader"], capture_output=True, check=False).returncode:
        yield Reader(python)
    else:
        sys.stderr.write(f"reader is left out: {READER} names no Python that has it\n")
    newsboat = shutil.which("newsboat")
    if newsboat:
        yield Newsboat(newsboat)
    else:
        sys.stderr.write("newsboat is left out: it is not installed\n")


def _run(
    command: Sequence[str], folder: Path, settings: Mapping[str, str] | None = None, given: str = ""
) -> tuple[Spent, str]:
    """What a process took, and what it said. Raises ``RuntimeError`` where it failed."""
    began = time.perf_counter()
    (folder / "given").write_text(given, encoding="utf-8")
    with (
        (folder / "given").open(encoding="utf-8") as of,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**_as_installed(), **(settings or {})},
            stdin=of,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        msg = f"{' '.join(command)} failed: {process.returncode} {said[:500]}"
        raise RuntimeError(msg)
    return Spent(time.perf_counter() - began, usage.ru_utime + usage.ru_stime), said


def _as_installed() -> dict[str, str]:
    """The environment, where Python keeps what it compiled, as it does unless it is told not to."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _rows(database: Path, table: str) -> int:
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own name
        return found
