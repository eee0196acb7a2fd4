"""A small bot with what the real one has: localised commands, a background task, layouts, modals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands


class SampleTranslator(app_commands.Translator):
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        words = {"Answers at once": "すぐに返事をします", "What to look for": "探すことば"}
        return words.get(string.message) if locale is discord.Locale.japanese else None


class SampleModal(discord.ui.Modal, title="購読の編集"):
    minimum: discord.ui.TextInput[SampleModal] = discord.ui.TextInput(
        label="最小RP", custom_id="minimum", default="100"
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"最小RPを {self.minimum.value} にしました", ephemeral=True)


class AlertLayout(discord.ui.LayoutView):
    def __init__(self, text: str, rp: int) -> None:
        super().__init__(timeout=None)
        written = int(datetime.now(UTC).timestamp()) - 240
        box: discord.ui.Container[AlertLayout] = discord.ui.Container(accent_colour=0x1D9BF0)
        box.add_item(discord.ui.TextDisplay("### 🔔 データセンター"))
        box.add_item(
            discord.ui.TextDisplay(f"**みなと経済メモ** [@demo_minato](https://x.com/demo_minato)\n{text}")
        )
        box.add_item(discord.ui.Separator())
        box.add_item(discord.ui.TextDisplay(f"-# **{rp:,} RP** ・ <t:{written}:R> ・ RP数は特定時点のものです"))
        row: discord.ui.ActionRow[AlertLayout] = discord.ui.ActionRow()
        row.add_item(discord.ui.Button(label="ポストを開く", url="https://x.com/demo_minato/status/1"))
        quieter: discord.ui.Button[AlertLayout] = discord.ui.Button(label="静かにする", custom_id="quieter")
        quieter.callback = self.ask  # type: ignore[method-assign]
        row.add_item(quieter)
        box.add_item(row)
        self.add_item(box)

    async def ask(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(SampleModal())


class SampleBot(commands.Bot):
    """Its background task is of this module: name it as background to let it go."""

    def __init__(self) -> None:
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents.default())
        self.seen: list[discord.Locale] = []
        self.channel_id: int | None = None
        self.due: asyncio.Queue[str] = asyncio.Queue()
        self.beats = 0
        self.may_suggest, self.may_end = asyncio.Event(), asyncio.Event()
        self.may_suggest.set()
        self.may = discord.Permissions.none()
        self._tasks: list[asyncio.Task[None]] = []

    async def setup_hook(self) -> None:
        await self.tree.set_translator(SampleTranslator())
        self.tree.add_command(self._ping())
        self.tree.add_command(self._look())
        self.tree.add_command(self._dawdle())
        self.tree.add_command(self._recite())
        await self.tree.sync()
        self._tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._tell())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await super().close()

    async def _beat(self) -> None:
        while True:
            self.beats += 1
            await asyncio.sleep(0.01)

    async def _tell(self) -> None:
        while True:
            await self.send(await self.due.get())

    async def send(self, text: str) -> None:
        """Send an alert to the channel, at once."""
        assert self.channel_id is not None
        channel = self.get_partial_messageable(self.channel_id)
        await channel.send(view=AlertLayout(text, 1_280), nonce="k" + "0" * 24)

    def _ping(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="ping", description="Answers at once")
        async def ping(interaction: discord.Interaction) -> None:
            self.seen.append(interaction.locale)
            self.may = interaction.permissions
            await interaction.response.send_message("ポン！", ephemeral=True)

        return ping

    def _recite(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="recite", description="Answers at length")
        async def recite(interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send("寿限無\n" * 60, ephemeral=True)

        return recite

    def _dawdle(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="dawdle", description="Answers when it may")
        async def dawdle(interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True)
            await self.may_end.wait()
            await interaction.followup.send("おまたせ", ephemeral=True)

        return dawdle

    def _look(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="look", description="Answers at once")
        @app_commands.describe(topic="What to look for", limit="What to look for")
        async def fetch(interaction: discord.Interaction, topic: str, limit: int = 3) -> None:
            self.seen.append(interaction.locale)
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send(f"{topic} を {limit} 件", ephemeral=True)

        @fetch.autocomplete("topic")
        async def topics(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            await self.may_suggest.wait()
            known = ("データセンター", "半導体", "猫")
            return [app_commands.Choice(name=each, value=each) for each in known if typed in each]

        return fetch
