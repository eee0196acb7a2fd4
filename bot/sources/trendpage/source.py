"""The source ``trendpage``: which page a topic has, and asking for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.errors import TopicUnfit
from bot.core.models import FetchRequest, FetchResult, NotModified, SourceName, TopicKey
from bot.core.targets import OWN, quoted
from bot.core.text import topic_key
from bot.core.url_display import host_of
from bot.sources.http.client import Http, validators_of
from bot.sources.http.robots import Robots
from bot.sources.parsing import offload

from .page import PAGE_MAX, parse


class TrendPage:
    """The source ``trendpage``. ``url`` is a template with ``{topic}``; ``pages`` (topic to URL) wins over it.

    ``link_pages``: whether people may be led to them.
    """

    name = SourceName.TRENDPAGE
    can_recheck = False
    target_templates = (OWN,)

    def __init__(
        self,
        http: Http,
        robots: Robots,
        *,
        url: str | None,
        pages: Mapping[str, str],
        link_pages: bool = False,
    ) -> None:
        self._link_pages = link_pages
        self._http = http
        self._robots = robots
        self._template = url
        self._pages: dict[TopicKey, str] = {topic_key(name): page for name, page in pages.items()}

    def describe_request(self, request: FetchRequest) -> str:
        """The topic and the host that is asked, e.g. ``データセンター @ trends.example``."""
        try:
            host = host_of(self.address(request))
        except TopicUnfit:
            host = ""
        name = "" if request.topic.is_address else request.topic.name
        return " @ ".join(filter(None, (name, host)))

    def link(self, request: FetchRequest) -> str | None:
        """The page, where the settings say that anybody may have its address."""
        try:
            return self.address(request) if self._link_pages else None
        except TopicUnfit:
            return None

    def address(self, request: FetchRequest) -> str:
        """The address that is asked, which may hold a key. Raises ``TopicUnfit`` when there is none."""
        if request.target:
            return request.target
        page = self._pages.get(request.topic.key)
        if page:
            return page
        if self._template:
            return self._template.replace("{topic}", quoted(request.topic))
        raise TopicUnfit(
            f"no trend page is known for {request.topic.query}: add it to the pages of the source trendpage, "
            "or give the source a url with {topic}"
        )

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult | NotModified:
        """Fetch and read the page. Raises ``SourceError``; ``SourceChanged`` when it is no trend page."""
        url = self.address(request)
        await self._robots.check(url)
        answer = await self._http.get(
            url, validators=request.validators, most=PAGE_MAX, allowed=self._robots.check
        )
        if answer.not_modified:
            return NotModified(self.name)
        kind = answer.headers.get("content-type")
        body = answer.body
        fetched = await offload.read_from(
            answer.url, offload.weight_of(body), parse, body, now=now, content_type=kind, url=answer.url
        )
        return replace(fetched, validators=validators_of(answer))
