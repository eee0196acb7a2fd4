"""The guard at connect: only public addresses, checked after DNS on the very address a socket is made for."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

import aiohttp
from aiohttp.abc import AbstractResolver

from .framing import BoundedConnector

LINE_MAX = 256 * 1024
"""Bytes of a header, as in Chrome; aiohttp's own 8,190 are fewer than some policies for scripts take."""
HEADERS_MAX = 2_000
"""Most headers of an answer; all of them together count against ``framing.AROUND_MAX``."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = 0x5EFE
"""The third quarter of an address that leads to the IPv4 address in its last, whatever its first half is (RFC
5214). The bit that is left out says whether that one is said to be unique."""
_NOT_OUT_THERE = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # for protocols; Python before 3.11.10 knows only parts of it
            "192.88.99.0/24",  # relays of 6to4, withdrawn (RFC 7526): whoever is nearest answers
            "168.63.129.16/32",  # out of a public block, but answered by Azure inside each virtual network
            "fec0::/10",  # site-local: deprecated, and still routed inside of sites
            "3fff::/20",  # documentation (RFC 9637), newer than Python's list
        ),
    )
)


class NotPublic(OSError):
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
        inner = wrapped_ipv4(ip)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in block for block in _NOT_OUT_THERE):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def wrapped_ipv4(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to, if it does."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if int(ip) >> 32 & 0xFDFF_FFFF == _ISATAP:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour


def guarded_session(
    may_connect: Callable[[str], bool],
    ssl_context: object,
    *,
    resolver: Callable[[], AbstractResolver],
    on_connect: Callable[[str], None] = lambda _: None,
) -> Callable[[], aiohttp.ClientSession]:
    """Sessions whose every socket is checked against the very address it connects to, after DNS.

    ``on_connect`` gets each address to which a connection begins.
    """

    def make_socket(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _name, address = info
        if not may_connect(str(address[0])):
            raise NotPublic
        on_connect(str(address[0]))
        return socket.socket(family, kind, protocol)

    def make_session() -> aiohttp.ClientSession:
        connector = BoundedConnector(
            limit=0,  # the lanes and the poller bound it
            keepalive_timeout=30,
            use_dns_cache=False,  # it counts names, and one name may have thousands of addresses
            resolver=resolver(),
            ssl=ssl_context,
            socket_factory=make_socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            max_line_size=LINE_MAX,
            max_field_size=LINE_MAX,
            max_headers=HEADERS_MAX,
        )

    return make_session
