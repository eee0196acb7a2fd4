"""``docs/commands.md``: every command and every key that scripts rely on stands there."""

from __future__ import annotations

import pytest

from bot.cli import HOMES
from bot.doctor import MARKS

from .processes import ROOT
from .test_cli import COUNTS, POST_SHAPE, SHAPE
from .test_digest import PREVIEW, ROW, TOPIC

PAGES = ("commands.md", "commands.ja.md")
OTHERS = [
    *("male_pct", "female_pct", "health", "next_poll_at", "last_ok_at", "note", "since", "target"),
    *("sources", "x_reads_today", "x_reads_a_day", "unwell", "waiting", "database_mb"),
    *("last_backup_at", "database_note"),
    *("host", "topics", "degraded", "down", "quiet", "unknown"),
    *("hash", "messages", "already", "at", "actor", "post_hash", "why", "name", "state", "detail", "advice"),
    *("gained", "told", "start", "end", *MARKS),
]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_stands_in_the_page(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")

    assert [name for name in HOMES if f"`{name}" not in text] == []


def test_every_key_of_the_json_stands_in_the_page() -> None:
    text = (ROOT / "docs" / PAGES[0]).read_text(encoding="utf-8")

    keys = {*SHAPE, *POST_SHAPE, *COUNTS, *ROW, *PREVIEW, *TOPIC, *OTHERS}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
