"""The parts of a text that are compared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.stories.quantities import differ, read_quantities
from bot.core.stories.reading import READ_MAX, read
from bot.core.stories.signatures import signature
from bot.core.text import fold
from tests.costs import AT_MOST, growth


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3万世帯", ("世帯", 30_000)),
        ("2万8千台", ("台", 28_000)),
        ("28,000台", ("台", 28_000)),
        ("412億円", ("円", 41_200_000_000)),
        ("９８．５％", ("%", 98.5)),
        ("120センチ", ("cm", 120)),
        ("$2.4 billion", ("$", 2_400_000_000)),
        ("$2.4bn", ("$", 2_400_000_000)),
        ("4.6 per cent", ("%", 4.6)),
        ("one million copies", ("", 1_000_000)),
        ("two monkeys", ("monkey", 2)),
        ("the 22nd birthday", ("th birthd", 22)),
        ("category 3 storm", ("category", 3)),
        ("2:06:11", ("duration", 7_571)),
        ("2時間6分11秒", ("duration", 7_571)),
        ("178円30銭", ("円", 178.3)),
        ("80銭", ("円", 0.8)),
        ("a dozen ferries", ("ferry", 12)),
        ("100人以上", ("", 100)),
        ("more than a hundred people", ("", 100)),
    ],
)
def test_number_is_read_with_its_unit(text: str, count: tuple[str, float]) -> None:
    assert count in read_quantities(fold(text)).counts


@pytest.mark.parametrize(
    ("text", "months", "days", "times"),
    [
        ("12月3日", {12}, {3}, set()),
        ("2027.2.18発売", {2}, {18}, set()),
        ("February 18, 2027", {2}, {18}, set()),
        ("18 February 2027", {2}, {18}, set()),
        ("reopens on the 16th", set(), {16}, set()),
        ("in May", {5}, set(), set()),
        ("it may rain", set(), set(), set()),
        ("午後6時20分", set(), set(), {(6, 20)}),
        ("18:20", set(), set(), {(6, 20)}),
        ("6pm", set(), set(), {(6, 0)}),
        ("4時半", set(), set(), {(4, 30)}),
        ("3日間", set(), set(), set()),
        ("2:06:11", set(), set(), set()),
        ("shuts at noon", set(), set(), {(0, 0)}),
        ("正午に閉まる", set(), set(), {(0, 0)}),
    ],
)
def test_moment_is_read(text: str, months: set[int], days: set[int], times: set[tuple[int, int]]) -> None:
    found = read_quantities(fold(text)).moments

    assert (set(found.months), set(found.days), set(found.times)) == (months, days, times)


@pytest.mark.parametrize(
    ("text", "score"), [("2-1", (2, 1)), ("2対1", (2, 1)), ("４勝２敗", (4, 2)), ("17–14", (17, 14))]
)
def test_score_is_read(text: str, score: tuple[int, int]) -> None:
    assert read_quantities(fold(text)).scores == (score,)


@pytest.mark.parametrize(("one", "other"), [(4_200, 4_193), (2_400, 2_410), (12, 12)])
def test_round_figure_stands_for_its_number(one: float, other: float) -> None:
    assert not differ(one, other)
    assert not differ(other, one)


@pytest.mark.parametrize(("one", "other"), [(97, 99), (300, 310), (28_000, 61_000), (1, 2), (4_200, 4_300)])
def test_other_number_is_none_of_its_round_figures(one: float, other: float) -> None:
    assert differ(one, other)
    assert differ(other, one)


def test_links_mentions_and_hashtags_are_no_words_of_the_text() -> None:
    found = read("see https://news.example/a?utm_source=x @somebody@server.example #PortCalder 🚆")

    assert found.links == ("https://news.example/a",)
    assert found.terms == ("port", "calder")
    assert found.squashed == "seeportcalder"


@pytest.mark.parametrize(
    ("text", "forecast", "is_open"),
    [
        ("Orme is tipped for the poetry prize", True, True),
        ("Orme is expected to win the poetry prize", True, True),
        ("Will Orme win the poetry prize?", True, True),
        ("no way, Orme won the poetry prize?!", False, False),
        ("Lorne school to close in May", False, False),
        ("津川市が値上げを検討", True, True),
        ("津川市の水道、値上げか", True, False),
        ("津川市の水道また値上げか。きついなあ", False, False),
        ("津川市の商店が5月に閉店へ", False, False),
    ],
)
def test_what_may_come_is_told_from_what_is(text: str, forecast: bool, is_open: bool) -> None:
    found = read(text)

    assert (found.is_forecast, found.is_open) == (forecast, is_open)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Orme lays 1,200 people off", "=layoff"),
        ("they called the match off", "=cancel"),
        ("the council called for a vote on where to take it off the map", None),
    ],
)
def test_phrase_is_found_though_other_words_stand_in_it(text: str, kind: str | None) -> None:
    found = read(text)

    assert {"=layoff", "=cancel"} & found.happenings == ({kind} if kind else set())


def test_word_that_was_cut_through_is_left_out() -> None:
    assert read("Hurricane nears the coast of Hamp…").squashed == "hurricanenearsthecoastof"
    assert read("フェリーが座礁、全員救…").squashed == "フェリーが座礁全員救"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the council of Marlow met Ray Oldcastle", {"marlow", "ray", "oldcastle"}),
        ("Council Of Marlow Met Ray Oldcastle", set()),
        ("高知県室戸市のグリーンコア社", {"高知", "室戸", "グリーンコア"}),
        ("きょう市内で「みなみかぜ」を公開", {"みなみかぜ"}),
        ("みつば銀行の小暮頭取", {"みつば", "小暮"}),
        ("役場が「静かにしてください」", set()),
    ],
)
def test_names_are_distinguished_by_their_writing(text: str, names: set[str]) -> None:
    assert set(read(text).names) == names


@given(st.text(max_size=300))
def test_any_text_is_read_and_signed(text: str) -> None:
    found = read(text)

    assert found == read(text)
    assert signature(found.squashed).digest() == signature(found.squashed).digest()


@pytest.mark.invariant(11)
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "A ",
        "語",
        "カ",
        "ず",
        "1",
        "1,",
        "1-",
        "12:",
        "@a ",
        "#a ",
        "「語",
        "not a ",
        "から",
        "rt ",
        ". A",
        "…",
        "lift ",
    ],
)
def test_reading_a_text_costs_by_its_length(piece: str) -> None:
    def of(size: int) -> Callable[[], object]:
        text = piece * (size // len(piece))
        return lambda: [read(text) for _ in range(3)]

    assert growth(of, READ_MAX // 2) <= AT_MOST


@pytest.mark.invariant(11)
def test_no_more_of_a_text_is_read_than_posts_have() -> None:
    assert len(read("word " * 10_000).squashed) <= READ_MAX
