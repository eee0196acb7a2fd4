"""Tells errors of a network or service that is away from our own faults.

By the names of their modules, so that asking imports neither discord.py nor aiohttp.
"""

from __future__ import annotations

import errno
import socket
from typing import Final

from bot.core.text import cleaned_line

_LINE_MAX: Final = 300
_ERRNOS: Final = frozenset(
    {
        errno.ECONNREFUSED,
        errno.ECONNRESET,
        errno.ECONNABORTED,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.ENETRESET,
        errno.ENETUNREACH,
        errno.EPIPE,
        errno.ETIMEDOUT,
    }
)
"""Other errors of the operating system (a full disk, a missing file) are no weather."""
_OF_THE_GATEWAY: Final = frozenset({"GatewayNotFound", "ConnectionClosed"})


def is_network_error(error: BaseException | None) -> bool:
    """Whether an error is one of the network, of a service behind it, or of its limits."""
    if isinstance(error, (ConnectionError, TimeoutError, socket.gaierror)):
        return True
    if isinstance(error, OSError) and error.errno in _ERRNOS:
        return True
    packages = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    if "discord" in packages:
        status = getattr(error, "status", 0)
        return status == 429 or status >= 500 or type(error).__name__ in _OF_THE_GATEWAY
    return "aiohttp" in packages


def in_a_line(error: BaseException) -> str:
    """An error's type and what it says, short; of a page of HTML only that it was one."""
    text = str(getattr(error, "text", "") or "")
    if text.lstrip()[:1] == "<":
        said = f"{getattr(error, 'status', '')} with a page of HTML"
    else:
        said = str(error) or str(error.__cause__ or "")
    return cleaned_line(f"{type(error).__name__}: {said}" if said else type(error).__name__, _LINE_MAX)
