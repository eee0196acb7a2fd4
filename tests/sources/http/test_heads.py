"""Heads of answers that browsers take, in the form that a strict parser takes."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SourceError
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.heads import end_of_head, mended_head
from tests.fakes.hostile_server import HostileServer, raw

FEED = b"<rss><channel><title>x</title></channel></rss>"
LENGTH = b"Content-Length: %d" % len(FEED)


def head(*lines: bytes, first: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([first, *lines, b"", b""])


@pytest.mark.parametrize(
    ("written", "length"),
    [
        (head(LENGTH, LENGTH), len(FEED)),
        (head(b"Content-Length: 46, 46"), 46),
        (head(b"Content-Length: "), None),
        (head(b"Content-Length: -1"), None),
        (head(b"Content-Length: 46.0"), None),
        (head(b"Content-Length: 46", b"Transfer-Encoding: chunked"), None),
        (head(b"Content-Length: 46", first=b"HTTP/1.1 304 Not Modified"), 0),
        (head(b"Content-Length: 46", b"Transfer-Encoding: identity"), 46),
    ],
)
def test_length_of_a_body_is_one_number_or_none(written: bytes, length: int | None) -> None:
    found = mended_head(written)

    assert found is not None
    assert found.length == length


def test_two_lengths_are_no_head() -> None:
    assert mended_head(head(b"Content-Length: 46", b"Content-Length: 47")) is None
    assert mended_head(b"SSH-2.0-x\r\n\r\n") is None


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_what_is_mended_is_in_proper_form(lines: list[bytes]) -> None:
    found = mended_head(head(*lines))

    assert found is None or mended_head(found.written) == found
    assert found is None or end_of_head(found.written) == len(found.written)


@pytest.fixture(name="http")
async def make_http() -> AsyncIterator[Http]:
    limits = HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0)
    http = Http(limits, clock=lambda: datetime.now(UTC))
    yield http
    await http.aclose()


async def body_of(answer: bytes, http: Http) -> bytes:
    async with HostileServer() as server:
        server.answer = raw(answer)
        return (await http.get(server.base_url)).body


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(head(LENGTH, LENGTH) + FEED, id="a length twice"),
        pytest.param(head(b"X Bad: 1", b"no header", b": 1", b"X-A : \x00\x01", LENGTH) + FEED, id="broken lines"),
        pytest.param(head(LENGTH, first="HTTP/1.1 200 Déjà vu".encode("latin-1")) + FEED, id="reason in Latin-1"),
        pytest.param(head(LENGTH, first=b"ICY 200 OK") + FEED, id="ICY"),
        pytest.param(head(LENGTH, first=b"http/1.1 200") + FEED, id="small letters, without a reason"),
        pytest.param(b"\r\n" + head(LENGTH).replace(b"\r", b"") + FEED, id="bare line ends, one before it"),
        pytest.param(head(LENGTH, b"Transfer-Encoding: chunked") + b"2e\r\n" + FEED + b"\r\n0\r\n\r\n", id="both"),
        pytest.param(
            head(b"Transfer-Encoding: chunked, chunked") + b"2e\r\n" + FEED + b"\r\n0\r\n\r\n", id="chunked"
        ),
        pytest.param(head(b"Transfer-Encoding: chunked") + b"2e\r\n" + FEED + b"\r\n", id="without a last chunk"),
        pytest.param(head(LENGTH) + FEED + b"\r\n<!-- more -->", id="more than its length"),
        pytest.param(head(b"Content-Length: 99") + FEED, id="less than its length, and whole"),
        pytest.param(
            head(b"Content-Encoding: gzip", b"Content-Length: 999") + gzip.compress(FEED), id="the length unpacked"
        ),
        pytest.param(head(b"Content-Encoding: gzip", LENGTH) + FEED, id="called packed"),
        pytest.param(head(b"Content-Encoding: br", LENGTH) + FEED, id="called packed as br"),
        pytest.param(head(b"Content-Encoding: deflate", LENGTH) + FEED, id="called deflate"),
        pytest.param(
            head(b"Content-Encoding: gzip, gzip") + gzip.compress(gzip.compress(FEED)), id="packed twice"
        ),
        pytest.param(
            head(b"Content-Range: bytes 0-45/46", LENGTH, first=b"HTTP/1.1 206 Partial Content") + FEED,
            id="a part",
        ),
    ],
)
async def test_answer_that_browsers_read_is_read(answer: bytes, http: Http) -> None:
    assert await body_of(answer, http) == FEED


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(head(b"Content-Length: 99") + FEED[:20], id="cut"),
        pytest.param(head(b"Transfer-Encoding: chunked") + b"2e\r\n" + FEED[:20], id="cut within a chunk"),
        pytest.param(head(b"Content-Encoding: gzip") + gzip.compress(FEED)[:-12], id="cut while packed"),
        pytest.param(head(b"Content-Length: 46", b"Content-Length: 47") + FEED, id="two lengths"),
        pytest.param(
            head(b"Content-Range: bytes 0-19/46", first=b"HTTP/1.1 206 Partial Content") + FEED[:20], id="a part"
        ),
    ],
)
async def test_half_an_answer_is_none(answer: bytes, http: Http) -> None:
    with pytest.raises(SourceError):
        await body_of(answer, http)
