"""A server is killed: what Discord may have been asked for is still known after it is back."""

from __future__ import annotations

import pytest

from bot.storage.opening import open_storage
from tests.postgres_server import FAST, NoServer, running_server
from tests.storage.world import LEASE_S, NOW, SINCE, World, later, message_id, wanted

SETTINGS = (*FAST, "shared_buffers=16MB", "wal_writer_delay=10s")
"""Commits that wait for no disk are written within three times that."""


async def test_edit_that_adds_late_files_is_due_again() -> None:
    try:
        with running_server(SETTINGS) as server:
            storage = await open_storage(server.url)
            entries = await World(storage).told(await storage.subscriptions.subscribe(wanted(), SINCE, NOW), 1)
            await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
            await storage.messages.confirm(message_id(1), 555, NOW)
            await storage.edits.request_files(message_id(1), later(minutes=1))

            server.stop("immediate")
            server.start()

            due = await storage.edits.claim(later(minutes=2), urgent=False, limit=9, lease_s=LEASE_S)
            await storage.close()
    except NoServer as why:
        pytest.skip(str(why))

    assert [redraw.message.id for redraw in due] == [message_id(1)]
