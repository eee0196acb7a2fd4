"""Keys of the advisory locks. Each PostgreSQL database has one space of keys; these share their upper 16 bits."""

from __future__ import annotations

from enum import IntEnum


class LockKey(IntEnum):
    """Key of an advisory lock, by its holder."""

    WRITER = 0x6B77_0000
    """A write transaction."""
    MIGRATION = 0x6B77_0001
    """A migration, until its COMMIT."""
    INSTANCE = 0x6B77_0002
    """A process that polls and sends, as long as its session lives."""
