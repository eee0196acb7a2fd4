"""The command line: ``kawaraban``.

``run | demo | fetch | poll | watch | digest | status | hide | unhide | hidden | doctor | migrate``

Exit codes: 0 well, 1 something to do (doctor), 2 a setting or an argument is wrong, 3 a source did not answer,
4 the database cannot be used.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot import __version__
from bot.core.errors import DatabaseBusy, DatabaseTooNew, StorageError
from config.settings import SettingsError, load

from . import digests, keeping, looking, moderation, running, status, watches
from .console import DATABASE_FAILED, SETTINGS_WRONG, out, stop

cli = typer.Typer(
    help="Kawaraban tells a Discord channel what its topics are talking about, once, when it is worth telling.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for commands in (running, looking, watches, digests, status, moderation, keeping):
    commands.add_to(cli)


def main() -> None:
    """Run the command line; the errors we know become one line and an exit code."""
    try:
        cli(prog_name="kawaraban")
    except SettingsError as error:
        stop(str(error), SETTINGS_WRONG)
    except DatabaseTooNew as error:
        stop(str(error), DATABASE_FAILED)
    except DatabaseBusy as error:
        stop(f"the database ({load().database.url}) cannot be used just now: {error}", DATABASE_FAILED)
    except StorageError as error:
        stop(f"{load().database.url}: {error}", DATABASE_FAILED)


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
