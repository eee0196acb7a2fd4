"""What the bot says, asked by the sentence's id: tests need not change with the wording."""

from __future__ import annotations

from typing import Any

from tests.conftest import BotEnv


def say(env: BotEnv, text_id: str, language: str = "en", **values: Any) -> str:
    """A sentence as people read it."""
    return env.services.texts.speaker(language).say(text_id, **values)


def answered(result: Any) -> Any:
    """The message that answered, whether all saw "thinking …" before or not."""
    return result.followups[-1] if result.followups else result.response
