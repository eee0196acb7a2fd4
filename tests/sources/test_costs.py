"""Twice the input costs at most two and a half times: in every parser, up to its cap, whatever is repeated."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import SourceChanged
from bot.sources.feed.wire import parse_feed
from bot.sources.parsing.process_pool import OURS
from bot.sources.trendpage.page import parse
from tests.ending import ends_soon
from tests.repeats import excess_of_cpu, excess_of_lines

from .repeated import NOW, PARSERS, Frame, Parser, made

pytestmark = pytest.mark.invariant(11)

CASES = [(parser, frame) for parser in PARSERS for frame in parser.frames]
ENOUGH = 8_000
"""Bytes in which a square shows itself in lines: hundreds of pieces and more."""
DEAREST: dict[str, list[tuple[int, str]]] = {
    "trend page": [
        (1, "<tr><th>RP<td>1"), (0, "<li>1 RP"), (2, "<li>1 RP"), (2, "RP 1 "), (0, "\n1. "),
        (0, "<p>a 2026年11月22日</p>"), (0, "1 "), (0, "<blockquote><p>a</p>— a (@a) <a href='https://x.com/a/status/1'>2026年1月1日</a></blockquote>"),
        (0, "<b><p>"), (0, "<span>"),
    ],
    "rss": [
        (0, "<item><title>&</title></item>"), (0, "<item><title>a</title><link>http://e/1</link></item>"),
        (0, "& "), (1, "a"),
    ],
    "atom": [(0, "<entry><id>1</id></entry>"), (0, "<![CDATA[")],
    "json feed": [(0, '{"id":1},'), (0, '{"id":1e9,"content_html":"<b>"},'), (0, "["), (1, '"id" : ')],
}  # fmt: skip
"""Of the parsers whose whole cap takes long: frames, and the pieces that took longest in them."""
LONG = [
    (parser, parser.frames[frame], piece) for parser in PARSERS for frame, piece in DEAREST.get(parser.name, [])
]
SHORT = [parser for parser in PARSERS if parser.name not in DEAREST]


@ends_soon
@pytest.mark.parametrize(("parser", "frame", "piece"), LONG)
def test_a_quarter_half_and_whole_of_a_long_answer_cost_as_they_are_long(
    parser: Parser, frame: Frame, piece: str
) -> None:
    assert not excess_of_cpu(parser.work(frame, [piece]), parser.cap)


@ends_soon
@pytest.mark.parametrize("parser", SHORT, ids=lambda parser: parser.name)
def test_a_quarter_half_and_whole_of_a_cap_cost_as_they_are_long(parser: Parser) -> None:
    excess = {
        (frame, piece): said
        for frame in parser.frames
        for piece in parser.pieces
        if (said := excess_of_cpu(parser.work(frame, [piece]), parser.cap))
    }

    assert not excess


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_no_piece_takes_more_lines_of_ours_than_it_is_long(parser: Parser) -> None:
    whole = min(parser.cap, ENOUGH)

    excess = {
        (frame, piece): said
        for frame in parser.frames
        for piece in parser.pieces
        if (said := excess_of_lines(parser.work(frame, [piece]), whole))
    }

    assert not excess


def runs(case: tuple[Parser, Frame]) -> st.SearchStrategy[tuple[Parser, Frame, list[str]]]:
    """Some pieces of a parser one after the other, as names and rules are in a robots.txt; some of no table."""
    parser, frame = case
    known = st.sampled_from(parser.pieces)
    unknown = st.text("<>&[]*/=:;'\"\\ \n-_.%1aRé橋", min_size=1, max_size=6)
    piece = st.one_of(known, st.builds("{}{}".format, known, known), unknown)
    return st.tuples(st.just(parser), st.just(frame), st.lists(piece, min_size=1, max_size=3))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(CASES).flatmap(runs))
def test_no_mixture_of_pieces_takes_more_lines_of_ours_than_it_is_long(
    case: tuple[Parser, Frame, list[str]],
) -> None:
    parser, frame, pieces = case

    assert not excess_of_lines(parser.work(frame, pieces), min(parser.cap, ENOUGH))


@ends_soon
@pytest.mark.invariant(6)
async def test_long_and_dear_ones_are_read_or_refused_by_name_in_the_bounds_of_a_reader() -> None:
    for number, (parser, frame, piece) in enumerate(LONG[::3]):
        body = made(frame, [piece], parser.cap).encode()
        with contextlib.suppress(SourceChanged):  # refused by name
            if parser.name == "trend page":
                await OURS.read(f"{number}.example", parse, body, now=NOW)
            else:
                await OURS.read(f"{number}.example", parse_feed, body, url="http://e.example/f", now=NOW)
