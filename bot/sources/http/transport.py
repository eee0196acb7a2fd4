"""Requests and answers on aiohttp's connections, as they are: no redirect followed, nothing unpacked, no proxy.

aiohttp's errors are passed on: ``client`` explains them. httpx's own objects for the same took a sixth of the CPU
of a poll that is answered 304 (measured), to say the headers once more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Final, NamedTuple, Protocol

import aiohttp
import yarl

from .address import Address

READ_AT_ONCE: Final = 128 * 1024
"""Bytes of an answer, as many as aiohttp holds back. Pieces of 16 KB took 0.1 of the 0.5 ms of an answer of 80 KB
(measured)."""


class Request(NamedTuple):
    """A request as it is sent. Names of headers are in lower case."""

    method: str
    address: Address
    headers: Mapping[str, str]
    content: bytes | None = None


class RawAnswer(Protocol):
    """An answer whose body is still to be read. Names of headers are in lower case."""

    @property
    def status(self) -> int:
        """Status code."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers; those that came several times are one."""
        ...

    def pieces(self) -> AsyncIterator[bytes]:
        """The body, as it is sent. Raises ``aiohttp.ClientError`` where it breaks off."""
        ...

    async def aclose(self) -> None:
        """Give the connection back; what was not read of the body is lost."""
        ...


class HttpTransport(Protocol):
    """Sends requests."""

    async def send(self, request: Request) -> RawAnswer:
        """The answer to a request. Raises ``aiohttp.ClientError`` and ``OSError``."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


class AiohttpTransport:
    """The transport over a session of aiohttp.

    An address keeps its percent-encoding, as in browsers: a signature over ``%27`` is none of ``'``.

    ``make_session`` is called at the first request, in the event loop. ``timeout``: of every request.
    """

    def __init__(self, make_session: Callable[[], aiohttp.ClientSession], timeout: aiohttp.ClientTimeout) -> None:
        self._make_session = make_session
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request) -> RawAnswer:
        """See ``HttpTransport.send``."""
        if self._session is None:
            self._session = self._make_session()
        answer = await self._session.request(
            request.method,
            yarl.URL(request.address.text, encoded=True),
            headers=request.headers,
            data=request.content or None,
            allow_redirects=False,
            auto_decompress=False,
            timeout=self._timeout,
        )
        return _AiohttpAnswer(answer)

    async def aclose(self) -> None:
        """See ``HttpTransport.aclose``."""
        if self._session is not None:
            await self._session.close()


class _AiohttpAnswer:
    """An answer of aiohttp."""

    __slots__ = ("_answer", "headers", "status")

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers = _headers_of(answer.raw_headers)

    def pieces(self) -> AsyncIterator[bytes]:
        """See ``RawAnswer.pieces``."""
        return aiter(self._answer.content.iter_chunked(READ_AT_ONCE))

    async def aclose(self) -> None:
        """See ``RawAnswer.aclose``."""
        self._answer.release()
        await self._answer.wait_for_close()


def _headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as text; those that come several times as one, in their order (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = _text(name).lower(), _text(value)
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _text(written: bytes) -> str:
    try:
        return written.decode()
    except UnicodeDecodeError:
        return written.decode("latin-1")
