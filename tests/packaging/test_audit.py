"""An audit that could not ask anybody never passes for one that found nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .audit import read


def written(*dependencies: Any) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


GOOD = {"name": "httpx", "version": "1.0", "vulns": []}
SKIPPED = {"name": "yarl", "skip_reason": "Dependency not found on PyPI and could not be audited"}
BAD = {"name": "jinja2", "version": "3.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.2"], "aliases": []}]}


def test_packages_that_were_all_looked_up_are_audited() -> None:
    found = read(written(GOOD, GOOD))

    assert found.is_complete
    assert found.lines() == ["audit: 2 packages, none with a known vulnerability"]


@pytest.mark.parametrize("answer", [written(SKIPPED), written(GOOD, SKIPPED), written(), "", "Traceback", "[]"])
def test_packages_that_could_not_be_looked_up_are_not(answer: str) -> None:
    found = read(answer)

    assert not found.is_complete
    [line] = found.lines()
    assert line.startswith("NOT AUDITED: ")


def test_vulnerability_is_named_with_the_version_that_mends_it() -> None:
    assert read(written(GOOD, SKIPPED, BAD)).lines() == ["VULNERABLE: jinja2 3.1: PYSEC-1, mended in 3.2"]
