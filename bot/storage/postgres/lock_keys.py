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
    SENDER = 0x6B77_0003
    """The active sender, as long as its session lives."""
    FIRST_SHARD = 0x6B77_8000
    """A gateway's process, for each of its shards: the shard's number is added."""
