"""Roles of a process: what of the bot it runs, where several processes run over one database."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Self

from bot.core.lazy_dataclass import dataclass


class Role(StrEnum):
    """A part of the bot, as the command line names it."""

    ALL = "all"
    """Everything, in one process."""
    GATEWAY = "gateway"
    """Connects to Discord's gateway and answers commands; several, each with shards of its own."""
    POLLER = "poller"
    """Polls the sources; any number."""
    SENDER = "sender"
    """Sends messages, makes digests and notices, and prunes; one is active, the others stand by."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The parts that a process runs. ``is_whole``: it is the only process over its database."""

    answers: bool = True
    polls: bool = True
    sends: bool = True
    is_whole: bool = True

    @classmethod
    def of(cls, named: Collection[Role]) -> Self:
        """The parts of the named roles; those of ``ALL`` where none is named."""
        if not named or set(named) == {Role.ALL}:
            return cls()
        parts = {Role.GATEWAY, Role.POLLER, Role.SENDER} if Role.ALL in named else set(named)
        return cls(Role.GATEWAY in parts, Role.POLLER in parts, Role.SENDER in parts, is_whole=False)

    @property
    def named(self) -> tuple[Role, ...]:
        """Their names; ``ALL`` for a process that is the only one."""
        if self.is_whole:
            return (Role.ALL,)
        parts = ((self.answers, Role.GATEWAY), (self.polls, Role.POLLER), (self.sends, Role.SENDER))
        return tuple(role for is_run, role in parts if is_run)

    def __str__(self) -> str:
        """Their names, for the log."""
        return ", ".join(self.named)


ALONE = Roles()
"""A process that runs everything and shares its database with no other."""


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of a gateway's process. ``ids`` empty: all; ``count`` None: as many as Discord recommends."""

    ids: tuple[int, ...] = ()
    count: int | None = None

    @property
    def are_right(self) -> bool:
        """Whether the ids are different ones below the count."""
        if not self.ids:
            return self.count is None or self.count > 0
        wanted = range(self.count or 0)
        return len(set(self.ids)) == len(self.ids) and all(number in wanted for number in self.ids)
