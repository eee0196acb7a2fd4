"""Causes of bad health: what decisions ask of them, and that they ask nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.core.causes import Cause
from config import LOCALES

ROOT = Path(bot.__file__).parent
_ID = re.compile(r"(?m)^([a-z][a-z0-9]*(?:-[a-z0-9]+)+) =")
SENTENCES = {found[1] for path in LOCALES.rglob("*.ftl") for found in _ID.finditer(path.read_text("utf-8"))}
"""Ids of two words or more: one word can be anything."""


def test_cause_that_another_version_stored_is_read_as_other() -> None:
    assert Cause("of_tomorrow") is Cause.OTHER


def test_what_no_alert_depends_on_still_blames_the_source() -> None:
    assert [cause for cause in Cause if cause.is_minor and not cause.blames_source] == []


@pytest.mark.parametrize("package", ["core", "polling", "sources", "storage"])
def test_no_decision_depends_on_the_id_of_a_sentence(package: str) -> None:
    named = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in (ROOT / package).rglob("*.py")
        for constant in compared(ast.parse(path.read_text("utf-8")))
        for word in SENTENCES.intersection(re.findall(r"[a-z0-9-]+", constant))
    }
    assert named == set()


def compared(tree: ast.Module) -> Iterator[str]:
    """Strings of a module, but for docstrings and for those that only name what a refused request is told."""
    left_out = {id(part) for told in ast.walk(tree) if _tells(told) for part in ast.walk(told)}
    for part in ast.walk(tree):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in left_out:
            yield part.value


def _tells(part: ast.AST) -> bool:
    if isinstance(part, ast.Call):
        return getattr(part.func, "id", "") == "RefusedRequest"
    if isinstance(part, ast.Assign):
        return [getattr(one, "id", "") for one in part.targets] == ["text_id"]
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
