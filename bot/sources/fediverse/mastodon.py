"""Mastodon, and servers that speak its API: the public timeline of a tag.

    newest page | forward from the cursor ─▶ volume, now and then ─▶ posts due again: by page, else by id

A tag timeline shows a post while it is minutes old and hardly boosted, so what matters is the re-look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from bot.core.errors import SourceChanged, SourceError, SourceRefused
from bot.core.models import FetchRequest, FetchResult, Post, PostKey, Recheck, Snapshot, SourceName
from bot.core.url_display import host_of
from bot.sources.http.client import JSON_MAX, Answer, Http, RefusedAnswer
from bot.sources.http.request_budget import RequestBudget
from bot.sources.parsing import offload

from .hashtag_source import HashtagSource, TimelineCursor, is_volume_due, overlap_start, parse_cursor
from .mastodon_wire import Status, id_key, parse_status, parse_statuses, parse_volume, posts_of

PAGE: Final = 40
"""Mastodon's largest page."""
FULL_PAGE: Final = 20
"""From this many on there may be more: some servers answer 20 however many are asked for."""
NEW_PAGES, AGAIN_PAGES, AGAIN_SINGLES = 5, 5, 10
"""The most requests of one look for each purpose. A server allows 300 in 5 minutes, and pages 300 in 15, for all
topics together (mastodon/mastodon, ``config/initializers/rack_attack.rb``)."""
RESERVE: Final = 20
"""Requests left to the host's other topics: below this only new posts are read."""

_PREVIOUS = re.compile(r'<([^<>]*)>\s*;\s*rel="?prev"?')


def _beside(status_id: str, step: int) -> str:
    """The id next to a numeric one; another server's kind of id stays as it is."""
    return str(max(0, int(status_id) + step)) if _is_number(status_id) else status_id


def _is_number(status_id: str) -> bool:
    return status_id.isascii() and status_id.isdigit()


def _place_after(rows: Iterable[Status], since: str, now: datetime) -> str:
    """Where the next look begins."""
    floor = overlap_start(sorted(rows, key=lambda row: id_key(row.id), reverse=True)[:PAGE], now)
    return since if floor is None else _beside(floor.id, -1)


class Mastodon(HashtagSource):
    """The source ``mastodon``: one server or more, asked for public tag timelines."""

    kind = "Mastodon"
    name = SourceName.MASTODON

    async def fetch(self, look: FetchRequest, now: datetime) -> FetchResult:
        """New posts, the posts due again as far as the host's budget goes, and now and then the volume.

        Raises ``SourceError`` when the first request fails; a later failure only ends the look early.
        """
        tag = self.tag(look)
        place = parse_cursor(look.cursor)
        server = self.server(look)
        host = host_of(server)
        visit = _MastodonFetch(self.http, server, tag, now)
        try:
            since = await visit.read_new(place.since if place else None)
        except RefusedAnswer as refusal:
            raise _explained(refusal, host) from refusal
        snapshot, volume_at = await visit.read_volume(place.volume_at if place else 0)
        await visit.read_again(look.relook)
        return FetchResult(
            source=self.name,
            posts=await visit.posts(host),
            snapshot=snapshot,
            cursor=TimelineCursor(since, volume_at).written(),
            gone=tuple(visit.gone),
            reset_at=visit.allowance.reset_at,
            requests=visit.allowance.requests,
            quota=visit.allowance.quota,
            note=self.describe_request(look),
        )


def _explained(refusal: RefusedAnswer, host: str) -> SourceRefused:
    """What a refusal of a timeline means, for the operator. 422: this method "requires an authenticated user"."""
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


class _MastodonFetch:
    """One look under way: what was read, what the host still allows, and whether it was cut short."""

    def __init__(self, http: Http, base_url: str, tag: str, now: datetime) -> None:
        self.gone: list[PostKey] = []
        self.allowance = RequestBudget(now)
        self._http = http
        self._api = f"{base_url}/api/v1"
        self._tag = quote(tag, safe="")
        self._now = now
        self._size = 0
        self._read: dict[str, Status] = {}

    async def posts(self, host: str) -> tuple[Post, ...]:
        """The public posts read, newest first, each identity once."""
        return await offload.read_from(self._api, self._size, posts_of, [*self._read.values()], host=host)

    async def read_new(self, since: str | None) -> str:
        """Read the newest page, or what is above ``since`` within bounds; return where the next look begins.

        Where the bound or a failure cuts, that is the last id read, so that nothing is skipped.
        Raises ``SourceError`` when the first request fails.
        """
        if since is None:
            rows, _ = await self._timeline()
            self._keep(rows)
            return _place_after(rows, "0", self._now)
        above = reached = since
        fresh: list[Status] = []
        for number in range(NEW_PAGES):
            if number and not self.allowance.can_request():
                return reached
            try:
                rows, edge = await self._timeline(min_id=above)
            except SourceError as error:
                if number == 0:
                    raise
                self.allowance.stop(error)
                return reached
            fresh += [row for row in rows if id_key(row.id) > id_key(since)]
            self._keep(fresh)
            reached = max((reached, *(row.id for row in rows)), key=id_key)
            onward = max(reached, edge, key=id_key)
            # An empty page that leads on is not the end: what it held is hidden.
            if 0 < len(rows) < FULL_PAGE or onward == above:
                return _place_after(fresh, since, self._now)
            above = onward
        return reached

    async def read_volume(self, asked_at: int) -> tuple[Snapshot | None, int]:
        """Today's uses of the tag (UTC) as this server counts them, and when that was last asked.

        A failure costs only the number: some servers keep tags from the public.
        """
        if not (is_volume_due(asked_at, self._now) and self.allowance.can_request(RESERVE)):
            return None, asked_at
        volume = None
        try:
            body = (await self._get(f"tags/{self._tag}")).body
            volume = await offload.read_from(self._api, len(body), parse_volume, body)
        except SourceRefused:
            pass
        except SourceError as error:
            self.allowance.stop(error)
        snapshot = None if volume is None else Snapshot(observed_at=self._now, volume=volume)
        return snapshot, int(self._now.timestamp())

    async def read_again(self, relook: Iterable[Recheck]) -> None:
        """Read what is due again in the fewest requests. What is not reached stays due and comes again."""
        due = {wanted.source_id: wanted for wanted in relook if wanted.source_id not in self._read}
        try:
            missing = await self._again_by_page(due)
            for source_id in sorted(due, key=lambda each: each not in missing)[:AGAIN_SINGLES]:
                if not self.allowance.can_request(RESERVE):
                    return
                await self._again_by_id(due[source_id])
        except SourceError as error:
            self.allowance.stop(error)

    async def _again_by_page(self, due: dict[str, Recheck]) -> set[str]:
        """Take from ``due`` what stands on pages that begin at the newest of them, while a page covers several.

        Returns the ids that should have stood there and did not. Only numeric ids tell where a page begins.
        """
        missing: set[str] = set()
        for _ in range(AGAIN_PAGES):
            ahead = sorted((each for each in due if _is_number(each) and each not in missing), key=id_key)
            if len(ahead) < 2 or not self.allowance.can_request(RESERVE):
                break
            rows, _ = await self._timeline(max_id=_beside(ahead[-1], 1))
            found = [row for row in rows if row.id in due]
            self._keep(found)
            for row in found:
                del due[row.id]
            lowest = min((id_key(row.id) for row in rows), default=id_key("0"))
            missing |= {each for each in ahead if each in due and id_key(each) >= lowest}
            if len(found) < 2:
                break
        return missing

    async def _again_by_id(self, wanted: Recheck) -> None:
        """Read one post, or learn that it is gone or no longer public."""
        try:
            body = (await self._get(f"statuses/{quote(wanted.source_id, safe='')}")).body
            row = await offload.read_from(self._api, len(body), parse_status, body)
        except SourceChanged:
            return  # the trouble of this one post
        except RefusedAnswer as refusal:
            if refusal.answer.status not in {404, 410}:
                raise
            self.gone.append(wanted.post_key)
            return
        if row.visibility == "public":
            self._keep([row])
        else:
            self.gone.append(wanted.post_key)

    async def _timeline(self, **edge: str) -> tuple[list[Status], str]:
        """A page of the tag, and the upper edge its ``Link`` header names ("" without one)."""
        answer = await self._get(f"timelines/tag/{self._tag}", limit=str(PAGE), **edge)
        rows = await offload.read_from(self._api, len(answer.body), parse_statuses, answer.body)
        return rows, _upper_edge(answer)

    async def _get(self, path: str, **params: str) -> Answer:
        try:
            answer = await self._http.get(f"{self._api}/{path}", params=params, most=JSON_MAX)
        except RefusedAnswer as refusal:
            self.allowance.record_response(refusal.answer.headers)
            raise
        self.allowance.record_response(answer.headers)
        self._size += len(answer.body)
        return answer

    def _keep(self, rows: Iterable[Status]) -> None:
        self._read |= {row.id: row for row in rows}


def _upper_edge(answer: Answer) -> str:
    """``min_id`` of the link to newer posts, where it is an id we would accept from a post."""
    link = _PREVIOUS.search(answer.headers.get("link", ""))
    edge = parse_qs(urlsplit(link[1]).query).get("min_id", [""])[0] if link else ""
    return edge if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", edge) else ""
