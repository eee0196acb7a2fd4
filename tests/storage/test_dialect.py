"""What ``dialect`` makes of SQLite's SQL for PostgreSQL."""

from __future__ import annotations

import pytest

from bot.storage.sql.dialect import PostgresStatement, postgresql


@pytest.mark.parametrize(
    ("sqlite", "text"),
    [
        ("SELECT ? FROM t WHERE a = ?", "SELECT $1 FROM t WHERE a = $2"),
        ("SELECT ?2 FROM t WHERE a = ?1", "SELECT $2 FROM t WHERE a = $1"),
        ("SELECT ?, ?, ?2, ?", "SELECT $1, $2, $2, $3"),
        ("SELECT 'why?' || ?", "SELECT 'why?' || $1"),
        ("SELECT a FROM t CROSS JOIN u ON u.a = t.a", "SELECT a FROM t JOIN u ON u.a = t.a"),
        ("SELECT a FROM t CROSS JOIN u o ON o.a = t.a", "SELECT a FROM t JOIN u o ON o.a = t.a"),
        ("SELECT a FROM t CROSS JOIN u WHERE u.a = t.a", "SELECT a FROM t CROSS JOIN u WHERE u.a = t.a"),
        ("SELECT instr(a, ?) FROM t", "SELECT strpos(a, $1) FROM t"),
        (
            "SELECT k.value FROM json_each(:k) k CROSS JOIN json_each(:c) c ON c.value = k.value",
            "SELECT k.value FROM json_array_elements_text(CAST($1 AS json)) k "
            "JOIN json_array_elements_text(CAST($2 AS json)) c ON c.value = k.value",
        ),
        ("SELECT json_extract(b.body, '$.post.url')", "SELECT (CAST(b.body AS jsonb) #>> '{post,url}')"),
        (
            "SELECT json_remove(v, '$.a', '$.b.c')",
            "SELECT CAST(CAST(v AS jsonb) #- '{a}' #- '{b,c}' AS text)",
        ),
        (
            "SELECT json_group_array(json_object('k', n.k, 'x', coalesce(n.x, ',)')))",
            "SELECT CAST(coalesce(json_agg(json_build_object('k', n.k, 'x', coalesce(n.x, ',)'))), '[]') AS text)",
        ),
        ("SELECT json_group_object(a, b)", "SELECT CAST(coalesce(json_object_agg(a, b), '{}') AS text)"),
        ("SELECT a FROM t /*pg FOR UPDATE OF t SKIP LOCKED */", "SELECT a FROM t FOR UPDATE OF t SKIP LOCKED"),
        ("SELECT /*pg (array_agg( */ a /*pg ORDER BY b))[1] */ AS a", "SELECT (array_agg( a ORDER BY b))[1] AS a"),
        ("SELECT a /* as it was */ FROM t", "SELECT a /* as it was */ FROM t"),
    ],
)
def test_statement_is_written_for_postgresql(sqlite: str, text: str) -> None:
    assert postgresql(sqlite).text == text


def test_named_parameters_are_numbered_in_the_order_of_their_first_use() -> None:
    made = postgresql("SELECT :limit FROM t WHERE a = :key AND b = :limit AND c = CAST(':x' AS text)")

    assert made == PostgresStatement(
        "SELECT $1 FROM t WHERE a = $2 AND b = $1 AND c = CAST(':x' AS text)", ("limit", "key")
    )


def test_numbered_and_named_parameters_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="numbered and named"):
        postgresql("SELECT id FROM watches WHERE source = ? AND target = :target")


def test_statement_is_translated_once() -> None:
    text = "SELECT id FROM watches WHERE source = ?"

    assert postgresql(text) is postgresql(text)
