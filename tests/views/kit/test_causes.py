"""Every cause of bad health has its sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.cli.terminal import messages
from bot.core.causes import Cause
from bot.core.errors import SourceError
from bot.core.models import WatchHealth
from bot.services.trends import SubscribersOnly
from bot.views.kit.causes import error_text, health_text, say_cause, say_health
from bot.views.kit.text import Texts
from config import LOCALES

SPEAKERS = [Texts(LOCALES).speaker(language) for language in ("en", "ja")]


def kinds(kind: type[SourceError] = SourceError) -> Iterator[type[SourceError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from kinds(one)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_said_in_both_languages(cause: Cause) -> None:
    for speaker in SPEAKERS:
        assert say_health(speaker, WatchHealth(cause=cause, hours=30, usual_hours=2))
    assert messages.health_text(cause) == health_text(cause)


def test_every_cause_of_a_failed_request_has_its_answer_in_both_languages() -> None:
    causes = {kind.cause for kind in kinds()} | {SubscribersOnly.cause, Cause.MISSING}

    assert all(speaker.say(error_text(cause)) for speaker in SPEAKERS for cause in causes)
    assert {messages.error_text(cause) for cause in causes} == set(map(error_text, causes))


def test_unknown_cause_is_said_in_general() -> None:
    for speaker in SPEAKERS:
        assert say_cause(speaker, None) == say_cause(speaker, Cause.OTHER) == speaker.say("health-other")
