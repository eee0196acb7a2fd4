"""Posts of a forum: opened once, found again, taken away.

To open one takes no nonce (discord-api-docs#4850), so only a search tells whether a try without an answer
arrived: in the server's active threads and the forum's archived ones, for one of ours that is younger than the try
and whose first message carries the message's id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, overload

import aiohttp
import discord
from discord import ui
from discord.http import Route, handle_message_parameters, json_or_text

from bot.core.models import Failure, FailureCode, Message, Topic
from bot.delivery.transport import Absent, CannotTell, Sent
from bot.views.alerts.forum_post import tag_for

from .files import files_in, files_of
from .refusals import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE

ARCHIVE_AFTER_MIN = 4320
"""A post sleeps after three days of silence at the soonest: counts are edited for two, and an edit wakes none."""
ARCHIVED_MAX = 500
"""Archived posts that are searched; a forum where more were archived since the try proves nothing."""
_CLOCKS_DIFFER = timedelta(minutes=2)

Carries = Callable[[discord.Message, Message], bool]
"""Whether a message in Discord is one of ours."""


class AskedOnce(Sequence[discord.File]):
    """Files that make discord.py ask once: after a lost connection it would ask again, for a second post.

    ``HTTPClient.request`` goes through the files before each try; the second time they refuse.
    """

    def __init__(self, files: Sequence[discord.File] = ()) -> None:
        self._files = files
        self._was_asked = False

    def __bool__(self) -> bool:
        """True, so that they are read."""
        return True

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, index: int) -> discord.File: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[discord.File]: ...
    def __getitem__(self, index: int | slice) -> discord.File | Sequence[discord.File]:
        """One of them."""
        return self._files[index]

    def __iter__(self) -> Iterator[discord.File]:
        """All of them. Raises ``TimeoutError`` the second time."""
        if self._was_asked:
            msg = "there was no answer, and it may have been taken"
            raise TimeoutError(msg)
        self._was_asked = True
        return iter(self._files)


async def _stop_at_refusals(response: aiohttp.ClientResponse) -> None:
    """Keeps discord.py from asking again after a 5xx or a 429. Raises what it raises in the end."""
    if response.status == 429 or response.status >= 500:
        kind = discord.DiscordServerError if response.status >= 500 else discord.HTTPException
        raise kind(response, await json_or_text(response))


async def open_post(
    client: discord.Client,
    forum: discord.ForumChannel,
    *,
    title: str,
    topic: Topic | None,
    view: ui.LayoutView,
    mentions: discord.AllowedMentions,
    uploads: Sequence[discord.File] = (),
) -> Sent:
    """Open a post with one request. Raises what discord.py raises, and ``TimeoutError`` where none came back."""
    tag = tag_for(forum, topic)
    payload: dict[str, Any] = {
        "name": title,
        "auto_archive_duration": max(forum.default_auto_archive_duration, ARCHIVE_AFTER_MIN),
        "applied_tags": [] if tag is None else [str(tag.id)],
    }
    route = Route("POST", "/channels/{channel_id}/threads", channel_id=forum.id)
    with handle_message_parameters(
        view=view, allowed_mentions=mentions, channel_payload=payload, files=uploads
    ) as parameters:
        body: dict[str, Any] = {"form": parameters.multipart} if uploads else {"json": parameters.payload}
        made = await client.http.request(
            route,
            files=AskedOnce(uploads),
            params={"use_nested_fields": 1},
            raise_for_status=_stop_at_refusals,
            **body,
        )
    first = made["message"]
    return Sent(int(first["id"]), thread_id=int(made["id"]), files=files_in(first["components"]))


async def find_post(
    client: discord.Client, forum: discord.ForumChannel, message: Message, carries: Carries
) -> Sent | Absent | CannotTell:
    """The post that a message opened, if one of its tries arrived. Raises what discord.py raises.

    Read Message History is taken to be there: without it Discord refuses what is asked here.
    """
    begun = (message.first_try_at or message.sealed_at) - _CLOCKS_DIFFER
    me = client.user
    seen: set[int] = set()
    without_starter: list[int] = []
    async for thread in threads_since(forum, begun):
        if thread is None:
            crowded = "too many posts were archived in the forum since to tell whether it arrived"
            return CannotTell(Failure(FailureCode.CROWDED, crowded), may_pass=False)
        ours = thread.parent_id == forum.id and me is not None and thread.owner_id == me.id
        if not ours or thread.id in seen or discord.utils.snowflake_time(thread.id) < begun:
            continue
        seen.add(thread.id)
        try:
            first = await thread.fetch_message(thread.id)
        except discord.NotFound as error:
            # A deleted post answered nothing for long; one without its first message may have been this one.
            if error.code == UNKNOWN_MESSAGE:
                without_starter.append(thread.id)
            elif error.code != UNKNOWN_CHANNEL:
                raise
            continue
        if carries(first, message):
            return Sent(first.id, thread_id=thread.id, files=files_of(first))
    if not without_starter:
        return Absent()
    why = "the first message of a post that was opened since is deleted"
    return CannotTell(
        Failure(FailureCode.STARTER_DELETED, why), may_pass=False, without_starter=tuple(without_starter)
    )


async def threads_since(forum: discord.ForumChannel, begun: datetime) -> AsyncIterator[discord.Thread | None]:
    """All threads that are active or were archived since then; None: there are too many.

    What is archived meanwhile is among the archived ones, what wakes meanwhile among the active at the end.
    """
    for thread in await forum.guild.active_threads():
        yield thread
    read = 0
    async for thread in forum.archived_threads(limit=None):  # the latest archived first
        if thread.archive_timestamp < begun:
            break
        if read >= ARCHIVED_MAX:
            yield None
            return
        read += 1
        yield thread
    for thread in await forum.guild.active_threads():
        yield thread


async def take_away(client: discord.Client, post_id: int, message_id: int, title: str) -> None:
    """Delete the post that a message opened. Raises what discord.py raises.

    That takes Manage Threads. Without it, its creator may still take its title away, and the message.
    """
    try:
        await client.http.delete_channel(post_id)
    except discord.Forbidden:
        await client.http.edit_channel(post_id, name=title, archived=False)
        await client.http.delete_message(post_id, message_id)
