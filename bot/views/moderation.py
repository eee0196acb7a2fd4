"""What people see of take-downs: which post is meant, are you sure, what came of it, and the audit trail. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui

from bot.core.models import (
    AuditAction,
    AuditLine,
    HiddenPost,
    MessageId,
    Post,
    PostHash,
    SubscriptionId,
    TakenDown,
)
from bot.core.text import excerpt, label, one_line

from .alert_menu import MenuAction, menu_id
from .layout import finished, fitted
from .post import author_line, body
from .text import Speaker, when

ACCENT = discord.Colour(0xC8442E)
ACCENT_DONE = discord.Colour(0x8A8F98)
PAGE = 10
HASH_SHOWN = 8
"""So many digits of a hash are enough for people to tell posts apart."""
REASON_MAX = 100
CHOICE_MAX = 100
"""Discord's limit for the name of a suggestion or an option."""
OPTIONS_MAX = 25
"""Discord's limit for a menu."""


def unhide_id(hashed: PostHash) -> str:
    """``kw:unhide:<hash>``."""
    return f"kw:unhide:{hashed}"


def trail_id(page: int) -> str:
    """``kw:trail:<page>``."""
    return f"kw:trail:{page}"


def draw_choice(
    speaker: Speaker, subscription_id: SubscriptionId, message_id: MessageId, posts: Sequence[tuple[int, Post]]
) -> ui.LayoutView:
    """The posts of a message, each with the button that asks whether to hide it."""
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(speaker.say("hide-which")), accent_colour=ACCENT)
    for index, post in posts:
        button: ui.Button[Any] = ui.Button(
            style=discord.ButtonStyle.danger,
            label=speaker.say("hide-button"),
            custom_id=menu_id(subscription_id, message_id, index, MenuAction.HIDE),
        )
        card.add_item(ui.Section(ui.TextDisplay(_post_text(speaker, post, limit=200)), accessory=button))
    return finished(card)


def draw_picks(speaker: Speaker, posts: Sequence[Post | None]) -> list[discord.SelectOption]:
    """Posts as the options of a menu, as many as it holds; their values count from 0."""
    return [
        discord.SelectOption(label=_in_a_line(speaker, post), value=str(index))
        for index, post in enumerate(posts[:OPTIONS_MAX])
    ]


def _in_a_line(speaker: Speaker, post: Post | None) -> str:
    """Who wrote what, where nothing needs escaping; of a sensitive post only who."""
    if post is None:
        return speaker.say("hide-without-text")
    parts = [post.author_name or post.author_handle or "", "" if post.sensitive else post.text]
    return excerpt(one_line(" · ".join(filter(None, parts))), CHOICE_MAX) or speaker.say("hide-without-text")


def draw_question(speaker: Speaker, post: Post | None, key: str, *rows: ui.ActionRow[Any]) -> ui.LayoutView:
    """Which post it is and what hiding it means; the buttons are the caller's."""
    lines = [speaker.say("hide-question")]
    lines.append(_post_text(speaker, post, limit=400) if post else f"`{label(key, 200)}`")
    lines.append(speaker.say("hide-means"))
    card: ui.Container[Any] = ui.Container(ui.TextDisplay("\n".join(lines)), *rows, accent_colour=ACCENT)
    layout = ui.LayoutView(timeout=None)
    return fitted(layout.add_item(card))


def sure_row(
    speaker: Speaker, subscription_id: SubscriptionId, message_id: MessageId, index: int
) -> ui.ActionRow[Any]:
    """The button that hides a post of a message."""
    return ui.ActionRow(
        ui.Button(
            style=discord.ButtonStyle.danger,
            label=speaker.say("hide-button-sure"),
            custom_id=menu_id(subscription_id, message_id, index, MenuAction.HIDE_SURE),
        )
    )


def draw_hidden(speaker: Speaker, done: TakenDown, hashed: PostHash) -> ui.LayoutView:
    """What vanished, with the button that lets the post be seen again."""
    lines = [speaker.say("hide-already") if done.already else speaker.say("hide-done")]
    if done.messages or done.waiting:
        lines.append(speaker.say("hide-done-counts", messages=done.messages, waiting=done.waiting))
    lines.append(f"-# {speaker.say('hide-undo-means')}")
    button: ui.Button[Any] = ui.Button(label=speaker.say("unhide-button"), custom_id=unhide_id(hashed))
    return finished(
        ui.Container(ui.TextDisplay("\n".join(lines)), ui.ActionRow(button), accent_colour=ACCENT_DONE)
    )


def draw_unhidden(speaker: Speaker) -> ui.LayoutView:
    """It may be seen again."""
    text = f"{speaker.say('unhide-done')}\n-# {speaker.say('hide-undo-means')}"
    return finished(ui.Container(ui.TextDisplay(text), accent_colour=ACCENT_DONE))


def draw_trail(speaker: Speaker, lines: Sequence[AuditLine], page: int) -> ui.LayoutView:
    """A page of who did what; one that does not exist shows the nearest."""
    if not lines:
        return finished(ui.Container(ui.TextDisplay(speaker.say("hidden-none"))))
    pages = -(-len(lines) // PAGE)
    page = min(max(page, 0), pages - 1)
    shown = "\n".join(_trail_line(speaker, line) for line in lines[page * PAGE : (page + 1) * PAGE])
    title = speaker.say("hidden-title")
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(f"### {title}\n{shown}"), accent_colour=ACCENT_DONE)
    card.add_item(ui.TextDisplay(f"-# {speaker.say('hidden-hint')}"))
    if pages > 1:
        card.add_item(ui.ActionRow(*_turns(speaker, page, pages)))
    return finished(card)


def choice_name(speaker: Speaker, hidden: HiddenPost, who: str) -> str:
    """A hidden post as a suggestion: when, who, why, and the beginning of its hash."""
    at = hidden.hidden_at.strftime("%Y-%m-%d %H:%M UTC")
    parts = [at, who, hidden.why or speaker.say("hidden-no-reason"), hidden.post_hash[:HASH_SHOWN]]
    return excerpt(" · ".join(parts), CHOICE_MAX)


def who_text(speaker: Speaker, actor: str) -> str:
    """A person as a mention, the operator and a source by name."""
    kind, _, name = actor.partition(":")
    if kind == "user":
        return f"<@{name}>"
    return speaker.say("hidden-by-source" if kind == "source" else "hidden-by-operator")


def _trail_line(speaker: Speaker, line: AuditLine) -> str:
    text_id = "hidden-line-hide" if line.action is AuditAction.HIDE else "hidden-line-unhide"
    return speaker.say(
        text_id,
        time=when(line.at),
        who=who_text(speaker, line.actor),
        post=line.post_hash[:HASH_SHOWN],
        why=label(line.why, REASON_MAX) if line.why else speaker.say("hidden-no-reason"),
    )


def _turns(speaker: Speaker, page: int, pages: int) -> Iterator[ui.Button[Any]]:
    """Back and next; ids differ on every page, for Discord refuses equal ones."""
    back, on = speaker.say("alert-held-previous"), speaker.say("alert-held-next")
    yield ui.Button(label=back, custom_id=trail_id(max(page - 1, 0)), disabled=page == 0)
    yield ui.Button(label=on, custom_id=trail_id(page + 1), disabled=page == pages - 1)


def _post_text(speaker: Speaker, post: Post, *, limit: int) -> str:
    """Who wrote what; the text of a sensitive post behind a spoiler."""
    lines = [author_line(post, linked=False), body(speaker, post, limit=limit, lines=6)]
    return "\n".join(filter(None, lines))
