"""A small trend site on this machine, in the form of the page the project was created from.

``render`` and ``render_index`` are pure; ``TrendSite`` serves them on loopback with ETag and 304.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.demo.world import LivePost, TopicPage, World

_JAPAN = ZoneInfo("Asia/Tokyo")
_LINK = re.compile(r"(?P<url>https?://[^\s<]+)|(?P<tag>[#＃](?P<word>\w+))")
_FOOTER = (
    "&lt;このサイトについて&gt; 登場する人物・団体・数値はすべて架空です。"
    "かわら版 (Kawaraban) のデモ用に、この端末の中だけで動いています。"
)
_STYLE = Path(__file__).with_name("site.css")


def render(page: TopicPage) -> str:
    """A topic's page as HTML."""
    seen = page.observed_at.astimezone(_JAPAN)
    posts = "\n".join(_post(post) for post in page.posts) or _nothing(page.topic)
    body = f"""<p class="home"><a href="/">話題の一覧</a></p>
<header>
<h1>{escape(page.topic)} トレンド</h1>
<p class="figures"><strong>{page.volume}post</strong>
<time datetime="{seen.isoformat(timespec="minutes")}">{seen:%Y.%m.%d %H:%M}</time></p>
{_audience(page)}
</header>
<section>
<h2>人気のポスト <small>※RP数は特定時点のものです</small></h2>
{posts}
</section>"""
    return _document(f"{page.topic} トレンド", body)


def render_index(pages: list[TopicPage]) -> str:
    """The front page: all topics, the most talked-about first."""
    ranked = sorted(pages, key=lambda page: -page.volume)
    items = "\n".join(_index_item(page) for page in ranked)
    body = f"""<header><h1>きょうの話題</h1>
<p class="figures">かわら版デモのための、この端末だけで動く架空のトレンドサイトです。</p></header>
<ol class="topics">
{items}
</ol>"""
    return _document("きょうの話題", body)


def _index_item(page: TopicPage) -> str:
    top = page.posts[0].rp if page.posts else 0
    return (
        f'<li><a href="/word/{quote(page.topic)}"><h2>{escape(page.topic)}</h2>'
        f"<p>{page.volume:,}件 ・ 最大 {top:,} RP</p></a></li>"
    )


def _audience(page: TopicPage) -> str:
    if page.male is None or page.female is None:
        return '<p class="audience">:% :%</p>'
    return (
        f'<p class="audience"><span class="bar"><i class="w{page.male}"></i></span>'
        f"男性:{page.male}% 女性:{page.female}% ({escape(page.group or '')})</p>"
    )


def _post(post: LivePost) -> str:
    """X's standard embed with the RP beside it. An embed's date is the UTC day, in English."""
    day = post.born.astimezone(UTC)
    date = f"{day:%B} {day.day}, {day.year}"
    link = f"https://twitter.com/{post.handle}/status/{post.id}?ref_src=twsrc%5Etfw"
    return (
        '<div class="entry">\n'
        '<blockquote class="twitter-tweet" data-lang="ja" data-dnt="true">'
        f'<p lang="ja" dir="ltr">{_markup(post.text)}</p>'
        f'&mdash; {escape(post.name)} (@{post.handle}) <a href="{escape(link)}">{date}</a></blockquote>\n'
        f'<p class="rp"><b>{post.rp:,}</b> RP</p>\n</div>'
    )


def _markup(text: str) -> str:
    """A post's text the way an embed writes it: line breaks, links, hashtags as links."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        parts += [escape(text[end : found.start()], quote=False), _anchor(found)]
        end = found.end()
    parts.append(escape(text[end:], quote=False))
    return "".join(parts).replace("\n", "<br>")


def _anchor(found: re.Match[str]) -> str:
    url = found["url"]
    if url:
        return f'<a href="{escape(url)}">{escape(url.removeprefix("https://"))}</a>'
    link = f"https://twitter.com/hashtag/{quote(found['word'])}?src=hash&ref_src=twsrc%5Etfw"
    return f'<a href="{escape(link)}">{escape(found["tag"])}</a>'


def _nothing(topic: str) -> str:
    return f'<p class="nothing">「{escape(topic)}」のポストは、いまはありません。</p>'


def _document(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/site.css">
</head>
<body>
<main>
{body}
</main>
<footer>{_FOOTER}</footer>
</body>
</html>
"""


def _bars() -> str:
    """One class a per cent: the pages carry no inline style."""
    return "\n".join(f".w{share}{{width:{share}%}}" for share in range(101))


class TrendSite:
    """The site, running while its ``async with`` block does. ``clock`` says what time it shows."""

    def __init__(self, world: World, *, clock: Callable[[], datetime], port: int = 0) -> None:
        self.world = world
        self._clock = clock
        self._port = port
        self._runner = web.AppRunner(self._application(), access_log=None)

    @property
    def url(self) -> str:
        """The front page."""
        return f"http://127.0.0.1:{self._port}/"

    @property
    def template(self) -> str:
        """What the trendpage source is given: a topic's address with ``{topic}`` in it."""
        return f"{self.url}word/{{topic}}"

    async def __aenter__(self) -> Self:
        """Listen on loopback; port 0 takes a free one. Raises ``OSError`` when the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    def _application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/", self._index)
        app.router.add_get("/word/{topic}", self._topic)
        app.router.add_get("/site.css", self._style)
        app.router.add_get("/robots.txt", self._robots)
        return app

    async def _index(self, request: web.Request) -> web.Response:
        now = self._clock()
        pages = [self.world.page(topic, now) for topic in self.world.topics]
        return _answer(request, render_index(pages), "text/html")

    async def _topic(self, request: web.Request) -> web.Response:
        page = self.world.page(request.match_info["topic"], self._clock())
        return _answer(request, render(page), "text/html")

    async def _style(self, request: web.Request) -> web.Response:
        return _answer(request, _STYLE.read_text(encoding="utf-8") + _bars(), "text/css")

    async def _robots(self, request: web.Request) -> web.Response:
        return _answer(request, "User-agent: *\nAllow: /\n", "text/plain")


def _answer(request: web.Request, text: str, content_type: str) -> web.Response:
    """200 with an ETag, or 304 where the asker has this very text."""
    etag = hashlib.sha256(text.encode()).hexdigest()[:24]
    headers = {"ETag": f'"{etag}"', "Cache-Control": "no-cache"}
    known = request.if_none_match or ()
    if any(each.value in {etag, "*"} for each in known):
        return web.Response(status=304, headers=headers)
    return web.Response(text=text, content_type=content_type, charset="utf-8", headers=headers)
