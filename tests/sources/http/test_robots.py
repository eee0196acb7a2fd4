"""robots.txt: asked once, believed for a day, and silence is no permission."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from time import thread_time

import pytest

from bot.core.causes import Cause
from bot.core.errors import (
    AddressRefused,
    RobotsRefused,
    SourceBusy,
    SourceError,
    SourceRefused,
    SourceUnreachable,
)
from bot.core.models import FetchRequest, FetchResult
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.feed.source import Feed
from bot.sources.http import robots
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.robots import CACHE_TTL, ERROR_TTL, Robots
from bot.sources.trendpage import TrendPage
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.trend_site import SitePage

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class World:
    """A site, what we know of it, and a clock that stands still until it is moved."""

    def __init__(self, site: FeedSite) -> None:
        self.now = START
        self.site = site
        limits = HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0)
        self.http = Http(limits, clock=lambda: self.now)
        self.robots = Robots(self.http, clock=lambda: self.now)

    async def allows(self, path: str) -> bool:
        try:
            await self.robots.check(self.site.base_url + path)
        except SourceRefused as refusal:
            return not refusal.permanent
        return True


@pytest.fixture(name="world")
async def make_world() -> AsyncIterator[World]:
    async with FeedSite() as site:
        world = World(site)
        yield world
        await world.http.aclose()


async def test_what_is_forbidden_is_refused_and_the_rest_is_not(world: World) -> None:
    world.site.forbid("/private/", "/*.pdf$")

    assert await world.allows("/news.xml")
    assert not await world.allows("/private/news.xml")
    assert not await world.allows("/a.pdf")


async def test_a_password_in_an_address_does_not_reach_the_refusal(world: World) -> None:
    world.site.forbid("/")

    with pytest.raises(SourceRefused) as caught:
        await world.robots.check(world.site.base_url.replace("://", "://me:geheim@") + "/news.xml")

    assert caught.value.detail.startswith("127.0.0.1:")


async def test_rules_for_us_by_name_win_over_those_for_all(world: World) -> None:
    world.site.put("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: kawaraban\nDisallow: /no\n")

    assert await world.allows("/news.xml")
    assert not await world.allows("/no/news.xml")


async def test_a_site_without_rules_allows_everything(world: World) -> None:
    assert await world.allows("/news.xml")


@pytest.mark.parametrize("status", [401, 403, 410])
async def test_a_site_that_refuses_its_rules_has_none(world: World, status: int) -> None:
    world.site.put("/robots.txt", "User-agent: *\nDisallow: /", status=status)

    assert await world.allows("/news.xml")


async def test_rules_are_asked_for_once_a_day_however_many_want_to_know(world: World) -> None:
    await asyncio.gather(*(world.allows(f"/{number}.xml") for number in range(20)))
    world.now += CACHE_TTL - timedelta(seconds=1)
    await world.allows("/news.xml")
    assert world.site.paths == ["/robots.txt"]

    world.site.forbid("/")
    world.now += timedelta(seconds=1)

    assert not await world.allows("/news.xml")


async def test_a_broken_site_allows_nothing_until_it_is_asked_again(world: World) -> None:
    world.site.put("/robots.txt", "oops", status=500)
    with pytest.raises(SourceBusy):
        await world.allows("/news.xml")
    world.site.put("/robots.txt", "")
    with pytest.raises(SourceBusy):
        await world.allows("/news.xml")
    assert world.site.paths == ["/robots.txt"]

    world.now += ERROR_TTL

    assert await world.allows("/news.xml")


async def test_a_site_that_says_how_long_to_wait_is_left_alone_for_what_is_left_of_it(world: World) -> None:
    world.site.put("/robots.txt", "later", status=503, retry_after="120")
    failures = []

    for _ in range(3):
        with pytest.raises(SourceBusy, match="answered 503") as caught:
            await world.allows("/news.xml")
        failures.append(caught.value)
        world.now += timedelta(seconds=50)
    world.site.put("/robots.txt", "")

    assert [failure.retry_after for failure in failures] == [timedelta(seconds=left) for left in (120, 70, 20)]
    assert world.site.paths == ["/robots.txt"]
    assert await world.allows("/news.xml")


async def test_each_who_asks_gets_a_failure_of_his_own(world: World) -> None:
    """One that is raised again and again grows a traceback, and holds on to all its frames."""
    world.site.put("/robots.txt", "oops", status=500)
    asked = (world.robots.check(world.site.base_url + "/news.xml") for _ in range(3))

    failures = await asyncio.gather(*asked, return_exceptions=True)

    assert len({id(failure) for failure in failures}) == 3
    assert [failure.retry_after for failure in failures if isinstance(failure, SourceBusy)] == [None] * 3


async def test_a_site_that_is_away_is_reported_as_away(world: World) -> None:
    with pytest.raises(SourceUnreachable):
        await world.robots.check("http://127.0.0.1:9/news.xml")


async def test_private_addresses_are_refused_before_anything_is_asked(world: World) -> None:
    guarded = Http(HttpLimits("kawaraban/test"), clock=lambda: START)
    try:
        with pytest.raises(SourceError, match="not a public address"):
            await Robots(guarded, clock=lambda: START).check(world.site.base_url + "/news.xml")
    finally:
        await guarded.aclose()
    assert world.site.paths == []


async def test_what_is_no_address_is_refused_for_good(world: World) -> None:
    with pytest.raises(AddressRefused, match="not an address") as caught:
        await world.robots.check("http://[::1/f")

    assert caught.value.permanent


async def test_a_host_that_has_agreed_is_not_asked(world: World) -> None:
    world.site.forbid("/")
    agreed = Robots(world.http, clock=lambda: world.now, ignored=["127.0.0.1"])

    await agreed.check(world.site.base_url + "/news.xml")

    assert world.site.paths == []


async def test_rules_that_are_no_text_at_all_forbid_nothing(world: World) -> None:
    world.site.put("/robots.txt", bytes(range(256)) * 100)

    assert await world.allows("/news.xml")


async def test_a_byte_order_mark_hides_no_rule(world: World) -> None:
    world.site.put("/robots.txt", "\ufeffUser-agent: *\nDisallow: /\n".encode())

    assert not await world.allows("/news.xml")


@pytest.mark.invariant(11)
async def test_what_is_remembered_of_all_sites_together_is_bounded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site with as many names as it likes pushes out what was remembered of others, and fills no memory."""
    monkeypatch.setattr(robots, "WEIGHT_MAX", 300_000)
    world.site.put("/robots.txt", "User-agent: *\n" + "".join(f"Allow: /*{number:x}*\n" for number in range(900)))

    for number in range(5):
        await world.robots.check(world.site.base_url.replace("://", f"://{number}@") + "/news.xml")
    await world.robots.check(world.site.base_url.replace("://", "://4@") + "/news.xml")
    assert len(world.site.paths) == 5
    await world.robots.check(world.site.base_url.replace("://", "://0@") + "/news.xml")
    assert len(world.site.paths) == 6


# --- redirects


def reader(world: World, kind: str) -> Source:
    """A source that reads pages of sites."""
    if kind == "feed":
        return Feed(world.http, world.robots)
    return TrendPage(world.http, world.robots, url=None, pages={})


def page(kind: str) -> bytes:
    return rss(Item("橋", "https://a.example/1")) if kind == "feed" else SitePage("橋", volume=0).html().encode()


@pytest.mark.parametrize("kind", ["feed", "trendpage"])
async def test_what_a_redirect_leads_to_is_asked_for_leave_too(world: World, kind: str) -> None:
    source = reader(world, kind)
    async with FeedSite() as other:
        moved = other.put("/new", page(kind), kind="text/html")
        fetch = FetchRequest(make_topic("橋"), target=world.site.put("/old", "", status=302, location=moved))
        other.forbid("/")

        with pytest.raises(SourceRefused, match=r"robots\.txt does not allow"):
            await source.fetch(fetch, START)

        assert other.paths == ["/robots.txt"]
        other.forbid("/private/")
        world.now += CACHE_TTL
        assert isinstance(await source.fetch(fetch, START), FetchResult)


@pytest.mark.parametrize("kind", ["feed", "trendpage"])
async def test_a_redirect_leads_nowhere_its_own_site_forbids(world: World, kind: str) -> None:
    world.site.forbid("/new")
    moved = world.site.put("/new", page(kind))
    fetch = FetchRequest(make_topic("橋"), target=world.site.put("/old", "", status=302, location=moved))

    with pytest.raises(SourceRefused, match=r"robots\.txt does not allow"):
        await reader(world, kind).fetch(fetch, START)

    assert world.site.paths == ["/robots.txt", "/old"]


async def test_rules_that_have_moved_are_read_where_they_are(world: World) -> None:
    async with FeedSite() as other:
        moved = other.put("/rules", "User-agent: *\nDisallow: /no\n")
        world.site.put("/robots.txt", "", status=301, location=moved)

        assert await world.allows("/news.xml")
        assert not await world.allows("/no")
        assert other.paths == ["/rules"]


@pytest.mark.invariant(11)
async def test_wildcards_that_take_long_to_ask_are_asked_in_another_process(world: World) -> None:
    world.site.forbid(*(f"*{'a' * (100 + n % 60)}b{'a' * (100 - n // 60)}" for n in range(1_900)))
    began = thread_time()

    for tail in range(5):
        assert await world.allows(f"/{'a' * 2_000}{tail}")
    asked = thread_time() - began
    began = thread_time()
    rules = (await world.robots._rules(world.site.base_url)).parsed
    for tail in range(5):
        assert rules.allow(f"{world.site.base_url}/{'a' * 2_000}{tail}")

    assert asked < (thread_time() - began) / 2


async def test_rules_that_lead_in_circles_are_none(world: World) -> None:
    """RFC 9309, 2.3.1.2: after five redirects a robots.txt may be taken for unavailable."""
    world.site.put("/robots.txt", "", status=302, location="/robots.txt")

    assert await world.allows("/news.xml")


async def test_rules_that_cannot_be_read_are_named_as_such(world: World) -> None:
    world.site.put("/robots.txt", "busy", status=503)

    with pytest.raises(SourceBusy, match=r"its robots\.txt cannot be read: answered 503"):
        await world.robots.check(world.site.base_url + "/news.xml")


async def test_what_a_site_asks_robots_not_to_read_says_so(world: World) -> None:
    world.site.forbid("/")

    with pytest.raises(RobotsRefused) as caught:
        await world.robots.check(world.site.base_url + "/news.xml")

    assert caught.value.cause is Cause.ROBOTS
