"""The ⋯ menu under an alert, and what takes its actions back."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
from discord import ui

from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import read_id
from bot.core.models import AlertContent, MessageId, Subscription, SubscriptionId, UserId
from bot.core.surge.settings import Preset
from bot.services.subscriptions.requests import Change
from bot.views.alerts.menu import (
    BEFORE,
    MODERATION,
    MenuAction,
    Undo,
    UndoStep,
    draw_done,
    draw_translation,
    thresholds_line,
    topic_label,
)
from bot.views.history import post_page
from bot.views.kit.custom_ids import read_entry, read_min_rp, read_until, write_entry, write_min_rp, write_until
from bot.views.kit.post import handle_label
from bot.views.kit.surges import surge_setting
from bot.views.kit.text import Speaker, when
from cogs.alerts.entries import (
    handle_of,
    has_curve,
    managed_subscription,
    may_translate,
    subscription_id_of,
    subscription_service,
    topic_of,
)
from cogs.moderation import ask_why, hide_entry, require_moderated, require_moderator
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.answers import put_answer
from cogs.shared.entries import entry_of
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.paying import Paid
from cogs.shared.permissions import check_kept_role, guild_of, require_managed
from cogs.shared.reach import BotInteraction
from cogs.shared.viewing import viewer_of

MUTES = {MenuAction.MUTE_HOUR: timedelta(hours=1), MenuAction.MUTE_DAY: timedelta(days=1)}


class MenuButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=(
        r"kw:menu:(?P<subscription>[0-9]{1,19}):(?P<message>[0-9a-f]{24}):(?P<index>[0-9]{1,3})"
        rf":(?P<action>{'|'.join(MenuAction)})"
    ),
):
    """A button of the ⋯ menu."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.subscription_id = SubscriptionId(read_id(match["subscription"]) or 0)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])
        self.action = MenuAction(match["action"])

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
                subscription = await managed_subscription(interaction, self.subscription_id)
                if self.action is MenuAction.MORE_ALERTS:
                    await check_kept_role(interaction, subscription.settings.role_id, subscription.channel_id)
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
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:undo:(?P<subscription>[0-9]{{1,19}}):(?P<what>{'|'.join(Undo)})(?:\.(?P<before>{BEFORE}))?",
):
    """Takes back what the menu did."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        subscription_id = SubscriptionId(read_id(match["subscription"]) or 0)
        self.step = UndoStep(subscription_id, Undo(match["what"]), match["before"] or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Take it back, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            guild_id = guild_of(interaction)
            channel_id = await subscription_service(interaction).channel_of(self.step.subscription_id, guild_id)
            await require_managed(interaction, channel_id)
            if _brings_more(self.step):
                kept = await subscription_service(interaction).get(self.step.subscription_id, guild_id)
                await check_kept_role(interaction, kept.settings.role_id, channel_id)
            sentence = await _UNDOES[self.step.what](interaction, self.step)
            await answer(interaction, draw_done(speaker_of(interaction), sentence))


async def _fewer_alerts(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
    change = await subscription_service(interaction).fewer_alerts(subscription_id, guild_of(interaction))
    return _stepped(speaker_of(interaction), "alert-done-quieter", change)


async def _more_alerts(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
    change = await subscription_service(interaction).more_alerts(subscription_id, guild_of(interaction))
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
    service, guild_id = subscription_service(interaction), guild_of(interaction)
    change = await service.fewer_surges(subscription_id, guild_id)
    speaker = speaker_of(interaction)
    which = surge_setting(speaker, change.after.settings.surge)
    sentence = speaker.say("alert-done-surge-fewer", topic=topic_label(change.after), which=which)
    before = change.before.settings.surge or ""
    return draw_done(speaker, sentence, UndoStep(subscription_id, Undo.SURGE_FEWER, before))


def _mute(action: MenuAction) -> Callable[[BotInteraction, SubscriptionId], Awaitable[ui.LayoutView]]:
    async def mute(interaction: BotInteraction, subscription_id: SubscriptionId) -> ui.LayoutView:
        service, guild_id = subscription_service(interaction), guild_of(interaction)
        now = interaction.client.services.clock()
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
    handle = handle_of(entry)
    if handle is None:
        raise RefusedRequest("error-message-unknown")
    own = await managed_subscription(interaction, subscription_id_of(entry))
    subscription = await subscription_service(interaction).mute_author(own.id, handle, own.guild_id)
    speaker = speaker_of(interaction)
    sentence = speaker.say("alert-done-author", topic=topic_label(subscription), handle=handle_label(handle))
    return draw_done(speaker, sentence, UndoStep(own.id, Undo.AUTHOR, write_entry(message_id, index)))


async def _show_curve(interaction: BotInteraction, message_id: MessageId, index: int) -> None:
    """Answer with the RP of an alert's post over time, for whoever sees the alert."""
    entry = await entry_of(interaction, message_id, index)
    post, speaker = entry.content.main_post, speaker_of(interaction)
    if post is None or not isinstance(entry.content, AlertContent) or not has_curve(interaction, entry):
        raise RefusedRequest("error-message-unknown")
    service, viewer = interaction.client.services.history, await viewer_of(interaction)
    found = await service.post(topic_of(entry), post, entry.content.source, viewer, speaker.language)
    if found is None:
        raise RefusedRequest("history-no-reposts")
    drawn = post_page(speaker, found)
    await put_answer(
        interaction, drawn.view, (), None, picture=drawn.picture, without_picture=drawn.without_picture
    )


async def _translated(interaction: BotInteraction, message_id: MessageId, index: int) -> ui.LayoutView:
    """The translation of an alert's post into the person's language, for whoever sees the alert."""
    entry = await entry_of(interaction, message_id, index)
    post = entry.content.main_post
    if post is None or not may_translate(interaction, entry):
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
    subscription = await subscription_service(interaction).remove(subscription_id, guild_of(interaction))
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


def _brings_more(step: UndoStep) -> bool:
    """Whether an undo raises what a role is sent, by a number or a word that the button carries."""
    if step.what is Undo.PACE:
        before, _, made = step.before.partition("-")
        return before.isdecimal() and made.isdecimal() and int(before) > int(made)
    return step.what in {Undo.FEWER_ALERTS, Undo.SURGE_FEWER}


async def _lower_minimums(interaction: BotInteraction, step: UndoStep) -> str:
    before = read_min_rp(step.before)
    subscription = await subscription_service(interaction).lower_minimums(
        step.subscription_id, before, guild_of(interaction)
    )
    return _with_thresholds(speaker_of(interaction), "alert-undone-quieter", subscription)


async def _more_surges(interaction: BotInteraction, step: UndoStep) -> str:
    if step.before not in frozenset(Preset):
        raise RefusedRequest("error-undo-changed")
    service, guild_id = subscription_service(interaction), guild_of(interaction)
    subscription = await service.undo_fewer_surges(step.subscription_id, Preset(step.before), guild_id)
    speaker = speaker_of(interaction)
    which = surge_setting(speaker, subscription.settings.surge)
    return speaker.say("alert-undone-surge-fewer", topic=topic_label(subscription), which=which)


async def _pace_again(interaction: BotInteraction, step: UndoStep) -> str:
    before, _, made = step.before.partition("-")
    if not (before.isdecimal() and made.isdecimal()):
        raise RefusedRequest("error-undo-changed")
    subscription = await subscription_service(interaction).undo_pace(
        step.subscription_id, int(before), int(made), guild_of(interaction)
    )
    return _with_thresholds(speaker_of(interaction), "alert-undone-quieter", subscription)


async def _unmute(interaction: BotInteraction, step: UndoStep) -> str:
    """Muted as it was before, where that is not over yet."""
    until = read_until(step.before)
    still = until if until is not None and until > interaction.client.services.clock() else None
    subscription = await subscription_service(interaction).mute(step.subscription_id, still, guild_of(interaction))
    topic, speaker = topic_label(subscription), speaker_of(interaction)
    if still is not None:
        return speaker.say("alert-undone-muted-until", topic=topic, time=when(still))
    return speaker.say("alert-undone-muted", topic=topic)


async def _unmute_author(interaction: BotInteraction, step: UndoStep) -> str:
    named = read_entry(step.before)
    handle = None if named is None else handle_of(await entry_of(interaction, *named))
    if handle is None:
        raise RefusedRequest("error-message-unknown")
    subscription = await subscription_service(interaction).unmute_author(
        step.subscription_id, handle, guild_of(interaction)
    )
    said = {"topic": topic_label(subscription), "handle": handle_label(handle)}
    return speaker_of(interaction).say("alert-undone-author", **said)


async def _restore(interaction: BotInteraction, step: UndoStep) -> str:
    subscription = await subscription_service(interaction).restore(step.subscription_id, guild_of(interaction))
    return speaker_of(interaction).say("alert-undone-stopped", topic=topic_label(subscription))


_UNDOES: dict[Undo, Callable[[BotInteraction, UndoStep], Awaitable[str]]] = {
    Undo.FEWER_ALERTS: _lower_minimums,
    Undo.SURGE_FEWER: _more_surges,
    Undo.PACE: _pace_again,
    Undo.MUTED: _unmute,
    Undo.AUTHOR: _unmute_author,
    Undo.STOPPED: _restore,
}
