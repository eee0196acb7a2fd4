"""Values of settings become what their keys take, as people write them; what is none is refused by its key."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta
from msgspec.structs import replace

from config.tables import Secret, Table, UnknownKey, WrongValue, form, made
from config.variables import NotJson, TableTwice, tables_of


class Inner(Table, kw_only=True, frozen=True):
    """A table in a table."""

    count: Annotated[int, Meta(ge=1, le=5)] = 3
    share: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    on: bool = True
    name: str = "a"
    names: list[str] = []  # noqa: RUF012 - msgspec copies it
    pages: dict[str, Annotated[str, form({"cli-takes-address": "https?://"})]] = {}  # noqa: RUF012
    choice: Literal["ja", "en"] = "ja"
    maybe: int | None = None
    secret: Secret | None = None


class Outer(Table, kw_only=True, frozen=True):
    """All of it."""

    inner: Inner = Inner()


def refused(key: str, takes: str, *written: Any) -> list[tuple[str, Any, str]]:
    return [(key, one, takes) for one in written]


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        *(("count", written, 4) for written in (4, 4.0, "4", " 4 ", "+4", "4.0", "0_4")),
        *(("share", written, 0.25) for written in (0.25, "0.25", ".25", "25e-2")),
        *(("on", written, True) for written in (True, 1, "1", "true", "Yes", "ON", "t", "y")),
        *(("on", written, False) for written in (False, 0, "0", "false", "No", "OFF", "f", "n")),
        ("name", "", ""),
        *(("names", written, ["a", "b"]) for written in (["a", "b"], "a,b", '["a", "b"]')),
        *(("choice", written, "en") for written in ("EN", " en ")),
        ("pages", {"瓦版": "https://a.example"}, {"瓦版": "https://a.example"}),
        ("choice", "en", "en"),
        *(("maybe", written, written) for written in (None, 10**30)),
        ("secret", "s", Secret("s")),
    ],
)
def test_value_becomes_what_its_key_takes(key: str, written: Any, value: Any) -> None:
    taken = getattr(made(Outer, {"inner": {key: written}}).inner, key)

    assert (taken, type(taken)) == (value, type(value))


@pytest.mark.parametrize(
    ("key", "written", "takes"),
    [
        *refused(
            "count", "cli-takes-integer", "", "x", "4.5", 4.5, True, "4_", "0x4", "４", "9" * 5_000, [], None
        ),
        ("count", 0, "cli-takes-at-least"),
        ("count", 6, "cli-takes-at-most"),
        *refused("share", "cli-takes-number", "", "x", "０", [], {}, None),
        *refused("share", "cli-takes-more-than", 0, "nan", "-inf"),
        *refused("share", "cli-takes-less-than", 1, "inf"),
        *refused("on", "cli-takes-boolean", "", " true", 2, "x", [], None),
        *refused("name", "cli-takes-text", 1, True, [], {}, None),
        *refused("names", "cli-takes-list", "[a", {}, None),
        *refused("pages", "cli-takes-table", "a", [], None),
        ("pages", {"a": "ftp://a.example"}, "cli-takes-address"),
        *refused("choice", "cli-takes-choice", "fr", 1, [], None),
        *refused("secret", "cli-takes-text", 1, ["s"], {"s": 1}),
    ],
)
def test_value_that_is_none_is_refused_by_its_key(key: str, written: Any, takes: str) -> None:
    with pytest.raises(WrongValue) as caught:
        made(Outer, {"inner": {key: written}})

    assert caught.value.path[:2] == ("inner", key)
    assert caught.value.takes.text_id == takes


@pytest.mark.parametrize(
    ("key", "written", "path"),
    [
        ("names", ["a", 1], ("names", "1")),
        (
            "pages",
            {"a": "https://a.example", "b]` - at `$": "x", "c": "https://c.example"},
            ("pages", "b]` - at `$"),
        ),
        ("pages", {"a": "https://a.example", "b": 1}, ("pages", "b")),
    ],
)
def test_wrong_value_in_a_list_or_mapping_is_reported_with_its_place(
    key: str, written: Any, path: tuple[str, ...]
) -> None:
    with pytest.raises(WrongValue) as caught:
        made(Outer, {"inner": {key: written}})

    assert caught.value.path == ("inner", *path)


@pytest.mark.parametrize("name", ["x - at `$.inner", "x - at `$.inner`", "`", "$.inner.count", "[...]"])
def test_name_that_looks_like_a_place_is_an_unknown_key(name: str) -> None:
    for read, path in (({name: 1}, (name,)), ({"inner": {name: 1}}, ("inner", name))):
        with pytest.raises(UnknownKey) as caught:
            made(Outer, read)
        assert caught.value.path == path


def test_error_about_a_value_carries_nothing_that_shows_it() -> None:
    for read in ({"inner": {"choice": "CANARY"}}, {"inner": {"CANARY": 1}}, {"inner": {"secret": ["CANARY"]}}):
        with pytest.raises((WrongValue, UnknownKey)) as caught:
            made(Outer, read)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_wrong_value_is_reported_before_a_key_that_does_not_exist() -> None:
    with pytest.raises(WrongValue):
        made(Outer, {"inner": {"nobody": 1, "count": 0}})
    with pytest.raises(UnknownKey) as caught:
        made(Outer, {"inner": {"nobody": 1, "count": 1}})

    assert caught.value.path == ("inner", "nobody")


def test_tables_do_not_change_and_share_no_defaults() -> None:
    one, other = Inner(), Inner()
    with pytest.raises(AttributeError):
        one.count = 4  # type: ignore[misc]
    one.names.append("x")

    assert other.names == []
    assert replace(one, count=5).count == 5
    assert one != other


def test_table_in_a_variable_is_filled_by_the_variables_of_its_keys() -> None:
    variables = {
        "kawaraban_inner__count": "4",
        "kawaraban_inner": '{"count": 1, "name": "b"}',
        "kawaraban_other": "1",
    }

    assert tables_of(variables, Outer) == {"inner": {"count": "4", "name": "b"}}


def test_variable_takes_json_for_tables_alone() -> None:
    variables = {
        "kawaraban_inner__pages": '{"a": "b"}',
        "kawaraban_inner__name": '{"a"',
        "kawaraban_inner__names": "[]",
    }

    assert tables_of(variables, Outer) == {"inner": {"pages": {"a": "b"}, "name": '{"a"', "names": "[]"}}
    with pytest.raises(NotJson) as caught:
        tables_of({"kawaraban_inner__pages": "a=b"}, Outer)
    assert caught.value.name == "KAWARABAN_INNER__PAGES"
    with pytest.raises(TableTwice):
        tables_of({"kawaraban_inner": '"text"', "kawaraban_inner__count": "4"}, Outer)
