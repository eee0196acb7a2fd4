"""What is an id, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.identity.row_ids import LARGEST_ID, read_id, read_index

NO_IDS = [
    *("", "0", "-1", "+1", " 1", "1 ", "1\n", "1_000", "0x1", "1.0", "1e3", "007"),
    *("１２３", "١٢٣", "१२३", "²", "12３"),
    *("9223372036854775808", "18446744073709551615", "9" * 30, "9" * 5000),
]


@pytest.mark.parametrize(("typed", "number"), [("1", 1), ("42", 42), (str(LARGEST_ID), LARGEST_ID)])
def test_an_id_is_a_positive_number_that_the_database_can_hold(typed: str, number: int) -> None:
    assert read_id(typed) == number


@pytest.mark.parametrize("typed", NO_IDS)
def test_what_is_too_large_or_not_in_plain_digits_is_no_id(typed: str) -> None:
    assert read_id(typed) is None


@given(st.text())
def test_whatever_is_typed_is_read_without_an_error(typed: str) -> None:
    found = read_id(typed)

    assert found is None or str(found) == typed


@pytest.mark.parametrize(
    ("value", "place"), [("0", 0), ("2", 2), ("3", None), ("-1", None), ("１", None), ("", None)]
)
def test_a_place_in_a_list_is_never_counted_from_its_end(value: str, place: int | None) -> None:
    assert read_index(value, 3) == place
