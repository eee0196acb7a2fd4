"""Properties of a database server, for ``kawaraban doctor``."""

from __future__ import annotations

from datetime import timedelta

from bot.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """Properties of a server.

    ``ahead``: its clock less this machine's; ``connections``: those that all clients have open; ``unconfirmed``:
    commits of this user that have waited for a standby for seconds.
    """

    version: str
    encoding: str
    latency: timedelta
    ahead: timedelta
    connections: int
    max_connections: int
    unconfirmed: int = 0
