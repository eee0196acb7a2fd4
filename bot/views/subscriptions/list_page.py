"""The list of a server's subscriptions: a page of it, a search in it, and several of them changed at once.

Layouts come finished: what a click needs is in custom_ids, and which ones were chosen in the menus' own options.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar

import discord
from discord import ui

from bot.core.bulk_changes import BatchAction, Changed, write_changed
from bot.core.models import AlertActivity, ChannelId, RoleId, Subscription, SubscriptionId
from bot.core.text import clean, excerpt, label, utf16_length
from bot.views.kit.forms import TITLE_MAX
from bot.views.kit.layout import button, card_of, finished, page_row
from bot.views.kit.text import Speaker, age
from bot.views.kit.theme import ACCENT, ACCENT_PAUSED

from .cards import page_id, pick_id, resume_all_button
from .lines import condition_line, list_line, topic_name

PAGE: Final = 5
"""Subscriptions a page: each can take 700 of a message's 4,000 characters."""
CHOICES: Final = 25
"""Discord's limit for a menu."""
SEARCH_MAX: Final = 40
"""UTF-16 units of a search; it stands in custom_ids, which have room for 100 characters."""
SEARCH_FIELD: Final = "search"
NAMED_MAX: Final = 8
NO_ACTIVITY: Mapping[SubscriptionId, AlertActivity] = {}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the list: a page, from 0, of a channel (None: the server), or of the results of a search."""

    page: int = 0
    channel_id: ChannelId | None = None
    search: str = ""


def searched(typed: str) -> str:
    """The search text as one line that fits into a custom_id."""
    found = " ".join(clean(typed).split())[:SEARCH_MAX]
    while utf16_length(found) > SEARCH_MAX:
        found = found[:-1]
    return found.strip()


def part_id(part: Part) -> str:
    """The custom_id of a button that shows this part: ``kw:subs:page:…``, of a search ``kw:subs:find:…``."""
    if not part.search:
        return page_id(part.page, part.channel_id)
    return f"kw:subs:find:{part.page}:{part.channel_id or 0}:{part.search}"


def several_id(part: Part) -> str:
    """``kw:subs:several:<page>:<channel>[:<search>]``: several of this part can be chosen, 25 a page."""
    return f"kw:subs:several:{_written(part)}"


def choose_id(part: Part) -> str:
    """``kw:subs:choose:<page>:<channel>[:<search>]``: the menu in which they are chosen."""
    return f"kw:subs:choose:{_written(part)}"


def search_id(channel_id: ChannelId | None) -> str:
    """``kw:subs:search:<channel>``: the button that opens the search form, and the form."""
    return f"kw:subs:search:{channel_id or 0}"


def batch_id(action: BatchAction) -> str:
    """``kw:subs:all:<action>``: the button that does it to all that are chosen in the message's menu."""
    return f"kw:subs:all:{action}"


def record_id(action: BatchAction) -> str:
    """``kw:subs:done:<action>``: the menu whose options keep what was changed, and how it was before."""
    return f"kw:subs:done:{action}"


def undo_batch_id(action: BatchAction) -> str:
    """``kw:subs:undo:<action>``: the button that undoes it for all that the message's menu keeps."""
    return f"kw:subs:undo:{action}"


def page_of(found: Sequence[T], page: int, size: int = PAGE) -> tuple[int, Sequence[T]]:
    """The page that is shown and what is on it; one that is no more is the last one."""
    page = min(max(page, 0), max(0, (len(found) - 1) // size))
    return page, found[page * size : (page + 1) * size]


def draw_list(
    speaker: Speaker,
    subscriptions: Sequence[Subscription],
    *,
    page: int,
    channel_id: ChannelId | None,
    channel_names: Mapping[ChannelId, str],
    now: datetime,
    roles_gone: Collection[RoleId] = frozenset(),
    activity: Mapping[SubscriptionId, AlertActivity] = NO_ACTIVITY,
    search: str = "",
) -> ui.LayoutView:
    """A page of subscriptions with a menu to open one; a page that is no more shows the last one.

    ``subscriptions``: all of them, or with ``search`` those that it found. ``activity``: what those of the page
    were sent. ``roles_gone``: roles that were deleted.
    """
    part = Part(page, channel_id, search)
    if not subscriptions:
        return _empty(speaker, part)
    page, shown = page_of(subscriptions, page)
    part = replace(part, page=page)
    first = page * PAGE + 1
    count = speaker.say("list-count", count=len(subscriptions), first=first, last=first + len(shown) - 1)
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(_heading(speaker, part)), accent_colour=ACCENT)
    for one in shown:
        card.add_item(ui.Separator())
        lines = [list_line(speaker, one, now, roles_gone)]
        if one.id in activity:
            lines.append(f"-# {_activity(speaker, activity[one.id])}")
        card.add_item(ui.TextDisplay("\n".join(lines)))
    card.add_item(ui.Separator())
    card.add_item(ui.TextDisplay(f"-# {count}"))
    card.add_item(ui.ActionRow(_menu(speaker, shown, channel_id, channel_names)))
    last_page = (len(subscriptions) - 1) // PAGE
    if last_page > 0:
        card.add_item(_page_buttons(speaker, part, last_page, part_id))
    card.add_item(_tools(speaker, part))
    if any(one.paused is not None and one.paused.by_discord for one in subscriptions):
        card.add_item(ui.ActionRow(resume_all_button(speaker, subscriptions[0].guild_id)))
    return finished(card)


def draw_several(
    speaker: Speaker,
    subscriptions: Sequence[Subscription],
    part: Part,
    channel_names: Mapping[ChannelId, str],
    chosen: Collection[SubscriptionId] = (),
) -> ui.LayoutView:
    """A menu of the subscriptions that this person manages, and what can be done to the chosen ones."""
    blocks = [_heading(speaker, part)]
    to_list = button(speaker.say("button-list"), part_id(replace(part, page=0)))
    if not subscriptions:
        return card_of([*blocks, speaker.say("several-none")], [ui.ActionRow(to_list)], ACCENT_PAUSED)
    page, shown = page_of(subscriptions, part.page, CHOICES)
    part = replace(part, page=page)
    count = sum(one.id in set(chosen) for one in shown)
    blocks.append(speaker.say("several-chosen", count=count) if count else speaker.say("several-hint"))
    options = [_option(speaker, one, channel_names, str(one.id), default=one.id in chosen) for one in shown]
    menu: ui.Select[Any] = ui.Select(
        custom_id=choose_id(part),
        placeholder=speaker.say("several-placeholder"),
        options=options,
        min_values=0,
        max_values=len(options),
    )
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(menu), _batch_row(speaker, enabled=count > 0)]
    last_page = (len(subscriptions) - 1) // CHOICES
    if last_page > 0:
        rows.append(_page_buttons(speaker, part, last_page, several_id))
    return card_of(blocks, [*rows, ui.ActionRow(to_list)], ACCENT)


def draw_batch_done(
    speaker: Speaker,
    action: BatchAction,
    done: Sequence[Changed],
    *,
    skipped: Sequence[Subscription],
    left_out: Sequence[tuple[str, str]],
    channel_names: Mapping[ChannelId, str],
    until: datetime | None = None,
) -> ui.LayoutView:
    """The result of an action on several, with a button that undoes all of it.

    ``left_out``: topics by name, and the sentence why. ``until``: the end of a mute.
    """
    lines = []
    if done:
        names = _named(speaker, [one.subscription for one in done])
        values = {"count": len(done), "topics": names, **({"time": age(until)} if until else {})}
        lines.append(speaker.say(f"several-done-{action}", **values))
    if skipped:
        lines.append(speaker.say(f"several-skipped-{action}", topics=_named(speaker, skipped)))
    lines += [speaker.say("several-left-out", topic=topic, why=why) for topic, why in left_out[:NAMED_MAX]]
    if not done:
        row: ui.ActionRow[Any] = ui.ActionRow(button(speaker.say("button-list"), page_id(0, None)))
        return card_of(["\n".join(lines)], [row], ACCENT_PAUSED)
    lines.append(f"-# {speaker.say(f'several-later-{action}')}")
    options = [_option(speaker, one.subscription, channel_names, write_changed(one), default=True) for one in done]
    record: ui.Select[Any] = ui.Select(
        custom_id=record_id(action), options=options[:CHOICES], max_values=len(options[:CHOICES]), disabled=True
    )
    undo = button(speaker.say("button-undo"), undo_batch_id(action), discord.ButtonStyle.success)
    last = ui.ActionRow(undo, button(speaker.say("button-list"), page_id(0, None)))
    return card_of(["\n".join(lines)], [ui.ActionRow(record), last], ACCENT)


def draw_batch_undone(
    speaker: Speaker, undone: Sequence[Subscription], left_out: Sequence[tuple[str, str]]
) -> ui.LayoutView:
    """The subscriptions for which it was undone, and the others with the reason."""
    lines = []
    if undone:
        lines.append(speaker.say("several-undone", count=len(undone), topics=_named(speaker, undone)))
    lines += [speaker.say("several-left-out", topic=topic, why=why) for topic, why in left_out[:NAMED_MAX]]
    row: ui.ActionRow[Any] = ui.ActionRow(button(speaker.say("button-list"), page_id(0, None)))
    return card_of(["\n".join(lines)], [row], ACCENT if undone else ACCENT_PAUSED)


def search_form(speaker: Speaker, channel_id: ChannelId | None) -> ui.Modal:
    """The form that asks for a part of a name. discord.py does not keep it: it is answered by its custom_id."""
    title = excerpt(speaker.say("list-search-title"), TITLE_MAX)
    form = ui.Modal(title=title, custom_id=search_id(channel_id), timeout=None)
    field: ui.TextInput[Any] = ui.TextInput(custom_id=SEARCH_FIELD, max_length=SEARCH_MAX)
    form.add_item(ui.Label(text=speaker.say("list-search-label"), component=field))
    form.stop()
    return form


def _written(part: Part) -> str:
    return f"{part.page}:{part.channel_id or 0}" + (f":{part.search}" if part.search else "")


def _heading(speaker: Speaker, part: Part) -> str:
    title = f"### {speaker.say('list-heading')}"
    if not part.search:
        return title
    return f"{title}\n{speaker.say('list-searched', search=label(part.search, SEARCH_MAX))}"


def _empty(speaker: Speaker, part: Part) -> ui.LayoutView:
    if not part.search:
        return card_of([_heading(speaker, part), speaker.say("list-empty")], [], ACCENT_PAUSED)
    blocks = [_heading(speaker, part), speaker.say("list-search-none")]
    return card_of(blocks, [_tools(speaker, part)], ACCENT_PAUSED)


def _activity(speaker: Speaker, activity: AlertActivity) -> str:
    if activity.last_at is None:
        return speaker.say("list-never-sent")
    return speaker.say("list-sent", sent=activity.sent, last=age(activity.last_at))


def _tools(speaker: Speaker, part: Part) -> ui.ActionRow[Any]:
    row: ui.ActionRow[Any] = ui.ActionRow(button(speaker.say("button-search"), search_id(part.channel_id)))
    row.add_item(button(speaker.say("button-several"), several_id(replace(part, page=0))))
    if part.search:
        row.add_item(button(speaker.say("button-show-all"), part_id(Part(channel_id=part.channel_id))))
    return row


def _batch_row(speaker: Speaker, *, enabled: bool) -> ui.ActionRow[Any]:
    row: ui.ActionRow[Any] = ui.ActionRow()
    for action in BatchAction:
        style = discord.ButtonStyle.danger if action is BatchAction.REMOVE else None
        one = button(speaker.say(f"button-{action}"), batch_id(action), style)
        one.disabled = not enabled
        row.add_item(one)
    return row


def _menu(
    speaker: Speaker,
    shown: Sequence[Subscription],
    channel_id: ChannelId | None,
    channel_names: Mapping[ChannelId, str],
) -> ui.Select[Any]:
    options = [_option(speaker, one, channel_names, str(one.id)) for one in shown]
    return ui.Select(custom_id=pick_id(channel_id), placeholder=speaker.say("list-pick"), options=options)


def _option(
    speaker: Speaker,
    subscription: Subscription,
    channel_names: Mapping[ChannelId, str],
    value: str,
    *,
    default: bool = False,
) -> discord.SelectOption:
    name = channel_names.get(subscription.channel_id)
    about = (
        f"#{name}{speaker.say('alert-dot')}{condition_line(speaker, subscription)}"
        if name
        else condition_line(speaker, subscription)
    )
    return discord.SelectOption(
        label=excerpt(subscription.topic.name, 100) or "-",
        value=value,
        description=excerpt(about, 100),
        default=default,
    )


def _page_buttons(speaker: Speaker, part: Part, last_page: int, custom_id: Any) -> ui.ActionRow[Any]:
    # Ids differ on every page, for Discord refuses equal ones.
    earlier = custom_id(replace(part, page=part.page - 1)) if part.page else "kw:subs:first"
    back = button(speaker.say("button-previous"), earlier)
    return page_row(
        back,
        button(speaker.say("button-next"), custom_id(replace(part, page=part.page + 1))),
        part.page,
        last_page,
    )


def _named(speaker: Speaker, subscriptions: Iterable[Subscription]) -> str:
    """Their topics by name, the first of them."""
    names = [topic_name(one) for one in subscriptions]
    named = speaker.say("list-comma").join(f"**{name}**" for name in names[:NAMED_MAX])
    more = len(names) - NAMED_MAX
    return speaker.say("list-and-more", names=named, count=more) if more > 0 else named
