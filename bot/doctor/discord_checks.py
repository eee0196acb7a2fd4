"""Checks the bot at Discord: its token, application, servers, channels and commands.

Asked by REST alone, so that the bot may run meanwhile: no gateway, and nothing is changed.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import discord

from bot.core.models import ChannelId, GuildId
from bot.gateway.client import PERMISSIONS, invite_url
from bot.gateway.command_sync import stamps, synced_stamps
from bot.network_errors import in_a_line
from config.settings import Settings

from .checks import Check, CheckReporter

TIMEOUT_S: Final = 60.0
"""Seconds for all questions together; what was not answered by then is said to be so."""
SERVERS_ASKED: Final = 100
"""Servers whose channels are looked into: three requests each, of the 50 a second that Discord allows."""
CHANNELS_NAMED: Final = 5
WRITING: Final = discord.Permissions(
    view_channel=True, send_messages=True, embed_links=True, read_message_history=True
)
"""Permissions that the bot needs in a channel with a subscription."""
IN_A_SERVER: Final = PERMISSIONS & ~discord.Permissions(mention_everyone=True)
"""Permissions that the bot needs in a server; mentions of other roles are optional.

Without the one to attach files pictures are linked, which Discord shows late or never."""
_UNREACHED: Final = (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class BotFacts:
    """Data of the database: channels with subscriptions or digests, and the commands as synced."""

    channels: Mapping[GuildId, frozenset[ChannelId]] = field(default_factory=dict)
    stored_tree: str | None = None


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


async def examine_discord(settings: Settings, known: BotFacts, reporter: CheckReporter) -> list[Check]:
    """The token's form, then all that Discord says."""
    token = settings.discord.token.get_secret_value() if settings.discord.token else None
    if token is None:
        check = reporter.check("token", "note", "cli-doctor-token-none", advice="cli-doctor-token-none-advice")
        return [check, _invite(settings.discord.application_id, reporter)]
    application_id = application_id_of(token)
    if application_id is None:
        check = reporter.check("token", "fix", "cli-doctor-token-form", advice="cli-doctor-token-form-advice")
        return [check, _invite(settings.discord.application_id, reporter)]
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await _ask(settings, token, known, reporter)
    except discord.LoginFailure:
        refused = reporter.check(
            "token", "fix", "cli-doctor-token-refused", advice="cli-doctor-token-refused-advice"
        )
        return [refused, _invite(settings.discord.application_id or application_id, reporter)]
    except (*_UNREACHED, TypeError, KeyError) as error:  # something else may answer in Discord's place
        return [
            reporter.check("token", "note", "cli-doctor-token-unasked", why=_why(error, reporter)),
            _invite(settings.discord.application_id or application_id, reporter),
        ]


async def _ask(settings: Settings, token: str, known: BotFacts, reporter: CheckReporter) -> list[Check]:
    """All that takes a token Discord accepts."""
    with pointed_at(settings.discord.api_base):
        async with discord.Client(intents=discord.Intents(guilds=True)) as client:
            await client.login(token)
            application = await client.application_info()
            name = f"{application.name} ({application.id})"
            checks = [
                reporter.check("token", "ok", "cli-doctor-token-ok", application=name),
                *_application(settings, application, reporter),
                _invite(application.id, reporter),
                reporter.check("intents", "ok", "cli-doctor-intents"),
            ]
            for ask in (_servers, _commands):
                try:
                    checks += await ask(client, known, reporter)
                except _UNREACHED as error:
                    kind = ask.__name__.removeprefix("_")
                    checks.append(reporter.check(kind, "note", "cli-doctor-not-asked", why=_why(error, reporter)))
            return checks


def _why(error: BaseException, reporter: CheckReporter) -> str:
    """The reason why Discord gave no answer that can be used."""
    has_answered = isinstance(error, (discord.HTTPException, TypeError, KeyError))
    kind = "answered" if has_answered else "unreached"
    return reporter.say(f"cli-doctor-discord-{kind}", facts=in_a_line(error))


@contextmanager
def pointed_at(api_base: str | None) -> Iterator[None]:
    """Ask another endpoint than Discord's, where one is named."""
    before = discord.http.Route.BASE
    discord.http.Route.BASE = api_base.rstrip("/") if api_base else before
    try:
        yield
    finally:
        discord.http.Route.BASE = before


def _application(settings: Settings, application: discord.AppInfo, reporter: CheckReporter) -> list[Check]:
    """Faults of the application that keep people from inviting the bot."""
    said = settings.discord.application_id
    checks = []
    if said is not None and said != application.id:
        checks.append(reporter.check("application", "fix", "cli-doctor-application-other", id=str(application.id)))
    if application.bot_require_code_grant:
        checks.append(reporter.check("application", "fix", "cli-doctor-application-grant"))
    if not application.bot_public:
        checks.append(reporter.check("application", "note", "cli-doctor-application-private"))
    return checks


def _invite(application_id: int | None, reporter: CheckReporter) -> Check:
    if application_id is None:
        return reporter.check("invite", "note", "cli-doctor-invite-none")
    return Check("invite", "ok", invite_url(application_id), None, reporter.title("invite"))


async def _servers(client: discord.Client, known: BotFacts, reporter: CheckReporter) -> list[Check]:
    """Check the bot's permissions in each server, and whether it may write in channels with subscriptions."""
    found = await _all_servers(client)
    if not found:
        return [
            reporter.check("servers", "note", "cli-doctor-servers-none", advice="cli-doctor-servers-none-advice")
        ]
    checks, asked = [], 0
    for server in found:
        guild_id = GuildId(int(server["id"]))
        missing = _missing(discord.Permissions(int(server["permissions"])), IN_A_SERVER)
        channels = known.channels.get(guild_id, frozenset())
        blocked: list[str] = []
        if channels and asked < SERVERS_ASKED:
            asked += 1
            blocked = await _blocked_channels(client, guild_id, channels, reporter)
        name, shown = f"server {guild_id}", str(server["name"])
        if blocked:
            listed = reporter.say("list-comma").join(blocked[:CHANNELS_NAMED])
            more = max(0, len(blocked) - CHANNELS_NAMED)
            facts = {"server": shown, "channels": listed, "more": more}
            checks.append(
                reporter.check(
                    name,
                    "fix",
                    "cli-doctor-channels-blocked",
                    advice="cli-doctor-channels-blocked-advice",
                    **facts,
                )
            )
        elif missing:
            checks.append(
                reporter.check(
                    name,
                    "note",
                    "cli-doctor-missing",
                    server=shown,
                    permissions=reporter.say_permissions(missing),
                )
            )
    well = reporter.check("servers", "ok", "cli-doctor-servers", servers=len(found), well=len(found) - len(checks))
    unasked = sum(GuildId(int(server["id"])) in known.channels for server in found) - asked
    rest = [reporter.check("servers", "note", "cli-doctor-servers-rest", rest=unasked)] if unasked else []
    return [well, *checks, *rest]


async def _all_servers(client: discord.Client) -> list[Any]:
    """Every server the bot is in, in pages of 200, each with the bot's permissions there."""
    found: list[Any] = []
    while True:
        after = int(found[-1]["id"]) if found else None
        page = await client.http.get_guilds(200, after=after, with_counts=False)
        found += page
        if len(page) < 200:
            return found


async def _blocked_channels(
    client: discord.Client, guild_id: GuildId, wanted: frozenset[ChannelId], reporter: CheckReporter
) -> list[str]:
    """The channels of a server where the bot may not do what it must, each with what is missing."""
    guild = await client.fetch_guild(guild_id, with_counts=False)
    me = await guild.fetch_member(client.user.id if client.user else 0)
    channels = {channel.id: channel for channel in await guild.fetch_channels()}
    blocked = []
    for channel_id in sorted(wanted):
        channel = channels.get(channel_id)
        if channel is None:
            # A thread is not in the list, and a channel that nobody may see is in no list.
            if await _is_thread(client, channel_id, channels):
                continue
            blocked.append(reporter.say("cli-doctor-channel-gone", id=str(channel_id)))
            continue
        missing = _missing(channel.permissions_for(me), WRITING)
        if missing:
            blocked.append(
                reporter.say(
                    "cli-doctor-channel-closed", name=channel.name, permissions=reporter.say_permissions(missing)
                )
            )
    return blocked


async def _is_thread(client: discord.Client, channel_id: ChannelId, channels: Mapping[int, Any]) -> bool:
    """Whether it is a thread of a channel that is there, which the bot may see."""
    try:
        found: Any = await client.http.get_channel(channel_id)
    except (discord.NotFound, discord.Forbidden):
        return False
    return int(found.get("parent_id") or 0) in channels


def _missing(has: discord.Permissions, wanted: discord.Permissions) -> list[str]:
    """The wanted permissions that are not there; an administrator has all."""
    if has.administrator:
        return []
    return [name for name, is_wanted in wanted if is_wanted and not getattr(has, name)]


async def _commands(client: discord.Client, known: BotFacts, reporter: CheckReporter) -> list[Check]:
    """Whether Discord's list of commands is the one this bot synced last."""
    there = await client.http.get_global_commands(client.application_id or 0)
    stored_tree = synced_stamps(known.stored_tree)
    if stored_tree is None:
        return [reporter.check("commands", "note", "cli-doctor-commands-untold", count=len(there))]
    if stamps(there) == stored_tree:
        return [reporter.check("commands", "ok", "cli-doctor-commands-ok", count=len(there))]
    return [
        reporter.check(
            "commands",
            "fix",
            "cli-doctor-commands-other",
            advice="cli-doctor-commands-other-advice",
            count=len(there),
        )
    ]
