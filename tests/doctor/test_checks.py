"""What a check says of a source that cannot be asked: its host once, and in the reader's language."""

from __future__ import annotations

import pytest

from bot.core.errors import HostUnknown, SourceUnreachable
from bot.doctor.checks import CheckReporter
from config.sentences import LANGUAGES, Language

ASKED = "#news @ mastodon.example"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", [HostUnknown, SourceUnreachable])
def test_host_that_was_asked_is_named_once(error: type[SourceUnreachable], language: Language) -> None:
    said = CheckReporter(language).say_failure(error("mastodon.example: FACTS"), ASKED)

    assert said
    assert "mastodon.example" not in said


def test_other_host_is_named() -> None:
    assert "proxy.example" in CheckReporter("ja").say_failure(SourceUnreachable("proxy.example: FACTS"), ASKED)


def test_japanese_sentence_of_an_unknown_name_has_no_english() -> None:
    assert CheckReporter("ja").say_failure(HostUnknown("mastodon.example: FACTS"), ASKED).find("FACTS") == -1
