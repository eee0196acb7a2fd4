"""The part of an address that may be shown: its host. Pure.

An address is a secret until shown otherwise (invariant 10): its path, its query or a name before its host may hold
a key.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_ADDRESS: Final = re.compile(r"(?!at:)[A-Za-z][A-Za-z0-9+.\-]{1,20}:/{1,3}(?=[^\s/])\S*")
"""Up to the next white space. The URI of a Bluesky post (``at:``) is none."""
_PLAIN: Final = re.compile(r"https?://([A-Za-z0-9_.\-]+(?::[0-9]{1,5})?)(?=[/?#]|\Z)")
"""The beginning of nearly every address. Each poll needs the host, and parsing with care takes 10 µs."""
_HOST: Final = re.compile(r"(?:[\w.\-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_BEHIND: Final = ")]}>'\",.:;"
"""Characters that may follow an address in a sentence."""


def host_of(address: str | None) -> str:
    """Host and port of an address in small letters, without a login; empty where there is none."""
    if plain := _PLAIN.match(address or ""):
        return plain[1].lower()
    try:
        host = urlsplit(address or "").netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
    return host if _HOST.fullmatch(host) else ""


def site_of(address: str | None) -> str:
    """The host of an address without ``www.``, to which sites add and take it; empty where there is none."""
    return host_of(address).removeprefix("www.")


def has_login(address: str) -> bool:
    """Whether a name or a password stands before its host."""
    try:
        return "@" in urlsplit(address).netloc
    except ValueError:
        return False


def without_addresses(text: str) -> str:
    """Each address in a text shortened to its host, with ``/…`` where more stood behind it."""
    return _ADDRESS.sub(_shortened, text) if ":/" in text else text


def _shortened(found: re.Match[str]) -> str:
    address = found[0].rstrip(_BEHIND)
    host = host_of(address)
    is_all = address.partition("://")[2].rstrip("/").lower() == host
    return f"{host}{'' if is_all else '/…'}{found[0][len(address) :]}"
