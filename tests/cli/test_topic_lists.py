"""Lists of topics as people keep them: lines, tabs, commas, with headings or without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.topic_lists import Line, read_list
from bot.core.models import SourceName
from config.sentences import LANGUAGES, Language, Sentence, sentence

MASTODON, FEED = SourceName.MASTODON, SourceName.FEED


@pytest.mark.parametrize(
    ("text", "name", "lines"),
    [
        ("瓦版\n江戸\n", "a.txt", [Line(1, "瓦版"), Line(2, "江戸")]),
        ("# ours\n\n瓦版\n", "a.txt", [Line(3, "瓦版")]),
        ("#瓦版\n", "a.txt", [Line(1, "#瓦版")]),
        ("Tokyo, Japan\n", "a.txt", [Line(1, "Tokyo, Japan")]),
        ("data center\n", "a.txt", [Line(1, "data center")]),
        ("https://a.example/f,x\n", "a.txt", [Line(1, "https://a.example/f,x")]),
        ("mastodon\t瓦版\n", "a.tsv", [Line(1, "瓦版", MASTODON)]),
        ("mastodon,瓦版\n", "a.txt", [Line(1, "瓦版", MASTODON)]),
        ("Mastodon , 瓦版\n", "a.csv", [Line(1, "瓦版", MASTODON)]),
        ('mastodon,"Tokyo, Japan"\n', "a.csv", [Line(1, "Tokyo, Japan", MASTODON)]),
        ("瓦版\n江戸\n", "a.csv", [Line(1, "瓦版"), Line(2, "江戸")]),
        ("topic\n瓦版\n", "a.csv", [Line(2, "瓦版")]),
        ("topic,source\n瓦版,mastodon\n江戸,\n", "a.csv", [Line(2, "瓦版", MASTODON), Line(3, "江戸")]),
        ("source\ttopic\nfeed\thttps://a.example/f\n", "a.tsv", [Line(2, "https://a.example/f", FEED)]),
        ("name,topic,notes\nx,瓦版,y\n", "a.csv", [Line(2, "瓦版")]),
        ("ソース\tトピック\nmastodon\t瓦版\n", "a.tsv", [Line(2, "瓦版", MASTODON)]),
        (",瓦版\n", "a.csv", [Line(1, "瓦版")]),
        ("*\t瓦版\n", "a.tsv", [Line(1, "瓦版")]),
        ("瓦版\r\n江戸\r\n", "a.txt", [Line(1, "瓦版"), Line(2, "江戸")]),
    ],
)
def test_list_is_read_as_its_writer_means_it(text: str, name: str, lines: list[Line]) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        found = read_list(text.encode(encoding), name)

        assert (found.lines, found.wrong) == (lines, {})


@pytest.mark.parametrize(
    ("line", "name", "text_id"),
    [
        ("newspaper\t瓦版", "a.tsv", "cli-import-no-source"),
        ("mastadon,瓦版", "a.csv", "cli-import-no-source"),
        ("瓦版,mastodon", "a.csv", "cli-import-swapped"),
        ("瓦版\tMisskey", "a.tsv", "cli-import-swapped"),
        ("mastodon 瓦版", "a.tsv", "cli-import-spaces"),
        ("mastodon\t ", "a.tsv", "cli-topic-empty"),
        ("#", "a.csv", None),
        ("＃", "a.txt", "cli-topic-empty"),
        ("mastodon\thttps://a.example/f", "a.tsv", "cli-topic-no-addresses"),
        ("feed\thttp://[::1/f", "a.tsv", "cli-topic-bad-address"),
        ("https://me:secret@a.example/f", "a.txt", "cli-topic-bad-address"),
        ("瓦" * 500, "a.txt", "cli-topic-too-long"),
        ("mastodon\t瓦版\t今日", "a.tsv", "cli-import-columns"),
    ],
)
def test_line_that_cannot_be_used_is_said_by_its_number(line: str, name: str, text_id: str | None) -> None:
    found = read_list(f"瓦版\n\n{line}\n江戸".encode(), name)

    assert {number: wrong.text_id for number, wrong in found.wrong.items()} == ({3: text_id} if text_id else {})
    assert [one.number for one in found.lines] == [1, 4]


def test_source_that_is_nearly_right_is_answered_with_the_right_one() -> None:
    wrong = read_list(b"mastadon\tx", "a.tsv").wrong[1]

    assert "mastodon" in wrong.said("en")
    assert wrong.values["maybe"] != ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_source_that_is_like_none_is_answered_with_the_order_of_the_columns(language: Language) -> None:
    order = Sentence("cli-import-order").said(language)
    unnamed = read_list("新聞\t瓦版".encode(), "a.tsv").wrong[1]
    named = read_list("topic\tsource\n瓦版\t新聞".encode(), "a.tsv").wrong[2]

    assert order in unnamed.said(language)
    assert order not in named.said(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_the_sources_are_listed_as_the_language_lists(language: Language) -> None:
    wrong = read_list(b"mastadon\tx", "a.tsv").wrong[1]

    assert sentence(language, "list-comma").join(SourceName) in wrong.said(language)


def test_text_of_another_encoding_is_said_with_its_line() -> None:
    found = read_list("mastodon\tx\nmastodon\t瓦版\n".encode("shift_jis"))

    assert {number: wrong.text_id for number, wrong in found.wrong.items()} == {2: "cli-import-not-utf8"}


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.txt"]))
def test_any_bytes_are_lines_or_wrong(content: bytes, name: str) -> None:
    found = read_list(content, name)

    assert not {line.number for line in found.lines} & set(found.wrong)
