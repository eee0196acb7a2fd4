"""Pictures are fetched once for all who show them, within bounds, and never at the cost of anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.http.address_guard import is_public
from bot.sources.http.client import Http
from bot.sources.http.limits import HttpLimits
from bot.sources.parsing.process_pool import Readers
from bot.sources.pictures import store
from bot.sources.pictures.shapes import MAKER, Preview, Shape
from bot.sources.pictures.store import PictureStore
from tests.fakes.hostile_server import HostileServer, dripping, head, pouring, reply
from tests.fakes.pictures import face, photo, png_claiming

LONG_S = 60.0


class Waits:
    """Pauses between tries, which pass at once, and a clock that they move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 29, 10, tzinfo=UTC)
        self.paused: list[float] = []

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers(preload=(MAKER,))
    yield made
    made.close()


@asynccontextmanager
async def pictures(
    readers: Readers, *, may_connect: Callable[[str], bool] | None = None, total_s: float = 30.0
) -> AsyncIterator[tuple[PictureStore, Waits]]:
    waits = Waits()
    limits = HttpLimits("t", allow_private_networks=True, per_host_interval_s=0, total_timeout_s=total_s)
    http = Http(limits, clock=waits.clock, may_connect=may_connect)
    made = PictureStore(http, readers, clock=waits.clock, sleep=waits.sleep)
    try:
        yield made, waits
    finally:
        # The processes are those of all tests of this file.
        made._readers = Readers()
        await made.aclose()


async def got(found: PictureStore, url: str, shape: Shape = Shape.PICTURE) -> Preview | None:
    return (await found.get([(url, shape)], LONG_S)).get((url, shape))


async def test_a_picture_is_fetched_once_for_all_who_ask_at_once_and_later(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers) as (found, _):
        site.answer = reply(photo(), "image/jpeg")
        url = f"{site.base_url}/a.jpg"

        together = await asyncio.gather(*(got(found, url) for _ in range(50)))
        later = await got(found, url)

        assert len(site.paths) == 1
        assert {type(one) for one in together} == {Preview}
        assert later is together[0]


async def test_who_does_not_wait_gets_nothing_and_the_picture_comes_all_the_same(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers) as (found, _):
        site.answer = reply(photo(), "image/jpeg")
        key = (f"{site.base_url}/a.jpg", Shape.PICTURE)

        assert await found.get([key], 0) == {}
        assert site.paths == [], "who asks for what is there asks no host"
        assert await found.get([key], 1e-9) == {}
        await asyncio.gather(*found.fetch([key]))

        assert found.ready(key) is not None


async def test_a_type_that_lies_does_not_matter_and_what_is_no_picture_is_asked_for_once(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers) as (found, waits):
        site.answer = reply(photo(), "text/plain")
        assert await got(found, f"{site.base_url}/a") is not None
        for number, body in enumerate((b"<svg/>", b"<html></html>", png_claiming(60_000, 60_000), photo()[:900])):
            site.answer = reply(body, "image/png")
            url = f"{site.base_url}/{number}"
            assert await got(found, url) is None
            assert await got(found, url) is None
            assert site.paths.count(f"/{number}") == 1
        assert waits.paused == []


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "451 No"])
async def test_a_refused_picture_is_not_asked_for_again(readers: Readers, status: str) -> None:
    async with HostileServer() as site, pictures(readers) as (found, _):
        site.answer = reply(b"", status=status)

        assert await got(found, f"{site.base_url}/a") is None
        assert await got(found, f"{site.base_url}/a") is None
        assert len(site.paths) == 1


async def test_a_host_in_trouble_is_asked_three_times_and_again_only_after_a_while(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers) as (found, waits):
        site.answer = reply(b"", status="503 Busy")
        url = f"{site.base_url}/a"

        assert await got(found, url) is None
        asked = len(site.paths)
        assert await got(found, url) is None
        assert waits.paused == list(store.TRIES_AFTER_S)
        assert asked == len(site.paths) <= 3

        site.answer = reply(photo())
        waits.now += timedelta(hours=1)
        assert await got(found, url) is not None


async def test_fifty_megabytes_are_not_read(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers) as (found, _):
        for answer in (
            pouring(head("content-type: image/jpeg", "content-length: 50000000"), bytes(65_536), 50_000_000),
            pouring(head("content-type: image/jpeg"), bytes(65_536), 50_000_000),
        ):
            site.answer = answer
            assert await got(found, f"{site.base_url}/{len(site.paths)}") is None
        assert site.sent < 2 * store.PICTURE_MAX


async def test_a_body_without_end_ends_at_the_time_out(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers, total_s=0.3) as (found, _):
        site.answer = dripping([head("content-type: image/jpeg"), *([b"x"] * 10_000)], 0.02)

        assert await got(found, f"{site.base_url}/a") is None


async def test_private_addresses_are_refused_at_once_and_behind_a_redirect(readers: Readers) -> None:
    def may_connect(address: str) -> bool:
        return address == "127.0.0.9" or is_public(address)

    async with (
        HostileServer("127.0.0.9") as site,
        HostileServer() as inside,
        pictures(readers, may_connect=may_connect) as (found, waits),
    ):
        inside.answer = reply(photo())
        site.answer = reply(b"", "", f"location: {inside.base_url}/secret.jpg", status="302 Found")

        assert await got(found, f"{site.base_url}/a") is None
        assert await got(found, f"{inside.base_url}/secret.jpg") is None
        assert inside.paths == []
        assert waits.paused == []


@pytest.mark.parametrize("url", ["", "data:image/png;base64,AAAA", "file:///etc/passwd", "ftp://a/b", "http://["])
async def test_only_addresses_of_the_web_are_asked(readers: Readers, url: str) -> None:
    async with pictures(readers) as (found, _):
        assert await got(found, url) is None


async def test_a_slow_host_holds_up_no_other(readers: Readers) -> None:
    async with HostileServer() as slow, HostileServer("127.0.0.2") as quick, pictures(readers) as (found, _):
        slow.answer = dripping([head("content-type: image/jpeg")])
        quick.answer = reply(photo())
        waiting = found.fetch([(f"{slow.base_url}/{number}", Shape.PICTURE) for number in range(100)])

        assert await got(found, f"{quick.base_url}/a") is not None
        assert len(waiting) == store.WANTED_PER_HOST
        assert len(slow.paths) <= store.FETCHES_PER_HOST


async def test_pictures_under_way_are_bounded(readers: Readers) -> None:
    async with pictures(readers) as (found, _):
        keys = [
            (f"http://127.0.1.{number % 250}:9/{number}", Shape.PICTURE) for number in range(4 * store.WANTED_MAX)
        ]
        most = store.WANTED_MAX // store.STRANGERS_SHARE

        shares = [len(found.fetch(keys[asker::4], asker)) for asker in range(4)]

        assert shares[0] == most // 2, "nobody takes more room than is left for others"
        assert shares == sorted(shares, reverse=True)
        assert min(shares) > 0
        assert len(found._running) < most


@pytest.mark.invariant(6)
async def test_many_slow_hosts_hold_up_no_host_that_sent_a_picture(readers: Readers) -> None:
    async with HostileServer("0.0.0.0") as slow, HostileServer() as quick, pictures(readers) as (found, _):
        slow.answer = dripping([head("content-type: image/jpeg")])
        quick.answer = reply(photo())
        assert await got(found, f"{quick.base_url}/a") is not None
        port = slow.base_url.rpartition(":")[2]
        found.fetch(
            [(f"http://127.0.1.{1 + number % 250}:{port}/{number}", Shape.PICTURE) for number in range(600)]
        )

        assert await got(found, f"{quick.base_url}/b") is not None


@pytest.mark.invariant(6)
async def test_strange_slow_hosts_of_one_server_hold_up_no_strange_host_of_another(readers: Readers) -> None:
    async with HostileServer("0.0.0.0") as slow, HostileServer() as quick, pictures(readers) as (found, _):
        slow.answer = dripping([head("content-type: image/jpeg")])
        quick.answer = reply(photo())
        port = slow.base_url.rpartition(":")[2]
        many = [(f"http://127.0.1.{1 + number % 250}:{port}/{number}", Shape.PICTURE) for number in range(250)]
        key = f"{quick.base_url}/a", Shape.PICTURE
        found.fetch([*many[:50], key], 1)
        found.fetch(many, 2)

        assert (await found.get([key], LONG_S, 3)).keys() == {key}


@pytest.mark.invariant(6)
async def test_one_slow_host_does_not_take_the_room_of_others(readers: Readers) -> None:
    async with HostileServer("127.0.0.2") as slow, HostileServer() as quick, pictures(readers) as (found, _):
        slow.answer = dripping([head("content-type: image/jpeg")])
        quick.answer = reply(photo())
        found.fetch([(f"{slow.base_url}/{number}", Shape.PICTURE) for number in range(600)])

        assert await got(found, f"{quick.base_url}/a") is not None


async def test_a_host_that_stops_answering_is_a_stranger_again(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers) as (found, _):
        site.answer = reply(photo())
        assert await got(found, f"{site.base_url}/a") is not None
        site.answer = reply(b"", status="503 Busy")
        assert await got(found, f"{site.base_url}/b") is None

        assert not found._proven


async def test_faces_push_no_pictures_out(readers: Readers) -> None:
    async with HostileServer() as site, pictures(readers) as (found, _):
        site.answer = reply(face(), "image/png")
        url = f"{site.base_url}/a"

        small, large = await got(found, url, Shape.FACE), await got(found, url)

        assert small is not None
        assert large is not None
        assert (small.width, large.width) == (128, 256)
        assert len(found._faces) == len(found._pictures) == 1
