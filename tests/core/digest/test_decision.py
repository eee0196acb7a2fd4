"""What a digest says of its topics: each rule in a table, and what must hold for all of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar.digest_schedule import daily
from bot.core.causes import Cause
from bot.core.digest.decision import LATE_AFTER, decide_digest, needs_more_candidates
from bot.core.models import (
    Audience,
    ChannelId,
    ChannelPeriod,
    Digest,
    DigestContent,
    DigestId,
    DigestSettings,
    DigestTopic,
    Endpoint,
    FollowedTopic,
    GuildId,
    Network,
    Period,
    PeriodPost,
    PostKey,
    RoleId,
    Rules,
    SourceName,
    SourceProblem,
    StoredPost,
    TopicPeriod,
    TopicState,
    UserId,
    Volume,
)
from bot.core.text import make_topic
from tests.core.builders import NOW, a_post

PERIOD = Period(NOW - timedelta(days=1), NOW)
DATA_CENTRE, POWER = make_topic("データセンター"), make_topic("電力")
TREND, X, MASTODON, MISSKEY = SourceName.TRENDPAGE, SourceName.X, SourceName.MASTODON, SourceName.MISSKEY
DOWN = SourceProblem(Endpoint(MASTODON, "a.example"), Cause.UNREACHABLE)


def a_digest(top: int = 3, min_rp: int = 0) -> Digest:
    return Digest(
        id=DigestId(1),
        guild_id=GuildId(7),
        created_by=UserId(5),
        created_at=NOW - timedelta(days=9),
        anchor=NOW - timedelta(days=1),
        settings=DigestSettings(
            channel_id=ChannelId(101),
            name="朝刊",
            schedule=daily(12 * 60, "Asia/Tokyo"),
            language="ja",
            top=top,
            min_rp=min_rp,
            role_id=RoleId(3),
        ),
    )


def one(
    name: str = "a",
    gained: int | None = 10,
    *,
    rp: int | None = 150,
    source: SourceName = TREND,
    max_rp: int | None = None,
    seen_hours_ago: float = 2,
    **facts: object,
) -> PeriodPost:
    """A post called ``name`` that was seen first in the period, unless said otherwise."""
    seen = NOW - timedelta(hours=seen_hours_ago)
    post = a_post(name, rp, **facts)  # type: ignore[arg-type]
    return PeriodPost(StoredPost(post, source, rp if max_rp is None else max_rp, NOW, seen), gained)


def a_topic(*posts: PeriodPost, **facts: object) -> TopicPeriod:
    return replace(TopicPeriod(DATA_CENTRE, posts, new_posts=len(posts)), **facts)  # type: ignore[arg-type]


def told(
    *topics: TopicPeriod, digest: Digest | None = None, channel: ChannelPeriod | None = None
) -> tuple[DigestTopic, ...]:
    return decide_digest(digest or a_digest(), PERIOD, topics, channel or ChannelPeriod(), NOW).topics


def names(topic: DigestTopic) -> list[str]:
    return [shown.post.canonical_id for shown in topic.posts]


def following(*sources: SourceName, **rules: object) -> ChannelPeriod:
    followed = FollowedTopic(Rules(**rules), frozenset(sources or SourceName))  # type: ignore[arg-type]
    return ChannelPeriod(followed={DATA_CENTRE.key: followed})


# -- which posts ---------------------------------------------------------------------------------------


def test_posts_that_gained_most_come_first_and_no_more_than_asked_for() -> None:
    (topic,) = told(a_topic(one("small", 1), one("big", 500), one("middle", 40), one("fallen", -3)))

    assert names(topic) == ["big", "middle", "small"]
    assert topic.state is TopicState.NEWS
    assert topic.posts[0].gained == 500


@pytest.mark.invariant(5)
def test_an_unknown_gain_comes_after_every_known_one() -> None:
    (topic,) = told(a_topic(one("unknown", None, rp=None), one("none", 0), one("fallen", -5)))

    assert names(topic) == ["none", "fallen", "unknown"]
    assert topic.posts[2].gained is None


def test_posts_that_gained_the_same_go_by_score_then_age_then_identity() -> None:
    (topic,) = told(
        a_topic(
            one("d", None, rp=None, hours_old=2),
            one("c", None, rp=None, hours_old=1),
            one("b", None, rp=None, hours_old=1),
            one("zero", None, rp=None, score=0, hours_old=5),
            one("scored", None, rp=None, score=9, hours_old=5),
        ),
        digest=a_digest(top=9),
    )

    assert names(topic) == ["scored", "zero", "b", "c", "d"]


def test_a_post_that_does_not_say_when_it_was_written_is_as_new_as_our_first_poll() -> None:
    (topic,) = told(a_topic(one("older", hours_old=3), one("undated", created_at=None, seen_hours_ago=2)))

    assert names(topic) == ["undated", "older"]


@pytest.mark.invariant(8)
def test_a_hidden_post_is_not_alerted() -> None:
    channel = ChannelPeriod(hidden=frozenset({one("gone").stored.post.key}))

    (topic,) = told(a_topic(one("gone", 99), one("there", 1)), channel=channel)

    assert names(topic) == ["there"]
    assert topic.more == 0


@pytest.mark.invariant(2)
def test_a_post_under_two_topics_is_alerted_under_the_first() -> None:
    first = a_topic(one("both", 9), one("first", 8))
    second = a_topic(one("both", 9), one("second", 1), topic=POWER)

    assert [names(topic) for topic in told(first, second)] == [["both", "first"], ["second"]]
    assert [names(topic) for topic in told(second, first)] == [["both", "second"], ["first"]]


def test_a_post_that_found_no_place_under_the_first_topic_is_alerted_under_the_second() -> None:
    first = a_topic(one("top", 9), one("both", 8))
    second = a_topic(one("both", 8), topic=POWER)

    assert [names(topic) for topic in told(first, second, digest=a_digest(top=1))] == [["top"], ["both"]]


@pytest.mark.invariant(2)
def test_a_post_that_the_channel_had_as_an_alert_is_marked() -> None:
    channel = ChannelPeriod(alerted=frozenset({one("alert").stored.post.key}))

    (topic,) = told(a_topic(one("alert", 9), one("news", 8)), channel=channel)

    assert [shown.alerted for shown in topic.posts] == [True, False]


@pytest.mark.invariant(9)
def test_a_post_is_shown_with_its_count_the_time_it_was_read_and_its_source() -> None:
    (topic,) = told(a_topic(one("a", 9, rp=120, source=MISSKEY)))

    (shown,) = topic.posts
    assert (shown.post.rp, shown.observed_at, shown.source) == (120, NOW, MISSKEY)


@pytest.mark.parametrize(
    ("post", "min_rp", "passes"),
    [
        (one(rp=100), 100, True),
        (one(rp=99), 100, False),
        (one(rp=95, max_rp=110), 100, True),
        (one(rp=0), 0, True),
        (one(gained=None, rp=None), 0, True),
        (one(gained=None, rp=None), -1, True),
        (one(gained=None, rp=None), 1, False),
        (one(gained=None, rp=None, source=SourceName.FEED, network=Network.WEB), 0, True),
        (one(gained=None, rp=None, source=SourceName.FEED, network=Network.WEB), 1, False),
    ],
)
@pytest.mark.parametrize("channel", [ChannelPeriod(), following()], ids=["named", "followed"])
@pytest.mark.invariant(5)
def test_the_threshold_of_a_digest(channel: ChannelPeriod, post: PeriodPost, min_rp: int, *, passes: bool) -> None:
    (topic,) = told(a_topic(post), digest=a_digest(min_rp=min_rp), channel=channel)

    assert bool(topic.posts) is passes


@pytest.mark.parametrize(
    ("channel", "passes"),
    [
        (ChannelPeriod(), True),
        (following(), True),
        (following(MISSKEY), True),
        (following(MASTODON), False),
        (following(exclude=("投稿",)), False),
        (following(include=("原発",)), False),
        (following(include=("投稿",)), True),
        (following(languages=("en",)), False),
        (following(muted_authors=("yamada",)), False),
        (following(allow_sensitive=False), False),
        (replace(following(exclude=("投稿",)), followed={POWER.key: FollowedTopic(Rules(), frozenset())}), True),
    ],
)
def test_what_the_subscription_stops_is_not_alerted(channel: ChannelPeriod, *, passes: bool) -> None:
    post = one(source=MISSKEY, language="ja", author_handle="@Yamada", sensitive=True)

    (topic,) = told(a_topic(post), channel=channel)

    assert bool(topic.posts) is passes
    assert topic.more == 0


# -- what is said of a topic ---------------------------------------------------------------------------


def test_more_are_the_new_posts_that_found_no_place() -> None:
    old = one("grew", 5, seen_hours_ago=30)
    (topic,) = told(a_topic(*(one(name, 9) for name in "abcde"), old, new_posts=5))

    assert (len(topic.posts), topic.new_posts, topic.more) == (3, 5, 2)


def test_more_counts_what_storage_has_beyond_the_posts_that_were_read() -> None:
    (topic,) = told(a_topic(*(one(name, 9) for name in "abcde"), new_posts=40, is_all=False))

    assert topic.more == 37


def test_new_posts_that_are_gone_or_taken_down_everywhere_are_not_counted() -> None:
    """Storage counts what was seen first; what is not there any more it does not bring."""
    (none,) = told(a_topic(new_posts=2))
    (some,) = told(a_topic(one("a", 9), new_posts=3))

    assert (none.new_posts, none.more) == (0, 0)
    assert (some.new_posts, some.more) == (1, 0)


def test_more_are_at_least_those_that_were_read() -> None:
    """Two places may have seen a post first at two times; the count goes by one of them, the post by the other."""
    (topic,) = told(a_topic(*(one(name, 9) for name in "abcde"), new_posts=1))

    assert topic.more == 2


@pytest.mark.parametrize(
    ("topic", "state"),
    [
        (a_topic(one()), TopicState.NEWS),
        (a_topic(one(), troubles=(DOWN,)), TopicState.NEWS),
        (a_topic(), TopicState.QUIET),
        (a_topic(troubles=(DOWN,)), TopicState.BROKEN),
        (a_topic(polled=False), TopicState.BROKEN),
        (a_topic(polled=False, awaited=True), TopicState.AWAITED),
        (a_topic(polled=False, awaited=True, troubles=(DOWN,)), TopicState.BROKEN),
        (a_topic(volumes=(Volume(TREND, 12, None, NOW),)), TopicState.QUIET),
        (a_topic(volumes=(Volume(TREND, 12, None, NOW),), troubles=(DOWN,)), TopicState.BROKEN),
    ],
)
@pytest.mark.invariant(5)
def test_a_topic_that_could_not_be_read_is_not_quiet(topic: TopicPeriod, state: TopicState) -> None:
    (said,) = told(topic)

    assert said.state is state
    assert said.troubles == topic.troubles
    assert (said.volume is not None) is bool(topic.volumes)


def test_what_only_other_channels_listen_to_is_nothing_to_this_one() -> None:
    topic = a_topic(
        troubles=(DOWN,),
        volumes=(Volume(MASTODON, 12, 9, NOW),),
        audience=Audience(60, 40),
        audience_source=MASTODON,
    )

    (said,) = told(topic, channel=following(TREND))

    assert said == DigestTopic(topic.topic, TopicState.QUIET)
    assert told(topic, channel=following(MASTODON))[0].audience == Audience(60, 40)


@pytest.mark.parametrize(
    ("volumes", "source"),
    [
        ((), None),
        ((Volume(X, 5, None, NOW), Volume(TREND, 4, None, NOW)), TREND),
        ((Volume(MASTODON, 5, 4, NOW), Volume(TREND, 400, None, NOW)), MASTODON),
        ((Volume(MASTODON, 5, 0, NOW), Volume(MISSKEY, 4, 3, NOW), Volume(X, 1, 1, NOW)), X),
        ((Volume(SourceName.BLUESKY, 5, 0, NOW), Volume(MASTODON, 4, 3, NOW)), MASTODON),
    ],
)
def test_the_volume_that_can_be_compared_is_shown_else_that_of_the_best_source(
    volumes: tuple[Volume, ...], source: SourceName | None
) -> None:
    for order in (volumes, volumes[::-1]):
        (topic,) = told(a_topic(volumes=order))
        assert (topic.volume and topic.volume.source) == source


def test_of_two_counts_by_one_source_the_newer_is_shown() -> None:
    older, newer = Volume(MASTODON, 9, 5, NOW - timedelta(hours=1)), Volume(MASTODON, 7, 5, NOW)

    assert told(a_topic(volumes=(older, newer)))[0].volume == newer


def test_what_alerts_held_back_is_counted_under_its_topic() -> None:
    channel = ChannelPeriod(held={POWER.key: 4})

    assert [topic.held for topic in told(a_topic(), a_topic(topic=POWER), channel=channel)] == [0, 4]


@pytest.mark.parametrize(("after", "late"), [(timedelta(0), False), (LATE_AFTER, False), (LATE_AFTER * 1.1, True)])
def test_a_digest_that_was_due_long_ago_says_so(after: timedelta, *, late: bool) -> None:
    content = decide_digest(a_digest(), PERIOD, [], ChannelPeriod(), NOW + after)

    assert content == DigestContent(
        DigestId(1), "朝刊", PERIOD, "Asia/Tokyo", "ja", topics=(), role_id=RoleId(3), late=late
    )


# -- asking for more -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "channel", "wants"),
    [
        (a_topic(one("a"), one("b"), is_all=False), following(exclude=("投稿 a",)), True),
        (a_topic(one("a"), one("b"), is_all=False), ChannelPeriod(), False),
        (a_topic(one("a"), is_all=True), ChannelPeriod(), False),
        (a_topic(is_all=False), ChannelPeriod(), True),
    ],
)
def test_more_is_asked_for_where_the_rules_left_too_little(
    topic: TopicPeriod, channel: ChannelPeriod, *, wants: bool
) -> None:
    assert needs_more_candidates(a_digest(top=2), [topic], channel) == ((DATA_CENTRE.key,) if wants else ())


def test_more_is_asked_for_where_the_topic_before_took_the_posts() -> None:
    first, second = a_topic(one("a"), is_all=False), a_topic(one("a"), topic=POWER, is_all=False)

    assert needs_more_candidates(a_digest(top=1), [first, second], ChannelPeriod()) == (POWER.key,)


# -- taken down ----------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
def test_of_a_post_that_is_taken_down_nothing_is_left_in_a_digest() -> None:
    content = decide_digest(a_digest(), PERIOD, [a_topic(one("a", 9), one("b", 8))], ChannelPeriod(), NOW)
    before = content.topics[0].posts

    after = content.without(before[0].post.key).topics[0].posts

    assert after[0] == replace(before[0], post=before[0].post.redacted(), hidden=True)
    assert before[0].post.text not in repr(after)
    assert after[1] == before[1]


def test_a_digest_without_the_post_stays_as_it_is() -> None:
    content = decide_digest(a_digest(), PERIOD, [a_topic(one("a"))], ChannelPeriod(), NOW)

    assert content.without(PostKey("x:other")) == content


# -- what must hold for all of them --------------------------------------------------------------------

COUNTS = st.none() | st.integers(0, 3) | st.integers(0, 10**6)
POSTS = st.builds(
    one,
    name=st.sampled_from("abcdefgh"),
    gained=st.none() | st.integers(-2, 3) | st.integers(-100, 10**6),
    rp=COUNTS,
    source=st.sampled_from(SourceName),
    max_rp=COUNTS,
    seen_hours_ago=st.sampled_from([0.5, 2, 23, 30]),
    hours_old=st.integers(1, 3),
    score=st.none() | st.integers(0, 3),
    language=st.sampled_from(["ja", "en", None]),
    sensitive=st.booleans(),
)
KEYS = st.frozensets(st.sampled_from("abcdefgh").map(lambda name: a_post(name).key), max_size=6)
RULES = st.builds(
    Rules,
    exclude=st.lists(st.sampled_from("abc"), max_size=1).map(tuple),
    languages=st.lists(st.sampled_from(["ja", "en"]), max_size=1).map(tuple),
    allow_sensitive=st.booleans(),
)
SOURCES = st.frozensets(st.sampled_from(SourceName), min_size=1)
TROUBLES = st.lists(
    st.builds(SourceProblem, st.builds(Endpoint, st.sampled_from(SourceName)), st.just(DOWN.cause)), max_size=2
).map(tuple)


@st.composite
def topics(draw: st.DrawFn) -> list[TopicPeriod]:
    """Up to three topics that share posts; each post once in a topic."""
    posts = st.lists(POSTS, max_size=5, unique_by=lambda post: post.stored.post.key).map(tuple)
    return [
        TopicPeriod(
            make_topic(name),
            found := draw(posts),
            is_all=draw(st.booleans()),
            new_posts=len(found) + draw(st.integers(0, 5)),
            polled=draw(st.booleans()),
            volumes=tuple(
                draw(
                    st.lists(
                        st.builds(Volume, st.sampled_from(SourceName), st.integers(0, 9), COUNTS, st.just(NOW)),
                        max_size=3,
                    )
                )
            ),
            troubles=draw(TROUBLES),
        )
        for name in draw(st.sampled_from(["あ", "あい", "あいう"]))
    ]


CHANNELS = st.builds(
    ChannelPeriod,
    alerted=KEYS,
    hidden=KEYS,
    held=st.dictionaries(st.sampled_from("あいう").map(lambda name: make_topic(name).key), st.integers(1, 9)),
    followed=st.dictionaries(
        st.sampled_from("あいう").map(lambda name: make_topic(name).key), st.builds(FollowedTopic, RULES, SOURCES)
    ),
)
DIGESTS = st.builds(a_digest, top=st.integers(1, 5), min_rp=st.integers(-1, 3))
FEW = settings(max_examples=40, deadline=None)
"""A case is a whole channel's day: drawing one takes longer than deciding it."""
Case = tuple[Digest, list[TopicPeriod], ChannelPeriod]
CASES: st.SearchStrategy[Case] = st.tuples(DIGESTS, topics(), CHANNELS)


def decided(case: Case) -> DigestContent:
    digest, found, channel = case
    return decide_digest(digest, PERIOD, found, channel, NOW)


@FEW
@given(CASES)
@pytest.mark.invariant(2)
@pytest.mark.invariant(3)
def test_no_topic_shows_more_than_asked_for_and_no_post_is_shown_twice(case: Case) -> None:
    content = decided(case)
    keys = [shown.post.key for topic in content.topics for shown in topic.posts]

    assert len(keys) == len(set(keys))
    assert all(len(topic.posts) <= case[0].settings.top for topic in content.topics)
    assert [topic.topic for topic in content.topics] == [topic.topic for topic in case[1]]


@FEW
@given(CASES)
@pytest.mark.invariant(8)
def test_nothing_that_is_hidden_is_alerted(case: Case) -> None:
    assert not any(shown.post.key in case[2].hidden for topic in decided(case).topics for shown in topic.posts)


@FEW
@given(CASES)
@pytest.mark.invariant(5)
def test_an_unknown_rp_never_passes_the_threshold(case: Case) -> None:
    read = {(topic.topic, post.stored.post): post.stored for topic in case[1] for post in topic.posts}

    for topic in decided(case).topics:
        for shown in topic.posts:
            stored = read[topic.topic, shown.post]
            known = [rp for rp in (stored.max_rp, shown.post.rp) if rp is not None]
            assert case[0].settings.min_rp <= 0 or max(known, default=-1) >= case[0].settings.min_rp


@FEW
@given(CASES)
@pytest.mark.invariant(5)
def test_quiet_never_goes_with_trouble_nor_with_posts(case: Case) -> None:
    for topic, read in zip(decided(case).topics, case[1], strict=True):
        assert (topic.state is TopicState.NEWS) is bool(topic.posts)
        if topic.state is TopicState.QUIET:
            assert not topic.troubles
            assert read.polled


@FEW
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_in_which_posts_and_counts_come_does_not_matter(case: Case, shuffle: random.Random) -> None:
    digest, found, channel = case

    def mixed(items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(shuffle.sample(items, len(items)))

    again = [replace(topic, posts=mixed(topic.posts), volumes=mixed(topic.volumes)) for topic in found]

    assert decide_digest(digest, PERIOD, again, channel, NOW) == decided(case)


@FEW
@given(CASES)
def test_no_more_new_posts_are_left_than_there_were(case: Case) -> None:
    for topic in decided(case).topics:
        assert 0 <= topic.more <= topic.new_posts


@FEW
@given(CASES)
def test_more_is_wanted_of_no_topic_that_is_shown_in_full(case: Case) -> None:
    digest, found, channel = case
    short = {topic.topic.key for topic in decided(case).topics if len(topic.posts) < digest.settings.top}

    assert set(needs_more_candidates(digest, found, channel)) == {
        topic.topic.key for topic in found if topic.topic.key in short and not topic.is_all
    }


@FEW
@given(CASES, st.sampled_from("abcdefgh"))
@pytest.mark.invariant(8)
def test_a_take_down_leaves_nothing_a_person_wrote(case: Case, name: str) -> None:
    content, key = decided(case), a_post(name).key

    after = content.without(key)

    assert a_post(name).text not in repr(after)
    assert after.without(key) == after
