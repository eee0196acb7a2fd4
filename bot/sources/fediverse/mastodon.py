"""Mastodon, and servers that speak its API: the public timeline of a tag.

    newest page | forward from the cursor ─▶ volume, now and then ─▶ posts due again: by page, else by id

A tag timeline shows a post while it is minutes old and hardly boosted, so rechecks matter most.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from bot.core.errors import SourceRefused
from bot.core.models import Post, SourceName
from bot.core.url_display import host_of
from bot.sources.http.client import JSON_MAX, Answer, Http, RefusedAnswer
from bot.sources.parsing import offload

from .hashtag_source import HashtagSession, HashtagSource
from .mastodon_wire import Status, id_key, parse_status, parse_statuses, parse_volume, posts_of

PAGE: Final = 40
"""Mastodon's largest page."""
FULL_PAGE: Final = 20
"""Rows from which on there may be more: some servers answer 20 however many are asked for."""
NEW_PAGES, AGAIN_PAGES, AGAIN_SINGLES = 5, 5, 10
"""The most requests of one fetch for each purpose. A server allows 300 in 5 minutes, and pages 300 in 15, for all
topics together (mastodon/mastodon, ``config/initializers/rack_attack.rb``)."""
RESERVE: Final = 20
"""Requests left to the host's other topics: below this only new posts are read."""

_PREVIOUS = re.compile(r'<([^<>]*)>\s*;\s*rel="?prev"?')


def _beside(status_id: str, step: int) -> str:
    """The id next to a numeric one; another server's kind of id stays as it is."""
    return str(max(0, int(status_id) + step)) if _is_number(status_id) else status_id


def _is_number(status_id: str) -> bool:
    return status_id.isascii() and status_id.isdigit()


class Mastodon(HashtagSource):
    """The source ``mastodon``: one server or more, asked for public tag timelines."""

    kind = "Mastodon"
    name = SourceName.MASTODON

    def session(self, server: str, tag: str, now: datetime) -> HashtagSession[Status]:
        """See ``HashtagSource``."""
        return _MastodonSession(self.http, server, tag, now)

    def explained(self, refusal: RefusedAnswer, host: str) -> SourceRefused:
        """See ``HashtagSource``. 422: this method "requires an authenticated user"."""
        status = refusal.answer.status
        meanings = dict.fromkeys((401, 403, 422), "does not show its timelines to the public")
        meanings |= dict.fromkeys((404, 410), "has no timelines where a Mastodon server has them")
        if status not in meanings:
            return refusal
        return SourceRefused(
            f"{host} {meanings[status]} (answered {status}); choose another server",
            retry_after=refusal.retry_after,
            permanent=refusal.permanent,
        )


class _MastodonSession(HashtagSession[Status]):
    page, full_page, new_pages, oldest = PAGE, FULL_PAGE, NEW_PAGES, "0"
    reserve = RESERVE
    recheck_pages, recheck_singles = AGAIN_PAGES, AGAIN_SINGLES

    def __init__(self, http: Http, base_url: str, tag: str, now: datetime) -> None:
        super().__init__(now)
        self._http = http
        self._host = host_of(base_url)
        self._api = f"{base_url}/api/v1"
        self._tag = quote(tag, safe="")

    def position(self, post_id: str) -> tuple[int, str]:
        return id_key(post_id)

    def begins_page(self, post_id: str) -> bool:
        return _is_number(post_id)

    def below(self, post_id: str) -> str:
        return _beside(post_id, -1)

    def is_hidden(self, row: Status) -> bool:
        return row.visibility != "public"

    async def posts(self) -> tuple[Post, ...]:
        return await offload.read_from(self._api, self.size, posts_of, [*self.rows.values()], host=self._host)

    async def newest_page(self) -> list[Status]:
        rows, _ = await self._timeline()
        return rows

    async def page_above(self, since: str) -> tuple[list[Status], str]:
        return await self._timeline(min_id=since)

    async def volume(self) -> int | None:
        """Today's uses of the tag (UTC) as this server counts them."""
        return await self.parse(await self._get(f"tags/{self._tag}"), parse_volume)

    async def page_from(self, post_id: str) -> list[Status]:
        rows, _ = await self._timeline(max_id=_beside(post_id, 1))
        return rows

    async def single(self, post_id: str) -> Status:
        return await self.parse(await self._get(f"statuses/{quote(post_id, safe='')}"), parse_status)

    def says_gone(self, answer: Answer) -> bool:
        return answer.status in {404, 410}

    async def _timeline(self, **edge: str) -> tuple[list[Status], str]:
        """A page of the tag, and the upper edge its ``Link`` header names ("" without one)."""
        answer = await self._get(f"timelines/tag/{self._tag}", limit=str(PAGE), **edge)
        return await self.parse(answer, parse_statuses), _upper_edge(answer)

    async def _get(self, path: str, **params: str) -> Answer:
        return await self.request(self._http.get(f"{self._api}/{path}", params=params, most=JSON_MAX))


def _upper_edge(answer: Answer) -> str:
    """``min_id`` of the link to newer posts, where it is an id we would accept from a post."""
    link = _PREVIOUS.search(answer.headers.get("link", ""))
    edge = parse_qs(urlsplit(link[1]).query).get("min_id", [""])[0] if link else ""
    return edge if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", edge) else ""
