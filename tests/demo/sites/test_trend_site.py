from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.demo.sites.trend_site import TrendSite, render, render_index
from bot.demo.worlds.posts import CASTS
from bot.demo.worlds.world import LivePost, TopicPage, World
from bot.sources.trendpage import parse

START = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
WORLD = World(START)
ENGLISH = World(START, cast=CASTS["en"])
TOPIC = "データセンター"


def page_of(text: str = "こんにちは", rp: int = 1_234) -> TopicPage:
    post = LivePost(2_000_000_000_000_000_000, "山 & 川", "demo_yama", text, START, rp)
    return TopicPage(TOPIC, 2_140, START, 71, 29, "30代/男性", (post,))


def test_a_page_has_the_form_of_the_page_the_project_began_with() -> None:
    lines = [
        line.strip()
        for line in LexborHTMLParser(render(WORLD, page_of())).css("body")[0].text().splitlines()
        if line.strip()
    ]
    assert lines[1:5] == [
        "データセンター トレンド",
        "2140post",
        "2026.11.23 03:30",
        "男性:71% 女性:29% (30代/男性)",
    ]
    assert lines[5].startswith("人気のポスト ※")
    assert "1,234 RP" in lines


def test_a_post_is_an_embed_with_the_day_in_utc_and_its_rp_beside_it() -> None:
    tree = LexborHTMLParser(render(WORLD, page_of()))
    embed = tree.css_first(".entry blockquote.twitter-tweet")
    assert embed is not None
    assert "— 山 & 川 (@demo_yama) November 22, 2026" in embed.text()
    link = embed.css("a")[-1].attributes["href"]
    assert link is not None
    assert link.startswith("https://twitter.com/demo_yama/status/2000000000000000000?ref_src=")
    assert [each.text() for each in tree.css(".entry .rp")] == ["1,234 RP"]


def test_lines_links_hashtags_and_markup_of_a_post_survive() -> None:
    text = '一行目\n\n<b>&"太字"</b> https://example.com/a?b=1&c=2 のち #ためし'
    embed = LexborHTMLParser(render(WORLD, page_of(text))).css_first("blockquote p")
    assert embed is not None
    inner = embed.inner_html or ""
    assert inner.startswith("一行目<br><br>&lt;b&gt;")
    assert embed.css("a")[0].attributes["href"] == "https://example.com/a?b=1&c=2"
    assert embed.css("a")[1].text() == "#ためし"
    assert '<b>&"太字"</b>' in unescape(re.sub(r"<[^>]+>", "", inner))


def test_the_front_page_links_every_topic() -> None:
    pages = [WORLD.page(topic, START) for topic in WORLD.topics]
    tree = LexborHTMLParser(render_index(WORLD, pages))
    assert {title.text() for title in tree.css("li h2")} == set(WORLD.topics)


@pytest.mark.parametrize(
    ("world", "topic"),
    [(world, topic) for world in (WORLD, ENGLISH) for topic in world.topics],
    ids=[topic for world in (WORLD, ENGLISH) for topic in world.topics],
)
def test_the_source_reads_what_the_site_shows(world: World, topic: str) -> None:
    now = START + timedelta(seconds=70)
    page = world.page(topic, now)
    read = parse(render(world, page).encode(), now=now, content_type="text/html; charset=utf-8")
    assert read.topic_name == topic
    assert read.snapshot is not None
    assert read.snapshot.audience.group == page.group
    assert (read.snapshot.volume, read.snapshot.audience.male_pct) == (page.volume, page.male)
    assert [(post.canonical_id, post.rp, post.author_handle) for post in read.posts] == [
        (str(post.id), post.rp, post.handle) for post in page.posts
    ]


def test_the_source_reads_a_topic_nobody_talks_about() -> None:
    read = parse(render(WORLD, WORLD.page("なにもない", START)).encode(), now=START)
    assert read.snapshot is not None
    assert (read.snapshot.volume, read.posts) == (0, ())


async def test_the_site_answers_304_until_a_count_moves() -> None:
    now = START
    async with TrendSite(WORLD, clock=lambda: now) as site, httpx.AsyncClient() as web:
        address = site.template.format(topic=TOPIC)
        first = await web.get(address)
        same = await web.get(address, headers={"If-None-Match": first.headers["ETag"]})
        now += timedelta(seconds=90)
        later = await web.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert first.status_code == 200
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (same.status_code, same.content) == (304, b"")
    assert later.status_code == 200


async def test_a_browser_is_led_to_the_demos_own_copy_of_a_post() -> None:
    browser = {"User-Agent": "Mozilla/5.0"}
    async with TrendSite(WORLD, clock=lambda: START) as site, httpx.AsyncClient(base_url=site.url) as web:
        page = LexborHTMLParser((await web.get(f"/word/{TOPIC}", headers=browser)).text)
        links = {link.attributes["href"] or "" for link in page.css("a")}
        posts = [link for link in links if "/status/" in link]
        shown = [await web.get(link) for link in posts]
        elsewhere = await web.get("/elsewhere/minato/data-center")
    assert posts
    assert all(link.startswith("/") for link in links)
    assert all(answer.status_code == 200 and "RP" in answer.text for answer in shown)
    assert elsewhere.status_code == 200


async def test_the_site_has_a_front_page_a_style_and_robots_that_allow_all() -> None:
    async with TrendSite(WORLD, clock=lambda: START) as site, httpx.AsyncClient(base_url=site.url) as web:
        answers = [await web.get(path) for path in ("/", "/site.css", "/robots.txt", "/word/なにもない")]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert "0post" in answers[3].text


def test_the_site_needs_no_simulated_discord() -> None:
    code = (
        "import sys; sys.modules['simcord'] = None; import bot.demo.sites.trend_site, bot.demo.discord.simulated"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
