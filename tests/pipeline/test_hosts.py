"""What the poller knows of the hosts it asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.models import SourceName
from bot.core.policy import PollPolicy
from bot.core.text import make_topic
from bot.hosts import COUNT_EVERY, Hosts
from bot.storage.sqlite import open_sqlite
from tests.conftest import START


@pytest.mark.parametrize(
    ("step", "counted"),
    [(COUNT_EVERY / 2, 1), (COUNT_EVERY, 2), (timedelta(hours=-9), 2)],
    ids=["soon", "now and then", "the clock stepped back"],
)
async def test_watches_of_a_host_are_counted_now_and_then(tmp_path: Path, step: timedelta, counted: int) -> None:
    storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    hosts = Hosts(storage, {SourceName.MASTODON: PollPolicy(timedelta(minutes=5))})
    await storage.add_watches([(SourceName.MASTODON, make_topic("河川"), None)], START)
    await hosts.count(START)
    await storage.add_watches([(SourceName.MASTODON, make_topic("銭湯"), None)], START)

    await hosts.count(START + step)

    [watch, _] = await storage.watches()
    assert hosts.of(watch).watches == counted
    await storage.close()
