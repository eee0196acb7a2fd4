"""plan_poll, in tables: each invariant of docs/architecture.md that is decided here, by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.cadence.host_budget import HostBudget
from bot.core.errors import (
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceUnreachable,
    TopicUnfit,
)
from bot.core.models import (
    EVERYWHERE,
    Alert,
    AlertReason,
    AnswerTrait,
    ArrivalStats,
    BaselineReason,
    EntryMemo,
    FetchResult,
    GuildId,
    Health,
    HoldReason,
    NotModified,
    PollPlan,
    Rules,
    Snapshot,
    SourceName,
    Validators,
    Watch,
    WatchHealth,
)
from bot.core.planning.plan import needs_state, plan_failure, plan_poll, plan_unchanged
from bot.core.planning.posts import SMALL_MEMO
from tests.core.builders import NOW, POLICY, TIMELINE, a_listener, a_post, a_state, a_watch, known, seen

DAY = timedelta(days=1)


def told(plan: PollPlan) -> list[tuple[int, str, AlertReason]]:
    return [(a.channel_id, a.content.post.canonical_id, a.content.reason) for a in plan.alerts]


# -- invariant 4: a crossing is a crossing ---------------------------------------------------------------


@pytest.mark.invariant(4)
def test_new_post_at_min_rp_is_alerted_as_new() -> None:
    plan = plan_poll(a_state(), seen(a_post("a", 100), a_post("b", 99)), POLICY, NOW)

    assert told(plan) == [(101, "a", AlertReason.NEW)]


@pytest.mark.invariant(4)
@pytest.mark.parametrize("first_rp", [0, 90])
def test_post_that_rises_to_min_rp_is_alerted_as_risen(first_rp: int) -> None:
    before = known(a_post("a", first_rp))

    plan = plan_poll(a_state(before), seen(a_post("a", 100)), POLICY, NOW)

    assert told(plan) == [(101, "a", AlertReason.ROSE)]
    assert plan.alerts[0].content.previous_rp == first_rp


@pytest.mark.invariant(4)
def test_post_older_than_48_hours_that_rises_to_min_rp_is_still_a_crossing() -> None:
    before = known(a_post("a", 90, hours_old=60))

    plan = plan_poll(a_state(before), seen(a_post("a", 120, hours_old=60)), POLICY, NOW)

    assert told(plan) == [(101, "a", AlertReason.ROSE)]


@pytest.mark.invariant(4)
def test_old_post_that_passed_before_does_not_cross_again() -> None:
    before = known(a_post("a", 95, hours_old=60), max_rp=110)

    plan = plan_poll(a_state(before), seen(a_post("a", 110, hours_old=60)), POLICY, NOW)

    assert plan.alerts == ()


@pytest.mark.invariant(4)
def test_max_rp_keeps_the_highest_rp_known() -> None:
    before = known(a_post("a", 110))

    plan = plan_poll(a_state(before), seen(a_post("a", 95)), POLICY, NOW)

    assert [(c.post.rp, c.max_rp) for c in plan.changes] == [(95, 110)]


# -- invariant 3: no flood -------------------------------------------------------------------------------


@pytest.mark.invariant(3)
def test_first_poll_alerts_nothing_and_records_what_passes() -> None:
    state = a_state(watch=a_watch(polled=False))

    plan = plan_poll(state, seen(a_post("a", 500), a_post("b", 5)), POLICY, NOW)

    assert (plan.alerts, plan.held) == ((), ())
    assert [(b.post_key, b.why) for b in plan.baselines] == [("x:a", BaselineReason.FIRST_POLL)]


@pytest.mark.invariant(3)
def test_post_older_than_48_hours_is_never_alerted_as_new() -> None:
    plan = plan_poll(a_state(), seen(a_post("a", 500, hours_old=48.1)), POLICY, NOW)

    assert plan.alerts == ()
    assert len(plan.changes) == 1


@pytest.mark.invariant(3)
def test_baselined_post_is_not_alerted() -> None:
    state = replace(a_state(), baselined=frozenset({(a_listener().subscription_id, a_post("a").key)}))

    assert plan_poll(state, seen(a_post("a", 500)), POLICY, NOW).alerts == ()


@pytest.mark.invariant(3)
def test_above_the_ceiling_the_smaller_posts_are_held_for_one_summary() -> None:
    state = a_state(listeners=(a_listener(alerts_last_hour=18),))
    posts = [a_post(str(n), 100 + n) for n in range(5)]

    plan = plan_poll(state, seen(*posts), POLICY, NOW)

    assert [post for _, post, _ in told(plan)] == ["4", "3"]
    assert [(h.alert.content.post.canonical_id, h.why, h.summary_at) for h in plan.held] == [
        (name, HoldReason.HOURLY_LIMIT, NOW) for name in ("2", "1", "0")
    ]


@pytest.mark.invariant(3)
def test_next_summary_of_the_ceiling_waits_for_an_hour_after_the_last() -> None:
    half_an_hour_ago = NOW - timedelta(minutes=30)
    state = a_state(listeners=(a_listener(alerts_last_hour=20, last_summary_at=half_an_hour_ago),))

    plan = plan_poll(state, seen(a_post()), POLICY, NOW)

    assert plan.held[0].summary_at == NOW + timedelta(minutes=30)


@pytest.mark.invariant(3)
def test_ceiling_of_zero_is_no_ceiling() -> None:
    state = a_state(listeners=(a_listener(alerts_last_hour=10_000),))

    plan = plan_poll(state, seen(a_post()), replace(POLICY, hourly_limit=0), NOW)

    assert len(plan.alerts) == 1


@pytest.mark.invariant(3)
def test_watch_not_polled_for_long_is_caught_up_with_a_summary() -> None:
    state = a_state(watch=a_watch(hours_ago=6.5))

    plan = plan_poll(state, seen(a_post("a"), a_post("b")), POLICY, NOW)

    assert plan.alerts == ()
    assert [h.why for h in plan.held] == [HoldReason.CATCH_UP] * 2


HOUR = timedelta(hours=1)


def polled(*, hours: float, planned: float, failures: int = 0) -> Watch:
    """A watch that was read so many hours ago, and was to be read again after so many."""
    return a_watch(hours_ago=hours, next_poll_at=NOW - (hours - planned) * HOUR, failures=failures)


@pytest.mark.invariant(4)
@pytest.mark.parametrize("even", [False, True])
@pytest.mark.parametrize("mean_h", [5, 7, 12, 24])
def test_where_polls_are_rare_by_plan_posts_are_alerted_on_their_own(mean_h: float, even: bool) -> None:
    """Also where the mean interval is longer than the time after which the bot takes itself to have been away."""
    rare = replace(POLICY, interval=mean_h * HOUR, fixed_interval=even)
    watch, now = a_watch(next_poll_at=NOW), NOW
    for _ in range(20):
        plan = plan_poll(a_state(watch=watch), seen(a_post(created_at=now)), rare, now)
        assert (len(plan.alerts), plan.held) == (1, ())
        watch = replace(
            watch, last_ok_at=now, next_poll_at=plan.update.next_poll_at, forecast=plan.update.forecast
        )
        now = plan.update.next_poll_at + timedelta(minutes=1)


@pytest.mark.invariant(4)
def test_host_that_bears_few_polls_is_no_absence() -> None:
    """Nor is it one in a process that does not know yet what the host bears."""
    slow = HostBudget(POLICY.interval, slowdown=96)

    known_slow = plan_poll(a_state(watch=polled(hours=9, planned=7)), seen(a_post()), POLICY, NOW, slow)
    new_process = plan_poll(a_state(watch=polled(hours=9, planned=8.9)), seen(a_post()), POLICY, NOW)

    assert [len(plan.alerts) for plan in (known_slow, new_process)] == [1, 1]


@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    ("interval", "watch"),
    [
        (HOUR / 12, polled(hours=6.1, planned=0.1)),
        (HOUR, polled(hours=6.1, planned=1.1)),
        (4 * HOUR, polled(hours=10.1, planned=4)),
        (24 * HOUR, polled(hours=30.1, planned=24)),
        (HOUR / 12, polled(hours=10, planned=9.9, failures=9)),
        (24 * HOUR, polled(hours=50, planned=49, failures=2)),
    ],
    ids=["usual", "every hour", "every four hours", "daily", "source was down", "daily source was down"],
)
def test_poll_that_was_missed_is_caught_up_with(interval: timedelta, watch: Watch) -> None:
    plan = plan_poll(a_state(watch=watch), seen(a_post()), replace(POLICY, interval=interval), NOW)

    assert (plan.alerts, [each.why for each in plan.held]) == ((), [HoldReason.CATCH_UP])


@pytest.mark.invariant(4)
def test_one_failed_poll_where_polls_are_rare_is_no_absence() -> None:
    daily = replace(POLICY, interval=24 * HOUR)

    plan = plan_poll(a_state(watch=polled(hours=47, planned=46.9, failures=1)), seen(a_post()), daily, NOW)

    assert len(plan.alerts) == 1


@pytest.mark.invariant(3)
def test_muted_subscription_records_what_passes_instead_of_telling_it() -> None:
    state = a_state(listeners=(a_listener(muted_until=NOW + timedelta(minutes=1)),))

    plan = plan_poll(state, seen(a_post()), POLICY, NOW)

    assert plan.alerts == ()
    assert [b.why for b in plan.baselines] == [BaselineReason.MUTED]


@pytest.mark.invariant(3)
def test_mute_that_ended_tells_again() -> None:
    state = a_state(listeners=(a_listener(muted_until=NOW),))

    assert len(plan_poll(state, seen(a_post()), POLICY, NOW).alerts) == 1


@pytest.mark.invariant(3)
@pytest.mark.parametrize("hours_old", [1, 60], ids=["new", "too old to be told as new"])
def test_what_a_digest_stands_in_for_is_recorded_instead_of_alerted(hours_old: int) -> None:
    risen = a_post("b", 150, hours_old=hours_old)
    before = known(a_post("b", 20, hours_old=hours_old))
    state = a_state(before, listeners=(a_listener(digest_only=True),))

    plan = plan_poll(state, seen(a_post("a", hours_old=hours_old), risen, a_post("c", 99)), POLICY, NOW)

    assert (plan.alerts, plan.held) == ((), ())
    assert [(b.post_key, b.why) for b in plan.baselines] == [
        ("x:a", BaselineReason.DIGEST),
        ("x:b", BaselineReason.DIGEST),
    ]


@pytest.mark.invariant(3)
def test_another_channel_is_alerted_of_what_a_digest_stands_in_for_here() -> None:
    state = a_state(listeners=(a_listener(1, digest_only=True), a_listener(2)))

    plan = plan_poll(state, seen(a_post("a")), POLICY, NOW)

    assert told(plan) == [(102, "a", AlertReason.NEW)]


@pytest.mark.invariant(8)
def test_what_is_hidden_where_it_is_listened_to_keeps_its_text_for_another_servers_digest() -> None:
    post = a_post("a")
    state = replace(a_state(), hidden=frozenset({(GuildId(7), post.key)}))

    alone = plan_poll(state, seen(post), POLICY, NOW)
    digested = plan_poll(replace(state, digest_guilds=frozenset({GuildId(8)})), seen(post), POLICY, NOW)

    assert [change.post.text for change in alone.changes] == [""]
    assert [change.post.text for change in digested.changes] == [post.text]
    assert digested.alerts == ()


# -- invariant 2: nothing is told twice ------------------------------------------------------------------


@pytest.mark.invariant(2)
def test_post_told_to_the_channel_is_not_told_again() -> None:
    state = replace(a_state(), alerted=frozenset({(a_listener().channel_id, a_post("a").key)}))

    assert plan_poll(state, seen(a_post("a", 500)), POLICY, NOW).alerts == ()


@pytest.mark.invariant(2)
def test_two_subscriptions_of_one_channel_tell_a_post_once() -> None:
    state = a_state(listeners=(a_listener(1, channel=5), a_listener(2, 50, channel=5)))

    assert len(plan_poll(state, seen(a_post()), POLICY, NOW).alerts) == 1


@pytest.mark.invariant(2)
def test_two_channels_with_different_rules_each_hear_what_passes_theirs() -> None:
    quiet = a_listener(1, 1000)
    picky = a_listener(2, 100, rules=Rules(exclude=("広告",)))
    posts = seen(a_post("big", 2000), a_post("ad", 2000, text="広告です"), a_post("small", 150))

    plan = plan_poll(a_state(listeners=(quiet, picky)), posts, POLICY, NOW)

    assert {(c, p) for c, p, _ in told(plan)} == {(101, "big"), (101, "ad"), (102, "big"), (102, "small")}


# -- invariant 5: unknown is not zero --------------------------------------------------------------------


@pytest.mark.invariant(5)
def test_unknown_rp_never_passes() -> None:
    assert plan_poll(a_state(), seen(a_post("a", None)), POLICY, NOW).alerts == ()


@pytest.mark.invariant(5)
def test_unknown_rp_passes_only_a_bar_of_zero() -> None:
    state = a_state(listeners=(a_listener(min_rp=0),))

    assert len(plan_poll(state, seen(a_post("a", None)), POLICY, NOW).alerts) == 1


@pytest.mark.invariant(5)
def test_missing_rp_does_not_overwrite_a_known_one() -> None:
    before = known(a_post("a", 90))

    plan = plan_poll(a_state(before), seen(a_post("a", None, text="編集された")), POLICY, NOW)

    assert [(c.post.rp, c.sampled) for c in plan.changes] == [(90, False)]


@pytest.mark.invariant(5)
def test_page_without_posts_is_degraded_not_quiet() -> None:
    watch = a_watch(health_record=WatchHealth(shown=frozenset({AnswerTrait.POSTS})))

    plan = plan_poll(a_state(watch=watch), seen(), POLICY, NOW)

    assert plan.update.health is Health.DEGRADED


@pytest.mark.invariant(5)
def test_page_that_is_not_as_it_was_is_asked_for_in_full_each_time() -> None:
    state = a_state(known(a_post("a", 90)))

    broken = plan_poll(state, seen(a_post("a", None), validators=Validators('"1"')), POLICY, NOW)
    well = plan_poll(state, seen(a_post("a", 91), validators=Validators('"2"')), POLICY, NOW)

    assert (broken.update.validators, well.update.validators) == (Validators(), Validators('"2"'))


@pytest.mark.invariant(5)
def test_page_that_counts_zero_posts_is_quiet() -> None:
    watch = a_watch(health_record=WatchHealth(shown=frozenset({AnswerTrait.POSTS})))
    plan = plan_poll(a_state(watch=watch), seen(snapshot=Snapshot(NOW, volume=0)), POLICY, NOW)

    assert plan.update.health is Health.OK


@pytest.mark.invariant(5)
def test_page_whose_rp_are_gone_is_degraded() -> None:
    plan = plan_poll(a_state(known(a_post("a", 90))), seen(a_post("a", None)), POLICY, NOW)

    assert plan.update.health is Health.DEGRADED


@pytest.mark.invariant(5)
def test_timeline_without_new_posts_is_well() -> None:
    assert plan_poll(a_state(), seen(), TIMELINE, NOW).update.health is Health.OK


# -- invariant 8: what is hidden stays hidden ------------------------------------------------------------


@pytest.mark.invariant(8)
@pytest.mark.parametrize(("where", "count"), [(EVERYWHERE, 0), (GuildId(7), 0), (GuildId(8), 1)])
def test_hidden_post_is_alerted_only_where_it_is_not_hidden(where: GuildId, count: int) -> None:
    state = replace(a_state(), hidden=frozenset({(where, a_post("a").key)}))

    assert len(plan_poll(state, seen(a_post("a")), POLICY, NOW).alerts) == count


@pytest.mark.invariant(8)
def test_memo_of_entries_is_kept_without_those_that_are_hidden_anywhere() -> None:
    memo = EntryMemo(NOW, b"context", tuple((a_post(name).key, name.encode()) for name in "abc"))
    answer = seen(a_post("a"), a_post("b"), a_post("c"), memo=memo)
    hidden = replace(a_state(), hidden=frozenset({(GuildId(9), a_post("b").key)}))

    assert plan_poll(a_state(), answer, POLICY, NOW).memo == memo
    kept = plan_poll(hidden, answer, POLICY, NOW).memo
    assert kept is not None
    assert [record for _, record in kept.entries] == [b"a", b"c"]


@pytest.mark.invariant(11)
@pytest.mark.parametrize(
    ("size", "new", "is_kept"),
    [(SMALL_MEMO, 4, True), (SMALL_MEMO + 4, 4, False), (SMALL_MEMO + 4, 3, False), (SMALL_MEMO + 4, 2, True)],
)
def test_large_memo_of_a_page_that_turned_over_is_not_written(size: int, new: int, is_kept: bool) -> None:
    """Else a hostile feed would have 200 KB written at each poll, for nothing."""
    posts = [a_post(name) for name in "abcd"]
    state = a_state(*(known(post) for post in posts[new:]))
    memo = EntryMemo(NOW, b"context", tuple((post.key, bytes(size // 4)) for post in posts))

    assert (plan_poll(state, seen(*posts, memo=memo), POLICY, NOW).memo is not None) is is_kept


# -- what is written -------------------------------------------------------------------------------------


def test_unchanged_post_is_not_written_again() -> None:
    first = plan_poll(a_state(), seen(a_post()), POLICY, NOW)
    stored = replace(known(a_post()), content_hash=first.changes[0].content_hash)

    second = plan_poll(a_state(stored), seen(a_post()), POLICY, NOW)

    assert (second.changes, second.recheck_times) == ((), ())


def test_same_post_twice_on_a_page_is_one() -> None:
    plan = plan_poll(a_state(), seen(a_post("a"), a_post("a")), POLICY, NOW)

    assert len(plan.changes) == len(plan.alerts) == 1


def test_page_that_was_not_made_anew_counts_nothing() -> None:
    page = seen(snapshot=Snapshot(NOW, volume=100))
    first = plan_poll(a_state(), page, POLICY, NOW)
    assert first.counted is not None
    again = plan_poll(replace(a_state(), counting=first.counted.state), page, POLICY, NOW + timedelta(minutes=5))
    assert again.counted is None


def test_snapshot_that_says_nothing_is_not_kept() -> None:
    assert plan_poll(a_state(), seen(snapshot=Snapshot(NOW)), TIMELINE, NOW).snapshot is None


def test_young_post_below_the_bar_is_read_again_on_a_timeline() -> None:
    plan = plan_poll(a_state(), seen(a_post("a", 0, hours_old=0.1)), TIMELINE, NOW)

    assert plan.changes[0].recheck_at == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(("rp", "hours_old"), [(100, 1), (0, 48.1)])
def test_post_that_passed_or_is_old_is_not_read_again_where_counts_are_not_kept_fresh(
    rp: int, hours_old: float
) -> None:
    policy = replace(TIMELINE, live_counts=timedelta(0))
    plan = plan_poll(a_state(), seen(a_post("a", rp, hours_old=hours_old)), policy, NOW)

    assert plan.changes[0].recheck_at is None


def test_a_digest_has_young_posts_read_again_though_nobody_listens() -> None:
    """Else a timeline's posts would stand in it with the RP they were written with."""
    state = replace(a_state(), listeners=(), digested=True)

    plan = plan_poll(state, seen(a_post("a", 0, hours_old=0.5)), TIMELINE, NOW)

    assert plan.changes[0].recheck_at == NOW + timedelta(minutes=10)


def test_relook_that_is_not_due_yet_stays_where_it_is() -> None:
    at = NOW + timedelta(minutes=8)
    before = replace(known(a_post("a", 5)), recheck_at=at)

    plan = plan_poll(a_state(before), seen(a_post("a", 6)), TIMELINE, NOW)

    assert plan.changes[0].recheck_at == at


def test_post_read_again_without_a_change_gets_its_next_relook() -> None:
    first = plan_poll(a_state(), seen(a_post("a", 5)), TIMELINE, NOW)
    stored = replace(known(a_post("a", 5)), content_hash=first.changes[0].content_hash, recheck_at=NOW)

    plan = plan_poll(a_state(stored), seen(a_post("a", 5)), TIMELINE, NOW)

    assert plan.changes == ()
    assert plan.recheck_times == ((a_post("a").key, NOW + timedelta(minutes=20)),)


def test_post_that_is_gone_and_was_never_known_is_not_read_again() -> None:
    plan = plan_poll(a_state(), seen(gone=(a_post("a").key,)), TIMELINE, NOW)

    assert plan.recheck_times == ((a_post("a").key, None),)


# -- when to look again ----------------------------------------------------------------------------------


def test_next_poll_is_an_interval_away_give_or_take_a_tenth() -> None:
    wait = plan_poll(a_state(), seen(a_post()), POLICY, NOW).update.next_poll_at - NOW

    assert timedelta(minutes=4.5) <= wait <= timedelta(minutes=5.5)


def test_next_poll_waits_for_the_hosts_budget() -> None:
    reset = NOW + timedelta(hours=1)

    assert plan_poll(a_state(), seen(reset_at=reset), TIMELINE, NOW).update.next_poll_at == reset


def test_304_keeps_cursor_and_validators() -> None:
    watch = a_watch(cursor="c", validators=Validators("etag"))

    plan = plan_poll(a_state(watch=watch), NotModified(SourceName.TRENDPAGE), POLICY, NOW)

    assert (plan.update.cursor, plan.update.validators) == ("c", Validators("etag"))
    assert plan.update.last_ok_at == NOW


def test_failures_back_off_and_a_success_forgets_them() -> None:
    watch = a_watch()
    waits = []
    for _ in range(10):
        plan = plan_failure(watch, SourceBusy("503"), POLICY, NOW)
        waits.append(plan.update.next_poll_at - NOW)
        watch = replace(watch, failures=plan.update.failures, health=plan.update.health)

    assert waits[3] > waits[0] * 3
    assert max(waits) <= timedelta(hours=7.5)
    assert watch.health is Health.DOWN
    well = plan_poll(a_state(watch=watch), seen(a_post()), POLICY, NOW).update
    assert (well.failures, well.health, well.health_note) == (0, Health.OK, None)


def test_failure_keeps_what_was_known_of_the_watch() -> None:
    watch = a_watch(cursor="c")

    update = plan_failure(watch, SourceChanged("no post count"), POLICY, NOW).update

    assert (update.cursor, update.last_ok_at) == ("c", watch.last_ok_at)
    assert (update.health, update.health_note) == (Health.DEGRADED, "no post count")


def test_source_that_refuses_is_down_at_once() -> None:
    assert plan_failure(a_watch(), SourceRefused("401", permanent=True), POLICY, NOW).update.health is Health.DOWN


def test_retry_after_is_obeyed() -> None:
    error = SourceBusy("429", retry_after=timedelta(hours=3))

    assert plan_failure(a_watch(), error, POLICY, NOW).update.next_poll_at >= NOW + timedelta(hours=3)


def failed(error: SourceError) -> Watch:
    """A watch after a look that failed so."""
    update = plan_failure(a_watch(), error, POLICY, NOW - timedelta(hours=1)).update
    return a_watch(failures=update.failures, health=update.health, health_record=update.health_record)


@pytest.mark.parametrize("answer", [seen(a_post()), NotModified(SourceName.TRENDPAGE)])
@pytest.mark.parametrize("error", [SourceBusy("503"), SourceUnreachable("time-out")])
def test_host_that_answers_again_is_asked_for_all_it_did_not_answer(
    error: SourceError, answer: FetchResult | NotModified
) -> None:
    wide = HostBudget(POLICY.interval, slowdown=2)

    alone = plan_poll(a_state(watch=failed(error)), answer, POLICY, NOW)
    stretched = plan_poll(a_state(watch=failed(error)), answer, POLICY, NOW, wide)

    assert (alone.others_within, stretched.others_within) == (POLICY.interval, 2 * POLICY.interval)


@pytest.mark.parametrize(
    "watch", [a_watch(), *map(failed, (SourceRefused("404"), TopicUnfit("no tag"), SourceChanged("a login")))]
)
def test_poll_that_says_nothing_of_its_host_moves_no_other(watch: Watch) -> None:
    assert plan_poll(a_state(watch=watch), seen(a_post()), POLICY, NOW).others_within is None


def test_host_that_asks_for_a_pause_is_not_asked_for_the_others() -> None:
    answer = seen(a_post(), reset_at=NOW + timedelta(minutes=9))

    assert plan_poll(a_state(watch=failed(SourceBusy("429"))), answer, POLICY, NOW).others_within is None


def test_how_long_a_source_asked_to_be_left_alone_is_known_until_it_answers() -> None:
    asked, busy = failed(SourceBusy("429", retry_after=timedelta(hours=3))), failed(SourceBusy("503"))
    well = plan_poll(a_state(watch=asked), seen(a_post()), POLICY, NOW).update

    assert asked.health_record.wait_until == NOW + timedelta(hours=2)
    assert (busy.health_record.wait_until, well.health_record.wait_until) == (None, None)


@pytest.mark.parametrize("source", [SourceName.TRENDPAGE, SourceName.FEED])
@pytest.mark.parametrize("host", [None, HostBudget(POLICY.interval, watches=9, index_threshold=3.0, slowdown=2)])
@pytest.mark.parametrize(
    "watch",
    [
        a_watch(polled=False),
        a_watch(cursor="c", validators=Validators(etag='"1"')),
        a_watch(hours_ago=90, next_poll_at=NOW - timedelta(hours=80)),
        failed(SourceBusy("503")),
        failed(SourceRefused("404")),
        a_watch(
            health_record=WatchHealth(
                arrivals=ArrivalStats(NOW - 90 * DAY, NOW - 60 * DAY, usual_gap=DAY / 24, gaps=99)
            )
        ),
        a_watch(
            health_record=WatchHealth(
                turnovers=3, overlap_wait=timedelta(minutes=4), gap_at=NOW - timedelta(hours=2)
            )
        ),
    ],
)
def test_plan_for_an_unchanged_page_needs_the_watch_alone(
    watch: Watch, host: HostBudget | None, source: SourceName
) -> None:
    watch = replace(watch, source=source)
    answer = NotModified(source, full_body=True, moved_to="https://b.example/feed")
    listened = a_state(watch=watch, listeners=(a_listener(1), a_listener(2, 500)))

    assert not needs_state(watch, answer)
    assert plan_unchanged(watch, answer, POLICY, NOW, host) == plan_poll(listened, answer, POLICY, NOW, host)


def test_alert_freezes_what_is_needed_to_draw_it() -> None:
    [alert] = plan_poll(a_state(), seen(a_post("a", 123)), POLICY, NOW).alerts

    assert isinstance(alert, Alert)
    assert (alert.content.post.rp, alert.content.observed_at, alert.content.min_rp) == (123, NOW, 100)
