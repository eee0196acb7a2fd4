"""Thousands who listen in the same way: decided once for all of them, and for each as if it were alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.alerts import ALERT_TEXT_MAX, Decisions, decide_posts, with_count_source
from bot.core.alerting.decision import BASELINES, Stage, decide
from bot.core.alerting.rules import Verdict, check_words
from bot.core.identity.origins import worded
from bot.core.models import (
    EVERYWHERE,
    Alert,
    Baseline,
    ChannelId,
    GuildId,
    Listener,
    Media,
    PollState,
    Post,
    PostKey,
    RoleId,
    Rules,
    SourceName,
    SubscriptionId,
)
from bot.core.text import utf16_length
from tests.core.builders import NOW, POLICY, a_listener, a_post, a_state, a_watch, known, seen

POSTS = tuple(a_post(name, rp=rp) for name, rp in (("a", 500), ("b", 40), ("c", None), ("d", 150), ("e", 9)))
ELSE = replace(POSTS[0], text="別の言葉")


def many_listeners(count: int) -> tuple[Listener, ...]:
    """Channels of as many servers, all with the same bar and the same words."""
    return tuple(
        a_listener(n, guild_id=GuildId(n), rules=Rules(include=("投稿",)), role_id=RoleId(n % 3))
        for n in range(1, count + 1)
    )


@pytest.mark.invariant(11)
@pytest.mark.parametrize("count", [10, 1_000])
def test_words_are_asked_once_for_all_who_listen_in_the_same_way(count: int) -> None:
    asked: Counter[PostKey] = Counter()

    def words(post: Post, rules: Rules) -> Verdict:
        asked[post.key] += 1
        return check_words(post, rules)

    decided = decide_posts(a_state(listeners=many_listeners(count)), POSTS, POLICY, NOW, words)

    assert len(decided.alerts) == 2 * count
    assert asked == Counter(post.key for post in POSTS)


@pytest.mark.invariant(11)
def test_what_drawing_an_alert_needs_is_made_once_for_all_who_are_alerted_in_the_same_way() -> None:
    decided = decide_posts(a_state(listeners=many_listeners(1_000)), POSTS, POLICY, NOW)

    assert len({id(alert.content) for alert in decided.alerts}) == 2 * 3


@pytest.mark.invariant(11)
def test_an_alert_keeps_as_much_of_a_text_as_may_be_drawn() -> None:
    long = a_post("long", text="投稿" * 4_000)

    (alert,) = decide_posts(a_state(listeners=many_listeners(1)), (long,), POLICY, NOW).alerts

    assert utf16_length(alert.content.post.text) <= ALERT_TEXT_MAX
    assert alert.content.post.key == long.key


def test_an_alert_of_a_channel_that_wants_no_pictures_has_none() -> None:
    shown = replace(POSTS[0], media=(Media("https://a.example/1.jpg"),), avatar_url="https://a.example/f.png")
    listeners = tuple(a_listener(n, guild_id=GuildId(n), rules=Rules(media=n == 1)) for n in (1, 2))

    with_them, without = decide_posts(a_state(listeners=listeners), (shown,), POLICY, NOW).alerts

    assert with_them.content.post == shown
    assert without.content.post == replace(shown, media=(), avatar_url=None)


@pytest.mark.invariant(9)
def test_rp_that_another_source_counted_is_shown_with_that_source() -> None:
    alerts = decide_posts(a_state(listeners=many_listeners(3)), POSTS, POLICY, NOW).alerts
    fetched = replace(seen(*POSTS), counted=(POSTS[0],), counted_by=SourceName.X)

    found = with_count_source(alerts, fetched)

    assert [one.channel_id for one in found] == [one.channel_id for one in alerts]
    by = {(one.content.post.key, one.content.counted_by) for one in found}
    assert by == {(POSTS[0].key, SourceName.X), (POSTS[3].key, None)}
    assert len({id(one.content) for one in found}) == len({id(one.content) for one in alerts})


def one_by_one(state: PollState, posts: tuple[Post, ...]) -> tuple[set[object], set[Baseline], dict[PostKey, int]]:
    """The same by asking ``decide`` for every pair."""
    alerts: dict[tuple[ChannelId, PostKey], object] = {}
    baselines: set[Baseline] = set()
    bars: dict[PostKey, int] = {}
    for listener in state.listeners:
        for found in posts:
            post = worded(found, state.own_words.get((listener.channel_id, found.key)))
            decision = decide(state, listener, post, POLICY.new_post_max_age, NOW)
            if decision.verdict is Verdict.BELOW_MIN_RP:
                bars[post.key] = min(listener.min_rp, bars.get(post.key, listener.min_rp))
            elif decision.stage in BASELINES:
                baselines.add(Baseline(listener.subscription_id, post.key, BASELINES[decision.stage]))
            elif decision.stage in {Stage.NEW, Stage.ROSE}:
                who = listener.subscription_id, listener.channel_id, listener.language
                told = (*who, post, decision.stage, listener.min_rp)
                alerts.setdefault((listener.channel_id, post.key), told)
    return set(alerts.values()), baselines, bars


def trimmed(alert: Alert) -> object:
    """An alert as ``one_by_one`` writes it."""
    content = alert.content
    stage = Stage(content.reason.value)
    return alert.subscription_id, alert.channel_id, content.language, content.post, stage, content.min_rp


LISTENERS = st.builds(
    a_listener,
    st.integers(1, 6),
    st.sampled_from((0, 100)),
    channel=st.integers(1, 3),
    guild_id=st.sampled_from((GuildId(1), GuildId(2))),
    rules=st.sampled_from((Rules(), Rules(include=("投稿 a",)), Rules(exclude=("別",)))),
    digest_only=st.booleans(),
    language=st.sampled_from(("ja", "en")),
    muted_until=st.sampled_from((None, NOW - timedelta(hours=1), NOW + timedelta(hours=1))),
)
KEYS = st.sampled_from([post.key for post in POSTS])
CHANNELS, SUBSCRIPTIONS = st.integers(1, 3).map(ChannelId), st.integers(1, 6).map(SubscriptionId)
GUILDS = st.sampled_from((EVERYWHERE, GuildId(1), GuildId(2)))


@given(
    st.lists(LISTENERS, max_size=8, unique_by=lambda one: one.subscription_id),
    st.frozensets(st.tuples(CHANNELS, KEYS), max_size=4),
    st.frozensets(st.tuples(SUBSCRIPTIONS, KEYS), max_size=4),
    st.frozensets(st.tuples(GUILDS, KEYS), max_size=3),
    st.frozensets(CHANNELS),
    st.booleans(),
)
def test_each_hears_what_it_would_hear_alone(
    listeners: list[Listener],
    told: frozenset[tuple[ChannelId, PostKey]],
    baselined: frozenset[tuple[SubscriptionId, PostKey]],
    hidden: frozenset[tuple[GuildId, PostKey]],
    in_own_words: frozenset[ChannelId],
    polled: bool,
) -> None:
    state = replace(
        a_state(known(POSTS[3], max_rp=50), watch=a_watch(polled=polled), listeners=tuple(listeners)),
        alerted=told,
        baselined=baselined,
        hidden=hidden,
        own_words={(channel, ELSE.key): ELSE for channel in in_own_words},
    )

    decided: Decisions = decide_posts(state, POSTS, POLICY, NOW)

    assert len(decided.alerts) == len({(one.channel_id, one.content.post.key) for one in decided.alerts})
    found = set(map(trimmed, decided.alerts)), set(decided.baselines), decided.thresholds
    assert found == one_by_one(state, POSTS)
