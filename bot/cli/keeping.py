"""``kawaraban doctor`` and ``kawaraban migrate``."""

from __future__ import annotations

from dataclasses import asdict

import typer

from bot import doctor
from bot.storage.migrate import migration_status
from bot.storage.sqlite import open_sqlite
from config.settings import Settings, load

from .console import Json, out, print_json, run_to_end


def doctor_command(as_json: Json = False) -> None:
    """Check that all is well, or say what to do.

    Settings, token, database, sources, clock and fonts; prints the address that invites the bot.
    """
    checks = run_to_end(doctor.examine(load()))
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            mark, style = {"ok": ("✓", "green"), "note": ("·", "yellow"), "fix": ("✗", "red")}[check.state]
            out.print(f"{mark} {check.name}: {check.detail}", style=style, markup=False)
            if check.advice:
                out.print(f"    {check.advice}", markup=False)
    raise typer.Exit(int(any(check.state == "fix" for check in checks)))


def migrate() -> None:
    """Bring the database to this version.

    The bot does so by itself when it starts; a copy of the old file is kept beside it.
    """
    out.print(run_to_end(_migrate(load())))


async def _migrate(settings: Settings) -> str:
    before = await migration_status(settings.database.url)
    await (await open_sqlite(settings.database.url)).close()
    after = await migration_status(settings.database.url)
    if before.current == after.current:
        return f"nothing to do: the database is at version {after.current}"
    return f"the database went from version {before.current} to {after.current}"


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command("doctor")(doctor_command)
    cli.command()(migrate)
