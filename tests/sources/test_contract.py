"""What every source promises, whoever adds it: a new one gets a ``Case`` (docs/how-to/add-a-source.md)."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import SourceBusy, SourceError, SourceTooLarge
from bot.core.models import FetchRequest, FetchResult, NotModified, Post, Recheck, SourceName, Validators
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.bluesky.session import BlueskyAccount, InMemorySessionStore
from bot.sources.bluesky.source import Bluesky
from bot.sources.fediverse.mastodon import Mastodon
from bot.sources.fediverse.misskey import Misskey
from bot.sources.feed.source import Feed
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.robots import Robots
from bot.sources.trendpage import TrendPage
from bot.sources.x.api import XAccount
from bot.sources.x.daily_budget import DailyBudget
from bot.sources.x.source import X
from tests.fakes.bluesky_server import HANDLE, PASSWORD, BlueskyServer
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer
from tests.fakes.trend_site import SitePost, TrendSite
from tests.fakes.x_server import TOKEN, XServer
from tests.sources.http.test_client import serving

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TOPIC = make_topic("データセンター")
CAP = 300_000


@dataclass
class World:
    """A clock that stands still until it is moved, and our client."""

    now: datetime = START
    http: Http = field(init=False)

    def __post_init__(self) -> None:
        limits = HttpLimits(
            "kawaraban/test",
            allow_private_networks=True,
            per_host_interval_s=0,
            max_body_bytes=CAP,
            total_timeout_s=10,
        )
        self.http = Http(limits, clock=lambda: self.now)

    def robots(self) -> Robots:
        """Asks the local server, whose answers are not all rules."""
        return Robots(self.http, clock=lambda: self.now, ignored=["127.0.0.1"])


@dataclass(frozen=True)
class SourceUnderTest:
    """A source over its local server. ``add`` puts up a post about the topic; ``grow`` gives one another RP."""

    source: Source
    add: Callable[[str, int, datetime], str]
    grow: Callable[[str, int], None] | None = None


@dataclass(frozen=True)
class Case:
    """``open``: the source over a well-behaved server. ``at``: the source pointed at any address."""

    name: str
    open: Callable[[World], AbstractAsyncContextManager[SourceUnderTest]]
    at: Callable[[World, str], Source]


@asynccontextmanager
async def trendpage(world: World) -> AsyncIterator[SourceUnderTest]:
    async with TrendSite() as site:
        posts: list[SitePost] = []

        def add(text: str, rp: int, published_at: datetime) -> str:
            posts.append(SitePost(published_at, text, rp, serial=len(posts)))
            site.put(TOPIC.name, posts)
            return posts[-1].id

        yield SourceUnderTest(trendpage_at(world, site.url), add)


def trendpage_at(world: World, address: str) -> Source:
    return TrendPage(world.http, world.robots(), url=address, pages={})


@asynccontextmanager
async def mastodon(world: World) -> AsyncIterator[SourceUnderTest]:
    async with MastodonServer(clock=lambda: world.now) as server:

        def add(text: str, rp: int, published_at: datetime) -> str:
            return server.add(f"<p>{text}</p>", boosts=rp, created_at=published_at)

        yield SourceUnderTest(Mastodon(world.http, base_url=server.base_url), add, server.boost)


@asynccontextmanager
async def misskey(world: World) -> AsyncIterator[SourceUnderTest]:
    async with MisskeyServer(clock=lambda: world.now) as server:

        def add(text: str, rp: int, published_at: datetime) -> str:
            return server.add(text, renotes=rp, created_at=published_at)

        yield SourceUnderTest(Misskey(world.http, base_url=server.base_url), add, server.renote)


@asynccontextmanager
async def bluesky(world: World) -> AsyncIterator[SourceUnderTest]:
    async with BlueskyServer(clock=lambda: world.now) as server:

        def add(text: str, rp: int, published_at: datetime) -> str:
            return server.add(f"{TOPIC.name} {text}", reposts=rp, written=published_at)

        yield SourceUnderTest(bluesky_at(world, server.base_url), add, server.repost)


def bluesky_at(world: World, address: str) -> Source:
    account = BlueskyAccount(
        world.http, service_url=address, identifier=HANDLE, app_password=PASSWORD, store=InMemorySessionStore()
    )
    return Bluesky(account)


@asynccontextmanager
async def feed(world: World) -> AsyncIterator[SourceUnderTest]:
    async with FeedSite() as site:
        items: list[Item] = []

        def add(text: str, rp: int, published_at: datetime) -> str:
            link = f"https://a.example/{len(items)}"
            items.append(Item(text, link, published_at))
            site.put("/search", rss(*items))
            return link

        yield SourceUnderTest(feed_at(world, site.base_url + "/search?q={topic}"), add)


def feed_at(world: World, address: str) -> Source:
    return Feed(world.http, world.robots(), search_urls=[address])


@asynccontextmanager
async def x(world: World) -> AsyncIterator[SourceUnderTest]:
    async with XServer(clock=lambda: world.now) as server:

        def add(text: str, rp: int, published_at: datetime) -> str:
            return server.add(f"{TOPIC.name} {text}", reposts=rp, written=published_at)

        yield SourceUnderTest(x_at(world, server.base_url), add, server.repost)


class Open:
    """A ledger that grants whatever is wanted."""

    async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
        return wanted

    async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
        pass

    async def spent(self, source: SourceName, day: date) -> int:
        return 0


def x_at(world: World, address: str) -> Source:
    budget = DailyBudget(Open(), SourceName.X, per_day=10_000)
    return X(XAccount(world.http, budget, base_url=address, bearer_token=TOKEN))


@asynccontextmanager
async def board(world: World) -> AsyncIterator[SourceUnderTest]:
    rows: list[dict[str, object]] = []

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(rows)

    def add(text: str, rp: int, published_at: datetime) -> str:
        rows.append(
            {"id": len(rows), "text": text, "author": "花子", "written": published_at.isoformat(), "shares": rp}
        )
        return str(len(rows) - 1)

    async with serving(answer) as address:
        yield SourceUnderTest(board_at(world, address), add)


def board_at(world: World, address: str) -> Source:
    """The example of docs/how-to/add-a-source.md, as it stands there."""
    page = Path(__file__).parents[2] / "docs/how-to/add-a-source.md"
    text = page.read_text(encoding="utf-8")
    module: dict[str, object] = {"__name__": "docs.add_a_source"}
    example = text.partition("```python\n")[2].partition("```")[0]
    exec(compile(example, page.name, "exec", dont_inherit=True), module)  # noqa: S102 - our own text
    made: Source = module["Board"](world.http, base_url=address)  # type: ignore[operator]
    return made


CASES = (
    Case("trendpage", trendpage, trendpage_at),
    Case("mastodon", mastodon, lambda world, address: Mastodon(world.http, base_url=address)),
    Case("misskey", misskey, lambda world, address: Misskey(world.http, base_url=address)),
    Case("bluesky", bluesky, bluesky_at),
    Case("feed", feed, feed_at),
    Case("x", x, x_at),
    Case("the example", board, board_at),
)
every_source = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    yield made
    await made.http.aclose()


async def fetch(world: World, source: Source, before: FetchResult | None = None, *again: Post) -> FetchResult:
    """A look, going on from the one before; of what did not change, the one before."""
    due = tuple(Recheck(post.key, post.source_id or "", post.created_at or START) for post in again)
    cursor, validators = (before.cursor, before.validators) if before else (None, Validators())
    answer = await source.fetch(FetchRequest(TOPIC, cursor=cursor, validators=validators, rechecks=due), world.now)
    if isinstance(answer, NotModified):
        assert before is not None, "nothing was known that could be unchanged"
        return before
    return answer


# -- a good answer ---------------------------------------------------------------------------------------


@every_source
async def test_what_is_put_up_is_found_in_our_words(case: Case, world: World) -> None:
    async with case.open(world) as shown:
        for number in range(3):
            shown.add(f"{number}番の話", 10 * number, world.now - timedelta(minutes=number))

        fetched = await fetch(world, shown.source)

        assert fetched.source == shown.source.name
        assert shown.source.describe_request(FetchRequest(TOPIC))
        assert len(fetched.posts) == 3
        for post in fetched.posts:
            assert "番の話" in post.text
            assert post.url is not None
            assert post.url.startswith("https://") or "127.0.0.1" in post.url
            assert post.created_at is not None
            assert post.created_at.utcoffset() == timedelta(0)
            assert post.created_at <= world.now
            assert post.rp is None or post.rp >= 0
            assert not shown.source.can_recheck or post.source_id


@every_source
@pytest.mark.invariant(2)
async def test_the_same_post_keeps_its_identity_from_fetch_to_fetch(case: Case, world: World) -> None:
    async with case.open(world) as shown:
        shown.add("ひとつの話", 5, world.now - timedelta(minutes=1))
        first = await fetch(world, shown.source)
        world.now += timedelta(minutes=20)
        shown.add("ふたつめの話", 5, world.now)
        second = await fetch(world, shown.source, first)

        keys = {post.key for post in (*first.posts, *second.posts)}
        assert len(keys) == 2
        assert len({post.key for post in second.posts}) == len(second.posts)


@every_source
@pytest.mark.invariant(4)
async def test_a_post_that_left_the_page_is_read_again_when_due(case: Case, world: World) -> None:
    async with case.open(world) as shown:
        if shown.grow is None:
            assert not shown.source.can_recheck, "each answer is the whole page: nothing has to be read again"
            return
        number = shown.add("静かに広まる話", 0, world.now - timedelta(minutes=1))
        first = await fetch(world, shown.source)
        (post,) = first.posts
        world.now += timedelta(hours=3)
        for minute in range(150):
            shown.add("あとの話", 0, world.now - timedelta(minutes=minute / 2))
        shown.grow(number, 100)

        fetched = await fetch(world, shown.source, first, post)

        assert {each.key: each.rp for each in fetched.posts}[post.key] == 100


@every_source
@pytest.mark.invariant(7)
async def test_nothing_from_outside_turns_text_around_or_hides_in_it(case: Case, world: World) -> None:
    async with case.open(world) as shown:
        shown.add("左\u202e右\u200b中\u2066 @everyone" + "長" * 10_000, 5, world.now - timedelta(minutes=1))

        fetched = await fetch(world, shown.source)

        said = "".join(f"{post.text}{post.author_name}{post.author_handle}" for post in fetched.posts)
        assert not set(said) & set("\u202e\u200b\u2066\x00")
        assert all(len(post.text) <= 30_000 for post in fetched.posts)


# -- a bad one -------------------------------------------------------------------------------------------


def answering(status: int, body: bytes, **headers: str) -> Callable[[web.Request], object]:
    async def answer(request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, headers=named)

    return answer


BROKEN: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "nothing": (200, b"", {}),
    "a login page": (200, b"<html><head><title>Sign in</title></head><body><form></form></body></html>", {}),
    "binary": (200, bytes(range(256)) * 40, {}),
    "cut JSON": (200, b'[{"id": "1", "created_at": "2026-11-', {}),
    "wrong types": (200, b'[{"id": {}, "account": 7, "createdAt": [], "posts": "x"}]', {}),
    "nested JSON": (200, b"[" * 100_000, {}),
    "nested HTML": (200, b"<div>" * 20_000, {}),
    "a number": (200, b"1e999999", {}),
    "wrong encoding": (
        200,
        "データセンター".encode("utf-16-be") * 100,
        {"content_type": "text/html; charset=klingon"},
    ),
    "no gzip": (200, b"not packed", {"content_encoding": "gzip"}),
    "cut gzip": (200, gzip.compress(b"x" * 5_000)[:40], {"content_encoding": "gzip"}),
    "odd packing": (200, b"x", {"content_encoding": "br"}),
    "forbidden": (403, b'{"error": "no"}', {}),
    "gone": (410, b"", {}),
    "odd status": (299, b"<p>", {}),
}


@every_source
@pytest.mark.invariant(5, 6)
@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_answer_is_a_named_error_and_never_an_empty_topic(
    case: Case, world: World, kind: str
) -> None:
    status, body, headers = BROKEN[kind]
    async with serving(answering(status, body, **headers)) as address:  # type: ignore[arg-type]
        source = case.at(world, f"{address}/{probe(case)}")

        with pytest.raises(SourceError) as caught:
            await fetch(world, source)

    assert caught.value.detail


def probe(case: Case) -> str:
    """Whether the source wants a template."""
    return "{topic}" if case.name in {"trendpage", "feed"} else ""


@every_source
async def test_a_busy_server_is_asked_again_when_it_says(case: Case, world: World) -> None:
    async with serving(answering(503, b"", retry_after="120")) as address:  # type: ignore[arg-type]
        with pytest.raises(SourceBusy) as caught:
            await fetch(world, case.at(world, f"{address}/{probe(case)}"))

    assert caught.value.retry_after == timedelta(seconds=120)


@every_source
@pytest.mark.invariant(6)
async def test_a_bomb_costs_no_more_than_the_cap(case: Case, world: World) -> None:
    bomb = gzip.compress(b"[" + b" " * 50_000_000)
    async with serving(answering(200, bomb, content_encoding="gzip")) as address:  # type: ignore[arg-type]
        with pytest.raises(SourceTooLarge):
            await fetch(world, case.at(world, f"{address}/{probe(case)}"))


@every_source
@pytest.mark.invariant(6)
async def test_a_server_that_is_away_is_a_named_error(case: Case, world: World) -> None:
    with pytest.raises(SourceError):
        await fetch(world, case.at(world, f"http://127.0.0.1:9/{probe(case)}"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "createdAt",
                    "created_at",
                    "account",
                    "user",
                    "posts",
                    "items",
                    "uri",
                    "version",
                    "accessJwt",
                    "record",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@every_source
@pytest.mark.invariant(6)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
async def test_any_answer_is_posts_or_a_named_error(case: Case, body: bytes) -> None:
    world = World()
    try:
        async with serving(answering(200, body)) as address:  # type: ignore[arg-type]
            fetched = await fetch(world, case.at(world, f"{address}/{probe(case)}"))
    except SourceError:
        return
    finally:
        await world.http.aclose()
    assert len({post.key for post in fetched.posts}) == len(fetched.posts)
