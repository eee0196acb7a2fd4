"""Checks of this machine: settings, database, private files, clock, fonts, words."""

from __future__ import annotations

import locale
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import discord

from bot import __version__, bootstrap
from bot.core.backups import BackupState, is_overdue
from bot.core.errors import SourceError, StorageError
from bot.core.limits import disk_space
from bot.core.processes import problems, survey
from bot.core.roles import Role
from bot.doctor.database_faults import can_be_made, why_unusable
from bot.polling.japanese import Words, words_by
from bot.sources.http.client import Http
from bot.storage.migration_files import MigrationStatus
from bot.storage.opening import backup_command, is_server, server_facts, shown, sqlite_file
from bot.storage.sqlite import private_files as private
from bot.storage.stores import Storage
from config.key_files import files_with_keys
from config.settings import Settings
from config.toml_file import config_file

from .checks import Check, CheckReporter, State

CLOCK_TOLERANCE: Final = timedelta(seconds=30)
SPARE_CONNECTIONS: Final = 12
"""Connections that should be free on a database server: a process opens six, one of an update as many again."""
_COUNTED: Final = (Role.GATEWAY, Role.POLLER, Role.SENDER)
SLOW_ANSWER: Final = timedelta(milliseconds=10)
"""Time of one answer of a database server above which polls become slow: each waits for about seventeen."""


def settings_check(reporter: CheckReporter) -> Check:
    """The settings file that was read."""
    file = config_file()
    shown = {"file": str(file.absolute()), "name": file.name, "version": __version__}
    return reporter.check(
        "settings", "ok", "cli-doctor-settings" if file.is_file() else "cli-doctor-no-settings", **shown
    )


async def database_check(
    settings: Settings, status: MigrationStatus | StorageError, storage: Storage | None, reporter: CheckReporter
) -> Check:
    """Whether it opens, at which version, and how much is in it. A missing file is not made."""
    if isinstance(status, StorageError):
        why = why_unusable(settings.database.url, status)
        return Check("database", "fix", why.said(reporter.language), None, reporter.title("database"))
    url = settings.database.url
    versions = {"path": shown(url), "current": str(status.current), "newest": str(status.newest)}
    if not status.exists:
        return _missing(settings, versions, reporter)
    if status.pending or storage is None:
        return _outdated(url, versions, reporter)
    size, found = await storage.trends.totals(), await storage.maintenance.disk_usage()
    limit_mb = settings.database.soft_limit_mb
    why_tight = disk_space.tight(found, limit_mb)
    if why_tight is not None:
        facts: dict[str, Any] = {"used": round(found.used / disk_space.MB), "limit": limit_mb}
        facts["free"] = round((found.disk_free or 0) / disk_space.MB)
        return reporter.check(
            "database", "note", f"cli-room-{why_tight}", advice="cli-doctor-database-room", **facts
        )
    counts: dict[str, Any] = {
        "topics": size.topics,
        "watches": size.watches,
        "subscriptions": size.subscriptions,
        "posts": size.posts,
        "waiting": size.waiting,
    }
    return reporter.check("database", "ok", "cli-doctor-database", **versions, **counts)


def _missing(settings: Settings, versions: dict[str, str], reporter: CheckReporter) -> Check:
    """Whether it can be made where it is to be."""
    if is_server(settings.database.url):
        return reporter.check("database", "ok", "cli-doctor-postgres-new", **versions)
    if can_be_made(settings.database.url):
        return reporter.check("database", "ok", "cli-doctor-database-new", **versions)
    why = why_unusable(settings.database.url, StorageError("there is no database"))
    return Check("database", "fix", why.said(reporter.language), None, reporter.title("database"))


def _outdated(url: str, versions: dict[str, str], reporter: CheckReporter) -> Check:
    """A database of an earlier version: the next start migrates it. Of a server's, the operator makes the copy."""
    advice = "cli-doctor-postgres-migrate" if is_server(url) else "cli-doctor-migrate"
    about: dict[str, str] = versions | ({"backup": backup_command(url)} if is_server(url) else {})
    return reporter.check("database", "note", "cli-doctor-database-old", advice=advice, **about)


async def server_checks(settings: Settings, reporter: CheckReporter) -> list[Check]:
    """The server of the database: version, latency, connections, clock. None for a file, or no server to ask."""
    try:
        facts = await server_facts(settings.database.url)
    except StorageError:
        return []  # the check of the database says so
    if facts is None:
        return []
    numbers: dict[str, Any] = {
        "version": facts.version,
        "encoding": facts.encoding,
        "ms": round(facts.latency.total_seconds() * 1000, 1),
        "used": facts.connections,
        "most": facts.max_connections,
        "seconds": round(max(abs(facts.ahead.total_seconds()), 0.1), 1),
        "waiting": facts.unconfirmed,
        "backup": backup_command(settings.database.url),
    }
    state: State = "ok"
    advice = "cli-doctor-postgres-backup"
    if facts.unconfirmed:
        state, advice = "fix", "cli-doctor-postgres-unconfirmed"
    elif facts.max_connections - facts.connections < SPARE_CONNECTIONS:
        state, advice = "note", "cli-doctor-postgres-crowded"
    elif facts.latency > SLOW_ANSWER:
        state, advice = "note", "cli-doctor-postgres-far"
    return [reporter.check("postgres", state, "cli-doctor-postgres", advice=advice, **numbers)]


async def backups_check(settings: Settings, storage: Storage | None, reporter: CheckReporter) -> list[Check]:
    """Scheduled copies of the database; none for a server's, whose check names its command."""
    if storage is None or is_server(settings.database.url):
        return []
    backups = bootstrap.scheduled_backups(settings, storage)
    if not backups.is_on:
        return [
            reporter.check("backups", "note", "cli-doctor-backups-off", advice="cli-doctor-backups-off-advice")
        ]
    state = await backups.state()
    values: dict[str, Any] = {"folder": str(backups.folder), "kept": state.kept}
    if state.failure is not None:
        return [
            reporter.check(
                "backups",
                "fix",
                "cli-doctor-backups-failed",
                advice="cli-doctor-backups-advice",
                why=state.failure,
                last=_last(state, reporter),
                **values,
            )
        ]
    overdue = is_overdue(state, bootstrap.utc_now(), backups.every)
    return [
        reporter.check(
            "backups",
            "note" if overdue else "ok",
            "cli-doctor-backups",
            advice="cli-doctor-backups-overdue" if overdue else None,
            last=_last(state, reporter),
            **values,
        )
    ]


def _last(state: BackupState, reporter: CheckReporter) -> str:
    """The time of the last copy, in UTC."""
    if state.last is None:
        return reporter.say("cli-backup-none")
    return reporter.say("cli-backup-last", at=f"{state.last:%Y-%m-%d %H:%M}")


async def processes_check(storage: Storage | None, reporter: CheckReporter) -> list[Check]:
    """The processes that run beside each other; none where one process runs everything, or none runs."""
    if storage is None:
        return []
    found = survey(await storage.processes.listed(), bootstrap.utc_now())
    if not (found.alive or found.lost):
        return []
    numbers = {f"{role}s": sum(role in one.roles for one in found.alive) for role in _COUNTED}
    lines = [reporter.say("cli-doctor-processes", lost=len(found.lost), **numbers)]
    lines += [reporter.say(f"cli-process-{problem}", **values) for problem, values in problems(found)]
    state: State = "fix" if found.missing_roles or found.missing_shards else "note" if found.clocks_off else "ok"
    return [Check("processes", state, " ".join(lines), None, reporter.title("processes"))]


def private_files(settings: Settings) -> list[Path]:
    """The files that others must not read: settings with keys, and the database with what lies beside it."""
    try:
        file = sqlite_file(settings.database.url)
    except StorageError:
        file = None  # the check of the database says so
    database = [] if file is None else private.of_database(file)
    return [*files_with_keys(), *database]


def files_check(
    exposed: Sequence[tuple[Path, int]], still: Sequence[tuple[Path, int]], reporter: CheckReporter
) -> Check:
    """Private files readable by others. ``exposed``: before the doctor corrected modes; ``still``: now."""
    if still:
        named = " ".join(shlex.quote(str(path)) for path, _ in still)
        listed = _with_modes(still, reporter)
        return reporter.check(
            "files", "fix", "cli-doctor-files-open", advice="cli-doctor-files-command", files=listed, paths=named
        )
    if exposed:
        listed = _with_modes(exposed, reporter)
        return reporter.check("files", "note", "cli-doctor-files-were-open", files=listed)
    return reporter.check("files", "ok", "cli-doctor-files-ok")


def _with_modes(files: Sequence[tuple[Path, int]], reporter: CheckReporter) -> str:
    """Files with their modes in octal."""
    shown = [reporter.say("cli-doctor-file", path=str(path), mode=f"{mode:o}") for path, mode in files]
    return reporter.say("list-comma").join(shown)


async def clock_check(settings: Settings, http: Http, reporter: CheckReporter) -> Check:
    """Compare with the clock of Discord's own answer; ages and 48 h rules depend on it."""
    base = settings.discord.api_base or discord.http.Route.BASE
    try:
        answer = await http.get(f"{base}/gateway")
        theirs = parsedate_to_datetime(answer.headers["date"])
    except SourceError as error:
        return reporter.check("clock", "note", "cli-doctor-clock-unknown", why=reporter.say_failure(error))
    except (KeyError, ValueError):
        return reporter.check("clock", "note", "cli-doctor-clock-undated")
    apart = abs(bootstrap.utc_now() - theirs)
    seconds = round(max(apart.total_seconds(), 1))
    if apart > CLOCK_TOLERANCE:
        return reporter.check(
            "clock", "fix", "cli-doctor-clock-off", advice="cli-doctor-clock-advice", seconds=seconds
        )
    return reporter.check("clock", "ok", "cli-doctor-clock-ok", seconds=seconds)


def words_check(reporter: CheckReporter) -> Check:
    """The way in which Japanese is cut into words, for the words that rose."""
    if words_by() is Words.SUDACHI:
        return reporter.check("words", "ok", "cli-doctor-words-sudachi")
    return reporter.check("words", "note", "cli-doctor-words-by-script", advice="cli-doctor-words-advice")


def fonts_check(reporter: CheckReporter) -> Check:
    """Only the demo's page in a browser draws Japanese on this machine; Discord brings its own fonts."""
    if shutil.which("fc-list") is None:
        return reporter.check("fonts", "note", "cli-doctor-fonts-unknown")
    listing = subprocess.run(
        ["fc-list", ":lang=ja", "family"],  # noqa: S607
        capture_output=True,
        encoding=locale.getpreferredencoding(do_setlocale=False),
        errors="replace",
        check=False,
    )
    families: Sequence[str] = sorted(set(listing.stdout.splitlines()))
    if families:
        return reporter.check("fonts", "ok", "cli-doctor-fonts-ok", font=families[0])
    return reporter.check("fonts", "note", "cli-doctor-fonts-none", advice="cli-doctor-fonts-advice")
