"""The Discord client: loads the cogs, speaks the reader's language, keeps Discord's list of commands its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.ext import commands

from bot.admission import count_as
from bot.core.errors import DatabaseBusy, RefusedRequest
from bot.core.models import GuildId
from bot.core.roles import Shards
from bot.delivery.discord.transport import DiscordTransport
from bot.delivery.rate_limit_listener import open_after_global_limits
from bot.gateway.command_sync import CommandSync
from bot.gateway.rest_guilds import RestGuilds
from bot.gateway.shards import SteadyBot
from bot.network_errors import in_a_line, is_network_error
from bot.services import Services
from bot.services.caches.ttl_cache import TtlCache
from bot.services.cooldown import Price, price_of
from bot.views.kit.text import Texts

log = logging.getLogger(__name__)

# The bot never speaks: without this discord.py warns of missing voice libraries at every start.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

COGS = (
    "cogs.shared.errors",
    "cogs.trends",
    "cogs.history",
    "cogs.subscriptions.commands",
    "cogs.subscriptions.changes",
    "cogs.subscriptions.trending",
    "cogs.alerts.cog",
    "cogs.guilds",
    "cogs.deliveries",
    "cogs.digests.commands",
    "cogs.moderation",
    "cogs.settings",
    "cogs.notify",
    "cogs.transfers",
    "cogs.status",
    "cogs.help",
    "cogs.form_buttons",
)

EVERY_SHARD = Shards()

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    mention_everyone=True,
)
"""Permissions of the invite; Mention Everyone allows mentions of roles that are not mentionable."""


def invite_url(application_id: int) -> str:
    """The address that invites the bot to a server with the scopes and permissions it needs."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


def point_at(api_base: str | None, gateway_url: str | None) -> None:
    """Use a Discord-compatible endpoint or rate-limit proxy instead of Discord's own, where one is named.

    discord.py keeps both as class attributes, so this holds for every client of the process.
    """
    if api_base is not None:
        discord.http.Route.BASE = api_base.rstrip("/")
    if gateway_url is not None:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class FluentTranslator(app_commands.Translator):
    """Names, descriptions and options of commands in Japanese, from the Fluent files.

    A ``locale_str`` is looked up by its ``key``. Its own message is the English of the files
    (``cogs.shared.options.text``), which stays in every other language.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The text for a locale, or None to leave it as it is."""
        key = string.extras.get("key")
        if key is None or locale is not discord.Locale.japanese:
            return None
        return self._texts.speaker("ja").say(key)


class TrendTree(app_commands.CommandTree["TrendBot"]):
    """The commands. Each has a price, each suggestion too; above the budget the reply says when to come back."""

    async def interaction_check(self, interaction: discord.Interaction[TrendBot], /) -> bool:
        """discord.py asks this before every command and every suggestion."""
        typing = interaction.type is discord.InteractionType.autocomplete
        name = "" if interaction.command is None else interaction.command.qualified_name
        price = Price.SUGGESTION if typing else price_of(name)
        try:
            count_as(server=interaction.guild_id, person=interaction.user.id)
            cooldowns = interaction.client.services.cooldowns
            cooldowns.take(interaction.user.id, interaction.guild_id, price, None if typing else name)
        except RefusedRequest as refused:
            if typing:
                await interaction.response.autocomplete([])
            else:
                await self.on_error(interaction, refused)  # type: ignore[arg-type]  # ours takes every error
            return False
        return True


class TrendBot(SteadyBot):
    """The bot as Discord sees it.

    ``background``: whether cogs start their loops (tests call the steps). ``shards``: those of this process.
    ``delivers``: whether messages are sent by this client. ``identify_turn``: waits until no other process may
    identify; None: there is none.
    """

    def __init__(
        self,
        services: Services,
        *,
        background: bool = True,
        shards: Shards = EVERY_SHARD,
        delivers: bool = True,
        identify_turn: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=TrendTree,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            # What was delivered is in the outbox; discord.py's own message cache would only cost memory.
            max_messages=None,
            # Of an app that a person installed for themselves, Discord lets the bot see nothing of the server.
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            http_trace=services.delivery.http_trace,
            reachability=services.delivery.reachability,
            shard_ids=list(shards.ids) or None,
            shard_count=shards.count,
        )
        self.services = services
        self.delivers = delivers
        self._identify_turn = identify_turn
        self._elsewhere = RestGuilds(self, services.delivery.rate_limiter.acquire)
        self.background = background
        self.transport = DiscordTransport(
            self, services.texts, pictures=services.pictures, makers=[services.charts]
        )
        self.looked_up: TtlCache[tuple[int, int], tuple[str, discord.Permissions] | None] = TtlCache(
            services.clock, ttl=timedelta(minutes=1), at_most=2_000
        )
        """Channels that Discord was asked for by id, for lists: the name, and what a person may do there."""

        self.command_sync = CommandSync(self, services.storage.maintenance, services.clock)
        self.used = 0
        """Number of commands, buttons and forms used since the start."""
        self._introduced = False
        self.is_logged_in = False
        """Discord has taken the token; what goes wrong from then on in ``setup_hook`` is ours."""
        self._syncing: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """Load the cogs. Changed commands are synced beside it: alerts need not wait for that."""
        self.is_logged_in = True
        open_after_global_limits(self.http, self.services.delivery.rate_limiter)
        self.services.texts.read()
        await self.tree.set_translator(FluentTranslator(self.services.texts))
        for cog in COGS:
            await self.load_extension(cog)
        if self.background:
            self._syncing = asyncio.create_task(self.command_sync.run(), name="command sync")
        else:
            await self.command_sync.check()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py calls this before each identify; Discord allows one in five seconds, over all processes."""
        if self._identify_turn is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self._identify_turn()

    def serves(self, guild_id: int) -> bool:
        """Whether a server is on a shard of this process."""
        return self.serves_shard((guild_id >> 22) % (self.shard_count or 1))

    def serves_shard(self, shard_id: int) -> bool:
        """Whether a shard is one of this process's."""
        return self.shard_ids is None or shard_id in self.shard_ids

    async def guild_anywhere(self, guild_id: GuildId) -> discord.Guild | None:
        """A server of any process's shards, None where the bot is not in it. Raises what discord.py raises.

        A direct message comes to the process of shard 0, whatever server it is about.
        """
        here = self.get_guild(guild_id)
        return here if here is not None or self.serves(guild_id) else await self._elsewhere.fetch(guild_id)

    async def before_request(self) -> None:
        """Wait for a place among the requests to Discord, which delivery shares."""
        await self.services.delivery.rate_limiter.acquire()

    async def close(self) -> None:
        """Leave Discord."""
        if self._syncing is not None:
            self._syncing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._syncing
        await super().close()

    async def on_ready(self) -> None:
        """Log the bot's account once (a gateway comes and goes); tell the operator if it was refused before."""
        level = logging.DEBUG if self._introduced else logging.INFO
        self._introduced = True
        totals = await self.services.storage.trends.totals()
        servers, subscriptions = len(self.guilds), totals.subscriptions
        log.log(
            level,
            "connected as %s (%s): servers %d, subscriptions %d",
            self.user,
            self.application_id,
            servers,
            subscriptions,
        )
        await self.services.operator.tell_accepted()

    async def on_interaction(self, interaction: discord.Interaction[TrendBot]) -> None:
        """Count what people use; for DEBUG, name it."""
        if interaction.type is discord.InteractionType.autocomplete:
            return
        self.used += 1
        data: Any = interaction.data or {}
        # Of a button or a form what it does, and not of what.
        name = data.get("name") or ":".join(str(data.get("custom_id", "")).split(":")[:2])
        log.debug("%s %s was used in server %s", interaction.type.name, name, interaction.guild_id)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """A listener failed; discord.py calls this in its ``except``."""
        error = sys.exc_info()[1]
        if error is not None and (is_network_error(error) or isinstance(error, DatabaseBusy)):
            log.warning("%s was not done: %s", event_method, in_a_line(error))
        else:
            log.error("%s failed by a fault of ours", event_method, exc_info=error)

    async def on_command_error(self, context: Any, error: commands.CommandError, /) -> None:
        """Somebody mentioned the bot with a word it does not know: it has slash commands only."""

    async def tree_payload(self) -> list[dict[str, Any]]:
        """The commands as they would be sent, translations included."""
        translator = self.tree.translator
        found = self.tree.get_commands()
        if translator is None:
            return [dict(command.to_dict(self.tree)) for command in found]
        return [dict(await command.get_translated_payload(self.tree, translator)) for command in found]
