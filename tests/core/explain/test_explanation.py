"""why.explain: every stage a post can stop at, from the facts on record; and what must hold for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.decision import Stage, decide
from bot.core.alerting.rules import Verdict
from bot.core.explain.explanation import explain
from bot.core.explain.history import (
    AlertRecord,
    DeliveryState,
    Observation,
    PostHistory,
    Route,
    TakeDownRecord,
)
from bot.core.explain.steps import (
    AlertedElsewhere,
    AlertSent,
    Baselined,
    Decided,
    Dropped,
    Forgotten,
    GivenUp,
    Hidden,
    HiddenBy,
    NotSeen,
    Passes,
    Paused,
    Seen,
    Sending,
    Step,
    Stopped,
    TooOld,
    Uncertain,
    Waiting,
)
from bot.core.models import (
    EVERYWHERE,
    Actor,
    AlertReason,
    BaselineReason,
    ChannelId,
    GuildId,
    Health,
    HoldReason,
    Listener,
    PauseReason,
    PollState,
    Post,
    QuietHours,
    Rules,
    Sample,
    SourceName,
    SubscriptionId,
    WatchId,
)
from bot.core.text import make_topic
from tests.core.builders import NOW, a_listener, a_post, a_watch, known
from tests.failures import failed

CHANNEL = ChannelId(101)
GUILD = GuildId(7)
MAX_AGE = timedelta(hours=48)
TOPIC = make_topic("データセンター")
EARLIER = NOW - timedelta(minutes=20)
LATER = NOW + timedelta(hours=4)


def an_observation(post: Post | None = None, *, max_rp: int | None = None) -> Observation:
    seen = post or a_post()
    return Observation(post=seen, known=known(seen, max_rp=max_rp), rp_at=EARLIER)


def a_route(number: int = 1, observation: Observation | None = None, **more: object) -> Route:
    """Subscription ``number`` of the channel at watch ``number``, where the post was seen."""
    route = Route(
        watch=replace(a_watch(), id=WatchId(number)),
        listener=a_listener(number, channel=CHANNEL),
        observation=observation or an_observation(),
    )
    return replace(route, **more)  # type: ignore[arg-type]


def heard(**more: object) -> Listener:
    return replace(a_listener(1, channel=CHANNEL), **more)  # type: ignore[arg-type]


def an_alert(progress: DeliveryState = DeliveryState.SENT, *, number: int = 1, **more: object) -> AlertRecord:
    alert = AlertRecord(
        subscription_id=SubscriptionId(number),
        watch_id=WatchId(number),
        reason=AlertReason.NEW,
        decided_at=EARLIER,
        rp=150,
        state=progress,
        topic=TOPIC,
        source=SourceName.TRENDPAGE,
    )
    return replace(alert, **more)  # type: ignore[arg-type]


def a_history(*routes: Route, **more: object) -> PostHistory:
    history = PostHistory(guild_id=GUILD, channel_id=CHANNEL, key=a_post().key, at=NOW, routes=routes)
    return replace(history, **more)  # type: ignore[arg-type]


def last_of(history: PostHistory) -> Step:
    [account] = explain(history, MAX_AGE).seen
    return account.steps[-1]


def ruled(**rules: object) -> Listener:
    return heard(rules=replace(Rules(), **rules))  # type: ignore[arg-type]


def test_a_post_nobody_saw_was_not_seen_on_any_way() -> None:
    never = replace(a_route(2), observation=None, watch=a_watch(polled=False))
    down = replace(a_route(3), observation=None, watch=replace(a_watch(), health=Health.DOWN))
    explanation = explain(a_history(replace(a_route(), observation=None), never, down), MAX_AGE)

    assert explanation.seen == ()
    assert explanation.post is None
    assert [account.steps for account in explanation.unseen] == [
        (NotSeen(a_watch().last_ok_at),),
        (NotSeen(None),),
        (NotSeen(a_watch().last_ok_at, down=True),),
    ]


def test_a_channel_without_subscriptions_has_nothing_to_say() -> None:
    explanation = explain(a_history(), MAX_AGE)

    assert (explanation.seen, explanation.unseen) == ((), ())


def test_what_was_seen_tells_rp_at_first_at_last_and_at_its_highest() -> None:
    observation = replace(an_observation(a_post(rp=87), max_rp=95), first=Sample(3, NOW - timedelta(hours=1)))
    [account] = explain(a_history(a_route(1, observation)), MAX_AGE).seen

    assert account.steps[0] == Seen(
        at=NOW - timedelta(hours=1), first=Sample(3, NOW - timedelta(hours=1)), rp=87, rp_at=EARLIER, max_rp=95
    )


POST = a_post(text="今日の広告と電力", language="ja", author_handle="Someone@Example.social", sensitive=True)


@pytest.mark.parametrize(
    ("listener", "post", "expected"),
    [
        (heard(min_rp=100), a_post(rp=87), Stopped(Verdict.BELOW_MIN_RP, 100, 87)),
        (heard(min_rp=100), a_post(rp=None), Stopped(Verdict.RP_UNKNOWN, 100, None)),
        (ruled(exclude=("求人", "広告")), POST, Stopped(Verdict.EXCLUDED, 100, 150, ("広告",))),
        (ruled(exclude=("ＡＤ",)), a_post(text="PR: ad"), Stopped(Verdict.EXCLUDED, 100, 150, ("ＡＤ",))),
        (
            ruled(exclude=("事故",)),
            a_post(content_warning="事故の話"),
            Stopped(Verdict.EXCLUDED, 100, 150, ("事故",)),
        ),
        (ruled(include=("原発", "水")), POST, Stopped(Verdict.NOT_INCLUDED, 100, 150, ("原発", "水"))),
        (ruled(languages=("en",)), POST, Stopped(Verdict.OTHER_LANGUAGE, 100, 150, ("en",))),
        (ruled(muted_authors=("someone@example.social",)), POST, Stopped(Verdict.AUTHOR_MUTED, 100, 150)),
        (ruled(allow_sensitive=False), POST, Stopped(Verdict.SENSITIVE, 100, 150)),
        (heard(), a_post(hours_old=49), TooOld(NOW - timedelta(hours=49), MAX_AGE)),
        (heard(muted_until=LATER), a_post(), Baselined(BaselineReason.MUTED, None)),
        (heard(digest_only=True), a_post(), Baselined(BaselineReason.DIGEST, None)),
        (heard(), a_post(), Passes()),
    ],
)
def test_each_rule_that_stops_a_post_is_named(listener: Listener, post: Post, expected: Step) -> None:
    assert last_of(a_history(a_route(1, an_observation(post), listener=listener))) == expected


def test_a_watch_that_was_never_read_well_counts_what_passes_as_old() -> None:
    route = a_route(watch=a_watch(polled=False))

    assert last_of(a_history(route)) == Baselined(BaselineReason.FIRST_POLL, None)


@pytest.mark.parametrize("why", list(BaselineReason))
def test_a_baseline_says_why_and_since_when(why: BaselineReason) -> None:
    assert last_of(a_history(a_route(baseline=(why, EARLIER)))) == Baselined(why, EARLIER)


@pytest.mark.parametrize("why", list(PauseReason))
def test_a_paused_subscription_is_asked_nothing(why: PauseReason) -> None:
    below = a_route(1, an_observation(a_post(rp=1)), paused=why)

    assert last_of(a_history(below)) == Paused(why)


def test_what_was_old_before_the_pause_is_still_old() -> None:
    route = a_route(paused=PauseReason.BY_USER, baseline=(BaselineReason.SUBSCRIBED, EARLIER))

    assert last_of(a_history(route)) == Baselined(BaselineReason.SUBSCRIBED, EARLIER)


@pytest.mark.parametrize(
    ("guild", "actor", "by", "everywhere"),
    [
        (GUILD, "user:3", HiddenBy.PERSON, False),
        (EVERYWHERE, "operator", HiddenBy.OPERATOR, True),
        (EVERYWHERE, "source:mastodon", HiddenBy.SOURCE, True),
    ],
)
def test_invariant_8_a_hidden_post_says_who_took_it_down_and_shows_nothing(
    guild: GuildId, actor: str, by: HiddenBy, everywhere: bool
) -> None:
    history = a_history(a_route(), take_downs=(TakeDownRecord(guild, EARLIER, Actor(actor)),))

    assert last_of(history) == Hidden(EARLIER, by, everywhere)
    assert explain(history, MAX_AGE).post is None


@pytest.mark.parametrize(
    ("alert", "expected"),
    [
        (an_alert(DeliveryState.WAITING, not_before=EARLIER), Waiting()),
        (an_alert(DeliveryState.WAITING, not_before=LATER), Waiting(LATER, quiet=False)),
        (
            an_alert(DeliveryState.SEALED, attempts=2, failure=failed("503"), next_try_at=LATER),
            Sending(2, failed("503"), LATER),
        ),
        (an_alert(DeliveryState.UNCERTAIN, failure=failed("no history")), Uncertain(failed("no history"))),
        (an_alert(sent_at=NOW, discord_message_id=5), AlertSent(NOW, 5, None)),
        (an_alert(sent_at=NOW, discord_message_id=5, removed_at=LATER), AlertSent(NOW, 5, LATER)),
        (an_alert(DeliveryState.GIVEN_UP, failure=failed("403"), ended_at=NOW), GivenUp(failed("403"), NOW)),
        (
            an_alert(DeliveryState.DROPPED, failure=failed("paused: by_user"), ended_at=NOW),
            Dropped(failed("paused: by_user"), NOW),
        ),
        (an_alert(DeliveryState.FORGOTTEN), Forgotten()),
    ],
)
def test_what_became_of_a_decision_is_explained(alert: AlertRecord, expected: Step) -> None:
    assert last_of(a_history(a_route(), alert=alert)) == expected


@pytest.mark.parametrize(("start", "end", "quiet"), [(0, 7 * 60, True), (20 * 60, 21 * 60, False)])
def test_what_waits_says_whether_it_is_for_quiet_hours_to_end(start: int, end: int, quiet: bool) -> None:
    alert = an_alert(DeliveryState.WAITING, not_before=LATER)
    hours = QuietHours(zone="UTC", start=start, end=end)

    assert last_of(a_history(a_route(), alert=alert, quiet=hours)) == Waiting(LATER, quiet)


def test_before_what_became_of_it_comes_the_decision_itself() -> None:
    alert = an_alert(reason=AlertReason.ROSE, held=HoldReason.HOURLY_LIMIT)
    [account] = explain(a_history(a_route(), alert=alert), MAX_AGE).seen

    assert [type(step) for step in account.steps] == [Seen, Decided, AlertSent]
    assert account.steps[1] == Decided(AlertReason.ROSE, EARLIER, 150, HoldReason.HOURLY_LIMIT)


def test_what_was_alerted_and_then_hidden_says_both() -> None:
    history = a_history(a_route(), alert=an_alert(), take_downs=(TakeDownRecord(GUILD, NOW, Actor("user:3")),))
    [account] = explain(history, MAX_AGE).seen

    assert [type(step) for step in account.steps] == [Seen, Decided, AlertSent, Hidden]


def test_what_was_hidden_while_it_waited_in_a_summary_ends_with_that() -> None:
    alert = an_alert(DeliveryState.FORGOTTEN, held=HoldReason.HOURLY_LIMIT)
    history = a_history(a_route(), alert=alert, take_downs=(TakeDownRecord(GUILD, NOW, Actor("user:3")),))
    [account] = explain(history, MAX_AGE).seen

    assert [type(step) for step in account.steps] == [Seen, Decided, Hidden]


def test_other_topics_of_the_channel_say_through_which_it_was_alerted() -> None:
    accounts = explain(a_history(a_route(2), a_route(1), alert=an_alert()), MAX_AGE).seen

    assert [type(account.steps[-1]) for account in accounts] == [AlertSent, AlertedElsewhere]
    assert accounts[1].steps[-1] == AlertedElsewhere(TOPIC, SourceName.TRENDPAGE)


def test_what_a_removed_subscription_alerted_is_still_alerted() -> None:
    explanation = explain(a_history(replace(a_route(2), observation=None), alert=an_alert(number=9)), MAX_AGE)

    [account] = explanation.seen
    assert (account.topic, [type(step) for step in account.steps]) == (TOPIC, [Decided, AlertSent])
    assert len(explanation.unseen) == 1


def test_a_telling_whose_post_is_no_longer_stored_needs_no_sighting() -> None:
    explanation = explain(a_history(replace(a_route(), observation=None), alert=an_alert()), MAX_AGE)

    [account] = explanation.seen
    assert [type(step) for step in account.steps] == [Decided, AlertSent]
    assert explanation.unseen == ()


# -- what holds for all --------------------------------------------------------------------------------

times = st.sampled_from([EARLIER, NOW, LATER])
posts = st.builds(
    a_post,
    rp=st.none() | st.integers(0, 300),
    hours_old=st.sampled_from([1, 47, 49, 500]),
    text=st.sampled_from(["電力", "広告", ""]),
)
listeners = st.builds(
    heard,
    min_rp=st.sampled_from([0, 100, 200]),
    muted_until=st.none() | times,
    digest_only=st.booleans(),
    rules=st.builds(Rules, exclude=st.sampled_from([(), ("広告",)]), include=st.sampled_from([(), ("電力",)])),
)
baselines = st.none() | st.tuples(st.sampled_from(BaselineReason), times)
alerts = st.builds(
    an_alert,
    st.sampled_from(DeliveryState),
    number=st.integers(1, 4),
    not_before=st.none() | times,
    held=st.none() | st.sampled_from(HoldReason),
)
take_downs = st.builds(
    TakeDownRecord, st.sampled_from([GUILD, EVERYWHERE]), times, st.sampled_from([Actor("user:1")])
)


@st.composite
def routes(draw: st.DrawFn, number: int) -> Route:
    observation = draw(st.none() | st.builds(an_observation, posts))
    listener = replace(draw(listeners), subscription_id=SubscriptionId(number))
    watch = replace(a_watch(polled=draw(st.booleans())), id=WatchId(number))
    paused = draw(st.none() | st.sampled_from(PauseReason))
    return Route(watch=watch, listener=listener, paused=paused, observation=observation, baseline=draw(baselines))


@st.composite
def histories(draw: st.DrawFn) -> PostHistory:
    ways = tuple(draw(routes(number)) for number in range(1, draw(st.integers(0, 3)) + 1))
    return a_history(
        *ways,
        alert=draw(st.none() | alerts),
        take_downs=tuple(draw(st.lists(take_downs, max_size=2, unique_by=lambda hiding: hiding.guild_id))),
    )


def steps_of(history: PostHistory) -> Iterator[Step]:
    explanation = explain(history, MAX_AGE)
    for account in (*explanation.seen, *explanation.unseen):
        yield from account.steps


@given(histories())
def test_sent_is_said_only_of_an_entry_that_was_sent(history: PostHistory) -> None:
    told = [step for step in steps_of(history) if isinstance(step, AlertSent)]

    sent = history.alert is not None and history.alert.state is DeliveryState.SENT
    assert len(told) == sent


@given(histories())
def test_invariant_2_a_decision_is_explained_by_one_route_only(history: PostHistory) -> None:
    decided = [step for step in steps_of(history) if isinstance(step, Decided)]

    assert len(decided) == (history.alert is not None)


@given(histories())
def test_every_way_is_accounted_for_once_and_ends_somewhere(history: PostHistory) -> None:
    explanation = explain(history, MAX_AGE)
    accounts = [*explanation.seen, *explanation.unseen]
    extra = history.alert is not None and not any(
        (route.listener.subscription_id, route.watch.id) == (history.alert.subscription_id, history.alert.watch_id)
        for route in history.routes
    )

    assert len(accounts) == len(history.routes) + extra
    assert all(account.steps and not isinstance(account.steps[-1], Seen | Decided) for account in accounts)


@given(histories())
def test_invariant_8_no_text_of_a_hidden_post_is_shown(history: PostHistory) -> None:
    explanation = explain(history, MAX_AGE)

    if history.take_downs:
        assert explanation.post is None
        assert not any(isinstance(step, Stopped | Passes) for step in steps_of(history))


@given(posts, listeners, st.booleans())
def test_what_is_said_is_what_a_poll_would_decide(post: Post, listener: Listener, polled: bool) -> None:
    watch = a_watch(polled=polled)
    observation = an_observation(post)
    state = PollState(watch=watch, known={post.key: observation.known}, listeners=(listener,))

    stage = decide(state, listener, post, MAX_AGE, NOW).stage

    step = last_of(a_history(a_route(1, observation, listener=listener, watch=watch)))
    told = stage in {Stage.NEW, Stage.ROSE}
    assert isinstance(step, Passes) == told
    assert isinstance(step, TooOld) == (stage is Stage.TOO_OLD)
    assert isinstance(step, Stopped) == (stage is Stage.STOPPED)
    assert isinstance(step, Baselined) == (stage in {Stage.FIRST_POLL, Stage.MUTED, Stage.DIGEST_ONLY})


@given(st.sampled_from(DeliveryState), times)
def test_waiting_says_until_when_only_while_that_is_to_come(progress: DeliveryState, not_before: datetime) -> None:
    step = last_of(a_history(a_route(), alert=an_alert(progress, not_before=not_before)))

    if isinstance(step, Waiting):
        assert step.until is None or step.until > NOW
