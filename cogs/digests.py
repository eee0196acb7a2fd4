"""``/digest``: permission -> one call -> view -> reply."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, locale_str
from discord.ext import commands

from bot.core.models import ChannelId, Digest, Recurrence, RoleId, Schedule, Topic
from bot.core.text import excerpt, topic_key
from bot.gateway.client import TrendBot
from bot.services.digests import DigestService
from bot.services.input.digest import TOP_MAX, parse_schedule, parse_topics, write_time
from bot.services.input.text import MIN_RP_MAX, last_piece, pieces, write_words
from bot.views.digests.cards import digest_choice
from bot.views.digests.form import DigestForm, field_max
from bot.views.kit.forms import About, FormKind
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.forms import answering_command, offer
from cogs.shared.options import zone_choices, zone_of
from cogs.shared.permissions import (
    access_to_option,
    check_role,
    guild_of,
    know_forum,
    listed_channel,
    require_bot_can_send,
    require_manage,
)
from cogs.shared.reach import BotInteraction, reach_of
from cogs.shared.viewing import typing_viewer

from .digest_actions import (
    change_digest,
    create_digest,
    form_of,
    list_layout,
    own_digest,
    remove,
    seen_digests,
    send_now,
    show_preview,
    toggle,
)
from .digest_buttons import ITEMS
from .subscription_buttons import speaker_of
from .subscriptions import CHOICES_MAX, ChannelChoice

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
"""What is usual, offered while somebody types."""

_ONCE_A_DAY = {Recurrence.DAILY, Recurrence.WEEKDAYS, Recurrence.WEEKLY}
"""Kinds of schedules with one time of the day."""

_OPTION_NAMES = {
    option: locale_str(option, key=f"opt-digest-{option.replace('_', '-')}-name")
    for option in (
        *("schedule", "time", "timezone", "channel", "topics", "top", "min_rp", "role", "alerts", "name"),
        "language",
    )
}
_OPTION_DESCRIPTIONS = {
    option: locale_str(english, key=f"opt-digest-{option.replace('_', '-')}-description")
    for option, english in {
        "schedule": "How often it comes",
        "time": 'For example 8:00, hourly :15, weekly "mon 9:00", custom cron "0 8 * * 1-5" (left out: 8:00)',
        "timezone": "Whose clock (for example Tokyo or New York)",
        "channel": "Where the digest goes (left out: this channel)",
        "topics": "Topics separated by commas (left out: all this channel is subscribed to)",
        "top": "How many posts a topic (1 to 10; left out: 5)",
        "min_rp": "Only posts that reach this RP (number of reposts)",
        "role": "The role to mention with every digest",
        "alerts": "Whether this channel still gets single alerts of these topics (left out: on)",
        "name": "What the digest is called (for example Morning paper)",
        "language": "The language of the digest (left out: yours)",
    }.items()
}
_CHOICES: dict[str, list[Choice[Any]]] = {
    "schedule": [
        Choice(name=locale_str(english, key=f"choice-recurrence-{one.value}"), value=one.value)
        for one, english in {
            Recurrence.HOURLY: "Every hour",
            Recurrence.DAILY: "Every day",
            Recurrence.WEEKDAYS: "Monday to Friday",
            Recurrence.WEEKLY: "Once a week",
            Recurrence.CUSTOM: "Custom (cron)",
        }.items()
    ],
    "alerts": [
        Choice(name=locale_str("On: alerts and digest", key="choice-digest-alerts-on"), value="on"),
        Choice(name=locale_str("Off: digest only", key="choice-digest-alerts-off"), value="off"),
    ],
    "language": [
        Choice(name=locale_str("日本語", key="choice-language-ja"), value="ja"),
        Choice(name=locale_str("English", key="choice-language-en"), value="en"),
    ],
}
_WHICH = {"digest": locale_str("digest", key="opt-digest-digest-name")}
_WHICH_DESCRIPTION = {
    "digest": locale_str("Which digest (pick one of the suggestions)", key="opt-digest-digest-description")
}


class Digests(commands.Cog):
    """The morning papers of a server's channels."""

    digest = app_commands.Group(
        name=locale_str("digest", key="cmd-digest-name"),
        description=locale_str("Get the top posts of your topics at set times", key="cmd-digest-description"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_channels=True),
    )

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @digest.command(
        name=locale_str("create", key="cmd-digest-create-name"),
        description=locale_str(
            "Create a digest: the top posts of your topics, sent at set times", key="cmd-digest-create-description"
        ),
    )
    @app_commands.rename(**_OPTION_NAMES)
    @app_commands.describe(**_OPTION_DESCRIPTIONS)
    @app_commands.choices(**_CHOICES)
    async def create(
        self,
        interaction: BotInteraction,
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
        await acknowledge(interaction)
        place = await access_to_option(interaction, channel)
        require_manage(place)
        check_role(role, place.person)
        require_bot_can_send(place, role)
        chosen = {
            "recurrence": schedule,
            "time": time,
            "timezone": timezone or "",
            "topics": topics,
            "name": name,
            "top": str(top),
            "min_rp": str(min_rp),
            "role": "" if role is None else str(role.id),
            "alerts": alerts,
            "language": language or "",
        }
        typed = {option: (value[:_TYPED_MAX],) for option, value in chosen.items()}
        kept = {option: (value[: field_max(option)],) for option, value in chosen.items()}
        async with answering_command(interaction, About(FormKind.NEW_DIGEST, place.channel_id), kept):
            await create_digest(interaction, place, typed)

    @digest.command(
        name=locale_str("edit", key="cmd-digest-edit-name"),
        description=locale_str(
            "Edit a digest (choose only the digest to open a form)", key="cmd-digest-edit-description"
        ),
    )
    @app_commands.rename(**_WHICH, **_OPTION_NAMES)
    @app_commands.describe(**_WHICH_DESCRIPTION, **_OPTION_DESCRIPTIONS)
    @app_commands.choices(**_CHOICES)
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
        name: str | None = None,
        language: str | None = None,
    ) -> None:
        """What is given changes, the rest stays; with nothing given, a form shows it all."""
        zone = None if timezone is None else zone_of(interaction, timezone)
        given: dict[str, Any] = {
            "topics": None if topics is None else parse_topics(topics),
            "top": top,
            "min_rp": min_rp,
            "role_id": None if role is None else RoleId(role.id),
            "replaces_alerts": None if alerts is None else alerts == "off",
            "name": name,
            "language": language,
        }
        changes = {field: value for field, value in given.items() if value is not None}
        is_rescheduled = not schedule is time is zone is None
        if channel is None and not changes and not is_rescheduled:
            await offer(interaction, _form_meant(interaction, digest))
            return
        await acknowledge(interaction)
        found = await _meant(interaction, digest)
        if is_rescheduled:
            changes["schedule"] = _rescheduled(found.settings.schedule, schedule, time, zone)
        if channel is not None:
            place = await access_to_option(interaction, channel)
            require_manage(place)
            require_bot_can_send(place, role)
            await know_forum(interaction, place)
            changes["channel_id"] = place.channel_id
        await change_digest(interaction, found, replace(found.settings, **changes), role)

    @digest.command(
        name=locale_str("list", key="cmd-digest-list-name"),
        description=locale_str("See this server's digests", key="cmd-digest-list-description"),
    )
    @app_commands.rename(channel=_OPTION_NAMES["channel"])
    @app_commands.describe(
        channel=locale_str("Show only this channel's digests", key="opt-digest-list-channel-description")
    )
    async def list_digests(self, interaction: BotInteraction, channel: ChannelChoice | None = None) -> None:
        """The server's digests, of the channels the person may see."""
        await acknowledge(interaction)
        await answer(interaction, await list_layout(interaction, 0, await listed_channel(interaction, channel)))

    @digest.command(
        name=locale_str("pause", key="cmd-digest-pause-name"),
        description=locale_str("Pause a digest, or resume a paused one", key="cmd-digest-pause-description"),
    )
    @app_commands.rename(**_WHICH)
    @app_commands.describe(**_WHICH_DESCRIPTION)
    async def pause(self, interaction: BotInteraction, digest: str) -> None:
        """It rests, or comes again."""
        await acknowledge(interaction)
        await toggle(interaction, await _meant(interaction, digest))

    @digest.command(
        name=locale_str("delete", key="cmd-digest-delete-name"),
        description=locale_str("Delete a digest (you can undo this)", key="cmd-digest-delete-description"),
    )
    @app_commands.rename(**_WHICH)
    @app_commands.describe(**_WHICH_DESCRIPTION)
    async def delete(self, interaction: BotInteraction, digest: str) -> None:
        """It comes no more."""
        await acknowledge(interaction)
        found = await _meant(interaction, digest)
        await remove(interaction, found.id)

    @digest.command(
        name=locale_str("preview", key="cmd-digest-preview-name"),
        description=locale_str(
            "See what a digest would show now (only you will see it)", key="cmd-digest-preview-description"
        ),
    )
    @app_commands.rename(**_WHICH)
    @app_commands.describe(**_WHICH_DESCRIPTION)
    async def preview(self, interaction: BotInteraction, digest: str) -> None:
        """As the channel would get it, without buttons."""
        await acknowledge(interaction)
        await show_preview(interaction, await _meant(interaction, digest))

    @digest.command(
        name=locale_str("now", key="cmd-digest-now-name"),
        description=locale_str(
            "Send a digest to its channel now (its schedule stays the same)", key="cmd-digest-now-description"
        ),
    )
    @app_commands.rename(**_WHICH)
    @app_commands.describe(**_WHICH_DESCRIPTION)
    async def now(self, interaction: BotInteraction, digest: str) -> None:
        """Into the channel, by the way all digests go."""
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
        """What was typed, and what is usual for the schedule that was chosen."""
        chosen = interaction.namespace.schedule
        usual = _TIMES[Recurrence(chosen)] if chosen in set(Recurrence) else _TIMES[Recurrence.DAILY]
        own = typed.strip()[:_CHOICE_MAX]
        return [Choice(name=one, value=one) for one in dict.fromkeys((own, *usual)) if one]

    @create.autocomplete("topics")
    @edit.autocomplete("topics")
    async def suggest_topics(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Topics they may know of for the last of those typed so far."""
        before, last = last_piece(typed)
        chosen = {topic_key(one) for one in pieces(before)}
        known = await interaction.client.services.trends.suggest(last.strip(), await typing_viewer(interaction))
        begun = f"{before.strip()} " if before else ""
        offered = (_completed(begun, topic) for topic in known if topic.key not in chosen)
        return [one for one in offered if one is not None][:CHOICES_MAX]

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
        return [
            Choice(name=digest_choice(speaker, one, names.get(one.channel_id)), value=f"id:{one.id}")
            for one in found
            if wanted in one.settings.name.casefold()
        ][:CHOICES_MAX]


async def _meant(interaction: BotInteraction, typed: str) -> Digest:
    """The digest that was named, where the person may manage its channel. Raises ``RefusedRequest``.

    Of channels they do not see there is none by any name.
    """
    here, guild_id = ChannelId(interaction.channel_id or 0), guild_of(interaction)
    reach = await reach_of(interaction, await interaction.client.services.servers.channels(guild_id))
    found = await _service(interaction).find(typed, guild_id, here, sees=reach.sees)
    return await own_digest(interaction, found.id)


async def _form_meant(interaction: BotInteraction, typed: str) -> DigestForm:
    return form_of(interaction, await _meant(interaction, typed))


def _rescheduled(old: Schedule, recurrence: str | None, time: str | None, zone: str | None) -> Schedule:
    """The schedule with the parts that are given. Raises ``RefusedRequest``."""
    wanted = old.recurrence if recurrence is None else Recurrence(recurrence)
    return parse_schedule(wanted, _time_kept(old, wanted) if time is None else time, zone or old.zone)


def _time_kept(old: Schedule, recurrence: Recurrence) -> str:
    """The time that stays in a schedule of another kind, that of the day where both have one; else none."""
    if recurrence is old.recurrence:
        return write_time(old)
    return write_time(old).split()[-1] if {recurrence, old.recurrence} <= _ONCE_A_DAY else ""


def _completed(begun: str, topic: Topic) -> Choice[str] | None:
    """A suggestion that keeps what was typed before; None where a suggestion does not hold it all."""
    value = begun + write_words([topic.handle])
    return (
        Choice(name=excerpt(begun + topic.name, _CHOICE_MAX), value=value) if len(value) <= _CHOICE_MAX else None
    )


def _service(interaction: BotInteraction) -> DigestService:
    return interaction.client.services.digests


async def setup(bot: TrendBot) -> None:
    """Commands, and the buttons that live on."""
    await bot.add_cog(Digests(bot))
    bot.add_dynamic_items(*ITEMS)
