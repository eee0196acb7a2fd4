"""The protocol of a source: a name, and a fetch that answers or raises a ``SourceError``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bot.core.models import FetchRequest, FetchResult, NotModified, SourceName, TopicKey

if TYPE_CHECKING:
    from bot.sources.x.daily_budget import DailyBudget


@runtime_checkable
class PostReader(Protocol):
    """A source that shows single posts by their ids."""

    name: SourceName

    async def read_posts(self, ids: Sequence[str], now: datetime, *, topic: TopicKey | None = None) -> FetchResult:
        """The posts that can be read now; ``gone``: those it no longer has. Raises ``SourceError``.

        ``topic``: whose followers pay, where it costs money.
        """
        ...


class Source(Protocol):
    """A source of posts. It keeps no state between polls; the watch does.

    In what else sources differ is in ``bot.core.models.sources`` and ``bot.sources.registry``.
    """

    name: SourceName
    can_recheck: bool
    """Whether a post can be read again after it left the page."""

    @property
    def target_templates(self) -> Sequence[str]:
        """Templates of its targets: see ``core.targets``. Empty if it cannot be asked for a topic."""
        ...

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult | NotModified:
        """Ask once. Raises ``SourceError`` (see ``core.errors``) and nothing else."""
        ...

    def describe_request(self, request: FetchRequest) -> str:
        """The request for this topic in words for people: a tag, or the host of an address and nothing more.

        It raises nothing: a topic that cannot be asked for is named all the same.
        """
        ...


@runtime_checkable
class Linked(Protocol):
    """A source whose pages people may be led to, because its operator says that their addresses hold no key."""

    def link(self, request: FetchRequest) -> str | None:
        """The page that is asked for this topic; None where it stays a secret, as every address does at first."""
        ...


@runtime_checkable
class HostFinder(Protocol):
    """A source that is asked by address, and knows which hosts are one machine."""

    def address_group_of(self, host: str) -> str | None:
        """The address group of a host; None where it is not known yet."""
        ...

    async def find_address_group(self, host: str) -> None:
        """Find out what ``address_group_of`` then knows. Raises ``OSError`` or ``ValueError`` for no such name."""
        ...


@runtime_checkable
class PaidSource(Protocol):
    """A source that costs money."""

    name: SourceName

    @property
    def budget(self) -> DailyBudget:
        """The budget of paid reads in a day."""
        ...

    async def probe(self, request: FetchRequest, now: datetime) -> None:
        """Ask as little as shows that it answers. Raises ``SourceError``."""
        ...

    def describe_request(self, request: FetchRequest) -> str:
        """See ``Source.describe_request``."""
        ...
