"""Every database there is: the tests of the stores run on each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.inspection import Inspect

from .races import Race
from .world import World


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    opened = await open_storage(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def inspect(database_url: str) -> Inspect:
    return Inspect(database_url)


@pytest.fixture
def world(storage: Storage) -> World:
    return World(storage)


@pytest.fixture
async def race(database_url: str) -> AsyncIterator[Race]:
    one, other = await open_storage(database_url), await open_storage(database_url)
    yield Race(one, other, database_url)
    await one.close()
    await other.close()
