"""Draws take-downs: the dialog, the result, and the audit trail. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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
from bot.views.alerts.menu import MenuAction, menu_id
from bot.views.kit.forms import TITLE_MAX
from bot.views.kit.layout import finished, fitted
from bot.views.kit.post import author_line, body
from bot.views.kit.text import Speaker, when
from bot.views.kit.theme import ACCENT_BENGARA, ACCENT_PAUSED

PAGE = 5
"""Records a page: each is a section with its button, and can take 300 of a message's 4,000 characters."""
HASH_SHOWN = 8
"""Digits of a hash that are enough to distinguish posts."""
REASON_MAX = 200
HIDE_FORM = r"kw:hide:(?P<message>[0-9a-f]{24}):(?P<index>[0-9]{1,3})"
"""The custom_id of the form that asks why a post of a message is hidden."""
REASON_FIELD = "reason"
CANCEL_ID = "kw:hide:cancel"
CHOICE_MAX = 100
"""Discord's limit for the name of a suggestion or an option."""
OPTIONS_MAX = 25
"""Discord's limit for a menu."""


def unhide_id(hashed: PostHash, page: int | None = None) -> str:
    """``kw:unhide:<hash>``, with the page of the record that the button stands on, where it does."""
    return f"kw:unhide:{hashed}" + ("" if page is None else f":{page}")


def hide_form_id(message_id: MessageId, index: int) -> str:
    """``kw:hide:<message>:<entry>``: see ``HIDE_FORM``."""
    return f"kw:hide:{message_id}:{index}"


def trail_id(page: int) -> str:
    """``kw:trail:<page>``."""
    return f"kw:trail:{page}"


def draw_choice(
    speaker: Speaker, subscription_id: SubscriptionId, message_id: MessageId, posts: Sequence[tuple[int, Post]]
) -> ui.LayoutView:
    """The posts of a message, each with the button that asks whether to hide it."""
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(speaker.say("hide-which")), accent_colour=ACCENT_BENGARA)
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
    """The author and text in a line that needs no escaping; of a sensitive post only the author."""
    if post is None:
        return speaker.say("hide-without-text")
    parts = [post.author_name or post.author_handle or "", "" if post.sensitive else post.text]
    return excerpt(one_line(" · ".join(filter(None, parts))), CHOICE_MAX) or speaker.say("hide-without-text")


def draw_hide_dialog(speaker: Speaker, post: Post | None, key: str, *rows: ui.ActionRow[Any]) -> ui.LayoutView:
    """The text of the dialog: the post, and the effects of hiding; the buttons are the caller's."""
    lines = [speaker.say("hide-confirm")]
    lines.append(_post_text(speaker, post, limit=400) if post else f"`{label(key, 200)}`")
    lines.append(speaker.say("hide-means"))
    card: ui.Container[Any] = ui.Container(ui.TextDisplay("\n".join(lines)), *rows, accent_colour=ACCENT_BENGARA)
    layout = ui.LayoutView(timeout=None)
    return fitted(layout.add_item(card))


def hide_dialog_row(
    speaker: Speaker, subscription_id: SubscriptionId, message_id: MessageId, index: int
) -> ui.ActionRow[Any]:
    """The buttons of the dialog about a post of a message: hide, or cancel."""
    return ui.ActionRow(
        ui.Button(
            style=discord.ButtonStyle.danger,
            label=speaker.say("hide-button"),
            custom_id=menu_id(subscription_id, message_id, index, MenuAction.HIDE),
        ),
        ui.Button(label=speaker.say("hide-button-cancel"), custom_id=CANCEL_ID),
    )


def hide_form(speaker: Speaker, custom_id: str) -> ui.Modal:
    """The form that says what hiding means and asks for a note; closing it changes nothing.

    discord.py does not keep it (``stop``): it is answered by its custom_id, also after a restart.
    """
    form = ui.Modal(title=excerpt(speaker.say("hide-form-title"), TITLE_MAX), custom_id=custom_id, timeout=None)
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=REASON_FIELD, style=discord.TextStyle.paragraph, required=False, max_length=REASON_MAX
    )
    form.add_item(ui.TextDisplay(speaker.say("hide-means")))
    hint = excerpt(speaker.say("hide-form-reason-hint"), 100)
    form.add_item(ui.Label(text=speaker.say("hide-form-reason"), description=hint, component=field))
    form.stop()
    return form


def draw_hidden(speaker: Speaker, done: TakenDown, hashed: PostHash, why: str = "") -> ui.LayoutView:
    """The result of hiding and the moderator's note, with the button that unhides the post."""
    lines = [speaker.say("hide-already") if done.already else speaker.say("hide-done")]
    if done.messages or done.waiting:
        both = "yes" if done.messages and done.waiting else "no"
        lines.append(speaker.say("hide-done-counts", messages=done.messages, waiting=done.waiting, both=both))
    if why and not done.already:
        lines.append(speaker.say("hide-done-note", why=label(why, REASON_MAX)))
    lines.append(f"-# {speaker.say('hide-undo-means')}\n-# {speaker.say('hide-undo-later')}")
    button: ui.Button[Any] = ui.Button(label=speaker.say("unhide-button"), custom_id=unhide_id(hashed))
    return finished(
        ui.Container(ui.TextDisplay("\n".join(lines)), ui.ActionRow(button), accent_colour=ACCENT_PAUSED)
    )


def draw_unhidden(speaker: Speaker) -> ui.LayoutView:
    """The answer after a post is shown again."""
    text = f"{speaker.say('unhide-done')}\n-# {speaker.say('hide-undo-means')}"
    return finished(ui.Container(ui.TextDisplay(text), accent_colour=ACCENT_PAUSED))


def draw_trail(
    speaker: Speaker,
    lines: Sequence[AuditLine],
    page: int,
    hidden: Collection[PostHash] = (),
    note: str | None = None,
) -> ui.LayoutView:
    """A page of who did what and why; one that does not exist shows the nearest.

    ``hidden``: what is hidden now, newest record first with a button to unhide it. ``note``: what was just done.
    """
    if not lines:
        return finished(ui.Container(ui.TextDisplay(speaker.say("hidden-none"))))
    pages = -(-len(lines) // PAGE)
    page = min(max(page, 0), pages - 1)
    newest = {line.post_hash: line for line in reversed(lines)}
    head = [*([note] if note else []), f"### {speaker.say('hidden-title')}"]
    head.append(f"-# {speaker.say('hidden-count', count=len(hidden))}")
    card: ui.Container[Any] = ui.Container(ui.TextDisplay("\n".join(head)), accent_colour=ACCENT_PAUSED)
    for line in lines[page * PAGE : (page + 1) * PAGE]:
        card.add_item(ui.Separator())
        text: ui.TextDisplay[Any] = ui.TextDisplay(_trail_line(speaker, line))
        if line.post_hash in hidden and newest[line.post_hash] is line:
            custom_id = unhide_id(line.post_hash, page)
            unhide: ui.Button[Any] = ui.Button(label=speaker.say("unhide-button"), custom_id=custom_id)
            card.add_item(ui.Section(text, accessory=unhide))
        else:
            card.add_item(text)
    card.add_item(ui.Separator())
    foot = [speaker.say("hidden-page", page=page + 1, pages=pages)] if pages > 1 else []
    card.add_item(ui.TextDisplay("\n".join(f"-# {part}" for part in (*foot, speaker.say("hidden-hint")))))
    if pages > 1:
        card.add_item(ui.ActionRow(*_page_buttons(speaker, page, pages)))
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
    """The moderator's note first: only it says which post it was."""
    is_hiding = line.action is AuditAction.HIDE
    text_id = "hidden-line-hide" if is_hiding else "hidden-line-unhide"
    who = who_text(speaker, line.actor)
    facts = speaker.say(text_id, time=when(line.at), who=who, post=line.post_hash[:HASH_SHOWN])
    why = f"**{label(line.why, REASON_MAX)}**" if line.why else speaker.say("hidden-no-reason")
    return "\n".join([*([why] if is_hiding or line.why else []), f"-# {facts}"])


def _page_buttons(speaker: Speaker, page: int, pages: int) -> Iterator[ui.Button[Any]]:
    """Back and next; ids differ on every page, for Discord refuses equal ones."""
    back, on = speaker.say("alert-held-previous"), speaker.say("alert-held-next")
    yield ui.Button(label=back, custom_id=trail_id(max(page - 1, 0)), disabled=page == 0)
    yield ui.Button(label=on, custom_id=trail_id(page + 1), disabled=page == pages - 1)


def _post_text(speaker: Speaker, post: Post, *, limit: int) -> str:
    """The author and text of a post; a sensitive text behind a spoiler."""
    lines = [author_line(post, linked=False), body(speaker, post, limit=limit, lines=6)]
    return "\n".join(filter(None, lines))
