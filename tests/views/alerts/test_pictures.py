"""Pictures in messages: whose, how many, covered or not, and never beyond what Discord takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    FILES_MAX,
    ChannelId,
    DigestContent,
    GuildId,
    Media,
    MediaKind,
    Message,
    OutgoingFile,
    Post,
    RoleId,
)
from bot.views.alerts.message import Drawn, draw, how_many_fit
from bot.views.alerts.pictures import pictures_of
from bot.views.kit.files import attached, attached_names
from tests.views.digests.test_message import digest, news, told
from tests.views.drawn import NOW, posts, within_limits

from .test_message import ID, POST, TEXTS, alert, entry

PICTURE = Media("https://pictures.example/a.jpg", alt="猫が屋根にいる")


def a_post(number: int = 1, *, media: int = 1, **fields: Any) -> Post:
    shown = tuple(replace(PICTURE, url=f"https://pictures.example/{number}/{n}.jpg") for n in range(media))
    values: dict[str, Any] = {
        "media": shown,
        "has_media": bool(media),
        "avatar_url": "https://pictures.example/face.png",
    }
    return replace(POST, canonical_id=str(number), **(values | fields))


def a_message(*found: Post, mentions: tuple[RoleId, ...] = ()) -> Message:
    entries = tuple(entry(alert(post)) for post in found)
    return Message(ID, GuildId(1), ChannelId(2), entries, NOW, mentions=mentions)


def with_all(message: Message, *, age_restricted: bool = False) -> Drawn:
    """The message with every picture that it wants."""
    wanted = pictures_of(message.entries, age_restricted=age_restricted)
    there = attached([OutgoingFile(f"{one.slot}.jpg", b"") for one in wanted])
    return draw(message, TEXTS, age_restricted=age_restricted, media=there)


def galleries(drawn: Drawn) -> list[ui.MediaGallery[Any]]:
    return [item for item in drawn.view.walk_children() if isinstance(item, ui.MediaGallery)]


def test_a_card_shows_the_face_beside_the_text_and_the_pictures_below() -> None:
    drawn = with_all(a_message(a_post(media=4)))

    [gallery] = galleries(drawn)
    [section] = [item for item in drawn.view.walk_children() if isinstance(item, ui.Section)]
    assert isinstance(section.accessory, ui.Thumbnail)
    assert len(gallery.items) == 4
    assert gallery.items[0].description == PICTURE.alt


@pytest.mark.parametrize("count", range(1, 7))
def test_posts_share_the_files_of_a_message_each_one_first(count: int) -> None:
    message = a_message(*(a_post(number, media=4) for number in range(count)))

    shown = pictures_of(message.entries, age_restricted=False)

    marks = [one.slot.partition("-")[0] for one in shown]
    assert len(shown) == min(FILES_MAX, count * 5)
    assert len(set(marks)) == count
    assert len(set(marks[:count])) == count


def test_the_slot_of_a_picture_is_the_same_whatever_else_is_in_the_message() -> None:
    one, both = a_message(a_post(2)), a_message(a_post(1), a_post(2))

    alone = {picture.slot for picture in pictures_of(one.entries, age_restricted=False)}
    together = {picture.slot for picture in pictures_of(both.entries, age_restricted=False)}
    assert alone < together


def test_a_film_is_its_poster_and_a_sound_without_a_cover_is_nothing() -> None:
    film = Media("https://v.example/a.mp4", MediaKind.VIDEO)
    posts_of_kind = [
        replace(a_post(1), media=(film,)),
        replace(a_post(2), media=(replace(film, preview_url="https://v.example/a.jpg"),)),
        replace(a_post(3), media=(replace(film, kind=MediaKind.AUDIO),)),
    ]

    shown = [
        one
        for post in posts_of_kind
        for one in pictures_of([entry(alert(post))], age_restricted=False)
        if not one.is_face
    ]
    assert [(one.url, one.plays) for one in shown] == [("https://v.example/a.jpg", True)]


@pytest.mark.parametrize("age_restricted", [True, False])
def test_delicate_pictures_are_covered_or_not_there(age_restricted: bool) -> None:
    delicate = [a_post(1, sensitive=True), a_post(2, content_warning="蜘蛛"), a_post(3)]
    message = a_message(*delicate)

    shown = pictures_of(message.entries, age_restricted=age_restricted)

    assert [one.spoiler for one in shown].count(True) == (4 if age_restricted else 0)
    assert [one.spoiler for one in shown].count(False) == 2
    covered = [
        item.spoiler
        for gallery in galleries(with_all(message, age_restricted=age_restricted))
        for item in gallery.items
    ]
    assert sorted(covered) == ([False, True, True] if age_restricted else [False])


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", MediaKind)
@pytest.mark.parametrize("author", ["山田", None])
def test_every_picture_has_a_description_in_the_language_of_the_alert(
    language: str, kind: MediaKind, author: str | None
) -> None:
    medium = replace(PICTURE, kind=kind, alt="", preview_url="https://pictures.example/p.jpg")
    post = replace(a_post(), media=(medium,), author_name=author, author_handle=None)
    message = Message(ID, GuildId(1), ChannelId(2), (entry(alert(post, language=language)),), NOW)

    [gallery] = galleries(with_all(message))

    said = TEXTS.speaker(language)
    wanted = (
        said.say("picture-by", kind=kind.value, author=author)
        if author
        else said.say("picture-kind", kind=kind.value)
    )
    assert gallery.items[0].description == wanted


def test_a_still_of_what_moves_says_so() -> None:
    message = a_message(replace(a_post(), media=(replace(PICTURE, alt=""),), author_name=None, author_handle=None))
    [picture] = [one for one in pictures_of(message.entries, age_restricted=False) if not one.is_face]

    drawn = draw(
        message, TEXTS, age_restricted=False, media={picture.slot: f"attachment://{picture.slot}.still.jpg"}
    )

    [gallery] = galleries(drawn)
    assert gallery.items[0].description == TEXTS.speaker("ja").say("picture-kind", kind="animation")


@given(
    st.lists(posts, min_size=1, max_size=8),
    st.integers(0, 4),
    st.booleans(),
    st.booleans(),
)
def test_messages_with_pictures_keep_discords_limits(
    found: list[Post], media: int, has_face: bool, age_restricted: bool
) -> None:
    shown = [
        replace(
            post,
            canonical_id=str(number),
            media=(PICTURE,) * media,
            avatar_url="https://pictures.example/f.png" if has_face else None,
        )
        for number, post in enumerate(found)
    ]
    entries = [entry(alert(post)) for post in shown]
    fit = how_many_fit(entries, TEXTS, pictures=True)

    drawn = with_all(a_message(*shown[:fit], mentions=(RoleId(10**17),)), age_restricted=age_restricted)

    assert within_limits(drawn.view)


def test_a_message_that_was_bound_without_room_for_pictures_is_drawn_without() -> None:
    message = a_message(*(a_post(number) for number in range(6)))

    drawn = with_all(message)

    assert how_many_fit(message.entries, TEXTS) == 6
    assert within_limits(drawn.view)
    assert attached_names(drawn.view) == frozenset()


def test_a_digest_gathers_the_first_pictures_of_its_posts() -> None:
    content = digest(news(told(a_post(1)), told(a_post(2))), news(told(a_post(3)), name="AI"))
    message = Message(ID, GuildId(1), ChannelId(2), (entry(content),), NOW)

    [gallery] = galleries(with_all(message))

    assert len(gallery.items) == 3
    gone: DigestContent = content
    for shown in content.posts():
        gone = gone.without(shown.post.key)
    assert pictures_of([entry(gone)], age_restricted=True) == ()
