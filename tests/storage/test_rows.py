"""Rows are read by the names of their columns, or unpacked: a position would move with the statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot.storage.sql

FOLDER = Path(next(iter(bot.storage.sql.__path__)))


def test_no_column_is_read_by_its_position() -> None:
    counted = [
        f"{path.relative_to(FOLDER)}:{line}"
        for path in sorted(FOLDER.rglob("*.py"))
        for line in positions(ast.parse(path.read_text()))
    ]

    assert counted == []


def test_positions_are_found_however_the_row_was_read() -> None:
    source = """
row = tx.execute(sql).fetchone()
first = row[0], row[:3]
noted = tx.execute(sql).fetchone() or None
second = noted[-1]
third = tx.execute(sql).fetchone()[2]
fine = row["name"], entries[0]
"""

    assert sorted(positions(ast.parse(source))) == [3, 3, 5, 6]


def positions(tree: ast.AST) -> Iterator[int]:
    """Lines on which something that ``fetchone`` gave, or something called ``row``, is counted off."""
    rows = {"row"} | {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "fetchone()" in ast.unparse(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and is_number(node.slice):
            read = ast.unparse(node.value)
            if read in rows or read.endswith(".fetchone()"):
                yield node.lineno


def is_number(index: ast.expr) -> bool:
    """Whether an index is a number, or a slice."""
    if isinstance(index, ast.Constant):
        return isinstance(index.value, int)
    return isinstance(index, ast.Slice | ast.UnaryOp)
