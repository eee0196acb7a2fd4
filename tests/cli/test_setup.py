"""``kawaraban setup`` as a person at a terminal meets it, against a Discord on a real socket."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from config.sentences import LANGUAGES, Language, sentence
from tests.cli.processes import kawaraban
from tests.cli.terminal import Terminal, terminal
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord

ID = base64.urlsafe_b64encode(b"123456789012345678").decode()
LOCALES = {"ja": "ja_JP.UTF-8", "en": "en_US.UTF-8"}


class Practice(FakeDiscord):
    """A Discord whose token has a token's form."""

    token = f"{ID}.Fake00.made-up-for-this-test"


@pytest.fixture
async def discord() -> AsyncIterator[Practice]:
    async with Practice() as server:
        yield server


def said(text_id: str, language: Language = "en", **values: Any) -> str:
    return sentence(language, text_id, **values)


def files_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def chosen_in(file: Path) -> dict[str, Any]:
    """The values of a file; tables without one are left out."""

    def filled(table: dict[str, Any]) -> dict[str, Any]:
        inner = {key: filled(value) if isinstance(value, dict) else value for key, value in table.items()}
        return {key: value for key, value in inner.items() if value != {}}

    return filled(tomllib.loads(file.read_text(encoding="utf-8")))


async def answer(at: Terminal, question: str, typed: str = "") -> None:
    """Type an answer once the question stands there; Enter alone where there is none."""
    await at.until(question)
    await at.until(">")
    at.type(typed)


async def through(at: Terminal, language: Language = "en", **typed: str) -> None:
    """Answer the questions between the token and the file; by Enter where nothing is ``typed``."""
    for name in ("database", "mastodon", "misskey", "search", "x"):
        await answer(at, said(f"cli-setup-{name}", language), typed.get(name, ""))
    await answer(at, said("cli-setup-language", language, choices="ja/en"), typed.get("language", ""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [36, 100])
async def test_from_nothing_to_a_file_an_invitation_and_a_message(
    tmp_path: Path, discord: Practice, language: Language, columns: int
) -> None:
    guild = discord.add_guild("tea house")
    silent, news = discord.add_channel(guild, "silent"), discord.add_channel(guild, "news")
    discord.set_permissions(silent, deny=["send_messages"])
    where = {"DISCORD__API_BASE": discord.api_base, "LANG": LOCALES[language]}
    async with terminal(tmp_path, "setup", columns=columns, **where) as at:
        await answer(at, said("cli-setup-token", language), discord.token)
        await through(at, language)
        await at.until("client_id=")
        await answer(at, said("cli-setup-test", language), "y")
        await answer(at, said("cli-setup-test-which", language), "1")
        await at.until(said("cli-setup-end", language))
        code, screen = await at.ended(), at.screen

    file = tmp_path / "kawaraban.toml"
    expected = {"token": discord.token} | ({"language": "en"} if language == "en" else {})
    assert code == 0
    assert chosen_in(file) == {"discord": expected}
    assert file.stat().st_mode & 0o777 == 0o600
    explained = (
        "A file, sqlite:///relative/path" if language == "en" else said("cli-setting-database-url", language)
    )
    assert f"# {explained}" in file.read_text(encoding="utf-8")
    assert discord.token not in screen
    assert "#silent" not in screen
    [message] = discord.messages(news)
    assert message.body.content == said("cli-setup-test-message", language)


async def test_wrong_token_gets_one_sentence_and_another_try(tmp_path: Path, discord: Practice) -> None:
    async with terminal(tmp_path, "setup", DISCORD__API_BASE=discord.api_base) as at:
        await answer(at, said("cli-setup-token"), f"{ID}.Fake00.another-one")
        await at.until(said("cli-setup-token-refused"))
        await answer(at, said("cli-setup-token"), f"{discord.token}\x01")  # what a header cannot hold
        await at.until(said("cli-setup-wrong", takes="")[:12])
        await answer(at, said("cli-setup-token"), discord.token)
        await at.until(said("cli-setup-token-ok", name="kawaraban"))
        await through(at)
        await answer(at, said("cli-setup-test"), "n")
        assert await at.ended() == 0

    assert chosen_in(tmp_path / "kawaraban.toml")["discord"]["token"] == discord.token


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"database": "/proc/nowhere/k.db"}, "cli-setup-database-folder"),
        ({"mastodon": "not an address"}, "cli-setup-wrong"),
        ({"search": "https://feeds.example/all"}, "cli-setup-wrong"),
        ({"language": "fr"}, "cli-setup-wrong-language"),
    ],
)
async def test_answer_that_cannot_be_gets_a_sentence_and_is_asked_again(
    tmp_path: Path, discord: Practice, typed: dict[str, str], expected: str
) -> None:
    [name] = typed
    async with terminal(tmp_path, "setup", DISCORD__API_BASE=discord.api_base) as at:
        await answer(at, said("cli-setup-token"), discord.token)
        for question in ("database", "mastodon", "misskey", "search", "x", "language"):
            text = (
                said("cli-setup-language", choices="ja/en")
                if question == "language"
                else said(f"cli-setup-{question}")
            )
            if question == name:
                await answer(at, text, typed[name])
                await at.until(said(expected, folder="", why="", takes="", choices="")[:12])
            await answer(at, text)
        await answer(at, said("cli-setup-test"), "n")
        assert await at.ended() == 0

    assert chosen_in(tmp_path / "kawaraban.toml").keys() == {"discord"}


@pytest.mark.parametrize("question", ["token", "database"])
async def test_bytes_that_are_no_text_are_asked_for_again(
    tmp_path: Path, discord: Practice, question: str
) -> None:
    async with terminal(tmp_path, "setup", DISCORD__API_BASE=discord.api_base) as at:
        if question == "database":
            await answer(at, said("cli-setup-token"), discord.token)
        await at.until(said(f"cli-setup-{question}"))
        await at.until(">")
        at.press(b"\xe9\xff\n")
        await at.until(said("cli-setup-not-text"))
        await at.until(">")
        at.type(discord.token if question == "token" else "other.db")
        if question == "token":
            await answer(at, said("cli-setup-database"), "other.db")
        for name in ("mastodon", "misskey", "search", "x"):
            await answer(at, said(f"cli-setup-{name}"))
        await answer(at, said("cli-setup-language", choices="ja/en"))
        await answer(at, said("cli-setup-test"), "n")
        assert await at.ended() == 0

    assert chosen_in(tmp_path / "kawaraban.toml")["database"] == {"url": "sqlite:///other.db"}


@pytest.mark.parametrize("after", ["token", "database", "language"])
async def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, discord: Practice, after: str) -> None:
    async with terminal(tmp_path, "setup", DISCORD__API_BASE=discord.api_base) as at:
        if after != "token":
            await answer(at, said("cli-setup-token"), discord.token)
        if after == "language":
            for name in ("database", "mastodon", "misskey", "search", "x"):
                await answer(at, said(f"cli-setup-{name}"))
        question = {"token": "cli-setup-token", "database": "cli-setup-database"}.get(after)
        await at.until(said(question) if question else said("cli-setup-language", choices="ja/en"))
        await at.until(">")
        await at.interrupted(said("cli-setup-stopped"))
        assert await at.ended() == 130

    assert files_in(tmp_path) == []


OWN = """# my notes
[discord]
token = "%s"
status_channel = 123456789012345678 # the office

[poll]
interval_s = 600
"""


async def test_file_that_exists_is_asked_about_and_keeps_all_else(tmp_path: Path, discord: Practice) -> None:
    file = tmp_path / "kawaraban.toml"
    file.write_text(OWN % discord.token, encoding="utf-8-sig")  # as Notepad writes it
    async with terminal(tmp_path, "setup", DISCORD__API_BASE=discord.api_base) as at:
        await answer(at, said("cli-setup-change"), "n")
        assert await at.ended() == 0
    assert file.read_text(encoding="utf-8-sig") == OWN % discord.token

    async with terminal(tmp_path, "setup", DISCORD__API_BASE=discord.api_base) as at:
        await answer(at, said("cli-setup-change"))
        await answer(at, said("cli-setup-token-keep"))
        await through(at, mastodon="-", misskey="https://misskey.example", search="https://s.example/?q={topic}")
        await answer(at, said("cli-setup-test"), "n")
        assert await at.ended() == 0

    text = file.read_text(encoding="utf-8")
    assert text.startswith(OWN % discord.token)
    assert chosen_in(file)["sources"] == {
        "mastodon": {"enabled": False},
        "misskey": {"base_url": "https://misskey.example"},
        "feed": {"search_urls": ["https://s.example/?q={topic}"]},
    }


async def test_discord_that_refuses_the_message_is_quoted(tmp_path: Path, discord: Practice) -> None:
    guild = discord.add_guild("tea house")
    discord.add_channel(guild, "news")
    discord.faults.next("POST /channels", Fault.status(403, 50013))
    async with terminal(tmp_path, "setup", DISCORD__API_BASE=discord.api_base) as at:
        await answer(at, said("cli-setup-token"), discord.token)
        await through(at)
        await answer(at, said("cli-setup-test"), "y")
        await answer(at, said("cli-setup-test-which"), "1")
        await at.until(said("cli-setup-test-failed"))
        await answer(at, said("cli-setup-test"), "n")
        assert await at.ended() == 0
        assert "403" in at.screen


async def test_without_a_terminal_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    ended = await kawaraban(tmp_path, "setup")
    run = await kawaraban(tmp_path, "run")

    assert (ended.code, run.code) == (2, 2)
    assert ended.err.count("\n") == run.err.count("\n") == 1
    assert "DISCORD_TOKEN" in ended.err
    assert files_in(tmp_path) == []


async def test_run_without_a_token_begins_with_setup(tmp_path: Path, discord: Practice) -> None:
    async with terminal(tmp_path, "run", DISCORD__API_BASE=discord.api_base) as at:
        await at.until(said("cli-setup-begin"))
        await answer(at, said("cli-setup-token"), discord.token)
        await through(at)
        await answer(at, said("cli-setup-test"), "n")
        await answer(at, said("cli-setup-start"), "n")
        assert await at.ended() == 0


async def test_check_is_doctor(tmp_path: Path) -> None:
    checked, doctor = await kawaraban(tmp_path, "setup", "--check"), await kawaraban(tmp_path, "doctor")

    assert checked.code == doctor.code
    assert [line.split(" ")[0] for line in checked.out.splitlines()] == [
        line.split(" ")[0] for line in doctor.out.splitlines()
    ]
