"""PostgreSQL's plans of statements, as they ran."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import psycopg

from bot.storage.postgres.session import Session
from bot.storage.postgres.values import to_parameter
from bot.storage.sql.dialect import postgresql
from tests.recording import Statement


@dataclass(frozen=True, slots=True)
class Explained:
    """Plan of a statement as it ran. ``scans``: tables that were read as a whole, with the rows read."""

    sql: str
    ms: float
    pages: int
    scans: tuple[tuple[str, int], ...]
    plan: Mapping[str, Any]


_GENERIC: Final = "SET plan_cache_mode = force_generic_plan"
"""Plan of a statement that was run often: it does not depend on the parameters."""


def explained(session: Session, statement: Statement) -> Explained | None:
    """EXPLAIN ANALYZE of a statement, taken back afterwards; None where a key refuses to run it a second time."""
    text = postgresql(statement.sql)
    given = statement.parameters
    values = (
        [given[name] for name in text.names]
        if isinstance(given, Mapping)
        else list(cast("Iterable[object]", given))
    )
    literals = ", ".join(_literal(to_parameter(value)) for value in values)
    session.command(f"BEGIN; {_GENERIC}; PREPARE asked AS {text.text}")
    try:
        ((found,),) = session.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked{f'({literals})' if literals else ''}"
        )
    except psycopg.errors.IntegrityError:
        return None
    finally:
        session.command("ROLLBACK; DEALLOCATE asked")
    whole = (json.loads(found) if isinstance(found, str) else found)[0]
    plan = whole["Plan"]
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return Explained(statement.sql, whole["Execution Time"], pages, tuple(_scans(plan)), plan)


def _scans(node: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if node["Node Type"] == "Seq Scan":
        yield (
            node["Relation Name"],
            round(node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))),
        )
    for below in node.get("Plans", ()):
        yield from _scans(below)


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
