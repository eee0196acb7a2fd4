"""Differences between the SQL of SQLite and of PostgreSQL; all other SQL of this package is common to both.

SQLite runs every statement as it is written. ``postgresql`` translates a statement for PostgreSQL, by these rules:

- ``:name`` becomes ``$1``, ``$2`` … in the order of first use; ``?3`` becomes ``$3``, and ``?`` the number
  after the highest before it, as SQLite counts.
- ``CROSS JOIN t ON …`` becomes ``JOIN t ON …``. SQLite reads the tables of a CROSS JOIN in the order of the text
  (https://www.sqlite.org/optoverview.html#crossjoin); PostgreSQL chooses the order itself and takes no ON there.
- The functions of ``_FUNCTIONS`` become expressions of PostgreSQL. Values of ``json_each`` are texts there: an id
  from a list is compared as ``CAST(value AS BIGINT)``.
- The type ``BLOB`` of a CAST becomes ``BYTEA``.
- ``/*pg … */``, a comment for SQLite, becomes its content.

``tests/storage/test_portable_sql.py`` tests that the statements keep to what both accept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from bot.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class PostgresStatement:
    """A statement for PostgreSQL. ``names``: its named parameters, ``$1`` first."""

    text: str
    names: tuple[str, ...] = ()


@cache
def postgresql(sql: str) -> PostgresStatement:
    """The statement for PostgreSQL; made once for each text.

    Raises ``ValueError`` for a text with numbered and named parameters, or with a call that does not end.
    """
    uncommented = _COMMENT.sub(r"\1", sql)
    return _numbered(_calls(_BLOB.sub("AS BYTEA)", _CROSS_JOIN_ON.sub(r"JOIN \1 ON", uncommented))))


_COMMENT: Final = re.compile(r"/\*pg (.*?)\s*\*/", re.DOTALL)
_BLOB: Final = re.compile(r"\bAS BLOB\)")
_CROSS_JOIN_ON: Final = re.compile(r"CROSS JOIN\s+(\w+(?:\([^()]*\))?(?:\s+(?!ON\b)\w+)?)\s+ON\b")
_PARAMETER: Final = re.compile(r"'(?:[^']|'')*'|\?(?P<number>\d*)|(?<![:\w]):(?P<name>[a-z_]+)")


def _numbered(sql: str) -> PostgresStatement:
    count = 0
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        nonlocal count
        if match[0].startswith("'"):
            return match[0]
        if match["name"]:
            return f"${names.setdefault(match['name'], len(names) + 1)}"
        here = int(match["number"] or count + 1)
        count = max(count, here)
        return f"${here}"

    text = _PARAMETER.sub(number, sql)
    if names and count:
        msg = f"a statement with numbered and named parameters: {sql}"
        raise ValueError(msg)
    return PostgresStatement(text, tuple(names))


def _path(written: str) -> str:
    """PostgreSQL's path ``'{post,url}'`` for SQLite's ``'$.post.url'``."""
    return written.replace("'$.", "'{").replace(".", ",")[:-1] + "}'"


_FUNCTIONS: Final[dict[str, Callable[[Sequence[str]], str]]] = {
    "instr": lambda of: f"strpos({of[0]}, {of[1]})",
    "json_each": lambda of: f"json_array_elements_text(CAST({of[0]} AS json))",
    "json_extract": lambda of: f"(CAST({of[0]} AS jsonb) #>> {_path(of[1])})",
    "json_remove": lambda of: (
        "CAST(" + " #- ".join([f"CAST({of[0]} AS jsonb)", *map(_path, of[1:])]) + " AS text)"
    ),
    "json_object": lambda of: f"json_build_object({', '.join(of)})",
    # An empty list or object where there are no rows, as in SQLite.
    "json_group_array": lambda of: f"CAST(coalesce(json_agg({of[0]}), '[]') AS text)",
    "json_group_object": lambda of: f"CAST(coalesce(json_object_agg({of[0]}, {of[1]}), '{{}}') AS text)",
    "json": lambda of: f"CAST({of[0]} AS json)",
}
"""Expressions of PostgreSQL by SQLite's function name, made from the call's arguments. Both store JSON as text."""
_CALL: Final = re.compile(rf"(?<![\w.])({'|'.join(sorted(_FUNCTIONS, key=len, reverse=True))})\(")


def _calls(sql: str) -> str:
    """``sql`` with the calls of ``_FUNCTIONS`` replaced, nested ones included."""
    match = _CALL.search(sql)
    if match is None:
        return sql
    *arguments, end = _arguments(sql, match.end())
    written = [_calls(sql[begin:stop].strip()) for begin, stop in arguments]
    return sql[: match.start()] + _FUNCTIONS[match[1]](written) + _calls(sql[end[1] :])


def _arguments(sql: str, begin: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each argument of the call that begins at ``begin``, then of the closing parenthesis."""
    depth, start = 0, begin
    for match in re.compile(r"'(?:[^']|'')*'|[(),]").finditer(sql, begin):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")" and depth:
            depth -= 1
        elif match[0] in ",)" and not depth:
            yield start, match.start()
            start = match.end()
            if match[0] == ")":
                yield match.start(), match.end()
                return
    msg = f"a call without an end: {sql[begin:]}"
    raise ValueError(msg)
