from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.surges import rebuilt, zone_of
from bot.core.counting.totals import count_total
from bot.core.identity.x_ids import last_id_at
from bot.core.models import Snapshot
from bot.core.surge.alerts import SurgeChange
from bot.core.surge.detector import observe
from bot.core.surge.settings import PRESETS, Preset
from bot.core.text import make_topic
from bot.demo.worlds.past import past_counts, past_state
from bot.demo.worlds.posts import CASTS
from bot.demo.worlds.script import Language, Place, Script
from bot.demo.worlds.world import World, lognormal

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
WORLD = World(START, limit=50)
SURGING = "データセンター"
SCRIPTS = [script for cast in CASTS.values() for script in cast.scripts]


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def rp_by_id(topic: str, seconds: float) -> dict[int, int]:
    return {post.id: post.rp for post in WORLD.page(topic, after(seconds)).posts}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.topic)
def test_every_topic_has_eight_to_eighteen_posts_by_as_many_people(script: Script) -> None:
    handles = {draft.handle for draft in script.drafts}
    assert 8 <= len(script.drafts) <= 18
    assert len(handles) == len(script.drafts)
    assert all(handle.startswith("demo_") and len(handle) <= 15 for handle in handles)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.topic)
def test_every_topic_has_posts_on_the_page_and_at_both_servers(script: Script) -> None:
    assert {draft.place for draft in script.drafts} == set(Place)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_world_speaks_its_own_language_alone(language: Language) -> None:
    cast = CASTS[language]
    told = [cast.paper]
    told += [text for one in cast.articles for text in (one.title, one.summary)]
    for script in cast.scripts:
        told += [script.topic, script.group]
        told += [text for draft in script.drafts for text in (draft.name, draft.text)]
    japanese = [text for text in told if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text)]
    assert len(japanese) == (0 if language == "en" else pytest.approx(len(told), rel=0.05))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_english_and_the_japanese_world_are_alike_in_what_happens(language: Language) -> None:
    world = World(START, cast=CASTS[language], limit=50)
    surging, *others = world.topics
    new = [
        [post for post in world.posts(surging, place, after(90)) if post.published_at > START] for place in Place
    ]
    assert [len(posts) for posts in new] == [2, 1, 1]
    assert all(post.rp > 100 for posts in new for post in posts)
    assert len(others) == 6
    assert len(world.articles(START)) >= 4
    assert len(world.articles(after(600))) == len(world.articles(START)) + 3


def test_a_topic_is_also_found_by_its_tag_and_a_post_by_its_id_and_its_author() -> None:
    world = World(START, cast=CASTS["en"])
    page = world.page("DataCenter", START)
    assert page.topic == "data center"
    assert world.post(str(page.posts[0].id), START) == world.post_by(page.posts[0].handle, START) == page.posts[0]
    assert world.post("1", START) is None


@given(
    topic=st.sampled_from(WORLD.topics),
    early=st.floats(0, 3_600),
    wait=st.floats(0, 3_600),
)
def test_what_is_counted_only_grows(topic: str, early: float, wait: float) -> None:
    before, later = WORLD.page(topic, after(early)), WORLD.page(topic, after(early + wait))
    then, now = rp_by_id(topic, early), rp_by_id(topic, early + wait)
    assert before.volume <= later.volume
    assert then.keys() <= now.keys()
    assert all(now[post] >= rp for post, rp in then.items())


@given(topic=st.sampled_from(WORLD.topics), seconds=st.floats(0, 36_000))
def test_a_page_is_a_page_of_this_moment(topic: str, seconds: float) -> None:
    page = WORLD.page(topic, after(seconds))
    assert page.male is not None
    assert page.female == 100 - page.male
    assert page.observed_at <= after(seconds)
    assert all(post.published_at <= after(seconds) for post in page.posts)
    assert [post.rp for post in page.posts] == sorted((post.rp for post in page.posts), reverse=True)


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    again, other = World(START, limit=50), World(START, seed=2, limit=50)
    assert again.page(SURGING, after(60)) == WORLD.page(SURGING, after(60))
    assert other.page(SURGING, after(60)) != WORLD.page(SURGING, after(60))


@pytest.mark.parametrize("seed", range(1, 20))
def test_the_surge_takes_a_new_post_over_a_hundred_rp_between_half_a_minute_and_fifty_seconds(seed: int) -> None:
    world = World(START, seed=seed, limit=50)
    known = {post.id for post in world.page(SURGING, START).posts}

    def over(seconds: float) -> bool:
        posts = world.page(SURGING, after(seconds)).posts
        return any(post.rp >= 100 for post in posts if post.id not in known)

    assert not over(25)
    assert over(50)


def test_in_each_topic_some_post_rises_past_a_hundred_rp_within_ten_minutes() -> None:
    for topic in WORLD.topics:
        then, now = rp_by_id(topic, 0), rp_by_id(topic, 600)
        assert any(now[post] >= 100 > rp for post, rp in then.items()), topic


def test_surge_multiplies_the_posts_an_hour_of_its_topic_alone() -> None:
    """The volume is that of a day."""
    hours = {
        topic: 24 * (WORLD.page(topic, after(300)).volume / WORLD.page(topic, START).volume - 1)
        for topic in WORLD.topics
    }
    assert 4 < hours.pop(SURGING) < 12
    assert max(hours.values()) < 0.5


@pytest.mark.parametrize("second", [0, 30, 59])
@pytest.mark.parametrize("minute", [0, 7, 13, 14])
@pytest.mark.parametrize("every", [1, 2])
def test_surge_is_noticed_within_five_minutes_whenever_the_demo_starts(
    minute: int, second: int, every: int
) -> None:
    """``every``: minutes between two polls, which a busy machine makes late."""
    start = START.replace(minute=minute, second=second)
    world, until = World(start, limit=50), start.replace(second=0)
    volume, zone = world.page(SURGING, start).volume, zone_of(make_topic(SURGING))
    known = past_state(volume, until)
    detector = rebuilt(list(past_counts(volume, until)), until, Preset.UNUSUAL, zone)
    changes: list[SurgeChange] = []

    for passed in range(1, 6, every):
        at = until + timedelta(minutes=passed)
        counted = count_total(known, Snapshot(at, world.page(SURGING, at).volume), at)
        known = counted.state
        for seen in counted.observations:
            detector, events = observe(detector, seen, PRESETS[Preset.UNUSUAL], zone)
            changes += [event.change for event in events]

    assert SurgeChange.BEGINS in changes


def test_the_time_of_birth_is_in_the_id() -> None:
    assert (last_id_at(START) >> 22) + 1_288_834_974_657 == START.timestamp() * 1000


def test_a_topic_nobody_talks_about_is_an_empty_page() -> None:
    page = WORLD.page("だれも知らない話題", after(60))
    assert (page.volume, page.posts, page.male) == (0, (), None)


def test_half_of_the_final_rp_is_reached_at_the_median_age() -> None:
    assert lognormal(0, 3_600, 1.0) == 0
    assert lognormal(3_600, 3_600, 1.0) == pytest.approx(0.5)
    assert lognormal(1e9, 3_600, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("language", CASTS)
def test_every_picture_belongs_to_a_post_or_an_article(language: Language) -> None:
    cast = CASTS[language]
    assert set(cast.pictures) <= {draft.handle for script in cast.scripts for draft in script.drafts}
    assert set(cast.photos) <= {article.title for article in cast.articles}
    assert all(picture.alt for picture in (*cast.pictures.values(), *cast.photos.values()))
