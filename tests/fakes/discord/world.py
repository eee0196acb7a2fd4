"""The people and places of the fake Discord, and who may do what where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, cast

import discord

from tests.fakes.discord.errors import (
    ApiError,
    Json,
    closed_dms,
    missing_access,
    missing_permissions,
    unknown_channel,
    unknown_guild,
)
from tests.fakes.discord.limits import Clock

DISCORD_EPOCH_MS = 1_420_070_400_000
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
TEXT, DM, VOICE, ANNOUNCEMENT, STAGE, FORUM, MEDIA = 0, 1, 2, 5, 13, 15, 16
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
VOICES = frozenset({VOICE, STAGE})
FORUMS = frozenset({FORUM, MEDIA})
THREADS = frozenset({ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD})
ALL_PERMISSIONS = discord.Permissions.all().value


def bits(*names: str) -> int:
    """Permission bits by discord.py's names, e.g. ``bits("view_channel", "send_messages")``."""
    return reduce(or_, (discord.Permissions(**cast("Any", {name: True})).value for name in names), 0)


EVERYONE = bits(
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "read_message_history",
    "embed_links",
    "attach_files",
    "use_application_commands",
    "connect",
)


@dataclass
class User:
    """A person or a bot. ``has_closed_dms`` refuses direct messages (50007)."""

    id: int
    name: str
    is_bot: bool = False
    has_closed_dms: bool = False
    locale: str = "ja"


@dataclass
class Role:
    """A role; the one with the guild's id is @everyone."""

    id: int
    name: str
    permissions: int = 0
    is_mentionable: bool = False
    position: int = 1


@dataclass
class Member:
    """A user in a guild."""

    user: User
    role_ids: list[int]
    joined_at: datetime
    timed_out_until: datetime | None = None
    """Until then the member may see and read, and do nothing else."""


@dataclass
class Overwrite:
    """What a channel allows and denies one role or member."""

    is_member: bool
    allow: int = 0
    deny: int = 0


@dataclass
class Tag:
    """A tag of a forum; a moderated one is set by those who manage threads."""

    id: int
    name: str
    is_moderated: bool = False


@dataclass
class Channel:
    """A channel, thread or direct message (``guild`` is None)."""

    id: int
    name: str
    type: int = TEXT
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    owner_id: int = 0
    is_nsfw: bool = False
    is_archived: bool = False
    is_locked: bool = False
    is_deleted: bool = False
    archived_at: datetime | None = None
    tags: list[Tag] = field(default_factory=list)
    """Of a forum: those there are."""
    applied_tags: list[int] = field(default_factory=list)
    """Of a post."""
    requires_tag: bool = False
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    created_at: datetime = datetime.min.replace(tzinfo=UTC)

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS


@dataclass
class Guild:
    """A server. ``has_bot`` is False once the bot was removed."""

    id: int
    name: str
    owner: User
    locale: str = "en-US"
    has_bot: bool = True
    is_down: bool = False
    """In an outage: its channels are not found (10003)."""
    system_channel: Channel | None = None
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]


@dataclass(frozen=True)
class Attachment:
    """A file of a message, with its bytes."""

    id: int
    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Body:
    """What can be written and edited in a message."""

    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flags: int = 0
    allowed_mentions: Json | None = None

    def edited(self, payload: Json, uploads: tuple[Attachment, ...]) -> Body:
        """This body after a PATCH; of the flags only Components V2 can be added, none removed."""
        kept = self.attachments
        if "attachments" in payload:
            wanted = {str(entry.get("id")) for entry in payload["attachments"] or ()}
            kept = tuple(a for a in kept if str(a.id) in wanted)
        return replace(
            self,
            content=payload.get("content", self.content) or "",
            embeds=tuple(payload.get("embeds", self.embeds) or ()),
            components=tuple(payload.get("components", self.components) or ()),
            attachments=kept + uploads,
            flags=self.flags | (payload.get("flags") or 0),
            allowed_mentions=payload.get("allowed_mentions", self.allowed_mentions),
        )


@dataclass(frozen=True)
class Edit:
    """A body a message had from ``at`` on."""

    at: datetime
    body: Body


@dataclass
class Message:
    """A message as accepted, with all that happened to it: what a test reads."""

    id: int
    channel: Channel
    author: User
    body: Body
    received_at: datetime
    received_monotonic: float
    nonce: str | None = None
    interaction_id: int | None = None
    edits: list[Edit] = field(default_factory=list)
    first_body: Body | None = None
    """The body that it was accepted with; None: it was never edited."""
    custom_ids_sent: tuple[str, ...] = ()
    """Those it came with, whatever was edited out of it."""
    deleted_at: datetime | None = None
    repeats: int = 0
    """How often its nonce was sent again and it was returned instead of a second message."""
    is_crossposted: bool = False
    pings: tuple[str, ...] = ()
    """The mentions that notified somebody, as written (edits never notify)."""

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.body.flags & EPHEMERAL)

    @property
    def components(self) -> list[Json]:
        """Every component, nested ones too, from top to bottom."""
        return list(walk(self.body.components))

    @property
    def text(self) -> str:
        """All text a reader sees: the content and the text displays, one a line."""
        texts = [str(c["content"]) for c in self.components if c["type"] == 10]
        return "\n".join(filter(None, [self.body.content, *texts]))

    @property
    def custom_ids(self) -> list[str]:
        return [c["custom_id"] for c in self.components if c.get("custom_id")]


def walk(components: tuple[Json, ...] | list[Json]) -> Iterator[Json]:
    """Components and what they contain, depth first, accessories after the texts they belong to."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        if accessory := component.get("accessory"):
            yield accessory


class World:
    """All state of the fake Discord but sessions, counters and messages' rules."""

    def __init__(self, clock: Clock, bot_name: str) -> None:
        self.clock = clock
        self._last_id = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: list[Message] = []
        self.message_by_id: dict[int, Message] = {}
        self.commands: dict[int | None, list[Json]] = {None: []}
        """Application commands by guild id, the global ones under None."""
        self.bot = self.add_user(bot_name, is_bot=True)
        self.owner = self.add_user("owner")
        self.application_id = self.bot.id

    def next_id(self) -> int:
        """A snowflake: the clock's milliseconds, larger than every one before."""
        now_ms = int(self.clock.now().timestamp() * 1000)
        self._last_id = max((now_ms - DISCORD_EPOCH_MS) << 22, self._last_id + 1)
        return self._last_id

    def add_user(self, name: str, *, is_bot: bool = False) -> User:
        user = User(self.next_id(), name, is_bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, *, locale: str = "en-US", permissions: int = EVERYONE) -> Guild:
        """A guild of the application's owner, with the bot in it; ``permissions`` are @everyone's."""
        guild = Guild(self.next_id(), name, self.owner, locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", permissions, position=0)
        self.guilds[guild.id] = guild
        for user in (self.owner, self.bot):
            self.join(guild, user)
        return guild

    def join(self, guild: Guild, user: User, *roles: Role) -> Member:
        member = Member(user, [role.id for role in roles], self.clock.now())
        guild.members[user.id] = member
        return member

    def add_channel(self, guild: Guild | None, name: str, **fields: Any) -> Channel:
        channel = Channel(self.next_id(), name, guild=guild, created_at=self.clock.now(), **fields)
        self.channels[channel.id] = channel
        if guild is not None:
            guild.channels.append(channel)
        return channel

    def dm(self, user: User) -> Channel:
        """The direct-message channel with ``user``."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        return self.add_channel(None, "", type=DM, recipient=user)

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel and its threads."""
        channel.is_deleted = True
        if channel.guild is not None:
            gone = [c for c in channel.guild.channels if c is channel or c.parent is channel]
            for other in gone:
                other.is_deleted = True
                channel.guild.channels.remove(other)

    def channel(self, channel_id: int) -> Channel:
        """The channel as the bot may find it: 10003 when it is gone, 50001 when it may not see it."""
        channel = self.channels.get(channel_id)
        if channel is None or channel.is_deleted:
            raise unknown_channel()
        if channel.guild is not None:
            if channel.guild.id not in self.guilds or channel.guild.is_down:
                raise unknown_channel()
            if not self.may(channel, "view_channel"):
                raise missing_access()
        return channel

    def chat(self, channel_id: int) -> Channel:
        """The channel, for its messages: those of a voice or stage channel take Connect as well."""
        channel = self.channel(channel_id)
        if channel.type in VOICES and not self.may(channel, "connect"):
            raise missing_access()
        return channel

    def guild(self, guild_id: int) -> Guild:
        """The guild as the bot may find it."""
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise unknown_guild()
        if not guild.has_bot:
            raise missing_access()
        return guild

    def permissions(self, channel: Channel, user: User) -> int:
        """Effective permissions: https://discord.com/developers/docs/topics/permissions."""
        guild = channel.guild
        if guild is None:
            return ALL_PERMISSIONS
        member = guild.members.get(user.id)
        if member is None:
            return 0
        base = self.base_permissions(guild, user)
        if user is guild.owner or base & bits("administrator"):
            return ALL_PERMISSIONS
        allowed = _with_overwrites(base, (channel.parent or channel).overwrites, guild, member)
        is_timed_out = member.timed_out_until is not None
        return allowed & bits("view_channel", "read_message_history") if is_timed_out else allowed

    def base_permissions(self, guild: Guild, user: User) -> int:
        """What the roles of a member give in the whole guild."""
        roles = guild.members[user.id].role_ids
        return guild.everyone.permissions | reduce(or_, (guild.roles[one].permissions for one in roles), 0)

    def may(self, channel: Channel, permission: str, user: User | None = None) -> bool:
        """Whether ``user`` (default: the bot) has a permission in a channel."""
        return bool(self.permissions(channel, user or self.bot) & bits(permission))

    def require(self, channel: Channel, permission: str) -> None:
        """Raise 50013 unless the bot has the permission."""
        if not self.may(channel, permission):
            raise missing_permissions()

    def refusal_to_send(self, channel: Channel) -> ApiError | None:
        """Why the bot may not write here, if so."""
        if channel.recipient is not None:
            return closed_dms() if channel.recipient.has_closed_dms else None
        permission = "send_messages_in_threads" if channel.is_thread else "send_messages"
        return None if self.may(channel, permission) else missing_permissions()


def _with_overwrites(base: int, overwrites: dict[int, Overwrite], guild: Guild, member: Member) -> int:
    everyone = overwrites.get(guild.id, Overwrite(is_member=False))
    base = base & ~everyone.deny | everyone.allow
    of_roles = [overwrites[r] for r in member.role_ids if r in overwrites]
    base &= ~reduce(or_, (o.deny for o in of_roles), 0)
    base |= reduce(or_, (o.allow for o in of_roles), 0)
    own = overwrites.get(member.user.id, Overwrite(is_member=True))
    return base & ~own.deny | own.allow
