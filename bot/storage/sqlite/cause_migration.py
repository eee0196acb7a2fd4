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

_VITALS = "SELECT id, vitals FROM watches WHERE vitals LIKE '%\"why\":%'"
_SET_VITALS = "UPDATE watches SET cause = ?, vitals = ? WHERE id = ?"
_CONTENTS = "SELECT id, content FROM entries WHERE kind IN ('notice', 'digest') AND content LIKE '%\"why\":%'"
_SET_CONTENT = "UPDATE entries SET content = ? WHERE id = ?"


def store_causes(connection: sqlite3.Connection) -> None:
    """Translate every stored text id, in the migration's transaction."""
    for watch_id, stored in connection.execute(_VITALS).fetchall():
        vitals = json.loads(stored)
        why = vitals.pop("why", None)
        if why is not None:
            values = why.get("values", {})
            vitals |= {"hours": values.get("hours", 0), "usual_hours": values.get("usual", 0)}
        connection.execute(_SET_VITALS, (_cause_of(why), _dumped(vitals), watch_id))
    for entry_id, stored in connection.execute(_CONTENTS).fetchall():
        content = json.loads(stored)
        for holder in (content, *_troubles(content)):
            if "why" in holder:
                holder["cause"] = _cause_of(holder.pop("why"))
        connection.execute(_SET_CONTENT, (_dumped(content), entry_id))


def _troubles(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Problems of sources stored in a digest; a notice's topics are plain names and have none."""
    topics = (topic for topic in content["topics"] if isinstance(topic, dict))
    return [trouble for topic in topics for trouble in topic.get("troubles", ())]


def _cause_of(why: dict[str, Any] | None) -> str | None:
    if why is None:
        return None
    name = str(why["text_id"]).removeprefix(_PREFIX).replace("-", "_")
    return name if name in _CAUSES else "other"


def _dumped(value: object) -> str:
    """JSON as msgspec writes it: no blanks, no escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
