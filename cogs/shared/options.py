"""The names and options of commands: their texts from the locale files, and the kinds of options that are shared.

The default text of a command is English, which Discord shows in every language the bot does not speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import discord
from discord import app_commands
from discord.app_commands import Choice, locale_str

from bot.core.errors import RefusedRequest
from bot.core.models import SourceName
from bot.views.kit.text import Speaker
from bot.views.kit.timezones import default_zone, find_zone, suggest_zones
from cogs.shared.language import speaker_of
from cogs.shared.permissions import KINDS, ChosenChannel
from cogs.shared.reach import BotInteraction
from config import LOCALES

F = TypeVar("F", bound=Callable[..., Any])

CHOICES_MAX: Final = 25
"""Suggestions and choices that Discord takes for one option."""
LANGUAGE_CHOICES: Final = {"ja": "choice-language-ja", "en": "choice-language-en"}
_ENGLISH: Final = Speaker("en", LOCALES)

_TYPED_MAX = 100


# -- texts ---------------------------------------------------------------------------------------------


def text(key: str) -> locale_str:
    """A text of the locale files, in English unless the translator knows it in the reader's language."""
    return locale_str(_ENGLISH.say(key), key=key)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command: the function's parameter, and its texts. The parameter's annotation is its type.

    Its name is the text ``KEY-name``, its description ``KEY-description``. ``described``: the key of the
    description, where several commands share the name alone. ``choices``: the id of the text for each fixed value.
    """

    parameter: str
    key: str
    described: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


def options(*table: Option) -> Callable[[F], F]:
    """Name and describe the options of a command, in the order of its parameters."""
    choices: dict[str, list[Choice[Any]]] = {
        one.parameter: [Choice(name=text(text_id), value=value) for value, text_id in one.choices.items()]
        for one in table
        if one.choices
    }

    def decorate(function: F) -> F:
        app_commands.rename(**{one.parameter: text(f"{one.key}-name") for one in table})(function)
        described = {one.parameter: text(f"{one.described or one.key}-description") for one in table}
        app_commands.describe(**described)(function)
        return app_commands.choices(**choices)(function)

    return decorate


def source_choices(sources: Iterable[SourceName]) -> list[Choice[str]]:
    """A choice for each source, as people call it."""
    return [Choice(name=text(f"source-{source.value}"), value=source.value) for source in sources]


# -- channels ------------------------------------------------------------------------------------------


class ChannelOption(app_commands.Transformer):
    """A channel that can get alerts, as Discord names it (not from the cache)."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds Discord offers."""
        return list(KINDS)

    async def transform(self, _: discord.Interaction, value: ChosenChannel, /) -> ChosenChannel:
        """The option as it came; permissions are checked in the command."""
        return value


ChannelChoice = app_commands.Transform[ChosenChannel, ChannelOption]


# -- time zones ----------------------------------------------------------------------------------------


def zone_of(interaction: BotInteraction, typed: str | None, server: str | None = None) -> str:
    """The IANA name of the zone that is meant; left out, the ``server``'s, else that of the person's language.

    Raises ``RefusedRequest``.
    """
    if typed is None or not typed.strip():
        usual = server or default_zone(speaker_of(interaction).language)
        if usual is None:
            raise RefusedRequest("zone-missing")
        return usual
    found = find_zone(typed[:_TYPED_MAX])
    if found is None:
        raise RefusedRequest("zone-unknown")
    return found


def zone_choices(interaction: BotInteraction, typed: str) -> list[Choice[str]]:
    """Zones by city, country, abbreviation or name."""
    found = suggest_zones(typed[:_TYPED_MAX], speaker_of(interaction).language)
    return [Choice(name=label, value=name) for name, label in found]
