"""Draws subscriptions: the answer to ``/subscribe``, one in detail, one removed.

Layouts come finished (``stop``): their buttons are answered by DynamicItems of the cogs, also after a restart,
so discord.py need not keep the view.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import discord
from discord import ui

from bot.core.alerting.rules import Verdict
from bot.core.alerting.subscribe_result import SubscribeResult
from bot.core.alerting.week_run import WeekRun
from bot.core.models import (
    ChannelId,
    GuildId,
    PostsBy,
    RoleId,
    Subscription,
    SubscriptionId,
    Topic,
)
from bot.core.surge.settings import Preset
from bot.core.surge.state import NotDetectable
from bot.core.text import excerpt, one_line
from bot.views.kit.layout import button, card_of
from bot.views.kit.surges import not_detectable_lines, surge_setting
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT, ACCENT_PAUSED

from .lines import (
    day_line,
    detail_lines,
    state,
    stopped_lines,
    subscribed_lines,
    top_lines,
    topic_name,
    warnings,
    week_lines,
)

NO_WEEK: Final = WeekRun()
NOTHING_STOPPED: Mapping[Verdict, int] = {}
SIMILAR_MAX: Final = 5
"""Buttons in a row."""


class SubscriptionAction(StrEnum):
    """An action of a button on a subscription; part of its custom_id."""

    EDIT = "edit"
    FILTERS = "filters"
    PREVIEW = "sample"
    PAUSE = "pause"
    RESUME = "resume"
    MUTE_HOUR = "mute-hour"
    MUTE_DAY = "mute-day"
    UNMUTE = "unmute"
    UNMUTE_AUTHORS = "hear-authors"
    MEDIA_OFF = "media-off"
    MEDIA_ON = "media-on"
    REMOVE = "remove"
    RESTORE = "restore"


_LABELS = {SubscriptionAction.RESTORE: "button-undo"}
_STYLES = {
    SubscriptionAction.EDIT: discord.ButtonStyle.primary,
    SubscriptionAction.REMOVE: discord.ButtonStyle.danger,
    SubscriptionAction.RESUME: discord.ButtonStyle.success,
    SubscriptionAction.RESTORE: discord.ButtonStyle.success,
}


def action_id(action: SubscriptionAction, subscription_id: SubscriptionId) -> str:
    """The custom_id of a button that acts on a subscription."""
    return f"kw:subs:{action}:{subscription_id}"


def exchange_id(subscription_id: SubscriptionId, handle: str) -> str:
    """``kw:exchange:<subscription>:<topic>``: subscribe to this topic in its place; at most 92 characters."""
    return f"kw:exchange:{subscription_id}:{handle}"


def exchange_back_id(made: SubscriptionId, before: SubscriptionId) -> str:
    """``kw:exchange-back:<made>:<before>``: the button that undoes it."""
    return f"kw:exchange-back:{made}:{before}"


def page_id(page: int, channel_id: ChannelId | None) -> str:
    """The custom_id of a button that turns to a page of the list; channel 0 is the whole server."""
    return f"kw:subs:page:{page}:{channel_id or 0}"


def resume_all_id(guild_id: GuildId) -> str:
    """``kw:resume-all:<guild>``: the button that resumes whatever Discord's refusals stopped in a server."""
    return f"kw:resume-all:{guild_id}"


def resume_all_button(speaker: Speaker, guild_id: GuildId) -> ui.Button[Any]:
    """Answered by cogs/guilds.py, in a direct message too."""
    return button(speaker.say("button-resume-all"), resume_all_id(guild_id), discord.ButtonStyle.success)


def pick_id(channel_id: ChannelId | None) -> str:
    """The custom_id of the menu that opens a subscription of the list."""
    return f"kw:subs:pick:{channel_id or 0}"


def draw_subscribed(
    speaker: Speaker,
    result: SubscribeResult,
    *,
    offers: Sequence[ui.ActionRow[Any]] = (),
    posts_by: PostsBy | None = None,
    before: Subscription | None = None,
) -> ui.LayoutView:
    """The answer to ``/subscribe``: what will come, what would have come, what is big right now.

    ``offers``: see ``offer_row``. ``posts_by``: how the channel, a forum, gets alerts. ``before``: the one it
    replaces.
    """
    subscription = result.subscription
    said = subscribed_lines(speaker, subscription, result.asked)
    blocks = [
        _heading(speaker.say("subscribed-heading", topic=topic_name(subscription))),
        "\n".join([*_instead_line(speaker, before), *said, *_forum_line(speaker, posts_by)]),
        "\n".join(
            [
                day_line(speaker, result.day.known, result.day.passing),
                *week_lines(speaker, result.week),
                *_warnings(speaker, result),
                *not_detectable_lines(speaker, result.surges_not_detectable, topic_name(subscription)),
            ]
        ),
        *_top_block(speaker, result),
        *_similar_block(speaker, result.similar),
    ]
    rows = [*_similar_row(subscription, result.similar), *offers, _subscribed_row(speaker, subscription, before)]
    return card_of(blocks, rows, ACCENT)


def _warnings(speaker: Speaker, result: SubscribeResult) -> list[str]:
    any_post = bool(result.top or result.day.known)
    return warnings(speaker, result.subscription, result.failed, result.day.largest, any_post=any_post)


def _top_block(speaker: Speaker, result: SubscribeResult) -> list[str]:
    """The topic's largest posts, each with whether it meets the conditions."""
    if not result.top:
        return []
    passes = [verdict is Verdict.PASSES for verdict in result.top_verdicts]
    return ["\n".join([f"**{speaker.say('subscribed-top')}**", *top_lines(speaker, result.top, passes)])]


def _similar_block(speaker: Speaker, similar: Sequence[Topic]) -> list[str]:
    return [speaker.say("subscribed-similar", count=len(similar))] if similar else []


def _subscribed_row(
    speaker: Speaker, subscription: Subscription, before: Subscription | None
) -> ui.ActionRow[Any]:
    """The row of a new subscription; where it replaces another, an undo comes first."""
    row = action_row(
        speaker, subscription.id, SubscriptionAction.PREVIEW, SubscriptionAction.EDIT, SubscriptionAction.REMOVE
    )
    if before is None:
        return row
    undo = exchange_back_id(subscription.id, before.id)
    back = button(speaker.say("button-undo"), undo, discord.ButtonStyle.success)
    return ui.ActionRow(back, *row.children)


def _similar_row(subscription: Subscription, similar: Sequence[Topic]) -> list[ui.ActionRow[Any]]:
    """Buttons that exchange the subscription for one of a topic that may have been meant."""
    buttons: list[ui.Button[Any]] = [
        button(excerpt(one_line(topic.name), 40) or "-", exchange_id(subscription.id, topic.handle))
        for topic in similar[:SIMILAR_MAX]
    ]
    return [ui.ActionRow(*buttons)] if buttons else []


def _instead_line(speaker: Speaker, before: Subscription | None) -> list[str]:
    return [] if before is None else [speaker.say("subscribed-instead", topic=topic_name(before))]


def _forum_line(speaker: Speaker, posts_by: PostsBy | None) -> list[str]:
    return [] if posts_by is None else [speaker.say(f"forum-posts-by-{posts_by}")]


def draw_detail(
    speaker: Speaker,
    subscription: Subscription,
    *,
    known: int,
    passing: int,
    stopped: Mapping[Verdict, int] = NOTHING_STOPPED,
    now: datetime,
    address: str | None = None,
    roles_gone: Collection[RoleId] = frozenset(),
    surges_not_detectable: NotDetectable | None = None,
    week: WeekRun = NO_WEEK,
    paces: Sequence[ui.ActionRow[Any]] = (),
    changed: Sequence[str] = (),
    undo: str | None = None,
) -> ui.LayoutView:
    """One subscription with everything that can be done to it, and what its rules did in the last 24 hours.

    ``address``: its feed's, which nobody is shown but who manages it. ``roles_gone``: roles that were deleted.
    ``surges_not_detectable``: why its surges cannot be recognized.
    ``paces``: see ``pace_row``. ``changed``: of ``change_lines``, where it was changed just now; ``undo``: the
    custom_id that undoes that.
    """
    blocks = [
        _heading(topic_name(subscription)),
        *(["\n".join(f"- {line}" for line in changed)] if changed else []),
        "\n".join([state(speaker, subscription, now), *detail_lines(speaker, subscription, address, roles_gone)]),
        "\n".join(
            [day_line(speaker, known, passing), *stopped_lines(speaker, stopped), *week_lines(speaker, week)]
        ),
        *not_detectable_lines(speaker, surges_not_detectable, topic_name(subscription)),
    ]
    rows = [
        _actions(speaker, subscription),
        *paces,
        *surge_row(speaker, subscription),
        fold_row(speaker, subscription),
        *_mute_actions(speaker, subscription, now),
        _last_row(speaker, subscription, undo),
    ]
    return card_of(blocks, rows, ACCENT if subscription.paused is None else ACCENT_PAUSED)


def _actions(speaker: Speaker, subscription: Subscription) -> ui.ActionRow[Any]:
    """The row of what can be done to any subscription."""
    return action_row(
        speaker,
        subscription.id,
        SubscriptionAction.EDIT,
        SubscriptionAction.FILTERS,
        SubscriptionAction.PREVIEW,
        SubscriptionAction.PAUSE if subscription.paused is None else SubscriptionAction.RESUME,
        SubscriptionAction.REMOVE,
    )


def _mute_actions(speaker: Speaker, subscription: Subscription, now: datetime) -> list[ui.ActionRow[Any]]:
    """The row of mutes: of the subscription, unless it is paused, and of authors; none where there is nothing."""
    actions = list(_mutes(subscription, now)) if subscription.paused is None else []
    if subscription.settings.rules.muted_authors:
        actions.append(SubscriptionAction.UNMUTE_AUTHORS)
    return [action_row(speaker, subscription.id, *actions)] if actions else []


def _last_row(speaker: Speaker, subscription: Subscription, undo: str | None) -> ui.ActionRow[Any]:
    """The row of pictures, the way back to the list, and the undoing of what was changed just now."""
    shows_media = subscription.settings.rules.media
    action = SubscriptionAction.MEDIA_OFF if shows_media else SubscriptionAction.MEDIA_ON
    row = action_row(speaker, subscription.id, action)
    row.add_item(button(speaker.say("button-list"), page_id(0, None)))
    if undo is not None:
        row.add_item(button(speaker.say("button-undo"), undo, discord.ButtonStyle.success))
    return row


SURGE_OFF: Final = "off"
FOLD_CHOICES: Final = {"yes": True, "no": False}
"""Values of the menu of posts that say the same."""


def surge_menu_id(subscription_id: SubscriptionId) -> str:
    """``kw:subs:surge:<subscription>``: the menu of the surges that it is sent."""
    return f"kw:subs:surge:{subscription_id}"


def surge_row(speaker: Speaker, subscription: Subscription) -> list[ui.ActionRow[Any]]:
    """The menu of the surges that a subscription is sent; nothing where no source of it has counts."""
    if not any(source.traits.has_counts for source in subscription.settings.min_rp):
        return []
    now = subscription.settings.surge
    options = [
        discord.SelectOption(
            label=speaker.say("surge-subscription", which=surge_setting(speaker, one)),
            value=SURGE_OFF if one is None else one,
            default=one is now,
        )
        for one in (*Preset, None)
    ]
    return [ui.ActionRow(ui.Select(custom_id=surge_menu_id(subscription.id), options=options))]


def fold_menu_id(subscription_id: SubscriptionId) -> str:
    """``kw:subs:fold:<subscription>``: the menu of how it is sent posts that say the same."""
    return f"kw:subs:fold:{subscription_id}"


def fold_row(speaker: Speaker, subscription: Subscription) -> ui.ActionRow[Any]:
    """The menu of how a subscription is sent posts that say the same."""
    folds = subscription.settings.rules.fold
    options = [
        discord.SelectOption(
            label=speaker.say("fold-subscription", which=speaker.say(f"change-fold-{value}")),
            value=value,
            default=folds is chosen,
        )
        for value, chosen in FOLD_CHOICES.items()
    ]
    return ui.ActionRow(ui.Select(custom_id=fold_menu_id(subscription.id), options=options))


def draw_removed(speaker: Speaker, subscription: Subscription) -> ui.LayoutView:
    """A subscription is gone, and how to have it back."""
    blocks = [
        _heading(speaker.say("removed-heading", topic=topic_name(subscription))),
        speaker.say("removed-text", channel=f"<#{subscription.channel_id}>"),
    ]
    return card_of(blocks, [action_row(speaker, subscription.id, SubscriptionAction.RESTORE)], ACCENT_PAUSED)


def _mutes(subscription: Subscription, now: datetime) -> tuple[SubscriptionAction, ...]:
    if subscription.muted_until is not None and subscription.muted_until > now:
        return (SubscriptionAction.UNMUTE,)
    return (SubscriptionAction.MUTE_HOUR, SubscriptionAction.MUTE_DAY)


def action_row(
    speaker: Speaker, subscription_id: SubscriptionId, *actions: SubscriptionAction, plain: bool = False
) -> ui.ActionRow[Any]:
    """Buttons that act on a subscription; ``plain``: another button of the row is the one to press."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    for action in actions:
        label = speaker.say(_LABELS.get(action, f"button-{action}"))
        style = None if plain and action is SubscriptionAction.EDIT else _STYLES.get(action)
        row.add_item(button(label, action_id(action, subscription_id), style))
    return row


def _heading(text: str) -> str:
    return f"### {text}"
