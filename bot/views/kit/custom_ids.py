"""Values as texts within a custom_id, of which Discord takes 100 characters. Old messages hold these forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from bot.core.identity.row_ids import read_id
from bot.core.models import MessageId, SourceName

_CODES: Final = {(source.value * 2)[:2]: source for source in SourceName}
_OLD_CODES: Final = {source.value[:2]: source for source in SourceName}
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def write_min_rp(min_rp: Mapping[SourceName, int]) -> str:
    """Minimums of sources that have a count, for a custom_id: ``tr2s_maa``, in base 36.

    A minimum takes at most six digits then, so that seven sources fit into ``BEFORE``.
    """
    written = {source: _base36(count) for source, count in min_rp.items() if source.traits.counts_reposts}
    return "_".join(f"{code}{written[source]}" for code, source in _CODES.items() if source in written)


def read_min_rp(written: str) -> dict[SourceName, int]:
    """Reads a text of ``write_min_rp``, also of its earlier form ``tr-100_ma-10``; other parts are left out."""
    return dict(filter(None, map(_min_rp_from, written.split("_"))))


def _min_rp_from(part: str) -> tuple[SourceName, int] | None:
    old, is_old, decimal = part.partition("-")
    if is_old:
        return (_OLD_CODES[old], int(decimal)) if old in _OLD_CODES and _is_count(decimal) else None
    source, count = _CODES.get(part[:2]), part[2:]
    return (source, int(count, 36)) if source and re.fullmatch("[0-9a-z]{1,7}", count) else None


def _base36(number: int) -> str:
    rest, digit = divmod(number, 36)
    return (_base36(rest) if rest else "") + _DIGITS[digit]


def _is_count(written: str) -> bool:
    return written.isascii() and written.isdecimal() and len(written) <= 10


def write_until(until: datetime | None) -> str:
    """The end of a mute in Unix seconds; empty for none."""
    return "" if until is None else str(int(until.timestamp()))


def read_until(written: str) -> datetime | None:
    """Reads a text of ``write_until``; None for anything else."""
    return datetime.fromtimestamp(int(written), UTC) if _is_count(written) else None


def write_entry(message_id: MessageId, index: int) -> str:
    """The post of a message, whose author is too long for a custom_id."""
    return f"{message_id}-{index}"


def read_entry(written: str) -> tuple[MessageId, int] | None:
    """Reads a text of ``write_entry``; None for anything else."""
    message_id, _, index = written.partition("-")
    number = read_id(index) if index != "0" else 0
    return None if number is None or not message_id else (MessageId(message_id), number)
