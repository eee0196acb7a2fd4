"""A small trend site on this machine, in the form of the page the project was created from.

``render`` and ``render_index`` are pure; ``TrendSite`` serves them on loopback with ETag and 304. A browser gets
the same page with links that lead to the demo's own copies of the posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.demo.sites.loopback import Handler, LoopbackSite, answer
from bot.demo.sites.pages import STYLE, document, markup, nowhere_page, post_page, within_the_demo, words
from bot.demo.worlds.world import LivePost, TopicPage, World

_JAPAN = ZoneInfo("Asia/Tokyo")


def render(world: World, page: TopicPage) -> str:
    """A topic's page as HTML."""
    say = words(world.cast.language).say
    seen = page.observed_at.astimezone(_JAPAN)
    posts = "\n".join(_post(world, post) for post in page.posts) or _nothing(world, page.topic)
    title = say("demo-site-topic", topic=page.topic)
    body = f"""<p class="home"><a href="/">{escape(say("demo-site-all"))}</a></p>
<header>
<h1>{escape(title)}</h1>
<p class="figures"><strong>{page.volume}post</strong>
<time datetime="{seen.isoformat(timespec="minutes")}">{seen:%Y.%m.%d %H:%M}</time></p>
{_audience(world, page)}
</header>
<section>
<h2>{escape(say("demo-site-popular"))} <small>{escape(say("demo-site-caution"))}</small></h2>
{posts}
</section>"""
    return document(world, title, body)


def render_index(world: World, pages: Sequence[TopicPage]) -> str:
    """The front page: all topics, the most talked-about first."""
    say = words(world.cast.language).say
    ranked = sorted(pages, key=lambda page: -page.volume)
    items = "\n".join(_index_item(world, page) for page in ranked)
    title = say("demo-site-today")
    body = f"""<header><h1>{escape(title)}</h1>
<p class="figures">{escape(say("demo-site-about"))}</p></header>
<ol class="topics">
{items}
</ol>"""
    return document(world, title, body)


def _index_item(world: World, page: TopicPage) -> str:
    top = page.posts[0].rp if page.posts else 0
    counts = words(world.cast.language).say("demo-site-counts", posts=f"{page.volume:,}", top=f"{top:,}")
    return f'<li><a href="/word/{quote(page.topic)}"><h2>{escape(page.topic)}</h2><p>{escape(counts)}</p></a></li>'


def _audience(world: World, page: TopicPage) -> str:
    if page.male is None or page.female is None:
        return '<p class="audience">:% :%</p>'
    shares = words(world.cast.language).say(
        "demo-site-audience", male=page.male, female=page.female, group=page.group or ""
    )
    return f'<p class="audience"><span class="bar"><i class="w{page.male}"></i></span>{escape(shares)}</p>'


def _post(world: World, post: LivePost) -> str:
    """X's standard embed with the RP beside it. An embed's date is the UTC day, in English."""
    language = world.cast.language
    day = post.published_at.astimezone(UTC)
    date = f"{day:%B} {day.day}, {day.year}"
    link = f"https://twitter.com/{post.handle}/status/{post.id}?ref_src=twsrc%5Etfw"
    return (
        '<div class="entry">\n'
        f'<blockquote class="twitter-tweet" data-lang="{language}" data-dnt="true">'
        f'<p lang="{language}" dir="ltr">{markup(post.text)}</p>{_images(post)}'
        f'&mdash; {escape(post.name)} (@{post.handle}) <a href="{escape(link)}">{date}</a></blockquote>\n'
        f'<p class="rp"><b>{post.rp:,}</b> RP</p>\n</div>'
    )


def _images(post: LivePost) -> str:
    """The face of the author and the picture, as this site adds them to an embed."""
    face = f'<img class="avatar" src="/media/{post.handle}.face.png" alt="">'
    if post.picture is None:
        return face
    return f'<img src="/media/{post.handle}.jpg" alt="{escape(post.picture.alt)}">{face}'


def _nothing(world: World, topic: str) -> str:
    return f'<p class="nothing">{escape(words(world.cast.language).say("demo-site-nothing", topic=topic))}</p>'


def _bars() -> str:
    """One class a per cent: the pages carry no inline style."""
    return "\n".join(f".w{share}{{width:{share}%}}" for share in range(101))


class TrendSite(LoopbackSite):
    """The site, running while its ``async with`` block does. ``clock`` says what time it shows."""

    @property
    def template(self) -> str:
        """The template of the trendpage source: a topic's address with ``{topic}`` in it."""
        return f"{self.url}word/{{topic}}"

    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """Front page, topics, and where their links lead."""
        return (
            ("GET", "/", self._index),
            ("GET", "/word/{topic}", self._topic),
            ("GET", "/x/hashtag/{tag}", self._tag),
            ("GET", "/x/{path:.*}", self._x),
            ("GET", "/elsewhere/{path:.*}", self._elsewhere),
            ("GET", "/site.css", style),
        )

    async def _index(self, request: web.Request) -> web.Response:
        now = self.clock()
        pages = [self.world.page(topic, now) for topic in self.world.topics]
        return answer(request, render_index(self.world, pages), "text/html")

    async def _topic(self, request: web.Request) -> web.Response:
        html = render(self.world, self.world.page(request.match_info["topic"], self.clock()))
        browser = "Mozilla" in request.headers.get("User-Agent", "")
        return answer(request, within_the_demo(html) if browser else html, "text/html")

    async def _tag(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/word/{quote(request.match_info['tag'])}")

    async def _x(self, request: web.Request) -> web.Response:
        handle = request.match_info["path"].partition("/")[0]
        post = self.world.post_by(handle, self.clock())
        if post is None:
            return await self._elsewhere(request)
        page = post_page(self.world, post, where="X", handle=f"@{post.handle}")
        return answer(request, page, "text/html")

    async def _elsewhere(self, request: web.Request) -> web.Response:
        return answer(request, nowhere_page(self.world), "text/html")


async def style(request: web.Request) -> web.Response:
    """The style sheet of all of the demo's sites."""
    return answer(request, STYLE.read_text(encoding="utf-8") + _bars(), "text/css")
