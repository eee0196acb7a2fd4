"""Addresses as they are compared, and those under which a post stands on the web. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .hiding import post_hash
from .models import Network, Post, PostHash, PostKey

_TRACKING: Final = re.compile(r"utm_\w+|fbclid|gclid|yclid|mc_[ce]id|ref_src|igshid", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_PLAIN: Final = re.compile(r"https?://([a-z0-9.\-]+/[!\"$->@-~]*)")
"""An address without user, port, query, fragment and capital host, as most are: nothing to take apart."""
_AT_URI: Final = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([^/]+)")


def normal_url(url: str) -> str:
    """An address as it is compared: host in small letters, without default port, fragment and tracking.

    Raises ``ValueError`` for a port or a host that cannot be.
    """
    plain = _PLAIN.fullmatch(url)
    if plain:
        return f"https://{plain[1]}"
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return urlunsplit(("https", host + port, parts.path or "/", _without_tracking(parts.query), ""))


def address_hashes(post: Post) -> tuple[PostHash, ...]:
    """Hashes of the identities that links to the post have as articles of a feed, each once.

    None for a post on X: a feed that links to one has its id. A hash, because it outlives a take-down.
    """
    found = dict.fromkeys(filter(None, map(_normal_or_none, _addresses(post))))
    return tuple(post_hash(PostKey(f"{Network.WEB}:{address}")) for address in found)


def _addresses(post: Post) -> Iterator[str]:
    """Where people find it. The link of a feed's entry counts only as its identity: several may share one."""
    if post.network is Network.FEDIVERSE and post.url:
        yield post.url
    if post.network in {Network.FEDIVERSE, Network.WEB}:
        yield post.canonical_id
    if post.network is Network.BLUESKY and (named := _AT_URI.fullmatch(post.canonical_id)):
        for author in filter(None, (named[1], post.author_handle)):
            yield f"https://bsky.app/profile/{author}/post/{named[2]}"


def _normal_or_none(address: str) -> str | None:
    try:
        return normal_url(address) if _ADDRESS.match(address) else None
    except ValueError:
        return None


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    # Escaped bytes that are no UTF-8 (old Japanese sites) stay themselves: replaced, all such queries were one.
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    return urlencode(kept, errors="surrogateescape")
