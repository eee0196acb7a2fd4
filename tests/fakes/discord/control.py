"""``POST /_control``: the same script for tests in another process, as JSON ``{"do": …, …}``.

Every answer is ``{"ok": true, …}``, or ``{"ok": false, "error": …}`` with status 400.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.discord.errors import Json
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.record import message_entry

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord


class Control:
    """One method a command; its keyword arguments are the JSON's other keys. Ids are text or numbers."""

    def __init__(self, server: FakeDiscord) -> None:
        self._server = server
        self._commands: dict[str, Callable[..., Awaitable[Json]]] = {
            "world": self.world,
            "fault": self.fault,
            "behave": self.behave,
            "add_channel": self.add_channel,
            "delete_channel": self.delete_channel,
            "delete_guild": self.delete_guild,
            "permissions": self.permissions,
            "disconnect": self.disconnect,
            "advance": self.advance,
            "say": self.say,
            "slash": self.slash,
            "click": self.click,
            "messages": self.messages,
            "requests": self.requests,
            "wait_connected": self.wait_connected,
            "quit": self.quit,
        }

    async def handle(self, request: web.Request) -> web.Response:
        """Run one command."""
        command: Json = await request.json()
        try:
            answer = await self._commands[command.pop("do")](**command)
        except (LookupError, TypeError, ValueError, TimeoutError) as error:
            return web.json_response({"ok": False, "error": repr(error)}, status=400)
        return web.json_response({"ok": True, **answer})

    async def world(self) -> Json:
        """Addresses, token, and the ids of all that exists."""
        return self._server.describe()

    async def fault(
        self, where: str, fault: Json, times: int = 1, skip: int = 0, probability: float | None = None
    ) -> Json:
        """``fault``: the fields of ``Fault``, e.g. ``{"kind": "status", "http_status": 503}``."""
        if probability is None:
            self._server.faults.next(where, Fault(**fault), times, skip)
        else:
            self._server.faults.sometimes(where, Fault(**fault), probability)
        return {}

    async def behave(self) -> Json:
        """No more faults."""
        self._server.faults.clear()
        return {}

    async def add_channel(self, guild_id: str, name: str, type: int = 0) -> Json:  # noqa: A002 - the wire's name
        guild = self._server.world.guilds[int(guild_id)]
        return {"channel_id": str(self._server.add_channel(guild, name, type=type).id)}

    async def delete_channel(self, channel_id: str) -> Json:
        self._server.delete_channel(self._server.world.channels[int(channel_id)])
        return {}

    async def delete_guild(self, guild_id: str, removed_only: bool = False) -> Json:
        guild = self._server.world.guilds[int(guild_id)]
        (self._server.remove_bot if removed_only else self._server.delete_guild)(guild)
        return {}

    async def permissions(
        self, channel_id: str, allow: list[str] | None = None, deny: list[str] | None = None
    ) -> Json:
        """Change the bot's permissions in a channel."""
        channel = self._server.world.channels[int(channel_id)]
        self._server.set_permissions(channel, allow=allow or (), deny=deny or ())
        return {}

    async def disconnect(self, resumable: bool = True) -> Json:
        await self._server.gateway.disconnect(resumable=resumable)
        return {}

    async def advance(self, seconds: float) -> Json:
        """Let the server's clock run ahead."""
        self._server.clock.advance(seconds)
        return {}

    async def say(self, channel_id: str, user_id: str, text: str) -> Json:
        world = self._server.world
        message = self._server.say(world.channels[int(channel_id)], world.users[int(user_id)], text)
        return {"message": message_entry(message)}

    async def slash(
        self, channel_id: str, user_id: str, command: str, options: Json | None = None, wait_s: float = 30.0
    ) -> Json:
        world = self._server.world
        channel, user = world.channels[int(channel_id)], world.users[int(user_id)]
        interaction = await self._server.slash(channel, user, command, wait_s=wait_s, **(options or {}))
        return _answered(interaction)

    async def click(self, message_id: str, user_id: str, custom_id: str, wait_s: float = 30.0) -> Json:
        world = self._server.world
        message, user = world.message_by_id[int(message_id)], world.users[int(user_id)]
        interaction = await self._server.click(message, user, custom_id, wait_s=wait_s)
        return _answered(interaction)

    async def messages(self, channel_id: str | None = None) -> Json:
        """All accepted messages in order, deleted ones too, of one channel or of all."""
        found = self._server.messages(None if channel_id is None else int(channel_id))
        return {"messages": [message_entry(message) for message in found]}

    async def requests(self) -> Json:
        """Every request, and how many 429s of each scope."""
        record = self._server.record
        return {"requests": record.as_json(), "rate_limited": dict(record.rate_limited)}

    async def wait_connected(self, wait_s: float = 30.0) -> Json:
        await self._server.wait_connected(wait_s)
        return {}

    async def quit(self) -> Json:
        """Stop the process."""
        self._server.asked_to_quit.set()
        return {}


def _answered(interaction: Interaction) -> Json:
    original = None if interaction.original is None else message_entry(interaction.original)
    return {"callback": interaction.callback, "original": original}
