"""Take-downs, their record, and the part that a person sees."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.core.lazy_dataclass import dataclass

from .enums import Actor, GuildId, MessageId, PostHash


class AuditAction(StrEnum):
    """A deed on record."""

    HIDE = "hide"
    UNHIDE = "unhide"


def is_deletion(actor: Actor) -> bool:
    """Whether a post was taken down because its source said that it is gone."""
    return actor.startswith("source:")


@dataclass(frozen=True, slots=True)
class HiddenPost:
    """A post that was taken down in a server (guild 0: everywhere). Of the post itself only the hash is left."""

    guild_id: GuildId
    post_hash: PostHash
    hidden_at: datetime
    actor: Actor
    why: str | None = None


@dataclass(frozen=True, slots=True)
class LaterTakeDowns:
    """Take-downs that a database knows of and an older copy of it does not.

    ``unfinished``: messages out of which a hidden post was not edited yet.
    """

    hidden: tuple[HiddenPost, ...] = ()
    unfinished: tuple[MessageId, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the audit trail."""

    at: datetime
    guild_id: GuildId
    action: AuditAction
    actor: Actor
    post_hash: PostHash
    why: str | None = None


@dataclass(frozen=True, slots=True)
class TakenDown:
    """The result of hiding a post: messages to be edited or deleted, waiting entries that were dropped."""

    messages: int
    waiting: int
    already: bool = False
    """The post was hidden before."""
