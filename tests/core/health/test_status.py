"""What a server is told of a watch that others listened to before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.causes import Cause
from bot.core.health.status import as_its_followers_know
from bot.core.models import ChannelId, FollowedWatch, Health, SourceName, Watch, WatchHealth, WatchId
from bot.core.text import make_topic

pytestmark = pytest.mark.invariant(10)

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
BEFORE, FOLLOWS, AFTER = NOW - timedelta(days=3), NOW - timedelta(hours=1), NOW - timedelta(minutes=9)
HERE = ChannelId(1)


def followed(cause: Cause | None, since: datetime | None, *, follows: datetime | None = FOLLOWS) -> FollowedWatch:
    health = Health.OK if cause is None else Health.DOWN
    record = WatchHealth(since=since, cause=cause, hours=40, usual_hours=3)
    watch = Watch(WatchId(1), make_topic("AI"), SourceName.MASTODON, health=health, health_record=record)
    return FollowedWatch(watch, frozenset({HERE}), {HERE: follows})


@pytest.mark.parametrize("cause", [Cause.SILENT, Cause.GAP])
def test_silence_that_began_before_somebody_followed_is_not_theirs_to_know(cause: Cause) -> None:
    """It takes long to be noticed, so that it says that others follow the topic."""
    found = as_its_followers_know(followed(cause, BEFORE)).watch

    assert found.health is Health.OK
    assert found.health_record == WatchHealth()


@pytest.mark.parametrize("cause", [Cause.UNREACHABLE, Cause.BUSY, Cause.TOPIC_UNSUPPORTED])
def test_failure_that_began_before_is_told_since_somebody_follows(cause: Cause) -> None:
    found = as_its_followers_know(followed(cause, BEFORE)).watch

    assert found.health is Health.DOWN
    assert found.health_record.cause is cause
    assert found.health_record.since == FOLLOWS


@pytest.mark.parametrize(
    "known",
    [
        followed(Cause.SILENT, AFTER),
        followed(Cause.UNREACHABLE, AFTER),
        followed(Cause.SILENT, BEFORE, follows=None),
        followed(None, BEFORE),
        followed(Cause.UNREACHABLE, None),
    ],
)
def test_what_began_while_they_followed_stays_as_it_is(known: FollowedWatch) -> None:
    assert as_its_followers_know(known).watch.health is known.watch.health
    if known.watch.health is not Health.OK:
        assert as_its_followers_know(known) == known


def test_the_earliest_of_the_channels_counts() -> None:
    other = ChannelId(2)
    known = followed(Cause.SILENT, BEFORE)
    both = replace(
        known, channels=frozenset({HERE, other}), since={HERE: FOLLOWS, other: BEFORE - timedelta(days=1)}
    )

    assert as_its_followers_know(both) == both
