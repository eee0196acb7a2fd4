"""A terminal that draws lines and tables with Rich."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from bot.cli.terminal.lines import as_line


class LineConsole(Console):
    """Every text that is printed, and every cell of a table, is one line and says nothing to the terminal.

    Names, titles and errors come from outside: markup, emoji codes and escape sequences in them are mere text.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """Rich makes what it prints of strings here."""
        return super().render_str(as_line(text), **options | {"markup": False, "emoji": False})
