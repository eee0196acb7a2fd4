"""The form in which quiet hours that could not be read are entered again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord
from discord import ui

from bot.core.models import ChannelId
from bot.core.text import excerpt
from bot.views.kit.forms import About, Form, FormKind
from bot.views.kit.text import Speaker
from bot.views.kit.timezones import default_zone

FIELD_MAX: Final = 100
FIELDS: Final = ("start", "end", "timezone", "weekdays")

Submitted = Callable[[discord.Interaction[Any], "QuietForm"], Awaitable[None]]


class QuietForm(Form):
    """Start, end, time zone and weekdays of a channel's quiet hours, empty until ``refill``.

    ``submitted`` is called with the filled form. ``zone``: the one that counts if none is entered, None: that of
    the language.
    """

    def __init__(
        self, speaker: Speaker, channel_id: ChannelId, *, submitted: Submitted, zone: str | None = None
    ) -> None:
        super().__init__(speaker.say("quiet-form-title"), About(FormKind.QUIET, channel_id))
        self._submitted = submitted
        usual = zone or default_zone(speaker.language)
        self._fields: dict[str, ui.TextInput[Any]] = {}
        for name in FIELDS:
            is_needed = name in {"start", "end"} or (name == "timezone" and usual is None)
            self._fields[name] = ui.TextInput(custom_id=name, required=is_needed, max_length=FIELD_MAX)
            hint = excerpt(speaker.say(f"opt-quiet-{name}-description"), 100)
            text = excerpt(speaker.say(f"quiet-form-{name}"), 45)
            self.add_item(ui.Label(text=text, description=hint, component=self._fields[name]))

    def typed(self, name: str) -> str:
        """One of ``FIELDS`` as typed."""
        return self._fields[name].value

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form over."""
        await self._submitted(interaction, self)
