"""Words that rose: the cause of surges that were not used to tune, spellings, loud people, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.keywords.candidates import by_script, phrases
from bot.core.keywords.folding import flat, folded_word, in_katakana, readable, searched
from bot.core.keywords.rising import RisingWords, rising_words, significance
from bot.core.keywords.utterances import Utterance
from tests.bench.about import LANGUAGES, many, names_cause, ours
from tests.costs import AT_MOST, growth
from tests.data.surges import NOW, planted_surges


def said(*texts: str, hours: int = 0, by: str = "") -> list[Utterance]:
    """Posts, each by a person of its own unless ``by`` one."""
    at = NOW - timedelta(hours=hours)
    return [
        Utterance(f"{hours}:{n}:{text}", by or f"{hours}:{n}", text, at - timedelta(minutes=n))
        for n, text in enumerate(texts)
    ]


USUAL = said(*[f"普通の投稿その{n} 電力の話" for n in range(30)], hours=48)


def risen(*texts: str, topic: str = "データセンター") -> list[str]:
    return [one.text for one in rising_words(said(*texts), USUAL, topic).words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_cause_of_a_surge_is_among_the_first_three_words(language: str) -> None:
    judged = planted_surges(language)[1::2]

    found = sum(names_cause(ours(surge, by_script), surge) for surge in judged)

    assert len(planted_surges(language)) == 30
    assert found >= 0.9 * len(judged)


def test_spellings_of_a_word_are_one() -> None:
    for spelled in (
        ["さくら", "サクラ", "ｻｸﾗ"],
        ["サーバー", "サーバ", "ｻｰﾊﾞｰ"],
        ["Outage", "outages", "ＯＵＴＡＧＥ"],
    ):
        [word] = rising_words(said(*[f"また、{one}の話" for one in spelled * 4]), USUAL, "x").words
        assert word.authors == 12

    assert in_katakana(folded_word("さくらサーバー")) == in_katakana(folded_word("サクラサーバ"))
    assert {folded_word(readable(one)) for one in ("Outage", "outages", "ｏｕｔａｇｅ")} == {"outage"}
    assert flat("data-center") == flat("Data centers")


def test_a_person_who_repeats_a_word_counts_once() -> None:
    once = said(*[f"普通の投稿その{n}" for n in range(10)])
    loud = said(*["激安通販はこちら"] * 30, by="one")

    assert rising_words([*once, *loud], USUAL, "x") == RisingWords()


def test_words_of_the_topic_are_left_out() -> None:
    texts = [f"データセンターの停電{n}" for n in range(10)]

    assert risen(*texts) == ["停電"]


def test_the_phrase_stands_for_its_parts_and_a_part_for_different_phrases() -> None:
    assert risen(*[f"大規模停電が続く{n}" for n in range(10)]) == ["大規模停電"]
    assert risen(*[f"{place}停電" for place in ("千葉", "福岡", "秋田", "三重") for _ in range(3)])[0] == "停電"


def test_of_few_authors_nothing_is_said() -> None:
    assert risen(*["停電"] * 7) == []
    assert rising_words(said(*["停電"] * 30), USUAL[:7], "x") == RisingWords()


def test_what_is_said_as_often_as_before_did_not_rise() -> None:
    assert risen(*[f"普通の投稿 電力の話{n}" for n in range(30)]) == []


def test_the_most_central_post_says_most_of_what_rose() -> None:
    posts = said(*[f"停電で信号が消えた{n}" for n in range(10)], "停電、信号も消えて復旧は未定", *["昼ごはん"] * 9)

    found = rising_words(posts, USUAL, "x")

    assert "停電" in posts[[one.key for one in posts].index(found.central or "")].text


def test_of_equal_posts_the_one_with_most_rp_is_central() -> None:
    posts = said(*["停電です"] * 10)
    posts[4] = replace(posts[4], rank=500)

    assert rising_words(posts, USUAL, "x").central == posts[4].key


def test_more_authors_are_more_significant() -> None:
    assert significance(20, 100, 5, 500) > significance(10, 100, 5, 500) > significance(10, 100, 50, 500)
    assert significance(0, 50, 0, 50) == pytest.approx(0)


@given(st.text(max_size=200))
def test_every_phrase_of_a_text_is_found_in_it(text: str) -> None:
    whole = readable(text)
    held = flat(whole)

    for phrase in phrases(whole, by_script):
        assert searched(phrase.folded) in held, phrase


@given(st.lists(st.text(max_size=40), max_size=30), st.text(max_size=20))
def test_any_texts_give_words_that_somebody_wrote(texts: list[str], topic: str) -> None:
    found = rising_words(said(*texts), USUAL, topic)

    assert (found.central is None) == (not found.words)
    assert all(one.text.strip() for one in found.words)


@pytest.mark.invariant(11)
def test_twice_the_posts_cost_at_most_two_and_a_half_times() -> None:
    recent, background = many("en")

    def make(share: int) -> Callable[[], object]:
        """The work on so many halves of the posts."""
        posts = recent[: len(recent) * share // 2], background[: len(background) * share // 2]
        return lambda: rising_words(*posts, "city", by_script)

    assert growth(make, 1) <= AT_MOST
