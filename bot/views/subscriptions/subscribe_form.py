"""The form in which refused options of ``/subscribe`` are entered again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import discord
from discord import ui

from bot.core.models import ChannelId, SourceName
from bot.core.text import excerpt
from bot.views.kit.forms import About, Form, FormKind, Typed
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker

from .form import WORDS_FIELD_MAX, role_field, words_field

TOPIC_FIELD_MAX: Final = 2000
"""More than an address that can be used has."""
FIELDS: Final = ("topic", "include", "exclude", "source", "role")
"""The options of ``/subscribe`` that the form asks for: it has five fields. Discord itself checks the others."""
ALL_SOURCES: Final = "all"

Submitted = Callable[[discord.Interaction[Any], "SubscribeForm"], Awaitable[None]]


class SubscribeForm(Form):
    """The options of ``/subscribe`` that can be wrong, empty until ``refill``. ``sources``: those of this bot.

    ``submitted`` is called with the filled form.
    """

    def __init__(
        self, speaker: Speaker, channel_id: ChannelId, sources: Iterable[SourceName], *, submitted: Submitted
    ) -> None:
        super().__init__(speaker.say("subscribe-form-title"), About(FormKind.SUBSCRIBE, channel_id))
        self._submitted = submitted
        self._carried: Typed = {}
        self._topic: ui.TextInput[Any] = ui.TextInput(custom_id="topic", max_length=TOPIC_FIELD_MAX)
        self._include = words_field("include", "")
        self._exclude = words_field("exclude", "")
        self._source = _source_field(speaker, sources)
        self._role = role_field(None)
        words_hint = speaker.say("edit-words-hint")
        self._add(speaker.say("subscribe-form-topic"), self._topic, speaker.say("opt-sub-topic-description"))
        self._add(speaker.say("edit-include"), self._include, words_hint)
        self._add(speaker.say("edit-exclude"), self._exclude, words_hint)
        self._add(speaker.say("subscribe-form-source"), self._source)
        self._add(speaker.say("edit-role"), self._role)

    def refill(self, typed: Typed) -> None:
        """Show what was typed, and carry the options that have no field (``FIELDS``)."""
        super().refill(typed)
        self._carried = {name: values for name, values in typed.items() if name not in FIELDS}

    @property
    def carried(self) -> Typed:
        """The options that have no field, by name."""
        return self._carried

    @property
    def typed(self) -> Typed:
        """All options but the role, by name, those that are carried among them."""
        source = next(iter(self._source.values), ALL_SOURCES)
        texts = {field.custom_id: (field.value,) for field in (self._topic, self._include, self._exclude)}
        return {**self._carried, **texts, "source": (source,)}

    @property
    def role(self) -> discord.Role | None:
        """The chosen role."""
        return next(iter(self._role.values), None)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form over."""
        await self._submitted(interaction, self)

    def _add(self, text: str, field: ui.Item[Any], hint: str | None = None) -> None:
        hint = None if hint is None else excerpt(hint, 100)
        self.add_item(ui.Label(text=excerpt(text, 45), description=hint, component=field))


def field_max(name: str) -> int:
    """Characters that a field of the form takes."""
    return WORDS_FIELD_MAX if name in {"include", "exclude"} else TOPIC_FIELD_MAX


def _source_field(speaker: Speaker, sources: Iterable[SourceName]) -> ui.Select[Any]:
    everything = discord.SelectOption(
        label=speaker.say("subscribe-form-source-all"), value=ALL_SOURCES, default=True
    )
    each = [discord.SelectOption(label=source_name(speaker, one), value=one) for one in sources]
    return ui.Select(custom_id="source", options=[everything, *each])
