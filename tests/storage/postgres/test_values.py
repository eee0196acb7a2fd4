"""Parameters of PostgreSQL."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import SourceName
from bot.storage.postgres.values import to_parameter


@pytest.mark.parametrize(
    ("value", "parameter"),
    [
        (None, None),
        ("a", "a"),
        (SourceName.X, "x"),
        (True, "1"),
        (False, "0"),
        (2**62, str(2**62)),
        (0.1, "0.1"),
        (float("inf"), "inf"),
        (b"\x00\xff", "\\x00ff"),
    ],
)
def test_value_is_a_text_whose_type_the_server_infers(value: object, parameter: str | None) -> None:
    assert to_parameter(value) == parameter
    assert type(to_parameter(value)) in {str, type(None)}


def test_value_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="list"):
        to_parameter([1])


@given(st.text())
def test_no_parameter_holds_a_nul(text: str) -> None:
    assert to_parameter(text) == text.replace("\0", "\ufffd")


@given(st.dictionaries(st.text(), st.text()))
def test_no_json_parameter_holds_an_escaped_nul(value: dict[str, str]) -> None:
    parameter = to_parameter(json.dumps(value))

    replaced = {key.replace("\0", "\ufffd"): text.replace("\0", "\ufffd") for key, text in value.items()}
    assert parameter is not None
    assert "\0" not in "".join(text for pair in json.loads(parameter).items() for text in pair)
    assert len(replaced) < len(value) or json.loads(parameter) == replaced


def test_escaped_backslash_before_u0000_is_no_nul() -> None:
    stored = json.dumps({"a": "\\u0000"})

    assert to_parameter(stored) == stored
