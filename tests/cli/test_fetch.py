"""``fetch`` and ``poll`` as they come: all sources that are on, and until they are stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.models import SourceName
from bot.core.text import make_topic
from bot.storage.sqlite.connection import open_sqlite
from config.sentences import sentence
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.trend_site import SitePost, TrendSite
from tests.fakes.x_server import TOKEN, XServer
from tests.living import until

from .processes import ROOT, Ended
from .test_cli import POST_SHAPE, PUBLISHED, SHAPE, Here, here

__all__ = ["here"]

TOPIC = "データセンター"
Beside = Callable[..., Awaitable[Ended]]


@pytest.fixture
def beside(here: Here, monkeypatch: pytest.MonkeyPatch) -> Beside:
    """The command line in a thread, beside the loop in which the test's servers answer."""
    monkeypatch.setenv("KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS", "true")
    monkeypatch.setenv("KAWARABAN_SOURCES__MISSKEY__ENABLED", "false")

    async def run(*words: str, **settings: str) -> Ended:
        for name, value in settings.items():
            monkeypatch.setenv(f"KAWARABAN_{name}", value)
        return await asyncio.to_thread(here, *words)

    return run


async def test_fetch_asks_all_sources_that_are_on_and_lists_an_object_for_each(
    beside: Beside, site: TrendSite, tmp_path: Path
) -> None:
    site.put(TOPIC, [SitePost(PUBLISHED, "一つ目", 1234)])
    async with MastodonServer() as server:
        server.add("<p>二つ目</p>", boosts=7, created_at=PUBLISHED)
        on = {"SOURCES__TRENDPAGE__URL": site.url, "SOURCES__MASTODON__BASE_URL": server.base_url}

        listed, shown = await beside("fetch", TOPIC, "--json", **on), await beside("fetch", TOPIC)

    assert (listed.code, listed.err) == (0, "")
    assert [found["source"] for found in listed.json] == ["trendpage", "mastodon"]
    assert all(list(found) == SHAPE and list(found["posts"][0]) == POST_SHAPE for found in listed.json)
    assert "一つ目" in shown.out
    assert "二つ目" in shown.out
    assert not (tmp_path / "kawaraban.db").exists()


async def test_fetch_shows_what_came_and_notes_the_source_that_failed(beside: Beside, site: TrendSite) -> None:
    site.put(TOPIC, [SitePost(PUBLISHED, "一つ目", 1234)])

    ended = await beside(
        *("fetch", TOPIC, "--json"),
        SOURCES__TRENDPAGE__URL=site.url,
        SOURCES__MASTODON__BASE_URL="http://127.0.0.1:9",
    )

    assert ended.code == 0
    assert [found["source"] for found in ended.json] == ["trendpage"]
    assert "mastodon" in ended.err


async def test_fetch_of_a_feeds_address_needs_no_source(beside: Beside, site: TrendSite) -> None:
    async with FeedSite() as feeds:
        address = feeds.put("/hot.xml", rss(Item("町の話", "https://a.example/1", PUBLISHED), title="人気記事"))

        ended = await beside("fetch", address, "--json", SOURCES__TRENDPAGE__URL=site.url)

    assert ended.code == 0
    assert "feed" in {found["source"] for found in ended.json}


async def test_fetch_does_not_spend_money_unless_it_is_asked_to(beside: Beside) -> None:
    async with XServer() as server, MastodonServer() as mastodon:
        account = {"SOURCES__X__BASE_URL": server.base_url, "SOURCES__X__BEARER_TOKEN": TOKEN}

        ended = await beside("fetch", TOPIC, SOURCES__MASTODON__BASE_URL=mastodon.base_url, **account)

        assert server.requests == []
    assert ended.code == 0
    assert sentence("en", "cli-fetch-paid", source="x") in ended.err


def test_fetch_with_no_source_on_says_so(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MASTODON", "MISSKEY", "FEED"):
        monkeypatch.setenv(f"KAWARABAN_SOURCES__{name}__ENABLED", "false")

    ended = here("fetch", TOPIC)

    assert (ended.code, ended.out) == (2, "")
    assert sentence("en", "cli-no-source") in ended.err


# -- poll -----------------------------------------------------------------------------------------------


def test_poll_without_a_database_makes_none(here: Here) -> None:
    ended = here("poll", "--once")

    assert ended.code == 4
    assert str(Path.cwd() / "kawaraban.db") in ended.err
    assert not Path("kawaraban.db").exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM")
async def test_poll_goes_on_until_it_is_stopped_and_says_what_it_did(tmp_path: Path, site: TrendSite) -> None:
    site.put(TOPIC, [SitePost(datetime.now(UTC) - timedelta(minutes=5), "一つ目", 10)])
    storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    await storage.watches.add([(SourceName.TRENDPAGE, make_topic(TOPIC), None)], PUBLISHED)
    await storage.close()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | {
        "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "true",
        "KAWARABAN_SOURCES__TRENDPAGE__URL": site.url,
        "KAWARABAN_SOURCES__MASTODON__ENABLED": "false",
        "KAWARABAN_SOURCES__MISSKEY__ENABLED": "false",
        "KAWARABAN_POLL__INTERVAL_S": "1",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "poll", "--json"),
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )

    await until(lambda: site.requests.count(TOPIC) > 1)
    process.send_signal(signal.SIGTERM)
    out, _ = await process.communicate()

    assert process.returncode == 0
    assert json.loads(out)["polled"] >= 1
