"""What a forum's posts are called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    Content,
    EntryId,
    ForumPlan,
    GuildId,
    HoldReason,
    Message,
    MessageId,
    OutboxEntry,
    PostsBy,
    SourceName,
    SummaryContent,
    Topic,
)
from bot.core.text import utf16_length
from bot.views.alerts.contents import TITLE_MAX
from bot.views.alerts.forum_post import post_title
from bot.views.kit.text import Texts
from config import LOCALES
from tests.storage.world import TOPIC, post

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def alert(text: str, *, sensitive: bool = False, topic: Topic = TOPIC) -> AlertContent:
    return AlertContent(
        topic=topic,
        source=SourceName.TRENDPAGE,
        post=replace(post(1, 200, text=text), sensitive=sensitive),
        reason=AlertReason.NEW,
        observed_at=NOW,
        min_rp=100,
        language="ja",
    )


def title(content: Content, posts_by: PostsBy = PostsBy.STORY) -> str:
    entry = OutboxEntry(EntryId(1), GuildId(1), ChannelId(2), None, content, NOW, NOW)
    message = Message(MessageId("0" * 24), GuildId(1), ChannelId(2), (entry,), NOW, forum=ForumPlan(posts_by))
    return post_title(message, Texts(LOCALES))


def test_a_story_is_called_by_its_topic_and_first_words_in_one_line() -> None:
    said = Texts(LOCALES).speaker("ja").say("forum-title-story", topic=TOPIC.name, words="一行目 二行目 です")

    assert title(alert("一行目\n二行目　です")) == said


@pytest.mark.parametrize("text", ["話" * 300, "👩‍👩‍👧" * 60, "word " * 60])
def test_a_title_is_no_longer_than_discord_takes(text: str) -> None:
    long = replace(TOPIC, name="長" * 60)

    assert all(utf16_length(title(alert(text, topic=topic))) <= TITLE_MAX for topic in (TOPIC, long))


def test_what_is_behind_a_warning_does_not_stand_in_the_title() -> None:
    assert title(alert("ネタバレ", sensitive=True)) == TOPIC.name


@pytest.mark.invariant(10)
def test_of_an_address_a_title_shows_the_host() -> None:
    """Invariant 10."""
    assert "k3y" not in title(alert("読む https://a.example/feed?token=k3y"))


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "\u3164"])
def test_a_story_without_words_is_called_by_its_topic(text: str) -> None:
    assert title(alert(text)) == TOPIC.name


def test_a_topics_post_is_called_by_the_topic() -> None:
    assert title(alert("話"), PostsBy.TOPIC) == TOPIC.name
    assert title(SummaryContent(TOPIC, HoldReason.HOURLY_LIMIT, "ja", 3)) == TOPIC.name
