"""Addresses as they are compared, and those under which a post stands on the web. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import can_ada

from bot.core.models import Network, Post, PostHash, PostKey
from bot.core.redaction import post_hash

from .tracking_params import is_mark

_TRACKING: Final = re.compile(r"utm_\w+|fbclid|gclid|yclid|mc_[ce]id|ref_src|igshid", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_PLAIN: Final = re.compile(
    r"https?://((?:[a-z0-9\-]++\.)++[a-z][a-z0-9\-]*+/[A-Za-z0-9_~!$&'*+,=:@./\-]*+)", re.ASCII
)
"""An address without user, port, query, fragment, escapes and capital host, as most are: nothing to take apart,
but where a part of its path begins with a dot."""
_FORMER_PLAIN: Final = re.compile(r"https?://([a-z0-9.\-]+/[!\"$->@-~]*)")
_FORMER_ASKED: Final = re.compile(
    r"https?://([a-z0-9.\-]+/[!\"$->@-~]*)\?((?:[A-Za-z0-9_.~\-]++=[A-Za-z0-9_.~\-]*+(?:&(?=[^&])|\Z))++)"
)
_AT_URI: Final = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([^/]+)")
_ESCAPES: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9\-._~]")
_SESSION: Final = re.compile(
    r";(?:jsessionid|phpsessid|sid|cfid|cftoken)=[^/;]*|(?<=/)\((?:[A-Z]\([a-z0-9]{20,}\))+\)/", re.IGNORECASE
)
"""Session ids in a path: of Java's servers, and of ASP.NET without cookies
(``/(S(lit3py55t21z5v55vlm25s55))/``)."""
_PLAIN_QUERY: Final = re.compile(r"[A-Za-z0-9_.~=&\-]*")


def normal_url(url: str) -> str:
    """An address as it is compared, by WHATWG's rules: https, without user, default port, fragment and marks.

    Beyond those rules escapes are as RFC 3986 (6.2.2) has them, a host has no final dot, and what tells a session
    is left out. What browsers do not take is compared as ``former_url`` does.
    Raises ``ValueError`` for a port or a host that cannot be.
    """
    plain = _PLAIN.fullmatch(url)
    if plain and "/." not in plain[1]:
        return f"https://{plain[1]}"
    try:
        parts = can_ada.parse(url)
    except (ValueError, TypeError):  # TypeError: half of a character, which no address can hold
        return former_url(url)
    host = parts.hostname.rstrip(".")
    if parts.protocol not in {"http:", "https:"} or not host:
        return former_url(url)
    port = "" if parts.port in {"", "80", "443"} else f":{parts.port}"
    return f"https://{host}{port}{_path(parts.pathname)}{_query(parts.search)}"


def former_url(url: str) -> str:
    """An address as versions up to 0.9 compared it: what is stored may be known by it.

    Raises ``ValueError`` for a port or a host that cannot be.
    """
    plain = _FORMER_PLAIN.fullmatch(url)
    if plain:
        return f"https://{plain[1]}"
    asked = _FORMER_ASKED.fullmatch(url)
    if asked and asked[2].count("=") == asked[2].count("&") + 1:
        query = "&".join(pair for pair in asked[2].split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
        return f"https://{asked[1]}?{query}" if query else f"https://{asked[1]}"
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return urlunsplit(("https", host + port, parts.path or "/", _without_tracking(parts.query), ""))


def _path(path: str) -> str:
    if "%" in path:
        path = _ESCAPES.sub(_unescaped, path)
    return _SESSION.sub("", path) if ";" in path or "(" in path else path


def _unescaped(found: re.Match[str]) -> str:
    """``%7e`` is ``~``; what has to be escaped is so in capitals."""
    character = chr(int(found[0][1:], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


def _query(search: str) -> str:
    """The query with its question mark, its parameters in their order and escaped in one way; "" without any."""
    if len(search) < 2:
        return ""
    query = "&".join([pair for pair in search[1:].split("&") if pair and not _is_surely_mark(pair)])
    if not query:
        return ""
    # Escaped bytes that are no UTF-8 (old Japanese sites) stay themselves: replaced, all such queries were one.
    if _PLAIN_QUERY.fullmatch(query):
        split = (pair.partition("=")[::2] for pair in query.split("&") if pair)
        kept = "&".join(f"{name}={value}" for name, value in split if not is_mark(name, value))
        # A value with "=" of its own is escaped as any other.
        return f"?{kept}" if kept and kept.count("=") == kept.count("&") + 1 else _escaped(query)
    return _escaped(query)


def _is_surely_mark(pair: str) -> bool:
    """Whether a parameter is a mark by its name alone, as most are: nothing of it has to be taken apart."""
    name = pair.partition("=")[0]
    return _PLAIN_QUERY.fullmatch(name) is not None and is_mark(name, "\x00")


def _escaped(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = urlencode([pair for pair in pairs if not is_mark(*pair)], errors="surrogateescape")
    return f"?{kept}" if kept else ""


def address_hashes(post: Post) -> tuple[PostHash, ...]:
    """Hashes of the identities that links to the post have as articles of a feed, each once.

    A post on X has those of its first and of its newest version, where it was edited: others may know either. A
    hash, because it outlives a take-down.
    """
    if post.network is Network.X:
        return tuple(post_hash(PostKey(f"{Network.X}:{each}")) for each in _versions(post))
    found = dict.fromkeys(filter(None, map(_normal_or_none, _addresses(post))))
    return tuple(post_hash(PostKey(f"{Network.WEB}:{address}")) for address in found)


def _versions(post: Post) -> tuple[str, ...]:
    newest = post.source_id or post.canonical_id
    return (post.canonical_id,) if newest == post.canonical_id else (post.canonical_id, newest)


def _addresses(post: Post) -> Iterator[str]:
    """The web addresses of a post. A feed entry's link counts only as its identity: several may share one.

    One with a fragment is the feed's own id: links are compared without, and what is a part of a page is not it.
    """
    if post.network is Network.FEDIVERSE and post.url:
        yield post.url
    if post.network is Network.FEDIVERSE or (post.network is Network.WEB and "#" not in post.canonical_id):
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
