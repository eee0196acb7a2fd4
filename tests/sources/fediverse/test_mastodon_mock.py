"""The source against ``mastodon-mock``, a server somebody else wrote."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.models import FetchRequest, PostKey, Recheck
from bot.core.text import make_topic
from bot.sources.fediverse.mastodon import Mastodon
from bot.sources.http.client import Http, HttpLimits

STARTS_WITHIN_S = 60
NOW = datetime.now(UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(STARTS_WITHIN_S):
        while server.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                await writer.wait_closed()
                return
    pytest.fail(f"mastodon_mock ended with {server.returncode}")


@pytest.fixture(scope="module", name="mock_url")
def run_mock() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--demo", "--log-level", "error"]
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        asyncio.run(wait_for(port, server))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(name="source")
async def make_source(mock_url: str) -> AsyncIterator[Mastodon]:
    limits = HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0)
    http = Http(limits, clock=lambda: NOW)
    yield Mastodon(http, base_url=mock_url)
    await http.aclose()


TOPIC = make_topic("computing")


async def test_tag_timeline_is_read_and_followed(source: Mastodon) -> None:
    first = await source.fetch(FetchRequest(topic=TOPIC), NOW)
    second = await source.fetch(FetchRequest(topic=TOPIC, cursor=first.cursor), NOW)

    assert len(first.posts) >= 2
    assert all("#computing" in post.text.casefold() and "<" not in post.text for post in first.posts)
    assert all(post.rp is not None and post.created_at is not None for post in first.posts)
    assert all((post.author_handle or "").count("@") == 1 for post in first.posts)
    assert first.snapshot is not None
    assert first.posts[0] in second.posts
    assert first.reset_at is None


async def test_posts_are_read_again_and_a_missing_one_is_gone(source: Mastodon) -> None:
    first = await source.fetch(FetchRequest(topic=TOPIC), NOW)
    due = [Recheck(post.key, str(post.source_id), NOW - timedelta(hours=1)) for post in first.posts]
    due.append(Recheck(PostKey("nobody"), "1", NOW))

    again = await source.fetch(FetchRequest(topic=TOPIC, cursor=first.cursor, rechecks=tuple(due)), NOW)

    assert {post.key for post in again.posts} == {post.key for post in first.posts}
    assert again.gone == ("nobody",)


async def test_tag_nobody_used_is_empty(source: Mastodon) -> None:
    fetched = await source.fetch(FetchRequest(topic=make_topic("瓦版の誰も使わない札")), NOW)

    assert fetched.posts == ()
