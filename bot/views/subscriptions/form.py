"""The form in which a subscription is edited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import discord
from discord import ui

from bot.core.models import RoleId, Subscription
from bot.core.pace.bins import LOWEST
from bot.core.text import excerpt
from bot.views.kit.forms import About, Form, FormKind
from bot.views.kit.text import LANGUAGES, Speaker

from .lines import min_rp_plain

WORDS_FIELD_MAX = 2000
"""20 words of 60 characters with quotes and commas fit."""

Submitted = Callable[[discord.Interaction[Any], "EditForm"], Awaitable[None]]


class EditForm(Form):
    """Minimum, words, language and role of one subscription, filled in as they are now.

    ``include`` and ``exclude`` are given as a field shows words. ``submitted`` is called with the filled form.
    ``role_gone``: its role was deleted, so that nothing of it can be chosen.
    """

    def __init__(
        self,
        speaker: Speaker,
        subscription: Subscription,
        *,
        include: str,
        exclude: str,
        submitted: Submitted,
        role_gone: bool = False,
    ) -> None:
        super().__init__(speaker.say("edit-title"), About(FormKind.EDIT, subscription.id))
        self._submitted = submitted
        self._min_rp = _min_rp_field(speaker, subscription)
        self._include = words_field("include", include)
        self._exclude = words_field("exclude", exclude)
        self._language = _language_field(speaker, subscription.settings.language)
        self._role = role_field(None if role_gone else subscription.settings.role_id)
        words_hint = speaker.say("edit-words-hint")
        self._add(speaker.say("edit-min-rp"), self._min_rp, speaker.say("edit-velocity-hint"))
        self._add(speaker.say("edit-include"), self._include, words_hint)
        self._add(speaker.say("edit-exclude"), self._exclude, words_hint)
        self._add(speaker.say("edit-language"), self._language)
        self._add(speaker.say("edit-role"), self._role, speaker.say("edit-role-gone") if role_gone else None)

    @property
    def min_rp(self) -> str:
        """The minimum as typed, with a pace (``5/day``) and that of RP an hour (``100 +300/h``)."""
        return self._min_rp.value

    @property
    def include(self) -> str:
        """The words as typed."""
        return self._include.value

    @property
    def exclude(self) -> str:
        """The words as typed."""
        return self._exclude.value

    @property
    def language(self) -> str | None:
        """The chosen language."""
        return next(iter(self._language.values), None)

    @property
    def role(self) -> discord.Role | None:
        """The chosen role."""
        return next(iter(self._role.values), None)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form over."""
        await self._submitted(interaction, self)

    def _add(self, text: str, field: ui.Item[Any], hint: str | None = None) -> None:
        self.add_item(ui.Label(text=text, description=hint, component=field))


def _min_rp_field(speaker: Speaker, subscription: Subscription) -> ui.TextInput[Any]:
    hint = speaker.say("edit-min-rp-hint", minimums=min_rp_plain(speaker, subscription))
    return ui.TextInput(
        custom_id="min_rp",
        default=" ".join(_conditions(speaker, subscription)) or None,
        placeholder=excerpt(hint, 100),
        required=False,
        max_length=60,
    )


def _conditions(speaker: Speaker, subscription: Subscription) -> Iterator[str]:
    """The pace, the minimum and the velocity as the field shows them.

    Different minimums do not fit one field: without one they stay as they are. The lowest ones of a pace are not
    shown, for nobody typed them.
    """
    pace, minimums = subscription.settings.pace, set(subscription.settings.min_rp.values())
    if pace is not None:
        yield speaker.say("edit-pace", pace=pace)
    if len(minimums) == 1 and (pace is None or max(minimums) > LOWEST):
        yield str(minimums.pop())
    per_hour = subscription.settings.rules.min_velocity
    if per_hour:
        yield f"+{per_hour}/h"


def words_field(custom_id: str, words: str) -> ui.TextInput[Any]:
    """Words to include or exclude, as a field shows them."""
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        default=words[:WORDS_FIELD_MAX] or None,
        required=False,
        max_length=WORDS_FIELD_MAX,
    )


def _language_field(speaker: Speaker, language: str) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=speaker.say(f"choice-language-{one}"), value=one, default=one == language)
        for one in LANGUAGES
    ]
    return ui.Select(custom_id="language", options=options, required=True)


def role_field(role_id: RoleId | None) -> ui.RoleSelect[Any]:
    """At most one role, the present one chosen."""
    kind = discord.SelectDefaultValueType.role
    defaults = [] if role_id is None else [discord.SelectDefaultValue(id=role_id, type=kind)]
    return ui.RoleSelect(custom_id="role", min_values=0, max_values=1, required=False, default_values=defaults)
