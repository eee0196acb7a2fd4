"""Rankings merged over networks: by the key of a topic, by ranks, without what is blocked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.trending.rankings import RankedTopic, Ranking, RankingPlace, RankingSource, usable_name
from bot.core.trending.rising import folded, merged

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MASTODON, MISSKEY, BLUESKY, GOOGLE = (
    RankingPlace(RankingSource.MASTODON, "m.example"),
    RankingPlace(RankingSource.MISSKEY, "k.example"),
    RankingPlace(RankingSource.BLUESKY),
    RankingPlace(RankingSource.GOOGLE, "JP", "ja"),
)


def ranking(place: RankingPlace, *names: str) -> Ranking:
    return Ranking(place, NOW, tuple(RankedTopic(name) for name in names))


def names(*rankings: Ranking, blocked: tuple[str, ...] = (), limit: int = 10) -> list[str]:
    return [one.topic.name for one in merged(rankings, {folded(one) for one in blocked}, limit=limit)]


def test_a_topic_that_two_networks_rank_comes_before_the_first_of_either() -> None:
    assert names(ranking(BLUESKY, "one", "both"), ranking(GOOGLE, "other", "both"))[0] == "both"


@pytest.mark.parametrize(
    ("one", "other"),
    [("DataCenter", "data center"), ("ＡＩ", "ai"), ("Black_Friday", "black friday"), ("流星群", "#流星群")],
)
def test_spellings_of_a_topic_are_one(one: str, other: str) -> None:
    [found] = merged([ranking(MASTODON, one), ranking(GOOGLE, other)], (), limit=10)

    assert {each.place for each in found.ranked_at} == {MASTODON, GOOGLE}


def test_the_same_story_in_two_languages_stays_two() -> None:
    assert len(names(ranking(BLUESKY, "meteor shower"), ranking(GOOGLE, "流星群"))) == 2


def test_servers_of_one_network_count_once() -> None:
    twice = [ranking(MASTODON, "a", "fedi"), ranking(MISSKEY, "b", "fedi")]

    assert names(*twice, ranking(BLUESKY, "sky")) == ["a", "b", "sky", "fedi"]


def test_a_place_that_names_a_topic_twice_is_heard_once() -> None:
    [found] = merged([ranking(MASTODON, "ai", "AI")], (), limit=10)

    assert [one.rank for one in found.ranked_at] == [1]


def test_the_spelling_with_spaces_is_shown_since_a_tag_has_none() -> None:
    assert names(ranking(MASTODON, "DataCenter"), ranking(GOOGLE, "other", "Data Center")) == [
        "Data Center",
        "other",
    ]


@pytest.mark.parametrize("blocked", ["data center", "#DataCenter", "ＤＡＴＡ　center"])
def test_what_is_blocked_is_left_out_in_all_its_spellings(blocked: str) -> None:
    assert names(ranking(MASTODON, "DataCenter", "other"), blocked=(blocked,)) == ["other"]


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=4), st.integers(0, 5))
def test_each_topic_comes_once_and_no_more_than_asked(lists: list[list[str]], limit: int) -> None:
    places = (MASTODON, MISSKEY, BLUESKY, GOOGLE)
    given_names = [tuple(filter(None, map(usable_name, some))) for some in lists]
    rankings = [ranking(place, *some) for place, some in zip(places, given_names, strict=False)]

    found = merged(rankings, (), limit=limit)

    keys = [folded(one.topic.name) for one in found]
    assert len(keys) == len(set(keys)) <= limit
    assert all(one.ranked_at for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
