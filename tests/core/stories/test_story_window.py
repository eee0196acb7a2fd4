"""A post's place among the stories of the last 72 hours."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.models import PostKey
from bot.core.stories import (
    WINDOW,
    NewStory,
    SameStory,
    StoryPlace,
    StoryPost,
    StoryWindow,
    decide_story,
)
from bot.core.stories.window import WORDINGS
from tests.bench.stories import World
from tests.costs import AT_MOST, growth
from tests.data.stories import labelled_pairs, labelled_stories

from .builders import NOW, TOPIC, a_story_post, a_window, decide, match_of

LANDFALL = "Hurricane Odette makes landfall near Port Calder as a Category 3 storm"
CASUAL = "ok so Odette just made landfall at Port Calder, category 3, the wind here is unreal"
OTHER = "Museum in Tarn gets back a stolen Bronze Age necklace"

STORIES = labelled_stories("tuning")
TEXTS = [pair.text for pair in labelled_pairs(STORIES)] + [story.text for story in STORIES]
texts = st.sampled_from(TEXTS)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def placed(texts: list[str]) -> tuple[StoryWindow, list[tuple[StoryPost, StoryPlace]]]:
    """Texts decided one after the other, with their places."""
    window, places = StoryWindow(), []
    for number, text in enumerate(texts):
        post = a_story_post(f"post {number}", text, at=NOW + timedelta(minutes=number))
        place = decide_story(window, post, post.at).place
        window.add(post, place)
        places.append((post, place))
    return window, places


def test_same_news_in_other_words_joins_the_story() -> None:
    found = decide(a_window(OTHER, LANDFALL), CASUAL)

    assert isinstance(found, SameStory)
    assert found.place.lead == "told 1"
    assert found.match is not None
    assert {"odette", "calder"} <= set(found.match.evidence.names)


def test_other_news_begins_a_story_and_says_what_was_near() -> None:
    found = decide(a_window(LANDFALL), LANDFALL.replace("Category 3", "Category 1").replace("Calder", "Marlow"))

    assert isinstance(found, NewStory)
    assert found.place.lead == "later"
    assert found.near is not None
    assert found.match is not None
    assert found.match.objection is not None


def test_post_joins_a_story_by_a_later_wording_of_it() -> None:
    window = a_window("Storm Odette hits Port Calder", OTHER)
    later = a_story_post("second", "Odette came ashore at Port Calder, roofs torn off along the quay of Hallow")
    window.add(later, StoryPlace(PostKey("told 0"), NOW - timedelta(minutes=2)))

    found = decide(window, "roofs torn off along the quay of Hallow as Odette came ashore")

    assert isinstance(found, SameStory)
    assert found.place.lead == "told 0"
    assert found.match is not None
    assert found.match.like == "second"


def test_guard_of_the_first_wording_speaks_for_the_story() -> None:
    window = a_window("Lorne City lead Hadley 1-0 in the cup")
    later = a_story_post("second", "what a cup night for Lorne City against Hadley, singing all along the river")
    window.add(later, StoryPlace(PostKey("told 0"), NOW))

    assert isinstance(decide(window, "Lorne City 2-1 Hadley, cup night, singing along the river"), NewStory)


def test_story_ends_72_hours_after_it_began() -> None:
    began = NOW - timedelta(minutes=1)

    assert isinstance(decide(a_window(LANDFALL), LANDFALL, now=began + WINDOW - timedelta(seconds=1)), SameStory)
    assert isinstance(decide(a_window(LANDFALL), LANDFALL, now=began + WINDOW), NewStory)


def test_post_of_the_window_stays_in_its_story_whatever_became_of_its_text() -> None:
    found = decide(a_window(LANDFALL), OTHER, key="told 0")

    assert isinstance(found, SameStory)
    assert found.match is None


def test_hidden_post_is_no_wording_any_more() -> None:
    window = a_window(LANDFALL)
    window.remove(PostKey("told 0"))

    assert isinstance(decide(window, LANDFALL), NewStory)
    assert len(window) == 0


def test_story_outlives_its_first_post() -> None:
    window = a_window(LANDFALL)
    window.add(a_story_post("second", CASUAL), StoryPlace(PostKey("told 0"), NOW))
    window.remove(PostKey("told 0"))

    found = decide(window, CASUAL)

    assert isinstance(found, SameStory)
    assert found.place.lead == "told 0"


def test_greetings_are_no_story() -> None:
    assert isinstance(decide(a_window("おはよう"), "おはよう"), NewStory)


@settings(max_examples=50)
@given(texts, texts)
def test_evidence_is_the_same_whichever_text_comes_first(one: str, other: str) -> None:
    ours, theirs = match_of(one, other), match_of(other, one)

    assert ours.score == pytest.approx(theirs.score)
    assert (ours.objection is None) is (theirs.objection is None)
    assert ours.holds is theirs.holds


@settings(max_examples=50)
@given(texts, st.booleans(), st.integers(1, 3))
def test_text_tells_the_same_story_as_itself_in_other_width_and_space(text: str, wide: bool, spaces: int) -> None:
    written = text.replace(" ", " " * spaces).replace("　", "　" * spaces)
    if wide and "http" not in text and "@" not in text:
        written = written.translate(WIDE)

    found = decide(a_window(OTHER, text), f" {written}\n")

    assert isinstance(found, SameStory)
    assert found.place.lead == "told 1"


@settings(max_examples=25)
@given(
    st.lists(texts, min_size=5, max_size=40, unique=True), st.lists(texts, min_size=1, max_size=5), st.randoms()
)
def test_window_made_anew_decides_as_before(told: list[str], later: list[str], chance: random.Random) -> None:
    window, places = placed(told)
    chance.shuffle(places)
    anew = StoryWindow.of(places)
    now = NOW + timedelta(hours=1)

    for text in later:
        before, after = decide(window, text, now=now), decide(anew, text, now=now)

        assert type(before) is type(after)
        assert before.place == after.place
        assert (before.match and before.match.like) == (after.match and after.match.like)
        assert (before.match and before.match.score) == (after.match and pytest.approx(after.match.score))


@settings(max_examples=25)
@given(st.lists(texts, min_size=2, max_size=30, unique=True))
def test_window_from_which_all_stories_went_knows_nothing(told: list[str]) -> None:
    window, places = placed(told)
    window.advance(NOW + WINDOW + timedelta(hours=1))

    assert len(window) == 0
    assert all(window.place_of(post.key) is None for post, _ in places)
    assert all(decide(window, text, now=NOW + 2 * WINDOW).match is None for text in told[:3])


@pytest.mark.invariant(11)
def test_window_of_twice_the_posts_costs_a_post_at_most_two_and_a_half_times() -> None:
    def of(posts: int) -> Callable[[], object]:
        world = World(posts)
        return lambda: world.decide([world.like(text) for text in world.texts[:40]])

    assert growth(of, 250) <= AT_MOST


@pytest.mark.invariant(11)
def test_story_of_many_posts_is_compared_by_few_of_them() -> None:
    window = a_window(LANDFALL)
    place = StoryPlace(PostKey("told 0"), NOW)
    for number in range(200):
        window.add(a_story_post(f"copy {number}", f"{CASUAL} {'very ' * number}windy"), place)

    story = next(iter(window.nearest(a_story_post("later", LANDFALL), window.weigher({TOPIC}), 1)))

    assert len(story.wordings) == WORDINGS
    assert len(window.posts_of(PostKey("told 0"))) == 201


@pytest.mark.invariant(11)
def test_full_window_forgets_the_oldest_posts_of_its_loudest_topic() -> None:
    window = StoryWindow(most=40)
    quiet = a_story_post("quiet", LANDFALL, topic="quiet")
    window.add(quiet, quiet.alone)

    for number in range(200):
        loud = a_story_post(f"loud {number}", f"{OTHER} number {number}", topic="loud")
        window.add(loud, loud.alone)

    assert len(window) <= 40
    assert window.place_of(PostKey("quiet")) is not None
    assert window.place_of(PostKey("loud 199")) is not None
    assert window.place_of(PostKey("loud 0")) is None


@pytest.mark.invariant(11)
def test_window_is_bounded_in_bytes() -> None:
    long = "ながい文の記事 " * 150
    window = StoryWindow(most_bytes=40 * a_story_post("a", long).size)

    for number in range(200):
        post = a_story_post(f"long {number}", f"{number} {long}")
        window.add(post, post.alone)

    assert len(window) <= 40
