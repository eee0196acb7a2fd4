"""The reason why a delivery hangs or failed, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.core.models import Failure, FailureCode
from bot.core.text import escape, excerpt, one_line
from bot.views.kit.text import Speaker

DETAIL_MAX = 80

DROPPED: Final[Mapping[FailureCode, str]] = {
    FailureCode.HIDDEN: "why-dropped-hidden",
    FailureCode.PAUSED: "why-dropped-paused",
    FailureCode.UNSUBSCRIBED: "why-dropped-unsubscribed",
    FailureCode.DIGEST_DELETED: "why-dropped",
    FailureCode.SENT_WITH_NEXT: "why-dropped",
    FailureCode.OVERTAKEN: "why-dropped",
    FailureCode.SUMMARISED: "why-dropped",
}
"""The sentence about an entry that was dropped before it was sent."""
REASONS: Final[Mapping[FailureCode, str]] = {
    **DROPPED,
    FailureCode.HIDDEN: "reason-hidden",
    FailureCode.LOGIN: "reason-login",
    FailureCode.FORBIDDEN: "reason-forbidden",
    FailureCode.TIMED_OUT: "reason-timed-out",
    FailureCode.CHANNEL_GONE: "reason-channel-gone",
    FailureCode.BUSY: "reason-busy",
    FailureCode.DISCORD: "reason-discord",
    FailureCode.FILTERED: "reason-filtered",
    FailureCode.REFUSED: "reason-refused",
    FailureCode.UNREACHABLE: "reason-unreachable",
    FailureCode.HELD_BACK: "reason-busy",
    FailureCode.GUILD_UNAVAILABLE: "reason-server-away",
    FailureCode.DELETED: "reason-deleted",
    FailureCode.NOT_FOUND: "reason-not-found",
    FailureCode.HISTORY: "reason-history",
    FailureCode.CROWDED: "reason-crowded",
    FailureCode.STARTER_DELETED: "reason-headless",
    FailureCode.NO_FORUM: "reason-no-forum",
    FailureCode.STUCK: "reason-stuck",
    FailureCode.OTHER: "reason-unknown",
}
"""The sentence about a message that was not sent, or not yet."""


def reason(speaker: Speaker, failure: Failure | None) -> str:
    """One sentence; of a reason nobody foresaw, what was written down."""
    if failure is None:
        return speaker.say("reason-unknown")
    if failure.code is FailureCode.OTHER and failure.detail:
        return detail(failure)
    return speaker.say(REASONS[failure.code])


def dropped(speaker: Speaker, failure: Failure | None) -> str:
    """The reason why an entry was dropped before it was sent."""
    return speaker.say("why-dropped" if failure is None else DROPPED.get(failure.code, "why-dropped"))


def detail(failure: Failure) -> str:
    """The stored detail itself, in one line, cut and escaped."""
    return escape(excerpt(one_line(failure.detail), DETAIL_MAX))


def of_discord(failure: Failure | None) -> str:
    """The answer of Discord, or of the network, for readers who know its codes. Empty for our own texts."""
    return detail(failure) if failure is not None and failure.code.is_answer else ""
