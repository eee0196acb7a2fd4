"""Target templates of a source: its own address, further servers, searches.

A *target template* is ``""`` for the source's own address, or an address with ``{topic}`` in it or without. Each
makes a watch of its own, with its own cursor, back-off and health.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from .models import Topic

OWN = ""
"""The template of the source's own address; the watch has no target."""


def targets_of(templates: Sequence[str], topic: Topic) -> tuple[str | None, ...]:
    """The targets of a topic's watches, in the templates' order, each once; None: the source's own address."""
    return tuple(dict.fromkeys(template.replace("{topic}", quoted(topic)) or None for template in templates))


def quoted(topic: Topic) -> str:
    """The topic as it stands for ``{topic}`` in an address; the same for all its spellings."""
    return quote(topic.query, safe="")
