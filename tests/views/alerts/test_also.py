"""Where else a told post was found, as its alert says it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import ChannelId, FoundAt, GuildId, Message, OutboxEntry, SourceName
from bot.views.alerts.message import ROOM_TO_GROW, draw, redraw
from bot.views.kit.layout import view_weight
from tests.views.drawn import NOW

from .test_message import ID, TEXTS, alert, entry

BOOKMARKS = FoundAt(SourceName.FEED, "はてなの人気記事")
PAGE = FoundAt(SourceName.TRENDPAGE)
NEWS = FoundAt(SourceName.FEED, "町の便り")


def text(*entries: OutboxEntry, live: bool = True) -> str:
    message = Message(ID, GuildId(1), ChannelId(2), entries, NOW)
    drawn = (redraw if live else draw)(message, TEXTS, age_restricted=False)
    return "\n".join(getattr(item, "content", "") for item in drawn.view.walk_children())


def found(*also: FoundAt, language: str = "ja", before: tuple[FoundAt, ...] = ()) -> OutboxEntry:
    return replace(entry(alert(language=language, also=before)), also=also)


@pytest.mark.parametrize(
    ("language", "also", "said"),
    [
        ("ja", (BOOKMARKS,), "はてなの人気記事でも話題"),
        ("ja", (BOOKMARKS, PAGE), "はてなの人気記事、トレンドページでも話題"),
        ("ja", (BOOKMARKS, PAGE, NEWS), "はてなの人気記事、トレンドページほか1か所でも話題"),
        ("en", (PAGE,), "also on Trend page"),
        ("en", (BOOKMARKS, PAGE, NEWS), "also on はてなの人気記事, Trend page and 1 more"),
    ],
)
def test_edit_says_where_else_it_was_found(language: str, also: tuple[FoundAt, ...], said: str) -> None:
    assert said in text(found(*also, language=language))


def test_first_message_says_what_was_known_when_it_was_sealed() -> None:
    known = found(BOOKMARKS, PAGE, before=(BOOKMARKS,))
    assert "はてなの人気記事でも話題" in text(known, live=False)
    assert "はてなの人気記事、トレンドページでも話題" in text(known)


@pytest.mark.invariant(7)
def test_name_of_a_feed_is_a_label_and_nothing_more() -> None:
    """Invariant 7: a feed may call itself anything."""
    said = text(found(FoundAt(SourceName.FEED, "**@everyone** [x](https://evil.example)")))
    assert "@everyone" not in said.replace("\\@", "")
    assert "](https://evil" not in said


@given(st.lists(st.text(max_size=60).map(lambda name: FoundAt(SourceName.FEED, name)), max_size=5, unique=True))
def test_places_fit_into_the_room_that_is_kept_free(also: list[FoundAt]) -> None:
    drawn = [
        redraw(Message(ID, GuildId(1), ChannelId(2), (each,), NOW), TEXTS, age_restricted=False)
        for each in (found(), found(*also))
    ]
    before, after = (view_weight(each.view) for each in drawn)
    assert after - before <= ROOM_TO_GROW
