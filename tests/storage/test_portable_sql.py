"""SQL that SQLite and PostgreSQL both take, but for what ``bot/storage/sql/dialect.py`` exchanges.

Nothing here needs a PostgreSQL server: each rule stands for what one refused, or took with another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from bot.storage.sql.dialect import postgresql

from .statements import Statement, statements

PATTERNS: Final = {
    r"\bOR (?:IGNORE|REPLACE|ABORT|FAIL|ROLLBACK)\b": "INSERT OR …: write ON CONFLICT",
    r"\bPRAGMA\b|\bpragma_\w+": "a PRAGMA: ask the Database of storage/sqlite",
    r"\b(?:GLOB|REGEXP|MATCH)\b": "GLOB: compare substr()",
    r"->>?": "JSON arrows came with SQLite 3.38: write json_extract",
    r"LIMIT\s+-": "a negative LIMIT",
    r"LIMIT\s+[^\s,()]+\s*,": "LIMIT a, b: write LIMIT b OFFSET a",
    r"<<|>>": "a shift, of 32 bits in PostgreSQL: write the number",
    r"\bIS\s+(?:NOT\s+)?[?:]": "IS ?: write = with a case for NULL",
    r"(?:\?\d*|:\w+)\s+IS\s+(?:NOT\s+)?NULL": "? IS NULL tells no type: write CAST(? AS …) IS NULL",
    r"\bTHEN\s+\?\d*\s+END|\bNULL\s+ELSE\s+\?": "? beside NULL in a CASE is text: write CAST(? AS BIGINT)",
    r"\b(?:WHEN|OR|AND|NOT|WHERE)\s+\(*(?:\?\d*|:\w+)(?:\s+(?:THEN|OR|AND)\b|\s*\))": "a truth value: write ? = 1",
    r"\bSET\s+\w+\s*=\s*NOT\b": "NOT of a number: write 1 - x",
    r"[-+*]\s*\([^()]*(?:\bIS\b|\bIN\b|[<>=])": "arithmetic on a truth value: write CASE",
    r"=\s*\([^()]*\b(?:IS|IN)\b": "a truth value compared with a number: write CASE",
    r"(?:\bWHERE|\bAND|\bOR|\bON|\()\s*\+\s*\w": "a unary plus: write CAST, which bars the index as well",
    r"\b(?:\w+\.)?(?:id|\w+_id)\s+(?:NOT\s+)?IN\s+\(SELECT\s+value\b": "ids are texts: CAST(value AS BIGINT)",
    r"\b(?:\w+\.)?(?:id|\w+_id)\s*=\s*\w+\.value\b": "ids of a list are texts: CAST(k.value AS BIGINT)",
    r"\bON\s+CONFLICT\s+DO\s+UPDATE\b": "ON CONFLICT DO UPDATE without its key",
    r"\b(?:last_insert_rowid|changes|rowid|sqlite_\w+)\b": "what only SQLite has",
}  # fmt: skip
"""Regular expressions of what a text does not hold, with what stands in its place."""

KNOWN_FUNCTIONS: Final = {
    "array_agg", "avg", "coalesce", "count", "json_agg", "json_array_elements_text", "json_build_object",
    "json_object_agg", "length", "lower", "max", "min", "nullif", "row_number", "strpos", "substr", "sum",
}  # fmt: skip
"""Functions of PostgreSQL by which the statements are written there."""
NOT_FUNCTIONS: Final = {
    "all", "and", "as", "cast", "conflict", "exists", "filter", "from", "in", "join", "materialized", "not", "on",
    "or", "over", "select", "set", "then", "union", "values", "when", "where",
}  # fmt: skip
AGGREGATES: Final = ("array_agg", "avg", "count", "json_agg", "json_object_agg", "max", "min", "sum")
_WORD: Final = r"[a-z_]\w*"


def _no_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def _no_strings(text: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def _closing(text: str, opening: int) -> int:
    """Where the parenthesis that stands there is closed."""
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    msg = f"a parenthesis without an end: {text[opening:]}"
    raise ValueError(msg)


def _flat(text: str) -> str:
    """With ``_`` for what stands in parentheses; up to a parenthesis that was opened before."""
    flat, depth = "", 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            break
        flat += character if depth == 0 and character != ")" else "_"
    return flat


def _parts(text: str) -> list[str]:
    """What commas part that stand in no parentheses."""
    begin, parts = 0, []
    flat = _flat(text)
    for comma in re.finditer(",", flat):
        parts.append(text[begin : comma.start()])
        begin = comma.end()
    return [part.strip() for part in (*parts, text[begin:])]


def forbidden_patterns(text: str) -> Iterator[str]:
    """Constructs that are found by their looks."""
    plain = _no_strings(_no_comments(text))
    for pattern, why in PATTERNS.items():
        if match := re.search(pattern, plain):
            yield f"{why} (here: {match[0]})"


def scalar_extremes(text: str) -> Iterator[str]:
    """``min`` and ``max`` of several values: NULL where one is NULL, which GREATEST and LEAST pass over."""
    plain = _no_strings(_no_comments(text))
    for match in re.finditer(r"\b(min|max)\(", plain):
        if len(_parts(plain[match.end() : _closing(plain, match.end() - 1)])) > 1:
            yield f"{match[1]} of several values: write CASE"


def counted_truths(text: str) -> Iterator[str]:
    """Truth values that are summed or compared as numbers."""
    plain = _no_strings(_no_comments(text))
    for match in re.finditer(r"\b(sum|min|max|avg|coalesce)\(", plain):
        for value in _parts(plain[match.end() : _closing(plain, match.end() - 1)]):
            if not value.startswith("CASE ") and re.search(r"[<>=]| IS | IN ", _flat(value)):
                yield f"{match[1]}({value}) of a truth value: write count(*) FILTER or CASE"


def unknown_functions(text: str) -> Iterator[str]:
    """Functions that PostgreSQL does not have, or not by that name."""
    plain = _no_strings(postgresql(text).text)
    names = {name for name in re.findall(rf"(?<![\w.])({_WORD})\s?\(", plain) if name.islower()}
    tables = set(re.findall(rf"\b(?:INTO|WITH)\s+({_WORD})", plain)) | set(re.findall(rf"({_WORD}) AS\b", plain))
    for name in sorted(names - KNOWN_FUNCTIONS - NOT_FUNCTIONS - tables):
        yield f"{name}() is no function of PostgreSQL, and none of dialect.py"


def unnamed_subqueries(text: str) -> Iterator[str]:
    """Subqueries in FROM that have no name."""
    plain = _no_strings(_no_comments(text))
    for match in re.finditer(r"\b(?:FROM|JOIN)\s+\(", plain):
        after = plain[_closing(plain, match.end() - 1) + 1 :].lstrip()
        if re.match(r"(?:AS\s+)?[a-z]\w*", after) is None:
            yield f"a subquery in FROM without a name, before: {after[:30]!r}"


def bare_upserts(text: str) -> Iterator[str]:
    """Columns in an upsert of which nobody can tell whether the old or the new row is meant."""
    plain = _no_strings(_no_comments(text))
    match = re.search(rf"INSERT INTO ({_WORD})\s*\(([^()]*)\).*\bDO UPDATE SET(.*)", plain, re.DOTALL)
    if match is None:
        return
    assigned = re.split(r"\bWHERE\b|\bRETURNING\b", match[3])
    columns = {column.strip() for column in match[2].split(",")}
    values = [part.partition("=") for part in _parts(assigned[0])]
    columns |= {column.strip() for column, _, _ in values}
    condition = re.search(r"\bWHERE\b(.*)", match[3], re.DOTALL)
    for value in (*(value for _, _, value in values), condition[1] if condition else ""):
        for name in re.findall(rf"(?<![\w.:])({_WORD})\b(?!\.|\()", value):
            if name in columns:
                yield f"{name} in an upsert: write {match[1]}.{name} or excluded.{name}"


def untyped_numbers(text: str) -> Iterator[str]:
    """Parameters that PostgreSQL takes for 32 bits: first compared with a number, then with an id."""
    plain = _no_strings(_no_comments(text))
    for number in sorted(set(re.findall(r"\?(\d+)", plain))):
        first = re.search(rf"\?{number}\b(\s*[=<>]+\s*\d)?", plain)
        if first is not None and first[1] and len(re.findall(rf"\?{number}\b", plain)) > 1:
            yield f"?{number} is first compared with a number: write CAST(?{number} AS BIGINT)"


def columns_beside_aggregates(text: str) -> Iterator[str]:
    """Columns of no row in particular: neither grouped by nor within an aggregate."""
    plain = _no_strings(postgresql(text).text)
    for match in re.finditer(r"\bSELECT\s+(?:DISTINCT\s+)?", plain):
        scope = plain[match.end() :]
        flat = re.split(r"\b(?:UNION|EXCEPT)\b", _flat(scope))[0]
        found = re.search(r"\bFROM\b", flat)
        if found is None:
            continue
        selected = _parts(scope[: found.start()])
        grouped = re.search(r"\bGROUP BY\b(.*?)(?:\bHAVING\b|\bORDER BY\b|\bLIMIT\b|$)", flat, re.DOTALL)
        keys = set() if grouped is None else set(_parts(scope[grouped.start(1) : grouped.end(1)]))
        if grouped is not None or any(map(_is_aggregate, selected)):
            for column in selected:
                name = re.sub(rf"\s+AS\s+{_WORD}$", "", column)
                if not _is_aggregate(column) and name not in keys and not re.fullmatch(r"\d+|''|\$\d+", name):
                    yield f"{name} stands beside an aggregate: group by it, or say of which row it is"


def _is_aggregate(column: str) -> bool:
    outside = re.sub(r"\(\s*SELECT\b.*", "", column, flags=re.DOTALL)
    return re.search(rf"\b(?:{'|'.join(AGGREGATES)})\s*\(", outside) is not None and " OVER " not in column


def unplaced_nulls(text: str) -> Iterator[str]:
    """Descending orders of what may be NULL: SQLite has NULL last, PostgreSQL first."""
    maybe_null = "ended_at|relook_at|next_poll_at|max_rp|score|last_ok_at|sent_at|put_off_at|claimed_until"
    for match in re.finditer(rf"\b(?:\w+\.)?(?:{maybe_null})\)? DESC(?! NULLS)", text):
        yield f"{match[0]}: write NULLS LAST"


RULES: Final[tuple[Callable[[str], Iterator[str]], ...]] = (
    forbidden_patterns,
    scalar_extremes,
    counted_truths,
    unknown_functions,
    unnamed_subqueries,
    bare_upserts,
    untyped_numbers,
    columns_beside_aggregates,
    unplaced_nulls,
)


def broken_rules(text: str) -> list[str]:
    return [broken for rule in RULES for broken in rule(text)]


def test_every_statement_is_found() -> None:
    found = statements()

    assert len(found) > 300
    assert all(statement.where.startswith("bot/storage/sql/") for statement in found)
    assert not [each for each in found if re.search(r"\{\w+\}", each.text)], "a text that was not completed"


def test_every_statement_is_one_that_both_take() -> None:
    def said(statement: Statement) -> list[str]:
        return [f"{statement.where}: {broken}" for broken in broken_rules(statement.text)]

    assert not [line for statement in statements() for line in said(statement)]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT OR IGNORE INTO topics (topic_key) VALUES (?)",
        "INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        "INSERT INTO spend (day, reads) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET reads = reads + 1",
        "INSERT INTO mentions (role, at) VALUES (?1, ?2) ON CONFLICT (role) DO UPDATE SET at = ?2 WHERE at < ?2",
        "SELECT page_count FROM pragma_page_count",
        "SELECT 1 FROM hidden WHERE actor GLOB 'source:*'",
        "SELECT body ->> 'text' FROM post_bodies",
        "SELECT id FROM watches LIMIT -1",
        "SELECT id FROM watches LIMIT 5, 10",
        "SELECT 1 << 40 FROM watches",
        "UPDATE digests SET next_at = ? WHERE claim IS ?",
        "SELECT id FROM watches WHERE (?1 IS NULL OR source = ?1)",
        "UPDATE digests SET next_at = CASE WHEN paused IS NULL THEN ? END",
        "UPDATE watches SET next_poll_at = CASE WHEN next_poll_at IS NULL THEN NULL ELSE ? END",
        "SELECT id FROM messages WHERE state = 'sent' OR (?1 AND attempts > 0)",
        "UPDATE watches SET enabled = NOT enabled",
        "SELECT max(1 + (held IS NULL)) FROM alerts",
        "SELECT sum(channel_id = ?) FROM subscriptions",
        "SELECT coalesce(muted_until > ?, 0) FROM subscriptions",
        "SELECT id FROM subscriptions s WHERE +s.topic_key = ?",
        "SELECT id FROM messages WHERE channel_id IN (SELECT value FROM json_each(?))",
        "SELECT p.rp FROM json_each(?) k CROSS JOIN posts p ON p.watch_id = k.value",
        "SELECT last_insert_rowid()",
        "UPDATE watches SET next_poll_at = min(next_poll_at, ?) WHERE id = ?",
        "SELECT total(rp) FROM posts",
        "SELECT topic_key FROM topics WHERE topic_key < ? || char(1114111)",
        "SELECT min(at) FROM (SELECT not_before AS at FROM entries)",
        "SELECT guild_id FROM (SELECT guild_id, at FROM audit) WHERE at > ?",
        "SELECT id FROM entries WHERE (?1 = 0 OR guild_id = ?1)",
        "SELECT source, price, max(last_ok_at) FROM watches GROUP BY source",
        "SELECT max(at), name FROM entry_names",
        "SELECT id FROM messages ORDER BY ended_at DESC",
    ],
)
def test_what_only_sqlite_takes_is_refused(text: str) -> None:
    assert broken_rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO topics (topic_key) VALUES (?) ON CONFLICT DO NOTHING",
        "INSERT INTO spend (day, reads) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET reads = spend.reads + 1",
        "SELECT id FROM watches WHERE source = coalesce(?1, source) AND (CAST(?2 AS TEXT) IS NULL OR claim = ?2)",
        "SELECT source, /*pg (array_agg( */ price /*pg ORDER BY last_ok_at DESC NULLS LAST))[1] */ FROM watches "
        "GROUP BY source",
        "SELECT count(*) FILTER (WHERE rp > 5), max(rp) FROM posts",
        "SELECT s.id, (SELECT count(*) FROM alerts a WHERE a.subscription_id = s.id) FROM subscriptions s",
        "SELECT watch_id, row_number() OVER (PARTITION BY watch_id ORDER BY rp) AS place FROM posts",
        "SELECT min(at) FROM (SELECT not_before AS at FROM entries) times",
        "UPDATE messages SET attempts = CASE WHEN ?1 = 1 THEN 0 ELSE attempts END WHERE id = ?2",
    ],
)
def test_what_both_take_is_let_through(text: str) -> None:
    assert broken_rules(text) == []
