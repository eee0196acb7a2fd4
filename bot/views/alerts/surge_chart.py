"""The chart on the card of a surge: the day before, drawn of what the card was stored with."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final

import discord
from discord import ui

from bot.core.history.curves import SurgeSpan, VolumeCurve
from bot.core.history.period import HistoryPeriod
from bot.core.history.usual import SPREAD, UsualRange
from bot.core.history.volume import VolumePoint
from bot.core.models import SurgeContent, SurgeFigures
from bot.core.surge.day import HourlyCurve
from bot.core.text import excerpt
from bot.views.charts.volume import volume_spark
from bot.views.history import curve_alt
from bot.views.kit.files import DESCRIPTION_MAX, MediaUrls
from bot.views.kit.pictures import Picture
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker
from bot.views.kit.timezones import default_zone

_HOUR: Final = timedelta(hours=1)
_KNOWN_HOURS: Final = 3
"""Hours from which on a chart says anything."""


def surge_slot(figures: SurgeFigures) -> str:
    """The slot of the chart of such figures: other figures have another, so that an edit brings another chart."""
    seen = repr((figures.at, figures.curve)).encode()
    return f"surge-{hashlib.blake2b(seen, digest_size=6).hexdigest()}"


def surge_picture(speaker: Speaker, content: SurgeContent, figures: SurgeFigures) -> Picture | None:
    """The chart of a card; None on a line, on cards of earlier versions, and where too little is known."""
    if content.grew or figures.curve is None:
        return None
    curve = _curve_of(figures.curve, content, figures)
    if len(curve.rates) < _KNOWN_HOURS:
        return None
    zone = default_zone(speaker.language) or "UTC"
    said = curve_alt(speaker, content.topic, curve, zone, source_name(speaker, content.source))
    return Picture(volume_spark(curve), said)


def surge_gallery(
    speaker: Speaker, content: SurgeContent, figures: SurgeFigures, media: MediaUrls
) -> ui.MediaGallery[Any] | None:
    """The chart where the message has it as a file."""
    url = media.get(surge_slot(figures))
    picture = None if url is None else surge_picture(speaker, content, figures)
    if url is None or picture is None:
        return None
    return ui.MediaGallery(
        discord.MediaGalleryItem(url, description=excerpt(picture.description, DESCRIPTION_MAX))
    )


def _curve_of(hours: HourlyCurve, content: SurgeContent, figures: SurgeFigures) -> VolumeCurve:
    until = max(figures.at, hours.begin + _HOUR)
    rates = (*hours.rates[:-1], figures.per_hour)  # minutes of an hour that has just begun say little of it
    points = tuple(
        VolumePoint(hours.begin + n * _HOUR, min(hours.begin + (n + 1) * _HOUR, until), rate)
        for n, rate in enumerate(rates)
        if hours.begin + n * _HOUR < until
    )
    usual = tuple(None if rate is None else _usual_range(rate) for rate in hours.usual)
    surge = SurgeSpan(content.began_at, max(content.began_at, figures.at))
    return VolumeCurve(HistoryPeriod.DAY, hours.begin, until, points, usual, (surge,))


def _usual_range(rate: float) -> UsualRange:
    """The range that chance makes of a usual rate."""
    half = SPREAD * rate**0.5
    return UsualRange(max(0.0, rate - half), rate + half)
