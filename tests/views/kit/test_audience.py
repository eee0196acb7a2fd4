"""Who talks about a topic, in the reader's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import Audience
from bot.core.text import utf16_length
from bot.views.kit.audience import GROUP_MAX, Group, audience_lines, group_words, read_group
from bot.views.kit.text import Texts
from config import LOCALES

TEXTS = Texts(LOCALES)
JA, EN = TEXTS.speaker("ja"), TEXTS.speaker("en")
GENDERS, BOUNDS = ("male", "female", "any"), ("none", "up", "down", "early", "late")


@pytest.mark.parametrize(
    ("named", "group"),
    [
        ("30代/男性", Group("male", 30)),
        ("３０代／男性", Group("male", 30)),
        ("30代・女性", Group("female", 30)),
        ("男性 30代", Group("male", 30)),
        ("20代男性", Group("male", 20)),
        ("60代以上/女性", Group("female", 60, bound="up")),
        ("10代以下/男性", Group("male", 10, bound="down")),
        ("20代後半の女性", Group("female", 20, bound="late")),
        ("20〜30代/女性", Group("female", 20, 30)),
        ("20代〜30代/女性", Group("female", 20, 30)),
        ("40代", Group("any", 40)),
        ("女性", Group("female")),
        ("men in their 30s", Group("male", 30)),
        ("Women 20s", Group("female", 20)),
    ],
)
def test_group_is_read_in_the_forms_in_which_sources_write_it(named: str, group: Group) -> None:
    assert read_group(named) == group


@pytest.mark.parametrize("named", ["", "京都の人", "男性/会社員", "200代", "30代/男性/東京"])
def test_words_that_say_more_than_a_group_are_left_as_they_are(named: str) -> None:
    assert read_group(named) is None
    assert "/" not in group_words(JA, named)


def test_a_japanese_reader_meets_no_slash_and_an_english_one_no_japanese() -> None:
    both = [
        f"{age}代{bound}/{gender}"
        for age in (10, 30, 60)
        for bound in ("", "以上", "以下", "前半", "後半")
        for gender in ("男性", "女性")
    ]

    for named in [*both, "40代", "男性", "10〜20代/女性"]:
        assert "/" not in group_words(JA, named)
        assert group_words(EN, named).isascii()
    assert len({group_words(JA, named) for named in both}) == len({group_words(EN, named) for named in both}) == 30


@given(st.text(max_size=60))
def test_any_words_of_a_source_fit_a_line(named: str) -> None:
    for speaker in (JA, EN):
        [line] = audience_lines(speaker, Audience(group=named)) or [""]
        assert "\n" not in line
        assert utf16_length(line) <= 2 * GROUP_MAX + 20
