"""``kawaraban restore``: the database of a copy, or a sentence that says what to do and a database as it was."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.models import RestoreNote, UnreadHistory
from bot.instance_lock import alone_on
from bot.storage.opening import backup_command, open_storage, restore_command
from config.sentences import LANGUAGES, Language, sentence
from tests import data
from tests.inspection import Inspect, url_of
from tests.postgres_server import Server

from .test_cli import Here, here, said, the_only_line

__all__ = ["here"]


@pytest.fixture
def copy(here: Here, tmp_path: Path) -> Path:
    """A copy of the configured database, to which something was added since."""
    data.load(tmp_path / "kawaraban.db")
    assert here("migrate").code == 0
    assert here("backup", "copy.db").code == 0
    Inspect(url_of(tmp_path / "kawaraban.db"))("DELETE FROM hidden")
    return tmp_path / "copy.db"


def is_sentence(text_id: str, language: Language, line: str) -> bool:
    """Whether a line is that sentence, whatever fills it."""
    values = ("path", "beside", "version", "newest", "why")
    pieces = [sentence(language, text_id, **dict.fromkeys(values, "<>"))]
    parts = [part.strip("\u2068\u2069") for piece in pieces for part in piece.split("<>")]
    return all(part in line for part in parts)


def hidden_in(path: Path) -> int:
    """The number of hidden posts in a database."""
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("SELECT count(*) FROM hidden").fetchone()[0]
    return found


def test_copy_takes_the_place_of_the_database_which_is_kept_beside_it(
    copy: Path, here: Here, tmp_path: Path
) -> None:
    ended = here("restore", "copy.db")

    assert (ended.code, ended.err) == (0, "")
    path = tmp_path / "kawaraban.db"
    assert hidden_in(path) == hidden_in(copy) > 0
    [aside] = tmp_path.glob("kawaraban.db.before-restore-*Z")
    assert (hidden_in(aside), str(aside) in ended.out) == (0, True)
    assert {one.stat().st_mode & 0o777 for one in (path, aside)} == {0o600}
    assert here("check").code == 0
    assert not [*tmp_path.glob("*.part-*")]


@pytest.mark.invariant(8)
@pytest.mark.parametrize("language", LANGUAGES)
def test_posts_hidden_since_the_copy_stay_hidden(
    copy: Path, here: Here, tmp_path: Path, language: Language
) -> None:
    before = hidden_in(copy)
    assert here("hide", "https://x.com/kawara_taro/status/1999999999999999999").code == 0

    ended = here("--language", language, "restore", "copy.db")

    path = tmp_path / "kawaraban.db"
    assert (ended.code, hidden_in(path)) == (0, before + 1)
    assert sentence(language, "cli-restore-hidden", count=1) in ended.out
    assert "kawaraban hide" not in ended.out
    assert here("check").code == 0
    assert not [*tmp_path.glob("*.part-*")]


@pytest.mark.invariant(8)
def test_older_version_takes_the_copy_from_before_an_upgrade_and_what_was_hidden_since(
    copy: Path, here: Here, tmp_path: Path
) -> None:
    path, before = tmp_path / "kawaraban.db", hidden_in(copy)
    assert here("hide", "https://x.com/kawara_taro/status/1999999999999999999").code == 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")

    ended = here("restore", "copy.db")

    assert (ended.code, ended.err) == (0, "")
    assert hidden_in(path) == before + 1


def is_gone(path: Path) -> None:
    path.unlink()


def is_torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096])


@pytest.mark.invariant(8)
@pytest.mark.parametrize("lose", [is_gone, is_torn])
def test_take_downs_that_are_lost_with_the_database_are_not_lost_silently(
    copy: Path, here: Here, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    lose(tmp_path / "kawaraban.db")

    ended = here("restore", "copy.db")

    assert (ended.code, ended.err) == (0, "")
    assert "kawaraban hide" in ended.out
    assert hidden_in(tmp_path / "kawaraban.db") == hidden_in(copy)


def test_older_copy_is_brought_up_to_date_when_the_bot_opens_it(here: Here, tmp_path: Path) -> None:
    data.load(tmp_path / "copy.db")

    assert here("restore", "copy.db").code == 0

    assert here("migrate").code == 0
    inspect = Inspect(url_of(tmp_path / "kawaraban.db"))
    assert inspect("SELECT count(*) FROM notes WHERE key = 'restored'") == [(1,)]


@pytest.mark.usefixtures("copy")
def test_bot_knows_that_histories_are_to_be_read_after_a_restore(here: Here, tmp_path: Path) -> None:
    assert here("restore", "copy.db").code == 0

    note, unread = asyncio.run(after_restore(url_of(tmp_path / "kawaraban.db")))

    assert note is not None
    assert note.copied_at <= note.restored_at
    assert unread


async def after_restore(url: str) -> tuple[RestoreNote | None, list[UnreadHistory]]:
    """What a bot reads of a restore."""
    storage = await open_storage(url)
    try:
        note = await storage.restores.note()
        now = datetime.now(UTC) if note is None else note.restored_at
        return note, await storage.restores.unread(now, limit=9)
    finally:
        await storage.close()


def test_database_that_was_restored_by_other_means_is_noted(copy: Path, here: Here, tmp_path: Path) -> None:
    ended = here("restore", "--note")

    assert (ended.code, ended.err) == (0, "")
    inspect = Inspect(url_of(tmp_path / "kawaraban.db"))
    assert inspect("SELECT count(*) FROM notes WHERE key = 'restored'") == [(1,)]


def test_second_restore_reads_on_from_the_copy_of_the_first(copy: Path, here: Here, tmp_path: Path) -> None:
    """What the first had not read yet is read after the second."""
    inspect = Inspect(url_of(tmp_path / "kawaraban.db"))
    assert here("restore", "copy.db").code == 0
    [(first,)] = inspect("SELECT json_extract(value, '$.copied_at') FROM notes WHERE key = 'restored'")
    inspect("UPDATE watches SET last_ok_at = 4102444800000000")
    assert here("backup", "second.db").code == 0

    assert here("restore", "second.db").code == 0

    [(second,)] = inspect("SELECT json_extract(value, '$.copied_at') FROM notes WHERE key = 'restored'")
    assert second == first


def is_missing(_: Path) -> str:
    return "nowhere.db"


def is_a_folder(folder: Path) -> str:
    (folder / "copies").mkdir()
    return "copies"


def is_the_database(_: Path) -> str:
    return "kawaraban.db"


def is_in_use(folder: Path) -> str:
    (folder / "copy.db-wal").write_bytes(b"x")
    return "copy.db"


def is_text(folder: Path) -> str:
    (folder / "copy.db").write_text("[settings]")
    return "copy.db"


def is_half_a_file(folder: Path) -> str:
    whole = (folder / "copy.db").read_bytes()
    (folder / "copy.db").write_bytes(whole[: len(whole) // 2])
    return "copy.db"


def is_damaged(folder: Path) -> str:
    whole = bytearray((folder / "copy.db").read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 4096] = b"\xff" * 4096
    (folder / "copy.db").write_bytes(whole)
    return "copy.db"


def is_of_another_program(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "other.db")) as connection:
        connection.execute("CREATE TABLE stock (id)")
    return "other.db"


def is_newer(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "copy.db")) as connection:
        connection.execute("PRAGMA user_version = 9999")
    return "copy.db"


def is_a_pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe.db")
    return "pipe.db"


def has_a_broken_note(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "copy.db")) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO notes (key, value) VALUES ('restored', 'x')")
    return "copy.db"


@pytest.mark.parametrize(
    ("make", "text_id", "code"),
    [
        pytest.param(
            *(is_a_pipe, "cli-restore-not-one", 4),
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes"),
        ),
        (has_a_broken_note, "cli-restore-damaged", 4),
        (is_missing, "cli-restore-missing", 2),
        (is_a_folder, "cli-restore-folder", 2),
        (is_the_database, "cli-restore-same", 2),
        (is_in_use, "cli-restore-in-use", 2),
        (is_text, "cli-restore-not-one", 4),
        (is_half_a_file, "cli-restore-damaged", 4),
        (is_damaged, "cli-restore-damaged", 4),
        (is_of_another_program, "cli-restore-not-ours", 4),
        (is_newer, "cli-restore-newer", 4),
    ],
)
@pytest.mark.usefixtures("copy")
def test_file_that_cannot_be_restored_leaves_the_database_as_it_was(
    make: Callable[[Path], str], text_id: str, code: int, here: Here, tmp_path: Path
) -> None:
    file = make(tmp_path)

    for language in LANGUAGES:
        ended = here("restore", file, "--language", language)

        assert (ended.code, ended.out) == (code, "")
        assert is_sentence(text_id, language, the_only_line(ended.err))
    assert hidden_in(tmp_path / "kawaraban.db") == 0
    assert not [*tmp_path.glob("*.part-*"), *tmp_path.glob("*.before-restore-*")]


def test_running_bot_is_not_touched(copy: Path, here: Here, tmp_path: Path) -> None:
    with alone_on(url_of(tmp_path / "kawaraban.db")):
        for words in (["copy.db"], ["--note"], ["--keep-hidden", "hidden.json"]):
            ended = here("restore", *words)
            assert (ended.code, ended.out) == (4, "")
            assert ended.err == f"kawaraban: {said('cli-alone-database', path=str(tmp_path / 'kawaraban.db'))}"
    assert hidden_in(tmp_path / "kawaraban.db") == 0


def test_servers_database_is_restored_by_its_own_command(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://bot:secret@db.example/kawaraban"
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", url)

    ended = here("restore", "copy.dump")

    assert ended.code == 2
    assert ended.err == f"kawaraban: {said('cli-restore-server', command=restore_command(url, 'copy.dump'))}"
    assert "pg_restore" in ended.err
    assert "secret" not in ended.err


@pytest.mark.invariant(8)
@pytest.mark.parametrize("language", LANGUAGES)
def test_posts_hidden_before_a_restore_by_hand_stay_hidden(
    copy: Path, here: Here, tmp_path: Path, language: Language
) -> None:
    path, before = tmp_path / "kawaraban.db", hidden_in(copy)
    assert here("hide", "https://x.com/kawara_taro/status/1999999999999999999").code == 0
    kept = here("--language", language, "restore", "--keep-hidden", "hidden.json")
    path.write_bytes(copy.read_bytes())

    noted = here("--language", language, "restore", "--note", "hidden.json")

    file = tmp_path / "hidden.json"
    done = sentence(language, "cli-restore-keep-done", path=str(file), count=1, file="hidden.json")
    assert (kept.code, kept.err, done in kept.out) == (0, "", True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert (noted.code, noted.err, hidden_in(path)) == (0, "", before + 1)
    assert sentence(language, "cli-restore-hidden", count=1) in noted.out
    assert "kawaraban hide" not in noted.out


def holds_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def holds_other_json(path: Path) -> None:
    path.write_text("{}")


def holds_a_later_form(path: Path) -> None:
    path.write_text(path.read_text().replace('"take_downs":1', '"take_downs":2'))


def holds_a_time_of_nowhere(path: Path) -> None:
    one = '{"guild_id":0,"post_hash":"x","hidden_at":"2026-11-29T03:15:00","actor":"1"}'
    path.write_text(path.read_text().replace('"hidden":[', f'"hidden":[{one}'))


def is_taken_away(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("harm", "text_id"),
    [
        (holds_half, "cli-restore-keep-not-one"),
        (holds_other_json, "cli-restore-keep-not-one"),
        (holds_a_later_form, "cli-restore-keep-not-one"),
        (holds_a_time_of_nowhere, "cli-restore-keep-not-one"),
        (is_taken_away, "cli-restore-keep-unread"),
    ],
)
@pytest.mark.usefixtures("copy")
def test_list_of_hidden_posts_that_cannot_be_read_notes_nothing(
    harm: Callable[[Path], None], text_id: str, here: Here, tmp_path: Path
) -> None:
    assert here("restore", "--keep-hidden", "hidden.json").code == 0
    harm(tmp_path / "hidden.json")

    for language in LANGUAGES:
        ended = here("restore", "--note", "hidden.json", "--language", language)
        assert (ended.code, ended.out) == (2, "")
        assert is_sentence(text_id, language, the_only_line(ended.err))

    inspect = Inspect(url_of(tmp_path / "kawaraban.db"))
    assert inspect("SELECT count(*) FROM notes WHERE key = 'restored'") == [(0,)]


@pytest.mark.parametrize(
    ("words", "text_id", "code"),
    [
        (["--keep-hidden"], "cli-restore-keep-where", 2),
        (["--keep-hidden", "copy.db"], "cli-restore-keep-exists", 2),
        (["--keep-hidden", "nowhere/hidden.json"], "cli-restore-keep-unwritten", 4),
        (["--keep-hidden", "--note", "hidden.json"], "cli-restore-one-of-two", 2),
    ],
)
@pytest.mark.usefixtures("copy")
def test_list_of_hidden_posts_that_cannot_be_written(
    words: list[str], text_id: str, code: int, here: Here, tmp_path: Path
) -> None:
    for language in LANGUAGES:
        ended = here("restore", *words, "--language", language)
        assert (ended.code, ended.out) == (code, "")
        assert is_sentence(text_id, language, the_only_line(ended.err))
    assert not (tmp_path / "hidden.json").exists()


@pytest.mark.invariant(8)
def test_what_the_commands_for_a_server_say_keeps_what_was_hidden_since_the_copy(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_server: Server
) -> None:
    """The commands that are shown are run as they are shown."""
    url = postgres_server.new_database("put_back")
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", url)
    monkeypatch.chdir(tmp_path)
    assert here("migrate").code == 0
    assert here("hide", "https://x.com/kawara_taro/status/1888888888888888888").code == 0
    run(backup_command(url))
    assert here("hide", "https://x.com/kawara_taro/status/1999999999999999999").code == 0

    keep, put_back, note = commands_in(here("restore", "kawaraban.dump").err)
    assert here(*keep.split()[1:]).code == 0
    run(put_back)
    assert Inspect(url)("SELECT count(*) FROM hidden") == [(1,)]
    noted = here(*note.split()[1:])

    assert (noted.code, noted.err) == (0, "")
    assert said("cli-restore-hidden", count=1) in noted.out
    assert Inspect(url)("SELECT count(*) FROM hidden") == [(2,)]
    assert here("check").code == 0


def run(command: str) -> None:
    """Run a command of PostgreSQL's clients."""
    words = shlex.split(command)
    program = shutil.which(words[0])
    if program is None:
        pytest.skip(f"there is no {words[0]}")
    subprocess.run([program, *words[1:]], check=True, capture_output=True)


def commands_in(line: str) -> list[str]:
    """The commands that a sentence names."""
    return re.findall(r"`([^`]+)`", line)


def test_language_of_the_sentences(here: Here) -> None:
    said_in = {language: here("--language", language, "restore").err for language in LANGUAGES}
    assert len(set(said_in.values())) == len(LANGUAGES)


def test_link_to_the_database_stays_a_link(
    copy: Path, here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "named" / "kawaraban.db"
    link.parent.mkdir()
    link.symlink_to(Path("..") / "kawaraban.db")
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", url_of(link))

    assert here("restore", "copy.db").code == 0

    assert (link.is_symlink(), hidden_in(link)) == (True, hidden_in(copy))
    [aside] = tmp_path.glob("kawaraban.db.before-restore-*Z")
    assert hidden_in(aside) == 0


@pytest.mark.usefixtures("copy")
def test_database_that_runs_by_another_name_is_not_replaced(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "other.db"
    link.symlink_to("kawaraban.db")
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", url_of(link))

    with alone_on(url_of(tmp_path / "kawaraban.db")):
        ended = here("restore", "copy.db")

    assert ended.code == 4
    assert hidden_in(tmp_path / "kawaraban.db") == 0
