"""A topic is what a person sees: no spelling makes another one, and all of them ask the same (invariant 10)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import RefusedRequest
from bot.core.models import Topic
from bot.core.targets import targets_of
from bot.core.text import make_topic, topic_key
from bot.services.input.text import checked_topic

pytestmark = pytest.mark.invariant(10)

UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2063"
    "\u2066\u2069\u206a\u2800\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufff9\U0001bca0\U0001d173\U000e0001\U000e0041"
    "\U000e007f\U000e0100\ufdd0\uffff\U0010ffff\U00016fe4\U0001d159"
)
NAMES = st.text(max_size=30)
LETTERS = st.text(alphabet="abcXYZ éÉ かなカナ東京ΑΒγд Ж#", max_size=12)


@given(NAMES)
def test_key_of_a_key_is_the_key(name: str) -> None:
    assert topic_key(topic_key(name)) == topic_key(name)


@given(LETTERS, st.lists(st.tuples(st.integers(0, 12), st.sampled_from(UNSEEN))))
def test_what_cannot_be_seen_makes_no_other_topic(name: str, unseen: list[tuple[int, str]]) -> None:
    spelled = name
    for place, one in unseen:
        spelled = spelled[:place] + one + spelled[place:]

    assert topic_key(spelled) == topic_key(name)


@given(LETTERS)
def test_case_and_width_make_no_other_topic(name: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in name)

    assert {topic_key(one) for one in (name.upper(), name.lower(), wide, unicodedata.normalize("NFD", name))} == {
        topic_key(name)
    }


@given(st.text(alphabet=UNSEEN + " \u3000\u0301\u20dd\u200b", min_size=1, max_size=20))
def test_topic_that_nobody_can_see_is_refused(name: str) -> None:
    with pytest.raises(RefusedRequest, match="error-topic-empty"):
        checked_topic(name)


@given(NAMES)
def test_a_key_can_be_seen(name: str) -> None:
    key = topic_key(name)

    assert not key or any(unicodedata.category(one)[0] not in "MZ" for one in key)


def test_emoji_made_of_several_stay_one_and_their_selectors_make_no_difference() -> None:
    assert topic_key("👨‍👩‍👧") == "👨‍👩‍👧" != topic_key("👨👩👧")
    assert topic_key("❤️") == topic_key("❤") == topic_key("❤︎")
    assert topic_key("👩🏽‍💻") == "👩🏽‍💻"
    assert topic_key("❤️‍🔥") == topic_key("❤‍🔥")
    assert topic_key("猫\u200d") == topic_key("猫")


@given(LETTERS, st.sampled_from(UNSEEN))
def test_every_spelling_of_a_topic_asks_the_same(name: str, unseen: str) -> None:
    spellings = [make_topic(one) for one in (name, name.upper(), f"＃{name}{unseen}", f"{unseen}{name}")]

    assert len({topic.query for topic in spellings}) == 1
    assert len({targets_of(["https://a.example/?q={topic}"], topic) for topic in spellings}) == 1


def test_greek_word_is_asked_for_as_people_write_it() -> None:
    assert [make_topic(name).query for name in ("ΟΔΟΣ", "οδος", "Σ")] == ["οδος", "οδος", "σ"]


def test_look_alikes_of_another_script_are_another_topic() -> None:
    assert topic_key("аpple") != topic_key("apple")


def test_name_is_for_the_eye_alone() -> None:
    assert Topic(key=topic_key("𝖈𝖔𝖛𝖎𝖉"), name="𝖈𝖔𝖛𝖎𝖉").query == "covid"


@pytest.mark.parametrize(
    "typed",
    [
        "webcal://h.example",
        "見て https://h.example/p?key=s",
        "ｈttps://h.example/p?key=s",
        "https：／／h.example／p",
        "https://h.example /p?key=s",
        "`https://h.example/p`",
        "[x](https://h.example/p)",
        "h.example/p?key=s",
        "//h.example/feed/s3cret",
        "127.0.0.1:80/f?k=s",
        "https:\\\\h.example\\p",
        "https:/h.example/p",
    ],
)
def test_an_address_typed_amiss_is_no_keyword_that_everybody_reads(typed: str) -> None:
    with pytest.raises(RefusedRequest) as refused:
        checked_topic(typed)

    assert refused.value.text_id in {"error-topic-address", "error-address-scheme"}


@pytest.mark.parametrize("typed", ["feed://h.example/p?key=s", "feed:https://h.example/p?key=s"])
def test_an_address_for_programs_that_read_feeds_is_that_address(typed: str) -> None:
    assert checked_topic(typed) == checked_topic("https://h.example/p?key=s")


@pytest.mark.parametrize(
    "typed", ["ASP.NET/C#", "node.js/deno", "24/7", "2.5/3", "Re:ゼロ", "http", "a.example", "AC/DC"]
)
def test_keywords_with_dots_and_slashes_stay_keywords(typed: str) -> None:
    assert checked_topic(typed).name == typed


def test_an_address_that_discord_shall_not_unfold_is_an_address() -> None:
    assert make_topic("<https://h.example/p?key=s>") == make_topic("https://h.example/p?key=s")
