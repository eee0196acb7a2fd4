"""The command line as people and scripts meet it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from typer import Typer
from typer.main import get_group
from typer.testing import CliRunner

import bot.cli
from bot import __version__
from bot.cli import cli, main
from bot.cli.terminal import messages
from bot.core.models import SourceName
from bot.core.text import make_topic
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import load_steps
from config.sentences import sentence
from tests.fakes.bluesky_server import HANDLE, PASSWORD, BlueskyServer
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer
from tests.fakes.trend_site import SitePost, TrendSite
from tests.fakes.x_server import TOKEN, XServer
from tests.inspection import Inspect, url_of

from .processes import Ended, kawaraban

PUBLISHED = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
SHAPE = ["source", "topic", "volume", "observed_at", "audience", "posts"]
POST_SHAPE = [
    *("id", "url", "author_name", "author_handle", "text", "created_at", "rp", "likes", "replies"),
    *("language", "sensitive", "network", "canonical_id", "score", "score_name"),
]
COUNTS = ["polled", "new_posts", "changed_posts", "not_modified", "failed", "alerts"]

UNWANTED = {"DISCORD_TOKEN", "FORCE_COLOR", "LC_ALL", "LC_MESSAGES", "LANG"}

Here = Callable[..., Ended]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The whole command line in this process, errors and exit codes included: ``here("watch", "list")``."""
    for name in [*os.environ]:
        if name.upper().startswith("KAWARABAN_") or name in UNWANTED:
            monkeypatch.delenv(name)
    monkeypatch.setattr(messages._Reader, "language", "en")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["kawaraban", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ending:
            main()
        printed = capsys.readouterr()
        return Ended(int(ending.value.code or 0), printed.out, printed.err)

    return run


def watched(here: Here) -> list[tuple[str, str]]:
    """The watches there are; none where there is no database."""
    ended = here("watch", "list", "--json")
    return [] if ended.code == 4 else [(row["source"], row["topic"]) for row in ended.json]


def said(text_id: str, **values: Any) -> str:
    """A line of the command line in English."""
    return f"{sentence('en', text_id, **values)}\n"


def the_only_line(text: str) -> str:
    lines = text.splitlines()
    assert len(lines) == 1, text
    return lines[0]


# -- fetch ----------------------------------------------------------------------------------------------


async def test_fetch_prints_a_trend_page_in_the_promised_shape(tmp_path: Path, site: TrendSite) -> None:
    post = SitePost(PUBLISHED, "一行目\n二行目 <b>", 1234)
    silent = SitePost(PUBLISHED, "RPのない投稿", None, serial=1)
    site.put("データセンター", [post, silent], volume=5678)

    ended = await kawaraban(
        tmp_path, "fetch", "データセンター", "--source", "trendpage", "--json", SOURCES__TRENDPAGE__URL=site.url
    )

    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == SHAPE
    posts = ended.json.pop("posts")
    assert ended.json | {"posts": []} == {
        "source": "trendpage",
        "topic": "データセンター",
        "volume": 5678,
        "observed_at": "2026-11-22T03:00:00+00:00",
        "audience": {"male_pct": 60, "female_pct": 40, "group": "30代/男性"},
        "posts": [],
    }
    assert [list(each) for each in posts] == [POST_SHAPE, POST_SHAPE]
    assert posts[0] == {
        "id": post.id,
        "url": f"https://x.com/kawara_taro/status/{post.id}",
        "author_name": "瓦 太郎",
        "author_handle": "kawara_taro",
        "text": "一行目\n二行目 <b>",
        "created_at": "2026-11-22T02:30:00+00:00",
        "rp": 1234,
        "likes": None,
        "replies": None,
        "language": "ja",
        "sensitive": False,
        "network": "x",
        "canonical_id": posts[0]["id"],
        "score": None,
        "score_name": None,
    }
    assert (posts[1]["id"], posts[1]["rp"]) == (silent.id, None)
    assert not (tmp_path / "kawaraban.db").exists()


async def test_fetch_prints_a_mastodon_tag_in_the_promised_shape(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        server.uses_today = 42
        shown = server.add(
            "<p>やあ<br>どうも</p>",
            boosts=7,
            created_at=PUBLISHED,
            sensitive=True,
            favourites_count=5,
            replies_count=2,
        )

        ended = await kawaraban(
            tmp_path,
            *("fetch", "データセンター", "--source", "mastodon", "--json"),
            SOURCES__MASTODON__BASE_URL=server.base_url,
        )

    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == SHAPE
    assert (ended.json["source"], ended.json["topic"], ended.json["volume"]) == ("mastodon", "データセンター", 42)
    assert ended.json["audience"] == {"male_pct": None, "female_pct": None, "group": None}
    assert datetime.fromisoformat(ended.json["observed_at"]).utcoffset() == timedelta(0)
    (post,) = ended.json["posts"]
    assert list(post) == POST_SHAPE
    assert post.pop("author_handle").startswith("hanako")
    assert post == {
        "id": shown,
        "url": f"https://mastodon.example/@hanako/{shown}",
        "author_name": "Hanako",
        "text": "やあ\nどうも",
        "created_at": "2026-11-22T02:30:00+00:00",
        "rp": 7,
        "likes": 5,
        "replies": 2,
        "language": "ja",
        "sensitive": True,
        "network": "fediverse",
        "canonical_id": f"https://mastodon.example/users/hanako/statuses/{shown}",
        "score": None,
        "score_name": None,
    }


async def test_fetch_prints_a_misskey_tag_in_the_promised_shape(tmp_path: Path) -> None:
    async with MisskeyServer() as server:
        server.trends = [{"tag": "データセンター", "chart": [3, 2, *[0] * 18], "usersCount": 3}]
        shown = server.add(
            "**やあ**\n$[x2 どうも]",
            renotes=7,
            created_at=PUBLISHED,
            cw="話題",
            reactions={"❤": 4, ":kawara@.:": 1},
            repliesCount=2,
        )

        ended = await kawaraban(
            tmp_path,
            *("fetch", "データセンター", "--source", "misskey", "--json"),
            SOURCES__MISSKEY__ENABLED="true",
            SOURCES__MISSKEY__BASE_URL=server.base_url,
        )
        address = server.uri(shown)

    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == SHAPE
    assert (ended.json["source"], ended.json["topic"], ended.json["volume"]) == ("misskey", "データセンター", 5)
    assert datetime.fromisoformat(ended.json["observed_at"]).utcoffset() == timedelta(0)
    (post,) = ended.json["posts"]
    assert list(post) == POST_SHAPE
    assert post.pop("author_handle").startswith("hanako@127.0.0.1")
    assert post == {
        "id": shown,
        "url": address,
        "author_name": "Hanako",
        "text": "やあ\nどうも",
        "created_at": "2026-11-22T02:30:00+00:00",
        "rp": 7,
        "likes": 5,
        "replies": 2,
        "language": None,
        "sensitive": True,
        "network": "fediverse",
        "canonical_id": address,
        "score": None,
        "score_name": None,
    }


async def test_fetch_prints_a_feed_in_the_promised_shape_with_its_own_count(tmp_path: Path) -> None:
    bookmarked = Item(
        "町の話", "https://a.example/1?utm_source=rss", PUBLISHED, more="<h:bookmarkcount>12</h:bookmarkcount>"
    )
    async with FeedSite() as feeds:
        namespace = 'xmlns:h="http://www.hatena.ne.jp/info/xmlns#"'
        address = feeds.put("/hot.xml", rss(bookmarked, title="はてなの人気記事", attributes=namespace))

        ended = await kawaraban(tmp_path, "fetch", address, "--source", "feed", "--json")

    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == SHAPE
    assert (ended.json["source"], ended.json["topic"], ended.json["volume"]) == ("feed", "はてなの人気記事", None)
    (post,) = ended.json["posts"]
    assert list(post) == POST_SHAPE
    shown = ("id", "url", "text", "created_at", "rp", "network", "canonical_id", "score", "score_name")
    assert {name: post[name] for name in shown} == {
        "id": "https://a.example/1",
        "url": "https://a.example/1?utm_source=rss",
        "text": "町の話",
        "created_at": "2026-11-22T02:30:00+00:00",
        "rp": None,
        "network": "web",
        "canonical_id": "https://a.example/1",
        "score": 12,
        "score_name": "bookmarks",
    }


async def test_fetch_prints_a_bluesky_search_in_the_promised_shape(tmp_path: Path) -> None:
    async with BlueskyServer() as server:
        shown = server.add("データセンターを\n見てきた", reposts=7, written=PUBLISHED, likeCount=5, replyCount=2)
        server.label(shown, "graphic-media")

        ended = await kawaraban(
            tmp_path,
            *("fetch", "データセンター", "--source", "bluesky", "--json"),
            SOURCES__BLUESKY__SERVICE_URL=server.base_url,
            SOURCES__BLUESKY__IDENTIFIER=HANDLE,
            SOURCES__BLUESKY__APP_PASSWORD=PASSWORD,
        )

    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == SHAPE
    assert (ended.json["source"], ended.json["topic"], ended.json["volume"]) == ("bluesky", "データセンター", None)
    (post,) = ended.json["posts"]
    assert list(post) == POST_SHAPE
    did, rkey = shown.split("/")[2::2]
    assert post == {
        "id": shown,
        "url": f"https://bsky.app/profile/{did}/post/{rkey}",
        "author_name": "Hanako",
        "author_handle": "hanako.example",
        "text": "データセンターを\n見てきた",
        "created_at": "2026-11-22T02:30:00+00:00",
        "rp": 7,
        "likes": 5,
        "replies": 2,
        "language": "ja",
        "sensitive": True,
        "network": "bluesky",
        "canonical_id": shown,
        "score": None,
        "score_name": None,
    }


async def test_fetch_prints_a_search_of_x_in_the_promised_shape_and_counts_what_it_cost(tmp_path: Path) -> None:
    async with XServer() as server:
        written = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
        shown = server.add(
            "データセンターを\n見てきた &amp; 帰った", reposts=7, written=written, possibly_sensitive=True
        )
        account = {"SOURCES__X__BASE_URL": server.base_url, "SOURCES__X__BEARER_TOKEN": TOKEN}

        ended = await kawaraban(tmp_path, "fetch", "データセンター", "--source", "x", "--json", **account)
        spent = await kawaraban(
            tmp_path, "fetch", "データセンター", "--source", "x", SOURCES__X__POSTS_PER_DAY=20, **account
        )
        charged = server.charged

    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == SHAPE
    assert (ended.json["source"], ended.json["topic"], ended.json["volume"]) == ("x", "データセンター", 1)
    (post,) = ended.json["posts"]
    assert list(post) == POST_SHAPE
    assert post == {
        "id": shown,
        "url": f"https://x.com/hanako/status/{shown}",
        "author_name": "Hanako",
        "author_handle": "hanako",
        "text": "データセンターを\n見てきた & 帰った",
        "created_at": written.isoformat(),
        "rp": 7,
        "likes": 0,
        "replies": 0,
        "language": "ja",
        "sensitive": True,
        "network": "x",
        "canonical_id": shown,
        "score": None,
        "score_name": None,
    }
    assert (spent.code, charged) == (0, 4)
    storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    assert await storage.spend.spent(SourceName.X, datetime.now(UTC).date()) == charged
    await storage.close()


async def test_fetch_from_x_over_the_budget_says_so_and_never_shows_the_token(tmp_path: Path) -> None:
    async with XServer() as server:
        account = {"SOURCES__X__BASE_URL": server.base_url, "SOURCES__X__BEARER_TOKEN": "secret-of-the-app"}

        refused = await kawaraban(tmp_path, "fetch", "データセンター", "--source", "x", **account)
        storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
        await storage.spend.reserve(SourceName.X, datetime.now(UTC).date(), 500, least=1, limit=500)
        await storage.close()
        over = await kawaraban(tmp_path, "fetch", "データセンター", "--source", "x", **account)

    assert (refused.code, over.code) == (3, 3)
    assert "does not accept the bearer token" in refused.err
    assert "today's budget of 500 reads is spent" in over.err
    assert "secret-of-the-app" not in refused.err + refused.out + over.err + over.out
    assert len(server.requests) == 1


async def test_half_a_bluesky_account_stops_the_command_with_one_sentence(tmp_path: Path) -> None:
    ended = await kawaraban(
        tmp_path, "fetch", "電力", "--source", "bluesky", SOURCES__BLUESKY__APP_PASSWORD="aaaa-bbbb"
    )

    assert ended.code == 2
    assert said("cli-takes-both").strip() in ended.err
    assert "aaaa-bbbb" not in ended.err
    assert ended.err.count("\n") == 1


async def test_fetch_of_an_address_prints_a_table_for_people(tmp_path: Path, site: TrendSite) -> None:
    site.put("データセンター", [SitePost(PUBLISHED, "一行目\n二行目", 1234)], volume=5678)
    address = site.url.replace("{topic}", "データセンター")

    ended = await kawaraban(tmp_path, "fetch", address, SOURCES__TRENDPAGE__URL=site.url)

    assert (ended.code, ended.err) == (0, "")
    assert "データセンター" in ended.out
    assert "5,678" in ended.out
    assert "1,234  2026-11-22 02:30  @kawara_taro  一行目 二行目" in ended.out


async def test_fetch_from_a_site_in_trouble_says_so_in_one_line(tmp_path: Path, site: TrendSite) -> None:
    site.status = 503

    ended = await kawaraban(tmp_path, "fetch", "データセンター", "--json", SOURCES__TRENDPAGE__URL=site.url)

    assert (ended.code, ended.out) == (3, "")
    assert the_only_line(ended.err).startswith("kawaraban: trendpage: ")
    assert "503" in ended.err


async def test_fetch_from_a_server_that_shows_tags_to_members_only_says_so_in_one_line(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        server.public_timelines = False

        ended = await kawaraban(
            tmp_path, "fetch", "tea", "--source", "mastodon", SOURCES__MASTODON__BASE_URL=server.base_url
        )

    assert (ended.code, ended.out) == (3, "")
    assert the_only_line(ended.err).startswith("kawaraban: mastodon: ")


async def test_fetch_from_several_servers_shows_what_came_and_notes_who_failed(tmp_path: Path) -> None:
    fetch = ("fetch", "データセンター", "--source", "mastodon", "--json")
    async with MastodonServer() as server:
        shown = server.add("<p>やあ</p>", boosts=7, created_at=PUBLISHED)

        down, up = "http://127.0.0.1:9", server.base_url
        first_down = await kawaraban(
            tmp_path,
            *fetch,
            SOURCES__MASTODON__BASE_URL=down,
            SOURCES__MASTODON__MORE_URLS=json.dumps([up]),
        )
    both_down = await kawaraban(
        tmp_path, *fetch, SOURCES__MASTODON__BASE_URL=down, SOURCES__MASTODON__MORE_URLS=json.dumps([up])
    )

    assert first_down.code == 0
    assert [post["id"] for post in first_down.json["posts"]] == [shown]
    assert the_only_line(first_down.err).startswith("note: mastodon: 127.0.0.1:9: no connection")
    assert (both_down.code, both_down.out) == (3, "")
    assert the_only_line(both_down.err).startswith("kawaraban: mastodon: 127.0.0.1:9: no connection")
    assert up.removeprefix("http://") in both_down.err


def test_fetch_from_a_source_that_is_off_says_how_to_switch_it_on(here: Here) -> None:
    ended = here("fetch", "データセンター", "--source", "trendpage")

    assert (ended.code, ended.out) == (2, "")
    assert "trendpage is off" in the_only_line(ended.err)
    assert "KAWARABAN_SOURCES__TRENDPAGE__URL" in ended.err


def test_fetch_from_a_source_switched_off_says_so_too(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__ENABLED", "false")

    ended = here("fetch", "データセンター", "--source", "mastodon")

    assert ended.code == 2
    assert "KAWARABAN_SOURCES__MASTODON__ENABLED=true" in the_only_line(ended.err)


def test_fetch_from_a_source_nobody_knows_names_those_there_are(here: Here) -> None:
    ended = here("fetch", "データセンター", "--source", "newspaper")

    assert ended.code == 2
    assert "--source" in ended.err
    assert "trendpage" in ended.err
    assert "Traceback" not in ended.err


def test_fetch_refuses_a_private_address_unless_allowed(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__TRENDPAGE__URL", "http://127.0.0.1:9/{topic}")

    ended = here("fetch", "データセンター", "--source", "trendpage")

    assert (ended.code, ended.out) == (3, "")
    assert "127.0.0.1" in the_only_line(ended.err)


@pytest.mark.parametrize("words", [("fetch", "{}", "--source", "feed"), ("watch", "add", "feed", "{}")])
@pytest.mark.parametrize("address", ["http://[::1/f", "http://a:99999999/", "http://xn--a/"])
def test_an_address_that_cannot_be_one_is_refused(address: str, words: tuple[str, ...], here: Here) -> None:
    ended = here(*(word.format(address) for word in words))

    assert (ended.code, ended.out) == (2, "")
    assert said("cli-topic-bad-address").strip() in ended.err
    assert "Traceback" not in ended.err


# -- poll -----------------------------------------------------------------------------------------------


async def test_poll_once_counts_what_it_did(tmp_path: Path, site: TrendSite) -> None:
    site.put("データセンター", [SitePost(PUBLISHED, "一つ目", 10), SitePost(PUBLISHED, "二つ目", 500, serial=1)])
    storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    missing = f"{site.base_url}/nowhere"
    await storage.watches.add(
        [
            (SourceName.TRENDPAGE, make_topic("データセンター"), None),
            (SourceName.TRENDPAGE, make_topic("迷子"), missing),
        ],
        PUBLISHED,
    )
    await storage.close()

    ended = await kawaraban(
        tmp_path,
        *("poll", "--once", "--json"),
        SOURCES__TRENDPAGE__URL=site.url,
        SOURCES__MASTODON__ENABLED="false",
    )

    assert ended.code == 0
    assert "Traceback" not in ended.err
    assert list(ended.json) == COUNTS
    assert ended.json == {
        "polled": 2,
        "new_posts": 2,
        "changed_posts": 0,
        "not_modified": 0,
        "failed": 1,
        "alerts": 0,
    }


# -- watch ----------------------------------------------------------------------------------------------


def test_list_of_no_watches_says_how_to_add_one(here: Here) -> None:
    here("migrate")

    ended = here("watch", "list")

    assert ended.code == 0
    assert said("cli-watch-none") == ended.out


def test_watch_that_was_added_is_listed(here: Here) -> None:
    added = here("watch", "add", "mastodon", "データセンター")
    for_people = here("watch", "list")
    (row,) = here("watch", "list", "--json").json

    assert (added.code, added.out) == (0, said("cli-watch-added", topic="データセンター", where="mastodon"))
    assert "データセンター" in for_people.out
    assert list(row) == ["source", "topic", "target", "health", "next_poll_at", "last_ok_at", "note", "since"]
    assert (row["source"], row["topic"], row["target"]) == ("mastodon", "データセンター", None)


def test_status_counts_topics_and_names_those_that_are_unwell(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody listens on this port.
    monkeypatch.setenv("KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS", "true")
    monkeypatch.setenv("KAWARABAN_SOURCES__TRENDPAGE__URL", "http://127.0.0.1:9/{topic}")
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__ENABLED", "false")
    monkeypatch.setenv("KAWARABAN_SOURCES__MISSKEY__ENABLED", "false")
    monkeypatch.setenv("KAWARABAN_SOURCES__FEED__ENABLED", "false")
    here("watch", "add", "trendpage", "データセンター")
    before = here("status", "--json").json
    here("poll", "--once")

    after, for_people = here("status", "--json").json, here("status").out

    (line,) = before["sources"]
    assert (line["source"], line["health"], line["topics"]) == ("trendpage", "unknown", 1)
    assert before["unwell"] == []
    assert after["sources"] == [line | {"health": "degraded", "degraded": 1}]
    assert list(after["unwell"][0]) == ["source", "host", "topic", "health", "since", "last_ok_at", "note"]
    assert "no connection" in after["unwell"][0]["note"]
    assert f"trendpage/データセンター: {sentence('en', 'cli-health-degraded')} since 20" in for_people


def test_watch_added_again_in_another_spelling_stays_one(here: Here) -> None:
    here("watch", "add", "mastodon", "DATA")

    again = here("watch", "add", "mastodon", "#data")

    assert again.out == said("cli-watch-known")
    assert watched(here) == [("mastodon", "DATA")]


def test_watch_of_an_address_keeps_it_whole_and_shows_it_only_when_asked_to(here: Here) -> None:
    address = f"https://trends.example/{'page/' * 20}8d1f?of=%E7%93%A6"

    here("watch", "add", "trendpage", address)

    (row,) = here("watch", "list", "--json", "--addresses").json
    assert row["target"] == address
    (row,) = here("watch", "list", "--json").json
    assert (row["topic"], row["target"]) == ("trends.example", "trends.example")
    assert "8d1f" not in here("watch", "list").out


def test_watch_at_a_source_that_is_off_is_added_with_a_note(here: Here) -> None:
    here("migrate")

    ended = here("watch", "add", "trendpage", "データセンター")

    assert ended.code == 0
    assert "trendpage is off" in the_only_line(ended.err)
    assert watched(here) == [("trendpage", "データセンター")]


def test_watch_of_a_keyword_that_is_searched_for_nowhere_is_refused_with_what_to_do(here: Here) -> None:
    ended = here("watch", "add", "feed", "データセンター")

    assert (ended.code, ended.out) == (2, "")
    assert "search_urls with {topic}" in the_only_line(ended.err)
    assert "KAWARABAN_SOURCES__FEED__SEARCH_URLS" in ended.err
    assert watched(here) == []


def test_watch_that_was_removed_is_gone(here: Here) -> None:
    here("watch", "add", "mastodon", "データセンター")
    here("watch", "add", "mastodon", "瓦版")

    ended = here("watch", "remove", "mastodon", "#データセンター")

    assert (ended.code, ended.out) == (0, said("cli-watch-removed", topic="データセンター", where="mastodon"))
    assert watched(here) == [("mastodon", "瓦版")]


def test_removal_of_a_watch_that_is_not_there_says_so(here: Here) -> None:
    here("watch", "add", "mastodon", "瓦版")

    ended = here("watch", "remove", "trendpage", "瓦版")

    assert (ended.code, ended.out) == (2, "")
    assert said("cli-watch-no-such", name="trendpage 瓦版").strip() in the_only_line(ended.err)
    assert watched(here) == [("mastodon", "瓦版")]


@pytest.mark.parametrize("topic", ["", "   ", "#", " ＃ "])
def test_watch_of_nothing_is_refused(topic: str, here: Here) -> None:
    ended = here("watch", "add", "mastodon", topic)

    assert ended.code == 2
    assert "keyword" in ended.err
    assert watched(here) == []


def test_import_adds_thousands_of_watches_at_once(here: Here, tmp_path: Path) -> None:
    lines = ["# our topics", "", *(f"mastodon\tお題{number}" for number in range(2000))]
    (tmp_path / "topics.tsv").write_text("\n".join(lines), encoding="utf-8")

    first = here("watch", "import", "topics.tsv")
    second = here("watch", "import", "topics.tsv")

    assert (first.code, first.out) == (0, said("cli-import-done", new=2000, known=0))
    assert (second.code, second.out) == (0, said("cli-import-done", new=0, known=2000))
    assert len(watched(here)) == 2000


def test_import_counts_the_places_where_a_keyword_is_asked(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ["https://one.example", "https://two.example"]
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__MORE_URLS", json.dumps(more))
    (tmp_path / "topics.tsv").write_text("mastodon\t瓦版\n", encoding="utf-8")

    first = here("watch", "import", "topics.tsv")
    second = here("watch", "import", "topics.tsv")

    assert (first.code, first.out) == (0, said("cli-import-done-endpoints", new=3, known=0, lines=1, endpoints=3))
    assert (second.code, second.out) == (
        0,
        said("cli-import-done-endpoints", new=0, known=3, lines=1, endpoints=3),
    )


def test_import_names_the_lines_that_are_searched_for_nowhere(here: Here, tmp_path: Path) -> None:
    lines = ["mastodon\t瓦版", "feed\t瓦版", "feed\thttps://a.example/feed", "# a comment", "feed\t江戸"]
    (tmp_path / "topics.tsv").write_text("\n".join(lines), encoding="utf-8")

    ended = here("watch", "import", "topics.tsv")

    assert (ended.code, ended.out) == (2, "")
    assert [line.split(":")[0].strip() for line in ended.err.splitlines()[1:]] == ["line 2", "line 5"]
    assert watched(here) == []


def test_import_of_a_file_without_a_watch_adds_none(here: Here, tmp_path: Path) -> None:
    (tmp_path / "topics.tsv").write_text("# nothing yet\n", encoding="utf-8")

    ended = here("watch", "import", "topics.tsv")

    assert (ended.code, ended.out) == (0, said("cli-import-done", new=0, known=0))


def test_import_takes_a_file_as_windows_writes_it(here: Here, tmp_path: Path) -> None:
    text = "trendpage\thttps://trends.example/p/1\r\nmastodon\tデータ センター\r\n"
    (tmp_path / "topics.tsv").write_bytes(text.encode("utf-8-sig"))

    here("watch", "import", "topics.tsv")

    rows = {row["topic"]: row["target"] for row in here("watch", "list", "--json", "--addresses").json}
    assert rows == {"https://trends.example/p/1": "https://trends.example/p/1", "データ センター": None}


def test_import_with_wrong_lines_adds_nothing_and_names_their_numbers(here: Here, tmp_path: Path) -> None:
    lines = ["mastodon\t瓦版", "newspaper\t瓦版", "mastodon 瓦版", "# a comment", "mastodon\t ", "mastodon\t江戸"]
    lines += ["feed\thttps://a.example/", "feed\thttp://[::1/f"]
    (tmp_path / "topics.tsv").write_text("\n".join(lines), encoding="utf-8")

    ended = here("watch", "import", "topics.tsv")

    assert (ended.code, ended.out) == (2, "")
    assert [line.split(":")[0].strip() for line in ended.err.splitlines()[1:]] == [
        f"line {number}" for number in (2, 3, 5, 8)
    ]
    assert "newspaper" in ended.err
    assert "[::1" not in ended.err
    assert watched(here) == []


def test_import_with_many_wrong_lines_names_ten_and_counts_the_rest(here: Here, tmp_path: Path) -> None:
    (tmp_path / "topics.tsv").write_text("newspaper\tx\n" * 500, encoding="utf-8")

    ended = here("watch", "import", "topics.tsv")

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 12
    assert "490 more" in ended.err.splitlines()[-1]


def test_import_of_a_file_that_is_not_utf8_adds_nothing(here: Here, tmp_path: Path) -> None:
    (tmp_path / "topics.tsv").write_bytes("mastodon\t瓦版\n".encode("shift_jis"))

    ended = here("watch", "import", "topics.tsv")

    assert ended.code == 2
    assert "UTF-8" in ended.err
    assert watched(here) == []


def test_import_of_a_missing_file_names_it(here: Here) -> None:
    ended = here("watch", "import", "nowhere.tsv")

    assert ended.code == 2
    assert "nowhere.tsv" in ended.err


# -- settings that are wrong --------------------------------------------------------------------------------


async def test_wrong_setting_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    ended = await kawaraban(tmp_path, "watch", "list", POLL__INTERVAL_S="often")

    assert (ended.code, ended.out) == (2, "")
    assert "poll.interval_s" in the_only_line(ended.err)
    assert "often" not in ended.err


async def test_run_without_a_token_is_one_line_that_says_where_it_belongs(tmp_path: Path) -> None:
    ended = await kawaraban(tmp_path, "run")

    assert (ended.code, ended.out) == (2, "")
    assert "DISCORD_TOKEN" in the_only_line(ended.err)
    assert not (tmp_path / "kawaraban.db").exists()


@pytest.mark.parametrize(
    "words", [["watch", "add", "mastodon", "瓦版"], ["fetch", "瓦版"], ["doctor"], ["migrate"], ["poll", "--once"]]
)
def test_every_command_refuses_a_wrong_setting(
    words: list[str], here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", "mysql://somewhere")

    ended = here(*words)

    assert (ended.code, ended.out) == (2, "")
    assert "database.url" in the_only_line(ended.err)


def test_broken_toml_is_one_line(here: Here, tmp_path: Path) -> None:
    (tmp_path / "kawaraban.toml").write_text("[poll\n", encoding="utf-8")

    ended = here("watch", "list")

    assert ended.code == 2
    assert "kawaraban.toml is not valid TOML" in the_only_line(ended.err)


# -- databases that cannot be used ---------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["watch", "list"], ["migrate"]])
def test_database_in_a_folder_that_cannot_be_made_is_one_line(
    words: list[str], here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("a file is no folder", encoding="utf-8")
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", "sqlite:///file/kawaraban.db")

    ended = here(*words)

    assert (ended.code, ended.out) == (4, "")
    assert "kawaraban.db" in the_only_line(ended.err)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="/proc, where nobody may write, is Linux's")
def test_database_where_nobody_may_write_is_one_line(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWARABAN_DATABASE__URL", "sqlite:////proc/kawaraban/kawaraban.db")

    ended = here("watch", "list")

    assert (ended.code, ended.out) == (4, "")
    assert "/proc/kawaraban" in the_only_line(ended.err)


def test_folder_in_place_of_the_database_is_one_line(here: Here, tmp_path: Path) -> None:
    (tmp_path / "kawaraban.db").mkdir()

    ended = here("watch", "list")

    assert (ended.code, ended.out) == (4, "")
    assert the_only_line(ended.err)


async def test_file_that_is_no_database_is_one_line_and_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "kawaraban.db"
    content = b"This is a shopping list, not a database. " * 200
    file.write_bytes(content)

    ended = await kawaraban(tmp_path, "watch", "list")

    assert (ended.code, ended.out) == (4, "")
    assert said("cli-database-not-one", path=str(file)).strip() in the_only_line(ended.err)
    assert file.read_bytes() == content


def test_database_of_a_newer_version_is_refused_with_both_versions(here: Here, tmp_path: Path) -> None:
    here("migrate")
    Inspect(url_of(tmp_path / "kawaraban.db")).set_version(99)

    ended = here("watch", "list")

    assert (ended.code, ended.out) == (4, "")
    assert "version 99" in the_only_line(ended.err)
    assert f"up to {len(load_steps())}" in ended.err


# -- the rest -------------------------------------------------------------------------------------------------


def test_migrate_makes_the_database_and_then_has_nothing_to_do(here: Here, tmp_path: Path) -> None:
    newest, path = len(load_steps()), str(tmp_path / "kawaraban.db")

    first = here("migrate")
    second = here("migrate")

    assert (first.code, first.out) == (0, said("cli-migrate-done", path=path, before="0", after=str(newest)))
    assert (second.code, second.out) == (0, said("cli-migrate-nothing", path=path, version=str(newest)))
    assert (tmp_path / "kawaraban.db").is_file()


async def test_version_is_printed_by_the_module(tmp_path: Path) -> None:
    ended = await kawaraban(tmp_path, "--version")

    assert ended == Ended(0, f"kawaraban {__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [[], ["watch"], *([name] for name in ("run", "demo", "fetch", "poll", "doctor", "migrate"))],
    ids=lambda words: " ".join(words) or "kawaraban",
)
def test_help_needs_no_settings_and_begins_with_the_usage(words: list[str], here: Here) -> None:
    (Path.cwd() / "kawaraban.toml").write_text("broken = = =", encoding="utf-8")

    result = CliRunner().invoke(cli, [*words, "--help"], prog_name="kawaraban")

    assert result.exit_code == 0
    assert result.stdout.lstrip().startswith(" ".join(["Usage: kawaraban", *words]))


def test_doctor_with_something_to_mend_exits_with_one_and_json_for_scripts(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAWARABAN_SOURCES__MASTODON__ENABLED", "false")
    monkeypatch.setenv("KAWARABAN_SOURCES__MISSKEY__ENABLED", "false")
    monkeypatch.setenv("KAWARABAN_SOURCES__FEED__ENABLED", "false")
    monkeypatch.setenv("KAWARABAN_DISCORD__API_BASE", "http://127.0.0.1:9/api/v10")

    ended = here("doctor", "--json")

    assert (ended.code, ended.err) == (1, "")
    assert {tuple(row) for row in json.loads(ended.out)} == {("name", "state", "detail", "advice")}


# -- the commands together ------------------------------------------------------------------------------


def test_every_command_that_a_module_adds_is_found_there() -> None:
    homes = {name: module for _, module, _ in iter_modules(bot.cli.__path__) for name in commands_of(module)}

    assert homes == bot.cli.HOMES


def commands_of(module: str) -> set[str]:
    added = getattr(import_module(f"bot.cli.{module}"), "add_to", None)
    if added is None:
        return set()
    home = Typer()
    added(home)
    return set(get_group(home).commands)


def test_a_command_nobody_has_is_answered_with_one_like_it(here: Here) -> None:
    ended = here("pol")

    assert (ended.code, ended.out) == (2, "")
    assert sentence("en", "cli-usage-maybe", guess="poll") in ended.err


def test_the_help_names_every_command(here: Here) -> None:
    ended = here("--help")

    assert ended.code == 0
    assert all(f"\n  {name} " in ended.out for name in bot.cli.HOMES)
