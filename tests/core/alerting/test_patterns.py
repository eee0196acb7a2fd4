"""Regular expressions in rules: what they find, what is refused and why, and that none can hold up a poll."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.patterns import MEMORY_MAX, BadPattern, Flaw, compile_pattern, is_pattern
from bot.core.alerting.rules import Verdict, check_content, contains, matched_words
from bot.core.models import Network, Post, Rules
from bot.core.text import fold
from tests.ending import ends_soon

LONGEST_POST = 30_000
"""Characters; the sources cut what is longer."""


def post(text: str) -> Post:
    return Post(network=Network.X, canonical_id="1", text=text)


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("/広告/", True),
        ("/PR/i", True),
        (r"/a\/b/", True),
        ("/a, b/", True),
        ("//", True),
        ("/", False),
        ("/usr/bin", False),
        ("/a/g", False),
        ("/a/b/", False),
        ("https://trend.example/", False),
        ("/a\nb/", False),
    ],
)
def test_the_form_of_a_pattern(word: str, is_one: bool) -> None:
    assert is_pattern(word) is is_one


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("本日の求人です", "/求人|募集/", True),
        ("本日の天気です", "/求人|募集/", False),
        ("データ センター", r"/データ\s*センター/", True),
        ("ﾃﾞｰﾀｾﾝﾀｰ", "/データセンター/", True),
        ("データセンター", "/ﾃﾞｰﾀ.+/", True),
        ("データセン\u200bター", "/センター/", True),
        ("生成ＡＩ", "/生成ai/", True),
        ("生成ai", "/生成AI/", True),
        ("生成ai", "/生成ＡＩ/i", True),
        ("STRASSE", "/straße/", True),
        ("価格は１２３４円", r"/\d{4}円/", True),
        ("価格は123円", "/[０-９]{4}円/", False),
        ("【PR】新製品", r"/\bPR\b/", True),
        ("生成AIの話", r"/\bAI\b/", True),
        ("he said so", r"/\bAI\b/", False),
        ("said", "/ai/", True),
        ("(広告) 新製品", "/（広告）/", True),
        ("広告 新製品", "/（広告）/", False),
        ("a+b", "/a＋b/", True),
        ("aab", "/a＋b/", False),
        ("\\（", r"/\\（/", True),
        ("題\n広告です", "/^広告/", True),
        ("題\n広告です", "/題$/", True),
        ("題の広告です", "/^広告/", False),
        ("カナ", r"/^\p{Katakana}+$/", True),
        ("漢字", r"/^\p{Katakana}+$/", False),
        ("only words", r"/\W/", True),
        ("onlywords", r"/^[^\W]+$/", True),
        ("a/b", r"/a\/b/", True),
        ("😀" * 3, "/😀{3}/", True),
        ("/[/", "/[/", True),
        ("[", "/[/", False),
    ],
)
def test_what_a_pattern_finds(text: str, word: str, found: bool) -> None:
    assert contains(fold(text), word) is found


@pytest.mark.parametrize(
    ("word", "flaw", "part"),
    [
        ("//", Flaw.EVERYTHING, ""),
        ("/a*/", Flaw.EVERYTHING, ""),
        ("/^/", Flaw.EVERYTHING, ""),
        ("/|広告/", Flaw.EVERYTHING, ""),
        ("/広告(?=です)/", Flaw.LOOK_AROUND, "(?="),
        ("/(?<!非)広告/", Flaw.LOOK_AROUND, "(?<!"),
        (r"/(a)\1/", Flaw.ESCAPE, r"\1"),
        (r"/\y/", Flaw.ESCAPE, r"\y"),
        ("/(広告/", Flaw.OPEN, ""),
        ("/[広告/", Flaw.OPEN, ""),
        ("/広告)/", Flaw.CLOSED, ""),
        ("/*広告/", Flaw.REPEAT, "*"),
        ("/a++/", Flaw.REPEAT, "++"),
        ("/[b-a]/", Flaw.RANGE, "b-a"),
        (r"/\p{Kanji}/", Flaw.RANGE, r"\p{Kanji}"),
        ("/a{1001}/", Flaw.TOO_LARGE, ""),
        ("/(((a{10}){10}){10}){10}/", Flaw.TOO_LARGE, ""),
        (r"/\pL{900}/", Flaw.TOO_LARGE, ""),
        (r"/\pL\pN\pL/", Flaw.TOO_LARGE, ""),
        ("/(?>a)/", Flaw.OTHER, "(?>"),
        ("word", Flaw.OTHER, "word"),
    ],
)
def test_what_is_refused_says_what_is_wrong(word: str, flaw: Flaw, part: str) -> None:
    with pytest.raises(BadPattern) as refused:
        compile_pattern(word)

    assert (refused.value.flaw, refused.value.part) == (flaw, part)


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("/(a+)+$/", "a"),
        ("/(a|aa)+$/", "a"),
        ("/(.*)*x/", "a"),
        ("/(a|b)*a(a|b){180}c/", "ab"),
        ("/(a?){900}a{90}b/", "a"),
        (r"/(\w+\s?)+。/", "データ "),
        (r"/(?:.{1,40}x){1,4}y/", "xa"),
    ],
)
@ends_soon
def test_no_pattern_holds_up_a_poll(word: str, unit: str) -> None:
    """A back-tracking engine needs longer than the universe is old; RE2 some 10 ms for a text nobody writes."""
    text = fold((unit * LONGEST_POST)[: LONGEST_POST - 1] + "!")

    contains(text, word)


_LINE = st.text(alphabet=st.characters(exclude_characters="\n"), max_size=12)
_PATTERNS = st.one_of(
    _LINE.map(lambda body: f"/{body}/"),
    st.text(alphabet="ab()[]{}|*+?\\.^$-:=!<>PpQEdwsb019,/（）ー・１", max_size=20).map(lambda body: f"/{body}/i"),
    st.text(max_size=8),
)


@given(st.text(), st.lists(_PATTERNS, max_size=3).map(tuple), st.lists(_PATTERNS, max_size=3).map(tuple))
def test_checking_never_raises_and_the_matched_words_are_of_the_rule(
    text: str, include: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    rules = Rules(include=include, exclude=exclude)

    verdict = check_content(post(text), rules)

    named = matched_words(post(text), rules, verdict)
    assert set(named) <= {*include, *exclude}
    assert bool(named) == (verdict is not Verdict.PASSES)


@given(_PATTERNS)
def test_a_pattern_that_compiles_is_not_found_in_nothing(word: str) -> None:
    try:
        found_in = compile_pattern(word)
    except BadPattern:
        return

    assert found_in("") is False


@given(st.text(alphabet="データｾﾝﾀｰABcdﬁ①ß", min_size=1, max_size=8))
def test_a_pattern_of_plain_letters_is_found_where_they_stand(word: str) -> None:
    assert contains(fold(f"前 {word} 後"), f"/{word}/")


def test_a_pattern_that_needs_too_much_memory_is_refused_before_it_is_kept() -> None:
    assert MEMORY_MAX <= 1 << 20
    with pytest.raises(BadPattern, match="too-large"):
        compile_pattern(r"/(?:\p{L}{1,30}x){1,30}/")


def test_the_pattern_that_stopped_a_post_is_named_as_typed() -> None:
    rules = Rules(exclude=("天気", r"/求人|募集/", "/ＰＲ/"))

    assert matched_words(post("PR: 求人のお知らせ"), rules, Verdict.EXCLUDED) == ("/求人|募集/", "/ＰＲ/")
