"""``kawaraban doctor`` and ``kawaraban migrate``."""

from __future__ import annotations

import typer

from bot import doctor
from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import FAULT, Json, print_json, print_text, run_to_end
from bot.cli.terminal.messages import say, spoken
from bot.storage.opening import migration_status, open_storage, shown
from config.settings import Settings, load


def doctor_command(as_json: Json = False) -> None:
    """Check that all is well, or say what to do; 1 where something needs a person."""
    checks = run_to_end(doctor.examine(load(), "en" if as_json else spoken()))
    wrong = sum(check.state == "fix" for check in checks)
    if as_json:
        print_json([_as_json(check) for check in checks])
    else:
        for check in checks:
            _show(check)
        print_text(say("cli-doctor-end", wrong=wrong))
    raise typer.Exit(FAULT if wrong else 0)


def _as_json(check: doctor.Check) -> dict[str, str | None]:
    """The shape that scripts rely on."""
    return {"name": check.name, "state": check.state, "detail": check.detail, "advice": check.advice}


def _show(check: doctor.Check) -> None:
    mark, style = doctor.MARKS[check.state]
    print_text(
        say("cli-doctor-line", mark=mark, title=check.title, detail=check.detail), style=style, hanging="  "
    )
    if check.advice:
        print_text(check.advice, indent="    ")


def migrate() -> None:
    """Bring the database to this version."""
    print_text(run_to_end(_migrate(load())))


async def _migrate(settings: Settings) -> str:
    path = shown(settings.database.url)
    before = await migration_status(settings.database.url)
    await (await open_storage(settings.database.url)).close()
    after = await migration_status(settings.database.url)
    if before.current == after.current:
        return say("cli-migrate-nothing", path=path, version=str(after.current))
    return say("cli-migrate-done", path=path, before=str(before.current), after=str(after.current))


def add_to(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command("doctor", cls=SpokenCommand)(doctor_command)
    cli.command(cls=SpokenCommand)(migrate)
