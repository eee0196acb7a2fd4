"""A command imports what it needs and no more: its start is most of what a short one costs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from bot.bootstrap import http_limits, make_sources, utc_now
from bot.cli.terminal.console import DATABASE_FAILED
from bot.core.models import SourceName
from bot.core.text import make_topic
from bot.sources.http.client import Http
from bot.sources.registry import templates_of
from bot.storage.sqlite.connection import open_sqlite
from tests.conftest import make_settings
from tests.fakes.feed_site import FeedSite, Item, rss

from .processes import ROOT

_PRINTS_MODULES = """
import atexit, json, sys
atexit.register(lambda: sys.stderr.write(json.dumps(sorted(sys.modules))))
sys.argv = ["kawaraban", *sys.argv[1:]]
from bot.cli import main
main()
"""
DISCORD = {"discord", "apscheduler", "cogs", "bot.app", "bot.delivery", "bot.services"}
ASKING = {
    "pydantic",
    "httpx",
    "aiohttp",
    "certifi",
    "bot.sources.http.client",
    "bot.polling.poller",
    "bot.polling.rule_evaluator",
    "bot.doctor.examination",
}
PARSING = {
    "selectolax",
    "bot.sources.feed.source",
    "bot.sources.fediverse.mastodon",
    "bot.sources.trendpage",
    "bot.sources.x.source",
}
STORIES = {"bot.core.stories", "rapidfuzz", "rensa"}
SENTENCES = {"babel", "fluent"}
PATTERNS = {"regex", "re2"}
TABLES = {"rich.console", "rich.table", "rich.progress", "rich.live", "pygments"}


def imported(folder: Path, *words: str, ends_with: int = 0, **settings: str) -> set[str]:
    """Which modules a command has imported by its end."""
    variables = {f"KAWARABAN_{name}": value for name, value in settings.items()}
    ended = subprocess.run(
        [sys.executable, "-c", _PRINTS_MODULES, *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | variables,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ended.returncode == ends_with, ended.stderr.splitlines()[0]
    return set(json.loads(ended.stderr.splitlines()[-1]))


@pytest.mark.parametrize("words", ["poll --once", "poll --once --json", "status --json", "watch list --json"])
async def test_command_that_asks_nobody_imports_nothing_that_asks(words: str, tmp_path: Path) -> None:
    await (await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")).close()

    found = await asyncio.to_thread(imported, tmp_path, *words.split())

    speaks = "--json" not in words
    assert found & (DISCORD | ASKING | PARSING | PATTERNS | TABLES | (set() if speaks else SENTENCES)) == set()


@pytest.mark.parametrize(
    "words", ["status", "watch list", "check", "backup copy.db", "migrate --to sqlite:///b.db"]
)
def test_command_that_finds_no_database_says_so_without_asking_anybody(words: str, tmp_path: Path) -> None:
    found = imported(tmp_path, *words.split(), ends_with=DATABASE_FAILED)

    assert found & (DISCORD | {"aiohttp", "bot.doctor.examination"}) == set()


@pytest.mark.parametrize("words", ["--help", "--version"])
def test_help_reads_no_command_and_no_settings(words: str, tmp_path: Path) -> None:
    found = imported(tmp_path, *words.split())

    assert (
        found & (DISCORD | ASKING | PARSING | TABLES | {"config.settings", "bot.storage.sqlite.connection"})
        == set()
    )


async def test_poll_of_feeds_imports_no_parser_of_others_and_nothing_that_draws(tmp_path: Path) -> None:
    async with FeedSite() as feeds:
        address = feeds.put("/a.xml", rss(Item("町の話", "https://a.example/1")))
        storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
        await storage.watches.add([(SourceName.FEED, make_topic(address), address)], utc_now())
        await storage.close()

        polled = partial(imported, tmp_path, HTTP__ALLOW_PRIVATE_NETWORKS="true")
        read = await asyncio.to_thread(polled, "poll", "--once", "--json")

    others = PARSING - {"selectolax", "bot.sources.feed.source"}
    assert feeds.paths == ["/robots.txt", "/a.xml"]
    assert read & (DISCORD | TABLES | PATTERNS | STORIES | others | {"pydantic"}) == set()


_COUNTS_COLLECTIONS = """
import atexit, gc, sys
counted = lambda: sum(each["collections"] for each in gc.get_stats())
atexit.register(lambda: sys.stderr.write(f"{counted()} {gc.isenabled()}"))
sys.argv = ["kawaraban", *sys.argv[1:]]
from bot.__main__ import main
main()
"""


@pytest.mark.parametrize("words", ["fetch --help", "poll --once --json"])
async def test_start_is_not_searched_for_garbage_and_what_follows_is(words: str, tmp_path: Path) -> None:
    """What imports make stays; by CPython's own threshold it would be looked through 100 times."""
    await (await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")).close()
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _COUNTS_COLLECTIONS, *words.split()],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
        text=True,
    )

    collections, is_on = ended.stderr.splitlines()[-1].split()
    assert int(collections) < 30  # 15, of which most come before any code of ours; 45 where nobody turns it off
    assert is_on == "True"


@pytest.mark.parametrize("on", [True, False])
def test_sources_are_asked_where_the_database_is_told(on: bool, tmp_path: Path) -> None:
    everything: dict[str, dict[str, object]] = {
        "trendpage": {"url": "https://a.example/{topic}"},
        "mastodon": {"more_urls": ["https://b.example/", "https://c.example"]},
        "misskey": {"more_urls": ["https://d.example//"]},
        "feed": {"search_urls": ["https://e.example/?q={topic}"]},
        "bluesky": {"identifier": "a.example", "app_password": "b"},
        "x": {"bearer_token": "c"},
    }
    settings = make_settings(tmp_path, sources={name: one | {"enabled": on} for name, one in everything.items()})
    http = Http(http_limits(settings), clock=utc_now)

    made = make_sources(settings, http)

    assert templates_of(settings.sources) == {
        name: tuple(source.target_templates) for name, source in made.items()
    }
    assert set(made) == (set(everything) if on else set())
