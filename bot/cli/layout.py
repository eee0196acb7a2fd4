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
"""What no line begins with."""
_OPENING: Final = "（「『【〈《［｛([{"
"""What no line ends with."""
_WORD: Final = re.compile(r"\s+|[!-~]+|.", re.DOTALL)
"""White space, a word of Latin letters, or one letter of a script that is broken anywhere."""


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most ``width`` cells, broken at spaces and between letters of Japanese.

    A word that is wider than a line is cut. At least one line.
    """
    width = max(width, 2)
    lines, line, used = [], "", 0
    for found in _pieces(text, width):
        piece = " " if found.isspace() else found
        cells = cell_len(piece)
        if used + cells > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or piece != " ":
            line, used = line + piece, used + cells
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str, width: int) -> Iterator[str]:
    """What a line is not broken within: a word, or a letter with what clings to it."""
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
    """A piece in parts that fit a line."""
    part, used = "", 0
    for letter in piece:
        cells = cell_len(letter)
        if used + cells > width and part:
            yield part
            part, used = "", 0
        part, used = part + letter, used + cells
    yield part


def indented(text: str, width: int, indent: str = "  ") -> list[str]:
    """The lines of a text, each set in."""
    return [f"{indent}{line}" for line in wrapped(text, width - cell_len(indent))]


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
) -> list[str]:
    """A table in lines; ``width`` None: as wide as it wants, one line a row, as programs read it.

    Where it does not fit, its last column is folded; where that would be too narrow, each row becomes a block
    with its headings. ``right``: columns of numbers.
    """
    cells = [list(map(str, row)) for row in rows]
    widths = [max(cell_len(row[at]) for row in [list(headings), *cells]) for at in range(len(headings))]
    fixed = sum(widths[:-1]) + len(GAP) * (len(widths) - 1)
    if width is None or fixed + widths[-1] <= width:
        return [_row(row, widths, right) for row in [list(headings), *cells]]
    room = width - fixed
    if room < min(NARROWEST, widths[-1]):
        return _blocks(headings, cells, width)
    lines = []
    for row in [list(headings), *cells]:
        first, *more = wrapped(row[-1], room)
        lines.append(_row([*row[:-1], first], widths, right))
        lines += [f"{' ' * fixed}{line}" for line in more]
    return lines


def _row(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    parts = [_padded(cell, widths[at], to_right=at in right) for at, cell in enumerate(row)]
    return GAP.join(parts).rstrip()


def _blocks(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Each row as lines of ``heading: value``; what is empty is left out."""
    lines: list[str] = []
    for row in rows:
        for at, (heading, cell) in enumerate(zip(headings, row, strict=True)):
            if cell:
                first, *more = wrapped(f"{heading}: {cell}", width - (2 if at else 0))
                lines += [f"  {line}" if at else line for line in (first, *more)]
        lines.append("")
    return lines[:-1]


def _padded(text: str, width: int, *, to_right: bool = False) -> str:
    space = " " * max(0, width - cell_len(text))
    return space + text if to_right else text + space
