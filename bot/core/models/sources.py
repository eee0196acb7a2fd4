"""The sources, and the properties in which they differ: one table, which every package may ask.

Nothing else in the application compares a source with a name (``tests/sources/test_registry.py`` holds that). What
needs settings or an HTTP client is in ``bot.sources.registry``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .enums import Network


class SourceName(StrEnum):
    """A source of posts. The value is stored in the database and names the section of the settings."""

    TRENDPAGE = "trendpage"
    MASTODON = "mastodon"
    MISSKEY = "misskey"
    BLUESKY = "bluesky"
    X = "x"
    FEED = "feed"

    __hash__ = str.__hash__  # each poll looks up some 40 times by its source: an Enum's own is a call in Python

    @property
    def traits(self) -> SourceTraits:
        """Its properties."""
        return _TRAITS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTraits:
    """The properties of a source."""

    network: Network
    """The network on which most of its posts were published."""
    colour: int
    """The accent of its cards, as RGB: the colour that its network uses."""
    counts_reposts: bool = True
    """Its posts have an RP. Without one no threshold above 0 lets a post pass (invariant 5)."""
    costs_money: bool = False
    """Each post read is paid for: it is asked for subscriptions alone, within a budget a day."""
    needs_account: bool = False
    """The source refuses requests without a key; ``cli-doctor-<name>-advice`` says what to check then."""
    speaks_for_network: bool = False
    """The source sees all posts of its network: other sources quote them, and only its answer says that one is
    gone."""
    is_curated: bool = False
    """Somebody chose the posts it lists, so that a post listed there is worth a word ("also on …")."""
    asked_by_address: bool = False
    """People name the address to be asked. Its host and the size of its answers are nobody's promise."""
    has_page_addresses: bool = False
    """Each topic has a page, by whose address the operator may name the topic on the command line."""
    lists_articles: bool = False
    """Its posts are articles of web sites. Any site's feed may list them, and some have no author."""
    lists_latest_only: bool = False
    """An answer is its newest posts, with no request for older ones: what comes and goes between two is missed."""
    has_counts: bool = True
    """Its answers give the number of posts about a topic, by its timeline, its own counts or a total."""
    volume_rank: int = 100
    """Order in which counts of a topic are preferred: the lower, the more of the world the source sees."""


_TRAITS: Final[Mapping[SourceName, SourceTraits]] = {
    SourceName.TRENDPAGE: SourceTraits(
        network=Network.X,
        colour=0xC8442E,  # bengara, the red of old broadsheets
        is_curated=True,
        has_page_addresses=True,
        volume_rank=1,
    ),
    SourceName.MASTODON: SourceTraits(network=Network.FEDIVERSE, colour=0x6364FF, volume_rank=4),
    SourceName.MISSKEY: SourceTraits(network=Network.FEDIVERSE, colour=0x86B300, volume_rank=3),
    SourceName.BLUESKY: SourceTraits(
        network=Network.BLUESKY, colour=0x0285FF, needs_account=True, speaks_for_network=True
    ),
    SourceName.X: SourceTraits(
        network=Network.X,
        colour=0x71767B,
        costs_money=True,
        needs_account=True,
        speaks_for_network=True,
        volume_rank=2,
    ),
    SourceName.FEED: SourceTraits(
        network=Network.WEB,
        colour=0xEE802F,
        counts_reposts=False,
        is_curated=True,
        asked_by_address=True,
        lists_articles=True,
        lists_latest_only=True,
        has_counts=False,
    ),
}

FEDERATED: Final = frozenset(name for name in SourceName if name.traits.network is Network.FEDIVERSE)
"""Sources with servers of which each has posts of its own, and copies of the others'."""
ADDRESS_SOURCES: Final = tuple(name for name in SourceName if name.traits.asked_by_address)
"""The sources that an address is asked of when nobody names one."""
_SPEAKERS: Final = {name.traits.network: name for name in SourceName if name.traits.speaks_for_network}


def speaker_for(network: Network) -> SourceName | None:
    """The source that sees all posts of a network; None where there is none."""
    return _SPEAKERS.get(network)


def quoted_by(source: SourceName) -> SourceName | None:
    """The source whose posts ``source`` lists as quotations; None where its posts are its own.

    That one is asked for the RP that a quotation lacks, and its text of a post counts.
    """
    speaker = speaker_for(source.traits.network)
    return None if speaker is source else speaker
