"""Sentences of the command line in the reader's language. JSON and the log stay English."""

from __future__ import annotations

from typing import Any

from bot.core.causes import Cause
from config.sentences import Language, Sentence, cause_sentence, has, sentence


class _Reader:
    """The person at the terminal."""

    language: Language = "en"


def speak(language: Language) -> None:
    """Speak this language from now on."""
    _Reader.language = language


def spoken() -> Language:
    """The language that is spoken."""
    return _Reader.language


def say(text_id: str, **values: Any) -> str:
    """A sentence by its id. Raises ``KeyError`` for an id or a value that is missing: a bug, not a state."""
    return sentence(_Reader.language, text_id, **values)


def say_cause(text_id: str, facts: str, **values: Any) -> str:
    """A cause of something that is wrong, see ``cause_sentence``."""
    return cause_sentence(_Reader.language, text_id, facts, **values)


def said(one: Sentence) -> str:
    """A sentence that was chosen elsewhere."""
    return one.said(_Reader.language)


def knows(text_id: str) -> bool:
    """Whether there is a sentence of that id."""
    return has(_Reader.language, text_id)


def health_text(cause: Cause) -> str:
    """The id of the sentence about a source with this cause. ``views/kit/causes.py`` says it for Discord."""
    return f"health-{cause.replace('_', '-')}"


def error_text(cause: Cause) -> str:
    """The id of the answer to a person whose request failed for this cause."""
    return f"source-error-{cause.replace('_', '-')}"


def joined(*sentences: str) -> str:
    """Sentences one after the other, as the language writes them."""
    return ("" if _Reader.language == "ja" else " ").join(filter(None, sentences))


def listed(items: list[str]) -> str:
    """Items one after the other, as the language writes them."""
    return ("、" if _Reader.language == "ja" else ", ").join(items)
