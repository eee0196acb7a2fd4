"""``/digest``: permission -> one call -> view -> reply."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.core.models import ChannelId, Digest, Recurrence, Schedule
from bot.gateway.client import TrendBot
from bot.services.digests import DigestService
from bot.services.input.digest import NAME_MAX, TOP_MAX, write_time
from bot.services.input.text import MIN_RP_MAX
from bot.views.digests.cards import digest_choice, distinguishing_marks
from bot.views.digests.form import DigestForm, field_max
from bot.views.kit.forms import About, FormKind, Typed
from cogs.digests.actions import (
    create_digest,
    edit_digest,
    form_of,
    list_layout,
    own_digest,
    remove,
    seen_digests,
    send_now,
    show_preview,
    toggle,
)
from cogs.digests.buttons import ITEMS
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.forms import answering_command, offer
from cogs.shared.language import speaker_of
from cogs.shared.options import CHOICES_MAX, LANGUAGE_CHOICES, ChannelChoice, Option, options, text, zone_choices
from cogs.shared.permissions import (
    access_to_option,
    guild_of,
    listed_channel,
    require_manage,
)
from cogs.shared.reach import BotInteraction, permissions_for_channels
from cogs.shared.topic_lists import topic_list_choices

_TYPED_MAX = 4000
"""A longer text is no topic, name or time anyway."""
_CHOICE_MAX = 100
"""Discord's limit for a suggestion."""
_TIMES = {
    Recurrence.HOURLY: (":00", ":15", ":30", ":45"),
    Recurrence.DAILY: ("8:00", "7:00", "12:00", "18:00", "21:00"),
    Recurrence.WEEKDAYS: ("8:00", "7:00", "12:00", "18:00", "21:00"),
    Recurrence.WEEKLY: ("mon 9:00", "fri 18:00", "sat 9:00", "sun 20:00"),
    Recurrence.CUSTOM: ("0 9 * * 1-5", "0 8,20 * * *", "0 9 1 * *", "0 */6 * * *"),
}
"""Usual values, offered while somebody types."""

_ONCE_A_DAY = {Recurrence.DAILY, Recurrence.WEEKDAYS, Recurrence.WEEKLY}
"""Kinds of schedules with one time of the day."""

_OPTIONS = (
    Option(
        "schedule",
        "opt-digest-schedule",
        choices={one.value: f"choice-recurrence-{one.value}" for one in Recurrence},
    ),
    Option("time", "opt-digest-time"),
    Option("timezone", "opt-digest-timezone"),
    Option("channel", "opt-digest-channel"),
    Option("topics", "opt-digest-topics"),
    Option("top", "opt-digest-top"),
    Option("min_rp", "opt-digest-min-rp"),
    Option("role", "opt-digest-role"),
    Option(
        "alerts",
        "opt-digest-alerts",
        choices={"on": "choice-digest-alerts-on", "off": "choice-digest-alerts-off"},
    ),
    Option(
        "rising",
        "opt-digest-rising",
        choices={"on": "choice-digest-rising-on", "off": "choice-digest-rising-off"},
    ),
    Option("name", "opt-digest-name"),
    Option("language", "opt-digest-language", choices=LANGUAGE_CHOICES),
)
"""The options of ``/digest create``, which ``/digest edit`` has too."""
_WHICH = Option("digest", "opt-digest-digest")


class Digests(commands.Cog):
    """The ``/digest`` commands."""

    digest = app_commands.Group(
        name=text("cmd-digest-name"),
        description=text("cmd-digest-description"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_channels=True),
    )

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @digest.command(
        name=text("cmd-digest-create-name"),
        description=text("cmd-digest-create-description"),
    )
    @options(*_OPTIONS)
    async def create(
        self,
        interaction: BotInteraction,
        schedule: str,
        time: str = "",
        timezone: str | None = None,
        channel: ChannelChoice | None = None,
        topics: str = "",
        top: Range[int, 1, TOP_MAX] | None = None,
        min_rp: Range[int, 0, MIN_RP_MAX] = 0,
        role: discord.Role | None = None,
        alerts: str = "",
        rising: str = "off",
        name: Range[str, 0, NAME_MAX] = "",
        language: str | None = None,
    ) -> None:
        """Create a digest for a channel."""
        await acknowledge(interaction)
        access = await access_to_option(interaction, channel)
        require_manage(access)
        chosen = {
            "recurrence": schedule,
            "time": time,
            "timezone": timezone or "",
            "topics": topics,
            "name": name,
            "top": "" if top is None else str(top),
            "min_rp": str(min_rp),
            "role": "" if role is None else str(role.id),
            "alerts": alerts,
            "rising": rising,
            "language": language or "",
        }
        typed = _typed(chosen)
        async with answering_command(interaction, About(FormKind.NEW_DIGEST, access.channel_id), _kept(typed)):
            await create_digest(interaction, access, typed, role)

    @digest.command(
        name=text("cmd-digest-edit-name"),
        description=text("cmd-digest-edit-description"),
    )
    @options(_WHICH, *_OPTIONS)
    async def edit(
        self,
        interaction: BotInteraction,
        digest: str,
        schedule: str | None = None,
        time: str | None = None,
        timezone: str | None = None,
        channel: ChannelChoice | None = None,
        topics: str | None = None,
        top: Range[int, 1, TOP_MAX] | None = None,
        min_rp: Range[int, 0, MIN_RP_MAX] | None = None,
        role: discord.Role | None = None,
        alerts: str | None = None,
        rising: str | None = None,
        name: Range[str, 0, NAME_MAX] | None = None,
        language: str | None = None,
    ) -> None:
        """Change the options that are given; with none given, show the form."""
        given = {
            "recurrence": schedule,
            "time": time,
            "timezone": timezone,
            "topics": topics,
            "top": top,
            "min_rp": min_rp,
            "role": None if role is None else role.id,
            "alerts": alerts,
            "rising": rising,
            "name": name,
            "language": language,
            "channel": None if channel is None else channel.id,
        }
        typed = _typed({option: str(value) for option, value in given.items() if value is not None})
        if not typed:
            await offer(interaction, _form_meant(interaction, digest))
            return
        await acknowledge(interaction)
        found = await _meant(interaction, digest)
        if schedule is not None and time is None:
            typed["time"] = (_time_kept(found.settings.schedule, Recurrence(schedule)),)
        access = None if channel is None else await access_to_option(interaction, channel)
        async with answering_command(interaction, About(FormKind.DIGEST_OPTIONS, found.id), _kept(typed)):
            await edit_digest(interaction, found, typed, role, access)

    @digest.command(
        name=text("cmd-digest-list-name"),
        description=text("cmd-digest-list-description"),
    )
    @options(Option("channel", "opt-digest-channel", described="opt-digest-list-channel"))
    async def list_digests(self, interaction: BotInteraction, channel: ChannelChoice | None = None) -> None:
        """List the server's digests of the channels the person may see."""
        await acknowledge(interaction)
        await answer(interaction, await list_layout(interaction, 0, await listed_channel(interaction, channel)))

    @digest.command(
        name=text("cmd-digest-pause-name"),
        description=text("cmd-digest-pause-description"),
    )
    @options(_WHICH)
    async def pause(self, interaction: BotInteraction, digest: str) -> None:
        """Pause it, or resume it."""
        await acknowledge(interaction)
        await toggle(interaction, await _meant(interaction, digest))

    @digest.command(
        name=text("cmd-digest-delete-name"),
        description=text("cmd-digest-delete-description"),
    )
    @options(_WHICH)
    async def delete(self, interaction: BotInteraction, digest: str) -> None:
        """Delete a digest."""
        await acknowledge(interaction)
        found = await _meant(interaction, digest)
        await remove(interaction, found.id)

    @digest.command(
        name=text("cmd-digest-preview-name"),
        description=text("cmd-digest-preview-description"),
    )
    @options(_WHICH)
    async def preview(self, interaction: BotInteraction, digest: str) -> None:
        """Show the digest as the channel would get it, without buttons."""
        await acknowledge(interaction)
        await show_preview(interaction, await _meant(interaction, digest))

    @digest.command(
        name=text("cmd-digest-now-name"),
        description=text("cmd-digest-now-description"),
    )
    @options(_WHICH)
    async def now(self, interaction: BotInteraction, digest: str) -> None:
        """Send an edition to the digest's channel now."""
        await acknowledge(interaction)
        found = await _meant(interaction, digest)
        await send_now(interaction, found.id)

    # -- while somebody types ---------------------------------------------------------------------------

    @create.autocomplete("timezone")
    @edit.autocomplete("timezone")
    async def suggest_timezone(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Zones by city, country, abbreviation or name."""
        return zone_choices(interaction, typed)

    @create.autocomplete("time")
    @edit.autocomplete("time")
    async def suggest_time(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Suggest the time typed, and usual times for the chosen schedule."""
        chosen = interaction.namespace.schedule
        usual = _TIMES[Recurrence(chosen)] if chosen in set(Recurrence) else _TIMES[Recurrence.DAILY]
        own = typed.strip()[:_CHOICE_MAX]
        return [Choice(name=one, value=one) for one in dict.fromkeys((own, *usual)) if one]

    @create.autocomplete("topics")
    @edit.autocomplete("topics")
    async def suggest_topics(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Topics they may know of for the last of those typed so far."""
        return await topic_list_choices(interaction, typed)

    @edit.autocomplete("digest")
    @pause.autocomplete("digest")
    @delete.autocomplete("digest")
    @preview.autocomplete("digest")
    @now.autocomplete("digest")
    async def suggest_digest(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """The server's digests, for those who may change them."""
        if not interaction.permissions.manage_channels:
            return []
        speaker, wanted = speaker_of(interaction), typed.strip().casefold()
        found, names = await seen_digests(interaction)
        marks = distinguishing_marks(speaker, found)
        return [
            Choice(
                name=digest_choice(speaker, one, names.get(one.channel_id), marks.get(one.id, "")),
                value=f"id:{one.id}",
            )
            for one in found
            if wanted in one.settings.name.casefold()
        ][:CHOICES_MAX]


async def _meant(interaction: BotInteraction, typed: str) -> Digest:
    """The digest that was named, where the person may manage its channel. Raises ``RefusedRequest``.

    Of channels they do not see there is none by any name.
    """
    here, guild_id = ChannelId(interaction.channel_id or 0), guild_of(interaction)
    reach = await permissions_for_channels(
        interaction, await interaction.client.services.guilds.channels(guild_id)
    )
    found = await _service(interaction).find(typed, guild_id, here, sees=reach.sees)
    return await own_digest(interaction, found.id)


def _typed(options: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Options as a form has them."""
    return {option: (value[:_TYPED_MAX],) for option, value in options.items()}


def _kept(typed: Typed) -> Typed:
    """The options that a form can show again."""
    return {option: (value[: field_max(option)],) for option, (value,) in typed.items()}


async def _form_meant(interaction: BotInteraction, typed: str) -> DigestForm:
    return form_of(interaction, await _meant(interaction, typed))


def _time_kept(old: Schedule, recurrence: Recurrence) -> str:
    """The time that stays in a schedule of another kind, that of the day where both have one; else none."""
    if recurrence is old.recurrence:
        return write_time(old)
    return write_time(old).split()[-1] if {recurrence, old.recurrence} <= _ONCE_A_DAY else ""


def _service(interaction: BotInteraction) -> DigestService:
    return interaction.client.services.digests


async def setup(bot: TrendBot) -> None:
    """Commands, and the buttons that live on."""
    await bot.add_cog(Digests(bot))
    bot.add_dynamic_items(*ITEMS)
