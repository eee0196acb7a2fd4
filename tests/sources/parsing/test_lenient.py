"""A row is not lost for a field that does not matter, and is for one that does."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.parsing.lenient import BROKEN, row_of


class Person(msgspec.Struct):
    name: str
    age: int | None = None


class Row(msgspec.Struct, rename="camel"):
    id: Annotated[str, msgspec.Meta(pattern="^[0-9]+$")]
    by: Person
    share_count: int | None = None
    is_secret: bool | None = None
    friends: list[Person] | None = None
    counts: dict[str, int] | None = None
    raw: msgspec.Raw = msgspec.Raw(b"null")


GOOD: dict[str, Any] = {"id": "1", "by": {"name": "花子"}}


def read(**more: Any) -> Row:
    return row_of(msgspec.json.encode(GOOD | more), Row, guards=frozenset({"isSecret"}))


def test_row_without_what_is_optional_is_a_row() -> None:
    assert read() == Row("1", Person("花子"))


@pytest.mark.parametrize("written", ["7", 7.0])
def test_number_is_read_however_it_is_written(written: object) -> None:
    assert read(shareCount=written).share_count == 7


@pytest.mark.parametrize("name", ["shareCount", "friends", "counts"])
def test_optional_field_of_another_form_is_left_out(name: str) -> None:
    assert read(**{name: "many"}) == Row("1", Person("花子"))


def test_things_of_another_form_are_left_out_of_lists() -> None:
    friends = [None, {"name": "太郎", "age": "old"}, {"age": 3}, 5]

    assert read(friends=friends).friends == [Person("太郎")]
    assert read(counts={"a": 1, "b": None, "c": "x"}).counts == {"a": 1}


def test_field_within_another_is_left_out() -> None:
    assert read(by={"name": "花子", "age": []}).by == Person("花子")


@pytest.mark.parametrize(
    "wrong", [{"id": 1}, {"id": "x"}, {"by": None}, {"by": {"name": 5}}, {"isSecret": "perhaps"}, {"isSecret": {}}]
)
def test_row_that_lacks_what_it_needs_or_hides_its_audience_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(BROKEN):
        read(**wrong)


@pytest.mark.parametrize("row", [b"[]", b"5", b"null", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_row_is_refused(row: bytes) -> None:
    with pytest.raises(BROKEN):
        row_of(row, Row)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(("id", "by", "name", "friends", "raw", "shareCount")), inner)
        ),
    )
)
def test_any_json_is_a_row_or_refused(said: Any) -> None:
    with contextlib.suppress(*BROKEN):
        assert isinstance(row_of(msgspec.json.encode(said), Row), Row)
