"""A small town for tests against the fake Discord: one guild, one channel, one person, and the real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from discord import app_commands, ui
from discord.ext import commands

from tests.fakes.discord.limits import NO_BUCKETS
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, Guild, User


class Bot(commands.Bot):
    """An ordinary bot, impatient to be ready and to identify again."""

    def __init__(self, http_trace: aiohttp.TraceConfig | None = None) -> None:
        super().__init__(
            "!",
            intents=discord.Intents.default(),
            guild_ready_timeout=0.01,
            http_trace=http_trace or aiohttp.TraceConfig(),
        )
        self.is_up = asyncio.Event()

    async def on_ready(self) -> None:
        self.is_up.set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py waits five seconds here."""


class DiscordRig:
    """A server with one guild, one channel and one person."""

    def __init__(self, server: FakeDiscord) -> None:
        self.server = server
        self.guild: Guild = server.add_guild("tea house")
        self.news: Channel = server.add_channel(self.guild, "news")
        self.alice: User = server.add_member(self.guild, "alice")

    @asynccontextmanager
    async def bot(self, setup: Callable[[Bot], Awaitable[object]] | None = None) -> AsyncIterator[Bot]:
        bot = Bot()
        with self.server.in_place_of_discord():
            async with bot:
                await bot.login(self.server.token)
                if setup is not None:
                    await setup(bot)
                task = asyncio.create_task(bot.connect())
                await asyncio.wait_for(bot.is_up.wait(), 30)
                yield bot
            await asyncio.wait([task])

    @asynccontextmanager
    async def rest(
        self, http_trace: aiohttp.TraceConfig | None = None
    ) -> AsyncIterator[discord.PartialMessageable]:
        """The news channel, for a bot that is logged in and nothing more."""
        bot = Bot(http_trace)
        with self.server.in_place_of_discord():
            async with bot:
                await bot.login(self.server.token)
                yield bot.get_partial_messageable(self.news.id)


@asynccontextmanager
async def discord_rig(**options: Any) -> AsyncIterator[DiscordRig]:
    options.setdefault("limits", NO_BUCKETS)
    async with FakeDiscord(**options) as server:
        yield DiscordRig(server)


def layout(*texts: str, custom_id: str = "kawaraban:1") -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*[ui.TextDisplay[Any](text) for text in texts]))
    view.add_item(ui.ActionRow(ui.Button(label="open", custom_id=custom_id)))
    return view


async def post_raw(server: FakeDiscord, path: str, payload: Any, method: str = "POST") -> tuple[int, Any]:
    """What a client without discord.py's own checks and waits gets."""
    headers = {"Authorization": f"Bot {server.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, server.api_base + path, json=payload) as answer,
    ):
        return answer.status, await answer.json()


async def with_commands(bot: Bot) -> None:
    """A command that answers at once, one that defers, a button, a modal, a menu command."""

    @bot.tree.command(description="trend")
    async def trend(interaction: discord.Interaction, topic: str) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(view=layout(f"{topic} {interaction.locale}", custom_id="again"))
        await interaction.followup.send("more", ephemeral=True)

    @trend.autocomplete("topic")
    async def topics(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed + "!", value=typed)]

    group = app_commands.Group(name="watch", description="watches")

    @group.command(description="add")
    async def add(interaction: discord.Interaction, channel: discord.TextChannel) -> None:
        may = channel.permissions_for(interaction.user).send_messages  # type: ignore[arg-type]
        await interaction.response.send_message(f"{channel.name} {may}", ephemeral=True)

    @bot.tree.context_menu(name="隠す")
    async def hide(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"hidden {message.id}")

    @bot.listen()
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            modal = ui.Modal(title="t", custom_id="modal")
            modal.add_item(ui.TextInput(label="min RP", custom_id="min_rp"))
            await interaction.response.send_modal(modal)
        elif interaction.type is discord.InteractionType.modal_submit:
            assert interaction.data is not None
            value = interaction.data["components"][0]["components"][0]["value"]  # type: ignore[typeddict-item]
            await interaction.response.edit_message(view=layout(f"min RP {value}"))

    bot.tree.add_command(group)
    await bot.tree.sync()
