"""Changes of a server's settings, each as a short text: the value of a menu, and the part of a button's custom_id.

"p5" -> change -> ``GuildSettings(pace=5)`` -> write -> "p5"
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.core.calendar.quiet_hours import DAY_MINUTES, is_endless
from bot.core.identity.row_ids import read_id
from bot.core.models import ChannelId, GuildSettings, QuietHours, RoleId
from bot.core.pace.threshold import PACE_MAX
from bot.core.surge.settings import Preset

LANGUAGES: Final = ("ja", "en")
MIN_RP_MAX: Final = 10_000_000
TOP_MAX: Final = 10
NOT_SET: Final = ""
"""The value of a setting that nobody chose."""
OFF: Final = "off"
ON: Final = "on"
_MARK_DIGITS: Final = 8
_ZONE_MAX: Final = 40


class SettingKey(StrEnum):
    """A setting of a server; part of custom_ids. ``AMOUNT`` is a pace or a minimum."""

    LANGUAGE = "language"
    ZONE = "zone"
    QUIET = "quiet"
    AMOUNT = "amount"
    SURGE = "surge"
    FOLD = "fold"
    MEDIA = "media"
    TOP = "top"
    ALERTS = "alerts"
    ROLE = "role"
    STATUS = "status"


def write_setting(settings: GuildSettings, key: SettingKey) -> str:
    """The value of a setting as text; ``NOT_SET`` where nobody chose it. At most 60 characters of ASCII."""
    return _WRITES[key](settings)


def with_setting(settings: GuildSettings, key: SettingKey, value: str) -> GuildSettings:
    """The settings with one changed to a text of ``write_setting``. Raises ``ValueError`` for any other text."""
    return replace(settings, **_READS[key](value))


def value_mark(value: str) -> str:
    """Eight hexadecimal digits by which an undo button knows the value that it undoes."""
    return hashlib.blake2s(value.encode(), digest_size=_MARK_DIGITS // 2).hexdigest()


def write_quiet(quiet: QuietHours | None) -> str:
    """Quiet hours as text: ``1320-420-01234-Asia/Tokyo``, minutes after midnight, weekdays and zone."""
    if quiet is None:
        return NOT_SET
    return f"{quiet.start}-{quiet.end}-{''.join(map(str, quiet.weekdays))}-{quiet.zone}"


def _read_quiet(value: str) -> QuietHours | None:
    if value == NOT_SET:
        return None
    start, end, weekdays, zone = value.split("-", 3)
    quiet = QuietHours(_zone(zone), _minute(start), _minute(end), tuple(sorted(set(map(_weekday, weekdays)))))
    if not quiet.weekdays or is_endless(quiet):
        raise ValueError(value)
    return quiet


def _minute(text: str) -> int:
    return _between(text, 0, DAY_MINUTES - 1)


def _weekday(text: str) -> int:
    return _between(text, 0, 6)


def _between(text: str, least: int, most: int) -> int:
    """A whole number as we write it. Raises ``ValueError``."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and least <= int(text) <= most):
        raise ValueError(text)
    return int(text)


def _zone(text: str) -> str:
    if not 0 < len(text) <= _ZONE_MAX:
        raise ValueError(text)
    try:
        return ZoneInfo(text).key
    except (KeyError, OSError):
        raise ValueError(text) from None


def _among(*values: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in values:
            raise ValueError(value)
        return value

    return read


def _read_amount(value: str) -> dict[str, Any]:
    """``p5``: about five alerts a day; ``m100``: each post with 100 RP; ``m``: with the source's own minimum."""
    if value == NOT_SET:
        return {"pace": None, "min_rp": None}
    kind, number = value[0], value[1:]
    if kind == "p":
        return {"pace": _between(number, 1, PACE_MAX), "min_rp": None}
    if kind == "m":
        return {"pace": 0, "min_rp": _between(number, 0, MIN_RP_MAX) if number else None}
    raise ValueError(value)


def _write_amount(settings: GuildSettings) -> str:
    if settings.pace is None:
        return NOT_SET
    if settings.pace:
        return f"p{settings.pace}"
    return "m" if settings.min_rp is None else f"m{settings.min_rp}"


def _read_id(value: str) -> int:
    found = read_id(value)
    if found is None:
        raise ValueError(value)
    return found


def _reading(field: str, read: Callable[[str], Any]) -> Callable[[str], dict[str, Any]]:
    """A reader of one field; ``NOT_SET`` is None."""
    return lambda value: {field: None if value == NOT_SET else read(value)}


def _writing(field: str, write: Callable[[Any], str] = str) -> Callable[[GuildSettings], str]:
    def written(settings: GuildSettings) -> str:
        value = getattr(settings, field)
        return NOT_SET if value is None else write(value)

    return written


def _switch(value: str) -> bool:
    return _among(ON, OFF)(value) == ON


def _write_switch(value: bool) -> str:
    return ON if value else OFF


_READS: Final[Mapping[SettingKey, Callable[[str], dict[str, Any]]]] = {
    SettingKey.LANGUAGE: _reading("language", _among(*LANGUAGES)),
    SettingKey.ZONE: _reading("zone", _zone),
    SettingKey.QUIET: _reading("quiet", _read_quiet),
    SettingKey.AMOUNT: _read_amount,
    SettingKey.SURGE: _reading("surge", _among(OFF, *Preset)),
    SettingKey.FOLD: _reading("fold", _switch),
    SettingKey.MEDIA: _reading("media", _switch),
    SettingKey.TOP: _reading("digest_top", lambda value: _between(value, 1, TOP_MAX)),
    SettingKey.ALERTS: _reading("alerts_with_digest", _switch),
    SettingKey.ROLE: _reading("role_id", lambda value: RoleId(_read_id(value))),
    SettingKey.STATUS: _reading("status_channel", lambda value: ChannelId(_read_id(value))),
}
_WRITES: Final[Mapping[SettingKey, Callable[[GuildSettings], str]]] = {
    SettingKey.LANGUAGE: _writing("language"),
    SettingKey.ZONE: _writing("zone"),
    SettingKey.QUIET: _writing("quiet", write_quiet),
    SettingKey.AMOUNT: _write_amount,
    SettingKey.SURGE: _writing("surge"),
    SettingKey.FOLD: _writing("fold", _write_switch),
    SettingKey.MEDIA: _writing("media", _write_switch),
    SettingKey.TOP: _writing("digest_top"),
    SettingKey.ALERTS: _writing("alerts_with_digest", _write_switch),
    SettingKey.ROLE: _writing("role_id"),
    SettingKey.STATUS: _writing("status_channel"),
}
