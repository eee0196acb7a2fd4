"""One author or one site that makes most of an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.alerting.dominance import POSTS_MIN, Dominance, dominance, is_asked, marked
from bot.core.models import (
    Alert,
    AlertContent,
    AlertReason,
    ChannelId,
    GuildId,
    Health,
    MostBy,
    Network,
    PollPlan,
    Post,
    SourceName,
    SubscriptionId,
    Topic,
    Validators,
    Watch,
    WatchId,
    WatchUpdate,
)  # fmt: skip
from bot.core.text import make_topic

BRIDGE = make_topic("橋")
NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def posts(count: int, author: str = "", text: str = "橋の話", minutes: int = 10) -> list[Post]:
    published_at = NOW - timedelta(minutes=minutes)
    return [
        Post(Network.X, f"{author}{text}{n}", text, author_handle=author or f"person{n}", created_at=published_at)
        for n in range(count)
    ]


def plan(*contents: AlertContent, topic: Topic = BRIDGE) -> PollPlan:
    """A look that tells these to two channels each."""
    watch = Watch(WatchId(1), topic, SourceName.TRENDPAGE)
    alerts = [Alert(SubscriptionId(n), GuildId(1), ChannelId(n), one) for one in contents for n in (1, 2)]
    update = WatchUpdate(NOW, None, Validators(), NOW, 0, Health.OK, None)
    return PollPlan(watch, NOW, update, alerts=tuple(alerts))


def test_alerts_of_an_hour_that_is_mostly_ones_are_marked_and_stay_one_content() -> None:
    content = AlertContent(
        make_topic("橋"), SourceName.TRENDPAGE, posts(1)[0], AlertReason.NEW, NOW, min_rp=1, language="ja"
    )

    by_one = marked(plan(content), posts(POSTS_MIN, "loud")).alerts
    by_site = marked(plan(content), posts(POSTS_MIN, text="https://shop.example/1")).alerts

    assert [alert.content.most_by for alert in (*by_one, *by_site)] == [MostBy.AUTHOR] * 2 + [MostBy.SITE] * 2
    assert by_one[0].content is by_one[1].content
    assert marked(plan(content), posts(POSTS_MIN)).alerts[0].content.most_by is None


def test_it_is_asked_only_where_something_is_alerted_and_the_topic_is_no_feed() -> None:
    content = AlertContent(
        make_topic("橋"), SourceName.TRENDPAGE, posts(1)[0], AlertReason.NEW, NOW, min_rp=1, language="ja"
    )

    assert is_asked(plan(content))
    assert not is_asked(plan())
    assert not is_asked(plan(content, topic=make_topic("https://a.example/feed")))


def test_author_of_most_posts_of_the_hour_is_named() -> None:
    assert dominance([*posts(5, "loud"), *posts(4)], NOW) == Dominance("loud", True, 5, 9)


def test_site_that_most_posts_link_to_is_named() -> None:
    found = dominance([*posts(4, text="買う https://www.Shop.example/1 https://t.co/a"), *posts(3)], NOW)

    assert found == Dominance("shop.example", False, 4, 7)


def test_half_of_them_is_not_most() -> None:
    assert dominance([*posts(4, "loud"), *posts(4)], NOW) is None


def test_few_posts_or_older_ones_say_nothing() -> None:
    assert dominance(posts(POSTS_MIN - 1, "loud"), NOW) is None
    assert dominance(posts(20, "loud", minutes=90), NOW) is None
    assert dominance([replace(post, day_only=True) for post in posts(20, "loud")], NOW) is None


def test_link_to_x_itself_is_no_site() -> None:
    assert dominance(posts(9, text="見て https://t.co/abc"), NOW) is None
