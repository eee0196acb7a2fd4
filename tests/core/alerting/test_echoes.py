"""Told posts that are found elsewhere: when the first alert says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alerting.echoes import found_at
from bot.core.models import (
    EVERYWHERE,
    AlertState,
    ChannelId,
    Echo,
    FoundAt,
    Listener,
    PollState,
    SourceName,
    Topic,
    TopicKey,
    Watch,
)
from bot.core.planning.plan import plan_poll
from tests.core.builders import NOW, POLICY, TIMELINE, a_listener, a_post, a_state, a_watch, seen

CHANNEL = ChannelId(101)
TOLD_AT_X = FoundAt(SourceName.X)
FEED = a_watch(source=SourceName.FEED, target="https://www.bookmarks.example/search?q=a")
HERE = FoundAt(SourceName.FEED, "bookmarks.example")


def told(
    *listeners: Listener, place: FoundAt | None = TOLD_AT_X, hours_ago: float = 1, watch: Watch = FEED
) -> PollState:
    """The channel was told of post ``a``, which was found at ``place``."""
    state = a_state(watch=watch, listeners=listeners or (a_listener(min_rp=0),))
    shown = AlertState(150, NOW - timedelta(hours=hours_ago), place)
    key = a_post().key
    return replace(state, alerted=frozenset({(CHANNEL, key)}), shown={(CHANNEL, key): shown})


def echoed(state: PollState, *, timeline: bool = False) -> tuple[Echo, ...]:
    return plan_poll(state, seen(a_post(rp=None)), TIMELINE if timeline else POLICY, NOW).echoes


def test_alerted_post_in_a_feed_is_noted_once_for_the_channel() -> None:
    state = told(a_listener(1, channel=101), a_listener(2, channel=101), a_listener(3, channel=103))

    assert echoed(state) == (Echo(CHANNEL, a_post().key, HERE),)
    assert plan_poll(state, seen(a_post(rp=None)), POLICY, NOW).alerts == ()


def test_alert_of_two_days_ago_to_the_minute_is_still_added_to() -> None:
    assert len(echoed(told(hours_ago=48))) == 1


@pytest.mark.parametrize(
    "state",
    [
        told(place=HERE),
        told(place=None),
        told(hours_ago=49),
        replace(told(), echoed=frozenset({(CHANNEL, a_post().key)})),
        replace(told(), hidden=frozenset({(EVERYWHERE, a_post().key)})),
        replace(told(), shown={}),
    ],
    ids=["same place", "place unknown", "long ago", "noted", "hidden", "counted in a summary"],
)
def test_nothing_is_noted_that_is_no_news(state: PollState) -> None:
    assert echoed(state) == ()


def test_timeline_that_shows_an_alerted_post_is_no_news() -> None:
    """Two servers of the fediverse show the same posts."""
    assert echoed(told(watch=a_watch(source=SourceName.MISSKEY)), timeline=True) == ()


@pytest.mark.parametrize(
    ("watch", "place"),
    [
        (a_watch(), FoundAt(SourceName.TRENDPAGE)),
        (a_watch(source=SourceName.MASTODON, target="https://second.example"), FoundAt(SourceName.MASTODON)),
        (FEED, HERE),
        (
            replace(FEED, topic=Topic(TopicKey("url:0123"), "町の便り"), target="https://a.example/rss"),
            FoundAt(SourceName.FEED, "町の便り"),
        ),
    ],
)
def test_place_is_called_what_people_call_it(watch: Watch, place: FoundAt) -> None:
    assert found_at(watch) == place
