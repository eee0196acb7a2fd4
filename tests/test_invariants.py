"""What must never break has tests that say so.

Each promise of docs/architecture.md has tests marked ``@pytest.mark.invariant(n)``, in more than one package: what
the core decides, what storage keeps and what Discord or a source then sees are different proofs.
``pytest -m "invariant"`` runs them all.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

PROMISES = {
    1: "nothing decided is lost",
    2: "nothing is told twice",
    3: "no flood",
    4: "a crossing is a crossing",
    5: "unknown is not zero",
    6: "a slow or hostile source harms nobody else",
    7: "no one can make the bot shout",
    8: "what is hidden stays hidden",
    9: "counts are honest",
    10: "a server's topics, feeds and posts are its own",
    11: "twice the input costs at most 2.5 times",
}


def marked() -> Iterator[tuple[int, Path]]:
    """Every mark of every test, and the file it stands in."""
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.invariant":
                number = node.args[0]
                assert isinstance(number, ast.Constant), f"{file}: a mark names its promise by a number"
                assert isinstance(number.value, int)
                yield number.value, file


@cache
def files_of_each() -> dict[int, set[Path]]:
    files: dict[int, set[Path]] = defaultdict(set)
    for number, file in marked():
        files[number].add(file)
    return files


@pytest.mark.parametrize("number", PROMISES, ids=PROMISES.get)
def test_every_promise_is_proved_in_more_than_one_package(number: int) -> None:
    assert len({file.parent for file in files_of_each()[number]}) >= 2


def test_no_mark_names_a_promise_that_does_not_exist() -> None:
    assert set(files_of_each()) == set(PROMISES)
