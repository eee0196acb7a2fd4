from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.fediverse import mfm
from bot.sources.fediverse.mfm import MFM_MAX, mfm_to_text
from tests.ending import ends_soon


@pytest.mark.parametrize(
    ("mfm", "text"),
    [
        ("**太字** <b>も</b> <i>斜め</i> <small>小声</small>", "太字 も 斜め 小声"),
        ("<center>真ん中</center>", "真ん中"),
        ("__bold__ *it* _it_ <s>no</s> ~~no~~", "bold it it no no"),
        ("**二*重*の**話", "二*重*の話"),
        ("$[x2 **大きく** $[spin.speed=1s,left 回る]]話", "大きく 回る話"),
        ("$[tada\n改行]", "改行"),
        ("$[ruby 瓦版 かわらばん]を配る", "瓦版(かわらばん)を配る"),
        ("$[unixtime 1700000000]から", "2023-11-14 22:13 UTCから"),
        ("$[unixtime 明日]", "明日"),
        ("> 引用\n>> 二重\n本文", "引用\n二重\n本文"),
        ("`**code**` と\n```py\na_b = **c\n```\n後", "**code** と\na_b = **c\n後"),
        ("```\n```\n空", "空"),
        ("<plain>**そのまま** $[x2 a]</plain>**強**", "**そのまま** $[x2 a]強"),
        (r"\(x^2\) と \[y\]", "x^2 と y"),
    ],
)
def test_markup_goes_and_its_text_stays(mfm: str, text: str) -> None:
    assert mfm_to_text(mfm) == text


@pytest.mark.parametrize(
    ("mfm", "text"),
    [
        ("[記事](https://a.example/x_(y))を読んだ", "記事 (https://a.example/x_(y))を読んだ"),
        ("?[静かに](https://a.example/)", "静かに (https://a.example/)"),
        ("[**太い** 記事](<https://a.example/>)", "太い 記事 (https://a.example/)"),
        ("$[x2 [大きな記事](https://a.example/)]", "大きな記事 (https://a.example/)"),
        ("[$[x2 大きな記事]](https://a.example/)", "大きな記事 (https://a.example/)"),
        ("[https://bank.example/](https://trap.example/)", "https://trap.example/"),
        ("[bank.example](https://trap.example/)", "https://trap.example/"),
        ("[ ](https://a.example/)", "https://a.example/"),
        ("[#電力](https://a.example/tags/1)", "#電力"),
        ("[だめ](javascript:alert(1))", "[だめ](javascript:alert(1))"),
        ("<https://a.example/瓦>", "https://a.example/瓦"),
        ("https://a.example/_x_/**b**", "https://a.example/_x_/b"),
    ],
)
def test_link_shows_where_it_leads(mfm: str, text: str) -> None:
    assert mfm_to_text(mfm) == text


@pytest.mark.parametrize(
    "text",
    [
        "@hanako_ と @taro_@far_away.example に #電力_2026_ :ai_chan_x: の話",
        "snake_case_name 2*3*4 12:30:45 >_<",
        "[お知らせ] 本日は晴天",
        "わ~~い\nすご~~い",
        "**開いたまま",
        "$[x2 閉じない **まま",
        "</b>閉じるだけ]",
        "`片方だけ",
        "```\n片方だけ",
        "<plain>片方だけ",
        "全角　空白",
        "話題 検索",
    ],
)
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    assert mfm_to_text(text) == text


def test_blank_lines_are_one_at_most_and_ends_are_trimmed() -> None:
    assert mfm_to_text("\n\n一\n \n\t\n\n二\n三\n") == "一\n\n二\n三"


def test_what_turns_the_reading_direction_or_controls_a_terminal_is_gone() -> None:
    assert mfm_to_text("瓦\u202e版\x00の\x1b話\u2066") == "瓦版の話"


def test_effects_nested_as_deep_as_misskey_reads_them_are_read() -> None:
    assert mfm_to_text("$[x2 " * 20 + "深い" + "]" * 20) == "深い"


HOSTILE = [
    *("$[x2 ", "[", "]", "](", "[a](http://a", "](http://a(x)", "[x](http://a)", "$[x2 a]", "?[", "$[a.=", "$["),
    *(
        "**",
        "~~",
        "~~a",
        "~~\n",
        "~~[a]",
        "_",
        "_a",
        "*a ",
        "__a",
        "***",
        "<b>",
        "<b></b>",
        "</b>",
        "<plain>",
        "<",
    ),
    *(
        "```x\n",
        "```\n",
        "\n```",
        "`",
        "`a\n",
        ">",
        "> \n",
        ":",
        ":a",
        "@",
        "a@",
        "#a",
        "http://",
        "<http://",
        "\\(",
    ),
    *("\n", "\n ", " ", "\u202e", "\x00", "あ", "👨\u200d👩\u200d👧"),
]


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> int:
    """Reads so many characters of a note that what is quadratic takes minutes; what is linear, a second."""
    monkeypatch.setattr(mfm, "MFM_MAX", 10 * MFM_MAX)
    return 10 * MFM_MAX


@pytest.mark.parametrize("piece", HOSTILE)
@ends_soon
def test_hostile_text_is_read_in_bounded_time(piece: str, unlimited: int) -> None:
    mfm_to_text(piece * (unlimited // len(piece)))


@pytest.mark.parametrize("head", ["](http://a", "$[x2.", "<http://", "[", "$[x2 " * 20, "**" * 19, "~~\n"])
@pytest.mark.parametrize("tail", ["(x)", "=", "a", "**", "]", "~~", "\n"])
@ends_soon
def test_opening_followed_by_a_long_tail_is_read_in_bounded_time(head: str, tail: str, unlimited: int) -> None:
    mfm_to_text(head + tail * (unlimited // len(tail)))


@given(st.text(max_size=200))
def test_any_text_becomes_text(mfm: str) -> None:
    mfm_to_text(mfm).encode()


@given(
    st.lists(st.sampled_from([*HOSTILE, "x", "https://a.example/b", ")", "</plain>", "ruby a b]"]), max_size=40)
)
def test_any_mixture_of_marks_becomes_text_without_what_could_shout_or_hide(pieces: list[str]) -> None:
    text = mfm_to_text("".join(pieces))

    assert not set(text) & {"\x00", "\u202e"}
    assert "\n\n\n" not in text
    assert len(text) <= 4 * len("".join(pieces)) + 100


@given(st.text(alphabet="あいう漢字ABC 123。、", max_size=80))
def test_plain_words_lose_nothing(text: str) -> None:
    assert mfm_to_text(text) == text.strip(" ")
