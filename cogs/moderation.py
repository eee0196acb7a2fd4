"""Taking posts down: ``/hide``, ``/unhide``, ``/hidden``, the message command and the buttons.

Whatever comes from a message of ours is in the custom_id, and lives on after a restart. Only the dialog of
``/hide`` is kept in memory: what was typed is too long for a custom_id.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any, ClassVar
from weakref import WeakSet

import discord
from discord import app_commands, ui
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.core.errors import PostUnknown, RefusedRequest
from bot.core.identity.row_ids import read_index
from bot.core.models import (
    ChannelId,
    Message,
    MessageId,
    OutboxEntry,
    Post,
    PostHash,
    PostKey,
    SubscriptionId,
)
from bot.core.redaction import post_hash
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.services.moderation import REASON_MAX, ModerationService, PostMatch, person, posts_of
from bot.views.kit.forms import typed_in
from bot.views.kit.layout import finished
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT_BENGARA
from bot.views.moderation import (
    CANCEL_ID,
    REASON_FIELD,
    choice_name,
    draw_choice,
    draw_hidden,
    draw_hide_dialog,
    draw_picks,
    draw_trail,
    draw_unhidden,
    hide_dialog_row,
    hide_form,
    hide_form_id,
)
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.lasting_forms import text_in
from cogs.shared.matched import Matched
from cogs.shared.options import CHOICES_MAX, Option, options, text
from cogs.shared.paying import Paid, pay
from cogs.shared.permissions import guild_of
from cogs.shared.reach import BotInteraction, permissions_for_channels

DIALOG_S = 14 * 60.0
"""Discord lets an answer be changed for 15 minutes."""
NAMED_MAX = 8
"""Posts one link can mean: those of one message."""

_OURS = re.compile(r"kw:([0-9a-f]{24}):[0-9]")
_DIALOG_PREFIX = "kw:asked:"
"""Beginning of the custom_ids of dialogs that are kept in memory."""


def _dialog_id() -> str:
    return _DIALOG_PREFIX + secrets.token_hex(16)


def require_moderator(interaction: BotInteraction) -> None:
    """Raises unless the person may remove messages in the whole server, which is where a take-down holds.

    ``RefusedRequest`` where they may in this channel, ``MissingPermissions`` where not even here.
    """
    guild_of(interaction)
    if moderates_the_server(interaction):
        return
    if interaction.permissions.manage_messages:
        raise RefusedRequest("hide-needs-server")
    raise app_commands.MissingPermissions(["manage_messages"])


def moderates_the_server(interaction: BotInteraction) -> bool:
    """Whether the person may remove messages in the server, not only where somebody gave them a channel."""
    person = interaction.user
    return isinstance(person, discord.Member) and person.guild_permissions.manage_messages


async def require_moderated(interaction: BotInteraction, channel_id: ChannelId) -> None:
    """Raises like ``require_moderator``, and where the person may not remove messages in a message's channel."""
    require_moderator(interaction)
    if not (await permissions_for_channels(interaction, [channel_id])).moderates(channel_id):
        raise app_commands.MissingPermissions(["manage_messages"])


async def _require_named(interaction: BotInteraction, named: Sequence[PostMatch]) -> None:
    """Raises like ``require_moderated``, for every message of ours that was named."""
    require_moderator(interaction)
    for channel_id in {one.channel_id for one in named if one.channel_id is not None}:
        await require_moderated(interaction, channel_id)


async def ask_why(interaction: BotInteraction, message_id: MessageId, index: int) -> None:
    """Open the form that asks why a post of a message is hidden; nothing is read for it, so it opens at once.

    Raises like ``require_moderator``. Whether it can be hidden is checked when the form is submitted.
    """
    require_moderator(interaction)
    await interaction.response.send_modal(hide_form(speaker_of(interaction), hide_form_id(message_id, index)))


async def hide_entry(interaction: BotInteraction, entry: OutboxEntry, why: str) -> ui.LayoutView:
    """Hide a sent post, and show the result. Raises ``RefusedRequest`` if it is gone already."""
    return await _hide(interaction, _shown(entry).key, why)


class Dialog(Paid, ui.LayoutView):
    """A dialog that only this process knows, for as long as its message can be changed."""

    _open: ClassVar[WeakSet[Dialog]] = WeakSet()

    def __init__(self) -> None:
        super().__init__(timeout=DIALOG_S)
        self._open.add(self)

    @classmethod
    def answers(cls, custom_id: str) -> bool:
        """Whether one that is still open has this button or menu."""
        parts = (part for one in cls._open if not one.is_finished() for part in one.walk_children())
        return any(getattr(part, "custom_id", None) == custom_id for part in parts)


class HidePick(Dialog):
    """Asks which of the many posts of a digest is meant; the first that fit into a menu can be."""

    def __init__(self, interaction: BotInteraction, named: list[PostMatch], why: str) -> None:
        super().__init__()
        self._asked = interaction
        self._speaker: Speaker = speaker_of(interaction)
        options = draw_picks(self._speaker, [one.post for one in named])
        menu: ui.Select[Any] = ui.Select(custom_id=_dialog_id(), options=options)

        async def pick(chosen: BotInteraction) -> None:
            async with answering(chosen):
                require_moderator(chosen)
                at = read_index(menu.values[0], len(named))
                if at is None:
                    raise PostUnknown("hide-message-unknown")
                one = named[at]
                await chosen.response.edit_message(view=HideDialog(interaction, [one], why))
                self.stop()

        menu.callback = pick  # type: ignore[method-assign,assignment]
        text: ui.TextDisplay[Any] = ui.TextDisplay(self._speaker.say("hide-which"))
        self.add_item(ui.Container(text, ui.ActionRow(menu), accent_colour=ACCENT_BENGARA))

    async def on_timeout(self) -> None:
        """A menu that answers no more is taken away."""
        await self._asked.edit_original_response(view=_note(self._speaker.say("hide-late")))


class HideDialog(Dialog):
    """Asks before a post named by its link is hidden, and for a note where none was given."""

    def __init__(self, interaction: BotInteraction, named: list[PostMatch], why: str) -> None:
        super().__init__()
        self._asked = interaction
        self._speaker: Speaker = speaker_of(interaction)
        self._why = why
        self.posts: dict[str, PostMatch] = {}
        """Each by the custom_id of its button, which is that of its form too."""
        for one in named[:NAMED_MAX]:
            dialog = draw_hide_dialog(self._speaker, one.post, one.key, self._row(one))
            for item in list(dialog.children):
                dialog.remove_item(item)
                self.add_item(item)

    @classmethod
    def of_form(cls, custom_id: str) -> HideDialog | None:
        """The open dialog that opened the form."""
        asking = (one for one in cls._open if isinstance(one, HideDialog) and not one.is_finished())
        return next((one for one in asking if custom_id in one.posts), None)

    def _row(self, named: PostMatch) -> ui.ActionRow[Any]:
        custom_id = _dialog_id()
        self.posts[custom_id] = named
        danger = discord.ButtonStyle.danger
        sure: ui.Button[Any] = ui.Button(style=danger, label=self._speaker.say("hide-button"), custom_id=custom_id)
        leave: ui.Button[Any] = ui.Button(label=self._speaker.say("hide-button-cancel"), custom_id=_dialog_id())

        async def go_on(interaction: BotInteraction) -> None:
            async with answering(interaction):
                if not self._why:
                    require_moderator(interaction)
                    await interaction.response.send_modal(hide_form(self._speaker, custom_id))
                    return
                await acknowledge(interaction)
                await self.hide(interaction, custom_id, self._why)

        async def cancel(interaction: BotInteraction) -> None:
            async with answering(interaction):
                await interaction.response.edit_message(view=_note(self._speaker.say("hide-kept")))
                self.stop()

        sure.callback, leave.callback = go_on, cancel  # type: ignore[method-assign,assignment]
        return ui.ActionRow(sure, leave)

    async def hide(self, interaction: BotInteraction, custom_id: str, why: str) -> None:
        """Hide the post of a button, for those who may, and say what came of it."""
        named = self.posts[custom_id]
        await _require_named(interaction, [named])
        await answer(interaction, await _hide(interaction, named.key, why))
        self.stop()

    async def on_timeout(self) -> None:
        """Buttons that answer no more are taken away."""
        view = _note(self._speaker.say("hide-late"))
        await self._asked.edit_original_response(view=view)


class CancelButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=CANCEL_ID):
    """Leaves a post as it is."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Say that nothing happened."""
        async with answering(interaction):
            await acknowledge(interaction)
            await answer(interaction, _note(speaker_of(interaction).say("hide-kept")))


class UnhideButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=r"kw:unhide:(?P<hash>[0-9a-f]{32})(?::(?P<page>[0-9]{1,4}))?",
):
    """Takes a take-down back: under what hid the post, or on a page of the record."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        page = None if match["page"] is None else int(match["page"])
        self.hashed = PostHash(match["hash"])
        self.page = page

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let it be seen again, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            require_moderator(interaction)
            await _service(interaction).unhide(guild_of(interaction), self.hashed, person(interaction.user.id))
            speaker = speaker_of(interaction)
            if self.page is None:
                await answer(interaction, draw_unhidden(speaker))
            else:
                await answer(interaction, await _trail(interaction, self.page, speaker.say("unhide-done")))


class TrailButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:trail:(?P<page>[0-9]{1,4})"):
    """Turns a page of the audit trail."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.page = int(match["page"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of this one."""
        async with answering(interaction):
            await acknowledge(interaction)
            require_moderator(interaction)
            await answer(interaction, await _trail(interaction, self.page))


ITEMS = (UnhideButton, TrailButton, CancelButton)


class Moderation(commands.Cog):
    """The commands ``/hide``, ``/unhide``, ``/hidden`` and the menu of messages, for Manage Messages."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot
        self._hide_message = app_commands.ContextMenu(
            name=text("cmd-hide-message-name"), callback=self.hide_message
        )
        self._hide_message.default_permissions = discord.Permissions(manage_messages=True)
        self._hide_message.guild_only = True

    async def cog_load(self) -> None:
        """Buttons live on; a context menu is no cog's by itself."""
        self.bot.add_dynamic_items(*ITEMS)
        self.bot.tree.add_command(self._hide_message)

    async def cog_unload(self) -> None:
        """Take both back."""
        self.bot.remove_dynamic_items(*ITEMS)
        self.bot.tree.remove_command(self._hide_message.name, type=self._hide_message.type)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Handle the form of a dialog, or a click on a dialog from before a restart.

        discord.py would say nothing.
        """
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if interaction.response.is_done() or not custom_id.startswith(_DIALOG_PREFIX):
            return
        is_form = interaction.type is discord.InteractionType.modal_submit
        if not is_form and Dialog.answers(custom_id):
            return
        async with answering(interaction):
            await acknowledge(interaction)
            pay(interaction, Price.FORM if is_form else Price.BASIC)
            dialog = HideDialog.of_form(custom_id)
            if dialog is None:
                await answer(interaction, _note(speaker_of(interaction).say("hide-late")))
            else:
                await dialog.hide(interaction, custom_id, text_in(typed_in(data), REASON_FIELD))

    @app_commands.command(
        name=text("cmd-hide-name"),
        description=text("cmd-hide-description"),
    )
    @options(
        Option("post", "opt-hide-post"),
        Option("reason", "opt-hide-reason"),
    )
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.guild_only()
    async def hide(self, interaction: BotInteraction, post: str, reason: Range[str, 0, REASON_MAX] = "") -> None:
        """Ask which post is meant, then hide it."""
        await acknowledge(interaction)
        require_moderator(interaction)
        channels = await _moderated_channels(interaction)
        named = await _service(interaction).find(post, guild_of(interaction), channels)
        await _require_named(interaction, named)
        await answer(interaction, _which(interaction, named, reason))

    @app_commands.command(
        name=text("cmd-unhide-name"),
        description=text("cmd-unhide-description"),
    )
    @options(
        Option("post", "opt-hide-post", described="opt-unhide-post"),
    )
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.guild_only()
    async def unhide(self, interaction: BotInteraction, post: str) -> None:
        """Let a post be seen again."""
        await acknowledge(interaction)
        require_moderator(interaction)
        await _service(interaction).unhide(guild_of(interaction), post, person(interaction.user.id))
        await answer(interaction, draw_unhidden(speaker_of(interaction)))

    @unhide.autocomplete("post")
    async def suggest_hidden(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Suggest posts that this server has hidden, for those who may change it."""
        if not moderates_the_server(interaction):
            return []
        speaker = speaker_of(interaction)
        choices = [
            Choice(name=choice_name(speaker, hidden, _who(interaction, hidden.actor)), value=hidden.post_hash)
            for hidden in await _service(interaction).hidden(guild_of(interaction))
        ]
        return [choice for choice in choices if typed.casefold() in choice.name.casefold()][:CHOICES_MAX]

    @app_commands.command(
        name=text("cmd-hidden-name"),
        description=text("cmd-hidden-description"),
    )
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.guild_only()
    async def hidden(self, interaction: BotInteraction) -> None:
        """The server's audit trail."""
        await acknowledge(interaction)
        require_moderator(interaction)
        await answer(interaction, await _trail(interaction, 0))

    async def hide_message(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Ask which post of a message is to be hidden."""
        await acknowledge(interaction)
        require_moderator(interaction)
        sealed = await _sealed(interaction, message)
        await require_moderated(interaction, sealed.channel_id)
        if any(entry.content.fills_message for entry in sealed.entries):
            await self._hide_of_digest(interaction, sealed)
            return
        shown = [
            (index, post) for index, entry in enumerate(sealed.entries) for post, _, _ in entry.content.posts()
        ]
        if not shown:
            raise PostUnknown("hide-message-unknown")
        speaker, subscription_id = speaker_of(interaction), _subscription_id(sealed)
        if len(shown) == 1:
            index = shown[0][0]
            post, row = shown[0][1], hide_dialog_row(speaker, subscription_id, sealed.id, index)
            view = draw_hide_dialog(speaker, post, post.key, row)
            view.stop()
        else:
            view = draw_choice(speaker, subscription_id, sealed.id, shown)
        await answer(interaction, view)

    async def _hide_of_digest(self, interaction: BotInteraction, sealed: Message) -> None:
        """A digest belongs to no subscription: its posts are asked for as ``/hide`` does."""
        named = posts_of(sealed)
        if not named:
            raise PostUnknown("hide-message-unknown")
        await answer(interaction, _which(interaction, named, ""))


async def _moderated_channels(interaction: BotInteraction) -> frozenset[ChannelId]:
    """Channels in which the person may remove messages: posts sent elsewhere are not shown to them."""
    guild = interaction.guild
    here = [] if guild is None else [ChannelId(one.id) for one in (*guild.text_channels, *guild.threads)]
    known = await interaction.client.services.guilds.channels(guild_of(interaction))
    reach = await permissions_for_channels(interaction, (*known, *here), for_a_list=True)
    return frozenset(one for one in (*known, *here) if reach.moderates(one))


def _which(interaction: BotInteraction, named: list[PostMatch], why: str) -> ui.LayoutView:
    """A dialog for each post, or, of many, a menu of them."""
    if len(named) > NAMED_MAX:
        return HidePick(interaction, named, why)
    return HideDialog(interaction, named, why)


def _subscription_id(sealed: Message) -> SubscriptionId:
    """The subscription of a message's first post; notices have none."""
    found = (entry.subscription_id for entry in sealed.entries if entry.subscription_id is not None)
    return next(found)


async def _hide(interaction: BotInteraction, key: PostKey, why: str) -> ui.LayoutView:
    done = await _service(interaction).hide(guild_of(interaction), key, person(interaction.user.id), why)
    return draw_hidden(speaker_of(interaction), done, post_hash(key), why)


async def _trail(interaction: BotInteraction, page: int, note: str | None = None) -> ui.LayoutView:
    service, guild_id = _service(interaction), guild_of(interaction)
    lines = await service.trail(guild_id)
    hidden = await service.hidden_hashes(guild_id)
    return draw_trail(speaker_of(interaction), lines, page, hidden, note)


async def _sealed(interaction: BotInteraction, message: discord.Message) -> Message:
    """The message of ours that Discord shows there. Raises ``RefusedRequest`` for any other."""
    ours = _OURS.search(str([component.to_dict() for component in message.components]))
    deliveries = interaction.client.services.deliveries
    found = await deliveries.find(MessageId(ours[1]), guild_of(interaction)) if ours else None
    if found is None:
        raise PostUnknown("hide-message-unknown")
    return found


def _shown(entry: OutboxEntry) -> Post:
    """The post of an alert. Raises ``RefusedRequest`` where it was taken down already."""
    if entry.content.about is None or not entry.content.posts():
        raise RefusedRequest("hide-already")
    return entry.content.posts()[0].post


def _who(interaction: BotInteraction, actor: str) -> str:
    """A name without a mention: suggestions are plain text."""
    kind, _, number = actor.partition(":")
    member = interaction.guild.get_member(int(number)) if kind == "user" and interaction.guild else None
    return member.display_name if member else speaker_of(interaction).say("hidden-by-person")


def _note(sentence: str) -> ui.LayoutView:
    """A sentence and nothing to click."""
    return finished(ui.Container(ui.TextDisplay(sentence), accent_colour=ACCENT_BENGARA))


def _service(interaction: BotInteraction) -> ModerationService:
    return interaction.client.services.moderation


async def setup(bot: TrendBot) -> None:
    """Load the cog."""
    await bot.add_cog(Moderation(bot))
