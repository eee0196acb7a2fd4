"""``kawaraban setup``: leads through the settings, writes them into a file, and tries them at Discord."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, Final

import typer

from bot.cli.help import SpokenCommand
from bot.cli.maintenance import doctor_command
from bot.cli.terminal.asking import ask, ask_secret, choose, confirm, is_at_a_terminal
from bot.cli.terminal.console import SETTINGS_WRONG, out, print_text, run_to_end, stop
from bot.cli.terminal.messages import joined, said, say, spoken
from bot.core.errors import StorageError
from bot.core.lazy_dataclass import dataclass
from bot.doctor.database_faults import why_unusable
from bot.doctor.discord_setup import (
    DiscordSilent,
    KnownBot,
    TokenRefused,
    WritableChannel,
    check_token,
    send_test_message,
    writable_channels,
)
from bot.storage.opening import migration_status, shown, sqlite_file
from config import example_path
from config.faults import SettingsError
from config.sentences import LANGUAGES
from config.settings import Settings, load
from config.settings_file import CannotEdit, Value, changed_text, new_text, write_private
from config.tables import WrongValue
from config.toml_file import config_file

INTERRUPTED: Final = 130
NONE: Final = "-"
"""The answer that switches a source off."""
_TOKEN: Final = ("discord", "token")


@dataclass(slots=True)
class Answers:
    """Values that the person chose, by the path of their keys; the settings before."""

    before: Settings
    values: dict[tuple[str, ...], Value] = field(default_factory=dict)

    def keep(self, path: tuple[str, ...], value: Value, now: Value) -> None:
        """Note a value where it is another than ``now``."""
        if value != now:
            self.values[path] = value


def setup(check: Annotated[bool, typer.Option("--check")] = False) -> None:
    """Lead through the settings; --check is doctor."""
    if check:
        doctor_command()
        return
    lead()


def lead() -> None:
    """Ask everything, then write the file. Ctrl-C before that leaves all as it was; exit code 130."""
    if not is_at_a_terminal():
        raise SettingsError("cli-setup-no-terminal", example=example_path())
    written = False
    try:
        file, before = config_file(), load()
        print_text(say("cli-setup-begin"), style="bold")
        if file.is_file():
            print_text(say("cli-setup-exists", file=file.name))
            if not confirm(say("cli-setup-change"), default=True):
                return
        answers = Answers(before)
        token, bot = _ask_token(answers)
        _ask_database(answers)
        _ask_sources(answers)
        _ask_language(answers)
        _write(file, answers)
        written = True
        if bot is None:
            print_text(say("cli-setup-unchecked"))
        else:
            print_text(say("cli-setup-invite", name=bot.name), style="bold")
            out.print(bot.invite)
            _offer_test(token, before.discord.api_base)
        print_text(say("cli-setup-end"), style="bold")
    except (KeyboardInterrupt, EOFError, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        out.print()
        print_text(say("cli-setup-stopped-written" if written else "cli-setup-stopped"))
        raise SystemExit(INTERRUPTED) from None


# -- the token -----------------------------------------------------------------------------------------


def _ask_token(answers: Answers) -> tuple[str, KnownBot | None]:
    """The token, and whose it is (None: Discord could not be asked, and the person goes on)."""
    settings = answers.before.discord
    known = settings.token.get_secret_value() if settings.token else ""
    print_text(say("cli-setup-token-where"))
    while True:
        typed = ask_secret(say("cli-setup-token-keep" if known else "cli-setup-token")) or known
        if not typed:
            continue
        if (wrong := _refused({"discord": {"token": typed}})) is not None:
            print_text(wrong, style="red")
            continue
        bot: KnownBot | None = None
        try:
            bot = run_to_end(check_token(typed, settings.api_base))
        except TokenRefused:
            print_text(say("cli-setup-token-refused"), style="red")
            known = ""
            continue
        except DiscordSilent as silent:
            print_text(say("cli-setup-token-unasked", facts=silent.facts), style="red")
            if not confirm(say("cli-setup-go-on"), default=False):
                continue
        if bot is not None:
            print_text(say("cli-setup-token-ok", name=bot.name), style="green")
        answers.keep(_TOKEN, typed, settings.token.get_secret_value() if settings.token else "")
        return typed, bot


# -- the database --------------------------------------------------------------------------------------


def _ask_database(answers: Answers) -> None:
    now = answers.before.database.url
    short = now.removeprefix("sqlite:///") if now.startswith("sqlite:///") else shown(now)

    def meant(typed: str) -> str:
        return now if typed == short else _database_url(typed)

    typed = ask(say("cli-setup-database"), short, check=lambda one: _database_fault(meant(one)))
    answers.keep(("database", "url"), meant(typed), now)


def _database_url(typed: str) -> str:
    """The URL that was meant: a path is a file's."""
    is_url = typed.startswith(("sqlite:///", "postgresql://", "postgres://"))
    return typed if is_url else f"sqlite:///{typed}"


def _database_fault(url: str) -> str | None:
    """A sentence about a database that cannot be used."""
    if (wrong := _refused({"database": {"url": url}})) is not None:
        return wrong
    file = sqlite_file(url)
    try:
        if file is not None:
            _try_to_write(file.absolute().parent)
        run_to_end(migration_status(url))
    except OSError as error:
        return say("cli-setup-database-folder", folder=str(error.filename or file), why=error.strerror or "")
    except StorageError as error:
        return said(why_unusable(url, error, setting=shown(url)))
    return None


def _try_to_write(folder: Path) -> None:
    """Try a file without a name in the folder, or in the one in which it would be made. Raises ``OSError``."""
    while not folder.exists():
        folder = folder.parent
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


# -- sources and language ------------------------------------------------------------------------------


def _ask_sources(answers: Answers) -> None:
    print_text(say("cli-setup-sources"))
    sources = answers.before.sources
    for name in ("mastodon", "misskey"):
        now = sources.of(name)
        server: str = now.base_url if now.enabled else NONE  # type: ignore[attr-defined]  # both have one
        typed = ask(say(f"cli-setup-{name}"), server, check=_source_check(name, "base_url"))
        answers.keep(("sources", name, "enabled"), typed != NONE, now.enabled)
        if typed != NONE:
            answers.keep(("sources", name, "base_url"), typed, now.base_url)  # type: ignore[attr-defined]
    searches = list(sources.feed.search_urls)
    if not searches:
        typed = ask(say("cli-setup-search"), NONE, check=_source_check("feed", "search_urls", lambda one: [one]))
        answers.keep(("sources", "feed", "search_urls"), [] if typed == NONE else [typed], searches)
    if sources.x.bearer_token is None and confirm(say("cli-setup-x"), default=False):
        key = ask_secret(say("cli-setup-x-key"))
        while key and (wrong := _refused({"sources": {"x": {"bearer_token": key}}})) is not None:
            print_text(wrong, style="red")
            key = ask_secret(say("cli-setup-x-key"))
        answers.keep(("sources", "x", "bearer_token"), key, "")


def _source_check(
    source: str, key: str, value: Callable[[str], Any] = lambda typed: typed
) -> Callable[[str], str | None]:
    """A check of one key of a source; the answer that means none is always right."""

    def check(typed: str) -> str | None:
        return None if typed == NONE else _refused({"sources": {source: {key: value(typed)}}})

    return check


def _refused(candidate: dict[str, Any]) -> str | None:
    """A sentence about a value that its setting does not take."""
    try:
        Settings.only(**candidate)
    except WrongValue as error:
        return say("cli-setup-wrong", takes=said(error.takes))
    return None


def _ask_language(answers: Answers) -> None:
    is_new = not config_file().is_file()
    now = answers.before.discord.language
    choices = "/".join(LANGUAGES)

    def check(typed: str) -> str | None:
        return None if typed in LANGUAGES else say("cli-setup-wrong-language", choices=choices)

    typed = ask(say("cli-setup-language", choices=choices), spoken() if is_new else now, check=check)
    answers.keep(("discord", "language"), typed, now)


# -- the file ------------------------------------------------------------------------------------------


def _write(file: Path, answers: Answers) -> None:
    """Write what was chosen. Stops with a sentence where the file cannot be changed or written."""
    if not answers.values and file.is_file():
        print_text(say("cli-setup-nothing-changed", file=file.name))
        return
    try:
        if file.is_file():
            text = changed_text(file.read_text(encoding="utf-8-sig"), answers.values)
        else:
            meaning = None if spoken() == "en" else _meaning  # the example is English
            text = new_text(say("cli-setup-heading"), answers.values, meaning)
        write_private(file, text)
    except (CannotEdit, tomllib.TOMLDecodeError):
        keys = ", ".join(".".join(path) for path in answers.values)
        stop(say("cli-setup-cannot-edit", file=file.name, keys=keys), SETTINGS_WRONG)
    except OSError as error:
        stop(say("cli-setup-unwritten", file=str(file.absolute()), why=error.strerror or ""), SETTINGS_WRONG)
    print_text(say("cli-setup-written", file=str(file.absolute())), style="green")
    if hidden := [name for name in map(_variable, answers.values) if name in os.environ]:
        print_text(say("cli-setup-hidden", names=", ".join(hidden)), style="red")


def _meaning(path: str) -> str:
    """The meaning of a setting, as on the page of all settings."""
    return say(f"cli-setting-{path.replace('.', '-')}")


def _variable(path: tuple[str, ...]) -> str:
    """The variable of a key, which wins over the file."""
    if path == _TOKEN and "DISCORD_TOKEN" in os.environ:
        return "DISCORD_TOKEN"
    return "KAWARABAN_" + "__".join(path).upper()


# -- one message ---------------------------------------------------------------------------------------


def _offer_test(token: str, api_base: str | None) -> None:
    """Offer one message to a channel, again until it arrived or the person has enough."""
    while confirm(say("cli-setup-test"), default=False):
        try:
            channels = run_to_end(writable_channels(token, api_base))
            if not channels:
                print_text(say("cli-setup-test-nowhere"))
                continue
            place = choose(say("cli-setup-test-which"), [_channel_name(one) for one in channels])
            if place is None:
                return
            run_to_end(send_test_message(token, api_base, channels[place].id, say("cli-setup-test-message")))
        except (TokenRefused, DiscordSilent) as error:
            facts = error.facts if isinstance(error, DiscordSilent) else say("cli-setup-token-refused")
            print_text(joined(say("cli-setup-test-failed"), facts), style="red")
            continue
        print_text(say("cli-setup-test-sent", channel=_channel_name(channels[place])), style="green")
        return


def _channel_name(one: WritableChannel) -> str:
    return say("cli-setup-channel", channel=one.name, server=one.server)


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command(cls=SpokenCommand)(setup)
