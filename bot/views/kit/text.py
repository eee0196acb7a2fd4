"""Sentences, numbers and times in the reader's language, from the Fluent files in ``config/locales``."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_compact_decimal, format_decimal
from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("ja", "en")


def language_of(locale: str | None, default: str) -> str:
    """Ours of Discord's locales (``en-US``, ``ja``, ``fr`` …); ``default`` where we do not speak it."""
    short = (locale or "").split("-", 1)[0].lower()
    return short if short in LANGUAGES else default


class Speaker:
    """Says things in one language."""

    def __init__(self, language: str, folder: Path) -> None:
        self.language = language
        self._folder = folder
        self._plain: dict[str, str] = {}
        """Sentences without values, which are always the same."""
        self._instead: dict[str, tuple[str, dict[str, Any]]] = {}

    @property
    def _bundle(self) -> FluentBundle:
        """Read when first needed: 0.1 s that a command which says nothing in this language keeps."""
        return _bundle(self.language, self._folder)

    def has(self, text_id: str) -> bool:
        """Whether there is such a sentence."""
        return bool(self._bundle.has_message(text_id))

    def say(self, text_id: str, **values: Any) -> str:
        """A sentence by its id. Raises ``KeyError`` for an id or a value that is missing: a bug, not a state."""
        if text_id in self._instead:
            text_id, more = self._instead[text_id]
            values = {**values, **more}
        if values:
            return self._said(text_id, values)
        if text_id not in self._plain:
            self._plain[text_id] = self._said(text_id, values)
        return self._plain[text_id]

    def say_instead(self, text_id: str, other_id: str, **values: Any) -> None:
        """Replace ``text_id`` by ``other_id`` from now on, filled with these values besides its own."""
        self._instead[text_id] = other_id, values

    def _said(self, text_id: str, values: dict[str, Any]) -> str:
        if not self.has(text_id):
            raise KeyError(f"no text {text_id!r} in {self.language}")
        pattern = self._bundle.get_message(text_id).value
        if pattern is None:
            raise KeyError(f"text {text_id!r} in {self.language} has no value")
        spoken, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise KeyError(f"text {text_id!r} in {self.language}: {errors[0]}")
        return str(spoken)

    def number(self, value: int | None) -> str:
        """``1.2万`` / ``12K``; exact below 10,000 (1,000 in English); an unknown number says so."""
        if value is None:
            return self.say("number-unknown")
        return _rounded(value, self.language)

    def language_name(self, tag: str) -> str:
        """The name of a language, by its BCP 47 tag; the tag itself for an unknown one."""
        try:
            name = Locale.parse(tag, sep="-").get_display_name(self.language)
        except (ValueError, UnknownLocaleError):
            return tag
        return name or tag

    def exact(self, value: int | None) -> str:
        """The whole number with separators; an unknown number says so."""
        return self.say("number-unknown") if value is None else format_decimal(value, locale=self.language)


def age(moment: datetime) -> str:
    """Discord's relative timestamp, drawn by the reader's client: ``3 hours ago``."""
    return f"<t:{int(moment.timestamp())}:R>"


def ago(speaker: Speaker, moment: datetime, now: datetime) -> str:
    """The time since a moment; within the last minute in words.

    Discord's client counts by the reader's own clock: one that is a second behind would say "in 1 second". What a
    clock that was ahead put into the future was just now.
    """
    return speaker.say("time-just-now") if now - moment < timedelta(minutes=1) else age(moment)


def when(moment: datetime) -> str:
    """Discord's full timestamp, drawn by the reader's client in their own zone."""
    return f"<t:{int(moment.timestamp())}:f>"


def clock_time(moment: datetime) -> str:
    """Discord's short timestamp, drawn by the reader's client in their own zone: ``3:13``."""
    return f"<t:{int(moment.timestamp())}:t>"


class Texts:
    """All languages, from a folder with one folder of ``.ftl`` files a language.

    Each is read once: when it first speaks, or all by ``read``.
    """

    def __init__(self, folder: Path, default: str = "ja") -> None:
        self.default = default
        self._speakers = {language: Speaker(language, folder) for language in LANGUAGES}

    def read(self) -> None:
        """Read all now, as the running bot does before it connects: nobody's first command waits for it."""
        for speaker in self._speakers.values():
            speaker.has("")

    def say_instead(self, text_id: str, other_id: str, **values: Any) -> None:
        """Replace ``text_id`` by ``other_id`` in all languages from now on."""
        for speaker in self._speakers.values():
            speaker.say_instead(text_id, other_id, **values)

    def speaker(self, locale: str | None) -> Speaker:
        """The speaker for one of Discord's locales or one of our languages."""
        return self._speakers[language_of(locale, self.default)]


@cache
def _bundle(language: str, folder: Path) -> FluentBundle:
    """One language's sentences; a broken file is an error at once."""
    # Isolation marks (U+2068/2069) would show as boxes in some Discord clients, and invariant 7 strips them.
    bundle = FluentBundle([language], use_isolating=False)
    for file in sorted((folder / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle


@lru_cache(maxsize=10_000)
def _rounded(value: int, language: str) -> str:
    """TtlCache: a digest writes each count several times until it fits, and Babel takes 60 µs for one."""
    exact_below = 10_000 if language == "ja" else 1_000
    if abs(value) < exact_below:
        return str(format_decimal(value, locale=language))
    digits = 1 if abs(value) < exact_below * 100 else 0
    return str(format_compact_decimal(value, locale=language, fraction_digits=digits))
