"""The short fields of a post: what a tag says of a language."""

from __future__ import annotations

import pytest

from bot.sources.parsing.sanitize import LANGUAGE_MAX, language_of


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ja", "ja"),
        ("en-US", "en-US"),
        ("ja_JP", "ja_JP"),
        (" ja ", "ja"),
        ("in", "id"),
        ("in-ID", "id-ID"),
        ("iw", "he"),
        ("JI", "yi"),
        ("und", None),
        ("UND", None),
        ("und-Latn", None),
        ("zxx", None),
        ("mul", None),
        ("mis", None),
        ("qme", None),
        ("qht", None),
        ("qu", "qu"),
        ("quz", "quz"),
        ("unde", None),
        ("jp", "ja"),
        ("JP", "ja"),
        ("jp-JP", "ja-JP"),
        ("jpn", "ja"),
        ("Japanese", "ja"),
        ("japanese (Japan)", "ja"),
        ("ja_JP.UTF-8", "ja_JP.UTF-8"),
        ("kr", "ko"),
        ("English", "en"),
        ("한국어", "ko"),
        ("日本", "ja"),
        ("英文", "en"),
        ("Tiếng Việt", "vi"),
        ("日本語 (日本)", "ja"),
        ("default", None),
        ("none", None),
        ("C", None),
        ("utf-8", None),
        ("1", None),
        ("", None),
        (None, None),
        ("日本語", "ja"),
        ("ja-" + "x" * (LANGUAGE_MAX - 3), "ja-" + "x" * (LANGUAGE_MAX - 3)),
        ("x" * (LANGUAGE_MAX + 1), None),
    ],
)
def test_language_of_a_tag(tag: str | None, language: str | None) -> None:
    assert language_of(tag) == language
