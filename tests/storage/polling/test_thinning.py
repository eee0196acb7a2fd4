"""RP of posts and volumes of topics thin out as they age; what is left is what was read last in each span."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.core.models import Sample
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.readings import readings_bytes, readings_from, samples_of
from bot.storage.sql.polling import thinning
from bot.storage.stores import Storage
from tests.storage.world import NOW, TOPIC, World, change, plan, post, wanted

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
START = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
KEEP = timedelta(days=60)


async def rising(storage: Storage, times: Sequence[datetime]) -> None:
    """A post whose RP rises by one at each time."""
    await storage.subscriptions.subscribe(wanted(), NOW, START - DAY)
    world = World(storage)
    state = await world.poll()
    await storage.polls.commit(plan(state, changes=[change(post(1))]))
    [watch] = await storage.trends.topic_watches(TOPIC.key)

    def write(tx: Tx) -> None:
        read = [int(at.timestamp() * 1_000_000) for at in times]
        for number, us in enumerate(read):
            tx.execute(
                "INSERT INTO snapshots (watch_id, observed_at, volume) VALUES (?, ?, ?)",
                (watch.id, us, 100 + number),
            )
        stored = readings_bytes([(us, number) for number, us in enumerate(read)])
        tx.execute(
            "UPDATE posts SET readings = ?, first_seen_at = ?, updated_at = ?, relook_at = NULL",
            (stored, read[0], read[-1]),
        )

    await storage.database.write(write)


async def left(storage: Storage) -> list[Sample]:
    def read(tx: Tx) -> list[Sample]:
        rows = tx.execute("SELECT readings FROM posts")
        return [one for row in rows for one in samples_of(readings_from(row["readings"]))]

    return await storage.database.read(read)


async def volumes(storage: Storage) -> list[int]:
    def read(tx: Tx) -> list[int]:
        return [row["volume"] for row in tx.execute("SELECT volume FROM snapshots ORDER BY observed_at")]

    return await storage.database.read(read)


def quarters(hours: int) -> list[datetime]:
    return [START + HOUR / 4 * number for number in range(4 * hours)]


async def test_everything_of_two_days_is_kept(storage: Storage) -> None:
    await rising(storage, quarters(12))

    await storage.maintenance.prune(START + 48 * HOUR, keep_posts=KEEP)

    assert len(await left(storage)) == 48
    assert len(await volumes(storage)) == 48


async def test_after_two_days_the_first_and_the_newest_of_each_hour_are_left(storage: Storage) -> None:
    await rising(storage, quarters(4))

    await storage.maintenance.prune(START + 50 * HOUR, keep_posts=KEEP)

    assert [one.rp for one in await left(storage)] == [0, 3, 7, *range(8, 16)]
    assert await volumes(storage) == [103, 107, *range(108, 116)]


async def test_after_thirty_days_the_newest_of_each_day_is_left(storage: Storage) -> None:
    await rising(storage, [START + 6 * HOUR * number for number in range(12)])

    await storage.maintenance.prune(START + 37 * DAY, keep_posts=timedelta(days=400))

    assert [one.rp for one in await left(storage)] == [0, *range(1, 12)]  # unchanged for so long: thinned before
    assert await volumes(storage) == [103, 107, 111]


async def test_post_that_still_changes_after_thirty_days_has_a_reading_a_day(storage: Storage) -> None:
    await rising(storage, [*(START + 6 * HOUR * number for number in range(12)), START + 36 * DAY])

    await storage.maintenance.prune(START + 37 * DAY, keep_posts=timedelta(days=400))

    assert [one.rp for one in await left(storage)] == [0, 3, 7, 11, 12]


async def test_nothing_is_older_than_four_hundred_days(storage: Storage) -> None:
    await rising(storage, [START, START + DAY, START + 380 * DAY])

    await storage.maintenance.prune(START + 401 * DAY, keep_posts=timedelta(days=3650))

    assert [one.rp for one in await left(storage)] == [1, 2]
    assert await volumes(storage) == [101, 102]


async def test_thinning_twice_changes_nothing(storage: Storage) -> None:
    await rising(storage, quarters(30))
    for _ in range(2):
        await storage.maintenance.prune(START + 5 * DAY, keep_posts=KEEP)

    assert [one.rp for one in await left(storage)] == [0, *range(3, 120, 4)]


async def test_more_than_a_batch_goes_in_several_transactions(storage: Storage) -> None:
    seconds = [START + timedelta(seconds=number / 5) for number in range(2 * thinning.ROWS_A_BATCH + 100)]
    await rising(storage, seconds)

    await storage.maintenance.prune(START + 5 * DAY, keep_posts=KEEP)

    assert [one.rp for one in await left(storage)] == [0, len(seconds) - 1]


async def test_samples_go_with_their_post(storage: Storage) -> None:
    await rising(storage, quarters(4))

    await storage.maintenance.prune(START + 61 * DAY, keep_posts=KEEP)

    assert await left(storage) == []
