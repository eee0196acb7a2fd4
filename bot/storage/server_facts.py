"""Properties of a database server, for ``kawaraban doctor``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """Properties of a server.

    ``ahead``: its clock less this machine's; ``connections``: those that all clients have open.
    """

    version: str
    encoding: str
    latency: timedelta
    ahead: timedelta
    connections: int
    max_connections: int
