"""Causes of what is wrong with a watch. Decisions ask their properties; views have a sentence for each. Pure."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Cause of a watch's bad health, or of a fetch that failed. The values are stored (``watches.cause``).

    A value that another version stored is read as ``OTHER``.
    """

    # A fetch failed (``errors.SourceError``).
    UNREACHABLE = "unreachable"
    """No answer: name resolution, connection or time-out."""
    HOST_UNKNOWN = "host"
    """DNS knows no host of this name."""
    REFUSED = "refused"
    MISSING = "missing"
    """404 or 410."""
    ROBOTS = "robots"
    """robots.txt disallows the address."""
    CHALLENGE = "challenge"
    """A check whether a person with a browser asks, in the place of an answer."""
    REDIRECTS = "redirects"
    """Redirects that do not end."""
    TOPIC_UNSUPPORTED = "topic"
    """The source cannot be asked for this topic."""
    BUSY = "busy"
    """429 or 5xx."""
    BUDGET = "budget"
    """The day's limit of paid reads is used up."""
    BUDGET_SHARE = "budget_share"
    """The server's share of the day's limit is used up."""
    CHANGED = "changed"
    """An answer in an unknown form."""
    PACKING = "packing"
    """A content encoding that was not asked for."""
    NO_FEED = "no_feed"
    TOO_LARGE = "too_large"
    TOO_COSTLY = "too_dear"
    """Reading the answer takes more time or memory than allowed."""
    ADDRESS = "address"
    """Not http(s), or not a public address."""
    NOT_LISTED = "not_listed"
    """Not one of the hosts that the operator allows."""
    SUBSCRIBERS_ONLY = "subscribers_only"
    """A paid source is asked only for topics with a subscription; no watch has this cause."""
    OTHER = "other"

    # An answer lacks a trait that the source used to show (drift).
    NO_POSTS = "no_posts"
    NO_RP = "no_rp"
    NO_IDS = "no_ids"
    NO_TIMES = "no_times"
    NO_AUTHORS = "no_authors"
    NO_VOLUME = "no_volume"

    # Answers are well-formed, and posts are missed or missing.
    TURNS_OVER = "turns_over"
    """Nearly every post is new at each poll, so that posts come and go unseen between two polls."""
    GAP = "gap"
    """A poll found no post of the poll before; reported for a day."""
    SILENT = "silent"
    """No new post for far longer than usual."""

    @classmethod
    def _missing_(cls, value: object) -> Cause:
        return cls.OTHER

    @property
    def is_minor(self) -> bool:
        """Whether alerts are sent all the same."""
        return self in _MINOR

    @property
    def blames_source(self) -> bool:
        """Whether the source is at fault, and not only this topic there."""
        return self not in _OF_THE_TOPIC

    @property
    def host_unreachable(self) -> bool:
        """Whether the host gave no answer to anybody: polls succeed once it answers again, whatever they ask."""
        return self in _HOST_UNREACHABLE


_MINOR = frozenset({Cause.NO_IDS, Cause.NO_TIMES, Cause.NO_AUTHORS, Cause.NO_VOLUME, Cause.TURNS_OVER})
_OF_THE_TOPIC = frozenset({Cause.SILENT, Cause.TOPIC_UNSUPPORTED, Cause.GAP})
_HOST_UNREACHABLE = frozenset({Cause.UNREACHABLE, Cause.HOST_UNKNOWN, Cause.BUSY})
