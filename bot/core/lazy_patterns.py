"""Patterns of ``regex`` that are compiled when they are first asked: most commands ask none of them.

To import ``regex`` takes 50 ms of CPU, twice what the standard library's ``re`` takes for the whole program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import regex


class _LazyPattern:
    """Proxy of a pattern that is compiled at its first use."""

    def __init__(self, written: str) -> None:
        self._written = written

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        import regex  # noqa: PLC0415 - see above

        found = getattr(regex.compile(self._written), name)  # ``regex`` remembers what it compiled
        setattr(self, name, found)
        return found


def lazy_pattern(written: str) -> regex.Pattern[str]:
    """The pattern; flags are written into it (``(?i)``, ``(?V1)``). A flaw in it shows at its first use."""
    return cast("regex.Pattern[str]", _LazyPattern(written))
