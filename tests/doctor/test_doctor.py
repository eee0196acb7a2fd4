"""``kawaraban doctor``: each line is well, good to know, or says what to do."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot import app, bootstrap
from bot.core.models import SourceName
from bot.core.processes import ProcessReport
from bot.core.roles import Role, Shards
from bot.core.text import make_topic
from bot.doctor import machine_checks
from bot.doctor.checks import Check
from bot.doctor.discord_checks import application_id_of
from bot.doctor.examination import examine
from bot.doctor.source_checks import PROBE_TOPIC
from bot.storage.opening import open_storage
from bot.storage.postgres.migrate import prepare
from bot.storage.scheduled_backups import FAILURE_NOTE
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import load_steps
from config.sentences import sentence
from config.settings import Settings
from tests.conftest import make_settings
from tests.fakes.bluesky_server import HANDLE, LOGIN, PASSWORD, BlueskyServer
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.trend_site import TrendSite
from tests.fakes.x_server import COUNTS, TOKEN, XServer
from tests.inspection import Inspect
from tests.postgres_server import Server

APPLICATION = 123456789012345678


def in_base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


FAKE_TOKEN = f"{in_base64(str(APPLICATION))}.Fake00.made-up-for-this-test-and-never-valid"


@pytest.fixture(autouse=True)
def empty_rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a settings file."""
    monkeypatch.delenv("KAWARABAN_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def settings_for(tmp_path: Path, site: TrendSite, **sections: dict[str, Any]) -> Settings:
    """Trend pages from the site, which also answers where Discord's ``/gateway`` would."""
    discord_section = {"api_base": f"{site.base_url}/word"} | sections.pop("discord", {})
    sections.setdefault("sources", {"trendpage": {"url": site.url}, "mastodon": {"enabled": False}})
    return make_settings(tmp_path, discord=discord_section, **sections)


def named(checks: Sequence[Check], name: str) -> Check:
    (found,) = [check for check in checks if check.name == name]
    return found


def all_words(checks: Sequence[Check]) -> str:
    return "\n".join(f"{check.name} {check.detail} {check.advice}" for check in checks)


# -- the token -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (FAKE_TOKEN, APPLICATION),
        (f"{in_base64('100000000000000')}.b.c", 100000000000000),
        (f"{in_base64('1234567890123456789')}.b.c", 1234567890123456789),
        (f"{in_base64('12345678901234')}.b.c", None),
        (f"{in_base64('not a number at all')}.b.c", None),
        (f"{in_base64('-12345678901234567')}.b.c", None),
        (f"{in_base64('１２３４５６７８９０１２３４５６７８')}.b.c", None),
        ("", None),
        ("..", None),
        ("one-part", None),
        (f"{in_base64(str(APPLICATION))}.only-two", None),
        (f"{in_base64(str(APPLICATION))}..c", None),
        (f"{in_base64(str(APPLICATION))}.b.c.d", None),
        ("瓦版.b.c", None),
        ("A.b.c", None),
        (f"Bot {FAKE_TOKEN}", None),
    ],
)
def test_application_id_is_the_first_part_of_a_token_and_of_nothing_else(token: str, expected: int | None) -> None:
    assert application_id_of(token) == expected


async def test_token_with_the_right_form_gives_an_invite_with_scopes_and_permissions(
    tmp_path: Path, site: TrendSite
) -> None:
    checks = await examine(settings_for(tmp_path, site, discord={"token": FAKE_TOKEN}))

    assert named(checks, "token").state == "note"  # something else answers in Discord's place
    invite = named(checks, "invite")
    address = urlsplit(invite.detail)
    asked = parse_qs(address.query)
    permissions = discord.Permissions(int(asked["permissions"][0]))
    assert (invite.state, address.scheme, address.hostname) == ("ok", "https", "discord.com")
    assert asked["client_id"] == [str(APPLICATION)]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    assert permissions >= discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
    assert not permissions.administrator


@pytest.mark.parametrize("token", [FAKE_TOKEN, "a-client-secret-pasted-by-mistake"])
async def test_token_itself_is_in_no_line(token: str, tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site, discord={"token": token}))

    words = all_words(checks)
    assert token not in words
    assert [part for part in token.split(".") if part in words] == []


async def test_token_of_another_form_is_to_be_mended(tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site, discord={"token": "a-client-secret-pasted-by-mistake"}))

    token = named(checks, "token")
    assert token.state == "fix"
    assert "three parts" in str(token.advice)
    assert named(checks, "invite").state == "note"


async def test_without_a_token_a_note_says_where_to_get_one(tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site))

    token = named(checks, "token")
    assert token.state == "note"
    assert "DISCORD_TOKEN" in str(token.advice)
    assert named(checks, "invite").state == "note"


async def test_application_id_alone_is_enough_for_the_invite(tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site, discord={"application_id": 987654321098765432}))

    assert "client_id=987654321098765432" in named(checks, "invite").detail


# -- sources ---------------------------------------------------------------------------------------------


async def test_source_that_answers_is_well(tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site))

    source = named(checks, "source trendpage")
    assert (source.state, source.advice) == ("ok", None)
    assert PROBE_TOPIC in site.requests
    assert [check for check in checks if check.state == "fix"] == []


async def test_source_that_does_not_answer_is_to_be_mended(tmp_path: Path, site: TrendSite) -> None:
    site.status = 503

    checks = await examine(settings_for(tmp_path, site))

    source = named(checks, "source trendpage")
    assert source.state == "fix"
    assert "503" in source.detail
    assert source.advice


async def test_with_no_source_on_something_is_to_be_mended(tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site, sources={"feed": {"enabled": False}}))

    assert named(checks, "sources").state == "fix"
    for name in SourceName:
        off = named(checks, f"source {name}")
        assert (off.state, off.detail, off.advice) == ("note", "off", sentence("en", f"cli-switch-on-{name}"))


async def test_operator_without_trend_pages_has_mastodon_and_hears_how_to_add_them(
    tmp_path: Path, site: TrendSite
) -> None:
    async with MastodonServer() as server:
        settings = settings_for(tmp_path, site, sources={"mastodon": {"base_url": server.base_url}})

        checks = await examine(settings)

    assert named(checks, "source mastodon").state == "ok"
    trendpage = named(checks, "source trendpage")
    assert trendpage.state == "note"
    assert "KAWARABAN_SOURCES__TRENDPAGE__URL" in str(trendpage.advice)
    assert [check for check in checks if check.state == "fix"] == []


@pytest.mark.parametrize(
    ("password", "state", "told"),
    [(PASSWORD, "ok", "answers"), ("wrong", "fix", "the app password is not accepted")],
)
async def test_bluesky_is_logged_in_to_once_and_a_wrong_app_password_is_to_be_mended(
    tmp_path: Path, site: TrendSite, password: str, state: str, told: str
) -> None:
    async with BlueskyServer() as server:
        account = {"service_url": server.base_url, "identifier": HANDLE, "app_password": password}

        checks = await examine(settings_for(tmp_path, site, sources={"bluesky": account}))

    source = named(checks, "source bluesky")
    assert (source.state, told in source.detail) == (state, True)
    assert server.names.count(LOGIN) == 1
    assert ("app-passwords" in str(source.advice)) is (state == "fix")
    assert password not in all_words([source])


@pytest.mark.parametrize(
    ("token", "spent", "state", "told", "advice"),
    [
        (TOKEN, 120, "ok", "answers, 121 of today's 500 reads spent (UTC)", "None"),
        (TOKEN, 500, "note", "500 of today's 500 reads spent (UTC)", "posts_per_day"),
        ("secret-of-the-app", 120, "fix", "does not accept the bearer token", "console.x.com"),
    ],
)
async def test_x_is_asked_for_one_read_and_todays_spending_is_shown(
    tmp_path: Path, site: TrendSite, token: str, spent: int, state: str, told: str, advice: str
) -> None:
    async with XServer() as server:
        settings = settings_for(
            tmp_path, site, sources={"x": {"base_url": server.base_url, "bearer_token": token}}
        )
        storage = await open_sqlite(settings.database.url)
        await storage.spend.reserve(SourceName.X, bootstrap.utc_now().date(), spent, least=1, limit=500)
        await storage.close()

        checks = await examine(settings)

    source = named(checks, "source x")
    assert (source.state, told in source.detail, advice in str(source.advice)) == (state, True, True)
    assert server.paths == ([] if spent == 500 else [COUNTS])
    assert "secret-of-the-app" not in all_words(checks)


async def test_x_is_not_asked_before_there_is_a_database_to_count_in(tmp_path: Path, site: TrendSite) -> None:
    async with XServer() as server:
        account = {"base_url": server.base_url, "bearer_token": TOKEN}

        checks = await examine(settings_for(tmp_path, site, sources={"x": account}))

    source = named(checks, "source x")
    assert (source.state, server.requests) == ("note", [])
    assert "kawaraban migrate" in str(source.advice)
    assert not (tmp_path / "kawaraban.db").exists()


# -- the database -----------------------------------------------------------------------------------------


async def test_missing_database_is_well_and_is_not_made(tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site))

    database = named(checks, "database")
    assert database.state == "ok"
    assert str(tmp_path / "kawaraban.db") in database.detail
    assert not (tmp_path / "kawaraban.db").exists()


async def test_database_is_reported_with_its_version_and_what_is_in_it(tmp_path: Path, site: TrendSite) -> None:
    settings = settings_for(tmp_path, site)
    storage = await open_sqlite(settings.database.url)
    await storage.watches.add([(SourceName.TRENDPAGE, make_topic("データセンター"), None)], bootstrap.utc_now())
    await storage.close()

    database = named(await examine(settings), "database")

    assert database.state == "ok"
    assert f"version {len(load_steps())}: topics 1, watches 1, subscriptions 0" in database.detail


async def test_empty_file_waits_for_its_migrations(tmp_path: Path, site: TrendSite) -> None:
    (tmp_path / "kawaraban.db").touch()

    database = named(await examine(settings_for(tmp_path, site)), "database")

    assert database.state == "note"
    assert f"version 0 of {len(load_steps())}" in database.detail
    assert "kawaraban migrate" in str(database.advice)


async def test_database_of_a_newer_version_is_to_be_mended(tmp_path: Path, site: TrendSite) -> None:
    settings = settings_for(tmp_path, site)
    await (await open_sqlite(settings.database.url)).close()
    Inspect(settings.database.url).set_version(99)

    database = named(await examine(settings), "database")

    assert database.state == "fix"
    assert "version 99" in database.detail


async def test_file_that_is_no_database_is_to_be_mended(tmp_path: Path, site: TrendSite) -> None:
    (tmp_path / "kawaraban.db").write_bytes(b"a shopping list " * 500)

    database = named(await examine(settings_for(tmp_path, site)), "database")

    assert database.state == "fix"
    assert "kawaraban.db" in database.detail


def server_settings(tmp_path: Path, site: TrendSite, url: str) -> Settings:
    return settings_for(tmp_path, site, database={"url": url})


async def test_server_is_well_with_its_tables_and_names_what_it_is(
    tmp_path: Path, site: TrendSite, postgres_url: str
) -> None:
    checks = await examine(server_settings(tmp_path, site, postgres_url))

    assert (named(checks, "database").state, named(checks, "postgres").state) == ("ok", "ok")
    assert "UTF8" in named(checks, "postgres").detail
    assert "pg_dump" in (named(checks, "postgres").advice or "")


async def test_server_without_our_tables_is_well_and_gets_none(
    tmp_path: Path, site: TrendSite, postgres_server: Server
) -> None:
    url = postgres_server.new_database("doctor")

    checks = await examine(server_settings(tmp_path, site, url))

    assert named(checks, "database").state == "ok"
    assert Inspect(url).columns() == {}


async def test_server_of_an_older_version_is_to_be_copied_first(
    tmp_path: Path, site: TrendSite, postgres_server: Server
) -> None:
    url = postgres_server.new_database("doctor")
    prepare(url, may_migrate=True)
    Inspect(url).set_version(1)

    database = named(await examine(server_settings(tmp_path, site, url)), "database")

    assert database.state == "note"
    assert "pg_dump" in str(database.advice)


async def test_roles_and_shards_that_no_process_has_are_to_be_mended(
    tmp_path: Path, site: TrendSite, postgres_url: str
) -> None:
    now = bootstrap.utc_now()
    gateway = ProcessReport("one", "machine:1", (Role.GATEWAY,), Shards((0,), 2), now, now)
    storage = await open_storage(postgres_url)
    await storage.processes.report(gateway)
    await storage.close()

    processes = named(await examine(server_settings(tmp_path, site, postgres_url)), "processes")

    assert processes.state == "fix"
    assert sentence("en", "cli-process-no-poller") in processes.detail
    assert sentence("en", "cli-process-no-sender") in processes.detail
    assert sentence("en", "cli-process-no-shards", shards="1") in processes.detail


async def test_server_with_few_connections_left_is_noted(
    tmp_path: Path, site: TrendSite, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_checks, "SPARE_CONNECTIONS", 10_000)

    server = named(await examine(server_settings(tmp_path, site, postgres_url)), "postgres")

    assert (server.state, "max_connections" in str(server.advice)) == ("note", True)


async def test_server_that_is_away_is_to_be_mended_and_its_password_is_not_shown(
    tmp_path: Path, site: TrendSite
) -> None:
    url = "postgresql://me:hunter2@127.0.0.1:1/kawaraban"

    checks = await examine(server_settings(tmp_path, site, url))

    assert named(checks, "database").state == "fix"
    assert not any(check.name == "postgres" for check in checks)
    assert "hunter2" not in all_words(checks)


# -- settings, clock, fonts ---------------------------------------------------------------------------------


async def test_settings_line_says_which_file_was_read(tmp_path: Path, site: TrendSite) -> None:
    without = named(await examine(settings_for(tmp_path, site)), "settings")
    (tmp_path / "kawaraban.toml").touch()
    with_file = named(await examine(settings_for(tmp_path, site)), "settings")

    assert (without.state, with_file.state) == ("ok", "ok")
    assert "no kawaraban.toml" in without.detail
    assert str(tmp_path / "kawaraban.toml") in with_file.detail


async def test_clock_that_agrees_is_well(tmp_path: Path, site: TrendSite) -> None:
    checks = await examine(settings_for(tmp_path, site))

    assert named(checks, "clock").state == "ok"
    assert "gateway" in site.requests


async def test_clock_that_is_an_hour_off_is_to_be_mended(
    tmp_path: Path, site: TrendSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_time = bootstrap.utc_now
    monkeypatch.setattr(bootstrap, "utc_now", lambda: on_time() + timedelta(hours=1))

    clock = named(await examine(settings_for(tmp_path, site)), "clock")

    assert clock.state == "fix"
    assert "NTP" in str(clock.advice)


async def test_clock_that_nobody_can_compare_is_a_note(tmp_path: Path, site: TrendSite) -> None:
    settings = settings_for(tmp_path, site, discord={"api_base": f"{site.base_url}/nowhere"})

    assert named(await examine(settings), "clock").state == "note"


@pytest.mark.parametrize(
    ("fc_list", "families", "state", "told"),
    [
        (None, "", "note", "not checked"),
        ("/usr/bin/fc-list", "", "note", "no Japanese font"),
        ("/usr/bin/fc-list", "Noto Serif CJK JP\nIPAGothic\n", "ok", "IPAGothic"),
    ],
)
async def test_fonts_line_says_what_there_is(
    fc_list: str | None,
    families: str,
    state: str,
    told: str,
    tmp_path: Path,
    site: TrendSite,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listing = subprocess.CompletedProcess(["fc-list"], 0, stdout=families)
    monkeypatch.setattr(shutil, "which", lambda _: fc_list)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: listing)

    fonts = named(await examine(settings_for(tmp_path, site)), "fonts")

    assert fonts.state == state
    assert told in fonts.detail


# -- topics ----------------------------------------------------------------------------------------------


async def looked_at(settings: Settings, *topics: str) -> None:
    async with app.open_services(settings) as services:
        wanted = [(SourceName.TRENDPAGE, make_topic(topic), None) for topic in topics]
        await services.storage.watches.add(wanted, services.clock())
        await services.poller.poll_due()


async def test_topics_that_are_well_are_counted_by_source(tmp_path: Path, site: TrendSite) -> None:
    settings = settings_for(tmp_path, site)
    await looked_at(settings, "データセンター", "生成AI")

    check = named(await examine(settings), "topics at trendpage")

    assert (check.state, "2 topics" in check.detail) == ("ok", True)


async def test_topics_that_were_never_polled_are_not_called_well(tmp_path: Path, site: TrendSite) -> None:
    settings = settings_for(tmp_path, site)
    async with app.open_services(settings) as services:
        wanted = [(SourceName.TRENDPAGE, make_topic("データセンター"), None)]
        await services.storage.watches.add(wanted, services.clock())

    assert named(await examine(settings), "topics at trendpage").state == "note"


@pytest.mark.invariant(5)
async def test_topics_that_cannot_be_read_are_counted_with_a_reason(tmp_path: Path, site: TrendSite) -> None:
    settings = settings_for(tmp_path, site)
    site.status = 404
    await looked_at(settings, "データセンター")
    site.status = 200

    check = named(await examine(settings), "topics at trendpage")

    assert check.state == "note"
    assert "0 partly working, 1 not responding" in check.detail
    assert "answered 404" in check.detail


# -- who else may read what is private ------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_settings_with_keys_that_others_can_read_are_named(site: TrendSite, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=x")
    (tmp_path / ".env").chmod(0o644)
    (tmp_path / "kawaraban.toml").write_text('[sources.x]\nbearer_token = "x"\n')
    (tmp_path / "kawaraban.toml").chmod(0o640)

    check = named(await examine(settings_for(tmp_path, site)), "files")

    assert check.state == "fix"
    assert ".env (mode 644)" in check.detail
    assert "kawaraban.toml (mode 640)" in check.detail
    assert check.advice == "chmod 600 .env kawaraban.toml"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize(
    ("text", "is_secret"),
    [
        ('[log]\nlevel = "INFO"\n', False),
        ('[sources.mastodon]\nbase_url = "https://mstdn.jp"\n', False),
        ('[sources.feed]\nsearch_urls = ["https://news.example/search?q={topic}"]\n', False),
        ('[sources.feed]\nsearch_urls = ["https://news.example/search?key=1&q={topic}"]\n', True),
        ('[sources.trendpage.pages]\ncats = "https://user:word@trends.example/cats"\n', True),
        ('[discord]\ntoken = "x"\n', True),
    ],
)
async def test_settings_without_a_key_may_be_read_by_all(
    site: TrendSite, tmp_path: Path, text: str, is_secret: bool
) -> None:
    (tmp_path / "kawaraban.toml").write_text(text)
    (tmp_path / "kawaraban.toml").chmod(0o644)

    check = named(await examine(settings_for(tmp_path, site)), "files")

    assert check.state == ("fix" if is_secret else "ok")


def chmod(url: str, mode: int) -> int:
    """Change the mode of a database's file; what it was."""
    path = Path(url.removeprefix("sqlite:///"))
    before = path.stat().st_mode & 0o777
    path.chmod(mode)
    return before


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_database_that_others_could_read_is_closed_and_said(site: TrendSite, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, site)
    async with app.open_services(settings):
        pass
    chmod(settings.database.url, 0o644)

    check = named(await examine(settings), "files")

    assert check.state == "note"
    assert "644" in check.detail
    assert chmod(settings.database.url, 0o600) == 0o600


# -- scheduled copies ------------------------------------------------------------------------------------


async def test_copies_of_the_database_are_off_missing_made_or_failing(tmp_path: Path, site: TrendSite) -> None:
    folder = tmp_path / "copies"
    off = settings_for(tmp_path, site)
    settings = settings_for(tmp_path, site, backup={"every_h": 24, "folder": str(folder)})
    storage = await open_storage(settings.database.url)
    backups = bootstrap.scheduled_backups(settings, storage)
    try:
        found = [named(await examine(off), "backups"), named(await examine(settings), "backups")]
        await backups.run_due()
        found.append(named(await examine(settings), "backups"))
        await storage.maintenance.set_note(FAILURE_NOTE, "no room")
        found.append(named(await examine(settings), "backups"))
    finally:
        await storage.close()

    assert [one.state for one in found] == ["note", "note", "ok", "fix"]
    assert str(folder) in found[2].detail
    assert "no room" in found[3].detail
