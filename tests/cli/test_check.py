"""``kawaraban check``: a sentence for each finding, and its repair with the bot stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.instance_lock import alone_on
from config.sentences import LANGUAGES, sentence
from tests import data
from tests.inspection import Inspect, url_of

from .test_cli import Here, here, said

__all__ = ["here"]


@pytest.fixture
def database(here: Here, tmp_path: Path) -> Path:
    """The configured database."""
    path = tmp_path / "kawaraban.db"
    data.load(path)
    assert here("migrate").code == 0
    return path


def spoil(path: Path) -> None:
    Inspect(url_of(path))("UPDATE watches SET post_count = post_count + 1 WHERE id = 1")


def test_database_without_faults_is_said_to_be_so(database: Path, here: Here) -> None:
    before = database.read_bytes()

    ended = here("check")

    assert (ended.code, ended.out) == (0, said("cli-check-ok", path=str(database)))
    assert database.read_bytes() == before


def test_findings_are_said_and_repaired_where_it_is_asked_for(database: Path, here: Here) -> None:
    spoil(database)

    for language in LANGUAGES:
        ended = here("check", "--language", language)
        assert ended.code == 1
        first, *_ = ended.out.splitlines()
        assert first == sentence(language, "cli-check-post-count", rows=1)

    mended = here("check", "--mend")
    assert (mended.code, mended.err) == (0, "")
    assert said("cli-check-mended", count=1, left=0) in mended.out
    assert here("check").code == 0
    copy = database.with_name("kawaraban.db.before-mend")
    assert Inspect(url_of(copy))("SELECT post_count FROM watches WHERE id = 1") != Inspect(url_of(database))(
        "SELECT post_count FROM watches WHERE id = 1"
    )


def test_nothing_is_repaired_while_a_bot_runs(database: Path, here: Here) -> None:
    spoil(database)

    with alone_on(url_of(database)):
        ended = here("check", "--mend")

    assert ended.code == 4
    assert ended.err == f"kawaraban: {said('cli-alone-database', path=str(database))}"
    assert here("check").code == 1


def test_damaged_database_is_said_with_what_to_do(database: Path, here: Here) -> None:
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        file.write(b"\xff" * 16_384)

    ended = here("check", "--mend")

    assert ended.code in {1, 4}
    assert str(database) in ended.out + ended.err
    assert ".recover" in ended.out + ended.err
