"""Numbers of statements: each costs a round trip over a network, and other writes wait for those of a write."""

from __future__ import annotations

import pytest

from bot.core.models import SourceName
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.recording import RecordingDatabase

from .world import NOW, key, later

MASTODON = SourceName.MASTODON
pytestmark = pytest.mark.invariant(11)


@pytest.fixture
def recording(storage: Storage) -> RecordingDatabase:
    return RecordingDatabase(storage.database)


async def watched(storage: Storage, count: int) -> None:
    """Watches at hosts of their own, that are due."""
    topics = [make_topic(f"topic {number}") for number in range(count)]
    hosts = [f"https://host-{number}.example" for number in range(count)]
    await storage.watches.add([(MASTODON, topic, host) for topic, host in zip(topics, hosts, strict=True)], NOW)


@pytest.mark.parametrize("lease_hosts", [False, True])
async def test_claim_of_many_watches_takes_as_many_statements_as_that_of_one(
    recording: RecordingDatabase, *, lease_hosts: bool
) -> None:
    storage = Storage.over(recording)
    await watched(storage, 21)
    await storage.watches.claim_due(later(hours=-1), limit=1, lease_s=60)  # looks at all watches, once
    counts = []
    for limit in (1, 20):
        recording.ran.clear()
        claimed = await storage.watches.claim_due(NOW, limit=limit, lease_s=60, lease_hosts=lease_hosts)
        assert len(claimed) == limit
        counts.append(len(recording.ran))

    assert counts[0] == counts[1]


async def test_prune_of_many_watches_takes_as_many_statements_as_that_of_few(recording: RecordingDatabase) -> None:
    storage = Storage.over(recording)
    counts = []
    for count in (2, 100):
        await watched(storage, count)
        recording.ran.clear()
        await storage.maintenance.prune(NOW, keep_posts=later(days=30) - NOW)
        counts.append(len(recording.ran))

    assert counts[0] == counts[1]


async def test_poll_of_a_watch_without_a_detector_asks_for_none(
    recording: RecordingDatabase, inspect: Inspect
) -> None:
    storage = Storage.over(recording)
    await watched(storage, 1)
    [due] = await storage.watches.claim_due(NOW, limit=1, lease_s=60)
    counts = []
    for _ in range(2):
        recording.ran.clear()
        await storage.polls.state(due.watch, [key(1)], NOW)
        counts.append(len(recording.ran))
        inspect("INSERT INTO surge_states VALUES (?, 'unusual', '{}') ON CONFLICT DO NOTHING", due.watch.id)

    assert counts[0] == counts[1] - 2  # the detectors, and the surges that last


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_watches_of_a_post_are_found_by_its_key(storage: Storage, inspect: Inspect) -> None:
    del storage
    assert inspect.plan("SELECT watch_id FROM posts WHERE post_key = ?", "x") == [
        "SEARCH posts USING COVERING INDEX posts_of_key (post_key=?)"
    ]
