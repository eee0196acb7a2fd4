"""Redaction of posts that were taken down."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from .models import EVERYWHERE, GuildId, PostHash, PostKey


def post_hash(key: PostKey) -> PostHash:
    """The hash of an identity (BLAKE2b, 16 bytes, hex): it recognises the post and leads nobody to it."""
    return PostHash(hashlib.blake2b(key.encode(), digest_size=16).hexdigest())


def is_hidden(hidden: Collection[tuple[GuildId, PostKey]], guild_id: GuildId, key: PostKey) -> bool:
    """Whether a server must not see the post."""
    return (EVERYWHERE, key) in hidden or (guild_id, key) in hidden


def is_hidden_from_all(
    hidden: Collection[tuple[GuildId, PostKey]], guilds: Iterable[GuildId], key: PostKey
) -> bool:
    """Whether nobody who listens may see the post: then its text is not stored either."""
    if (EVERYWHERE, key) in hidden:
        return True
    listening = guilds if isinstance(guilds, frozenset) else frozenset(guilds)
    return bool(listening) and all((guild, key) in hidden for guild in listening)
