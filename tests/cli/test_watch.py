"""``watch`` without a source, from a list, and what is never made or changed by looking."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.doctor.database_faults import SETTING
from bot.storage.sqlite.migrate import load_steps
from config.sentences import LANGUAGES, sentence
from tests.inspection import Inspect, url_of

from .test_cli import Here, here, said, watched

__all__ = ["here"]


def test_watch_without_a_source_is_at_all_that_are_on_and_cost_nothing(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__X__BEARER_TOKEN", "made-up")

    added = here("watch", "add", "瓦版")

    assert added.code == 0
    assert sorted(watched(here)) == [("mastodon", "瓦版"), ("misskey", "瓦版")]


def test_watch_takes_several_sources(here: Here) -> None:
    here("watch", "add", "瓦版", "--source", "mastodon", "--source", "trendpage")

    assert sorted(watched(here)) == [("mastodon", "瓦版"), ("trendpage", "瓦版")]


@pytest.mark.parametrize(
    ("address", "source"), [("https://a.example/feed.xml", "feed"), ("https://trends.example/p/1", "trendpage")]
)
def test_address_is_a_feeds_but_where_its_host_is_the_trend_pages(
    address: str, source: str, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__TRENDPAGE__URL", "https://trends.example/{topic}")

    here("watch", "add", address)

    assert [row["source"] for row in here("watch", "list", "--json").json] == [source]


def test_watch_is_removed_everywhere_without_a_source(here: Here) -> None:
    here("watch", "add", "瓦版")

    removed = here("watch", "remove", "瓦版")

    assert removed.out == said("cli-watch-removed", topic="瓦版", where="mastodon, misskey")
    assert watched(here) == []


def test_first_watch_says_where_it_made_the_database(here: Here) -> None:
    first, second = here("watch", "add", "瓦版"), here("watch", "add", "江戸")

    assert str(Path.cwd() / "kawaraban.db") in first.err
    assert second.err == ""


# -- import ---------------------------------------------------------------------------------------------


def test_import_of_topics_alone_watches_each_at_all_sources(here: Here) -> None:
    Path("topics.txt").write_text("瓦版\nTokyo, Japan\n", encoding="utf-8")

    assert here("watch", "import", "topics.txt").code == 0
    assert len(watched(here)) == 4


def test_dry_run_of_an_import_counts_and_writes_nothing(here: Here) -> None:
    Path("topics.csv").write_text("mastodon,瓦版\nmastodon,江戸\n", encoding="utf-8")

    fresh = here("watch", "import", "topics.csv", "--dry-run")
    assert fresh.out == said("cli-import-dry", new=2, known=0)
    assert not Path("kawaraban.db").exists()

    here("watch", "add", "mastodon", "瓦版")
    assert here("watch", "import", "topics.csv", "--dry-run").out == said("cli-import-dry", new=1, known=1)
    assert len(watched(here)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_import_with_bad_lines_adds_nothing_and_says_what_is_wrong_with_each(language: str, here: Here) -> None:
    Path("topics.csv").write_text("mastodon,瓦版\nmastadon,江戸\nfeed,http://[::1/\n", encoding="utf-8")

    ended = here("watch", "import", "topics.csv", "--language", language)

    assert (ended.code, ended.out) == (2, "")
    heading, *lines = ended.err.splitlines()
    assert "topics.csv" in heading
    assert ["2" in line or "3" in line for line in lines] == [True, True]
    assert not Path("kawaraban.db").exists()


def test_same_topic_twice_in_a_list_is_one(here: Here) -> None:
    Path("topics.csv").write_text("mastodon,瓦版\nmastodon,#瓦版\n", encoding="utf-8")

    here("watch", "import", "topics.csv")

    assert watched(here) == [("mastodon", "瓦版")]


# -- databases that are not there, or cannot be used ----------------------------------------------------

LOOKING = [
    ["status"],
    ["watch", "list"],
    ["watch", "remove", "x"],
    ["digest", "list"],
    ["digest", "preview", "x"],
    ["hidden"],
    ["unhide", "x:1"],
    ["poll", "--once"],
]


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_command_that_looks_makes_no_database_and_says_where_there_is_none(words: list[str], here: Here) -> None:
    ended = here(*words)

    path = Path.cwd() / "kawaraban.db"
    assert (ended.code, ended.out) == (4, "")
    assert ended.err == f"kawaraban: {sentence('en', 'cli-database-none', path=str(path))}\n"
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("words", LOOKING[:-1], ids=" ".join)
def test_command_that_looks_migrates_nothing(words: list[str], here: Here) -> None:
    here("migrate")
    inspect = Inspect(url_of(Path("kawaraban.db")))
    inspect.set_version(3)

    ended = here(*words)

    assert ended.code == 4
    assert "kawaraban migrate" in ended.err
    assert inspect.version() == 3


def test_command_that_looks_does_not_change_which_sources_are_on(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    here("watch", "add", "mastodon", "瓦版")
    (before,) = here("watch", "list", "--json").json
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__ENABLED", "false")

    here("status")

    monkeypatch.delenv("KAWARABAN_SOURCES__MASTODON__ENABLED")
    assert here("watch", "list", "--json").json == [before]


def a_folder(path: Path) -> None:
    path.mkdir()


def a_file_above(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file is no folder", encoding="utf-8")


def no_folder(path: Path) -> None:
    path.parent.rmdir()


def something_else(path: Path) -> None:
    path.write_bytes(b"This is a shopping list. " * 99)


def a_newer_one(path: Path) -> None:
    inspect = Inspect(url_of(path))
    inspect.set_version(99)
    inspect("CREATE TABLE a (b INTEGER)")


@pytest.mark.parametrize(
    ("make", "text_id"),
    [
        (a_folder, "cli-database-is-folder"),
        (a_file_above, "cli-database-folder-is-file"),
        (no_folder, "cli-database-no-folder"),
        (something_else, "cli-database-not-one"),
        (a_newer_one, "cli-database-newer"),
    ],
)
def test_database_that_cannot_be_used_is_one_sentence_with_its_path_and_what_to_do(
    make: Callable[[Path], None], text_id: str, here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "house" / "kawaraban.db"
    path.parent.mkdir()
    make(path)
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", f"sqlite:///{path}")
    folder = path.parent
    facts = {"path": str(path), "folder": str(folder), "current": "99", "newest": str(len(load_steps()))}
    facts["setting"] = SETTING

    for words in (["status"], ["watch", "list", "--json"]):
        ended = here(*words)

        assert (ended.code, ended.out) == (4, "")
        assert ended.err == f"kawaraban: {sentence('en', text_id, **facts)}\n"


def test_database_that_nobody_may_look_for_is_said(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, **_: object) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", refused)

    for words in (["status"], ["watch", "add", "x"], ["poll"], ["migrate"], ["hide", "x:1"]):
        ended = here(*words)

        assert ended.code == 4
        assert (
            ended.err
            == f"kawaraban: {sentence('en', 'cli-database-closed', path=str(Path.cwd() / 'kawaraban.db'))}\n"
        )


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_database_in_a_folder_where_nothing_may_be_written_is_said(here: Here, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        ended = here("migrate")
    finally:
        tmp_path.chmod(0o700)

    assert ended.code == 4
    facts = {"path": str(tmp_path / "kawaraban.db"), "folder": str(tmp_path), "setting": SETTING}
    assert ended.err == f"kawaraban: {sentence('en', 'cli-database-folder-closed', **facts)}\n"


def test_json_of_status_is_documented_and_stays(here: Here) -> None:
    here("watch", "add", "mastodon", "瓦版")

    found = json.loads(here("status", "--json").out)

    assert list(found) == [
        *("sources", "x_reads_today", "x_reads_a_day", "unwell", "waiting", "database_mb"),
        *("last_backup_at", "database_note"),
    ]
    assert list(found["sources"][0]) == ["name", "source", "host", "health", "topics", "degraded", "down", "quiet"]
    assert {line["health"] for line in found["sources"]} == {"unknown"}
