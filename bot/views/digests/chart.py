"""The chart in a digest: the volumes of its first topics over its period."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import discord
from discord import ui

from bot.core.history.curves import POSTS_MAX, Comparison, TopicCurve, VolumeCurve
from bot.core.history.period import HistoryPeriod
from bot.core.history.volume import VolumePoint
from bot.core.models import DigestContent, DigestTopic, VolumeLine
from bot.core.text import TOPIC_NAME_MAX, excerpt, label
from bot.views.charts.lines import comparison_spark
from bot.views.history import comparison_alt
from bot.views.kit.files import DESCRIPTION_MAX, MediaUrls
from bot.views.kit.pictures import Picture
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker


def digest_slot(content: DigestContent) -> str:
    """The slot of the chart of a digest."""
    seen = repr([(topic.topic.key, topic.line) for topic in content.topics]).encode("utf-8", "surrogatepass")
    return f"digest-{hashlib.blake2b(seen, digest_size=6).hexdigest()}"


def digest_picture(speaker: Speaker, content: DigestContent) -> Picture | None:
    """The chart of a digest; None where nothing is known of the volume of its topics."""
    drawn = _drawn(content)
    if not drawn:
        return None
    curves = [TopicCurve(topic.topic, _curve_of(line, content)) for topic, line in drawn]
    start, end = content.period.start, content.period.end
    found = Comparison(tuple(curves), HistoryPeriod.DAY, start, end, content.zone)
    sources = dict.fromkeys(source_name(speaker, line.source) for _, line in drawn)
    return Picture(
        comparison_spark(curves, start, end),
        comparison_alt(speaker, found, speaker.say("list-comma").join(sources)),
    )


def digest_chart(speaker: Speaker, content: DigestContent, media: MediaUrls) -> list[ui.Item[Any]]:
    """The chart where the message has it as a file, and the topics that its numbers stand for."""
    url = media.get(digest_slot(content))
    picture = None if url is None else digest_picture(speaker, content)
    if url is None or picture is None:
        return []
    described = excerpt(picture.description, DESCRIPTION_MAX)
    names = [
        f"**{number}** {label(topic.topic.name, TOPIC_NAME_MAX)}"
        for number, (topic, _) in enumerate(_drawn(content), start=1)
    ]
    what = speaker.say("history-unit", unit="hour")
    legend = speaker.say("alert-dot").join([what, *names])
    return [
        ui.MediaGallery(discord.MediaGalleryItem(url, description=described)),
        ui.TextDisplay(f"-# {legend}"),
    ]


def _drawn(content: DigestContent) -> list[tuple[DigestTopic, VolumeLine]]:
    """The topics that are drawn: of those with a line, the first."""
    return [(topic, topic.line) for topic in content.topics if topic.line is not None][:POSTS_MAX]


def _curve_of(line: VolumeLine, content: DigestContent) -> VolumeCurve:
    every, end = timedelta(minutes=line.minutes), content.period.end
    points = tuple(
        VolumePoint(line.begin + n * every, min(line.begin + (n + 1) * every, end), rate)
        for n, rate in enumerate(line.rates)
        if line.begin + n * every < end
    )
    return VolumeCurve(HistoryPeriod.DAY, content.period.start, end, points)
