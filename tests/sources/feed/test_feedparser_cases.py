"""What feedparser reads, we read: its own cases, of which a folder may be named, against our reading.

KAWARABAN_FEEDPARSER_TESTS=feedparser/tests python -m pytest tests/sources/feed/test_feedparser_cases.py

Compared are the expectations on what an alert shows: titles, links, authors, dates, languages and words. Both
sides are compared as a person reads them: feedparser gives sanitized HTML, and an author with the mail address.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import pytest

from bot.sources.feed.raw import Kind, RawEntry, RawFeed, RawText
from bot.sources.feed.text import author_of, readable, title_of
from bot.sources.feed.wire import read_raw
from bot.sources.http.charset import decode
from bot.sources.parsing.dates import read_date
from bot.sources.parsing.sanitize import language_of

FOLDER: Final = os.environ.get("KAWARABAN_FEEDPARSER_TESTS", "")
NOW: Final = datetime(2100, 1, 1, tzinfo=UTC)
SAME_AT_LEAST: Final = 0.98
BASE: Final = "http://127.0.0.1:8097/"
"""Where feedparser's tests fetch from."""
OTHERWISE: Final[dict[str, str]] = {
    "sanitize/entry_content_iframe": "what stands in a frame of XHTML that is closed is the frame's",
    "sanitize/entry_summary_iframe": "the same",
    "item_description_not_a_doctype": "a link without words is its address; without one it is nothing",
    "script_nested_cdata": "what is left of a script is not shown, its brackets neither",
    "xml_declaration_unexpected_character": "a declaration within a title of HTML is none of its words",
    "xml_malicious_comment": "a comment ends where HTML says, after all that is in it",
    "bozo_linenoise": "bytes of no encoding",
    "entities/lang": "HTML 5 has another bracket by this name",
    "entities/rang": "HTML 5 has another bracket by this name",
}
"""Cases that we read in another way, by a part of their path, and why."""
_BY_HEADER: Final = re.compile(r"^Header:\s+content-(?:location|language):", re.MULTILINE | re.IGNORECASE)
"""What these headers say is none of a feed: Content-Location is no base of links any more (RFC 9110, 8.7)."""

_EXPECTED = re.compile(r"Description:\s*(?:.*?)\s*Expect:\s*(.*?)\s*-->", re.DOTALL)
_HEADER = re.compile(r"^Header:\s+content-type:(.*)$", re.MULTILINE | re.IGNORECASE)
_TITLES = {("title",), ("title_detail", "value")}
_WORDS = {("description",), ("summary",), ("summary_detail", "value"), ("content", 0, "value")}
_TIMES = {("published_parsed",), ("updated_parsed",), ("created_parsed",)}


@dataclass(frozen=True)
class Expected:
    """One comparison of a case: of the feed (``entry`` is None) or of an entry, which field is what."""

    case: Path
    entry: int | None
    field: tuple[str | int, ...]
    value: Any


def cases() -> Iterator[tuple[Path, bytes, str]]:
    for folder in ("wellformed", "illformed", "encoding", "entities"):
        for path in sorted((Path(FOLDER) / folder).rglob("*.xml")):
            body = path.read_bytes()
            yield path, body, decode(body, None)


def expectations(path: Path, text: str) -> Iterator[Expected]:
    """The comparisons of a case that have a counterpart here."""
    found = _EXPECTED.search(text)
    if found is None:
        return
    try:
        tree = ast.parse(found[1].strip(), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)):
            continue
        steps, value = _path(node.left), _value(node.comparators[0])
        if not steps or value is None:
            continue
        if steps[0] == "entries" and len(steps) > 2:
            one = Expected(path, int(steps[1]), tuple(steps[2:]), value)
        elif steps[0] == "feed":
            one = Expected(path, None, tuple(steps[1:]), value)
        else:
            continue
        if _is_compared(one):
            yield one


def _is_compared(one: Expected) -> bool:
    shown = _TITLES | {("language",), ("link",)}
    return one.field in (shown if one.entry is None else shown | _WORDS | _TIMES | {("author",)})


def _path(node: ast.expr) -> list[Any]:
    match node:
        case ast.Subscript(value=inner, slice=ast.Constant(value=step)):
            return [*before, step] if (before := _path(inner)) else []
        case ast.Attribute(value=inner, attr=step):
            return [*before, step] if (before := _path(inner)) else []
        case ast.Name(id=name):
            return [name]
    return []


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def is_met(one: Expected, raw: RawFeed | None) -> bool:
    if raw is None or (one.entry is not None and one.entry >= len(raw.entries)):
        return False
    of = raw.about if one.entry is None else raw.entries[one.entry]
    return bool(_ours(of, one.field) & _theirs(one))


def _ours(of: RawEntry, field: tuple[str | int, ...]) -> set[Any]:
    """What we read, in all the ways in which it may stand for theirs."""
    if field in _TITLES:
        return {title_of(of), _folded(readable(of.titles[0][1], base=BASE)) if of.titles else ""}
    if field in _WORDS:
        return _words(of)
    if field in _TIMES:
        read = [read_date(written, NOW) for _, written in [*of.published, *of.updated]]
        return {found.at.timetuple()[:6] for found in read if found is not None}
    if field == ("language",):
        return {(language_of(of.language) or "").replace("_", "-")}
    return {author_of(of.authors)} if field == ("author",) else {urljoin(BASE, of.link), of.id}


def _theirs(one: Expected) -> set[Any]:
    if one.field in _TITLES | _WORDS:
        return {_folded(readable(RawText(str(one.value), kind))) for kind in Kind} | {_folded(str(one.value))}
    if one.field in _TIMES:
        return {tuple(one.value)[:6]}
    if one.field == ("language",):
        return {language_of(one.value) or ""}
    return {author_of([one.value])} if one.field == ("author",) else {one.value}


def _words(of: RawEntry) -> set[str]:
    summaries = [text for _, text in of.summaries]
    return {_folded(readable(text, base=BASE)) for text in [*summaries, *of.contents]} or {""}


def _folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.skipif(not FOLDER, reason="KAWARABAN_FEEDPARSER_TESTS names no folder of feedparser's tests")
def test_what_feedparser_reads_we_read() -> None:
    same, listed, other = 0, 0, []
    for path, body, text in cases():
        if _BY_HEADER.search(text):
            continue
        header = _HEADER.search(text)
        for one in expectations(path, text):
            raw = read_raw(decode(body, header[1].strip() if header else None))
            if is_met(one, raw):
                same += 1
            elif any(part in str(path) for part in OTHERWISE):
                listed += 1
            else:
                other.append(one)

    told = "\n".join(f"{one.case.relative_to(FOLDER)}: {one.entry} {one.field} {one.value!r}" for one in other)
    assert not told, f"{same} the same, {listed} listed, and these, of which nothing is said:\n{told}"
    assert same >= SAME_AT_LEAST * (same + listed), f"{same} the same, {listed} not"
