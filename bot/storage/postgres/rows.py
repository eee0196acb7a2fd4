"""Rows of a result whose columns have names, as ``storage.sql.database.Row`` declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from psycopg import Cursor


class NamedRow(tuple[Any, ...]):
    """Values of a row in the order of the statement; ``row["column"]`` is the value of that column."""

    __slots__ = ()
    places: ClassVar[Mapping[str, int]] = {}

    def __getitem__(self, column: Any) -> Any:
        """Value of a column, by its name."""
        return super().__getitem__(self.places[column])


def named_rows(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], NamedRow]:
    """Factory of the rows of a cursor's result, in the form that psycopg calls."""
    return row_type(tuple(column.name for column in cursor.description or ()))


@cache
def row_type(names: tuple[str, ...]) -> type[NamedRow]:
    """Class of the rows that have these columns."""
    places = {name: place for place, name in enumerate(names)}
    return type("NamedRow", (NamedRow,), {"__slots__": (), "places": places})
