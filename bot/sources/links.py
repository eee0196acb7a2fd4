"""Links as text, the same for every source. Pure."""

from __future__ import annotations

import re
from typing import Final

_LOOKS_LIKE_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S|[^\s/]+\.[a-z]{2,}(?:[/?#:]\S*)?$", re.IGNORECASE)


def link_text(shown: str, href: str) -> str:
    """``shown (href)``, or the address alone where the shown text claims to be one; mentions and tags stay text.

    A text that names another place than it leads to is a trap.
    """
    if shown.startswith(("#", "＃", "@", "＠")):
        return shown
    return href if not shown or _LOOKS_LIKE_ADDRESS.match(shown) else f"{shown} ({href})"


def web_address(address: str | None) -> str | None:
    """An address that may stand behind a button; one without end is none."""
    return address if address and re.fullmatch(r"https?://[^\s<>\"]{1,2048}", address) else None
