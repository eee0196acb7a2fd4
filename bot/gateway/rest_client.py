"""A client that is logged in and opens no gateway: that of a process that sends and answers no command."""

from __future__ import annotations

import aiohttp
import discord


class RestClient(discord.Client):
    """Requests alone. ``http_trace``: called around each of them."""

    def __init__(self, http_trace: aiohttp.TraceConfig) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            http_trace=http_trace,
        )
        self.is_logged_in = False
        """Discord has taken the token."""

    async def setup_hook(self) -> None:
        """Called by discord.py within the login."""
        self.is_logged_in = True
