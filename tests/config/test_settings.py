"""Settings: where a value comes from, what a wrong one says, and that secrets stay secret."""

from __future__ import annotations

import functools
import operator
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from rich.pretty import pretty_repr

from config.faults import SettingsError
from config.key_files import files_with_keys
from config.settings import Settings, load
from config.tables import Secret, Table, keys_of, table_at

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "kawaraban.example.toml"
SECRET = "kept-under-the-floorboards.of.the-teahouse"


@pytest.fixture(autouse=True)
def empty_rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without files, an environment without our names."""
    for name in [*os.environ]:
        if name.upper().startswith("KAWARABAN_") or name.upper() == "DISCORD_TOKEN":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_toml(text: str, name: str = "kawaraban.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


def write_dotenv(text: str) -> None:
    Path(".env").write_text(text, encoding="utf-8")


def sentence_of_failed_load() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence
    return sentence


def token_of(settings: Settings) -> str | None:
    return settings.discord.token.get_secret_value() if settings.discord.token else None


def walk(table: type[Table], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key of every table with its default."""
    for key in msgspec.structs.fields(table):
        if (inner := table_at(keys_of(table)[key.name])) is not None:
            yield from walk(inner, (*path, key.name))
        else:
            made = key.default_factory is not msgspec.NODEFAULT
            yield (*path, key.name), key.default_factory() if made else key.default


KEYS = dict(walk(Settings))


# -- order ---------------------------------------------------------------------------------------------


def test_without_anything_every_key_has_its_default() -> None:
    settings = load()

    assert settings.database.url == "sqlite:///kawaraban.db"
    assert settings.poll.interval_s == 300
    assert settings.sources.mastodon.is_on
    assert settings.sources.misskey.is_on
    assert not settings.sources.bluesky.is_on
    assert not settings.sources.x.is_on
    assert not settings.sources.trendpage.is_on
    assert settings.discord.token is None


def test_toml_wins_over_defaults() -> None:
    write_toml("[poll]\ninterval_s = 11\n")

    assert load().poll.interval_s == 11


def test_dotenv_wins_over_toml() -> None:
    write_toml("[poll]\ninterval_s = 11\nconcurrency = 3\n")
    write_dotenv("KAWARABAN_POLL__INTERVAL_S=12\n")

    poll = load().poll

    assert (poll.interval_s, poll.concurrency) == (12, 3)


def test_environment_wins_over_dotenv_and_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml("[poll]\ninterval_s = 11\nconcurrency = 3\nkeep_posts_days = 9\n")
    write_dotenv("KAWARABAN_POLL__INTERVAL_S=12\nKAWARABAN_POLL__CONCURRENCY=4\n")
    monkeypatch.setenv("KAWARABAN_POLL__INTERVAL_S", "13")

    poll = load().poll

    assert (poll.interval_s, poll.concurrency, poll.keep_posts_days) == (13, 4, 9)


def test_kawaraban_config_names_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml("[poll]\ninterval_s = 11\n")
    write_toml("[poll]\ninterval_s = 21\n", "other.toml")
    monkeypatch.setenv("KAWARABAN_CONFIG", "other.toml")

    assert load().poll.interval_s == 21


def test_other_programs_keys_in_dotenv_are_left_alone() -> None:
    write_dotenv("POSTGRES_PASSWORD=tea\nKAWARABAN_LOG__LEVEL=DEBUG\n")

    assert load().log.level == "DEBUG"


# -- the token -----------------------------------------------------------------------------------------


def test_discord_token_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "from-environment")

    assert token_of(load()) == "from-environment"


def test_discord_token_is_read_from_dotenv() -> None:
    write_dotenv("DISCORD_TOKEN=from-dotenv\n")

    assert token_of(load()) == "from-dotenv"


def test_discord_token_of_the_environment_wins_over_the_one_in_dotenv(monkeypatch: pytest.MonkeyPatch) -> None:
    write_dotenv("DISCORD_TOKEN=from-dotenv\n")
    monkeypatch.setenv("DISCORD_TOKEN", "from-environment")

    assert token_of(load()) == "from-environment"


@pytest.mark.parametrize("where", ["environment", "dotenv"])
def test_long_name_of_the_token_wins_over_the_short_one(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if where == "environment":
        monkeypatch.setenv("DISCORD_TOKEN", "short")
        monkeypatch.setenv("KAWARABAN_DISCORD__TOKEN", "long")
    else:
        write_dotenv("DISCORD_TOKEN=short\nKAWARABAN_DISCORD__TOKEN=long\n")

    assert token_of(load()) == "long"


def test_short_name_of_the_token_wins_over_toml_and_leaves_its_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml('[discord]\ntoken = "from-toml"\nlanguage = "en"\n')
    monkeypatch.setenv("DISCORD_TOKEN", "short")

    settings = load()

    assert (token_of(settings), settings.discord.language) == ("short", "en")


@pytest.mark.parametrize("token", ["a\x01b", "a b", "ａｂ"])
def test_discord_token_that_fits_no_header_is_refused(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)

    with pytest.raises(SettingsError) as refused:
        load()

    assert refused.value.sentence.values["key"] == "discord.token"
    assert token not in str(refused.value)


def test_empty_discord_token_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "")

    assert load().discord.token is None


# -- the names that others rely on -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "key", "value"),
    [
        ("DATABASE__URL", "sqlite:////var/lib/k.db", "database.url", "sqlite:////var/lib/k.db"),
        (
            "SOURCES__TRENDPAGE__URL",
            "https://trends.example/{topic}",
            "sources.trendpage.url",
            "https://trends.example/{topic}",
        ),
        (
            "SOURCES__TRENDPAGE__PAGES",
            '{"データセンター": "https://trends.example/p/1"}',
            "sources.trendpage.pages",
            {"データセンター": "https://trends.example/p/1"},
        ),
        (
            "SOURCES__MASTODON__BASE_URL",
            "https://social.example",
            "sources.mastodon.base_url",
            "https://social.example",
        ),
        ("SOURCES__TRENDPAGE__ENABLED", "false", "sources.trendpage.enabled", False),
        ("SOURCES__MASTODON__ENABLED", "false", "sources.mastodon.enabled", False),
        (
            "SOURCES__MISSKEY__BASE_URL",
            "https://social.example",
            "sources.misskey.base_url",
            "https://social.example",
        ),
        ("SOURCES__MISSKEY__ENABLED", "false", "sources.misskey.enabled", False),
        (
            "SOURCES__BLUESKY__SERVICE_URL",
            "https://pds.example",
            "sources.bluesky.service_url",
            "https://pds.example",
        ),
        ("SOURCES__X__BASE_URL", "https://x.example", "sources.x.base_url", "https://x.example"),
        ("SOURCES__X__POSTS_PER_DAY", "2000", "sources.x.posts_per_day", 2000),
        ("HTTP__ALLOW_PRIVATE_NETWORKS", "true", "http.allow_private_networks", True),
        (
            "DISCORD__API_BASE",
            "http://127.0.0.1:8990/api/v10",
            "discord.api_base",
            "http://127.0.0.1:8990/api/v10",
        ),
        (
            "DISCORD__GATEWAY_URL",
            "ws://127.0.0.1:8990/gateway",
            "discord.gateway_url",
            "ws://127.0.0.1:8990/gateway",
        ),
        ("POLL__INTERVAL_S", "1", "poll.interval_s", 1),
        ("ALERTS__DEFAULT_MIN_RP", "77", "alerts.default_min_rp", 77),
        ("ALERTS__CEILING_PER_HOUR", "0", "alerts.ceiling_per_hour", 0),
        ("DELIVERY__REQUESTS_PER_S", "7.5", "delivery.requests_per_s", 7.5),
        ("DELIVERY__CATCH_UP_MESSAGES", "0", "delivery.catch_up_messages", 0),
    ],
)
def test_fixed_name_sets_its_key(
    name: str, written: str, key: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"KAWARABAN_{name}", written)

    settings = load()

    assert operator.attrgetter(key)(settings) == value


def test_trendpage_is_on_with_an_address_and_off_when_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__TRENDPAGE__URL", "https://trends.example/{topic}")
    with_address = load().sources.trendpage.is_on
    monkeypatch.setenv("KAWARABAN_SOURCES__TRENDPAGE__ENABLED", "false")
    switched_off = load().sources.trendpage.is_on

    assert (with_address, switched_off) == (True, False)


@pytest.mark.parametrize(
    ("more", "is_on"), [({}, True), ({"ENABLED": "true"}, True), ({"ENABLED": "false"}, False)]
)
def test_bluesky_is_on_with_an_account_and_off_when_switched_off(
    more: dict[str, str], is_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = {"IDENTIFIER": "kawara.example", "APP_PASSWORD": "aaaa-bbbb-cccc-dddd"}
    for name, value in (account | more).items():
        monkeypatch.setenv(f"KAWARABAN_SOURCES__BLUESKY__{name}", value)

    assert load().sources.bluesky.is_on is is_on


def test_bluesky_without_an_account_is_off_also_where_its_keys_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    without = load().sources.bluesky.is_on
    monkeypatch.setenv("KAWARABAN_SOURCES__BLUESKY__IDENTIFIER", "")
    monkeypatch.setenv("KAWARABAN_SOURCES__BLUESKY__APP_PASSWORD", "")

    assert (without, load().sources.bluesky.is_on) == (False, False)


@pytest.mark.parametrize(
    ("more", "is_on"),
    [({}, True), ({"ENABLED": "true"}, True), ({"ENABLED": "false"}, False), ({"BEARER_TOKEN": ""}, False)],
)
def test_x_is_on_with_a_token_and_off_when_switched_off(
    more: dict[str, str], is_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ({"BEARER_TOKEN": " AAAA%2Bmade-up "} | more).items():
        monkeypatch.setenv(f"KAWARABAN_SOURCES__X__{name}", value)

    settings = load().sources.x

    assert settings.is_on is is_on
    assert settings.bearer_token is not None
    assert settings.bearer_token.get_secret_value() in {"AAAA%2Bmade-up", ""}
    assert "made-up" not in repr(settings)


@pytest.mark.parametrize("name", ["IDENTIFIER", "APP_PASSWORD"])
def test_half_an_account_is_reported_in_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"KAWARABAN_SOURCES__BLUESKY__{name}", "only-half")

    sentence = sentence_of_failed_load()

    assert "sources.bluesky" in sentence
    assert "both an identifier" in sentence
    assert "app_password" in sentence
    assert "only-half" not in sentence
    assert "\n" not in sentence


# -- what a wrong one says -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("POLL__INTERVAL_S", "0", ["poll.interval_s", "KAWARABAN_POLL__INTERVAL_S", "greater than or equal to 1"]),
        ("POLL__INTERVAL_S", "often", ["poll.interval_s", "integer"]),
        ("DATABASE__URL", "mysql://db", ["database.url", "sqlite:///path"]),
        ("SOURCES__TRENDPAGE__URL", "https://trends.example/", ["sources.trendpage.url", "{topic}"]),
        ("SOURCES__MASTODON__BASE_URL", "mstdn.jp", ["sources.mastodon.base_url", "http://"]),
        ("SOURCES__MISSKEY__BASE_URL", "misskey.io", ["sources.misskey.base_url", "http://"]),
        ("SOURCES__BLUESKY__SERVICE_URL", "bsky.social", ["sources.bluesky.service_url", "http://"]),
        ("SOURCES__X__BASE_URL", "api.x.com", ["sources.x.base_url", "http://"]),
        ("SOURCES__X__POSTS_PER_DAY", "5", ["sources.x.posts_per_day", "greater than or equal to 20"]),
        ("SOURCES__X__BEARER_TOKEN", "two words", ["sources.x.bearer_token", "the token alone"]),
        ("DISCORD__GATEWAY_URL", "http://127.0.0.1", ["discord.gateway_url", "ws://"]),
        ("HTTP__ALLOW_PRIVATE_NETWORKS", "perhaps", ["http.allow_private_networks", "boolean"]),
        ("DISCORD__LANGUAGE", "fr", ["discord.language", "'ja'"]),
        ("LOG__LEVEL", "LOUD", ["log.level", "'DEBUG'"]),
        ("ALERTS__CEILING_PER_HOUR", "-1", ["alerts.ceiling_per_hour", "greater than or equal to 0"]),
    ],
)
def test_wrong_value_is_reported_with_key_and_what_it_takes(
    name: str, written: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"KAWARABAN_{name}", written)

    sentence = sentence_of_failed_load()

    assert [part for part in [*told, "not shown"] if part not in sentence] == []
    assert f"'{written}'" not in sentence


def test_wrong_value_in_toml_is_reported_with_its_key() -> None:
    write_toml('[delivery]\nrequests_per_s = "fast"\n')

    sentence = sentence_of_failed_load()

    assert "delivery.requests_per_s" in sentence
    assert "fast" not in sentence


@pytest.mark.parametrize("where", ["environment", "dotenv", "toml"])
def test_key_that_does_not_exist_is_reported_with_its_neighbours(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "environment":
        monkeypatch.setenv("KAWARABAN_POLL__INTERVALL_S", "60")
    elif where == "dotenv":
        write_dotenv("KAWARABAN_POLL__INTERVALL_S=60\n")
    else:
        write_toml("[poll]\nintervall_s = 60\n")

    sentence = sentence_of_failed_load()

    assert "poll.intervall_s" in sentence
    assert "KAWARABAN_POLL__INTERVALL_S" in sentence
    assert "interval_s" in sentence.partition("there are ")[2].split(", ")


@pytest.mark.parametrize("where", ["environment", "dotenv", "toml"])
def test_table_that_does_not_exist_is_reported_with_those_that_do(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "environment":
        monkeypatch.setenv("KAWARABAN_POLLING__INTERVAL_S", "60")
    elif where == "dotenv":
        write_dotenv("KAWARABAN_POLLING__INTERVAL_S=60\n")
    else:
        write_toml("[polling]\ninterval_s = 60\n")

    sentence = sentence_of_failed_load()

    assert "polling" in sentence.lower()
    assert "database, discord, http, sources, poll" in sentence


def test_source_that_does_not_exist_is_reported_with_those_that_do() -> None:
    write_toml("[sources.trendpages]\nenabled = true\n")

    sentence = sentence_of_failed_load()

    assert "sources.trendpages" in sentence
    assert "trendpage, mastodon, misskey" in sentence


def test_value_where_a_table_belongs_is_reported() -> None:
    write_toml("poll = 60\n")

    sentence = sentence_of_failed_load()

    assert "poll" in sentence
    assert "table" in sentence


def test_broken_json_for_the_pages_is_reported_with_the_form_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__TRENDPAGE__PAGES", "データセンター=https://trends.example/1")

    sentence = sentence_of_failed_load()

    assert "sources" in sentence.lower()
    assert "JSON" in sentence


def test_broken_toml_is_reported_with_the_file_and_the_line() -> None:
    write_toml("[poll]\ninterval_s = = 3\n")

    sentence = sentence_of_failed_load()

    assert "kawaraban.toml is not valid TOML" in sentence
    assert "line 2" in sentence


def test_toml_that_is_not_utf8_is_reported_with_the_file() -> None:
    Path("kawaraban.toml").write_bytes("[http]\ncontact = '瓦版'\n".encode("shift_jis"))

    assert "kawaraban.toml is not valid TOML" in sentence_of_failed_load()


def test_missing_file_named_by_kawaraban_config_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_CONFIG", "nowhere.toml")

    sentence = sentence_of_failed_load()

    assert "KAWARABAN_CONFIG" in sentence
    assert "nowhere.toml" in sentence


# -- secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", [repr, str, pretty_repr, lambda each: str(msgspec.structs.asdict(each.discord))])
def test_token_shows_in_no_form_of_the_settings(show: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", SECRET)

    settings = load()

    assert token_of(settings) == SECRET
    assert SECRET not in show(settings)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("KAWARABAN_DISCORD", f'"{SECRET}"'),
        ("KAWARABAN_DISCORD", SECRET),
        ("KAWARABAN_DISCORD", f'["{SECRET}"]'),
        ("KAWARABAN_DISCORD", f'{{"token": ["{SECRET}"]}}'),
        ("KAWARABAN_DISCORD", f'{{"tokn": "{SECRET}"}}'),
        ("KAWARABAN_DISCORD", f'{{"token": "{SECRET}"'),
        ("KAWARABAN_DISCORD__TOKEN__VALUE", SECRET),
        ("KAWARABAN_DISCORD__TOKEN_", SECRET),
        ("KAWARABAN_DISCORD__APPLICATION_ID", SECRET),
        ("KAWARABAN_TOKEN", SECRET),
        ("KAWARABAN_SOURCES__BLUESKY", f'"{SECRET}"'),
        ("KAWARABAN_SOURCES__BLUESKY", f'{{"app_passwort": "{SECRET}"}}'),
        ("KAWARABAN_SOURCES__BLUESKY__APP_PASSWORD", SECRET),
        ("KAWARABAN_SOURCES__BLUESKY__APP_PASSWORD__VALUE", SECRET),
        ("KAWARABAN_SOURCES__X", f'"{SECRET}"'),
        ("KAWARABAN_SOURCES__X", f'{{"bearer": "{SECRET}"}}'),
        ("KAWARABAN_SOURCES__X__BEARER_TOKEN", f"{SECRET} {SECRET}"),
        ("KAWARABAN_SOURCES__X__BEARER_TOKEN__VALUE", SECRET),
        ("KAWARABAN_HTTP", f'"https://bot:{SECRET}@proxy.example"'),
        ("KAWARABAN_SOURCES__MASTODON__BASE_URL", f"ftp://bot:{SECRET}@social.example"),
    ],
)
@pytest.mark.parametrize("where", ["environment", "dotenv"])
def test_secret_in_the_wrong_place_is_not_repeated_in_the_error(
    name: str, written: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "environment":
        monkeypatch.setenv(name, written)
    else:
        write_dotenv(f"{name}='{written}'\n")

    sentence = sentence_of_failed_load()

    assert SECRET not in sentence


@pytest.mark.parametrize(
    "text",
    [
        f'discord = "{SECRET}"\n',
        f'[discord]\ntoken = ["{SECRET}"]\n',
        f'[discord]\ntokn = "{SECRET}"\n',
        f'[discord.token]\nvalue = "{SECRET}"\n',
        f'token = "{SECRET}"\n',
        f'[[discord]]\ntoken = "{SECRET}"\n',
        f'[discord]\ntoken = "{SECRET}\n',
        f'[sources.bluesky]\napp_password = ["{SECRET}"]\n',
        f'[sources.bluesky]\napp_password = "{SECRET}"\n',
        f'[sources.x]\nbearer_token = ["{SECRET}"]\n',
        f'[sources.x]\nbearer_tokn = "{SECRET}"\n',
    ],
)
def test_secret_in_a_wrong_toml_is_not_repeated_in_the_error(text: str) -> None:
    write_toml(text)

    assert SECRET not in sentence_of_failed_load()


def test_error_about_a_secret_carries_no_cause_that_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_DISCORD", f'{{"token": ["{SECRET}"]}}')

    with pytest.raises(SettingsError) as caught:
        load()

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


CANARY = "CANARY7f"
PLACES = (
    CANARY,
    f'"{CANARY}"',
    f'["{CANARY}"]',
    f'{{"{CANARY}": 1}}',
    f'{{"a": "{CANARY}"}}',
    f'{{"{CANARY}": "ftp://a.example"}}',
    f"https://a.example/{CANARY}/{{topic}}",
    f"https://a.example/{{topic}}?key={CANARY}",
    f"https://me:{CANARY}@a.example/{{topic}}",
    f"https://{CANARY}@a.example/{{topic}}#x",
    f"http://a.example/{CANARY}?a={{topic}}",
    f"wss://me:{CANARY}@a.example",
    f"ftp://me:{CANARY}@a.example",
    f'["https://a.example/?key={CANARY}"]',
    f'["https://me:{CANARY}@a.example/{{topic}}"]',
    f'{{"a": "https://me:{CANARY}@a.example"}}',
    f'{{"a": "https://a.example/{CANARY}"}}',
    f"postgres://me:{CANARY}@db.example/d",
    f"sqlite:///{CANARY}/k.db?key={CANARY}",
    f"1\n2026-01-01 ERROR {CANARY}",
)
"""A secret where an operator may put one, rightly or wrongly."""


def shown_at_the_start() -> str:
    """All that the settings, or the error about them, say of themselves."""
    try:
        settings = load()
    except SettingsError as error:
        return f"{error} {error!r} {error.__context__} {error.__cause__}"
    return f"{settings} {settings!r}"


@pytest.mark.parametrize("where", ["environment", "dotenv", "toml"])
@pytest.mark.parametrize("key", [*KEYS, *dict.fromkeys(key[:n] for key in KEYS for n in range(1, len(key)))])
def test_no_value_of_any_setting_is_shown_by_an_error_or_by_the_settings_themselves(
    key: tuple[str, ...], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in PLACES:
        if where == "environment":
            monkeypatch.setenv("KAWARABAN_" + "__".join(key).upper(), value)
        elif where == "dotenv":
            write_dotenv(f"KAWARABAN_{'__'.join(key).upper()}='{value}'\n")
        else:
            write_toml("".join(f"[{'.'.join(key[:-1])}]\n" for _ in key[1:2]) + f"{key[-1]} = '''{value}'''\n")
        shown = shown_at_the_start()
        assert shown.isprintable()
        assert CANARY not in shown, f"{key} = {value}"


@pytest.mark.parametrize(
    "name", ["KAWARABAN_DISCORD", "KAWARABAN_SOURCES", "KAWARABAN_SOURCES__X", "KAWARABAN_POLL"]
)
def test_table_as_text_with_a_key_of_it_beside_is_reported_in_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f'"{CANARY}"')
    for beside in ("DISCORD__LANGUAGE", "SOURCES__X__ENABLED", "POLL__INTERVAL_S"):
        monkeypatch.setenv(f"KAWARABAN_{beside}", "1")

    assert CANARY not in sentence_of_failed_load()


def test_broken_toml_shows_nothing_of_its_text() -> None:
    for text in (
        f"a = {CANARY}",
        f"[{CANARY}]\n[{CANARY}]",
        f"{CANARY} = 1\n{CANARY} = 2",
        f"x = {{{CANARY} = 1,}}",
    ):
        write_toml(text)
        assert CANARY not in sentence_of_failed_load()


# -- where tokens go ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["DISCORD__API_BASE", "DISCORD__GATEWAY_URL", "SOURCES__BLUESKY__SERVICE_URL", "SOURCES__X__BASE_URL"]
)
def test_token_is_sent_over_plain_http_only_to_this_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = "ws" if "GATEWAY" in name else "http"
    for host in ("127.0.0.1:8990", "localhost", "[::1]:80"):
        monkeypatch.setenv(f"KAWARABAN_{name}", f"{scheme}://{host}/api")
        load()
    for host in (
        "api.example",
        "127.0.0.1.example",
        "127.999.0.1",
        "10.0.0.1",
        "localhost@api.example",
        "127.0.0.1:80@api.example",
        r"127.0.0.1\@api.example",
        "proxy:8080",
    ):
        monkeypatch.setenv(f"KAWARABAN_{name}", f"{scheme}://{host}/api")
        assert f"{scheme}s://" in sentence_of_failed_load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOURCES__TRENDPAGE__URL", "https://me:pw@a.example/{topic}"),
        ("SOURCES__TRENDPAGE__PAGES", '{"a": "https://me@a.example/"}'),
        ("SOURCES__FEED__SEARCH_URLS", '["https://a.example/{topic}", "https://:pw@a.example/{topic}"]'),
        ("SOURCES__MASTODON__BASE_URL", "https://me:pw@a.example"),
        ("SOURCES__MISSKEY__MORE_URLS", '["https://me:pw@a.example"]'),
        ("SOURCES__BLUESKY__SERVICE_URL", "https://me:pw@a.example"),
        ("SOURCES__X__BASE_URL", "https://me:pw@a.example"),
        ("DISCORD__API_BASE", "https://me:pw@a.example"),
        ("DISCORD__GATEWAY_URL", "wss://me:pw@a.example"),
        ("SUMMARY", '{"url": "https://me:pw@a.example/v1", "model": "m"}'),
    ],
)
def test_login_in_an_address_is_refused_with_a_sentence(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"KAWARABAN_{name}", value)

    sentence = sentence_of_failed_load()

    assert "without a name or password" in sentence
    assert name.lower().replace("__", ".") in sentence


@pytest.mark.parametrize(
    "name", ["MASTODON__BASE_URL", "MISSKEY__BASE_URL", "BLUESKY__SERVICE_URL", "X__BASE_URL"]
)
def test_server_with_a_query_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"KAWARABAN_SOURCES__{name}", "https://a.example/?access_token=t")

    assert "?" in sentence_of_failed_load()


# -- the example file --------------------------------------------------------------------------------------


def documented() -> dict[tuple[str, ...], bool]:
    """Every key the example shows, set or commented out, and whether it is set."""
    table: tuple[str, ...] = ()
    found: dict[tuple[str, ...], bool] = {}
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[([\w.]+)\]", line):
            table = tuple(heading[1].split("."))
            found[table] = True
        elif key := re.match(r"(# )?(\w+) = ", line):
            found[*table, key[2]] = key[1] is None
    return found


def test_example_documents_every_key() -> None:
    missing = [".".join(key) for key in KEYS if key not in documented()]

    assert missing == []


def test_example_shows_no_key_that_does_not_exist() -> None:
    tables = {key[:length] for key in KEYS for length in range(1, len(key))}
    unknown = [".".join(key) for key in documented() if key not in KEYS and key not in tables]

    assert unknown == []


def test_every_value_set_in_the_example_is_the_default() -> None:
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    def shown(key: tuple[str, ...]) -> Any:
        return functools.reduce(operator.getitem, key, tables)

    differing = {
        ".".join(key): (shown(key), default)
        for key, default in KEYS.items()
        if documented()[key] and shown(key) != default
    }

    assert differing == {}


def test_every_key_commented_out_in_the_example_has_no_default() -> None:
    commented = [key for key, is_set in documented().items() if not is_set]
    with_default = [".".join(key) for key in commented if KEYS[key] is not None]

    assert commented
    assert with_default == []


def test_example_loads_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = load()
    monkeypatch.setenv("KAWARABAN_CONFIG", str(EXAMPLE))

    assert load() == plain


def test_example_with_every_comment_taken_off_loads_too() -> None:
    text = re.sub(r'^# (?="?\w+"? = )', "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    write_toml(text)

    settings = load()

    assert settings.discord.application_id == 123456789012345678
    assert settings.sources.trendpage.pages


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HTTP__CONTACT", "瓦", "ASCII"),
        ("SOURCES__MASTODON__BASE_URL", "http://[::1", "http://"),
        ("SOURCES__TRENDPAGE__PAGES", '{"a": "notaurl"}', "http://"),
        ("DISCORD", "abc", "KAWARABAN_DISCORD is not JSON"),
    ],
)
def test_value_that_would_fail_later_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"KAWARABAN_{name}", value)

    assert told in sentence_of_failed_load()


@pytest.mark.parametrize(
    ("content", "told"), [(b"DISCORD_TOKEN=\xff", "UTF-8"), (b"KAWARABAN_CONFIG=x.toml", "environment only")]
)
def test_dotenv_that_cannot_be_taken_as_meant_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(content)

    assert told in sentence_of_failed_load()


def secrets_of(table: type[Table] = Settings, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of the settings that are secrets by their annotations."""
    for name, takes in get_type_hints(table).items():
        for kind in [one for one in get_args(takes) or (takes,) if isinstance(one, type)]:
            if issubclass(kind, Table):
                yield from secrets_of(kind, (*above, name))
            elif issubclass(kind, Secret):
                yield (*above, name)


@pytest.mark.parametrize("path", [*secrets_of()], ids=".".join)
def test_file_with_any_of_the_secrets_is_a_file_with_keys(path: tuple[str, ...]) -> None:
    write_toml(f'[{".".join(path[:-1])}]\n{path[-1]} = "{SECRET}"\n')

    assert files_with_keys() == [Path("kawaraban.toml")]


def test_file_without_a_secret_is_no_file_with_keys() -> None:
    write_toml(EXAMPLE.read_text(encoding="utf-8"))

    assert files_with_keys() == []
