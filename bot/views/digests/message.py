"""A digest as its channel sees it: one message in which each topic gets its fair share of the room.

What finds no room is counted, and a button shows it. Pure: the same content, the same view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import discord
from discord import ui

from bot.core.identity.marks import mark_of
from bot.core.models import (
    AlsoRising,
    CardSentence,
    DigestContent,
    DigestPost,
    DigestTopic,
    MessageId,
    Period,
    TopicState,
)
from bot.core.text import TOPIC_NAME_MAX, excerpt, label, one_line
from bot.views.kit.layout import DISPLAY_WEIGHT, button, button_id, card_of, finished, page_row, text_weight
from bot.views.kit.post import is_withheld, open_button
from bot.views.kit.text import Speaker, age, when
from bot.views.kit.theme import ACCENT, ACCENT_PAUSED
from bot.views.kit.timezones import on_the_clock, zone_label
from bot.views.rising import card_sentence_lines

from .post_lines import (
    EXCERPT_SIZES,
    DrawContext,
    caution,
    expected_length,
    headline,
    post_lines,
    reader_of,
    visible,
)
from .schedule import NAME_MAX
from .topic_lines import TopicText, not_shown_line, topic_name, topic_texts

TEXT_MAX = 3700
"""Characters of a message's ``MAX_TEXT``; the mention, the mark of a preview and the buttons get the rest."""
BLOCKS_MAX = 12
"""Blocks with a line between them: with the buttons they stay below Discord's 40 components."""
REST_ROOM = 60
"""Kept free for the line that counts topics without room."""
BUTTONS_MAX = 3
"""So many topics have a button each; more share a menu."""
OPTIONS_MAX = 25
"""Discord's limit for a menu."""
PAGE_POSTS = 4
POST_ROOM = 700
"""Posts a page and the weight of each: with headings they stay below ``MAX_TEXT``."""


class DigestAction(StrEnum):
    """An action of a button in a digest's message: ``kw:<message>:<entry>:<action>``.

    MORE carries a page (``digest-more.0``). TOPIC carries the index of a topic in the content
    (``digest-topic.2``), or is a menu whose values are such indexes.
    """

    MORE = "digest-more"
    TOPIC = "digest-topic"
    EDIT = "digest-edit"


def digest_card(
    speaker: Speaker,
    content: DigestContent,
    message_id: MessageId,
    index: int,
    *,
    age_restricted: bool,
    chart: Sequence[ui.Item[Any]] = (),
    pictures: ui.MediaGallery[Any] | None = None,
    sentence: CardSentence | None = None,
) -> ui.Container[Any]:
    """The digest with its buttons; the one that changes it is always there, so the message can be found again.

    ``sentence``: a language model's about its posts.
    """
    body = _body(speaker, content, age_restricted=age_restricted, sentence=sentence)
    card = _card(body.blocks)
    for item in chart:
        card.add_item(item)
    if pictures is not None:
        card.add_item(pictures)
    for row in _rows(speaker, content, body, message_id, index):
        card.add_item(row)
    return card


def draw_digest_preview(speaker: Speaker, content: DigestContent, *, age_restricted: bool) -> ui.LayoutView:
    """The digest, marked as a preview, without mention and buttons."""
    body = _body(speaker, content, age_restricted=age_restricted)
    return finished(ui.TextDisplay(speaker.say("digest-preview")), _card(body.blocks))


def draw_digest_page(
    speaker: Speaker,
    content: DigestContent,
    page: int,
    *,
    message_id: MessageId,
    index: int,
    age_restricted: bool,
) -> ui.LayoutView:
    """A page (the first is 0) of all posts of a digest; one that does not exist shows the nearest."""
    posts = list(_all_posts(content))
    title = f"### {speaker.say('digest-page-title', name=_name(content), count=len(posts))}"
    if not posts:
        return card_of([title, speaker.say("digest-page-empty")], [], ACCENT_PAUSED)
    last_page = (len(posts) - 1) // PAGE_POSTS
    page = min(max(page, 0), last_page)
    reader = reader_of(speaker, content, age_restricted=age_restricted)
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(title), accent_colour=ACCENT)
    for item in _page_items(reader, posts[page * PAGE_POSTS : (page + 1) * PAGE_POSTS]):
        card.add_item(item)
    pages = speaker.say("alert-held-page", page=page + 1, pages=last_page + 1)
    small = speaker.say("alert-dot").join(filter(None, (caution(speaker, content), pages)))
    card.add_item(ui.TextDisplay(f"-# {small}"))
    if last_page > 0:
        card.add_item(_page_buttons(message_id, index, page, last_page))
    return finished(card)


# -- one message ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Body:
    """The blocks of text, and whether something is counted in them that the button can show."""

    blocks: tuple[str, ...]
    has_more: bool


def _body(
    speaker: Speaker, content: DigestContent, *, age_restricted: bool, sentence: CardSentence | None = None
) -> _Body:
    """Head, topics in their order, and the small print, within ``TEXT_MAX``."""
    reader = reader_of(speaker, content, age_restricted=age_restricted)
    head = "\n".join([*_head(speaker, content), *card_sentence_lines(speaker, sentence, content)])
    small = caution(speaker, content)
    rising = _rising(speaker, content)
    displays = (BLOCKS_MAX + 2) * DISPLAY_WEIGHT
    room = TEXT_MAX - text_weight(head) - text_weight(small) - text_weight(rising) - REST_ROOM - displays
    texts = _shared_out(reader, content.topics, room)
    drawn = [(topic, text) for topic, text in zip(content.topics, texts, strict=True) if text is not None]
    unseen = len(texts) - len(drawn)
    foot = [f"**{speaker.say('digest-topics-rest', count=unseen)}**"] if unseen else []
    foot += [rising] if rising else []
    foot += [f"-# {small}"] if small else []
    blocks = [head, *_blocks(drawn), *(["\n".join(foot)] if foot else [])]
    left_out = unseen or any(text.left_out for _, text in drawn)
    return _Body(tuple(blocks), has_more=bool(left_out) and any(True for _ in _all_posts(content)))


def _shared_out(reader: DrawContext, topics: Sequence[DigestTopic], room: int) -> list[TopicText | None]:
    """The fullest form of each topic within its fair share; None where not even the shortest has room.

    Whoever needs less than an equal share leaves the rest to the others, so the least in need are served first.
    """
    shares: list[TopicText | None] = [None] * len(topics)
    by_need = sorted(range(len(topics)), key=lambda at: expected_length(topics[at]))
    for served, at in enumerate(by_need):
        share = room // (len(topics) - served) - 1  # one for the new line after it
        forms = topic_texts(reader, topics[at], share)
        shares[at] = chosen = next((form for form in forms if text_weight(form.text) <= share), None)
        room -= text_weight(chosen.text) + 1 if chosen is not None else 0
    return shares


def _head(speaker: Speaker, content: DigestContent) -> Iterator[str]:
    """Name, period on its zone's clocks, and what holds for the whole."""
    yield f"## {_name(content)}"
    yield _period(speaker, content.period, content.zone)
    zone = label(zone_label(content.zone, speaker.language), 100)
    yield f"-# {speaker.say('digest-head-small', zone=zone, age=age(content.period.end))}"
    if content.late:
        yield speaker.say("digest-late", time=when(content.period.end))
    if not content.topics:
        yield speaker.say("digest-no-topic-now")
    elif all(topic.state is TopicState.QUIET and not topic.new_posts for topic in content.topics):
        yield speaker.say("digest-all-quiet")


def _rising(speaker: Speaker, content: DigestContent) -> str:
    """The line of topics that rise elsewhere, each with a source that says so; empty without any."""
    named = [
        speaker.say("digest-rising-topic", topic=name, source=_ranked_by(speaker, one), more=len(one.sources) - 1)
        for one in content.rising
        if (name := label(one.name, TOPIC_NAME_MAX)) and one.sources
    ]
    return speaker.say("digest-rising", topics=speaker.say("list-comma").join(named)) if named else ""


def _ranked_by(speaker: Speaker, one: AlsoRising) -> str:
    text_id = f"source-{one.sources[0]}"
    return speaker.say(text_id) if speaker.has(text_id) else label(one.sources[0], TOPIC_NAME_MAX)


def _name(content: DigestContent) -> str:
    return label(content.name, NAME_MAX) or "-"


def _period(speaker: Speaker, period: Period, zone: str) -> str:
    """``11月24日（火）8:00 → 11月25日（水）8:00``; the day once where it is one."""
    moments = (period.start, period.end)
    start, end = (on_the_clock(moment, zone, speaker.language) for moment in moments)
    began, ended = (on_the_clock(moment, zone, speaker.language, day=False) for moment in moments)
    if start.removesuffix(began) == end.removesuffix(ended):
        end = ended
    return f"**{speaker.say('digest-period', start=start, end=end)}**"


def _blocks(drawn: Sequence[tuple[DigestTopic, TopicText]]) -> list[str]:
    """A block a topic; lines of topics without news stand together, and so does all where there are many."""
    blocks: list[list[str]] = []
    in_lines = False
    for topic, text in drawn:
        is_line = topic.state is not TopicState.NEWS
        if is_line and in_lines:
            blocks[-1].append(text.text)
        else:
            blocks.append([text.text])
        in_lines = is_line
    if len(blocks) > BLOCKS_MAX:
        blocks = [[line for block in blocks for line in block]]
    return ["\n".join(block) for block in blocks]


def _card(blocks: Sequence[str]) -> ui.Container[Any]:
    card: ui.Container[Any] = ui.Container(accent_colour=ACCENT)
    for at, block in enumerate(blocks):
        if at:
            card.add_item(ui.Separator())
        card.add_item(ui.TextDisplay(block))
    return card


# -- its buttons ---------------------------------------------------------------------------------------


def _rows(
    speaker: Speaker, content: DigestContent, body: _Body, message_id: MessageId, index: int
) -> Iterator[ui.ActionRow[Any]]:
    """Open a topic, show all posts where some are only counted, change the digest."""
    last: list[ui.Button[Any]] = []
    if body.has_more:
        text = speaker.say("digest-button-all", count=sum(1 for _ in _all_posts(content)))
        last.append(
            button(text, button_id(message_id, index, f"{DigestAction.MORE}.0"), discord.ButtonStyle.primary)
        )
    last.append(
        button(
            speaker.say("digest-button-change"), button_id(message_id, index, DigestAction.EDIT, mark_of(content))
        )
    )
    if len(content.topics) > BUTTONS_MAX:
        yield ui.ActionRow(_topic_menu(speaker, content, message_id, index))
        yield ui.ActionRow(*last)
        return
    topics = [
        button(_plain(topic, 40), button_id(message_id, index, f"{DigestAction.TOPIC}.{at}"))
        for at, topic in enumerate(content.topics)
    ]
    yield ui.ActionRow(*topics, *last)


def _topic_menu(speaker: Speaker, content: DigestContent, message_id: MessageId, index: int) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=_plain(topic, 100), value=str(at))
        for at, topic in enumerate(content.topics[:OPTIONS_MAX])
    ]
    return ui.Select(
        custom_id=button_id(message_id, index, DigestAction.TOPIC),
        placeholder=speaker.say("digest-pick-topic"),
        options=options,
    )


def _plain(topic: DigestTopic, limit: int) -> str:
    """A topic's name where nothing needs escaping."""
    return excerpt(one_line(topic.topic.name), limit) or "-"


# -- all posts, in pages -------------------------------------------------------------------------------


def _all_posts(content: DigestContent) -> Iterator[tuple[DigestTopic, int, DigestPost]]:
    """Every post that may be seen, with its topic and rank."""
    for topic in content.topics:
        for rank, post in enumerate(visible(topic), start=1):
            yield topic, rank, post


def _page_items(
    reader: DrawContext, posts: Sequence[tuple[DigestTopic, int, DigestPost]]
) -> Iterator[ui.Item[Any]]:
    """The topic over its first post of the page, and each post beside the button that opens it."""
    heading = None
    for topic, rank, post in posts:
        if topic is not heading:
            yield ui.Separator()
            parts = [f"**{topic_name(topic)}**", not_shown_line(reader.speaker, topic)]
            yield ui.TextDisplay(reader.speaker.say("alert-dot").join(filter(None, parts)))
            heading = topic
        yield _page_post(reader, post, rank)


def _page_post(reader: DrawContext, post: DigestPost, rank: int) -> ui.Item[Any]:
    forms = (post_lines(reader, post, rank, size, linked=False) for size in EXCERPT_SIZES)
    text = next((form for form in forms if text_weight(form) <= POST_ROOM), None) or headline(reader, post, rank)
    withheld = is_withheld(post.post, age_restricted=reader.age_restricted)
    opened = None if withheld else open_button(reader.speaker, post.post)
    return ui.TextDisplay(text) if opened is None else ui.Section(ui.TextDisplay(text), accessory=opened)


def _page_buttons(message_id: MessageId, index: int, page: int, last_page: int) -> ui.ActionRow[Any]:
    # Ids differ on every page, the first and the last too: Discord refuses equal ones.
    back, forth = (f"{DigestAction.MORE}.{to}" for to in (max(page - 1, 0), page + 1))
    return page_row(
        button("◀", button_id(message_id, index, back)),
        button("▶", button_id(message_id, index, forth)),
        page,
        last_page,
    )
