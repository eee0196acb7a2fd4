"""Draws ``/deliveries``: waiting, on their way, unconfirmed, and failed.

What a person can decide comes first. Pure; the buttons are answered by cogs/deliveries.py, also after a restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from discord import ui

from bot.core.models import (
    ChannelQueue,
    Deliveries,
    FailureCode,
    Message,
    MessageId,
    OutboxEntry,
)
from bot.views.alerts.contents import subject, summary_line
from bot.views.kit.layout import finished
from bot.views.kit.text import Speaker, age, when
from bot.views.kit.theme import ACCENT, ACCENT_BENGARA

from .delivery_failures import of_discord, reason

PAGE = 5
"""Deliveries a page: each takes up to five of Discord's 40 components and 700 of its 4,000 characters."""


class DeliveryAction(StrEnum):
    """A person's decision about a message; part of a button's custom_id."""

    ARRIVED = "arrived"
    AGAIN = "again"


class PageAction(StrEnum):
    """Another action of a button."""

    PAGE = "page"
    RELOAD = "look"
    TAKE_DOWNS = "take-downs"


def action_id(message_id: MessageId, action: DeliveryAction, page: int) -> str:
    """``kw:dlv:<message>:<action>:<page>``: the message, and the page to come back to."""
    return f"kw:dlv:{message_id}:{action}:{page}"


def page_button_id(action: PageAction, page: int) -> str:
    """``kw:dlv:<action>:<page>``."""
    return f"kw:dlv:{action}:{page}"


@dataclass(frozen=True, slots=True)
class _Item:
    """One delivery of the list: its section, its lines, and what can be decided."""

    section: str
    lines: tuple[str, ...]
    message_id: MessageId | None = None
    actions: tuple[tuple[DeliveryAction, str], ...] = ()


def draw_deliveries(
    speaker: Speaker, deliveries: Deliveries, *, page: int, now: datetime, note: str | None = None
) -> ui.LayoutView:
    """A page of the list; a page that is no more shows the last one. ``note``: what was just done, said first."""
    items = list(_items(speaker, deliveries, now))
    last_page = max(len(items) - 1, 0) // PAGE
    page = min(max(page, 0), last_page)
    trouble = deliveries.uncertain or deliveries.given_up or deliveries.take_downs
    card: ui.Container[Any] = ui.Container(accent_colour=ACCENT_BENGARA if trouble else ACCENT)
    card.add_item(ui.TextDisplay("\n".join(_head(speaker, deliveries, note))))
    section = ""
    for item in items[page * PAGE : (page + 1) * PAGE]:
        card.add_item(ui.Separator())
        _add(card, speaker, item, page, titled=item.section != section)
        section = item.section
    card.add_item(_page_buttons(speaker, page, last_page))
    if deliveries.take_downs:
        again = ui.ActionRow[Any](
            ui.Button(
                label=speaker.say("deliveries-button-take-downs"),
                custom_id=page_button_id(PageAction.TAKE_DOWNS, page),
            )
        )
        card.add_item(again)
    return finished(card)


def _head(speaker: Speaker, deliveries: Deliveries, note: str | None) -> Iterator[str]:
    """Title, what was just done, and all of it in numbers."""
    yield f"### {speaker.say('deliveries-title')}"
    if note is not None:
        yield note
    if deliveries == Deliveries():
        yield speaker.say("deliveries-none")
        return
    counts = {
        "waiting": sum(queue.entries for queue in deliveries.waiting),
        "on-the-way": len(deliveries.on_the_way),
        "uncertain": len(deliveries.uncertain),
        "given-up": len(deliveries.given_up),
        "take-downs": len(deliveries.take_downs),
    }
    said = [speaker.say(f"deliveries-count-{name}", count=count) for name, count in counts.items() if count]
    yield speaker.say("alert-dot").join(said)


def _items(speaker: Speaker, deliveries: Deliveries, now: datetime) -> Iterator[_Item]:
    """Everything in the order in which it is shown."""
    for message in deliveries.uncertain:
        yield _uncertain(speaker, message)
    for message in deliveries.given_up:
        yield _given_up(speaker, message)
    for message in deliveries.take_downs:
        yield _take_down(speaker, message)
    for message in deliveries.on_the_way:
        yield _on_the_way(speaker, message, now)
    for queue in deliveries.waiting:
        yield _Item("waiting", (_queue_line(speaker, queue, now),))


# -- one delivery --------------------------------------------------------------------------------------


def _uncertain(speaker: Speaker, message: Message) -> _Item:
    arrived = (DeliveryAction.ARRIVED, "deliveries-button-arrived")
    if message.is_empty:
        # Nothing of it may be sent any more. That it arrived can be said: then it is taken down there.
        lines = (*_about(speaker, message), speaker.say("deliveries-empty"))
        return _Item("uncertain", lines, message.id, (arrived,))
    lines = (*_about(speaker, message), _why(speaker, message), speaker.say("deliveries-uncertain-hint"))
    return _Item("uncertain", lines, message.id, (arrived, (DeliveryAction.AGAIN, "deliveries-button-again")))


def _given_up(speaker: Speaker, message: Message) -> _Item:
    if message.is_empty:
        return _Item("given-up", (*_about(speaker, message), speaker.say("deliveries-empty")))
    lines = [*_about(speaker, message), _why(speaker, message)]
    if message.failure is not None and message.failure.code is FailureCode.DELETED:
        lines.append(speaker.say("deliveries-deleted-hint"))
    return _Item("given-up", tuple(lines), message.id, ((DeliveryAction.AGAIN, "deliveries-button-retry"),))


def _take_down(speaker: Speaker, message: Message) -> _Item:
    lines = [*_about(speaker, message), _why(speaker, message)]
    if message.discord_message_id is not None:
        link = (
            f"https://discord.com/channels/{message.guild_id}/{message.destination}/{message.discord_message_id}"
        )
        lines.append(speaker.say("deliveries-take-down-hint", link=link))
    return _Item("take-downs", tuple(lines))


def _on_the_way(speaker: Speaker, message: Message, now: datetime) -> _Item:
    lines = [*_about(speaker, message)]
    if message.attempts:
        lines.append(speaker.say("deliveries-tries", count=message.attempts))
    if message.failure is not None:
        lines.append(_why(speaker, message))
    if message.next_try_at is not None and message.next_try_at > now:
        lines.append(speaker.say("deliveries-next", time=age(message.next_try_at)))
    return _Item("on-the-way", tuple(lines))


def _queue_line(speaker: Speaker, queue: ChannelQueue, now: datetime) -> str:
    values = {"channel": f"<#{queue.channel_id}>", "count": queue.entries, "since": age(queue.oldest_at)}
    if queue.until > now:
        return speaker.say("deliveries-queue-held", until=when(queue.until), **values)
    return speaker.say("deliveries-queue", **values)


def _about(speaker: Speaker, message: Message) -> Iterator[str]:
    """The channel, time and topic of a message, and the first line of its content."""
    shown = [entry for entry in message.entries if not entry.hidden]
    entry = next(iter(shown or message.entries), None)
    about = f"<#{message.channel_id}>", f"**{_subject(speaker, entry)}**", age(message.sealed_at)
    yield speaker.say("alert-dot").join(about)
    if not shown:
        return
    yield f"> {summary_line(shown[0].content, speaker)}"
    if len(shown) > 1:
        yield speaker.say("deliveries-more", count=len(shown) - 1)


def _subject(speaker: Speaker, entry: OutboxEntry | None) -> str:
    return speaker.say("deliveries-answer") if entry is None else subject(entry.content, speaker)


def _why(speaker: Speaker, message: Message) -> str:
    """The reason in plain words, and in small type what Discord said."""
    said, answered = reason(speaker, message.failure), of_discord(message.failure)
    return f"{said}\n-# {answered}" if answered else said


# -- putting it together -------------------------------------------------------------------------------


def _add(card: ui.Container[Any], speaker: Speaker, item: _Item, page: int, *, titled: bool) -> None:
    title = [f"**{speaker.say(f'deliveries-section-{item.section}')}**"] if titled else []
    card.add_item(ui.TextDisplay("\n".join([*title, *item.lines])))
    if item.message_id is None or not item.actions:
        return
    row: ui.ActionRow[Any] = ui.ActionRow()
    for action, text_id in item.actions:
        row.add_item(ui.Button(label=speaker.say(text_id), custom_id=action_id(item.message_id, action, page)))
    card.add_item(row)


def _page_buttons(speaker: Speaker, page: int, last_page: int) -> ui.ActionRow[Any]:
    """Back, refresh, next; without those that lead nowhere."""
    buttons: Sequence[tuple[str, PageAction, int, bool]] = (
        ("button-previous", PageAction.PAGE, page - 1, page > 0),
        ("deliveries-button-reload", PageAction.RELOAD, page, True),
        ("button-next", PageAction.PAGE, page + 1, page < last_page),
    )
    row: ui.ActionRow[Any] = ui.ActionRow()
    for text_id, action, to, offered in buttons:
        if offered:
            row.add_item(ui.Button(label=speaker.say(text_id), custom_id=page_button_id(action, to)))
    return row
