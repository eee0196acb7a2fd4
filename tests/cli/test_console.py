"""What the command line prints: lines and cells that say nothing to the terminal."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from bot.cli.run import _announce
from bot.cli.terminal.console import Printer, print_json
from bot.cli.terminal.drawing import LineConsole
from bot.core.text import excerpt

OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def printed(*things: object) -> str:
    console = LineConsole()
    console.file = io.StringIO()
    console.print(*things)
    return console.file.getvalue()


@pytest.mark.invariant(7)
@given(st.text(max_size=200))
def test_text_from_outside_is_one_line_and_no_markup(text: str) -> None:
    shown = printed(f"[red]{text}\x1b[31m :bomb: [/red]\x9b2J\u202e\nforged")

    assert shown.count("\n") == 1
    assert not OBEYED.search(shown)
    assert "[red]" in shown
    assert ":bomb:" in shown


@pytest.mark.invariant(7)
@given(st.text(max_size=200))
def test_line_that_no_person_reads_is_the_one_that_a_terminal_gets(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FORCE_COLOR", raising=False)
        patch.setattr("sys.stdout", written := io.StringIO())
        Printer().print(f"[red]{text}\x1b[31m :bomb: [/red]\x9b2J\u202e\nforged")

    assert written.getvalue() == printed(f"[red]{text}\x1b[31m :bomb: [/red]\x9b2J\u202e\nforged")


@pytest.mark.invariant(7)
def test_cell_of_a_table_is_one_line() -> None:
    table = Table("a", "b", box=None)
    table.add_row("x\x1b]0;title\x07", "one\ntwo[bold]\r\u2028three")

    shown = printed(table)

    assert shown.count("\n") == 2
    assert not OBEYED.search(shown)
    assert "[bold]" in shown


@pytest.mark.invariant(7)
@given(st.text(max_size=200))
def test_json_holds_what_it_was_given_and_nothing_a_terminal_obeys(text: str) -> None:
    held = excerpt(text, 200) + "\x1b[31m\x9b\u202e\u2028\U000e0041\ud800"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", written := io.StringIO())
        print_json({"text": held})

    assert not OBEYED.search(written.getvalue())
    assert json.loads(written.getvalue())["text"] == held


def test_what_the_demo_says_stays_several_lines(capsys: pytest.CaptureFixture[str]) -> None:
    _announce("one\n  two\n\nthree")

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == ["one", "  two", "", "three"]


def test_what_the_demo_says_reaches_a_file_while_the_demo_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(file, encoding="utf-8"))

    _announce("http://127.0.0.1:8750/")

    assert file.getvalue() == b"http://127.0.0.1:8750/\n"
