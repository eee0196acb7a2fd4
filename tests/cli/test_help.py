"""Helps in both languages: every command and parameter has a sentence, and every line fits the terminal."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli import cli
from bot.cli.help import SpokenCommand, SpokenGroup, help_lines, of_param
from bot.cli.terminal import messages
from config.sentences import LANGUAGES, Language, has, sentence

from .test_cli import Here, here, the_only_line

__all__ = ["here"]


def commands(command: Any, ctx: Any) -> Iterator[tuple[Any, Any]]:
    """A command and all below it, each with its context."""
    yield command, ctx
    for name in command.list_commands(ctx) if isinstance(command, SpokenGroup) else ():
        below = command.get_command(ctx, name)
        yield from commands(below, below.context_class(below, info_name=name, parent=ctx))


@pytest.fixture
def tree() -> list[tuple[Any, Any]]:
    root = get_command(cli)
    return list(commands(root, root.context_class(root, info_name="kawaraban")))


def test_every_command_is_one_whose_help_is_spoken(tree: list[tuple[Any, Any]]) -> None:
    assert len(tree) > 15
    assert all(isinstance(command, (SpokenCommand, SpokenGroup)) for command, _ in tree)


@pytest.mark.parametrize("width", [50, 80])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_help_is_said_in_the_language_and_fits(
    language: Language, width: int, tree: list[tuple[Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages._Reader, "language", language)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((width, 24)))

    for command, ctx in tree:
        lines = help_lines(command, ctx)

        assert all(cell_len(line) <= width for line in lines), lines
        assert any(ord(letter) > 0x3000 for letter in "".join(lines)) is (language == "ja")


def test_every_parameter_has_a_sentence_of_its_own_or_of_its_name(tree: list[tuple[Any, Any]]) -> None:
    for command, ctx in tree:
        for param in command.get_params(ctx):
            assert of_param("", param.name)
            assert not getattr(param, "help", None) or has("en", f"cli-param-{param.name}".replace("_", "-"))


def test_japanese_is_spoken_where_the_system_the_option_or_the_setting_says_so(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    english, by_option = here("status"), here("status", "--language", "ja")
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    by_system = here("status")
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("KAWARABAN_CLI__LANGUAGE", "ja")
    by_setting = here("status")

    assert (by_option.code, by_setting.code, english.code) == (4, 4, 4)
    assert by_option.err == by_setting.err == by_system.err != english.err
    assert "データベース" in by_option.err


def test_json_stays_english_in_every_language(here: Here) -> None:
    here("watch", "add", "mastodon", "瓦版")

    assert here("status", "--json", "--language", "ja").out == here("status", "--json").out
    assert here("watch", "list", "--json", "--language", "ja").out == here("watch", "list", "--json").out


def test_language_nobody_speaks_is_refused_with_those_there_are(here: Here) -> None:
    ended = here("status", "--language", "fr")

    assert ended.code == 2
    assert "ja, en" in ended.err.splitlines()[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["stats"], "status"),
        (["watch", "ad", "x"], "add"),
        (["fetch", "x", "--sorce", "feed"], "--source"),
        (["fetch"], "TOPIC"),
        (["fetch", "x", "--source"], "--source"),
        (["demo", "--port", "99999"], "65535"),
        (["fetch", "data", "center"], "center"),
        (["watch", "add", "data", "center"], '"data center"'),
        (["watch", "import", "nowhere.csv"], "nowhere.csv"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_command_line_that_is_wrong_is_answered_with_what_is_right(
    line: list[str], told: str, language: Language, here: Here
) -> None:
    ended = here(*line, "--language", language)

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err.splitlines()[0]
    assert "--help" in ended.err.splitlines()[1]
    assert any(ord(letter) > 0x3000 for letter in ended.err) is (language == "ja")


@pytest.mark.parametrize(("line", "quotes"), [(["fetch", "data", "(big)"], True), (["check", "(big)"], False)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_too_many_are_named_as_they_were_typed(
    line: list[str], quotes: bool, language: Language, here: Here
) -> None:
    first, *_ = here(*line, "--language", language).err.splitlines()

    assert first.startswith(f"kawaraban: {sentence(language, 'cli-usage-extra', words='(big)')}")
    assert (sentence(language, "cli-usage-quotes") in first) is quotes


def test_shell_completes_commands_options_and_sources(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def completed(typed: str) -> list[str]:
        monkeypatch.setenv("_KAWARABAN_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" ")) - 1))
        return here().out.split()

    assert completed("kawaraban st") == ["status"]
    assert "--json" in completed("kawaraban status --")
    assert completed("kawaraban fetch x --source mas") == ["mastodon"]


def test_help_of_all_commands_reads_no_commands_module(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.import_module", lambda name: pytest.fail(f"{name} was read"))

    assert here("--help").code == 0


def test_without_a_command_the_help_is_shown(here: Here) -> None:
    ended = here()

    assert ended.code == 2
    assert "doctor" in ended.err


def test_version_is_one_line(here: Here) -> None:
    assert the_only_line(here("--version").out).startswith("kawaraban ")


def test_code_page_without_a_letter_ends_nothing(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    here("watch", "add", "mastodon", "瓦版")

    for line in (["watch", "list"], ["watch", "list", "--json"]):
        written = io.BytesIO()
        narrow = io.TextIOWrapper(written, encoding="cp1252", write_through=True)
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", narrow)
            assert here(*line, "--language", "ja").code == 0
            assert messages.spoken() == "en"
        if "--json" in line:
            assert [row["topic"] for row in json.loads(written.getvalue())] == ["瓦版"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("shell", "text_id", "code"), [("bash", "installed", 0), ("tcsh", "unknown-shell", 1)])
async def test_installing_the_completion_is_said_in_the_language(
    language: Language, shell: str, text_id: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("shellingham.detect_shell", lambda: (shell, shell))
    monkeypatch.setattr(messages._Reader, "language", language)

    ended = CliRunner().invoke(cli, ["--install-completion"], prog_name="kawaraban")

    path = tmp_path / ".bash_completions" / "kawaraban.sh"
    shells = messages.listed(["bash", "zsh", "fish", "PowerShell"])
    assert ended.output.strip() == messages.say(
        f"cli-completion-{text_id}", shell=shell, path=str(path), shells=shells
    )
    assert (ended.exit_code, path.exists()) == (code, code == 0)
