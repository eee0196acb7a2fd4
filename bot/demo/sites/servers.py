"""A Mastodon, a Misskey and a news site with a feed, as small as the demo's bot needs them, on loopback.

What they answer has the form of the real ones (``bot.sources.fediverse.mastodon_wire``, ``misskey_wire``).
Their people live at ``mastodon.example`` and ``misskey.example``, so that no message shows a port; the demo's page
leads those links here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from aiohttp import web

from bot.demo.sites.loopback import Handler, LoopbackSite, answer
from bot.demo.sites.pages import article_page, document, nowhere_page, post_page
from bot.demo.sites.pictures import HEIGHT, WIDTH
from bot.demo.sites.trend_site import style
from bot.demo.worlds.script import Place, ScriptedPicture
from bot.demo.worlds.world import LivePost, Published

MASTODON_NAME, MISSKEY_NAME = "mastodon.example", "misskey.example"
TREND_NAME, NEWS_NAME = "trend.example", "news.example"
_PAGE = 40
TRENDING = 3
"""Topics that the Mastodon server ranks."""


def handle_of(post: LivePost) -> str:
    """The author's name at a server, where no real account can have it."""
    return post.handle.removeprefix("demo_")


class MastodonSite(LoopbackSite):
    """Public tag timelines, single statuses, and their pages."""

    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """The API's four questions, and what a browser opens."""
        return (
            ("GET", "/api/v1/timelines/tag/{tag}", self._timeline),
            ("GET", "/api/v1/tags/{tag}", self._volume),
            ("GET", "/api/v1/trends/tags", self._trends),
            ("GET", "/api/v1/statuses/{id}", self._single),
            ("GET", "/site.css", style),
            ("GET", "/{path:.*}", self._page),
        )

    async def _timeline(self, request: web.Request) -> web.Response:
        rows = self.world.posts(request.match_info["tag"], Place.MASTODON, self.clock())
        above = max((int(request.query.get(name, 0)) for name in ("min_id", "since_id")), default=0)
        below = int(request.query.get("max_id", 1 << 63))
        limit = min(int(request.query.get("limit", 20)), _PAGE)
        found = [post for post in rows if above < post.id < below]
        found = found[-limit:] if "min_id" in request.query else found[:limit]
        return web.json_response([self._row(post) for post in found])

    async def _volume(self, request: web.Request) -> web.Response:
        page = self.world.page(request.match_info["tag"], self.clock())
        day = str(int(self.clock().timestamp()) // 86_400 * 86_400)
        history = [{"day": day, "uses": str(page.volume // 20), "accounts": str(page.volume // 30)}]
        return web.json_response({"name": request.match_info["tag"], "history": history})

    async def _trends(self, _: web.Request) -> web.Response:
        """The first topics, as tags of today beside six quieter days."""
        midnight = int(self.clock().timestamp()) // 86_400 * 86_400
        return web.json_response([self._trend(topic, midnight) for topic in self.world.topics[:TRENDING]])

    def _trend(self, topic: str, midnight: int) -> dict[str, Any]:
        uses = [
            self.world.page(topic, self.clock()).volume // 20,
            *[self.world.page(topic, self.world.start).volume // 40] * 6,
        ]
        history = [
            {"day": str(midnight - 86_400 * back), "uses": str(count), "accounts": str(count * 2 // 3)}
            for back, count in enumerate(uses)
        ]
        name = "".join(topic.split())
        return {
            "id": str(len(name)),
            "name": name,
            "url": f"https://{MASTODON_NAME}/tags/{name}",
            "history": history,
        }

    async def _single(self, request: web.Request) -> web.Response:
        post = self.world.post(request.match_info["id"], self.clock())
        if post is None:
            return web.json_response({"error": "Record not found"}, status=404)
        return web.json_response(self._row(post))

    def _row(self, post: LivePost) -> dict[str, Any]:
        name, home = handle_of(post), f"https://{MASTODON_NAME}"
        paragraphs = escape(post.text, quote=False).replace("\n\n", "</p><p>").replace("\n", "<br>")
        return {
            "id": str(post.id),
            "uri": f"{home}/users/{name}/statuses/{post.id}",
            "url": f"{home}/@{name}/{post.id}",
            "created_at": _iso(post.published_at),
            "visibility": "public",
            "language": self.world.cast.language,
            "sensitive": post.picture is not None and post.picture.sensitive,
            "spoiler_text": "",
            "content": f"<p>{paragraphs}</p>",
            "reblogs_count": post.rp,
            "favourites_count": post.rp * 2,
            "replies_count": post.rp // 12,
            "media_attachments": [] if post.picture is None else [self._attachment(post, post.picture)],
            "account": {
                "acct": f"{name}@{MASTODON_NAME}",
                "username": name,
                "display_name": post.name,
                "url": f"{home}/@{name}",
                "avatar": self.face_of(post),
                "avatar_static": self.face_of(post),
                "bot": False,
            },
        }

    def _attachment(self, post: LivePost, picture: ScriptedPicture) -> dict[str, Any]:
        drawn = self.picture_of(post.handle)
        return {
            "id": str(post.id),
            "type": "video" if picture.is_video else "image",
            "url": f"{self.url}media/{post.handle}.mp4" if picture.is_video else drawn,
            "preview_url": drawn,
            "remote_url": None,
            "meta": {"original": {"width": WIDTH, "height": HEIGHT}},
            "description": picture.alt,
        }

    async def _page(self, request: web.Request) -> web.Response:
        parts = request.match_info["path"].split("/")
        return self._shown(request, next((post for part in parts if (post := self._named(part))), None))

    def _named(self, part: str) -> LivePost | None:
        return self.world.post(part, self.clock()) or self.world.post_by(f"demo_{part.lstrip('@')}", self.clock())

    def _shown(self, request: web.Request, post: LivePost | None) -> web.Response:
        if post is None:
            return answer(request, nowhere_page(self.world), "text/html")
        handle = f"@{handle_of(post)}@{MASTODON_NAME}"
        return answer(request, post_page(self.world, post, where=MASTODON_NAME, handle=handle), "text/html")


class MisskeySite(LoopbackSite):
    """Notes by tag, single notes, and their pages."""

    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """The API's three questions, and what a browser opens."""
        return (
            ("POST", "/api/notes/search-by-tag", self._search),
            ("POST", "/api/notes/show", self._single),
            ("POST", "/api/hashtags/trend", self._trend),
            ("GET", "/site.css", style),
            ("GET", "/{path:.*}", self._page),
        )

    async def _search(self, request: web.Request) -> web.Response:
        asked: dict[str, Any] = await request.json()
        above, below = str(asked.get("sinceId") or ""), str(asked.get("untilId") or "~")
        rows = self.world.posts(str(asked.get("tag", "")), Place.MISSKEY, self.clock())
        found = [post for post in rows if above < str(post.id) < below]
        if above and not asked.get("untilId"):  # sorted upward, as Misskey does with ``sinceId`` alone
            found.reverse()
        return web.json_response([self._row(post) for post in found[: int(asked.get("limit") or 10)]])

    async def _single(self, request: web.Request) -> web.Response:
        asked: dict[str, Any] = await request.json()
        post = self.world.post(str(asked.get("noteId")), self.clock())
        if post is None:
            error = {"message": "No such note.", "code": "NO_SUCH_NOTE"}
            return web.json_response({"error": error}, status=400)
        return web.json_response(self._row(post))

    async def _trend(self, _: web.Request) -> web.Response:
        """The surging topic and another, with the people of each ten minutes, the newest first."""
        return web.json_response([self._charted(topic) for topic in (self.world.topics[0], self.world.topics[-1])])

    def _charted(self, topic: str) -> dict[str, Any]:
        now, before = (self.world.page(topic, at).volume // 400 for at in (self.clock(), self.world.start))
        return {"tag": "".join(topic.split()), "chart": [now] * 6 + [before] * 14, "usersCount": now * 3}

    def _row(self, post: LivePost) -> dict[str, Any]:
        note = f"https://{MISSKEY_NAME}/notes/{post.id}"
        return {
            "id": str(post.id),
            "uri": note,
            "url": note,
            "createdAt": _iso(post.published_at),
            "visibility": "public",
            "text": post.text,
            "cw": None,
            "renoteCount": post.rp,
            "repliesCount": post.rp // 12,
            "reactions": {"👍": post.rp * 2},
            "files": [] if post.picture is None else [self._file(post, post.picture)],
            "user": {
                "username": handle_of(post),
                "host": MISSKEY_NAME,
                "name": post.name,
                "avatarUrl": self.face_of(post),
                "isBot": False,
            },
        }

    def _file(self, post: LivePost, picture: ScriptedPicture) -> dict[str, Any]:
        drawn = self.picture_of(post.handle)
        return {
            "id": str(post.id),
            "type": "video/mp4" if picture.is_video else "image/jpeg",
            "url": f"{self.url}media/{post.handle}.mp4" if picture.is_video else drawn,
            "thumbnailUrl": drawn,
            "properties": {"width": WIDTH, "height": HEIGHT},
            "comment": picture.alt,
            "isSensitive": picture.sensitive,
        }

    async def _page(self, request: web.Request) -> web.Response:
        part = request.match_info["path"].rpartition("/")[2]
        name = part.lstrip("@").partition("@")[0]
        post = self.world.post(part, self.clock()) or self.world.post_by(f"demo_{name}", self.clock())
        if post is None:
            return answer(request, nowhere_page(self.world), "text/html")
        handle = f"@{handle_of(post)}@{MISSKEY_NAME}"
        return answer(request, post_page(self.world, post, where=MISSKEY_NAME, handle=handle), "text/html")


class NewsSite(LoopbackSite):
    """A made-up paper with a feed (RSS 2.0) that its front page names."""

    @property
    def feed(self) -> str:
        """The feed's address."""
        return f"{self.url}feed.xml"

    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """Front page, feed and articles."""
        return (
            ("GET", "/", self._index),
            ("GET", "/feed.xml", self._feed),
            ("GET", "/articles/{number}", self._article),
            ("GET", "/site.css", style),
        )

    async def _index(self, request: web.Request) -> web.Response:
        links = "\n".join(
            f'<li><a href="/articles/{one.number}"><h2>{escape(one.title)}</h2>'
            f"<p>{escape(one.summary)}</p></a></li>"
            for one in self.world.articles(self.clock())
        )
        paper = self.world.cast.paper
        html = document(
            self.world, paper, f'<header><h1>{escape(paper)}</h1></header>\n<ol class="topics">\n{links}\n</ol>'
        )
        feed = f'<link rel="alternate" type="application/rss+xml" title="{escape(paper)}" href="/feed.xml">'
        return answer(request, html.replace("</head>", f"{feed}\n</head>"), "text/html")

    async def _feed(self, request: web.Request) -> web.Response:
        items = "".join(self._item(one) for one in self.world.articles(self.clock()))
        paper, language = escape(self.world.cast.paper), self.world.cast.language
        head = f"<title>{paper}</title><link>{self.url}</link><description>{paper}</description>"
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>{head}<language>{language}</language>{items}</channel></rss>'
        )
        return answer(request, text, "application/rss+xml")

    def _item(self, one: Published) -> str:
        link = f"{self.url}articles/{one.number}"
        photo = ""
        if one.photo is not None:
            photo = (
                f'<media:content url="{self.picture_of(str(one.number))}" medium="image" type="image/jpeg">'
                f"<media:description>{escape(one.photo.alt)}</media:description></media:content>"
            )
        return (
            f"<item><title>{escape(one.title)}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{format_datetime(one.at)}</pubDate><description>{escape(one.summary)}</description>{photo}</item>"
        )

    async def _article(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        found = next((one for one in self.world.articles(self.clock()) if str(one.number) == number), None)
        if found is None:
            raise web.HTTPNotFound(text=nowhere_page(self.world), content_type="text/html")
        return answer(request, article_page(self.world, found), "text/html")


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
