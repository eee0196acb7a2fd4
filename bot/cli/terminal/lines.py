"""Lines that a terminal may have, whatever their text came from."""

from __future__ import annotations

import re

from bot.core.text import excerpt

LINE_MAX = 4_000
_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""Characters that control a terminal or are invisible; joiners stay, since emoji need them."""
NEEDS_ESCAPE = re.compile(rf"{_UNSEEN.pattern}|[\u2028\u2029]")
"""Characters that JSON for a terminal has as escape sequences."""


def as_line(text: str) -> str:
    """A line as a terminal may have it: no control or direction characters; its spaces stay as they are."""
    return excerpt(_UNSEEN.sub("", _BREAKS.sub(" ", text[:LINE_MAX])), LINE_MAX)
