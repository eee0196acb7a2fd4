"""The one HTTP client of the bot: an httpx client on aiohttp's transport, with manners and a guard.

    lane of the host ─▶ guard at connect ─▶ request ─▶ status ─▶ bounded body ─▶ Answer
    (spacing, rest)     (after DNS)         ◀─ redirect: checked and laned again

Why this transport: a sixth of the CPU of httpx's own (docs/architecture.md). Cookies are never kept, and proxies
of the environment never used: behind one, the guard would see only the proxy.
Whatever goes wrong is a ``SourceError`` whose detail names the host, never a query, which may hold a key.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import re
import socket
import zlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from bot.core.errors import (
    AddressRefused,
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceTooLarge,
    SourceUnreachable,
)
from bot.core.models import Validators

BUSY_STATUSES = frozenset({408, 425, 429})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ERROR_BODY_MAX = 64_000
"""Enough of a refusal's body to read its error code."""
LONGEST_REST = timedelta(hours=24)
"""No answer may silence its host for longer."""
REST_WITHOUT_HINT = timedelta(seconds=30)
"""After a 429 that does not say how long."""
FREE_FAILURES = 2
"""One page may fail without the host's other pages waiting for it."""
LONGEST_BACK_OFF_S = 300.0
SWEEP_AT = 256
NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """How we behave. Seconds and bytes; the body is counted after decompression."""

    user_agent: str
    allow_private_networks: bool = False
    connect_timeout_s: float = 10
    total_timeout_s: float = 30
    max_body_bytes: int = 5_000_000
    max_redirects: int = 5
    per_host_concurrency: int = 4
    per_host_interval_s: float = 0.25


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``url`` is the last one after redirects, header names are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool = False


class RefusedAnswer(SourceRefused):
    """A 4xx, with what the source wrote about it: its error code may call for another way."""

    def __init__(self, detail: str, *, answer: Answer, retry_after: timedelta | None, permanent: bool) -> None:
        super().__init__(detail, retry_after=retry_after, permanent=permanent)
        self.answer = answer


def validators_of(answer: Answer) -> Validators:
    """What to send next time, so that an unchanged page answers 304."""
    return Validators(etag=answer.headers.get("etag"), last_modified=answer.headers.get("last-modified"))


# --- what a host says about time ------------------------------------------------------------------------------


def rate_limit_reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the host wants to be asked again (UTC), or None when it does not mind.

    ``Retry-After`` (seconds or an HTTP date) counts always; a reset (ISO-8601 as Mastodon sends it, epoch seconds
    as X and Bluesky do, or plain seconds) only once nothing remains. At most a day ahead, never in the past.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    when = _point_in_time(lower.get("retry-after", ""), now)
    if when is None and _nothing_remains(lower):
        when = next((_point_in_time(value, now) for name, value in lower.items() if _RESET.fullmatch(name)), None)
    if when is None or when <= now:
        return None
    return min(when, now + LONGEST_REST)


_REMAINING = re.compile(r"(?:x-)?rate-?limit-remaining")
_RESET = re.compile(r"(?:x-)?rate-?limit-reset")
_LOOKS_LIKE_EPOCH = 1_000_000_000
_LATEST_EPOCH = 253_402_300_799  # 9999-12-31


def _nothing_remains(headers: Mapping[str, str]) -> bool:
    return any(_REMAINING.fullmatch(name) and value in {"0", "0.0"} for name, value in headers.items())


def _point_in_time(text: str, now: datetime) -> datetime | None:
    """Seconds from now, epoch seconds, ISO-8601 or an HTTP date; None where it is none of them."""
    if re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]+)?", text):
        seconds = float(text)
        if seconds < _LOOKS_LIKE_EPOCH:
            return now + min(timedelta(seconds=seconds), LONGEST_REST)
        return datetime.fromtimestamp(min(seconds, _LATEST_EPOCH), UTC)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(text)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


# --- lanes: one per host --------------------------------------------------------------------------------------


class _Host:
    """What is remembered of a host: who is in its lane, when the next may start, and until when it rests."""

    __slots__ = ("failed_at", "failures", "next_start", "rest_until", "seats", "users", "why")

    def __init__(self, seats: int) -> None:
        self.seats = asyncio.Semaphore(seats)
        self.users = 0
        self.next_start = 0.0
        self.failures = 0
        self.failed_at = 0.0
        self.rest_until: datetime | None = None
        self.why = ""


class _Lanes:
    """Concurrency, spacing and rest for each host; hosts with nothing to remember are swept away."""

    def __init__(self, limits: HttpLimits, clock: Callable[[], datetime]) -> None:
        self._limits = limits
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._hosts)

    @asynccontextmanager
    async def enter(self, name: str) -> AsyncIterator[None]:
        """Hold a seat at the host. Raises ``SourceBusy`` while it rests or when the queue is too long."""
        host = self._host(name)
        self._refuse_while_resting(name, host)
        host.users += 1
        try:
            await self._take_seat(name, host)
            try:
                await self._wait_for_turn(host)
                self._refuse_while_resting(name, host)
                yield
            finally:
                host.seats.release()
        finally:
            host.users -= 1

    async def _take_seat(self, name: str, host: _Host) -> None:
        patience = self._limits.total_timeout_s
        try:
            async with asyncio.timeout(patience if host.seats.locked() else None):
                await host.seats.acquire()
        except TimeoutError:
            raise SourceBusy(f"{name}: too many questions are waiting for this host") from None

    async def _wait_for_turn(self, host: _Host) -> None:
        now = asyncio.get_running_loop().time()
        start = max(now, host.next_start)
        host.next_start = start + self._limits.per_host_interval_s
        if start > now:
            await asyncio.sleep(start - now)

    def _refuse_while_resting(self, name: str, host: _Host) -> None:
        if host.rest_until is None:
            return
        left = host.rest_until - self._clock()
        if left > timedelta(0):
            seconds = max(1, round(left.total_seconds()))
            raise SourceBusy(f"{name}: {host.why}; not asked again for {seconds} s", retry_after=left)

    def succeeded(self, name: str) -> None:
        """The host answered: failures are forgiven; a rest it asked for stays."""
        self._host(name).failures = 0

    def failed(self, name: str, why: str, *, started: float, rest_until: datetime | None = None) -> None:
        """Remember a failure of a request begun at ``started`` (loop time), and let the host rest.

        Requests that were under way together fail together: they count once.
        """
        host = self._host(name)
        if started >= host.failed_at:
            host.failures += 1
            host.failed_at = asyncio.get_running_loop().time()
        until = rest_until or self._clock() + _back_off(host.failures)
        host.rest_until = max(until, host.rest_until or until)
        host.why = why

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= self._sweep_at:
                self._sweep()
            host = self._hosts[name] = _Host(self._limits.per_host_concurrency)
        return host

    def _sweep(self) -> None:
        """Drop hosts nobody uses and that have not failed lately; the mark doubles with what stays."""
        turn, recently = asyncio.get_running_loop().time(), self._clock() - timedelta(hours=1)
        for name, host in list(self._hosts.items()):
            rested = host.rest_until is None or host.rest_until < recently
            if rested and host.users == 0 and host.next_start <= turn:
                del self._hosts[name]
        self._sweep_at = max(SWEEP_AT, 2 * len(self._hosts))


def _back_off(failures: int) -> timedelta:
    """Nothing at first, then 2 s doubling to 5 min, each between half and the whole of it."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    longest = min(LONGEST_BACK_OFF_S, 2.0 ** min(failures - FREE_FAILURES, 20))
    return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311 - spreads load, hides nothing


# --- the guard ------------------------------------------------------------------------------------------------


class _NotPublic(OSError):
    """Raised inside connect. One wording for all addresses of a name: aiohappyeyeballs then re-raises it."""

    def __init__(self) -> None:
        super().__init__("not a public address")


def is_public(address: str) -> bool:
    """Whether an IP address is out on the public internet, also when IPv6 wraps an IPv4 one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _wrapped_ipv4(ip)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _wrapped_ipv4(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour


def _guarded_session(
    may_connect: Callable[[str], bool], ssl_context: object
) -> Callable[[], aiohttp.ClientSession]:
    """Sessions whose every socket is checked against the very address it connects to, after DNS."""

    def make_socket(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _name, address = info
        if not may_connect(str(address[0])):
            raise _NotPublic
        return socket.socket(family, kind, protocol)

    def make_session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,  # the lanes and the poller bound it
            keepalive_timeout=30,
            ssl=ssl_context,  # type: ignore[arg-type]
            socket_factory=make_socket,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    return make_session


# --- the client -----------------------------------------------------------------------------------------------


class Http:
    """GET and POST with every limit kept; see ``HttpLimits``. Raises ``SourceError`` and nothing else.

    ``clock`` gives aware UTC times. ``may_connect`` replaces the guard: it gets the IP address about to be used.
    Waiting for a lane is not part of the total time-out and has the same length at most.
    """

    def __init__(
        self,
        limits: HttpLimits,
        *,
        clock: Callable[[], datetime],
        may_connect: Callable[[str], bool] | None = None,
    ) -> None:
        allow = may_connect or ((lambda _: True) if limits.allow_private_networks else is_public)
        ssl_context = httpx.create_ssl_context()
        self._limits = limits
        self._clock = clock
        self._lanes = _Lanes(limits, clock)
        self._client = httpx.AsyncClient(
            transport=AiohttpTransport(client=_guarded_session(allow, ssl_context), verify=ssl_context),
            headers={"user-agent": limits.user_agent, "accept": "*/*", "accept-encoding": "gzip"},
            # "pool" is aiohttp's limit on getting a connection at all: name, TCP and TLS.
            timeout=httpx.Timeout(
                limits.total_timeout_s, connect=limits.connect_timeout_s, pool=limits.connect_timeout_s
            ),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Validators = NO_VALIDATORS,
    ) -> Answer:
        """Fetch, following redirects. ``headers`` go to the host asked, never on to another; validators do."""
        target = _address(url)
        if params:
            target = target.copy_merge_params(
                list(params.items()) if isinstance(params, Mapping) else list(params)
            )
        conditions = {}
        if validators.etag:
            conditions["if-none-match"] = validators.etag
        if validators.last_modified:
            conditions["if-modified-since"] = validators.last_modified
        return await self._follow("GET", target, dict(headers or {}), conditions, None)

    async def post_json(self, url: str, payload: object, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send ``payload`` as JSON. A redirect is an error: what is posted (a password?) stays with its host."""
        kind = {"content-type": "application/json"}
        return await self._follow("POST", _address(url), dict(headers or {}), kind, msgspec.json.encode(payload))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _follow(
        self, method: str, url: httpx.URL, secret: dict[str, str], plain: dict[str, str], content: bytes | None
    ) -> Answer:
        deadline: float | None = None
        for _ in range(self._limits.max_redirects + 1):
            async with self._lanes.enter(_host_name(url)):
                deadline = deadline or asyncio.get_running_loop().time() + self._limits.total_timeout_s
                request = self._client.build_request(method, url, headers={**plain, **secret}, content=content)
                answer = await self._exchange(request, deadline)
            if answer.status not in REDIRECTS:
                return answer
            target = _redirect_target(url, answer)
            if method == "POST":
                raise SourceChanged(
                    f"{_host_name(url)} moved posted requests to {_host_name(target)}", permanent=True
                )
            if _origin(target) != _origin(url):
                secret = {}
            url = target
        raise SourceChanged(f"{_host_name(url)}: more than {self._limits.max_redirects} redirects")

    async def _exchange(self, request: httpx.Request, deadline: float) -> Answer:
        """One request and its bounded answer; what it says about the host is remembered."""
        host = _host_name(request.url)
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(deadline):
                answer = await self._send(request)
        except TimeoutError:
            error: SourceError = SourceUnreachable(f"{host}: no full answer in {self._limits.total_timeout_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError) as problem:
            error = _explain(host, problem)
            error.__cause__ = problem
        else:
            self._judge(host, answer, started)
            return answer
        if isinstance(error, SourceUnreachable):
            self._lanes.failed(host, error.detail.removeprefix(f"{host}: "), started=started)
        raise error

    async def _send(self, request: httpx.Request) -> Answer:
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            body = b""
            if response.status_code >= 400:
                body = await _error_body(response)
            elif response.status_code not in REDIRECTS and response.status_code != 304:
                body = await _body(response, self._limits.max_body_bytes)
        finally:
            await response.aclose()
        headers = dict(response.headers.items())
        status = response.status_code
        return Answer(status, str(request.url), headers, body, not_modified=status == 304)

    def _judge(self, host: str, answer: Answer, started: float) -> None:
        """Raise for what is not an answer, and let the host rest where it asks for it."""
        if answer.status < 400:
            self._lanes.succeeded(host)
            return
        now = self._clock()
        reset = rate_limit_reset(answer.headers, now)
        detail = f"answered {answer.status}"
        if answer.status < 500 and answer.status not in BUSY_STATUSES:
            self._lanes.succeeded(host)
            raise RefusedAnswer(
                f"{host}: {detail}",
                answer=answer,
                retry_after=reset - now if reset else None,
                permanent=reset is None,
            )
        rest = reset or (now + REST_WITHOUT_HINT if answer.status == 429 else None)
        self._lanes.failed(host, detail, started=started, rest_until=rest)
        raise SourceBusy(f"{host}: {detail}", retry_after=rest - now if rest else None)


def _address(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused("this is not an address", permanent=True) from problem
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise AddressRefused("only http and https addresses can be asked", permanent=True)
    return parsed


def _host_name(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")


def _origin(url: httpx.URL) -> tuple[str, bytes]:
    return url.scheme, url.netloc


def _redirect_target(url: httpx.URL, answer: Answer) -> httpx.URL:
    location = answer.headers.get("location", "")
    if not location:
        raise SourceChanged(f"{_host_name(url)}: answered {answer.status} without saying where to")
    try:
        return _address(str(url.join(location)))
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused(f"{_host_name(url)}: redirects to what is not an address") from problem


def _explain(host: str, problem: Exception) -> SourceError:
    """The house's error for one of httpx's or aiohttp's; the cause under it knows best."""
    cause: BaseException = problem.__cause__ or problem
    if isinstance(cause, aiohttp.ClientConnectorError) and _NOT_PUBLIC in str(cause.os_error):
        return AddressRefused(f"{host}: {_NOT_PUBLIC}", permanent=True)
    if isinstance(problem, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return AddressRefused(f"{host}: this address cannot be asked", permanent=True)
    return SourceUnreachable(f"{host}: {_what_broke(cause)}")


_NOT_PUBLIC = str(_NotPublic())


_BROKEN: tuple[tuple[type[BaseException], str], ...] = (  # the more exact first
    (aiohttp.ClientConnectorDNSError, "there is no such name, or it cannot be looked up now"),
    (aiohttp.ClientSSLError, "no trusted TLS connection"),
    (aiohttp.ClientConnectorError, "no connection"),
    (aiohttp.ServerTimeoutError, "no connection or no answer in time"),
    (aiohttp.ClientPayloadError, "the answer broke off"),
    (aiohttp.ClientConnectionError, "closed the connection without an answer"),
    (OSError, "the connection broke"),
)


def _what_broke(cause: BaseException) -> str:
    words = next((words for kind, words in _BROKEN if isinstance(cause, kind)), "did not answer in proper HTTP")
    reason = cause.os_error.strerror if type(cause) is aiohttp.ClientConnectorError else None
    return f"{words} ({reason})" if reason else words


# --- bodies ---------------------------------------------------------------------------------------------------


async def _error_body(response: httpx.Response) -> bytes:
    """As much of a refusal as is small and readable; the status has said what matters."""
    try:
        return await _body(response, ERROR_BODY_MAX)
    except SourceError:
        return b""


async def _body(response: httpx.Response, limit: int) -> bytes:
    """The body, unpacked in pieces that never exceed what is still allowed: a bomb costs no memory."""
    host = _host_name(response.request.url)
    too_large = SourceTooLarge(f"{host}: the answer is larger than {limit} bytes")
    if int(response.headers.get("content-length", "0")) > limit:
        raise too_large
    unpack = _unpacker(host, response.headers.get("content-encoding", ""))
    pieces: list[bytes] = []
    room = limit
    async for chunk in response.aiter_raw():
        piece = unpack(chunk, room + 1) if unpack else chunk
        room -= len(piece)
        if room < 0:
            raise too_large
        pieces.append(piece)
    return b"".join(pieces)


def _unpacker(host: str, encoding: str) -> Callable[[bytes, int], bytes] | None:
    """How to unpack a body a chunk at a time, into at most so many bytes; None when it is not packed."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return None
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise SourceChanged(f"{host}: packed its answer as {name[:20]}, which was not asked for")
    stream = zlib.decompressobj(zlib.MAX_WBITS | 32)  # reads both the gzip and the zlib header

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return stream.decompress(chunk, most)
        except zlib.error as problem:
            raise SourceChanged(f"{host}: the packed answer is broken") from problem

    return unpack
