"""The bot's own messages in a channel's history, known by nothing but what they carry.

Buttons have the message's id, the place of the entry and its mark (``bot.core.identity.marks``); the link to a
post stands in the same row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import discord

from bot.core.identity.marks import MARK, address_mark
from bot.core.models import FoundEntry, FoundMessage, MessageId

from .forum_posts import threads_since

PAGE: Final = 100
"""Messages that Discord gives for one request."""
THREAD_PAGES: Final = 20
"""Pages read of each post of a forum; a post with more since the copy is not read to its end."""
_BUTTON: Final = re.compile(rf"kw:([0-9a-f]{{24}}):([0-9]{{1,3}}):[a-z-]+(?:\.({MARK}))?")
_PAGED: Final = re.compile(r"[0-9]{1,4}")

Pace = Callable[[], Awaitable[None]]
"""Waits for the next request."""


class TooMuchHistory(Exception):
    """More was written, or more posts were archived, than is read."""


async def read_page(
    channel: discord.abc.Messageable, me: int, after: int, until: datetime
) -> tuple[list[FoundMessage], int | None, bool]:
    """Own messages of the next page, the id of its last message, and whether it is the last.

    ``after``: id of the message before the page. Raises what discord.py raises.
    """
    found, last, read = [], None, 0
    history = channel.history(limit=PAGE, after=discord.Object(after), before=until, oldest_first=True)
    async for seen in history:
        read, last = read + 1, seen.id
        if (message := own_message(seen, me)) is not None:
            found.append(message)
    return found, last, read < PAGE


async def read_forum(
    forum: discord.ForumChannel, me: int, since: datetime, until: datetime, pace: Pace
) -> list[FoundMessage]:
    """Own messages in the posts of a forum that the bot opened.

    Raises ``TooMuchHistory``, and what discord.py raises.
    """
    found: list[FoundMessage] = []
    seen: set[int] = set()
    async for thread in threads_since(forum, since):
        if thread is None:
            raise TooMuchHistory
        if thread.parent_id == forum.id and thread.owner_id == me and thread.id not in seen:
            seen.add(thread.id)
            found += [message async for message in _of_thread(thread, me, since, until, pace)]
    return found


async def _of_thread(
    thread: discord.Thread, me: int, since: datetime, until: datetime, pace: Pace
) -> AsyncIterator[FoundMessage]:
    after = discord.utils.time_snowflake(since)
    for _ in range(THREAD_PAGES):
        await pace()
        found, last, is_last = await read_page(thread, me, after, until)
        for one in found:
            yield FoundMessage(one.id, one.discord_message_id, one.sent_at, one.entries, thread.id)
        if is_last or last is None:
            return
        after = last
    raise TooMuchHistory


def own_message(seen: discord.Message, me: int) -> FoundMessage | None:
    """The sealed message that a message in Discord is; None for anybody else's, and for answers to commands."""
    if seen.author.id != me or seen.interaction_metadata is not None:
        return None
    places: defaultdict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in _rows([component.to_dict() for component in seen.components]):
        links = {address_mark(url) for url in row.urls} - {""}
        for custom_id in row.custom_ids:
            button = _BUTTON.fullmatch(custom_id)
            if button is None:
                continue
            marks = {button[3]} if button[3] and not _PAGED.fullmatch(button[3]) else set()
            places[button[1]][int(button[2])] |= marks | links
    if len(places) != 1:
        return None
    [(message_id, entries)] = places.items()
    found = tuple(FoundEntry(position, tuple(sorted(marks))) for position, marks in sorted(entries.items()))
    return FoundMessage(MessageId(message_id), seen.id, seen.created_at, found)


class _ButtonRow:
    """Buttons and menus that stand together."""

    def __init__(self, items: list[Mapping[str, Any]]) -> None:
        self.custom_ids = [str(item["custom_id"]) for item in items if item.get("custom_id")]
        self.urls = [str(item["url"]) for item in items if item.get("url")]


def _rows(components: list[Any]) -> Iterator[_ButtonRow]:
    """Rows of buttons, and buttons beside a text, in every depth."""
    for component in components:
        inner = list(component.get("components") or [])
        beside = component.get("accessory")
        items = [*inner, *([beside] if beside else [])]
        if any(item.get("custom_id") or item.get("url") for item in items):
            yield _ButtonRow(items)
        yield from _rows(inner)
