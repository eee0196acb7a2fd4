"""The wire shapes of API version 10, as far as discord.py reads them."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord.errors import Json
from tests.fakes.discord.media import cdn_url, shown_files
from tests.fakes.discord.world import (
    DM,
    FORUMS,
    VOICES,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    Tag,
    User,
    World,
)

REQUIRE_TAG = 1 << 4


def user_payload(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0000" if user.is_bot else "0",
        "global_name": None if user.is_bot else user.name,
        "avatar": None,
        "bot": user.is_bot,
        "flags": 0,
        "public_flags": 0,
    }


def application_payload(world: World) -> Json:
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user_payload(world.owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": 0,
    }


def role_payload(role: Role) -> Json:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": role.is_mentionable,
        "flags": 0,
    }


def member_payload(member: Member, *, with_user: bool = True) -> Json:
    payload: Json = {
        "roles": [str(role_id) for role_id in member.role_ids],
        "nick": None,
        "avatar": None,
        "joined_at": member.joined_at.isoformat(),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "communication_disabled_until": member.timed_out_until and member.timed_out_until.isoformat(),
    }
    return {**payload, "user": user_payload(member.user)} if with_user else payload


def channel_payload(channel: Channel) -> Json:
    """A channel of any kind; threads and direct messages have shapes of their own."""
    shared: Json = {"id": str(channel.id), "type": channel.type, "last_message_id": None, "flags": 0}
    if channel.type == DM:
        assert channel.recipient is not None
        return {**shared, "recipients": [user_payload(channel.recipient)]}
    assert channel.guild is not None
    parent_id = None if channel.parent is None else str(channel.parent.id)
    shared |= {"guild_id": str(channel.guild.id), "name": channel.name, "parent_id": parent_id}
    if channel.is_thread:
        return shared | _thread_fields(channel)
    if channel.type in VOICES:
        shared |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if channel.type in FORUMS:
        tags = [tag_payload(tag) for tag in channel.tags]
        shared |= {"available_tags": tags, "flags": REQUIRE_TAG if channel.requires_tag else 0}
    return shared | {
        "position": channel.guild.channels.index(channel) if channel in channel.guild.channels else 0,
        "topic": None,
        "nsfw": channel.is_nsfw,
        "rate_limit_per_user": 0,
        "permission_overwrites": [
            {"id": str(target), "type": int(o.is_member), "allow": str(o.allow), "deny": str(o.deny)}
            for target, o in channel.overwrites.items()
        ],
    }


def tag_payload(tag: Tag) -> Json:
    return {
        "id": str(tag.id),
        "name": tag.name,
        "moderated": tag.is_moderated,
        "emoji_id": None,
        "emoji_name": None,
    }


def _thread_fields(thread: Channel) -> Json:
    return {
        "owner_id": str(thread.owner_id),
        "message_count": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "applied_tags": [str(tag) for tag in thread.applied_tags],
        "thread_metadata": {
            "archived": thread.is_archived,
            "locked": thread.is_locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": (thread.archived_at or thread.created_at).isoformat(),
            "create_timestamp": thread.created_at.isoformat(),
        },
    }


def guild_payload(guild: Guild) -> Json:
    """What ``GET /guilds/{id}`` answers."""
    system = guild.system_channel
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "preferred_locale": guild.locale,
        "system_channel_id": None if system is None else str(system.id),
        "roles": [role_payload(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "afk_timeout": 300,
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
    }


def partial_guild_payload(guild: Guild, permissions: int) -> Json:
    """What ``GET /users/@me/guilds`` answers of each server."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(permissions),
        "features": [],
    }


def guild_create_payload(guild: Guild, members: list[Member]) -> Json:
    """What the gateway sends when a guild becomes known."""
    return guild_payload(guild) | {
        "joined_at": guild.members[members[0].user.id].joined_at.isoformat(),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_payload(member) for member in members],
        "channels": [channel_payload(c) for c in guild.channels if not c.is_thread],
        "threads": [channel_payload(c) for c in guild.channels if c.is_thread and not c.is_archived],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment_payload(message: Message, attachment: Attachment) -> Json:
    url = cdn_url(attachment, message.channel)
    return {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": len(attachment.data),
        "url": url,
        "proxy_url": url,
    }


def message_payload(message: Message) -> Json:
    """A message as REST answers it."""
    last_edit = message.edits[-1].at.isoformat() if message.edits else None
    shown = shown_files(message.body.components, message.body.attachments)
    payload: dict[str, Any] = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": 0 if message.interaction_id is None else 20,
        "author": user_payload(message.author),
        "content": message.body.content,
        "timestamp": message.received_at.isoformat(),
        "edited_timestamp": last_edit,
        "tts": False,
        "mention_everyone": "@everyone" in message.pings or "@here" in message.pings,
        "mentions": [],
        "mention_roles": [ping[3:-1] for ping in message.pings if ping.startswith("<@&")],
        "attachments": [attachment_payload(message, a) for a in message.body.attachments if a not in shown],
        "embeds": list(message.body.embeds),
        "components": list(message.body.components),
        "pinned": False,
        "flags": message.body.flags,
    }
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    return payload


def message_event(message: Message) -> Json:
    """A message as the gateway tells it: with its guild and its author's membership."""
    payload = message_payload(message)
    guild = message.channel.guild
    if guild is None:
        return payload
    payload["guild_id"] = str(guild.id)
    if member := guild.members.get(message.author.id):
        payload["member"] = member_payload(member, with_user=False)
    return payload
