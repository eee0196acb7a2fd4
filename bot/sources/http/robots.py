"""robots.txt (RFC 9309), for pages and feeds; APIs have terms of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from bot.core.errors import AddressRefused, RedirectLost, RobotsRefused, SourceChallenged, SourceError
from bot.core.lazy_dataclass import dataclass
from bot.core.url_display import host_of
from bot.sources.parsing import offload

from .client import Http, RefusedAnswer
from .robots_rules import NO_RULES, SiteRules, allows, rules_for

CACHE_TTL: Final = timedelta(hours=24)
"""The longest that rules are believed (RFC 9309, 2.4)."""
ERROR_TTL: Final = timedelta(minutes=30)
"""Time after which a site whose robots.txt could not be read is asked again."""
SITES_MAX: Final = 5_000
WEIGHT_MAX: Final = 16 * 2**20
"""Bytes of rules that are remembered, of all sites together: a site has as many names and ports as it likes."""
SITE_WEIGHT: Final = 1_000
"""Bytes that a site without rules takes to remember."""
RULES_MAX: Final = 512_000
"""Bytes that are read of a site's rules (RFC 9309, 2.5, asks for 500 KiB); the rest of longer ones is not."""
AGENT: Final = "kawaraban"


@dataclass(frozen=True, slots=True)
class _Rules:
    """A site's answer, and until when it is believed. ``error``: why it could not say; nothing is allowed then."""

    parsed: SiteRules
    until: datetime
    error: SourceError | None = None


class Robots:
    """Remembers what each site allows. ``ignored``: hosts whose owner has agreed to be read whatever they say."""

    def __init__(self, http: Http, *, clock: Callable[[], datetime], ignored: Collection[str] = ()) -> None:
        self._http = http
        self._clock = clock
        self._ignored = frozenset(host.lower() for host in ignored)
        self._sites: dict[str, _Rules] = {}  # the oldest first
        self._weight = 0
        self._asking: dict[str, asyncio.Task[_Rules]] = {}

    async def check(self, url: str) -> None:
        """Return when the site allows ``url``. Raises ``SourceRefused`` when not, and why it cannot say.

        Rules themselves are read wherever their address leads (RFC 9309, 2.3.1.2), and nobody is asked for leave.
        """
        try:
            parts = urlsplit(url)
        except ValueError as problem:
            raise AddressRefused("this is not an address", permanent=True) from problem
        if (parts.hostname or "") in self._ignored:
            return
        site = f"{parts.scheme}://{parts.netloc}"
        rules = await self._rules(site)
        if rules.error is not None:
            raise _again(rules.error, rules.until - self._clock())
        if not await self._allows(site, rules.parsed, url):
            host = parts.netloc.rpartition("@")[2]
            raise RobotsRefused(f"{host}: its robots.txt does not allow this address", permanent=True)

    async def _allows(self, site: str, rules: SiteRules, url: str) -> bool:
        """Whether rules allow an address; long ones are checked beside the event loop."""
        if rules is NO_RULES:
            return True
        size = offload.OFFLOAD_FROM_BYTES if rules.is_costly(url) else 0
        return await offload.read_from(site, size, allows, rules, url)

    async def _rules(self, site: str) -> _Rules:
        """The rules of a site, from memory, or fetched once for all who wait."""
        known = self._sites.get(site)
        if known is not None and self._clock() < known.until:
            return known
        asking = self._asking.get(site)
        if asking is None:
            asking = self._asking[site] = asyncio.create_task(
                self._fetch(site), name=f"robots.txt of {host_of(site)}"
            )
            asking.add_done_callback(lambda _: self._asking.pop(site, None))
        return await asyncio.shield(asking)

    async def _fetch(self, site: str) -> _Rules:
        rules = await self._read(site)
        self._forget(site)
        self._sites[site] = rules
        self._weight += _weight(rules)
        while len(self._sites) > SITES_MAX or self._weight > WEIGHT_MAX:
            self._forget(next(iter(self._sites)))
        return rules

    def _forget(self, site: str) -> None:
        known = self._sites.pop(site, None)
        self._weight -= _weight(known) if known else 0

    async def _read(self, site: str) -> _Rules:
        """RFC 9309, 2.3.1: a site that refuses its rules, or sends us in circles for them, has none.

        One that is broken or away allows nothing.
        """
        now = self._clock()
        try:
            answer = await self._http.get(f"{site}/robots.txt")
        except (RefusedAnswer, SourceChallenged, RedirectLost):
            return _Rules(NO_RULES, now + CACHE_TTL)
        except SourceError as error:
            # A copy: what was raised holds on to all that was under way.
            return _Rules(
                NO_RULES, now + (error.retry_after or ERROR_TTL), _again(_of_rules(error), error.retry_after)
            )
        body = answer.body
        if len(body) > RULES_MAX:  # half of a rule would forbid more than the whole
            body = body[:RULES_MAX].rpartition(b"\n")[0]
        text = body.decode("utf-8-sig", "replace")  # the mark would hide the first line
        return _Rules(await offload.read_from(site, len(text), rules_for, AGENT, text), now + CACHE_TTL)


def _weight(rules: _Rules) -> int:
    return SITE_WEIGHT + rules.parsed.weight


def _of_rules(error: SourceError) -> SourceError:
    """The failure as one of the rules: the page itself was not requested."""
    host, colon, what = error.detail.partition(": ")
    detail = f"{host}: its robots.txt cannot be read: {what}" if colon else f"a robots.txt cannot be read: {host}"
    return _like(error, detail, error.retry_after)


def _again(error: SourceError, left: timedelta | None) -> SourceError:
    """The failure for a later caller: if the site said how long to wait, with the rest of that time."""
    return _like(error, error.detail, left if error.retry_after else None)


def _like(error: SourceError, detail: str, retry_after: timedelta | None) -> SourceError:
    again = type(error)(detail, retry_after=retry_after, permanent=error.permanent)
    again.cause = error.cause
    return again
