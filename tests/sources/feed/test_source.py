"""The source ``feed`` over a local site: validators, manners, searches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.errors import SourceBusy, SourceChanged, SourceRefused, SourceTooCostly
from bot.core.models import FetchRequest, FetchResult, NotModified, RecalledEntries, SourceName, Validators
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.feed.raw import ENTRIES_READ
from bot.sources.feed.source import Feed
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.robots import Robots
from bot.sources.parsing.offload import LONG_IN_PARTS, OFFLOAD_FROM_BYTES, PIECE
from bot.sources.parsing.process_pool import OURS
from tests.fakes.feed_site import FeedSite, Item, Page, rss

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ITEM = Item("橋の話", "https://a.example/1", datetime(2026, 11, 22, 21, 15, tzinfo=UTC))


class World:
    """A site and the source that reads it."""

    def __init__(self, site: FeedSite) -> None:
        self.site = site
        limits = HttpLimits(
            "kawaraban/test (+mailto:a@b.example)", allow_private_networks=True, per_host_interval_s=0
        )
        self.http = Http(limits, clock=lambda: NOW)
        self.source = self.with_searches()

    def with_searches(self, *paths: str) -> Feed:
        robots = Robots(self.http, clock=lambda: NOW)
        return Feed(self.http, robots, search_urls=[self.site.base_url + path for path in paths])

    async def fetch(self, path: str, validators: Validators = Validators()) -> FetchResult | NotModified:  # noqa: B008
        fetch = FetchRequest(make_topic("瓦版"), target=self.site.base_url + path, validators=validators)
        return await self.source.fetch(fetch, NOW)


@pytest.fixture(name="world")
async def make_world() -> AsyncIterator[World]:
    async with FeedSite() as site:
        world = World(site)
        yield world
        await world.http.aclose()


async def test_feed_is_a_source(world: World) -> None:
    source: Source = world.source

    assert (source.name, source.can_recheck, source.name.traits.costs_money) == (SourceName.FEED, False, False)


async def test_an_address_is_read_with_its_title_and_validators(world: World) -> None:
    world.site.put("/news.xml", rss(ITEM), last_modified="Sun, 22 Nov 2026 21:15:00 GMT")

    fetched = await world.fetch("/news.xml")

    assert isinstance(fetched, FetchResult)
    assert [post.text for post in fetched.posts] == ["橋の話"]
    assert (fetched.topic_name, fetched.note) == (
        "町の瓦版",
        f"瓦版 @ {world.site.base_url.removeprefix('http://')}",
    )
    assert fetched.validators.last_modified == "Sun, 22 Nov 2026 21:15:00 GMT"
    assert fetched.snapshot is None, "a feed does not say how much is written about a topic"


@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    ("validators", "read", "asked"),
    [(Validators(), 2, 2), (Validators(body="that of the last poll"), 1, 1)],
    ids=["first", "later"],
)
async def test_first_answer_without_an_end_is_asked_for_again(
    world: World, validators: Validators, read: int, asked: int
) -> None:
    whole = rss(ITEM, Item("川の話", "https://a.example/2"))
    world.site.put("/news.xml", whole)
    world.site.next_pages["/news.xml"] = [Page(whole[: whole.index(b"</item>") + 20], "application/rss+xml")]

    fetched = await world.fetch("/news.xml", validators)

    assert isinstance(fetched, FetchResult)
    assert len(fetched.posts) == read
    assert world.site.paths.count("/news.xml") == asked


async def test_feed_that_never_has_an_end_is_read(world: World) -> None:
    world.site.put("/news.xml", rss(ITEM).partition(b"</channel>")[0])

    fetched = await world.fetch("/news.xml")

    assert isinstance(fetched, FetchResult)
    assert [post.text for post in fetched.posts] == ["橋の話"]


async def test_feed_of_more_entries_than_are_read_is_asked_for_once(world: World) -> None:
    entry = "<item><title>橋</title><link>https://a.example/{}</link></item>"
    world.site.put(
        "/news.xml", f"<rss><channel>{''.join(map(entry.format, range(ENTRIES_READ + 1)))}</channel></rss>"
    )

    fetched = await world.fetch("/news.xml")

    assert isinstance(fetched, FetchResult)
    assert world.site.paths.count("/news.xml") == 1


@pytest.mark.parametrize("location", ["\\real.xml", "/re\tal.xml", "http:///{host}/real.xml", " /real.xml "])
async def test_redirect_is_followed_as_browsers_read_it(world: World, location: str) -> None:
    world.site.put("/real.xml", rss(ITEM))
    world.site.put("/news.xml", "", status=302, location=location.format(host=world.site.base_url[7:]))

    fetched = await world.fetch("/news.xml")

    assert isinstance(fetched, FetchResult)
    assert [post.text for post in fetched.posts] == ["橋の話"]


async def test_an_unchanged_feed_is_not_sent_again(world: World) -> None:
    world.site.put("/news.xml", rss(ITEM))
    first = await world.fetch("/news.xml")
    assert isinstance(first, FetchResult)

    assert isinstance(await world.fetch("/news.xml", first.validators), NotModified)
    assert world.site.not_modified == 1


async def test_a_topic_is_searched_for_where_the_operator_says(world: World) -> None:
    searching = world.with_searches("/search?q={topic}&mode=rss")
    world.site.put("/search", rss(ITEM))
    fetch = FetchRequest(make_topic("データ センター&x"))

    fetched = await searching.fetch(fetch, NOW)

    assert isinstance(fetched, FetchResult)
    assert (
        world.site.paths[-1].startswith("/search?q=%E3%83%87%E3%83%BC%E3%82%BF%20") or "&x" in world.site.paths[-1]
    )
    assert (
        searching.describe_request(fetch) == f"データ センター&x @ {world.site.base_url.removeprefix('http://')}"
    )
    assert searching.address(fetch).endswith(
        "q=%E3%83%87%E3%83%BC%E3%82%BF%20%E3%82%BB%E3%83%B3%E3%82%BF%E3%83%BC%26x&mode=rss"
    )


@pytest.mark.invariant(10)
@pytest.mark.parametrize("link", ["{feed}", "{feed}#1", "", "{feed}&utm_source=x"])
async def test_entry_that_links_to_its_own_feed_leads_nobody_there(world: World, link: str) -> None:
    feed = f"{world.site.base_url}/news.xml?key=SECRET"
    world.site.put("/news.xml", rss(Item("橋の話", link.format(feed=feed).replace("&", "&amp;"), NOW)))

    fetched = await world.source.fetch(FetchRequest(make_topic("瓦版"), target=feed), NOW)

    assert isinstance(fetched, FetchResult)
    assert [post.text for post in fetched.posts] == ["橋の話"]
    assert "SECRET" not in repr(fetched.posts)


async def test_a_topic_without_a_search_is_refused_with_what_to_do(world: World) -> None:
    with pytest.raises(SourceRefused, match="subscribe to a feed's address"):
        await world.source.fetch(FetchRequest(make_topic("瓦版")), NOW)


async def test_robots_txt_is_obeyed(world: World) -> None:
    world.site.put("/news.xml", rss(ITEM))
    world.site.forbid("/news.xml")

    with pytest.raises(SourceRefused, match=r"robots\.txt does not allow"):
        await world.fetch("/news.xml")

    assert world.site.paths == ["/robots.txt"]


async def test_what_is_no_feed_says_so(world: World) -> None:
    world.site.put("/", "<html><link rel=alternate type=application/atom+xml href=/atom></html>", kind="text/html")

    with pytest.raises(SourceChanged, match="its feed is 127"):
        await world.fetch("/")


@pytest.mark.parametrize(("status", "kind"), [(404, SourceRefused), (410, SourceRefused), (503, SourceBusy)])
async def test_failures_are_named(world: World, status: int, kind: type[Exception]) -> None:
    world.site.put("/news.xml", "no", status=status)

    with pytest.raises(kind):
        await world.fetch("/news.xml")


async def test_a_long_feed_is_read_off_the_event_loop_with_the_same_result(world: World) -> None:
    items = [Item(f"{number}番", f"https://a.example/{number}", summary="長い話。" * 200) for number in range(200)]
    body = rss(*items)
    assert len(body) > LONG_IN_PARTS
    world.site.put("/news.xml", body)

    fetched = await world.fetch("/news.xml")

    assert isinstance(fetched, FetchResult)
    assert [post.canonical_id for post in fetched.posts] == [item.link for item in items]


JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [], "a": "' + b"a" * OFFLOAD_FROM_BYTES + b'"}'


@pytest.fixture(name="_no_process")
def let_hosts_rest() -> Iterator[None]:
    """No process reads what this host says."""
    OURS.costly_hosts.begin("127.0.0.1")
    yield
    OURS.costly_hosts.end("127.0.0.1")


@pytest.mark.usefixtures("_no_process")
async def test_a_feed_of_the_usual_length_needs_no_process_and_what_is_dear_does(world: World) -> None:
    items = [Item(f"{number}番", f"https://a.example/{number}", summary="長い話。" * 500) for number in range(20)]
    usual = rss(*items)
    dear = {
        "long": usual.replace(b"</channel>", b" " * LONG_IN_PARTS + b"</channel>"),
        "tags": usual.replace(b"</channel>", b"<b/>" * (LONG_IN_PARTS // PIECE) + b"</channel>"),
        "references": usual.replace(b"</channel>", b"&a;" * (LONG_IN_PARTS // PIECE) + b"</channel>"),
        "json": b"\n" + JSON,
        "json behind space": b" " * 5_000 + JSON,
        "json in UTF-16 behind wide space": ("\ufeff" + "\u3000" * 9 + JSON.decode()).encode("utf-16-le"),
    }
    assert OFFLOAD_FROM_BYTES < len(usual) < LONG_IN_PARTS
    world.site.put("/usual.xml", usual)

    fetched = await world.fetch("/usual.xml")

    assert isinstance(fetched, FetchResult)
    assert [post.canonical_id for post in fetched.posts] == [item.link for item in items]
    for name, body in dear.items():
        world.site.put(f"/{name}.xml", body)
        with pytest.raises(SourceTooCostly):
            await world.fetch(f"/{name}.xml")


async def test_relative_links_belong_to_the_address_that_answered(world: World) -> None:
    moved = world.site.put("/new/feed.xml", rss(Item("橋", "3.html"), link=""))
    world.site.put("/old.xml", "", status=301, location=moved)

    fetched = await world.fetch("/old.xml")

    assert isinstance(fetched, FetchResult)
    assert fetched.posts[0].url == world.site.base_url + "/new/3.html"


async def test_body_that_is_the_same_is_unchanged_where_no_validator_says_so(world: World) -> None:
    world.site.put("/news.xml", rss(ITEM))
    first = await world.fetch("/news.xml")
    assert isinstance(first, FetchResult)

    known = Validators(body=first.validators.body)
    again = await world.fetch("/news.xml", known)
    world.site.put("/news.xml", rss(ITEM, Item("川の話", "https://a.example/2")))
    changed = await world.fetch("/news.xml", known)

    assert isinstance(again, NotModified)
    assert again.full_body
    assert isinstance(changed, FetchResult)


async def test_entries_of_the_last_fetch_are_asked_for_where_the_body_changed(world: World) -> None:
    asked: list[RecalledEntries | None] = []
    kept: list[RecalledEntries] = []

    async def recall() -> RecalledEntries | None:
        asked.append(kept[-1])
        return kept[-1]

    fetch = FetchRequest(make_topic("瓦版"), target=f"{world.site.base_url}/news.xml", recall=recall)
    for body in (rss(ITEM), rss(ITEM), rss(Item("川", "https://a.example/2"), ITEM)):
        world.site.put("/news.xml", body)
        answer = await world.source.fetch(fetch, NOW)
        if isinstance(answer, FetchResult):
            assert answer.memo is not None
            kept.append(RecalledEntries(answer.memo, {post.key: post for post in answer.posts}))
            fetch = replace(fetch, validators=answer.validators)

    assert asked == kept[:1]
    assert [len(each.memo.entries) for each in kept] == [1, 2]


@pytest.mark.parametrize(("status", "is_for_good"), [(301, True), (308, True), (302, False), (307, False)])
async def test_redirect_for_good_says_where_the_feed_has_moved(
    world: World, status: int, is_for_good: bool
) -> None:
    address = world.site.put("/news.xml", rss(ITEM))
    world.site.put("/old.xml", "", status=status, location=address)

    fetched = await world.fetch("/old.xml")

    assert isinstance(fetched, FetchResult)
    assert fetched.moved_to == (address if is_for_good else None)
