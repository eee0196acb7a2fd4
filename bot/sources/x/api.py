"""Requests to X: counts, a search, posts by id. Each is reserved before it is made, and paid for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from bot.core.errors import SourceBusy, SourceRefused
from bot.core.models import TopicKey
from bot.core.url_display import host_of
from bot.sources.http.client import JSON_MAX, Answer, Http, RefusedAnswer
from bot.sources.http.request_budget import RequestBudget
from bot.sources.parsing import offload

from .daily_budget import DailyBudget, Reservation
from .wire import Bucket, SearchPage, parse_counts, parse_page

T = TypeVar("T")

LEAST, PAGE, BATCH = 10, 100, 100
"""The smallest and the largest page of a search; so many posts can be asked for by id at once."""

# Expansions come with the posts that are paid for: of what X lists as charged (docs.x.com, "Pricing", August 2026)
# media are none.
_FIELDS: Final = {
    "tweet.fields": "attachments,author_id,entities,lang,note_tweet,possibly_sensitive,public_metrics,"
    "referenced_tweets",
    "expansions": "author_id,attachments.media_keys",
    "user.fields": "name,profile_image_url,username",
    "media.fields": "alt_text,height,media_key,preview_image_url,type,url,width",
}
_MEANINGS: Final = {
    401: "does not accept the bearer token; make a new one in the developer console",
    402: "asks for money: the account has no credits left",
    403: "does not let this app search; see its access and its credits in the developer console",
}


class XAccount:
    """An app's key and its budget; one for the whole process."""

    def __init__(self, http: Http, budget: DailyBudget, *, base_url: str, bearer_token: str) -> None:
        self.http = http
        self.budget = budget
        self.api = f"{base_url.rstrip('/')}/2/tweets"
        self.headers = {"authorization": f"Bearer {bearer_token}"}

    @property
    def host(self) -> str:
        """The server's name."""
        return host_of(self.api)


class XRequests:
    """The requests of one fetch, and what X and the budget still allow.

    Every request raises ``SourceError``: ``BudgetSpent`` where too little is left for it. ``budget``: what X
    allows in this fetch. ``topic``: its followers pay; None: nobody in particular.
    """

    def __init__(self, account: XAccount, now: datetime, budget: RequestBudget, topic: TopicKey | None) -> None:
        self._topic = topic
        self._account = account
        self._now = now
        self._budget = budget

    async def counts(self, asked: str) -> tuple[Bucket, ...]:
        """Posts an hour, oldest first; costs one read."""
        grant = await self._account.budget.reserve(1, self._now, topic=self._topic)
        params = {"query": asked, "granularity": "hour"}
        return await self._paid("/counts/recent", params, grant, parse_counts, lambda _: 1)

    async def search(self, asked: str, wanted: int, since: str | None, token: str | None = None) -> SearchPage:
        """The newest posts, of which ``wanted`` bounds what they cost, from 10 to 100."""
        grant = await self._account.budget.reserve(
            min(max(wanted, LEAST), PAGE), self._now, least=LEAST, topic=self._topic
        )
        params = {"query": asked, "max_results": str(grant.reads)} | _FIELDS
        params |= {"since_id": since} if since else {}
        params |= {"next_token": token} if token else {}
        return await self._paid(
            "/search/recent", params, grant, partial(parse_page, search=True), lambda page: page.charged
        )

    async def by_id(self, ids: Sequence[str]) -> tuple[SearchPage, frozenset[str]]:
        """Posts by id, at most 100 and as many as the budget allows; and which were requested."""
        grant = await self._account.budget.reserve(len(ids), self._now, topic=self._topic)
        asked = ids[: grant.reads]
        params = {"ids": ",".join(asked)} | _FIELDS
        page = await self._paid("", params, grant, parse_page, lambda page: page.charged)
        return page, frozenset(asked)

    async def _paid(
        self,
        path: str,
        params: Mapping[str, str],
        grant: Reservation,
        parse: Callable[[bytes], T],
        charged: Callable[[T], int],
    ) -> T:
        """Ask for what was granted. Only answers with data are charged (docs.x.com, "Usage and Billing").

        Where it is not known what was delivered (the answer broke off, or cannot be read), all of it stays spent.
        """
        try:
            answer = await self._get(path, params)
        except (SourceRefused, SourceBusy):
            await self._account.budget.settle(grant, 0)
            raise
        result = await offload.read_from(answer.url, len(answer.body), parse, answer.body)
        await self._account.budget.settle(grant, charged(result))
        return result

    async def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        try:
            account = self._account
            answer = await account.http.get(
                account.api + path, params=params, headers=account.headers, most=JSON_MAX
            )
        except RefusedAnswer as refusal:
            raise _explained(refusal, self._account.host) from refusal
        self._budget.record_response(answer.headers)
        return answer


def _explained(refusal: RefusedAnswer, host: str) -> SourceRefused:
    """The error for a refusal, for the operator. Other errors stay as they are."""
    status = refusal.answer.status
    if status not in _MEANINGS:
        return refusal
    return SourceRefused(
        f"{host} {_MEANINGS[status]} (answered {status})",
        retry_after=refusal.retry_after,
        permanent=refusal.permanent,
    )
