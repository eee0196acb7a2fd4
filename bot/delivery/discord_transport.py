"""``Transport`` over discord.py: draws a message, sends it with its nonce, reads the history."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import aiohttp
import discord
from discord import ui

from bot.core.models import (
    FILES_MAX,
    ChannelId,
    Failure,
    FailureCode,
    GuildId,
    Message,
    OutboxEntry,
    OutgoingFile,
    Pausable,
    PauseReason,
    RoleId,
    SentFile,
    Topic,
    UnreadHistory,
    UserId,
)
from bot.views.alerts.forum_post import post_titles
from bot.views.alerts.message import Drawn, draw, how_many_fit, redraw
from bot.views.kit.files import NO_MEDIA, MediaUrls, attached, attached_names, shows_media
from bot.views.kit.text import Texts
from bot.views.quiet_hours import draw_invited_back, draw_paused, resume_view
from bot.views.subscriptions.cards import resume_all_button

from .channel_rights import FetchedChannel, can_read_history, everyone_sees, is_restricted, may_attach, timed_out_s
from .file_wait import FileWait
from .files import KeptFile, TriedFiles, UploadRoom, files_of, uploads_of
from .filtered import milder
from .forum_posts import find_post, open_post, take_away
from .own_messages import Pace, TooMuchHistory, read_forum, read_page
from .pictures import MessagePictures, PictureMode
from .refusals import (
    TOO_MANY_EDITS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    failure_of,
    is_about_the_title,
    is_filtered,
    may_be_of_files,
    meaning,
)
from .transport import (
    Absent,
    CannotTell,
    ChannelLost,
    Edited,
    EditOutcome,
    FileMaker,
    FindOutcome,
    GuildLoader,
    HistoryOutcome,
    Later,
    PostLost,
    ReadHistory,
    Refused,
    SendOutcome,
    Sent,
    TooManyEdits,
    Vanished,
)

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 60.0
"""discord.py may wait inside ``send``; after this we call it unknown and rely on the nonce."""
FILES_WAIT_S = 2.0
"""Seconds that a message waits for its files at most; what comes later is added by an edit."""
TIMED_OUT_CHECK_S = 3600.0
"""While a moderator has the bot timed out it is tried once an hour: a time-out can be ended early."""
_BEGIN_S = 0.01
"""Seconds to wait where no time is left: the files are asked for, and those that are there are found."""
_FORUM_TIMEOUT_S = 900.0
"""Time for all posts of a forum after a restore; each takes a request or more."""
_HISTORY_LIMIT = 2000
"""Twenty requests; a channel that wrote more since the first try is not searched to the end."""

# RuntimeError: the session was closed under us while the bot stops.
_UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError, RuntimeError)


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
        self._client = client
        self._texts = texts
        self._guilds = guilds
        self._pictures = pictures
        self._makers = [*makers, *([] if pictures is None else [pictures])]
        self._room = UploadRoom()
        self._tried = TriedFiles()
        self._file_wait = FileWait()

    def how_many_fit(self, entries: Sequence[OutboxEntry]) -> int:
        """Ask the view that will draw them."""
        return how_many_fit(entries, self._texts, pictures=self._pictures is not None)

    def expect(self, entries: Sequence[OutboxEntry]) -> None:
        """Pictures are fetched meanwhile."""
        channel = self._client.get_channel(entries[0].channel_id)
        if self._pictures is not None and may_attach(channel):
            self._pictures.expect(entries, age_restricted=is_restricted(channel))

    @asynccontextmanager
    async def files(self, message: Message) -> AsyncIterator[tuple[OutgoingFile, ...]]:
        """The files that are ready within ``FILES_WAIT_S``; none where the bot may not attach any.

        Messages of a channel in a row have that time together.
        """
        channel = self._client.get_channel(message.destination)
        made: Sequence[OutgoingFile] = ()
        if may_attach(channel):
            wait_s = max(self._file_wait.left(message.channel_id, FILES_WAIT_S), _BEGIN_S)
            with self._file_wait.waiting(message.channel_id):
                made = await self._made(message, age_restricted=is_restricted(channel), wait_s=wait_s)
        yield tuple(self._tried.again(message, made))

    async def files_come_late(self, message: Message, files: Sequence[SentFile]) -> bool:
        """Pictures may; all else is made in time."""
        has = {file.slot for file in files}
        if self._pictures is None or not self._pictures.lacks(message, has):
            return False
        if not self._tried.may_have(message.id) or await self._load(message.guild_id) is not None:
            return False
        channel = self._client.get_channel(message.destination)
        if not may_attach(channel):
            return False
        return await self._pictures.come_late(message, has, age_restricted=is_restricted(channel))

    async def _made(self, message: Message, *, age_restricted: bool, wait_s: float) -> list[OutgoingFile]:
        """The files of all makers, as many as a message may have."""
        found: list[OutgoingFile] = []
        for maker in self._makers:
            try:
                found += await maker.make(message, age_restricted=age_restricted, wait_s=wait_s)
            except Exception:  # a picture is no reason for which an alert does not go out
                log.exception("message %s goes without some of its files by a fault of ours", message.id)
        return found[:FILES_MAX]

    def _media(
        self,
        message: Message,
        files: Sequence[OutgoingFile | SentFile],
        channel: object,
        *,
        age_restricted: bool,
    ) -> dict[str, str]:
        """Its files by slot, and links where the operator wants them or files are not allowed."""
        shown = attached(files)
        pictures = self._pictures if self._tried.may_have(message.id) else None
        if pictures is not None and (pictures.mode is PictureMode.LINK or not may_attach(channel)):
            shown = pictures.links(message, age_restricted=age_restricted) | shown
        return shown

    async def send(self, message: Message, files: Sequence[OutgoingFile] = ()) -> SendOutcome:
        """One try. ``nonce`` makes discord.py set ``enforce_nonce``: within minutes a retry cannot double."""
        if (wait := await self._load(message.guild_id)) is not None:
            return wait
        message = replace(message, mentions=self._roles_left(message))
        age_restricted = await self._is_age_restricted(message)

        try:
            # Room is taken now and not before: who waits for the rate of all channels carries nothing.
            with self._room.holding(files) as carried:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    return await self._put_what_is_let_through(message, carried, age_restricted=age_restricted)
        except discord.HTTPException as error:
            return self._of_post(self._meaning(error, message), message)
        except _UNREACHABLE as error:
            return _unreachable(error)

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

        channel = self._client.get_channel(message.destination)
        full = drawn(self._media(message, files, channel, age_restricted=age_restricted))
        try:
            return await self._put(message, full, files)
        except discord.HTTPException as error:
            if not (shows_media(full.view) and may_be_of_files(error)):
                raise
            log.info("message %s goes without its files: %s", message.id, error)
            self._tried.refuse(message.id)
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
        self._tried.note(message.id, files)
        if message.opens_post:
            return await self._open_post(message, drawn, mentions, uploads)
        channel = self._client.get_partial_messageable(message.destination, guild_id=message.guild_id)
        if uploads:  # discord.py sends JSON, which is cheaper, only where it is given none
            sent = await channel.send(
                view=drawn.view, nonce=message.nonce, allowed_mentions=mentions, files=uploads
            )
        else:
            sent = await channel.send(view=drawn.view, nonce=message.nonce, allowed_mentions=mentions)
        self._tried.forget(message.id)
        return Sent(sent.id, files=files_of(sent))

    async def _open_post(
        self,
        message: Message,
        drawn: Drawn,
        mentions: discord.AllowedMentions,
        uploads: Sequence[discord.File],
    ) -> SendOutcome:
        """Raises what discord.py raises."""
        forum = await self._channel(message)
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
        if (wait := await self._load(message.guild_id)) is not None:
            return wait
        message = replace(message, mentions=self._roles_left(message))
        age_restricted = await self._is_age_restricted(message)
        lacked = await self._lacked(message, age_restricted=age_restricted) if adds_files else ()
        outcome: EditOutcome = Edited()
        with self._room.holding(lacked) as added:
            with_more = [(message.files, added)] if added else []
            for kept, new in (*with_more, (message.files, ()), ((), ())):
                outcome, is_of_files = await self._edit(message, kept, new, age_restricted=age_restricted)
                if not is_of_files:
                    break
                self._tried.refuse(message.id)  # from now on without links as well
        return outcome

    async def _lacked(self, message: Message, *, age_restricted: bool) -> tuple[OutgoingFile, ...]:
        """Files that are ready now and that the message does not have."""
        may_have = self._tried.may_have(message.id)
        if not may_have or not may_attach(self._client.get_channel(message.destination)):
            return ()
        has = {file.slot for file in message.files}
        made = await self._made(message, age_restricted=age_restricted, wait_s=0.0)
        return tuple(file for file in made if file.slot not in has)

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
        channel = self._client.get_channel(message.destination)
        media = self._media(message, [*kept, *added], channel, age_restricted=age_restricted)
        drawn = redraw(message, self._texts, age_restricted=age_restricted, media=media)
        names = attached_names(drawn.view)
        stays = [KeptFile(file) for file in kept if file.name in names]
        uploads = uploads_of(added, names)
        refusals: list[discord.HTTPException] = []
        now_has: tuple[SentFile, ...] = ()

        async def request() -> None:
            nonlocal now_has
            try:
                edited = await self._partial_message(message).edit(
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
        there = self._partial_message(message)
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
            async with asyncio.timeout(SEND_TIMEOUT_S):
                channel = await self._client.fetch_channel(message.destination)
                if not isinstance(channel, discord.Thread):
                    return False
                await channel.edit(archived=False)
        except discord.HTTPException as error:
            log.info("thread %s cannot be woken: %s", message.destination, error)
            return False
        except _UNREACHABLE:
            return False
        return True

    def _partial_message(self, message: Message) -> discord.PartialMessage:
        """The message in its channel; only for those whose id is known."""
        if message.discord_message_id is None:
            msg = f"message {message.id} is not known to be in its channel"
            raise ValueError(msg)
        channel = self._client.get_partial_messageable(message.destination, guild_id=message.guild_id)
        return channel.get_partial_message(message.discord_message_id)

    async def _changed(self, request: Awaitable[object], message: Message, done: Edited | Vanished) -> EditOutcome:
        """The outcome of an edit or a deletion."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await request
        except discord.HTTPException as error:
            if error.code == TOO_MANY_EDITS:
                return TooManyEdits(failure_of(error))
            # Only this says that nobody reads it any more; a 404 without a code proves nothing.
            if error.code == UNKNOWN_MESSAGE or await self._is_post_gone(error, message):
                return Vanished()
            return self._meaning(error, message)
        except KeyError:
            # discord.py looks for ``retry_after`` in every 429; the one for old edits (30046) may come without.
            return TooManyEdits(Failure(FailureCode.BUSY, "429 without a time to wait"))
        except _UNREACHABLE as error:
            return _unreachable(error)
        return done

    async def find(self, message: Message) -> FindOutcome:
        """Search the channel for the message's id, which every one of its buttons carries."""
        return await self._load(message.guild_id, anew=True) or await self._find(message)

    async def _find(self, message: Message) -> FindOutcome:
        if not self._is_there(message.guild_id):
            # A guild in an outage or a session made anew: to call the message uncertain would be for good.
            unavailable = "the server is not known or not available now"
            return Later(Failure(FailureCode.GUILD_UNAVAILABLE, unavailable), guild_unavailable=True)
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                channel = await self._channel(message)
                if not can_read_history(channel):
                    unread = "history cannot be read, so nobody can tell whether it arrived"
                    return CannotTell(Failure(FailureCode.HISTORY, unread))
                if isinstance(channel, discord.ForumChannel):
                    return await find_post(self._client, channel, message, _carries)
                return await self._search(message)
        except discord.HTTPException as error:
            refusal = self._of_post(self._meaning(error, message), message)
            return CannotTell(refusal.failure) if isinstance(refusal, Refused | ChannelLost) else refusal
        except _UNREACHABLE as error:
            return _unreachable(error)

    async def _search(self, message: Message) -> FindOutcome:
        """Search the channel's history from just before the first try on: any try may be the one that arrived."""
        channel = self._client.get_partial_messageable(message.destination, guild_id=message.guild_id)
        begun = (message.first_try_at or message.sealed_at) - timedelta(minutes=2)
        read = 0
        async for seen in channel.history(limit=_HISTORY_LIMIT, after=begun, oldest_first=True):
            if _carries(seen, message):
                return Sent(seen.id, files=files_of(seen))
            read += 1
        if read >= _HISTORY_LIMIT:
            crowded = "too much was written in the channel since to tell whether it arrived"
            return CannotTell(Failure(FailureCode.CROWDED, crowded), may_pass=False)
        return Absent()

    async def read_history(
        self, history: UnreadHistory, since: datetime, until: datetime, pace: Pace
    ) -> HistoryOutcome:
        """See ``Transport``."""
        if discord.utils.snowflake_time(history.channel_id) > until:
            return ReadHistory()
        wait = await self._load(history.guild_id, anew=True)
        return wait or await self._read_history(history, since, until, pace)

    async def _read_history(
        self, history: UnreadHistory, since: datetime, until: datetime, pace: Pace
    ) -> HistoryOutcome:
        me = self._client.user
        if me is None or not self._is_there(history.guild_id):
            unavailable = "the server is not known or not available now"
            return Later(Failure(FailureCode.GUILD_UNAVAILABLE, unavailable), guild_unavailable=True)
        try:
            return await self._read_messages(history, me.id, since, until, pace)
        except TooMuchHistory:
            crowded = "too much was written in the forum since the copy"
            return CannotTell(Failure(FailureCode.CROWDED, crowded), may_pass=False)
        except discord.HTTPException as error:
            return self._unread(error, history)
        except _UNREACHABLE as error:
            return _unreachable(error)

    async def _read_messages(
        self, history: UnreadHistory, me: int, since: datetime, until: datetime, pace: Pace
    ) -> HistoryOutcome:
        """Raises ``TooMuchHistory``, and what discord.py raises."""
        channel = await self._channel_of(history.guild_id, history.channel_id)
        if not can_read_history(channel):
            return CannotTell(Failure(FailureCode.HISTORY, "the channel's history cannot be read"))
        if isinstance(channel, discord.ForumChannel):
            async with asyncio.timeout(_FORUM_TIMEOUT_S):
                return ReadHistory(tuple(await read_forum(channel, me, since, until, pace)))
        await pace()
        there = self._client.get_partial_messageable(history.channel_id, guild_id=history.guild_id)
        after = history.after or discord.utils.time_snowflake(since)
        async with asyncio.timeout(SEND_TIMEOUT_S):
            found, last_id, is_last = await read_page(there, me, after, until)
        return ReadHistory(tuple(found), last_id, is_last)

    def _unread(self, error: discord.HTTPException, history: UnreadHistory) -> HistoryOutcome:
        """The outcome of an error answer to a request for history."""
        found = meaning(error, guild_is_there=self._is_there(history.guild_id))
        if isinstance(found, Later):
            return found
        if isinstance(found, ChannelLost) and found.why is PauseReason.NOT_FOUND:
            return ReadHistory()  # whatever was sent there is gone with it
        return CannotTell(found.failure)

    async def notify_paused(self, paused: Sequence[Pausable], why: PauseReason) -> bool:
        """Send the notice by direct message, else in the system channel, mentioning only the person.

        With a button to resume, where a permission that comes back would help. Where everybody reads, topics of a
        channel that not everybody sees are not named.
        """
        first = paused[0]
        speaker = self._texts.speaker(first.settings.language)
        await self._load(first.guild_id, anew=True)
        guild = self._client.get_guild(first.guild_id)
        view = None if why is PauseReason.NOT_FOUND else resume_view(speaker, paused)
        text = draw_paused(speaker, paused, why, server=guild.name if guild else "")
        if await self._say_to(first.created_by, text, view):
            return True
        system = guild.system_channel if guild else None
        if guild is None or system is None or system.id in {one.channel_id for one in paused}:
            return False
        if not all(everyone_sees(guild, one.channel_id) for one in paused):
            text = speaker.say("paused-private")
        mentions = discord.AllowedMentions(users=[discord.Object(first.created_by)])
        return await self._say(system, f"<@{first.created_by}> {text}", view, mentions)

    async def notify_invited_back(
        self, guild: discord.Guild, user_id: int, paused: Sequence[Pausable], seen: Sequence[Pausable]
    ) -> bool:
        """Send the person who invited the bot back a direct message about what is still paused there.

        ``seen``: what is paused in channels that they see; nothing else is named.
        """
        speaker = self._texts.speaker(paused[0].settings.language)
        view = ui.View(timeout=None).add_item(resume_all_button(speaker, paused[0].guild_id))
        view.stop()
        return await self._say_to(
            UserId(user_id), draw_invited_back(speaker, paused, seen, server=guild.name), view
        )

    async def _say_to(self, user_id: UserId, text: str, view: discord.ui.View | None) -> bool:
        try:
            person = await self._client.fetch_user(user_id)
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            return False
        return await self._say(person, text, view, discord.AllowedMentions.none())

    async def _say(
        self,
        where: discord.abc.Messageable,
        text: str,
        view: discord.ui.View | None,
        mentions: discord.AllowedMentions,
    ) -> bool:
        try:
            if view is None:
                await where.send(text, allowed_mentions=mentions)
            else:
                await where.send(text, view=view, allowed_mentions=mentions)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("could not tell about a paused subscription: %s", error)
            return False
        return True

    def _roles_left(self, message: Message) -> tuple[RoleId, ...]:
        """The roles to mention without those that were deleted, which would read "@deleted-role"."""
        guild = self._client.get_guild(message.guild_id)
        if guild is None or guild.unavailable:
            return message.mentions
        return tuple(role for role in message.mentions if guild.get_role(role) is not None)

    async def _load(self, guild_id: GuildId, *, anew: bool = False) -> Later | None:
        """Load a server where no gateway does. Where that fails, the outcome of a try that sent nothing."""
        if self._guilds is None:
            return None
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._guilds.load(guild_id, anew=anew)
        except discord.HTTPException as error:
            found = meaning(error, guild_is_there=False)
            if isinstance(found, Later):
                return replace(found, may_have_arrived=False)
            return Later(found.failure, may_have_arrived=False)
        except _UNREACHABLE as error:
            return replace(_unreachable(error), may_have_arrived=False)
        return None

    # -- what is known of a channel ---------------------------------------------------------------------

    def _is_there(self, guild_id: GuildId) -> bool:
        """Whether what Discord says of a server's channels counts.

        Not while the server is in an outage, which is also what READY says of each before it is sent. A server
        that READY did not name is one that the bot left.
        """
        guild = self._client.get_guild(guild_id)
        return self._client.is_ready() if guild is None else not guild.unavailable

    async def _channel(self, message: Message) -> FetchedChannel | None:
        """The channel of a message. Not cached is no fact: archived threads never are, so Discord is asked.

        Raises what discord.py raises.
        """
        return await self._channel_of(message.guild_id, message.destination)

    async def _channel_of(self, guild_id: GuildId, channel_id: ChannelId) -> FetchedChannel | None:
        known = self._client.get_channel(channel_id)
        if known is None:
            known = await self._client.fetch_channel(channel_id)
            if self._guilds is not None and self._client.get_guild(guild_id) is None:
                # The server's outage has ended: without the server nothing is known of the bot's permissions.
                await self._guilds.load(guild_id, anew=True)
                known = self._client.get_channel(channel_id) or known
        return known if isinstance(known, FetchedChannel) else None

    async def _is_age_restricted(self, message: Message) -> bool:
        """A thread is what its parent is. An unknown channel counts as not restricted: better one post too few."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                channel = await self._channel(message)
        except (discord.HTTPException, discord.InvalidData, *_UNREACHABLE):
            return False
        return is_restricted(channel)

    def _meaning(self, error: discord.HTTPException, message: Message) -> Later | ChannelLost | Refused:
        found = meaning(error, guild_is_there=self._is_there(message.guild_id))
        if isinstance(found, ChannelLost) and found.failure.code is FailureCode.FORBIDDEN:
            left_s = timed_out_s(self._client.get_guild(message.guild_id))
            if left_s is not None:
                failure = Failure(FailureCode.TIMED_OUT, found.failure.detail)
                return Later(failure, min(left_s, TIMED_OUT_CHECK_S), may_have_arrived=False)
        if self._guilds is not None and isinstance(found, ChannelLost):
            self._guilds.invalidate(message.guild_id)
        return found

    @staticmethod
    def _of_post(
        refusal: Later | ChannelLost | Refused, message: Message
    ) -> Later | ChannelLost | PostLost | Refused:
        """A post of a forum is deleted or locked by itself; who may not write is kept out of the forum."""
        lost = isinstance(refusal, ChannelLost) and (refusal.why is PauseReason.NOT_FOUND or refusal.is_archived)
        return PostLost(refusal.failure) if lost and message.in_post else refusal

    async def _is_post_gone(self, error: discord.HTTPException, message: Message) -> bool:
        """Whether a post of a forum was deleted: Discord does not know it, and knows its forum."""
        if error.code != UNKNOWN_CHANNEL or not message.in_post or not self._is_there(message.guild_id):
            return False
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._client.fetch_channel(message.channel_id)
        except (discord.HTTPException, *_UNREACHABLE):
            return False
        return True


def _topic(message: Message) -> Topic | None:
    """The topic that a message is about, where it is one."""
    return None if message.topic_key is None else message.entries[0].content.about


def _unreachable(error: Exception) -> Later:
    """No answer: it may have arrived."""
    return Later(Failure(FailureCode.UNREACHABLE, f"{type(error).__name__}: {error}"), guild_unavailable=True)


def _carries(seen: discord.Message, message: Message) -> bool:
    """Whether a message in the channel is this one."""
    marker = f"kw:{message.id}:"
    return any(marker in str(component.to_dict()) for component in seen.components)
