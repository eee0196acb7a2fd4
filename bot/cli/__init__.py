"""The command line: ``kawaraban``.

``run | demo | fetch | poll | watch | digest | status | hide | unhide | hidden | doctor | migrate``

Exit codes: 0 well, 1 something to do (doctor), 2 a setting or an argument is wrong, 3 a source did not answer,
4 the database cannot be used.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

from bot import __version__
from bot.core.errors import DatabaseBusy, DatabaseTooNew, StorageError
from config.settings import SettingsError, load

from .console import DATABASE_FAILED, SETTINGS_WRONG, database_name, log_to_console, out, stop

log = logging.getLogger(__name__)

FAULT: Final = 1

HOMES: Final = {
    "run": "running",
    "demo": "running",
    "fetch": "looking",
    "poll": "looking",
    "watch": "watches",
    "digest": "digests",
    "status": "status",
    "hide": "moderation",
    "unhide": "moderation",
    "hidden": "moderation",
    "doctor": "keeping",
    "migrate": "keeping",
}
"""Each command's module, in the order in which the help shows them."""


class Commands(TyperGroup):
    """Imports what was asked for: a command that only looks needs no Discord, and starts in half the time."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The names of all commands."""
        return list(HOMES)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """The command of that name; where there is none, all are at hand for Typer to suggest one like it."""
        for name in [cmd_name] if cmd_name in HOMES else HOMES:
            self._fetch(name)
        return self.commands.get(cmd_name)

    def _fetch(self, name: str) -> None:
        home = typer.Typer(add_completion=False, rich_markup_mode=None)
        import_module(f"{__name__}.{HOMES[name]}").add_to(home)
        self.commands.update(get_group(home).commands)


cli = typer.Typer(
    cls=Commands,
    help="Kawaraban tells a Discord channel what its topics are talking about, once, when it is worth telling.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; the errors we know become one line and an exit code."""
    log_to_console()
    try:
        cli(prog_name="kawaraban")
    except SettingsError as error:
        stop(str(error), SETTINGS_WRONG)
    except DatabaseTooNew as error:
        stop(str(error), DATABASE_FAILED)
    except DatabaseBusy as error:
        stop(f"the database ({database_name(load())}) cannot be used just now: {error}", DATABASE_FAILED)
    except StorageError as error:
        stop(f"{database_name(load())}: {error}", DATABASE_FAILED)
    except Exception:
        log.critical("this should not have happened", exc_info=True)
        raise SystemExit(FAULT) from None


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"kawaraban {__version__}")
        raise typer.Exit


@cli.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""
