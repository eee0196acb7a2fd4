"""The card of a surge: how far above normal, since when, by whom it is counted, and posts that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from discord import ui

from bot.core.models import CardSentence, SurgeContent, SurgeFigures
from bot.core.surge.settings import Preset
from bot.core.text import TOPIC_NAME_MAX, escape, label, line
from bot.views.kit.post import moment, provenance
from bot.views.kit.surges import surge_setting
from bot.views.kit.text import Speaker, when
from bot.views.rising import card_sentence_lines
from bot.views.trend_lines import FoundPost, post_lines

SURGE_COLOUR: Final = 0xE0A526
OVER_COLOUR: Final = 0x80848E
POST_ROOM: Final = 420
"""Weight of each post that carries the surge: three of them and the figures fit a message."""
RISING_MAX: Final = 5
RISING_WORD_MAX: Final = 30
_WHOLE_FROM: Final = 3.0
_HIGHER: Final = 1.15
"""The peak is named where it is so many times as high as the surge stands now."""


def draw_surge(
    speaker: Speaker,
    content: SurgeContent,
    figures: SurgeFigures,
    buttons: Sequence[ui.Button[Any]],
    *,
    chart: ui.MediaGallery[Any] | None = None,
    pictures: ui.MediaGallery[Any] | None = None,
    sentence: CardSentence | None = None,
) -> ui.Container[Any]:
    """The card; ``figures``: the newest that it shows. One line for a surge that has grown since its card.

    The line has the last of the buttons: a message without any could not be found again in its channel.
    """
    text = "\n".join(surge_lines(speaker, content, figures, sentence))
    colour = OVER_COLOUR if figures.over else SURGE_COLOUR
    if content.grew and buttons:
        return ui.Container(ui.Section(ui.TextDisplay(text), accessory=buttons[-1]), accent_colour=colour)
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(text), accent_colour=colour)
    if chart is not None:
        card.add_item(chart)
    if pictures is not None:
        card.add_item(pictures)
    return card.add_item(ui.ActionRow(*buttons)) if buttons else card


def surge_lines(
    speaker: Speaker, content: SurgeContent, figures: SurgeFigures, sentence: CardSentence | None = None
) -> list[str]:
    """The lines of the card. ``sentence``: a language model's about its posts."""
    if content.grew:
        return [speaker.say("surge-grew", **_named(speaker, content, figures.ratio))]
    lines = [_head(speaker, content, figures), *_figure_lines(speaker, content, figures)]
    lines += rising_lines(speaker, content.rising)
    lines += card_sentence_lines(speaker, sentence, content)
    for rank, shown in enumerate(content.posts(), start=1):
        found = FoundPost(shown.post, shown.source)
        lines.append(post_lines(speaker, found, rank, room=POST_ROOM, with_source=False))
    origin = [provenance(speaker, content.source, figures.at, read_at=content.figures.at)]
    if any(shown.post.rp is not None for shown in content.posts()):
        origin.append(speaker.say("alert-caution"))
    return [*lines, f"-# {speaker.say('alert-dot').join(filter(None, origin))}"]


def rising_lines(speaker: Speaker, rising: Sequence[str]) -> list[str]:
    """The words that rose with the surge, the strongest first; nothing where none are known."""
    words = [escape(line(word, RISING_WORD_MAX)) for word in rising[:RISING_MAX]]
    return [speaker.say("surge-rising", words=speaker.say("list-comma").join(words))] if words else []


def surge_reason(speaker: Speaker, content: SurgeContent, setting: Preset | None) -> str:
    """The reason why a surge was sent, and the surges that the subscription is sent now."""
    figures = content.figures
    return speaker.say(
        "surge-why",
        times=times_text(speaker, figures.ratio),
        people="yes" if content.by_people else "no",
        shown=speaker.number(round(figures.per_hour)),
        usual=speaker.number(round(figures.normal_per_hour)),
        which=surge_setting(speaker, setting),
    )


def times_text(speaker: Speaker, ratio: float) -> str:
    """A ratio as people say it: whole from 3 on, with one decimal below."""
    return speaker.exact(round(ratio)) if ratio >= _WHOLE_FROM else f"{ratio:.1f}"


def _named(speaker: Speaker, content: SurgeContent, ratio: float) -> dict[str, Any]:
    topic = label(content.topic.name, TOPIC_NAME_MAX) or "-"
    return {"topic": topic, "times": times_text(speaker, ratio), "people": "yes" if content.by_people else "no"}


def _head(speaker: Speaker, content: SurgeContent, figures: SurgeFigures) -> str:
    if figures.over:
        return speaker.say("surge-over", **_named(speaker, content, figures.peak_ratio))
    text_id = "surge-head-least" if figures.at_least else "surge-head"
    return speaker.say(text_id, **_named(speaker, content, figures.ratio))


def _figure_lines(speaker: Speaker, content: SurgeContent, figures: SurgeFigures) -> list[str]:
    began = moment(content.began_at, figures.at)
    if figures.over:
        peak = times_text(speaker, figures.peak_ratio)
        return [speaker.say("surge-was", times=peak, began=began, ended=moment(figures.at, content.began_at))]
    lines = [
        speaker.say(
            "surge-counts-people" if content.by_people else "surge-counts-posts",
            shown=speaker.number(round(figures.per_hour)),
            count=round(figures.per_hour),
            usual=speaker.number(round(figures.normal_per_hour)),
        )
    ]
    since = [speaker.say("surge-since", began=began)]
    if figures.peak_ratio >= figures.ratio * _HIGHER:
        since.append(speaker.say("surge-peak", times=times_text(speaker, figures.peak_ratio)))
    if content.as_large_at is not None:
        since.append(speaker.say("surge-before", when=when(content.as_large_at)))
    return [*lines, speaker.say("alert-dot").join(since)]
