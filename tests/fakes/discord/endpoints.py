"""The REST routes of API version 10 the bot uses; what is not here answers 404 and stands in the record."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.fakes.discord.errors import (
    ApiError,
    Json,
    archived_thread,
    invalid_form,
    unknown_guild,
    unknown_member,
    unknown_route,
    unknown_user,
    wrong_channel_type,
)
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import Interaction, Interactions
from tests.fakes.discord.messages import Messages
from tests.fakes.discord.payloads import (
    application_payload,
    channel_payload,
    guild_payload,
    member_payload,
    message_payload,
    partial_guild_payload,
    role_payload,
    user_payload,
)
from tests.fakes.discord.rules import check_commands
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    FORUMS,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT,
    Attachment,
    Channel,
    World,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
API = "/api/v10"


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON whose type is bare ``application/json``: discord.py takes anything else, also a charset, for text."""
    all_headers = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=all_headers)


def number(request: web.Request, name: str) -> int:
    """A snowflake of the path."""
    text = request.match_info[name]
    if not text.isdecimal():
        raise invalid_form(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


class Endpoints:
    """One method a route, each a few lines over the world, the messages and the interactions."""

    def __init__(self, world: World, messages: Messages, interactions: Interactions, gateway: Gateway) -> None:
        self._world = world
        self._messages = messages
        self._interactions = interactions
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        """All routes, under ``API``; the names in braces are what buckets are keyed by."""
        channel, message = "/channels/{channel_id}", "/channels/{channel_id}/messages/{message_id}"
        webhook = "/webhooks/{application_id}/{token}"
        commands = "/applications/{application_id}"
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/gateway", self.gateway),
            ("GET", "/gateway/bot", self.gateway),
            ("GET", "/users/@me", self.me),
            ("GET", "/users/@me/guilds", self.my_guilds),
            ("GET", "/oauth2/applications/@me", self.application),
            ("GET", "/applications/@me", self.application),
            ("GET", "/users/{user_id}", self.user),
            ("POST", "/users/@me/channels", self.open_dm),
            ("GET", f"{commands}/commands", self.get_commands),
            ("PUT", f"{commands}/commands", self.put_commands),
            ("GET", f"{commands}/guilds/{{guild_id}}/commands", self.get_commands),
            ("PUT", f"{commands}/guilds/{{guild_id}}/commands", self.put_commands),
            ("GET", "/guilds/{guild_id}", self.guild),
            ("GET", "/guilds/{guild_id}/channels", self.guild_channels),
            ("GET", "/guilds/{guild_id}/roles", self.guild_roles),
            ("GET", "/guilds/{guild_id}/members/{user_id}", self.guild_member),
            ("GET", channel, self.channel),
            ("PATCH", channel, self.edit_thread),
            ("DELETE", channel, self.delete_thread),
            ("GET", "/guilds/{guild_id}/threads/active", self.active_threads),
            ("GET", f"{channel}/threads/archived/public", self.archived_threads),
            ("POST", f"{channel}/typing", self.typing),
            ("POST", f"{channel}/threads", self.create_thread),
            ("POST", f"{message}/threads", self.create_thread),
            ("GET", f"{channel}/messages", self.history),
            ("POST", f"{channel}/messages", self.create_message),
            ("GET", message, self.get_message),
            ("PATCH", message, self.edit_message),
            ("DELETE", message, self.delete_message),
            ("POST", f"{message}/crosspost", self.crosspost),
            ("POST", "/interactions/{interaction_id}/{token}/callback", self.callback),
            ("POST", webhook, self.follow_up),
            ("GET", f"{webhook}/messages/{{which}}", self.get_answer),
            ("PATCH", f"{webhook}/messages/{{which}}", self.edit_answer),
            ("DELETE", f"{webhook}/messages/{{which}}", self.delete_answer),
            ("*", "/{unknown:.*}", self.not_modelled),
        ]
        return [web.route(method, API + path, handler) for method, path, handler in table]

    async def not_modelled(self, _: web.Request) -> web.Response:
        raise unknown_route()

    async def gateway(self, _: web.Request) -> web.Response:
        starts = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return answer({"url": self._gateway.url, "shards": self._gateway.shards, "session_start_limit": starts})

    async def me(self, _: web.Request) -> web.Response:
        return answer(user_payload(self._world.bot))

    async def my_guilds(self, request: web.Request) -> web.Response:
        """Pages of at most 200, by id, each server with what the bot's roles give it there."""
        after, limit = int(request.query.get("after", 0)), min(int(request.query.get("limit", 200)), 200)
        guilds = sorted((one for one in self._world.guilds.values() if one.has_bot), key=lambda one: one.id)
        page = [one for one in guilds if one.id > after][:limit]
        return answer(
            [partial_guild_payload(one, self._world.base_permissions(one, self._world.bot)) for one in page]
        )

    async def application(self, _: web.Request) -> web.Response:
        return answer(application_payload(self._world))

    async def user(self, request: web.Request) -> web.Response:
        user = self._world.users.get(number(request, "user_id"))
        if user is None:
            raise unknown_user()
        return answer(user_payload(user))

    async def open_dm(self, request: web.Request) -> web.Response:
        user = self._world.users.get(int((await request.json())["recipient_id"]))
        if user is None:
            raise unknown_user()
        return answer(channel_payload(self._world.dm(user)))

    async def get_commands(self, request: web.Request) -> web.Response:
        return answer(self._world.commands.get(_scope(request), []))

    async def put_commands(self, request: web.Request) -> web.Response:
        commands = await request.json()
        check_commands(commands)
        scope = _scope(request)
        earlier = {(c["name"], c["type"]): c["id"] for c in self._world.commands.get(scope, [])}
        self._world.commands[scope] = [self._registered(command, scope, earlier) for command in commands]
        return answer(self._world.commands[scope])

    def _registered(self, command: Json, guild_id: int | None, earlier: dict[tuple[str, int], str]) -> Json:
        command = {"type": 1, "description": "", **command}
        command["id"] = earlier.get((command["name"], command["type"])) or str(self._world.next_id())
        command["application_id"] = str(self._world.application_id)
        command["version"] = str(self._world.next_id())
        return command if guild_id is None else command | {"guild_id": str(guild_id)}

    async def guild(self, request: web.Request) -> web.Response:
        """Of a server that the bot is not in, Discord says that it knows none (discord-api-docs#5840)."""
        guild = self._world.guilds.get(number(request, "guild_id"))
        if guild is None or not guild.has_bot or guild.is_down:
            raise unknown_guild()
        return answer(guild_payload(guild))

    async def guild_channels(self, request: web.Request) -> web.Response:
        channels = self._world.guild(number(request, "guild_id")).channels
        return answer([channel_payload(c) for c in channels if not c.is_thread])

    async def guild_roles(self, request: web.Request) -> web.Response:
        roles = self._world.guild(number(request, "guild_id")).roles.values()
        return answer([role_payload(role) for role in roles])

    async def guild_member(self, request: web.Request) -> web.Response:
        member = self._world.guild(number(request, "guild_id")).members.get(number(request, "user_id"))
        if member is None:
            raise unknown_member()
        return answer(member_payload(member))

    def _channel(self, request: web.Request) -> Channel:
        return self._world.channel(number(request, "channel_id"))

    def _chat(self, request: web.Request) -> Channel:
        return self._world.chat(number(request, "channel_id"))

    async def channel(self, request: web.Request) -> web.Response:
        return answer(channel_payload(self._channel(request)))

    async def typing(self, request: web.Request) -> web.Response:
        if refusal := self._world.refusal_to_send(self._channel(request)):
            raise refusal
        return web.Response(status=204)

    async def create_thread(self, request: web.Request) -> web.Response:
        """A thread in a text or announcement channel, or a post in a forum (with its first message)."""
        parent, (payload, uploads) = self._channel(request), await self._read(request)
        if parent.type in FORUMS:
            return answer(self._open_post(parent, payload, uploads), status=201)
        if parent.type not in {TEXT, ANNOUNCEMENT}:
            raise wrong_channel_type()
        self._world.require(parent, "create_public_threads")
        kind = ANNOUNCEMENT_THREAD if parent.type == ANNOUNCEMENT else PUBLIC_THREAD
        return answer(self._made(parent, payload["name"], kind), status=201)

    def _made(self, parent: Channel, name: str, kind: int, tags: Sequence[int] = ()) -> Json:
        thread = self._world.add_channel(
            parent.guild, name, type=kind, parent=parent, owner_id=self._world.bot.id, applied_tags=list(tags)
        )
        made = channel_payload(thread)
        self._gateway.dispatch("THREAD_CREATE", made | {"newly_created": True})
        return made

    def _open_post(self, forum: Channel, payload: Json, uploads: tuple[Attachment, ...]) -> Json:
        """All is looked at before anything is made, as on the real Discord; there is no nonce."""
        self._world.require(forum, "send_messages")
        if uploads:
            self._world.require(forum, "attach_files")
        if not 1 <= len(payload["name"]) <= 100:
            raise invalid_form("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        if any(word in payload["name"] for word in self._messages.refused_titles):
            text = "Contains words not allowed for servers in Server Discovery."
            raise invalid_form("name", "CHANNEL_NAME_NOT_ALLOWED", text)
        if any(word in payload["name"] for word in self._messages.blocked_words):
            raise ApiError(400, 200001, "Title was blocked by automatic moderation")
        tags = [int(tag) for tag in payload.get("applied_tags") or ()]
        known = {tag.id: tag for tag in forum.tags}
        if any(tag not in known for tag in tags):
            raise invalid_form("applied_tags", "FORUM_TAG_UNKNOWN", "Unknown tag")
        if forum.requires_tag and not tags:
            raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
        if any(known[tag].is_moderated for tag in tags):
            self._world.require(forum, "manage_threads")
        self._messages.check(payload["message"], uploads)
        made = self._made(forum, payload["name"], PUBLIC_THREAD, tags)
        thread = self._world.channels[int(made["id"])]
        message = self._messages.create(thread, payload["message"], uploads, opens=True)
        return made | {"message": message_payload(message)}

    async def active_threads(self, request: web.Request) -> web.Response:
        """All of a server that the bot sees, the newest first."""
        channels = self._world.guild(number(request, "guild_id")).channels
        threads = [c for c in channels if c.is_thread and not c.is_archived and self._world.may(c, "view_channel")]
        return answer({"threads": [channel_payload(thread) for thread in reversed(threads)], "members": []})

    async def archived_threads(self, request: web.Request) -> web.Response:
        """The public ones of a channel, the last archived first."""
        parent = self._channel(request)
        self._world.require(parent, "read_message_history")
        assert parent.guild is not None
        found = [
            (thread.archived_at or thread.created_at, thread)
            for thread in parent.guild.channels
            if thread.parent is parent and thread.is_archived and thread.type != PRIVATE_THREAD
        ]
        if before := request.query.get("before"):
            found = [(at, thread) for at, thread in found if at < datetime.fromisoformat(before)]
        found.sort(key=lambda one: one[0], reverse=True)
        limit = int(request.query.get("limit", "50"))
        page = [channel_payload(thread) for _, thread in found[:limit]]
        return answer({"threads": page, "members": [], "has_more": len(found) > limit})

    async def edit_thread(self, request: web.Request) -> web.Response:
        """Archive, wake, rename or lock a thread.

        To rename one takes Manage Threads or to be its creator; to lock, or to wake a locked one, Manage Threads.
        """
        thread, payload = self._channel(request), await request.json()
        if not thread.is_thread:
            return await self.not_modelled(request)
        is_ours = thread.owner_id == self._world.bot.id
        if thread.is_locked or "locked" in payload or ("name" in payload and not is_ours):
            self._world.require(thread, "manage_threads")
        self._world.require(thread, "send_messages_in_threads")
        if thread.is_archived and payload.get("archived", True):
            raise archived_thread()
        thread.name = payload.get("name", thread.name)
        thread.is_archived = payload.get("archived", thread.is_archived)
        thread.archived_at = self._world.clock.now() if thread.is_archived else thread.archived_at
        thread.is_locked = payload.get("locked", thread.is_locked)
        self._gateway.dispatch("THREAD_UPDATE", channel_payload(thread))
        return answer(channel_payload(thread))

    async def delete_thread(self, request: web.Request) -> web.Response:
        """Delete a thread with all in it, which takes Manage Threads, also of its creator."""
        thread = self._channel(request)
        if not thread.is_thread:
            return await self.not_modelled(request)
        self._world.require(thread, "manage_threads")
        event = channel_payload(thread)
        self._world.remove_channel(thread)
        self._gateway.dispatch("THREAD_DELETE", event)
        return answer(event)

    async def history(self, request: web.Request) -> web.Response:
        messages = self._messages.history(self._chat(request), request.query)
        return answer([message_payload(message) for message in messages])

    async def create_message(self, request: web.Request) -> web.Response:
        payload, uploads = await self._read(request)
        message = self._messages.create(self._chat(request), payload, uploads)
        return answer(message_payload(message))

    async def get_message(self, request: web.Request) -> web.Response:
        message = self._messages.get(self._chat(request), number(request, "message_id"))
        return answer(message_payload(message))

    async def edit_message(self, request: web.Request) -> web.Response:
        payload, uploads = await self._read(request)
        channel, message_id = self._chat(request), number(request, "message_id")
        return answer(message_payload(self._messages.edit(channel, message_id, payload, uploads)))

    async def delete_message(self, request: web.Request) -> web.Response:
        self._messages.delete(self._chat(request), number(request, "message_id"))
        return web.Response(status=204)

    async def crosspost(self, request: web.Request) -> web.Response:
        message = self._messages.crosspost(self._channel(request), number(request, "message_id"))
        return answer(message_payload(message))

    async def callback(self, request: web.Request) -> web.Response:
        payload, uploads = await self._read(request)
        interaction_id, token = number(request, "interaction_id"), request.match_info["token"]
        outcome = self._interactions.answer(interaction_id, token, payload, uploads)
        wants_answer = request.query.get("with_response") in {"1", "true"}
        return answer(outcome) if wants_answer else web.Response(status=204)

    def _interaction(self, request: web.Request) -> Interaction:
        return self._interactions.by_token(number(request, "application_id"), request.match_info["token"])

    async def follow_up(self, request: web.Request) -> web.Response:
        payload, uploads = await self._read(request)
        message = self._interactions.follow_up(self._interaction(request), payload, uploads)
        return answer(message_payload(message))

    async def get_answer(self, request: web.Request) -> web.Response:
        message = self._interactions.find(self._interaction(request), request.match_info["which"])
        return answer(message_payload(message))

    async def edit_answer(self, request: web.Request) -> web.Response:
        payload, uploads = await self._read(request)
        which = request.match_info["which"]
        message = self._interactions.edit(self._interaction(request), which, payload, uploads)
        return answer(message_payload(message))

    async def delete_answer(self, request: web.Request) -> web.Response:
        self._interactions.delete(self._interaction(request), request.match_info["which"])
        return web.Response(status=204)

    async def _read(self, request: web.Request) -> tuple[Json, tuple[Attachment, ...]]:
        """The JSON of a request and the files sent with it."""
        if not request.content_type.startswith("multipart/"):
            return await request.json(), ()
        form, uploads = await request.post(), []
        for name, value in form.items():
            if name.startswith("files[") and isinstance(value, web.FileField):
                data = value.file.read()
                uploads.append(Attachment(self._world.next_id(), value.filename, value.content_type, data))
                value.file.close()
        return json.loads(str(form["payload_json"])), tuple(uploads)


def _scope(request: web.Request) -> int | None:
    return number(request, "guild_id") if "guild_id" in request.match_info else None
