"""Properties of all forms: how long they are open, their input, and how they are offered again.

A form's custom_id says what it is about, so that one that was forgotten (a restart, or too long open) can be
offered again with what was typed. Discord takes no form as the answer to a form: a button under a sentence opens
it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

import discord
from discord import ui

from bot.core.identity.row_ids import read_id
from bot.core.models import RoleId
from bot.core.text import excerpt
from bot.views.kit.theme import ACCENT_REFUSED

from .layout import button, card_of
from .text import Speaker

FORM_S: Final = 30 * 60.0
"""Seconds for which a form can be submitted. Discord reports no closed form."""
TITLE_MAX: Final = 45

Typed = Mapping[str, tuple[str, ...]]
"""Input of a form by the custom_id of the field: a text, or the chosen values."""


class FormKind(StrEnum):
    """The kind of a form; part of custom_ids."""

    EDIT = "edit"
    FILTERS = "filters"
    DIGEST = "digest"
    NEW_DIGEST = "new-digest"
    DIGEST_OPTIONS = "digest-options"
    SUBSCRIBE = "subscribe"
    QUIET = "quiet"

    @property
    def has_more_options(self) -> bool:
        """Whether its command has options without a field in the form, which are lost where they are not kept."""
        return self in {FormKind.NEW_DIGEST, FormKind.DIGEST_OPTIONS, FormKind.SUBSCRIBE}


class About(NamedTuple):
    """The subject of a form: its kind, and the id of the subscription, digest or channel."""

    kind: FormKind
    number: int


_KINDS = "|".join(FormKind)
AGAIN_ID: Final = rf"kw:form:(?P<kind>{_KINDS}):(?P<id>[0-9]{{1,19}})"
"""The custom_id of the button that offers a form again."""
_FORM_ID = re.compile(AGAIN_ID + ":[0-9a-f]{16}")


class Form(ui.Modal):
    """A form that is forgotten after ``FORM_S``. Its fields have custom_ids that are always the same."""

    def __init__(self, title: str, about: About) -> None:
        custom_id = f"{again_id(about)}:{secrets.token_hex(8)}"
        super().__init__(title=excerpt(title, TITLE_MAX), timeout=FORM_S, custom_id=custom_id)
        self.about = about

    def refill(self, typed: Typed) -> None:
        """Show what was typed in place of what is stored; what no longer can be chosen is left out."""
        for field in self.walk_children():
            custom_id: str = getattr(field, "custom_id", "")
            if custom_id in typed:
                _refill(field, typed[custom_id])

    @property
    def preselected_roles(self) -> frozenset[RoleId]:
        """The roles that are chosen when the form opens."""
        return frozenset(RoleId(one.id) for field in self._role_fields() for one in field.default_values)

    def deselect_roles(self, roles: Collection[RoleId]) -> None:
        """Choose these roles no longer: Discord opens no form with a role that was deleted."""
        for field in self._role_fields():
            field.default_values = [one for one in field.default_values if one.id not in roles]

    def _role_fields(self) -> Iterator[ui.RoleSelect[Any]]:
        return (field for field in self.walk_children() if isinstance(field, ui.RoleSelect))


def again_id(about: About) -> str:
    """``kw:form:<kind>:<id>``: see ``AGAIN_ID``."""
    return f"kw:form:{about.kind}:{about.number}"


def read_again(match: re.Match[str]) -> About:
    """The subject in a match of ``AGAIN_ID``; id 0, which nothing has, if it is no id."""
    return About(FormKind(match["kind"]), read_id(match["id"]) or 0)


def form_about(custom_id: str) -> About | None:
    """The subject of a form by its custom_id; None for other forms."""
    match = _FORM_ID.fullmatch(custom_id)
    return None if match is None else read_again(match)


def typed_in(data: Mapping[str, Any]) -> Typed:
    """The input of a form, from Discord's data of the interaction."""
    return {
        str(field["custom_id"]): tuple(map(str, field.get("values") or [field.get("value") or ""]))
        for field in _fields(data.get("components") or [])
    }


def draw_again(speaker: Speaker, sentence: str, about: About) -> ui.LayoutView:
    """A sentence about what was sent off, with a button that opens the form again, filled with what was typed."""
    again = button(speaker.say("button-form-again"), again_id(about), discord.ButtonStyle.primary)
    return card_of([sentence], [ui.ActionRow(again)], ACCENT_REFUSED)


def _fields(parts: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The fields of a form, in rows or under labels."""
    for part in parts:
        inner = part.get("components") or ([part["component"]] if part.get("component") else [])
        yield from _fields(inner)
        if part.get("custom_id") is not None:
            yield part


def _refill(field: ui.Item[Any], typed: tuple[str, ...]) -> None:
    if isinstance(field, ui.TextInput):
        field.default = "".join(typed)[: field.max_length] or None
    elif isinstance(field, ui.Select):
        for option in field.options:
            option.default = option.value in typed
    elif isinstance(field, ui.RoleSelect):
        kind = discord.SelectDefaultValueType.role
        ids = [number for number in map(read_id, typed) if number]
        field.default_values = [discord.SelectDefaultValue(id=number, type=kind) for number in ids]
