"""The command line: ``kawaraban``.

``setup | run | demo | fetch | poll | watch | digest | status | hide | unhide | hidden | doctor | migrate |
backup | restore | check | export | import | healthcheck | reload``

Exit codes: 0 well, 1 something to do (doctor), 2 a setting or an argument is wrong, 3 a source did not answer,
4 the database cannot be used.
"""

from __future__ import annotations

import gc
import io
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.main import get_group

import bot
from bot.cli.completion import speak_of_installing
from bot.cli.help import SpokenGroup, check_language, usage_error
from bot.cli.terminal.messages import speak
from config.language import cli_language

log = logging.getLogger(__name__)

HOMES: Final = {
    "setup": "setup",
    "run": "run",
    "demo": "run",
    "fetch": "fetch",
    "poll": "fetch",
    "watch": "watch",
    "digest": "digest",
    "status": "live_status",
    "hide": "moderation",
    "unhide": "moderation",
    "hidden": "moderation",
    "doctor": "maintenance",
    "migrate": "maintenance",
    "backup": "backup",
    "restore": "restore",
    "check": "check",
    "export": "transfers",
    "import": "transfers",
    "healthcheck": "healthcheck",
    "reload": "reload",
}
"""Each command's module, in the order in which the help shows them."""

COLLECT_AFTER: Final = 10_000
"""Objects made, less those that went, after which the garbage collector looks through the new ones, for 2 ms.

With 700, as in CPython, 8 % of a round of unchanged feeds and 3 to 5 % of any other were such passes
(measured)."""


class Commands(SpokenGroup):
    """Imports the command asked for: one that only polls needs no Discord, and a help no command at all."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments left for the command; Typer's own options were added after this was made."""
        speak_of_installing(self.params)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands."""
        return list(HOMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name."""
        if cmd_name in HOMES and cmd_name not in self.commands:
            home = typer.Typer(add_completion=False, rich_markup_mode=None)
            import_module(f"{__name__}.{HOMES[cmd_name]}").add_to(home)
            self.commands.update(get_group(home).commands)
            _look_for_garbage_again()
        return self.commands.get(cmd_name)


def _look_for_garbage_again() -> None:
    """End the pause that ``bot.__main__`` began; what was made until now stays, and is not looked through."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


cli = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; the errors we know become one line and an exit code."""
    gc.set_threshold(COLLECT_AFTER)
    words = sys.argv[1:]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a mark that a code page does not have is no reason to end
    language = cli_language(words)
    speak(language if _shows("あ") else "en")
    try:
        code = cli(_without_language(words), prog_name="kawaraban", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - each gets a sentence, and those we do not know a record
        _end(error)
    raise SystemExit(code if isinstance(code, int) else 0)


def _shows(letter: str) -> bool:
    """Whether what reads the output has such a letter."""
    try:
        letter.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _end(error: Exception) -> None:
    """End as an error asks for. What is printed with is imported now: a command that was done had it already."""
    from . import exits  # noqa: PLC0415 - see above

    if isinstance(error, typer.TyperException):
        exits.of_usage(error, usage_error(error))
    exits.of(error)


def _without_language(words: Sequence[str]) -> list[str]:
    """The words without ``--language``, which may stand anywhere. Raises ``WrongArgument`` for a wrong one."""
    left: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*left, word, *rest]
        name, equals, value = word.partition("=")
        if name != "--language" or not (equals or rest):
            left.append(word)
            continue
        check_language(value if equals else rest.pop(0))
    return left


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kawaraban {bot.__version__}")
        raise typer.Exit


def _language(said: str | None) -> None:
    if check_language(said) is not None:
        speak(cli_language(["--language", said or ""]))


@cli.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
    language: Annotated[
        str | None, typer.Option("--language", metavar="ja|en", callback=_language, is_eager=True)
    ] = None,
) -> None:
    """Options before the command."""
