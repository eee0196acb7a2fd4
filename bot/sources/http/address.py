"""Addresses that can be asked, in the form in which they are sent. Pure.

httpx's rules say what is an address and how it is written. Most are written so already: of those nothing is taken
apart, and httpx is not even imported. Its parser took a tenth of a request that is answered 304, its import a
thirtieth of a start (measured).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.core.errors import AddressRefused, RedirectLost

if TYPE_CHECKING:
    import httpx

Params = Mapping[str, str | int] | Sequence[tuple[str, str]]

_PORT_MAX: Final = 65_535
_LABELS: Final = r"(?:[a-z0-9][a-z0-9\-]*+\.)*[a-z][a-z0-9\-]*"
_NUMBER: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PORT: Final = r":(?!80/|443/)(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3})"
_PLAIN: Final = re.compile(
    rf"(https?)://((?:{_LABELS}|(?:{_NUMBER}\.){{3}}{_NUMBER})(?:{_PORT})?)"
    r"/(?!\.)(?:[A-Za-z0-9\-._~!$&'()*+,;=:@%]|/(?!\.))*+(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*+)?"
)
"""An address with a path and without user, usual port, fragment, and name in another script, that needs no escape.
No part of its path begins with a dot. A host is a name that ends with a letter's label, or an IPv4 address."""
_PLAIN_MAX: Final = 2_000
"""Characters of such an address."""
_WITHIN_LINES: Final = re.compile(r"[\t\r\n]")
_MANY_SLASHES: Final = re.compile(r"\A(https?:)/{3,}", re.IGNORECASE)


class Address(NamedTuple):
    """An address as it is sent. ``netloc``: its host, and its port where that is not the usual one."""

    scheme: str
    netloc: str
    text: str

    @property
    def origin(self) -> tuple[str, str]:
        """The server that is asked: scheme, host and port."""
        return self.scheme, self.netloc


def read_address(text: str) -> Address:
    """An address that can be asked, without a login. Raises ``AddressRefused``."""
    plain = _PLAIN.fullmatch(text) if len(text) <= _PLAIN_MAX else None
    if plain is not None and "xn--" not in plain[2]:
        return Address(plain[1], plain[2], text)
    return _of_url(_parsed(text))


def with_params(address: Address, params: Params) -> Address:
    """An address with parameters in its query. Raises ``AddressRefused``."""
    import httpx  # noqa: PLC0415 - see above

    given = httpx.QueryParams(params if isinstance(params, Mapping) else [*params])
    try:
        return _of_url(httpx.URL(address.text).copy_merge_params(given))
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused(f"{address.netloc}: the question does not fit into an address") from problem


def redirected(address: Address, status: int, location: str) -> Address:
    """The address that an answer leads to. Raises ``RedirectLost`` and ``AddressRefused``."""
    import httpx  # noqa: PLC0415 - see above

    if not location:
        raise RedirectLost(f"{address.netloc}: answered {status} without saying where to")
    try:
        return read_address(str(httpx.URL(address.text).join(_as_browsers_read(location))))
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused(f"{address.netloc}: redirects to what is not an address") from problem


def _parsed(text: str) -> httpx.URL:
    import httpx  # noqa: PLC0415 - see above

    try:
        parsed = httpx.URL(text)
        host, port = parsed.host, parsed.port or 0  # the host is read only now, and may be no name
    except (httpx.InvalidURL, ValueError) as problem:
        raise AddressRefused("this is not an address", permanent=True) from problem
    if parsed.scheme not in {"http", "https"} or not host:
        raise AddressRefused("only http and https addresses can be asked", permanent=True)
    if not 0 <= port <= _PORT_MAX:
        raise AddressRefused(f"there is no port {port}", permanent=True)
    # A name and a password before the host would be sent, wherever a redirect that names them leads.
    return parsed.copy_with(userinfo=b"") if parsed.userinfo else parsed


def _of_url(url: httpx.URL) -> Address:
    return Address(url.scheme, url.netloc.decode("ascii"), str(url))


def _as_browsers_read(location: str) -> str:
    """An address without tabs and line ends, with slashes for backslashes, and two of them before its host.

    By the rules of the WHATWG's URLs.
    """
    plain = _WITHIN_LINES.sub("", location.strip())
    path, mark, query = plain.partition("?")
    return _MANY_SLASHES.sub(r"\1//", path.replace("\\", "/")) + mark + query
