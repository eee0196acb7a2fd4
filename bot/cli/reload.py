"""``kawaraban reload``: asks the processes of the bot to read their settings again, and says the results."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import typer

from bot import bootstrap
from bot.cli.help import SpokenCommand
from bot.cli.terminal.console import FAULT, SETTINGS_WRONG, err, print_text, run_to_end, stop
from bot.cli.terminal.messages import say, spoken
from bot.core.processes import survey
from bot.instance_lock import AnotherRuns, alone_on
from bot.storage.opening import need, shown
from bot.storage.sql.reloads import ReloadResult
from bot.storage.stores import Storage
from config.settings import Settings, load

ANSWER_WITHIN_S: Final = 15.0
_LOOK_EVERY_S: Final = 0.2


def reload() -> None:
    """Ask the running bot to read its settings again; 2 where they are wrong, 1 where it does not answer."""
    settings = load()
    results, silent = run_to_end(_reload(settings))
    for result in results:
        _show(result)
    for process in silent:
        err.print(say("cli-reload-silent", process=process, seconds=round(ANSWER_WITHIN_S)))
    if any(result.error for result in results):
        raise typer.Exit(SETTINGS_WRONG)
    if silent:
        raise typer.Exit(FAULT)


async def _reload(settings: Settings) -> tuple[list[ReloadResult], list[str]]:
    """The results, and the processes that did not answer."""
    url = settings.database.url
    await need(url)
    async with bootstrap.stored(settings, changes=False) as storage:
        expected = await _running(storage, url)
        request, until = await storage.reloads.request(), time.monotonic() + ANSWER_WITHIN_S
        while True:
            results = await storage.reloads.results(request)
            if len(results) >= max(1, len(expected)) or time.monotonic() > until:
                break
            await asyncio.sleep(_LOOK_EVERY_S)
    answered = {result.process for result in results}
    silent = sorted(expected - answered) if expected else [] if results else [shown(url)]
    return sorted(results, key=lambda result: result.process), silent


async def _running(storage: Storage, url: str) -> set[str]:
    """Names of the processes with roles; none of one that runs everything, which is known by its lock."""
    found = survey(await storage.processes.listed(), bootstrap.utc_now())
    if found.alive:
        return {process.name for process in found.alive}
    try:
        with alone_on(url):
            stop(say("cli-reload-none", path=shown(url)), FAULT)
    except AnotherRuns:
        return set()


def _show(result: ReloadResult) -> None:
    if result.error is not None:
        english, japanese = result.error
        why = japanese if spoken() == "ja" else english
        err.print(say("cli-reload-error", process=result.process, why=why))
        return
    changed = ", ".join(result.at_once)
    print_text(say("cli-reload-done", process=result.process, changed=changed, any="yes" if changed else "no"))
    if result.restart:
        print_text(say("cli-reload-restart", names=", ".join(result.restart)), indent="  ")


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command(cls=SpokenCommand)(reload)
