"""All texts that people read, in one table for reading through: ``python -m tests.texts [FILE …]``.

One text a row: its id, the Japanese, the English, each in one line as it is written in ``config/locales``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.serializer import serialize_expression

from bot.views.kit.text import LANGUAGES
from config import LOCALES


@dataclass(frozen=True, slots=True)
class Written:
    """One text of one language as it stands in its file."""

    file: str
    text_id: str
    pattern: ftl.Pattern

    @property
    def source(self) -> str:
        """As it is written, in one line."""
        return " ".join(_source(self.pattern).split())

    def sentences(self) -> list[str]:
        """Everything it can say, each variant of each choice once; ``1`` stands for what is filled in."""
        return _readings(self.pattern)


def written(language: str) -> dict[str, Written]:
    """The texts of a language by their ids, in the order of their files."""
    found: dict[str, Written] = {}
    for file in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            if isinstance(entry, ftl.Message) and entry.value is not None:
                found[entry.id.name] = Written(file.stem, entry.id.name, entry.value)
    return found


def _source(pattern: ftl.Pattern) -> str:
    return "".join(_piece(element) for element in pattern.elements)


def _piece(element: ftl.TextElement | ftl.Placeable) -> str:
    if isinstance(element, ftl.TextElement):
        return element.value
    expression = element.expression
    if isinstance(expression, ftl.SelectExpression):
        variants = " ".join(
            f"[{_key(variant)}] {_source(variant.value).strip()}" for variant in expression.variants
        )
        return f"{{{serialize_expression(expression.selector)}: {variants}}}"
    if isinstance(expression, ftl.StringLiteral):
        return expression.value
    return f"{{{serialize_expression(expression)}}}" if not isinstance(expression, ftl.Placeable) else ""


def _key(variant: ftl.Variant) -> str:
    return variant.key.name if isinstance(variant.key, ftl.Identifier) else variant.key.value


def _readings(pattern: ftl.Pattern) -> list[str]:
    parts = [_spoken(element) for element in pattern.elements]
    longest = max((len(part) for part in parts), default=0)
    if longest == 1:
        return ["".join(part[0] for part in parts)]
    # Each variant once, not each of their combinations: a text has up to three choices.
    return ["".join(part[min(turn, len(part) - 1)] for part in parts) for turn in range(longest)]


def _spoken(element: ftl.TextElement | ftl.Placeable) -> list[str]:
    if isinstance(element, ftl.TextElement):
        return [element.value]
    expression = element.expression
    if isinstance(expression, ftl.SelectExpression):
        return [said for variant in expression.variants for said in _readings(variant.value)]
    return [expression.value if isinstance(expression, ftl.StringLiteral) else "1"]


def table(files: Sequence[str] = ()) -> Iterator[str]:
    """The rows of the table, tab-separated, a heading before each file; ``files`` by their stems, all if none."""
    by_language = {language: written(language) for language in LANGUAGES}
    shown = ""
    for text_id, first in by_language[LANGUAGES[0]].items():
        if files and first.file not in files:
            continue
        if first.file != shown:
            shown = first.file
            yield f"\n# {shown}"
        others = (texts[text_id].source if text_id in texts else "(missing)" for texts in by_language.values())
        yield "\t".join([text_id, *others])


if __name__ == "__main__":
    sys.stdout.write("\n".join(table(sys.argv[1:])) + "\n")
