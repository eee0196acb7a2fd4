"""Texts that SimCord's page has read before: it builds a parser for every text of every message at each drawing.

That takes some milliseconds a text, and a channel of fifty messages with cards has two thousand of them. What a
text means depends on nothing but the text, its field and the names that it may mention.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

READERS: Final = ("_component_projection", "_messages", "_queries", "_snapshot")
"""Modules of SimCord's preview that read texts."""
_READ = "markdown_tokens"
_TEXTS = 4096

Read = Callable[..., list[dict[str, Any]]]


def readers() -> list[Any]:
    """The modules, imported."""
    return [importlib.import_module(f"simcord.preview.{name}") for name in READERS]


def can_be_remembered() -> bool:
    """Whether each of the modules reads texts by the function that is replaced here."""
    own = getattr(importlib.import_module("simcord.preview._markdown"), _READ, None)
    return own is not None and all(getattr(module, _READ, None) is own for module in readers())


@contextmanager
def remembering_tokens() -> Iterator[None]:
    """Let SimCord's preview read each text once, while the block runs."""
    before = [(module, getattr(module, _READ)) for module in readers()]
    read = _remembered(before[0][1])
    for module, _ in before:
        setattr(module, _READ, read)
    try:
        yield
    finally:
        for module, own in before:
            setattr(module, _READ, own)


def _remembered(read: Read) -> Read:
    """``markdown_tokens`` with a memory; each answer is a copy of its own, as those who ask change it."""

    @lru_cache(maxsize=_TEXTS)
    def written(text: str, profile: str, names: str) -> str:
        return json.dumps(read(text, profile, context=json.loads(names)))

    def tokens(
        value: Any, profile: str = "message", *, context: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        if value is None:
            return []
        found: list[dict[str, Any]] = json.loads(written(str(value), profile, json.dumps(context)))
        return found

    return tokens
