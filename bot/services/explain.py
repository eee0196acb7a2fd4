"""Answers ``/why``: finds the post, reads its history, explains it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.explain.explanation import Explanation, explain
from bot.core.explain.history import PostHistory
from bot.core.models import (
    STRANGER,
    ChannelId,
    GuildId,
    Message,
    Network,
    PostKey,
    SourceName,
    SurgeContent,
    Viewer,
)
from bot.core.text import label, topic_key
from bot.polling.rule_evaluator import run_in_request_thread
from bot.services.input.post_reference import PostReference, read_reference
from bot.services.moderation import posts_of
from bot.storage.stores import Storage
from config.settings import Settings

TYPED_SHOWN = 60


class WhyService:
    """Explanations of what became of a post in a channel, for ``/why``."""

    def __init__(self, storage: Storage, settings: Settings, clock: Clock) -> None:
        self._storage = storage
        self._settings = settings
        self._clock = clock

    async def explain(
        self, typed: str, guild_id: GuildId, channel_id: ChannelId, viewer: Viewer = STRANGER
    ) -> Explanation:
        """The explanation for a channel of the post that a person named by its link or id.

        The post is looked for in that channel and in those that ``viewer`` sees.
        Raises ``RefusedRequest`` for what is no post: nothing, a channel, a message without one, a topic, words.
        A post that no watch saw has an explanation too, and raises no error.
        """
        reference = read_reference(typed)
        keys = await self._keys(reference, guild_id, viewer.channels | {channel_id})
        if not keys:
            keys = [await self._unseen(typed, reference, viewer)]
        now = self._clock()
        histories = [await self._storage.post_history.of_post(guild_id, channel_id, key, now) for key in keys]
        # One id can be known on two networks: the channel means the one it has seen.
        nearest = max(histories, key=_knowledge)
        max_age = timedelta(hours=self._settings.poll.new_post_max_age_h)
        default_min_rp = {SourceName(name): least for name, least in self._settings.default_minimums().items()}
        return await run_in_request_thread(explain, nearest, max_age, default_min_rp)

    async def _keys(
        self, reference: PostReference, guild_id: GuildId, channels: Collection[ChannelId]
    ) -> list[PostKey]:
        """The posts it can be, as far as they are stored or the words alone name one."""
        if reference.message is not None:
            message = await self._storage.lookup.sent_message(
                reference.message.discord_message_id, guild_id, channels
            )
            for surge in _surges(message):
                raise _surge_reason(surge)
            return [named.key for named in posts_of(message)] if message else []
        found = [
            stored.post.key
            for needle in reference.needles
            for stored in await self._storage.lookup.find_posts(needle, guild_id, channels)
        ]
        return list(dict.fromkeys(found)) or ([reference.key] if reference.key else [])

    async def _unseen(self, typed: str, reference: PostReference, viewer: Viewer) -> PostKey:
        """A key for a post that no watch saw. Raises ``RefusedRequest``, which says what it is instead."""
        if reference.message is not None:
            raise RefusedRequest("why-is-message")
        if reference.is_channel:
            raise RefusedRequest("why-is-channel")
        if not reference.needles:
            raise RefusedRequest("why-post-empty")
        topic = await self._storage.trends.shown_topic(topic_key(typed), viewer)
        if topic is not None:
            raise RefusedRequest("why-is-topic", topic=label(topic.name, TYPED_SHOWN))
        if not reference.may_be_id:
            raise RefusedRequest("why-is-text", topic=label(typed, TYPED_SHOWN))
        return PostKey(f"{Network.FEDIVERSE}:{reference.needles[0]}")


def _surges(message: Message | None) -> list[SurgeContent]:
    """The surges that a message of the bot says."""
    contents = [] if message is None else [entry.content for entry in message.entries]
    return [content for content in contents if isinstance(content, SurgeContent)]


def _surge_reason(content: SurgeContent) -> RefusedRequest:
    """The reason for a surge: it is about no post, so it is said in place of an explanation."""
    figures = content.figures
    return RefusedRequest(
        "why-is-surge",
        topic=label(content.topic.name, TYPED_SHOWN),
        times=round(figures.ratio),
        people="yes" if content.by_people else "no",
        shown=round(figures.per_hour),
        usual=round(figures.normal_per_hour),
    )


def _knowledge(history: PostHistory) -> tuple[bool, bool, bool]:
    """The relation of the channel to the post: an alert, a sighting, a take-down."""
    seen = any(route.observation is not None for route in history.routes)
    return history.alert is not None, seen, bool(history.take_downs)
