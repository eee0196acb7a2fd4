"""Counts of the work of a running bot, and the log line made from them once a minute. Pure."""

from __future__ import annotations

from dataclasses import fields

from bot.core.lazy_dataclass import dataclass

QUIET_MINUTES = 60
"""Minutes without an event after which one line says that the bot is still there."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Counts since the start.

    ``checked``: polls, ``failed`` of them without an answer. ``decided``: posts that raised an alert.
    ``sent``: messages that Discord took, ``edited`` and ``removed`` those that changed later; ``undelivered``:
    messages given up. ``commands``: commands, buttons and forms that people used.
    """

    checked: int = 0
    failed: int = 0
    new_posts: int = 0
    decided: int = 0
    sent: int = 0
    edited: int = 0
    removed: int = 0
    undelivered: int = 0
    commands: int = 0

    def since(self, before: Activity) -> Activity:
        """The counts since ``before``."""
        return Activity(*(getattr(self, one.name) - getattr(before, one.name) for one in fields(self)))

    @property
    def is_any(self) -> bool:
        """Whether anything was done."""
        return any(getattr(self, one.name) for one in fields(self))


def minute_line(done: Activity, waiting: int) -> str:
    """A minute's work in a line of the log. ``waiting``: what is in the outbox."""
    parts = [f"checked {done.checked:,} ({done.failed:,} failed)", f"new posts {done.new_posts:,}"]
    parts += [f"alerts {done.decided:,}", f"sent {done.sent:,}"]
    rare = {"edited": done.edited, "removed": done.removed, "not delivered": done.undelivered}
    parts += [f"{name} {count:,}" for name, count in rare.items() if count]
    if done.commands:
        parts.append(f"commands {done.commands:,}")
    if waiting:
        parts.append(f"waiting to be sent {waiting:,}")
    return "last minute: " + ", ".join(parts)


def quiet_line(minutes: int, topics: int) -> str:
    """The log line for minutes without any work."""
    what = "no topic is subscribed to or watched" if topics == 0 else f"{topics:,} topics, none was due"
    return f"nothing to do for {minutes} minutes: {what}"
