"""The surges that a subscription is sent, in words, and why they may not be recognized."""

from __future__ import annotations

from bot.core.surge.settings import Preset
from bot.core.surge.state import NotDetectable

from .text import Speaker


def surge_setting(speaker: Speaker, setting: Preset | None) -> str:
    """The surges that a subscription is sent."""
    return speaker.say(f"surge-{'off' if setting is None else setting}")


def not_detectable_lines(speaker: Speaker, reason: NotDetectable | None, topic: str) -> list[str]:
    """The reason why surges of a topic cannot be recognized, or only very large ones; nothing if they can."""
    return (
        []
        if reason is None
        else [speaker.say(f"surge-not-detectable-{reason.value.replace('_', '-')}", topic=topic)]
    )
