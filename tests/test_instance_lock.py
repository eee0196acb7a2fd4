"""One process on a database and one with a token; a second says so, and a killed one leaves nothing locked."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.doctor.database_faults import SETTING
from bot.instance_lock import AnotherRuns, alone
from bot.storage.opening import shown
from bot.storage.postgres.lock_keys import LockKey
from bot.storage.postgres.session_locks import SessionLocks, kept
from config.sentences import LANGUAGES, Language, sentence
from config.settings import Settings
from tests.cli.processes import kawaraban
from tests.conftest import make_settings
from tests.inspection import Inspect

A_TOKEN = "a.b.c"
HOLD = """
import sys
from bot.instance_lock import alone
from bot.doctor.database_faults import SETTING
from config.sentences import LANGUAGES, Language, sentence
from config.settings import Settings
settings = Settings(_env_file=None, database={"url": sys.argv[1]}, discord={"token": sys.argv[2]})
with alone(settings):
    print("held", flush=True)
    sys.stdin.read()
"""

HOLDER = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = CAST(? AS BIGINT)"


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def settings_of(
    folder: Path, token: str = A_TOKEN, name: str = "k.db", url: str | None = None, **discord: Any
) -> Settings:
    database = {"url": url or f"sqlite:///{folder / name}"}
    return make_settings(folder, database=database, discord={"token": token, **discord})


def test_a_second_process_on_a_database_is_refused_until_the_first_has_ended(
    tmp_path: Path, database_url: str
) -> None:
    first, second = settings_of(tmp_path, url=database_url), settings_of(tmp_path, "d.e.f", url=database_url)
    with alone(first), pytest.raises(AnotherRuns, match=re.escape(shown(database_url))), alone(second):
        pass

    with alone(second):
        pass


def test_a_second_process_with_a_token_is_refused_also_on_another_database(tmp_path: Path) -> None:
    with alone(settings_of(tmp_path)):
        with pytest.raises(AnotherRuns, match="token"), alone(settings_of(tmp_path, name="other.db")):
            pass
        # What was held before the refusal was given back, and another service has tokens of its own.
        with alone(settings_of(tmp_path, name="other.db", api_base="http://127.0.0.1:1/api/v10")):
            pass


async def test_a_killed_process_leaves_nothing_locked(tmp_path: Path, database_url: str) -> None:
    settings = settings_of(tmp_path, url=database_url)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", HOLD, settings.database.url, "a.b.c"),
        env=dict(os.environ),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n"
    with pytest.raises(AnotherRuns), alone(settings):
        pass

    process.kill()
    await process.wait()

    # A server ends the session a moment after the process.
    await asyncio.to_thread(wait_for, lambda: can_run(settings))


def can_run(settings: Settings) -> bool:
    try:
        with alone(settings):
            return True
    except AnotherRuns:
        return False


def nothing() -> None:
    """Nobody is told."""


def test_lock_lost_with_its_connection_is_taken_again(postgres_url: str) -> None:
    taken = threading.Event()
    locks = SessionLocks(postgres_url, own=[LockKey.INSTANCE])
    with kept(locks, on_taken=taken.set, on_newer=nothing, check_every_s=0.01) as refused:
        assert refused is None
        holder = Inspect(postgres_url)(HOLDER, LockKey.INSTANCE)
        Inspect(postgres_url)("SELECT pg_terminate_backend(CAST(? AS INTEGER)) AS ended", *holder[0])
        wait_for(lambda: Inspect(postgres_url)(HOLDER, LockKey.INSTANCE) not in ([], holder))
    assert not taken.is_set()
    assert Inspect(postgres_url)(HOLDER, LockKey.INSTANCE) == []


def test_process_is_notified_when_another_took_its_lock(postgres_url: str) -> None:
    taken, inspect = threading.Event(), Inspect(postgres_url)
    with closing(SessionLocks(postgres_url, own=[LockKey.INSTANCE])) as other:
        locks = SessionLocks(postgres_url, own=[LockKey.INSTANCE])
        with kept(locks, on_taken=taken.set, on_newer=nothing, check_every_s=0.2):
            inspect(
                "SELECT pg_terminate_backend(CAST(? AS INTEGER)) AS ended", *inspect(HOLDER, LockKey.INSTANCE)[0]
            )
            wait_for(lambda: other.acquire() is None)

            assert taken.wait(10)
        assert other.are_held()


def test_nothing_of_the_token_is_in_the_name_of_its_lock_and_nobody_else_may_open_it(tmp_path: Path) -> None:
    with alone(settings_of(tmp_path, "secret.token.here")):
        locks = list(tmp_path.glob("*.lock"))

    assert len(locks) == 2
    assert not any("secret" in lock.name for lock in locks)
    assert all(stat.S_IMODE(lock.stat().st_mode) == 0o600 for lock in locks)


def test_where_nothing_can_be_locked_the_bot_starts_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/proc/nowhere")

    with alone(settings_of(tmp_path)):
        pass

    assert any("cannot be locked" in one.getMessage() for one in caplog.records)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_run_whose_database_has_no_place_ends_with_one_sentence(tmp_path: Path, language: Language) -> None:
    file = tmp_path / "a-file"
    file.touch()
    url = f"sqlite:///{file}/kawaraban.db"

    run = await kawaraban(tmp_path, "run", "--language", language, DATABASE__URL=url, DISCORD__TOKEN=A_TOKEN)

    assert (run.code, len(run.err.splitlines())) == (4, 1)
    where = {"path": str(file / "kawaraban.db"), "folder": str(file), "setting": SETTING}
    assert sentence(language, "cli-database-folder-is-file", **where) in run.err


async def test_run_beside_a_running_one_ends_with_a_sentence_and_the_commands_that_look_do_not(
    tmp_path: Path,
) -> None:
    settings = settings_of(tmp_path)
    where: dict[str, object] = {"DATABASE__URL": settings.database.url, "DISCORD__TOKEN": A_TOKEN}
    await kawaraban(tmp_path, "migrate", **where)
    with alone(settings):
        run = await kawaraban(tmp_path, "run", **where)
        status = await kawaraban(tmp_path, "status", **where)

    assert run.code == 2
    assert len(run.err.splitlines()) == 1
    assert status.code == 0
