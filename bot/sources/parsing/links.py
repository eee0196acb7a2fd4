"""Links as text, the same for every source. Pure."""

from __future__ import annotations

import re
from typing import Final

_BEGINS_AN_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_HOST: Final = re.compile(r"(?<=.)\.[a-z]{2,}(?:[/?#:]|\Z)", re.IGNORECASE)
"""The end of a host and what may follow it. Nothing is repeated before the dot: that would take quadratic time."""
_SPACE: Final = re.compile(r"\s")


def link_text(shown: str, href: str) -> str:
    """``shown (href)``, or the address alone where the shown text claims to be one; mentions and tags stay text.

    A text that names another place than it leads to is a trap.
    """
    if shown.startswith(("#", "＃", "@", "＠")):
        return shown
    return href if not shown or _claims_to_be_address(shown) else f"{shown} ({href})"


def _claims_to_be_address(shown: str) -> bool:
    """``https://a.example``, ``www.a…``, ``a.example``, ``a.example/path``: nothing else may stand beside it."""
    if _BEGINS_AN_ADDRESS.match(shown):
        return True
    bare = shown.removesuffix("\n")
    host, slash, _ = bare.partition("/")
    if "." not in host:
        return False
    return _HOST.search(host + slash) is not None and _SPACE.search(bare) is None


def web_address(address: str | None) -> str | None:
    """An address that may stand behind a button; one without end is none."""
    return address if address and re.fullmatch(r"https?://[^\s<>\"]{1,2048}", address) else None
