"""All checks of ``kawaraban doctor``, in the order in which a new operator needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import bootstrap
from bot.core.errors import DatabaseTooNew, StorageError
from bot.core.models import ChannelId, GuildId
from bot.gateway.command_sync import SYNCED_TREE
from bot.sources.http.client import Http
from bot.storage.migration_files import MigrationStatus
from bot.storage.opening import migration_status, open_storage
from bot.storage.sqlite import private_files as private
from bot.storage.stores import Storage
from config.sentences import Language
from config.settings import Settings

from .checks import Check, CheckReporter
from .discord_checks import BotFacts, examine_discord
from .machine_checks import (
    backups_check,
    clock_check,
    database_check,
    files_check,
    fonts_check,
    private_files,
    processes_check,
    server_checks,
    settings_check,
    words_check,
)
from .source_checks import off_checks, source_checks, watches_checks

Opened = tuple[MigrationStatus | StorageError, Storage | None]
"""The status of the database, and the database itself if it is of this version."""


async def examine(settings: Settings, language: Language = "en") -> list[Check]:
    """All checks, in the order a new operator needs them; ``language``: what they are said in."""
    reporter = CheckReporter(language)
    http = Http(bootstrap.http_limits(settings), clock=bootstrap.utc_now)
    files = private_files(settings)
    # Before the database is opened, which takes from others what is the bot's own.
    exposed = private.exposed(files)
    try:
        async with _opened(settings) as (status, storage):
            sources = bootstrap.make_sources(settings, http)
            return [
                settings_check(reporter),
                *await examine_discord(settings, await _known(storage), reporter),
                await database_check(settings, status, storage, reporter),
                *await server_checks(settings, reporter),
                *await backups_check(settings, storage, reporter),
                *await processes_check(storage, reporter),
                files_check(exposed, private.exposed(files), reporter),
                *await watches_checks(storage, sources, reporter),
                *off_checks(sources, reporter),
                *[
                    check
                    for source in sources.values()
                    for check in await source_checks(source, storage, reporter)
                ],
                await clock_check(settings, http, reporter),
                fonts_check(reporter),
                words_check(reporter),
            ]
    finally:
        await http.aclose()


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Opened]:
    """The database, where it can be read as it is."""
    storage: Storage | None = None
    found: MigrationStatus | StorageError
    try:
        found = status = await migration_status(settings.database.url)
        if status.exists and status.current == status.newest:
            storage = await open_storage(settings.database.url, migrate=False)
        elif status.current > status.newest:
            found = DatabaseTooNew("the database is of a newer version")
    except StorageError as error:
        found = error
    except OSError as error:
        found = StorageError(str(error))
    try:
        yield found, storage
    finally:
        if storage is not None:
            await storage.close()


async def _known(storage: Storage | None) -> BotFacts:
    """The part of the database that Discord's answers are compared with."""
    if storage is None:
        return BotFacts()
    channels: defaultdict[GuildId, set[ChannelId]] = defaultdict(set)
    for guild_id in await storage.guilds.known_guilds():
        subscriptions, digests = (
            await storage.subscriptions.listed(guild_id),
            await storage.digests.listed(guild_id),
        )
        channels[guild_id] |= {one.channel_id for one in subscriptions if one.paused is None}
        channels[guild_id] |= {one.channel_id for one in digests if one.paused is None}
    return BotFacts(
        {guild_id: frozenset(found) for guild_id, found in channels.items()},
        await storage.maintenance.get_note(SYNCED_TREE),
    )
