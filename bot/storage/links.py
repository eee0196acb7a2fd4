"""Interfaces of what links the processes over one database: a lock of the active one, and signals."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol


class LeaderLock(Protocol):
    """A lock that at most one process has, tried for and proven in a thread of its own.

    The properties are read from the event loop at any time, without waiting.
    """

    @property
    def tenure(self) -> int | None:
        """Number of the tenure that lasts, counted in this process; None without the lock.

        A lock that was lost and taken again is another tenure.
        """
        ...

    @property
    def is_certain(self) -> bool:
        """Whether the lock was proven so short a time ago that no other process can be active by now."""
        ...

    @property
    def is_away(self) -> bool:
        """Whether the last try to ask for the lock, or to prove it, got no answer."""
        ...

    def start(self) -> None:
        """Try for the lock from now on."""
        ...

    def stop(self) -> None:
        """Give it back. Waits for the thread."""
        ...


class Signals(Protocol):
    """Signals to the other processes: that something may wait for them. One may be lost; ticks find the same."""

    def start(self) -> None:
        """Listen from now on."""
        ...

    def send(self) -> None:
        """Send a signal, soon; several at once are one."""
        ...

    def stop(self) -> None:
        """Listen no more. Waits for the threads."""
        ...


class Taken(Enum):
    """Another process that this one cannot run beside."""

    WHOLE = auto()
    """A process that runs everything over this database."""
    SHARD = auto()
    """A process with one of the same shards."""
