"""The one HTTP client of the bot: httpx's requests and answers on aiohttp's transport, with manners and a guard.

    slot of the host ─▶ guard at connect ─▶ request ─▶ status ─▶ bounded body ─▶ Answer
    (spacing, block)    (after DNS)         ◀─ redirect: allowed? then a slot and the guard again

Why this transport: a sixth of the CPU of httpx's own (docs/dependencies.md). It is asked directly, for all that
httpx's client would add is unwanted here: cookies are kept for the redirects of one request and no longer,
redirects are followed by our own rules, and proxies of the environment never used: behind one, the guard would see
only the proxy.
Whatever goes wrong is a ``SourceError`` whose detail names the host, never a query, which may hold a key.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import field, replace
from datetime import datetime, timedelta

import aiohttp
import httpx
import msgspec

from bot.core.causes import Cause
from bot.core.errors import (
    AddressRefused,
    HostNotListed,
    HostUnknown,
    RedirectLoop,
    RedirectLost,
    SourceBusy,
    SourceChallenged,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceUnreachable,
)
from bot.core.lazy_dataclass import dataclass
from bot.core.models import Validators

from .address_guard import NotPublic, guarded_session, is_public
from .body import read_body, read_error_body
from .challenges import is_challenge
from .cookies import ChainCookies
from .host_limiter import HostLimiter
from .lazy_tls import LazyTlsContext
from .limits import HttpLimits
from .rate_limit_headers import rate_limit_reset
from .request_check import check_request
from .resolver import CachingResolver
from .transport import AiohttpTransport

__all__ = ["Answer", "Http", "HttpLimits", "RefusedAnswer", "is_address", "validators_of"]

BUSY_STATUSES = frozenset({408, 425, 429})
MISSING_STATUSES = frozenset({404, 410})
CHALLENGE_STATUSES = frozenset({202, *range(400, 600)}) - MISSING_STATUSES
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
PARTIAL = 206
_PART = re.compile(r"bytes 0-([0-9]{1,12})/([0-9]{1,12})")
COMPLETE_STATUSES = frozenset({*range(200, 300), 304}) - {206}
"""Neither a part that nobody asked for, nor a choice to make."""
DEFAULT_429_DELAY = timedelta(seconds=30)
"""Delay after a 429 that does not say how long."""
JSON_MAX = 2_000_000
"""Bytes of an answer in JSON, several times the longest page of any source. It is decoded at one go, in which
nobody else gets a turn, thread or not: 15 ms a megabyte of mere rows, but up to 300 ms for 5 MB (measured)."""
PORT_MAX = 65_535
VALIDATOR_MAX = 1_000
_SENDABLE = re.compile(rf"[\x20-\x7e]{{1,{VALIDATOR_MAX}}}")
NO_VALIDATORS = Validators()


_ASKED: ContextVar[str] = ContextVar("the host that is asked", default="")
"""A connection is made in a task of its own, below aiohttp, which knows the address only."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. ``url`` is the last one after redirects, header names are in lower case.

    ``moved_to``: that one, where all redirects on the way are for good (301, 308). ``set_cookies``: of a redirect.
    """

    status: int
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    not_modified: bool = False
    moved_to: str | None = field(default=None, repr=False)
    set_cookies: tuple[str, ...] = field(default=(), repr=False)


class RefusedAnswer(SourceRefused):
    """A 4xx, with what the source wrote about it: its error code may call for another way."""

    def __init__(self, detail: str, *, answer: Answer, retry_after: timedelta | None, permanent: bool) -> None:
        super().__init__(detail, retry_after=retry_after, permanent=permanent)
        self.answer = answer
        if answer.status in MISSING_STATUSES:
            self.cause = Cause.MISSING


def is_address(url: str) -> bool:
    """Whether this is an address that can be asked. Nothing is said of where it leads."""
    try:
        _address(url)
    except AddressRefused:
        return False
    return True


def validators_of(answer: Answer) -> Validators:
    """The validators for the next request. Values that cannot be sent back are dropped."""
    return Validators(
        etag=_sendable(answer.headers.get("etag")), last_modified=_sendable(answer.headers.get("last-modified"))
    )


def _sendable(value: str | None) -> str | None:
    """A header's value of a sane form and length."""
    return value if value and _SENDABLE.fullmatch(value) else None


class Http:
    """GET and POST with every limit kept; see ``HttpLimits``. Raises ``SourceError`` and nothing else.

    ``clock`` gives aware UTC times. ``may_connect`` replaces the guard: it gets the IP address about to be used.
    ``names`` resolves names, in place of a resolver of its own.
    Waiting for a slot is not part of the total time-out and has the same length at most.
    """

    def __init__(
        self,
        limits: HttpLimits,
        *,
        clock: Callable[[], datetime],
        may_connect: Callable[[str], bool] | None = None,
        names: CachingResolver | None = None,
    ) -> None:
        allow = may_connect or ((lambda _: True) if limits.allow_private_networks else is_public)
        ssl_context = LazyTlsContext()
        self._limits = limits
        self._clock = clock
        self._limiter = HostLimiter(limits, clock)
        self._names = names or CachingResolver()
        session = guarded_session(allow, ssl_context, resolver=lambda: self._names, on_connect=self._connected)
        # "connect" is aiohttp's limit on getting a connection at all: name, TCP and TLS. The rest has a deadline.
        timeout = aiohttp.ClientTimeout(
            total=None, connect=limits.connect_timeout_s, sock_connect=limits.connect_timeout_s
        )
        self._transport = AiohttpTransport(session, timeout)
        self._headers = {
            "accept": "*/*",
            "accept-encoding": "gzip",
            "connection": "keep-alive",
            "user-agent": limits.user_agent,
        }

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Validators = NO_VALIDATORS,
        most: int | None = None,
        allowed: Callable[[str], Awaitable[None]] | None = None,
    ) -> Answer:
        """Fetch, following redirects. ``headers`` go to the host asked, never on to another; validators do.

        ``most``: bytes of the answer, where less than anywhere else will be read. ``allowed`` is asked before each
        address that a redirect leads to, and raises ``SourceError`` to end there; of ``url`` the caller knows.
        """
        target = _with_params(_address(url), params) if params else _address(url)
        asked = {"if-none-match": validators.etag, "if-modified-since": validators.last_modified}
        conditions = {name: value for name, value in asked.items() if _sendable(value) and value}
        answer = await self._follow("GET", target, dict(headers or {}), conditions, None, most, allowed)
        if answer.not_modified and not conditions:
            raise SourceChanged(f"{_host_name(target)}: answered 304 although nothing was known of it")
        return answer

    async def post_json(self, url: str, payload: object, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send ``payload`` as JSON, to be answered with JSON.

        A redirect is an error: what is posted (a password?) stays with its host.
        """
        kind, content = {"content-type": "application/json"}, msgspec.json.encode(payload)
        return await self._follow("POST", _address(url), dict(headers or {}), kind, content, JSON_MAX)

    async def deliver_json(self, url: str, payload: object) -> None:
        """Send ``payload`` as JSON. Of the answer its status alone counts; the body is not read, however long.

        A redirect is an error, as for ``post_json``.
        """
        kind, content = {"content-type": "application/json"}, msgspec.json.encode(payload)
        await self._follow("POST", _address(url), {}, kind, content, _UNREAD)

    async def post_nothing(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        """Post without a body: some servers refuse even an empty JSON object where they expect none."""
        return await self._follow("POST", _address(url), dict(headers), {}, None, JSON_MAX)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()
        await self._names.close()

    def address_group_of(self, host: str) -> str | None:
        """The address group of a host, as far as it is known. See ``CachingResolver``."""
        return self._names.address_group_of(host)

    async def find_address_group(self, host: str) -> None:
        """Find out what ``address_group_of`` then knows. Raises ``OSError`` or ``ValueError`` for no such name.

        A host that may not be asked is not looked up either.
        """
        if self._limits.may_ask(host):
            await self._names.find_address_group(host)

    def _connected(self, address: str) -> None:
        self._names.connected(_ASKED.get(), address)

    async def _follow(
        self,
        method: str,
        url: httpx.URL,
        secret: dict[str, str],
        plain: dict[str, str],
        content: bytes | None,
        most: int | None,
        allowed: Callable[[str], Awaitable[None]] | None = None,
    ) -> Answer:
        most = min(most or self._limits.max_body_bytes, self._limits.max_body_bytes)
        deadline: float | None = None
        for_good, first = True, url
        cookies = ChainCookies()
        for _ in range(self._limits.max_redirects + 1):
            host = _host_name(url)
            if not self._limits.may_ask(host):
                raise HostNotListed(f"{host} is not in http.only_hosts", permanent=True)
            if allowed is not None and deadline is not None:  # a redirect led here
                await self._check_redirect_allowed(allowed, url, deadline)
            async with self._limiter.slot(host):
                check_request()
                deadline = deadline or asyncio.get_running_loop().time() + self._limits.total_timeout_s
                request = self._request(
                    method, url, host, {**cookies.header(_origin(url)), **plain, **secret}, content
                )
                answer = await self._exchange(request, host, deadline, most)
            if answer.status not in REDIRECTS:
                return replace(answer, moved_to=str(url)) if for_good and url != first else answer
            for_good = for_good and answer.status in FOR_GOOD
            target = _redirect_target(url, answer)
            if method == "POST":
                raise SourceChanged(
                    f"{_host_name(url)} moved posted requests to {_host_name(target)}", permanent=True
                )
            cookies.keep(_origin(url), answer.set_cookies)
            if _origin(target) != _origin(url):
                secret = {}
            url = target
        raise RedirectLoop(f"{_host_name(url)}: more than {self._limits.max_redirects} redirects")

    async def _check_redirect_allowed(
        self, allowed: Callable[[str], Awaitable[None]], url: httpx.URL, deadline: float
    ) -> None:
        """Within the total time-out, and outside of every slot.

        The check takes a slot itself: of two hosts that redirect to each other, each would be held for the
        other's.
        """
        try:
            async with asyncio.timeout_at(deadline):
                await allowed(str(url))
        except TimeoutError:
            raise SourceUnreachable(f"{_host_name(url)}: {self._too_slow()}") from None

    def _too_slow(self) -> str:
        return f"no full answer in {self._limits.total_timeout_s:g} s"

    def _request(
        self, method: str, url: httpx.URL, host: str, headers: dict[str, str], content: bytes | None
    ) -> httpx.Request:
        """A request with our manners; ``headers`` win over them. Without a host httpx would build them twice."""
        own = {name.lower(): value for name, value in headers.items()}
        ours = {"host": host} | self._headers | own
        return httpx.Request(method, url, headers=ours, content=content)

    async def _exchange(self, request: httpx.Request, host: str, deadline: float, most: int) -> Answer:
        """One request and its bounded answer; what it says about the host is remembered."""
        _ASKED.set(host)
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(deadline):
                answer = await self._send(request, most)
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError) as problem:
            is_late = isinstance(problem, TimeoutError) and not isinstance(problem, aiohttp.ClientError)
            error = SourceUnreachable(f"{host}: {self._too_slow()}") if is_late else _explain(host, problem)
            error.__cause__ = problem
        else:
            self._raise_for_status(host, answer, started)
            return answer
        if isinstance(error, SourceUnreachable):
            self._limiter.failed(host, error.detail.removeprefix(f"{host}: "), started=started)
        raise error

    async def _send(self, request: httpx.Request, most: int) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            body = b""
            if response.status_code >= 400:
                body = await read_error_body(_host_name(request.url), response)
            elif most != _UNREAD and response.status_code not in REDIRECTS and response.status_code != 304:
                body = await read_body(_host_name(request.url), response, most)
        finally:
            await response.aclose()
        headers = _headers_of(response.headers)
        status = response.status_code
        set_cookies = tuple(response.headers.get_list("set-cookie")) if status in REDIRECTS else ()
        return Answer(status, str(request.url), headers, body, not_modified=status == 304, set_cookies=set_cookies)

    def _raise_for_status(self, host: str, answer: Answer, started: float) -> None:
        """Raise for an answer that is an error, and block the host for as long as it asks."""
        is_challenged = answer.status in CHALLENGE_STATUSES and is_challenge(answer.headers, answer.body)
        if answer.status < 400:
            self._limiter.succeeded(host)
            if is_challenged:
                raise SourceChallenged(f"{host}: answered {answer.status} with a check for browsers")
            if answer.status not in COMPLETE_STATUSES | REDIRECTS and not _is_all(answer):
                raise SourceChanged(f"{host}: answered {answer.status} to a request for the whole")
            return
        now = self._clock()
        reset = rate_limit_reset(answer.headers, now)
        detail = f"answered {answer.status}{' with a check for browsers' if is_challenged else ''}"
        if answer.status < 500 and answer.status not in BUSY_STATUSES:
            self._limiter.succeeded(host)
            left = reset - now if reset else None
            if is_challenged:
                raise SourceChallenged(f"{host}: {detail}", retry_after=left, permanent=reset is None)
            raise RefusedAnswer(f"{host}: {detail}", answer=answer, retry_after=left, permanent=reset is None)
        rest = reset or (now + DEFAULT_429_DELAY if answer.status == 429 else None)
        self._limiter.failed(host, detail, started=started, blocked_until=rest)
        busy = SourceBusy(f"{host}: {detail}", retry_after=rest - now if rest else None)
        busy.cause = Cause.CHALLENGE if is_challenged else busy.cause
        raise busy


def _is_all(answer: Answer) -> bool:
    """Whether an answer that is called a part is the whole."""
    part = _PART.fullmatch(answer.headers.get("content-range", "").strip()) if answer.status == PARTIAL else None
    return part is not None and int(part[1]) + 1 == int(part[2]) == len(answer.body)


def _address(url: str) -> httpx.URL:
    """An address that can be asked, without a login. Raises ``AddressRefused``."""
    try:
        parsed = httpx.URL(url)
        host, port = parsed.host, parsed.port or 0  # the host is read only now, and may be no name
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused("this is not an address", permanent=True) from problem
    if parsed.scheme not in {"http", "https"} or not host:
        raise AddressRefused("only http and https addresses can be asked", permanent=True)
    if not 0 <= port <= PORT_MAX:
        raise AddressRefused(f"there is no port {port}", permanent=True)
    # A name and a password before the host would be sent, wherever a redirect that names them leads.
    return parsed.copy_with(userinfo=b"") if parsed.userinfo else parsed


def _headers_of(headers: httpx.Headers) -> dict[str, str]:
    """The result of ``headers.items()``, which takes ten times as long."""
    encoding, found = headers.encoding, dict[str, str]()
    for name, value in headers.raw:
        key, text = name.decode(encoding).lower(), value.decode(encoding)
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _with_params(url: httpx.URL, params: Mapping[str, str | int] | Sequence[tuple[str, str]]) -> httpx.URL:
    try:
        return url.copy_merge_params(list(params.items()) if isinstance(params, Mapping) else list(params))
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused(f"{_host_name(url)}: the question does not fit into an address") from problem


def _host_name(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")


def _origin(url: httpx.URL) -> tuple[str, bytes]:
    return url.scheme, url.netloc


def _redirect_target(url: httpx.URL, answer: Answer) -> httpx.URL:
    location = answer.headers.get("location", "")
    if not location:
        raise RedirectLost(f"{_host_name(url)}: answered {answer.status} without saying where to")
    try:
        return _address(str(url.join(_as_browsers_read(location))))
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused(f"{_host_name(url)}: redirects to what is not an address") from problem


def _as_browsers_read(location: str) -> str:
    """An address without tabs and line ends, with slashes for backslashes, and two of them before its host.

    By the rules of the WHATWG's URLs.
    """
    plain = _WITHIN_LINES.sub("", location.strip())
    path, mark, query = plain.partition("?")
    return _MANY_SLASHES.sub(r"\1//", path.replace("\\", "/")) + mark + query


_WITHIN_LINES = re.compile(r"[\t\r\n]")
_MANY_SLASHES = re.compile(r"\A(https?:)/{3,}", re.IGNORECASE)
_UNREAD = -1
"""Most bytes of an answer whose body is not read."""
_NOT_PUBLIC = str(NotPublic())
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""Errors of ``getaddrinfo`` for a name that does not exist; its other errors are temporary."""
_BROKEN: tuple[tuple[type[BaseException], str], ...] = (  # the more exact first
    (aiohttp.ClientConnectorDNSError, "there is no such name, or it cannot be looked up now"),
    (aiohttp.ClientSSLError, "no trusted TLS connection"),
    (aiohttp.ClientConnectorError, "no connection"),
    (aiohttp.ServerTimeoutError, "no connection or no answer in time"),
    (aiohttp.ClientPayloadError, "the answer broke off"),
    (aiohttp.ClientConnectionError, "closed the connection without an answer"),
    (OSError, "the connection broke"),
)


def _explain(host: str, problem: Exception) -> SourceError:
    """The ``SourceError`` for an error of httpx or aiohttp."""
    if isinstance(problem, aiohttp.ClientConnectorError) and _NOT_PUBLIC in str(problem.os_error):
        return AddressRefused(f"{host}: {_NOT_PUBLIC}", permanent=True)
    if isinstance(problem, httpx.InvalidURL | aiohttp.InvalidURL):
        return AddressRefused(f"{host}: this address cannot be asked", permanent=True)
    if isinstance(problem, aiohttp.ClientConnectorDNSError) and problem.os_error.errno in _NO_SUCH_NAME:
        return HostUnknown(f"{host}: there is no such name")
    return SourceUnreachable(f"{host}: {_what_broke(problem)}")


def _what_broke(cause: BaseException) -> str:
    words = next((words for kind, words in _BROKEN if isinstance(cause, kind)), "did not answer in proper HTTP")
    reason = cause.os_error.strerror if type(cause) is aiohttp.ClientConnectorError else None
    return f"{words} ({reason})" if reason else words
