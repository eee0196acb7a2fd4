"""Tokens of texts, remembered: the very answers of the installed SimCord, each asked for once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.discord.token_memory import can_be_remembered, readers, remembering_tokens

COMPONENTS, MESSAGES, *_ = readers()
NAMES: dict[str, Any] = {"users": {"7": "花子"}, "everyone": False}
TEXTS = ["**太字** <@7> <t:1:R>", "-# https://example.com/ ||秘密||", "> 引用\n```py\n1\n```", ""]


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_those_of_simcord_itself(text: str) -> None:
    own = COMPONENTS.markdown_tokens(text, "text_display", context=NAMES)
    with remembering_tokens():
        assert COMPONENTS.markdown_tokens(text, "text_display", context=NAMES) == own
        assert COMPONENTS.markdown_tokens(text, "text_display", context=NAMES) == own


def test_text_is_read_once_by_all_modules_and_again_for_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    own, asked = COMPONENTS.markdown_tokens, list[object]()

    def counted(*given: Any, **named: Any) -> Any:
        asked.append(given)
        return own(*given, **named)

    for module in readers():
        monkeypatch.setattr(module, "markdown_tokens", counted)
    with remembering_tokens():
        first = MESSAGES.markdown_tokens("<@7>", context=NAMES)
        COMPONENTS.markdown_tokens("<@7>", context=NAMES)
        assert len(asked) == 1
        other = MESSAGES.markdown_tokens("<@7>", context={"users": {"7": "太郎"}})
        assert len(asked) == 2
    assert first != other


def test_who_changes_an_answer_changes_no_other() -> None:
    with remembering_tokens():
        MESSAGES.markdown_tokens("川")[0]["children"].clear()
        assert MESSAGES.markdown_tokens("川")[0]["children"]


def test_afterwards_simcord_reads_by_itself_again() -> None:
    assert can_be_remembered()
    with remembering_tokens():
        assert not can_be_remembered()
    assert can_be_remembered()
