"""Redaction of posts that were taken down."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace

from .models import EVERYWHERE, AlertContent, GuildId, Post, PostHash, PostKey


def post_hash(key: PostKey) -> PostHash:
    """The hash of an identity (BLAKE2b, 16 bytes, hex): it recognises the post and leads nobody to it."""
    return PostHash(hashlib.blake2b(key.encode(), digest_size=16).hexdigest())


def redacted(post: Post) -> Post:
    """The post without anything a person wrote or could be found by; identity, counts and times stay."""
    return Post(
        network=post.network,
        canonical_id=post.canonical_id,
        text="",
        rp=post.rp,
        created_at=post.created_at,
        day_only=post.day_only,
    )


def redacted_alert(content: AlertContent) -> AlertContent:
    """An alert of which nothing is drawn any more."""
    return replace(content, post=redacted(content.post), hidden=True, also=())


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
