"""Requests of ``kawaraban setup`` to Discord, by REST: whose token it is, where it may write, one message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import discord

from bot.gateway.client import invite_url
from bot.network_errors import in_a_line

from .discord_checks import WRITING, pointed_at

_TIMEOUT_S: Final = 30.0
SERVERS_ASKED: Final = 20
"""Servers whose channels are looked into; a bot that is set up is in few."""
CHANNELS_SHOWN: Final = 20


class TokenRefused(Exception):
    """Discord does not know the token."""


class DiscordSilent(Exception):
    """Discord gave no answer that can be used. ``facts``: why, in a line."""

    def __init__(self, facts: str) -> None:
        super().__init__(facts)
        self.facts = facts


@dataclass(frozen=True, slots=True)
class KnownBot:
    """The bot of a token: its name, and the address that invites it."""

    name: str
    invite: str


@dataclass(frozen=True, slots=True)
class WritableChannel:
    """A text channel that the bot may write to."""

    id: int
    name: str
    server: str


async def check_token(token: str, api_base: str | None) -> KnownBot:
    """The bot that a token belongs to. Raises ``TokenRefused`` and ``DiscordSilent``."""
    async with _client(token, api_base) as client:
        application = await client.application_info()
        name = application.name if client.user is None else client.user.name
        return KnownBot(name, invite_url(application.id))


async def writable_channels(token: str, api_base: str | None) -> list[WritableChannel]:
    """The first channels of the bot's servers that it may write to. Raises as ``check_token``."""
    found: list[WritableChannel] = []
    async with _client(token, api_base) as client:
        servers: list[Any] = await client.http.get_guilds(SERVERS_ASKED, with_counts=False)
        for server in servers:
            guild = await client.fetch_guild(int(server["id"]))
            me = await guild.fetch_member(client.user.id if client.user else 0)
            channels = [one for one in await guild.fetch_channels() if isinstance(one, discord.TextChannel)]
            found += [
                WritableChannel(channel.id, channel.name, guild.name)
                for channel in sorted(channels, key=lambda one: (one.position, one.id))
                if channel.permissions_for(me) >= WRITING
            ]
    return found[:CHANNELS_SHOWN]


async def send_test_message(token: str, api_base: str | None, channel_id: int, text: str) -> None:
    """Send one message. Raises ``DiscordSilent`` with what Discord answered, and as ``check_token``."""
    async with _client(token, api_base) as client:
        channel = client.get_partial_messageable(channel_id)
        await channel.send(text, allowed_mentions=discord.AllowedMentions.none())


@asynccontextmanager
async def _client(token: str, api_base: str | None) -> AsyncIterator[discord.Client]:
    """A client that is logged in by REST. Raises ``TokenRefused`` and ``DiscordSilent``, also for the block."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            with pointed_at(api_base):
                async with discord.Client(intents=discord.Intents(guilds=True)) as client:
                    await client.login(token)
                    yield client
    except discord.LoginFailure:
        raise TokenRefused from None
    except (discord.DiscordException, aiohttp.ClientError, OSError, TypeError, KeyError) as error:
        raise DiscordSilent(in_a_line(error)) from None
