"""``Transport`` over discord.py: draws a message, sends it with its nonce, edits and deletes it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from typing import cast

import discord

from bot.core.models import (
    Failure,
    FailureCode,
    Message,
    OutboxEntry,
    OutgoingFile,
    Pausable,
    PauseReason,
    SentFile,
    Topic,
    UnreadHistory,
)
from bot.delivery.transport import (
    Edited,
    EditOutcome,
    FileMaker,
    FindOutcome,
    GuildLoader,
    HistoryOutcome,
    Notified,
    Refused,
    SendOutcome,
    Sent,
    TooManyEdits,
    Vanished,
)
from bot.views.alerts.forum_post import post_titles
from bot.views.alerts.message import Drawn, draw, how_many_fit, redraw
from bot.views.kit.files import NO_MEDIA, MediaUrls, attached_names, shows_media
from bot.views.kit.text import Texts

from .channel_histories import ChannelHistories
from .destinations import UNREACHABLE, Destinations, lost_post, time_limit, unreachable
from .files import KeptFile, files_of, uploads_of
from .filtered import milder
from .forum_posts import open_post, take_away
from .message_files import MessageFiles
from .odd_answers import Limited, name_odd_answers
from .own_messages import Pace
from .people import People
from .pictures import MessagePictures
from .refusals import (
    TOO_MANY_EDITS,
    UNKNOWN_MESSAGE,
    failure_of,
    is_about_the_title,
    is_filtered,
    may_be_of_files,
)

log = logging.getLogger(__name__)


class DiscordTransport:
    """Delivers through a logged-in client. ``guilds``: loads its cache where no gateway does.

    ``pictures``: of posts; None: there are to be none. ``makers``: make other files of messages, and come first.
    """

    def __init__(
        self,
        client: discord.Client,
        texts: Texts,
        guilds: GuildLoader | None = None,
        *,
        pictures: MessagePictures | None = None,
        makers: Sequence[FileMaker] = (),
    ) -> None:
        name_odd_answers(client.http)
        self._client = client
        self._texts = texts
        self._destinations = Destinations(client, guilds)
        self._files = MessageFiles(self._destinations, pictures, makers)
        self._histories = ChannelHistories(client, self._destinations)
        self._people = People(client, texts, self._destinations)

    def how_many_fit(self, entries: Sequence[OutboxEntry]) -> int:
        """Ask the view that will draw them."""
        return how_many_fit(entries, self._texts, pictures=self._files.has_pictures)

    def expect(self, entries: Sequence[OutboxEntry]) -> None:
        """Pictures are fetched meanwhile."""
        self._files.expect(entries, self._client.get_channel(entries[0].channel_id))

    def files(self, message: Message) -> AbstractAsyncContextManager[tuple[OutgoingFile, ...]]:
        """The files that are ready within two seconds; none where the bot may not attach any."""
        return self._files.ready(message)

    async def files_come_late(self, message: Message, files: Sequence[SentFile]) -> bool:
        """Pictures may; all else is made in time."""
        return await self._files.come_late(message, files)

    async def find(self, message: Message) -> FindOutcome:
        """Search the channel for the message's id, which every one of its buttons carries."""
        return await self._histories.find(message)

    async def read_history(
        self, history: UnreadHistory, since: datetime, until: datetime, pace: Pace
    ) -> HistoryOutcome:
        """See ``Transport``."""
        return await self._histories.read(history, since, until, pace)

    async def notify_paused(self, paused: Sequence[Pausable], why: PauseReason) -> Notified:
        """See ``Transport``."""
        return await self._people.notify_paused(paused, why)

    async def notify_invited_back(
        self, guild: discord.Guild, user_id: int, paused: Sequence[Pausable], seen: Sequence[Pausable]
    ) -> Notified:
        """Tell the person who invited the bot back what is still paused there. ``seen``: in channels they see."""
        return await self._people.notify_invited_back(guild, user_id, paused, seen)

    async def send(self, message: Message, files: Sequence[OutgoingFile] = ()) -> SendOutcome:
        """One try. ``nonce`` makes discord.py set ``enforce_nonce``: within minutes a retry cannot double."""
        if (wait := await self._destinations.load(message.guild_id)) is not None:
            return wait
        message = replace(message, mentions=self._destinations.roles_left(message))
        age_restricted = await self._destinations.is_age_restricted(message)

        try:
            # Room is taken now and not before: who waits for the rate of all channels carries nothing.
            with self._files.room.holding(files) as carried:
                async with time_limit():
                    return await self._put_what_is_let_through(message, carried, age_restricted=age_restricted)
        except discord.HTTPException as error:
            return lost_post(self._destinations.meaning(error, message), message)
        except UNREACHABLE as error:
            return unreachable(error)

    async def _put_what_is_let_through(
        self, message: Message, files: Sequence[OutgoingFile], *, age_restricted: bool
    ) -> SendOutcome:
        """Send a message, without the post that a filter refuses. Raises what discord.py raises.

        A refusal proves that nothing was taken, so each next try is the first.
        """
        try:
            return await self._put_with_files(message, files, age_restricted=age_restricted)
        except discord.HTTPException as error:
            if not is_filtered(error):
                raise
            refused = error
        for left in milder(message):
            try:
                sent = await self._put_with_files(left, files, age_restricted=age_restricted)
            except discord.HTTPException as error:
                if not is_filtered(error):
                    raise
            else:
                log.warning("message %s goes without a post that is blocked: %s", message.id, refused)
                return sent
        raise refused

    async def _put_with_files(
        self, message: Message, files: Sequence[OutgoingFile], *, age_restricted: bool
    ) -> SendOutcome:
        """Send a message, without its files where Discord refuses those. Raises what discord.py raises."""

        def drawn(media: MediaUrls) -> Drawn:
            return draw(message, self._texts, age_restricted=age_restricted, media=media)

        full = drawn(self._files.media(message, files, age_restricted=age_restricted))
        try:
            return await self._put(message, full, files)
        except discord.HTTPException as error:
            if not (shows_media(full.view) and may_be_of_files(error)):
                raise
            log.info("message %s goes without its files: %s", message.id, error)
            self._files.tried.refuse(message.id)
        # The refusal proves that nothing was taken.
        return await self._put(message, drawn(NO_MEDIA), ())

    async def _put(self, message: Message, drawn: Drawn, files: Sequence[OutgoingFile]) -> SendOutcome:
        """Send a message as drawn, with the files that it shows. Raises what discord.py raises."""
        mentions = discord.AllowedMentions(
            everyone=False,
            users=False,
            replied_user=False,
            roles=[discord.Object(role) for role in drawn.role_ids],
        )
        uploads = uploads_of(files, attached_names(drawn.view))
        self._files.tried.note(message.id, files)
        if message.opens_post:
            return await self._open_post(message, drawn, mentions, uploads)
        channel = self._destinations.messageable(message)
        if uploads:  # discord.py sends JSON, which is cheaper, only where it is given none
            sent = await channel.send(
                view=drawn.view, nonce=message.nonce, allowed_mentions=mentions, files=uploads
            )
        else:
            sent = await channel.send(view=drawn.view, nonce=message.nonce, allowed_mentions=mentions)
        self._files.tried.forget(message.id)
        return Sent(sent.id, files=files_of(sent))

    async def _open_post(
        self,
        message: Message,
        drawn: Drawn,
        mentions: discord.AllowedMentions,
        uploads: Sequence[discord.File],
    ) -> SendOutcome:
        """Raises what discord.py raises."""
        forum = await self._destinations.fetched(message.guild_id, message.destination)
        if not isinstance(forum, discord.ForumChannel):
            return Refused(Failure(FailureCode.NO_FORUM, "the channel is no forum any more"))
        *wanted, last = post_titles(message, self._texts)
        topic = _topic(message)
        for title in wanted:
            try:
                return await open_post(
                    self._client,
                    forum,
                    title=title,
                    topic=topic,
                    view=drawn.view,
                    mentions=mentions,
                    uploads=uploads,
                )
            except discord.HTTPException as error:
                if not is_about_the_title(error):
                    raise
        return await open_post(
            self._client, forum, title=last, topic=topic, view=drawn.view, mentions=mentions, uploads=uploads
        )

    async def edit(self, message: Message, *, adds_files: bool = True) -> EditOutcome:
        """Draw it again in place; edits never notify anybody.

        Tried with what it has and what it lacked, then with what it has, then without any file: whether an edit
        may show files of its message by name is not written down anywhere (discord-api-docs#7529).
        """
        if (wait := await self._destinations.load(message.guild_id)) is not None:
            return wait
        message = replace(message, mentions=self._destinations.roles_left(message))
        age_restricted = await self._destinations.is_age_restricted(message)
        lacked = await self._files.lacked(message, age_restricted=age_restricted) if adds_files else ()
        outcome: EditOutcome = Edited()
        with self._files.room.holding(lacked) as added:
            with_more = [(message.files, added)] if added else []
            for kept, new in (*with_more, (message.files, ()), ((), ())):
                outcome, is_of_files = await self._edit(message, kept, new, age_restricted=age_restricted)
                if not is_of_files:
                    break
                self._files.tried.refuse(message.id)  # from now on without links as well
        return outcome

    async def _edit(
        self,
        message: Message,
        kept: Sequence[SentFile],
        added: Sequence[OutgoingFile],
        *,
        age_restricted: bool,
    ) -> tuple[EditOutcome, bool]:
        """One try of an edit, and whether it may have failed because of the files.

        The files that are not named are removed by Discord, so those of what was taken down are not.
        """
        media = self._files.media(message, [*kept, *added], age_restricted=age_restricted)
        drawn = redraw(message, self._texts, age_restricted=age_restricted, media=media)
        names = attached_names(drawn.view)
        stays = [KeptFile(file) for file in kept if file.name in names]
        uploads = uploads_of(added, names)
        refusals: list[discord.HTTPException] = []
        now_has: tuple[SentFile, ...] = ()

        async def request() -> None:
            nonlocal now_has
            try:
                edited = await self._destinations.sent(message).edit(
                    view=drawn.view,
                    attachments=cast("list[discord.File | discord.Attachment]", [*stays, *uploads]),
                    allowed_mentions=discord.AllowedMentions.none(),
                )
            except discord.HTTPException as error:
                refusals.append(error)
                raise
            now_has = files_of(edited)

        outcome = await self._changed(request(), message, Edited())
        if isinstance(outcome, Edited):
            outcome = Edited(now_has)
        is_of_files = bool(refusals) and shows_media(drawn.view) and may_be_of_files(refusals[-1])
        return outcome, is_of_files and not isinstance(outcome, Vanished | TooManyEdits)

    async def remove(self, message: Message) -> EditOutcome:
        """Delete it; with the post of a forum that holds nothing else."""
        there = self._destinations.sent(message)
        if message.is_whole_post:
            topic = _topic(message)
            language = next((one.content.language for one in message.entries), "en")
            title = topic.name if topic is not None else self._texts.speaker(language).say("forum-title-none")
            return await self._changed(
                take_away(self._client, message.destination, there.id, title), message, Vanished()
            )
        return await self._changed(there.delete(), message, Vanished())

    async def unarchive(self, message: Message) -> bool:
        """Unarchive the thread of a message. Sending permission suffices for a thread that is not locked."""
        try:
            async with time_limit():
                channel = await self._client.fetch_channel(message.destination)
                if not isinstance(channel, discord.Thread):
                    return False
                await channel.edit(archived=False)
        except discord.HTTPException as error:
            log.info("thread %s cannot be woken: %s", message.destination, error)
            return False
        except UNREACHABLE:
            return False
        return True

    async def _changed(self, request: Awaitable[object], message: Message, done: Edited | Vanished) -> EditOutcome:
        """The outcome of an edit or a deletion."""
        try:
            async with time_limit():
                await request
        except discord.HTTPException as error:
            # The limit of old messages (30046) may come without a time to wait.
            if error.code == TOO_MANY_EDITS or (isinstance(error, Limited) and error.retry_after is None):
                return TooManyEdits(failure_of(error))
            # Only this says that nobody reads it any more; a 404 without a code proves nothing.
            if error.code == UNKNOWN_MESSAGE or await self._destinations.is_post_gone(error, message):
                return Vanished()
            return self._destinations.meaning(error, message)
        except UNREACHABLE as error:
            return unreachable(error)
        return done


def _topic(message: Message) -> Topic | None:
    """The topic that a message is about, where it is one."""
    return None if message.topic_key is None else message.entries[0].content.about
