"""What is told of sources that cannot be read, step by step and over any course of things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.causes import Cause
from bot.core.health.incidents import (
    NOTIFY_AFTER,
    OPERATOR_CHANNEL,
    REPEAT_AFTER,
    TOPICS_NAMED,
    endpoint_of,
    plan_notices,
)
from bot.core.models import (
    ChannelId,
    DependentWatch,
    Endpoint,
    GuildId,
    Health,
    Incident,
    NoticeContent,
    NoticePlan,
    OutageScope,
    SourceName,
    WatchHealth,
    WatchId,
)
from tests.core.builders import NOW

CHANNEL = ChannelId(100)
BUSY, NO_RP, NO_AUTHORS, SILENT = Cause.BUSY, Cause.NO_RP, Cause.NO_AUTHORS, Cause.SILENT
LONG = NOTIFY_AFTER + timedelta(minutes=1)
MINUTE = timedelta(minutes=1)


def dependent(number: int = 1, **more: object) -> DependentWatch:
    """A topic that was read well five minutes ago."""
    well = DependentWatch(
        watch_id=WatchId(number),
        channel_id=CHANNEL,
        guild_id=GuildId(7),
        source=SourceName.MASTODON,
        target=None,
        topic_name=f"話題{number}",
        health=Health.OK,
        failures=0,
        next_poll_at=NOW + 5 * MINUTE,
        last_ok_at=NOW - 5 * MINUTE,
        health_record=WatchHealth(),
        language="ja",
    )
    return replace(well, **more)  # type: ignore[arg-type]


def failing(number: int = 1, ago: timedelta = LONG, **more: object) -> DependentWatch:
    """A topic that failed for so long, three times."""
    health_record = WatchHealth(since=NOW - ago, cause=BUSY)
    broken = dependent(
        number, health=Health.DOWN, failures=3, health_record=health_record, last_ok_at=NOW - ago - 5 * MINUTE
    )
    return replace(broken, **more)  # type: ignore[arg-type]


def drifted(number: int = 1, ago: timedelta = LONG, why: Cause = NO_RP) -> DependentWatch:
    """A topic whose page lost something so long ago, and was read again since."""
    return dependent(number, health=Health.DEGRADED, health_record=WatchHealth(since=NOW - ago, cause=why))


def recovered(number: int = 1, ago: timedelta = timedelta(minutes=11)) -> DependentWatch:
    return dependent(number, health_record=WatchHealth(since=NOW - ago))


def was_told(extent: OutageScope, **more: object) -> Incident:
    incident = Incident(CHANNEL, GuildId(7), Endpoint(SourceName.MASTODON), extent)
    return replace(incident, **more)  # type: ignore[arg-type]


def said(
    dependents: Sequence[DependentWatch], *incidents: Incident, now: datetime = NOW
) -> list[tuple[OutageScope, bool]]:
    """How much is said to be unwell, and whether it is good news."""
    contents = [plan.content for plan in plan_notices(dependents, incidents, now)]
    return [(content.scope, content.better) for content in contents if content is not None]


def only(plans: Sequence[NoticePlan]) -> NoticeContent:
    (plan,) = plans
    assert plan.content is not None
    return plan.content


BAD_ALL, BAD_SOME = (OutageScope.ALL, False), (OutageScope.SOME, False)
WELL, PARTLY = (OutageScope.NONE, True), (OutageScope.SOME, True)


# -- bad news ------------------------------------------------------------------------------------------


@pytest.mark.invariant(10)
def test_outage_is_told_since_the_channel_depends_on_the_source() -> None:
    """What began before was met by polls for others."""
    old, new = timedelta(days=3), timedelta(hours=1)

    late = plan_notices([failing(1, old, listened_since=NOW - new)], [], NOW)
    always = plan_notices([failing(1, old), failing(2, old, listened_since=NOW - new)], [], NOW)

    assert only(late).since == NOW - new
    assert only(always).since == NOW - old


@pytest.mark.invariant(5)
def test_all_topics_of_a_channel_at_a_broken_source_are_one_notice() -> None:
    content = only(plan_notices([failing(number) for number in range(12)], [], NOW))

    assert (content.scope, content.better, content.count) == (OutageScope.ALL, False, 12)
    assert content.topics == tuple(f"話題{number}" for number in range(TOPICS_NAMED))
    assert (content.since, content.cause, content.language) == (NOW - LONG, BUSY, "ja")


@pytest.mark.parametrize(
    "blip",
    [
        failing(ago=NOTIFY_AFTER - MINUTE),
        failing(failures=1),
        failing(health=Health.DEGRADED),
        failing(next_poll_at=NOW - MINUTE),
        replace(drifted(), last_ok_at=NOW - LONG),
        drifted(why=SILENT),
        drifted(why=NO_AUTHORS),
        failing(health_record=WatchHealth(NOW - LONG, Cause.TOPIC_UNSUPPORTED)),
        dependent(),
    ],
    ids=["short", "one look", "not down yet", "overdue", "drift at one look", "silent", "minor", "unfit", "well"],
)
def test_what_is_not_certain_or_keeps_no_alert_away_is_not_sent(blip: DependentWatch) -> None:
    assert said([blip]) == []


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    "sick",
    [
        failing(),
        drifted(),
        failing(health=Health.DEGRADED, health_record=WatchHealth(NOW - LONG, Cause.CHANGED)),
    ],
)
def test_what_is_certain_is_sent(sick: DependentWatch) -> None:
    assert said([sick]) == [BAD_ALL]


def test_the_operator_hears_of_small_losses_too() -> None:
    assert said([replace(drifted(why=NO_AUTHORS), channel_id=OPERATOR_CHANNEL)]) == [BAD_ALL]


def test_where_others_are_read_well_meanwhile_some_topics_are_affected() -> None:
    content = only(plan_notices([failing(1), dependent(2)], [], NOW))

    assert (content.scope, content.topics) == (OutageScope.SOME, ("話題1",))


def test_a_topic_not_polled_since_is_no_witness() -> None:
    assert said([failing(1), dependent(2, last_ok_at=NOW - LONG - MINUTE)]) == [BAD_ALL]


@pytest.mark.invariant(5)
def test_a_page_that_is_gone_does_not_hide_that_the_source_breaks_later() -> None:
    gone = failing(1, ago=timedelta(days=9))
    told = was_told(OutageScope.SOME, some_at=NOW - timedelta(hours=1))

    assert said([gone, dependent(2)], told) == []
    assert said([gone, failing(2)], told) == [BAD_ALL]
    assert only(plan_notices([gone, failing(2)], [told], NOW)).since == NOW - LONG


def test_that_all_are_unwell_is_certain_when_most_are() -> None:
    once = failing(failures=1)

    assert said([failing(1), replace(once, watch_id=WatchId(2)), replace(once, watch_id=WatchId(3))]) == []
    assert only(plan_notices([failing(4), failing(2), once], [], NOW)).count == 2 + 1


def test_other_servers_and_other_channels_have_their_own_notice() -> None:
    dependents = [
        failing(1),
        failing(2, source=SourceName.MISSKEY, target="https://one.example"),
        failing(3, source=SourceName.MISSKEY, target="https://two.example"),
        failing(1, channel_id=ChannelId(101)),
    ]

    plans = plan_notices(dependents, [], NOW)

    assert [(plan.before.channel_id, plan.before.endpoint) for plan in plans] == [
        (100, Endpoint(SourceName.MASTODON)),
        (100, Endpoint(SourceName.MISSKEY, "one.example")),
        (100, Endpoint(SourceName.MISSKEY, "two.example")),
        (101, Endpoint(SourceName.MASTODON)),
    ]


def test_channel_that_muted_everything_hears_it_when_it_listens_again() -> None:
    assert said([failing(muted=True)]) == []
    assert only(plan_notices([failing(1, muted=True), failing(2)], [], NOW)).topics == ("話題2",)


@pytest.mark.parametrize(
    ("target", "host"),
    [
        (None, ""),
        ("https://Misskey.Example:8443/notes", "misskey.example:8443"),
        ("https://me:secret@feeds.example/rss", "feeds.example"),
        ("http://[broken", ""),
        ("データセンター", ""),
    ],
)
def test_place_is_the_server_without_what_may_be_secret(target: str | None, host: str) -> None:
    assert endpoint_of(SourceName.FEED, target) == Endpoint(SourceName.FEED, host)


# -- good news -----------------------------------------------------------------------------------------


def test_well_again_is_sent_once_all_topics_are() -> None:
    told = was_told(OutageScope.ALL, all_at=NOW - timedelta(hours=1))

    assert said([recovered(1), failing(2, ago=timedelta(hours=1))], replace(told, scope=OutageScope.SOME)) == []
    assert said([recovered(1), recovered(2, ago=9 * MINUTE)], told) == []
    assert said([recovered(1), recovered(2)], told) == [WELL]


def test_all_but_some_can_be_read_again_once_all_were_polled() -> None:
    told = was_told(OutageScope.ALL, all_at=NOW - timedelta(hours=1))
    still = failing(3, ago=timedelta(days=1))
    dependents = [recovered(1, ago=timedelta(hours=8)), recovered(2, ago=timedelta(hours=8)), still]

    assert said([recovered(1, ago=timedelta(hours=7)), dependents[1], still], told) == []
    content = only(plan_notices(dependents, [told], NOW))

    assert ((content.scope, content.better), content.topics) == (PARTLY, ("話題3",))


def test_topic_that_was_not_polled_since_is_no_sign_of_recovery() -> None:
    told = was_told(OutageScope.ALL, all_at=NOW - MINUTE)

    assert said([failing(1), dependent(2, last_ok_at=NOW - LONG - MINUTE)], told) == []


def test_what_nobody_follows_any_more_ends_without_a_word() -> None:
    told = was_told(OutageScope.ALL)
    over = was_told(OutageScope.NONE, endpoint=Endpoint(SourceName.X))

    assert plan_notices([], [told, over], NOW) == [NoticePlan(told, None)]


@pytest.mark.invariant(3)
def test_bad_news_of_a_source_that_comes_and_goes_wait_six_hours() -> None:
    over = was_told(OutageScope.NONE, all_at=NOW - timedelta(hours=1))

    assert said([failing()], over) == []
    assert said([failing(1), dependent(2)], over) == []
    assert said([failing(ago=timedelta(hours=7))], replace(over, all_at=NOW - REPEAT_AFTER)) == [BAD_ALL]


# -- any course of things ------------------------------------------------------------------------------


@dataclass
class Story:
    """Topics at one source that is up or down a stretch at a time, looked at every five minutes."""

    topics: int
    dependents: list[DependentWatch] = field(default_factory=list)
    incident: Incident = field(default_factory=lambda: was_told(OutageScope.NONE))
    told: list[tuple[datetime, OutageScope, bool]] = field(default_factory=list)

    def run(self, stretches: Sequence[tuple[bool, int]]) -> None:
        self.dependents, now = [dependent(number) for number in range(self.topics)], NOW
        for is_up, polls in stretches:
            for _ in range(polls):
                now += 5 * MINUTE
                self.dependents = [self._polled(one, now, is_up=is_up) for one in self.dependents]
                self._tell(now + MINUTE)

    def _polled(self, one: DependentWatch, now: datetime, *, is_up: bool) -> DependentWatch:
        after = replace(one, next_poll_at=now + 5 * MINUTE)
        if is_up:
            health_record = one.health_record if one.health is Health.OK else WatchHealth(since=now)
            return replace(after, health=Health.OK, failures=0, last_ok_at=now, health_record=health_record)
        health_record = WatchHealth(since=one.health_record.since if one.failures else now, cause=BUSY)
        return replace(after, health=Health.DOWN, failures=one.failures + 1, health_record=health_record)

    def _tell(self, now: datetime) -> None:
        for plan in plan_notices(self.dependents, [self.incident], now):
            content = plan.content
            assert content is not None
            self.told.append((now, content.scope, content.better))
            worst = now if not content.better else self.incident.all_at
            self.incident = replace(self.incident, scope=content.scope, all_at=worst)


stretches = st.lists(st.tuples(st.booleans(), st.integers(1, 60)), min_size=1, max_size=12)


@pytest.mark.invariant(3)
@given(stretches, st.integers(1, 3))
def test_news_alternate_and_bad_ones_are_six_hours_apart(course: list[tuple[bool, int]], topics: int) -> None:
    story = Story(topics)

    story.run(course)

    assert [better for _, _, better in story.told] == [number % 2 == 1 for number in range(len(story.told))]
    bad = [at for at, _, better in story.told if not better]
    assert all(later - sooner >= REPEAT_AFTER for sooner, later in pairwise(bad))


@pytest.mark.invariant(5)
@given(stretches, st.integers(1, 3))
def test_a_source_that_stays_down_is_reported_in_the_end_and_one_that_stays_up_too(
    course: list[tuple[bool, int]], topics: int
) -> None:
    down, up = Story(topics), Story(topics)

    down.run([*course, (False, 100)])
    up.run([*course, (True, 100)])

    assert down.incident.scope is OutageScope.ALL
    assert up.incident.scope is OutageScope.NONE


def test_feeds_of_one_host_have_one_endpoint_which_is_found_without_comparing() -> None:
    one, other = (endpoint_of(SourceName.FEED, f"https://a.example/{name}.xml") for name in "ab")

    assert one is other
