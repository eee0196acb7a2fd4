"""``/digest``: permission -> one call -> view -> reply."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, locale_str
from discord.ext import commands

from bot.client import TrendBot
from bot.core.models import ChannelId, Digest, Recurrence, RoleId, Topic, UserId
from bot.core.text import excerpt, topic_key
from bot.services.digest_words import TOP_MAX
from bot.services.digests import DigestAsk, DigestService
from bot.services.words import MIN_RP_MAX
from bot.views.digests import draw_digest_list

from .digest_buttons import (
    ITEMS,
    answer_created,
    open_form,
    own_digest,
    show_deleted,
    show_digest,
    show_preview,
    show_sent,
)
from .subscription_buttons import Click, language_for, speaker_of
from .subscription_rights import check_role, guild_of, place_of, require_able, require_manage, sees
from .subscriptions import CHOICES_MAX, ChannelChoice
from .zone_option import zone_choices, zone_of

_TYPED_MAX = 1000
_TIMES = {
    Recurrence.HOURLY: (":00", ":15", ":30", ":45"),
    Recurrence.DAILY: ("8:00", "7:00", "12:00", "18:00", "21:00"),
    Recurrence.WEEKDAYS: ("8:00", "7:00", "12:00", "18:00", "21:00"),
    Recurrence.WEEKLY: ("mon 9:00", "fri 18:00", "sat 9:00", "sun 20:00"),
    Recurrence.CUSTOM: ("0 9 * * 1-5", "0 8,20 * * *", "0 9 1 * *", "0 */6 * * *"),
}
"""What is usual, offered while somebody types."""


class Digests(commands.Cog):
    """The morning papers of a server's channels."""

    digest = app_commands.Group(
        name=locale_str("digest", key="cmd-digest-name"),
        description=locale_str("Scheduled summaries of topics", key="cmd-digest-description"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_channels=True),
    )

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @digest.command(
        name=locale_str("create", key="cmd-digest-create-name"),
        description=locale_str(
            "Send a channel a summary of its topics at fixed times", key="cmd-digest-create-description"
        ),
    )
    @app_commands.rename(
        schedule=locale_str("schedule", key="opt-digest-schedule-name"),
        time=locale_str("time", key="opt-digest-time-name"),
        timezone=locale_str("timezone", key="opt-digest-timezone-name"),
        channel=locale_str("channel", key="opt-digest-channel-name"),
        topics=locale_str("topics", key="opt-digest-topics-name"),
        top=locale_str("top", key="opt-digest-top-name"),
        min_rp=locale_str("min_rp", key="opt-digest-min-rp-name"),
        role=locale_str("role", key="opt-digest-role-name"),
        alerts=locale_str("alerts", key="opt-digest-alerts-name"),
        name=locale_str("name", key="opt-digest-name-name"),
        language=locale_str("language", key="opt-digest-language-name"),
    )
    @app_commands.describe(
        schedule=locale_str("How often it comes", key="opt-digest-schedule-description"),
        time=locale_str(
            "When: 8:00, :15 (hourly), mon 9:00 (weekly), or five fields of cron (custom)",
            key="opt-digest-time-description",
        ),
        timezone=locale_str("Whose clock (for example Tokyo or New York)", key="opt-digest-timezone-description"),
        channel=locale_str("Where it is sent (left out: this channel)", key="opt-digest-channel-description"),
        topics=locale_str(
            "Topics, separated by commas (left out: all this channel is subscribed to)",
            key="opt-digest-topics-description",
        ),
        top=locale_str("How many posts a topic (left out: 5)", key="opt-digest-top-description"),
        min_rp=locale_str("Only posts with at least this RP", key="opt-digest-min-rp-description"),
        role=locale_str("The role to mention with it", key="opt-digest-role-description"),
        alerts=locale_str(
            "Whether these topics are told as alerts as well (left out: yes)", key="opt-digest-alerts-description"
        ),
        name=locale_str("What it is called", key="opt-digest-name-description"),
        language=locale_str("Its language (left out: yours)", key="opt-digest-language-description"),
    )
    @app_commands.choices(
        schedule=[
            Choice(name=locale_str(one.value, key=f"choice-recurrence-{one.value}"), value=one.value)
            for one in Recurrence
        ],
        alerts=[
            Choice(name=locale_str("on", key="choice-digest-alerts-on"), value="on"),
            Choice(name=locale_str("off (only the digest)", key="choice-digest-alerts-off"), value="off"),
        ],
        language=[
            Choice(name=locale_str("日本語", key="choice-language-ja"), value="ja"),
            Choice(name=locale_str("English", key="choice-language-en"), value="en"),
        ],
    )
    async def create(
        self,
        interaction: Click,
        schedule: str,
        time: str = "",
        timezone: str | None = None,
        channel: ChannelChoice | None = None,
        topics: str = "",
        top: Range[int, 1, TOP_MAX] = 5,
        min_rp: Range[int, 0, MIN_RP_MAX] = 0,
        role: discord.Role | None = None,
        alerts: str = "on",
        name: str = "",
        language: str | None = None,
    ) -> None:
        """A channel gets a digest from now on."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        place = await place_of(interaction, channel)
        require_manage(place)
        check_role(role)
        require_able(place, role)
        ask = DigestAsk(
            channel_id=place.channel_id,
            recurrence=Recurrence(schedule),
            time=time[:_TYPED_MAX],
            zone=zone_of(interaction, timezone),
            language=language or language_for(interaction),
            name=name[:_TYPED_MAX],
            topics=topics[: 4 * _TYPED_MAX],
            top=top,
            min_rp=min_rp,
            role_id=None if role is None else RoleId(role.id),
            replaces_alerts=alerts == "off",
        )
        made = await _service(interaction).create(guild_of(interaction), UserId(interaction.user.id), ask)
        await answer_created(interaction, made)

    @digest.command(
        name=locale_str("list", key="cmd-digest-list-name"),
        description=locale_str("See this server's digests", key="cmd-digest-list-description"),
    )
    @app_commands.rename(channel=locale_str("channel", key="opt-digest-channel-name"))
    @app_commands.describe(
        channel=locale_str("Show only this channel's digests", key="opt-digest-list-channel-description")
    )
    async def list_digests(self, interaction: Click, channel: ChannelChoice | None = None) -> None:
        """The server's digests, of the channels the person may see."""
        place = await place_of(interaction, channel) if channel is not None else None
        if place is not None:
            require_manage(place)
        elif not interaction.permissions.manage_channels:
            raise app_commands.MissingPermissions(["manage_channels"])
        found = await _seen_digests(interaction, None if place is None else place.channel_id)
        layout = draw_digest_list(speaker_of(interaction), found, page=0)
        await interaction.response.send_message(view=layout, ephemeral=True)

    @digest.command(
        name=locale_str("edit", key="cmd-digest-edit-name"),
        description=locale_str("Change a digest", key="cmd-digest-edit-description"),
    )
    @app_commands.rename(digest=locale_str("digest", key="opt-digest-digest-name"))
    @app_commands.describe(digest=locale_str("Which one", key="opt-digest-digest-description"))
    async def edit(self, interaction: Click, digest: str) -> None:
        """Open the form, filled in as the digest is."""
        await open_form(interaction, await _meant(interaction, digest))

    @digest.command(
        name=locale_str("pause", key="cmd-digest-pause-name"),
        description=locale_str("Let a digest rest; a button resumes it", key="cmd-digest-pause-description"),
    )
    @app_commands.rename(digest=locale_str("digest", key="opt-digest-digest-name"))
    @app_commands.describe(digest=locale_str("Which one", key="opt-digest-digest-description"))
    async def pause(self, interaction: Click, digest: str) -> None:
        """It rests; the card that answers has the button to resume it."""
        found = await _meant(interaction, digest)
        await show_digest(interaction, await _service(interaction).pause(found.id, found.guild_id))

    @digest.command(
        name=locale_str("delete", key="cmd-digest-delete-name"),
        description=locale_str("Remove a digest (can be undone)", key="cmd-digest-delete-description"),
    )
    @app_commands.rename(digest=locale_str("digest", key="opt-digest-digest-name"))
    @app_commands.describe(digest=locale_str("Which one", key="opt-digest-digest-description"))
    async def delete(self, interaction: Click, digest: str) -> None:
        """It comes no more."""
        await show_deleted(interaction, await _meant(interaction, digest))

    @digest.command(
        name=locale_str("preview", key="cmd-digest-preview-name"),
        description=locale_str(
            "See what a digest would tell now; only you see it", key="cmd-digest-preview-description"
        ),
    )
    @app_commands.rename(digest=locale_str("digest", key="opt-digest-digest-name"))
    @app_commands.describe(digest=locale_str("Which one", key="opt-digest-digest-description"))
    async def preview(self, interaction: Click, digest: str) -> None:
        """As the channel would get it, without buttons."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_preview(interaction, await _meant(interaction, digest))

    @digest.command(
        name=locale_str("now", key="cmd-digest-now-name"),
        description=locale_str(
            "Send a digest now; its schedule stays as it is", key="cmd-digest-now-description"
        ),
    )
    @app_commands.rename(digest=locale_str("digest", key="opt-digest-digest-name"))
    @app_commands.describe(digest=locale_str("Which one", key="opt-digest-digest-description"))
    async def now(self, interaction: Click, digest: str) -> None:
        """Into the channel, by the way all digests go."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_sent(interaction, await _meant(interaction, digest))

    # -- while somebody types ---------------------------------------------------------------------------

    @create.autocomplete("timezone")
    async def suggest_timezone(self, interaction: Click, typed: str) -> list[Choice[str]]:
        """Zones by city, country, abbreviation or name."""
        return zone_choices(interaction, typed)

    @create.autocomplete("time")
    async def suggest_time(self, interaction: Click, typed: str) -> list[Choice[str]]:
        """What was typed, and what is usual for the schedule that was chosen."""
        chosen = interaction.namespace.schedule or Recurrence.DAILY
        usual = _TIMES.get(Recurrence(chosen), ()) if chosen in set(Recurrence) else ()
        own = excerpt(typed.strip(), 100)
        return [Choice(name=one, value=one) for one in dict.fromkeys((*([own] if own else []), *usual))]

    @create.autocomplete("topics")
    async def suggest_topics(self, interaction: Click, typed: str) -> list[Choice[str]]:
        """Complete the last of the topics typed so far; known topics."""
        before, comma, last = typed.replace("、", ",").rpartition(",")
        chosen = {topic_key(one) for one in before.split(",")}
        known = await interaction.client.services.trends.suggest(last.strip())
        begun = f"{before.strip()}{comma} " if comma else ""
        offered = [_completed(begun, topic) for topic in known if topic.key not in chosen]
        return [one for one in offered if one is not None][:CHOICES_MAX]

    @edit.autocomplete("digest")
    @pause.autocomplete("digest")
    @delete.autocomplete("digest")
    @preview.autocomplete("digest")
    @now.autocomplete("digest")
    async def suggest_digest(self, interaction: Click, typed: str) -> list[Choice[str]]:
        """The server's digests, for those who may change them."""
        if not interaction.permissions.manage_channels:
            return []
        found = await _seen_digests(interaction, None)
        wanted = typed.strip().casefold()
        return [
            Choice(name=excerpt(f"{one.name} (#{_channel_name(interaction, one.channel_id)})", 100), value=f"id:{one.id}")
            for one in found
            if wanted in one.name.casefold()
        ][:CHOICES_MAX]


async def _meant(interaction: Click, typed: str) -> Digest:
    """The digest that was named, where the person may manage its channel. Raises ``RefusedRequest``."""
    here = ChannelId(interaction.channel_id or 0)
    found = await _service(interaction).find(typed, guild_of(interaction), here)
    return await own_digest(interaction, found.id)


async def _seen_digests(interaction: Click, channel_id: ChannelId | None) -> list[Digest]:
    found = await _service(interaction).list(guild_of(interaction), channel_id)
    return [digest for digest in found if sees(interaction, digest.channel_id)]


def _completed(begun: str, topic: Topic) -> Choice[str] | None:
    """A suggestion that keeps what was typed before; None where Discord's 100 characters do not hold it."""
    name, value = f"{begun}{topic.name}", f"{begun}{topic.handle}"
    return Choice(name=name, value=value) if max(len(name), len(value)) <= 100 else None


def _channel_name(interaction: Click, channel_id: ChannelId) -> str:
    channel = None if interaction.guild is None else interaction.guild.get_channel_or_thread(channel_id)
    return "?" if channel is None else channel.name


def _service(interaction: Click) -> DigestService:
    return interaction.client.services.digests


async def setup(bot: TrendBot) -> None:
    """Commands, and the buttons that live on."""
    await bot.add_cog(Digests(bot))
    bot.add_dynamic_items(*ITEMS)
