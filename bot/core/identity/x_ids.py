"""Addresses of posts on X, as links anywhere on the web have them."""

from __future__ import annotations

import re
from typing import Final

STATUS: Final = re.compile(
    r"^\s*(?:https?:)?//(?:[\w-]+\.)?(?:twitter|x)\.com/(?:#!/)?(?:i(?:/web)?|(\w{1,20}))/status(?:es)?/(\d{1,19})",
    re.ASCII | re.IGNORECASE,
)
"""Group 1: the author's handle, where the address names it. Group 2: the post's id."""


def status_id(address: str) -> str | None:
    """The id of the post an address leads to; None for any other address."""
    found = STATUS.match(address)
    return found[2] if found else None
