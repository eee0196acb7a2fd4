"""Draws ``/trend``: a topic, each source's report of it, five posts a page, and buttons that survive a restart.

Everything a button needs is in its custom_id, so nothing is remembered: a page is drawn again from a new answer.
Layouts come finished (``stop``): discord.py need not keep them, the cog's DynamicItems answer their buttons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

import discord
from discord import ui

from bot.core.alerting.dominance import dominance
from bot.core.language_model.answers import CitedSentence
from bot.core.models import Post, PostKey, SourceName, SubscriptionId, Topic
from bot.core.text import TOPIC_NAME_MAX, excerpt, label, safe_url
from bot.core.trend_result import SourceAnswer, TrendAnswer
from bot.views.kit.layout import button, finished, text_weight
from bot.views.kit.pictures import Picture, gallery
from bot.views.kit.post import is_withheld, moment, source_name
from bot.views.kit.text import Speaker, age
from bot.views.subscriptions.cards import SubscriptionAction, action_id

from .rising import rising_line, sentence_lines
from .trend_lines import FoundPost, merged, post_lines, source_lines

PER_PAGE = 5
TEXT_MAX = 3800
"""Characters of a message's ``MAX_TEXT``; the labels of the buttons and what joins the texts get the rest."""
POST_MAX = 600
SOURCES_ROOM = 1600
"""Characters for what the sources say of the topic; the posts get the rest."""
SHORT_ROOM = 900
"""Characters of all sources together in the short form: a phone's screen is for the posts."""
NEUTRAL = 0x8A8F98
LINKS_MAX = 2
CENTRAL_MARK = "📌"
"""Put before the post that says most of the rising words."""
DOMINANT_MAX = 60
"""UTF-16 units of a handle or a site that makes most of the posts."""

_SOURCES = "|".join(SourceName)
PAGE_ID = re.compile(
    rf"kw:trend:(?P<source>{_SOURCES}|\*):(?P<sort>rp|new):(?P<number>[0-9]{{1,5}}):(?P<topic>.+)"
)
"""A button that shows a page."""
PICK_ID = re.compile(r"kw:trend:\?:(?P<sort>rp|new):(?P<number>1):(?P<topic>.+)")
"""The menu of sources; the source is what is picked."""


class Sort(StrEnum):
    """The order in which posts are shown."""

    RP = "rp"
    NEW = "new"

    @property
    def other(self) -> Sort:
        """The order the button offers."""
        return Sort.NEW if self is Sort.RP else Sort.RP


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A page of an answer. ``source`` None is all of them, ``number`` counts from 1."""

    topic: str
    source: SourceName | None = None
    sort: Sort = Sort.RP
    number: int = 1

    @property
    def custom_id(self) -> str:
        """The page as a button carries it: at most 87 of Discord's 100 characters."""
        return f"kw:trend:{self.source or '*'}:{self.sort}:{self.number}:{self.topic}"

    @classmethod
    def read(cls, match: re.Match[str], source: str = "*") -> Self:
        """The page a custom_id matched by ``PAGE_ID`` or ``PICK_ID`` names; ``source``: what was picked."""
        named = match.groupdict().get("source") or source
        return cls(
            topic=match["topic"],
            source=None if named == "*" else SourceName(named),
            sort=Sort(match["sort"]),
            number=int(match["number"]),
        )


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """The context in which an answer is read, and the actions possible there.

    ``subscription_id``: of the channel's own subscription to the topic, if it has one.
    """

    sources: Sequence[SourceName]
    in_guild: bool = False
    age_restricted: bool = False
    subscription_id: SubscriptionId | None = None


def trend_view(
    speaker: Speaker,
    answer: TrendAnswer,
    page: AnswerPage,
    context: AnswerContext,
    summary: CitedSentence | None = None,
    picture: Picture | None = None,
) -> ui.LayoutView:
    """One page of an answer; a page beyond the last shows the last. ``summary``: about the page's posts, by rank.

    ``picture``: the topic's last day. At most 34 of Discord's 40 components, whatever the posts hold.
    """
    found, shown = _found(answer, page, context)
    pages = max(1, -(-len(shown) // PER_PAGE))
    page = replace(page, topic=answer.topic.handle, number=min(max(page.number, 1), pages))
    detailed = page.source is not None or answer.topic.is_address
    room = SOURCES_ROOM if detailed else SHORT_ROOM
    about = source_lines(speaker, answer.answers, room=room, detailed=detailed)
    head = "\n".join(
        [
            f"### {label(answer.topic.name, TOPIC_NAME_MAX)}",
            about,
            *rising_line(speaker, answer.words),
            *sentence_lines(speaker, summary),
        ]
    )
    foot = _foot(speaker, answer, found, page=_on_page(shown, page), withheld=len(found) - len(shown))
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(head), accent_colour=_accent(answer.answers))
    if picture is not None:
        container.add_item(gallery(picture))
    if shown:
        room = TEXT_MAX - text_weight(head) - text_weight(foot)
        _add_posts(container, speaker, shown, page, room, central=answer.words.central)
    elif not found:
        container.add_item(ui.TextDisplay(_nothing(speaker, answer, context)))
    if foot:
        container.add_item(ui.TextDisplay(foot))
    for row in _rows(speaker, answer, page, pages, context, found=bool(shown)):
        container.add_item(row)
    return finished(container)


def is_empty(answer: TrendAnswer) -> bool:
    """Whether no source gave a post, so that the answer is for the asker alone."""
    return not any(one.posts for one in answer.answers)


def posts_by_rank(answer: TrendAnswer, page: AnswerPage, context: AnswerContext) -> dict[int, Post]:
    """The posts that ``trend_view`` shows on a page, by the number before each."""
    _, shown = _found(answer, page, context)
    on_page = _on_page(shown, page)
    first = shown.index(on_page[0]) + 1 if on_page else 1
    return {rank: one.post for rank, one in enumerate(on_page, start=first)}


def posts_shown(answer: TrendAnswer, page: AnswerPage, context: AnswerContext) -> list[PostKey]:
    """The posts that ``trend_view`` shows on a page."""
    _, shown = _found(answer, page, context)
    return [one.post.key for one in _on_page(shown, page)]


def _found(
    answer: TrendAnswer, page: AnswerPage, context: AnswerContext
) -> tuple[list[FoundPost], list[FoundPost]]:
    """All posts in the page's order, and those of them that may be shown there."""
    found = merged(answer.answers, newest_first=page.sort is Sort.NEW)
    return found, [one for one in found if not is_withheld(one.post, age_restricted=context.age_restricted)]


def _on_page(shown: Sequence[FoundPost], page: AnswerPage) -> Sequence[FoundPost]:
    """A page's posts; a page beyond the last has those of the last."""
    last = max(0, (len(shown) - 1) // PER_PAGE)
    first = min(max(page.number - 1, 0), last) * PER_PAGE
    return shown[first : first + PER_PAGE]


def _add_posts(
    container: ui.Container[Any],
    speaker: Speaker,
    shown: Sequence[FoundPost],
    page: AnswerPage,
    room: int,
    *,
    central: str | None,
) -> None:
    """The page's posts by rank, each with a link that opens it where it has an address."""
    first = (page.number - 1) * PER_PAGE
    several = len({one.source for one in shown}) > 1
    container.add_item(ui.Separator())
    for rank, one in enumerate(_on_page(shown, page), start=first + 1):
        lines = post_lines(speaker, one, rank, room=min(POST_MAX, room // PER_PAGE), with_source=several)
        container.add_item(ui.TextDisplay(f"{CENTRAL_MARK} {lines}" if one.post.key == central else lines))


def _nothing(speaker: Speaker, answer: TrendAnswer, context: AnswerContext) -> str:
    """The reason why there are no posts, and similar topics or actions."""
    if answer.feed is not None:
        return speaker.say("trend-feed-found", host=label(answer.feed.name, TOPIC_NAME_MAX))
    failed = [one.error is not None or one.trouble is not None for one in answer.answers]
    text_id = "trend-nothing" if not any(failed) else "trend-all-failed" if all(failed) else "trend-nothing-partly"
    lines = [speaker.say(text_id)]
    if _can_be_subscribed(answer, context) and context.subscription_id is None:
        lines.append(speaker.say("trend-anyway"))
    if answer.similar:
        lines.append(speaker.say("trend-similar", count=len(answer.similar)))
    return "\n".join(lines)


def _can_be_subscribed(answer: TrendAnswer, context: AnswerContext) -> bool:
    """Whether the topic can be subscribed: in a server, and an address only where it was read as a feed."""
    read = not answer.topic.is_address or any(one.error is None for one in answer.answers)
    return context.in_guild and read


def _foot(
    speaker: Speaker, answer: TrendAnswer, found: Sequence[FoundPost], *, page: Sequence[FoundPost], withheld: int
) -> str:
    """The mark of the central post, posts left out, the dominant author or site, and the time of the RP counts.

    An RP is shown with its time (invariant 9).
    """
    is_marked = any(one.post.key == answer.words.central for one in page)
    lines = [speaker.say("trend-central", mark=CENTRAL_MARK)] if is_marked else []
    lines += [speaker.say("trend-withheld", count=withheld)] if withheld else []
    lines += _dominated(speaker, answer, found)
    times = {one.observed_at for one in answer.answers if one.posts and one.observed_at is not None}
    if times and any(one.post.rp is not None for one in found):
        begin, end = (at.replace(second=0, microsecond=0) for at in (min(times), max(times)))
        span = dict.fromkeys(moment(at, end) for at in (begin, end))
        lines.append(speaker.say("trend-as-of", time=speaker.say("trend-span").join(span)))
    elif times:
        lines.append(speaker.say("trend-observed", age=age(max(times))))
    return "\n".join(f"-# {line}" for line in lines)


def _dominated(speaker: Speaker, answer: TrendAnswer, found: Sequence[FoundPost]) -> list[str]:
    """The author or site that makes most of the hour's posts; a feed has none."""
    read = [one.observed_at for one in answer.answers if one.observed_at is not None]
    most = dominance((one.post for one in found), max(read)) if read and not answer.topic.is_address else None
    if most is None:
        return []
    who = f"@{label(most.who, DOMINANT_MAX)}" if most.is_author else label(most.who, DOMINANT_MAX)
    text_id = "trend-one-author" if most.is_author else "trend-one-site"
    return [speaker.say(text_id, who=who, count=most.count, total=most.total)]


def _accent(answers: Iterable[SourceAnswer]) -> int:
    """The colour of the only source that answered, else a neutral one."""
    answered = [one.source for one in answers if one.error is None]
    return answered[0].traits.colour if len(answered) == 1 else NEUTRAL


def _rows(
    speaker: Speaker, answer: TrendAnswer, page: AnswerPage, pages: int, context: AnswerContext, *, found: bool
) -> Iterable[ui.ActionRow[Any]]:
    """The rows under the posts; a row without buttons is left out."""
    has_rp = any(post.rp is not None for one in answer.answers for post in one.posts)
    turning = (
        _turning_buttons(speaker, page, pages, has_rp=has_rp)
        if found
        else _other_buttons(speaker, answer, page, context)
    )
    leaving = [
        *_subscribe_buttons(speaker, answer, page, context, found=found),
        *_page_links(speaker, answer.answers),
    ]
    if found and pages == 1:  # one row is enough
        turning, leaving = [], [*turning, *leaving]
    if turning:
        yield ui.ActionRow(*turning)
    if len(context.sources) > 1:
        yield ui.ActionRow(_source_menu(speaker, page, context.sources))
    if leaving:
        yield ui.ActionRow(*leaving)


def _turning_buttons(speaker: Speaker, page: AnswerPage, pages: int, *, has_rp: bool) -> list[ui.Button[Any]]:
    """◀ page/pages ▶ where there are several, and the other order where there are two."""
    last = page.number >= pages
    other = AnswerPage(page.topic, page.source, page.sort.other)
    turn = [
        _button("◀", replace(page, number=page.number - 1), disabled=page.number <= 1),
        _button(f"{page.number} / {pages}", page, disabled=True),
        _button("▶", replace(page, number=page.number + 1), disabled=last),
    ]
    sort = [_button(speaker.say(f"trend-button-sort-{other.sort}"), other)] if has_rp else []
    return [*turn, *sort] if pages > 1 else sort


def _other_buttons(
    speaker: Speaker, answer: TrendAnswer, page: AnswerPage, context: AnswerContext
) -> list[ui.Button[Any]]:
    """Buttons of an empty answer: every source, and similar topics."""
    is_one = page.source is not None and len(context.sources) > 1
    every = [_button(speaker.say("trend-all-sources"), AnswerPage(page.topic, sort=page.sort))] if is_one else []
    meant = [_button(topic.name, AnswerPage(topic.handle, sort=page.sort)) for topic in answer.similar]
    return [*every, *meant][:5]


def _button(text: str, page: AnswerPage, *, disabled: bool = False) -> ui.Button[Any]:
    return ui.Button(label=excerpt(text, 40), custom_id=page.custom_id, disabled=disabled)


def _source_menu(speaker: Speaker, page: AnswerPage, sources: Iterable[SourceName]) -> ui.Select[Any]:
    """All sources or one of them; the present one is marked."""
    every = discord.SelectOption(label=speaker.say("trend-all-sources"), value="*", default=page.source is None)
    one = [
        discord.SelectOption(label=source_name(speaker, source), value=source, default=source is page.source)
        for source in sources
    ]
    return ui.Select(custom_id=f"kw:trend:?:{page.sort}:1:{page.topic}", options=[every, *one])


def _subscribe_buttons(
    speaker: Speaker, answer: TrendAnswer, page: AnswerPage, context: AnswerContext, *, found: bool
) -> list[ui.Button[Any]]:
    """Subscribe, or edit what is subscribed to; where nothing was found, anyway, and to a page's feed.

    Answered by cogs/subscriptions/buttons.py.
    """
    if answer.feed is not None:
        show = _button(speaker.say("trend-button-feed"), AnswerPage(answer.feed.handle, sort=page.sort))
        return (
            [_subscribe(speaker, "trend-button-subscribe-feed", answer.feed), show] if context.in_guild else [show]
        )
    if not _can_be_subscribed(answer, context):
        return []
    if context.subscription_id is not None:
        return [
            button(
                speaker.say("trend-button-subscribed"), action_id(SubscriptionAction.EDIT, context.subscription_id)
            )
        ]
    return [_subscribe(speaker, "trend-button-subscribe" if found else "trend-button-anyway", answer.topic)]


def _subscribe(speaker: Speaker, text_id: str, topic: Topic) -> ui.Button[Any]:
    return button(speaker.say(text_id), f"kw:sub:{topic.handle}", discord.ButtonStyle.primary)


def _page_links(speaker: Speaker, answers: Iterable[SourceAnswer]) -> list[ui.Button[Any]]:
    """Buttons to the pages that were asked, where their addresses are no secret."""
    pages = [(one.source, safe_url(one.link)) for one in answers if one.error is None]
    return [
        ui.Button(label=speaker.say("trend-button-page", source=source_name(speaker, source)), url=url)
        for source, url in pages
        if url is not None
    ][:LINKS_MAX]
