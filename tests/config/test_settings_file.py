"""The settings file as setup writes it: what was chosen, and nothing else that is read otherwise."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from config.settings_file import CannotEdit, Value, changed_text, new_text, write_private
from tests.config.settings_page import keys

TOKEN = ("discord", "token")
VALUES: dict[tuple[str, ...], Value] = {
    ("database", "url"): "sqlite:///k.db",
    TOKEN: 'a"b\\c#d\x7f日本',
    ("sources", "feed", "search_urls"): ["https://s.example/?q={topic}"],
    ("sources", "mastodon", "enabled"): False,
}


def at(tables: dict[str, Any], path: tuple[str, ...]) -> Any:
    for name in path:
        tables = tables[name]
    return tables


def test_new_file_holds_the_chosen_values_alone() -> None:
    found = tomllib.loads(new_text("ours", VALUES))

    assert {path: at(found, path) for path in VALUES} == VALUES
    assert Settings.only(**tomllib.loads(new_text("ours", {}))) == Settings.only()


def test_new_file_in_another_language_has_a_comment_for_each_setting_and_none_of_the_examples() -> None:
    made = new_text("ours", VALUES, lambda path: f"{path} の意味")

    comments = {line.removeprefix("# ") for line in made.splitlines() if line.endswith("の意味")}
    prose = [
        line
        for line in made.splitlines()
        if line.startswith("# ") and "=" not in line and not line.endswith(("の意味", "ours"))
    ]
    assert {f"{path} の意味" for path, _, _ in keys() if path != "sources.trendpage.pages"} == comments
    assert prose == []
    assert {path: at(tomllib.loads(made), path) for path in VALUES} == VALUES


def test_changed_file_keeps_every_other_line() -> None:
    text = '# mine\n[discord]\ntoken = "old" # secret\nstatus_channel = 7\n\n[poll]\ninterval_s = 60\n'

    made = changed_text(text, {TOKEN: "new"})

    assert made == text.replace('token = "old" # secret', 'token = "new"')


def test_value_over_several_lines_is_replaced_as_a_whole() -> None:
    text = '[sources.feed]\nsearch_urls = [\n  "https://a.example/{topic}",\n]\nenabled = true\n'

    made = changed_text(text, {("sources", "feed", "search_urls"): ["https://b.example/{topic}"]})

    assert tomllib.loads(made)["sources"]["feed"] == {
        "search_urls": ["https://b.example/{topic}"],
        "enabled": True,
    }


@pytest.mark.parametrize(
    "text", ['discord.token = "old"\n', 'discord = {token = "old"}\n', '["discord"]\ntoken = "o"\n']
)
def test_file_of_another_form_is_left_to_its_owner(text: str) -> None:
    with pytest.raises(CannotEdit):
        changed_text(text, {TOKEN: "new"})


@given(st.dictionaries(st.sampled_from(sorted(VALUES)), st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_is_read_back_as_it_was_chosen(values: dict[tuple[str, ...], str]) -> None:
    found = tomllib.loads(changed_text(new_text("ours", VALUES), values))

    assert {path: at(found, path) for path in values} == values


def test_file_is_private_and_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kawaraban.toml"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)

    def broken(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as broke:
        broke.setattr("os.fsync", broken)
        with pytest.raises(OSError):  # noqa: PT011 - ours
            write_private(file, "new")
    assert [one.read_text(encoding="utf-8") for one in tmp_path.iterdir()] == ["old"]

    write_private(file, "new")
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == ("new", 0o600)
