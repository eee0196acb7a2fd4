"""What somebody may have meant who typed a topic that nobody posts about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.spelling.kana import hiragana, katakana, outline
from bot.core.spelling.spellings import (
    COMPARED_MAX,
    TAGS_OF_TEXT,
    TEXT_READ,
    kana_to_try,
    near,
    other_kana,
    tags_in,
)
from bot.core.text import TOPIC_NAME_MAX, topic_key
from tests.costs import AT_MOST, growth

KNOWN = ["データセンター", "データ分析", "台風", "ラーメン", "半導体", "テスラ", "マストドン", "紅葉", "東京"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("でーたせんたー", "データセンター"),
        ("データセンタ", "データセンター"),
        ("ﾃﾞｰﾀｾﾝﾀｰ2", "データセンター"),
        ("data center", "データセンター"),
        ("datacentre", "データセンター"),
        ("らーめん", "ラーメン"),
        ("ramen", "ラーメン"),
        ("tesla", "テスラ"),
        ("mastodon", "マストドン"),
        ("半道体", "半導体"),
    ],
)
def test_nearest_spelling_comes_first(typed: str, meant: str) -> None:
    assert near(typed, KNOWN, limit=5)[0] == meant


@pytest.mark.parametrize("typed", ["猫", "天気", "zzzz", "地震情報", "", "＃"])
def test_nothing_is_offered_for_what_is_like_nothing_else(typed: str) -> None:
    assert near(typed, KNOWN, limit=5) == []


def test_word_is_offered_in_the_other_kana() -> None:
    assert other_kana("らーめん") == ["ラーメン"]
    assert other_kana("ラーメン") == ["らーめん"]
    assert other_kana("台風") == []
    assert other_kana("https://news.example/feed.xml") == []


def test_kana_worth_a_look_are_those_that_people_write() -> None:
    assert kana_to_try("てすら") == ["テスラ"]
    assert kana_to_try("らーめん") == ["ラーメン"]
    assert kana_to_try("ネコ") == ["ねこ"]
    for typed in ("データセンター", "食べ物", "テスラ社", "台風", "tesla", "https://news.example/feed.xml", ""):
        assert kana_to_try(typed) == []


def test_tags_are_read_from_texts_once_each() -> None:
    assert tags_in(["今日の #台風 と ＃データセンター", "see https://a.example/#top &#35; #台風"]) == [
        "台風",
        "データセンター",
    ]


@pytest.mark.invariant(11)
def test_who_fills_texts_with_tags_has_no_more_of_them_read() -> None:
    full = [" ".join(f"#t{number}x{tag}" for tag in range(3_000)) for number in range(1_000)]

    assert len(tags_in(full[:1])) == TAGS_OF_TEXT
    assert tags_in([*full[:20], "今日の #台風"])[-1] == "台風"
    assert len(tags_in(full)) == COMPARED_MAX
    assert tags_in([" " * TEXT_READ + "#遠い"]) == []


@given(st.text(max_size=TOPIC_NAME_MAX), st.lists(st.text(max_size=TOPIC_NAME_MAX), max_size=20))
def test_only_known_names_are_offered_and_never_the_typed_one(typed: str, known: list[str]) -> None:
    found = near(typed, known, limit=3)

    assert len(found) <= 3
    assert set(found) <= set(known)
    assert topic_key(typed) not in map(topic_key, found)


@given(st.text(max_size=TOPIC_NAME_MAX))
def test_kana_lead_back_and_outlines_are_bare(text: str) -> None:
    assert katakana(hiragana(katakana(text))) == katakana(text)
    assert outline(topic_key(text)).isascii()


@pytest.mark.invariant(11)
def test_twice_the_names_cost_at_most_two_and_a_half_times() -> None:
    names = [f"データセンター{number}号館の増設" for number in range(COMPARED_MAX)]

    assert growth(lambda size: lambda: near("データセンターの増設", names[:size], limit=5), 500) <= AT_MOST


def test_names_beyond_the_bound_are_not_read() -> None:
    names = [f"別の話{number}" for number in range(COMPARED_MAX)]

    assert near("データセンター", [*names, "データセンタ"], limit=5) == []
