"""Lists of topics to watch, as people keep them: a topic a line, or a table with commas or tabs. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from typing import Final

from bot.cli.topics import wrong_with
from bot.core.lazy_dataclass import dataclass
from bot.core.models import SourceName
from config.sentences import Sentence, Value

_TOPIC: Final = {"topic", "topics", "keyword", "word", "address", "url", "トピック", "キーワード", "アドレス"}
_SOURCE: Final = {"source", "sources", "ソース"}
"""Names of the columns in a first line that names them."""
_EVERYWHERE: Final = {"", "*", "all"}
_NAMES: Final = {name.value for name in SourceName}


@dataclass(frozen=True, slots=True)
class Line:
    """A topic that is wanted; ``source`` None: at all sources that are on."""

    number: int
    topic: str
    source: SourceName | None = None


@dataclass(slots=True)
class TopicList:
    """Content of a file: its lines, and a sentence for each wrong one, by line number."""

    lines: list[Line] = field(default_factory=list)
    wrong: dict[int, Sentence] = field(default_factory=dict)


def read_list(content: bytes, name: str = "") -> TopicList:
    """Read a list of topics. ``name``: the file's, whose ending says whether commas part columns.

    Tabs always do, commas do in a ``.csv``, and where a line begins with a source's name; else a line is a topic.
    A first line that names the columns says in which order they come. ``#`` and a space begin a comment.
    """
    found = TopicList()
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        found.wrong[content[: error.start].count(b"\n") + 1] = Sentence("cli-import-not-utf8")
        return found
    columns: Mapping[str, int] | None = None
    is_first = True
    for number, row in _rows(text, is_csv=name.lower().endswith(".csv")):
        if is_first:
            is_first, columns = False, _columns(row)
            if columns is not None:
                continue
        _take(found, number, row, columns)
    return found


def _encoding(content: bytes) -> str:
    """UTF-8, or the UTF-16 that Excel saves as "Unicode text"."""
    return "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def _rows(text: str, *, is_csv: bool) -> Iterator[tuple[int, list[str]]]:
    """Each line that holds something, in its cells."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        bare = line.strip()
        if not bare or bare == "#" or bare.startswith(("# ", "#\t")):
            continue
        if "\t" in line:
            yield number, [cell.strip().strip('"') for cell in line.split("\t")]
        elif is_csv or ("," in line and line.partition(",")[0].strip(' "').lower() in _NAMES | _SOURCE):
            row = next(csv.reader(io.StringIO(line), skipinitialspace=True))
            yield number, [cell.strip() for cell in row]
        else:
            yield number, [bare]


def _columns(row: Sequence[str]) -> Mapping[str, int] | None:
    """The cell of each column, if the first line names them."""
    names = [cell.lower() for cell in row]
    topic = next((at for at, name in enumerate(names) if name in _TOPIC), None)
    if topic is None or (len(row) > 1 and not _SOURCE & set(names) and names[0] in _NAMES):
        return None
    if len(row) == 1 and names[0] not in {"topic", "topics", "トピック"}:
        return None
    source = next((at for at, name in enumerate(names) if name in _SOURCE), None)
    return {"topic": topic} if source is None else {"topic": topic, "source": source}


def _take(found: TopicList, number: int, row: Sequence[str], columns: Mapping[str, int] | None) -> None:
    """One line: a topic, or what is wrong with it."""
    if columns is None:
        cells = [cell for cell in row if cell] if len(row) > 2 else row
        if len(cells) == 1:
            named, topic = "", cells[0]
        elif len(cells) == 2:
            named, topic = cells
        else:
            found.wrong[number] = Sentence("cli-import-columns")
            return
    else:
        topic = row[columns["topic"]] if columns["topic"] < len(row) else ""
        named = row[columns["source"]] if columns.get("source", len(row)) < len(row) else ""
    wrong, source = _source(named, before=topic if columns is None else None)
    head, _, rest = topic.partition(" ")
    if wrong is None and source is None and head in _NAMES and rest and len(row) == 1:
        wrong = Sentence("cli-import-spaces", {"source": head})
    wrong = wrong or wrong_with(topic, source)
    if wrong is None:
        found.lines.append(Line(number, topic.strip(), source))
    else:
        found.wrong[number] = wrong


def _source(named: str, *, before: str | None) -> tuple[Sentence | None, SourceName | None]:
    """The source of that name, or what is wrong with the name.

    ``before``: the cell after it where no line named the columns, so that their order may be what is wrong.
    """
    folded = named.strip().lower()
    if folded in _EVERYWHERE:
        return None, None
    if folded in _NAMES:
        return None, SourceName(folded)
    near = get_close_matches(folded, sorted(_NAMES), n=1)
    facts: dict[str, Value] = {"known": tuple(SourceName), "maybe": ""}
    facts["name"] = folded if folded.isalpha() and len(folded) <= 20 else "…"
    if near:
        facts["maybe"] = Sentence("cli-usage-maybe", {"guess": near[0]})
    elif before is not None and before.lower() in _NAMES:
        return Sentence("cli-import-swapped", {"source": before.lower()}), None
    elif before is not None:
        facts["maybe"] = Sentence("cli-import-order")
    return Sentence("cli-import-no-source", facts), None
