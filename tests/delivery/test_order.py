"""In which order what waits for a channel goes out."""

from __future__ import annotations

from datetime import timedelta

from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    Content,
    DigestContent,
    DigestId,
    EntryId,
    GuildId,
    HoldReason,
    OutboxEntry,
    Period,
    SourceName,
    SummaryContent,
)
from bot.delivery.sender import _biggest_first
from tests.storage.world import NOW, TOPIC, post


def waiting(number: int, content: Content) -> OutboxEntry:
    return OutboxEntry(EntryId(number), GuildId(1), ChannelId(2), None, content, NOW, NOW)


def an_alert(rp: int) -> Content:
    return AlertContent(TOPIC, SourceName.TRENDPAGE, post(1, rp), AlertReason.NEW, NOW, min_rp=100, language="ja")


def test_digests_go_first_for_they_have_a_time_then_alerts_the_biggest_first_then_the_rest() -> None:
    digest = DigestContent(DigestId(7), "朝刊", Period(NOW - timedelta(days=1), NOW), "Asia/Tokyo", "ja")
    summary = SummaryContent(TOPIC, HoldReason.HOURLY_LIMIT, "ja", 3)
    entries = [
        waiting(1, summary),
        waiting(2, an_alert(200)),
        waiting(3, digest),
        waiting(4, an_alert(900)),
        waiting(5, digest),
    ]
    assert [entry.id for entry in sorted(entries, key=_biggest_first)] == [3, 5, 4, 2, 1]
