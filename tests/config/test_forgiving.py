"""Settings as people write them: lists with commas, any case, a byte order mark, a name that is nearly right."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import SettingsError
from config.language import cli_language
from config.sentences import LANGUAGES
from config.settings import load
from config.spelling import closest


@pytest.fixture(autouse=True)
def empty_rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without files, an environment without our names and without a language."""
    for name in [*os.environ]:
        if name.upper().startswith("KAWARABAN_") or name in {"DISCORD_TOKEN", "LC_ALL", "LC_MESSAGES", "LANG"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "written",
    [
        "https://one.example,https://two.example",
        " https://one.example , https://two.example, ",
        "https://one.example https://two.example",
        "https://one.example\nhttps://two.example",
        '["https://one.example", "https://two.example"]',
    ],
)
def test_list_in_a_variable_takes_commas_spaces_and_json(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__MORE_URLS", written)

    assert load().sources.mastodon.more_urls == ["https://one.example", "https://two.example"]


def test_comma_within_an_address_does_not_part_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "KAWARABAN_SOURCES__FEED__SEARCH_URLS", "https://a.example/?q={topic},x,https://b.example/{topic}"
    )

    assert load().sources.feed.search_urls == ["https://a.example/?q={topic},x", "https://b.example/{topic}"]


def test_hosts_in_a_variable_or_in_dotenv_take_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("KAWARABAN_HTTP__ROBOTS_IGNORED_HOSTS=a.example,b.example\n", encoding="utf-8")

    assert load().http.robots_ignored_hosts == ["a.example", "b.example"]


def test_empty_list_in_a_variable_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__MORE_URLS", "")

    assert load().sources.mastodon.more_urls == []


@pytest.mark.parametrize("written", ["debug", "Debug", "DEBUG", " debug "])
def test_level_of_the_log_is_taken_in_any_case(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_LOG__LEVEL", written)
    monkeypatch.setenv("KAWARABAN_DISCORD__LANGUAGE", "EN")

    assert (load().log.level, load().discord.language) == ("DEBUG", "en")


def test_files_with_a_byte_order_mark_are_read() -> None:
    Path("kawaraban.toml").write_text("[poll]\ninterval_s = 60\n", encoding="utf-8-sig")
    Path(".env").write_text("KAWARABAN_LOG__LEVEL=debug\n", encoding="utf-8-sig")

    assert (load().poll.interval_s, load().log.level) == (60, "DEBUG")


def failed() -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load()
    return caught.value


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("KAWARABAN_POLL__INTERVL_S", "poll.interval_s"),
        ("KAWARABAN_POLL_INTERVAL_S", "KAWARABAN_POLL__INTERVAL_S"),
        ("KAWARABAN_POLLL__INTERVAL_S", "KAWARABAN_POLL__INTERVAL_S"),
        ("KAWARABAN_TOKEN", "KAWARABAN_DISCORD__TOKEN"),
        ("KAWARABAN_POLL__CEILING_PER_HOUR", "alerts.ceiling_per_hour"),
        ("KAWARABAN_SOURCES__MASTDON__BASE_URL", "sources.mastodon"),
    ],
)
def test_variable_that_is_nearly_right_is_answered_with_the_right_one(
    name: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")

    assert meant in str(failed().sentence.values["maybe"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("[pol]\ninterval_s = 60\n", "poll"),
        ("[poll]\nintervall_s = 60\n", "poll.interval_s"),
        ("[poll]\ntoken = 'x'\n", "discord.token"),
        ("interval_s = 60\n", "poll.interval_s"),
    ],
)
def test_key_in_the_file_that_is_nearly_right_is_answered_with_the_right_one(text: str, meant: str) -> None:
    Path("kawaraban.toml").write_text(text, encoding="utf-8")

    assert meant in str(failed().sentence.values["maybe"])


def test_name_that_is_like_no_other_is_answered_without_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_WEATHER", "1")

    assert failed().sentence.values["maybe"] == ""


@given(name=st.text(max_size=40), known=st.lists(st.text(max_size=20), max_size=8))
def test_guess_is_one_of_the_known_names(name: str, known: list[str]) -> None:
    assert closest(name, known) in {None, *known}


def test_settings_file_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("kawaraban.toml").write_bytes(b"\xff\xfe[\x00p\x00")

    assert failed().sentence.text_id == "cli-settings-toml-not-utf8"


@pytest.mark.parametrize("value", ["[" * 3_000, "{a=" * 3_000, "9" * 5_000])
def test_settings_file_without_end_is_said(value: str) -> None:
    Path("kawaraban.toml").write_text(f"x = {value}", encoding="utf-8")

    assert failed().sentence.text_id == "cli-settings-toml-endless"


def test_wrong_setting_is_said_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_POLL__INTERVAL_S", "0")

    said = {language: failed().said(language) for language in LANGUAGES}

    assert len(set(said.values())) == len(LANGUAGES)
    assert all("poll.interval_s" in sentence for sentence in said.values())


# -- in which language ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "variables", "expected"),
    [
        ((), {}, "en"),
        ((), {"LANG": "ja_JP.UTF-8"}, "ja"),
        ((), {"LANG": "ja_JP.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ((), {"LANG": "de_DE.UTF-8"}, "en"),
        ((), {"LANG": "ja_JP.UTF-8", "KAWARABAN_CLI__LANGUAGE": "EN"}, "en"),
        (("--language", "ja", "status"), {"LANG": "en_US.UTF-8"}, "ja"),
        (("status", "--language=en"), {"LANG": "ja_JP.UTF-8", "KAWARABAN_CLI__LANGUAGE": "ja"}, "en"),
        (("fetch", "--", "--language", "ja"), {}, "en"),
        (("--language", "fr"), {"LANG": "ja_JP"}, "ja"),
    ],
)
def test_language_is_the_options_the_settings_or_the_systems(
    words: tuple[str, ...], variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert cli_language(words) == expected


@pytest.mark.parametrize("where", ["toml", "dotenv"])
def test_language_is_read_from_the_settings_files(where: str) -> None:
    if where == "toml":
        Path("kawaraban.toml").write_text('[cli]\nlanguage = "ja"\n', encoding="utf-8-sig")
    else:
        Path(".env").write_text("KAWARABAN_CLI__LANGUAGE=ja\n", encoding="utf-8")

    assert cli_language() == "ja"


def test_broken_settings_file_leaves_the_systems_language(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("kawaraban.toml").write_text("[cli\n", encoding="utf-8")
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")

    assert cli_language() == "ja"


@pytest.mark.parametrize("name", ["kawaraban.toml", ".env", "mounted.toml"])
def test_folder_in_place_of_a_settings_file_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Docker makes one where a file to mount is missing; every setting of the file would be at its default."""
    Path(name).mkdir()
    if name == "mounted.toml":
        monkeypatch.setenv("KAWARABAN_CONFIG", name)

    with pytest.raises(SettingsError) as wrong:
        load()

    assert (wrong.value.sentence.text_id, wrong.value.sentence.values) == ("cli-settings-folder", {"file": name})


@pytest.mark.parametrize("quote", ["'", '"'])
def test_token_in_quotes_is_refused_before_discord_refuses_it(quote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``docker run --env-file`` hands it on."""
    monkeypatch.setenv("DISCORD_TOKEN", f"{quote}a.b.c{quote}")

    with pytest.raises(SettingsError) as wrong:
        load()

    assert wrong.value.sentence.text_id == "cli-settings-wrong-value"
