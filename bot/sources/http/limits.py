"""Limits of requests to hosts."""

from __future__ import annotations

from bot.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Limits of requests. Seconds and bytes; the body is counted after decompression."""

    user_agent: str
    allow_private_networks: bool = False
    connect_timeout_s: float = 10
    total_timeout_s: float = 30
    max_body_bytes: int = 5_000_000
    max_redirects: int = 5
    per_host_concurrency: int = 4
    per_host_interval_s: float = 0.25
    unlimited_loopback: bool = False
    """Hosts on loopback have no limit of their own."""
    only_hosts: frozenset[str] = frozenset()
    """Hosts that may be asked, in lower case, with the port where an address names one; empty: any."""

    def may_ask(self, host: str) -> bool:
        """Whether ``host``, with the port where the address names one, may be looked up and asked."""
        return not self.only_hosts or host.lower() in self.only_hosts
