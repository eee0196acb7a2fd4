"""Polls of hostile sources with a real file: nothing is stored half, and one source's trouble is its own."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.errors import SourceError
from bot.core.limits import retention
from bot.core.models import FetchRequest, FetchResult, NotModified, SourceName
from bot.core.text import make_topic
from bot.polling.poller import Poller, PollReport
from bot.sources.base import Source
from bot.sources.fediverse.mastodon import Mastodon
from bot.sources.feed.source import Feed
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.fakes.feed_site import Item, rss
from tests.fakes.hostile_server import Answer, HostileServer, reply
from tests.inspection import Inspect, url_of
from tests.sources.hostile_answers import MARK, SHOUTS, WIRE, spoiled
from tests.sources.test_contract import START, TOPIC, Case, every_source
from tests.sources.test_hostile import OUTSIDE, HostileWorld, Scene, staged
from tests.storage.world import HERE, wanted

pytestmark = pytest.mark.invariant(6)

CONTENT = ("topics", "posts", "post_bodies", "snapshots", "entries", "alerts", "baselines", "messages")
BROKEN = (
    "an end before any word",
    "a chunk cut in the middle",
    "gzip that is cut",
    "100 MB in chunks",
    "a loop to itself",
    "JSON 100,000 levels deep",
    "HTML 100,000 levels deep",
    "an error page",
    "304 to no condition",
    "noise",
)


class Witness:
    """A source, and what it said last."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.said: FetchResult | NotModified | SourceError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult | NotModified:
        try:
            self.said = await self.source.fetch(request, now)
        except SourceError as error:
            self.said = error
            raise
        return self.said


@dataclass(frozen=True)
class AppBench:
    """A file, a poller, and one source that is followed."""

    scene: Scene
    inspect: Inspect
    storage: Storage
    witness: Witness
    poller: Poller

    async def poll(self, answer: Answer) -> PollReport:
        """The next round meets this answer."""
        self.scene.server.answer = answer
        self.scene.world.now += timedelta(minutes=1)
        self.inspect("UPDATE watches SET next_poll_at = 0")
        async with asyncio.timeout(20):
            return await self.poller.poll_due(due_by=self.scene.world.now)

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that is kept of posts and of what is told about them."""
        return {table: self.inspect(f"SELECT * FROM {table}") for table in CONTENT}  # noqa: S608

    async def is_whole(self) -> None:
        """What the source said last is all there, as it said it."""
        said = self.witness.said
        if isinstance(said, NotModified):
            assert said.full_body  # the same again
            return
        assert isinstance(said, FetchResult)
        stored = await self.storage.trends.recent_posts(TOPIC.key, START - timedelta(days=1), HERE)
        texts = {each.post.key: each.post.text for each in stored}
        if said.fingerprints:  # what is known by another name is kept under its first identity
            assert {retention.read(post).text for post in said.posts} <= set(texts.values())
        else:
            assert {post.key: retention.read(post).text for post in said.posts}.items() <= texts.items()


@asynccontextmanager
async def app_bench(case: Case, tmp_path: Path) -> AsyncIterator[AppBench]:
    world = HostileWorld()
    url = url_of(tmp_path / "kawaraban.db")
    storage = await open_sqlite(url)
    try:
        async with staged(case, world) as scene:
            name = scene.source.name
            witness = Witness(scene.source)
            policy = PollPolicy(interval=timedelta(minutes=5), can_recheck=scene.source.can_recheck)
            poller = Poller(storage, {name: witness}, {name: policy}, clock=lambda: world.now)
            await storage.subscriptions.subscribe(wanted(min_rp={name: 1}), world.now, world.now)
            yield AppBench(scene, Inspect(url), storage, witness, poller)
    finally:
        await storage.close()
        await world.http.aclose()


@every_source
@pytest.mark.invariant(1)
async def test_after_a_broken_answer_the_file_holds_nothing_but_the_failure(case: Case, tmp_path: Path) -> None:
    async with app_bench(case, tmp_path) as env:
        empty = env.content()
        await env.poll(WIRE["noise"])
        assert env.content() == empty
        await env.poll(env.scene.good())
        await env.is_whole()

        for number, kind in enumerate(BROKEN):
            before = env.content()
            report = await env.poll(WIRE[kind])

            assert report.polled == 1
            if isinstance(env.witness.said, SourceError):
                assert env.content() == before
                [watch] = await env.storage.watches.listed()
                assert watch.failures > 0, number

        report = await env.poll(env.scene.good())
        assert (report.polled, report.failed) == (1, 0)
        await env.is_whole()
        [watch] = await env.storage.watches.listed()
        assert watch.failures == 0


@every_source
@pytest.mark.invariant(1, 5)
async def test_whatever_stands_in_a_good_answer_is_stored_whole_or_not_at_all(case: Case, tmp_path: Path) -> None:
    async with app_bench(case, tmp_path) as env:
        posts = env.scene.posts
        shouted = [posts.replace(MARK.encode(), inside(said, env.scene)) for said in SHOUTS]
        await env.poll(env.scene.good())
        for body in [*shouted, *islice(spoiled(posts), 0, None, 3)]:
            before = env.content()
            env.witness.said = None

            report = await env.poll(env.scene.good(body))

            assert report.polled == 1
            if isinstance(env.witness.said, SourceError):
                assert env.content() == before
            else:
                assert report.failed == 0
                await env.is_whole()

        report = await env.poll(env.scene.good())
        assert (report.polled, report.failed) == (1, 0)


def inside(said: str, scene: Scene) -> bytes:
    """A text as the answer's format holds it."""
    return (json.dumps(said)[1:-1] if scene.is_json else html.escape(said)).encode("utf-8", "replace")


# -- one host and another -----------------------------------------------------------------------------------


class PatientWorld(HostileWorld):
    """Waits for a host as long as no test takes, so that a busy machine does not end the wait for a silent one."""

    timeout_s = 200.0


@asynccontextmanager
async def two_hosts(tmp_path: Path, silent: str, good: str, topics: int) -> AsyncIterator[tuple[Poller, Storage]]:
    """Topics at a silent host, asked first, and one at a good host."""
    async with AsyncExitStack() as stack:
        world = PatientWorld()
        stack.push_async_callback(world.http.aclose)
        storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
        stack.push_async_callback(storage.close)
        sources: dict[SourceName, Source] = {
            SourceName.MASTODON: Mastodon(world.http, base_url=silent),
            SourceName.FEED: Feed(world.http, world.robots()),
        }
        policies = dict.fromkeys(sources, PollPolicy(interval=timedelta(minutes=5)))
        unlucky = [make_topic(f"話題{number}") for number in range(topics)]
        await storage.watches.add([(SourceName.MASTODON, topic, None) for topic in unlucky], world.now)
        await storage.watches.add([(SourceName.FEED, TOPIC, good)], world.now)
        yield Poller(storage, sources, policies, clock=lambda: world.now), storage


@pytest.mark.parametrize("topics", [1, 12])
async def test_a_host_that_never_answers_does_not_delay_the_poll_at_another(tmp_path: Path, topics: int) -> None:
    async with HostileServer(OUTSIDE) as silent, HostileServer(OUTSIDE) as good:
        silent.answer = WIRE["silence"]
        good.answer = reply(rss(Item("橋の話", "https://a.example/1")), "text/xml")
        async with two_hosts(tmp_path, silent.base_url, f"{good.base_url}/", topics) as (poller, storage):
            done = asyncio.Event()
            polling = asyncio.create_task(poller.poll_due(lambda total: done.set() if total.polled else None))

            async with asyncio.timeout(PatientWorld.timeout_s / 2):
                await done.wait()
            polled = [watch.source for watch in await storage.watches.listed() if watch.last_ok_at is not None]
            waiting = not polling.done()
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    assert waiting, "the silent host has not answered"
    assert silent.clients
    assert polled == [SourceName.FEED]
