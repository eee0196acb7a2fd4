"""What a bot without an outbox does: ``asyncio.gather(channel.send(...))``, with the same client and content."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.core.models import Message, MessageId, OutboxEntry
from bot.views.alerts.message import draw, how_many_fit
from bot.views.kit.text import Texts

from .app_bench import AppBench

LIMIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """One send: a channel, a view, and how many alerts are in it."""

    channel: discord.PartialMessageable
    view: ui.LayoutView
    alerts: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How the crowd fared. ``wall_s``: until the last send returned or raised, or the time limit."""

    raised: int
    wall_s: float
    cpu_s: float


async def send_at_once(app_bench: AppBench, *, alone: bool) -> Sent:
    """Everything in the outbox; ``alone``: an alert a message. What is not through at the limit is given up."""
    parcels = await _packed(app_bench, alone=alone)
    logging.getLogger("discord").setLevel(logging.ERROR)  # it warns of each of thousands of 429s
    began, cpu = time.monotonic(), time.process_time()
    sends = [asyncio.create_task(parcel.channel.send(view=parcel.view)) for parcel in parcels]
    done, late = await asyncio.wait(sends, timeout=LIMIT_S)
    wall_s, cpu_s = time.monotonic() - began, time.process_time() - cpu
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    raised = [
        parcel.alerts for parcel, task in zip(parcels, sends, strict=True) if task in done and task.exception()
    ]
    return Sent(sum(raised), wall_s, cpu_s)


async def _packed(app_bench: AppBench, *, alone: bool) -> list[Parcel]:
    """Drawn as delivery draws it."""
    services = app_bench.services
    waiting = await services.storage.entries.waiting(services.clock(), channels=10_000)
    return [
        Parcel(
            app_bench.bot.get_partial_messageable(part[0].channel_id, guild_id=part[0].guild_id),
            draw(_message(part, app_bench), services.texts, age_restricted=False).view,
            len(part),
        )
        for entries in waiting.values()
        for part in _parts(entries, services.texts, alone=alone)
    ]


def _parts(entries: Sequence[OutboxEntry], texts: Texts, *, alone: bool) -> Iterator[Sequence[OutboxEntry]]:
    while entries:
        count = 1 if alone else how_many_fit(entries, texts)
        yield entries[:count]
        entries = entries[count:]


def _message(entries: Sequence[OutboxEntry], app_bench: AppBench) -> Message:
    first = entries[0]
    return Message(
        id=MessageId(secrets.token_hex(12)),
        guild_id=first.guild_id,
        channel_id=first.channel_id,
        entries=tuple(entries),
        sealed_at=app_bench.services.clock(),
    )
