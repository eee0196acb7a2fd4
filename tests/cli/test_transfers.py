"""``kawaraban export`` and ``kawaraban import``: files, dry runs, and sentences that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.views.kit.text import Texts
from config import LOCALES
from config.sentences import LANGUAGES
from tests import data
from tests.inspection import Inspect, url_of

from .test_cli import Here, here
from .test_cli import said as said_by_cli

__all__ = ["here"]


def said(text_id: str, **values: object) -> str:
    """A sentence in English, as it is printed."""
    return Texts(LOCALES).speaker("en").say(text_id, **values)


@pytest.fixture
def database(here: Here, tmp_path: Path) -> Path:
    """The configured database."""
    path = tmp_path / "kawaraban.db"
    data.load(path)
    assert here("migrate").code == 0
    return path


@pytest.mark.usefixtures("database")
def test_export_is_for_its_owner_alone_and_changes_nothing_when_it_comes_back(here: Here, tmp_path: Path) -> None:
    ended = here("export", "out.toml")

    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "out.toml").stat().st_mode & 0o777 == 0o600
    again = here("import", "out.toml", "--dry-run")
    assert (again.code, again.out.strip()) == (0, said("transfer-dry", added=0, changed=0, removed=0))


def test_dry_run_says_what_an_import_then_does(database: Path, here: Here, tmp_path: Path) -> None:
    text = here("export").out
    (tmp_path / "edited.toml").write_text(text.replace("trendpage = 500", "trendpage = 900"), encoding="utf-8")
    query = "SELECT count(*) FROM subscription_watches WHERE min_rp = 900"

    dry = here("import", "edited.toml", "--dry-run")
    assert "settings.min_rp" in dry.out
    assert Inspect(url_of(database))(query) == [(0,)]

    done = here("import", "edited.toml")
    assert done.out.splitlines()[-1] == said("transfer-done", added=0, changed=1, removed=0)
    assert Inspect(url_of(database))(query) == [(1,)]
    assert here("import", "edited.toml").out.strip() == said("transfer-done", added=0, changed=0, removed=0)


def test_file_with_mistakes_changes_nothing_and_names_each(database: Path, here: Here, tmp_path: Path) -> None:
    text = here("export").out
    edited = text.replace("trendpage = 500", 'trendpage = "500"').replace('language = "en"', "langage = 1")
    (tmp_path / "edited.toml").write_text(edited, encoding="utf-8")
    before = Inspect(url_of(database))("SELECT * FROM subscriptions ORDER BY id")

    for language in LANGUAGES:
        ended = here("import", "edited.toml", "--language", language)
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.err.splitlines()) >= 3

    assert Inspect(url_of(database))("SELECT * FROM subscriptions ORDER BY id") == before


@pytest.mark.usefixtures("database")
def test_feeds_go_out_and_come_back_as_a_list(here: Here, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(here("export", "--opml").out, encoding="utf-8")

    assert here("import", "feeds.opml").err == f"kawaraban: {said('transfer-no-channel')}\n"
    ended = here("import", "feeds.opml", "--channel", "2001")

    assert ended.out.splitlines()[-1] == said("transfer-done", added=1, changed=0, removed=0)
    assert "https://" in here("export", "--guild", "1001").out


@pytest.mark.usefixtures("database")
def test_file_that_cannot_be_used_is_said(here: Here, tmp_path: Path) -> None:
    (tmp_path / "kept.toml").write_text("mine")
    kept = here("export", "kept.toml")
    refusal = said_by_cli("cli-backup-exists", path=str(tmp_path / "kept.toml"))
    assert (kept.code, kept.err) == (2, f"kawaraban: {refusal}")
    assert here("import", "nowhere.toml").code == 2
    assert here("import", "kawaraban.db").code == 2
    assert here("export", "file/out.toml").code == 0
    assert here("export", "kept.toml/out.toml").code == 4
    assert here("import", "file/out.toml", "--guild", "77").code == 2


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("command", ["export", "backup"])
@pytest.mark.parametrize("folder", ["/", "."])
def test_folder_in_the_place_of_a_file_is_said(here: Here, command: str, folder: str) -> None:
    ended = here(command, folder)

    path = str(Path(folder).absolute())
    assert (ended.code, ended.err.split()) == (
        2,
        f"kawaraban: {said_by_cli('cli-backup-folder', path=path)}".split(),
    )
