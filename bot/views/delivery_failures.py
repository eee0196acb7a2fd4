"""The reason why a delivery hangs or failed, from delivery's log text, in words for people."""

from __future__ import annotations

import re

from bot.core.text import escape, excerpt, one_line
from bot.views.kit.text import Speaker

DETAIL_MAX = 80
_FOREIGN = re.compile(r"\d{3} |\w*(?:Error|Exception|Disconnected|Timeout)\b")

_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), text_id)
    for pattern, text_id in (
        (r"arrived and was deleted", "reason-deleted"),
        (r"hidden$", "reason-hidden"),
        (r"the message cannot be found", "reason-not-found"),
        (r"history cannot be read", "reason-history"),
        (r"too much was written", "reason-crowded"),
        (r"401 ", "reason-login"),
        (r"403 500(01|13)\b|\d{3} (50083|160005)\b", "reason-forbidden"),
        (r"404 10003\b", "reason-channel-gone"),
        (r"40[34] ", "reason-discord"),
        (r"429 ", "reason-busy"),
        (r"5\d\d ", "reason-discord"),
        (r"4\d\d ", "reason-refused"),
        (r"Discord failed at each try", "reason-stuck"),
        (r"all messages wait", "reason-busy"),
        (r"the server is not known", "reason-server-away"),
        (r"not connected|\w*(?:Error|Exception|Disconnected|Timeout)\b", "reason-unreachable"),
    )
)
"""The beginning of what delivery and take-downs write, first match wins."""


def reason(speaker: Speaker, error: str | None) -> str:
    """One sentence; of a reason nobody foresaw, what was written down."""
    if not error:
        return speaker.say("reason-unknown")
    for pattern, text_id in _REASONS:
        if pattern.match(error):
            return speaker.say(text_id)
    return detail(error)


def detail(error: str) -> str:
    """The log text itself, in one line, cut and escaped."""
    return escape(excerpt(one_line(error), DETAIL_MAX))


def of_discord(error: str | None) -> str:
    """The answer of Discord, or of the network, for readers who know its codes. Empty for our own texts."""
    return detail(error) if error and _FOREIGN.match(error) else ""


def taken_down(error: str | None) -> bool:
    """Whether it was not sent because its post was taken down before."""
    return error == "hidden"


def arrived_once(error: str | None) -> bool:
    """Whether it was in the channel already, so that sending it again brings back what somebody deleted."""
    return bool(error) and _REASONS[0][0].match(error or "") is not None
