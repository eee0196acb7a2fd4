"""Forms that outlive a restart: their custom_id says all, and nothing is kept while one is open."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import discord
from discord import ui

from bot.core.errors import RefusedRequest
from bot.services.cooldown import Price
from bot.views.kit.forms import Typed, typed_in
from cogs.shared import forms
from cogs.shared.acknowledging import acknowledge
from cogs.shared.errors import answering
from cogs.shared.paying import pay
from cogs.shared.reach import BotInteraction

Take = Callable[[BotInteraction, re.Match[str], Typed], Awaitable[None]]
"""Answers a form that was sent off, from the match of its custom_id and what was typed."""


def form_listener(template: str, take: Take) -> Callable[[BotInteraction], Coroutine[Any, Any, None]]:
    """A listener for ``on_interaction`` that answers the forms whose custom_id is like ``template``.

    Each is acknowledged and paid for first; errors are answered.
    """
    pattern = re.compile(template)

    async def on_form(interaction: BotInteraction) -> None:
        data: Any = interaction.data or {}
        if interaction.type is not discord.InteractionType.modal_submit or interaction.response.is_done():
            return
        match = pattern.fullmatch(str(data.get("custom_id", "")))
        if match is None:
            return
        async with answering(interaction):
            await acknowledge(interaction)
            pay(interaction, Price.FORM)
            await take(interaction, match, typed_in(data))

    return on_form


async def open_in_time(interaction: BotInteraction, made: Awaitable[ui.Modal]) -> None:
    """Open a form once what it shows was read. Raises ``RefusedRequest`` where that takes too long."""
    try:
        async with asyncio.timeout(forms.FORM_READ_S):
            form = await made
    except TimeoutError:
        raise RefusedRequest("form-busy") from None
    await interaction.response.send_modal(form)


def text_in(typed: Typed, field: str) -> str:
    """The input of a text field; empty if it was left empty."""
    return "".join(typed.get(field, ()))
