"""Text from outside: what a reader sees stays, what Discord would act on does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.text import (
    TOPIC_NAME_MAX,
    URL_MAX,
    address_in,
    clean,
    escape,
    excerpt,
    fingerprint,
    fold,
    foreign_scheme,
    graphemes,
    label,
    make_topic,
    normalize,
    one_line,
    paragraphs,
    safe_url,
    topic_key,
    unstacked,
    utf16_length,
)
from tests.costs import AT_MOST, growth

FAMILY = "👨‍👩‍👧‍👦"
NASTY = [
    "# 見出し", "## x", "-# 小さく", "- 一覧", "* 一覧", "+ 一覧", "1. 番号", "  12. 番号", "> 引用", ">>> 引用",
    "**太字**", "__下線__", "_斜体_", "*斜体*", "~~消す~~", "||ネタバレ||", "`コード`", "```py\nx\n```",
    "[ここ](https://evil.example/)", "[a](<https://evil.example/>)", "<https://evil.example/>",
    "<t:1700000000:R>", "<#123456789012345678>", "<@123456789012345678>", "<@!123456789012345678>",
    "<@&123456789012345678>", "<:wave:123456789012345678>", "<a:wave:123456789012345678>",
    "</subscribe:123456789012345678>", "<id:browse>", "@everyone", "@here", ":smile:", "\\", "\\*", "\\\\@here",
    "https://a.example/x", "https://a.example<@&123456789012345678>", "https://a.example\\<t:1:R>",
    "https://a.example/*_||`", "https://a.example/日本", "https://*", "https://_ x https://_", "steam://run",
    "\u202e逆さ", "\x00", "\n", "\r\n", "\u2028", " ", "@\u200beveryone", FAMILY, "が", "本文", "a_b_c",
]  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=12)), max_size=8).map("".join)

ADDRESS = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]")
AT_LINE_START = re.compile(r"[^\S\n]*(?:#{1,3}\s|-#\s|>|[-*+]\s|\d+\.\s)")
ANYWHERE = re.compile(r"""[*_~`|<>\[\]]|@everyone|@here|:\w+:|(?:steam|discord|mailto):""", re.IGNORECASE)


def as_discord_reads(markdown: str) -> str:
    """What a client shows of text that must not hold any markup; fails where it would find some."""
    shown: list[str] = []
    at = 0
    while at < len(markdown):
        if at == 0 or markdown[at - 1] == "\n":
            assert not AT_LINE_START.match(markdown, at), f"line markup in {markdown!r}"
        if markdown[at] == "\\" and at + 1 < len(markdown) and re.match(r"[^0-9A-Za-z\s]", markdown[at + 1]):
            shown.append(markdown[at + 1])
            at += 2
        elif address := ADDRESS.match(markdown, at):
            assert "\\" not in address.group(), f"a backslash of ours in the address {address.group()!r}"
            assert "||" not in address.group()
            shown.append(address.group())
            at = address.end()
        else:
            assert not ANYWHERE.match(markdown, at), f"markup at {at} in {markdown!r}"
            shown.append(markdown[at])
            at += 1
    return "".join(shown)


def without_space(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


@given(hostile)
@example("https://a.example<@&123456789012345678>")
@example("@\u200beveryone")
def test_escaped_text_holds_no_markup_and_shows_every_character(text: str) -> None:
    assert without_space(as_discord_reads(escape(text))) == without_space(unstacked(clean(text)))


@pytest.mark.parametrize("text", NASTY)
def test_each_known_trick_is_disarmed(text: str) -> None:
    shown = as_discord_reads(escape(f"{text}\n{text}"))
    assert without_space(shown) == without_space(clean(text)) * 2


@pytest.mark.invariant(7)
@pytest.mark.parametrize("shown", [escape, lambda text: label(text, 900)])
def test_marks_stacked_on_a_letter_do_not_tower_over_the_lines_above(shown: Callable[[str], str]) -> None:
    tower = "a" + "\u0301\u0489\u20dd" * 100
    languages = "ཧྐྵྨླྺྼྻྂ ที่นี่ tiếng Việt בְּרֵאשִׁ֖ית が ﾊﾟ"

    assert shown(f"{tower}b") == shown("a" + ("\u0301\u0489\u20dd" * 3)[:8] + "b")
    assert shown(languages) == languages


@given(hostile)
def test_a_spoiler_around_escaped_text_ends_only_where_we_end_it(text: str) -> None:
    assert "||" not in escape(text)


@given(hostile, st.integers(1, 80))
def test_a_label_cannot_close_the_link_it_names(text: str, limit: int) -> None:
    shown = label(text, limit)
    assert not re.search(r"[\[\]\n]", shown)
    assert not ADDRESS.search(shown)
    as_discord_reads(shown)


def test_everyone_is_broken_even_for_who_ignores_backslashes() -> None:
    assert "@everyone" not in escape("@everyone")
    assert "@here" not in escape("a@HERE".lower())


def test_a_bare_address_stays_clickable_and_apart_from_what_follows() -> None:
    assert escape("見て https://a.example/b_c?d=e#f。") == "見て https://a.example/b_c?d=e#f 。"


@pytest.mark.parametrize("text", [FAMILY, "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "❤️", "が", "می‌خواهم"])
def test_joined_characters_survive_cleaning(text: str) -> None:
    assert clean(text) == text


@given(st.text(st.characters(codec=None), max_size=50))
def test_clean_text_can_always_be_sent(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not set(cleaned) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2069\u200e\u200f\x00\x1b\r")
    assert clean(cleaned) == cleaned


@given(hostile)
@example("\u3164\uffa0\u115f")
@example("か\u034f\u3099")
def test_a_folded_text_holds_nothing_that_is_not_seen_and_folds_to_itself(text: str) -> None:
    folded = fold(text)
    assert not re.search(r"[\u00ad\u034f\u115f\u1160\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\ufeff]", folded)
    assert fold(folded) == folded
    assert folded.count("\n") == clean(text).count("\n")


@given(
    st.lists(st.sampled_from([FAMILY, "が", "a", "語", "👍🏽", " ", "🇯🇵"]), max_size=60).map("".join),
    st.integers(1, 80),
)
def test_an_excerpt_fits_and_never_cuts_a_character_apart(text: str, limit: int) -> None:
    cut = excerpt(text, limit)
    assert utf16_length(cut) <= max(limit, 1)
    if cut != text:
        kept = graphemes(cut.removesuffix("…"))
        assert graphemes(text)[: len(kept)] == kept


def test_an_excerpt_leaves_out_an_address_it_would_cut() -> None:
    assert excerpt("見て https://a.example/a-long-path です", 20) == "見て…"


def test_utf16_length_counts_as_a_client_does() -> None:
    assert utf16_length("a語👍") == 4


def test_paragraphs_keep_line_breaks_but_not_walls_of_them() -> None:
    assert paragraphs("一\n二\n\n\n \n三  \n\n四\n", 10) == "一\n二\n\n三\n\n四"
    assert paragraphs("一\n二\n三", 2) == "一\n二…"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("データセンター", "データセンター"),
        ("ﾃﾞｰﾀｾﾝﾀｰ", "データセンター"),
        ("＃データセンター", "データセンター"),
        ("##Data  Center ", "data center"),
        ("Ｄａｔａ　Ｃｅｎｔｅｒ", "data center"),
        ("Straße", "strasse"),
        ("#", ""),
        ("\u202eabc\u200b", "abc"),
    ],
)
def test_a_topic_is_the_same_however_it_was_typed(typed: str, key: str) -> None:
    assert topic_key(typed) == key


@given(st.text(max_size=TOPIC_NAME_MAX))
def test_the_key_of_a_shown_name_is_the_topics_key(name: str) -> None:
    topic = make_topic(name)
    # An address is shown by its host alone, which is another topic.
    assert topic.is_address or topic_key(topic.name) == topic.key
    assert topic.name == one_line(topic.name)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://x.com/a/status/1", "https://x.com/a/status/1"),
        ("https://例え.jp/語?q=語", "https://xn--r8jz45g.jp/%E8%AA%9E?q=%E8%AA%9E"),
        ("https://a.example/b(c)", "https://a.example/b%28c%29"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("https://x.com@evil.example/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example", None),
        ("https://", None),
        ("https://a b.example/", None),
        ("https://a.example:x/", None),
        ("https://a.example/" + "a" * URL_MAX, None),
        ("https://a.example/" + "語" * 200, None),
        ("\ud800", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_discord_takes_become_links(url: str | None, safe: str | None) -> None:
    assert safe_url(url) == safe


@given(st.text(max_size=40).map(lambda rest: f"https://a.example/{rest}"))
def test_a_safe_address_cannot_leave_a_masked_link(url: str) -> None:
    safe = safe_url(url)
    assert safe is None or not re.search(r"[\s()<>\[\]|`\\\"']", safe)


def test_the_fingerprint_minds_words_and_not_their_layout() -> None:
    assert fingerprint("ﾃﾞｰﾀ センター\n増設") == fingerprint("データセンター増設")
    assert fingerprint("データセンター増設") != fingerprint("データセンター新設")


MARKS = [
    "a",
    "か",
    "\u0301",
    "\u0323",
    "\u3099",
    "\uff9e",
    "\uff9f",
    "\u0f73",
    "\u0f75",
    "\u0f81",
    "\u0f71",
    "\u0344",
]


@given(
    st.sampled_from(MARKS).flatmap(lambda one: st.lists(st.sampled_from([*MARKS[2:], one]), max_size=80)),
    st.sampled_from(["NFC", "NFKC"]),
)
def test_marks_in_order_beforehand_change_no_normal_form(marks: list[str], form: Literal["NFC", "NFKC"]) -> None:
    text = "".join(marks)

    assert normalize(form, text) == unicodedata.normalize(form, text)


@pytest.mark.invariant(11)
@pytest.mark.parametrize("read", [fold, fingerprint, topic_key, escape, one_line])
@pytest.mark.parametrize(
    "piece",
    [
        "\u0301\u0323",
        "\uff9e\u0301",
        "\u0f73\u0301",
        "\u0344\u0323",
        "ガ",
        "ﾊﾟ",
        "a ",
        " \n",
        "https://a.b/",
        "- \n",
        "\u00ad",
    ],
)
def test_reading_a_text_costs_by_its_length(read: Callable[[str], object], piece: str) -> None:
    def of(size: int) -> Callable[[], object]:
        text = "a" + piece * (size // len(piece))
        return lambda: read(text)

    assert growth(of, 15_000) <= AT_MOST


@pytest.mark.parametrize(
    "typed",
    [
        "example.com/feed.xml",
        "<example.com/feed.xml>",
        "news.example/rss",
        "blog.example:8080/feeds/",
        "www.example.jp/index.php?feed=rss2",
        "example.com/blog",
        "a.b.example/2026/11/atom",
    ],
)
def test_address_without_its_scheme_is_one(typed: str) -> None:
    bare = typed.strip("<>")

    assert address_in(typed) == f"https://{bare}"
    assert topic_key(typed) == topic_key(f"https://{bare}")


@pytest.mark.parametrize("typed", ["127.0.0.1:8080/feed.xml", "localhost:3000/rss", "192.0.2.7/blog/atom"])
def test_address_by_number_without_its_scheme_is_one_without_encryption(typed: str) -> None:
    assert address_in(typed) == f"http://{typed}"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("feed://blog.example/comments", "https://blog.example/comments"),
        ("feed:https://blog.example/rss", "https://blog.example/rss"),
        ("FEED:http://blog.example/rss", "http://blog.example/rss"),
        ("itpc://radio.example/river", "https://radio.example/river"),
        ("<pcast://radio.example/river>", "https://radio.example/river"),
        ("feed://127.0.0.1:8080/rss", "http://127.0.0.1:8080/rss"),
    ],
)
def test_address_for_programs_that_read_feeds_is_one_of_the_web(typed: str, address: str) -> None:
    assert address_in(typed) == address
    assert topic_key(typed) == topic_key(address)
    assert foreign_scheme(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "rss: 使い方",
        "feed:news",
        "podcast://",
        "ASP.NET/C#",
        "node.js/express",
        "and/or",
        "1.5/2",
        "127.0.0.1/24",
        "1.2.3.4/5",
        "example.com",
        "Fate/stay night",
        "a.example/",
        "N.Y./L.A.",
    ],
)
def test_keyword_with_a_slash_stays_a_keyword(typed: str) -> None:
    assert address_in(typed) is None


@pytest.mark.parametrize(
    ("typed", "scheme"),
    [
        ("ftp://example.com/x", "ftp"),
        ("JavaScript:alert(1)", "javascript"),
        ("file:///etc/passwd", "file"),
        ("gopher://example.com", "gopher"),
        ("https://example.com/", None),
        ("NieR:Automata", None),
        ("Re:ゼロから始める", None),
        ("file: a story", None),
    ],
)
def test_scheme_that_is_not_the_webs_is_named(typed: str, scheme: str | None) -> None:
    assert foreign_scheme(typed) == scheme
