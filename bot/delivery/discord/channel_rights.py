"""Rights in channels: what the bot may do in one, and who sees it, as far as the client knows."""

from __future__ import annotations

import discord

from bot.core.models import ChannelId

FetchedChannel = discord.abc.GuildChannel | discord.Thread
"""A channel whose kind, permissions and age restriction are known."""


def is_restricted(channel: object) -> bool:
    """Whether a channel is age-restricted; a thread is what its parent is. False where that is not known."""
    return bool(getattr(channel, "is_nsfw", lambda: False)())


def timed_out_s(guild: discord.Guild | None) -> float | None:
    """Seconds for which a moderator has timed the bot out in a server; None where nobody did, or it is not known.

    Meanwhile it may see and read, and do nothing else: each request to write is answered 50013.
    """
    me: discord.Member | None = None if guild is None else guild.me
    if me is None or me.timed_out_until is None or not me.is_timed_out():
        return None
    return max(0.0, (me.timed_out_until - discord.utils.utcnow()).total_seconds())


def may_attach(channel: object) -> bool:
    """Whether the bot may attach files. True where that is not known: a refusal says so."""
    if not isinstance(channel, FetchedChannel):
        return True
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return True
    me: discord.Member | None = channel.guild.me
    return me is None or channel.permissions_for(me).attach_files


def can_read_history(channel: FetchedChannel | None) -> bool:
    """Discord answers an empty list without the permission, which would look like absence.

    A thread has its parent's permissions.
    """
    if channel is None or (isinstance(channel, discord.Thread) and channel.parent is None):
        return False
    me: discord.Member | None = channel.guild.me
    if me is None:  # a server in an outage, whose members are not known
        return False
    allowed = channel.permissions_for(me)
    return _may_see(channel, allowed) and allowed.read_message_history


def everyone_sees(guild: discord.Guild, channel_id: ChannelId) -> bool:
    """Whether nobody is kept from reading a channel; one that is not known counts as private."""
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None or channel.type is discord.ChannelType.private_thread:
        return False
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return False
    rules = channel.parent if isinstance(channel, discord.Thread) else channel
    if rules is None:
        return False
    needed = _to_see(channel)
    denied = any(getattr(one, right) is False for one in rules.overwrites.values() for right in needed)
    return not denied and _may_see(channel, channel.permissions_for(guild.default_role))


def _may_see(channel: FetchedChannel, allowed: discord.Permissions) -> bool:
    """Whether these permissions let one read a channel."""
    return all(getattr(allowed, right) for right in _to_see(channel))


def _to_see(channel: FetchedChannel) -> tuple[str, ...]:
    """The permissions that let one read a channel; the text chat of a voice or stage channel takes one more."""
    is_voice = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    return ("view_channel", "connect") if is_voice else ("view_channel",)
