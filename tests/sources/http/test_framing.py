"""What a server sends beside its answer is bounded, whatever form it takes; a usual answer is not touched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.core.errors import SourceUnreachable
from bot.core.models import Validators
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.framing import AROUND_MAX
from tests.fakes.hostile_server import Client, HostileServer, raw

OK = b"HTTP/1.1 200 OK\r\nconnection: close\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
ENDLESS = {
    "100": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "103": (b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
    "102 with a body": (b"", b"HTTP/1.1 102 x\r\ncontent-length: 2\r\n\r\nab"),
    "chunks of a byte": (CHUNKED, b"1\r\nx\r\n"),
    "chunks with extensions": (CHUNKED, b"1;" + b"e" * 4_000 + b"\r\nx\r\n"),
}


@pytest.fixture(name="http")
async def make_http() -> AsyncIterator[Http]:
    limits = HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0)
    http = Http(limits, clock=lambda: datetime.now(UTC))
    yield http
    await http.aclose()


@pytest.mark.invariant(6)
@pytest.mark.invariant(11)
@pytest.mark.parametrize("kind", ENDLESS)
async def test_what_comes_beside_an_answer_without_end_is_not_taken_for_long(http: Http, kind: str) -> None:
    first, again = ENDLESS[kind]
    sent: list[Client] = []

    async def answer(client: Client) -> None:
        sent.append(client)
        await client.send(first)
        while client.sent < 40 * AROUND_MAX:
            await client.send(again * (65_536 // len(again)))

    async with HostileServer() as server:
        server.answer = answer
        with pytest.raises(SourceUnreachable):
            await http.get(server.base_url)

        assert sent[0].sent < 20 * AROUND_MAX  # some lies in the buffers of the system


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK + b"content-length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + OK + b"\r\nok", b"ok"),
        (CHUNKED + b"64\r\n" + b"z" * 100 + b"\r\n0\r\n\r\n", b"z" * 100),
        (CHUNKED + (b"64\r\n" + b"z" * 100 + b"\r\n") * 49_000 + b"0\r\n\r\n", b"z" * 4_900_000),
        (OK + b"content-length: 4900000\r\n\r\n" + b"z" * 4_900_000, b"z" * 4_900_000),
        (OK + b"\r\n" + b"z" * 4_900_000, b"z" * 4_900_000),
    ],
)
async def test_an_answer_comes_whole_however_it_is_framed(http: Http, answer: bytes, body: bytes) -> None:
    async with HostileServer() as server:
        server.answer = raw(answer)

        assert (await http.get(server.base_url)).body == body


async def test_an_answer_without_a_body_is_one(http: Http) -> None:
    async with HostileServer() as server:
        server.answer = raw(b'HTTP/1.1 304 Not Modified\r\netag: "a"\r\n\r\n')

        assert (await http.get(server.base_url, validators=Validators(etag='"a"'))).not_modified
