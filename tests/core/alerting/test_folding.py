"""Folding: each alert is sent or counted in exactly one that is, and RP of a story count once an author."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.folding import fold_alerts, folds_into_sent, rp_together, story_rp
from bot.core.alerting.rules import check_words
from bot.core.models import (
    Alert,
    AlertContent,
    AlertReason,
    ChannelId,
    FurtherPost,
    GuildId,
    HeldAlert,
    HoldReason,
    Listener,
    Network,
    PollState,
    Post,
    PostKey,
    Rules,
    SourceName,
    StoryLinks,
    SubscriptionId,
    Topic,
    TopicKey,
    WatchId,
)
from tests.core.builders import a_watch

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TOPIC = Topic(TopicKey("ai"), "AI")
CHANNELS, NUMBERS = (1, 2), tuple(range(6))


def a_post(number: int, rp: int | None = 100, author: str | None = None) -> Post:
    return Post(Network.X, str(number), "text", rp=rp, author_handle=author or f"author{number}")


def an_alert(channel: int, number: int) -> Alert:
    content = AlertContent(TOPIC, SourceName.TRENDPAGE, a_post(number), AlertReason.NEW, NOW, 100, "en")
    return Alert(SubscriptionId(channel), GuildId(9), ChannelId(channel), content)


def a_listener(channel: int, *, fold: bool = True, people_only: bool = True) -> Listener:
    rules = Rules(fold=fold, people_only=people_only)
    return Listener(SubscriptionId(channel), GuildId(9), ChannelId(channel), 100, rules, "en")


def a_state(links: StoryLinks, *listeners: Listener) -> PollState:
    return PollState(a_watch(), {}, listeners=listeners, stories=links)


def key(number: int) -> PostKey:
    return a_post(number).key


pairs = st.tuples(st.sampled_from(CHANNELS), st.sampled_from(NUMBERS))
links = st.builds(
    StoryLinks,
    leads=st.dictionaries(
        pairs.map(lambda pair: (ChannelId(pair[0]), key(pair[1]))), st.just(PostKey("x:known")), max_size=4
    ),
    alike=st.dictionaries(
        st.sampled_from(NUMBERS).map(key), st.frozensets(st.sampled_from(NUMBERS).map(key)), max_size=6
    ),
    split=st.frozensets(
        st.tuples(pairs, st.sampled_from(NUMBERS)).map(
            lambda one: (ChannelId(one[0][0]), key(one[0][1]), key(one[1]))
        )
    ),
)


@pytest.mark.invariant(1)
@given(links, st.lists(pairs, unique=True), st.booleans())
def test_each_alert_is_sent_or_counted_in_one_that_is(
    found: StoryLinks, decided: list[tuple[int, int]], second_folds: bool
) -> None:
    alerts = [an_alert(channel, number) for channel, number in decided]
    state = a_state(found, a_listener(1), a_listener(2, fold=second_folds))

    kept, folds = fold_alerts(state, alerts)

    assert sorted(map(str, [*kept, *(fold.alert for fold in folds)])) == sorted(map(str, alerts))
    sent = {(one.channel_id, one.content.post.key) for one in kept}
    sent_before = {(channel, lead) for (channel, _), lead in found.leads.items()}
    for fold in folds:
        channel, post = fold.alert.channel_id, fold.alert.content.post.key
        assert (channel, fold.lead) in sent | sent_before
        assert (channel, post) in found.leads or (channel, post, fold.lead) not in found.split
        assert second_folds or channel != 2


@pytest.mark.parametrize("is_split", [False, True])
def test_post_that_was_split_from_an_alert_is_not_counted_there_by_way_of_another_post(is_split: bool) -> None:
    sent = PostKey("x:known")
    links = StoryLinks(
        leads={(ChannelId(1), key(0)): sent},
        alike={key(1): {key(0)}},
        split={(ChannelId(1), key(1), sent)} if is_split else frozenset(),
    )

    kept, _ = fold_alerts(a_state(links, a_listener(1)), [an_alert(1, 0), an_alert(1, 1)])

    assert [alert.content.post.key for alert in kept] == ([key(1)] if is_split else [])


@pytest.mark.invariant(1)
@given(st.lists(st.sampled_from(NUMBERS), unique=True), st.frozensets(st.sampled_from(NUMBERS)))
def test_story_of_an_alert_that_is_held_is_held_with_it(numbers: list[int], held: frozenset[int]) -> None:
    everyone = frozenset(map(key, NUMBERS))
    state = a_state(StoryLinks(alike={one: everyone - {one} for one in everyone}), a_listener(1))
    kept, folds = fold_alerts(state, [an_alert(1, number) for number in numbers])
    names = set(map(key, held))
    holds = [HeldAlert(one, HoldReason.HOURLY_LIMIT, NOW) for one in kept if one.content.post.key in names]

    sent, further = folds_into_sent(folds, holds)

    assert len(kept) == min(len(numbers), 1)
    assert len(sent) + len(further) == len(folds)
    assert bool(sent) is not bool(further) or not folds


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9))))
def test_rp_together_is_the_sum_of_what_is_known(counts: list[int | None]) -> None:
    known = [each for each in counts if each is not None]

    assert rp_together(None, counts) == (sum(known) if known else None)
    assert rp_together(7, counts) == 7 + sum(known)


def test_rp_of_a_story_counts_each_author_once() -> None:
    mine = a_post(1, 60, "me")
    further = [
        FurtherPost(a_post(2, 90, "me"), WatchId(1)),
        FurtherPost(a_post(3, 20, "you"), WatchId(1)),
        FurtherPost(a_post(4, 30, "you"), WatchId(2)),
        FurtherPost(replace(a_post(5, 500, "bot"), by_bot=True), WatchId(2)),
    ]

    assert story_rp(a_listener(1), mine, further, check_words) == 90
    assert story_rp(a_listener(1, people_only=False), mine, further, check_words) == 590
    assert story_rp(a_listener(1, fold=False), mine, further, check_words) == 60
