"""Answers of the digest commands and buttons: one digest with all its settings, and the list.

Layouts come finished (``stop``): their buttons are answered by DynamicItems of the cogs, also after a restart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import discord
from discord import ui

from bot.core.models import ChannelId, Digest, DigestId, RoleId, Topic
from bot.core.text import TOPIC_NAME_MAX, excerpt, label, one_line
from bot.views.kit.layout import button, card_of, finished, page_row
from bot.views.kit.text import Speaker, age, when
from bot.views.kit.theme import ACCENT, ACCENT_PAUSED
from bot.views.subscriptions.settings_lines import role_line

from .schedule import NAME_MAX, schedule_words

PAGE = 5
"""Digests a page: each can take 500 of a message's 4,000 characters."""
TOPICS_NAMED = 10
_OPTION_MAX = 100
"""Discord's limit of a suggestion, and of an option of a menu."""


class DigestCardAction(StrEnum):
    """An action of a button on a digest; part of its custom_id."""

    OPEN = "open"
    EDIT = "edit"
    PAUSE = "pause"
    RESUME = "resume"
    PREVIEW = "preview"
    NOW = "now"
    DELETE = "delete"
    RESTORE = "restore"
    RISING = "rising"


class Done(StrEnum):
    """The action just done to a digest, shown above its card."""

    CREATED = "created"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    SENT = "sent"
    HELD = "held"
    RESTORED = "restored"


_STYLES = {
    DigestCardAction.EDIT: discord.ButtonStyle.primary,
    DigestCardAction.RESUME: discord.ButtonStyle.success,
    DigestCardAction.DELETE: discord.ButtonStyle.danger,
    DigestCardAction.RESTORE: discord.ButtonStyle.success,
}


def action_id(digest_id: DigestId, action: DigestCardAction) -> str:
    """``kw:digest:<id>:<action>``: the custom_id of a button that acts on a digest."""
    return f"kw:digest:{digest_id}:{action}"


def page_id(page: int, channel_id: ChannelId | None) -> str:
    """``kw:digest:page:<page>:<channel>``: a button that turns the list; channel 0 is the whole server."""
    return f"kw:digest:page:{page}:{channel_id or 0}"


def pick_id(channel_id: ChannelId | None) -> str:
    """``kw:digest:pick:<channel>``: the menu that opens a digest of the list; its values are digests' ids."""
    return f"kw:digest:pick:{channel_id or 0}"


def draw_digest_created(
    speaker: Speaker, digest: Digest, upcoming: Sequence[datetime], topics: Sequence[Topic]
) -> ui.LayoutView:
    """The answer to ``/digest create``; see ``draw_digest_card``."""
    return draw_digest_card(speaker, digest, upcoming, topics, done=Done.CREATED)


def draw_digest_changed(
    speaker: Speaker, digest: Digest, upcoming: Sequence[datetime], topics: Sequence[Topic]
) -> ui.LayoutView:
    """The answer to ``/digest edit``; see ``draw_digest_card``."""
    return draw_digest_card(speaker, digest, upcoming, topics, done=Done.CHANGED)


def draw_digest_card(
    speaker: Speaker,
    digest: Digest,
    upcoming: Sequence[datetime],
    topics: Sequence[Topic],
    *,
    done: Done | None = None,
    goes_at: datetime | None = None,
    unmentioned: bool = False,
    roles_gone: Collection[RoleId] = frozenset(),
) -> ui.LayoutView:
    """One digest read back, with everything that can be done to it.

    ``upcoming``: its next times, UTC, none while it is paused. ``topics``: its topics now.
    ``done``: what was just done to it, said first; ``goes_at``: when what is HELD goes, UTC.
    ``unmentioned``: it goes without its role, which who sent it may not mention. ``roles_gone``: roles that were
    deleted.
    """
    is_paused = digest.paused is not None
    head = list(_head(speaker, digest, done, goes_at))
    if unmentioned:
        head.insert(1, f"-# {speaker.say('digest-unmentioned')}")
    blocks = ["\n".join(head), "\n".join(_when(speaker, digest, upcoming))]
    blocks.append("\n".join(f"- {line}" for line in _what(speaker, digest, topics, roles_gone)))
    made = speaker.say("digest-made", user=f"<@{digest.created_by}>", when=when(digest.created_at))
    blocks.append(f"-# {made}")
    sleep = DigestCardAction.RESUME if is_paused else DigestCardAction.PAUSE
    row = _actions(
        speaker,
        digest.id,
        DigestCardAction.EDIT,
        DigestCardAction.PREVIEW,
        DigestCardAction.NOW,
        sleep,
        DigestCardAction.DELETE,
    )
    rising = "digest-button-rising-off" if digest.settings.also_rising else "digest-button-rising-on"
    to_list: ui.ActionRow[Any] = ui.ActionRow(
        button(speaker.say(rising), action_id(digest.id, DigestCardAction.RISING)),
        button(speaker.say("digest-button-list"), page_id(0, None)),
    )
    return card_of(blocks, [row, to_list], ACCENT_PAUSED if is_paused else ACCENT)


def draw_digest_deleted(speaker: Speaker, digest: Digest) -> ui.LayoutView:
    """A digest is gone, and how to have it back."""
    blocks = [
        f"### {speaker.say('digest-deleted-heading', name=digest_name(digest))}",
        speaker.say("digest-deleted-text", channel=f"<#{digest.channel_id}>"),
    ]
    return card_of(blocks, [_actions(speaker, digest.id, DigestCardAction.RESTORE)], ACCENT_PAUSED)


def draw_digest_list(
    speaker: Speaker,
    digests: Sequence[Digest],
    *,
    page: int,
    channel_id: ChannelId | None,
    channel_names: Mapping[ChannelId, str],
    roles_gone: Collection[RoleId] = frozenset(),
) -> ui.LayoutView:
    """A page of digests (the first is 0) with a menu to open one; a page that is no more shows the last one.

    ``roles_gone``: roles that were deleted.
    """
    heading = f"### {speaker.say('digest-list-heading')}"
    if not digests:
        return card_of([heading, speaker.say("digest-list-empty")], [], ACCENT_PAUSED)
    last_page = (len(digests) - 1) // PAGE
    page = min(max(page, 0), last_page)
    shown = digests[page * PAGE : (page + 1) * PAGE]
    first = page * PAGE + 1
    count = speaker.say("list-count", count=len(digests), first=first, last=first + len(shown) - 1)
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(heading), accent_colour=ACCENT)
    marks = distinguishing_marks(speaker, digests)
    for one in shown:
        card.add_item(ui.Separator())
        card.add_item(ui.TextDisplay("\n".join(_list_lines(speaker, one, roles_gone, marks.get(one.id, "")))))
    card.add_item(ui.Separator())
    card.add_item(ui.TextDisplay(f"-# {count}"))
    card.add_item(ui.ActionRow(_menu(speaker, shown, channel_id, channel_names, marks)))
    if last_page > 0:
        card.add_item(_page_buttons(speaker, page, last_page, channel_id))
    return finished(card)


def digest_name(digest: Digest) -> str:
    """A digest's name ready for a sentence."""
    return label(digest.settings.name, NAME_MAX) or "-"


def digest_choice(speaker: Speaker, digest: Digest, channel_name: str | None, mark: str = "") -> str:
    """A digest as a suggestion while typing: name, channel, schedule and mark, at most 100 characters."""
    where = f"#{channel_name}" if channel_name else ""
    name, words = one_line(digest.settings.name) or "-", schedule_words(speaker, digest.settings.schedule)
    return _in_a_line(speaker, name, where, words, mark)


def distinguishing_marks(speaker: Speaker, digests: Sequence[Digest]) -> Mapping[DigestId, str]:
    """The topics, or else a number, of digests that have name, channel and schedule in common; no others."""
    alike: dict[tuple[str, ChannelId, str], list[Digest]] = {}
    for digest in digests:
        words = schedule_words(speaker, digest.settings.schedule)
        alike.setdefault((digest.settings.name.casefold(), digest.channel_id, words), []).append(digest)
    marks: dict[DigestId, str] = {}
    for several in alike.values():
        if len(several) > 1:
            marks.update(_marks_of(speaker, several))
    return marks


def _marks_of(speaker: Speaker, alike: Sequence[Digest]) -> Iterator[tuple[DigestId, str]]:
    topics = [_topics(speaker, one, one.settings.topics) if one.settings.topics else "" for one in alike]
    for number, (one, named) in enumerate(zip(alike, topics, strict=True), start=1):
        yield one.id, named if named and topics.count(named) == 1 else f"({number})"


def _in_a_line(speaker: Speaker, *parts: str) -> str:
    """Parts with dots between, at most 100 characters; where they are longer, each keeps a fair share."""
    dot, said = speaker.say("alert-dot"), [part for part in parts if part]
    whole = dot.join(said)
    share = (_OPTION_MAX - len(dot) * (len(said) - 1)) // len(said)
    spare = sum(max(0, share - len(part)) for part in said)
    long = sum(len(part) > share for part in said)
    most = share + (spare // long if long else 0)
    shortened = dot.join(excerpt(part, most) for part in said)
    return whole if len(whole) <= _OPTION_MAX else excerpt(shortened, _OPTION_MAX)


def _head(speaker: Speaker, digest: Digest, done: Done | None, goes_at: datetime | None) -> Iterator[str]:
    if done is not None:
        at = when(goes_at) if goes_at is not None else ""
        yield f"✅ {speaker.say(f'digest-done-{done}', channel=f'<#{digest.channel_id}>', time=at)}"
    yield f"### {digest_name(digest)}"
    yield _state(speaker, digest)


def _state(speaker: Speaker, digest: Digest) -> str:
    if digest.paused is None:
        return f"🟢 {speaker.say('state-active')}"
    return f"⏸️ {speaker.say('state-paused-' + digest.paused.replace('_', '-'))}"


def _when(speaker: Speaker, digest: Digest, upcoming: Sequence[datetime]) -> Iterator[str]:
    """The schedule in words, and its next times on the reader's own clock."""
    yield f"🗓️ **{schedule_words(speaker, digest.settings.schedule)}**"
    if upcoming:
        yield speaker.say("digest-upcoming")
    for moment in upcoming:
        at = f"<t:{int(moment.timestamp())}:F>"
        yield f"> {speaker.say('digest-upcoming-time', time=at, age=age(moment))}"


def _what(
    speaker: Speaker, digest: Digest, topics: Sequence[Topic], roles_gone: Collection[RoleId]
) -> Iterator[str]:
    """The channel, topics, size, role and language of a digest."""
    yield speaker.say("detail-channel", channel=f"<#{digest.channel_id}>")
    yield _topics(speaker, digest, topics)
    yield speaker.say("digest-top", count=digest.settings.top)
    yield (
        speaker.say("digest-min-rp", count=digest.settings.min_rp)
        if digest.settings.min_rp > 0
        else speaker.say("digest-any-rp")
    )
    yield speaker.say("digest-alerts-off" if digest.settings.replaces_alerts else "digest-alerts-on")
    if digest.settings.also_rising:
        yield speaker.say("digest-rising-on")
    if digest.settings.role_id is not None:
        yield role_line(speaker, digest.settings.role_id, roles_gone)
    yield speaker.say("digest-language", language=speaker.say(f"choice-language-{digest.settings.language}"))


def _topics(speaker: Speaker, digest: Digest, topics: Sequence[Topic]) -> str:
    """The topics by name, the first of them; of all subscribed ones, what they are now."""
    names = [label(topic.name, TOPIC_NAME_MAX) or "-" for topic in topics[:TOPICS_NAMED]]
    named = speaker.say("list-comma").join(names) or speaker.say("list-none")
    text_id = "digest-topics" if digest.settings.topics else "digest-topics-all"
    return speaker.say(text_id, topics=named, more=max(0, len(topics) - TOPICS_NAMED))


def _list_lines(speaker: Speaker, digest: Digest, roles_gone: Collection[RoleId], mark: str) -> Iterator[str]:
    yield f"**{digest_name(digest)}**{speaker.say('alert-dot')}<#{digest.channel_id}>"
    is_on = digest.next_at is not None and digest.paused is None
    following = speaker.say("list-digest-next", next=age(digest.next_at)) if is_on and digest.next_at else ""
    parts = [schedule_words(speaker, digest.settings.schedule), following or _state(speaker, digest)]
    yield speaker.say("alert-dot").join(filter(None, (*parts, mark)))
    if digest.covered_until is not None:
        yield f"-# {speaker.say('list-digest-sent', last=age(digest.covered_until))}"
    if digest.settings.role_id is not None and digest.settings.role_id in roles_gone:
        yield role_line(speaker, digest.settings.role_id, roles_gone)


def _menu(
    speaker: Speaker,
    shown: Sequence[Digest],
    channel_id: ChannelId | None,
    channel_names: Mapping[ChannelId, str],
    marks: Mapping[DigestId, str],
) -> ui.Select[Any]:
    options = []
    for digest in shown:
        name = channel_names.get(digest.channel_id)
        words = schedule_words(speaker, digest.settings.schedule)
        options.append(
            discord.SelectOption(
                label=excerpt(one_line(digest.settings.name), 100) or "-",
                value=str(digest.id),
                description=_in_a_line(speaker, f"#{name}" if name else "", words, marks.get(digest.id, "")),
            )
        )
    return ui.Select(custom_id=pick_id(channel_id), placeholder=speaker.say("digest-list-pick"), options=options)


def _page_buttons(speaker: Speaker, page: int, last_page: int, channel_id: ChannelId | None) -> ui.ActionRow[Any]:
    # Ids differ on every page, for Discord refuses equal ones.
    back = button(speaker.say("button-previous"), page_id(page - 1, channel_id) if page else "kw:digest:first")
    return page_row(back, button(speaker.say("button-next"), page_id(page + 1, channel_id)), page, last_page)


def _actions(speaker: Speaker, digest_id: DigestId, *actions: DigestCardAction) -> ui.ActionRow[Any]:
    row: ui.ActionRow[Any] = ui.ActionRow()
    for action in actions:
        row.add_item(
            button(speaker.say(f"digest-button-{action}"), action_id(digest_id, action), _STYLES.get(action))
        )
    return row
