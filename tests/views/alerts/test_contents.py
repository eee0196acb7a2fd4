"""Each kind of content has its own words and its own drawing."""

from __future__ import annotations

import pytest

from bot.core.models import CONTENTS, EntryContent
from bot.views.alerts.contents import forum_title, subject, summary_line
from bot.views.alerts.message import _draw_content
from bot.views.kit.text import Texts
from config import LOCALES
from tests.core.test_content import EACH


@pytest.mark.parametrize("kind", CONTENTS, ids=lambda kind: kind.__name__)
def test_every_kind_registers_how_it_is_drawn_and_listed(kind: type[EntryContent]) -> None:
    for registry in (_draw_content, summary_line):
        assert registry.dispatch(kind) is not registry.dispatch(EntryContent), registry


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("content", EACH, ids=lambda one: type(one).__name__)
def test_every_kind_has_words_for_itself_in_each_language(content: EntryContent, language: str) -> None:
    speaker = Texts(LOCALES).speaker(language)

    assert subject(content, speaker)
    assert summary_line(content, speaker)
    assert forum_title(content, speaker, by_story=True)
