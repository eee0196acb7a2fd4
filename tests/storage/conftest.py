"""Every back end there is; the contract (``test_contract_*.py``) holds each against ``bot.storage.base``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.base import Storage
from bot.storage.sqlite.connection import open_sqlite

from .world import World


@pytest.fixture(params=["sqlite"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    assert request.param == "sqlite"
    opened = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    yield opened
    await opened.close()


@pytest.fixture
def world(storage: Storage) -> World:
    return World(storage)
