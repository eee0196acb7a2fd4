"""Sentences for the person at the command line, from the Fluent files in ``config/locales``.

Fluent is imported with the first sentence that is said: a command that prints JSON alone needs none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from . import LOCALES

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

Language = Literal["ja", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("ja", "en")
_ID: Final = re.compile(r"^([A-Za-z][\w-]*) *=", re.MULTILINE)
FILES: Final = ("cli*.ftl", "common.ftl", "health.ftl", "sources.ftl")
"""The files that the command line speaks from."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its id, not yet said in a language.

    ``values`` fill it: a sentence among them is said too, and names are listed as the language lists them.
    """

    text_id: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def said(self, language: Language) -> str:
        """The sentence in a language. Raises ``KeyError`` for an id or a value that is missing."""
        filled = {name: _filling(value, language) for name, value in self.values.items()}
        return sentence(language, self.text_id, **filled)


Value: TypeAlias = str | int | float | Sentence | tuple[str, ...]
"""A value of a sentence; several names are a tuple."""


def _filling(value: Value, language: Language) -> str | int | float:
    """A value as it stands in a sentence."""
    if isinstance(value, Sentence):
        return value.said(language)
    return sentence(language, "list-comma").join(value) if isinstance(value, tuple) else value


def sentence(language: Language, text_id: str, **values: Any) -> str:
    """A sentence by its id. Raises ``KeyError`` for an id or a value that is missing: a bug, not a state."""
    file = _homes(language).get(text_id)
    if file is None:
        raise KeyError(f"no text {text_id!r} in {language}")
    bundle = _bundle(language, file)
    pattern = bundle.get_message(text_id).value
    if pattern is None:
        raise KeyError(f"text {text_id!r} in {language} has no value")
    spoken, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise KeyError(f"text {text_id!r} in {language}: {errors[0]}")
    return str(spoken)


def cause_sentence(language: Language, text_id: str, facts: str, **values: Any) -> str:
    """A cause as a reader is shown it: in English the facts of the log, in Japanese a sentence and the facts.

    The log is English. A cause without facts is the sentence in either language.
    """
    if facts and language == "en":
        return facts
    why = sentence(language, text_id, **values).rstrip("。")
    return sentence(language, "cli-status-why", why=why, note=facts) if facts else why


def has(language: Language, text_id: str) -> bool:
    """Whether the command line has a sentence of that id."""
    return text_id in _homes(language)


@cache
def _homes(language: Language) -> Mapping[str, Path]:
    """The file of each sentence: to parse all of them takes 40 ms of CPU, and a command speaks from one or two."""
    files = sorted({file for name in FILES for file in (LOCALES / language).glob(name)})
    return {text_id: file for file in files for text_id in _ID.findall(file.read_text(encoding="utf-8"))}


@cache
def _bundle(language: Language, file: Path) -> FluentBundle:
    """The sentences of a file, which refer to none of another."""
    from fluent.runtime import FluentBundle, FluentResource  # noqa: PLC0415 - 0.1 s, see the module

    # A terminal would show isolation marks (U+2068/2069) as boxes.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle
