"""A refusal is told apart by its type: the id of its sentence is for whoever says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def compared(code: str) -> Iterator[int]:
    """The lines in which the id of somebody's sentence is compared."""
    if "text_id" not in code:  # most files, which need no reading then
        return
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(isinstance(side, ast.Attribute) and side.attr == "text_id" for side in sides):
                yield node.lineno


@pytest.mark.parametrize("package", ["bot", "cogs", "config"])
def test_no_sentence_is_compared_as_data(package: str) -> None:
    files = {path: path.read_text(encoding="utf-8") for path in (ROOT / package).rglob("*.py")}

    assert [f"{path.relative_to(ROOT)}:{line}" for path, code in files.items() for line in compared(code)] == []


@pytest.mark.parametrize(
    "code", ['refused.text_id == "a"', 'refused.text_id not in {"a"}', '"a" != error.text_id']
)
def test_a_compared_sentence_is_found(code: str) -> None:
    assert list(compared(code)) == [1]
