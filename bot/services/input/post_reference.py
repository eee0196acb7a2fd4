"""The post a person means: a link, an id, or a link to one of our own messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from bot.core.identity.row_ids import read_id
from bot.core.identity.urls import normal_url
from bot.core.models import Network, PostKey
from bot.core.text import clean, safe_url

REFERENCE_MAX = 2000
"""Longer than any address a browser takes."""

_MESSAGE = re.compile(
    r"https?://(?:\w+\.)?discord(?:app)?\.com/channels/[0-9]{1,19}/(?P<channel>[0-9]{1,19})/(?P<message>[0-9]{1,19})/?",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"(?:https?://(?:\w+\.)?discord(?:app)?\.com/channels/(?:[0-9]{1,19}|@me)/[0-9]{1,19}/?|#[0-9]{15,19})",
    re.IGNORECASE,
)
_X_STATUS = re.compile(
    r"https?://(?:\w+\.)?(?:x|twitter)\.com/[^/\s]+(?:/web)?/status(?:es)?/(?P<id>[0-9]{1,19})(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_ACTIVITY = re.compile(r"https?://[^/\s]+/(?:users/[^/\s]+/statuses|notes|objects|o)/[^\s?#]+", re.IGNORECASE)
_BLUESKY_LINK = re.compile(
    r"https?://bsky\.app/profile/(?P<did>did:[a-z]+:[\w.:%\-]+)/post/(?P<post>[\w.~\-]+)/?(?:[?#]\S*)?", re.ASCII
)
_X_ID = re.compile(r"(?P<id>[0-9]{5,19})")
_UNESCAPED = "/:@!$&'()*+,;=~"
"""Characters of a path beside letters, digits, ``-``, ``.`` and ``_`` (RFC 3986, 3.3)."""
_ID = re.compile(r"(?=.*[0-9])[0-9A-Za-z._~:/@-]{1,200}")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A message in Discord; ids of 0 where the link holds none."""

    channel_id: int
    discord_message_id: int


@dataclass(frozen=True, slots=True)
class PostReference:
    """A post as a person named it.

    ``needles``: what a stored post can be found by, best first. ``key``: the identity, where the words alone give
    it; then a post can be named that nobody has seen yet. ``is_channel``: it names a channel of Discord.
    ``may_be_id``: an address, or one word with a digit, as ids are: it may be a post's that nobody has seen.
    """

    needles: tuple[str, ...]
    key: PostKey | None = None
    message: MessageLink | None = None
    is_channel: bool = False
    may_be_id: bool = False


def read_reference(typed: str) -> PostReference:
    """Read a link or an id. What is neither becomes a needle that finds nothing, or what is stored under it."""
    named = clean(typed)[:REFERENCE_MAX].strip().strip("<>|").strip()
    for read in (_discord_message, _discord_channel, _x_status, _own_key, _bluesky_post, _fediverse_post):
        if reference := read(named):
            return reference
    if _URL.fullmatch(named):
        return PostReference(_addresses(named), may_be_id=True)
    return PostReference((named,) if named else (), may_be_id=_ID.fullmatch(named) is not None)


def _discord_message(named: str) -> PostReference | None:
    link = _MESSAGE.fullmatch(named)
    if link is None:
        return None
    channel_id, message_id = read_id(link["channel"]), read_id(link["message"])
    return PostReference((), message=MessageLink(channel_id or 0, message_id or 0))


def _discord_channel(named: str) -> PostReference | None:
    """A link to a channel, or a mention of one without its brackets."""
    return PostReference((named,), is_channel=True) if _CHANNEL.fullmatch(named) else None


def _x_status(named: str) -> PostReference | None:
    """A link, or the bare id as X writes it."""
    status = _X_STATUS.fullmatch(named) or _X_ID.fullmatch(named)
    if status is None or read_id(status["id"]) is None:
        return None
    key = PostKey(f"{Network.X}:{status['id']}")
    return PostReference((key, named), key=key)


def _own_key(named: str) -> PostReference | None:
    """``network:id`` as we write it."""
    network, _, rest = named.partition(":")
    if network not in set(Network) or not rest or rest.startswith("//"):
        return None
    return PostReference((named, rest), key=PostKey(named))


def _bluesky_post(named: str) -> PostReference | None:
    """Only an AT URI names a post; a link to bsky.app may hold a name that changes, unless it holds the DID."""
    if named.startswith("at://"):
        return PostReference((named,), key=PostKey(f"{Network.BLUESKY}:{named}"))
    link = _BLUESKY_LINK.fullmatch(named)
    if link is None:
        return None
    uri = f"at://{link['did']}/app.bsky.feed.post/{link['post']}"
    return PostReference((uri, *_addresses(named)), key=PostKey(f"{Network.BLUESKY}:{uri}"))


def _fediverse_post(named: str) -> PostReference | None:
    """An address in a form in which servers write the URI of a post."""
    is_uri = _ACTIVITY.fullmatch(named)
    return PostReference(_addresses(named), key=PostKey(f"{Network.FEDIVERSE}:{named}")) if is_uri else None


def _addresses(url: str) -> tuple[str, ...]:
    """The address as typed, without what people copy along (query, fragment, a last slash), and in other forms.

    A message's link is written as Discord takes it, and a browser shows it its own way: with escapes or without,
    the host in ASCII or not. What is stored has its source's form, or is known by the form that is compared.
    """
    bare = re.split(r"[?#]", url, maxsplit=1)[0]
    typed = (url, bare, bare.rstrip("/"))
    others = (form for one in typed for form in _other_forms(one) if form.isprintable())
    return tuple(dict.fromkeys((*typed, *others)))


def _other_forms(url: str) -> Iterator[str]:
    """The forms of an address: as compared, as Discord is given it, and as people read it."""
    try:
        yield normal_url(url)
        parts = urlsplit(url)
        host = parts.netloc.encode("ascii").decode("idna") if parts.netloc.isascii() else parts.netloc
    except ValueError:
        return
    yield safe_url(url) or url
    read = parts._replace(path=unquote(parts.path), query=unquote(parts.query), fragment=unquote(parts.fragment))
    yield read.geturl()
    yield read._replace(netloc=host).geturl()
    yield parts._replace(path=quote(unquote(parts.path), safe=_UNESCAPED)).geturl()
