"""Clicks as nobody's client makes them: Discord is believed to check them, and nothing here may rest on that."""

from __future__ import annotations

from typing import Any

from simcord.actors import _component_interaction, _visible_message

from tests.cogs.subscriptions.test_subscribe import shown

BUTTON, MENU = 2, 3


async def press(who: Any, message: Any, custom_id: str, value: str | None = None) -> str:
    """What a person reads who clicks a component that was never in the message; a menu where a value is picked."""
    kind = BUTTON if value is None else MENU
    part: dict[str, Any] = {"type": kind, "custom_id": custom_id, "id": 991}
    part |= {"style": 2, "label": "x"} if value is None else {"options": [{"label": "x", "value": value}]}
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
    if value is not None:
        data["values"] = [value]
    stored = _visible_message(who, message)
    original = list(stored.components)
    stored.components = [*original, {"type": 1, "id": 990, "components": [part]}]
    try:
        result = await _component_interaction(who, stored, data)
    finally:
        stored.components = original
    said = [one for one in (result.response, *result.followups) if one is not None]
    return " | ".join(map(shown, said)) + (f" form {result.modal}" if result.modal else "")
