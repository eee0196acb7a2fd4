"""Draws ``/settings``: a server's settings on one card, each with its menu or button, and the forms of two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import ui

from bot.core.guild_settings import NOT_SET, OFF, ON, TOP_MAX, SettingKey, value_mark, write_setting
from bot.core.models import GuildSettings, QuietHours
from bot.core.surge.settings import Preset
from bot.core.text import excerpt
from bot.views.kit.layout import button, finished
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT
from bot.views.kit.timezones import zone_label
from bot.views.quiet_hours import clock_text, days_text, hours_text

PACES: Final = (1, 3, 5, 8, 12, 20)
MINIMUMS: Final = (10, 50, 100, 200, 500, 1000)
USUAL_TOP: Final = 5
"""Posts a topic of a digest for which nobody chose a number."""
FORM_ID: Final = r"kw:set-form:(?P<key>zone|quiet)"
"""The custom_ids of the two forms."""
FIELD_MAX: Final = 100
_LABEL_MAX: Final = 45
_HINT_MAX: Final = 100
_OPTION_MAX: Final = 100
_Kind = discord.SelectDefaultValueType


@dataclass(frozen=True, slots=True)
class OperatorDefaults:
    """Defaults of the operator, shown where a server chose nothing. ``pace`` 0: none."""

    pace: int
    surge: str


@dataclass(frozen=True, slots=True)
class MadeChange:
    """A change that the card reports. ``is_undone``: it took an earlier one back, so that there is no undo."""

    key: SettingKey
    before: str
    after: str
    is_undone: bool = False


def setting_id(key: SettingKey) -> str:
    """``kw:set:<setting>``: the menu of a setting, or the button that opens its form."""
    return f"kw:set:{key}"


def undo_setting_id(change: MadeChange) -> str:
    """``kw:set-undo:<setting>:<mark>:<before>``: undoes a change, at most 90 characters."""
    return f"kw:set-undo:{change.key}:{value_mark(change.after)}:{change.before}"


QUIET_OFF_ID: Final = "kw:set-off:quiet"


def settings_view(
    speaker: Speaker,
    settings: GuildSettings,
    defaults: OperatorDefaults,
    *,
    is_there: Callable[[int], bool] = lambda _: True,
    change: MadeChange | None = None,
) -> ui.LayoutView:
    """The card of ``/settings``. ``is_there``: whether a role or channel by this id still exists.

    ``change``: what was just changed, with the button that undoes it.
    """
    card: ui.Container[Any] = ui.Container(accent_colour=ACCENT)
    card.add_item(ui.TextDisplay(f"{speaker.say('settings-title')}\n{speaker.say('settings-means')}"))
    if change is not None:
        card.add_item(ui.TextDisplay(changed_text(speaker, change)))
        if not change.is_undone:
            card.add_item(ui.ActionRow(button(speaker.say("button-undo"), undo_setting_id(change))))
    _add(card, speaker, "general")
    card.add_item(_row(_menu(speaker, settings, SettingKey.LANGUAGE, _languages(speaker))))
    card.add_item(ui.TextDisplay("\n".join([_zone_line(speaker, settings), _quiet_line(speaker, settings)])))
    card.add_item(ui.ActionRow(*_form_buttons(speaker, settings)))
    _add(card, speaker, "status")
    card.add_item(_row(_channel_menu(speaker, settings, is_there)))
    _add(card, speaker, "subscriptions")
    card.add_item(_row(_menu(speaker, settings, SettingKey.AMOUNT, _amounts(speaker, settings, defaults))))
    card.add_item(_row(_menu(speaker, settings, SettingKey.SURGE, _surges(speaker, defaults))))
    card.add_item(_row(_menu(speaker, settings, SettingKey.FOLD, _switch(speaker, SettingKey.FOLD))))
    card.add_item(_row(_menu(speaker, settings, SettingKey.MEDIA, _switch(speaker, SettingKey.MEDIA))))
    _add(card, speaker, "role")
    card.add_item(_row(_role_menu(speaker, settings, is_there)))
    _add(card, speaker, "digests")
    card.add_item(_row(_menu(speaker, settings, SettingKey.TOP, _tops(speaker))))
    card.add_item(_row(_menu(speaker, settings, SettingKey.ALERTS, _switch(speaker, SettingKey.ALERTS))))
    return finished(card)


def changed_text(speaker: Speaker, change: MadeChange) -> str:
    """The setting that was changed, and its value now."""
    text_id = "settings-undone" if change.is_undone else "settings-saved"
    value, name_id = _value(speaker, change.key, change.after), f"settings-name-{change.key}"
    if speaker.has(name_id):
        return speaker.say(text_id, name=speaker.say(name_id), value=value)
    return speaker.say(f"{text_id}-value", value=value)


def zone_form(speaker: Speaker, settings: GuildSettings) -> ui.Modal:
    """The form of the time zone, which is answered by its custom_id, also after a restart."""
    form = _form(speaker, SettingKey.ZONE, "settings-form-zone")
    form.add_item(_field(speaker, "timezone", settings.zone or "", required=False))
    form.stop()
    return form


def quiet_settings_form(speaker: Speaker, settings: GuildSettings) -> ui.Modal:
    """The form of the server's quiet hours, with those that are set."""
    quiet = settings.quiet
    form = _form(speaker, SettingKey.QUIET, "settings-form-quiet")
    shown = {
        "start": "" if quiet is None else clock_text(quiet.start),
        "end": "" if quiet is None else clock_text(quiet.end),
        "timezone": quiet.zone if quiet is not None else settings.zone or "",
        "weekdays": "" if quiet is None else days_text(speaker, quiet.weekdays),
    }
    for name, value in shown.items():
        form.add_item(_field(speaker, name, value, required=name in {"start", "end"}))
    form.stop()
    return form


# -- parts of the card ---------------------------------------------------------------------------------


def _add(card: ui.Container[Any], speaker: Speaker, part: str) -> None:
    card.add_item(ui.TextDisplay(speaker.say(f"settings-part-{part}")))


def _row(item: ui.Item[Any]) -> ui.ActionRow[Any]:
    return ui.ActionRow(item)


def _menu(
    speaker: Speaker, settings: GuildSettings, key: SettingKey, choices: Mapping[str, str]
) -> ui.Select[Any]:
    """A menu of values with their labels, with the present value chosen; a value that is no choice is added."""
    now = _shown_value(settings, key)
    known = dict(choices)
    known.setdefault(now or "default", _value(speaker, key, now))
    options = [
        discord.SelectOption(label=excerpt(label, _OPTION_MAX), value=value, default=value == (now or "default"))
        for value, label in known.items()
    ]
    return ui.Select(custom_id=setting_id(key), options=options)


def _shown_value(settings: GuildSettings, key: SettingKey) -> str:
    """The value as its menu shows it: a switch that nobody touched is where it is without the server's choice."""
    usual = {SettingKey.FOLD: ON, SettingKey.MEDIA: ON, SettingKey.ALERTS: ON, SettingKey.TOP: str(USUAL_TOP)}
    return write_setting(settings, key) or usual.get(key, NOT_SET)


def _value(speaker: Speaker, key: SettingKey, value: str) -> str:
    """A value in words; of a role or channel its mention."""
    if value == NOT_SET:
        return speaker.say(f"settings-unset-{key}" if speaker.has(f"settings-unset-{key}") else "settings-unset")
    said = _WORDS.get(key)
    return speaker.say(f"settings-{key}-{value}") if said is None else said(speaker, value)


def _amount(speaker: Speaker, value: str) -> str:
    number = value[1:]
    if value.startswith("p"):
        return speaker.say("settings-amount-pace", count=int(number))
    return (
        speaker.say("settings-amount-minimum", count=speaker.exact(int(number)))
        if number
        else speaker.say("settings-amount-each")
    )


_WORDS: Final[Mapping[SettingKey, Callable[[Speaker, str], str]]] = {
    SettingKey.LANGUAGE: lambda speaker, value: speaker.say(f"choice-language-{value}"),
    SettingKey.ZONE: lambda speaker, value: zone_label(value, speaker.language),
    SettingKey.QUIET: lambda speaker, _: speaker.say("settings-set"),
    SettingKey.AMOUNT: _amount,
    SettingKey.SURGE: lambda speaker, value: speaker.say("settings-surge", which=speaker.say(f"surge-{value}")),
    SettingKey.TOP: lambda speaker, value: speaker.say("settings-top", count=int(value)),
    SettingKey.ROLE: lambda _, value: f"<@&{value}>",
    SettingKey.STATUS: lambda _, value: f"<#{value}>",
}
"""A value of each setting in words; of the others each value has a sentence."""


def _languages(speaker: Speaker) -> dict[str, str]:
    return {"default": speaker.say("settings-unset-language")} | {
        one: speaker.say(f"choice-language-{one}") for one in ("ja", "en")
    }


def _amounts(speaker: Speaker, settings: GuildSettings, defaults: OperatorDefaults) -> dict[str, str]:
    usual = _amount(speaker, f"p{defaults.pace}" if defaults.pace else "m")
    values = [*(f"p{pace}" for pace in PACES), "m", *(f"m{minimum}" for minimum in MINIMUMS)]
    found = {value: _amount(speaker, value) for value in values}
    return {"default": speaker.say("settings-default", value=usual)} | found


def _surges(speaker: Speaker, defaults: OperatorDefaults) -> dict[str, str]:
    found = {
        value: speaker.say("settings-surge", which=speaker.say(f"surge-{value}"))
        for value in (Preset.UNUSUAL.value, Preset.EVERY.value, Preset.RARE.value, OFF)
    }
    return {"default": speaker.say("settings-default", value=found[defaults.surge])} | found


def _tops(speaker: Speaker) -> dict[str, str]:
    return {str(number): speaker.say("settings-top", count=number) for number in range(1, TOP_MAX + 1)}


def _switch(speaker: Speaker, key: SettingKey) -> dict[str, str]:
    return {value: speaker.say(f"settings-{key}-{value}") for value in (ON, OFF)}


def _zone_line(speaker: Speaker, settings: GuildSettings) -> str:
    return speaker.say("settings-zone", value=_value(speaker, SettingKey.ZONE, settings.zone or NOT_SET))


def _quiet_line(speaker: Speaker, settings: GuildSettings) -> str:
    quiet: QuietHours | None = settings.quiet
    said = speaker.say("settings-unset-quiet") if quiet is None else hours_text(speaker, quiet)
    return speaker.say("settings-quiet", value=said)


def _form_buttons(speaker: Speaker, settings: GuildSettings) -> Sequence[ui.Button[Any]]:
    found = [
        button(speaker.say("settings-button-zone"), setting_id(SettingKey.ZONE)),
        button(speaker.say("settings-button-quiet"), setting_id(SettingKey.QUIET)),
    ]
    if settings.quiet is not None:
        found.append(button(speaker.say("settings-button-quiet-off"), QUIET_OFF_ID))
    return found


def _role_menu(speaker: Speaker, settings: GuildSettings, is_there: Callable[[int], bool]) -> ui.RoleSelect[Any]:
    """The role's menu; Discord takes no message with a chosen role that was deleted."""
    return ui.RoleSelect(
        custom_id=setting_id(SettingKey.ROLE),
        placeholder=speaker.say("settings-unset-role"),
        min_values=0,
        default_values=_chosen(settings.role_id, _Kind.role, is_there),
    )


def _channel_menu(
    speaker: Speaker, settings: GuildSettings, is_there: Callable[[int], bool]
) -> ui.ChannelSelect[Any]:
    return ui.ChannelSelect(
        custom_id=setting_id(SettingKey.STATUS),
        placeholder=speaker.say("settings-unset-status"),
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        min_values=0,
        default_values=_chosen(settings.status_channel, _Kind.channel, is_there),
    )


def _chosen(
    chosen: int | None, kind: discord.SelectDefaultValueType, is_there: Callable[[int], bool]
) -> list[discord.SelectDefaultValue]:
    if chosen is None or not is_there(chosen):
        return []
    return [discord.SelectDefaultValue(id=chosen, type=kind)]


def _form(speaker: Speaker, key: SettingKey, title_id: str) -> ui.Modal:
    title = excerpt(speaker.say(title_id), _LABEL_MAX)
    return ui.Modal(title=title, custom_id=f"kw:set-form:{key}", timeout=None)


def _field(speaker: Speaker, name: str, value: str, *, required: bool) -> ui.Label[Any]:
    hint_id = "settings-form-zone-hint" if name == "timezone" else f"opt-quiet-{name}-description"
    return ui.Label(
        text=excerpt(speaker.say(f"quiet-form-{name}"), _LABEL_MAX),
        description=excerpt(speaker.say(hint_id), _HINT_MAX),
        component=ui.TextInput(
            custom_id=name, default=value[:FIELD_MAX] or None, required=required, max_length=FIELD_MAX
        ),
    )
