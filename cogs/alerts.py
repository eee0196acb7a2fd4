"""Alerts in channels: the life of delivery, and the buttons under every alert.

The buttons are DynamicItems: what a click means is in its custom_id, and what it is about is in the sealed
message, so they answer after a restart as before.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Self

import discord
from discord import ui
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.core.identity.marks import MARK
from bot.core.identity.row_ids import read_id
from bot.core.models import (
    AlertContent,
    EntryId,
    MessageId,
    OutboxEntry,
    Subscription,
    SubscriptionId,
    SurgeContent,
    Topic,
    UserId,
)
from bot.core.surge.settings import Preset
from bot.gateway.client import TrendBot
from bot.services.cooldown import LIMITED_COMMANDS, Price
from bot.services.subscriptions.requests import Change
from bot.services.subscriptions.service import SubscriptionService
from bot.views.alerts.menu import (
    BEFORE,
    MODERATION,
    SPLIT_DIGITS,
    MenuAction,
    Undo,
    UndoStep,
    draw_done,
    draw_held_posts,
    draw_menu,
    draw_split,
    draw_story_posts,
    draw_translation,
    thresholds_line,
    topic_label,
)
from bot.views.history import post_page
from bot.views.kit.custom_ids import read_entry, read_min_rp, read_until, write_entry, write_min_rp, write_until
from bot.views.kit.forms import Typed
from bot.views.kit.post import handle_label, is_withheld
from bot.views.kit.surges import surge_setting
from bot.views.kit.text import Speaker, when
from bot.views.moderation import HIDE_FORM, REASON_FIELD
from cogs.moderation import ask_why, hide_entry, moderates_the_server, require_moderated, require_moderator
from cogs.notify import toggle_role
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.answers import put_answer
from cogs.shared.entries import entry_of
from cogs.shared.errors import answering
from cogs.shared.helping import help_layout
from cogs.shared.language import speaker_of
from cogs.shared.lasting_forms import form_listener, text_in
from cogs.shared.paying import Paid
from cogs.shared.permissions import guild_of, is_age_restricted, require_managed
from cogs.shared.reach import BotInteraction, permissions_for_channels
from cogs.shared.viewing import viewer_of
from cogs.status import show_status
from cogs.trends import show_trend

_PAGED = frozenset({"held", "story"})
MUTES = {MenuAction.MUTE_HOUR: timedelta(hours=1), MenuAction.MUTE_DAY: timedelta(days=1)}


class AlertButton(
    Paid,
    ui.DynamicItem[ui.Button[Any]],
    template=r"kw:(?P<message>[0-9a-f]{24}):(?P<index>[0-9]{1,3}):(?P<action>trend|menu|held|story|status|help|notify)"
    rf"(?:\.(?:(?P<page>[0-9]{{1,4}})|{MARK}))?",
):
    """A button of a sealed message."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])
        self.action = match["action"]
        self.page = int(match["page"] or 0)

    @property
    def price(self) -> Price:
        """A topic is asked for, or a role changed; the rest only reads what is stored."""
        return Price.EXPENSIVE if self.command is not None or self.action == "notify" else Price.BASIC

    @property
    def command(self) -> str | None:
        """The command that it stands for, if it opens a topic or the status."""
        return self.action if self.action in LIMITED_COMMANDS else None

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of a message, an entry and an action."""
        return cls(item, match)  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the person who clicked, only to them."""
        async with answering(interaction):
            # Only lists of posts have pages, which turn in the copy this person got.
            await acknowledge(interaction, anew=self.action not in _PAGED)
            if self.action == "status":
                await show_status(interaction)
                return
            if self.action == "help":
                await answer(interaction, help_layout(interaction))
                return
            entry = await entry_of(interaction, self.message_id, self.index)
            if self.action == "trend":
                await show_trend(interaction, _topic(entry).handle, private=True)
            elif self.action == "notify":
                await toggle_role(interaction, entry)
            elif self.action == "menu":
                await self._open_menu(interaction, entry)
            else:
                await self._show_posts(interaction, entry)

    async def _open_menu(self, interaction: BotInteraction, entry: OutboxEntry) -> None:
        subscription = await _service(interaction).get(_subscription_id(entry), guild_of(interaction))
        reach = await permissions_for_channels(interaction, [subscription.channel_id, entry.channel_id])
        may_manage = reach.manages(subscription.channel_id)
        may_hide = (
            reach.moderates(entry.channel_id)
            and moderates_the_server(interaction)
            and entry.content.main_post is not None
        )
        may_translate = _may_translate(interaction, entry)
        has_curve = _has_curve(interaction, entry)
        if not (may_manage or may_hide or may_translate or has_curve):
            raise discord.app_commands.MissingPermissions(["manage_channels"])
        view = draw_menu(
            speaker_of(interaction),
            subscription,
            message_id=self.message_id,
            index=self.index,
            handle=_handle(entry),
            now=interaction.client.services.clock(),
            may_manage=may_manage,
            may_hide=may_hide,
            may_translate=may_translate,
            has_curve=has_curve,
            surge=entry.content if isinstance(entry.content, SurgeContent) else None,
        )
        await answer(interaction, view)

    async def _show_posts(self, interaction: BotInteraction, entry: OutboxEntry) -> None:
        """A page of the posts that a summary line counted, or of the further posts of a story."""
        services = interaction.client.services
        if self.action == "story":
            posts, draw = await services.stories.counted_posts(entry.id), draw_story_posts
        else:
            posts, draw = await services.deliveries.held_posts(entry.id), draw_held_posts
        view = draw(
            speaker_of(interaction),
            _topic(entry).name,
            posts,
            message_id=self.message_id,
            index=self.index,
            page=self.page,
            age_restricted=is_age_restricted(interaction),
        )
        await answer(interaction, view)


class MenuButton(
    Paid,
    ui.DynamicItem[ui.Button[Any]],
    template=(
        r"kw:menu:(?P<subscription>[0-9]{1,19}):(?P<message>[0-9a-f]{24}):(?P<index>[0-9]{1,3})"
        rf":(?P<action>{'|'.join(MenuAction)})"
    ),
):
    """A button of the ⋯ menu."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.subscription_id = SubscriptionId(read_id(match["subscription"]) or 0)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])
        self.action = MenuAction(match["action"])

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of a subscription, the post it was opened at, and an action."""
        return cls(item, match)  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, for those who may, and say what happened in place of the menu."""
        async with answering(interaction):
            if self.action is MenuAction.HIDE:
                await ask_why(interaction, self.message_id, self.index)
                return
            await acknowledge(interaction)
            # Asked again at every click: the menu may be older than the person's permission.
            if self.action is MenuAction.TRANSLATE:
                await answer(interaction, await _translated(interaction, self.message_id, self.index))
                return
            if self.action is MenuAction.CURVE:
                await _show_curve(interaction, self.message_id, self.index)
                return
            if self.action in MODERATION:
                require_moderator(interaction)
            else:
                await _managed(interaction, self.subscription_id)
            await answer(interaction, await self._done(interaction))

    async def _done(self, interaction: BotInteraction) -> ui.LayoutView:
        if self.action in MODERATION:
            entry = await entry_of(interaction, self.message_id, self.index)
            await require_moderated(interaction, entry.channel_id)
            return await hide_entry(interaction, entry, "")
        if self.action is MenuAction.AUTHOR:
            return await _mute_author(interaction, self.message_id, self.index)
        return await _DOES[self.action](interaction, self.subscription_id)


class UndoButton(
    Paid,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:undo:(?P<subscription>[0-9]{{1,19}}):(?P<what>{'|'.join(Undo)})(?:\.(?P<before>{BEFORE}))?",
):
    """Takes back what the menu did."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        subscription_id = SubscriptionId(read_id(match["subscription"]) or 0)
        self.step = UndoStep(subscription_id, Undo(match["what"]), match["before"] or "")

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of a subscription and of what was done to it."""
        return cls(item, match)  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Take it back, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            guild_id = guild_of(interaction)
            channel_id = await _service(interaction).channel_of(self.step.subscription_id, guild_id)
            await require_managed(interaction, channel_id)
            sentence = await _UNDOES[self.step.what](interaction, self.step)
            await answer(interaction, draw_done(speaker_of(interaction), sentence))


class SplitButton(
    Paid,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:split:(?P<message>[0-9a-f]{{24}}):(?P<index>[0-9]{{1,3}}):(?P<digits>[0-9a-f]{{{SPLIT_DIGITS}}})",
):
    """Parts a post from the story of an alert."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])
        self.digits = match["digits"]

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of an alert and of a post that is counted in it."""
        return cls(item, match)  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Part them, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            entry = await entry_of(interaction, self.message_id, self.index)
            await require_managed(interaction, entry.channel_id)
            stories = interaction.client.services.stories
            added = await stories.split(entry, self.digits, UserId(interaction.user.id))
            await answer(interaction, draw_split(speaker_of(interaction), added))


class UnsplitButton(Paid, ui.DynamicItem[ui.Button[Any]], template=r"kw:unsplit:(?P<entry>[0-9]{1,19})"):
    """Takes the parting of a post from a story back."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.entry_id = EntryId(read_id(match["entry"]) or 0)

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of the alert that was sent instead."""
        return cls(item, match)  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Take it back, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            guild_id, stories = guild_of(interaction), interaction.client.services.stories
            await require_managed(interaction, await stories.channel_of(self.entry_id, guild_id))
            back = await stories.undo_split(self.entry_id, guild_id)
            text_id = "alert-story-unsplit" if back else "alert-story-unsplit-sent"
            await answer(interaction, draw_done(speaker_of(interaction), speaker_of(interaction).say(text_id)))


ITEMS = (AlertButton, MenuButton, UndoButton, SplitButton, UnsplitButton)


class Alerts(commands.Cog):
    """Starts and stops the delivery loop, and registers the buttons of messages."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Answer buttons, old ones too, and the form that asks why a post is hidden."""
        self.bot.add_dynamic_items(*ITEMS)
        self.bot.add_listener(_on_hide_form, "on_interaction")

    @commands.Cog.listener()
    async def on_shard_ready(self, _: int) -> None:
        """Deliver from the first shard on; not sooner, for permissions and age restrictions are only known by now.

        What goes to a server that is not known yet waits: it may be another shard's, or in an outage.
        """
        if self.bot.background and self.bot.delivers:
            await self.bot.services.deliveries.start(self.bot.transport)

    async def cog_unload(self) -> None:
        """Stop all of it."""
        self.bot.remove_dynamic_items(*ITEMS)
        self.bot.remove_listener(_on_hide_form, "on_interaction")
        if self.bot.background and self.bot.delivers:
            await self.bot.services.deliveries.stop()


async def _take_hide_form(interaction: BotInteraction, match: re.Match[str], typed: Typed) -> None:
    """Hide the post that a form is about, for those who may; what was typed is their note."""
    require_moderator(interaction)
    message_id, index = MessageId(match["message"]), int(match["index"])
    entry = await entry_of(interaction, message_id, index)
    await require_moderated(interaction, entry.channel_id)
    await answer(interaction, await hide_entry(interaction, entry, text_in(typed, REASON_FIELD)))


_on_hide_form = form_listener(HIDE_FORM, _take_hide_form)


async def _managed(interaction: BotInteraction, subscription_id: SubscriptionId) -> Subscription:
    """The subscription, where it is this server's and the person may manage its channel."""
    subscription = await _service(interaction).get(subscription_id, guild_of(interaction))
    await require_managed(interaction, subscription.channel_id)
    return subscription


async def _fewer_alerts(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
    change = await _service(interaction).fewer_alerts(subscription_id, guild_of(interaction))
    return _stepped(speaker_of(interaction), "alert-done-quieter", change)


async def _more_alerts(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
    change = await _service(interaction).more_alerts(subscription_id, guild_of(interaction))
    return _stepped(speaker_of(interaction), "alert-done-more", change)


def _stepped(speaker: Speaker, text_id: str, change: Change) -> ui.LayoutView:
    """The pace or the minimums after a step, with an undo."""
    before, made = change.before.settings, change.after.settings.pace
    sentence = _with_thresholds(speaker, text_id, change.after)
    if before.pace is None:
        undo = UndoStep(change.after.id, Undo.FEWER_ALERTS, write_min_rp(before.min_rp))
    else:
        undo = UndoStep(change.after.id, Undo.PACE, f"{before.pace}-{made}")
    return draw_done(speaker, sentence, undo)


def _with_thresholds(speaker: Speaker, text_id: str, subscription: Subscription) -> str:
    """A sentence about a topic and the pace or the minimums that it has by now."""
    return speaker.say(text_id, topic=topic_label(subscription), minimums=thresholds_line(speaker, subscription))


async def _fewer_surges(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
    service, guild_id = _service(interaction), guild_of(interaction)
    change = await service.fewer_surges(subscription_id, guild_id)
    speaker = speaker_of(interaction)
    which = surge_setting(speaker, change.after.settings.surge)
    sentence = speaker.say("alert-done-surge-fewer", topic=topic_label(change.after), which=which)
    before = change.before.settings.surge or ""
    return draw_done(speaker, sentence, UndoStep(subscription_id, Undo.SURGE_FEWER, before))


def _mute(action: MenuAction) -> Callable[[BotInteraction, SubscriptionId], Awaitable[ui.LayoutView]]:
    async def mute(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
        service, guild_id, now = _service(interaction), guild_of(interaction), interaction.client.services.clock()
        before = (await service.get(subscription_id, guild_id)).muted_until
        until = now + MUTES[action]
        subscription = await service.mute(subscription_id, until, guild_id)
        speaker = speaker_of(interaction)
        sentence = speaker.say("alert-done-muted", topic=topic_label(subscription), time=when(until))
        still = before if before is not None and before > now else None
        return draw_done(speaker, sentence, UndoStep(subscription_id, Undo.MUTED, write_until(still)))

    return mute


async def _mute_author(interaction: BotInteraction, message_id: MessageId, index: int) -> ui.LayoutView:
    """Mute the author in the post's own subscription, whatever the button names."""
    entry = await entry_of(interaction, message_id, index)
    handle = _handle(entry)
    if handle is None:
        raise RefusedRequest("error-message-unknown")
    own = await _managed(interaction, _subscription_id(entry))
    subscription = await _service(interaction).mute_author(own.id, handle, own.guild_id)
    speaker = speaker_of(interaction)
    sentence = speaker.say("alert-done-author", topic=topic_label(subscription), handle=handle_label(handle))
    return draw_done(speaker, sentence, UndoStep(own.id, Undo.AUTHOR, write_entry(message_id, index)))


def _has_curve(interaction: BotInteraction, entry: OutboxEntry) -> bool:
    """Whether the entry is of a post with an RP that this channel shows."""
    post = entry.content.main_post
    if post is None or post.rp is None:
        return False
    return not is_withheld(post, age_restricted=is_age_restricted(interaction))


async def _show_curve(interaction: BotInteraction, message_id: MessageId, index: int) -> None:
    """Answer with the RP of an alert's post over time, for whoever sees the alert."""
    entry = await entry_of(interaction, message_id, index)
    post, speaker = entry.content.main_post, speaker_of(interaction)
    if post is None or not isinstance(entry.content, AlertContent) or not _has_curve(interaction, entry):
        raise RefusedRequest("error-message-unknown")
    service, viewer = interaction.client.services.history, await viewer_of(interaction)
    found = await service.post(_topic(entry), post, entry.content.source, viewer, speaker.language)
    if found is None:
        raise RefusedRequest("history-no-reposts")
    drawn = post_page(speaker, found)
    await put_answer(
        interaction, drawn.view, (), None, picture=drawn.picture, without_picture=drawn.without_picture
    )


def _may_translate(interaction: BotInteraction, entry: OutboxEntry) -> bool:
    """Whether there is a language model, and a text that this channel shows."""
    post = entry.content.main_post
    if post is None or not post.text or not interaction.client.services.summaries.is_on():
        return False
    return not is_withheld(post, age_restricted=is_age_restricted(interaction))


async def _translated(interaction: BotInteraction, message_id: MessageId, index: int) -> ui.LayoutView:
    """The translation of an alert's post into the person's language, for whoever sees the alert."""
    entry = await entry_of(interaction, message_id, index)
    post = entry.content.main_post
    if post is None or not _may_translate(interaction, entry):
        raise RefusedRequest("translate-off")
    speaker, user_id = speaker_of(interaction), UserId(interaction.user.id)
    text = await interaction.client.services.summaries.translate(
        post, speaker.language, guild_of(interaction), user_id
    )
    again = (await entry_of(interaction, message_id, index)).content.main_post
    if again is None:  # taken down while the model wrote
        raise RefusedRequest("error-message-unknown")
    return draw_translation(speaker, text)


async def _stop(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
    subscription = await _service(interaction).remove(subscription_id, guild_of(interaction))
    speaker = speaker_of(interaction)
    sentence = speaker.say("alert-done-stopped", topic=topic_label(subscription))
    return draw_done(speaker, sentence, UndoStep(subscription_id, Undo.STOPPED))


_DOES: dict[MenuAction, Callable[[BotInteraction, SubscriptionId], Awaitable[ui.LayoutView]]] = {
    MenuAction.FEWER_ALERTS: _fewer_alerts,
    MenuAction.SURGE_FEWER: _fewer_surges,
    MenuAction.MORE_ALERTS: _more_alerts,
    MenuAction.MUTE_HOUR: _mute(MenuAction.MUTE_HOUR),
    MenuAction.MUTE_DAY: _mute(MenuAction.MUTE_DAY),
    MenuAction.STOP: _stop,
}


# -- and back ------------------------------------------------------------------------------------------


async def _lower_minimums(interaction: BotInteraction, step: UndoStep) -> str:
    before = read_min_rp(step.before)
    subscription = await _service(interaction).lower_minimums(step.subscription_id, before, guild_of(interaction))
    return _with_thresholds(speaker_of(interaction), "alert-undone-quieter", subscription)


async def _more_surges(interaction: BotInteraction, step: UndoStep) -> str:
    if step.before not in frozenset(Preset):
        raise RefusedRequest("error-undo-changed")
    service, guild_id = _service(interaction), guild_of(interaction)
    subscription = await service.undo_fewer_surges(step.subscription_id, Preset(step.before), guild_id)
    speaker = speaker_of(interaction)
    which = surge_setting(speaker, subscription.settings.surge)
    return speaker.say("alert-undone-surge-fewer", topic=topic_label(subscription), which=which)


async def _pace_again(interaction: BotInteraction, step: UndoStep) -> str:
    before, _, made = step.before.partition("-")
    if not (before.isdecimal() and made.isdecimal()):
        raise RefusedRequest("error-undo-changed")
    subscription = await _service(interaction).undo_pace(
        step.subscription_id, int(before), int(made), guild_of(interaction)
    )
    return _with_thresholds(speaker_of(interaction), "alert-undone-quieter", subscription)


async def _unmute(interaction: BotInteraction, step: UndoStep) -> str:
    """Muted as it was before, where that is not over yet."""
    until = read_until(step.before)
    still = until if until is not None and until > interaction.client.services.clock() else None
    subscription = await _service(interaction).mute(step.subscription_id, still, guild_of(interaction))
    topic, speaker = topic_label(subscription), speaker_of(interaction)
    if still is not None:
        return speaker.say("alert-undone-muted-until", topic=topic, time=when(still))
    return speaker.say("alert-undone-muted", topic=topic)


async def _unmute_author(interaction: BotInteraction, step: UndoStep) -> str:
    named = read_entry(step.before)
    handle = None if named is None else _handle(await entry_of(interaction, *named))
    if handle is None:
        raise RefusedRequest("error-message-unknown")
    subscription = await _service(interaction).unmute_author(step.subscription_id, handle, guild_of(interaction))
    said = {"topic": topic_label(subscription), "handle": handle_label(handle)}
    return speaker_of(interaction).say("alert-undone-author", **said)


async def _restore(interaction: BotInteraction, step: UndoStep) -> str:
    subscription = await _service(interaction).restore(step.subscription_id, guild_of(interaction))
    return speaker_of(interaction).say("alert-undone-stopped", topic=topic_label(subscription))


_UNDOES: dict[Undo, Callable[[BotInteraction, UndoStep], Awaitable[str]]] = {
    Undo.FEWER_ALERTS: _lower_minimums,
    Undo.SURGE_FEWER: _more_surges,
    Undo.PACE: _pace_again,
    Undo.MUTED: _unmute,
    Undo.AUTHOR: _unmute_author,
    Undo.STOPPED: _restore,
}


def _topic(entry: OutboxEntry) -> Topic:
    """Raises ``RefusedRequest`` for a notice or a digest, which is of no single topic."""
    if entry.content.about is None:
        raise RefusedRequest("error-message-unknown")
    return entry.content.about


def _subscription_id(entry: OutboxEntry) -> SubscriptionId:
    """Raises ``RefusedRequest`` for a notice, which belongs to no subscription."""
    if entry.subscription_id is None:
        raise RefusedRequest("error-message-unknown")
    return entry.subscription_id


def _handle(entry: OutboxEntry) -> str | None:
    """The handle of the post's author, where it is known."""
    post = entry.content.main_post
    return None if post is None else post.author_handle


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions


async def setup(bot: TrendBot) -> None:
    """Load the cog."""
    await bot.add_cog(Alerts(bot))
