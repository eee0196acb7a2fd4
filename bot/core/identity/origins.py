"""The server whose word on a post counts: one host does not speak for another (invariant 10). Pure.

A post of the fediverse is at home on the host of its ActivityPub id. Where that host is asked for the topic, its
word alone counts: text, RP and links, and whether the post is there at all, so that a copy another host lists can
neither raise alerts nor cross, nor create a post that its home never had; nor may another host put words into
the mouth of its people. Where the home is not asked, anybody's copy is taken as it is, and the post is gone when
every endpoint that showed it has lost it.

A server that is asked under a number or a bare name (``127.0.0.1:3000``) is not known by the host in its ids:
there the first endpoint that lists a post as one of its own people's is taken for its home.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    FEDERATED,
    Elsewhere,
    FetchResult,
    Network,
    PollState,
    Post,
    PostKey,
    SourceName,
    Watch,
    speaker_for,
)

_PORTS: Final = {"http": 80, "https": 443}
_NUMBER: Final = re.compile(r"[\d.]+|\[.*\]|[^.]*")


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of the fediverse sources in the settings: addresses, a source's own one first."""

    of: Mapping[SourceName, tuple[str, ...]] = field(default_factory=dict)

    def host_of(self, source: SourceName, target: str | None) -> str | None:
        """The host that is asked; without a target it is the source's own."""
        own = self.of.get(source, ())
        return host_at(target or (own[0] if own else ""))

    @property
    def hosts(self) -> frozenset[str]:
        """All that are asked for anything."""
        found = (host_at(address) for addresses in self.of.values() for address in addresses)
        return frozenset(host for host in found if host is not None)


def host_at(address: str) -> str | None:
    """The host of a web address as it is compared: small letters, IDN in ASCII, no final dot, no default port.

    Whoever is named before an ``@`` is no host. None for what is no web address.
    """
    if "\\" in address:  # browsers take it for a slash
        return None
    try:
        parts = urlsplit(address.strip())
        host, port = unquote(parts.hostname or "").rstrip("."), parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return host.lower() if port in {None, _PORTS[parts.scheme]} else f"{host.lower()}:{port}"


def at_home(address: str | None, uri: str) -> str | None:
    """The address where it is at the host of the post's id, else None: it leads to somebody else."""
    home = host_at(uri)
    return address if address and home is not None and host_at(address) == home else None


def home_of(key: PostKey) -> str | None:
    """The host a post of the fediverse is at home on; None where the identity names none."""
    network, _, canonical_id = key.partition(":")
    return host_at(canonical_id) if network == Network.FEDIVERSE else None


def worded(post: Post, own: Post | None) -> Post:
    """The post with the text of its own endpoint, if that shows it too; counts are those of the list."""
    if own is None or not own.text:
        return post
    return replace(
        own, rp=post.rp, likes=post.likes, replies=post.replies, score=post.score, score_name=post.score_name,
        source_id=post.source_id,
    )  # fmt: skip


def web_home_of(key: PostKey) -> str | None:
    """The host of the article that a feed's entry stands for; None for posts of other networks."""
    network, _, canonical_id = key.partition(":")
    return host_at(canonical_id) if network == Network.WEB else None


def _home_of_author(post: Post) -> str | None:
    _, at, host = (post.author_handle or "").rpartition("@")
    return host_at(f"https://{host}") if at else None


def _is_of_fediverse(key: PostKey) -> bool:
    return key.startswith(f"{Network.FEDIVERSE}:")


class Origins:
    """The servers whose word counts at one watch."""

    def __init__(self, watch: Watch, servers: Servers) -> None:
        self._source = watch.source
        self._servers = servers
        self._here = servers.host_of(watch.source, watch.target) if watch.source in FEDERATED else None
        self._others = servers.hosts - {self._here} if self._here is not None else frozenset()

    def ends(self, key: PostKey) -> bool:
        """Whether a post is gone once this endpoint reports it gone; otherwise other endpoints may still have it.

        Of X and Bluesky nobody says so but they themselves: a page's posts are asked for at X.
        """
        return not _is_of_fediverse(key) or self.is_home_of(key)

    def revives(self, post: Post, fetched: FetchResult | None) -> bool:
        """Whether a post that was reported gone counts as back once this endpoint shows it."""
        if _is_of_fediverse(post.key):
            return not self.is_foreign(post.key)
        counted = fetched is not None and any(one.key == post.key for one in fetched.counted)
        return counted or speaker_for(post.network) in {None, self._source}

    def is_home_of(self, key: PostKey) -> bool:
        """Whether this is the host a post of the fediverse is at home on."""
        return self._here is not None and home_of(key) == self._here

    def is_foreign(self, key: PostKey) -> bool:
        """Whether another server that the settings name is the post's home, asked for this topic or not."""
        return bool(self._others) and home_of(key) in self._others

    def accepted(self, state: PollState, fetched: FetchResult) -> tuple[FetchResult, frozenset[PostKey]]:
        """The answer without data that this endpoint has no authority over, and the posts rejected for that."""
        if not self._others:
            return fetched, frozenset()
        asked = {self._servers.host_of(source, target) for source, target in state.neighbours} - {self._here, None}
        claimed = self._claimed(state, fetched.posts)
        rejected = {
            post.key
            for post in fetched.posts
            if home_of(post.key) in asked or self._is_borrowed(post) or post.key in claimed
        }
        posts = tuple(post for post in fetched.posts if post.key not in rejected)
        gone, deleted = (
            tuple(key for key in keys if not self.is_foreign(key)) for keys in (fetched.gone, fetched.deleted)
        )
        return replace(fetched, posts=posts, gone=gone, deleted=deleted), frozenset(rejected)

    def _is_borrowed(self, post: Post) -> bool:
        """Whether it has an author of another server that is asked, whose posts it is not one of."""
        author = _home_of_author(post)
        return author in self._others and author != home_of(post.key)

    def _claimed(self, state: PollState, posts: Iterable[Post]) -> Collection[PostKey]:
        """Posts whose home is unknown, and that another endpoint listed first as its own people's."""
        firsts = {seen.key: seen for seen in state.elsewhere if self._claims(seen)}
        found = set()
        for post in posts:
            first, known = firsts.get(post.key), state.known.get(post.key)
            if first is None or self.is_home_of(post.key) or self.is_foreign(post.key):
                continue
            if known is None or first.first_seen_at < known.first_seen_at:
                found.add(post.key)
        return found

    def _claims(self, seen: Elsewhere) -> bool:
        host = self._servers.host_of(seen.source, seen.target)
        if host is None or not _NUMBER.fullmatch(host.rpartition(":")[0] or host):
            return False
        return seen.author_handle.rpartition("@")[2].lower() == host
