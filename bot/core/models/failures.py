"""Reasons why an entry or a message was not sent, or not yet."""

from __future__ import annotations

from enum import StrEnum

from bot.core.lazy_dataclass import dataclass

from .enums import PauseReason


class FailureCode(StrEnum):
    """Reason for which an entry was dropped, or a message put off, given up or left uncertain. Stored.

    A value that another version stored is read as ``OTHER``.
    """

    # Decided before the first try.
    HIDDEN = "hidden"
    """Its post was hidden."""
    PAUSED = "paused"
    """Its subscription or digest was paused."""
    UNSUBSCRIBED = "unsubscribed"
    DIGEST_DELETED = "digest_deleted"
    SENT_WITH_NEXT = "sent_with_next"
    """The digest after it says what it would have said."""
    OVERTAKEN = "overtaken"
    """The notice after it says how the source is doing now."""
    SUMMARISED = "summarised"
    """The alert is counted in a summary line."""

    # Answers of Discord, or of the way to it.
    LOGIN = "login"
    """401: the token is refused."""
    FORBIDDEN = "forbidden"
    """A permission is missing, or the thread is archived or locked."""
    TIMED_OUT = "timed_out"
    """A moderator of the server timed the bot out."""
    CHANNEL_GONE = "channel_gone"
    BUSY = "busy"
    """429."""
    DISCORD = "discord"
    """5xx, or a 403 or 404 that is not about this message."""
    FILTERED = "filtered"
    """AutoMod of the server, or a filter of Discord's, does not let through what it says."""
    REFUSED = "refused"
    """Another 4xx."""
    UNREACHABLE = "unreachable"
    """No answer: connection or time-out."""

    # What delivery found out by itself.
    HELD_BACK = "held_back"
    """All messages wait: after a global rate limit, or during an outage."""
    GUILD_UNAVAILABLE = "server_away"
    """The guild is unavailable."""
    DELETED = "deleted"
    """The message arrived, and was deleted in the channel."""
    NOT_FOUND = "not_found"
    """A sent message that is to be edited is not in its channel."""
    HISTORY = "history"
    """The channel's history cannot be read, so nothing tells whether it arrived."""
    CROWDED = "crowded"
    """Too much was written since, or too many posts archived, to tell whether it arrived."""
    STARTER_DELETED = "headless"
    """The first message of a forum's post was deleted, so nothing tells whether it arrived."""
    NO_FORUM = "no_forum"
    """The channel was a forum and is none any more."""
    STUCK = "stuck"
    """Discord failed at each try of this message, while others arrived."""
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> FailureCode:
        return cls.OTHER

    @property
    def is_answer(self) -> bool:
        """Whether the detail is what Discord, or the way to it, answered."""
        return self in _ANSWERS


_ANSWERS = frozenset(
    {
        FailureCode.LOGIN,
        FailureCode.FORBIDDEN,
        FailureCode.TIMED_OUT,
        FailureCode.CHANNEL_GONE,
        FailureCode.BUSY,
        FailureCode.DISCORD,
        FailureCode.FILTERED,
        FailureCode.REFUSED,
        FailureCode.UNREACHABLE,
    }
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason, and its detail in English for the log (Discord's status, code and text; an exception)."""

    code: FailureCode
    detail: str

    def __str__(self) -> str:
        return self.detail

    @classmethod
    def of_pause(cls, why: PauseReason) -> Failure:
        """The failure of the entries of a subscription or a digest that is paused."""
        return cls(FailureCode.PAUSED, f"paused: {why}")
