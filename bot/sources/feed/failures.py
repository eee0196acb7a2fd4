"""Entries by which a program that makes feeds says that it could not read its site. Pure.

RSS-Bridge puts one into the feed, a new one each day, in the place of all others: it is no news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.core.errors import SourceBusy

from .raw import RawEntry

_FAILED: Final = re.compile(r"Bridge returned error [0-9]{1,9}! \([0-9]{1,9}\)")


def without_failures(entries: Sequence[RawEntry]) -> list[RawEntry]:
    """The entries that are news. Raises ``SourceBusy`` where there are only failures."""
    kept = [entry for entry in entries if not _is_failure(entry)]
    if entries and not kept:
        raise SourceBusy(f"what makes this feed could not read its site: {entries[0].titles[0][1].value.strip()}")
    return kept


def _is_failure(entry: RawEntry) -> bool:
    title = entry.titles[0][1].value if entry.titles else ""
    return "Bridge" in title and _FAILED.fullmatch(title.strip()) is not None
