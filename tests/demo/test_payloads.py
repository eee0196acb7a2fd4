from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.demo.payloads import localize, stamp_relative_times

COMMAND: dict[str, Any] = {
    "name": "trend",
    "description": "What is said",
    "description_localizations": {"ja": "いまの話題"},
    "options": [
        {
            "name": "sort",
            "description": "Order",
            "description_localizations": {"ja": "順番"},
            "choices": [
                {"name": "new", "value": "new", "name_localizations": {"ja": "新しい順"}},
                {"name": "x", "value": "x"},
            ],
        }
    ],
}


def test_descriptions_and_choices_are_in_the_persons_language_and_names_stay() -> None:
    shown = localize(COMMAND, "ja")
    option = shown["options"][0]
    assert (shown["name"], shown["description"]) == ("trend", "いまの話題")
    assert (option["name"], option["description"]) == ("sort", "順番")
    assert [choice["name"] for choice in option["choices"]] == ["新しい順", "x"]


def test_another_language_sees_what_the_code_says_and_the_original_is_untouched() -> None:
    shown = localize(COMMAND, "fr")
    assert shown["description"] == COMMAND["description"] == "What is said"
    assert shown["options"][0]["choices"][0]["name"] == "new"


def test_only_messages_with_a_relative_time_are_marked_to_be_drawn_anew() -> None:
    moving = {"tokens": [{"type": "timestamp", "unix": 1, "style": "R"}]}
    still = {"tokens": [{"type": "timestamp", "unix": 1, "style": "f"}]}
    stamp_relative_times({"messages": {"1": moving, "2": still}}, datetime(2026, 11, 23, tzinfo=UTC))
    assert "kawaraban_drawn_at" in moving
    assert "kawaraban_drawn_at" not in still
