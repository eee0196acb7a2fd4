"""Cogs ask services, and nothing that stands behind a service.

Read from their code: of ``Services`` a cog names only what is for cogs, and of a service it names only methods,
which it calls. So a service can change what it holds without a cog noticing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from bot.services import Services

ROOT = Path(__file__).parents[2]
COGS = sorted((ROOT / "cogs").rglob("*.py"))

VALUES = {"settings", "texts", "clock"}
"""What cogs are handed down: values, and what they draw with."""
BEHIND = {"storage", "sources", "poller", "delivery"}
"""What services ask."""
ASKED = {field.name for field in fields(Services)} - VALUES - BEHIND


def _is_services(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "services") or (
        isinstance(node, ast.Attribute) and node.attr == "services"
    )


def _is_service(node: ast.expr) -> bool:
    """``services.digests``, ``_service(interaction)`` or a variable that holds one of them."""
    if isinstance(node, ast.Attribute):
        return _is_services(node.value) and node.attr in ASKED
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "_service"
    return isinstance(node, ast.Name) and node.id == "service"


def faults(code: str) -> Iterator[str]:
    tree = ast.parse(code)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        if _is_services(node.value) and node.attr in BEHIND:
            yield f"{node.lineno}: asks {node.attr} itself"
        if _is_service(node.value) and (node.attr.startswith("_") or id(node) not in called):
            yield f"{node.lineno}: reaches into a service for {node.attr}"


@pytest.mark.parametrize("path", COGS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_cog_calls_methods_of_services_alone(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "await interaction.client.services.storage.messages.get(1)",
        "services.delivery.wake()",
        "self.bot.services.subscriptions.kept.keep(1)",
        "_service(interaction).kept.find(1)",
        "service.runner.run_due()",
    ],
)
def test_what_goes_past_a_service_is_found(code: str) -> None:
    assert list(faults(code))


def test_each_part_of_the_bundle_is_for_cogs_or_behind_services() -> None:
    named = {field.name for field in fields(Services)}

    assert named >= VALUES | BEHIND
    assert all(name.isidentifier() for name in ASKED)
