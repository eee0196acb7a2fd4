"""Every database there is: the tests of the stores run on each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.inspection import Inspect, url_of

from .world import World


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    assert request.param == "sqlite"
    return url_of(tmp_path / "kawaraban.db")


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    opened = await open_sqlite(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def inspect(database_url: str) -> Inspect:
    return Inspect(database_url)


@pytest.fixture
def world(storage: Storage) -> World:
    return World(storage)
