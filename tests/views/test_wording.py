"""What a machine can hold of docs/wording.md: words that never appear, brackets, spaces, names of commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.views.kit.text import LANGUAGES
from config import LOCALES
from tests.texts import Written, table, written

OF_ANOTHER_FORM = ("demo-site-", "help-command-both", "trend-gender")
"""Beginnings of ids: what a page of others looks like, a line of names, a bar between two figures."""

WORDING = LOCALES.parents[1] / "docs" / "wording.md"
JAPANESE = r"[ぁ-んァ-ヶ一-龠々ー、。」）]"
RULES = {
    "ja": {
        "half-width brackets beside Japanese": rf"{JAPANESE}[(\[]|[)\]]{JAPANESE}|[ぁ-んァ-ヶ一-龠][:!?,;]",
        "a space between Japanese and figures": rf"{JAPANESE} [0-9A-Za-z]|[0-9A-Za-z] {JAPANESE}",
        "a full-width figure or letter": r"[０-９Ａ-Ｚａ-ｚ]",
        "an address that the sentence runs into": rf"https?://[!-~]+{JAPANESE}",
        "a wave or dots of another kind": r"[~～]|\.\.\.|・・|。。",
    },
    "en": {
        "a semicolon": r";",
        "curly quotes": r"[“”‘’]",
        "dots of another kind": r"\.\.\.",
        "a full-width sign": r"[（）：、。「」]",
    },
}
QUOTED = re.compile(r"「[^」]*」|`[^`]*`")
ADDRESS = re.compile(r" ?https?://[!-~]+( |$)")
"""What is to be typed, and names, stand as they are."""
COMMAND = re.compile(
    r"(?<![\w/.…<}])/([a-zぁ-んァ-ヶー一-龠]+)((?: (?:[a-z]+|[ぁ-んァ-ヶー一-龠]+)(?= |[.,)]|\Z))?)"
)


def converted(language: str) -> Iterator[Written]:
    for text in written(language).values():
        if not text.text_id.startswith(OF_ANOTHER_FORM):
            yield text


def never(language: str) -> list[str]:
    """The words that docs/wording.md forbids."""
    label = {"ja": "日本語", "en": "English"}[language]
    listed = WORDING.read_text(encoding="utf-8").partition("## Never")[2]
    found = re.search(rf"^- {label}: (.*?)(?=^- |\Z)", listed, re.MULTILINE | re.DOTALL)
    assert found is not None
    return re.findall(r"`([^`]+)`", found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_are_never_used_are_not(language: str) -> None:
    words = never(language)
    edge = "" if language == "ja" else r"\b"
    found = re.compile("|".join(rf"{edge}{re.escape(word)}{edge}" for word in words), re.IGNORECASE)

    wrong = [
        f"{text.file}: {text.text_id}: {hit[0]}"
        for text in converted(language)
        if (hit := found.search(" ".join(text.sentences())))
    ]

    assert len(words) > 10
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_and_spaces_are_those_of_the_language(language: str) -> None:
    wrong = []
    for text in converted(language):
        for sentence in text.sentences():
            bare = ADDRESS.sub("", QUOTED.sub("", COMMAND.sub("", sentence)))
            wrong += [
                f"{text.file}: {text.text_id}: {what}: {hit[0]!r}"
                for what, pattern in RULES[language].items()
                if (hit := re.search(pattern, bare))
            ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_called_as_they_are_on_screen(language: str) -> None:
    texts = written(language)
    names = {text.source for text_id, text in texts.items() if re.fullmatch(r"cmd-[a-z-]+-name", text_id)}

    wrong = [
        f"{text.file}: {text.text_id}: {hit[0]}"
        for text in converted(language)
        for hit in COMMAND.finditer(text.source)
        if hit[1] not in names
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_stand_in_a_sentence_without_marks_and_apart_from_its_words(language: str) -> None:
    texts = written(language)
    named = {text.source for text_id, text in texts.items() if re.fullmatch(r"cmd-[a-z-]+-name", text_id)}
    name = "|".join(sorted(named, key=len, reverse=True))
    command = rf"/(?>{name})(?: (?>{name}))?"
    marked = rf"[`「]{command}[`」]"
    run_into = rf"{JAPANESE}(?<![、。」）]){command}|{command}[ぁ-んァ-ヶー一-龠]"

    wrong = [
        f"{text.file}: {text.text_id}: {hit[0]}"
        for text in converted(language)
        for sentence in text.sentences()
        for hit in re.finditer(marked if language == "en" else f"{marked}|{run_into}", sentence)
    ]

    assert wrong == []


def test_the_table_for_reading_through_has_every_text_in_each_language() -> None:
    rows = [row for row in table() if "\t" in row]

    assert len(rows) == len(written("ja")) == len(written("en"))
    assert all(len(row.split("\t")) == 1 + len(LANGUAGES) and "(missing)" not in row for row in rows)
