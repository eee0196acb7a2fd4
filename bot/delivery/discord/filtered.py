"""The rest of a message of many posts that a filter refuses: one post may hold all that it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.core.models import Message, PostKey

TRIED_MAX: Final = 12
"""Posts that are left out one after another: each is a request, and each refusal takes part of a second."""


def milder(message: Message) -> Iterator[Message]:
    """A message of one content with several posts, without each of them in turn, then without any.

    Nothing for other messages: alerts are sent apart, and an alert without its post is none.
    """
    if len(message.entries) != 1:
        return
    keys = list(dict.fromkeys(one.post.key for one in message.entries[0].content.posts()))
    if len(keys) < 2:
        return
    for key in keys[:TRIED_MAX]:
        yield _without(message, key)
    yield _without(message, *keys)


def _without(message: Message, *keys: PostKey) -> Message:
    [entry] = message.entries
    content = entry.content
    for key in keys:
        content = content.without(key)
    return replace(message, entries=(replace(entry, content=content),))
