"""Links and ids of the entries of a feed: which are real, and where they lead. Pure.

a written link ─▶ mended as browsers and publishers mean it ─▶ a whole address of the web, or none
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from bot.core.identity.urls import normal_url

from .fingerprints import Link
from .raw import RawEntry, RawFeed

LINK_MAX: Final = 10_000
"""Characters of a link that is mended; no address that is taken is as long."""
PARENTS_MAX: Final = 20
"""Pages that a feed's address is taken to lie under."""

_ADDRESS: Final = re.compile(r"https?://([^\s<>\"/]{1,255})(?:/[^\s<>\"]{0,2000})?")
_NAME: Final = re.compile(r"[A-Za-z0-9.\-]+")
"""A host without port or brackets: nothing can be wrong with those."""
_REFERENCE: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_SPACE: Final = re.compile(r"\s")
_CONTROLS: Final = "".join(map(chr, range(0x21)))
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_PATH: Final = re.compile(r"\s*+(?:https?:/)?/", re.IGNORECASE)
_SCHEME: Final = re.compile(r"https?:[/\\]*+(?=[^/\\])", re.IGNORECASE)
_WRITTEN_AGAIN: Final = re.compile(r"https?://[^/?#]{0,255}?(?=https?:)", re.IGNORECASE)
"""An address before which a program wrote its own scheme or host once more (``https://a.examplehttps://…``)."""
_CLICKS: Final = re.compile(
    r"https?://(?:www\.google\.[a-z.]{2,6}/url|www\.bing\.com/news/apiclick\.aspx|lm?\.facebook\.com/l\.php"
    r"|www\.youtube\.com/redirect|duckduckgo\.com/l/|t\.umblr\.com/redirect)\?",
    re.IGNORECASE,
)
"""Addresses that count clicks, as Google Alerts and Bing's news have them: another one at each fetch."""
_FIELDS_MAX: Final = 50
_NOTHING: Final = frozenset({
    "n/a", "na", "none", "null", "nil", "undefined", "nan", "false", "true", "unknown", "-", "#", "0", "(none)",
    "[object object]", "about:blank", "javascript:void(0)", "javascript:void(0);", "javascript:;",
})  # fmt: skip
"""Texts that programs write in place of an id or a link that they do not have, in small letters."""
_NOTHING_MAX: Final = max(map(len, _NOTHING))


def own_id(entry: RawEntry) -> str:
    """The feed's id of an entry; empty where it has none, or a word that stands for none."""
    return "" if _is_nothing(own := entry.id.strip()) else own


def link_of(entry: RawEntry, base: str) -> Link | None:
    """The link of an entry: its own, the address of another site it is about, or its id; None without one."""
    if entry.recalled is not None:
        known = entry.recalled.record.link
        return None if known is None else Link(*known)
    link = entry.link
    if _is_nothing(link):
        link = ""
    own = own_id(entry)
    if not link and own:
        is_link = _PATH.match(own) if entry.is_link else _WEB.match(own) if entry.is_link is None else None
        link = own if is_link else ""
    url = web_address(base, link)
    if url is None:
        return None
    if "?" in url and _CLICKS.match(url):
        url = _behind_clicks(url)
    return Link(url, normal_url(url))


def _behind_clicks(url: str) -> str:
    """The address that one which counts clicks leads to, where it is written in it."""
    try:
        asked = dict(parse_qsl(url.partition("?")[2], max_num_fields=_FIELDS_MAX))
    except ValueError:
        return url
    carried = (asked.get(name, "") for name in ("url", "u", "q", "uddg", "z"))
    return next((found for each in carried if _WEB.match(each) and (found := web_address("", each))), url)


def web_address(base: str, link: str) -> str | None:
    """The whole address that a link means, where it may stand behind a button."""
    if "&" in link:  # escaped twice
        link = _REFERENCE.sub(lambda found: unescape(found[0]), link)
    if not link.isprintable() or " " in link:
        link = _without_space(link)
    found = _ADDRESS.fullmatch(link)
    try:
        if found is None or not _NAME.fullmatch(found[1]):
            found = _ADDRESS.fullmatch(_joined(base, _mended(base, link)))
            if found and not _NAME.fullmatch(found[1]):
                _ = urlsplit(found[0]).port
    except ValueError:  # a port or a host that cannot be
        return None
    return found[0] if found else None


def host_of_ids(url: str) -> str:
    """The host of an address as ids are kept under it: redirects come and go to ``https`` and ``www``."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def selves(url: str, feed: RawFeed) -> Iterator[str]:
    """The feed's own addresses: the one asked, and those it names itself."""
    for each in (url, *feed.own_urls):
        if address := web_address(url, each.strip()):
            yield address


def own_pages(url: str, feed: RawFeed) -> set[str]:
    """Addresses that are the feed itself, its home, or a page that its address lies under.

    Whoever links an entry to one of these says nothing of the entry, whatever else stands in the feed:
    ``/changes`` in ``/changes.xml`` or ``/changes/feed``, an article in the feed of its comments, and the same
    link for all, as Google Trends has it.
    """
    home = web_address(url, feed.about.link)
    found = [*map(normal_url, selves(url, feed)), *([normal_url(home)] if home else [])]
    parts = normal_url(url).partition("?")[0].split("/")[: 3 + PARENTS_MAX]
    found += ["/".join(parts[:end]) for end in range(3, len(parts))]
    found.append("/".join(parts).rpartition(".")[0] if "." in parts[-1] else "")
    bare = {page.rstrip("/") for page in found}
    return bare | {f"{page}/" for page in bare}


def shared_links(links: Iterable[Link | None]) -> set[str]:
    """Links that several entries have, as they are compared and as they are shown."""
    present = [link for link in links if link is not None]
    compared = Counter(link.address for link in present)
    if len(compared) == len(present):  # as in most feeds
        return set()
    shown = Counter(link.url for link in present)
    return {address for times in (compared, shown) for address, each in times.items() if each > 1}


def _is_nothing(written: str) -> bool:
    return len(written) <= _NOTHING_MAX and written.lower() in _NOTHING


def _joined(base: str, link: str) -> str:
    return link if not link or link.startswith(("http://", "https://")) else urljoin(base, link)


def _mended(base: str, link: str) -> str:
    """A link that is no plain address as it is meant: scheme or host written twice, half or not at all."""
    if not link or len(link) > LINK_MAX:
        return ""
    while again := _WRITTEN_AGAIN.match(link):
        link = link[again.end() :]
    path, mark, query = link.partition("?")
    if "\\" in path:  # as browsers read it
        link = path.replace("\\", "/") + mark + query
    rest = _SCHEME.sub("", link, count=1) if _SCHEME.match(link) else link
    if link.startswith("/") or not _begins_with_host(rest, base):
        return link
    scheme = "http" if link[:5].lower() == "http:" else "https"
    return f"{scheme}://{rest}"


def _begins_with_host(link: str, base: str) -> bool:
    """Whether a link without ``//`` names its host all the same: one with ``www``, or the feed's own."""
    first = link.partition("/")[0].partition("?")[0].lower()
    host = first.partition(":")[0]
    if host.count(".") > 1 and host.startswith("www."):
        return True
    return "." in host and host.removeprefix("www.") == host_of_ids(base)


def _without_space(link: str) -> str:
    """A link as browsers read it: without controls and spaces around it and line breaks, other space escaped."""
    if len(link) > LINK_MAX:
        return ""
    lines = link.strip(_CONTROLS).replace("\t", "\n").splitlines()
    whole = "".join(line.strip() for line in lines)
    return _SPACE.sub(lambda found: quote(found[0]), whole) if _PATH.match(whole) else whole
