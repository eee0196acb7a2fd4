"""Text and tables in a terminal: never wider than it, nothing lost, Japanese counted as two cells."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.cli.terminal.layout import indented, pairs, table, wrapped

LETTERS = st.text(st.sampled_from("ab 12、。（）「」瓦版カタカナーッ-/…"), max_size=120)
WIDTHS = st.integers(min_value=10, max_value=120)


def letters(text: str) -> str:
    return "".join(text.split())


@given(text=LETTERS, width=WIDTHS)
def test_wrapped_text_keeps_its_letters_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)

    assert letters("".join(lines)) == letters(text)
    assert all(cell_len(line) <= width for line in lines)
    assert lines


@given(text=LETTERS, width=WIDTHS)
def test_hanging_text_keeps_its_letters_and_the_width(text: str, width: int) -> None:
    lines = indented(text, width, " ", "  ")

    assert letters("".join(lines)) == letters(text)
    assert all(cell_len(line) <= width for line in lines)


@given(width=WIDTHS)
def test_address_is_whole_so_that_it_can_be_copied(width: int) -> None:
    address = "https://discord.com/oauth2/authorize?client_id=1&scope=bot+applications.commands"

    lines = indented(f"招待：{address}", width, "", "  ")

    assert any(line.strip() == address or line.endswith(f"：{address}") for line in lines)


def test_line_begins_with_no_closing_mark_and_ends_with_no_opening_one() -> None:
    lines = wrapped("あいうえお。かきくけ（こさ）", 10)

    assert not any(line.startswith(("。", "）")) or line.endswith("（") for line in lines)


@given(
    rows=st.lists(st.tuples(LETTERS, LETTERS, LETTERS), max_size=4),
    width=st.integers(min_value=30, max_value=120),
)
def test_table_keeps_its_cells_and_the_width(rows: list[tuple[str, str, str]], width: int) -> None:
    cells = [tuple(" ".join(cell.split()) for cell in row) for row in rows]

    lines = table(("RP", "投稿者", "text"), cells, width=width, right=(0,))

    shown = Counter(letters("".join(lines)))
    assert all(cell_len(line) <= width for line in lines)
    assert sum((Counter(letters(cell)) for row in cells for cell in row), Counter()) <= shown


def test_table_that_fits_is_aligned_by_cells() -> None:
    lines = table(("名前", "n"), [("瓦版", "1"), ("abc", "12")], width=40, right=(1,))

    assert {cell_len(line) for line in lines} == {8}


def test_table_for_a_program_is_one_line_a_row_however_long() -> None:
    assert len(table(("a", "b"), [("x" * 300, "y" * 300)], width=None)) == 2


def test_narrow_table_becomes_blocks_without_what_is_empty() -> None:
    lines = table(("source", "since", "note"), [("mastodon", "", "it does not answer at all")], width=30)

    assert lines[0] == "source: mastodon"
    assert not any("since" in line for line in lines)


@given(rows=st.lists(st.tuples(st.text("abc-", min_size=1, max_size=30), LETTERS), max_size=4), width=WIDTHS)
def test_names_and_meanings_keep_the_width_as_far_as_the_names_do(rows: list[tuple[str, str]], width: int) -> None:
    lines = pairs(rows, max(width, 40))

    assert all(cell_len(line) <= max(width, 40) for line in lines)
