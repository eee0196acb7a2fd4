"""The HTTP client against small real servers on loopback."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.core.causes import Cause
from bot.core.errors import (
    AddressRefused,
    HostNotListed,
    RedirectLoop,
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceTooLarge,
    SourceUnreachable,
    UnaskedPacking,
)
from bot.core.models import Validators
from bot.sources.http.address_guard import is_public
from bot.sources.http.body import MEMBERS_MAX, read_body
from bot.sources.http.client import JSON_MAX, Http, HttpLimits, RefusedAnswer, is_address, validators_of
from bot.sources.http.cookies import COOKIE_BYTES_MAX, COOKIES_MAX
from bot.sources.http.host_limiter import HostLimiter
from bot.sources.http.rate_limit_headers import rate_limit_reset
from bot.sources.http.resolver import CachingResolver

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Clock:
    """A clock that goes only when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def limits(**changes: object) -> HttpLimits:
    values: dict[str, object] = {
        "user_agent": "kawaraban/test",
        "allow_private_networks": True,
        "per_host_interval_s": 0.0,
    }
    return HttpLimits(**(values | changes))  # type: ignore[arg-type]


@asynccontextmanager
async def serving(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """A server that answers everything with ``handler``; gives its base URL."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    port: int = runner.addresses[0][1]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def client(clock: Clock | None = None, **changes: object) -> AsyncIterator[Http]:
    http = Http(limits(**changes), clock=clock or Clock())
    try:
        yield http
    finally:
        await http.aclose()


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="やあ", headers={"ETag": '"1"', "Last-Modified": "Mon, 23 Nov 2026 00:00:00 GMT"})


def answering(status: int, *, body: str = "", **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers, text=body)

    return answer


# --- answers


async def test_a_page_comes_back_with_body_lower_case_headers_and_validators() -> None:
    async with serving(hello) as base, client() as http:
        answer = await http.get(f"{base}/a")
    assert (answer.status, answer.body.decode(), answer.not_modified) == (200, "やあ", False)
    assert answer.url == f"{base}/a"
    assert validators_of(answer) == Validators('"1"', "Mon, 23 Nov 2026 00:00:00 GMT")


@pytest.mark.parametrize(
    "path",
    [
        "/signed/a%27b/%7Ekura/x%2Fy?sig=%28a%29&by=%27me%27&plus=a%2Bb+c&star=%2a",
        "/list?tags=[1]&also={a}|b",
        "/%e3%81%82?q=%e3%81%84",
        "/a//b;v=1?&&x&y=",
    ],
)
async def test_an_address_is_asked_for_as_it_is_written(path: str) -> None:
    asked: list[str] = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response()

    async with serving(note) as base, client() as http:
        await http.get(f"{base}{path}")
    assert asked == [path]


async def test_validators_are_sent_and_304_is_returned_as_not_modified() -> None:
    async def unchanged(request: web.Request) -> web.Response:
        same = request.headers["If-None-Match"] == '"1"' and request.headers["If-Modified-Since"] == "then"
        return web.Response(status=304 if same else 200)

    async with serving(unchanged) as base, client() as http:
        answer = await http.get(base, validators=Validators('"1"', "then"))
    assert answer.not_modified
    assert answer.body == b""


async def test_params_join_the_query_that_is_there_and_may_repeat() -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=request.query_string)

    async with serving(echo) as base, client() as http:
        merged = await http.get(f"{base}/?a=1", params={"limit": 40})
        repeated = await http.get(base, params=[("any[]", "x"), ("any[]", "y")])
    assert merged.body == b"a=1&limit=40"
    assert repeated.body.decode().count("any") == 2


async def test_user_agent_is_sent_and_cookies_are_never_kept() -> None:
    seen: list[str | None] = []

    async def cookie(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        answer = web.Response(text=request.headers["User-Agent"])
        answer.set_cookie("who", "you")
        return answer

    async with serving(cookie) as base, client() as http:
        first = await http.get(base)
        await http.get(base)
    assert first.body == b"kawaraban/test"
    assert seen == [None, None]


async def test_json_is_posted_with_its_headers() -> None:
    async def echo(request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response({"got": body, "type": request.content_type, "key": request.headers["X-Key"]})

    async with serving(echo) as base, client() as http:
        answer = await http.post_json(base, {"tag": "猫"}, headers={"X-Key": "k"})
    assert answer.body.decode() == '{"got": {"tag": "\\u732b"}, "type": "application/json", "key": "k"}'


async def test_nothing_is_posted_with_its_headers_and_without_a_body() -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response([request.method, await request.text(), request.headers["X-Key"]])

    async with serving(echo) as base, client() as http:
        answer = await http.post_nothing(base, headers={"X-Key": "k"})
    assert answer.body == b'["POST", "", "k"]'


# --- refusals


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_refusals_are_permanent_and_keep_what_the_source_wrote(status: int) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.json_response({"error": "ExpiredToken"}, status=status)

    async with serving(refuse) as base, client() as http:
        with pytest.raises(SourceRefused, match=f"answered {status}") as caught:
            await http.get(base)
    assert caught.value.permanent
    assert isinstance(caught.value, RefusedAnswer)
    assert b"ExpiredToken" in caught.value.answer.body


async def test_a_403_that_says_when_to_come_back_is_not_permanent() -> None:
    async with serving(answering(403, **{"Retry-After": "60"})) as base, client() as http:
        with pytest.raises(SourceRefused) as caught:
            await http.get(base)
    assert not caught.value.permanent
    assert caught.value.retry_after == timedelta(seconds=60)


async def test_a_key_in_the_query_does_not_reach_the_error() -> None:
    async with serving(answering(404)) as base, client() as http:
        with pytest.raises(SourceRefused) as caught:
            await http.get(f"{base}/?token=geheim")
    assert "geheim" not in str(caught.value)


# --- busy hosts


@pytest.mark.invariant(6)
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", ["120", "Mon, 23 Nov 2026 12:02:00 GMT"])
async def test_a_host_that_says_retry_after_is_left_alone_until_then(status: int, wait: str) -> None:
    asked: list[str] = []

    async def busy(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, headers={"Retry-After": wait})

    clock = Clock()
    async with serving(busy) as base, client(clock) as http:
        with pytest.raises(SourceBusy) as first:
            await http.get(f"{base}/1")
        clock.now += timedelta(seconds=50)
        with pytest.raises(SourceBusy, match="not asked again for 70 s") as second:
            await http.get(f"{base}/2")
        clock.now += timedelta(seconds=71)
        with pytest.raises(SourceBusy):
            await http.get(f"{base}/3")
    assert first.value.retry_after == timedelta(seconds=120)
    assert second.value.retry_after == timedelta(seconds=70)
    assert asked == ["/1", "/3"]


async def test_a_429_with_a_used_up_budget_waits_for_its_reset() -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-23T12:03:00.000Z"}
    async with serving(answering(429, **headers)) as base, client() as http:
        with pytest.raises(SourceBusy) as caught:
            await http.get(base)
    assert caught.value.retry_after == timedelta(minutes=3)


async def test_a_host_that_keeps_failing_is_asked_less_and_less_and_forgiven_once_it_answers() -> None:
    broken = True

    async def sick(request: web.Request) -> web.Response:
        return web.Response(status=500 if broken else 200)

    clock = Clock()
    rests: list[timedelta] = []
    async with serving(sick) as base, client(clock) as http:
        for _ in range(60):
            try:
                await http.get(base)
            except SourceBusy as busy:
                if busy.retry_after is not None:
                    rests.append(busy.retry_after)
                    clock.now += busy.retry_after
        broken = False
        clock.now += timedelta(minutes=10)
        await http.get(base)
        broken = True
        with pytest.raises(SourceBusy, match=r"answered 500$"):
            await http.get(base)
        with pytest.raises(SourceBusy, match=r"answered 500$"):
            await http.get(base)
    assert timedelta(seconds=1) <= rests[0] <= timedelta(seconds=2)
    assert timedelta(seconds=150) <= rests[-1] <= timedelta(seconds=300)


@pytest.mark.invariant(6)
async def test_one_blocked_host_does_not_keep_another_waiting() -> None:
    async with serving(answering(429)) as busy, serving(hello) as fine, client() as http:
        with pytest.raises(SourceBusy):
            await http.get(busy)
        assert (await http.get(fine)).status == 200


# --- unreachable


async def test_a_dropped_connection_is_unreachable() -> None:
    async def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with serving(drop) as base, client() as http:
        with pytest.raises(SourceUnreachable):
            await http.get(base)


async def test_a_body_that_breaks_off_is_unreachable() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return answer

    async with serving(half) as base, client() as http:
        with pytest.raises(SourceUnreachable, match="broke off"):
            await http.get(base)


async def test_nobody_listening_is_unreachable() -> None:
    async with serving(hello) as base:
        pass
    async with client() as http:
        with pytest.raises(SourceUnreachable, match="no connection"):
            await http.get(base)


async def test_a_name_that_does_not_exist_is_unreachable() -> None:
    async with client() as http:
        with pytest.raises(SourceUnreachable, match="no such name"):
            await http.get("http://kawaraban.invalid/")


async def test_what_is_not_http_is_unreachable() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail here\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server, client() as http:
        with pytest.raises(SourceUnreachable):
            await http.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


@pytest.mark.invariant(6)
@pytest.mark.parametrize("in_body", [True, False])
async def test_the_total_time_out_covers_headers_and_bodies_that_never_end(in_body: bool) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        if in_body:
            await answer.prepare(request)
            await answer.write(b"drip")
        await asyncio.Event().wait()
        return answer

    async with serving(drip) as base, client(total_timeout_s=0.2) as http:
        with pytest.raises(SourceUnreachable, match=r"no full answer in 0.2 s"):
            await http.get(base)


# --- caps


@pytest.mark.invariant(6)
async def test_a_gzip_bomb_is_stopped_at_the_cap_without_filling_memory() -> None:
    bomb = gzip.compress(bytes(60_000_000))

    async def explode(request: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with serving(explode) as base, client(max_body_bytes=1_000_000) as http:
        tracemalloc.start()
        with pytest.raises(SourceTooLarge, match="larger than 1000000 bytes"):
            await http.get(base)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 6_000_000


async def test_a_packed_body_is_unpacked() -> None:
    async def packed(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b"x" * 100_000), headers={"Content-Encoding": "gzip"})

    async with serving(packed) as base, client(max_body_bytes=100_000) as http:
        assert (await http.get(base)).body == b"x" * 100_000


async def unpacked(body: bytes, *, at_once: int = 2**16, limit: int = 1_000_000) -> bytes:
    """A body as it is read when it comes in chunks of so many bytes."""

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), at_once):
            yield body[start : start + at_once]

    response = httpx.Response(200, headers={"content-encoding": "gzip"}, content=chunks())
    return await read_body("a.example", response, limit)


@pytest.mark.parametrize("at_once", [1, 2, 7, 100_000])
@pytest.mark.parametrize("padding", [b"", bytes(512), b"\n", b"\x1f", b"\n" + gzip.compress(b"no more", mtime=0)])
async def test_a_packed_body_of_several_members_is_unpacked_to_its_end(at_once: int, padding: bytes) -> None:
    members = [b"x" * 5_000, b"", "瓦版".encode(), bytes(range(256))]

    body = b"".join(map(gzip.compress, members)) + padding

    assert await unpacked(body, at_once=at_once) == b"".join(members)


@pytest.mark.parametrize("at_once", [1, 100_000])
@pytest.mark.parametrize(
    "end", [gzip.compress(b"half of it", mtime=0)[:-9], b"\x1f\x8b", b"\x1f\x8bnothing of the kind"]
)
async def test_a_packed_body_whose_last_member_is_cut_or_broken_is_none(end: bytes, at_once: int) -> None:
    with pytest.raises(SourceChanged, match="broken"):
        await unpacked(gzip.compress(b"whole") + end, at_once=at_once)


@pytest.mark.invariant(6)
@pytest.mark.parametrize("before", [0, 1, 900])
async def test_a_bomb_of_several_members_is_stopped_at_the_cap(before: int) -> None:
    body = gzip.compress(b"x" * 1_000) * before + gzip.compress(bytes(60_000_000)) * 2

    tracemalloc.start()
    with pytest.raises(SourceTooLarge):
        await unpacked(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6_000_000


@pytest.mark.invariant(6)
@pytest.mark.parametrize("at_once", [20, 2**16])
async def test_members_that_hold_nothing_are_not_followed_without_end(at_once: int) -> None:
    empty = gzip.compress(b"")
    assert await unpacked(empty * MEMBERS_MAX, at_once=at_once) == b""

    with pytest.raises(SourceChanged, match="more than 1000 members"):
        await unpacked(empty * (MEMBERS_MAX + 1), at_once=at_once)


@pytest.mark.parametrize(("encoding", "name"), [("br", "br"), ("zstd", "zstd"), ("gzip, BR", "br")])
async def test_a_packing_that_nobody_asked_for_is_named(encoding: str, name: str) -> None:
    asked: list[str] = []

    async def packed(request: web.Request) -> web.Response:
        asked.append(request.headers["Accept-Encoding"])
        return web.Response(body=b"\x28\xb5\x2f\xfd packed", headers={"Content-Encoding": encoding})

    async with serving(packed) as base, client() as http:
        with pytest.raises(UnaskedPacking, match=f"as {name}, which was not asked for"):
            await http.get(base)
    assert asked == ["gzip"]


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_a_body_packed_in_a_way_we_cannot_read_is_a_changed_source(encoding: str) -> None:
    async def broken(request: web.Request) -> web.Response:
        return web.Response(body=b"not packed at all", headers={"Content-Encoding": encoding})

    async with serving(broken) as base, client() as http:
        with pytest.raises(SourceChanged, match="packed"):
            await http.get(base)


@pytest.mark.invariant(6)
@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_larger_than_the_cap_is_refused(declared: bool) -> None:
    async def much(request: web.Request) -> web.StreamResponse:
        if declared:
            return web.Response(body=bytes(50_000))
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(bytes(50_000))
        return answer

    async with serving(much) as base, client(max_body_bytes=10_000) as http:
        with pytest.raises(SourceTooLarge):
            await http.get(base)


def of_size(length: int) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=bytes(length))

    return answer


@pytest.mark.invariant(6)
@pytest.mark.parametrize(("most", "cap"), [(30_000, 10_000), (10_000, 30_000)])
async def test_a_body_is_held_to_what_is_asked_for_and_to_the_cap(most: int, cap: int) -> None:
    async with serving(of_size(20_000)) as base, client(max_body_bytes=cap) as http:
        with pytest.raises(SourceTooLarge, match="10000"):
            await http.get(base, most=most)


@pytest.mark.invariant(6)
async def test_an_answer_in_json_is_held_to_what_can_be_decoded_at_one_go() -> None:
    async with serving(of_size(JSON_MAX + 1)) as base, client(max_body_bytes=2 * JSON_MAX) as http:
        with pytest.raises(SourceTooLarge):
            await http.post_json(base, {})


# --- checks for browsers

CHECK_PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        pytest.param(403, "", {"cf-mitigated": "challenge"}, id="Cloudflare"),
        pytest.param(503, CHECK_PAGE.format("<script>window._cf_chl_opt={}</script>"), {}, id="Cloudflare, 503"),
        pytest.param(202, "", {"x-amzn-waf-action": "challenge"}, id="AWS WAF"),
        pytest.param(405, "", {"x-amzn-waf-action": "captcha"}, id="AWS WAF, a puzzle"),
        pytest.param(429, "", {"x-vercel-mitigated": "challenge"}, id="Vercel"),
        pytest.param(202, CHECK_PAGE.format('<a href="/.well-known/sgcaptcha/?r=1">'), {}, id="SiteGround"),
        pytest.param(401, CHECK_PAGE.format('<script id="anubis_challenge">'), {}, id="Anubis"),
    ],
)
async def test_check_for_browsers_is_named(status: int, body: str, headers: dict[str, str]) -> None:
    async with serving(answering(status, body=body, **headers)) as base, client() as http:
        with pytest.raises(SourceError) as caught:
            await http.get(base)
    assert caught.value.cause is Cause.CHALLENGE


@pytest.mark.parametrize("status", [403, 503])
async def test_refusal_that_only_loads_scripts_of_such_a_service_is_no_check(status: int) -> None:
    page = CHECK_PAGE.format('<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>')
    async with serving(answering(status, body=page)) as base, client() as http:
        with pytest.raises(SourceError) as caught:
            await http.get(base)
    assert caught.value.cause is not Cause.CHALLENGE


async def test_page_that_is_gone_is_gone_whatever_its_site_loads() -> None:
    page = CHECK_PAGE.format('<div id="px-captcha"></div>')
    async with serving(answering(404, body=page)) as base, client() as http:
        with pytest.raises(SourceError) as caught:
            await http.get(base)
    assert caught.value.cause is Cause.MISSING


async def test_feed_that_is_answered_as_accepted_is_read() -> None:
    feed = "<rss><channel><item><title>_cf_chl_opt, what is it?</title></item></channel></rss>"
    async with serving(answering(202, body=feed)) as base, client() as http:
        assert (await http.get(base)).body.decode() == feed


# --- redirects


def sending_to(target: str, status: int = 302) -> Handler:
    return answering(status, Location=target)


async def test_redirects_are_followed_and_the_last_address_is_reported() -> None:
    async def step(request: web.Request) -> web.Response:
        if request.path == "/a":
            return web.Response(status=301, headers={"Location": "/b?q=1"})
        return web.Response(text=request.headers.get("X-Key", "none"))

    async with serving(step) as base, client() as http:
        answer = await http.get(f"{base}/a", headers={"X-Key": "k"})
    assert answer.url == f"{base}/b?q=1"
    assert answer.body == b"k"


@pytest.mark.invariant(6)
async def test_endless_redirects_end() -> None:
    async with serving(sending_to("/again")) as base, client() as http:
        with pytest.raises(SourceChanged, match="more than 5 redirects"):
            await http.get(base)


async def wall(request: web.Request) -> web.Response:
    """Answers whoever brings the cookie that it sets with a redirect to itself."""
    if request.headers.get("Cookie") == "a=1; b=x y":
        return web.Response(text="behind it")
    answer = web.Response(status=302, headers={"Location": request.path})
    answer.headers.add("Set-Cookie", "old=9; Path=/; Max-Age=0")
    answer.headers.add("Set-Cookie", "a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT; Secure; HttpOnly")
    answer.headers.add("Set-Cookie", "b=x y")
    answer.headers.add("Set-Cookie", "no cookie")
    return answer


async def test_site_that_redirects_to_itself_until_it_sees_its_cookie_is_read() -> None:
    async with serving(wall) as base, client() as http:
        assert (await http.get(base)).body == b"behind it"


async def test_cookies_end_with_their_request() -> None:
    seen: list[str | None] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        return await wall(request)

    async with serving(note) as base, client() as http:
        await http.get(base)
        await http.get(base)
    assert seen == [None, "a=1; b=x y"] * 2


@pytest.mark.invariant(6)
async def test_cookies_go_back_to_the_origin_that_set_them_and_to_no_other() -> None:
    """As at sites that send a reader to a host for logins, and back: only their own cookies are theirs."""
    seen: list[tuple[str, str | None]] = []
    hosts: list[str] = []

    async def site(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers.get("Cookie")))
        if request.path == "/feed" and request.headers.get("Cookie"):
            return web.Response(text="the feed")
        leads = {"/feed": f"{hosts[1]}/login", "/back": f"{hosts[0]}/feed"}[request.path]
        headers = {"Location": leads}
        if request.path == "/back":
            headers["Set-Cookie"] = "seen=1"
        return web.Response(status=302, headers=headers)

    async def login(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers.get("Cookie")))
        headers = {"Location": f"{hosts[0]}/back", "Set-Cookie": "visitor=7; Domain=example.com"}
        return web.Response(status=302, headers=headers)

    async with serving(site) as base, serving(login) as other, client() as http:
        hosts += [base, other]
        answer = await http.get(f"{base}/feed")

    assert answer.body == b"the feed"
    assert seen == [("/feed", None), ("/login", None), ("/back", None), ("/feed", "seen=1")]


@pytest.mark.invariant(6)
@pytest.mark.parametrize("cookies", [[f"c{n}=1" for n in range(500)], ["c=" + "v" * 4_090, "d=" + "v" * 4_090]])
async def test_flood_of_cookies_is_not_sent_back(cookies: list[str]) -> None:
    seen: list[str] = []

    async def flood(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie", ""))
        answer = web.Response(status=302, headers={"Location": "/again"})
        for cookie in cookies:
            answer.headers.add("Set-Cookie", cookie)
        return answer

    async with serving(flood) as base, client() as http:
        with pytest.raises(RedirectLoop):
            await http.get(base)
    assert len(seen) == 6
    assert max(map(len, seen)) <= COOKIE_BYTES_MAX
    assert max(len(cookies.split(";")) for cookies in seen) <= COOKIES_MAX


async def test_headers_of_the_caller_are_not_sent_on_to_another_host() -> None:
    async def show(request: web.Request) -> web.Response:
        sent = [request.headers.get("Authorization"), request.headers.get("If-None-Match")]
        return web.json_response(sent)

    async with serving(show) as other, serving(sending_to(other)) as base, client() as http:
        answer = await http.get(base, headers={"Authorization": "Bearer t"}, validators=Validators(etag='"1"'))
    assert answer.body == b'[null, "\\"1\\""]'


async def test_what_is_posted_is_not_sent_on() -> None:
    async with serving(sending_to("http://other.invalid/", 307)) as base, client() as http:
        with pytest.raises(SourceChanged, match=r"other\.invalid"):
            await http.post_json(base, {"password": "p"})


async def test_leave_is_asked_for_each_address_a_redirect_leads_to_and_for_no_other() -> None:
    async def step(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": {"/a": "/b", "/b": "/c"}[request.path]})

    asked: list[str] = []

    async def allowed(url: str) -> None:
        asked.append(url)
        if url.endswith("/c"):
            raise SourceRefused("not there")

    async with serving(step) as base, client() as http:
        with pytest.raises(SourceRefused, match="not there"):
            await http.get(f"{base}/a", allowed=allowed)
    assert asked == [f"{base}/b", f"{base}/c"]


@pytest.mark.invariant(6)
async def test_two_hosts_that_redirect_to_each_other_do_not_wait_for_each_other() -> None:
    others: dict[str, str] = {}
    both = asyncio.Barrier(2)

    async def step(request: web.Request) -> web.Response:
        if request.path != "/there":
            return web.Response()
        await both.wait()  # each lane is held by now
        return web.Response(status=302, headers={"Location": others[request.host] + "/here"})

    async with serving(step) as one, serving(step) as two, client(per_host_concurrency=1) as http:
        others |= {one.partition("://")[2]: two, two.partition("://")[2]: one}

        async def allowed(url: str) -> None:
            await http.get(url.replace("/here", "/robots.txt"))

        answers = await asyncio.gather(*(http.get(f"{base}/there", allowed=allowed) for base in (one, two)))
    assert [answer.url for answer in answers] == [f"{two}/here", f"{one}/here"]


@pytest.mark.invariant(6)
async def test_asking_for_leave_is_part_of_the_total_time_out() -> None:
    async def never(url: str) -> None:
        await asyncio.Event().wait()

    async with serving(sending_to("/again")) as base, client(total_timeout_s=0.2) as http:
        with pytest.raises(SourceUnreachable, match=r"no full answer in 0.2 s"):
            await http.get(base, allowed=never)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://x/", "http://a:99999999/", "http://a:-1/"])
async def test_redirects_lead_only_to_http_addresses(target: str) -> None:
    async with serving(sending_to(target)) as base, client() as http:
        with pytest.raises(AddressRefused):
            await http.get(base)


async def test_a_redirect_that_does_not_say_where_to_is_a_changed_source() -> None:
    async with serving(answering(302)) as base, client() as http:
        with pytest.raises(SourceChanged, match="without saying where"):
            await http.get(base)


# --- the guard


@pytest.mark.invariant(6)
@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://10.0.0.1/",
    ],
)
async def test_private_addresses_are_refused_at_once_and_behind_a_redirect(target: str) -> None:
    def only_the_server(address: str) -> bool:
        return address == "127.0.0.9" or is_public(address)

    http = Http(limits(allow_private_networks=False), clock=Clock(), may_connect=only_the_server)
    try:
        async with serving(sending_to(target), host="127.0.0.9") as base:
            with pytest.raises(AddressRefused):
                await http.get(base)
            with pytest.raises(AddressRefused):
                await http.get(target)
    finally:
        await http.aclose()


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://example.org/", "example.org", "", "http://", "\0", "http://a:99999999/", "http://a:-1/"),
        *("http://[::1/f", "http://xn--a/", "http://a℀b/", "http://a:x/"),
    ],
)
async def test_only_http_addresses_are_asked(address: str) -> None:
    assert not is_address(address)
    async with client() as http:
        with pytest.raises(AddressRefused):
            await http.get(address)


@given(st.text(alphabet="htps:/.[]@%xn-aあ℀1 \0") | st.text())
def test_an_address_is_one_or_is_not(text: str) -> None:
    assert is_address(f"http://{text}") in {True, False}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("192.0.0.8", False),
        ("192.0.0.255", False),
        ("192.0.1.0", True),
        ("168.63.129.15", True),
        ("168.63.129.16", False),
        ("::ffff:168.63.129.16", False),
        ("64:ff9b::c000:8", False),
        ("2001:470::5efe:7f00:1", False),
        ("2001:470::200:5efe:a00:1", False),
        ("2001:470::5efe:5db8:d822", True),
        ("192.88.99.1", False),
        ("fec0::1", False),
        ("feff::1%eth0", False),
        ("3fff:fff::1", False),
        ("not an address", False),
    ],
)
def test_public_means_public(address: str, public: bool) -> None:
    assert is_public(address) is public


# --- lanes


@pytest.mark.invariant(6)
async def test_no_more_than_the_slots_of_a_host_are_taken_at_once() -> None:
    inside = most = 0
    full, go = asyncio.Event(), asyncio.Event()

    async def count(request: web.Request) -> web.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 2:
            full.set()
        await go.wait()
        inside -= 1
        return web.Response()

    async with serving(count) as base, client(per_host_concurrency=2) as http:
        asked = [asyncio.create_task(http.get(base)) for _ in range(5)]
        await full.wait()
        go.set()
        await asyncio.gather(*asked)
    assert most == 2


async def test_a_queue_that_is_too_slow_is_reported_as_busy_without_a_request() -> None:
    async def never(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with serving(never) as base, client(per_host_concurrency=1, total_timeout_s=0.2) as http:
        results = await asyncio.gather(*(http.get(base) for _ in range(3)), return_exceptions=True)
    assert isinstance(results[0], SourceUnreachable)
    assert {type(result) for result in results} <= {SourceUnreachable, SourceBusy}


@pytest.mark.invariant(6)
async def test_starts_at_one_host_are_spaced_and_other_hosts_do_not_wait() -> None:
    started: list[float] = []

    async def note(request: web.Request) -> web.Response:
        started.append(asyncio.get_running_loop().time())
        return web.Response()

    async with serving(note) as slow, serving(hello) as other, client(per_host_interval_s=0.05) as http:
        asked = [asyncio.create_task(http.get(slow)) for _ in range(4)]
        await http.get(other)
        seen_when_other_answered = len(started)
        await asyncio.gather(*asked)
    assert seen_when_other_answered < 4
    assert started[-1] - started[0] > 0.1  # three times 0.05 s, less what the first was late at the server


async def test_starts_at_this_machine_are_not_spaced_where_the_operator_says_so() -> None:
    async with serving(hello) as base, client(per_host_interval_s=3600, unlimited_loopback=True) as http:
        answers = await asyncio.gather(*(http.get(base) for _ in range(4)))

    assert {answer.status for answer in answers} == {200}


async def test_hosts_nobody_asks_any_more_are_forgotten() -> None:
    lanes = HostLimiter(limits(), Clock())
    for number in range(5000):
        async with lanes.slot(f"host{number}.example"):
            pass
    assert len(lanes) <= 256


# --- what a host says about time


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-23T12:05:00.000000Z"}, 300),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 60)}, 60),
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) + 60)}, 60),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "30"}, 30),
        ({"retry-after": "7"}, 7),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:10 GMT"}, 10),
        ({"retry-after": "99999999999999"}, 86_400),
        ({"retry-after": "999999999"}, 86_400),
        ({"retry-after": "0"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 23 Nov 2020 12:00:10 GMT"}, None),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "2026-11-23T12:05:00Z"}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({}, None),
    ],
)
def test_reset_is_read_in_every_form(headers: dict[str, str], seconds: int | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert rate_limit_reset(headers, NOW) == expected


@given(st.text() | st.integers().map(str), st.text() | st.floats().map(str) | st.datetimes().map(str))
def test_no_header_breaks_the_reset_and_it_is_never_past_nor_far(wait: str, reset: str) -> None:
    when = rate_limit_reset({"retry-after": wait, "ratelimit-remaining": "0", "ratelimit-reset": reset}, NOW)
    assert when is None or NOW < when <= NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", False), ("identity", False), ("none", False), ("UTF-8", False), ("aws-chunked", False),
        ("utf8, x", False), ("", True), ("aws-chunked", True), ("gzip, identity", True), ("identity,gzip", True),
        ("GZIP", True),
    ],
)  # fmt: skip
async def test_a_body_is_unpacked_by_what_it_is(encoding: str, packed: bool) -> None:
    text = b"<rss version='2.0'>" * 2_000

    async def answer(request: web.Request) -> web.Response:
        headers = {"Content-Encoding": encoding} if encoding else {}
        return web.Response(body=gzip.compress(text) if packed else text, headers=headers)

    async with serving(answer) as address, client() as http:
        assert (await http.get(address)).body == text


@pytest.mark.parametrize("window", [zlib.MAX_WBITS, -zlib.MAX_WBITS])
async def test_deflate_comes_with_the_header_of_zlib_or_without(window: int) -> None:
    text = b"<rss version='2.0'>" * 2_000
    packer = zlib.compressobj(wbits=window)
    body = packer.compress(text) + packer.flush()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Encoding": "deflate"})

    async with serving(answer) as address, client() as http:
        assert (await http.get(address)).body == text


@pytest.mark.parametrize("body", [b"", b"a", b"ab", b"abc"])
async def test_a_body_of_few_bytes_is_whole(body: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body)

    async with serving(answer) as address, client() as http:
        assert (await http.get(address)).body == body


@pytest.mark.parametrize(
    "headers", [{"Content-Security-Policy": "a" * 100_000}, {f"Link{n}": "x" for n in range(900)}]
)
async def test_headers_may_be_as_long_and_many_as_a_browser_takes(headers: dict[str, str]) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"read", headers=headers)

    async with serving(answer) as address, client() as http:
        assert (await http.get(address)).body == b"read"


# -- only the hosts that the operator lists


async def test_a_host_that_is_not_listed_is_neither_looked_up_nor_asked() -> None:
    looked_up: list[str] = []

    def look_up(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        raise OSError("no network")

    names = CachingResolver(look_up)
    http = Http(limits(only_hosts=frozenset({"news.example"})), clock=Clock(), names=names)
    try:
        with pytest.raises(HostNotListed) as refused:
            await http.get("https://elsewhere.example/feed.xml")
        await http.find_address_group("elsewhere.example")
        asked_of_a_listed_one = len(looked_up)
        with pytest.raises(SourceUnreachable):
            await http.get("https://News.Example/feed.xml")
    finally:
        await http.aclose()
    assert refused.value.permanent
    assert asked_of_a_listed_one == 0
    assert set(looked_up) == {"news.example"}


async def test_a_listed_host_does_not_lead_to_one_that_is_not() -> None:
    async def redirect(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("https://elsewhere.example/")

    async with serving(redirect) as base:
        host = base.removeprefix("http://")
        async with client(only_hosts=frozenset({host})) as http:
            with pytest.raises(HostNotListed):
                await http.get(base)
