"""Text and tables within a terminal's width, counted in cells: a Japanese letter takes two. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from rich.cells import cell_len

GAP: Final = "  "
NARROWEST: Final = 20
"""Cells below which a column of text is no longer read with ease; the rows become blocks then."""
_CLOSING: Final = "、。，．・：；？！ー）」』】〉》］｝ァィゥェォッャュョヮぁぃぅぇぉっゃゅょゎ,.:;?!)]}%…"
"""Characters that begin no line."""
_OPENING: Final = "（「『【〈《［｛([{"
"""Characters that end no line."""
_WORD: Final = re.compile(r"\s+|[!-~]+|.", re.DOTALL)
"""White space, a word of Latin letters, or one letter of a script that is broken anywhere."""


def wrapped(text: str, width: int, *, rest: int | None = None) -> list[str]:
    """A text in lines of at most ``width`` cells, broken at spaces and between letters of Japanese.

    ``rest``: the width of the lines after the first, where it is less. A word that is wider than a line is cut;
    an address is not, so that it can be copied: the terminal folds it. At least one line.
    """
    room = most = max(width, 2)
    after = most if rest is None else min(most, max(rest, 2))
    lines, line, used = [], "", 0
    for found in _pieces(text, after):
        piece = " " if found.isspace() else found
        cells = cell_len(piece)
        if used + cells > room and line:
            lines.append(line.rstrip())
            line, used, room = "", 0, after
        if line or piece != " ":
            line, used = line + piece, used + cells
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str, width: int) -> Iterator[str]:
    """Parts of a line that are not broken: a word, or a letter with its punctuation."""
    held = ""
    for piece in _WORD.findall(text):
        if held and (piece[0] not in _CLOSING and held[-1] not in _OPENING):
            yield from _cut(held, width)
            held = ""
        if held and (held.isspace() or piece.isspace()):
            yield from _cut(held, width)
            held = ""
        held += piece
    if held:
        yield from _cut(held, width)


def _cut(piece: str, width: int) -> Iterator[str]:
    """A piece in parts that fit a line; an address is one part."""
    if "://" in piece:
        yield piece
        return
    part, used = "", 0
    for letter in piece:
        cells = cell_len(letter)
        if used + cells > width and part:
            yield part
            part, used = "", 0
        part, used = part + letter, used + cells
    yield part


def indented(text: str, width: int, indent: str = "  ", hanging: str = "") -> list[str]:
    """The lines of a text, each set in; those after the first by ``hanging`` as well."""
    room = width - cell_len(indent)
    first, *more = wrapped(text, room, rest=room - cell_len(hanging))
    return [f"{indent}{first}", *(f"{indent}{hanging}{line}" for line in more)]


def pairs(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Names with what they mean, as in a help: beside each other, or below where there is no room."""
    widest = max((cell_len(name) for name, _ in rows), default=0)
    column = min(widest, width // 3)
    lines = []
    for name, meaning in rows:
        room = width - 2 - column - len(GAP)
        first, *more = wrapped(meaning, room) if meaning else [""]
        if cell_len(name) > column:
            lines.append(f"  {name}")
            lines += [f"{' ' * (2 + column)}{GAP}{line}" for line in (first, *more) if line]
            continue
        lines.append(f"  {_padded(name, column)}{GAP}{first}".rstrip())
        lines += [f"{' ' * (2 + column)}{GAP}{line}" for line in more]
    return lines


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int | None,
    right: Collection[int] = (),
    colon: str = ": ",
) -> list[str]:
    """A table in lines; ``width`` None: as wide as it wants, one line a row, as programs read it.

    Where it does not fit, its last column is folded; where that would be too narrow, each row becomes a block
    with its headings. ``right``: columns of numbers; ``colon``: between a heading and its value there.
    """
    cells = [list(map(str, row)) for row in rows]
    widths = [max(cell_len(row[at]) for row in [list(headings), *cells]) for at in range(len(headings))]
    fixed = sum(widths[:-1]) + len(GAP) * (len(widths) - 1)
    if width is None or fixed + widths[-1] <= width:
        return [_row(row, widths, right) for row in [list(headings), *cells]]
    room = width - fixed
    if room < min(NARROWEST, widths[-1]):
        return _blocks(headings, cells, width, colon)
    lines = []
    for row in [list(headings), *cells]:
        first, *more = wrapped(row[-1], room)
        lines.append(_row([*row[:-1], first], widths, right))
        lines += [f"{' ' * fixed}{line}" for line in more]
    return lines


def _row(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    parts = [_padded(cell, widths[at], to_right=at in right) for at, cell in enumerate(row)]
    return GAP.join(parts).rstrip()


def _blocks(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int, colon: str) -> list[str]:
    """Each row as ``heading: value``, as many in a line as fit, the last one below; without what is empty."""
    lines: list[str] = []
    for row in rows:
        facts = [f"{heading}{colon}{cell}" for heading, cell in zip(headings, row, strict=True) if cell]
        *first, last = facts or [""]
        block = _packed(first, width) if first else []
        if row[-1] or not first:
            block += wrapped(last, width - len(GAP) if block else width, rest=width - len(GAP))
        else:
            block = _packed(facts, width)
        lines += [f"{GAP}{line}" if at else line for at, line in enumerate(block)]
        lines.append("")
    return lines[:-1]


def _packed(facts: Sequence[str], width: int) -> list[str]:
    """Facts in lines, each whole where it fits."""
    lines: list[str] = []
    for fact in facts:
        if lines and cell_len(lines[-1]) + len(GAP) + cell_len(fact) <= width - len(GAP):
            lines[-1] = f"{lines[-1]}{GAP}{fact}"
        else:
            lines += wrapped(fact, width - len(GAP))
    return lines


def _padded(text: str, width: int, *, to_right: bool = False) -> str:
    space = " " * max(0, width - cell_len(text))
    return space + text if to_right else text + space
