"""Numbers that name things: Discord's snowflakes and our own rows."""

from __future__ import annotations

import re
from typing import Final

LARGEST_ID: Final = 2**63 - 1
"""SQLite's largest integer (sqlite.org/datatype3.html); Discord's snowflakes stay below it until the year 2154."""

_ID = re.compile(r"[1-9][0-9]{0,18}")


def read_id(typed: str) -> int | None:
    """The id that a text is, from 1 to ``LARGEST_ID``; None for anything else.

    Digits of other scripts, signs, spaces and leading zeros make no id, however ``int`` reads them.
    """
    if _ID.fullmatch(typed) is None:
        return None
    number = int(typed)
    return number if number <= LARGEST_ID else None


def read_index(typed: str, length: int) -> int | None:
    """The place in a list of ``length`` that a menu's value names; None where there is none.

    Never negative: what a forged click says is no place counted from the end.
    """
    number = 0 if typed == "0" else read_id(typed)
    return number if number is not None and number < length else None
