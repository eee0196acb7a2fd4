"""Taking posts down and letting them back: find what is meant, do it, let delivery hurry."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from bot.core.calendar.clock import Clock
from bot.core.errors import PostUnknown, RefusedRequest
from bot.core.models import (
    EVERYWHERE,
    Actor,
    AuditLine,
    ChannelId,
    GuildId,
    HiddenPost,
    Message,
    MessageId,
    Post,
    PostHash,
    PostKey,
    TakenDown,
    UserId,
    is_deletion,
)
from bot.core.redaction import post_hash
from bot.core.text import clean, excerpt
from bot.delivery.loop import Delivery
from bot.services.input.post_reference import PostReference, read_reference
from bot.storage.stores import Storage

REASON_MAX = 200
TRAIL_MAX = 1_000
HIDDEN_MAX = 10_000
HASH_SHOWN = 8
"""Digits that distinguish a server's hidden posts."""


@dataclass(frozen=True, slots=True)
class PostMatch:
    """A post a person means. ``post`` is None where nobody has seen it yet.

    ``channel_id``: that of the message of ours which was named; None where the post itself was.
    """

    key: PostKey
    post: Post | None = None
    channel_id: ChannelId | None = None


class ModerationService:
    """Take-downs: find, hide and unhide posts, and read the audit trail."""

    def __init__(self, storage: Storage, delivery: Delivery, clock: Clock) -> None:
        self._storage = storage
        self._delivery = delivery
        self._clock = clock

    async def find(
        self, typed: str, guild_id: GuildId | None, channels: Collection[ChannelId] | None = None
    ) -> list[PostMatch]:
        """The posts that a person can mean, at least one; of a message of ours, all it shows.

        ``guild_id`` None: in all servers. ``channels``: only among what these may know of; a message is found
        anywhere, and its channel is the caller's to check.
        Raises ``RefusedRequest``: nothing typed, or nothing known by it.
        """
        reference = read_reference(typed)
        if reference.message is not None:
            return await self._alerts_in(reference.message.discord_message_id, guild_id)
        if not reference.needles:
            raise RefusedRequest("hide-post-empty")
        found = await self._stored(reference, guild_id, channels)
        if reference.key is None:
            if not found:
                raise PostUnknown("hide-post-unknown")
            return found
        return found or [PostMatch(reference.key)]

    async def hide(self, guild_id: GuildId, key: PostKey, actor: Actor, why: str = "") -> TakenDown:
        """Take a post down in a server (``EVERYWHERE``: in all), at once and for good."""
        done = await self._storage.moderation.hide(guild_id, key, actor=actor, why=_reason(why), now=self._clock())
        self._delivery.wake()
        return done

    async def remember_answer(
        self,
        guild_id: GuildId,
        channel_id: ChannelId,
        discord_message_id: int,
        keys: Collection[PostKey],
        *,
        before: bool = False,
    ) -> None:
        """Remember what a public answer shows, so that a take-down reaches it as well.

        ``before``: it is about to show them, and may go on showing what it shows now.
        """
        if keys:
            await self._storage.public_answers.remember_answer(
                MessageId(secrets.token_hex(12)),
                guild_id,
                channel_id,
                discord_message_id,
                keys,
                self._clock(),
                before=before,
            )
            self._delivery.wake()

    async def unhide(self, guild_id: GuildId, named: str, actor: Actor, why: str = "") -> None:
        """Let a post be seen again, named by its link, its id, or (the beginning of) its hash.

        Raises ``RefusedRequest``: not hidden, or hidden by the operator or because its source said it is gone.
        What a server does not know is not hidden either, to its people: it may be a hidden channel that knows it.
        """
        try:
            hashed, is_known = await self._hash_of(named, guild_id)
        except PostUnknown as refused:
            if guild_id == EVERYWHERE:
                raise
            raise RefusedRequest("unhide-not-hidden") from refused
        now = self._clock()
        if await self._storage.moderation.unhide(guild_id, hashed, actor=actor, why=_reason(why), now=now):
            return
        everywhere = {
            hidden.post_hash
            for hidden in await self._storage.moderation.hidden_posts(EVERYWHERE, limit=HIDDEN_MAX)
            if is_known or not is_deletion(hidden.actor)
        }
        raise RefusedRequest("unhide-not-yours" if hashed in everywhere else "unhide-not-hidden")

    async def hidden(self, guild_id: GuildId) -> list[HiddenPost]:
        """The posts that a server has hidden, newest first."""
        return await self._storage.moderation.hidden_posts(guild_id)

    async def hidden_hashes(self, guild_id: GuildId) -> frozenset[PostHash]:
        """The hashes of posts that a server has hidden now, at most 10,000."""
        return frozenset(
            one.post_hash for one in await self._storage.moderation.hidden_posts(guild_id, limit=HIDDEN_MAX)
        )

    async def trail(self, guild_id: GuildId | None) -> list[AuditLine]:
        """The record of hiding and unhiding, newest first: at most 1,000 lines."""
        return await self._storage.moderation.audit(guild_id, limit=TRAIL_MAX)

    async def _stored(
        self, reference: PostReference, guild_id: GuildId | None, channels: Collection[ChannelId] | None
    ) -> list[PostMatch]:
        """Stored or sent posts that match one of the needles, each identity once."""
        found: dict[PostKey, PostMatch] = {}
        for needle in reference.needles:
            for stored in await self._storage.lookup.find_posts(needle, guild_id, channels):
                found.setdefault(stored.post.key, PostMatch(stored.post.key, stored.post))
        return list(found.values())

    async def _alerts_in(self, discord_message_id: int, guild_id: GuildId | None) -> list[PostMatch]:
        message = await self._storage.lookup.sent_message(discord_message_id, guild_id)
        named = posts_of(message) if message else []
        if not named:
            raise PostUnknown("hide-message-unknown")
        return named

    async def _hash_of(self, named: str, guild_id: GuildId) -> tuple[PostHash, bool]:
        """The hash of a post, and whether the server knows the post: by its topics, or because it hid it.

        From our own suggestions and lists it is a hash already.
        """
        typed = named.strip().lower()
        known = [
            hidden.post_hash for hidden in await self._storage.moderation.hidden_posts(guild_id, limit=HIDDEN_MAX)
        ]
        matching = [hashed for hashed in known if len(typed) >= HASH_SHOWN and hashed.startswith(typed)]
        if len(matching) == 1:
            return matching[0], True
        found = await self.find(named, guild_id if guild_id != EVERYWHERE else None)
        meant = next((one for one in found if post_hash(one.key) in known), found[0])
        return post_hash(meant.key), meant.post is not None or post_hash(meant.key) in known


def person(user_id: UserId | int) -> Actor:
    """A person as the one who did something."""
    return Actor(f"user:{user_id}")


def posts_of(message: Message) -> list[PostMatch]:
    """The posts a message still shows, also those of a digest that found no room in it."""
    return [
        PostMatch(post.key, post, message.channel_id)
        for entry in message.entries
        for post, _, _ in entry.content.posts()
    ]


def _reason(typed: str) -> str | None:
    return excerpt(" ".join(clean(typed).split()), REASON_MAX) or None
