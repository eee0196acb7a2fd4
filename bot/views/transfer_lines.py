"""Lines about an import: its mistakes, what it adds, changes and removes; in Discord and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from bot.core.models import (
    FiledBlockedTopic,
    FiledDigest,
    FiledForum,
    FiledHidden,
    FiledHours,
    FiledNotifyRole,
    FiledSubscription,
    GuildSettings,
)
from bot.core.text import cleaned_line
from bot.core.transfers import Difference, Filed, FileFlaw, ImportEffect

NAME_MAX: Final = 60
_FIELDS_SHOWN: Final = 6
_NAMELESS: Final[Mapping[type[Filed], str]] = {
    FiledHours: "transfer-hours",
    FiledForum: "transfer-forum",
    FiledNotifyRole: "transfer-notify-role",
    GuildSettings: "transfer-settings",
}

Say = Callable[..., str]
"""Says a sentence by its id, in one language."""


def flaw_line(say: Say, flaw: FileFlaw) -> str:
    """A mistake: where it is, what is wrong, and what would be right."""
    what = say(flaw.text_id, **flaw.values)
    if not flaw.line:
        return what
    if not flaw.where:
        return say("transfer-flaw-line", line=flaw.line, what=what)
    return say("transfer-flaw", line=flaw.line, where=flaw.where, what=what)


def difference_line(say: Say, one: Difference, *, channel: str) -> str:
    """A thing that is added, changed (with the names of what changes) or removed. ``channel``: as it is shown."""
    names = ", ".join(_changed(one))
    return say(f"transfer-{one.effect}", what=thing(say, one), channel=channel, fields=names or "-").strip()


def thing(say: Say, one: Difference) -> str:
    """The thing that a difference is about."""
    match one.of:
        case FiledSubscription(topic=topic):
            return say("transfer-subscription", name=cleaned_line(topic.name, NAME_MAX) or "-")
        case FiledDigest(settings=settings):
            return say("transfer-digest", name=cleaned_line(settings.name, NAME_MAX) or "-")
        case FiledBlockedTopic(name=name):
            return say("transfer-blocked-topic", name=cleaned_line(name, NAME_MAX) or "-")
        case FiledHidden(post=post):
            return say("transfer-hidden", post=post[:8])
        case nameless:
            return say(_NAMELESS[type(nameless)])


def _changed(one: Difference) -> Iterator[str]:
    """The keys of the file whose values change."""
    if one.effect is not ImportEffect.CHANGED:
        return
    found = list(_different("", one.before, one.after))
    yield from found[:_FIELDS_SHOWN]
    if len(found) > _FIELDS_SHOWN:
        yield "…"


def _different(path: str, before: Any, after: Any) -> Iterator[str]:
    if is_dataclass(before) and type(before) is type(after):
        for one in fields(before):
            name = f"{path}.{one.name}".removeprefix(".")
            if one.name not in {"created_by", "chosen_by", "blocked_at"}:
                yield from _different(name, getattr(before, one.name), getattr(after, one.name))
    elif before != after:
        yield path
