"""Sentences for the causes of what is wrong with a source.

``health-…`` says how a source is doing, ``source-error-…`` answers a person who asked for it just now.
"""

from __future__ import annotations

from bot.core.causes import Cause
from bot.core.models import WatchHealth
from bot.views.kit.text import Speaker


def health_text(cause: Cause | None) -> str:
    """The id of the sentence about a source with this cause."""
    return f"health-{_dashed(cause or Cause.OTHER)}"


def error_text(cause: Cause) -> str:
    """The id of the answer to a person whose request failed for this cause. It has no values."""
    return f"source-error-{_dashed(cause)}"


def say_cause(speaker: Speaker, cause: Cause | None) -> str:
    """The problem of a source; a general sentence for a cause that another version wrote."""
    return say_health(speaker, WatchHealth(cause=cause))


def say_health(speaker: Speaker, health_record: WatchHealth) -> str:
    """The problem of a watch, with its hours if the cause has any."""
    return speaker.say(
        health_text(health_record.cause), hours=health_record.hours, usual=health_record.usual_hours
    )


def say_error(speaker: Speaker, cause: Cause) -> str:
    """The reason why a source gave no answer just now, and what to do."""
    return speaker.say(error_text(cause))


def _dashed(cause: Cause) -> str:
    return cause.replace("_", "-")
