"""``docs/commands.md``: every command and every key that scripts rely on stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.cli import HOMES, status
from bot.core.processes import ProcessReport, ProcessState, survey
from bot.core.roles import Role, Shards
from bot.doctor.checks import MARKS
from config import LOCALES

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


def test_every_key_of_processes_stands_in_the_page() -> None:
    text, now = (ROOT / "docs" / PAGES[0]).read_text(encoding="utf-8"), datetime(2026, 11, 29, tzinfo=UTC)
    sender = ProcessReport("1", "host", (Role.SENDER,), Shards(), now, now)

    shown = status.as_json_of_processes(survey([sender], now))

    [process] = shown["processes"]
    assert [key for key in (*shown, *process, *ProcessState) if f"`{key}`" not in text] == []


def test_every_name_of_a_check_of_the_doctor_stands_in_the_page() -> None:
    text = (ROOT / "docs" / PAGES[0]).read_text(encoding="utf-8")
    titles = (LOCALES / "en" / "cli_doctor.ftl").read_text(encoding="utf-8")
    named = text.partition("### `doctor`")[2]

    names = re.findall(r"^cli-doctor-title-(\w+) =", titles, re.MULTILINE)
    assert len(names) > 15
    assert [name for name in names if not re.search(rf"`{name}\b", named)] == []
