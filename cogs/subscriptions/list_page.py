"""The list of subscriptions: its pages, the search in it, and several changed at once.

DynamicItems: what a click needs is in its custom_id, and which subscriptions were chosen in the menu of the
message that it stands in, so that they live on after a restart. Who may is asked again at every click.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Self

import discord
from discord import app_commands, ui

from bot.core.bulk_changes import BatchAction, matches, read_changed
from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import read_id
from bot.core.models import ChannelId, Subscription, SubscriptionId
from bot.core.text import TOPIC_NAME_MAX, label
from bot.services.cooldown import Price
from bot.services.subscriptions.bulk_changes import MUTE_FOR, do_to_all, undo_all
from bot.services.subscriptions.service import SubscriptionService
from bot.views.kit.forms import Typed
from bot.views.subscriptions.lines import topic_name
from bot.views.subscriptions.list_page import (
    SEARCH_FIELD,
    Part,
    draw_batch_done,
    draw_batch_undone,
    draw_list,
    draw_several,
    page_of,
    record_id,
    search_form,
    searched,
)
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering, sentence_of
from cogs.shared.language import speaker_of
from cogs.shared.lasting_forms import form_listener, text_in
from cogs.shared.matched import Matched
from cogs.shared.pagination import NOWHERE, page_button, parts_of
from cogs.shared.paying import Paid
from cogs.shared.permissions import (
    access_to_id,
    gone_roles,
    guild_of,
    require_bot_can_send,
    require_managed,
    seen_by,
)
from cogs.shared.reach import BotInteraction, permissions_for_channels

_PART: Final = r"(?P<page>[0-9]{1,5}):(?P<channel>[0-9]{1,19})(?::(?P<search>.{1,80}))?"
_SEARCH: Final = r"kw:subs:search:(?P<channel>[0-9]{1,19})"
_ACTIONS: Final = "|".join(BatchAction)
_CHOOSE: Final = "kw:subs:choose:"


async def list_layout(interaction: BotInteraction, part: Part) -> ui.LayoutView:
    """A page of the server's (or channel's) subscriptions, of channels the person sees."""
    found, names = await _found(interaction, part)
    page, shown = page_of(found, part.page)
    return draw_list(
        speaker_of(interaction),
        found,
        page=page,
        channel_id=part.channel_id,
        channel_names=names,
        now=interaction.client.services.clock(),
        roles_gone=gone_roles(interaction, (one.settings.role_id for one in shown)),
        activity=await _service(interaction).activity(shown),
        search=part.search,
    )


async def _several_layout(
    interaction: BotInteraction, part: Part, chosen: frozenset[SubscriptionId] = frozenset()
) -> ui.LayoutView:
    """The list as a menu, of channels the person manages."""
    found, names = await _found(interaction, part)
    reach = await permissions_for_channels(interaction, [one.channel_id for one in found], for_a_list=True)
    managed = [one for one in found if reach.manages(one.channel_id)]
    return draw_several(speaker_of(interaction), managed, part, names, chosen)


async def _found(interaction: BotInteraction, part: Part) -> tuple[list[Subscription], Mapping[ChannelId, str]]:
    listed = await _service(interaction).list(guild_of(interaction), part.channel_id)
    shown, names = await seen_by(interaction, listed)
    if part.search:
        shown = [one for one in shown if matches(one, names.get(one.channel_id), part.search)]
    return shown, names


class PartButton(
    Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=rf"kw:subs:(?P<what>find|several):{_PART}"
):
    """Shows a page of what a search found, or lets several be chosen."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.part = _read_part(match)
        self.several = match["what"] == "several"

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of this one."""
        async with answering(interaction):
            await acknowledge(interaction)
            await _require_list(interaction, self.part.channel_id)
            draw = _several_layout if self.several else list_layout
            await answer(interaction, await draw(interaction, self.part))


class ChooseMenu(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=_CHOOSE + _PART):
    """The menu in which several are chosen."""

    def __init__(self, item: ui.Select[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.part = _read_part(match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show them chosen, with what can be done: the message itself remembers them."""
        async with answering(interaction):
            await acknowledge(interaction)
            await _require_list(interaction, self.part.channel_id)
            chosen = frozenset(SubscriptionId(number) for number in map(read_id, self.item.values) if number)
            await answer(interaction, await _several_layout(interaction, self.part, chosen))


class SearchButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=_SEARCH):
    """Opens the form that asks for a part of a name; nothing is read for it."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.channel_id = _read_channel(match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Open it."""
        async with answering(interaction):
            await interaction.response.send_modal(search_form(speaker_of(interaction), self.channel_id))


async def _take_search(interaction: BotInteraction, match: re.Match[str], typed: Typed) -> None:
    part = Part(channel_id=_read_channel(match), search=searched(text_in(typed, SEARCH_FIELD)))
    await _require_list(interaction, part.channel_id)
    await answer(interaction, await list_layout(interaction, part))


on_search_form = form_listener(_SEARCH, _take_search)


class BatchButton(Paid, ui.DynamicItem[ui.Button[Any]], template=rf"kw:subs:all:(?P<action>{_ACTIONS})"):
    """A button that acts on all subscriptions chosen in the message's menu."""

    def __init__(self, item: ui.Button[Any], action: BatchAction, count: int) -> None:
        super().__init__(item)
        self.action = action
        self.count = count

    @property
    def price(self) -> int:
        """Up to 25 changes."""
        return _price(self.count, reactivate=self.action is BatchAction.RESUME)

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of an action, and of how many it is done to."""
        action = BatchAction(match["action"])
        count = sum(1 for _ in _chosen_in(interaction.message, _CHOOSE))
        return cls(item, action, count)  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it where this person may, and say for which it was done."""
        async with answering(interaction):
            await acknowledge(interaction)
            numbers = [read_id(option.value) for option in _chosen_in(interaction.message, _CHOOSE)]
            chosen = await _own(interaction, {SubscriptionId(number) for number in numbers if number})
            if not chosen:
                raise RefusedRequest("several-nothing-chosen")
            await answer(interaction, await _done(interaction, self.action, chosen))


class UndoBatchButton(Paid, ui.DynamicItem[ui.Button[Any]], template=rf"kw:subs:undo:(?P<action>{_ACTIONS})"):
    """Undoes it for all that the message's menu keeps."""

    def __init__(self, item: ui.Button[Any], action: BatchAction, count: int) -> None:
        super().__init__(item)
        self.action = action
        self.count = count

    @property
    def price(self) -> int:
        """Up to 25 changes."""
        return _price(self.count, reactivate=self.action is not BatchAction.RESUME)

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of an action, and of how many it is done to."""
        action = BatchAction(match["action"])
        count = sum(1 for _ in _chosen_in(interaction.message, record_id(action)))
        return cls(item, action, count)  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Undo it where this person may, and say for which it was undone."""
        async with answering(interaction):
            await acknowledge(interaction)
            options = list(_chosen_in(interaction.message, record_id(self.action)))
            kept = {read[0]: (read[1], option.label) for option in options if (read := read_changed(option.value))}
            await answer(interaction, await _undone(interaction, self.action, kept))


PageButton = page_button("subs", lambda click, page, channel_id: list_layout(click, Part(page, channel_id)))
ITEMS: Final = (PageButton, PartButton, ChooseMenu, SearchButton, BatchButton, UndoBatchButton)


# -- several at once -------------------------------------------------------------------------------------


def _price(count: int, *, reactivate: bool) -> int:
    """The price of a change of so many. Resumed ones are paid for each as by itself.

    All that passes by then becomes their baseline: of a loud topic a fifth of a second's writing.
    """
    return max(Price.EXPENSIVE, count * Price.BASIC) if reactivate else Price.EXPENSIVE


async def _own(interaction: BotInteraction, numbers: set[SubscriptionId]) -> list[Subscription]:
    """Subscriptions of channels that the person manages, in the order of the list."""
    listed = [one for one in await _service(interaction).list(guild_of(interaction)) if one.id in numbers]
    reach = await permissions_for_channels(interaction, [one.channel_id for one in listed])
    return [one for one in listed if reach.manages(one.channel_id)]


async def _done(interaction: BotInteraction, action: BatchAction, chosen: Sequence[Subscription]) -> ui.LayoutView:
    able, left_out = await _able(interaction, chosen) if action is BatchAction.RESUME else (list(chosen), [])
    now = interaction.client.services.clock()
    batch = await do_to_all(_service(interaction), action, able, now)
    names = {one.id: topic_name(one) for one in chosen}
    left_out += [(names[number], sentence_of(refused, interaction)) for number, refused in batch.refused]
    reach = await permissions_for_channels(interaction, [one.channel_id for one in chosen], for_a_list=True)
    return draw_batch_done(
        speaker_of(interaction),
        action,
        batch.done,
        skipped=batch.skipped,
        left_out=left_out,
        channel_names=reach.names,
        until=now + MUTE_FOR if action is BatchAction.MUTE else None,
    )


async def _able(
    interaction: BotInteraction, chosen: Iterable[Subscription]
) -> tuple[list[Subscription], list[tuple[str, str]]]:
    """Chosen ones in channels that the bot can write in, and why not the others, which would be paused again."""
    able: list[Subscription] = []
    left_out: list[tuple[str, str]] = []
    refusals: dict[ChannelId, str] = {}
    for one in chosen:
        if one.channel_id not in refusals:
            try:
                require_bot_can_send(await access_to_id(interaction, one.channel_id), None)
                refusals[one.channel_id] = ""
            except (RefusedRequest, app_commands.BotMissingPermissions) as refused:
                refusals[one.channel_id] = sentence_of(refused, interaction)
        if why := refusals[one.channel_id]:
            left_out.append((topic_name(one), why))
        else:
            able.append(one)
    return able, left_out


async def _undone(
    interaction: BotInteraction, action: BatchAction, kept: Mapping[SubscriptionId, tuple[str, str]]
) -> ui.LayoutView:
    """``kept``: how each was before, and its topic's name."""
    service, guild_id = _service(interaction), guild_of(interaction)
    channels: dict[SubscriptionId, ChannelId] = {}
    for number in kept:
        try:
            channels[number] = await service.channel_of(number, guild_id)
        except RefusedRequest:
            continue
    reach = await permissions_for_channels(interaction, channels.values())
    allowed = [number for number, channel_id in channels.items() if reach.manages(channel_id)]
    if not allowed:
        raise app_commands.MissingPermissions(["manage_channels"])
    changed = [(number, kept[number][0]) for number in allowed]
    batch = await undo_all(service, action, changed, guild_id, interaction.client.services.clock())
    names = {number: label(kept[number][1], TOPIC_NAME_MAX) for number in allowed}
    left_out = [(names[number], sentence_of(refused, interaction)) for number, refused in batch.refused]
    undone = [one.subscription for one in batch.done]
    return draw_batch_undone(speaker_of(interaction), undone, left_out)


def _chosen_in(message: discord.Message | None, custom_id: str) -> Iterator[discord.SelectOption]:
    """The chosen options of the menu in a message whose custom_id begins so."""
    for part in parts_of([] if message is None else message.components):
        if isinstance(part, discord.SelectMenu) and (part.custom_id or "").startswith(custom_id):
            yield from (option for option in part.options if option.default)


# -- what custom_ids say ---------------------------------------------------------------------------------


def _read_part(match: re.Match[str]) -> Part:
    return Part(int(match["page"]), _read_channel(match), match["search"] or "")


def _read_channel(match: re.Match[str]) -> ChannelId | None:
    return None if match["channel"] == "0" else ChannelId(read_id(match["channel"]) or NOWHERE)


async def _require_list(interaction: BotInteraction, channel_id: ChannelId | None) -> None:
    """Raises as ``/subscriptions`` does where the person may not see this list."""
    guild_of(interaction)
    await require_managed(interaction, channel_id or ChannelId(interaction.channel_id or 0))


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions
