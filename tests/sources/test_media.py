"""Media and faces of posts, from every source: what it shows is kept, and nothing it sends breaks a post."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.media import with_bounded_media
from bot.core.models import Media, MediaKind, Post, SourceName
from bot.core.models.media import MEDIA_MAX
from bot.sources.x import wire as x_wire
from tests.pictured import MAKERS, face_at, is_sensitive, is_video, picture_at, pictured_posts
from tests.sources.bluesky import test_wire as bluesky
from tests.sources.fediverse import test_mastodon_wire as mastodon
from tests.sources.fediverse import test_misskey_wire as misskey
from tests.sources.x import test_wire as x

CDN = "https://cdn.example"
IMAGE, VIDEO, AUDIO, ANIMATION = MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.ANIMATION


def test_posts_of_every_source_show_their_picture_and_who_wrote_them() -> None:
    posts = pictured_posts(CDN, 200)

    assert {source for source, _ in posts} == set(SourceName)
    for number, (source, post) in enumerate(posts):
        [medium] = post.media
        played = is_video(source, number)
        assert (medium.preview_url if played else medium.url) == picture_at(CDN, source, number)
        assert medium.kind is (VIDEO if played else IMAGE)
        assert medium.sensitive is is_sensitive(source, number)
        assert post.avatar_url == (None if source is SourceName.FEED else face_at(CDN, source))
        assert post.has_media
    assert len({post.media[0].alt for source, post in posts if source is SourceName.FEED}) > 1


def media_of(source: SourceName, **fields: Any) -> list[Media]:
    return [*post_of(source, **fields).media]


def post_of(source: SourceName, **fields: Any) -> Post:
    post = POSTS[source](fields)
    assert post is not None
    return post


def tweet(fields: Mapping[str, Any]) -> Post:
    rows = fields.get("media", [])
    keys = [one.get("media_key") for one in rows if isinstance(one, dict)]
    row = x.row(attachments={"media_keys": keys}, **{name: fields[name] for name in fields.keys() - {"media"}})
    author = row["author_id"], fields.get("face")
    user = {"id": author[0], "username": "hanako", "name": "Hanako", "profile_image_url": author[1]}
    (post,) = x_wire.parse_page(x.page(row, includes={"users": [user], "media": rows})).posts
    return post


POSTS: Mapping[SourceName, Callable[[Mapping[str, Any]], Post | None]] = {
    SourceName.MASTODON: lambda fields: mastodon.post_from(**fields),
    SourceName.MISSKEY: lambda fields: misskey.post_from(**fields),
    SourceName.BLUESKY: lambda fields: bluesky.post_from(**fields),
    SourceName.X: tweet,
}


# -- Mastodon ------------------------------------------------------------------------------------------------


def attachment(**fields: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": "1",
        "type": "image",
        "url": f"{CDN}/1.jpg",
        "preview_url": f"{CDN}/1.small.jpg",
        "remote_url": "https://far.example/1.jpg",
        "meta": {"original": {"width": 2_000, "height": 1_500}, "small": {"width": 588, "height": 441}},
        "description": "川",
    }
    return known | fields


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Media(f"{CDN}/1.jpg", width=2_000, height=1_500, alt="川")),
        ({"meta": None, "description": None}, Media(f"{CDN}/1.jpg", preview_url=f"{CDN}/1.small.jpg")),
        (
            {"meta": {"small": {"width": 1_400}}, "description": ""},
            Media(f"{CDN}/1.jpg", preview_url=f"{CDN}/1.small.jpg"),
        ),
        (
            {"type": "gifv", "url": f"{CDN}/1.mp4", "meta": {}},
            Media(f"{CDN}/1.mp4", ANIMATION, preview_url=f"{CDN}/1.small.jpg", alt="川"),
        ),
        (
            {"type": "video", "url": f"{CDN}/1.mp4", "preview_url": f"{CDN}/1.mp4", "meta": []},
            Media(f"{CDN}/1.mp4", VIDEO, alt="川"),
        ),
        ({"type": "audio", "preview_url": None, "meta": 7}, Media(f"{CDN}/1.jpg", AUDIO, alt="川")),
        (
            {"type": "unknown", "url": None, "preview_url": None, "meta": {}},
            Media("https://far.example/1.jpg", alt="川"),
        ),
        ({"type": "unknown", "url": None, "remote_url": "https://far.example/1"}, None),
        ({"type": "pdf", "url": f"{CDN}/1.pdf"}, None),
        ({"type": None, "url": None, "remote_url": None}, None),
        ({"url": "javascript:alert(1)"}, None),
    ],
)
def test_attachments_of_mastodon(fields: dict[str, Any], expected: Media | None) -> None:
    found = media_of(SourceName.MASTODON, media_attachments=[attachment(**fields)])

    assert found == ([] if expected is None else [expected])


def test_attachment_of_a_sensitive_status_is_sensitive() -> None:
    [medium] = media_of(SourceName.MASTODON, sensitive=True, media_attachments=[attachment()])

    assert medium.sensitive


def test_four_attachments_are_kept_of_those_that_some_servers_allow() -> None:
    many = [attachment(url=f"{CDN}/{number}.jpg") for number in range(16)]

    kept = media_of(SourceName.MASTODON, media_attachments=[None, "x", 7, *many])

    assert [one.url for one in kept] == [f"{CDN}/{number}.jpg" for number in range(MEDIA_MAX)]


@pytest.mark.parametrize(
    ("said", "face"),
    [
        ({"avatar": f"{CDN}/moving.gif", "avatar_static": f"{CDN}/still.png"}, f"{CDN}/still.png"),
        ({"avatar": f"{CDN}/face.png"}, f"{CDN}/face.png"),
        ({"avatar": "https://mstdn.example/avatars/original/missing.png"}, None),
        ({"avatar": "/avatars/1.png", "avatar_static": 7}, None),
    ],
)
def test_face_of_an_account_of_mastodon(said: dict[str, Any], face: str | None) -> None:
    assert post_of(SourceName.MASTODON, account={"acct": "hanako"} | said).avatar_url == face


# -- Misskey -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            {"type": "image/webp", "properties": {"width": 2_048, "height": 1_024}, "comment": "川"},
            Media(f"{CDN}/1", width=2_048, height=1_024, alt="川"),
        ),
        ({"type": "image/png"}, Media(f"{CDN}/1", preview_url=f"{CDN}/t")),
        ({"type": "image/png", "properties": {}, "comment": None}, Media(f"{CDN}/1", preview_url=f"{CDN}/t")),
        ({"type": "video/mp4"}, Media(f"{CDN}/1", VIDEO, preview_url=f"{CDN}/t")),
        ({"type": "video/mp4", "thumbnailUrl": None}, Media(f"{CDN}/1", VIDEO)),
        ({"type": "video/mp4", "thumbnailUrl": f"{CDN}/1"}, Media(f"{CDN}/1", VIDEO)),
        ({"type": "audio/mpeg", "thumbnailUrl": None}, Media(f"{CDN}/1", AUDIO)),
        ({"type": "image/png", "isSensitive": True}, Media(f"{CDN}/1", preview_url=f"{CDN}/t", sensitive=True)),
        ({"type": "image/svg+xml"}, None),
        ({"type": "application/pdf"}, None),
        ({"type": None}, None),
        ({"type": "image/png", "url": None}, None),
    ],
)
def test_files_of_misskey(file: dict[str, Any], expected: Media | None) -> None:
    row = {"id": "1", "url": f"{CDN}/1", "thumbnailUrl": f"{CDN}/t"} | file

    assert media_of(SourceName.MISSKEY, files=[row]) == ([] if expected is None else [expected])


def test_file_below_a_warning_is_sensitive_and_a_face_is_kept() -> None:
    post = post_of(
        SourceName.MISSKEY,
        cw="食べ物",
        files=[{"type": "image/png", "url": f"{CDN}/1"}],
        user={"username": "hanako", "avatarUrl": f"{CDN}/face.webp"},
    )

    assert [one.sensitive for one in post.media] == [True]
    assert post.avatar_url == f"{CDN}/face.webp"


# -- Bluesky -------------------------------------------------------------------------------------------------

PICTURE = {
    "thumb": f"{CDN}/t",
    "fullsize": f"{CDN}/1",
    "alt": "川",
    "aspectRatio": {"width": 1_600, "height": 900},
}
PICTURES = {"$type": "app.bsky.embed.images#view", "images": [PICTURE]}
FULL = Media(f"{CDN}/1", preview_url=f"{CDN}/t", width=1_600, height=900, alt="川")
MOVIE = {
    "$type": "app.bsky.embed.video#view",
    "playlist": f"{CDN}/v.m3u8",
    "thumbnail": f"{CDN}/v.jpg",
    "alt": "川",
    "aspectRatio": {"width": 16, "height": 9},
}
PLAYED = Media(f"{CDN}/v.m3u8", VIDEO, preview_url=f"{CDN}/v.jpg", alt="川")
CARD = {"$type": "app.bsky.embed.external#view", "external": {"uri": "https://a.example", "thumb": f"{CDN}/c"}}


@pytest.mark.parametrize(
    ("embed", "expected"),
    [
        (PICTURES, [FULL]),
        (MOVIE, [PLAYED]),
        (MOVIE | {"thumbnail": None}, [Media(f"{CDN}/v.m3u8", VIDEO, alt="川")]),
        (CARD, [Media(f"{CDN}/c")]),
        (bluesky.quote_with(PICTURES), [FULL]),
        (bluesky.quote_with(MOVIE), [PLAYED]),
        (bluesky.quote_with(CARD), [Media(f"{CDN}/c")]),
        (bluesky.QUOTE, []),
        ({"$type": "app.bsky.embed.record#view", "record": {"embeds": [PICTURES]}}, []),
        (
            PICTURES | {"images": [PICTURE | {"aspectRatio": None, "alt": 7}]},
            [Media(f"{CDN}/1", preview_url=f"{CDN}/t")],
        ),
        (PICTURES | {"images": [None, 7, [], {"thumb": f"{CDN}/t"}]}, [Media(f"{CDN}/t")]),
        (PICTURES | {"images": "x"}, []),
        (None, []),
    ],
)
def test_embeds_of_bluesky(embed: dict[str, Any] | None, expected: list[Media]) -> None:
    assert media_of(SourceName.BLUESKY, embed=embed) == expected


@pytest.mark.parametrize("label", ["porn", "sexual", "nudity", "graphic-media", "!warn"])
def test_labelled_picture_is_sensitive(label: str) -> None:
    [medium] = media_of(SourceName.BLUESKY, embed=PICTURES, labels=[{"val": label}])

    assert medium.sensitive


def test_face_of_an_author_of_bluesky() -> None:
    assert (
        post_of(SourceName.BLUESKY, **bluesky.author(avatar=f"{CDN}/face@jpeg")).avatar_url == f"{CDN}/face@jpeg"
    )


# -- X -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"type": "photo", "url": f"{CDN}/1.jpg", "width": 1_600, "height": 900, "alt_text": "川"},
            Media(f"{CDN}/1.jpg", width=1_600, height=900, alt="川"),
        ),
        (
            {"type": "video", "preview_image_url": f"{CDN}/v.jpg"},
            Media(f"https://x.com/hanako/status/{x.ID}/video/1", VIDEO, preview_url=f"{CDN}/v.jpg"),
        ),
        (
            {"type": "animated_gif", "preview_image_url": f"{CDN}/v.jpg"},
            Media(f"https://x.com/hanako/status/{x.ID}/video/1", ANIMATION, preview_url=f"{CDN}/v.jpg"),
        ),
        ({"type": "photo", "url": None}, None),
        ({"type": "hologram", "url": f"{CDN}/1"}, None),
        ({"type": 7}, None),
    ],
)
def test_media_of_x(row: dict[str, Any], expected: Media | None) -> None:
    found = media_of(SourceName.X, media=[{"media_key": "3_1"} | row])

    assert found == ([] if expected is None else [expected])


def test_media_of_a_sensitive_post_of_x_are_sensitive_and_its_face_is_asked_for_in_another_size() -> None:
    post = post_of(
        SourceName.X,
        media=[{"media_key": "3_1", "type": "photo", "url": f"{CDN}/1.jpg"}],
        possibly_sensitive=True,
        face=f"{CDN}/profile_images/7/a_normal.jpg",
    )

    assert [one.sensitive for one in post.media] == [True]
    assert post.avatar_url == f"{CDN}/profile_images/7/a_400x400.jpg"


# -- whatever comes ------------------------------------------------------------------------------------------

addresses = st.one_of(
    st.sampled_from(
        ["", "/a.jpg", "data:image/png;base64,AA==", "https://", "http://[", "//a.example/1", f"{CDN}/1"]
    ),
    st.text(max_size=30),
    st.integers(0, 3_000).map(lambda length: f"{CDN}/" + "a" * length),
)
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), addresses
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["width", "original"]), inner, max_size=2)
    ),
    max_leaves=6,
)


def rows(names: str) -> st.SearchStrategy[list[Any]]:
    one = st.dictionaries(st.sampled_from(names.split()), values, max_size=6)
    return st.lists(st.one_of(one, values), max_size=6)


SENT: Mapping[SourceName, st.SearchStrategy[dict[str, Any]]] = {
    SourceName.MASTODON: rows("type url preview_url remote_url meta description").map(
        lambda sent: {"media_attachments": sent}
    ),
    SourceName.MISSKEY: rows("type url thumbnailUrl comment properties").map(
        lambda sent: {"files": [one for one in sent if isinstance(one, dict)]}
    ),
    SourceName.BLUESKY: st.fixed_dictionaries(
        {
            "embed": st.one_of(
                values, rows("thumb fullsize alt aspectRatio").map(lambda sent: PICTURES | {"images": sent})
            )
        }
    ),
    SourceName.X: st.fixed_dictionaries(
        {"media": rows("media_key type url preview_image_url width height alt_text"), "face": values}
    ),
}


@pytest.mark.parametrize("source", SENT)
@given(data=st.data())
def test_whatever_a_source_says_of_media_its_post_is_read_and_can_be_stored(
    source: SourceName, data: st.DataObject
) -> None:
    post = with_bounded_media(post_of(source, **data.draw(SENT[source])))

    assert post.text
    assert len(post.media) <= MEDIA_MAX
    assert msgspec.json.decode(msgspec.json.encode(post), type=Post) == post
    assert json.loads(msgspec.json.encode(post.media)) is not None


def test_every_source_is_among_the_makers() -> None:
    assert set(MAKERS) == set(SourceName)
