"""Subscriptions on the real storage, with sources that answer from a shelf."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.count_steps import next_step
from bot.core.alerting.dry_run import DAY, dry_run, top_posts
from bot.core.alerting.policy import PollPolicy
from bot.core.causes import Cause
from bot.core.errors import RefusedRequest, SourceBusy, SourceError
from bot.core.models import (
    ChannelId,
    FetchRequest,
    FetchResult,
    GuildId,
    Network,
    PauseReason,
    Post,
    RoleId,
    Rules,
    SourceName,
    StoredPost,
    SubscriptionSettings,
    UserId,
)
from bot.core.planning.plan import plan_poll
from bot.services.input.text import parse_min_rp, parse_words, write_words
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest
from bot.services.subscriptions.service import SubscriptionService
from bot.services.trends import TrendService
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.conftest import START, Clock, make_settings
from tests.sqlite_file import empty_file

GUILD = GuildId(1)
CHANNEL = ChannelId(10)
PAGE, TAG, FEED = SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.FEED


@dataclass
class Shelf:
    """A source that shows what lies on its shelf."""

    name: SourceName
    network: Network
    posts: tuple[Post, ...] = ()
    error: SourceError | None = None
    asked: list[str] = field(default_factory=list)
    can_recheck: bool = False
    costs_money: bool = False
    target_templates: tuple[str, ...] = ("",)

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        self.asked.append(request.topic.name)
        if self.error is not None:
            raise self.error
        return FetchResult(source=self.name, posts=self.posts, note=self.describe_request(request))

    def describe_request(self, request: FetchRequest) -> str:
        return f"#{request.topic.name} @ {self.name}"


@dataclass
class World:
    storage: Storage
    page: Shelf
    tag: Shelf
    service: SubscriptionService
    clock: Clock


@asynccontextmanager
async def open_world(
    tmp_path: Path, clock: Clock, *, more: Sequence[Shelf] = (), **sections: dict[str, Any]
) -> AsyncIterator[World]:
    settings = make_settings(tmp_path, **sections)
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    page, tag = Shelf(PAGE, Network.X), Shelf(TAG, Network.FEDIVERSE)
    sources: Mapping[SourceName, Shelf] = {PAGE: page, TAG: tag} | {one.name: one for one in more}
    try:
        await storage.source_targets.set_sources({name: [""] for name in sources}, START)
        trends = TrendService(storage, sources, clock=clock, fresh_s=600)
        yield World(storage, page, tag, SubscriptionService(storage, sources, trends, settings, clock), clock)
    finally:
        await storage.close()


@pytest.fixture
async def world(tmp_path: Path, clock: Clock) -> AsyncIterator[World]:
    async with open_world(tmp_path, clock) as opened:
        yield opened


def ask(topic: str = "データセンター", source: SourceName | None = None, **chosen: Any) -> SubscribeRequest:
    change = SettingsChange(sources=None if source is None else (source,), **chosen)
    return SubscribeRequest(topic, GUILD, CHANNEL, UserId(7), "ja", change)


def a_post(
    name: str, rp: int | None, *, hours_old: float = 1, network: Network = Network.X, text: str = ""
) -> Post:
    published_at = START - timedelta(hours=hours_old)
    return Post(network, name, text or f"{name}について", rp=rp, created_at=published_at, author_handle=name)


def sighted(post: Post, source: SourceName = PAGE) -> StoredPost:
    return StoredPost(post, source, post.rp, START, START)


async def count(world: World) -> int:
    return len(await world.service.list(GUILD))


async def test_subscribing_listens_to_every_source_with_its_own_threshold(world: World) -> None:
    done = await world.service.subscribe(ask())

    assert done.subscription.settings.min_rp == {PAGE: 100, TAG: 10}
    assert done.asked == ((PAGE, "#データセンター @ trendpage"), (TAG, "#データセンター @ mastodon"))
    assert await world.service.list(GUILD) == [done.subscription]


async def test_a_given_threshold_holds_for_all_sources(world: World) -> None:
    done = await world.service.subscribe(ask(min_rp=7))

    assert done.subscription.settings.min_rp == {PAGE: 7, TAG: 7}


async def test_the_operators_default_threshold_comes_before_the_sources_own(tmp_path: Path, clock: Clock) -> None:
    async with open_world(tmp_path, clock, alerts={"default_min_rp": 33}) as world:
        done = await world.service.subscribe(ask())

    assert done.subscription.settings.min_rp == {PAGE: 33, TAG: 33}


async def test_only_the_chosen_source_is_listened_to_and_asked(world: World) -> None:
    done = await world.service.subscribe(ask(source=TAG))

    assert done.subscription.settings.min_rp == {TAG: 10}
    assert (world.page.asked, world.tag.asked) == ([], ["データセンター"])


async def test_the_answer_counts_what_the_last_day_would_have_brought(world: World) -> None:
    world.page.posts = (
        a_post("above", 150),
        a_post("at the bar", 100),
        a_post("below", 99),
        a_post("unknown", None),
        a_post("old", 9000, hours_old=25),
    )

    done = await world.service.subscribe(ask())

    assert (done.day.known, done.day.passing) == (4, 2)
    assert done.day.largest == {PAGE: 150}
    assert [sighting.post.canonical_id for sighting in done.top] == ["old", "above", "at the bar"]


async def test_one_post_seen_by_two_sources_is_counted_once_and_passes_by_either_threshold(world: World) -> None:
    world.page.posts = (a_post("shared", 50),)
    world.tag.posts = (a_post("shared", 50),)

    done = await world.service.subscribe(ask())

    assert (done.day.known, done.day.passing) == (1, 1)


async def test_words_decide_what_would_have_been_sent(world: World) -> None:
    world.page.posts = (
        a_post("a", 200, text="生成AIの電力"),
        a_post("b", 200, text="生成AIの広告"),
        a_post("c", 200, text="天気"),
    )

    done = await world.service.subscribe(ask(include="生成AI、電力", exclude="広告"))

    assert done.subscription.settings.rules == Rules(include=("生成AI", "電力"), exclude=("広告",))
    assert done.day.passing == 1


async def test_a_source_that_fails_does_not_prevent_subscribing_and_is_said(world: World) -> None:
    world.page.error = SourceBusy("503")
    world.tag.posts = (a_post("toot", 12, network=Network.FEDIVERSE),)

    done = await world.service.subscribe(ask())

    assert done.failed == ((PAGE, Cause.BUSY),)
    assert done.day.passing == 1
    assert await count(world) == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (ask(" \u3000 # "), "error-topic-empty"),
        (ask("あ" * 61), "error-topic-long"),
        (ask(min_rp=-1), "error-min-rp"),
        (ask(min_rp=10**12), "error-min-rp"),
        (ask(include=",".join(f"w{n}" for n in range(500))), "error-words-many"),
        (ask(exclude="長" * 61), "error-word-long"),
        (ask(source=SourceName.X), "error-source-off"),
    ],
)
async def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_stored(
    world: World, asked: SubscribeRequest, sentence: str
) -> None:
    with pytest.raises(RefusedRequest) as refused:
        await world.service.subscribe(asked)

    assert refused.value.text_id == sentence
    assert await count(world) == 0


async def test_a_channel_follows_a_topic_once_however_it_is_typed(world: World) -> None:
    await world.service.subscribe(ask("ＡＩ"))

    with pytest.raises(RefusedRequest, match="subscribe-exists"):
        await world.service.subscribe(ask("#ai"))


@pytest.mark.parametrize(
    ("quota", "sentence"),
    [("subscriptions_per_server", "error-quota-server"), ("subscriptions_per_channel", "error-quota-channel")],
)
async def test_quotas_hold_also_when_two_people_ask_at_once(
    tmp_path: Path, clock: Clock, quota: str, sentence: str
) -> None:
    async with open_world(tmp_path, clock, quota={quota: 2}) as world:
        asks = [world.service.subscribe(ask(f"topic {number}")) for number in range(4)]
        answers = await asyncio.gather(*asks, return_exceptions=True)
        stored = await count(world)

    refused = [answer for answer in answers if isinstance(answer, RefusedRequest)]
    assert stored == 2
    assert [(one.text_id, one.values) for one in refused] == [(sentence, {"limit": 2})] * 2


async def test_a_quota_of_zero_is_none(tmp_path: Path, clock: Clock) -> None:
    no_limit = {"subscriptions_per_server": 0, "subscriptions_per_channel": 0}
    async with open_world(tmp_path, clock, quota=no_limit) as world:
        for number in range(30):
            await world.service.subscribe(ask(f"topic {number}"))

        assert await count(world) == 30


async def test_undo_does_not_get_around_the_quota(tmp_path: Path, clock: Clock) -> None:
    async with open_world(tmp_path, clock, quota={"subscriptions_per_channel": 1}) as world:
        first = (await world.service.subscribe(ask("one"))).subscription
        await world.service.remove(first.id)
        second = (await world.service.subscribe(ask("two"))).subscription

        with pytest.raises(RefusedRequest, match="error-quota-channel"):
            await world.service.restore(first.id)

        assert await world.service.list(GUILD) == [second]


async def test_a_change_replaces_the_rules_and_an_empty_threshold_leaves_the_thresholds(world: World) -> None:
    made = (await world.service.subscribe(ask(include="古い"))).subscription

    described = await world.service.change(
        made.id, GUILD, SettingsChange("", "新しい", "広告", language="en", role_id=RoleId(5))
    )

    changed = described.subscription
    assert changed.settings.min_rp == {PAGE: 100, TAG: 10}
    assert changed.settings.rules == Rules(include=("新しい",), exclude=("広告",))
    assert (changed.settings.language, changed.settings.role_id) == ("en", 5)


async def test_a_refused_change_changes_nothing(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription

    with pytest.raises(RefusedRequest, match="error-min-rp"):
        await world.service.change(made.id, GUILD, SettingsChange("たくさん", "", "", language="en", role_id=None))

    assert await world.service.get(made.id, GUILD) == made


async def test_fewer_alerts_raises_every_threshold_by_a_step(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription

    quieter = (await world.service.fewer_alerts(made.id)).after

    assert quieter.settings.min_rp == {PAGE: 200, TAG: 20}


@pytest.fixture
async def fed(tmp_path: Path, clock: Clock) -> AsyncIterator[World]:
    """A world in which a search for the topic is a feed."""
    async with open_world(tmp_path, clock, more=[Shelf(FEED, Network.WEB)]) as opened:
        yield opened


async def test_no_number_for_all_silences_a_feed_beside_others(fed: World) -> None:
    made = (await fed.service.subscribe(ask(min_rp=7))).subscription

    changed = (
        await fed.service.change(made.id, GUILD, SettingsChange("50", "", "", language="ja", role_id=None))
    ).subscription
    quieter = (await fed.service.fewer_alerts(made.id)).after

    assert made.settings.min_rp == {PAGE: 7, TAG: 7, FEED: 0}
    assert changed.settings.min_rp == {PAGE: 50, TAG: 50, FEED: 0}
    assert quieter.settings.min_rp == {PAGE: 100, TAG: 100, FEED: 0}


async def test_a_feed_that_such_a_number_silenced_is_heard_again_with_the_next(fed: World) -> None:
    made = (await fed.service.subscribe(ask())).subscription
    await fed.storage.subscriptions.change_rules(
        made.id,
        SubscriptionSettings(
            min_rp={PAGE: 200, TAG: 20, FEED: 1}, rules=made.settings.rules, role_id=None, language="ja"
        ),
        baseline_since=START - DAY,
        now=START,
    )

    changed = (
        await fed.service.change(made.id, GUILD, SettingsChange("50", "", "", language="ja", role_id=None))
    ).subscription

    assert changed.settings.min_rp == {PAGE: 50, TAG: 50, FEED: 0}


async def test_a_feed_alone_has_the_threshold_that_was_typed_and_is_not_raised(fed: World) -> None:
    made = (await fed.service.subscribe(ask(source=FEED, min_rp=3))).subscription
    typed = (
        await fed.service.change(made.id, GUILD, SettingsChange("5", "", "", language="ja", role_id=None))
    ).subscription
    again = (
        await fed.service.change(made.id, GUILD, SettingsChange("0", "", "", language="ja", role_id=None))
    ).subscription

    with pytest.raises(RefusedRequest, match="error-feed-no-reposts"):
        await fed.service.fewer_alerts(made.id)

    assert [one.settings.min_rp for one in (made, typed, again)] == [{FEED: 3}, {FEED: 5}, {FEED: 0}]


async def test_search_in_feeds_alone_takes_no_pace_by_an_edit_either(fed: World) -> None:
    made = (await fed.service.subscribe(ask(source=FEED))).subscription

    for change in (
        fed.service.change(made.id, GUILD, SettingsChange(pace="5")),
        fed.service.change_to(ask(source=FEED, pace=5)),
        fed.service.with_pace(made.id, GUILD, 5),
    ):
        with pytest.raises(RefusedRequest, match="error-pace-feed-search"):
            await change

    assert await fed.service.get(made.id, GUILD) == made


async def test_pace_ends_with_the_last_source_that_has_reposts(fed: World) -> None:
    made = (await fed.service.subscribe(ask(pace=5))).subscription

    without_page = await fed.service.change(made.id, GUILD, SettingsChange(sources=(TAG, FEED)))
    feed_alone = await fed.service.change(made.id, GUILD, SettingsChange(sources=(FEED,)))

    assert without_page.subscription.settings.pace == 5
    assert feed_alone.subscription.settings.pace is None


async def test_undo_of_higher_minimums_leaves_a_pace_that_was_chosen_meanwhile(world: World) -> None:
    """The lowest minimum of a pace is what the step made of the one before."""
    made = (await world.service.subscribe(ask(min_rp=2))).subscription
    fewer = await world.service.fewer_alerts(made.id)
    await world.service.change(made.id, GUILD, SettingsChange(pace=5))

    with pytest.raises(RefusedRequest, match="error-undo-changed"):
        await world.service.lower_minimums(made.id, fewer.before.settings.min_rp)

    assert (await world.service.get(made.id, GUILD)).settings.pace == 5


async def test_a_muted_author_is_kept_once_and_can_be_heard_again(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription

    await world.service.mute_author(made.id, "Kawara")
    muted = await world.service.mute_author(made.id, "KAWARA")
    heard = await world.service.unmute_authors(made.id)

    assert muted.settings.rules.muted_authors == ("kawara",)
    assert heard.settings.rules.muted_authors == ()


async def test_pause_resume_mute_remove_and_undo(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription
    until = START + timedelta(hours=1)

    paused = await world.service.pause(made.id)
    resumed = await world.service.resume(made.id)
    muted = await world.service.mute(made.id, until)
    unmuted = await world.service.mute(made.id, None)
    await world.service.remove(made.id)
    gone = await count(world)
    restored = await world.service.restore(made.id)

    assert paused.paused is PauseReason.BY_USER
    assert (resumed.paused, muted.muted_until, unmuted.muted_until) == (None, until, None)
    assert (gone, restored.id) == (0, made.id)


async def test_what_is_gone_is_said_for_every_deed(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription
    await world.service.remove(made.id)
    service = world.service

    deeds = [
        service.pause(made.id),
        service.resume(made.id),
        service.mute(made.id, None),
        service.fewer_alerts(made.id),
        service.mute_author(made.id, "a"),
        service.remove(made.id),
        service.get(made.id, GUILD),
    ]

    for deed in deeds:
        with pytest.raises(RefusedRequest, match="subscription-gone"):
            await deed


async def test_undo_after_the_topic_was_subscribed_again_is_too_late(world: World) -> None:
    first = (await world.service.subscribe(ask())).subscription
    await world.service.remove(first.id)
    await world.service.subscribe(ask())

    with pytest.raises(RefusedRequest, match="subscription-restore-late"):
        await world.service.restore(first.id)


async def test_another_servers_subscription_cannot_be_had(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription

    with pytest.raises(RefusedRequest, match="subscription-gone"):
        await world.service.get(made.id, GuildId(2))
    with pytest.raises(RefusedRequest, match="unsubscribe-none"):
        await world.service.find(f"id:{made.id}", GuildId(2), CHANNEL)


async def test_a_subscription_is_found_by_suggestion_anywhere_and_by_topic_in_its_channel(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription

    assert await world.service.find(f"id:{made.id}", GUILD, ChannelId(99)) == made
    assert await world.service.find("#データセンター", GUILD, CHANNEL) == made
    with pytest.raises(RefusedRequest, match="unsubscribe-none"):
        await world.service.find("データセンター", GUILD, ChannelId(99))


async def test_a_sample_is_the_largest_known_post_and_none_without_any(world: World) -> None:
    made = (await world.service.subscribe(ask(source=PAGE))).subscription
    nothing = await world.service.preview_alert(made.id, GUILD)
    world.page.posts = (a_post("small", 3), a_post("large", 30))
    world.clock.forward(minutes=5)

    sample = await world.service.preview_alert(made.id, GUILD)

    assert nothing is None
    assert sample is not None
    assert (sample.post.canonical_id, sample.min_rp) == ("large", 0)  # it has not passed 100


@pytest.mark.parametrize(("wish", "stated"), [({"min_rp": 20}, 20), ({"pace": 5}, 0)])
async def test_a_sample_states_the_minimum_that_its_post_passed(
    world: World, wish: dict[str, int], stated: int
) -> None:
    made = (await world.service.subscribe(ask(source=PAGE, **wish))).subscription  # type: ignore[arg-type]
    world.page.posts = (a_post("large", 30),)
    world.clock.forward(minutes=5)

    sample = await world.service.preview_alert(made.id, GUILD)

    assert sample is not None
    assert sample.min_rp == stated


async def kept(world: World, **shown: tuple[Post, ...]) -> None:
    """A poll of everything due that found, at each source, the posts given under its name."""
    for due in await world.storage.watches.claim_due(world.clock(), limit=10, lease_s=60):
        posts = shown.get(due.watch.source.value, ())
        state = await world.storage.polls.state(due.watch, [post.key for post in posts], world.clock())
        answer = FetchResult(source=due.watch.source, posts=posts)
        policy = PollPolicy(interval=timedelta(minutes=5), can_recheck=due.watch.source is TAG)
        await world.storage.polls.commit(plan_poll(state, answer, policy, world.clock()))


async def test_the_dry_run_holds_each_sighting_against_the_threshold_of_its_own_source(world: World) -> None:
    """A post passes by the bar of one source, whatever a subscription's other sources, or other people's, saw."""
    made = (await world.service.subscribe(ask(source=PAGE))).subscription
    both = replace(ask(), channel_id=ChannelId(11))
    other = (await world.service.subscribe(both)).subscription
    await world.storage.subscriptions.change_rules(
        other.id,
        SubscriptionSettings(
            min_rp={PAGE: 100, TAG: 500}, rules=other.settings.rules, role_id=None, language="ja"
        ),
        baseline_since=START - DAY,
        now=START,
    )
    await kept(world, trendpage=(a_post("shared", 150), a_post("low", 90)), mastodon=(a_post("shared", 400),))

    one, two = [(await world.service.describe(each.id, GUILD)).day for each in (made, other)]

    assert (one.known, one.passing, one.largest) == (2, 1, {PAGE: 150})
    assert (two.known, two.passing, two.largest) == (2, 1, {PAGE: 150, TAG: 400})


async def test_the_dry_run_counts_the_whole_day(world: World) -> None:
    made = (await world.service.subscribe(ask())).subscription
    loud = tuple(a_post(f"loud {number}", 1000 + number) for number in range(600))
    quiet = tuple(a_post(f"quiet {number}", number) for number in range(5))

    for first in range(0, 600, 200):
        await kept(world, trendpage=quiet, mastodon=loud[first : first + 200])
        world.clock.forward(minutes=20)

    day = (await world.service.describe(made.id, GUILD)).day
    assert (day.known, day.passing, day.largest) == (605, 600, {PAGE: 4, TAG: 1599})


async def test_a_sample_is_found_below_the_posts_of_sources_that_are_not_listened_to(world: World) -> None:
    made = (await world.service.subscribe(ask(source=PAGE))).subscription
    await world.service.subscribe(replace(ask(source=TAG), channel_id=ChannelId(11)))
    loud = tuple(a_post(f"loud {number}", 1000 + number) for number in range(600))
    await kept(world, trendpage=(a_post("quiet", 30),), mastodon=loud)

    sample = await world.service.preview_alert(made.id, GUILD)

    assert sample is not None
    assert (sample.post.canonical_id, sample.source) == ("quiet", PAGE)


def test_a_post_of_unknown_time_is_not_said_to_be_of_the_day() -> None:
    timeless = replace(a_post("timeless", 500), created_at=None)

    day = dry_run([sighted(timeless)], {PAGE: 100}, Rules(), START)

    assert (day.known, day.passing) == (0, 0)


def test_posts_of_unknown_rp_come_last_among_the_top() -> None:
    posts = [sighted(a_post("unknown", None)), sighted(a_post("zero", 0)), sighted(a_post("five", 5))]

    assert [top.post.canonical_id for top in top_posts(posts, 3)] == ["five", "zero", "unknown"]


@pytest.mark.parametrize(("bar", "step"), [(0, 1), (1, 2), (2, 5), (5, 10), (87, 100), (100, 200), (501, 1000)])
def test_the_ladder_is_one_two_five(bar: int, step: int) -> None:
    assert next_step(bar) == step


@given(st.integers(min_value=0, max_value=10**12))
def test_the_next_step_is_always_higher(bar: int) -> None:
    assert bar < next_step(bar) <= max(1, bar * 5)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        (" , 、 ，\n", ()),
        ("電力, 生成AI、水，熱\n土地", ("電力", "生成AI", "水", "熱", "土地")),
        ('"data center, Tokyo", AI', ("data center, Tokyo", "AI")),
        ("「東京、大阪」、“a, b”", ("東京、大阪", "a, b")),
        ("AI, ai, ＡＩ", ("AI",)),
        ('"never closed, next', ("never closed", "next")),
        ("two  words", ("two words",)),
    ],
)
def test_words_are_parsed(typed: str, words: tuple[str, ...]) -> None:
    assert parse_words(typed) == words


_TYPED = st.text(alphabet=st.sampled_from('ab 、,，\n"“”「」'), max_size=40)


@given(_TYPED)
def test_words_written_into_a_field_read_back_the_same(typed: str) -> None:
    try:
        words = parse_words(typed)
    except RefusedRequest:
        return

    assert parse_words(write_words(words)) == words


@pytest.mark.parametrize(("typed", "bar"), [("", None), ("  ", None), ("１００", 100), ("1,000", 1000), ("0", 0)])
def test_a_bar_is_read_as_people_type_it(typed: str, bar: int | None) -> None:
    assert parse_min_rp(typed) == bar


@pytest.mark.parametrize("typed", ["-1", "1.5", "abc", "9" * 400, "½"])
def test_what_is_no_bar_is_refused(typed: str) -> None:
    with pytest.raises(RefusedRequest, match="error-min-rp"):
        parse_min_rp(typed)


async def test_a_regular_expression_among_the_words_stops_what_it_finds(world: World) -> None:
    world.page.posts = (
        a_post("a", 150, text="第12回の抽選プレゼント"),
        a_post("b", 150, text="新しい拠点ができる"),
    )

    done = await world.service.subscribe(ask(exclude="/第\\d+回/, 広告"))

    assert done.subscription.settings.rules.exclude == ("/第\\d+回/", "広告")
    assert done.day.passing == 1


@pytest.mark.parametrize(
    ("typed", "flaw"),
    [
        ("/(?=a)b/", "look-around"),
        ("/(a/", "open"),
        ("/a)/", "closed"),
        ("/*a/", "repeat"),
        ("/[z-a]/", "range"),
        ("/\\1/", "escape"),
        ("/a*/", "everything"),
        ("/((a{1,500}){1,500}){1,500}/", "too-large"),
    ],
)
async def test_a_pattern_that_cannot_work_is_refused_with_what_is_wrong(
    world: World, typed: str, flaw: str
) -> None:
    with pytest.raises(RefusedRequest) as caught:
        await world.service.subscribe(ask(include=typed))

    assert (caught.value.text_id, caught.value.values["flaw"]) == ("error-pattern", flaw)
    assert await count(world) == 0


@pytest.mark.parametrize(
    ("typed", "text_id"),
    [
        ("/" + "a" * 250 + "/", "error-pattern-long"),
        (", ".join(f"/a{n}b/" for n in range(6)), "error-patterns-many"),
    ],
)
async def test_too_much_of_a_pattern_is_refused(world: World, typed: str, text_id: str) -> None:
    with pytest.raises(RefusedRequest) as caught:
        await world.service.subscribe(ask(include=typed))

    assert caught.value.text_id == text_id
