"""``kawaraban backup``: a file, or a sentence that says what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.opening import backup_command
from config.sentences import LANGUAGES
from tests import data

from .test_cli import Here, here, said, the_only_line
from .test_copy import TEXT_VALUES, is_said

__all__ = ["here"]


@pytest.fixture
def database(here: Here, tmp_path: Path) -> Path:
    """The configured database."""
    path = tmp_path / "kawaraban.db"
    data.load(path)
    assert here("migrate").code == 0
    return path


def test_copy_is_a_database_like_the_first(
    database: Path, here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = here("watch", "list", "--json").json

    ended = here("backup", "copies/copy.db")

    copy = tmp_path / "copies" / "copy.db"
    assert (ended.code, ended.err) == (0, "")
    assert str(copy) in the_only_line(ended.out)
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", f"sqlite:///{copy}")
    assert here("watch", "list", "--json").json == before


def test_existing_file_is_replaced_only_where_it_is_said(database: Path, here: Here, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")

    refused = here("backup", "copy.db")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == f"kawaraban: {said('cli-backup-exists', path=str(tmp_path / 'copy.db'))}"
    assert (tmp_path / "copy.db").read_text() == "mine"

    assert here("backup", "copy.db", "--force").code == 0
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT count(*) FROM watches").fetchone()[0] > 0


def is_an_address(_: Path) -> str:
    return "s3://bucket/copy.db"


def is_another_machines(_: Path) -> str:
    return "me@host:/srv/copy.db"


def is_a_share(_: Path) -> str:
    return r"\\server\share\copy.db"


def is_the_database(_: Path) -> str:
    return "kawaraban.db"


def is_a_folder(folder: Path) -> str:
    (folder / "copies").mkdir()
    return "copies"


def is_to_be_a_folder(_: Path) -> str:
    return "copies/"


def is_in_a_file(folder: Path) -> str:
    (folder / "file").touch()
    return "file/copy.db"


def is_in_a_closed_folder(folder: Path) -> str:
    (folder / "closed").mkdir(mode=0o500)
    return "closed/copy.db"


VALUES = TEXT_VALUES | {
    "cli-backup-elsewhere": ("file",),
    "cli-backup-same": ("path",),
    "cli-backup-folder": ("path",),
    "cli-database-folder-closed": ("path", "folder", "setting"),
}


@pytest.mark.parametrize(
    ("make", "text_id", "code"),
    [
        (is_an_address, "cli-backup-elsewhere", 2),
        (is_another_machines, "cli-backup-elsewhere", 2),
        (is_a_share, "cli-backup-elsewhere", 2),
        (is_the_database, "cli-backup-same", 2),
        (is_a_folder, "cli-backup-folder", 2),
        (is_to_be_a_folder, "cli-backup-folder", 2),
        (is_in_a_file, "cli-database-folder-is-file", 4),
        (is_in_a_closed_folder, "cli-database-folder-closed", 4),
    ],
)
@pytest.mark.usefixtures("database")
def test_file_that_cannot_be_written_is_said(
    make: Callable[[Path], str],
    text_id: str,
    code: int,
    here: Here,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(TEXT_VALUES, text_id, VALUES[text_id])
    file = make(tmp_path)
    if text_id == "cli-database-folder-closed" and os.access(tmp_path / "closed", os.W_OK):
        pytest.skip("this user may write everywhere")

    for language in LANGUAGES:
        ended = here("backup", file, "--language", language)

        assert (ended.code, ended.out) == (code, "")
        assert is_said(text_id, language, the_only_line(ended.err))


def test_database_that_is_missing_is_said(here: Here, tmp_path: Path) -> None:
    ended = here("backup", "copy.db")

    assert (ended.code, ended.out) == (4, "")
    assert ended.err == f"kawaraban: {said('cli-database-none', path=str(tmp_path / 'kawaraban.db'))}"
    assert list(tmp_path.iterdir()) == []


def test_database_of_a_server_is_copied_by_its_own_command(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://me:hunter2@host/kawaraban"
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", url)

    ended = here("backup", "copy.db")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"kawaraban: {said('cli-backup-server', command=backup_command(url))}"
    assert "hunter2" not in ended.err
