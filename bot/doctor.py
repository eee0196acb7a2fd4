"""``kawaraban doctor``: is everything there, and what is to be done where it is not."""

from __future__ import annotations

import base64
import binascii
import locale
import shlex
import shutil
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePath
from typing import Literal

import discord

from bot import lookout
from bot.client import invite_url
from bot.core import room
from bot.core.errors import BudgetSpent, SourceError, SourceRefused, StorageError
from bot.core.health import SILENT, is_ailing
from bot.core.incidents import place_of
from bot.core.models import Health, Look, SourceName, Watch
from bot.core.status import SourceLine, source_lines
from bot.core.targets import targets_of
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.http import Http
from bot.sources.x import X
from bot.storage import private
from bot.storage.migrate import database_path, migration_status
from bot.storage.sqlite import open_sqlite
from config.settings import Settings, config_file, files_with_keys

PROBE_TOPIC = "ニュース"
CLOCK_TOLERANCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Check:
    """One line: ``ok`` all is well, ``note`` good to know, ``fix`` to be mended."""

    name: str
    state: Literal["ok", "note", "fix"]
    detail: str
    advice: str | None = None


async def examine(settings: Settings) -> list[Check]:
    """All checks, in the order a new operator needs them."""
    http = Http(lookout.http_limits(settings), clock=lookout.utc_now)
    files = _private_files(settings)
    exposed = private.exposed(
        files
    )  # before the database is opened, which takes from others what is the bot's own
    try:
        sources = lookout.make_sources(settings, http)
        return [
            _settings(),
            *_token(settings),
            await _database(settings),
            _files(exposed, still=private.exposed(files)),
            *await _watches(settings, sources),
            *_sources_off(sources),
            *[check for source in sources.values() for check in await _source(settings, source)],
            await _clock(settings, http),
            _fonts(),
        ]
    finally:
        await http.aclose()


def _settings() -> Check:
    file = config_file()
    where = f"read {file.name}" if file.is_file() else f"no {file.name}: environment and defaults only"
    return Check("settings", "ok", where)


def _token(settings: Settings) -> list[Check]:
    """The form of the token (it is not sent anywhere), and the invite that follows from it."""
    token = settings.discord.token.get_secret_value() if settings.discord.token else None
    if token is None:
        check = Check(
            "token",
            "note",
            "not set; `kawaraban demo` runs without one",
            "Create an application at https://discord.com/developers/applications, copy the token from its "
            "Bot page and put it into DISCORD_TOKEN or .env.",
        )
        return [check, *_invite(settings.discord.application_id)]
    application_id = application_id_of(token)
    if application_id is None:
        check = Check(
            "token",
            "fix",
            "it does not have the form of a bot token",
            "A bot token has three parts joined by dots; copy it again from the Bot page (not the client secret).",
        )
        return [check, *_invite(settings.discord.application_id)]
    return [
        Check("token", "ok", "it has the form of a bot token"),
        *_invite(settings.discord.application_id or application_id),
    ]


def application_id_of(token: str) -> int | None:
    """The application's id, which is the first part of a bot token in base64; None for another form."""
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        return None
    try:
        decoded = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return int(decoded) if decoded.isdigit() and len(decoded) >= 15 else None


def _invite(application_id: int | None) -> list[Check]:
    if application_id is None:
        return [Check("invite", "note", "its address is printed here once a token is set")]
    return [Check("invite", "ok", invite_url(application_id))]


async def _database(settings: Settings) -> Check:
    """Whether it opens, at which version, and how much is in it. A missing file is not made."""
    url = settings.database.url
    name = PurePath(url).name
    try:
        status = await migration_status(url)
        if not status.exists:
            return Check("database", "ok", f"{name} will be made at the first start (version {status.newest})")
        if status.current < status.newest:
            return Check(
                "database",
                "note",
                f"{name} is at version {status.current} of {status.newest}",
                "The next start brings it up to date and keeps a copy beside it; `kawaraban migrate` does so now.",
            )
        storage = await open_sqlite(url)
        try:
            size, found = await storage.totals(), await storage.room()
        finally:
            await storage.close()
    except (StorageError, OSError) as error:
        return Check("database", "fix", f"{name}: {error}", "Check the path, its permissions and the free space.")
    why = room.tight(found, settings.database.soft_limit_mb)
    if why is not None:
        return Check(
            "database",
            "note",
            f"{name}: {room.words(found, settings.database.soft_limit_mb, why)}",
            "Give it room: a larger disk, a higher database.soft_limit_mb, or lower quotas.",
        )
    return Check(
        "database",
        "ok",
        f"{name} version {status.current}: {size.topics:,} topics, {size.watches:,} watches, "
        f"{size.subscriptions:,} subscriptions, {size.posts:,} posts, {size.waiting:,} waiting to be sent",
    )


def _private_files(settings: Settings) -> list[Path]:
    """The files that others must not read: settings with keys, and the database with what lies beside it."""
    try:
        database = [*private.of_database(database_path(settings.database.url))]
    except StorageError:
        database = []  # the check of the database says so
    return [*files_with_keys(), *database]


def _files(exposed: Sequence[tuple[Path, int]], *, still: Sequence[tuple[Path, int]]) -> Check:
    """Who else on this machine may read what is private. ``exposed``: when the doctor came; ``still``: now."""
    if still:
        named = " ".join(shlex.quote(str(path)) for path, _ in still)
        listed = ", ".join(f"{path} (mode {mode:o})" for path, mode in still)
        return Check("files", "fix", f"other users of this machine can read {listed}", f"chmod 600 {named}")
    if exposed:
        listed = ", ".join(f"{path} (was mode {mode:o})" for path, mode in exposed)
        return Check(
            "files", "note", f"other users could read {listed} until now; opening the database ended that"
        )
    return Check("files", "ok", "the database and the settings with keys are private, as far as there are any")


async def _watches(settings: Settings, sources: Collection[SourceName]) -> list[Check]:
    """How each source was doing at its watches' last looks, as far as there are any."""
    url = settings.database.url
    try:
        status = await migration_status(url)
        if not status.exists or status.pending:
            return []
        storage = await open_sqlite(url)
        try:
            known = await storage.watches()
        finally:
            await storage.close()
    except (StorageError, OSError):
        return []  # the check of the database says so
    awake = [watch for watch in known if watch.next_poll_at is not None and watch.source in sources]
    return [_health(line, awake) for line in source_lines(awake, ())]


def _health(line: SourceLine, watches: Sequence[Watch]) -> Check:
    host = f" ({line.place.host})" if line.place.host else ""
    name = f"topics at {line.place.source}{host}"
    here = [watch for watch in watches if place_of(watch.source, watch.target) == line.place]
    silent = [watch.topic.name for watch in here if watch.vitals.why and watch.vitals.why.text_id == SILENT]
    quiet = f", {len(silent):,} unusually quiet ({', '.join(silent)})" if silent else ""
    if line.health is Health.OK:
        return Check(name, "ok", f"{line.topics:,} looked at, all well{quiet}")
    notes = [watch.health_note or "" for watch in here if is_ailing(watch.health, watch.vitals)]
    return Check(
        name,
        "note",
        f"{line.topics:,} looked at, {line.degraded:,} degraded, {line.down:,} down{quiet}, the first: {notes[0]}",
        "`kawaraban status` names them.",
    )


_OFFERED = (
    *(SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.MISSKEY),
    *(SourceName.FEED, SourceName.BLUESKY, SourceName.X),
)


def _sources_off(sources: dict[SourceName, Source]) -> list[Check]:
    """What a new operator has and has not: trend pages need an address, Bluesky and X a key; the others are on."""
    checks = [
        Check(f"source {name}", "note", "off", lookout.how_to_switch_on(name))
        for name in _OFFERED
        if name not in sources
    ]
    if not sources:
        checks.append(Check("sources", "fix", "none is on: nothing can be told", "Switch at least one on."))
    return checks


async def _source(settings: Settings, source: Source) -> list[Check]:
    """One real look at each place, for a topic that exists nearly everywhere. Bluesky is logged in to for it."""
    if not source.templates:
        return [Check(f"source {source.name}", "ok", "by address: `/subscribe topic:https://…`")]
    topic = make_topic(PROBE_TOPIC)
    if isinstance(source, X):
        return [await _x(settings, source, Look(topic))]
    looks = [Look(topic, target=target) for target in targets_of(source.templates, topic)]
    return [await _look(source, look) for look in looks]


async def _look(source: Source, look: Look) -> Check:
    asked = source.asks(look)
    try:
        await source.look(look, lookout.utc_now())
    except SourceError as error:
        return Check(
            f"source {source.name}",
            "fix",
            f"{asked}: {error.detail}",
            _what_to_check(source.name, error),
        )
    return Check(f"source {source.name}", "ok", f"{asked} answers")


async def _x(settings: Settings, source: X, look: Look) -> Check:
    """One read for money, and what today has cost. Not before there is a database to count it in."""
    name, now = f"source {source.name}", lookout.utc_now()
    try:
        status = await migration_status(settings.database.url)
        if not status.exists or status.pending:
            advice = "`kawaraban migrate` makes it, and brings it up to date."
            return Check(name, "note", "not asked: what it costs is counted in the database", advice)
        problem = await _problem(source, look, now)
        spent = await source.budget.spent(now)
    except (StorageError, OSError) as error:
        return Check(name, "fix", f"not asked: {error}", "Check the database.")
    today = f"{spent:,} of today's {source.budget.per_day:,} reads spent (UTC)"
    if problem is None:
        return Check(name, "ok", f"{source.asks(look)} answers; {today}")
    if isinstance(problem, BudgetSpent):
        return Check(name, "note", today, "It is asked again from 00:00 UTC; posts_per_day sets the budget.")
    return Check(name, "fix", f"{problem.detail}; {today}", _what_to_check(source.name, problem))


async def _problem(source: X, look: Look, now: datetime) -> SourceError | None:
    try:
        await source.probe(look, now)
    except SourceError as error:
        return error
    return None


def _what_to_check(name: SourceName, error: SourceError) -> str:
    if name is SourceName.BLUESKY and isinstance(error, SourceRefused):
        return (
            "Check the account's handle, or make a new app password at https://bsky.app/settings/app-passwords "
            "(docs/sources.md)."
        )
    if name is SourceName.X and isinstance(error, SourceRefused):
        return "Check the app, its bearer token and its credits at https://console.x.com (docs/sources.md)."
    return "Check the address in the settings and whether this machine reaches it."


async def _clock(settings: Settings, http: Http) -> Check:
    """Compare with the clock of Discord's own answer; ages and 48 h rules depend on it."""
    base = settings.discord.api_base or discord.http.Route.BASE
    try:
        answer = await http.get(f"{base}/gateway")
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (SourceError, KeyError, ValueError) as error:
        return Check("clock", "note", f"not compared, Discord was not reached: {error}")
    apart = abs(lookout.utc_now() - theirs)
    if apart > CLOCK_TOLERANCE:
        return Check("clock", "fix", f"{apart.total_seconds():.0f} s off", "Switch on time synchronisation (NTP).")
    return Check("clock", "ok", f"within {max(apart.total_seconds(), 1):.0f} s of Discord's")


def _fonts() -> Check:
    """Only the demo's page in a browser draws Japanese on this machine; Discord brings its own fonts."""
    if shutil.which("fc-list") is None:
        return Check("fonts", "note", "not checked (no fc-list); only the demo's page needs Japanese ones")
    listing = subprocess.run(
        ["fc-list", ":lang=ja", "family"],  # noqa: S607
        capture_output=True,
        encoding=locale.getpreferredencoding(do_setlocale=False),
        errors="replace",
        check=False,
    )
    families: Sequence[str] = sorted(set(listing.stdout.splitlines()))
    if families:
        return Check("fonts", "ok", f"Japanese: {families[0]}")
    return Check("fonts", "note", "no Japanese font", "For the demo in a browser here: apt install fonts-noto-cjk")
