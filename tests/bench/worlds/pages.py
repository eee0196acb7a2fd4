"""The world of the benchmark: topics whose page of 20 posts moves by two posts a look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.fakes.trend_site import SitePage, SitePost

PAGE_SIZE = 20
_SENTENCE = "瓦版の刷り上がりを待つ間に橋の上で聞いた話をまとめておく。続きは夕方の版で、絵も入る予定です。"


def topic_name(number: int) -> str:
    """The name of a topic, and where its page lies."""
    return f"話題{number:06}"


def serials(round_: int) -> range:
    """Which posts a page shows in a round: one leaves at the old end, one comes at the new end."""
    return range(round_, round_ + PAGE_SIZE)


def page_post(number: int, serial: int, round_: int, begin: datetime) -> SitePost:
    """A post as a page prints it: in each round, one that was there before has more RP."""
    grown = round_ if serial % PAGE_SIZE == round_ % PAGE_SIZE else 0
    published_at = begin - timedelta(hours=12) + timedelta(minutes=20 * serial, milliseconds=number)
    return SitePost(
        published_at,
        f"{topic_name(number)}の{serial}番目の便り。{_SENTENCE}\n{_SENTENCE} #瓦版",
        (serial * 37 + number) % 120 + grown,
        handle=f"kawara_{number % 97}",
        serial=serial,
    )


def page(number: int, round_: int, begin: datetime) -> SitePage:
    """A topic's page in a round (0, 1, 2 …)."""
    return SitePage(
        topic_name(number),
        volume=1000 + round_,
        observed_at=begin + timedelta(minutes=5 * round_),
        posts=list(_posts(number, round_, begin)),
    )


def _posts(number: int, round_: int, begin: datetime) -> Iterator[SitePost]:
    """Newest first. RP of a post stays as it last grew, so that a round changes one old post and adds one."""
    for serial in reversed(serials(round_)):
        last_growth = round_ - (round_ - serial) % PAGE_SIZE
        yield page_post(number, serial, max(last_growth, 0), begin)
