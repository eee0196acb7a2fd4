"""The threat model names a test for each defence; that the tests exist is held with all names of the docs."""

from __future__ import annotations

import re
from pathlib import Path

import discord

from bot.gateway.client import PERMISSIONS

from .documents import ROOT, known_tests

MODEL = ROOT / "docs/operations/threat-model.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_BIT = re.compile(r"^\| `1 << (\d+)` \|", re.MULTILINE)


def defences(page: Path = MODEL) -> list[str]:
    """The rows of a page's tables."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("|") and not line.startswith(("| threat", "| 脅威", "|---"))]


def test_each_defence_names_a_test_that_exists() -> None:
    assert len(defences()) > 15
    for row in defences():
        named = _TEST.findall(row.split("|")[3])
        assert named, row
        for file, test in named:
            assert (ROOT / file).exists(), row
            assert not test or (file, test) in known_tests(), row


def test_japanese_page_has_the_same_rows_with_the_same_tests() -> None:
    japanese = ROOT / "docs/operations/threat-model.ja.md"
    headings = [page.read_text(encoding="utf-8").count("\n## ") for page in (MODEL, japanese)]

    named = [[_TEST.findall(row) for row in defences(page)] for page in (MODEL, japanese)]

    assert named[0] == named[1]
    assert headings[0] == headings[1]


def test_permissions_on_the_page_are_those_of_the_invite() -> None:
    bits = [int(bit) for bit in _BIT.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))]

    assert discord.Permissions(sum(1 << bit for bit in bits)) == PERMISSIONS
