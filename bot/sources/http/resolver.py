"""Looks names up so that nobody waits for somebody else's names, and remembers which machine they lead to.

``getaddrinfo`` takes a thread until the last of its name servers has not answered, and cannot be broken off. In
the event loop's own threads, as aiohttp does it, a handful of names with silent name servers holds up everybody's.
Here are threads for nothing else, and ``bot.core.limits.fair_share`` says whose name gets one: what was never
looked up, or was slow, has a part of them, and the names under one domain a part of that.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, Final

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.admission import Gate
from bot.core.limits.fair_share import Requester, Slot

from .address_guard import wrapped_ipv4

THREADS: Final = 32
"""Eight for names nobody has looked up yet, four for those of one domain."""
MAX_WAIT_S: Final = 10.0
"""Seconds for which a name waits for a thread; the caller has a deadline of its own."""
REMEMBERED: Final = 20_000
_BELIEVED_S: Final = 10.0
"""Seconds for which an answer is reused, as in aiohttp's cache: a name resolved before its request is looked up
once."""
_ADDRESSES_MAX: Final = 16
"""Most addresses kept of a name; some have thousands, and all of them would be tried."""
_BELIEVED_MAX: Final = 2_000

_LONGEST_IP: Final = 45
_LOOKS_LIKE_IP: Final = re.compile(r"[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")

LookUp = Callable[..., list[tuple[Any, ...]]]
"""``socket.getaddrinfo``, or what stands for it in a test."""


def address_group(address: str) -> str | None:
    """The network of an address: IPv4 by 24 bits, IPv6 by 48, which is what one customer is given.

    None for what is no IP address.
    """
    bare = address.partition("%")[0]
    return _address_group(bare) if len(bare) <= _LONGEST_IP and _LOOKS_LIKE_IP.fullmatch(bare) else None


@lru_cache(maxsize=4_096)
def _address_group(address: str) -> str | None:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        ip = wrapped_ipv4(ip) or ip
    bits = 48 if isinstance(ip, ipaddress.IPv6Address) else 24
    return str(ipaddress.ip_network((ip, bits), strict=False))


class CachingResolver(AbstractResolver):
    """aiohttp's resolver, and the memory of where names led. ``look_up`` runs in a thread.

    ``believed_s``: for how many seconds an answer is taken again for the same name.
    """

    def __init__(
        self,
        look_up: LookUp = socket.getaddrinfo,
        *,
        threads: int = THREADS,
        believed_s: float = _BELIEVED_S,
    ) -> None:
        self._look_up = look_up
        self._believed_s = believed_s
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="names")
        self._gate = Gate(threads)
        self._address_groups: OrderedDict[str, str] = OrderedDict()
        self._just_found: OrderedDict[tuple[str, socket.AddressFamily], tuple[float, Sequence[ResolveResult]]] = (
            OrderedDict()
        )

    def address_group_of(self, host: str) -> str | None:
        """The address group of ``host`` (with or without a port), by the last connection to it."""
        name = _bare(host)
        return address_group(name) or self._address_groups.get(name)

    def connected(self, host: str, address: str) -> None:
        """A connection to ``host`` is made to this very address."""
        found = address_group(address)
        if found is not None:
            name = _bare(host)
            self._address_groups[name] = found
            self._address_groups.move_to_end(name)
            while len(self._address_groups) > REMEMBERED:
                self._address_groups.popitem(last=False)

    async def find_address_group(self, host: str) -> None:
        """Look up where ``host`` leads first. Raises ``OSError`` or ``ValueError`` for no such name."""
        name = _bare(host)
        if self.address_group_of(name) is None:
            found = await self.resolve(name, family=socket.AF_UNSPEC)
            if found and self.address_group_of(name) is None:
                self.connected(name, found[0]["host"])

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See aiohttp. Raises ``OSError`` for a name that leads nowhere, or found no thread in time."""
        loop = asyncio.get_running_loop()
        until, known = self._just_found.get((host, family), (0.0, ()))
        if loop.time() < until:
            return [ResolveResult(**one | {"port": port}) for one in known]
        found = (await self._resolved(host, port, family))[:_ADDRESSES_MAX]
        self._just_found[host, family] = loop.time() + self._believed_s, found
        while len(self._just_found) > _BELIEVED_MAX:
            self._just_found.popitem(last=False)
        return found

    async def _resolved(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        try:
            slot = await self._gate.enter(Requester(host.lower(), _domain(host)), max_wait_s=MAX_WAIT_S)
        except TimeoutError:
            raise OSError(None, "too many names are being looked up") from None
        began = asyncio.get_running_loop().time()
        look_up = partial(self._look_up, host, port, type=socket.SOCK_STREAM, family=family, flags=_FLAGS)
        running = asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        running.add_done_callback(partial(self._over, slot, began))
        infos = await asyncio.shield(running)  # the thread goes on, and keeps its slot, until it ends
        return [_result(host, *info) for info in infos if info[0] in {socket.AF_INET, socket.AF_INET6}]

    def _over(self, slot: Slot, began: float, running: asyncio.Future[list[tuple[Any, ...]]]) -> None:
        self._gate.leave(slot, asyncio.get_running_loop().time() - began)
        if not running.cancelled():
            running.exception()  # retrieved, so that asyncio logs no error where the caller was cancelled

    async def close(self) -> None:
        """Return at once; running look-ups are not awaited."""
        self._threads.shutdown(wait=False, cancel_futures=True)


_FLAGS: Final = getattr(socket, "AI_ADDRCONFIG", 0)


def _result(
    host: str, family: int, _kind: int, protocol: int, _name: str, address: tuple[Any, ...]
) -> ResolveResult:
    """A scope (``fe80::1%eth0``) is left out: such an address is never public."""
    return ResolveResult(
        hostname=host,
        host=str(address[0]).partition("%")[0],
        port=int(address[1]),
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _bare(host: str) -> str:
    """The host without user, port and brackets, in small letters."""
    name = host.rpartition("@")[2].lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0] if name.count(":") == 1 else name


def _domain(host: str) -> str:
    """The last two labels: who has a name has all those below it. Under ``co.jp`` good ones share."""
    return ".".join(host.lower().rstrip(".").split(".")[-2:])
