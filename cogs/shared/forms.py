"""Opens forms, takes their input, and offers them again if the input cannot be accepted.

A form must be the first answer to a click, so what it shows is read within ``FORM_READ_S`` or not at all. Discord
reports no closed form: open ones are bounded in time (``bot.views.kit.forms``) and in number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.gateway.client import TrendBot
from bot.services.caches.ttl_cache import TtlCache
from bot.services.cooldown import Price
from bot.views.kit.forms import About, Form, Typed, draw_again, form_about, typed_in
from cogs.shared.acknowledging import acknowledge
from cogs.shared.errors import answer_error_with
from cogs.shared.paying import pay
from cogs.shared.permissions import gone_roles
from cogs.shared.reach import BotInteraction

FORM_READ_S = 1.5
"""Discord waits 3 s for a form; the rest is for the ways there and back."""
OPEN_MAX: Final = 1_000
OPEN_EACH_MAX: Final = 5
"""Forms one person can have open: in several clients, or closed unsent."""
NOTHING: Typed = {}
TYPED_FOR: Final = timedelta(minutes=15)
TYPED_MAX: Final = 500
"""People whose last refused form is kept for another try; each is below 5,000 characters."""


class Forms(commands.Cog):
    """The forms that are open, and what was typed into those that were refused."""

    def __init__(self, bot: TrendBot) -> None:
        self.typed: TtlCache[int, tuple[About, Typed]] = TtlCache(
            bot.services.clock, ttl=TYPED_FOR, at_most=TYPED_MAX
        )
        self._open: dict[str, tuple[int, Form]] = {}

    def opened(self, person: int, form: Form) -> None:
        """Keep it, and let go of the oldest ones where there are too many."""
        self._open = {key: kept for key, kept in self._open.items() if not kept[1].is_finished()}
        theirs = [key for key, (who, _) in self._open.items() if who == person]
        everybodys = list(self._open)
        for key in {*theirs[: -OPEN_EACH_MAX + 1 or None], *everybodys[: len(everybodys) - OPEN_MAX + 1]}:
            self._open.pop(key)[1].stop()
        self._open[form.custom_id] = person, form

    def is_open(self, custom_id: str) -> bool:
        """Whether somebody answers when it is sent off."""
        return custom_id in self._open and not self._open[custom_id][1].is_finished()

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A form that was forgotten is sent off after all: discord.py would say nothing, and the text be lost."""
        if interaction.type is not discord.InteractionType.modal_submit or interaction.response.is_done():
            return
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        about = form_about(custom_id)
        if about is None or self.is_open(custom_id):
            return
        async with answering_form(interaction, about):
            await take_form(interaction)
            raise RefusedRequest("form-late-options" if about.kind.has_more_options else "form-late")


async def offer(interaction: BotInteraction, made: Awaitable[Form], *, refilled: bool = False) -> None:
    """Open a form once what it shows was read; ``refilled``: with what this person typed the last time, if known.

    Raises ``RefusedRequest`` where that cannot be read in time, or where options of a command that have no field
    are no longer known, and what ``made`` raises.
    """
    try:
        async with asyncio.timeout(FORM_READ_S):
            form = await made
    except TimeoutError:
        raise RefusedRequest("form-busy") from None
    forms, person = _forms(interaction), interaction.user.id
    if refilled and person in forms.typed and forms.typed[person][0] == form.about:
        form.refill(forms.typed[person][1])
    elif refilled and form.about.kind.has_more_options:
        raise RefusedRequest("form-forgotten")
    # Between a refusal and the form opened again a role can be deleted.
    form.deselect_roles(gone_roles(interaction, form.preselected_roles))
    await interaction.response.send_modal(form)
    forms.opened(person, form)


class answering_form:  # noqa: N801 -- reads as a word: ``async with answering_form(interaction, form.about):``
    """A block that takes a form. Its errors are answered with the form offered again, filled as it was.

    ``carried``: what the form was opened with that stands in none of its fields.
    """

    def __init__(self, interaction: discord.Interaction[Any], about: About, carried: Typed = NOTHING) -> None:
        self._interaction = interaction
        self._about = about
        self._carried = carried

    async def __aenter__(self) -> None:
        """Nothing is kept before something is refused."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        interaction, about = self._interaction, self._about
        _forms(interaction).typed[interaction.user.id] = about, self._typed()
        await answer_error_with(interaction, error, lambda speaker, said: draw_again(speaker, said, about))
        return True

    def _typed(self) -> Typed:
        data: Any = self._interaction.data or {}
        return {**self._carried, **typed_in(data)}


class answering_command(answering_form):  # noqa: N801 -- as above
    """A block of a command whose options are those of a form: a refusal offers the form, filled with them.

    So does a permission that the bot lacks, for it can be given meanwhile. Other errors go on to where all errors
    of commands go.
    """

    def __init__(self, interaction: discord.Interaction[Any], about: About, typed: Typed) -> None:
        super().__init__(interaction, about, typed)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        offered = isinstance(error, RefusedRequest | app_commands.BotMissingPermissions)
        return offered and await super().__aexit__(kind, error, trace)

    def _typed(self) -> Typed:
        return self._carried


async def take_form(interaction: BotInteraction) -> None:
    """The first thing a form that was sent off does: it is acknowledged, and paid for.

    Raises ``RefusedRequest`` for who spent it all.
    """
    await acknowledge(interaction)
    pay(interaction, Price.FORM)


def _forms(interaction: discord.Interaction[Any]) -> Forms:
    bot: TrendBot = interaction.client
    return cast("Forms", bot.get_cog(Forms.__name__))
