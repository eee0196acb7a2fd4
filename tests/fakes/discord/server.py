"""A Discord to be cruel to: REST and gateway on a real socket, for the unmodified discord.py client.

    async with FakeDiscord() as server:
        guild = server.add_guild("tea shop")
        news = server.add_channel(guild, "news")
        alice = server.add_member(guild, "alice")
        with server.in_place_of_discord():
            ... start the bot with server.token ...
            answer = await server.slash(news, alice, "trend", topic="データセンター")
            assert server.messages(news)

As a process of its own, which outlives the bots that are killed: ``python -m tests.fakes.discord.server --help``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import discord.gateway
import discord.http
import yarl
from aiohttp import web

from tests.fakes.discord.control import Control
from tests.fakes.discord.endpoints import API, Endpoints
from tests.fakes.discord.errors import Json
from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import Interactions
from tests.fakes.discord.limits import Clock, Limits, RateLimiter
from tests.fakes.discord.messages import Messages
from tests.fakes.discord.payloads import channel_payload, guild_create_payload, member_payload, role_payload
from tests.fakes.discord.people import People
from tests.fakes.discord.record import Record
from tests.fakes.discord.request_pipeline import RequestPipeline
from tests.fakes.discord.world import (
    EVERYONE,
    PUBLIC_THREAD,
    Channel,
    Guild,
    Message,
    Overwrite,
    Role,
    User,
    World,
    bits,
)


class FakeDiscord:
    """The server, its world, its script of faults and its record. Changes are told over the gateway."""

    token = "fake.discord.token"

    def __init__(
        self,
        *,
        port: int = 0,
        limits: Limits | None = None,
        clock: Clock | None = None,
        record: Path | None = None,
        seed: int = 0,
        heartbeat_ms: int = 41_250,
    ) -> None:
        """``port`` 0: any free one. ``record``: a file of JSON lines. ``seed``: of faults with a probability."""
        limits = limits or Limits()
        self.clock = clock or Clock()
        self.world = World(self.clock, "kawaraban")
        self.record = Record(record)
        self.faults = Faults(seed)
        self.gateway = Gateway(self.world, self.token, heartbeat_ms)
        limiter = self._limiter = RateLimiter(limits, self.clock)
        tell = self.gateway.dispatch
        self._messages = Messages(self.world, self.clock, limits, limiter, self.record, tell)
        self.interactions = Interactions(self.world, self.clock, limits, self._messages)
        people = People(self.world, self.interactions, self._messages, tell)
        self.say, self.slash, self.autocomplete = people.say, people.slash, people.autocomplete
        self.click, self.select, self.submit = people.click, people.select, people.submit
        self.use_message_command = people.use_message_command
        self.asked_to_quit = asyncio.Event()
        self._door = RequestPipeline(self.token, self.clock, limiter, self.faults, self.record)
        self._port = port
        self._runner: web.AppRunner | None = None
        self.address = ""

    @property
    def api_base(self) -> str:
        """With the version, as ``KAWARABAN_DISCORD__API_BASE`` wants it."""
        return f"http://{self.address}{API}"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self.address}/gateway"

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._door.middleware()], client_max_size=64 << 20)
        app.add_routes(Endpoints(self.world, self._messages, self.interactions, self.gateway).routes())
        app.add_routes([web.get("/gateway", self.gateway.handle), web.get("/gateway/", self.gateway.handle)])
        app.add_routes([web.post("/_control", Control(self).handle)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"{host}:{port}"
        self.gateway.url = self.gateway_url
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        self._door.close()
        await self.gateway.disconnect(code=1001)
        await self._runner.cleanup()
        self.record.close()

    @contextmanager
    def in_place_of_discord(self) -> Iterator[None]:
        """Clients made by discord.py in this process talk to this server."""
        route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
        before = route.BASE, socket.DEFAULT_GATEWAY
        route.BASE, socket.DEFAULT_GATEWAY = self.api_base, yarl.URL(self.gateway_url)
        try:
            yield
        finally:
            route.BASE, socket.DEFAULT_GATEWAY = before

    async def wait_connected(self, wait_s: float = 30.0) -> None:
        """Until a client is identified; raises TimeoutError."""
        await asyncio.wait_for(self.gateway.connected.wait(), wait_s)

    def messages(self, channel: Channel | int | None = None) -> list[Message]:
        """Every message the bot sent to a channel (or anywhere) in the order of acceptance.

        With deleted ones (``deleted_at``), without the answers only their reader sees (ephemeral).
        """
        wanted = channel.id if isinstance(channel, Channel) else channel
        of_bot = (m for m in self.world.messages if m.author is self.world.bot and not m.is_ephemeral)
        return [m for m in of_bot if wanted is None or m.channel.id == wanted]

    def visible(self, channel: Channel) -> list[Message]:
        """What stands in a channel now, whoever wrote it, oldest first."""
        return self._messages.visible(channel)

    # The world

    def add_guild(self, name: str, *, locale: str = "en-US", permissions: int = EVERYONE) -> Guild:
        """A guild that the bot joins: of such a one Discord does not say whether it is available."""
        guild = self.world.add_guild(name, locale=locale, permissions=permissions)
        said = guild_create_payload(guild, [guild.members[self.world.bot.id]])
        del said["unavailable"]
        self.gateway.dispatch("GUILD_CREATE", said)
        return guild

    def add_channel(self, guild: Guild, name: str, **fields: Any) -> Channel:
        """``fields`` of ``Channel``: ``type``, ``is_nsfw`` and so on."""
        channel = self.world.add_channel(guild, name, **fields)
        self.gateway.dispatch("THREAD_CREATE" if channel.is_thread else "CHANNEL_CREATE", channel_payload(channel))
        return channel

    def add_thread(self, parent: Channel, name: str, **fields: Any) -> Channel:
        assert parent.guild is not None
        defaults = {"type": PUBLIC_THREAD, "parent": parent, "owner_id": self.world.owner.id}
        return self.add_channel(parent.guild, name, **{**defaults, **fields})

    def add_role(self, guild: Guild, name: str, *permissions: str, is_mentionable: bool = False) -> Role:
        role = Role(self.world.next_id(), name, bits(*permissions), is_mentionable)
        guild.roles[role.id] = role
        self.gateway.dispatch("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role_payload(role)})
        return role

    def add_member(self, guild: Guild, name: str, *roles: Role, locale: str = "ja") -> User:
        """A new person who is a member of ``guild``."""
        user = self.world.add_user(name)
        user.locale = locale
        member = member_payload(self.world.join(guild, user, *roles))
        self.gateway.dispatch("GUILD_MEMBER_ADD", member | {"guild_id": str(guild.id)})
        return user

    def set_permissions(
        self,
        channel: Channel,
        *,
        target: User | Role | None = None,
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
    ) -> None:
        """Overwrite what ``target`` (default: the bot) may do in a channel, by discord.py's names."""
        target = target or self.world.bot
        overwrite = Overwrite(isinstance(target, User), bits(*allow), bits(*deny))
        channel.overwrites[target.id] = overwrite
        self.gateway.dispatch("CHANNEL_UPDATE", channel_payload(channel))

    def time_out(self, guild: Guild, until: datetime | None) -> None:
        """A moderator times the bot out in a server; None: not any more."""
        member = guild.members[self.world.bot.id]
        member.timed_out_until = until
        self.gateway.dispatch("GUILD_MEMBER_UPDATE", member_payload(member) | {"guild_id": str(guild.id)})

    def delete_channel(self, channel: Channel) -> None:
        """Gone: 404 10003 from now on."""
        event = channel_payload(channel)
        self.world.remove_channel(channel)
        self.gateway.dispatch("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", event)

    def delete_guild(self, guild: Guild) -> None:
        """The whole server is gone: its channels answer 404 10003."""
        del self.world.guilds[guild.id]
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)})

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Put a thread to sleep, as its hour of silence does: clients forget it."""
        thread.is_archived, thread.is_locked = True, locked
        thread.archived_at = self.clock.now()
        self.gateway.dispatch("THREAD_UPDATE", channel_payload(thread))

    def ban_address(self, seconds: float, *, but: tuple[str, ...] = ()) -> None:
        """Cloudflare answers every request with 429, "error code: 1015", but for paths that begin so."""
        self._door.spared = but
        self._limiter.ban(seconds)

    def fail_always(self, text: str) -> None:
        """Answer 500 to every new message that holds this text."""
        self._messages.always_failing.add(text)

    def refuse_titles_with(self, word: str) -> None:
        """Answer 400 to every new post of a forum whose title holds this word."""
        self._messages.refused_titles.add(word)

    def block_word(self, word: str) -> None:
        """Have AutoMod refuse every message, edit and title that holds this word."""
        self._messages.blocked_words.add(word)

    def make_unavailable(self, guild: Guild) -> None:
        """An outage of a guild: clients are told, its channels are not found, READY has it without its data."""
        guild.is_down = True
        self.gateway.unavailable.add(guild.id)
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    def make_available(self, guild: Guild) -> None:
        """A guild that was in ``gateway.unavailable`` is up again."""
        guild.is_down = False
        self.gateway.unavailable.discard(guild.id)
        mine = guild.members[self.world.bot.id]
        self.gateway.dispatch("GUILD_CREATE", guild_create_payload(guild, [mine]))

    def remove_bot(self, guild: Guild) -> None:
        """The bot was kicked: the server's channels answer 403 50001."""
        guild.has_bot = False
        del guild.members[self.world.bot.id]
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)})

    def describe(self) -> Json:
        """All a test in another process needs to know."""
        guilds = self.world.guilds.values()
        return {
            "api_base": self.api_base,
            "gateway_url": self.gateway_url,
            "control_url": f"http://{self.address}/_control",
            "token": self.token,
            "application_id": str(self.world.application_id),
            "guilds": [{"id": str(g.id), "name": g.name, "owner_id": str(g.owner.id)} for g in guilds],
            "channels": [{"id": str(c.id), "name": c.name} for guild in guilds for c in guild.channels],
            "users": [{"id": str(user.id), "name": user.name} for user in self.world.users.values()],
        }


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.discord.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument(
        "--record", type=Path, help="append each accepted message, edit and deletion as a JSON line"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the dropped answers")
    parser.add_argument(
        "--drop", type=float, default=0.0, help="probability that a sent message's answer is dropped"
    )
    parser.add_argument("--channels", type=int, default=1, help="channels of the one guild, named channel-1 …")
    return parser.parse_args(argv)


async def serve(options: argparse.Namespace) -> None:
    """Run until told to quit; the first line on stdout is ``describe()`` as JSON."""
    async with FakeDiscord(port=options.port, record=options.record, seed=options.seed) as server:
        guild = server.add_guild("guild-1")
        server.add_member(guild, "alice", server.add_role(guild, "editor", "manage_channels", "manage_messages"))
        for number in range(1, options.channels + 1):
            server.add_channel(guild, f"channel-{number}")
        if options.drop:
            server.faults.sometimes("POST /channels/", Fault.drop_answer(), options.drop)
        sys.stdout.write(json.dumps(server.describe()) + "\n")
        sys.stdout.flush()
        await server.asked_to_quit.wait()


if __name__ == "__main__":
    asyncio.run(serve(_arguments(None)))
