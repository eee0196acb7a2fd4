"""Messages: accepted, returned again for their nonce, edited, deleted, read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.fakes.discord.errors import (
    ApiError,
    Json,
    archived_thread,
    invalid_form,
    not_the_author,
    unknown_message,
    wrong_channel_type,
)
from tests.fakes.discord.limits import Clock, Limits, RateLimiter
from tests.fakes.discord.media import check_files, resolve
from tests.fakes.discord.mentions import pings
from tests.fakes.discord.payloads import channel_payload, message_event
from tests.fakes.discord.record import Record
from tests.fakes.discord.rules import check_body, check_nonce
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    FORUMS,
    LOADING,
    Attachment,
    Body,
    Channel,
    Edit,
    Message,
    User,
    World,
    walk,
)

Uploads = tuple[Attachment, ...]
Dispatch = Callable[[str, Json], None]


class Messages:
    """The rules of a message's life. Each change is recorded, then told over the gateway."""

    def __init__(
        self, world: World, clock: Clock, limits: Limits, limiter: RateLimiter, record: Record, dispatch: Dispatch
    ) -> None:
        self._world = world
        self._clock = clock
        self._limits = limits
        self._limiter = limiter
        self._record = record
        self._dispatch = dispatch
        self._by_nonce: dict[str, Message] = {}
        self.refused_titles: set[str] = set()
        """Words that no title of a forum's post may hold here."""
        self.blocked_words: set[str] = set()
        """Words that AutoMod keeps out of a server: no message, and no title, may hold one."""
        self.always_failing: set[str] = set()
        """A new message with one of these texts gets a 500, whenever it comes (discord-api-docs#6965)."""

    def create(self, channel: Channel, payload: Json, uploads: Uploads = (), *, opens: bool = False) -> Message:
        """The bot sends; raises what Discord answers when it may not or the message is not valid.

        ``opens``: the first message of a forum's post, which has the post's id.
        """
        if not opens:
            self._check_place(channel, uploads)
        nonce, body = self.check(payload, uploads, channel)
        if payload.get("enforce_nonce") and (earlier := self._sent_before(nonce)):
            return self._again(earlier)
        message_id = channel.id if opens else None
        message = self.accept(channel, self._world.bot, body, nonce=nonce, message_id=message_id)
        if nonce is not None:
            self._by_nonce[nonce] = message
        return message

    def check(
        self, payload: Json, uploads: Uploads = (), channel: Channel | None = None
    ) -> tuple[str | None, Body]:
        """Nonce and body of a new message; raises what Discord answers to one that is not valid."""
        nonce = check_nonce(payload.get("nonce"))
        check_files(uploads, self._limits.file_bytes)
        body = Body().edited(payload, uploads)
        check_body(body)
        resolve(body.components, body.attachments, channel)
        if _holds(body, self.blocked_words):
            raise ApiError(400, 200000, "Message was blocked by automatic moderation")
        if _holds(body, self.always_failing):
            raise ApiError(500, 0, "")
        return nonce, body

    def _check_place(self, channel: Channel, uploads: Uploads) -> None:
        if channel.type in FORUMS:
            raise wrong_channel_type()
        if refusal := self._world.refusal_to_send(channel):
            raise refusal
        if uploads:
            self._world.require(channel, "attach_files")
        if channel.is_archived and channel.is_locked:
            raise archived_thread()
        if channel.is_archived:
            channel.is_archived = False
            self._dispatch("THREAD_UPDATE", channel_payload(channel))

    def _sent_before(self, nonce: str | None) -> Message | None:
        """A message of the same *author* with this nonce, in whichever channel, "in the past few minutes"."""
        earlier = self._by_nonce.get(nonce or "")
        if earlier is None or self._clock.monotonic() - earlier.received_monotonic >= self._limits.nonce_s:
            return None
        return earlier

    def _again(self, earlier: Message) -> Message:
        if earlier.deleted_at is not None:
            raise unknown_message()
        earlier.repeats += 1
        self._record.tell("repeat", earlier)
        return earlier

    def accept(
        self,
        channel: Channel,
        author: User,
        body: Body,
        *,
        nonce: str | None = None,
        interaction_id: int | None = None,
        message_id: int | None = None,
    ) -> Message:
        """Store a valid message, record it and tell the gateway (not when it is ephemeral)."""
        body = replace(body, components=_numbered(body.components))
        now, monotonic = self._clock.now(), self._clock.monotonic()
        message_id = message_id or self._world.next_id()
        message = Message(message_id, channel, author, body, now, monotonic, nonce, interaction_id)
        message.custom_ids_sent = tuple(message.custom_ids)
        message.pings = pings(self._world, message)
        self._world.messages.append(message)
        self._world.message_by_id[message.id] = message
        self._record.tell("create", message)
        self._tell("MESSAGE_CREATE", message)
        return message

    def _tell(self, event: str, message: Message) -> None:
        if not message.is_ephemeral:
            self._dispatch(event, message_event(message))

    def get(self, channel: Channel, message_id: int) -> Message:
        """A message the bot may read."""
        self._world.require(channel, "read_message_history")
        return self._find(channel, message_id)

    def _find(self, channel: Channel, message_id: int) -> Message:
        message = self._world.message_by_id.get(message_id)
        if message is None or message.channel is not channel or message.deleted_at or message.is_ephemeral:
            raise unknown_message()
        return message

    def edit(self, channel: Channel, message_id: int, payload: Json, uploads: Uploads = ()) -> Message:
        """The bot edits its own message; too many edits of old ones are refused with 30046."""
        message = self._find(channel, message_id)
        if message.author is not self._world.bot:
            raise not_the_author()
        _check_awake(channel)
        if uploads:
            self._world.require(channel, "attach_files")
        if (self._clock.now() - message.received_at).total_seconds() > self._limits.old_message_s:
            self._limiter.take_old_edit(channel.id)
        return self.rewrite(message, payload, uploads)

    def rewrite(self, message: Message, payload: Json, uploads: Uploads = ()) -> Message:
        """Apply a valid PATCH, whoever was allowed to make it."""
        body = message.body.edited(payload, uploads)
        body = replace(body, flags=body.flags & ~LOADING, components=_numbered(body.components))
        check_files(body.attachments, self._limits.file_bytes)
        check_body(body)
        resolve(body.components, body.attachments, message.channel)
        if _holds(body, self.blocked_words):
            raise ApiError(400, 200000, "Message was blocked by automatic moderation")
        message.first_body = message.first_body or message.body
        message.body = body
        message.edits.append(Edit(self._clock.now(), body))
        self._record.tell("edit", message)
        self._tell("MESSAGE_UPDATE", message)
        return message

    def delete(self, channel: Channel, message_id: int) -> None:
        """The bot deletes a message; another author's needs Manage Messages."""
        message = self._find(channel, message_id)
        if message.author is not self._world.bot:
            self._world.require(channel, "manage_messages")
        _check_awake(channel)
        self.remove(message)

    def remove(self, message: Message) -> None:
        """Delete, whoever was allowed to."""
        message.deleted_at = self._clock.now()
        self._record.tell("delete", message)
        event = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if message.channel.guild is not None:
            event["guild_id"] = str(message.channel.guild.id)
        self._dispatch("MESSAGE_DELETE", event)

    def crosspost(self, channel: Channel, message_id: int) -> Message:
        """Publish a message of an announcement channel."""
        message = self._find(channel, message_id)
        if channel.type != ANNOUNCEMENT:
            raise wrong_channel_type()
        message.is_crossposted = True
        self._record.tell("crosspost", message)
        return message

    def history(self, channel: Channel, query: Mapping[str, str]) -> list[Message]:
        """Newest first; an *empty list*, no error, without Read Message History."""
        limit = int(query.get("limit", "50"))
        if not 1 <= limit <= 100:
            raise invalid_form("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
        if not self._world.may(channel, "read_message_history"):
            return []
        return _page(self.visible(channel), query, limit)[::-1]

    def visible(self, channel: Channel) -> list[Message]:
        """What stands in the channel, oldest first."""
        return [
            m for m in self._world.messages if m.channel is channel and not m.deleted_at and not m.is_ephemeral
        ]


def _holds(body: Body, words: set[str]) -> bool:
    """Whether a text in a message holds one of the words."""
    return any(word in str(part.get("content")) for part in walk(body.components) for word in words)


def _check_awake(channel: Channel) -> None:
    """A new message wakes an archived thread; an edit or a deletion does not."""
    if channel.is_archived:
        raise archived_thread()


def _page(messages: list[Message], query: Mapping[str, str], limit: int) -> list[Message]:
    if "around" in query:
        pivot = int(query["around"])
        older = [m for m in messages if m.id < pivot][-(limit // 2) :] if limit > 1 else []
        return (older + [m for m in messages if m.id >= pivot])[:limit]
    if "after" in query:
        return [m for m in messages if m.id > int(query["after"])][:limit]
    if "before" in query:
        messages = [m for m in messages if m.id < int(query["before"])]
    return messages[-limit:]


def _numbered(components: tuple[Json, ...]) -> tuple[Json, ...]:
    """Give every component an ``id``, as Discord does where the client left it out."""
    parts = list(walk(components))
    taken = {part["id"] for part in parts if part.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    for part in parts:
        if not part.get("id"):
            part["id"] = next(free)
    return components
