"""Charts of messages: made of what their entries hold, so that a retry sends the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from discord import ui

from bot.core.models import (
    ChannelId,
    DigestContent,
    DigestId,
    DigestTopic,
    EntryId,
    GuildId,
    Message,
    MessageId,
    OutboxEntry,
    Period,
    SourceName,
    SurgeContent,
    SurgeFigures,
    TopicState,
    VolumeLine,
)
from bot.core.surge.day import HourlyCurve
from bot.core.surge.settings import Preset
from bot.core.text import make_topic
from bot.delivery.chart_images import ChartImages
from bot.delivery.discord.message_charts import MessageCharts
from bot.views.alerts.message import draw
from bot.views.kit.files import attached, attached_names
from bot.views.kit.text import Texts
from config import LOCALES

NOW = datetime(2026, 11, 22, 3, 20, tzinfo=UTC)
HOURS = HourlyCurve(NOW.replace(minute=0) - timedelta(hours=24), (*(10.0,) * 23, None, 90.0), (12.0,) * 25)
FIGURES = SurgeFigures(NOW, 8.0, 8.0, 90.0, 11.0, curve=HOURS)
CONTENT = SurgeContent(
    topic=make_topic("データセンター"),
    source=SourceName.TRENDPAGE,
    language="ja",
    preset=Preset.EVERY,
    began_at=NOW - timedelta(hours=1),
    figures=FIGURES,
)


def message(
    *contents: SurgeContent | DigestContent, sent: bool = False, newest: SurgeFigures | None = None
) -> Message:
    entries = tuple(
        OutboxEntry(EntryId(n), GuildId(1), ChannelId(2), None, one, NOW, NOW, figures=newest)
        for n, one in enumerate(contents)
    )
    there = 77 if sent else None
    return Message(MessageId("0" * 24), GuildId(1), ChannelId(2), entries, NOW, discord_message_id=there)


def charts() -> MessageCharts:
    return MessageCharts(ChartImages(lambda: NOW), Texts(LOCALES))


async def test_retry_sends_the_same_bytes_also_after_a_restart() -> None:
    [first] = await charts().make(message(CONTENT), age_restricted=False, wait_s=2.0)
    [again] = await charts().make(message(CONTENT), age_restricted=False, wait_s=0.0)

    assert first == again
    assert first.name.startswith("surge-")
    assert len(first.data) < 40_000
    assert "データセンター" in first.alt


async def test_figures_that_came_after_sealing_are_drawn_by_edits_only() -> None:
    newest = replace(FIGURES, at=NOW + timedelta(hours=1), ratio=3.0)

    [sealed] = await charts().make(message(CONTENT, newest=newest), age_restricted=False, wait_s=2.0)
    [edited] = await charts().make(message(CONTENT, newest=newest, sent=True), age_restricted=False, wait_s=0.0)

    assert sealed == (await charts().make(message(CONTENT), age_restricted=False, wait_s=2.0))[0]
    assert edited.slot != sealed.slot


async def test_chart_ends_with_the_figure_that_the_card_names() -> None:
    """Three minutes after the hour, what was seen of it may be several times as much an hour."""
    begun = replace(HOURS, rates=(*HOURS.rates[:-1], 2300.0))

    [file] = await charts().make(
        message(replace(CONTENT, figures=replace(FIGURES, per_hour=810.0, curve=begun))),
        age_restricted=False,
        wait_s=2.0,
    )

    assert "810" in file.alt
    assert "2,300" not in file.alt


async def test_card_of_an_earlier_version_and_a_line_have_no_chart() -> None:
    old = replace(CONTENT, figures=replace(FIGURES, curve=None))
    little = replace(FIGURES, curve=HourlyCurve(NOW, (None, 5.0, None), (None, None, None)))

    made = await charts().make(
        message(old, replace(CONTENT, grew=True), replace(CONTENT, figures=little)),
        age_restricted=False,
        wait_s=2.0,
    )

    assert list(made) == []


def a_digest(*lines: VolumeLine | None) -> DigestContent:
    topics = tuple(
        DigestTopic(make_topic(f"topic {n}"), TopicState.QUIET, line=line) for n, line in enumerate(lines)
    )
    period = Period(NOW - timedelta(hours=24), NOW)
    return DigestContent(DigestId(7), "朝刊", period, "Asia/Tokyo", "ja", topics=topics)


async def test_digest_has_one_chart_of_its_first_topics_and_says_which() -> None:
    lines = [VolumeLine(SourceName.TRENDPAGE, NOW - timedelta(hours=24), 30, (10.0 + n,) * 48) for n in range(7)]
    content = a_digest(None, *lines)

    [file] = await charts().make(message(content), age_restricted=False, wait_s=2.0)
    [again] = await charts().make(message(content), age_restricted=False, wait_s=0.0)
    view = draw(message(content), Texts(LOCALES), age_restricted=False, media=attached([file])).view

    assert file == again
    assert file.name.startswith("digest-")
    assert attached_names(view) == {file.name}
    [legend] = [
        item.content
        for item in view.walk_children()
        if isinstance(item, ui.TextDisplay) and "**5**" in item.content
    ]
    assert "topic 5" in legend
    assert "topic 6" not in legend
    assert list(await charts().make(message(a_digest(None)), age_restricted=False, wait_s=2.0)) == []
