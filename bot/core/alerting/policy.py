"""Settings and properties of a source that the decisions of a poll depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta

from bot.core.identity.origins import Servers
from bot.core.lazy_dataclass import dataclass
from bot.core.models import SourceName


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """The operator's settings a decision depends on, and what the source can do.

    ``interval``: mean time between two polls. ``min_request_gap``: least time between two requests to a host.
    ``catch_up_after``: a poll that comes so late was missed (``missed_polls``). ``hourly_limit`` 0: none.
    ``live_counts``: how long the counts of a sent post are updated (0: not at all). ``can_recheck``: posts can be
    read again by id. ``whole_page``: each answer is all there is; otherwise posts are listed by time, and leaving
    the page means nothing. None: a source whose posts cannot be read again is a page. ``fixed_interval``: polls
    are evenly spaced, whatever the forecast. ``servers``: servers of the fediverse sources.
    """

    interval: timedelta
    new_post_max_age: timedelta = timedelta(hours=48)
    catch_up_after: timedelta = timedelta(hours=6)
    hourly_limit: int = 20
    live_counts: timedelta = timedelta(hours=48)
    can_recheck: bool = False
    whole_page: bool | None = None
    min_request_gap: timedelta = timedelta(0)
    fixed_interval: bool = False
    servers: Servers = Servers()
    default_min_rp: Mapping[SourceName, int] = field(default_factory=dict)
    """The operator's default minimum of each source: what counts as high for a topic that is not yet known."""

    @property
    def is_page(self) -> bool:
        """Whether an answer is all there is."""
        return not self.can_recheck if self.whole_page is None else self.whole_page
