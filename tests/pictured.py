"""Posts with media of every source, as its own answers show them: made by each source's parser, not by hand.

    posts = pictured_posts("http://127.0.0.1:8080/media", 200)

Each picture is at ``picture_at``, each face at ``face_at``. Of each source every tenth post is a video, and every
eleventh is sensitive, as far as the source says such things.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final

from bot.core.models import Post, SourceName
from bot.sources.bluesky import wire as bluesky_wire
from bot.sources.fediverse import mastodon_wire, misskey_wire
from bot.sources.feed.wire import parse_feed
from bot.sources.trendpage.page import parse as parse_trend_page
from bot.sources.x import wire as x_wire
from tests.fakes.x_server import id_at

WRITTEN: Final = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ALTS: Final = ("夕方の川と橋", "A bridge over a river in the evening", "")
WIDTH, HEIGHT = 1_600, 900


def pictured_posts(base: str, count: int) -> list[tuple[SourceName, Post]]:
    """So many posts of all sources in turn, each with media at ``base``."""
    makers = [*MAKERS.items()]
    return [
        (source, make(base, number)) for number in range(count) for source, make in [makers[number % len(makers)]]
    ]


def is_video(source: SourceName, number: int) -> bool:
    """Whether the post of this number shows a video."""
    return _turn(number) % 10 == 9 and source is not SourceName.TRENDPAGE


def is_sensitive(source: SourceName, number: int) -> bool:
    """Whether the media of the post of this number are marked as sensitive."""
    return _turn(number) % 11 == 10 and source is not SourceName.TRENDPAGE


def _turn(number: int) -> int:
    """The number of posts of the same source before it."""
    return number // len(MAKERS)


def picture_at(base: str, source: SourceName, number: int) -> str:
    """The address of what a post's picture is made of: the picture, or the poster of the video."""
    return f"{base}/{source}-{number}{'-poster' if is_video(source, number) else ''}.jpg"


def face_at(base: str, source: SourceName) -> str:
    """The address of the author's face."""
    return f"{base}/{source}-face.png"


def _alt(number: int) -> str:
    return ALTS[_turn(number) % len(ALTS)]


def _at(number: int) -> datetime:
    return WRITTEN + timedelta(minutes=number)


def mastodon_post(base: str, number: int) -> Post:
    """A status with one attachment."""
    source = SourceName.MASTODON
    played = is_video(source, number)
    status = {
        "id": str(115_600_000_000_000_000 + number),
        "created_at": _at(number).isoformat(),
        "sensitive": is_sensitive(source, number),
        "spoiler_text": "",
        "visibility": "public",
        "uri": f"https://mstdn.example/users/hanako/statuses/{number}",
        "url": f"https://mstdn.example/@hanako/{number}",
        "content": f"<p>川の話 {number}</p>",
        "reblogs_count": 100 + number,
        "account": {"acct": "hanako", "display_name": "花子", "avatar_static": face_at(base, source)},
        "media_attachments": [
            {
                "type": "video" if played else "image",
                "url": f"{base}/{source}-{number}.{'mp4' if played else 'jpg'}",
                "preview_url": f"{base}/{source}-{number}-{'poster' if played else 'small'}.jpg",
                "meta": {"original": {"width": WIDTH, "height": HEIGHT}, "small": {"width": 640, "height": 360}},
                "description": _alt(number),
            }
        ],
    }
    return _one(mastodon_wire.posts_of(mastodon_wire.parse_statuses(_json([status])), host="mstdn.example"))


def misskey_post(base: str, number: int) -> Post:
    """A note with one file."""
    source = SourceName.MISSKEY
    played = is_video(source, number)
    note = {
        "id": f"aky{number:07d}",
        "createdAt": _at(number).isoformat(),
        "visibility": "public",
        "user": {"username": "hanako", "name": "花子", "avatarUrl": face_at(base, source)},
        "text": f"川の話 {number}",
        "renoteCount": 100 + number,
        "files": [
            {
                "type": "video/mp4" if played else "image/jpeg",
                "url": f"{base}/{source}-{number}.{'mp4' if played else 'jpg'}",
                "thumbnailUrl": f"{base}/{source}-{number}-{'poster' if played else 'small'}.jpg",
                "properties": {"width": WIDTH, "height": HEIGHT},
                "comment": _alt(number) or None,
                "isSensitive": is_sensitive(source, number),
            }
        ],
    }
    return _one(misskey_wire.posts_of(misskey_wire.parse_notes(_json([note])), host="misskey.example"))


def bluesky_post(base: str, number: int) -> Post:
    """A post with one picture, or a video."""
    source = SourceName.BLUESKY
    ratio = {"width": WIDTH, "height": HEIGHT}
    picture = picture_at(base, source, number)
    embed: dict[str, Any] = {
        "$type": "app.bsky.embed.images#view",
        "images": [{"thumb": picture, "fullsize": picture, "alt": _alt(number), "aspectRatio": ratio}],
    }
    if is_video(source, number):
        embed = {
            "$type": "app.bsky.embed.video#view",
            "playlist": f"{base}/{source}-{number}.m3u8",
            "thumbnail": picture,
            "alt": _alt(number),
            "aspectRatio": ratio,
        }
    view = {
        "uri": f"at://did:plc:hanako/app.bsky.feed.post/3k{number}",
        "author": {"handle": "hanako.example", "displayName": "花子", "avatar": face_at(base, source)},
        "record": {"text": f"川の話 {number}", "createdAt": _at(number).isoformat()},
        "indexedAt": _at(number).isoformat(),
        "repostCount": 100 + number,
        "labels": [{"val": "porn"}] if is_sensitive(source, number) else [],
        "embed": embed,
    }
    return _one(bluesky_wire.posts_of(bluesky_wire.parse_page(_json({"posts": [view]})).posts))


def x_post(base: str, number: int) -> Post:
    """A post with one picture, or a video."""
    source = SourceName.X
    played = is_video(source, number)
    at = picture_at(base, source, number)
    tweet = {
        "id": id_at(_at(number), number),
        "text": f"川の話 {number}",
        "author_id": "7",
        "possibly_sensitive": is_sensitive(source, number),
        "public_metrics": {"retweet_count": 100 + number},
        "attachments": {"media_keys": ["m_1"]},
    }
    medium = {
        "media_key": "m_1",
        "type": "video" if played else "photo",
        "preview_image_url" if played else "url": at,
        "width": WIDTH,
        "height": HEIGHT,
        "alt_text": _alt(number),
    }
    author = {"id": "7", "username": "hanako", "name": "花子", "profile_image_url": face_at(base, source)}
    answer = {"data": [tweet], "includes": {"users": [author], "media": [medium]}, "meta": {"result_count": 1}}
    return _one(x_wire.parse_page(_json(answer), search=True).posts)


def feed_post(base: str, number: int) -> Post:
    """An article with an enclosure, a picture of Media RSS, or one in its text."""
    source = SourceName.FEED
    at = picture_at(base, source, number)
    alt, rating = escape(_alt(number)), "adult" if is_sensitive(source, number) else "nonadult"
    about = f"<media:rating>{rating}</media:rating><media:description>{alt}</media:description>"
    forms = (
        f'<media:content url="{at}" medium="image" width="{WIDTH}" height="{HEIGHT}">{about}</media:content>',
        f'<enclosure url="{at}" type="image/jpeg" length="1"/><media:rating>{rating}</media:rating>',
        f"<description>&lt;p&gt;川&lt;/p&gt;&lt;img src='{at}' alt='{alt}'&gt;</description>",
    )
    written = forms[_turn(number) % (2 if is_sensitive(source, number) else 3)]
    if is_video(source, number):
        movie = f"{base}/{source}-{number}.mp4"
        written = (
            f'<media:content url="{movie}" type="video/mp4">{about}<media:thumbnail url="{at}"/></media:content>'
        )
    item = f"<item><title>川の話 {number}</title><link>https://news.example/{number}</link>{written}</item>"
    feed = f'<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><title>便り</title>{item}</channel></rss>'
    return _one(parse_feed(feed.encode(), url="https://news.example/feed", now=_at(number)).posts)


def trend_page_post(base: str, number: int) -> Post:
    """A quoted post with a picture in it; a page marks neither videos nor what is sensitive."""
    at = picture_at(base, SourceName.TRENDPAGE, number)
    status = id_at(_at(number), number)
    face = f'<img class="avatar" src="{face_at(base, SourceName.TRENDPAGE)}">'
    page = f"""<h1>川</h1><p>1,234post</p><p>2026/11/22 12:00時点</p><h2>人気のポスト</h2>
<blockquote>{face}<p lang="ja">川の話 {number}</p><img src="{at}" alt="{escape(_alt(number))}">
&mdash; 花子 (@hanako) <a href="https://x.com/hanako/status/{status}">November 22, 2026</a></blockquote>
{number}RP"""
    return _one(parse_trend_page(page.encode(), now=_at(number), url="https://trends.example/").posts)


MAKERS: Final[Mapping[SourceName, Callable[[str, int], Post]]] = {
    SourceName.TRENDPAGE: trend_page_post,
    SourceName.MASTODON: mastodon_post,
    SourceName.MISSKEY: misskey_post,
    SourceName.BLUESKY: bluesky_post,
    SourceName.X: x_post,
    SourceName.FEED: feed_post,
}
"""A maker for every source; its arguments are the base of addresses and the post's number."""


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _one(posts: tuple[Post, ...]) -> Post:
    (post,) = posts
    return post
