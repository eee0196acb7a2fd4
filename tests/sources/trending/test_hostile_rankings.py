"""Readers of rankings against hostile answers: topics that can be shown, or a named error, soon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.core.errors import SourceError
from bot.core.trending.rankings import RANKED_MAX, RankedTopic, usable_name
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.robots import Robots
from bot.sources.trending import reader, wire
from bot.sources.trending.ranking_page import PageAddresses
from bot.sources.trending.reader import RankingReader
from tests.fakes.hostile_server import HostileServer
from tests.sources.hostile_answers import SLOW, WIRE

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NAMES = sorted(WIRE.keys() - SLOW)
Make = Callable[[Http, Robots, str], RankingReader]
READERS: dict[str, Make] = {
    "mastodon": lambda http, _, url: reader.mastodon_reader(http, url, None),
    "misskey": lambda http, _, url: reader.misskey_reader(http, url, None),
    "bluesky": lambda http, _, url: reader.bluesky_reader(http, url),
    "google": lambda http, robots, url: reader.google_reader(http, robots, f"{url}/rss", "JP", "ja"),
    "page": lambda http, robots, url: reader.page_reader(
        http, robots, f"{url}/ranking", PageAddresses(f"{url}/word/{{topic}}", {})
    ),
}


@pytest.mark.invariant(6)
@pytest.mark.parametrize("which", range(len(READERS)), ids=list(READERS))
async def test_hostile_answer_gives_topics_that_can_be_shown_or_a_named_error(which: int) -> None:
    """Each answer of the corpus meets one of the readers: all go through the same client."""
    limits = HttpLimits("kawaraban/test", per_host_interval_s=0, total_timeout_s=1.0, connect_timeout_s=1.0)
    async with HostileServer() as server:
        for name in NAMES[which :: len(READERS)]:
            http = Http(limits, clock=lambda: NOW, may_connect=lambda _: True)
            robots = Robots(http, clock=lambda: NOW, ignored=["127.0.0.1"])
            read = list(READERS.values())[which](http, robots, server.base_url)
            server.answer = WIRE[name]
            try:
                said = await outcome(read)
            finally:
                await http.aclose()
            assert isinstance(said, tuple) or 0 < len(said) < 1_000, name


async def outcome(read: RankingReader) -> tuple[RankedTopic, ...] | str:
    """The topics, checked; or what the error says."""
    try:
        async with asyncio.timeout(10):
            found = await read.read(NOW)
    except SourceError as error:
        return error.detail
    assert len(found) <= RANKED_MAX
    assert all(usable_name(one.name) == one.name for one in found)
    return found


@pytest.mark.parametrize("name", ["x" * 500, "a" + "\u0301" * 300, "😀" * 80, "…" * 80])
def test_name_that_would_be_cut_is_no_topic(name: str) -> None:
    assert usable_name(name) is None


GOOD: dict[str, bytes] = {
    "mastodon": b'{"name":"good","history":[{"day":"1795305600","uses":"50","accounts":"20"}]}',
    "misskey": b'{"tag":"good","chart":[1,1],"usersCount":9}',
    "bluesky": b'{"topic":"good","displayName":"good","actors":[{"did":"a"},{"did":"b"}]}',
}
HOSTILE_ROWS: dict[str, bytes] = {
    "half of a surrogate pair": b'{"name":"a\\ud83d","tag":"a\\ud83d","topic":"a\\ud83d"}',
    "nested without end": b"[" * 5_000 + b"]" * 5_000,
    "a control character": b'{"name":"a\x01","tag":"a\x01","topic":"a\x01"}',
    "no number": b'{"name":"a","tag":"a","topic":"a","history":NaN}',
    "an unknown escape": b'{"name":"\\x41","tag":"\\x41","topic":"\\x41"}',
    "brackets in a text": b'{"name":"]},{[","tag":5,"topic":"\\"]\\ud83d["}',
    "a number of 400 digits": b'{"name":"a","tag":"a","topic":"a","usersCount":' + b"9" * 400 + b"}",
    "bytes that are no text": b'{"name":"\xff\xfe","tag":"\xff","topic":"\xff"}',
}
PARSERS = {"mastodon": wire.parse_mastodon, "misskey": wire.parse_misskey, "bluesky": wire.parse_bluesky}


@pytest.mark.invariant(6)
@pytest.mark.parametrize("hostile", HOSTILE_ROWS.values(), ids=list(HOSTILE_ROWS))
@pytest.mark.parametrize("source", PARSERS)
def test_hostile_row_of_a_ranking_costs_itself_and_no_other(source: str, hostile: bytes) -> None:
    for rows in ([GOOD[source], hostile], [hostile, GOOD[source]]):
        body = b"[" + b" , ".join(rows) + b"]"
        found = PARSERS[source](b'{"trends": ' + body + b"}" if source == "bluesky" else body)
        assert "good" in [one.name for one in found]


@pytest.mark.parametrize("body", [b"", b"[", b'["', b"{}", b'[{"name":"a"}', b"5]"])
def test_text_that_is_no_list_is_none(body: bytes) -> None:
    with pytest.raises(SourceError):
        wire.parse_mastodon(body)


@pytest.mark.parametrize("body", [b"[]", b" [ ]\n"])
def test_ranking_without_topics_is_empty(body: bytes) -> None:
    assert wire.parse_mastodon(body) == ()
