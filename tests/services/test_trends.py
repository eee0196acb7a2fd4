"""Answers to /trend: what is asked, what is remembered, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.causes import Cause
from bot.core.errors import RefusedRequest, SourceBusy, SourceError
from bot.core.limits.weighted_cache import weight_of
from bot.core.models import (
    AnswerTrait,
    ChannelId,
    FetchRequest,
    FetchResult,
    GuildId,
    Health,
    Network,
    NewSubscription,
    NotModified,
    PollPlan,
    Post,
    PostChange,
    Snapshot,
    SourceName,
    SubscriptionSettings,
    UserId,
    Validators,
    Viewer,
    WatchHealth,
    WatchUpdate,
)
from bot.core.text import make_topic
from bot.services.caches.answers import CACHE_BYTES
from bot.services.trends import SubscribersOnly, TrendService
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.sqlite_file import empty_file

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HERE = Viewer(GuildId(1), frozenset({ChannelId(2)}), UserId(3), ChannelId(2))
PAGE, MASTODON, X = SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.X


@dataclass(slots=True)
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(slots=True)
class PaperSource:
    """A source that answers what a test wrote down and counts how often it was asked."""

    name: SourceName = PAGE
    network: Network = Network.X
    can_recheck: bool = False
    costs_money: bool = False
    target_templates: tuple[str, ...] = ("",)
    posts: tuple[Post, ...] = ()
    snapshot: Snapshot | None = None
    failure: Exception | None = None
    silent: bool = False
    door: asyncio.Event | None = None
    polls: list[FetchRequest] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult | NotModified:
        self.polls.append(request)
        self.asked.set()
        if self.door is not None:
            await self.door.wait()
        if self.failure is not None:
            raise self.failure
        return NotModified(self.name) if self.silent else FetchResult(self.name, self.posts, self.snapshot)

    def describe_request(self, request: FetchRequest) -> str:
        return f"#{request.topic.name}"


def a_post(name: str, rp: int | None, *, hours_old: float = 1) -> Post:
    return Post(Network.X, name, f"投稿 {name}", rp=rp, created_at=NOW - timedelta(hours=hours_old))


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_sqlite(empty_file(tmp_path / "trends.db"))
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def service(storage: Storage, clock: Clock, *sources: PaperSource) -> TrendService:
    return TrendService(storage, {source.name: source for source in sources}, clock=clock, fresh_s=600)


async def follow(storage: Storage, name: str, source: SourceName = PAGE) -> None:
    await storage.subscriptions.subscribe(
        NewSubscription(
            GuildId(1), ChannelId(2), make_topic(name), UserId(3), SubscriptionSettings("ja", {source: 100})
        ),
        NOW,
        NOW,
    )


async def polled(
    storage: Storage,
    at: datetime,
    *posts: Post,
    snapshot: Snapshot | None = None,
    health: Health = Health.OK,
    health_record: WatchHealth = WatchHealth(),  # noqa: B008 - frozen
) -> None:
    """A poll of everything due that found these posts."""
    for due in await storage.watches.claim_due(at, limit=10, lease_s=60):
        update = WatchUpdate(at + timedelta(minutes=5), None, Validators(), at, 0, health, None, health_record)
        changes = tuple(PostChange(post, post.rp, None, post.text, is_new=True, sampled=True) for post in posts)
        await storage.polls.commit(PollPlan(due.watch, at, update, changes, snapshot))


async def test_topic_nobody_follows_is_asked_of_every_source_at_once(storage: Storage, clock: Clock) -> None:
    page = PaperSource(PAGE, posts=(a_post("a", 5), a_post("b", None), a_post("c", 90)))
    mastodon = PaperSource(MASTODON, posts=(a_post("d", 7),))
    both = asyncio.Event()
    page.door = mastodon.door = both
    trends = service(storage, clock, page, mastodon)

    asking = asyncio.ensure_future(trends.ask("データセンター"))
    await asyncio.gather(page.asked.wait(), mastodon.asked.wait())
    both.set()
    answer = await asking

    assert [one.source for one in answer.answers] == [PAGE, MASTODON]
    assert [post.rp for post in answer.answers[0].posts] == [90, 5, None]
    assert answer.answers[0].asked == "#データセンター"
    assert answer.answers[0].observed_at == NOW
    assert answer.similar == ()


async def test_one_source_is_asked_where_one_is_named(storage: Storage, clock: Clock) -> None:
    page, mastodon = PaperSource(PAGE), PaperSource(MASTODON)

    answer = await service(storage, clock, page, mastodon).ask("猫", MASTODON)

    assert [one.source for one in answer.answers] == [MASTODON]
    assert not page.polls


async def test_failing_source_stands_beside_what_the_others_gave(storage: Storage, clock: Clock) -> None:
    page = PaperSource(PAGE, posts=(a_post("a", 5),))
    mastodon = PaperSource(MASTODON, failure=SourceBusy("429"))

    answer = await service(storage, clock, page, mastodon).ask("猫")

    assert answer.answers[0].posts
    assert isinstance(answer.answers[1].error, SourceBusy)


async def test_bug_in_a_source_is_a_plain_failure_and_logged(
    storage: Storage, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = PaperSource(PAGE, failure=ZeroDivisionError("oops"))

    answer = await service(storage, clock, broken).ask("猫")

    assert type(answer.answers[0].error) is SourceError
    assert "ZeroDivisionError" in caplog.text


async def test_source_that_says_not_modified_to_a_first_question_has_failed(
    storage: Storage, clock: Clock
) -> None:
    answer = await service(storage, clock, PaperSource(silent=True)).ask("猫")

    assert isinstance(answer.answers[0].error, SourceError)


async def test_same_question_from_two_people_at_once_makes_one_fetch(storage: Storage, clock: Clock) -> None:
    door = asyncio.Event()
    page = PaperSource(posts=(a_post("a", 5),), door=door)
    trends = service(storage, clock, page)

    asking = asyncio.gather(trends.ask("データセンター"), trends.ask("#データセンター"))
    await page.asked.wait()
    door.set()
    first, second = await asking

    assert len(page.polls) == 1
    assert first.answers == second.answers


async def test_asker_who_goes_away_does_not_take_the_others_answer(storage: Storage, clock: Clock) -> None:
    door = asyncio.Event()
    page = PaperSource(posts=(a_post("a", 5),), door=door)
    trends = service(storage, clock, page)
    leaving = asyncio.ensure_future(trends.ask("猫"))
    await page.asked.wait()
    staying = asyncio.ensure_future(trends.ask("猫"))

    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    door.set()
    answer = await staying

    assert answer.answers[0].posts
    assert len(page.polls) == 1


async def test_answer_is_remembered_for_a_minute(storage: Storage, clock: Clock) -> None:
    page = PaperSource(posts=(a_post("a", 5),))
    trends = service(storage, clock, page)
    await trends.ask("猫")

    clock.forward(seconds=59)
    await trends.ask("猫")
    assert len(page.polls) == 1

    clock.forward(seconds=1)
    await trends.ask("猫")
    assert len(page.polls) == 2


async def test_failure_is_remembered_for_ten_seconds_only(storage: Storage, clock: Clock) -> None:
    page = PaperSource(failure=SourceBusy("503"))
    trends = service(storage, clock, page)
    await trends.ask("猫")

    clock.forward(seconds=9)
    await trends.ask("猫")
    clock.forward(seconds=1)
    await trends.ask("猫")

    assert len(page.polls) == 2


@pytest.mark.invariant(11)
async def test_memory_of_answers_is_bounded_in_bytes_whatever_a_source_shows(
    storage: Storage, clock: Clock
) -> None:
    huge = replace(a_post("x", 1), text="😀" + "a" * 9_700, author_name="名" * 5_000, url="https://e.jp/" * 500)
    page = PaperSource(posts=tuple(replace(huge, canonical_id=str(number), rp=number) for number in range(500)))
    trends = service(storage, clock, page)

    first = await trends.ask("topic 0")
    for number in range(1, 40):
        await trends.ask(f"topic {number}")

    again = await trends.ask("topic 39")
    assert len(page.polls) == 40  # the last answer is remembered, heavy as it came
    by_rp = [[post.key for post in answer.answers[0].posts[:100]] for answer in (first, again)]
    assert by_rp[0] == by_rp[1]
    assert again.answers[0].given == 500
    kept = trends._cache._answers
    assert weight_of(kept) <= 1.2 * CACHE_BYTES
    assert kept.bytes <= CACHE_BYTES


async def test_answer_past_its_time_does_not_stay_in_memory(storage: Storage, clock: Clock) -> None:
    trends = service(storage, clock, PaperSource(posts=(a_post("a", 1),)))
    for number in range(5):
        await trends.ask(f"topic {number}")

    clock.forward(minutes=5)
    await trends.ask("topic 9")

    assert len(trends._cache._answers) == 1


async def test_followed_topic_just_polled_is_answered_from_memory(storage: Storage, clock: Clock) -> None:
    page = PaperSource()
    await follow(storage, "データセンター")
    snapshot = Snapshot(NOW, volume=1234)
    await polled(storage, NOW, a_post("a", 5), a_post("b", 80), snapshot=snapshot)
    clock.forward(minutes=10)

    answer = await service(storage, clock, page).ask("＃データセンター", viewer=HERE)

    assert not page.polls
    assert [post.rp for post in answer.answers[0].posts] == [80, 5]
    assert answer.answers[0].snapshot == snapshot
    assert answer.answers[0].observed_at == NOW
    assert set(answer.answers[0].rp_times.values()) == {NOW}


async def test_followed_topic_not_polled_lately_is_asked_for(storage: Storage, clock: Clock) -> None:
    page = PaperSource(posts=(a_post("a", 5),))
    await follow(storage, "データセンター")
    await polled(storage, NOW, a_post("a", 4))
    clock.forward(minutes=10, seconds=1)

    answer = await service(storage, clock, page).ask("データセンター")

    assert len(page.polls) == 1
    assert answer.answers[0].posts[0].rp == 5


async def test_quiet_followed_topic_shows_what_its_page_held(storage: Storage, clock: Clock) -> None:
    old = a_post("old", 50, hours_old=24)
    await follow(storage, "データセンター")
    await polled(storage, NOW, old)
    clock.forward(days=5)
    await polled(storage, clock())

    answer = await service(storage, clock, PaperSource()).ask("データセンター", viewer=HERE)

    assert answer.answers[0].posts == (old,)


async def test_post_that_two_sources_saw_is_remembered_of_both(storage: Storage, clock: Clock) -> None:
    """And a source with small numbers is not crowded out by one with large ones."""
    await follow(storage, "データセンター", PAGE)
    await polled(storage, NOW, a_post("both", 5))
    await storage.watches.add([(MASTODON, make_topic("データセンター"), None)], NOW)
    await polled(storage, NOW, a_post("both", 900), *(a_post(f"loud {number}", 1000) for number in range(500)))
    page, mastodon = PaperSource(PAGE), PaperSource(MASTODON)

    answer = await service(storage, clock, page, mastodon).ask("データセンター", viewer=HERE)

    assert [[post.rp for post in one.posts][:1] for one in answer.answers] == [[5], [1000]]
    assert not page.polls


async def test_costly_source_is_asked_for_followed_topics_only(storage: Storage, clock: Clock) -> None:
    costly = PaperSource(X, costs_money=True, posts=(a_post("a", 5),))
    trends = service(storage, clock, costly)

    unfollowed = await trends.ask("データセンター", viewer=HERE)
    assert isinstance(unfollowed.answers[0].error, SubscribersOnly)
    assert not costly.polls

    await follow(storage, "データセンター", X)
    followed = await trends.ask("データセンター", viewer=HERE)
    assert followed.answers[0].posts


async def test_nothing_found_offers_known_topics_like_it(storage: Storage, clock: Clock) -> None:
    await follow(storage, "データセンター")

    answer = await service(storage, clock, PaperSource()).ask("データ", viewer=HERE)

    assert [topic.name for topic in answer.similar] == ["データセンター"]


@pytest.mark.invariant(10)
async def test_topic_is_shown_as_the_one_who_asks_typed_it(storage: Storage, clock: Clock) -> None:
    await follow(storage, "DataCenter")

    answer = await service(storage, clock, PaperSource()).ask("#dataCENTER", viewer=HERE)

    assert answer.topic.name == "dataCENTER"


@pytest.mark.parametrize(
    ("typed", "text_id"),
    [("", "error-topic-empty"), (" ＃ ", "error-topic-empty"), ("あ" * 61, "error-topic-long")],
)
async def test_what_cannot_be_a_topic_is_refused(storage: Storage, clock: Clock, typed: str, text_id: str) -> None:
    with pytest.raises(RefusedRequest) as refusal:
        await service(storage, clock, PaperSource()).ask(typed)

    assert refusal.value.text_id == text_id


async def test_topic_as_long_as_it_may_be_is_asked(storage: Storage, clock: Clock) -> None:
    page = PaperSource()

    await service(storage, clock, page).ask("あ" * 60)

    assert page.polls[0].topic.name == "あ" * 60


async def test_source_that_is_off_is_refused_with_those_that_are_on(storage: Storage, clock: Clock) -> None:
    with pytest.raises(RefusedRequest) as refusal:
        await service(storage, clock, PaperSource(PAGE), PaperSource(MASTODON)).ask("猫", X)

    assert refusal.value.values == {"source": "x", "available": "trendpage,mastodon"}


async def test_suggestions_are_known_topics(storage: Storage, clock: Clock) -> None:
    await follow(storage, "データセンター")

    suggested = await service(storage, clock, PaperSource()).suggest("デー", HERE)

    assert [topic.name for topic in suggested] == ["データセンター"]


# -- a broken source is not a quiet topic ----------------------------------------------------------------


@pytest.mark.invariant(5)
@pytest.mark.parametrize("health", [Health.DEGRADED, Health.DOWN])
async def test_memory_of_a_watch_that_is_unwell_says_so(storage: Storage, clock: Clock, health: Health) -> None:
    await follow(storage, "猫")
    lost = Cause.NO_RP
    await polled(storage, NOW, a_post("a", 5), health=health, health_record=WatchHealth(since=NOW, cause=lost))
    page = PaperSource(PAGE)

    (answer,) = (await service(storage, clock, page).ask("猫", viewer=HERE)).answers

    assert not page.polls
    assert ([post.rp for post in answer.posts], answer.trouble) == ([5], lost)


async def test_memory_of_a_watch_that_is_well_or_only_silent_says_nothing(storage: Storage, clock: Clock) -> None:
    await follow(storage, "猫")
    silent = WatchHealth(since=NOW, cause=Cause.SILENT, hours=40, usual_hours=2)
    await polled(storage, NOW, a_post("a", 5), health=Health.DEGRADED, health_record=silent)

    (answer,) = (await service(storage, clock, PaperSource(PAGE)).ask("猫")).answers

    assert answer.trouble is None


@pytest.mark.invariant(5)
async def test_answer_of_just_now_is_held_against_what_the_page_used_to_show(
    storage: Storage, clock: Clock
) -> None:
    await follow(storage, "猫")
    await polled(storage, NOW, health_record=WatchHealth(shown=frozenset({AnswerTrait.POSTS, AnswerTrait.RP})))
    clock.now += timedelta(hours=1)

    (answer,) = (await service(storage, clock, PaperSource(PAGE)).ask("猫", viewer=HERE)).answers

    assert (answer.posts, answer.trouble) == ((), Cause.NO_POSTS)


# -- several places, and addresses -----------------------------------------------------------------------

FEED = SourceName.FEED
ADDRESS = "https://news.example/feed.xml"
OTHER_SERVER = "https://social.example"


async def test_every_server_of_a_source_is_asked_and_answers_for_itself(storage: Storage, clock: Clock) -> None:
    mastodon = PaperSource(MASTODON, target_templates=("", OTHER_SERVER), posts=(a_post("a", 5),))

    answer = await service(storage, clock, mastodon).ask("データセンター")

    assert [poll.target for poll in mastodon.polls] == [None, OTHER_SERVER]
    assert [one.source for one in answer.answers] == [MASTODON, MASTODON]


async def test_memory_answers_for_a_source_only_when_all_its_servers_polled(
    storage: Storage, clock: Clock
) -> None:
    mastodon = PaperSource(MASTODON, target_templates=("", OTHER_SERVER))
    await storage.source_targets.set_sources({MASTODON: [""]}, NOW)
    await follow(storage, "データセンター", MASTODON)
    await polled(storage, NOW, a_post("a", 5))
    trends = service(storage, clock, mastodon)

    await trends.ask("データセンター", viewer=HERE)
    assert len(mastodon.polls) == 2

    await storage.source_targets.set_sources({MASTODON: ["", OTHER_SERVER]}, NOW)
    await polled(storage, NOW, a_post("a", 9))
    clock.forward(minutes=2)
    answer = await trends.ask("データセンター", viewer=HERE)

    assert len(mastodon.polls) == 2
    (one,) = answer.answers
    assert [post.rp for post in one.posts] == [9], "one post, with the largest RP, never the sum"


async def test_source_without_a_place_is_not_asked(storage: Storage, clock: Clock) -> None:
    feed, page = PaperSource(FEED, target_templates=()), PaperSource(PAGE)

    answer = await service(storage, clock, feed, page).ask("データセンター")

    assert [one.source for one in answer.answers] == [PAGE]
    assert feed.polls == []


async def test_address_is_asked_of_the_feeds_alone_and_its_key_stands_for_it(
    storage: Storage, clock: Clock
) -> None:
    feed, page = PaperSource(FEED, target_templates=(), posts=(a_post("a", None),)), PaperSource(PAGE)
    trends = service(storage, clock, feed, page)

    answer = await trends.ask(ADDRESS, viewer=HERE)
    clock.forward(minutes=5)
    again = await trends.ask(answer.topic.handle, viewer=HERE)

    assert [poll.target for poll in feed.polls] == [ADDRESS, ADDRESS]
    assert (again.topic.key, len(again.topic.handle) < 60) == (answer.topic.key, True)
    assert page.polls == []


async def test_followed_address_is_known_by_its_key_after_a_restart(storage: Storage, clock: Clock) -> None:
    topic = make_topic(ADDRESS)
    await storage.subscriptions.subscribe(
        NewSubscription(
            GuildId(1), ChannelId(2), topic, UserId(3), SubscriptionSettings("ja", {FEED: 0}), target=ADDRESS
        ),
        NOW,
        NOW,
    )
    feed = PaperSource(FEED, target_templates=())

    await service(storage, clock, feed).ask(topic.handle, viewer=HERE)

    assert [poll.target for poll in feed.polls] == [ADDRESS]


async def test_forgotten_address_has_to_be_given_again(storage: Storage, clock: Clock) -> None:
    with pytest.raises(RefusedRequest) as caught:
        await service(storage, clock, PaperSource(FEED, target_templates=())).ask(make_topic(ADDRESS).handle)

    assert caught.value.text_id == "error-address-forgotten"


async def test_address_without_the_source_for_feeds_is_refused(storage: Storage, clock: Clock) -> None:
    with pytest.raises(RefusedRequest) as caught:
        await service(storage, clock, PaperSource(PAGE)).ask(ADDRESS)

    assert caught.value.text_id == "error-source-off"


async def test_only_sources_that_can_be_asked_for_a_topic_are_offered(storage: Storage, clock: Clock) -> None:
    trends = service(storage, clock, PaperSource(PAGE), PaperSource(FEED, target_templates=()))

    assert trends.sources_for(make_topic("データセンター")) == (PAGE,)
    assert trends.sources_for(make_topic(ADDRESS)) == (FEED,)


@pytest.mark.parametrize(
    ("typed", "source", "text_id"),
    [("データセンター", FEED, "error-feed-address"), (ADDRESS, PAGE, "error-address-is-feed")],
)
async def test_source_that_cannot_be_asked_for_a_topic_is_refused_with_the_way_out(
    storage: Storage, clock: Clock, typed: str, source: SourceName, text_id: str
) -> None:
    trends = service(storage, clock, PaperSource(PAGE), PaperSource(FEED, target_templates=()))

    with pytest.raises(RefusedRequest) as caught:
        await trends.ask(typed, source)

    assert caught.value.text_id == text_id


# -- whose an address is ----------------------------------------------------------------------------------

STRANGERS = (
    Viewer(GuildId(9), frozenset({ChannelId(8)}), UserId(7), ChannelId(8)),
    Viewer(GuildId(1), frozenset(), UserId(7), ChannelId(4)),
    Viewer(user_id=UserId(7), here=ChannelId(70)),
)
"""Of another server; of the same one, where they do not see the channel; in a direct message."""


async def is_known(trends: TrendService, viewer: Viewer) -> bool:
    """Whether the key of the address stands for it."""
    try:
        await trends.ask(make_topic(ADDRESS).handle, viewer=viewer)
    except RefusedRequest as refusal:
        if refusal.text_id != "error-address-forgotten":
            raise
        return False
    return True


@pytest.mark.invariant(10)
async def test_key_of_an_address_leads_there_for_those_alone_whose_channels_follow_it(
    storage: Storage, clock: Clock
) -> None:
    await storage.subscriptions.subscribe(
        NewSubscription(
            GuildId(1),
            ChannelId(2),
            make_topic(ADDRESS),
            UserId(3),
            SubscriptionSettings("ja", {FEED: 0}),
            target=ADDRESS,
        ),
        NOW,
        NOW,
    )
    trends = service(storage, clock, PaperSource(FEED, target_templates=()))

    assert await is_known(trends, HERE)
    assert not any([await is_known(trends, stranger) for stranger in STRANGERS])


@pytest.mark.invariant(10)
@pytest.mark.parametrize("public", [True, False])
async def test_address_that_was_asked_for_is_known_to_who_saw_the_answer(
    storage: Storage, clock: Clock, *, public: bool
) -> None:
    trends = service(storage, clock, PaperSource(FEED, target_templates=()))
    await trends.ask(ADDRESS, viewer=HERE, public=public)

    neighbour = Viewer(GuildId(1), frozenset(), UserId(4), HERE.here)
    elsewhere = Viewer(GuildId(5), frozenset(), HERE.user_id, ChannelId(6))

    assert await is_known(trends, HERE)
    assert await is_known(trends, elsewhere), "the same person"
    assert await is_known(trends, neighbour) is public
    assert not any([await is_known(trends, stranger) for stranger in STRANGERS])


@pytest.mark.invariant(10)
async def test_stored_posts_of_a_topic_that_only_others_follow_are_not_shown(
    storage: Storage, clock: Clock
) -> None:
    await follow(storage, "DataCenter")
    await polled(
        storage, NOW, a_post("left the page", 500), snapshot=Snapshot(NOW, volume=1234), health=Health.DOWN
    )
    page = PaperSource()
    trends = service(storage, clock, page)

    for stranger in STRANGERS:
        answer = await trends.ask("datacenter", viewer=stranger)

        assert answer.topic.name == "datacenter"
        assert [(one.posts, one.snapshot, one.trouble) for one in answer.answers] == [((), None, None)]
        assert answer.similar == ()
    assert len(page.polls) == 1, "asked now, and remembered as anybody's answer is"


@pytest.mark.invariant(10)
async def test_costly_source_is_asked_for_what_their_own_channels_follow(storage: Storage, clock: Clock) -> None:
    costly = PaperSource(X, costs_money=True, posts=(a_post("a", 5),))
    await follow(storage, "データセンター", X)
    trends = service(storage, clock, costly)

    for stranger in STRANGERS:
        answer = await trends.ask("データセンター", viewer=stranger)
        assert isinstance(answer.answers[0].error, SubscribersOnly)
    assert not costly.polls


@pytest.mark.invariant(10)
async def test_who_follows_a_topic_now_is_not_shown_what_was_seen_for_others_before(
    storage: Storage, clock: Clock
) -> None:
    """Else the first answer after ``/subscribe`` would say that somebody else had followed it."""
    await follow(storage, "データセンター")
    await polled(storage, NOW, a_post("left the page", 500), snapshot=Snapshot(NOW, volume=1234))
    clock.forward(minutes=1)
    there = Viewer(GuildId(9), frozenset({ChannelId(8)}), UserId(7), ChannelId(8))
    wanted = NewSubscription(
        GuildId(9), ChannelId(8), make_topic("データセンター"), UserId(7), SubscriptionSettings("ja", {PAGE: 100})
    )
    await storage.subscriptions.subscribe(wanted, clock(), clock())
    page = PaperSource(posts=(a_post("on the page", 5),))
    trends = service(storage, clock, page)

    theirs = (await trends.ask("データセンター", viewer=there)).answers
    before = (await trends.ask("データセンター", viewer=HERE)).answers

    assert [[post.canonical_id for post in one.posts] for one in theirs] == [["on the page"]]
    assert [[post.canonical_id for post in one.posts] for one in before] == [["left the page"]]
