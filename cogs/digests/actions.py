"""Actions on digests: list, show, change, send, pause, delete and restore.

Commands and buttons do it with the same functions; each checks who may.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import read_id
from bot.core.models import (
    ChannelId,
    Digest,
    DigestContent,
    DigestId,
    DigestSettings,
    MessageId,
    Recurrence,
    RoleId,
    UserId,
)
from bot.services.digests import DescribedDigest, DigestRequest, DigestService
from bot.services.input.digest import parse_schedule, parse_top, parse_topics, write_time, write_topics
from bot.services.input.text import parse_min_rp
from bot.views.digests.cards import (
    DigestCardAction,
    Done,
    draw_digest_card,
    draw_digest_created,
    draw_digest_deleted,
    draw_digest_list,
)
from bot.views.digests.form import DigestForm, DigestOptionsForm
from bot.views.digests.message import draw_digest_preview
from bot.views.guild_settings import USUAL_TOP
from bot.views.kit.forms import About, FormKind, Typed
from cogs.shared.acknowledging import answer
from cogs.shared.entries import entry_of
from cogs.shared.forms import answering_form, offer, take_form
from cogs.shared.language import language_for, speaker_of
from cogs.shared.options import zone_of
from cogs.shared.permissions import (
    ChannelAccess,
    access_to_id,
    check_kept_role,
    check_role,
    gone_roles,
    guild_of,
    know_forum,
    may_show_sensitive,
    require_bot_can_send,
    require_manage,
    require_managed,
    server_role,
)
from cogs.shared.reach import BotInteraction, permissions_for_channels, permissions_in
from cogs.shared.viewing import viewer_of
from cogs.trends import show_trend

# -- what is shown -------------------------------------------------------------------------------------


async def list_layout(interaction: BotInteraction, page: int, channel_id: ChannelId | None) -> ui.LayoutView:
    """A page of the server's (or channel's) digests, of channels the person sees."""
    found, names = await seen_digests(interaction, channel_id)
    return draw_digest_list(
        speaker_of(interaction),
        found,
        page=page,
        channel_id=channel_id,
        channel_names=names,
        roles_gone=gone_roles(interaction, (digest.settings.role_id for digest in found)),
    )


async def seen_digests(
    interaction: BotInteraction, channel_id: ChannelId | None = None
) -> tuple[list[Digest], Mapping[ChannelId, str]]:
    """The server's (or channel's) digests, of channels the person sees, and what the channels are called."""
    found = await _service(interaction).list(guild_of(interaction), channel_id)
    reach = await permissions_for_channels(interaction, [digest.channel_id for digest in found], for_a_list=True)
    return [digest for digest in found if reach.sees(digest.channel_id)], reach.names


async def own_digest(interaction: BotInteraction, digest_id: DigestId) -> Digest:
    """The digest, when it is this server's and the person may manage its channel."""
    digest = await _service(interaction).get(digest_id, guild_of(interaction))
    await require_managed(interaction, digest.channel_id)
    return digest


async def create_digest(
    interaction: BotInteraction, access: ChannelAccess, typed: Typed, role: discord.Role | None
) -> None:
    """Create a digest as the options of ``/digest create`` say, by their names, and read it back.

    Raises ``RefusedRequest`` or ``BotMissingPermissions``: nothing is stored then.
    """
    check_role(role, access.person)
    require_bot_can_send(access, role)

    def said(option: str, otherwise: str = "") -> str:
        return "".join(typed.get(option, ())) or otherwise

    server = await interaction.client.services.guild_settings.of_guild(guild_of(interaction))
    recurrence = Recurrence(said("recurrence", Recurrence.DAILY))
    alerts = said("alerts", "off" if server.alerts_with_digest is False else "on")
    settings = DigestSettings(
        channel_id=access.channel_id,
        name=said("name"),
        schedule=parse_schedule(recurrence, said("time"), zone_of(interaction, said("timezone"), server.zone)),
        language=said("language", server.language or language_for(interaction)),
        topics=parse_topics(said("topics")),
        top=int(said("top", str(server.digest_top or USUAL_TOP))),
        min_rp=int(said("min_rp", "0")),
        role_id=await server_role(interaction, access) if role is None else RoleId(role.id),
        replaces_alerts=alerts == "off",
        also_rising=said("rising", "off") == "on",
    )
    ask = DigestRequest(settings, await viewer_of(interaction))
    await know_forum(interaction, access)
    made = await _service(interaction).create(guild_of(interaction), UserId(interaction.user.id), ask)
    await answer(
        interaction, draw_digest_created(speaker_of(interaction), made.digest, made.upcoming, made.topics)
    )


async def new_digest_form(interaction: BotInteraction, channel_id: ChannelId) -> DigestOptionsForm:
    """The form of a digest that was to be created in a channel that the person may manage."""
    require_manage(await access_to_id(interaction, channel_id))
    server = await interaction.client.services.guild_settings.of_guild(guild_of(interaction))
    return DigestOptionsForm(
        speaker_of(interaction),
        About(FormKind.NEW_DIGEST, channel_id),
        zone=server.zone,
        submitted=lambda submitted, filled: _new_submitted(submitted, channel_id, filled),
    )


async def _new_submitted(interaction: BotInteraction, channel_id: ChannelId, form: DigestOptionsForm) -> None:
    async with answering_form(interaction, form.about, form.carried):
        await take_form(interaction)
        access = await access_to_id(interaction, channel_id)
        require_manage(access)
        await create_digest(interaction, access, form.typed, form.role)


async def show_preview(interaction: BotInteraction, digest: Digest) -> None:
    """Show the digest as it would be now; the interaction is deferred already."""
    content = await _service(interaction).preview(digest)
    age_restricted = may_show_sensitive(interaction, digest.channel_id)
    view = draw_digest_preview(speaker_of(interaction), content, age_restricted=age_restricted)
    await interaction.followup.send(view=view, ephemeral=True)


def _card(interaction: BotInteraction, described: DescribedDigest, done: Done | None = None) -> ui.LayoutView:
    upcoming, topics = described.upcoming, described.topics
    digest = described.digest
    gone = gone_roles(interaction, [digest.settings.role_id])
    return draw_digest_card(speaker_of(interaction), digest, upcoming, topics, done=done, roles_gone=gone)


async def sent_digest(interaction: BotInteraction, message_id: MessageId, index: int) -> DigestContent:
    """The content of a sent digest.

    Raises ``RefusedRequest`` for what is no longer kept, another server's, or in a channel hidden from the person.
    """
    content = (await entry_of(interaction, message_id, index)).content
    if not isinstance(content, DigestContent):
        raise RefusedRequest("error-message-unknown")
    return content


async def open_topic(interaction: BotInteraction, content: DigestContent, at: int | None) -> None:
    """A topic of a sent digest as ``/trend`` shows it, to the person alone. ``at`` None: no topic of it."""
    if at is None or at >= len(content.topics):
        raise RefusedRequest("error-message-unknown")
    await show_trend(interaction, content.topics[at].topic.handle, private=True)


# -- what is done --------------------------------------------------------------------------------------


async def open_card(interaction: BotInteraction, digest_id: DigestId) -> None:
    """Show how it is, with what can be done."""
    digest = await own_digest(interaction, digest_id)
    await answer(interaction, _card(interaction, await _service(interaction).describe(digest.id, digest.guild_id)))


async def digest_form(interaction: BotInteraction, digest_id: DigestId) -> DigestForm:
    """The form of a digest that the person may manage, filled in as it is."""
    return form_of(interaction, await own_digest(interaction, digest_id))


def form_of(interaction: BotInteraction, digest: Digest) -> DigestForm:
    """The form of a digest that was read already."""
    return DigestForm(
        speaker_of(interaction),
        digest,
        time=write_time(digest.settings.schedule),
        topics=write_topics(digest.settings.topics),
        submitted=lambda submitted, filled: _submitted(submitted, digest.id, filled),
        role_gone=bool(gone_roles(interaction, [digest.settings.role_id])),
    )


async def _submitted(interaction: BotInteraction, digest_id: DigestId, form: DigestForm) -> None:
    async with answering_form(interaction, form.about):
        await take_form(interaction)
        digest = await own_digest(interaction, digest_id)
        role = form.role
        top, min_rp = parse_top(form.top), parse_min_rp(form.min_rp)
        old = digest.settings
        settings = replace(
            old,
            schedule=parse_schedule(form.recurrence or old.schedule.recurrence, form.time, old.schedule.zone),
            topics=parse_topics(form.topics),
            top=old.top if top is None else top,
            min_rp=old.min_rp if min_rp is None else min_rp,
            role_id=None if role is None else RoleId(role.id),
        )
        await change_digest(interaction, digest, settings, role)


async def digest_options_form(interaction: BotInteraction, digest_id: DigestId) -> DigestOptionsForm:
    """The form of options with which a digest that the person may manage was to be edited."""
    digest = await own_digest(interaction, digest_id)
    settings, schedule = digest.settings, digest.settings.schedule
    return DigestOptionsForm(
        speaker_of(interaction),
        About(FormKind.DIGEST_OPTIONS, digest.id),
        submitted=lambda submitted, filled: _options_submitted(submitted, digest.id, filled),
        recurrence=schedule.recurrence,
        role_id=None if gone_roles(interaction, [settings.role_id]) else settings.role_id,
        shown={"time": write_time(schedule), "timezone": schedule.zone, "topics": write_topics(settings.topics)},
    )


async def _options_submitted(interaction: BotInteraction, digest_id: DigestId, form: DigestOptionsForm) -> None:
    async with answering_form(interaction, form.about, form.carried):
        await take_form(interaction)
        digest = await own_digest(interaction, digest_id)
        channel_id = read_id("".join(form.carried.get("channel", ())))
        access = None if channel_id is None else await access_to_id(interaction, ChannelId(channel_id))
        await edit_digest(interaction, digest, form.typed, form.role, access)


async def edit_digest(
    interaction: BotInteraction,
    digest: Digest,
    typed: Typed,
    role: discord.Role | None,
    access: ChannelAccess | None,
) -> None:
    """Change what options of ``/digest edit`` were given for, by their names, and read the digest back.

    ``access``: the channel it moves to. Raises ``RefusedRequest``, ``BotMissingPermissions`` or
    ``MissingPermissions``: nothing is changed then.
    """
    said = {option: "".join(values) for option, values in typed.items()}
    changes: dict[str, Any] = {
        field: read(said[option]) for option, (field, read) in _READ_OPTIONS.items() if option in said
    }
    if said.keys() & {"recurrence", "time", "timezone"}:
        old = digest.settings.schedule
        zone = zone_of(interaction, said["timezone"]) if said.get("timezone") else old.zone
        recurrence = Recurrence(said.get("recurrence", old.recurrence))
        changes["schedule"] = parse_schedule(recurrence, said.get("time", write_time(old)), zone)
    if "role" in said:
        changes["role_id"] = None if role is None else RoleId(role.id)
    if access is not None:
        require_manage(access)
        require_bot_can_send(access, role)
        await know_forum(interaction, access)
        changes["channel_id"] = access.channel_id
    await change_digest(interaction, digest, replace(digest.settings, **changes), role)


_READ_OPTIONS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "topics": ("topics", parse_topics),
    "name": ("name", str),
    "top": ("top", int),
    "min_rp": ("min_rp", int),
    "alerts": ("replaces_alerts", lambda said: said == "off"),
    "rising": ("also_rising", lambda said: said == "on"),
    "language": ("language", str),
}
"""The field of ``DigestSettings`` for each option, and how the option is read."""


async def change_digest(
    interaction: BotInteraction, digest: Digest, settings: DigestSettings, role: discord.Role | None
) -> None:
    """Change it, once a role that was chosen, or goes along, can be mentioned there, and read it back."""
    moved = settings.channel_id != digest.channel_id
    if role is None and settings.role_id is not None and interaction.guild is not None:
        role = interaction.guild.get_role(settings.role_id)
    check_role(role, await permissions_in(interaction, settings.channel_id))
    if role is not None and (moved or role.id != digest.settings.role_id):
        require_bot_can_send(await access_to_id(interaction, settings.channel_id), role)
    ask = DigestRequest(settings, await viewer_of(interaction))
    changed = await _service(interaction).change(digest.id, digest.guild_id, ask)
    await answer(interaction, _card(interaction, changed, Done.CHANGED))


async def toggle(interaction: BotInteraction, digest: Digest) -> None:
    """Pause it, or let a paused one go on."""
    await (_pause if digest.paused is None else _resume)(interaction, digest.id)


async def _edit(interaction: BotInteraction, digest_id: DigestId) -> None:
    await offer(interaction, digest_form(interaction, digest_id))


async def _pause(interaction: BotInteraction, digest_id: DigestId) -> None:
    digest = await own_digest(interaction, digest_id)
    paused = await _service(interaction).pause(digest.id, digest.guild_id)
    await answer(interaction, _card(interaction, paused, Done.PAUSED))


async def _resume(interaction: BotInteraction, digest_id: DigestId) -> None:
    digest = await own_digest(interaction, digest_id)
    # Otherwise the next one would only pause it again.
    require_bot_can_send(await access_to_id(interaction, digest.channel_id), None)
    resumed = await _service(interaction).resume(digest.id, digest.guild_id)
    await answer(interaction, _card(interaction, resumed, Done.RESUMED))


async def _toggle_rising(interaction: BotInteraction, digest_id: DigestId) -> None:
    """Let it name topics that rise elsewhere, or name them no more."""
    digest = await own_digest(interaction, digest_id)
    settings = replace(digest.settings, also_rising=not digest.settings.also_rising)
    changed = await _service(interaction).change(
        digest.id, digest.guild_id, DigestRequest(settings, await viewer_of(interaction))
    )
    await answer(interaction, _card(interaction, changed, Done.CHANGED))


async def _preview(interaction: BotInteraction, digest_id: DigestId) -> None:
    digest = await own_digest(interaction, digest_id)
    await show_preview(interaction, digest)


async def send_now(interaction: BotInteraction, digest_id: DigestId) -> None:
    """Put it on its way to its channel."""
    digest = await own_digest(interaction, digest_id)
    require_bot_can_send(await access_to_id(interaction, digest.channel_id), None)
    may_mention = await _may_mention(interaction, digest)
    quiet_until = await _service(interaction).send_now(digest.id, digest.guild_id, mention=may_mention)
    described = await _service(interaction).describe(digest.id, digest.guild_id)
    view = draw_digest_card(
        speaker_of(interaction),
        described.digest,
        described.upcoming,
        described.topics,
        done=Done.SENT if quiet_until is None else Done.HELD,
        goes_at=quiet_until,
        unmentioned=not may_mention,
        roles_gone=gone_roles(interaction, [digest.settings.role_id]),
    )
    await answer(interaction, view)


async def _may_mention(interaction: BotInteraction, digest: Digest) -> bool:
    """Whether the person may mention its role there; what they send at will must not do it for them."""
    try:
        await check_kept_role(interaction, digest.settings.role_id, digest.channel_id)
    except RefusedRequest:
        return False
    return True


async def remove(interaction: BotInteraction, digest_id: DigestId) -> None:
    """Remove it, with a button that undoes it."""
    digest = await own_digest(interaction, digest_id)
    removed = await _service(interaction).delete(digest.id, digest.guild_id)
    await answer(interaction, draw_digest_deleted(speaker_of(interaction), removed))


async def _restore(interaction: BotInteraction, digest_id: DigestId) -> None:
    guild_id = guild_of(interaction)
    await require_managed(interaction, await _service(interaction).channel_of(digest_id, guild_id))
    restored = await _service(interaction).restore(digest_id, guild_id)
    await answer(interaction, _card(interaction, restored, Done.RESTORED))


DOES: dict[DigestCardAction, Callable[[BotInteraction, DigestId], Awaitable[None]]] = {
    DigestCardAction.OPEN: open_card,
    DigestCardAction.EDIT: _edit,
    DigestCardAction.PAUSE: _pause,
    DigestCardAction.RESUME: _resume,
    DigestCardAction.PREVIEW: _preview,
    DigestCardAction.RISING: _toggle_rising,
    DigestCardAction.NOW: send_now,
    DigestCardAction.DELETE: remove,
    DigestCardAction.RESTORE: _restore,
}
"""The function of each button of a card."""


def _service(interaction: BotInteraction) -> DigestService:
    return interaction.client.services.digests
