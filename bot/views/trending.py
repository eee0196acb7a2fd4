"""Draws ``/trending``: a server's own topics by surprise, topics that rise at the sources, and what can be done.

Everything a button or a menu needs is in its custom_id and its value, so nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import discord
from discord import ui

from bot.core.models import Topic
from bot.core.text import TOPIC_NAME_MAX, excerpt, label, one_line
from bot.core.trending.answer import LeftOut, TrendingAnswer
from bot.core.trending.own_topics import OwnTopic
from bot.core.trending.rankings import RankingPlace, RankingSource
from bot.core.trending.rising import FoldedTopic, RankedAt, RisingTopic, folded
from bot.views.kit.causes import say_error
from bot.views.kit.layout import button, card_of, finished, page_row
from bot.views.kit.post import source_name
from bot.views.kit.spark import spark
from bot.views.kit.text import Speaker, age
from bot.views.kit.theme import ACCENT, ACCENT_PAUSED

OPTIONS_MAX: Final = 25
"""Discord's limit for a menu, and the blocked topics of a page."""
PLACES_MAX: Final = 3
NAMES_ROOM: Final = 300
"""UTF-16 units of a line that only names topics."""
HOST_MAX: Final = 40
_WHOLE_FROM: Final = 10.0
_FALLS: Final = 0.67
ALL: Final = "*"
"""All sources, in a custom_id."""


class PickAction(StrEnum):
    """The action of a menu on the topic that is picked."""

    SEE = "see"
    SUBSCRIBE = "sub"
    BLOCK = "block"
    UNBLOCK = "unblock"


class TrendingAction(StrEnum):
    """The action of a button: a page of blocked topics, back to the answer, block or unblock a topic again."""

    BLOCKED = "blocked"
    BACK = "back"
    BLOCK = "block"
    UNBLOCK = "unblock"


_SOURCES: Final = "|".join((*RankingSource, r"\*"))
PICK_ID: Final = rf"kw:rising:pick:(?P<action>{'|'.join(PickAction)}):(?P<source>{_SOURCES})"
BUTTON_ID: Final = (
    rf"kw:rising:(?P<action>{'|'.join(TrendingAction)}):(?P<source>{_SOURCES})(?::(?P<about>.{{1,80}}))?"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """The person who reads the answer: in a server or not, and whether they may block topics for it."""

    in_guild: bool
    may_block: bool = False


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A topic that was just blocked, or is shown again."""

    topic: Topic
    is_blocked: bool


def pick_id(action: PickAction, source: RankingSource | None) -> str:
    """``kw:rising:pick:<action>:<source>``: a menu of topics."""
    return f"kw:rising:pick:{action}:{source or ALL}"


def trending_button_id(action: TrendingAction, source: RankingSource | None, about: str = "") -> str:
    """``kw:rising:<action>:<source>[:<about>]``: at most 88 of Discord's 100 characters."""
    return f"kw:rising:{action}:{source or ALL}{f':{about}' if about else ''}"


def trending_view(
    speaker: Speaker,
    answer: TrendingAnswer,
    reader: Reader,
    source: RankingSource | None = None,
    change: BlockChange | None = None,
) -> ui.LayoutView:
    """Both lists. ``source``: the only one that was asked; ``change``: to the blocked topics, said first."""
    card: ui.Container[Any] = ui.Container(accent_colour=ACCENT)
    if change is not None:
        for item in _changed(speaker, change, source):
            card.add_item(item)
    head = speaker.say("trending-title")
    if reader.in_guild:
        card.add_item(ui.TextDisplay("\n".join([head, *_own_lines(speaker, answer)])))
        card.add_item(ui.Separator())
        head = ""
    card.add_item(ui.TextDisplay("\n".join(filter(None, [head, *_rising_lines(speaker, answer)]))))
    if answer.left_out:
        card.add_item(ui.TextDisplay("\n".join(_left_out_lines(speaker, answer))))
    for row in _rows(speaker, answer, reader, source):
        card.add_item(row)
    return finished(card)


def blocked_view(
    speaker: Speaker,
    names: Sequence[str],
    page: int,
    source: RankingSource | None = None,
    change: BlockChange | None = None,
) -> ui.LayoutView:
    """A page (the first is 0) of blocked topics with a menu that shows one again."""
    last_page = max(0, (len(names) - 1) // OPTIONS_MAX)
    page = min(max(page, 0), last_page)
    shown = names[page * OPTIONS_MAX : (page + 1) * OPTIONS_MAX]
    back = ui.ActionRow(
        button(speaker.say("trending-button-back"), trending_button_id(TrendingAction.BACK, source))
    )
    title = f"### {speaker.say('trending-blocked-title', count=len(names))}"
    if not shown:
        return card_of([title, speaker.say("trending-blocked-none")], [back], ACCENT_PAUSED)
    listed = "\n".join(f"- {label(name, TOPIC_NAME_MAX)}" for name in shown)
    menu = _menu(PickAction.UNBLOCK, source, speaker.say("trending-pick-unblock"), shown)
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(menu)]
    if last_page:
        turn = [
            button(mark, trending_button_id(TrendingAction.BLOCKED, source, str(to)))
            for mark, to in (("◀", max(page - 1, 0)), ("▶", page + 1))
        ]
        rows.append(page_row(turn[0], turn[1], page, last_page))
    card: ui.Container[Any] = ui.Container(accent_colour=ACCENT)
    for item in () if change is None else _changed(speaker, change, source):
        card.add_item(item)
    card.add_item(ui.TextDisplay(f"{title}\n{speaker.say('trending-blocked-text')}"))
    card.add_item(ui.TextDisplay(listed))
    for row in (*rows, back):
        card.add_item(row)
    return finished(card)


def ranking_name(speaker: Speaker, source: RankingSource) -> str:
    """A source that ranks topics, as people call it."""
    return speaker.say(f"source-{source.value}")


# -- lines ---------------------------------------------------------------------------------------------


def _own_lines(speaker: Speaker, answer: TrendingAnswer) -> Iterator[str]:
    yield speaker.say("trending-own")
    if not (answer.own or answer.usual or answer.unknown):
        yield speaker.say("trending-own-empty")
        return
    if not answer.own:
        yield speaker.say("trending-own-none")
    for one in answer.own:
        yield from _own_topic(speaker, one)
    if answer.usual:
        usual = (f"{'▼' if one.ratio < _FALLS else '▶'} {_name(one.topic)}" for one in answer.usual)
        yield f"-# {speaker.say('trending-usual', topics=_joined(speaker, usual))}"
    if answer.unknown:
        yield f"-# {speaker.say('trending-unknown', topics=_joined(speaker, map(_name, answer.unknown)))}"


def _own_topic(speaker: Speaker, one: OwnTopic) -> Iterator[str]:
    text_id = "trending-own-least" if one.at_least else "trending-own-times"
    people = "yes" if one.by_people else "no"
    times = times_as_many_text(speaker, one.ratio)
    yield f"▲ {speaker.say(text_id, topic=_name(one.topic), times=times, people=people)}"
    line = spark(one.hours)
    counts = speaker.say(
        "trending-own-counts",
        shown=speaker.number(round(one.per_hour)),
        usual=speaker.number(round(one.normal_per_hour)),
        people=people,
    )
    if line:
        yield f"`{line}`"
    yield "-# " + speaker.say("alert-dot").join([counts, source_name(speaker, one.source)])


def _rising_lines(speaker: Speaker, answer: TrendingAnswer) -> Iterator[str]:
    yield speaker.say("trending-elsewhere")
    if not answer.asked:
        yield speaker.say("trending-no-sources")
    elif not answer.rising:
        yield speaker.say("trending-elsewhere-none")
    several = _sources_with_several(answer.asked)
    for rank, one in enumerate(answer.rising, start=1):
        yield f"{rank}\\. **{_name(one.topic)}**"
        yield f"-# {speaker.say('alert-dot').join(_reasons(speaker, one, several))}"


def _reasons(speaker: Speaker, one: RisingTopic, several: frozenset[RankingSource]) -> Iterator[str]:
    """The places that rank a topic, and what they say of it: the highest of each figure."""
    places = [place_name(speaker, ranked.place, several) for ranked in one.ranked_at[:PLACES_MAX]]
    yield speaker.say("list-comma").join(dict.fromkeys(places))
    said = [ranked.said for ranked in one.ranked_at]
    figures: dict[str, int | None] = {
        "people": _highest(each.people for each in said),
        "posts": _highest(each.posts for each in said),
        "searches": _highest(each.searches for each in said),
    }
    for name, count in figures.items():
        if count is not None:
            yield speaker.say(f"trending-{name}", shown=speaker.number(count), count=count)
    times = max((each.times for each in said if each.times is not None), default=0.0)
    if times > 1:
        yield speaker.say("trending-times", times=times_as_many_text(speaker, times))
    yield from _marks(speaker, one.ranked_at)


def _marks(speaker: Speaker, ranked_at: Iterable[RankedAt]) -> Iterator[str]:
    said = [ranked.said for ranked in ranked_at]
    since = min((each.since for each in said if each.since is not None), default=None)
    if since is not None:
        yield speaker.say("trending-since", age=age(since))
    if any(each.hot for each in said):
        yield speaker.say("trending-hot")


def _left_out_lines(speaker: Speaker, answer: TrendingAnswer) -> Iterator[str]:
    several = _sources_with_several(answer.asked)
    for one in answer.left_out:
        yield f"-# {_left_out(speaker, one, several)}"


def _left_out(speaker: Speaker, one: LeftOut, several: frozenset[RankingSource]) -> str:
    name = place_name(speaker, one.place, several)
    if one.cause is None:
        return speaker.say("trending-ranks-nothing", source=name)
    return speaker.say("trending-failed", source=name, why=say_error(speaker, one.cause))


def place_name(speaker: Speaker, place: RankingPlace, several: frozenset[RankingSource]) -> str:
    """A source as people call it, with its server where there are several, or its country."""
    name, part = ranking_name(speaker, place.source), label(place.part, HOST_MAX)
    is_named = place.source in several or place.language
    return speaker.say("health-endpoint", source=name, host=part) if part and is_named else name


def _sources_with_several(places: Iterable[RankingPlace]) -> frozenset[RankingSource]:
    seen = [place.source for place in places]
    return frozenset(one for one in seen if seen.count(one) > 1)


def times_as_many_text(speaker: Speaker, ratio: float) -> str:
    """A ratio with one decimal, whole from ten on."""
    return speaker.exact(round(ratio)) if ratio >= _WHOLE_FROM else f"{ratio:.1f}"


def _highest(counts: Iterable[int | None]) -> int | None:
    return max((count for count in counts if count is not None), default=None)


def _name(topic: Topic) -> str:
    return label(topic.name, TOPIC_NAME_MAX) or "-"


def _joined(speaker: Speaker, names: Iterable[str]) -> str:
    """Names in a line, as many as have room."""
    kept: list[str] = []
    room = NAMES_ROOM
    for name in names:
        room -= len(name) + 2
        if room < 0:
            kept.append("…")
            break
        kept.append(name)
    return speaker.say("list-comma").join(kept)


# -- what to do ----------------------------------------------------------------------------------------


def _changed(speaker: Speaker, change: BlockChange, source: RankingSource | None) -> Iterator[ui.Item[Any]]:
    """The change to the blocked topics, and the button that undoes it."""
    text_id = "trending-done-blocked" if change.is_blocked else "trending-done-unblocked"
    undo = TrendingAction.UNBLOCK if change.is_blocked else TrendingAction.BLOCK
    undo_id = trending_button_id(undo, source, change.topic.name)
    yield ui.TextDisplay(speaker.say(text_id, topic=_name(change.topic)))
    yield ui.ActionRow(button(speaker.say("trending-button-undo"), undo_id))
    yield ui.Separator()


def _rows(
    speaker: Speaker, answer: TrendingAnswer, reader: Reader, source: RankingSource | None
) -> Iterator[ui.ActionRow[Any]]:
    """A menu for each thing that can be done with a topic, for those who may."""
    names = _names_shown(answer)
    if names:
        yield ui.ActionRow(_menu(PickAction.SEE, source, speaker.say("trending-pick-see"), names))
    if not reader.in_guild:
        return
    if names:
        yield ui.ActionRow(_menu(PickAction.SUBSCRIBE, source, speaker.say("trending-pick-subscribe"), names))
    if not reader.may_block:
        return
    if names:
        yield ui.ActionRow(_menu(PickAction.BLOCK, source, speaker.say("trending-pick-block"), names))
    if answer.blocked:
        text = speaker.say("trending-button-blocked", count=answer.blocked)
        yield ui.ActionRow(button(text, trending_button_id(TrendingAction.BLOCKED, source, "0")))


def _names_shown(answer: TrendingAnswer) -> list[str]:
    """The topics of the answer, those that rise first, each in one spelling."""
    risen = (*(one.topic for one in answer.own), *(one.topic for one in answer.rising))
    others = (one.topic for one in answer.usual)
    names: dict[FoldedTopic, str] = {}
    for topic in (*risen, *others):
        names.setdefault(folded(topic.name), topic.handle)
    return list(names.values())[:OPTIONS_MAX]


def _menu(
    action: PickAction, source: RankingSource | None, placeholder: str, names: Sequence[str]
) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=excerpt(one_line(name), 100) or "-", value=name[:100])
        for name in names[:OPTIONS_MAX]
    ]
    return ui.Select(custom_id=pick_id(action, source), placeholder=excerpt(placeholder, 150), options=options)
