"""The migration ``causes``: text ids stored as the cause of an outage become values of ``Cause``.

    watches.vitals     {"why": {"text_id": "health-silent", "values": {"hours": 30, "usual": 2}}, …}
                    -> {"hours": 30, "usual_hours": 2, …}, and 'silent' in watches.cause
    entries.content    {"why": {"text_id": "health-busy", …}} -> {"cause": "busy"}: of notices, and within digests

The known ids are those that earlier versions could store; any other id becomes ``other``, as it was shown before.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final

_PREFIX: Final = "health-"
_CAUSES: Final = frozenset(
    {
        *(
            "unreachable",
            "host",
            "refused",
            "missing",
            "robots",
            "topic",
            "busy",
            "budget",
            "budget_share",
            "changed",
        ),
        *("packing", "no_feed", "too_large", "too_dear", "address", "not_listed", "other"),
        *("no_posts", "no_rp", "no_ids", "no_times", "no_authors", "no_volume", "turns_over", "gap", "silent"),
    }
)

_FILL: Final = (
    """
    UPDATE watches SET cause = cause_in(vitals), vitals = without_why(vitals) WHERE vitals LIKE '%"why":%'
    """,
    """
    UPDATE entries SET content = with_causes(content)
    WHERE kind IN ('notice', 'digest') AND content LIKE '%"why":%'
    """,
)


def store_causes(connection: sqlite3.Connection) -> None:
    """Translate every stored text id, in the migration's transaction.

    SQLite calls the functions with one row at a time, so memory does not grow with the database. A row whose JSON
    is broken, or has a form that no version stored, does not stop the migration.
    """
    functions = {"cause_in": _cause_in, "without_why": _without_why, "with_causes": _with_causes}
    for name, function in functions.items():
        connection.create_function(name, 1, function, deterministic=True)
    for statement in _FILL:
        connection.execute(statement)
    for name in functions:
        connection.create_function(name, 1, None)


def _cause_in(vitals: str) -> str | None:
    return _cause_of(_object(_parsed(vitals)).get("why"))


def _without_why(stored: str) -> str:
    vitals = _object(_parsed(stored))
    if "why" not in vitals:
        return stored
    why = vitals.pop("why")
    if why is not None:
        values = _object(_object(why).get("values"))
        vitals |= {"hours": _count(values.get("hours")), "usual_hours": _count(values.get("usual"))}
    return _dumped(vitals)


def _with_causes(stored: str) -> str:
    content = _object(_parsed(stored))
    holders = [holder for holder in (content, *_troubles(content)) if "why" in holder]
    for holder in holders:
        holder["cause"] = _cause_of(holder.pop("why"))
    return _dumped(content) if holders else stored


def _troubles(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Problems of sources stored in a digest; a notice's topics are plain names and have none."""
    topics = map(_object, _array(content.get("topics")))
    return [_object(trouble) for topic in topics for trouble in _array(topic.get("troubles"))]


def _cause_of(why: object) -> str | None:
    if why is None:
        return None
    name = str(_object(why).get("text_id")).removeprefix(_PREFIX).replace("-", "_")
    return name if name in _CAUSES else "other"


def _parsed(stored: str) -> object:
    try:
        return json.loads(stored)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> dict[str, Any]:
    """The value itself where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _array(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _dumped(value: object) -> str:
    """JSON as msgspec writes it: no blanks, no escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
