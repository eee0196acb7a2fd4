"""The rules of a subscription, one table each, and what must hold for all posts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import Network, Post, Rules
from bot.core.rules import Verdict, contains, judge, judge_rp, judge_text
from bot.core.text import fold


def post(text: str = "データセンターを増設します", **facts: object) -> Post:
    return Post(network=Network.X, canonical_id="1", text=text, **facts)  # type: ignore[arg-type]


words = st.text(min_size=1, max_size=6)
rules = st.builds(
    Rules,
    include=st.lists(words, max_size=2).map(tuple),
    exclude=st.lists(words, max_size=2).map(tuple),
    languages=st.lists(st.sampled_from(["ja", "en"]), max_size=1).map(tuple),
    allow_sensitive=st.booleans(),
)


@pytest.mark.parametrize(
    ("rp", "min_rp", "verdict"),
    [
        (100, 100, Verdict.PASSES),
        (99, 100, Verdict.BELOW_MIN_RP),
        (0, 1, Verdict.BELOW_MIN_RP),
        (0, 0, Verdict.PASSES),
        (None, 0, Verdict.PASSES),
        (None, 1, Verdict.RP_UNKNOWN),
    ],
)
def test_the_bar(rp: int | None, min_rp: int, verdict: Verdict) -> None:
    assert judge_rp(rp, min_rp) is verdict


@given(st.text(), st.integers(min_value=1), rules)
def test_an_unknown_rp_never_passes_a_bar_above_zero(text: str, min_rp: int, rule: Rules) -> None:
    assert judge(post(text), None, min_rp, rule) is not Verdict.PASSES


@given(st.text(), st.integers(0, 10**6), st.integers(0, 10**6), rules)
def test_a_higher_rp_never_fails_where_a_lower_one_passed(text: str, rp: int, more: int, rule: Rules) -> None:
    if judge(post(text), rp, 100, rule) is Verdict.PASSES:
        assert judge(post(text), rp + more, 100, rule) is Verdict.PASSES


@given(st.text(), rules)
def test_what_is_excluded_stays_excluded_whatever_is_included(text: str, rule: Rules) -> None:
    if any(contains(fold(text), word) for word in rule.exclude):
        assert judge_text(post(text), rule) is not Verdict.PASSES


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("新しいデータセンターの話", "データセンター", True),
        ("新しいﾃﾞｰﾀｾﾝﾀｰの話", "データセンター", True),
        ("データセン\u200bターの話", "データセンター", True),
        ("データの話", "データセンター", False),
        ("生成AIの電力", "AI", True),
        ("生成ＡＩの電力", "ai", True),
        ("he said so", "AI", False),
        ("AIs", "ai", False),
        ("AI_2", "ai", False),
        ("(AI)", "ai", True),
        ("【PR】新製品", "pr", True),
        ("#PR です", "#PR", True),
        ("C++とC", "c++", True),
        ("STRASSE", "straße", True),
        ("何でも", "", False),
        ("何でも", "　", False),
        ("a.c", "a.c", True),
        ("abc", "a.c", False),
    ],
)
def test_words_in_japanese_and_in_ascii(text: str, word: str, found: bool) -> None:
    assert contains(fold(text), word) is found


@given(st.text(min_size=1, max_size=8), st.sampled_from(["", "、", " ", "の"]))
def test_a_word_of_kana_is_found_wherever_it_stands(word: str, glue: str) -> None:
    assert contains(fold(f"前{glue}カナ{word}"), "カナ") or "カナ" not in fold(f"カナ{word}")


@pytest.mark.parametrize(
    ("facts", "rule", "verdict"),
    [
        ({}, Rules(), Verdict.PASSES),
        ({"text": "広告です"}, Rules(exclude=("広告",)), Verdict.EXCLUDED),
        ({"content_warning": "広告"}, Rules(exclude=("広告",)), Verdict.EXCLUDED),
        ({}, Rules(include=("原発",)), Verdict.NOT_INCLUDED),
        ({}, Rules(include=("原発", "増設")), Verdict.PASSES),
        ({}, Rules(include=("増設",), exclude=("データ",)), Verdict.EXCLUDED),
        ({"language": "en-US"}, Rules(languages=("ja",)), Verdict.OTHER_LANGUAGE),
        ({"language": "ja_JP"}, Rules(languages=("ja",)), Verdict.PASSES),
        ({"language": None}, Rules(languages=("ja",)), Verdict.PASSES),
        ({"sensitive": True}, Rules(allow_sensitive=False), Verdict.SENSITIVE),
        ({"sensitive": True}, Rules(), Verdict.PASSES),
        ({"author_handle": "Yamada"}, Rules(muted_authors=("yamada",)), Verdict.AUTHOR_MUTED),
        ({"author_handle": "@Yamada"}, Rules(muted_authors=("yamada",)), Verdict.AUTHOR_MUTED),
        ({"author_handle": "yamada@a.example"}, Rules(muted_authors=("yamada",)), Verdict.PASSES),
    ],
)
def test_each_rule(facts: dict[str, object], rule: Rules, verdict: Verdict) -> None:
    assert judge_text(post(**facts), rule) is verdict  # type: ignore[arg-type]


def test_what_the_text_says_is_named_before_the_rp() -> None:
    assert judge(post("広告"), 1, 100, Rules(exclude=("広告",))) is Verdict.EXCLUDED
