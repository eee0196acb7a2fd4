"""Which answers of a language model are used: a sentence that names its posts, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language_model.answers import SENTENCE_MAX, cited_sentence, translation

POSTS = {1: "千葉で停電、1,200世帯に影響", 2: "停電で信号も消えた", 4: "Power is back after 3 hours"}


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("千葉で停電が起き [1]、信号も消えた [2]。", {1, 2}),
        ("千葉で停電が起き、信号も消えた。[1, 2]", {1, 2}),
        ("1200世帯が停電 [1]", {1}),
        ('"Power was out for 3 hours [4]."', {4}),
        ("停電が起きた [1]。すでに復旧した [4]。", {1, 4}),
    ],
)
def test_a_sentence_that_names_its_posts_is_used(answer: str, numbers: set[int]) -> None:
    found = cited_sentence(answer, POSTS)

    assert found is not None
    assert found.numbers == numbers


@pytest.mark.parametrize(
    "answer",
    [
        "千葉で停電が起きた。",
        "千葉で停電が起きた [3]。",
        "千葉で停電が起きた [1]。株価は暴落した。",
        "停電 [1]\n信号 [2]",
        "9,999世帯が停電した [1]。",
        "1200世帯が停電した [2]。",
        "詳細は https://evil.example [1]",
        "@everyone 停電 [1]",
        "<@123> 停電 [1]",
        "停電 [1] " + "あ" * SENTENCE_MAX,
        "",
        "[1]" * 0,
        "   ",
    ],
)
def test_any_other_answer_is_not_used(answer: str) -> None:
    assert cited_sentence(answer, POSTS) is None


@given(st.text(max_size=400))
def test_whatever_is_answered_names_known_posts_or_nothing(answer: str) -> None:
    found = cited_sentence(answer, POSTS)

    assert found is None or (found.numbers and found.numbers <= POSTS.keys() and "\n" not in found.text)


def test_a_translation_is_a_text_of_a_posts_length() -> None:
    assert translation(" Power cut \n") == "Power cut"
    assert translation(" \n") is None
    assert translation("a" * 5_000) is None
