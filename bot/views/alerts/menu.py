"""Answers to an alert's buttons: the ⋯ menu, results of its actions, and the posts that a summary line counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import discord
from discord import ui

from bot.core.models import (
    EntryId,
    MessageId,
    PostKey,
    SourceName,
    StoredPost,
    Subscription,
    SubscriptionId,
    SurgeContent,
)
from bot.core.pace.threshold import fewer, more
from bot.core.redaction import post_hash
from bot.core.text import TOPIC_NAME_MAX, escape, excerpt, label
from bot.views.kit.layout import button_id, finished
from bot.views.kit.post import (
    age_text,
    author_line,
    body,
    is_article,
    is_withheld,
    open_button,
    provenance,
    reposts_line,
    source_name,
)
from bot.views.kit.text import Speaker, when

from .surge import surge_reason

HELD_A_PAGE = 4
"""So many posts at their longest stay below Discord's 4,000 characters."""
HELD_TEXT = 120
TRANSLATION_SHOWN = 1_800
"""UTF-16 units of a translation: escaped they may be twice as many, and fit a message."""
HELD_LINES = 4
SPLIT_DIGITS: Final = 16
"""Digits of a post's hash in a button: enough to tell the posts of one story apart."""


class MenuAction(StrEnum):
    """An action of the ⋯ menu."""

    FEWER_ALERTS = "quieter"
    MORE_ALERTS = "more"
    SURGE_FEWER = "surge-fewer"
    MUTE_HOUR = "mute-hour"
    MUTE_DAY = "mute-day"
    AUTHOR = "author"
    STOP = "stop"
    HIDE = "hide"
    TRANSLATE = "translate"
    """Offered to everybody who reads the alert, where a language model translates."""
    CURVE = "curve"
    """The RP of the post over time, for everybody who reads the alert."""
    HIDE_SURE = "hide-sure"
    """Asked for by HIDE, never offered by itself."""


FOR_ALL = (MenuAction.TRANSLATE, MenuAction.CURVE)
"""Actions for everybody who reads the alert."""
MODERATION = (MenuAction.HIDE, MenuAction.HIDE_SURE)
"""Actions for people with Manage Messages; others are for those with Manage Channels, or for all."""


class Undo(StrEnum):
    """An action that one click takes back."""

    FEWER_ALERTS = "quieter"
    PACE = "pace"
    MUTED = "muted"
    AUTHOR = "author"
    STOPPED = "stopped"
    SURGE_FEWER = "surge-fewer"


@dataclass(frozen=True, slots=True)
class UndoStep:
    """The action that a button takes back, with the data for it beside the subscription; see ``undo_id``.

    ``before``: as ``write_min_rp``, ``write_until`` or ``write_entry`` put it; empty in buttons of older versions,
    and where nothing is needed.
    """

    subscription_id: SubscriptionId
    what: Undo
    before: str = ""


BEFORE: Final = "[0-9a-z_-]{1,70}"
"""Pattern of ``UndoStep.before``. With the rest of a custom_id it stays below Discord's 100 characters."""


_MANAGEMENT = tuple(action for action in MenuAction if action not in {*MODERATION, *FOR_ALL})
_GRAVE = (MenuAction.STOP, MenuAction.HIDE)


def menu_id(subscription_id: SubscriptionId, message_id: MessageId, index: int, action: MenuAction) -> str:
    """``kw:menu:<subscription>:<message>:<entry>:<action>``."""
    return f"kw:menu:{subscription_id}:{message_id}:{index}:{action}"


def undo_id(step: UndoStep) -> str:
    """``kw:undo:<subscription>:<what>``, and after a dot what it was before, where that is needed."""
    return f"kw:undo:{step.subscription_id}:{step.what}" + (f".{step.before}" if step.before else "")


def draw_menu(
    speaker: Speaker,
    subscription: Subscription,
    *,
    message_id: MessageId,
    index: int,
    handle: str | None,
    now: datetime,
    may_manage: bool = True,
    may_hide: bool = False,
    may_translate: bool = False,
    has_curve: bool = False,
    surge: SurgeContent | None = None,
) -> ui.LayoutView:
    """The menu of one post's subscription, or of a ``surge``'s, as far as the person may use it.

    Muting the author is offered where the author is known, fewer alerts where there is a count to raise.
    """
    lines = [
        speaker.say("alert-menu-title", topic=topic_label(subscription)),
        speaker.say("alert-menu-minimums", minimums=thresholds_line(speaker, subscription))
        if surge is None
        else surge_reason(speaker, surge, subscription.settings.surge),
    ]
    if subscription.muted_until is not None and subscription.muted_until > now:
        lines.append(speaker.say("alert-menu-until", time=when(subscription.muted_until)))
    left_out = _not_offered(subscription) | (set() if handle else {MenuAction.AUTHOR})
    left_out |= {MenuAction.SURGE_FEWER} if surge is None else {MenuAction.FEWER_ALERTS, MenuAction.MORE_ALERTS}
    if subscription.settings.surge is None:
        left_out.add(MenuAction.SURGE_FEWER)
    offered = [action for action in _MANAGEMENT if action not in left_out] if may_manage else []
    offered += [MenuAction.CURVE] if has_curve else []
    offered += [MenuAction.TRANSLATE] if may_translate else []
    offered += [MenuAction.HIDE] if may_hide else []
    buttons: list[ui.Button[ui.LayoutView]] = [
        ui.Button(
            style=discord.ButtonStyle.danger if action in _GRAVE else discord.ButtonStyle.secondary,
            label=_action_label(speaker, subscription, action),
            custom_id=menu_id(subscription.id, message_id, index, action),
        )
        for action in offered
    ]
    rows = [ui.ActionRow(*buttons[start : start + 3]) for start in range(0, len(buttons), 3)]
    return finished(ui.Container(ui.TextDisplay("\n".join(lines)), *rows))


def _not_offered(subscription: Subscription) -> set[MenuAction]:
    """Choices among fewer and more alerts that change nothing; more alerts are for a pace alone."""
    pace = subscription.settings.pace
    if pace is None:
        is_counted = any(source.traits.counts_reposts for source in subscription.settings.min_rp)
        return {MenuAction.MORE_ALERTS} if is_counted else {MenuAction.MORE_ALERTS, MenuAction.FEWER_ALERTS}
    steps = {MenuAction.FEWER_ALERTS: fewer(pace), MenuAction.MORE_ALERTS: more(pace)}
    return {action for action, step in steps.items() if step is None}


def _action_label(speaker: Speaker, subscription: Subscription, action: MenuAction) -> str:
    """The label of a button: with a pace, of the one that it leads to."""
    pace = subscription.settings.pace
    if pace is not None and action in {MenuAction.FEWER_ALERTS, MenuAction.MORE_ALERTS}:
        step = fewer(pace) if action is MenuAction.FEWER_ALERTS else more(pace)
        return speaker.say(f"alert-menu-pace-{action}", pace=step or pace)
    return speaker.say(f"alert-menu-{action}")


def draw_translation(speaker: Speaker, text: str) -> ui.LayoutView:
    """A post's text as a language model translated it."""
    said = escape(excerpt(text, TRANSLATION_SHOWN))
    return finished(ui.Container(ui.TextDisplay(f"{said}\n-# {speaker.say('translate-by-model')}")))


def draw_done(speaker: Speaker, sentence: str, undo: UndoStep | None = None) -> ui.LayoutView:
    """The result of an action, with an undo button, and where else it can be undone later."""
    if undo is None:
        return finished(ui.Container(ui.TextDisplay(sentence)))
    later = speaker.say(f"alert-later-{undo.what}")
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
        ui.Button(label=speaker.say("alert-menu-undo"), custom_id=undo_id(undo))
    )
    return finished(ui.Container(ui.TextDisplay(f"{sentence}\n-# {later}"), row))


def draw_held_posts(
    speaker: Speaker,
    topic_name: str,
    posts: Sequence[StoredPost],
    *,
    message_id: MessageId,
    index: int,
    page: int,
    age_restricted: bool,
) -> ui.LayoutView:
    """A page of the posts a summary line counted. A page that does not exist shows the nearest one."""
    if not posts:
        return finished(ui.Container(ui.TextDisplay(speaker.say("alert-held-empty"))))
    pages = -(-len(posts) // HELD_A_PAGE)
    page = min(max(page, 0), pages - 1)
    title = speaker.say("alert-held-title", topic=label(topic_name, TOPIC_NAME_MAX), count=len(posts))
    card: ui.Container[ui.LayoutView] = ui.Container(ui.TextDisplay(title))
    for stored in posts[page * HELD_A_PAGE : (page + 1) * HELD_A_PAGE]:
        card.add_item(ui.Separator())
        card.add_item(_held_post(speaker, stored, age_restricted=age_restricted))
    has_rp = any(stored.post.rp is not None for stored in posts)
    foot = [speaker.say("alert-caution")] if has_rp else []
    if pages > 1:
        foot.append(speaker.say("alert-held-page", page=page + 1, pages=pages))
    foot = [part for part in foot if part]
    if foot:
        card.add_item(ui.Separator())
        card.add_item(ui.TextDisplay(f"-# {speaker.say('alert-dot').join(foot)}"))
    if pages > 1:
        card.add_item(_page_row(speaker, message_id, index, page, pages))
    return finished(card)


def draw_story_posts(
    speaker: Speaker,
    topic_name: str,
    posts: Sequence[StoredPost],
    *,
    message_id: MessageId,
    index: int,
    page: int,
    age_restricted: bool,
) -> ui.LayoutView:
    """A page of the further posts of a story, each with the button that parts it from the story."""
    if not posts:
        return finished(ui.Container(ui.TextDisplay(speaker.say("alert-story-empty"))))
    pages = -(-len(posts) // HELD_A_PAGE)
    page = min(max(page, 0), pages - 1)
    title = speaker.say("alert-story-title", topic=label(topic_name, TOPIC_NAME_MAX), count=len(posts))
    card: ui.Container[ui.LayoutView] = ui.Container(ui.TextDisplay(title))
    for stored in posts[page * HELD_A_PAGE : (page + 1) * HELD_A_PAGE]:
        card.add_item(ui.Separator())
        card.add_item(_held_post(speaker, stored, age_restricted=age_restricted))
        apart: ui.Button[ui.LayoutView] = ui.Button(
            label=speaker.say("alert-story-split"), custom_id=split_id(message_id, index, stored.post.key)
        )
        card.add_item(ui.ActionRow(apart))
    if pages > 1:
        card.add_item(ui.Separator())
        card.add_item(ui.TextDisplay(f"-# {speaker.say('alert-held-page', page=page + 1, pages=pages)}"))
        card.add_item(_page_row(speaker, message_id, index, page, pages, action="story"))
    return finished(card)


def draw_split(speaker: Speaker, entry_id: EntryId) -> ui.LayoutView:
    """The answer to a post that was parted from a story, with the button that takes it back."""
    undo: ui.Button[ui.LayoutView] = ui.Button(
        label=speaker.say("alert-menu-undo"), custom_id=unsplit_id(entry_id)
    )
    return finished(ui.Container(ui.TextDisplay(speaker.say("alert-story-split-done")), ui.ActionRow(undo)))


def split_id(message_id: MessageId, index: int, key: PostKey) -> str:
    """``kw:split:<message>:<entry>:<first digits of the post's hash>``."""
    return f"kw:split:{message_id}:{index}:{post_hash(key)[:SPLIT_DIGITS]}"


def unsplit_id(entry_id: EntryId) -> str:
    """``kw:unsplit:<entry of the alert that was sent instead>``."""
    return f"kw:unsplit:{entry_id}"


def topic_label(subscription: Subscription) -> str:
    """The topic's name, ready for a sentence."""
    return label(subscription.topic.name, TOPIC_NAME_MAX)


def thresholds_line(speaker: Speaker, subscription: Subscription) -> str:
    """The pace, or each source's minimum in words; a feed's articles have no count to reach one."""
    pace = subscription.settings.pace
    if pace is not None:
        return speaker.say("rule-pace", pace=pace)
    return speaker.say("list-comma").join(
        speaker.say(
            _min_rp_text(source, min_rp), source=source_name(speaker, source), minimum=speaker.number(min_rp)
        )
        for source, min_rp in subscription.settings.min_rp.items()
    )


def _min_rp_text(source: SourceName, min_rp: int) -> str:
    if not source.traits.counts_reposts:
        return "alert-menu-articles"
    return "alert-menu-minimum" if min_rp else "alert-menu-all"


def _held_post(
    speaker: Speaker, stored: StoredPost, *, age_restricted: bool
) -> ui.TextDisplay[ui.LayoutView] | ui.Section[ui.LayoutView]:
    """One held post, beside the button that opens it where it may be shown and has an address."""
    post = stored.post
    dot = speaker.say("alert-dot")
    origin = f"-# {provenance(speaker, stored.source, stored.rp_at)}"
    if is_withheld(post, age_restricted=age_restricted):
        return ui.TextDisplay(f"{speaker.say('alert-withheld', rp=speaker.number(post.rp))}\n{origin}")
    counted = reposts_line(speaker, post)
    facts = dot.join(filter(None, [f"**{counted}**" if counted else "", age_text(speaker, post)]))
    text = body(speaker, post, limit=HELD_TEXT, lines=HELD_LINES)
    author = author_line(post, linked=False)
    words = [text, author] if is_article(post) else [author, text]
    lines = "\n".join(filter(None, [*words, facts, origin]))
    button = open_button(speaker, post)
    return ui.TextDisplay(lines) if button is None else ui.Section(ui.TextDisplay(lines), accessory=button)


def _page_row(
    speaker: Speaker, message_id: MessageId, index: int, page: int, pages: int, *, action: str = "held"
) -> ui.ActionRow[ui.LayoutView]:
    """Back and next; the one that leads nowhere is greyed out."""
    return ui.ActionRow(
        ui.Button(
            label=speaker.say("alert-held-previous"),
            custom_id=button_id(message_id, index, f"{action}.{max(page - 1, 0)}"),
            disabled=page == 0,
        ),
        ui.Button(
            label=speaker.say("alert-held-next"),
            # Both ids differ on every page, the first and the last too: Discord refuses equal ones.
            custom_id=button_id(message_id, index, f"{action}.{page + 1}"),
            disabled=page == pages - 1,
        ),
    )
