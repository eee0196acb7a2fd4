"""``/quiet``, the button that resumes a lost channel, and servers the bot comes into or is removed from."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.errors import DatabaseBusy, RefusedRequest
from bot.core.identity.row_ids import read_id
from bot.core.models import ChannelId, GuildId, Pausable
from bot.core.text import excerpt
from bot.core.welcome import Arrival
from bot.gateway.client import TrendBot
from bot.services.guilds import GuildService, QuietChannel, QuietHoursRequest
from bot.views.kit.forms import About, FormKind
from bot.views.quiet_form import FIELD_MAX, FIELDS, QuietForm
from bot.views.quiet_hours import Quiet, draw_quiet_list, draw_quiet_off, draw_quiet_set, names_of
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.arriving import arrival_of, joined_at
from cogs.shared.errors import answering, sentence_of
from cogs.shared.forms import answering_command, answering_form, take_form
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.options import (
    ChannelChoice,
    Option,
    options,
    text,
    zone_choices,
    zone_of,
)
from cogs.shared.paying import Paid
from cogs.shared.permissions import (
    ChannelAccess,
    access_for,
    access_to_id,
    access_to_option,
    guild_of,
    missing_to_send,
    require_manage,
)
from cogs.shared.reach import BotInteraction, find_channel, permissions_for_channels, permissions_of

log = logging.getLogger(__name__)

T = TypeVar("T")
_AGAIN_AFTER_S: Final = 1.0

Refusal = RefusedRequest | app_commands.MissingPermissions
"""An error that keeps something paused."""


class ResumeButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:resume:(?P<channel>[0-9]{1,19})"):
    """The button under the notice of a lost channel, in the server or in a direct message."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.channel_id = ChannelId(read_id(match["channel"]) or 0)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Listen again, for those who may, once the bot may write there."""
        async with answering(interaction):
            await interaction.response.defer()
            service = _service(interaction)
            paused = [one for one in await service.resumable(self.channel_id) if _is_meant(interaction, one)]
            if paused:
                await _require_resumable(interaction, paused[0])
                await service.resume(paused)
            # Nothing is left to press, whoever resumed it.
            if interaction.message is not None and not interaction.message.flags.components_v2:
                await interaction.edit_original_response(view=None)
            await interaction.followup.send(_resumed(interaction, paused), ephemeral=True)


class ResumeAllButton(
    Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:resume-all:(?P<guild>[0-9]{1,19})"
):
    """Resumes all that Discord's refusals stopped in a server: under the list, or a notice in a direct message."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.guild_id = GuildId(read_id(match["guild"]) or 0)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Listen again where this person may and the bot may write; say what is left out, and why."""
        async with answering(interaction):
            await acknowledge(interaction, anew=True)
            found = await _service(interaction).resumable_in(self.guild_id)
            channels: dict[ChannelId, list[Pausable]] = {}
            for one in found:
                if _is_meant(interaction, one):
                    channels.setdefault(one.channel_id, []).append(one)
            resumed, refused = await _resume_each(interaction, list(channels.values()))
            if refused and not resumed:
                raise refused[0]
            await interaction.followup.send(_resumed_all(interaction, resumed, refused), ephemeral=True)


async def _resume_each(
    interaction: BotInteraction, channels: Sequence[Sequence[Pausable]]
) -> tuple[list[Sequence[Pausable]], list[Refusal]]:
    """Resume channel by channel; what cannot be resumed does not stop the others."""
    resumed: list[Sequence[Pausable]] = []
    refused: list[Refusal] = []
    for paused in channels:
        try:
            await _require_resumable(interaction, paused[0])
        except (RefusedRequest, app_commands.MissingPermissions) as error:
            refused.append(error)
            continue
        await _service(interaction).resume(paused)
        resumed.append(paused)
    return resumed, refused


def _resumed_all(
    interaction: BotInteraction, resumed: Sequence[Sequence[Pausable]], refused: Sequence[Refusal]
) -> str:
    speaker = speaker_of(interaction)
    if not resumed:
        return speaker.say("resume-nothing")
    said = [speaker.say("resume-done-all", count=sum(map(len, resumed)), channels=len(resumed))]
    if refused:
        said.append(
            speaker.say("resume-left-out", channels=len(refused), why=sentence_of(refused[0], interaction))
        )
    return "\n".join(said)


class GuildsCog(commands.Cog):
    """Commands and events of channels: quiet hours, joined and left servers, deleted channels."""

    quiet = app_commands.Group(
        name=text("cmd-quiet-name"),
        description=text("cmd-quiet-description"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_channels=True),
    )

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @quiet.command(
        name=text("cmd-quiet-set-name"),
        description=text("cmd-quiet-set-description"),
    )
    @options(
        Option("start", "opt-quiet-start"),
        Option("end", "opt-quiet-end"),
        Option("timezone", "opt-quiet-timezone"),
        Option("weekdays", "opt-quiet-weekdays"),
        Option("channel", "opt-quiet-channel"),
    )
    async def set_quiet(
        self,
        interaction: BotInteraction,
        start: str,
        end: str,
        timezone: str | None = None,
        weekdays: str = "",
        channel: ChannelChoice | None = None,
    ) -> None:
        """Set hours without alerts for a channel."""
        await acknowledge(interaction)
        access = await _managed(interaction, channel)
        typed = {"start": start, "end": end, "timezone": timezone or "", "weekdays": weekdays}
        kept = {name: (value[:FIELD_MAX],) for name, value in typed.items()}
        async with answering_command(interaction, About(FormKind.QUIET, access.channel_id), kept):
            await _set_quiet(interaction, access.channel_id, typed)

    @quiet.command(
        name=text("cmd-quiet-show-name"),
        description=text("cmd-quiet-show-description"),
    )
    @options(
        Option("channel", "opt-quiet-channel", described="opt-quiet-show-channel"),
    )
    async def show_quiet(self, interaction: BotInteraction, channel: ChannelChoice | None = None) -> None:
        """The server's quiet hours, of the channels the person may see."""
        await acknowledge(interaction)
        found = await _service(interaction).quiet_channels(guild_of(interaction))
        if channel is not None:
            access = await _managed(interaction, channel)
            found = [one for one in found if one.channel_id == access.channel_id]
        elif not interaction.permissions.manage_channels:
            raise app_commands.MissingPermissions(["manage_channels"])
        reach = await permissions_for_channels(interaction, [one.channel_id for one in found], for_a_list=True)
        visible = [_shown(one) for one in found if reach.sees(one.channel_id)]
        now = interaction.client.services.clock()
        await interaction.followup.send(
            view=draw_quiet_list(speaker_of(interaction), visible, now), ephemeral=True
        )

    @quiet.command(
        name=text("cmd-quiet-off-name"),
        description=text("cmd-quiet-off-description"),
    )
    @options(
        Option("channel", "opt-quiet-channel"),
    )
    async def end_quiet(self, interaction: BotInteraction, channel: ChannelChoice | None = None) -> None:
        """End a channel's hours without alerts."""
        await acknowledge(interaction)
        access = await _managed(interaction, channel)
        let_go = await _service(interaction).end_quiet(guild_of(interaction), access.channel_id)
        view = draw_quiet_off(speaker_of(interaction), access.channel_id, let_go)
        await interaction.followup.send(view=view, ephemeral=True)

    @set_quiet.autocomplete("timezone")
    async def suggest_timezone(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Zones by city, country, abbreviation or name."""
        return zone_choices(interaction, typed)

    @set_quiet.autocomplete("weekdays")
    async def suggest_weekdays(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Suggest usual weekdays, and the typed ones."""
        speaker = speaker_of(interaction)
        usual = [
            Choice(name=speaker.say("quiet-days-all"), value="daily"),
            Choice(name=speaker.say("quiet-days-work"), value="weekdays"),
            Choice(name=speaker.say("quiet-days-weekend"), value="weekends"),
        ]
        own = excerpt(typed.strip(), FIELD_MAX)
        return [Choice(name=own, value=own), *usual] if own else usual

    # -- coming and going -------------------------------------------------------------------------------

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Nothing of the server is forgotten now; what rested can be resumed."""
        guild_id = GuildId(guild.id)
        try:
            await self.bot.services.guilds.joined(guild_id)
        except DatabaseBusy:
            await self.on_ready()
        here = self.bot.get_guild(guild_id)
        if here is None:
            return
        arrival = arrival_of(here, self._language)
        await self._kept(lambda: self.bot.services.welcomes.joined(arrival))
        paused = await self.bot.services.guilds.resumable_in(guild_id)
        if paused:
            inviter = await _inviter(here)
            seen = await _seen(here, inviter, paused)
            await self.bot.transport.notify_invited_back(here, inviter, paused, seen)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed; an outage of Discord's comes as ``on_guild_unavailable``."""
        try:
            paused = await self.bot.services.guilds.left(GuildId(guild.id))
        except DatabaseBusy:
            await self.on_ready()
            return
        log.info("removed from server %s, %d subscriptions are paused", guild.id, len(paused))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """End the quiet hours of a deleted channel: nobody could name it any more."""
        where = GuildId(channel.guild.id), ChannelId(channel.id)
        await self._kept(lambda: self.bot.services.guilds.channel_gone(*where))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, gone: discord.RawThreadDeleteEvent) -> None:
        """End the quiet hours of a deleted thread, which may be in no cache."""
        where = GuildId(gone.guild_id), ChannelId(gone.thread_id)
        await self._kept(lambda: self.bot.services.guilds.channel_gone(*where))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Compare the bot's servers with the stored ones: it may have been removed or invited back."""
        for guild_id in await self._kept(self._compared):
            log.info("removed from server %s while away", guild_id)
        await self._welcome_new([guild for guild in self.bot.guilds if not guild.unavailable])

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The server came later than the others, or out of an outage; most were decided long ago."""
        await self._welcome_new([guild])

    async def _welcome_new(self, here: Sequence[discord.Guild]) -> None:
        """Welcome the servers of these that were joined while nobody noticed."""

        def arrival(guild_id: GuildId) -> Arrival | None:
            guild = self.bot.get_guild(guild_id)
            return None if guild is None else arrival_of(guild, self._language)

        since = {GuildId(guild.id): joined_at(guild) for guild in here}
        await self._kept(lambda: self.bot.services.welcomes.compare(since, arrival))

    @property
    def _language(self) -> str:
        return self.bot.services.settings.discord.language

    async def _compared(self) -> list[GuildId]:
        here = {GuildId(guild.id) for guild in self.bot.guilds}
        return await self.bot.services.guilds.compare(here, is_served=self.bot.serves)

    async def _kept(self, work: Callable[[], Awaitable[T]]) -> T:
        """Result of a change that no later event would repeat: made again while the database is away.

        Raises ``DatabaseBusy`` where the bot is closed meanwhile.
        """
        while True:
            try:
                return await work()
            except DatabaseBusy as error:
                if self.bot.is_closed():
                    raise
                log.warning("what happened to a server is noted later, the database is busy: %s", error)
            await asyncio.sleep(_AGAIN_AFTER_S)


async def quiet_form(interaction: BotInteraction, channel_id: ChannelId) -> QuietForm:
    """The form of the quiet hours of a channel that the person may manage."""
    require_manage(await access_to_id(interaction, channel_id))
    server = await interaction.client.services.guild_settings.of_guild(guild_of(interaction))
    return QuietForm(
        speaker_of(interaction),
        channel_id,
        zone=server.zone,
        submitted=lambda submitted, filled: _submitted(submitted, channel_id, filled),
    )


async def _submitted(interaction: BotInteraction, channel_id: ChannelId, form: QuietForm) -> None:
    async with answering_form(interaction, form.about):
        await take_form(interaction)
        require_manage(await access_to_id(interaction, channel_id))
        await _set_quiet(interaction, channel_id, {name: form.typed(name) for name in FIELDS})


async def _set_quiet(interaction: BotInteraction, channel_id: ChannelId, typed: Mapping[str, str]) -> None:
    """Set what was typed, read it back. Raises ``RefusedRequest``: nothing is stored then."""
    guild_id = guild_of(interaction)
    server = await interaction.client.services.guild_settings.of_guild(guild_id)
    ask = QuietHoursRequest(
        guild_id=guild_id,
        channel_id=channel_id,
        start=typed["start"][:FIELD_MAX],
        end=typed["end"][:FIELD_MAX],
        zone=zone_of(interaction, typed["timezone"], server.zone),
        weekdays=typed["weekdays"][:FIELD_MAX],
    )
    done = await _service(interaction).set_quiet(ask)
    now = interaction.client.services.clock()
    view = draw_quiet_set(speaker_of(interaction), _shown(done.channel), held=done.held, now=now)
    await answer(interaction, view)


async def _inviter(guild: discord.Guild) -> int:
    """The person who invited the bot, if the audit log may be read; else the server's owner."""
    if guild.me.guild_permissions.view_audit_log:
        with contextlib.suppress(discord.HTTPException):
            async for entry in guild.audit_logs(limit=20, action=discord.AuditLogAction.bot_add):
                if getattr(entry.target, "id", None) == guild.me.id and entry.user_id is not None:
                    return entry.user_id
    return guild.owner_id or 0


async def _managed(interaction: BotInteraction, chosen: Any) -> ChannelAccess:
    """The channel chosen, or this one, where the person may manage it."""
    access = await access_to_option(interaction, chosen)
    require_manage(access)
    return access


def _shown(one: QuietChannel) -> Quiet:
    return Quiet(one.channel_id, one.quiet, one.begins_at, one.ends_at)


async def _seen(guild: discord.Guild, user_id: int, paused: Sequence[Pausable]) -> list[Pausable]:
    """Paused things in channels that a person sees; of a channel in no cache it is unknown who sees it."""
    try:
        person = await guild.fetch_member(user_id)
    except discord.HTTPException:
        return []
    seen = []
    for one in paused:
        channel = guild.get_channel_or_thread(one.channel_id)
        if channel is not None and (await permissions_of(channel, person)).view_channel:
            seen.append(one)
    return seen


def _is_meant(interaction: BotInteraction, paused: Pausable) -> bool:
    """Whether a click can mean it: it belongs to this server, or the click comes from a direct message."""
    return interaction.guild_id in (None, paused.guild_id)


async def _require_resumable(interaction: BotInteraction, paused: Pausable) -> None:
    """Asked by ids, because a direct message knows no server.

    Raises ``MissingPermissions`` unless the person may manage the channel, ``RefusedRequest`` with what the bot
    still lacks there.
    """
    shown = f"<#{paused.channel_id}>"
    guild = await interaction.client.guild_anywhere(paused.guild_id)
    if guild is None:
        raise RefusedRequest("resume-left")
    try:
        person = await guild.fetch_member(interaction.user.id)
    except discord.NotFound:
        raise RefusedRequest("resume-stranger") from None
    channel = await find_channel(interaction, paused.channel_id, guild)
    if channel is None:
        raise RefusedRequest("resume-hidden", channel=shown)
    access = await access_for(channel, person)
    require_manage(access)
    missing = missing_to_send(access)
    if missing:
        raise RefusedRequest("resume-needs", channel=shown, permissions=",".join(missing))


def _resumed(interaction: BotInteraction, resumed: Sequence[Pausable]) -> str:
    speaker = speaker_of(interaction)
    if not resumed:
        return speaker.say("resume-nothing")
    topics, more = names_of(speaker, resumed)
    return speaker.say("resume-done", channel=f"<#{resumed[0].channel_id}>", topics=topics, more=more)


def _service(interaction: BotInteraction) -> GuildService:
    return interaction.client.services.guilds


async def setup(bot: TrendBot) -> None:
    """Commands and listeners, and the button that lives on."""
    await bot.add_cog(GuildsCog(bot))
    bot.add_dynamic_items(ResumeButton, ResumeAllButton)
