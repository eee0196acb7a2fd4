"""Names are looked up beside everything else, and nobody's names keep others waiting."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.admission import Gate
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.resolver import CachingResolver, address_group
from tests.core.limits.test_fair_share import requester

pytestmark = pytest.mark.invariant(11)


class Servers:
    """Name servers: names that begin with "silent" are not answered until ``answer`` is set."""

    def __init__(self) -> None:
        self.answer = threading.Event()
        self.asked = 0
        self.longest = 0

    def look_up(self, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host.startswith("silent"):
            self.asked += 1
            self.answer.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", port))]


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    found = Servers()
    yield found
    found.answer.set()


async def test_known_and_new_names_are_looked_up_while_silent_ones_wait(servers: Servers) -> None:
    names = CachingResolver(servers.look_up, threads=16)
    await names.resolve("known.example")
    silent = [asyncio.create_task(names.resolve(f"silent{n}.evil.example")) for n in range(50)]
    await asyncio.sleep(0)

    known, new = await asyncio.gather(names.resolve("known.example"), names.resolve("new.other.test"))

    assert [one["host"] for one in (*known, *new)] == ["192.0.2.1", "192.0.2.1"]
    assert servers.asked <= 2  # an eighth of the threads for the names of one domain
    servers.answer.set()
    await asyncio.gather(*silent)
    await names.close()


async def test_thread_that_nobody_waits_for_any_more_still_has_its_place(servers: Servers) -> None:
    names = CachingResolver(servers.look_up, threads=4)  # one for names nobody looked up yet
    first = asyncio.create_task(names.resolve("silent.evil.example"))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)

    second = asyncio.create_task(names.resolve("silent2.evil.example"))
    await asyncio.sleep(0)

    assert servers.asked == 1
    servers.answer.set()
    await second
    await names.close()


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%lo", "fe80::/48"),
        ("example.com", None),
    ],
)
def test_addresses_are_one_machine_by_what_one_customer_is_given(address: str, wanted: str | None) -> None:
    assert address_group(address) == wanted


async def answer(_: web.Request) -> web.Response:
    return web.Response(text="a")


async def test_machine_is_the_one_connected_to_not_the_first_the_name_led_to() -> None:
    """Else each name could begin with an address of its own that refuses."""
    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]

    def look_up(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, port)) for at in ("127.9.9.9", "127.0.0.1")]

    limits = HttpLimits("t", allow_private_networks=True, per_host_interval_s=0)
    http = Http(limits, clock=lambda: datetime.now(UTC))
    http._names._look_up = look_up

    await http.get(f"http://many.example:{port}/")

    assert http.address_group_of(f"many.example:{port}") == "127.0.0.0/24"
    assert http.address_group_of("127.0.0.77:80") == "127.0.0.0/24"
    assert http.address_group_of("unknown.example") is None
    await http.aclose()
    await runner.cleanup()


async def test_gate_lets_in_as_others_leave_and_sends_away_who_has_no_patience_left() -> None:
    gate = Gate(1)
    slot = await gate.enter(requester("a"), max_wait_s=1)
    second = asyncio.create_task(gate.enter(requester("b"), max_wait_s=60))
    await asyncio.sleep(0)

    with pytest.raises(TimeoutError):
        await gate.enter(requester("c"), max_wait_s=0)
    gate.leave(slot, 0.1)

    gate.leave(await second, 0.1)
    gate.leave(await gate.enter(requester("c"), max_wait_s=1))


async def test_gate_is_not_held_by_who_goes_away_when_let_in() -> None:
    gate = Gate(1)
    slot = await gate.enter(requester("a"), max_wait_s=1)
    second = asyncio.create_task(gate.enter(requester("b"), max_wait_s=60))
    await asyncio.sleep(0)

    gate.leave(slot)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    gate.leave(await gate.enter(requester("c"), max_wait_s=1))


async def test_machine_of_a_name_that_was_never_asked_is_found_out_and_looked_up_once() -> None:
    looked_up: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::7", port, 0, 0))]

    names = CachingResolver(look_up)

    await names.find_address_group("New.example:8080")
    [found] = await names.resolve("new.example", 8080, socket.AF_UNSPEC)

    assert names.address_group_of("new.example:8080") == "2001:db8::/48"
    assert (found["host"], found["port"]) == ("2001:db8::7", 8080)
    assert looked_up == ["new.example"]
    await names.close()
