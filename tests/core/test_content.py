"""What differs between the contents of the outbox is answered by the content itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bot.core.models import (
    CONTENTS,
    AlertContent,
    AlertReason,
    ChannelId,
    Content,
    DigestContent,
    DigestId,
    DigestPost,
    DigestTopic,
    Endpoint,
    EntryId,
    EntryKind,
    ForumPlan,
    FoundAt,
    GuildId,
    HoldReason,
    Message,
    MessageId,
    MorePosts,
    NoticeContent,
    OutageScope,
    OutboxEntry,
    Period,
    PostKey,
    PostsBy,
    RoleId,
    SourceName,
    SubscriptionId,
    SummaryContent,
    SurgeContent,
    SurgeFigures,
    TopicState,
    WelcomeContent,
)
from bot.core.surge.settings import Preset
from bot.core.text import make_topic

from .builders import NOW, a_post

TOPIC = make_topic("データセンター")
PAGE = SourceName.TRENDPAGE
POST = a_post("1", 120)
ROLE = RoleId(7)
ALERT = AlertContent(TOPIC, PAGE, POST, AlertReason.NEW, NOW, min_rp=100, language="ja", role_id=ROLE)
SUMMARY = SummaryContent(TOPIC, HoldReason.HOURLY_LIMIT, "ja", 3)
NOTICE = NoticeContent(Endpoint(PAGE), OutageScope.ALL, better=False, count=1, topics=("a",), language="ja")
DIGEST = DigestContent(
    DigestId(1),
    "朝刊",
    Period(NOW, NOW),
    "UTC",
    "ja",
    (DigestTopic(TOPIC, TopicState.NEWS, (DigestPost(POST, PAGE, 5, NOW),)),),
    role_id=ROLE,
)
SURGE = SurgeContent(
    TOPIC, PAGE, "ja", Preset.UNUSUAL, NOW, SurgeFigures(NOW, 6.0, 6.5, 120.0, 20.0), role_id=ROLE
)
WELCOME = WelcomeContent("ja")
EACH: tuple[Content, ...] = (ALERT, SUMMARY, NOTICE, DIGEST, SURGE, WELCOME)


def test_each_kind_of_the_database_has_one_class() -> None:
    assert Counter(one.kind for one in CONTENTS) == Counter(EntryKind)
    assert tuple(type(one) for one in EACH) == CONTENTS


@pytest.mark.invariant(8)
@pytest.mark.parametrize("content", [ALERT, DIGEST], ids=lambda one: type(one).__name__)
def test_a_post_that_is_taken_out_is_shown_no_more_and_its_words_are_gone(content: Content) -> None:
    left = content.without(POST.key)

    assert [shown.post for shown in content.posts()] == [POST]
    assert left.posts() == ()
    assert POST.text not in str(left)
    assert left.without(POST.key) == left


@pytest.mark.parametrize("content", EACH, ids=lambda one: type(one).__name__)
def test_taking_out_a_post_that_is_not_shown_changes_nothing(content: Content) -> None:
    assert content.without(PostKey("x:other")) is content


def test_an_alert_without_its_post_is_empty_and_a_digest_is_not() -> None:
    assert ALERT.without(POST.key).is_empty
    assert not DIGEST.without(POST.key).is_empty


@pytest.mark.invariant(8)
@pytest.mark.parametrize(("posts_by", "is_empty"), [(PostsBy.STORY, True), (PostsBy.TOPIC, False), (None, False)])
@pytest.mark.parametrize("opened", [ChannelId(9), None])
def test_forum_post_of_an_alert_goes_with_it_since_its_title_says_the_same(
    posts_by: PostsBy | None, is_empty: bool, opened: ChannelId | None
) -> None:
    forum = None if posts_by is None else ForumPlan(posts_by, opened)
    more = MorePosts(posts=2, networks=1)
    entries = [
        OutboxEntry(EntryId(1), GuildId(1), ChannelId(2), SubscriptionId(3), content, NOW, NOW, more=more)
        for content in (ALERT, ALERT.without(POST.key))
    ]
    shown, hidden = (
        Message(MessageId("m"), GuildId(1), ChannelId(2), (one,), NOW, forum=forum) for one in entries
    )

    assert (shown.is_empty, hidden.is_empty) == (False, is_empty)


def test_only_what_one_person_chose_a_role_for_mentions_it() -> None:
    assert [one.roles() for one in EACH] == [(ROLE,), (), (), (ROLE,), (ROLE,), ()]
    assert replace(ALERT, role_id=None).roles() == replace(DIGEST, role_id=None).roles() == ()


@pytest.mark.parametrize("content", [SUMMARY, NOTICE, DIGEST, ALERT.without(POST.key)])
def test_what_has_not_one_post_to_show_is_found_nowhere_else(content: Content) -> None:
    assert content.found_also(FoundAt(PAGE)) is content


def test_a_place_where_an_alert_was_found_is_named_once() -> None:
    once = ALERT.found_also(FoundAt(PAGE))

    assert once.found_also(FoundAt(PAGE)).also == (FoundAt(PAGE),)
