"""Charts of messages: made of what their entries hold, so that a retry sends the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.models import (
    ChannelId,
    EntryId,
    GuildId,
    Message,
    MessageId,
    OutboxEntry,
    SourceName,
    SurgeContent,
    SurgeFigures,
)
from bot.core.surge.day import HourlyCurve
from bot.core.surge.settings import Preset
from bot.core.text import make_topic
from bot.delivery.chart_images import ChartImages
from bot.delivery.message_charts import MessageCharts
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


def message(*contents: SurgeContent, sent: bool = False, newest: SurgeFigures | None = None) -> Message:
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


async def test_card_of_an_earlier_version_and_a_line_have_no_chart() -> None:
    old = replace(CONTENT, figures=replace(FIGURES, curve=None))
    little = replace(FIGURES, curve=HourlyCurve(NOW, (None, 5.0, None), (None, None, None)))

    made = await charts().make(
        message(old, replace(CONTENT, grew=True), replace(CONTENT, figures=little)),
        age_restricted=False,
        wait_s=2.0,
    )

    assert list(made) == []
