"""The rules of a subscription, one table each, and what must hold for all posts."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.rules import Verdict, check, check_content, check_rp, contains
from bot.core.models import Network, Post, Rules
from bot.core.text import fold
from tests.ending import ends_soon


def post(text: str = "データセンターを増設します", **facts: object) -> Post:
    return Post(network=Network.X, canonical_id="1", text=text, **facts)  # type: ignore[arg-type]


words = st.text(min_size=1, max_size=6)
rules = st.builds(
    Rules,
    include=st.lists(words, max_size=2).map(tuple),
    exclude=st.lists(words, max_size=2).map(tuple),
    languages=st.lists(st.sampled_from(["ja", "en"]), max_size=1).map(tuple),
    allow_sensitive=st.booleans(),
    people_only=st.booleans(),
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
def test_the_threshold(rp: int | None, min_rp: int, verdict: Verdict) -> None:
    assert check_rp(rp, min_rp) is verdict


@given(st.text(), st.integers(min_value=1), rules)
def test_an_unknown_rp_never_passes_a_bar_above_zero(text: str, min_rp: int, rule: Rules) -> None:
    assert check(post(text), None, min_rp, rule) is not Verdict.PASSES


@given(st.text(), st.integers(0, 10**6), st.integers(0, 10**6), rules)
def test_a_higher_rp_never_fails_where_a_lower_one_passed(text: str, rp: int, more: int, rule: Rules) -> None:
    if check(post(text), rp, 100, rule) is Verdict.PASSES:
        assert check(post(text), rp + more, 100, rule) is Verdict.PASSES


@given(st.text(), rules)
def test_what_is_excluded_stays_excluded_whatever_is_included(text: str, rule: Rules) -> None:
    if any(contains(fold(text), word) for word in rule.exclude):
        assert check_content(post(text), rule) is not Verdict.PASSES


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
        ("Señor", "Se", False),
        ("Müller", "M", False),
        ("Müller", "ller", False),
        ("Mu\u0308ller", "M", False),
        ("Mañana", "ana", False),
        ("Señor Se", "Se", True),
        ("FAQ\u030c", "FAQ", False),
        ("第9章", "9", True),
        ("第９９章", "9", False),
        ("9\u0669", "9", False),
        ("×AI÷", "AI", True),
        ("OpenAI株が上がる", "AI株", False),
        ("生成AI株が上がる", "AI株", True),
        ("生成AIRの話", "生成AI", False),
        ("生成AIの話", "生成AI", True),
        ("Ｎｏ．１です", "no.1", True),
        ("c++20", "c++", True),
    ],
)
def test_words_in_japanese_and_in_ascii(text: str, word: str, found: bool) -> None:
    assert contains(fold(text), word) is found


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("the data\ncenter", "data center", True),
        ("the data  center", "data center", True),
        ("data\u3000\tcenter", "data\u00a0center", True),
        ("data centers", "data center", False),
        ("datacenter", "data center", False),
        ("data the center", "data center", False),
        ("東京\n 大阪間", "東京 大阪", True),
        ("東京大阪間", "東京 大阪", False),
        ("OpenAI 株", "AI 株", False),
        ("sp\u00adam", "spam", True),
        ("sp\u200dam", "spam", True),
        ("spam", "sp\u200cam", True),
        ("デー\ufe00タ", "データ", True),
        ("カ\u200d\u3099", "ガ", True),
        ("❤", "❤️", True),
        ("❤️", "❤", True),
        ("何でも", "\ufe0f", False),
        ("sp\u00adam", "/^spam$/", True),
        ("❤", "/^❤️$/", True),
    ],
)
def test_white_space_is_any_and_what_is_not_seen_is_not_there(text: str, word: str, found: bool) -> None:
    assert contains(fold(text), word) is found


def test_no_latin_letter_stands_next_to_a_word_of_ascii() -> None:
    symbols = range(0x2000, 0x2C00)  # ``ⅎ`` and ``ↄ`` stand in no word
    letters = [fold(chr(code)) for code in range(0x20000) if code not in symbols]
    letters = [letter for letter in letters if _LATIN.fullmatch(letter)]

    assert len(letters) > 1000
    assert not [letter for letter in letters if contains(f"{letter}ai", "AI") or contains(f"ai{letter}", "AI")]


_LATIN = regex.compile(r"[\p{Latin}&&\p{L}]\p{M}*", regex.V1)


@given(
    st.lists(st.sampled_from(["ai", "株", "é", " ", "\n", "\u00ad", "_", "7", "の"]), max_size=8).map("".join),
    st.lists(st.sampled_from(["AI", "株", "é", " ", "+"]), min_size=1, max_size=4).map("".join),
)
def test_a_word_is_found_exactly_where_it_stands_alone(text: str, word: str) -> None:
    """What is looked for first, for speed, decides nothing."""
    folded, parts = fold(text), fold(word).split()

    edge = r"[\p{Latin}\p{M}\p{Nd}_]"
    before = f"(?<!{edge})" if parts and re.match("[a-z0-9]", parts[0]) else ""
    after = f"(?!{edge})" if parts and re.search("[a-z0-9]$", parts[-1]) else ""
    alone = before + r"\s+".join(map(re.escape, parts)) + after
    assert contains(folded, word) is (bool(parts) and regex.search(alone, folded) is not None)


@ends_soon
def test_no_word_holds_up_a_poll() -> None:
    """White space between the parts of a word is gone through once, however much of it there is."""
    contains("a" + " \n" * 15_000 + "b", "a c b")
    contains("a  " * 10_000 + "c", "a a a a a c a")


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
        ({"by_bot": True}, Rules(), Verdict.BY_BOT),
        ({"by_bot": True}, Rules(people_only=False), Verdict.PASSES),
        ({"author_handle": "Yamada"}, Rules(muted_authors=("yamada",)), Verdict.AUTHOR_MUTED),
        ({"author_handle": "@Yamada"}, Rules(muted_authors=("yamada",)), Verdict.AUTHOR_MUTED),
        ({"author_handle": "yamada@a.example"}, Rules(muted_authors=("yamada",)), Verdict.PASSES),
    ],
)
def test_each_rule(facts: dict[str, object], rule: Rules, verdict: Verdict) -> None:
    assert check_content(post(**facts), rule) is verdict  # type: ignore[arg-type]


def test_what_the_text_says_is_named_before_the_rp() -> None:
    assert check(post("広告"), 1, 100, Rules(exclude=("広告",))) is Verdict.EXCLUDED
