"""Japanese cut into words by SudachiPy, where it is installed."""

from __future__ import annotations

import pytest

from bot.core.keywords.candidates import by_script, words
from bot.polling import japanese
from bot.polling.japanese import Words, segmenter, words_by
from tests.bench.about import names_cause, ours
from tests.data.surges import planted_surges

needs_sudachi = pytest.mark.skipif(words_by() is Words.BY_SCRIPT, reason="the extra japanese is not installed")


@needs_sudachi
def test_nouns_say_something_and_what_joins_sentences_does_not() -> None:
    assert list(words("停電のため東京の電車がすぐに止まったこと", segmenter())) == ["停電", "東京", "電車"]


@needs_sudachi
def test_pieces_are_the_text() -> None:
    text = "大規模停電で、新型ＡＩサーバーが止まった"

    assert "".join(piece.text for piece in segmenter()(text)) == text


@needs_sudachi
def test_cause_of_a_surge_is_among_the_first_three_words() -> None:
    judged = planted_surges("ja")[1::2]

    assert sum(names_cause(ours(one, segmenter()), one) for one in judged) >= 0.9 * len(judged)


def test_without_a_dictionary_the_script_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(japanese, "DICTIONARIES", ("none_such",))

    assert words_by() is Words.BY_SCRIPT
    assert segmenter() is by_script
