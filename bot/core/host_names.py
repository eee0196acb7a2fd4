"""Names of hosts by which processes share the requests to one."""

from __future__ import annotations

from .models import SourceName
from .url_display import host_of


def host_name(source: SourceName, target: str | None) -> str:
    """Host and port that a watch of this source and target asks; the source's name where the target is no address.

    Sources that ask the same host share it.
    """
    return host_of(target) or source.value
