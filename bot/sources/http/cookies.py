"""Cookies within one request and its redirects, as some sites ask for them before they answer.

    302 to itself, Set-Cookie: seen=1 ─▶ the same address with Cookie: seen=1 ─▶ 200

Such a site sends who keeps none in circles. They go back to the origin that set them, are bounded, and end with
the request: no site can know the bot again by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

COOKIES_MAX: Final = 20
"""Cookies that an origin may set on the way."""
COOKIE_BYTES_MAX: Final = 4_096
"""Bytes of all of them, as much as browsers take for one (RFC 6265, 6.1)."""
_COOKIE: Final = re.compile(
    r"[ \t]*+([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200})[ \t]*+=([\x20-\x3a\x3c-\x7e]{0,4096})(?:;|\Z)"
)
_ENDED: Final = re.compile(r";[ \t]*+max-age[ \t]*+=[ \t]*+(?:0|-[0-9]{1,10})[ \t]*+(?:;|\Z)", re.IGNORECASE)


class ChainCookies:
    """Cookies of one request and its redirects, by origin."""

    def __init__(self) -> None:
        self._cookies: dict[object, dict[str, str]] = {}

    def keep(self, origin: object, set_cookies: Iterable[str]) -> None:
        """Take what the ``Set-Cookie`` headers of an answer say. What is no cookie, or too many, is left."""
        for written in set_cookies:
            found = _COOKIE.match(written)
            if found is None:
                continue
            kept = self._cookies.setdefault(origin, {})
            name, value = found[1], found[2].strip()
            kept.pop(name, None)
            if value and _ENDED.search(written) is None and len(kept) < COOKIES_MAX:
                kept[name] = value

    def header(self, origin: object) -> dict[str, str]:
        """The ``Cookie`` header for an origin, as a mapping; empty without any."""
        header = "; ".join(f"{name}={value}" for name, value in self._cookies.get(origin, {}).items())
        return {"cookie": header} if header and len(header) <= COOKIE_BYTES_MAX else {}
