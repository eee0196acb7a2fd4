"""Names of endpoints: a source, and a host of it."""

from __future__ import annotations

from bot.core.models import Endpoint
from bot.core.text import label
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker

HOST_MAX = 60


def endpoint_name(speaker: Speaker, endpoint: Endpoint) -> str:
    """``Misskey``, or ``Misskey (misskey.example)`` for another server than the usual one."""
    name = source_name(speaker, endpoint.source)
    host = label(endpoint.host, HOST_MAX)
    return speaker.say("health-endpoint", source=name, host=host) if host else name
