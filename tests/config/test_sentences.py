"""The sentences of the command line, each from its own file."""

from __future__ import annotations

import pytest
from fluent.runtime import FluentBundle, FluentResource

from config import LOCALES
from config.sentences import FILES, LANGUAGES, Language, has, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_found_and_said_as_from_all_files_together(language: Language) -> None:
    together = FluentBundle([language], use_isolating=False)
    for file in {file for name in FILES for file in (LOCALES / language).glob(name)}:
        together.add_resource(FluentResource(file.read_text(encoding="utf-8")))

    assert together._messages
    for text_id in together._messages:
        assert has(language, text_id)
        pattern = together.get_message(text_id).value
        assert pattern is not None
        said, errors = together.format_pattern(pattern, {})
        if not errors:
            assert sentence(language, text_id) == said
        assert not [error for error in errors if "external" not in str(error)], text_id
    assert not has(language, "nobody-says-so")
