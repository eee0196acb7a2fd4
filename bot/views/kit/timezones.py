"""Time zones as people call them: a city, a country, an abbreviation or the IANA name, in Japanese and English."""

from __future__ import annotations

import unicodedata
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from babel import Locale
from babel.core import get_global
from babel.dates import format_skeleton

from .text import LANGUAGES

_FIRST: Final = (
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Taipei",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "UTC",
)
"""Shown where nothing is typed yet, and before others that fit as well."""
_ABBREVIATIONS: Final = {
    "UTC": ("utc", "gmt", "z", "協定世界時"),
    "Asia/Tokyo": ("jst", "日本時間", "日本標準時"),
    "Asia/Seoul": ("kst",),
    "Asia/Kolkata": ("ist",),
    "Europe/London": ("bst", "uk", "イギリス", "england"),
    "Europe/Paris": ("cet", "cest"),
    "America/New_York": ("est", "edt", "et", "eastern"),
    "America/Chicago": ("cst", "cdt", "ct", "central"),
    "America/Denver": ("mst", "mdt", "mt", "mountain"),
    "America/Los_Angeles": ("pst", "pdt", "pt", "pacific"),
}
_UTC: Final = {"UTC", "UCT", "Universal", "Zulu", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu"}
"""IANA's names of one zone; machines and containers are often set to the fifth."""
_NO_PLACES: Final = {"localtime", "Factory"}
_EXACT, _BEGINS, _CONTAINS = range(3)
_BETWEEN_PLACES: Final = {"ja": "・", "en": ", "}
_LABEL_MAX: Final = 100
"""Discord's limit for a suggestion."""
_WIDE: Final = str.maketrans("()", "（）")


def default_zone(language: str) -> str | None:
    """The zone of people of a language who name none; None where they have to name one."""
    return "Asia/Tokyo" if language == "ja" else None


@dataclass(frozen=True, slots=True)
class _Zone:
    """A zone, what it is called in each language, and every word it is found by."""

    name: str
    place: Mapping[str, str]
    words: frozenset[str]


def suggest_zones(typed: str, language: str, *, limit: int = 25) -> list[tuple[str, str]]:
    """IANA names of zones that fit what was typed, the best first, each before its label in the language."""
    return [(zone.name, _label(zone, language)) for _, zone in _found(typed)[:limit]]


def find_zone(typed: str) -> str | None:
    """The IANA name of the one zone that is meant; None where that is not sure."""
    name = _names().get(typed.strip().casefold().replace(" ", "_"))
    # ``EST`` is a name too, of a zone without summer time that nobody means.
    if name is not None and "/" in name:
        return name
    found = _found(typed) if typed.strip() else []
    fitting = [zone for rank, zone in found if rank == _EXACT] or [zone for _, zone in found]
    return fitting[0].name if len(fitting) == 1 else name


def zone_label(name: str, language: str) -> str:
    """``Asia/Tokyo（東京・日本）``, ``Asia/Tokyo (Tokyo, Japan)``; the bare name for one without a place."""
    if name in _UTC:
        return "UTC"
    return next((_label(zone, language) for zone in _zones() if zone.name == name), name)


def city(name: str, language: str) -> str:
    """``東京`` of ``Asia/Tokyo``: what is enough beside a time of day; the bare name of one without a place."""
    if name in _UTC:
        return "UTC"
    zone = next((zone for zone in _zones() if zone.name == name), None)
    return (zone.place[language].partition(_BETWEEN_PLACES[language])[0] if zone else "") or name


def on_the_clock(moment: datetime, zone: str, language: str, *, day: bool = True) -> str:
    """A moment on the clocks of an IANA zone: ``11月24日（火）8:00``, ``Tue 24 Nov, 08:00``; or its time alone."""
    # Of the two ways to write a date in English, the one that most of the world reads the same.
    locale = "en_GB" if language == "en" else language
    local = moment.astimezone(zoneinfo.ZoneInfo(zone))
    time = format_skeleton("Hm", local, locale=locale)
    if not day:
        return time
    date = format_skeleton("MMMEd", local, locale=locale)
    return f"{date.translate(_WIDE)}{time}" if language == "ja" else f"{date}, {time}"


def _found(typed: str) -> list[tuple[int, _Zone]]:
    """Zones that fit, with how well they do."""
    wanted = _folded(typed)
    ranked = [(rank, zone) for zone in _zones() if (rank := _rank(zone, wanted)) is not None]
    return sorted(ranked, key=lambda one: (one[0], _place_in_list(one[1].name), one[1].name))


def _rank(zone: _Zone, wanted: str) -> int | None:
    if not wanted:
        return _CONTAINS if zone.name in _FIRST else None
    if wanted in zone.words:
        return _EXACT
    if any(word.startswith(wanted) for word in zone.words):
        return _BEGINS
    return _CONTAINS if any(wanted in word for word in zone.words) else None


def _place_in_list(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _label(zone: _Zone, language: str) -> str:
    place = zone.place.get(language)
    named = f" ({place})" if language != "ja" else f"（{place}）"
    return (f"{zone.name}{named}" if place else zone.name)[:_LABEL_MAX]


@cache
def _names() -> Mapping[str, str]:
    """Every IANA name there is, old ones too, by its lower-case form."""
    return {name.casefold(): name for name in zoneinfo.available_timezones() - _NO_PLACES}


@cache
def _zones() -> tuple[_Zone, ...]:
    """Zones that belong to a country, and UTC. The first call takes about 40 ms."""
    countries: Mapping[str, str] = get_global("zone_territories")
    old_names: dict[str, list[str]] = {}
    for old, new in get_global("zone_aliases").items():
        old_names.setdefault(new, []).append(old)
    locales = {language: Locale(language) for language in LANGUAGES}
    known = sorted(name for name in zoneinfo.available_timezones() & {*countries, "UTC"} if _is_place(name))
    return tuple(_zone(name, old_names.get(name, []), countries.get(name), locales) for name in known)


def _zone(name: str, old_names: list[str], country: str | None, locales: Mapping[str, Locale]) -> _Zone:
    places = {language: tuple(_places(name, old_names, country, locale)) for language, locale in locales.items()}
    spoken = {language: _BETWEEN_PLACES[language].join(dict.fromkeys(found)) for language, found in places.items()}
    words = (word for found in places.values() for word in found)
    return _Zone(
        name, spoken, frozenset(map(_folded, (name, _city_in(name), *words, *_ABBREVIATIONS.get(name, ()))))
    )


def _places(name: str, old_names: list[str], country: str | None, locale: Locale) -> Iterator[str]:
    """City and country in a language; ``UTC`` has neither."""
    if country is None:
        return
    known: Mapping[str, Any] = locale.time_zones
    cities = (known[each]["city"] for each in (name, *old_names) if "city" in known.get(each, {}))
    yield next(cities, _city_in(name))
    land = locale.territories.get(country)
    if land is not None and land != country:
        yield land


def _is_place(name: str) -> bool:
    return not name.startswith("Etc/")


def _city_in(name: str) -> str:
    return name.rpartition("/")[2].replace("_", " ")


def _folded(text: str) -> str:
    """The text as it is compared: width, case, underscores and outer space do not matter."""
    return unicodedata.normalize("NFKC", text).strip().casefold().replace("_", " ")
