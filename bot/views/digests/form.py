"""The forms in which a digest is edited, and in which refused options of ``/digest`` are entered again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import discord
import regex
from discord import ui

from bot.core.models import Digest, Recurrence, RoleId
from bot.core.text import excerpt
from bot.views.kit.forms import About, Form, FormKind, Typed
from bot.views.kit.text import Speaker
from bot.views.kit.timezones import default_zone, zone_label
from bot.views.subscriptions.form import role_field

TIME_FIELD_MAX = 100
TOPICS_FIELD_MAX = 2000
"""25 topics of 60 characters with commas fit."""

_BETWEEN_NUMBERS = regex.compile(r"[\s,、，/]+")

OptionsSubmitted = Callable[[discord.Interaction[Any], "DigestOptionsForm"], Awaitable[None]]
Submitted = Callable[[discord.Interaction[Any], "DigestForm"], Awaitable[None]]


class DigestForm(Form):
    """The form of a digest, filled with its present settings; the rest is changed by ``/digest edit``.

    ``time`` and ``topics`` are given as a field shows them, and read back as typed. ``submitted`` is called with
    the filled form. ``role_gone``: its role was deleted, so that nothing of it can be chosen.
    """

    def __init__(
        self,
        speaker: Speaker,
        digest: Digest,
        *,
        time: str,
        topics: str,
        submitted: Submitted,
        role_gone: bool = False,
    ) -> None:
        super().__init__(speaker.say("digest-form-title"), About(FormKind.DIGEST, digest.id))
        self._submitted = submitted
        self._recurrence = _recurrence_field(speaker, digest.settings.schedule.recurrence)
        self._time = _text_field("time", time, TIME_FIELD_MAX)
        self._topics = _text_field("topics", topics, TOPICS_FIELD_MAX, style=discord.TextStyle.paragraph)
        self._numbers = _text_field("numbers", f"{digest.settings.top}, {digest.settings.min_rp}", 30)
        self._role = role_field(None if role_gone else digest.settings.role_id)
        zone = zone_label(digest.settings.schedule.zone, speaker.language)
        self._add(speaker.say("digest-form-recurrence"), self._recurrence)
        self._add(speaker.say("digest-form-time"), self._time, speaker.say("digest-form-time-hint", zone=zone))
        self._add(speaker.say("digest-form-topics"), self._topics, speaker.say("digest-form-topics-hint"))
        self._add(speaker.say("digest-form-numbers"), self._numbers, speaker.say("digest-form-numbers-hint"))
        role_hint = speaker.say("edit-role-gone") if role_gone else None
        self._add(speaker.say("digest-form-role"), self._role, role_hint)

    @property
    def recurrence(self) -> Recurrence | None:
        """The chosen kind of schedule."""
        value = next(iter(self._recurrence.values), None)
        return None if value is None else Recurrence(value)

    @property
    def time(self) -> str:
        """The time, or five fields of cron, as typed."""
        return self._time.value

    @property
    def topics(self) -> str:
        """The topics as typed; empty is all that the channel is subscribed to."""
        return self._topics.value

    @property
    def top(self) -> str:
        """The number of posts a topic, as typed; empty without input."""
        return self._number(0)

    @property
    def min_rp(self) -> str:
        """The least RP as typed; empty where nothing is."""
        return self._number(1)

    @property
    def role(self) -> discord.Role | None:
        """The chosen role."""
        return next(iter(self._role.values), None)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form over."""
        await self._submitted(interaction, self)

    def _number(self, place: int) -> str:
        typed = _BETWEEN_NUMBERS.split(self._numbers.value.strip(), maxsplit=1)
        return typed[place] if place < len(typed) else ""

    def _add(self, text: str, field: ui.Item[Any], hint: str | None = None) -> None:
        hint = None if hint is None else excerpt(hint, 100)
        self.add_item(ui.Label(text=excerpt(text, 45), description=hint, component=field))


def field_max(name: str) -> int:
    """Characters that a field of the forms takes."""
    return TOPICS_FIELD_MAX if name == "topics" else TIME_FIELD_MAX


class DigestOptionsForm(Form):
    """The form that offers wrong options of ``/digest create`` and ``/digest edit`` again.

    ``shown``: what the text fields show until ``refill``, by name; ``recurrence`` and ``role_id``: what is chosen
    until then. ``submitted`` is called with the filled form. ``zone``: the server's, where it chose one.
    """

    def __init__(
        self,
        speaker: Speaker,
        about: About,
        *,
        submitted: OptionsSubmitted,
        recurrence: Recurrence = Recurrence.DAILY,
        role_id: RoleId | None = None,
        shown: Mapping[str, str] = MappingProxyType({}),
        zone: str | None = None,
    ) -> None:
        title = "digest-form-title-new" if about.kind is FormKind.NEW_DIGEST else "digest-form-title"
        super().__init__(speaker.say(title), about)
        self._submitted = submitted
        self._carried: Typed = {}
        self._recurrence = _recurrence_field(speaker, recurrence)
        self._texts = {name: _option_field(name, shown.get(name, "")) for name in ("time", "timezone", "topics")}
        self._role = role_field(role_id)
        is_new = about.kind is FormKind.NEW_DIGEST
        self._texts["timezone"].required = is_new and (zone or default_zone(speaker.language)) is None
        hints = {
            "time": speaker.say("digest-form-time-hint", zone="").strip(),
            "timezone": speaker.say("opt-digest-timezone-description"),
            "topics": speaker.say("digest-form-topics-hint"),
        }
        fields: dict[str, ui.Item[Any]] = {"recurrence": self._recurrence, **self._texts, "role": self._role}
        for name, field in fields.items():
            hint = excerpt(hints[name], 100) if name in hints else None
            text = excerpt(speaker.say(f"digest-form-{name}"), 45)
            self.add_item(ui.Label(text=text, description=hint, component=field))

    def refill(self, typed: Typed) -> None:
        """Show what was typed, and carry the options that have no field: Discord itself checks them."""
        super().refill(typed)
        own = {"recurrence", "role", *self._texts}
        self._carried = {name: values for name, values in typed.items() if name not in own}

    @property
    def carried(self) -> Typed:
        """The options that have no field, by name."""
        return self._carried

    @property
    def typed(self) -> Typed:
        """All options by name: those of the fields as typed, and those that are carried."""
        texts = {name: (field.value,) for name, field in self._texts.items()}
        role = () if self.role is None else (str(self.role.id),)
        return {**self._carried, "recurrence": tuple(self._recurrence.values), **texts, "role": role}

    @property
    def role(self) -> discord.Role | None:
        """The chosen role."""
        return next(iter(self._role.values), None)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form over."""
        await self._submitted(interaction, self)


def _option_field(name: str, now: str) -> ui.TextInput[Any]:
    style = discord.TextStyle.paragraph if name == "topics" else discord.TextStyle.short
    return _text_field(name, now, field_max(name), style=style)


def _recurrence_field(speaker: Speaker, now: Recurrence) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=speaker.say(f"choice-recurrence-{one}"), value=one, default=one is now)
        for one in Recurrence
    ]
    return ui.Select(custom_id="recurrence", options=options, required=True)


def _text_field(
    custom_id: str, now: str, limit: int, style: discord.TextStyle = discord.TextStyle.short
) -> ui.TextInput[Any]:
    return ui.TextInput(
        custom_id=custom_id, style=style, default=now[:limit] or None, required=False, max_length=limit
    )
