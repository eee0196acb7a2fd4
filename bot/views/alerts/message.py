"""A sealed message as people see it: a card a post, a line a summary or notice, or a digest.

Pure: same message, same view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import discord
from discord import ui

from bot.core.alerting.folding import rp_together
from bot.core.identity.marks import mark_of
from bot.core.models import (
    AlertContent,
    AlertReason,
    DigestContent,
    EntryContent,
    FoundAt,
    HoldReason,
    LiveCount,
    Message,
    MessageId,
    MorePosts,
    NoticeContent,
    OutboxEntry,
    PaceMark,
    RoleId,
    SummaryContent,
    SurgeContent,
    TopicKey,
    WelcomeContent,
)
from bot.core.text import TOPIC_NAME_MAX, label
from bot.views.digests.chart import digest_chart
from bot.views.digests.message import digest_card
from bot.views.kit.files import NO_MEDIA, MediaUrls
from bot.views.kit.layout import MAX_COMPONENTS, MAX_TEXT, button_id, finished, fitted, view_weight
from bot.views.kit.post import (
    age_text,
    author_line,
    body,
    is_article,
    is_withheld,
    open_button,
    provenance,
    reposts_line,
    reposts_text,
    source_name,
    velocity_text,
)
from bot.views.kit.text import Speaker, Texts
from bot.views.notify import notify_count, notify_row

from .notice import draw_notice
from .pictures import beside_face, gallery, gathered, media_of_post
from .surge import draw_surge
from .surge_chart import surge_gallery
from .welcome import draw_welcome

CARD_COMPONENTS = 6
"""Container, text, row and its three buttons."""
FACE_COMPONENTS = 2
"""The section that the text stands in then, and the face."""
SUMMARY_COMPONENTS = 4
"""Container, section, text and its button; a notice has the same."""

TEXT_LIMITS = ((500, 14), (400, 10), (300, 8), (240, 6))
"""UTF-16 units and lines of a post's text when one, two, three or more posts share a message."""
TIGHT_LIMITS = ((120, 4), (60, 2), (30, 1))
"""Tighter limits, for a message that would be too heavy for Discord: its entries were bound under other limits, or
grew."""

ROOM_TO_GROW = 250
"""Kept free for each post: fresher counts take more characters than the first, where else it was found, and the
further posts of its story with their button."""
ALSO_MAX = 2
"""So many sources of an echo are named; the others are counted."""
ALSO_NAME_MAX = 24

SUMMARY_COLOUR = 0x80848E
"""Grey: a summary is nobody's card."""

NO_MESSAGE = MessageId("0" * 24)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message as delivery sends it. ``role_ids``: the only roles it may mention."""

    view: ui.LayoutView
    role_ids: tuple[RoleId, ...]


def how_many_fit(entries: Sequence[OutboxEntry], texts: Texts, *, pictures: bool = False) -> int:
    """The number of leading entries that fit into one message, measured as drawn; at least 1.

    What fills a message is alone in it. ``pictures``: with room for those of their posts.
    """
    alone = (at for at, entry in enumerate(entries) if entry.content.fills_message)
    entries = entries[: max(next(alone, len(entries)), 1)]
    count = _fit_by_components(entries, pictures=pictures)
    while count > 1 and not _fits(entries[:count], texts):
        count -= 1
    return count


def draw(message: Message, texts: Texts, *, age_restricted: bool, media: MediaUrls = NO_MEDIA) -> Drawn:
    """The whole message. The view is stopped: discord.py sends it but does not keep it.

    ``media``: what it may show beside text.
    """
    return _drawn(message, texts, age_restricted=age_restricted, media=media, live=False)


def redraw(message: Message, texts: Texts, *, age_restricted: bool, media: MediaUrls = NO_MEDIA) -> Drawn:
    """The message as it should be by now: newest counts, where else it was found, nothing that was taken down."""
    return _drawn(message, texts, age_restricted=age_restricted, media=media, live=True)


def _drawn(message: Message, texts: Texts, *, age_restricted: bool, media: MediaUrls, live: bool) -> Drawn:
    entries = message.entries if live else [_as_decided(entry) for entry in message.entries]
    usual = _limits(entries)
    tighter = [limits for limits in (*TEXT_LIMITS, *TIGHT_LIMITS) if limits < usual]
    for limits in (usual, *tighter):
        view = _layout(
            message.id,
            entries,
            texts,
            limits=limits,
            roles=message.mentions,
            age_restricted=age_restricted,
            media=media,
        )
        if view_weight(view) <= MAX_TEXT:
            break
    return Drawn(fitted(view), message.mentions)


def _as_decided(entry: OutboxEntry) -> OutboxEntry:
    """The entry without what became known after its message was sealed."""
    more = entry.content.more if isinstance(entry.content, AlertContent) else None
    return replace(entry, live=None, also=(), more=more, figures=None, sentence=None)


def draw_alert_preview(content: AlertContent, texts: Texts, *, age_restricted: bool) -> ui.LayoutView:
    """An alert marked as a preview, without mention, and with no button but "open"."""
    speaker = texts.speaker(content.language)
    text = _card_text(content, speaker, TEXT_LIMITS[0], age_restricted=age_restricted, caution=True)
    buttons = [] if is_withheld(content.post, age_restricted=age_restricted) else _open(content, speaker)
    return finished(ui.TextDisplay(speaker.say("alert-sample")), _card(content, text, buttons, None))


def _fit_by_components(entries: Sequence[OutboxEntry], *, pictures: bool) -> int:
    """The number of entries that surely fit into 40 components; one is for the mention line."""
    used = 1
    for count, entry in enumerate(entries):
        used += CARD_COMPONENTS if entry.content.posts() else SUMMARY_COMPONENTS
        if pictures:
            used += _picture_components(entry.content)
        if used + notify_count(entries[: count + 1]) > MAX_COMPONENTS:
            return count
    return len(entries)


def _picture_components(content: EntryContent) -> int:
    """Components for the pictures of an entry: a gallery, and the face of the author."""
    shown = [one.post for one in content.posts()]
    has_face = content.main_post is not None and content.main_post.avatar_url is not None
    return any(post.media for post in shown) + FACE_COMPONENTS * has_face


def _fits(entries: Sequence[OutboxEntry], texts: Texts) -> bool:
    """Whether the text fits, whatever kind of channel it goes to and whichever roles it mentions in the end."""
    roles, limits = _roles(entries), _limits(entries)
    room = MAX_TEXT - ROOM_TO_GROW * len(entries)
    return all(
        view_weight(_layout(NO_MESSAGE, entries, texts, limits=limits, roles=roles, age_restricted=allowed))
        <= room
        for allowed in (True, False)[: 1 + any(_may_be_withheld(entry) for entry in entries)]
    )


def _may_be_withheld(entry: OutboxEntry) -> bool:
    """Whether the entry looks different where a channel is not age-restricted."""
    return any(is_withheld(shown.post, age_restricted=False) for shown in entry.content.posts())


def _layout(
    message_id: MessageId,
    entries: Sequence[OutboxEntry],
    texts: Texts,
    *,
    limits: tuple[int, int],
    roles: Sequence[RoleId],
    age_restricted: bool,
    media: MediaUrls = NO_MEDIA,
) -> ui.LayoutView:
    """Mentions first, then every entry in order; ``limits`` as in ``TEXT_LIMITS``."""
    items: list[ui.Item[Any]] = []
    if roles:
        items.append(ui.TextDisplay(" ".join(f"<@&{role}>" for role in roles)))
    last_counted = _last_counted(entries)
    marked: set[TopicKey] = set()
    for index, entry in enumerate(entries):
        if not entry.hidden:
            speaker = texts.speaker(entry.content.language)
            spot = _DrawnEntry(
                message_id, index, entry, speaker, limits, age_restricted, index == last_counted, marked, media
            )
            items.append(_draw_content(entry.content, spot))
    asked = notify_row(texts.speaker(entries[0].content.language), message_id, entries) if entries else None
    if asked is not None:
        items.append(asked)
    view = ui.LayoutView(timeout=None)
    if media and _count(items) > MAX_COMPONENTS:  # bound together when there were to be no pictures
        return _layout(
            message_id, entries, texts, limits=limits, roles=roles, age_restricted=age_restricted, media=NO_MEDIA
        )
    for item in items:
        view.add_item(item)
    # Clicks find their handler by the custom_id (cogs/alerts.py), so discord.py need not keep the view.
    view.stop()
    return view


def _count(items: Sequence[ui.Item[Any]]) -> int:
    """The components of a message, nested ones too."""
    return sum(1 + _count(_children(item)) for item in items)


def _children(item: ui.Item[Any]) -> list[ui.Item[Any]]:
    if isinstance(item, ui.Section):
        return [*item.children, item.accessory]
    return list(item.children) if isinstance(item, ui.Container | ui.ActionRow) else []


# -- one entry, by the class of its content ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _DrawnEntry:
    """The entry that is drawn, and its message.

    ``caution``: it says the caution, once a message, under the last post with an RP, where it is read last.
    ``marked``: the topics of which the message says already what most posts were of. ``media``: what it may show
    beside text, by slot.
    """

    message_id: MessageId
    index: int
    entry: OutboxEntry
    speaker: Speaker
    limits: tuple[int, int]
    age_restricted: bool
    caution: bool
    marked: set[TopicKey]
    media: MediaUrls

    def button_id(self, action: str) -> str:
        """The custom_id of one of its buttons."""
        return button_id(self.message_id, self.index, action)


@singledispatch
def _draw_content(content: EntryContent, spot: _DrawnEntry) -> ui.Item[Any]:
    """The card or line of one entry; each kind of content registers its own."""
    raise NotImplementedError(f"nothing draws {type(content).__name__} at {spot.index}")


@_draw_content.register
def _draw_alert(content: AlertContent, spot: _DrawnEntry) -> ui.Item[Any]:
    topic, speaker = content.topic.key, spot.speaker
    if content.hidden:
        return _rest_of_story(content, spot)
    text = _card_text(
        content,
        speaker,
        spot.limits,
        live=spot.entry.live,
        also=tuple(dict.fromkeys((*content.also, *spot.entry.also))),
        more=spot.entry.more,
        age_restricted=spot.age_restricted,
        caution=spot.caution,
        marks=topic not in spot.marked,
    )
    if content.most_by is not None:  # said of a topic once a message
        spot.marked.add(topic)
    shown = not is_withheld(content.post, age_restricted=spot.age_restricted)
    buttons = [
        *(_open(content, speaker) if shown else ()),
        *_actions(spot, content),
    ]
    if spot.entry.more is not None:  # in place of the trend: six cards with four buttons each do not fit
        buttons[-2] = _story_button(spot, spot.entry.more)
    return _card(content, text, buttons, spot)


def _story_button(spot: _DrawnEntry, more: MorePosts) -> ui.Button[ui.LayoutView]:
    """The button that lists the further posts of a story."""
    return ui.Button(
        style=discord.ButtonStyle.secondary,
        label=spot.speaker.say("alert-button-story", count=more.posts),
        custom_id=spot.button_id("story"),
    )


def _rest_of_story(content: AlertContent, spot: _DrawnEntry) -> ui.Item[Any]:
    """The further posts of a story whose alert was hidden."""
    more = spot.entry.more
    line = spot.speaker.say(
        "alert-story-rest", topic=label(content.topic.name, TOPIC_NAME_MAX), count=more.posts if more else 0
    )
    button: ui.Button[ui.LayoutView] = ui.Button(
        label=spot.speaker.say("alert-button-held"), custom_id=spot.button_id("story")
    )
    return ui.Container(ui.Section(ui.TextDisplay(line), accessory=button), accent_colour=SUMMARY_COLOUR)


@_draw_content.register
def _draw_summary(content: SummaryContent, spot: _DrawnEntry) -> ui.Item[Any]:
    return _summary(content, spot.speaker, spot.button_id("held"))


@_draw_content.register
def _draw_notice(content: NoticeContent, spot: _DrawnEntry) -> ui.Item[Any]:
    return draw_notice(spot.speaker, content, spot.button_id("status"))


@_draw_content.register
def _draw_welcome(_: WelcomeContent, spot: _DrawnEntry) -> ui.Item[Any]:
    return draw_welcome(spot.speaker, spot.button_id("help"))


@_draw_content.register
def _draw_digest(content: DigestContent, spot: _DrawnEntry) -> ui.Item[Any]:
    return digest_card(
        spot.speaker,
        content,
        spot.message_id,
        spot.index,
        age_restricted=spot.age_restricted,
        chart=digest_chart(spot.speaker, content, spot.media),
        pictures=_gathered(content, spot),
        sentence=spot.entry.sentence,
    )


@_draw_content.register
def _draw_surge(content: SurgeContent, spot: _DrawnEntry) -> ui.Item[Any]:
    buttons = _actions(spot, content)
    figures = spot.entry.figures or content.figures
    return draw_surge(
        spot.speaker,
        content,
        figures,
        buttons,
        chart=surge_gallery(spot.speaker, content, figures, spot.media),
        pictures=_gathered(content, spot),
        sentence=spot.entry.sentence,
    )


def _gathered(content: EntryContent, spot: _DrawnEntry) -> ui.MediaGallery[Any] | None:
    """Pictures of the posts of a digest or surge."""
    return gallery(spot.speaker, gathered(content, age_restricted=spot.age_restricted), spot.media)


def _alerts(entries: Sequence[OutboxEntry]) -> list[int]:
    """The indexes of the entries with a post that may be seen."""
    return [index for index, entry in enumerate(entries) if entry.content.posts()]


def _last_counted(entries: Sequence[OutboxEntry]) -> int | None:
    """The place of the last post whose RP is shown, if any is."""
    return max((index for index, entry in enumerate(entries) if _is_counted(entry)), default=None)


def _is_counted(entry: OutboxEntry) -> bool:
    return any(entry.live is not None or shown.post.rp is not None for shown in entry.content.posts())


def _limits(entries: Sequence[OutboxEntry]) -> tuple[int, int]:
    """Limits of the text shown of each post."""
    return TEXT_LIMITS[min(max(len(_alerts(entries)), 1), len(TEXT_LIMITS)) - 1]


def _roles(entries: Sequence[OutboxEntry]) -> tuple[RoleId, ...]:
    """The roles that may be mentioned, each once."""
    return tuple(dict.fromkeys(role for entry in entries for role in entry.content.roles()))


def _card(
    content: AlertContent, text: str, buttons: Sequence[ui.Button[ui.LayoutView]], spot: _DrawnEntry | None
) -> ui.Container[ui.LayoutView]:
    """One post in its source's colour: beside the face of its author, its pictures below."""
    card: ui.Container[ui.LayoutView] = ui.Container(accent_colour=content.source.traits.colour)
    if spot is None or is_withheld(content.post, age_restricted=spot.age_restricted):
        card.add_item(ui.TextDisplay(text))
    else:
        post, age_restricted = content.post, spot.age_restricted
        card.add_item(beside_face(spot.speaker, text, post, spot.media, age_restricted=age_restricted))
        shown = gallery(spot.speaker, media_of_post(post, age_restricted), spot.media)
        if shown is not None:
            card.add_item(shown)
    return card.add_item(ui.ActionRow(*buttons)) if buttons else card


def _card_text(
    content: AlertContent,
    speaker: Speaker,
    limits: tuple[int, int],
    *,
    live: LiveCount | None = None,
    also: Sequence[FoundAt] = (),
    more: MorePosts | None = None,
    age_restricted: bool,
    caution: bool,
    marks: bool = True,
) -> str:
    """The text of an alert: reason, author, text, counts, time and source."""
    post = content.post
    dot = speaker.say("alert-dot")
    lines = [_why(content, speaker)]
    if is_withheld(post, age_restricted=age_restricted):
        lines.append(speaker.say("alert-withheld", rp=speaker.number(post.rp)))
    else:
        limit, max_lines = limits
        count = (
            reposts_line(speaker, post, content.previous_rp)
            if live is None
            else _with_growth(speaker, post.rp, live)
        )
        words = [author_line(post), body(speaker, post, limit=limit, lines=max_lines)]
        # An article is its title first, and then whose it is.
        lines += words[::-1] if is_article(post) else words
        fast = "" if live is not None else _velocity(content, speaker)
        lines.append(dot.join(filter(None, [f"**{count}**" if count else "", fast, age_text(speaker, post)])))
    counted_by = content.counted_by or content.source
    seen_at = content.observed_at if live is None else live.at
    origin = [provenance(speaker, counted_by, seen_at, read_at=content.observed_at)]
    if also:
        origin.append(_also(speaker, also))
    if caution:
        origin.append(speaker.say("alert-caution"))
    if more is not None:
        lines.append(f"-# {_more(speaker, more, post.rp if live is None else live.rp)}")
    if content.pace is not None:
        lines.append(f"-# {pace_line(speaker, content.pace)}")
    if marks and content.most_by is not None:
        lines.append(f"-# {speaker.say(f'alert-most-by-{content.most_by}')}")
    lines.append(f"-# {dot.join(filter(None, origin))}")
    return "\n".join(filter(None, lines))


def _velocity(content: AlertContent, speaker: Speaker) -> str:
    return velocity_text(speaker, content.post.rp, content.velocity, is_fastest=content.is_fastest)


def pace_line(speaker: Speaker, mark: PaceMark) -> str:
    """The RP that a post needed, and the place of its alert in the day."""
    place = speaker.say("alert-pace", number=mark.number, pace=mark.pace)
    if not mark.needed_rp:
        return place
    needed = speaker.say("alert-needed-rp", minimum=speaker.number(mark.needed_rp))
    return speaker.say("alert-dot").join([needed, place])


def _with_growth(speaker: Speaker, before: int | None, live: LiveCount) -> str:
    """The RP when the post was sent, and now."""
    if before is None or before == live.rp:
        return reposts_text(speaker, live.rp)
    return speaker.say("alert-reposts-grown", sent=speaker.exact(before), now=speaker.exact(live.rp))


def _more(speaker: Speaker, more: MorePosts, rp: int | None) -> str:
    """The further posts of the story, and the RP of all of its posts together, as far as they are known."""
    numbers = {"count": more.posts, "sources": more.networks}
    if more.rp is None:
        return speaker.say("alert-story", **numbers)
    together = rp_together(rp, [more.rp]) or 0
    return speaker.say("alert-story-counted", rp=speaker.exact(together), **numbers)


def _also(speaker: Speaker, also: Sequence[FoundAt]) -> str:
    """The other sources that found the post, the first of them by name."""
    names = [
        label(found_at.name, ALSO_NAME_MAX) if found_at.name else source_name(speaker, found_at.source)
        for found_at in also[:ALSO_MAX]
    ]
    sources = speaker.say("list-comma").join(names)
    return speaker.say("alert-also", sources=sources, more=max(0, len(also) - ALSO_MAX))


def _why(content: AlertContent, speaker: Speaker) -> str:
    """The first line: the topic and the reason for the alert. The present count stands below, where it changes.

    A post below the minimum reached it with the posts that say the same (``core.alerting.folding.story_rp``).
    """
    topic = label(content.topic.name, TOPIC_NAME_MAX)
    min_rp = {"minimum": speaker.number(content.min_rp), "count": content.min_rp}
    if content.post.rp is not None and content.post.rp < content.min_rp:
        why = speaker.say("alert-why-together", **min_rp)
    elif content.reason is AlertReason.ROSE:
        why = speaker.say("alert-why-rose", **min_rp)
    elif is_article(content.post):
        why = speaker.say("alert-why-new-entry")
    elif content.min_rp > 0 and content.post.rp is not None:
        why = speaker.say("alert-why-new-passed", **min_rp)
    else:
        why = speaker.say("alert-why-new")
    return speaker.say("alert-head", topic=topic, why=why)


def _open(content: AlertContent, speaker: Speaker) -> list[ui.Button[ui.LayoutView]]:
    """The link to the post, where it has one Discord takes."""
    button = open_button(speaker, content.post)
    return [] if button is None else [button]


def _actions(spot: _DrawnEntry, content: EntryContent) -> list[ui.Button[ui.LayoutView]]:
    """The buttons of a post: the trend of its topic, and the menu, which carries the mark."""
    grey, menu = discord.ButtonStyle.secondary, button_id(spot.message_id, spot.index, "menu", mark_of(content))
    return [
        ui.Button(style=grey, label=spot.speaker.say("alert-button-trend"), custom_id=spot.button_id("trend")),
        ui.Button(style=grey, label="⋯", custom_id=menu),
    ]


def _summary(content: SummaryContent, speaker: Speaker, custom_id: str) -> ui.Container[ui.LayoutView]:
    """One line for what was held back, with a button that shows it."""
    text_id = "alert-summary-ceiling" if content.why is HoldReason.HOURLY_LIMIT else "alert-summary-catch-up"
    line = speaker.say(text_id, topic=label(content.topic.name, TOPIC_NAME_MAX), count=content.count)
    button: ui.Button[ui.LayoutView] = ui.Button(label=speaker.say("alert-button-held"), custom_id=custom_id)
    return ui.Container(ui.Section(ui.TextDisplay(line), accessory=button), accent_colour=SUMMARY_COLOUR)
