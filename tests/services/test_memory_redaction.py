"""Hidden posts leave the memory of a process, whichever process hid them; on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Set
from contextlib import AsyncExitStack

import pytest

from bot.core.models import EVERYWHERE, Actor, GuildId, PostHash
from bot.core.redaction import post_hash
from bot.services import memory_redaction
from bot.services.memory_redaction import MemoryRedaction
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.storage.world import GUILD, NOW, key

pytestmark = pytest.mark.invariant(8)


class Memory:
    """A process with its own connections, and what it was asked to forget, tick by tick."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.asked: list[Set[PostHash]] = []
        self.tick = MemoryRedaction(storage.moderation, [self.forget]).tick

    async def forget(self, hidden: Set[PostHash]) -> None:
        self.asked.append(hidden)

    async def hide(self, number: int, guild: GuildId = EVERYWHERE, actor: str = "operator") -> None:
        await self.storage.moderation.hide(guild, key(number), actor=Actor(actor), why=None, now=NOW)


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[tuple[Memory, Memory]]:
    async with AsyncExitStack() as stack:
        opened = [await open_storage(database_url) for _ in range(2)]
        for storage in opened:
            stack.push_async_callback(storage.close)
        yield Memory(opened[0]), Memory(opened[1])


@pytest.mark.parametrize(
    ("guild", "actor"), [(EVERYWHERE, "operator"), (EVERYWHERE, "source:mastodon"), (GUILD, "user:7")]
)
async def test_post_that_another_process_hid_is_forgotten(
    processes: tuple[Memory, Memory], guild: GuildId, actor: str
) -> None:
    here, elsewhere = processes
    await here.tick()

    await elsewhere.hide(1, guild, actor)
    await here.tick()

    assert here.asked == [set(), {post_hash(key(1))}]


async def test_hidden_post_is_forgotten_again_as_what_had_begun_may_remember_it(
    processes: tuple[Memory, Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_redaction, "_AGAIN", 0)
    here, _ = processes
    await here.tick()
    await here.hide(1)

    for _ in range(5):
        await here.tick()

    assert [len(hidden) for hidden in here.asked] == [0, 1, 1, 1, 0, 0]


async def test_of_many_hidden_posts_the_newest_are_forgotten(
    processes: tuple[Memory, Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_redaction, "HIDDEN_MAX", 2)
    here, _ = processes
    for number in range(3):
        await here.hide(number)

    await here.tick()

    assert here.asked == [{post_hash(key(1)), post_hash(key(2))}]
