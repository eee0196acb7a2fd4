"""A bot that starts together with its database server waits for it, and for nothing that no waiting mends."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import ServerProblem, ServerUnusable
from bot.storage.opening import wait_for_server
from tests.postgres_server import Server

SOCKET = ".s.PGSQL.5432"


class Away:
    """A place where a server will be after so many waits."""

    def __init__(self, server: Server, folder: Path, after: int) -> None:
        self.url = server.url.replace(str(server.folder), str(folder))
        self.waits: list[float] = []
        self._server = server
        self._folder = folder
        self._after = after

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self._after:
            (self._folder / SOCKET).symlink_to(self._server.folder / SOCKET)


@pytest.fixture
def away(postgres_server: Server) -> Iterator[Away]:
    folder = Path(tempfile.mkdtemp())  # the path of a socket has 107 characters at most
    yield Away(postgres_server, folder, after=6)
    shutil.rmtree(folder)


async def test_server_that_comes_is_waited_for_ever_more_seldom(
    away: Away, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await wait_for_server(away.url, sleep=away.sleep)

    assert away.waits == [1, 2, 4, 8, 15, 15]
    assert len(caplog.records) == len(away.waits)


async def test_server_that_stays_away_is_given_up_at_the_limit(away: Away) -> None:
    with pytest.raises(ServerUnusable) as refused:
        await wait_for_server(away.url, within_s=0, sleep=away.sleep)

    assert refused.value.problem is ServerProblem.UNREACHABLE
    assert away.waits == []


async def test_database_that_is_not_there_is_not_waited_for(postgres_server: Server, away: Away) -> None:
    with pytest.raises(ServerUnusable) as refused:
        await wait_for_server(postgres_server.url.replace("/postgres?", "/nobody-made-it?"), sleep=away.sleep)

    assert refused.value.problem is ServerProblem.NO_DATABASE
    assert away.waits == []


async def test_file_is_not_waited_for(tmp_path: Path, away: Away) -> None:
    await wait_for_server(f"sqlite:///{tmp_path / 'none.db'}", sleep=away.sleep)

    assert away.waits == []
