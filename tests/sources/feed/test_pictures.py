"""Pictures of entries: one medium for all forms of it, posters where they belong, and no counters of readers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.media import with_bounded_media
from bot.core.models import EntryMemo, Media, MediaKind, Post, RecalledEntries
from bot.core.models.media import MEDIA_MAX
from bot.sources.feed.reading import FeedReading
from bot.sources.feed.wire import parse_feed, read_feed
from tests.costs import AT_MOST, growth

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "https://news.example/feeds/all.xml?key=secret"
CDN = "https://cdn.example"
IMAGE, VIDEO, AUDIO = MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.AUDIO
NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:hatena="http://www.hatena.ne.jp/info/xmlns#" xmlns:ht="https://trends.google.com/trending/rss"'
)


def rss(*items: str) -> str:
    written = "".join(
        f"<item><title>橋の話 {number}</title><link>https://news.example/{number}/</link>{item}</item>"
        for number, item in enumerate(items)
    )
    return f"<rss {NAMESPACES}><channel><link>https://news.example/home/</link>{written}</channel></rss>"


def only(item: str) -> Post:
    return one_of(rss(item))


def one_of(feed: str) -> Post:
    (post,) = parse_feed(feed.encode(), url=URL, now=NOW).posts
    return post


def shown(item: str) -> list[Media]:
    return [*only(item).media]


SIZES = "".join(
    f'<media:content width="{width}" url="{CDN}/5000.jpg?width={width}&amp;s=a"/>'
    for width in (140, 460, 1_500, 1_900)
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # What stands alone.
        (f'<enclosure url="{CDN}/1.jpg" type="image/jpeg" length="1"/>', [Media(f"{CDN}/1.jpg")]),
        (f'<enclosure url="{CDN}/1" type="image/png"/>', [Media(f"{CDN}/1")]),
        (f'<enclosure url="{CDN}/1.mp3" type="audio/mpeg"/>', [Media(f"{CDN}/1.mp3", AUDIO)]),
        (f'<enclosure url="{CDN}/1.webm"/>', [Media(f"{CDN}/1.webm", VIDEO)]),
        (f'<enclosure url="{CDN}/1.pdf" type="application/pdf"/>', []),
        (f'<enclosure url="{CDN}/1.svg" type="image/svg+xml"/>', []),
        (f'<media:thumbnail url="{CDN}/1"/>', [Media(f"{CDN}/1")]),
        (f'<media:thumbnail url="{CDN}/1"></media:thumbnail>', [Media(f"{CDN}/1")]),
        (f'<itunes:image href="{CDN}/1"/>', [Media(f"{CDN}/1")]),
        (f"<hatena:imageurl>{CDN}/1?a=1&amp;b=2</hatena:imageurl>", [Media(f"{CDN}/1?a=1&b=2")]),
        (f"<ht:picture><![CDATA[{CDN}/1]]></ht:picture>", [Media(f"{CDN}/1")]),
        (f"<media:thumbnail>{CDN}/1.jpg</media:thumbnail>", [Media(f"{CDN}/1.jpg")]),
        (f'<media:thumbnail width="0" height="0" url="{CDN}/1"/>', [Media(f"{CDN}/1")]),
        ('<enclosure url="/1.jpg" type="image/jpeg"/>', [Media("https://news.example/1.jpg")]),
        ('<enclosure url="1.jpg" type="image/jpeg"/>', [Media("https://news.example/home/1.jpg")]),
        # One medium in several forms: the smallest that is wide enough is fetched.
        (
            SIZES,
            [Media(f"{CDN}/5000.jpg?width=1900&s=a", preview_url=f"{CDN}/5000.jpg?width=1500&s=a", width=1_900)],
        ),
        (
            f'<media:group><media:content url="{CDN}/a.jpg" width="300" medium="image"/><media:content '
            f'url="{CDN}/b.jpg" width="900" height="600" medium="image"/></media:group>',
            [Media(f"{CDN}/b.jpg", width=900, height=600)],
        ),
        (
            f'<media:group><media:content url="{CDN}/a.jpg" medium="image"/><media:content url="{CDN}/b.jpg" '
            f'isDefault="true" medium="image"/></media:group>',
            [Media(f"{CDN}/b.jpg")],
        ),
        (
            f'<media:thumbnail url="{CDN}/small.jpg"/><media:content url="{CDN}/1.jpg" medium="image"/>',
            [Media(f"{CDN}/1.jpg")],
        ),
        (
            f'<media:content url="{CDN}/1.jpg" medium="image"/><enclosure url="{CDN}/1.jpg" type="image/jpeg"/>'
            f'<enclosure url="{CDN}/2.jpg" type="image/jpeg"/>',
            [Media(f"{CDN}/1.jpg"), Media(f"{CDN}/2.jpg")],
        ),
        (
            f'<enclosure url="{CDN}/i?id=1" type="image/png"/><enclosure url="{CDN}/i?id=2" type="image/png"/>',
            [Media(f"{CDN}/i?id=1"), Media(f"{CDN}/i?id=2")],
        ),
        # Posters.
        (
            f'<media:group><media:title>橋</media:title><media:content url="{CDN}/v/1" '
            f'type="application/x-shockwave-flash" width="640" height="390"/>'
            f'<media:thumbnail url="{CDN}/1.jpg" width="480"/></media:group>',
            [Media(f"{CDN}/v/1", VIDEO, preview_url=f"{CDN}/1.jpg", width=640, height=390)],
        ),
        (
            "".join(
                f'<media:content url="{CDN}/{name}.mp4" type="video/mp4"><media:thumbnail url="{CDN}/{name}.jpg"/>'
                "</media:content>"
                for name in "ab"
            ),
            [Media(f"{CDN}/{name}.mp4", VIDEO, preview_url=f"{CDN}/{name}.jpg") for name in "ab"],
        ),
        (
            f'<itunes:image href="{CDN}/1.jpg"/><enclosure url="{CDN}/1.mp3" type="audio/mpeg"/>',
            [Media(f"{CDN}/1.mp3", AUDIO, preview_url=f"{CDN}/1.jpg")],
        ),
        # What is said of them.
        (
            f'<media:content url="{CDN}/1.png" medium="image"><media:rating scheme="a">adult</media:rating>'
            '<media:description type="plain">川 &amp; 橋</media:description></media:content>',
            [Media(f"{CDN}/1.png", alt="川 & 橋", sensitive=True)],
        ),
        (
            f'<media:content url="{CDN}/1.png"><media:rating>nonadult</media:rating></media:content>'
            "<media:description>本文</media:description>",
            [Media(f"{CDN}/1.png")],
        ),
        # What is none.
        ('<media:content url="data:image/png;base64,AA==" medium="image"/>', []),
        ('<media:content url="javascript:alert(1)" medium="image"/>', []),
        ('<media:content url="" medium="image"/><media:thumbnail/>', []),
        ('<media:content url="http://[" medium="image"/>', []),
        ('<enclosure url="https://feeds.feedburner.com/~r/a/~4/1.gif" type="image/gif"/>', []),
        ('<media:player url="https://video.example/1"/>', []),
        (f'<media:thumbnail width="30" height="30" url="{CDN}/1"/>', []),
        (f'<media:content medium="image" width="16" height="16" url="{CDN}/1"/>', []),
        ("<media:thumbnail></media:thumbnail><media:thumbnail> </media:thumbnail>", []),
        (f'<enclosure url="{URL}" type="image/png"/>', []),
    ],
)  # fmt: skip
def test_media_of_an_entry(written: str, expected: list[Media]) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'<p>川</p><img src="{CDN}/1.jpg" alt="橋 &amp; 川" width="640" height="480px">',
         Media(f"{CDN}/1.jpg", width=640, alt="橋 & 川")),
        (f"<img alt=橋 src={CDN}/1.jpg>", Media(f"{CDN}/1.jpg", alt="橋")),
        (f"<IMG SRC='{CDN}/1.jpg'/>", Media(f"{CDN}/1.jpg")),
        ('<img src="../pics/写真 1.jpg">', Media("https://news.example/pics/%E5%86%99%E7%9C%9F%201.jpg")),
        ('<img src="//cdn.example/1.jpg">', Media(f"{CDN}/1.jpg")),
        (f'<img src="data:image/gif;base64,R0" data-src="{CDN}/1.jpg">', Media(f"{CDN}/1.jpg")),
        (f'<img width="1" height="1" src="{CDN}/p.gif"><img src="{CDN}/1.jpg">', Media(f"{CDN}/1.jpg")),
        (f'<img width="0" src="{CDN}/p.gif">', None),
        (f'<img src="{CDN}/p.gif" height=1>', None),
        ('<img src="https://b.hatena.ne.jp/entry/image/https://a.example/">', None),
        ('<img src="https://cdn-ak2.favicon.st-hatena.com/?url=a">', None),
        ('<img src="https://feeds.feedburner.com/~ff/a?d=b"/>', None),
        ('<img src="https://stats.example/pixel.gif?id=7"/>', None),
        ('<img src="https://pixel.wp.com/b.gif?host=a"/>', None),
        ('<img src="https://s.w.org/images/core/emoji/14/72x72/1f600.png" class="wp-smiley">', None),
        (f'<img src="{CDN}/a.svg">', None),
        ('<img src="#top">', None),
        ('<img src="">', None),
        ("<img>", None),
        ("<imgs src='https://cdn.example/1.jpg'>", None),
        (f'<img src="{CDN}/1.jpg" alt="', None),
    ],
)  # fmt: skip
def test_first_picture_of_a_text_is_shown_where_no_element_names_one(text: str, expected: Media | None) -> None:
    found = [] if expected is None else [expected]

    assert shown(f"<description><![CDATA[{text}]]></description>") == found
    assert shown(f'<description><![CDATA[{text}]]></description><enclosure url="{CDN}/e.png"/>') == [
        Media(f"{CDN}/e.png")
    ]


def test_plain_text_of_atom_shows_no_picture() -> None:
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><title>橋</title>
<summary>&lt;img src="{CDN}/1.jpg"&gt;</summary></entry></feed>"""

    assert one_of(feed).media == ()


def test_enclosure_of_atom_is_meant_from_its_base() -> None:
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{CDN}/a/"><entry><id>a</id><title>橋</title>
<link rel="enclosure" type="image/png" href="1.png"/></entry></feed>"""

    assert one_of(feed).media == (Media(f"{CDN}/a/1.png"),)


def test_name_and_face_of_an_author_at_note_are_the_authors() -> None:
    post = only(
        f"<media:thumbnail>{CDN}/1.jpg</media:thumbnail><note:creatorImage>{CDN}/face.jpg</note:creatorImage>"
        "<note:creatorName>花子</note:creatorName>"
    )

    assert post.media == (Media(f"{CDN}/1.jpg"),)
    assert (post.author_name, post.avatar_url) == ("花子", f"{CDN}/face.jpg")


def test_face_that_github_calls_a_thumbnail_is_the_authors() -> None:
    face = "https://avatars.githubusercontent.com/u/1?s=60&v=4"
    post = only(f'<media:thumbnail height="30" width="30" url="{face.replace("&", "&amp;")}"/>')

    assert (post.media, post.avatar_url) == ((), face)


def test_face_among_the_pictures_of_an_entry_is_its_authors() -> None:
    post = only(
        f'<media:content url="{CDN}/1.jpg" medium="image"/>'
        '<media:content url="https://1.gravatar.com/avatar/1ef?s=96&amp;d=x" medium="image"/>'
    )

    assert (post.media, post.avatar_url) == (
        (Media(f"{CDN}/1.jpg"),),
        "https://1.gravatar.com/avatar/1ef?s=96&d=x",
    )


@pytest.mark.parametrize(
    ("item", "media", "face"),
    [
        ({"image": f"{CDN}/1", "banner_image": f"{CDN}/2"}, [Media(f"{CDN}/1")], None),
        ({"banner_image": f"{CDN}/2"}, [Media(f"{CDN}/2")], None),
        (
            {"image": f"{CDN}/1", "attachments": [{"url": f"{CDN}/1.mp3", "mime_type": "audio/mpeg"}]},
            [Media(f"{CDN}/1.mp3", AUDIO, preview_url=f"{CDN}/1")],
            None,
        ),
        ({"content_html": f"<img src='{CDN}/1.png'>"}, [Media(f"{CDN}/1.png")], None),
        ({"authors": [{"name": "花子", "avatar": f"{CDN}/face.png"}]}, [], f"{CDN}/face.png"),
        ({"author": {"avatar": f"{CDN}/face.png"}}, [], f"{CDN}/face.png"),
        ({"image": 7, "attachments": {"url": f"{CDN}/1"}, "authors": "花子"}, [], None),
        ({"attachments": [None, 7, {}, {"url": 7}, {"url": "a.zip", "mime_type": "application/zip"}]}, [], None),
    ],
)  # fmt: skip
def test_media_of_a_json_feed(item: dict[str, Any], media: list[Media], face: str | None) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "橋"} | item]}

    post = one_of(json.dumps(feed))

    assert ([*post.media], post.avatar_url) == (media, face)


def test_four_pictures_of_many_are_kept() -> None:
    many = "".join(f'<enclosure url="{CDN}/{number}.jpg" type="image/jpeg"/>' for number in range(50))

    assert [one.url for one in shown(many)] == [f"{CDN}/{number}.jpg" for number in range(MEDIA_MAX)]


def test_group_that_is_not_closed_holds_nothing_of_the_next_entry() -> None:
    feed = rss(
        f'<media:group><media:content url="{CDN}/a.jpg" medium="image">',
        f'<media:description>本文</media:description><media:content url="{CDN}/b.jpg" medium="image"/>',
    )

    assert [post.media for post in parse_feed(feed.encode(), url=URL, now=NOW).posts] == [
        (Media(f"{CDN}/a.jpg"),),
        (Media(f"{CDN}/b.jpg"),),
    ]


def test_entry_that_comes_again_as_it_was_keeps_its_pictures() -> None:
    body = rss(SIZES, f"<description>&lt;img src='{CDN}/1.jpg'&gt;</description>").encode()
    first = read_feed(FeedReading(body, URL, NOW, keep=True))
    assert isinstance(first.memo, EntryMemo)

    again = read_feed(
        FeedReading(
            body, URL, NOW, keep=True, recalled=RecalledEntries(first.memo, {one.key: one for one in first.posts})
        )
    )

    assert [one.media for one in again.posts] == [one.media for one in first.posts]
    assert all(one.media for one in again.posts)


PIECES = [
    "<media:content ", "<media:thumbnail ", "<media:group>", "</media:group>", "</media:content>", "<enclosure ",
    "<img ", "<itunes:image ", f'url="{CDN}/1.jpg" ', 'url="', "href='/1' ", 'src="https://[" ', 'width="', "/>",
    "9" * 30, ">", "<description>", "<![CDATA[", "]]>", "</description>", "</item><item><title>b</title>",
    "alt='&#0;'",
    "<media:rating>adult</media:rating>", "&lt;img src=", "\ud800", "\u202e",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=25).map("".join))
def test_whatever_stands_in_an_entry_its_feed_is_read(written: str) -> None:
    feed = rss(written, f'<enclosure url="{CDN}/2.jpg"/>').encode("utf-8", "replace")

    for post in parse_feed(feed, url=URL, now=NOW).posts:
        assert len(post.media) <= MEDIA_MAX
        assert with_bounded_media(post) == post
        assert "secret" not in str(post.media)


@pytest.mark.invariant(11)
@pytest.mark.parametrize(
    "piece",
    [
        f'<media:content url="{CDN}/1.jpg" width="1"/>',
        "<media:group>",
        "&lt;img ",
        "&lt;img src='a",
        '&lt;img src="a" ',
        f"&lt;img width=1 src='{CDN}/1'&gt;",
    ],
)
def test_twice_as_many_pictures_take_twice_the_time(piece: str) -> None:
    def reading(size: int) -> Callable[[], object]:
        body = rss(f"<description>{piece * size}</description>").encode()
        return lambda: parse_feed(body, url=URL, now=NOW)

    assert growth(reading, 2_000) <= AT_MOST
