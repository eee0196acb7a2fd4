"""A pace as people type it, in a field that takes minimums too."""

from __future__ import annotations

import pytest

from bot.services.input.text import split_pace


@pytest.mark.parametrize(
    "typed",
    [
        "5/day",
        "5 a day",
        "about 5 alerts a day",
        "5 posts per day",
        "5 every day",
        "5 alerts daily",
        "5件/日",
        "約５件／日",
        "1日5件",
        "一日に5件",
        "1日およそ5件",
        "1日あたり5件くらい",
        "毎日5件",
    ],
)
def test_pace_is_read_as_people_and_cards_write_it(typed: str) -> None:
    assert split_pace(typed) == ("", "5")
    assert split_pace(f"{typed} 100") == ("100", "5")
    assert split_pace(f"100、{typed}") == ("100", "5")


@pytest.mark.parametrize("typed", ["100", "+300/h", "5", "2日5件", "11日5件", ""])
def test_what_names_no_day_is_no_pace(typed: str) -> None:
    assert split_pace(typed) == (typed, "")
