"""Other ways to find posts that say the same, as their makers describe them, on the same pairs."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from bot.core.text import fold

Peer = Callable[[str, str], bool]

_TREND_RADAR_FROM = 0.7
"""``similarity_threshold`` of TrendRadar's ``aggregate_news``."""
_FEEDLY_FROM = 0.85
"""docs.feedly.com, "How does Deduplication work?": content that overlaps by more than 85 %."""
_SHINGLE = 4


def _plain(text: str) -> str:
    return "".join(fold(text).split())


def exact_title(ours: str, theirs: str) -> bool:
    """The same text, but for width, case and space."""
    return _plain(ours) == _plain(theirs)


def trend_radar(ours: str, theirs: str) -> bool:
    """Jaccard of the sets of characters to sort out, then difflib's ratio."""
    mine, yours = set(ours.lower()), set(theirs.lower())
    if len(mine & yours) < _TREND_RADAR_FROM / 2 * len(mine | yours):
        return False
    return difflib.SequenceMatcher(None, ours.lower(), theirs.lower()).ratio() >= _TREND_RADAR_FROM


def feedly(ours: str, theirs: str) -> bool:
    """Overlap of shingles, of the text that has fewer: Feedly says no more than how much of it."""
    mine, yours = _shingles(ours), _shingles(theirs)
    return len(mine & yours) > _FEEDLY_FROM * min(len(mine), len(yours))


def _shingles(text: str) -> set[str]:
    plain = _plain(text)
    return {plain[at : at + _SHINGLE] for at in range(max(len(plain) - _SHINGLE, 0) + 1)}


PEERS: dict[str, Peer] = {
    "exact title": exact_title,
    "TrendRadar's way (character Jaccard, difflib 0.7)": trend_radar,
    "Feedly's 85 % overlap": feedly,
}
