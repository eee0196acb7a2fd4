"""The option ``timezone``, as commands with a clock share it."""

from __future__ import annotations

from discord.app_commands import Choice

from bot.core.errors import RefusedRequest
from bot.views.kit.timezones import find_zone, suggest_zones
from cogs.subscription_buttons import speaker_of

from .reach import BotInteraction

HOME = "Asia/Tokyo"
"""The zone of people whose client speaks Japanese, unless they name one."""
_TYPED_MAX = 100


def zone_of(interaction: BotInteraction, typed: str | None) -> str:
    """The IANA name of the zone that is meant. Raises ``RefusedRequest``."""
    if typed is None or not typed.strip():
        if speaker_of(interaction).language == "ja":
            return HOME
        raise RefusedRequest("zone-missing")
    found = find_zone(typed[:_TYPED_MAX])
    if found is None:
        raise RefusedRequest("zone-unknown")
    return found


def zone_choices(interaction: BotInteraction, typed: str) -> list[Choice[str]]:
    """Zones by city, country, abbreviation or name."""
    found = suggest_zones(typed[:_TYPED_MAX], speaker_of(interaction).language)
    return [Choice(name=label, value=name) for name, label in found]
