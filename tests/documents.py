"""Reads names out of the documentation and looks them up in the tree, without importing any of it."""

from __future__ import annotations

import ast
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("bot", "cogs", "config", "tests")

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_DEFINED = re.compile(r"^ *class (\w+)|^([A-Z]\w+)(?:: \w+)? = ", re.MULTILINE)
_PROSE = re.compile(r'"""[\s\S]*?"""|#.*')
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file. ``path`` is relative to the root."""

    path: Path
    text: str

    @property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return _FENCE.sub("", self.text)

    def code(self) -> list[str]:
        """The content of every pair of backticks outside fenced blocks."""
        return _CODE.findall(self.prose)

    def links(self) -> list[str]:
        """The targets of links within this repository."""
        return [target for target in _LINK.findall(self.prose) if "://" not in target]


def pages(*patterns: str) -> list[Page]:
    """The Markdown files that match, by path."""
    found = sorted({path for pattern in patterns for path in ROOT.glob(pattern)})
    return [Page(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in found]


def anchors(text: str) -> set[str]:
    """The anchors that a Markdown file's headings get on the usual hosts."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


@cache
def texts() -> dict[str, str]:
    """The text of every Python file, by its path below the root."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return found


@cache
def _code() -> str:
    """All Python code without comments and docstrings, and without what tests the checker."""
    return _PROSE.sub("", "\n".join(text for path, text in texts().items() if path != "tests/test_docs.py"))


@cache
def classes() -> frozenset[str]:
    """The names of all classes, those of the tests as well, and of type aliases and ``NewType``s."""
    return frozenset(name for pair in _DEFINED.findall(_code()) for name in pair if name)


@cache
def identifiers() -> frozenset[str]:
    """Every name with an underscore that is in the code, and every table and column."""
    found = set(re.findall(r"\w*_\w+", _code()))
    for table, columns in schema().items():
        found |= {table, *columns}
    return frozenset(found)


@cache
def known_tests() -> frozenset[tuple[str, str]]:
    """Every test as (file name, name of the function), and as (path, name of the function)."""
    found = set()
    for path, text in texts().items():
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", text, re.MULTILINE):
            found |= {(path, name), (path.rpartition("/")[2], name)}
    return frozenset(found)


@cache
def schema() -> dict[str, frozenset[str]]:
    """The columns of each table after all migrations."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for step in sorted((ROOT / "bot/storage/migrations").rglob("*.sql")):
            if "postgres" not in step.parts:
                connection.executescript(step.read_text(encoding="utf-8"))
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: frozenset(row[1] for row in connection.execute(f"PRAGMA table_info({name})")) for name in tables
        }


def exists(dotted: str) -> bool:
    """Whether a module of that dotted name is there, or defines what follows its name (``Class.member`` too)."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length])
        text = texts().get(f"{path}.py", texts().get(f"{path}/__init__.py"))
        if text is not None:
            return _defines(ast.parse(text).body, parts[length:])
    return ROOT.joinpath(*parts).is_dir()


def _defines(body: list[ast.stmt], names: list[str]) -> bool:
    if not names:
        return True
    found = [node for node in body if names[0] in _names_of(node)]
    if len(names) == 1 or not found:
        return bool(found)
    return isinstance(found[0], ast.ClassDef) and _defines(found[0].body, names[1:])


def _names_of(node: ast.stmt) -> list[str]:
    """The names that a statement of a module or class defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
