"""Charts as files of messages: of the cards of surges, and of digests."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.models import DigestContent, Message, OutboxEntry, OutgoingFile, SurgeContent
from bot.core.text import excerpt
from bot.delivery.chart_images import ChartImages
from bot.views.alerts.surge_chart import surge_picture, surge_slot
from bot.views.digests.chart import digest_picture, digest_slot
from bot.views.kit.pictures import FILE_DESCRIPTION_MAX
from bot.views.kit.text import Texts


class MessageCharts:
    """Makes the charts of messages, of nothing but what their entries hold: a retry has the same bytes."""

    def __init__(self, images: ChartImages, texts: Texts) -> None:
        self._images = images
        self._texts = texts

    async def make(self, message: Message, *, age_restricted: bool, wait_s: float) -> Sequence[OutgoingFile]:
        """See ``FileMaker``. A chart holds no post, and is drawn in less time than anybody waits."""
        files = [
            await self._chart(entry, live=message.discord_message_id is not None) for entry in message.entries
        ]
        return [file for file in files if file is not None]

    async def _chart(self, entry: OutboxEntry, *, live: bool) -> OutgoingFile | None:
        """``live``: with the newest figures, for an edit; else with those that it was sealed with."""
        content = entry.content
        speaker = self._texts.speaker(content.language)
        if isinstance(content, SurgeContent):
            figures = (entry.figures if live else None) or content.figures
            slot, picture = surge_slot(figures), surge_picture(speaker, content, figures)
        elif isinstance(content, DigestContent):
            slot, picture = digest_slot(content), digest_picture(speaker, content)
        else:
            return None
        if picture is None or entry.hidden:
            return None
        png = await self._images.png(picture.svg)
        return OutgoingFile(f"{slot}.png", png, excerpt(picture.description, FILE_DESCRIPTION_MAX))
