"""What people ask the sources for: nobody's slow hosts keep another server's answers waiting (invariant 11)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.core.errors import SourceBusy, SourceUnreachable
from bot.core.models import GuildId, SourceName, UserId, Viewer
from bot.services.live_fetches import Lookups

pytestmark = pytest.mark.invariant(11)

FEED = SourceName.FEED
STRANGERS, OURS = Viewer(GuildId(1)), Viewer(GuildId(2))


async def at_once() -> str:
    return "an answer"


async def never() -> str:
    await asyncio.Event().wait()
    return ""


async def asked(
    lookups: Lookups, viewer: Viewer, target: str, fetch: Callable[[], Coroutine[Any, Any, str]]
) -> str:
    async with lookups.of(viewer):
        return await lookups.fetch(FEED, target, fetch)


@pytest.mark.parametrize("names", [1, 200])
async def test_server_whose_hosts_are_silent_keeps_no_other_server_waiting(names: int) -> None:
    lookups = Lookups(lambda host: host)
    slow = [
        asyncio.create_task(asked(lookups, STRANGERS, f"https://slow{n % names}.example/", never))
        for n in range(200)
    ]
    await asyncio.sleep(0)

    answer = await asked(lookups, OURS, "https://new.example/", at_once)

    assert answer == "an answer"
    assert not any(task.done() for task in slow)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_slow_machine_under_many_names_leaves_room_for_the_host_that_somebody_else_asks() -> None:
    lookups = Lookups(lambda host: "one machine" if host.startswith("slow") else host, slots=2)
    slow = [
        asyncio.create_task(lookups.fetch(FEED, f"https://slow{number}.example/", never)) for number in range(20)
    ]
    await asyncio.sleep(0)

    answer = await asyncio.wait_for(lookups.fetch(FEED, "https://new.example/", at_once), 30)

    assert answer == "an answer"
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_many_people_in_direct_messages_are_not_one_server() -> None:
    lookups = Lookups(lambda host: host)
    slow = [
        asyncio.create_task(asked(lookups, Viewer(user_id=UserId(1)), f"https://slow{n}.example/", never))
        for n in range(100)
    ]
    await asyncio.sleep(0)

    assert await asked(lookups, Viewer(user_id=UserId(2)), "https://new.example/", at_once) == "an answer"
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_answer_that_does_not_come_is_given_up_with_a_sentence() -> None:
    lookups = Lookups(answer_within_s=0.01)

    with pytest.raises(SourceUnreachable, match="no answer within"):
        await asked(lookups, OURS, "https://slow.example/", never)

    assert await asked(lookups, OURS, "https://slow.example/", at_once) == "an answer"


async def test_who_finds_no_slot_in_time_is_refused_as_busy() -> None:
    lookups = Lookups(slots=1, answer_within_s=0.01)

    async with lookups.of(STRANGERS):
        with pytest.raises(SourceBusy):
            await asked(lookups, OURS, "https://new.example/", at_once)
