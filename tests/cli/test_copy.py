"""``migrate --to``: what is printed of a copy, and a sentence for each reason why there is none."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.instance_lock import alone_on
from bot.storage.opening import shown
from bot.storage.postgres import server
from bot.storage.sqlite.migrate import load_steps
from config.sentences import LANGUAGES, Language, sentence
from tests import data
from tests.inspection import Inspect, url_of
from tests.postgres_server import Server
from tests.storage.test_copying import TABLES

from .test_cli import Here, here, said, the_only_line

__all__ = ["here"]

SECRET = "hunter2"


@pytest.fixture
def source(here: Here, tmp_path: Path) -> Path:
    """The configured database, of the newest version."""
    path = tmp_path / "kawaraban.db"
    data.load(path)
    assert here("migrate").code == 0
    return path


@pytest.fixture
def target(postgres_server: Server) -> str:
    """A server's empty database, with a password that nobody is to read."""
    return postgres_server.new_database("copied").replace("kawaraban@", f"kawaraban:{SECRET}@")


# -- copied -------------------------------------------------------------------------------------------------


def test_copy_is_reported_by_table_and_ends_with_what_to_set(source: Path, target: str, here: Here) -> None:
    ended = here("migrate", "--to", target)

    assert ended.code == 0
    lines = ended.err.splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted(table.name for table in TABLES)
    done, to_set, kept = ended.out.splitlines()
    assert (str(source) in done, str(source) in kept) == (True, True)
    assert f"KAWARABAN_DATABASE__URL={shown(target)}" in to_set
    assert SECRET not in ended.out + ended.err


def test_copy_can_be_used_and_copied_back(
    source: Path, target: str, here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = here("watch", "list", "--json").json
    here("migrate", "--to", target)
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", target)
    back = url_of(tmp_path / "deeper" / "back.db")

    assert here("watch", "list", "--json").json == before
    ended = here("migrate", "--to", back)
    assert ended.code == 0
    assert f"KAWARABAN_DATABASE__URL={back} " in ended.out

    monkeypatch.setenv("KAWARABAN_DATABASE__URL", back)
    assert here("watch", "list", "--json").json == before
    path = tmp_path / "deeper" / "back.db"
    assert here("migrate").out == said("cli-migrate-nothing", path=str(path), version=newest())
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    assert source.exists()


def newest() -> str:
    return str(load_steps()[-1].version)


# -- refused ------------------------------------------------------------------------------------------------


def is_filled(target: str, here: Here) -> str:
    assert here("migrate", "--to", target).code == 0
    return target


def is_the_same(_: str, __: Here) -> str:
    return "sqlite:///kawaraban.db"


def is_no_address(_: str, __: Here) -> str:
    return f"mysql://me:{SECRET}@host/db"


def is_a_file(_: str, __: Here) -> str:
    Path("there.db").touch()
    return "sqlite:///there.db"


def has_an_old_journal(_: str, __: Here) -> str:
    Path("there.db-journal").touch()
    return "sqlite:///there.db"


def is_inside_a_file(_: str, __: Here) -> str:
    Path("file").touch()
    return "sqlite:///file/there.db"


def is_another_programs(target: str, _: Here) -> str:
    Inspect(target)("CREATE TABLE theirs (a BIGINT)")
    return target


def is_of_another_encoding(target: str, _: Here) -> str:
    with closing(psycopg.connect(target, autocommit=True)) as connection:
        connection.execute("DROP DATABASE IF EXISTS latin")
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    return target.replace("/copied?", "/latin?")


def is_away(_: str, __: Here) -> str:
    return f"postgresql://me:{SECRET}@127.0.0.1:1/db"


def is_not_there(target: str, _: Here) -> str:
    return target.replace("/copied?", "/nothing?")


def cannot_be_read(_: str, __: Here) -> str:
    return f"postgresql://me:{SECRET}/x@host/db"


def is_newer(target: str, here: Here) -> str:
    is_filled(target, here)
    Inspect(target).set_version(99)
    return target


Making = Callable[[str, Here], str]


@pytest.mark.parametrize(
    ("make", "text_id", "code"),
    [
        (is_filled, "cli-copy-target-filled", 4),
        (is_the_same, "cli-copy-same", 2),
        (is_no_address, "cli-copy-url", 2),
        (is_a_file, "cli-copy-target-exists", 4),
        (has_an_old_journal, "cli-copy-target-exists", 4),
        (is_inside_a_file, "cli-database-folder-is-file", 4),
        (is_another_programs, "cli-server-not-ours", 4),
        (is_of_another_encoding, "cli-server-encoding", 4),
        (is_away, "cli-server-unreachable", 4),
        (is_not_there, "cli-server-no-database", 4),
        (cannot_be_read, "cli-server-wrong-url", 4),
        (is_newer, "cli-server-newer", 4),
    ],
)
@pytest.mark.usefixtures("source")
def test_target_that_cannot_be_used_is_said(
    make: Making, text_id: str, code: int, target: str, here: Here
) -> None:
    url = make(target, here)

    for language in LANGUAGES:
        ended = here("migrate", "--to", url, "--language", language)

        assert (ended.code, ended.out) == (code, ""), ended.err
        refusal = ended.err.splitlines()[-1]
        assert is_said(text_id, language, refusal)
        assert SECRET not in ended.err
        assert "--to" in refusal or "setting" not in TEXT_VALUES[text_id]


TEXT_VALUES = {
    "cli-copy-target-filled": ("url", "table"),
    "cli-copy-same": ("url",),
    "cli-copy-url": (),
    "cli-copy-target-exists": ("path",),
    "cli-database-folder-is-file": ("path", "folder", "setting"),
    "cli-server-not-ours": ("url", "setting"),
    "cli-server-encoding": ("url", "encoding"),
    "cli-server-unreachable": ("url", "why", "setting"),
    "cli-server-no-database": ("url",),
    "cli-server-wrong-url": ("setting",),
    "cli-server-newer": ("url",),
    "cli-server-too-old": ("url", "version", "oldest"),
    "cli-alone-database": ("path",),
    "cli-database-none": ("path",),
    "cli-database-older": ("path", "current", "newest"),
    "cli-database-damaged": ("path", "why"),
    "cli-database-not-one": ("path",),
    "cli-copy-refused-rows": ("url", "table", "why", "source"),
    "cli-copy-other-schema": ("table", "side"),
}
"""Names of the values of each sentence."""


def is_said(text_id: str, language: Language, line: str) -> bool:
    """Whether a line is that sentence, whatever fills it."""
    marks = {name: f"<{number}>" for number, name in enumerate(TEXT_VALUES[text_id])}
    pieces = [sentence(language, text_id, **marks)]
    for mark in marks.values():
        pieces = [part for piece in pieces for part in piece.split(mark)]
    return all(piece.strip("\u2068\u2069") in line for piece in pieces)


@pytest.mark.usefixtures("source")
def test_server_that_is_too_old_is_said(target: str, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OLDEST", 99)

    ended = here("migrate", "--to", target)

    assert ended.code == 4
    assert is_said("cli-server-too-old", "en", the_only_line(ended.err))


@pytest.mark.parametrize("is_target", [False, True])
def test_bot_that_runs_on_either_side_is_said(is_target: bool, source: Path, target: str, here: Here) -> None:
    with alone_on(target if is_target else url_of(source)):
        ended = here("migrate", "--to", target)

    assert (ended.code, ended.out) == (4, "")
    named = shown(target) if is_target else str(source)
    assert ended.err == f"kawaraban: {said('cli-alone-database', path=named)}"


def is_missing(path: Path) -> None:
    path.unlink()


def is_older(path: Path) -> None:
    path.unlink()
    data.load(path)


def is_damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8 * 4096)


def is_something_else(path: Path) -> None:
    path.write_bytes(b"something else, long enough to have a header\n" * 3)


def holds_another_column(path: Path) -> None:
    Inspect(url_of(path))("ALTER TABLE notes ADD COLUMN mine TEXT")


def refers_to_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM posts")


@pytest.mark.parametrize(
    ("spoil", "text_id"),
    [
        (is_missing, "cli-database-none"),
        (is_older, "cli-database-older"),
        (is_damaged, "cli-database-damaged"),
        (is_something_else, "cli-database-not-one"),
        (holds_another_column, "cli-copy-other-schema"),
        (refers_to_nothing, "cli-copy-refused-rows"),
    ],
)
def test_source_that_cannot_be_copied_is_said_and_left_alone(
    spoil: Callable[[Path], None], text_id: str, source: Path, target: str, here: Here, tmp_path: Path
) -> None:
    spoil(source)
    kept = tmp_path / "kept"
    if source.exists():
        shutil.copy(source, kept)

    ended = here("migrate", "--to", target)

    assert (ended.code, ended.out) == (4, "")
    assert is_said(text_id, "en", ended.err.splitlines()[-1])
    assert source.exists() == kept.exists()
    assert not source.exists() or source.read_bytes() == kept.read_bytes()
    assert Inspect(target).columns() == {}
