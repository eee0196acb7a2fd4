"""What the demo changes in the data a simulated Discord shows; pure functions of plain payloads."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any


def stamp_relative_times(snapshot: dict[str, Any], at: datetime) -> None:
    """The page draws a message anew only when it changed: mark those that show a relative time."""
    for message in snapshot.get("messages", {}).values():
        if '"style": "R"' in json.dumps(message):
            message["kawaraban_drawn_at"] = at.isoformat(timespec="seconds")


def localize(node: dict[str, Any], locale: str) -> dict[str, Any]:
    """A command or option with its description, and those within it, in ``locale`` where it has one."""
    described = (node.get("description_localizations") or {}).get(locale)
    changes: dict[str, Any] = {"description": described} if described else {}
    if node.get("options"):
        changes["options"] = [localize(option, locale) for option in node["options"]]
    if node.get("choices"):
        changes["choices"] = [_name_choice(choice, locale) for choice in node["choices"]]
    return {**node, **changes}


def _name_choice(choice: dict[str, Any], locale: str) -> dict[str, Any]:
    return {**choice, "name": (choice.get("name_localizations") or {}).get(locale, choice["name"])}
