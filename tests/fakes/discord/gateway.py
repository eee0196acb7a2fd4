"""The gateway: HELLO, IDENTIFY or RESUME, heartbeats, and events in order, kept for those who resume.

Frames are JSON text without transport compression, which discord.py reads as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.errors import Json
from tests.fakes.discord.payloads import application_payload, guild_create_payload, member_payload, user_payload
from tests.fakes.discord.world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS, INVALID, HELLO, ACK = (
    0,
    1,
    2,
    6,
    7,
    8,
    9,
    10,
    11,
)
GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES, CONTENT = 1 << 0, 1 << 1, 1 << 9, 1 << 12, 1 << 15


@dataclass(eq=False)
class Session:
    """One IDENTIFY: its events are numbered from 1 and kept, so that it can be resumed."""

    id: str
    intents: int
    shard: tuple[int, int] = (0, 1)
    """Its number, and of how many."""
    frames: list[str] = field(default_factory=list)
    grew: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, event: str, data: Json) -> None:
        frame = {"op": DISPATCH, "t": event, "s": len(self.frames) + 1, "d": data}
        self.frames.append(json.dumps(frame))
        self.grew.set()

    def wants(self, event: str, data: Json) -> bool:
        """Whether it is this shard's, and the intents ask for it. Direct messages are the first shard's."""
        if not self.serves(_guild_of(event, data)):
            return False
        if event.startswith("MESSAGE_"):
            return bool(self.intents & (GUILD_MESSAGES if "guild_id" in data else DIRECT_MESSAGES))
        if event == "GUILD_MEMBER_UPDATE" and data["user"].get("bot"):
            return True  # of the bot itself, whatever the intents
        if event.startswith("GUILD_MEMBER_"):
            return bool(self.intents & GUILD_MEMBERS)
        if event.startswith(("GUILD_", "CHANNEL_", "THREAD_")):
            return bool(self.intents & GUILDS)
        return True

    def serves(self, guild_id: int) -> bool:
        """Whether a guild (0: none) is this shard's, by Discord's formula."""
        number, of = self.shard
        return (guild_id >> 22) % of == number

    def may_read(self, data: Json, bot_id: str) -> Json:
        """A message as this session may see it: others' texts only with the message content intent."""
        if "guild_id" not in data or self.intents & CONTENT or data.get("author", {}).get("id", bot_id) == bot_id:
            return data
        return {**data, "content": "", "embeds": [], "attachments": [], "components": []}


@dataclass(eq=False)
class Link:
    """One socket, and how far its session was written to it."""

    socket: web.WebSocketResponse
    request: web.Request
    session: Session | None = None
    cursor: int = 0
    writer: asyncio.Task[None] | None = None

    def follow(self, session: Session, cursor: int) -> None:
        """Write the session's events from ``cursor`` on, as they come."""
        self.session, self.cursor = session, cursor
        self.writer = asyncio.create_task(self._write(session))

    async def _write(self, session: Session) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                session.grew.clear()
                while self.cursor < len(session.frames):
                    await self.socket.send_str(session.frames[self.cursor])
                    self.cursor += 1
                await session.grew.wait()

    async def stop(self) -> None:
        if self.writer is not None:
            self.writer.cancel()
            await asyncio.wait([self.writer])


def _guild_of(event: str, data: Json) -> int:
    """The guild an event is of; 0: of none."""
    is_guild = event in {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"}
    return int(data["id"] if is_guild else data.get("guild_id") or 0)


class Gateway:
    """All sessions and sockets. Counts ``identifies`` and ``resumes`` for tests."""

    def __init__(self, world: World, token: str, heartbeat_ms: int) -> None:
        self._world = world
        self._token = token
        self._heartbeat_ms = heartbeat_ms
        self._sessions: dict[str, Session] = {}
        self._links: set[Link] = set()
        self.url = ""
        self.identifies = 0
        self.resumes = 0
        self.answers_heartbeats = True
        """False: a zombie connection."""
        self.shards = 1
        """How many ``/gateway/bot`` recommends."""
        self.refuses_identify: int | None = None
        """Close with this code instead of READY, as for intents or a number of shards that are not allowed."""
        self.unavailable: set[int] = set()
        """Guilds that are down: READY names them, and no GUILD_CREATE comes."""
        self.connected = asyncio.Event()
        """Set while a client is identified and connected."""

    def dispatch(self, event: str, data: Json) -> None:
        """Tell every session that wants the event, also those that are away and may resume."""
        for session in self._sessions.values():
            if session.wants(event, data):
                bot_id = str(self._world.bot.id)
                session.add(event, session.may_read(data, bot_id) if event.startswith("MESSAGE_") else data)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0, timeout=1.0)
        await socket.prepare(request)
        link = Link(socket, request)
        self._links.add(link)
        try:
            await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": self._heartbeat_ms}})
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._receive(link, json.loads(frame.data))
        except ConnectionError:
            pass
        finally:
            self._links.discard(link)
            self._note_connected()
            await link.stop()
        return socket

    def _note_connected(self) -> None:
        if any(link.session for link in self._links):
            self.connected.set()
        else:
            self.connected.clear()

    async def _receive(self, link: Link, frame: Json) -> None:
        data: Any = frame.get("d")
        if frame["op"] == HEARTBEAT and self.answers_heartbeats:
            await link.socket.send_json({"op": ACK})
        elif frame["op"] in {IDENTIFY, RESUME} and data["token"].removeprefix("Bot ") != self._token:
            await link.socket.close(code=4004, message=b"Authentication failed.")
        elif frame["op"] == IDENTIFY and self.refuses_identify is not None:
            await link.socket.close(code=self.refuses_identify)
        elif frame["op"] == IDENTIFY:
            self._identify(link, data)
        elif frame["op"] == RESUME:
            await self._resume(link, data)
        elif frame["op"] == REQUEST_MEMBERS and link.session is not None:
            self._send_members(link.session, data)

    def _identify(self, link: Link, data: Json) -> None:
        self.identifies += 1
        number, of = data.get("shard") or (0, 1)
        linked = {other.session.id for other in self._links if other.session}
        self._sessions = {
            key: each for key, each in self._sessions.items() if key in linked or each.shard != (number, of)
        }
        session = Session(f"{self._world.next_id():x}", data["intents"], (number, of))
        self._sessions[session.id] = session
        guilds = [guild for guild in self._world.guilds.values() if guild.has_bot and session.serves(guild.id)]
        session.add("READY", self._ready(session, [str(guild.id) for guild in guilds]))
        for guild in guilds:
            if guild.id in self.unavailable:
                continue
            everyone = list(guild.members.values())
            known = everyone if session.intents & GUILD_MEMBERS else []
            mine = guild.members[self._world.bot.id]
            session.add("GUILD_CREATE", guild_create_payload(guild, [mine, *(m for m in known if m is not mine)]))
        link.follow(session, 0)
        self._note_connected()

    def _ready(self, session: Session, guild_ids: list[str]) -> Json:
        application = application_payload(self._world)
        return {
            "v": 10,
            "user": user_payload(self._world.bot),
            "guilds": [{"id": guild_id, "unavailable": True} for guild_id in guild_ids],
            "session_id": session.id,
            "shard": list(session.shard),
            "resume_gateway_url": self.url,
            "application": {"id": application["id"], "flags": application["flags"]},
        }

    async def _resume(self, link: Link, data: Json) -> None:
        session = self._sessions.get(str(data["session_id"]))
        if session is None or not 0 <= (data["seq"] or 0) <= len(session.frames):
            await link.socket.send_json({"op": INVALID, "d": False})
            return
        self.resumes += 1
        session.add("RESUMED", {})
        link.follow(session, data["seq"] or 0)
        self._note_connected()

    def _send_members(self, session: Session, data: Json) -> None:
        guild = self._world.guilds[int(data["guild_id"])]
        wanted = {int(user_id) for user_id in data.get("user_ids") or guild.members}
        members = [member_payload(m) for m in guild.members.values() if m.user.id in wanted]
        chunk = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1}
        session.add("GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce")})

    def connected_shards(self) -> set[int]:
        """The shards that are identified and connected."""
        return {link.session.shard[0] for link in self._links if link.session}

    async def disconnect(self, *, resumable: bool = True, code: int = 4000, shard: int | None = None) -> None:
        """Close every socket, or one shard's; unless ``resumable``, a RESUME is told that its session is gone."""
        closed = [one for one in self._links if shard is None or (one.session and one.session.shard[0] == shard)]
        if not resumable:
            self._sessions = {
                key: each for key, each in self._sessions.items() if shard not in (None, each.shard[0])
            }
        for link in closed:
            link.session = None
            await link.stop()
            await link.socket.close(code=code)
        self._note_connected()

    async def ask_to_reconnect(self) -> None:
        """Opcode 7, as before Discord restarts a gateway."""
        for link in list(self._links):
            await link.socket.send_json({"op": RECONNECT, "d": None})

    async def invalidate(self) -> None:
        """Opcode 9, not resumable: the client identifies anew (discord.py waits 5 s before it does)."""
        self._sessions.clear()
        for link in list(self._links):
            await link.socket.send_json({"op": INVALID, "d": False})

    def cut(self) -> None:
        """The cable is pulled: no close frame; sessions stay resumable."""
        for link in list(self._links):
            if link.request.transport is not None:
                link.request.transport.abort()
