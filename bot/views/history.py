"""Draws ``/history`` and ``/compare``: a chart, what it says in words, and buttons that survive a restart.

Everything a button needs is in its custom_id: a page is drawn again from what is stored then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

import discord
from discord import ui

from bot.core.health.incidents import endpoint_of
from bot.core.history.curves import (
    POSTS_MAX,
    Comparison,
    PostCurve,
    RepostHistory,
    TopicCurve,
    VolumeCurve,
    VolumeHistory,
)
from bot.core.history.period import HistoryPeriod
from bot.core.history.volume import gaps
from bot.core.models import PostKey, SourceName, Topic
from bot.core.models.counts import DAY, HOUR
from bot.core.text import TOPIC_NAME_MAX, excerpt, label
from bot.views.charts.lines import comparison_chart, comparison_scale, reposts_chart
from bot.views.charts.volume import volume_chart, volume_spark
from bot.views.kit.endpoints import endpoint_name
from bot.views.kit.layout import button, finished
from bot.views.kit.pictures import Picture, gallery
from bot.views.kit.post import is_withheld, reposts_text, source_name
from bot.views.kit.text import Speaker, when
from bot.views.kit.timezones import city, on_the_clock, zone_label
from bot.views.trend_lines import FoundPost, post_lines

COLOUR: Final = 0x6CB8FF
POST_ROOM: Final = 420
"""Weight of each post under the chart of their RP."""
_SOURCES = "|".join(SourceName)
_PERIODS = "|".join(HistoryPeriod)
HISTORY_ID: Final = re.compile(
    rf"kw:history:(?P<period>{_PERIODS}):(?P<view>posts|rp):(?P<source>{_SOURCES}|\*):(?P<topic>.+)"
)
"""A button that shows a period."""
HISTORY_PICK_ID: Final = re.compile(rf"kw:history:\?:(?P<period>{_PERIODS}):(?P<topic>.+)")
"""The menu of views; what is picked is ``rp`` or a source."""
_TOPIC_KEYS = r"[0-9a-f]{10}(?:\.[0-9a-f]{10}){1,4}"
COMPARE_ID: Final = re.compile(
    rf"kw:compare:(?P<period>{_PERIODS}):(?P<source>{_SOURCES}|\*):(?P<topics>{_TOPIC_KEYS})"
)
COMPARE_PICK_ID: Final = re.compile(rf"kw:compare:\?:(?P<period>{_PERIODS}):(?P<topics>{_TOPIC_KEYS})")
_REPOSTS: Final = "rp"


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of ``/history``. ``reposts``: of RP, not of volume; ``source`` None: the one that sees most."""

    topic: str
    period: HistoryPeriod = HistoryPeriod.WEEK
    source: SourceName | None = None
    reposts: bool = False

    @property
    def custom_id(self) -> str:
        """The page as a button carries it: at most 90 of Discord's 100 characters."""
        view = _REPOSTS if self.reposts else "posts"
        return f"kw:history:{self.period}:{view}:{self.source or '*'}:{self.topic}"

    @property
    def menu_id(self) -> str:
        """The menu of views under the page."""
        return f"kw:history:?:{self.period}:{self.topic}"

    @classmethod
    def read(cls, match: re.Match[str], picked: str | None = None) -> Self:
        """The page a custom_id names; ``picked``: the value of the menu."""
        found = match.groupdict()
        source = picked or found.get("source") or "*"
        return cls(
            topic=match["topic"],
            period=HistoryPeriod(match["period"]),
            source=SourceName(source) if source in set(SourceName) else None,
            reposts=picked == _REPOSTS or found.get("view") == _REPOSTS,
        )


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """A page of ``/compare``; ``topics``: the keys of its topics for buttons, separated by dots."""

    topics: str
    period: HistoryPeriod = HistoryPeriod.WEEK
    source: SourceName | None = None

    @property
    def custom_id(self) -> str:
        """The page as a button carries it: at most 80 characters."""
        return f"kw:compare:{self.period}:{self.source or '*'}:{self.topics}"

    @property
    def menu_id(self) -> str:
        """The menu of sources under the page."""
        return f"kw:compare:?:{self.period}:{self.topics}"

    @classmethod
    def read(cls, match: re.Match[str], picked: str | None = None) -> Self:
        """The page a custom_id names; ``picked``: the value of the menu."""
        source = picked or match.groupdict().get("source") or "*"
        named = SourceName(source) if source in set(SourceName) else None
        return cls(match["topics"], HistoryPeriod(match["period"]), named)


@dataclass(frozen=True, slots=True)
class DrawnHistory:
    """An answer with its chart. ``without_picture``: for where Discord takes no file. ``posts``: those shown."""

    view: ui.LayoutView
    picture: Picture | None
    without_picture: ui.LayoutView
    posts: tuple[PostKey, ...] = ()


def volume_page(speaker: Speaker, history: VolumeHistory) -> DrawnHistory:
    """The page of a volume: how much was posted about a topic, at one source."""
    page = HistoryPage(history.topic.handle, history.period, history.source)
    if history.curve is None or history.source is None:
        lines = [_title(history.topic), speaker.say("history-none")]
        return _drawn(lines, [], None, _rows(speaker, page, history.sources))
    where = _where(speaker, history.source, history.target)
    what = speaker.say("history-unit", unit=_unit(history.period))
    head = [
        _title(history.topic),
        speaker.say("history-about", what=what, source=where, period=_period(speaker, history.period)),
        *_figures(speaker, history.curve),
    ]
    picture = Picture(volume_chart(history.curve, history.zone), volume_alt(speaker, history, where))
    return _drawn(head, _legend(speaker, history), picture, _rows(speaker, page, history.sources))


def reposts_page(speaker: Speaker, history: RepostHistory, *, age_restricted: bool) -> DrawnHistory:
    """The page of RP: how those of the topic's top posts rose. Each line has the number of its post below."""
    page = HistoryPage(history.topic.handle, history.period, reposts=True)
    shown = [one for one in history.curves if not is_withheld(one.post, age_restricted=age_restricted)][:POSTS_MAX]
    head = [
        _title(history.topic),
        speaker.say("history-reposts", period=_period(speaker, history.period)),
    ]
    rows = _rows(speaker, page, ())
    if not shown:
        return _drawn([*head, speaker.say("history-no-reposts")], [], None, rows)
    chart = reposts_chart(shown, history.since, history.until, history.period, history.zone)
    several = len({one.source for one in shown}) > 1
    posts = [
        post_lines(speaker, FoundPost(one.post, one.source), rank, room=POST_ROOM, with_source=several)
        for rank, one in enumerate(shown, start=1)
    ]
    small = [speaker.say("rp-caution"), _zone_line(speaker, history.zone, history.period, by_day=False)]
    lines = [*posts, *(f"-# {line}" for line in small if line)]
    picture = Picture(chart, reposts_alt(speaker, history, shown))
    return _drawn(head, lines, picture, rows, tuple(one.post.key for one in shown))


def comparison_page(speaker: Speaker, found: Comparison, keys: Sequence[str]) -> DrawnHistory:
    """The volumes of several topics. ``keys``: of the topics, as buttons carry them."""
    page = ComparisonPage(".".join(keys), found.period, found.source)
    title = f"### {' · '.join(_name(one.topic) for one in found.topics)}"
    rows = list(_compare_rows(speaker, page, found.sources))
    if found.source is None:
        return _drawn([title, speaker.say("history-compare-none")], [], None, rows)
    source = source_name(speaker, found.source)
    what = speaker.say("history-unit", unit=_unit(found.period))
    head = [title, speaker.say("history-about", what=what, source=source, period=_period(speaker, found.period))]
    lines = [_topic_line(speaker, one, number, source) for number, one in enumerate(found.topics, start=1)]
    peaks = [max(one.curve.rates, default=0.0) if one.curve else 0.0 for one in found.topics]
    small = _mean_line(speaker, found.period.compared_bin, found.period)
    small += [speaker.say("history-scale-orders")] if comparison_scale(peaks).logarithmic else []
    small += [speaker.say("history-legend-gap")] if _has_gaps(found.topics) else []
    if any(one.curve is not None and one.curve.at_least for one in found.topics):
        small.append(speaker.say("history-at-least"))
    small.append(_zone_line(speaker, found.zone, found.period))
    chart = comparison_chart(found.topics, found.since, found.until, found.period, found.zone)
    picture = Picture(chart, comparison_alt(speaker, found, source))
    return _drawn(head, [*lines, *(f"-# {line}" for line in small)], picture, rows)


def post_page(speaker: Speaker, history: RepostHistory) -> DrawnHistory:
    """The RP of one post: first and newest reading, and the chart."""
    [curve] = history.curves
    first, last = curve.samples[0], curve.samples[-1]
    read = [
        speaker.say("history-reading", reposts=reposts_text(speaker, one.rp), time=when(one.at))
        for one in dict.fromkeys((first, last))
    ]
    head = [_title(history.topic), *read]
    chart = reposts_chart([curve], history.since, history.until, history.period, history.zone)
    picture = Picture(chart, reposts_alt(speaker, history, [curve]))
    zone = _zone_line(speaker, history.zone, history.period, by_day=False)
    return _drawn(head, [f"-# {zone}"], picture, [], (curve.post.key,))


def small_picture(speaker: Speaker, history: VolumeHistory) -> Picture | None:
    """The small chart of a topic's last day, for answers about other things; None where nothing is known."""
    if history.curve is None or history.source is None:
        return None
    where = _where(speaker, history.source, history.target)
    return Picture(volume_spark(history.curve), volume_alt(speaker, history, where))


# -- alternative texts ---------------------------------------------------------------------------------


def volume_alt(speaker: Speaker, history: VolumeHistory, where: str) -> str:
    """The chart of a volume in a sentence."""
    return curve_alt(speaker, history.topic, history.curve, history.zone, where)


def curve_alt(speaker: Speaker, topic: Topic, curve: VolumeCurve | None, zone: str, where: str) -> str:
    """A curve in a sentence; ``where``: the name of its source."""
    highest, latest = (curve.highest, curve.latest) if curve is not None else (None, None)
    if curve is None or highest is None or latest is None:
        begin, end = ("", "") if curve is None else _span(speaker, curve.since, curve.until, zone)
        return speaker.say("history-alt-empty", topic=_plain(topic), begin=begin, end=end)
    begin, end = _span(speaker, curve.since, curve.until, zone)
    point, usual = latest
    unknown = sum((until - since) / HOUR for since, until in gaps(curve.points))
    return speaker.say(
        "history-alt-volume",
        what=speaker.say("history-unit", unit=_unit(curve.period)),
        topic=_plain(topic),
        source=where,
        begin=begin,
        end=end,
        zone=city(zone, speaker.language),
        highest=rate_number(speaker, highest.rate or 0.0),
        highest_at=on_the_clock(highest.middle, zone, speaker.language),
        latest=rate_number(speaker, point.rate or 0.0),
        usual="no" if usual is None else "yes",
        low="" if usual is None else rate_number(speaker, usual.low),
        high="" if usual is None else rate_number(speaker, usual.high),
        surges=speaker.say("history-surges", count=len(_in_sight(curve))),
        alerts=speaker.say("history-alerts", count=_alert_count(curve)),
        gaps="none" if round(unknown) < 1 else "some",
        gap_hours=speaker.say("history-alt-gaps", count=round(unknown)),
    )


def reposts_alt(speaker: Speaker, history: RepostHistory, shown: Sequence[PostCurve]) -> str:
    """The chart of RP in a sentence: the first and the last reading of each post."""
    begin, end = _span(speaker, history.since, history.until, history.zone)
    posts = [
        speaker.say(
            "history-alt-post",
            number=str(number),
            first=speaker.exact(one.samples[0].rp),
            last=speaker.exact(one.samples[-1].rp),
        )
        for number, one in enumerate(shown, start=1)
    ]
    return speaker.say(
        "history-alt-reposts",
        count=len(shown),
        topic=_plain(history.topic),
        begin=begin,
        end=end,
        zone=city(history.zone, speaker.language),
        posts=speaker.say("history-alt-between").join(posts),
    )


def comparison_alt(speaker: Speaker, found: Comparison, source: str) -> str:
    """A comparison in a sentence."""
    begin, end = _span(speaker, found.since, found.until, found.zone)
    topics = [_topic_alt(speaker, one, number) for number, one in enumerate(found.topics, start=1)]
    return speaker.say(
        "history-alt-compare",
        what=speaker.say("history-unit", unit=_unit(found.period)),
        source=source,
        begin=begin,
        end=end,
        zone=city(found.zone, speaker.language),
        topics=speaker.say("history-alt-between").join(topics),
    )


def _topic_alt(speaker: Speaker, one: TopicCurve, number: int) -> str:
    named: dict[str, Any] = {"number": str(number), "topic": _plain(one.topic)}
    highest = None if one.curve is None else one.curve.highest
    latest = None if one.curve is None else one.curve.latest
    if highest is None or latest is None:
        return speaker.say("history-alt-topic-none", **named)
    return speaker.say(
        "history-alt-topic",
        **named,
        highest=rate_number(speaker, highest.rate or 0.0),
        latest=rate_number(speaker, latest[0].rate or 0.0),
    )


# -- lines ---------------------------------------------------------------------------------------------


def rate_number(speaker: Speaker, rate: float) -> str:
    """A rate as people read it: whole from 10 on, with one decimal below."""
    whole = round(rate)
    return speaker.number(whole) if rate >= 10 or abs(rate - whole) < 0.05 else f"{rate:.1f}"


def rate_text(speaker: Speaker, rate: float, period: HistoryPeriod) -> str:
    """``40 posts an hour``."""
    number = rate_number(speaker, rate)
    return speaker.say("history-rate", unit=_unit(period), rate=number, count=1 if number == "1" else 2)


def _figures(speaker: Speaker, curve: VolumeCurve) -> Iterable[str]:
    """The newest and the highest point, and how many surges and alerts there were."""
    highest, latest = curve.highest, curve.latest
    if highest is None or latest is None:
        yield speaker.say("history-none")
        return
    point, usual = latest
    said: dict[str, Any] = {
        "rate": rate_text(speaker, point.rate or 0.0, curve.period),
        "time": when(point.end),
    }
    if usual is None:
        yield speaker.say("history-latest", **said)
    else:
        low, high = rate_number(speaker, usual.low), rate_number(speaker, usual.high)
        yield speaker.say("history-latest-usual", **said, low=low, high=high)
    rate = rate_text(speaker, highest.rate or 0.0, curve.period)
    yield speaker.say("history-highest", rate=rate, time=when(highest.start))


def _legend(speaker: Speaker, history: VolumeHistory) -> list[str]:
    """The meanings of the marks of a chart, of those alone that it has."""
    curve = history.curve
    if curve is None:
        return []
    surges, alerts = len(_in_sight(curve)), _alert_count(curve)
    marks = _mean_line(speaker, history.period.bin, history.period)
    marks += [speaker.say("history-legend-usual")] if any(curve.usual) else []
    marks += [speaker.say("history-legend-surge", count=surges)] if surges else []
    marks += [speaker.say("history-legend-alert", count=alerts)] if alerts else []
    marks += [speaker.say("history-legend-gap")] if gaps(curve.points) else []
    lines = [speaker.say("alert-dot").join(marks)] if marks else []
    lines += [speaker.say("history-at-least")] if curve.at_least else []
    lines.append(_zone_line(speaker, history.zone, history.period))
    return [f"-# {line}" for line in lines]


def _mean_line(speaker: Speaker, every: timedelta, period: HistoryPeriod) -> list[str]:
    """The span of which each point is the mean; nothing where that is the hour or day that rates are given for.

    Otherwise a peak of one hour reads as another number in each period.
    """
    if every == period.unit:
        return []
    unit, length = next((name, length) for name, length in _SPANS if every % length == timedelta())
    return [speaker.say("history-legend-mean", unit=unit, count=every // length)]


def _topic_line(speaker: Speaker, one: TopicCurve, number: int, source: str) -> str:
    latest = None if one.curve is None else one.curve.latest
    highest = None if one.curve is None else one.curve.highest
    if one.curve is None or latest is None or highest is None:
        return speaker.say("history-line-none", number=str(number), topic=_name(one.topic), source=source)
    period = one.curve.period
    figures = [
        speaker.say(
            "history-latest", rate=rate_text(speaker, latest[0].rate or 0.0, period), time=when(latest[0].end)
        ),
        speaker.say(
            "history-highest", rate=rate_text(speaker, highest.rate or 0.0, period), time=when(highest.start)
        ),
    ]
    joined = speaker.say("alert-dot").join(figures)
    return speaker.say("history-line", number=str(number), topic=_name(one.topic), figures=joined)


def _zone_line(speaker: Speaker, zone: str, period: HistoryPeriod, *, by_day: bool = True) -> str:
    is_utc_day = by_day and period is HistoryPeriod.QUARTER and zone != "UTC"
    text_id = "history-zone-utc-days" if is_utc_day else "history-zone"
    return speaker.say(text_id, zone=zone_label(zone, speaker.language))


def _where(speaker: Speaker, source: SourceName, target: str | None) -> str:
    """The source, with the server where it is another than the usual one."""
    return source_name(speaker, source) if target is None else endpoint_name(speaker, endpoint_of(source, target))


def _span(speaker: Speaker, since: datetime, until: datetime, zone: str) -> tuple[str, str]:
    return on_the_clock(since, zone, speaker.language), on_the_clock(until, zone, speaker.language)


def _in_sight(curve: VolumeCurve) -> list[object]:
    return [one for one in curve.surges if one.until >= curve.since and one.began_at <= curve.until]


def _alert_count(curve: VolumeCurve) -> int:
    return sum(curve.since <= at <= curve.until for at in curve.alerts)


def _has_gaps(topics: Iterable[TopicCurve]) -> bool:
    return any(one.curve is not None and gaps(one.curve.points) for one in topics)


def _title(topic: Topic) -> str:
    return f"### {_name(topic)}"


def _name(topic: Topic) -> str:
    return label(topic.name, TOPIC_NAME_MAX) or "-"


def _plain(topic: Topic) -> str:
    """The name where nothing is formatted."""
    return excerpt(topic.name, TOPIC_NAME_MAX) or "-"


def _unit(period: HistoryPeriod) -> str:
    return "hour" if period.unit == HOUR else "day"


_SPANS: Final = (("day", DAY), ("hour", HOUR), ("minute", timedelta(minutes=1)))
_PERIOD_KEYS: Final = {
    HistoryPeriod.DAY: "h24",
    HistoryPeriod.WEEK: "d7",
    HistoryPeriod.MONTH: "d30",
    HistoryPeriod.QUARTER: "d90",
}
"""Names of Fluent's variants begin with a letter."""


def _period(speaker: Speaker, period: HistoryPeriod) -> str:
    return speaker.say("history-period", period=_PERIOD_KEYS[period])


def period_choice(speaker: Speaker, period: HistoryPeriod) -> str:
    """A period as a button or a suggestion names it."""
    return speaker.say("history-period-choice", period=_PERIOD_KEYS[period])


# -- layout --------------------------------------------------------------------------------------------


def _drawn(
    head: Sequence[str],
    foot: Sequence[str],
    picture: Picture | None,
    rows: Iterable[ui.ActionRow[Any]],
    posts: tuple[PostKey, ...] = (),
) -> DrawnHistory:
    buttons = list(rows)

    def layout(*, pictured: bool) -> ui.LayoutView:
        card: ui.Container[Any] = ui.Container(ui.TextDisplay("\n".join(head)), accent_colour=COLOUR)
        if pictured and picture is not None:
            card.add_item(gallery(picture))
        if foot:
            card.add_item(ui.TextDisplay("\n".join(foot)))
        for row in buttons:
            card.add_item(row)
        return finished(card)

    return DrawnHistory(layout(pictured=True), picture, layout(pictured=False), posts)


def _rows(speaker: Speaker, page: HistoryPage, sources: Sequence[SourceName]) -> list[ui.ActionRow[Any]]:
    """A button for each period, and the menu of what can be shown."""
    periods = [_period_button(speaker, page.period, period, _at(page, period)) for period in HistoryPeriod]
    return [ui.ActionRow(*periods), ui.ActionRow(_view_menu(speaker, page, sources))]


def _at(page: HistoryPage, period: HistoryPeriod) -> str:
    return replace(page, period=period).custom_id


def _period_button(speaker: Speaker, now: HistoryPeriod, period: HistoryPeriod, custom_id: str) -> ui.Button[Any]:
    is_now = period is now
    style = discord.ButtonStyle.primary if is_now else discord.ButtonStyle.secondary
    found = button(period_choice(speaker, period), custom_id, style)
    found.disabled = is_now
    return found


def _view_menu(speaker: Speaker, page: HistoryPage, sources: Sequence[SourceName]) -> ui.Select[Any]:
    """Volume at each source, and RP of the top posts; the present one is marked."""
    options = [
        discord.SelectOption(
            label=speaker.say("history-view-posts", source=source_name(speaker, source)),
            value=source,
            default=not page.reposts and source is page.source,
        )
        for source in sources
    ]
    if not options:
        options.append(discord.SelectOption(label=speaker.say("history-view-volume"), value="*", default=False))
    options.append(
        discord.SelectOption(label=speaker.say("history-view-reposts"), value=_REPOSTS, default=page.reposts)
    )
    return ui.Select(custom_id=page.menu_id, options=options, placeholder=speaker.say("history-view-placeholder"))


def _compare_rows(
    speaker: Speaker, page: ComparisonPage, sources: Sequence[SourceName]
) -> Iterable[ui.ActionRow[Any]]:
    yield ui.ActionRow(
        *(
            _period_button(speaker, page.period, period, replace(page, period=period).custom_id)
            for period in HistoryPeriod
        )
    )
    if len(sources) > 1:
        options = [
            discord.SelectOption(
                label=speaker.say("history-view-posts", source=source_name(speaker, source)),
                value=source,
                default=source is page.source,
            )
            for source in sources
        ]
        yield ui.ActionRow(ui.Select(custom_id=page.menu_id, options=options))
