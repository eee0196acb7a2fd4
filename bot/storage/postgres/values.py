"""Values of Python as parameters of PostgreSQL, and values of PostgreSQL as SQLite returns them.

A parameter is a text whose type the server infers from its place. One prepared statement serves each text then,
whatever is NULL and however large a number is.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.types.bool import BoolBinaryLoader
from psycopg.types.numeric import NumericBinaryLoader

from bot.storage.nul import without_nul


def to_parameter(value: object) -> str | None:
    """Text of a value that the stores write: None, text, int, float, bool (1 and 0) or bytes.

    A NUL becomes U+FFFD (see ``without_nul``). Raises ``TypeError`` for a value of another type.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return without_nul(str.__str__(value))
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    msg = f"{type(value).__name__} is not a type of the stores"
    raise TypeError(msg)


class _BoolAsInt(BoolBinaryLoader):
    """Loads a comparison as 1 or 0."""

    def load(self, data: Any) -> Any:
        """1 or 0."""
        return int(super().load(data))


class _PlainNumber(NumericBinaryLoader):
    """Loads ``numeric``, the type of a sum of BIGINT and of a mean, as int or float."""

    def load(self, data: Any) -> Any:
        """An int where the type has no digits after the point, otherwise a float."""
        value = super().load(data)
        return int(value) if value.as_tuple().exponent == 0 else float(value)


def load_as_sqlite(connection: Connection[Any]) -> None:
    """Let a connection return ints and floats where PostgreSQL has other types for numbers."""
    connection.adapters.register_loader("bool", _BoolAsInt)
    connection.adapters.register_loader("numeric", _PlainNumber)
