"""Draws a change of a subscription, before and after, and the minimums that a day's posts suggest.

Buttons are answered by ``cogs/subscriptions/changes.py``; what does not fit a custom_id is kept under a token.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import discord
from discord import ui

from bot.core.alerting.week_run import WeekRun
from bot.core.models import SourceName, Subscription, SubscriptionId
from bot.views.kit.custom_ids import write_min_rp
from bot.views.kit.layout import button, card_of
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT

from .cards import SubscriptionAction, action_row
from .lines import day_line, topic_name, week_lines
from .settings_lines import change_lines

OFFERS_MAX: Final = 4
"""Buttons of minimums in a row; the fifth place is for undo."""
_USUAL_PACE: Final = 5
NO_WEEK: Final = WeekRun()


def min_rp_id(subscription_id: SubscriptionId, min_rp: int | Mapping[SourceName, int]) -> str:
    """``kw:minrp:<subscription>:<minimum>``: one for all its sources, or (to undo) each source's own."""
    wanted = min_rp if isinstance(min_rp, int) else write_min_rp(min_rp)
    return f"kw:minrp:{subscription_id}:{wanted}"


def pace_id(subscription_id: SubscriptionId, pace: int) -> str:
    """``kw:pace:<subscription>:<alerts a day>``."""
    return f"kw:pace:{subscription_id}:{pace}"


def change_id(token: str, *, undo: bool = False) -> str:
    """``kw:change:<token>``, and ``kw:unchange:<token>``."""
    return f"kw:{'unchange' if undo else 'change'}:{token}"


def feed_id(token: str) -> str:
    """``kw:subfeed:<token>``: subscribe as was asked, to the feed that a page names."""
    return f"kw:subfeed:{token}"


def offer_row(
    speaker: Speaker, subscription: Subscription, offers: Iterable[tuple[int, int]]
) -> list[ui.ActionRow[Any]]:
    """Buttons that set a minimum, each with what it would have let through in a day; the present one is marked."""
    if subscription.settings.pace is not None:
        return []
    counted = [min_rp for source, min_rp in subscription.settings.min_rp.items() if source.traits.counts_reposts]
    buttons = []
    for min_rp, passing in list(offers)[:OFFERS_MAX]:
        is_set = bool(counted) and set(counted) == {min_rp}
        style = discord.ButtonStyle.primary if is_set else None
        label = speaker.say("button-min-rp", minimum=speaker.number(min_rp), count=passing)
        one = button(label, min_rp_id(subscription.id, min_rp), style)
        one.disabled = is_set
        buttons.append(one)
    return [ui.ActionRow(*buttons)] if buttons and counted else []


def pace_row(speaker: Speaker, subscription: Subscription, week: WeekRun) -> list[ui.ActionRow[Any]]:
    """Buttons that set a pace, and one that sets the minimum which lets about as much through as the default pace.

    The present pace is marked.
    """
    buttons = []
    for one in week.paces:
        is_set = subscription.settings.pace == one.pace
        style = discord.ButtonStyle.primary if is_set else None
        label = speaker.say("button-pace", pace=one.pace)
        made = button(label, pace_id(subscription.id, one.pace), style)
        made.disabled = is_set
        buttons.append(made)
    middle = next((one for one in week.paces if one.pace == _USUAL_PACE), None)
    if buttons and middle is not None and middle.from_rp and subscription.settings.pace is not None:
        label = speaker.say("button-every-from", minimum=speaker.number(middle.from_rp))
        buttons.append(button(label, min_rp_id(subscription.id, middle.from_rp)))
    return [ui.ActionRow(*buttons)] if buttons else []


def draw_exists(speaker: Speaker, before: Subscription, after: Subscription, token: str | None) -> ui.LayoutView:
    """A channel is subscribed already. ``token``: of the change to what was asked for, if that differs."""
    lines = change_lines(speaker, before, after)
    text_id = "subscribe-exists-other" if lines else "subscribe-exists"
    blocks = [
        f"### {speaker.say('subscribe-exists-heading', topic=topic_name(before))}",
        "\n".join([speaker.say(text_id, channel=f"<#{before.channel_id}>"), *(f"- {line}" for line in lines)]),
    ]
    row = action_row(speaker, before.id, SubscriptionAction.EDIT, SubscriptionAction.REMOVE)
    if token is None or not lines:
        return card_of(blocks, [row], ACCENT)
    change = button(speaker.say("button-change"), change_id(token), discord.ButtonStyle.primary)
    edit = action_row(speaker, before.id, SubscriptionAction.EDIT, SubscriptionAction.REMOVE, plain=True)
    return card_of(blocks, [ui.ActionRow(change, *edit.children)], ACCENT)


def draw_changed(
    speaker: Speaker,
    before: Subscription,
    after: Subscription,
    *,
    known: int,
    passing: int,
    offers: Iterable[tuple[int, int]],
    undo: str | None,
    week: WeekRun = NO_WEEK,
) -> ui.LayoutView:
    """The change, and the posts of a day under it. ``undo``: the custom_id that undoes it."""
    lines = change_lines(speaker, before, after)
    blocks = [
        f"### {speaker.say('changed-heading', topic=topic_name(after))}",
        "\n".join(f"- {line}" for line in lines) or speaker.say("changed-nothing"),
        "\n".join([day_line(speaker, known, passing), *week_lines(speaker, week)]),
    ]
    row: ui.ActionRow[Any] = ui.ActionRow()
    if undo is not None:
        row.add_item(button(speaker.say("button-undo"), undo, discord.ButtonStyle.success))
    for one in action_row(
        speaker,
        after.id,
        SubscriptionAction.PREVIEW,
        SubscriptionAction.EDIT,
        SubscriptionAction.REMOVE,
        plain=True,
    ).children:
        row.add_item(one)
    return card_of(blocks, [*pace_row(speaker, after, week), *offer_row(speaker, after, offers), row], ACCENT)


def draw_feed_found(speaker: Speaker, sentence: str, token: str) -> ui.LayoutView:
    """A page names its feed: the sentence that says so, with the button that subscribes to it."""
    subscribe = button(speaker.say("trend-button-subscribe-feed"), feed_id(token), discord.ButtonStyle.primary)
    return card_of([sentence], [ui.ActionRow(subscribe)], ACCENT)
