"""Stories of a channel: the posts that are counted in an alert, and what a person parts from it."""

from __future__ import annotations

from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, EntryId, GuildId, OutboxEntry, StoredPost, UserId
from bot.delivery.loop import Delivery
from bot.storage.stores import Storage


class StoryService:
    """The one call behind each question about a story."""

    def __init__(self, storage: Storage, delivery: Delivery, clock: Clock) -> None:
        self._storage = storage
        self._delivery = delivery
        self._clock = clock

    async def counted_posts(self, entry_id: EntryId) -> list[StoredPost]:
        """Posts that are counted in an alert, highest RP first, without those hidden since."""
        return await self._storage.stories.counted_posts(entry_id)

    async def split(self, entry: OutboxEntry, digits: str, user_id: UserId) -> EntryId:
        """Part a post from an alert's story, for good, and send it on its own; returns its entry.

        ``digits``: the first of its hash. Raises ``RefusedRequest`` for a post that is not counted there any more,
        or is not stored any more, and where its subscription has ended.
        """
        found = await self._storage.stories.split(entry.id, digits, user_id, self._clock())
        if found is None:
            raise RefusedRequest("alert-story-gone")
        self._delivery.wake()
        return found

    async def channel_of(self, entry_id: EntryId, guild_id: GuildId) -> ChannelId:
        """The channel of a post that was parted from a story. Raises ``RefusedRequest`` where there is none."""
        found = await self._storage.stories.channel_of_split(entry_id, guild_id)
        if found is None:
            raise RefusedRequest("alert-story-gone")
        return found

    async def undo_split(self, entry_id: EntryId, guild_id: GuildId) -> bool:
        """Take a split back. False: the post was sent already, and only later ones are counted in the story again.

        Raises ``RefusedRequest`` where there is nothing to take back.
        """
        done = await self._storage.stories.undo_split(entry_id, guild_id, self._clock())
        if done is None:
            raise RefusedRequest("alert-story-gone")
        return done
