"""The fake Discord as a process of its own, so that its CPU is not counted, and its record of what arrived."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.core.models import ChannelId, GuildId, UserId


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message the server accepted. ``at``: seconds of CLOCK_MONOTONIC, which all processes share.

    ``files``: as many as it has; ``edits``: as often as it was edited.
    """

    channel: ChannelId
    text: str
    at: float
    files: int = 0
    edits: int = 0


@dataclass(frozen=True, slots=True)
class FarDiscord:
    """Where it is, and the places in it."""

    api_base: str
    gateway_url: str
    control_url: str
    token: str
    guild: GuildId
    owner: UserId
    channels: tuple[ChannelId, ...]

    async def arrived(self) -> list[Arrived]:
        """Every message it accepted, in order."""
        told = await self._ask("messages")
        return [
            Arrived(
                ChannelId(int(each["channel_id"])),
                each["text"],
                each["received_monotonic"],
                files=len(each["files"]),
                edits=len(each["edits"]),
            )
            for each in told["messages"]
        ]

    async def refusals(self) -> int:
        """How many requests were answered with 429, of any scope."""
        counts: dict[str, int] = (await self._ask("requests"))["rate_limited"]
        return sum(counts.values())

    async def _ask(self, what: str) -> dict[str, Any]:
        async with aiohttp.ClientSession() as session, session.post(self.control_url, json={"do": what}) as answer:
            told: dict[str, Any] = await answer.json()
        if not told["ok"]:
            msg = f"the fake Discord does not say its {what}: {told['error']}"
            raise RuntimeError(msg)
        return told


@contextmanager
def running_discord(channels: int) -> Iterator[FarDiscord]:
    """Discord's own limits, nothing said yet, so many channels; ends with the block."""
    command = [sys.executable, "-m", "tests.fakes.discord.server", "--channels", str(channels)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield _described(json.loads(server.stdout.readline()))
        finally:
            server.terminate()


def _described(world: dict[str, Any]) -> FarDiscord:
    [guild] = world["guilds"]
    return FarDiscord(
        api_base=world["api_base"],
        gateway_url=world["gateway_url"],
        control_url=world["control_url"],
        token=world["token"],
        guild=GuildId(int(guild["id"])),
        owner=UserId(int(guild["owner_id"])),
        channels=tuple(ChannelId(int(channel["id"])) for channel in world["channels"]),
    )
